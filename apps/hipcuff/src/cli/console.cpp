#include "cli/console.h"

#include "hipcuff/core/error.h"

#include <csignal>
#include <cstdio>
#include <ctime>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hipcuff::cli {
namespace {

// A signal handler can reach nothing but a global; this is the program's only one: when a stop was asked for first, in
// milliseconds of the monotonic clock; 0: not yet.
std::atomic<std::int64_t> stopWanted{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void onInterrupt(int signal) {
  // Programs that stop others (timeout, supervisors) send to the process and to its group: the same wish, twice within
  // a moment. Someone who presses twice means it.
  constexpr std::int64_t oneWish = 250;
  struct timespec now {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
  std::int64_t first = 0;
  if (stopWanted.compare_exchange_strong(first, milliseconds) || milliseconds - first < oneWish)
    return;
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

std::size_t columnsOfTerminal() {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : usual;
}

std::string clock(double seconds) {
  char text[32];
  const int whole = static_cast<int>(seconds + 0.5);
  std::snprintf(text, sizeof text, "%d:%02d", whole / 60, whole % 60);
  return text;
}

} // namespace

void catchInterrupts() {
  struct sigaction action {};
  action.sa_handler = onInterrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A terminal that goes away asks for the same, unless nohup has said that it is not to matter.
  struct sigaction before {};
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
}

bool interrupted() noexcept {
  return stopWanted.load(std::memory_order_relaxed) != 0;
}

Console::Console(std::ostream& out, std::ostream& err, bool barOnErr)
    : out_(out)
    , err_(err)
    , barOnErr_(barOnErr) {}

void Console::data(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (!bar_.empty())
    err_ << "\r\x1b[K" << std::flush;
  out_ << text << std::flush;
  if (!out_)
    throw OutputError({}, "standard output cannot be written", "check the disk or the program behind the pipe");
  if (!bar_.empty())
    err_ << bar_ << std::flush;
}

void Console::talk(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (!bar_.empty())
    err_ << "\r\x1b[K";
  err_ << line << '\n';
  if (!bar_.empty())
    err_ << bar_;
  err_ << std::flush;
}

void Console::say(const std::string& line) {
  if (verbosity_ != Verbosity::quiet)
    talk(line);
}

void Console::detail(const std::string& line) {
  if (verbosity_ == Verbosity::verbose)
    talk(line);
}

void Console::error(const std::string& line) {
  talk(line);
}

void Console::bar(const std::string& line) {
  if (!drawsBars())
    return;
  const std::lock_guard lock(mutex_);
  bar_ = line.substr(0, columnsOfTerminal() - 1); // of a line that wraps only the last row could be drawn again
  err_ << "\r\x1b[K" << bar_ << std::flush;
}

void Console::clearBar() {
  const std::lock_guard lock(mutex_);
  if (bar_.empty())
    return;
  bar_.clear();
  err_ << "\r\x1b[K" << std::flush;
}

ConsoleProgress::ConsoleProgress(Console& console)
    : console_(console) {}

ConsoleProgress::~ConsoleProgress() {
  console_.clearBar();
}

void ConsoleProgress::start(const std::string& what, std::int64_t total) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  total_ = total;
  done_ = 0;
  running_ = true;
  started_ = drawn_ = std::chrono::steady_clock::now();
  draw(true);
}

void ConsoleProgress::advance(std::int64_t steps) {
  const std::lock_guard lock(mutex_);
  done_ += steps;
  draw(false);
}

void ConsoleProgress::finish() {
  const std::lock_guard lock(mutex_);
  running_ = false;
  console_.clearBar();
}

void ConsoleProgress::say(const std::string& line) {
  console_.say(line);
}

bool ConsoleProgress::stopRequested() const {
  return interrupted();
}

void ConsoleProgress::draw(bool now) {
  using namespace std::chrono_literals;
  if (!running_)
    return;
  const auto time = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(time - started_).count();
  const std::string count = total_ > 0 ? std::to_string(done_) + "/" + std::to_string(total_) : std::to_string(done_);
  if (!console_.drawsBars()) {
    // The first line comes with the start; then a sign of life that doesn't fill a log file.
    if (!now && time - drawn_ < 5s)
      return;
    drawn_ = time;
    if (done_ > 0)
      console_.say(what_ + ": " + count + ", " + clock(seconds));
    return;
  }
  if (!now && time - drawn_ < 100ms)
    return;
  drawn_ = time;
  constexpr int width = 30;
  std::string line = what_ + " ";
  if (total_ > 0) {
    const int filled = static_cast<int>(width * std::min(done_, total_) / total_);
    line += "[" + std::string(static_cast<std::size_t>(filled), '#') +
            std::string(static_cast<std::size_t>(width - filled), '.') + "] ";
  }
  line += count + " " + clock(seconds);
  if (total_ > 0 && done_ > 0 && done_ < total_)
    line += ", about " + clock(seconds / static_cast<double>(done_) * static_cast<double>(total_ - done_)) + " left";
  console_.bar(line);
}

} // namespace hipcuff::cli
