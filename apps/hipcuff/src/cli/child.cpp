#include "cli/child.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hipcuff::cli {
namespace {

class Descriptor {
public:
  explicit Descriptor(int value)
      : value_(value) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void close() {
    if (value_ >= 0)
      ::close(value_);
    value_ = -1;
  }
  [[nodiscard]] int get() const noexcept { return value_; }

private:
  int value_;
};

/// SIGPIPE is ignored here; the child gets the usual one back.
struct Attributes {
  posix_spawnattr_t value{};
  Attributes() {
    posix_spawnattr_init(&value);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&value, &usual);
    posix_spawnattr_setflags(&value, POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
};

struct Actions {
  posix_spawn_file_actions_t value{};
  Actions() { posix_spawn_file_actions_init(&value); }
  ~Actions() { posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};

bool runnable(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::filesystem::path ownProgram() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    throw Error({}, "cannot find its own program: " + error.message(), "is /proc mounted?");
  return self;
}

std::string signalName(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

WatchedChild runWatched(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                        double seconds) {
  using Clock = std::chrono::steady_clock;
  std::array<std::array<int, 2>, 2> pipes{};
  for (auto& ends : pipes)
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error(program, std::string("cannot be started: ") + std::strerror(errno), {});
  std::array<Descriptor, 2> readEnds{Descriptor(pipes[0][0]), Descriptor(pipes[1][0])};
  std::array<Descriptor, 2> writeEnds{Descriptor(pipes[0][1]), Descriptor(pipes[1][1])};
  Attributes attributes;
  posix_spawnattr_setpgroup(&attributes.value, 0);
  posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  Actions actions;
  posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions.value, writeEnds[0].get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions.value, writeEnds[1].get(), STDERR_FILENO);
  std::string name = program.string();
  std::vector<std::string> words = arguments;
  std::vector<char*> argv{name.data()};
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (const int code = ::posix_spawn(&child, program.c_str(), &actions.value, &attributes.value, argv.data(), environ);
      code != 0)
    throw Error(program, std::string("cannot be started: ") + std::strerror(code), {});
  for (Descriptor& end : writeEnds)
    end.close();

  WatchedChild result;
  const auto deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  constexpr std::size_t most = 1024 * 1024;
  const std::array<std::string*, 2> texts{&result.outText, &result.errorText};
  int status = 0;
  bool ended = false;
  // A process of the child's own may hold the pipes open: its end counts, not theirs.
  while (!ended) {
    std::array<pollfd, 2> waits{};
    for (std::size_t i = 0; i < waits.size(); ++i)
      waits[i] = {readEnds[i].get(), POLLIN, 0};
    constexpr int milliseconds = 50;
    (void)::poll(waits.data(), waits.size(), milliseconds);
    ended = ::waitpid(child, &status, WNOHANG) == child;
    for (std::size_t i = 0; i < waits.size(); ++i)
      for (;;) {
        pollfd now{readEnds[i].get(), POLLIN, 0};
        if (now.fd < 0 || ::poll(&now, 1, 0) <= 0)
          break;
        std::array<char, 4096> buffer;
        const ssize_t got = ::read(now.fd, buffer.data(), buffer.size());
        if (got <= 0) {
          readEnds[i].close();
          break;
        }
        texts[i]->append(buffer.data(),
                         std::min(static_cast<std::size_t>(got), most - std::min(most, texts[i]->size())));
      }
    if (!ended && Clock::now() > deadline) {
      result.timedOut = true;
      ::kill(-child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      ended = true;
    }
  }
  ::kill(-child, SIGKILL); // what it left running
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  result.signal = WIFSIGNALED(status) && !result.timedOut ? WTERMSIG(status) : 0;
  return result;
}

std::optional<std::filesystem::path> findProgram(const std::string& name) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error && runnable(self.parent_path() / name))
    return self.parent_path() / name;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && runnable(std::filesystem::path(folder) / name))
      return std::filesystem::path(folder) / name;
  return std::nullopt;
}

ChildResult runChild(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(program, std::string("cannot be started: ") + std::strerror(errno), {});
  Descriptor readEnd(ends[0]);
  Descriptor writeEnd(ends[1]);
  const Attributes attributes;
  Actions actions;
  posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions.value, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions.value, writeEnd.get(), STDERR_FILENO);

  std::string name = program.string();
  std::vector<std::string> words = arguments;
  std::vector<char*> argv{name.data()};
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int code = ::posix_spawn(&child, program.c_str(), &actions.value, &attributes.value, argv.data(), environ);
  if (code != 0)
    throw Error(program, std::string("cannot be started: ") + std::strerror(code), {});
  writeEnd.close();

  constexpr std::size_t most = 64 * 1024;
  ChildResult result;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(readEnd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    if (result.errorText.size() < most)
      result.errorText.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

} // namespace hipcuff::cli
