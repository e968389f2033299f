// The framework of the command line: parsing, help, "did you mean", order of parallel work.
#include "cli/console.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/program.h"
#include "cli/table.h"
#include "commands/commands.h"
#include "commands/info_text.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/core/suggest.h"
#include "hipcuff/core/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

namespace hipcuff::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Said {
  ExitCode code{};
  std::string out{};
  std::string err{};
};

Said run(const std::vector<std::string>& words) {
  std::ostringstream out, err;
  Console console(out, err, false);
  const ExitCode code = runProgram(words, console);
  return {code, out.str(), err.str()};
}

Command sample() {
  Command command;
  command.name = "sample";
  command.arguments = {{.name = "INPUT", .help = "in", .repeated = true}};
  command.options = {
      {.name = "count",
       .letter = "c",
       .kind = OptionKind::integer,
       .valueName = "N",
       .preset = "4",
       .range = Range{1, 9}},
      {.name = "scale", .kind = OptionKind::number, .valueName = "X"},
      {.name = "side", .kind = OptionKind::text, .valueName = "L|R", .choices = {"L", "R"}},
      {.name = "fast"},
      jobsOption(),
  };
  return command;
}

std::string usageErrorOf(const std::vector<std::string>& words) {
  try {
    (void)Invocation::parse(sample(), words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(EditDistance, CountsSlips) {
  EXPECT_EQ(editDistance("", ""), 0u);
  EXPECT_EQ(editDistance("abc", ""), 3u);
  EXPECT_EQ(editDistance("analyze", "analyse"), 1u);
  EXPECT_EQ(editDistance("ifno", "info"), 1u) << "neighbours swapped are one slip";
  EXPECT_EQ(editDistance("kitten", "sitting"), 3u);
}

TEST(Suggest, NearOnesOnly) {
  const std::vector<std::string> names = {"analyze", "info", "phantom", "help"};
  EXPECT_EQ(closest("analyse", names), "analyze");
  EXPECT_EQ(closest("ana", names), "analyze");
  EXPECT_EQ(closest("hlep", names), "help");
  EXPECT_EQ(closest("xylophone", names), std::nullopt);
  EXPECT_EQ(closest("X", {"L", "R"}), std::nullopt) << "nothing of the word is left";
  EXPECT_EQ(closest("--jbos", {"--jobs", "--out"}), "--jobs");
}

TEST(Invocation, TakesOptionsAndArguments) {
  const Invocation it = Invocation::parse(sample(), {"a.dcm", "--count", "7", "--scale=0.05", "b.dcm", "--fast"});
  EXPECT_EQ(it.arguments(), (std::vector<std::string>{"a.dcm", "b.dcm"}));
  EXPECT_EQ(it.integer("count"), 7);
  EXPECT_DOUBLE_EQ(it.number("scale").value(), 0.05);
  EXPECT_TRUE(it.has("fast"));
  EXPECT_FALSE(it.has("side"));
}

TEST(Invocation, PresetsAndLetters) {
  EXPECT_EQ(Invocation::parse(sample(), {"a"}).integer("count"), 4);
  EXPECT_EQ(Invocation::parse(sample(), {"a", "-c", "2"}).integer("count"), 2);
  EXPECT_GE(Invocation::parse(sample(), {"a"}).jobs(), 1);
  EXPECT_EQ(Invocation::parse(sample(), {"a", "-j3"}).jobs(), 3);
}

TEST(Invocation, SomeOptionsMayBeGivenSeveralTimes) {
  Command command = sample();
  command.options.push_back({.name = "from", .kind = OptionKind::text, .valueName = "FILE", .repeated = true});
  const Invocation given = Invocation::parse(command, {"--from", "b", "--from=a", "x"});
  EXPECT_EQ(given.texts("from"), (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(Invocation::parse(command, {"x"}).texts("from").empty());
  EXPECT_THROW((void)Invocation::parse(command, {"--side", "L", "--side", "R", "x"}), UsageError);
}

TEST(Invocation, ArgumentsAfterTwoDashesMayLookLikeOptions) {
  EXPECT_EQ(Invocation::parse(sample(), {"--", "--odd-name.dcm"}).arguments(),
            (std::vector<std::string>{"--odd-name.dcm"}));
}

TEST(Invocation, RefusesWithOneLineThatHelps) {
  EXPECT_THAT(usageErrorOf({"a", "--cuont", "3"}), HasSubstr("did you mean '--count'?"));
  EXPECT_THAT(usageErrorOf({"a", "--cou", "3"}), HasSubstr("did you mean '--count'?")) << "no guessing of prefixes";
  EXPECT_THAT(usageErrorOf({"a", "--count", "10"}), HasSubstr("1 to 9"));
  EXPECT_THAT(usageErrorOf({"a", "--count", "3x"}), HasSubstr("whole number"));
  EXPECT_THAT(usageErrorOf({"a", "--scale", "nan"}), HasSubstr("number"));
  EXPECT_THAT(usageErrorOf({"a", "--scale", "0,05"}), HasSubstr("number"));
  EXPECT_THAT(usageErrorOf({"a", "--side", "left"}), HasSubstr("L or R"));
  EXPECT_THAT(usageErrorOf({"a", "--side", "X"}), HasSubstr("L or R"));
  EXPECT_THAT(usageErrorOf({"a", "--side", "l"}), HasSubstr("L or R"));
  EXPECT_THAT(usageErrorOf({"a", "--count"}), HasSubstr("count"));
  EXPECT_THAT(usageErrorOf({"a", "--count", "1", "--count", "2"}), HasSubstr("twice"));
  EXPECT_THAT(usageErrorOf({}), HasSubstr("needs INPUT"));
}

TEST(Program, AnswersWithExitCodes) {
  EXPECT_EQ(run({"--version"}).out, std::string("hipcuff ") + version + "\n");
  EXPECT_EQ(run({}).code, ExitCode::usage);
  const Said unknown = run({"analyse"});
  EXPECT_EQ(unknown.code, ExitCode::usage);
  EXPECT_EQ(unknown.err, "hipcuff: unknown command 'analyse' (did you mean 'analyze'?)\n");
  EXPECT_EQ(unknown.out, "");
  EXPECT_THAT(run({"--vresion"}).err, HasSubstr("did you mean '--version'?"));
  EXPECT_EQ(run({"help", "nothing"}).code, ExitCode::usage);
  EXPECT_EQ(run({"info", "--quiet", "--verbose", "x"}).code, ExitCode::usage);
}

TEST(Program, HelpIsTheSameFromBothSides) {
  for (const Command& command : allCommands()) {
    std::vector<std::string> words;
    std::istringstream name(command.name);
    for (std::string word; name >> word;)
      words.push_back(word);
    words.emplace_back("--help");
    const Said asCommand = run({"help", command.name});
    EXPECT_EQ(asCommand.code, ExitCode::ok);
    EXPECT_EQ(asCommand.out, run(words).out);
    EXPECT_THAT(asCommand.out, HasSubstr(command.summary));
    for (const Option& option : command.options)
      EXPECT_THAT(asCommand.out, HasSubstr("--" + option.name));
    EXPECT_THAT(run({"--help"}).out, HasSubstr(command.summary));
  }
}

TEST(Program, TwoWordsMayBeOneName) {
  EXPECT_THAT(run({"validate", "compare", "--help"}).out, HasSubstr("hipcuff validate compare: "));
  EXPECT_THAT(run({"validate", "--help"}).out, HasSubstr("hipcuff validate: "));
  EXPECT_EQ(run({"help", "validate", "plan"}).out, run({"validate", "plan", "--help"}).out);
  EXPECT_EQ(run({"validate", "compar", "a", "b"}).err,
            "hipcuff: unknown command 'validate compar' (did you mean 'validate compare'?)\n");
  EXPECT_EQ(run({"validate", "everything"}).code, ExitCode::usage);
  EXPECT_THAT(run({"validate", "compare", "a"}).err, HasSubstr("'hipcuff validate compare' needs"));
}

TEST(Help, FitsTheTerminal) {
  for (const std::size_t width : {80u, 100u})
    for (const Command& command : allCommands()) {
      std::istringstream lines(commandHelp(command, width) + overview(allCommands(), width));
      for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), width) << line;
    }
}

TEST(Help, EveryCommandIsWhole) {
  std::set<std::string> names;
  for (const Command& command : allCommands()) {
    EXPECT_TRUE(names.insert(command.name).second);
    EXPECT_TRUE(command.run) << command.name;
    EXPECT_FALSE(command.summary.empty() || command.exitCodes.empty() || command.examples.empty()) << command.name;
    std::set<std::string> options, letters;
    for (const auto& list : {command.options, commonOptions()})
      for (const Option& option : list) {
        EXPECT_TRUE(options.insert(option.name).second) << command.name << " --" << option.name;
        if (!option.letter.empty()) {
          EXPECT_TRUE(letters.insert(option.letter).second) << command.name << " -" << option.letter;
        }
        EXPECT_EQ(option.kind == OptionKind::flag, option.valueName.empty()) << command.name << " --" << option.name;
        EXPECT_FALSE(option.help.empty()) << command.name << " --" << option.name;
      }
  }
}

TEST(Help, ReferenceInDocsIsFresh) {
  const std::string path = std::string(HIPCUFF_SOURCE_DIR) + "/docs/commands.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == markdownReference(allCommands()))
      << "stale: run  build/release/bin/hipcuff help --markdown > docs/commands.md";
}

TEST(InfoText, SaysEachProblemOnceAndNoEmptyBox) {
  FileInfo info;
  UltrasoundRegion refused;
  refused.kind = RegionKind::bMode;
  refused.box = {0, 0, 99, 79};
  refused.problem = "no millimetres: its units are not centimetres";
  UltrasoundRegion outside;
  outside.box = {0, 0, -1, -1};
  outside.problem = "it lies outside the picture";
  info.cine.regions = {refused, outside};
  info.cine.problems = {"region 1: " + refused.problem, "region 2: " + outside.problem, "another"};
  Pane pane;
  pane.box = refused.box;
  pane.calibrationProblem = refused.problem;
  info.screen.emplace();
  info.screen->panes = {pane};
  const std::string text = infoText(info, false);
  const auto times = [&](const std::string& part) {
    int n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
      ++n;
    return n;
  };
  EXPECT_EQ(times("its units are not centimetres"), 1) << text;
  EXPECT_EQ(times("no millimetres: no millimetres"), 0) << text;
  EXPECT_EQ(times("-1"), 0) << text;
  EXPECT_EQ(times("outside the picture, "), 1) << text;
  EXPECT_EQ(times("no millimetres, see its region"), 1) << text;
  EXPECT_EQ(times("  problem"), 1) << text;
}

TEST(Table, AlignsCodePointsNotBytes) {
  Table table({"a", "b"});
  table.add({"4.5 ± 0.6", "x"});
  table.add({"4.5 + 0.6", "y"});
  EXPECT_EQ(table.text(), "a          b\n---------  -\n4.5 ± 0.6  x\n4.5 + 0.6  y\n");
}

TEST(Table, TailKeepsTheEndAndTamesControlCharacters) {
  EXPECT_EQ(tail("short", 10), "short");
  EXPECT_EQ(tail("a/long/path/file.dcm", 12), ".../file.dcm");
  EXPECT_EQ(tail("a\x1b[2Jb\n", 20), "a?[2Jb?");
  EXPECT_EQ(tail("ÄÖÜäöü", 5), "...öü");
}

TEST(InOrder, KeepsTheOrderWhateverIsFaster) {
  for (const int jobs : {1, 2, 7}) {
    int given = 0;
    std::vector<int> seen;
    inOrder(
        jobs, [&]() -> std::optional<int> { return given < 40 ? std::optional(given++) : std::nullopt; },
        [](int item) {
          std::this_thread::sleep_for(std::chrono::milliseconds(item % 5));
          return item * item;
        },
        [&](int result) { seen.push_back(result); });
    ASSERT_EQ(seen.size(), 40u);
    for (int i = 0; i < 40; ++i)
      EXPECT_EQ(seen[static_cast<std::size_t>(i)], i * i);
  }
}

TEST(InOrder, HoldsBackWhatIsAheadOfTheOutput) {
  std::atomic<int> given = 0, emitted = 0, most = 0;
  inOrder(
      4, [&]() -> std::optional<int> { return given < 100 ? std::optional(given++) : std::nullopt; },
      [&](int item) {
        most = std::max<int>(most, given - emitted);
        return item;
      },
      [&](int) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++emitted;
      });
  EXPECT_LE(most, 8 + 1);
}

TEST(InOrder, PassesExceptionsOnAndStops) {
  for (const int jobs : {1, 4}) {
    int given = 0;
    const auto next = [&]() -> std::optional<int> { return given < 1000 ? std::optional(given++) : std::nullopt; };
    EXPECT_THROW(inOrder(
                     jobs, next,
                     [](int item) {
                       if (item == 5)
                         throw std::runtime_error("work");
                       return item;
                     },
                     [](int) {}),
                 std::runtime_error);
    EXPECT_LT(given, 100);
    EXPECT_THROW(inOrder(
                     jobs, next, [](int item) { return item; }, [](int) { throw std::logic_error("emit"); }),
                 std::logic_error);
  }
}

TEST(ConsoleProgress, PlainLinesWhereThereIsNoTerminal) {
  std::ostringstream out, err;
  Console console(out, err, false);
  ConsoleProgress progress(console);
  progress.start("Analysing", 3);
  progress.advance(3);
  progress.say("a line");
  progress.finish();
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), HasSubstr("a line\n"));
  EXPECT_THAT(err.str(), Not(HasSubstr("\r")));
}

TEST(ConsoleProgress, BarGivesWayToLines) {
  std::ostringstream out, err;
  Console console(out, err, true);
  {
    ConsoleProgress progress(console);
    progress.start("Analysing", 3);
    progress.say("a line");
    console.data("data\n");
  }
  EXPECT_EQ(out.str(), "data\n");
  EXPECT_THAT(err.str(), HasSubstr("\r\x1b[Ka line\n"));
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K")) << "the bar is gone at the end";
}

// Of a line that wraps only the last row would be drawn again.
TEST(Console, ABarIsNoWiderThanTheTerminal) {
  std::ostringstream out, err;
  Console console(out, err, true);
  console.bar(std::string(1000, 'x'));
  const std::string drawn = err.str();
  const auto columns = std::count(drawn.begin(), drawn.end(), 'x');
  EXPECT_GE(columns, 20);
  EXPECT_LT(columns, 1000);
}

TEST(Console, QuietLeavesErrorsOnly) {
  std::ostringstream out, err;
  Console console(out, err, false);
  console.setVerbosity(Verbosity::quiet);
  console.say("talk");
  console.detail("more");
  console.error("wrong");
  EXPECT_EQ(err.str(), "wrong\n");
}

} // namespace
} // namespace hipcuff::cli
