#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace hipcuff;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Criteria, BuiltInIsTheFileInTheRepository) {
  std::ifstream file(HIPCUFF_SOURCE_DIR "/lib/grading/criteria/hipcuff.json");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), builtinCriteriaJson());
  const Criteria loaded = loadCriteria(HIPCUFF_SOURCE_DIR "/lib/grading/criteria/hipcuff.json");
  EXPECT_EQ(loaded.name, "hipcuff");
  EXPECT_EQ(loaded.items.size(), builtinCriteria().items.size());
  EXPECT_DOUBLE_EQ(loaded.value("fibre_angle_max"), 7);
}

TEST(Criteria, EveryOneHasUnitAndSource) {
  for (const auto& [key, item] : builtinCriteria().items) {
    EXPECT_FALSE(item.unit.empty()) << key;
    EXPECT_GT(item.source.size(), 10u) << key;
  }
}

TEST(Criteria, EveryOneIsInTheMethodsPage) {
  std::ifstream file(HIPCUFF_SOURCE_DIR "/docs/methods.md");
  std::ostringstream text;
  text << file.rdbuf();
  ASSERT_FALSE(text.str().empty());
  for (const auto& [key, item] : builtinCriteria().items) {
    const auto at = text.str().find("\n| `" + key + "` | ");
    ASSERT_NE(at, std::string::npos) << key << " is not in docs/methods.md (scripts/criteria_file.py writes the table)";
    const std::string row = text.str().substr(at + 1, text.str().find('\n', at + 1) - at - 1);
    const std::string value = row.substr(row.find('|', 2) + 2);
    EXPECT_NEAR(std::stod(value), item.value, 1e-9) << row;
    EXPECT_TRUE(row.ends_with(" | " + item.unit + " | " + item.source + " |")) << row;
  }
}

TEST(Criteria, AChangedValueIsTaken) {
  const std::string json = replaced(std::string(builtinCriteriaJson()), "\"fibre_angle_max\": {\"value\": 7",
                                    "\"fibre_angle_max\": {\"value\": 5.5");
  EXPECT_DOUBLE_EQ(parseCriteria(json).value("fibre_angle_max"), 5.5);
}

TEST(Criteria, WrongFilesAreNamed) {
  const std::string good(builtinCriteriaJson());
  EXPECT_THROW((void)loadCriteria("no-such-file.json"), ConfigError);
  EXPECT_THROW((void)loadCriteria(std::filesystem::temp_directory_path()), ConfigError);
  EXPECT_THROW((void)parseCriteria(""), ConfigError);
  EXPECT_THROW((void)parseCriteria("[]"), ConfigError);
  EXPECT_THROW((void)parseCriteria("{\"name\": \"x\", \"version\": \"1\"}"), ConfigError);
  EXPECT_THROW((void)parseCriteria(replaced(good, "\"version\"", "\"versoin\"")), ConfigError);
  EXPECT_THROW((void)parseCriteria(replaced(good, "\"value\": 7", "\"value\": \"7\"")), ConfigError);
  EXPECT_THROW((void)parseCriteria(replaced(good, "\"unit\": \"degrees\"", "\"unit\": \"\"")), ConfigError);
  try {
    (void)parseCriteria(replaced(good, "\"fibre_angle_max\"", "\"fiber_angle_max\""), "mine.json");
    FAIL() << "a missing criterion was accepted";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("fibre_angle_max"), std::string::npos);
    EXPECT_EQ(e.path(), "mine.json");
    EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
  }
}

} // namespace
