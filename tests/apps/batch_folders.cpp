#include "batch_folders.h"

#include "batch_fixture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace hipcuff::test {

namespace fs = std::filesystem;

const RunOptions fixedTime{.environment = {{"SOURCE_DATE_EPOCH", "1760000000"}}};

Tree treeOf(const fs::path& batchFolder) {
  Tree tree;
  for (const auto& entry : fs::recursive_directory_iterator(batchFolder)) {
    const std::string name = entry.path().lexically_relative(batchFolder).generic_string();
    if (!entry.is_regular_file() || name.starts_with("catalogue.") || name.starts_with("summary.") ||
        name == "figures.json" || name.ends_with(".lock"))
      continue;
    std::string bytes = readFile(entry.path());
    if (entry.path().filename() == "exam.json") {
      auto json = nlohmann::ordered_json::parse(bytes);
      json.erase("times");
      bytes = json.dump(1);
    }
    tree.emplace(name, std::move(bytes));
  }
  return tree;
}

std::vector<std::string> differences(const Tree& expected, const Tree& found) {
  std::vector<std::string> lines;
  for (const auto& [name, bytes] : expected) {
    const auto other = found.find(name);
    if (other == found.end())
      lines.push_back(name + " is missing");
    else if (other->second != bytes)
      lines.push_back(name + " differs");
  }
  for (const auto& [name, bytes] : found)
    if (!expected.contains(name))
      lines.push_back(name + " is too many");
  return lines;
}

std::vector<fs::path> examFolders(const fs::path& batchFolder) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::recursive_directory_iterator(batchFolder / "studies"))
    if (entry.path().filename() == "exam.json")
      folders.push_back(entry.path().parent_path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

int cutOff(std::vector<std::string> all, std::chrono::microseconds after, int signal) {
  all.insert(all.begin(), std::string(HIPCUFF_BIN_DIR) + "/hipcuff");
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (std::string& word : all)
      argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setenv("SOURCE_DATE_EPOCH", fixedTime.environment.at("SOURCE_DATE_EPOCH").c_str(), 1);
    if (std::freopen("/dev/null", "w", stderr) == nullptr)
      ::_exit(126);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  std::this_thread::sleep_for(after);
  ::kill(child, signal);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace hipcuff::test
