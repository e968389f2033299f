#include "model/pacs_client.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/peer_text.h"
#include "hipcuff/dicom/network/server.h"

#include <QMetaObject>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>

#include <stdlib.h>
#include <unistd.h>

namespace hipcuff::viewer {
namespace {

namespace fs = std::filesystem;

QString wordsOf(const Error& error) {
  QString out = QString::fromStdString(error.problem());
  if (!error.remedy().empty())
    out += QStringLiteral(" (%1)").arg(QString::fromStdString(error.remedy()));
  return out;
}

/// Those of sessions that died: "PID-xxxxxx", of a process that is no more, and a week old. Until then a person may
/// still recover their edits, for which the files are needed.
void removeAbandoned(const fs::path& root) {
  std::error_code error;
  for (auto at = fs::directory_iterator(root, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    pid_t owner = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), owner);
    if (read.ec != std::errc() || owner <= 0 || *read.ptr != '-' || ::kill(owner, 0) == 0 || errno != ESRCH)
      continue;
    std::error_code ignored;
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(at->path(), ignored);
    if (!ignored && age > std::chrono::hours(7 * 24))
      fs::remove_all(at->path(), ignored);
  }
}

/// Counts what a C-MOVE brings.
class Arrivals final : public dicom::ServerObserver {
public:
  [[nodiscard]] std::size_t newOnes() noexcept { return stored_.exchange(0); }

private:
  void objectStored(const dicom::ReceivedObject& object) override { stored_ += object.duplicate ? 0 : 1; }

  std::atomic<std::size_t> stored_ = 0;
};

/// Where C-MOVE sends to: takes what the peer's own address sends.
std::unique_ptr<dicom::Server> serverFor(const PacsPeer& settings, const dicom::Peer& peer, dicom::Inbox& inbox,
                                         Arrivals& arrivals) {
  dicom::ServerSettings out;
  out.bindAddress = "0.0.0.0";
  out.port = static_cast<std::uint16_t>(settings.movePort);
  out.ae = peer.callingAe;
  out.allowedAddresses = dicom::addressesOf(peer.host);
  if (out.allowedAddresses.empty()) // an empty list would let everybody in
    throw ConfigError({}, "no host is known by the name " + peer.host, "check the PACS's name");
  out.tls = peer.tls;
  out.timeouts = peer.timeouts;
  return std::make_unique<dicom::Server>(std::move(out), inbox, &arrivals);
}

} // namespace

QString PacsQuestion::problem() const {
  try {
    (void)toQuery();
  } catch (const Error& error) {
    return wordsOf(error);
  }
  return {};
}

dicom::StudyQuery PacsQuestion::toQuery() const {
  dicom::StudyQuery out;
  out.patientId = patientId.trimmed().toStdString();
  out.accession = accession.trimmed().toStdString();
  if (const std::string uid = studyUid.trimmed().toStdString(); !uid.empty()) {
    if (!dicom::isUid(uid))
      throw UsageError("the study UID is none", "digits with full stops between them");
    out.studyUids = {uid};
  }
  if (const QString when = date.trimmed(); !when.isEmpty())
    out.date = dicom::dateRange(when.toStdString(), dicom::todaysDate());
  if (ultrasoundOnly)
    out.modality = "US";
  if (QString who = name.trimmed(); !who.isEmpty()) {
    if (!who.contains(QLatin1Char('*')) && !who.contains(QLatin1Char('?')))
      who += QLatin1Char('*');
    out.more["PatientName"] = who.toStdString();
  }
  return out;
}

PacsClient::PacsClient(fs::path ownFolder, QObject* parent)
    : QObject(parent)
    , ownFolder_(std::move(ownFolder)) {}

PacsClient::~PacsClient() {
  for (const auto& work : all_)
    work->stop = true;
  for (const auto& work : all_)
    if (work->thread.joinable())
      work->thread.join();
  std::error_code ignored;
  for (const fs::path& folder : made_)
    fs::remove_all(folder, ignored);
  removeAbandoned(ownFolder_);
}

void PacsClient::tell(const Work& work, const Told& what, bool last) {
  QMetaObject::invokeMethod(
      this,
      [this, number = work.number, what, last] {
        if (!current_ || current_->number != number)
          return; // cancelled meanwhile
        if (last)
          current_.reset();
        what();
      },
      Qt::QueuedConnection);
}

void PacsClient::start(std::function<Told(Work&)> job) {
  all_.remove_if([](const auto& work) { return work->ended.load(); });
  auto work = std::make_shared<Work>();
  work->number = ++started_;
  current_ = work;
  all_.push_back(work);
  // The thread holds no share of its own work, so that it is never joined by itself; all_ keeps it until it has ended.
  work->thread = std::jthread([this, job = std::move(job), at = work.get()] {
    Told what;
    try {
      what = job(*at);
    } catch (const Error& error) {
      what = [this, problem = wordsOf(error)] { emit failed(problem); };
    } catch (const std::exception& error) {
      what = [this, problem = QString::fromUtf8(error.what())] { emit failed(problem); };
    }
    tell(*at, what, true);
    at->ended = true;
  });
}

void PacsClient::cancel() {
  if (!current_)
    return;
  current_->stop = true;
  current_.reset();
  emit cancelled();
}

void PacsClient::ask(const PacsPeer& peer, const PacsQuestion& question) {
  cancel();
  start([this, peer, question](Work&) -> Told {
    auto found = dicom::findStudies(peer.toPeer(), question.toQuery(), mostStudies);
    return
        [this, found = std::move(found)] { emit answered(found.studies, found.more, static_cast<int>(found.unasked)); };
  });
}

void PacsClient::echo(const PacsPeer& peer) {
  cancel();
  start([this, peer](Work&) -> Told {
    dicom::echo(peer.toPeer());
    return [this] { emit echoed(); };
  });
}

fs::path PacsClient::newOwnFolder() {
  std::error_code error;
  fs::create_directories(ownFolder_, error);
  fs::permissions(ownFolder_, fs::perms::owner_all, error);
  std::string name = (ownFolder_ / (std::to_string(::getpid()) + "-XXXXXX")).string();
  if (!::mkdtemp(name.data()))
    throw OutputError(ownFolder_, "no folder can be made there", "choose a folder to keep the study in");
  made_.emplace_back(name);
  return name;
}

void PacsClient::fetch(const PacsPeer& peer, const dicom::FoundStudy& study, const fs::path& folder) {
  cancel();
  fs::path into = folder;
  const bool own = into.empty();
  try {
    if (own)
      into = newOwnFolder();
  } catch (const Error& error) {
    emit failed(wordsOf(error));
    return;
  }
  start([this, peer, into, own, uid = study.studyUid](Work& work) -> Told {
    const dicom::FetchedStudy got = fetchInto(into, peer, uid, work);
    if (work.stop && own) {
      std::error_code ignored;
      fs::remove_all(into, ignored);
    }
    const int objects = static_cast<int>(got.there + got.fetched);
    QString problem;
    if (!got.whole()) {
      problem = tr("%1 of %2 objects are missing").arg(got.missing).arg(got.asked);
      if (!got.problems.empty())
        problem += QStringLiteral(": ") + QString::fromStdString(got.problems.front());
    } else if (got.asked == 0) {
      problem = tr("The study holds nothing that HipCuff could open.");
    }
    return [this, objects, problem, where = QString::fromStdString(got.folder.string())] {
      emit fetched(where, objects, problem);
    };
  });
}

dicom::FetchedStudy PacsClient::fetchInto(const fs::path& folder, const PacsPeer& peer, const std::string& studyUid,
                                          Work& work) {
  const dicom::Peer there = peer.toPeer();
  dicom::Inbox inbox(folder, {}, dicom::InboxLayout::byStudy);
  Arrivals arrivals;
  std::unique_ptr<dicom::Server> server; // ends before what it uses
  dicom::FetchOptions options;
  if (peer.byMove) {
    server = serverFor(peer, there, inbox, arrivals);
    options.moveTo = there.callingAe;
  }
  int done = 0;
  int total = 0;
  const auto show = [&] {
    tell(
        work, [this, done, total] { emit coming(done, total); }, false);
  };
  options.coming = [&](std::size_t count) {
    total = static_cast<int>(count);
    show();
  };
  options.keepOn = [&](std::size_t more) {
    more += arrivals.newOnes();
    done += static_cast<int>(more);
    if (more > 0)
      show();
    return !work.stop;
  };
  return dicom::fetchStudy(there, studyUid, inbox, options);
}

void PacsClient::send(const PacsPeer& peer, const fs::path& folder) {
  cancel();
  start([this, peer, folder](Work& work) -> Told {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.is_regular_file() && entry.path().extension() == ".dcm")
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (files.empty())
      throw InputError(folder, "holds no DICOM objects", "save the review first");
    const int total = static_cast<int>(files.size());
    int done = 0;
    const auto results = dicom::send(peer.toPeer(), files, [&](const dicom::SentFile&) {
      ++done;
      tell(
          work, [this, done, total] { emit coming(done, total); }, false);
      return !work.stop;
    });
    int arrived = 0;
    QString problem;
    for (const dicom::SentFile& one : results) {
      if (dicom::delivered(one.delivery)) {
        ++arrived;
        continue;
      }
      if (!problem.isEmpty())
        continue;
      problem = QString::fromStdString(one.words);
      if (!one.remedy.empty())
        problem += QStringLiteral(" (%1)").arg(QString::fromStdString(one.remedy));
    }
    if (arrived < total)
      problem = tr("%1 of %2 objects did not arrive").arg(total - arrived).arg(total) +
                (problem.isEmpty() ? QString() : QStringLiteral(": ") + problem);
    return [this, arrived, problem] { emit sent(arrived, problem); };
  });
}

} // namespace hipcuff::viewer
