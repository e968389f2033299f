#include "hipcuff/node/node.h"

#include "courier.h"
#include "intake.h"
#include "log.h"
#include "results.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <sys/statvfs.h>
#include <unistd.h>

namespace hipcuff::node {
namespace {

namespace fs = std::filesystem;
using batch::Moment;

constexpr auto lookEvery = std::chrono::milliseconds(200);
/// After the disk was full, say.
constexpr auto pause = std::chrono::seconds(10);
constexpr Moment dayOfMilliseconds = 86400000;
/// News are written so often at most.
constexpr auto lookAtStatusEvery = std::chrono::milliseconds(2000);
constexpr auto retentionEvery = std::chrono::hours(1);
/// By the clock itself, and whenever it has gone back.
constexpr Moment lookAtClockEvery = 60000;

Moment systemTime() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::optional<std::int64_t> freeBytes(const fs::path& folder) {
  struct ::statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0)
    return std::nullopt;
  return static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
}

/// What the batch's engine tells.
class EngineObserver final : public batch::BatchObserver {
public:
  EngineObserver(Logger& log, const std::atomic<bool>& stopping)
      : log_(log)
      , stopping_(stopping) {}
  void progress(Phase, const batch::BatchCounts&) override {}
  void problem(const InputOutcome& outcome) override {
    log_.line("Object " + outcome.path.filename().string() + " can't be analysed: " + outcome.problem);
  }
  void note(const std::string& line) override { log_.line(line); }
  [[nodiscard]] bool stopRequested() const override { return stopping_; }

private:
  Logger& log_;
  const std::atomic<bool>& stopping_;
};

/// @throws OutputError with what a node's owner can do about it
void requireFolders(const NodeConfig& config) {
  try {
    for (const auto& folder : {config.folder, config.folder / "inbox", config.folder / "batch"})
      requireWritableFolder(folder);
  } catch (const OutputError& error) {
    throw OutputError(error.path(), error.problem(),
                      "give it to the node's user, or name another in the configuration's 'folder'");
  }
}

batch::BatchOptions loadedOptions(const NodeConfig& config, Logger& log) {
  std::vector<std::string> remarks;
  auto options = analysisOptions(config, remarks);
  for (const auto& remark : remarks)
    log.line(remark);
  return options;
}

} // namespace

struct Node::Impl {
  Impl(const NodeConfig& theConfig, Log sink, Clock theClock)
      : config(theConfig)
      , clock(theClock ? std::move(theClock) : systemTime)
      , log(std::move(sink), clock)
      , observer(log, stopping)
      , started(clock())
      , inbox((requireFolders(config), config.folder / "inbox"), config.inbox)
      , queue(loadedOptions(config, log), observer)
      , intake(queue, log, config.mostWaiting, clock)
      , results(queue, log, config, clock) {
    intake.lookThrough(inbox.folder());
    server.emplace(config.server, inbox, &intake);
    for (const auto& to : config.destinations)
      couriers.emplace_back(queue, log, to, config.retry, clock);
    analyst = std::jthread([this] { analyse(); });
    keeper = std::jthread([this] { keep(); });
    log.line("HipCuff " + std::string(version) + " listens as " + config.server.ae + " at " +
             config.server.bindAddress + ":" + std::to_string(server->port()) + (config.server.tls ? " with TLS" : ""));
  }

  void analyse() {
    batch::AnalysisRequest request;
    request.now = clock;
    request.quiet = config.quiet.count();
    request.held = [this](const std::string& exam) { return intake.isArriving(exam); };
    request.retry = config.retry;
    request.results = [this] { results.make(); };
    while (!stopping) {
      try {
        results.make();
        // Not by the computer's clock: it may have been ahead at the start and be right by now.
        const bool justStarted = std::chrono::steady_clock::now() - startedSteady < config.quiet;
        request.notBefore = justStarted ? clock() : 0;
        queue.analyse(request, observer);
        setTrouble({});
        rest(lookEvery);
      } catch (const std::exception& error) {
        const std::string text = std::string("Nothing is analysed for now: ") + error.what();
        log.seldom(text);
        setTrouble(text);
        rest(pause);
      }
    }
  }

  /// Status, pages, and what need not be kept.
  void keep() {
    auto lastPages = std::chrono::steady_clock::now();
    auto lastDrop = lastPages - retentionEvery;
    while (!stopping) {
      guarded("The queue can't be looked through for now", [&] { lookAtClock(); });
      putStatus("running", false);
      const auto now = std::chrono::steady_clock::now();
      guarded("The pages of the batch are not renewed for now", [&] {
        if (now - lastPages < config.pagesEvery)
          return;
        lastPages = now;
        putPages();
      });
      guarded("Nothing is removed for now", [&] {
        if (!config.keepDays || now - lastDrop < retentionEvery)
          return;
        lastDrop = now;
        dropOld();
      });
      rest(std::min(lookAtStatusEvery, config.statusEvery));
    }
  }

  void lookAtClock() {
    const Moment now = clock();
    if (lastLookAtClock && now >= *lastLookAtClock && now < *lastLookAtClock + lookAtClockEvery)
      return;
    queue.clockMayHaveBeenAhead(now, config.retry);
    if (lastLookAtClock && now < *lastLookAtClock - lookAtClockEvery)
      log.line("The computer's clock went back from " + timeText(*lastLookAtClock));
    lastLookAtClock = now;
  }

  template <typename Work>
  void guarded(const std::string& what, Work&& work) {
    try {
      work();
    } catch (const std::exception& error) {
      log.seldom(what + ": " + error.what());
    }
  }

  void putPages() {
    const auto done = results.made();
    if (done == pagesOf)
      return;
    queue.writePages();
    pagesOf = done;
  }

  void dropOld() {
    const Moment before = clock() - *config.keepDays * dayOfMilliseconds;
    std::int64_t all = 0;
    for (std::int64_t count = 1; count > 0 && !stopping; all += count)
      count = queue.dropInputs(before);
    if (all > 0)
      log.line(plural(all, "object") + " older than " + plural(*config.keepDays, "day") + " removed from the inbox");
  }

  NodeStatus status() {
    NodeStatus out;
    out.version = version;
    out.process = ::getpid();
    out.started = started;
    out.written = clock();
    out.statusEvery = config.statusEvery.count();
    out.ae = config.server.ae;
    out.address = config.server.bindAddress;
    out.port = server->port();
    out.openAssociations = static_cast<std::int64_t>(server->openAssociations());
    const auto counts = intake.counts();
    out.received = counts.received;
    out.again = counts.again;
    out.refused = counts.refused;
    out.notForUs = counts.notForUs;
    out.unreadable = counts.unreadable;
    out.mostWaiting = config.mostWaiting;
    out.freeBytes = freeBytes(config.folder);
    out.keepFree = static_cast<std::int64_t>(config.inbox.keepFree);
    for (const auto& to : config.destinations)
      out.destinations.push_back(to.name);
    {
      const std::lock_guard guard(mutex);
      out.trouble = trouble;
    }
    if (out.trouble.empty())
      out.trouble = results.trouble();
    out.quiet = config.quiet.count();
    out.queue = queue.state();
    return out;
  }

  void putStatus(const char* state, bool always) {
    guarded("The status can't be written", [&] {
      auto now = status();
      now.state = state;
      // What is free changes all the time; that alone is no news.
      auto news = now;
      news.written = 0;
      news.freeBytes.reset();
      const std::string text = statusJson(news, {});
      const auto time = std::chrono::steady_clock::now();
      if (!always && text == lastStatus && time - lastWritten < config.statusEvery)
        return;
      writeStatus(now, config.folder / "status.json");
      lastStatus = text;
      lastWritten = time;
    });
  }

  void setTrouble(const std::string& text) {
    const std::lock_guard guard(mutex);
    trouble = text;
  }

  void rest(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex);
    woken.wait_for(lock, time, [this] { return stopping.load(); });
  }

  void stop() {
    {
      const std::lock_guard guard(mutex);
      if (stopping.exchange(true))
        return;
      woken.notify_all();
    }
    log.line("Stopping: no more objects are taken, studies in hand are finished");
    keeper.join();
    server->stop();
    intake.stop();
    for (auto& courier : couriers)
      courier.stop();
    putStatus("stopping", true);
    analyst.join();
    couriers.clear();
    guarded("The pages of the batch are not renewed", [&] { putPages(); });
    putStatus("stopped", true);
    log.line("Stopped");
  }

  NodeConfig config;
  Clock clock;
  Logger log;
  std::atomic<bool> stopping{false};
  EngineObserver observer;
  Moment started;
  std::chrono::steady_clock::time_point startedSteady = std::chrono::steady_clock::now();
  dicom::Inbox inbox;
  batch::Queue queue;
  Intake intake;
  Results results;
  std::optional<dicom::Server> server;
  std::list<Courier> couriers;
  std::mutex mutex; ///< guards trouble
  std::condition_variable woken;
  std::string trouble;
  std::optional<Moment> lastLookAtClock; ///< these five: the keeper's thread, and stop() after its end
  std::string lastStatus;
  std::chrono::steady_clock::time_point lastWritten;
  std::int64_t pagesOf = 0;
  std::jthread analyst;
  std::jthread keeper;
};

Node::Node(const NodeConfig& config, Log log, Clock clock)
    : impl_(std::make_unique<Impl>(config, std::move(log), std::move(clock))) {}

Node::~Node() {
  stop();
}

std::uint16_t Node::port() const noexcept {
  return impl_->server->port();
}

NodeStatus Node::status() {
  return impl_->status();
}

void Node::stop() {
  impl_->stop();
}

NodeStatus statusOf(const NodeConfig& config) {
  auto status = readStatus(config.folder / "status.json");
  status.queue = batch::readQueueState(config.folder / "batch");
  return status;
}

bool isRunning(const NodeConfig& config) {
  return batch::queueIsOpen(config.folder / "batch");
}

} // namespace hipcuff::node
