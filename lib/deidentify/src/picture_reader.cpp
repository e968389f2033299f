#include "hipcuff/deidentify/picture_reader.h"

#include "text_protocol.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hipcuff::deidentify {
namespace {

using Clock = std::chrono::steady_clock;

/// What ends a child for good.
struct Broken {
  std::string why;
};

class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int value)
      : value_(value) {}
  ~Descriptor() { reset(-1); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int value) {
    if (value_ >= 0)
      ::close(value_);
    value_ = value;
  }
  [[nodiscard]] int get() const noexcept { return value_; }

private:
  int value_ = -1;
};

} // namespace

class PictureReader::Child {
public:
  Child(std::filesystem::path program, std::string languages, ReadingLimits limits)
      : program_(std::move(program))
      , languages_(std::move(languages))
      , limits_(limits) {}
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::vector<ReadWord> read(const GreyImage& picture) {
    if (!broken_.empty())
      throw Broken{broken_};
    if (pid_ == 0)
      start();
    deadline_ = Clock::now() + seconds(limits_.pictureSeconds);
    ocr::Picture head;
    head.width = static_cast<std::uint32_t>(picture.width);
    head.height = static_cast<std::uint32_t>(picture.height);
    send(&head, sizeof head);
    send(picture.data.data(), picture.data.size());
    ocr::Answer answer;
    receive(&answer, sizeof answer);
    if (answer.mark != ocr::answerMark || answer.words > ocr::mostWords)
      throw Broken{"hipcuff-ocr answered what is no answer"};
    std::vector<ReadWord> words;
    for (std::uint32_t i = 0; i < answer.words; ++i) {
      ocr::Word word;
      receive(&word, sizeof word);
      if (word.textBytes > ocr::longestText)
        throw Broken{"hipcuff-ocr answered what is no answer"};
      ReadWord out{std::string(word.textBytes, '\0'), {word.x0, word.y0, word.x1, word.y1}, word.confidence};
      receive(out.text.data(), out.text.size());
      words.push_back(std::move(out));
    }
    return words;
  }

  void giveUp(const std::string& why) {
    broken_ = why;
    end();
  }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
  static Clock::duration seconds(double value) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
  }

  void start() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw Broken{std::string("hipcuff-ocr can't be started: ") + std::strerror(errno)};
    socket_.reset(ends[0]);
    Descriptor theirs(ends[1]);
    if (::fcntl(socket_.get(), F_SETFL, O_NONBLOCK) != 0)
      throw Broken{std::string("hipcuff-ocr can't be started: ") + std::strerror(errno)};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // One thread: the others are busy with other files, and tesseract's four are slower than one here.
    std::string threads = "OMP_THREAD_LIMIT=1";
    std::vector<char*> environment;
    for (char** entry = environ; *entry != nullptr; ++entry)
      if (std::strncmp(*entry, "OMP_THREAD_LIMIT=", 17) != 0)
        environment.push_back(*entry);
    environment.push_back(threads.data());
    environment.push_back(nullptr);
    std::string program = program_.string();
    std::string option = "--languages";
    std::string languages = languages_;
    std::vector<char*> words{program.data()};
    if (!languages.empty())
      words.insert(words.end(), {option.data(), languages.data()});
    words.push_back(nullptr);
    const int code = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, words.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    theirs.reset(-1); // or its end would not be seen here
    if (code != 0) {
      pid_ = 0;
      throw Broken{std::string("hipcuff-ocr can't be started: ") + std::strerror(code)};
    }
    deadline_ = Clock::now() + seconds(limits_.startSeconds);
    ocr::Hello hello;
    receive(&hello, sizeof hello);
    if (hello.mark != ocr::helloMark || hello.nameBytes > ocr::longestText)
      throw Broken{program_.filename().string() + " isn't hipcuff-ocr, or one of another version"};
    name_.resize(hello.nameBytes);
    receive(name_.data(), name_.size());
  }

  void waitFor(short event) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
      if (left <= 0)
        throw Broken{"hipcuff-ocr took too long"};
      pollfd now{socket_.get(), event, 0};
      const int ready = ::poll(&now, 1, static_cast<int>(std::min<long long>(left, 1000)));
      if (ready > 0)
        return;
      if (ready < 0 && errno != EINTR)
        throw Broken{std::string("hipcuff-ocr: ") + std::strerror(errno)};
    }
  }

  void send(const void* from, std::size_t bytes) {
    const auto* at = static_cast<const char*>(from);
    while (bytes > 0) {
      const ssize_t put = ::send(socket_.get(), at, bytes, MSG_NOSIGNAL);
      if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
        waitFor(POLLOUT);
        continue;
      }
      if (put <= 0)
        throw Broken{howItEnded()};
      at += put;
      bytes -= static_cast<std::size_t>(put);
    }
  }

  void receive(void* to, std::size_t bytes) {
    auto* at = static_cast<char*>(to);
    while (bytes > 0) {
      const ssize_t got = ::recv(socket_.get(), at, bytes, 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        waitFor(POLLIN);
        continue;
      }
      if (got <= 0)
        throw Broken{howItEnded()};
      at += got;
      bytes -= static_cast<std::size_t>(got);
    }
  }

  std::string howItEnded() {
    int status = 0;
    // The socket is closed a moment before the process is gone.
    for (int i = 0; i < 100; ++i) {
      const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
      if (ended == pid_) {
        pid_ = 0;
        if (WIFSIGNALED(status))
          return "hipcuff-ocr was ended by signal " + std::to_string(WTERMSIG(status));
        return "hipcuff-ocr ended with code " + std::to_string(WEXITSTATUS(status)) +
               " (are tesseract's languages installed?)";
      }
      ::usleep(10000);
    }
    return "hipcuff-ocr closed its ears";
  }

  void end() {
    socket_.reset(-1);
    if (pid_ == 0)
      return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
  }

  std::filesystem::path program_;
  std::string languages_;
  ReadingLimits limits_;
  Descriptor socket_;
  pid_t pid_ = 0;
  Clock::time_point deadline_;
  std::string name_;
  std::string broken_;
};

PictureReader::PictureReader(std::filesystem::path program, std::string languages, ReadingLimits limits)
    : child_(std::make_unique<Child>(std::move(program), std::move(languages), limits)) {}

PictureReader::~PictureReader() = default;

const std::string& PictureReader::name() const noexcept {
  return child_->name();
}

PictureReader::Outcome PictureReader::read(const GreyImage& picture) {
  Outcome out;
  const auto pixels = static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height);
  if (picture.empty() || static_cast<std::uint32_t>(std::max(picture.width, picture.height)) > ocr::longestSide ||
      pixels > ocr::mostPixels) {
    out.why = "a picture of this size can't be read";
    return out;
  }
  try {
    out.words = child_->read(picture);
    out.read = true;
  } catch (const Broken& broken) {
    child_->giveUp(broken.why);
    out.why = broken.why;
  }
  return out;
}

} // namespace hipcuff::deidentify
