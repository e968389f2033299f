#include "hipcuff/rendering/private_display.h"

#include <X11/Xlib.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace hipcuff {
namespace {

using namespace std::chrono_literals;
constexpr auto startLimit = 20s; // a loaded machine may need several
constexpr const char* install = "install it: apt-get install xvfb; or set DISPLAY to a running X server";

/// One Xauthority entry that holds for every host and display number.
std::string cookieEntry() {
  constexpr std::uint16_t familyWild = 0xFFFF;
  const std::string name = "MIT-MAGIC-COOKIE-1";
  std::random_device random;
  std::string secret;
  for (int i = 0; i < 16; ++i)
    secret.push_back(static_cast<char>(random() & 0xFF));
  std::string entry;
  const auto number = [&](std::size_t n) {
    entry.push_back(static_cast<char>(n >> 8));
    entry.push_back(static_cast<char>(n & 0xFF));
  };
  const auto field = [&](const std::string& bytes) {
    number(bytes.size());
    entry += bytes;
  };
  number(familyWild);
  field(""); // address
  field(""); // display
  field(name);
  field(secret);
  return entry;
}

class Fd {
public:
  explicit Fd(int fd) noexcept
      : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }
  void reset() noexcept {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

private:
  int fd_;
};

/// The display number that the server writes once it is ready; empty where it died or took too long.
std::string readDisplayNumber(int fd) {
  std::string digits;
  const auto end = std::chrono::steady_clock::now() + startLimit;
  while (digits.empty() || digits.back() != '\n') {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    if (left <= 0ms)
      return {};
    const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR)
      continue;
    std::array<char, 16> buffer{};
    const ssize_t got = ready > 0 ? ::read(fd, buffer.data(), buffer.size()) : 0;
    if (got <= 0)
      return {};
    digits.append(buffer.data(), static_cast<std::size_t>(got));
  }
  digits.pop_back();
  return digits;
}

} // namespace

bool displayAnswers() {
  const char* name = std::getenv("DISPLAY");
  if (name == nullptr || *name == '\0')
    return false;
  Display* display = XOpenDisplay(nullptr);
  if (display == nullptr)
    return false;
  int opcode = 0;
  int event = 0;
  int error = 0;
  const bool opengl = XQueryExtension(display, "GLX", &opcode, &event, &error) != 0;
  XCloseDisplay(display);
  return opengl;
}

PrivateDisplay::PrivateDisplay() {
  const char* chosen = std::getenv("HIPCUFF_XVFB");
  const std::string server = chosen != nullptr && *chosen != '\0' ? chosen : "Xvfb";

  // The cookie lives in memory, handed down as an open file: nothing is left behind on any disk.
  Fd cookie(::memfd_create("hipcuff-xauth", 0));
  const std::string entry = cookieEntry();
  std::array<int, 2> ends{-1, -1};
  if (cookie.get() < 0 || ::write(cookie.get(), entry.data(), entry.size()) != static_cast<ssize_t>(entry.size()) ||
      ::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw NoDisplayError(server, std::string("can't be started: ") + std::strerror(errno), "");
  Fd readEnd(ends[0]);
  Fd writeEnd(ends[1]);

  // Everything that allocates happens before fork().
  const std::string cookiePath = "/proc/self/fd/" + std::to_string(cookie.get());
  const std::string displayFd = std::to_string(writeEnd.get());
  std::vector<std::string> words{server,     "-displayfd", displayFd, "-nolisten",    "tcp",     "-auth",
                                 cookiePath, "-screen",    "0",       "1280x1024x24", "-noreset"};
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();

  const pid_t child = ::fork();
  if (child < 0)
    throw NoDisplayError(server, std::string("can't be started: ") + std::strerror(errno), "");
  if (child == 0) {
    // The server must not outlive us, even where we crash. SIGTERM lets it remove its lock files.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent)
      ::_exit(126);
    // Its chatter (keyboard maps) is no news to the user.
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::fcntl(writeEnd.get(), F_SETFD, 0);
    ::execvp(arguments[0], arguments.data());
    ::_exit(errno == ENOENT ? 127 : 126);
  }
  pid_ = child;
  writeEnd.reset();
  const std::string number = readDisplayNumber(readEnd.get());
  if (number.empty()) {
    int status = 0;
    const bool ended = ::waitpid(pid_, &status, WNOHANG) == pid_ || (std::this_thread::sleep_for(200ms), false) ||
                       ::waitpid(pid_, &status, WNOHANG) == pid_;
    if (ended)
      pid_ = -1;
    stop();
    if (ended && WIFEXITED(status) && WEXITSTATUS(status) == 127)
      throw NoDisplayError(server, "not found, and there is no X display to draw on", install);
    throw NoDisplayError(server, "could not be started, and there is no X display to draw on", install);
  }
  name_ = ":" + number;
  cookieFile_ = cookie.release();
  ::setenv("DISPLAY", name_.c_str(), 1);
  ::setenv("XAUTHORITY", cookiePath.c_str(), 1);
  if (!displayAnswers()) {
    stop();
    throw NoDisplayError(server, "has no OpenGL (GLX), and there is no other X display to draw on",
                         "install it: apt-get install libgl1-mesa-dri libglx-mesa0");
  }
}

PrivateDisplay::~PrivateDisplay() {
  stop();
  if (cookieFile_ >= 0) {
    ::close(cookieFile_);
    ::unsetenv("DISPLAY");
    ::unsetenv("XAUTHORITY");
  }
}

void PrivateDisplay::stop() noexcept {
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 40; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return;
    }
    std::this_thread::sleep_for(50ms);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

} // namespace hipcuff
