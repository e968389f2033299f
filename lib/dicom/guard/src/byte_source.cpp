#include "hipcuff/dicom/guard/byte_source.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace hipcuff::dicom {
namespace {

/// Owns a descriptor until it is handed over.
class Descriptor {
public:
  explicit Descriptor(int value) noexcept
      : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0)
      ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

private:
  int value_;
};

int openTemporary(const std::filesystem::path& blame) {
  std::error_code ignored;
  auto folder = std::filesystem::temp_directory_path(ignored);
  if (ignored)
    folder = "/tmp";
  std::string name = (folder / "hipcuff-inflate-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data()); // mode 0600
  if (descriptor < 0)
    throw InputError(blame, "no temporary file could be made to inflate it: " + std::string(std::strerror(errno)),
                     "set TMPDIR to a writable folder");
  ::unlink(name.c_str()); // nameless from here on: gone however this process ends
  return descriptor;
}

void writeAll(int descriptor, std::span<const std::uint8_t> bytes, const std::filesystem::path& blame) {
  while (!bytes.empty()) {
    const auto n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      throw InputError(blame, "it could not be inflated to a temporary file: " + std::string(std::strerror(errno)),
                       "free some disk space or set TMPDIR");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

struct Inflater {
  z_stream stream{};
  explicit Inflater(int windowBits) { ok = inflateInit2(&stream, windowBits) == Z_OK; }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ok = false;
};

} // namespace

ByteSource::ByteSource(Key, std::filesystem::path path, int descriptor, std::uint64_t size) noexcept
    : path_(std::move(path))
    , descriptor_(descriptor)
    , size_(size) {}

ByteSource::~ByteSource() {
  ::close(descriptor_);
}

std::shared_ptr<const ByteSource> ByteSource::open(const std::filesystem::path& file) {
  // O_NONBLOCK: a named pipe must not hold up the run.
  Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) {
    const int why = errno;
    if (why == ENOENT || why == ENOTDIR)
      throw InputError(file, "no such file", "check the path");
    throw InputError(file, "it can't be opened: " + std::string(std::strerror(why)), "check its permissions");
  }
  struct stat info {};
  if (::fstat(descriptor.get(), &info) != 0 || !S_ISREG(info.st_mode))
    throw InputError(file, "it is not a regular file", {});
  return std::make_shared<const ByteSource>(Key(), file, descriptor.release(),
                                            static_cast<std::uint64_t>(info.st_size));
}

std::shared_ptr<const ByteSource> ByteSource::inflated(const ByteSource& compressed, std::uint64_t offset,
                                                       std::uint64_t limit) {
  const auto& blame = compressed.path();
  // The standard asks for a bare deflate stream; some writers wrap it as zlib.
  std::uint8_t head[2]{};
  compressed.read(offset, head);
  const bool wrapped = (head[0] & 0x0F) == 8 && (head[0] >> 4) <= 7 && (head[0] * 256 + head[1]) % 31 == 0;
  Descriptor descriptor(openTemporary(blame));
  Inflater inflater(wrapped ? MAX_WBITS : -MAX_WBITS);
  if (!inflater.ok)
    throw InputError(blame, "the deflated data set could not be inflated", {});
  std::vector<std::uint8_t> in(1 << 16);
  std::vector<std::uint8_t> out(1 << 18);
  std::uint64_t total = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    const auto n = compressed.readSome(offset, in);
    if (n == 0)
      break; // cut short: what is there is used, the structure walk says what is missing
    offset += n;
    inflater.stream.next_in = in.data();
    inflater.stream.avail_in = static_cast<uInt>(n);
    do {
      inflater.stream.next_out = out.data();
      inflater.stream.avail_out = static_cast<uInt>(out.size());
      status = inflate(&inflater.stream, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        throw InputError(blame, "the deflated data set is damaged", "export it again");
      const auto made = out.size() - inflater.stream.avail_out;
      total += made;
      if (total > limit)
        throw InputError(blame, "the deflated data set inflates to more than " + std::to_string(limit) + " bytes", {});
      writeAll(descriptor.get(), std::span(out).first(made), blame);
    } while (status != Z_STREAM_END && inflater.stream.avail_out == 0);
  }
  return std::make_shared<const ByteSource>(Key(), blame, descriptor.release(), total);
}

std::size_t ByteSource::readSome(std::uint64_t offset, std::span<std::uint8_t> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto n = ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      throw InputError(path_, "it can't be read: " + std::string(std::strerror(errno)), {});
    if (n == 0)
      break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void ByteSource::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  if (readSome(offset, into) != into.size())
    throw InputError(path_, "the file ends too early", "copy or export it again");
}

} // namespace hipcuff::dicom
