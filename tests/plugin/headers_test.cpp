// The mark stands for every header of ours that a plugin's module.h includes: no more, no less.
#include "plugin_support.h"

#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace hipcuff {
namespace {

std::string outputOf(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), n);
  return ::pclose(pipe) == 0 ? out : std::string();
}

TEST(Mark, StandsForAllHeadersThatAPluginSees) {
  const std::string rules = outputOf(HIPCUFF_CXX " -std=c++20 -MM " HIPCUFF_INCLUDES " " HIPCUFF_SOURCE_DIR
                                                 "/lib/plugin/include/hipcuff/plugin/module.h 2>/dev/null");
  if (rules.empty())
    GTEST_SKIP() << "the compiler can't be run here";
  std::set<std::string> seen;
  std::istringstream in(rules);
  for (std::string word; in >> word;) {
    const std::filesystem::path path = word;
    if (path.extension() == ".h" && path.filename() != "abi.h") // the mark itself
      seen.insert(path.filename().string());
  }
  std::set<std::string> marked;
  std::istringstream list(HIPCUFF_MARKED_HEADERS);
  for (std::string name; std::getline(list, name, ',');)
    marked.insert(name);
  EXPECT_EQ(seen, marked) << "bring the list in lib/plugin/CMakeLists.txt up to date";
}

} // namespace
} // namespace hipcuff
