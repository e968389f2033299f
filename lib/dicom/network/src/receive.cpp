#include "receive.h"

#include "object_file.h"
#include "pdv.h"

#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/structure.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/statvfs.h>
#include <unistd.h>

namespace hipcuff::dicom {
namespace {

constexpr std::uint16_t outOfResources = 0xA700;
constexpr std::uint16_t doesNotMatch = 0xA900;
constexpr std::uint16_t cannotUnderstand = 0xC000;
constexpr std::uint16_t otherObject = 0xC111;
constexpr std::uint16_t invalidInstance = 0x0117;

/// Written beside; gone unless it was settled.
class Temporary {
public:
  explicit Temporary(std::filesystem::path path)
      : path_(std::move(path))
      , fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)) {}
  ~Temporary() {
    close();
    ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  [[nodiscard]] bool isOpen() const noexcept { return fd_ >= 0; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] bool write(const void* bytes, std::size_t count) noexcept {
    const auto* at = static_cast<const char*>(bytes);
    while (count > 0) {
      const auto done = ::write(fd_, at, count);
      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return false;
      at += done;
      count -= static_cast<std::size_t>(done);
    }
    return true;
  }
  /// Some file systems tell of a full disk only now.
  [[nodiscard]] bool finish() noexcept { return ::fsync(fd_) == 0 && close(); }

private:
  bool close() noexcept {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }
  std::filesystem::path path_;
  int fd_;
};

class Reception {
public:
  Reception(T_ASC_Association* association, T_ASC_PresentationContextID context, const Command& request, Inbox& inbox,
            const ReceiveRoom& room)
      : association_(association)
      , context_(context)
      , request_(request)
      , inbox_(inbox)
      , room_(room) {}

  Received run() {
    T_ASC_PresentationContext accepted{};
    if (ASC_findAcceptedPresentationContext(association_->params, context_, &accepted).bad()) {
      out_.link = ASC_BADPRESENTATIONCONTEXTID;
      return out_;
    }
    auto& object = out_.object;
    object.classUid = request_.classUid;
    object.instanceUid = request_.instanceUid;
    object.syntaxUid = accepted.acceptedTransferSyntax;
    std::unique_ptr<Temporary> file;
    if (!isUid(object.instanceUid))
      fail(invalidInstance, "the SOP Instance UID is no UID");
    else if (object.classUid != accepted.abstractSyntax)
      fail(doesNotMatch, "the class is not the presentation context's");
    else if (!room_.refusal.empty())
      fail(outOfResources, room_.refusal);
    else if (!roomLeft())
      fail(outOfResources, "no room left on the disk");
    else
      file = begin();
    readAll(file);
    if (out_.link.good() && out_.status == 0 && file)
      finish(*file);
    return out_;
  }

private:
  void fail(std::uint16_t status, std::string comment) {
    if (out_.status == 0) {
      out_.status = status;
      out_.comment = std::move(comment);
    }
  }

  [[nodiscard]] bool roomLeft() const {
    struct statvfs disk {};
    return ::statvfs(inbox_.folder().c_str(), &disk) != 0 ||
           static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize >= inbox_.limits().keepFree;
  }

  std::unique_ptr<Temporary> begin() {
    auto file = std::make_unique<Temporary>(inbox_.impl().temporaryPath());
    const auto meta = fileMeta(out_.object.classUid, out_.object.instanceUid, out_.object.syntaxUid);
    if (file->isOpen() && file->write(meta.data(), meta.size()))
      return file;
    writeFailed();
    return nullptr;
  }

  void writeFailed() { fail(outOfResources, std::string("can't be written: ") + std::strerror(errno)); }

  /// To the last piece also where the object is not wanted: the answer comes after it.
  void readAll(std::unique_ptr<Temporary>& file) {
    for (bool last = false; !last;) {
      DUL_PDV pdv{};
      out_.link = nextPdv(association_, room_.seconds, pdv);
      if (out_.link.good() && (pdv.pdvType != DUL_DATASETPDV || pdv.presentationContextID != context_))
        out_.link = DIMSE_UNEXPECTEDPDVTYPE;
      if (out_.link.bad())
        return;
      out_.bytes += pdv.fragmentLength;
      if (out_.bytes > room_.associationLeft) {
        out_.link = makeOFCondition(OFM_dcmnet, 1, OF_error, "the association sends more than is allowed");
        return;
      }
      if (file && out_.bytes > inbox_.limits().objectBytes) {
        fail(outOfResources, "larger than is taken here");
        file.reset();
      }
      if (file && !file->write(pdv.data, pdv.fragmentLength)) {
        writeFailed();
        file.reset();
      }
      last = pdv.lastPDV;
      if (room_.progress)
        room_.progress();
    }
  }

  void finish(Temporary& file) {
    if (!file.finish()) {
      writeFailed();
      return;
    }
    auto& object = out_.object;
    try {
      check(file.path());
      if (out_.status != 0)
        return;
      object.path = inbox_.pathOf(object.studyUid, object.seriesUid, object.instanceUid);
      object.bytes = out_.bytes;
      object.duplicate = !inbox_.impl().settle(file.path(), object.path);
    } catch (const Conflict& e) {
      fail(otherObject, e.problem());
    } catch (const OutputError& e) {
      fail(outOfResources, e.problem());
    } catch (const Error& e) {
      fail(cannotUnderstand, e.problem());
    } catch (const std::exception& e) {
      fail(outOfResources, e.what());
    }
  }

  /// @throws InputError damaged
  void check(const std::filesystem::path& file) {
    static constexpr std::array<Wanted, 4> wanted{
        Wanted{tagOf(0x0008, 0x0016), "UI"}, Wanted{tagOf(0x0008, 0x0018), "UI"}, Wanted{tagOf(0x0020, 0x000D), "UI"},
        Wanted{tagOf(0x0020, 0x000E), "UI"}};
    const auto most = inbox_.limits().objectBytes;
    const auto structure = checkWhole(file, most);
    const auto header = parseHeader(walkStructure(file, most, wanted));
    const auto uid = [&](const DcmTagKey& key) {
      OFString text;
      header.data->findAndGetOFString(key, text);
      return std::string(text.c_str());
    };
    if (uid(DCM_SOPClassUID) != out_.object.classUid)
      fail(doesNotMatch, "the class in the data set is not the command's");
    if (uid(DCM_SOPInstanceUID) != out_.object.instanceUid)
      fail(doesNotMatch, "the UID in the data set is not the command's");
    out_.object.studyUid = uid(DCM_StudyInstanceUID);
    out_.object.seriesUid = uid(DCM_SeriesInstanceUID);
    for (auto* one : {&out_.object.studyUid, &out_.object.seriesUid})
      if (!isUid(*one))
        one->clear();
  }

  T_ASC_Association* association_;
  T_ASC_PresentationContextID context_;
  const Command& request_;
  Inbox& inbox_;
  const ReceiveRoom& room_;
  Received out_;
};

} // namespace

Received receiveObject(T_ASC_Association* association, T_ASC_PresentationContextID context, const Command& request,
                       Inbox& inbox, const ReceiveRoom& room) {
  return Reception(association, context, request, inbox, room).run();
}

} // namespace hipcuff::dicom
