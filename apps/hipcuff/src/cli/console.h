// Where the program talks: data on stdout, everything else on stderr. Lines from several threads stay whole, and a
// progress bar never tears one apart.
#pragma once

#include "hipcuff/core/progress.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

namespace hipcuff::cli {

enum class Verbosity { quiet, normal, verbose };

class Console {
public:
  /// @param barOnErr whether `err` is a terminal that can redraw a line
  Console(std::ostream& out, std::ostream& err, bool barOnErr);

  void setVerbosity(Verbosity verbosity) noexcept { verbosity_ = verbosity; }
  [[nodiscard]] Verbosity verbosity() const noexcept { return verbosity_; }

  /// Data, as it is. @throws OutputError where stdout can't take it (closed pipe, disk full)
  void data(std::string_view text);
  /// One line of talk; not with --quiet.
  void say(const std::string& line);
  /// One line of talk only with --verbose.
  void detail(const std::string& line);
  /// One line that is shown even with --quiet.
  void error(const std::string& line);

  /// For the progress bar: replaces the line under the cursor, cut where the terminal ends. Nothing where there is no
  /// terminal or --quiet.
  void bar(const std::string& line);
  void clearBar();
  [[nodiscard]] bool drawsBars() const noexcept { return barOnErr_ && verbosity_ != Verbosity::quiet; }

private:
  void talk(const std::string& line);

  std::ostream& out_;
  std::ostream& err_;
  bool barOnErr_;
  Verbosity verbosity_ = Verbosity::normal;
  std::mutex mutex_;
  std::string bar_; ///< on the terminal now
};

/// A bar on a terminal; otherwise a plain line at most every few seconds.
class ConsoleProgress final : public Progress {
public:
  explicit ConsoleProgress(Console& console);
  ~ConsoleProgress() override;
  ConsoleProgress(const ConsoleProgress&) = delete;
  ConsoleProgress& operator=(const ConsoleProgress&) = delete;

  void start(const std::string& what, std::int64_t total) override;
  void advance(std::int64_t steps) override;
  void finish() override;
  void say(const std::string& line) override;
  [[nodiscard]] bool stopRequested() const override;

private:
  void draw(bool now);

  Console& console_;
  std::mutex mutex_;
  std::string what_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  bool running_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

/// Makes the first Ctrl-C, SIGTERM or SIGHUP a request (see stopRequested); a second one ends the process at once.
void catchInterrupts();
[[nodiscard]] bool interrupted() noexcept;

} // namespace hipcuff::cli
