// Runs the built program as a user does, and keeps what it said.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hipcuff::test {

struct Ran {
  int code = -1; ///< exit code; 128 + signal where it was killed
  std::string out{};
  std::string err{};
  double seconds = 0;

  [[nodiscard]] std::vector<std::string> errLines() const;
  /// Lines on stderr that hold the text.
  [[nodiscard]] std::vector<std::string> errLinesWith(const std::string& text) const;
};

struct RunOptions {
  std::map<std::string, std::string> environment{}; ///< set; an empty value unsets
  std::vector<std::string> before{};                ///< words in front of the program, e.g. setpriv ...
};

/// hipcuff with these words.
[[nodiscard]] Ran hipcuff(const std::vector<std::string>& words, const RunOptions& options = {});
/// Any program; its output is kept the same way.
[[nodiscard]] Ran runProgram(const std::vector<std::string>& words, const RunOptions& options = {});

/// A folder of its own for one test, gone afterwards.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

void writeFile(const std::filesystem::path& path, const std::string& bytes);
[[nodiscard]] std::string readFile(const std::filesystem::path& path);

} // namespace hipcuff::test
