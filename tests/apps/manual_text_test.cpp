// Text that would harm a manual page or a completion if it went there as it is. What the real commands say is asked of
// the programs themselves in manual_test.py.
#include "cli/boost_options.h"
#include "cli/completion.h"
#include "cli/man_page.h"
#include "cli/option_words.h"
#include "cli/reference.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace hipcuff::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* nasty = R"(.SH is no request, 'nor this; C:\new\table "quoted" `tick` ^ ~ $HOME [x]: a--b)";

Program sample() {
  Command one;
  one.name = "one";
  one.summary = "Do it";
  // Wrapped so that a line of the source may begin with the dot.
  one.description = {nasty, std::string(70, 'x') + " .TP " + std::string(70, 'y') + " 'br"};
  one.arguments = {{.name = "INPUT", .help = nasty, .repeated = true}};
  one.options = {{.name = "where", .letter = "w", .kind = OptionKind::text, .valueName = "DIR", .help = nasty},
                 {.name = "how",
                  .kind = OptionKind::text,
                  .valueName = "HOW:[x]",
                  .help = "It's [odd]: yes.",
                  .choices = {"a:b", "it's"}}};
  one.examples = {{R"(sample one --where 'a\b' .x | grep -v "^.-")", nasty}};
  Command two;
  two.name = "one more";
  two.summary = "Do it's \"like\"";
  Program program;
  program.name = "sample";
  program.summary = "a sample";
  program.description = {nasty};
  program.commands = {one, two};
  program.options = {{.name = "help", .letter = "h", .help = "Help."}};
  program.exitCodes = {{0, nasty}};
  program.pagePerCommand = true;
  return program;
}

std::string said(const std::string& line) {
  std::string text;
  std::FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr)
    return "cannot run " + line;
  std::array<char, 4096> part{};
  for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    text.append(part.data(), n);
  return ::pclose(pipe) == 0 ? text : text + "(failed: " + line + ")";
}

class ManualText : public testing::Test {
protected:
  ManualText() { std::filesystem::create_directories(folder_); }
  ~ManualText() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("hipcuff-manual-" + std::to_string(::getpid()));
};

TEST_F(ManualText, IsShownAsItIs) {
  const std::string page = file("one.1", manPages(sample())[1].text);
  EXPECT_EQ(said("groff -ww -man -Kutf8 -Tutf8 -z " + page), "");
  const std::string shown = said("mandoc -Tutf8 -Owidth=300 " + page + " | col -b");
  EXPECT_THAT(shown, HasSubstr(nasty));
  EXPECT_THAT(shown, HasSubstr(" .TP yyy"));
  EXPECT_THAT(shown, HasSubstr("yyy 'br"));
  EXPECT_THAT(shown, HasSubstr(R"(sample one --where 'a\b' .x | grep -v "^.-")"));
}

TEST_F(ManualText, OfEachPageHasItsName) {
  const std::vector<ManPage> pages = manPages(sample());
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[0].name, "sample");
  EXPECT_EQ(pages[1].name, "sample-one");
  EXPECT_EQ(pages[2].name, "sample-one-more");
  writeManPages(pages, folder_ / "man1");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "man1" / "sample-one-more.1"));
  EXPECT_THROW(writeManPages(pages, "/proc/no/such"), OutputError);
}

TEST_F(ManualText, DoesNotHarmTheShells) {
  EXPECT_EQ(said("bash -n " + file("sample", completion(sample(), "bash"))), "");
  const std::string script = file("_sample", completion(sample(), "zsh"));
  EXPECT_EQ(said("zsh -n " + script), "");
  // Taken apart by zsh as meant: the quotes of the help do not end the word.
  EXPECT_THAT(completion(sample(), "zsh"), HasSubstr(R"('--how=[It'\''s \[odd\]\: yes]:HOW\:[x]:(a\:b it'\''s)')"));
  EXPECT_THROW(static_cast<void>(completion(sample(), "fish")), UsageError);
}

TEST(OptionWords, WhatMayStandThere) {
  const auto words = [](const char* valueName) {
    return fixedWords({.name = "x", .kind = OptionKind::text, .valueName = valueName});
  };
  EXPECT_THAT(words("N|all|auto"), ElementsAre("all", "auto"));
  EXPECT_THAT(words("DIR"), ElementsAre());
  EXPECT_EQ(offerFor("DIR"), Offer::folders);
  EXPECT_EQ(offerFor("FILE|DIR"), Offer::files);
  EXPECT_EQ(offerFor("NAME|FILE[,KEY=VALUE...]"), Offer::plugins);
  EXPECT_EQ(offerFor("N"), Offer::nothing);
  EXPECT_EQ(firstSentence("One thing. And more."), "One thing");
}

TEST(OptionWords, FromBoost) {
  namespace po = boost::program_options;
  po::options_description described;
  described.add_options()("quiet,q", "say nothing")("width", po::value<double>()->value_name("MM")->default_value(85),
                                                    "in print")("results", po::value<std::string>()->value_name("FILE"),
                                                                "results.json to draw");
  const std::vector<Option> options = optionsFrom(described);
  ASSERT_EQ(options.size(), 3U);
  EXPECT_EQ(spelled(options[0]), "-q, --quiet");
  EXPECT_EQ(explained(options[0]), "Say nothing.");
  EXPECT_EQ(spelled(options[1]), "--width MM");
  EXPECT_EQ(explained(options[1]), "In print. Default: 85.");
  EXPECT_EQ(explained(options[2]), "results.json to draw.") << "a file's name has no capital";
}

} // namespace
} // namespace hipcuff::cli
