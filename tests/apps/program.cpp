#include "program.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace hipcuff::test {
namespace {

std::string shellWord(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

} // namespace

std::vector<std::string> Ran::errLines() const {
  std::vector<std::string> lines;
  std::istringstream text(err);
  for (std::string line; std::getline(text, line);)
    lines.push_back(line);
  return lines;
}

std::vector<std::string> Ran::errLinesWith(const std::string& text) const {
  std::vector<std::string> lines;
  for (const std::string& line : errLines())
    if (line.find(text) != std::string::npos)
      lines.push_back(line);
  return lines;
}

Ran runProgram(const std::vector<std::string>& words, const RunOptions& options) {
  const TemporaryFolder folder;
  std::string command = "env";
  for (const auto& [name, value] : options.environment)
    command += value.empty() ? " -u " + name : "";
  for (const auto& [name, value] : options.environment)
    command += value.empty() ? "" : " " + shellWord(name + "=" + value);
  for (const auto& list : {options.before, words})
    for (const std::string& word : list)
      command += " " + shellWord(word);
  command += " >" + shellWord(folder / "out") + " 2>" + shellWord(folder / "err") + " </dev/null";
  const auto begin = std::chrono::steady_clock::now();
  const int status = std::system(command.c_str());
  Ran ran;
  ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.out = readFile(folder / "out");
  ran.err = readFile(folder / "err");
  return ran;
}

Ran hipcuff(const std::vector<std::string>& words, const RunOptions& options) {
  std::vector<std::string> all = {std::string(HIPCUFF_BIN_DIR) + "/hipcuff"};
  all.insert(all.end(), words.begin(), words.end());
  return runProgram(all, options);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hipcuff-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("no temporary folder can be made");
  path_ = pattern;
  std::filesystem::permissions(path_, std::filesystem::perms::others_read | std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void writeFile(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file)
    throw std::runtime_error("cannot write " + path.string());
}

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace hipcuff::test
