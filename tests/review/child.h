// A program of its own for tests: a forked child that is killed or limited.
#pragma once

#include <functional>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hipcuff::review {

class Child {
public:
  /// The child says what it has done through the pipe `report`, and never returns into the test.
  explicit Child(const std::function<void(int report)>& work) {
    int ends[2];
    if (::pipe(ends) != 0)
      return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      try {
        work(ends[1]);
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    report_ = ends[0];
  }
  ~Child() {
    if (pid_ > 0)
      kill();
    if (report_ >= 0)
      ::close(report_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() {
    ::kill(pid_, SIGKILL);
    wait();
  }
  /// Its exit status; -1 where it was killed.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  /// The next number that it reported; -1: no more.
  int next() {
    int value = 0;
    return ::read(report_, &value, sizeof value) == static_cast<ssize_t>(sizeof value) ? value : -1;
  }

private:
  pid_t pid_ = -1;
  int report_ = -1;
};

inline void say(int report, int value) {
  if (::write(report, &value, sizeof value) != static_cast<ssize_t>(sizeof value))
    ::_exit(2);
}

} // namespace hipcuff::review
