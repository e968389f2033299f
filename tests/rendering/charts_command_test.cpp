// hipcuff-render charts as a process.
#include "hipcuff/core/png.h"
#include "hipcuff/report/figure_json.h"
#include "render_process.h"
#include "sample_figures.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;
using test::contentsOf;
using test::Outcome;
using testing::HasSubstr;

class ChartsCommand : public testing::Test {
protected:
  /// Runs with no DISPLAY.
  Outcome run(const std::string& arguments, const std::string& environment = {}) {
    return test::runRender(folder_, "charts " + arguments, environment);
  }
  std::string write(const std::string& text) {
    std::ofstream(folder_ / "figures.json") << text;
    return "--figures '" + (folder_ / "figures.json").string() + "'";
  }
  [[nodiscard]] fs::path out(const std::string& name) const { return folder_ / "figures" / name; }

  test::TemporaryFolder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(ChartsCommand, DrawsBothFormatsWithoutADisplay) {
  const std::string figures = write(report::figuresToJson({test::rocFigure(), test::confusionFigure()}));
  const Outcome outcome = run(figures);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* name : {"roc.png", "roc.svg", "confusion.png", "confusion.svg"}) {
    EXPECT_THAT(outcome.out, HasSubstr(out(name).string() + "\n"));
    EXPECT_TRUE(fs::exists(out(name)));
  }
  EXPECT_EQ(readPng(out("roc.png"), 5000).width, 1004);
  EXPECT_THAT(outcome.err, HasSubstr("2 charts in"));
  const std::string first = contentsOf(out("roc.png"));
  const Outcome again = run(figures + " --quiet");
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(contentsOf(out("roc.png")), first) << "same input, same bytes";
}

TEST_F(ChartsCommand, SvgNeedsNoDisplayAtAll) {
  const std::string figures = write(report::figuresToJson({test::rocFigure()}));
  const Outcome outcome = run(figures + " --format svg --width 120", "HIPCUFF_XVFB=/nonexistent/Xvfb");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(contentsOf(out("roc.svg")), HasSubstr("width=\"120mm\""));
  EXPECT_FALSE(fs::exists(out("roc.png")));
  const Outcome pixels = run(figures, "HIPCUFF_XVFB=/nonexistent/Xvfb");
  EXPECT_EQ(pixels.code, 4);
  EXPECT_EQ(std::count(pixels.err.begin(), pixels.err.end(), '\n'), 1) << pixels.err;
}

TEST_F(ChartsCommand, OneBadFigureDoesNotStopTheOthers) {
  std::string text = report::figuresToJson({test::rocFigure(), test::boxFigure(), test::gradesFigure()});
  text.replace(text.find("\"median\""), 8, "\"medium\"");
  Figure empty;
  empty.id = "empty";
  const std::string more = report::figuresToJson({empty});
  const auto begin = more.find("{\"id\"");
  text.insert(text.find("{\"id\""), more.substr(begin, more.rfind("]}") - begin) + ",");
  const Outcome outcome = run(write(text) + " --format svg");
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("unknown field 'medium'"));
  EXPECT_THAT(outcome.err, HasSubstr("figure 'empty': has no data to draw"));
  EXPECT_THAT(outcome.err, HasSubstr("2 charts"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 3) << outcome.err; // a line each, and the sum
  EXPECT_TRUE(fs::exists(out("roc.svg")) && fs::exists(out("grades.svg")));
  EXPECT_FALSE(fs::exists(out("boxes.svg")) || fs::exists(out("empty.svg")));
}

TEST_F(ChartsCommand, BadFilesFailInOneLine) {
  for (const char* text : {"", "not json", "{}", "{\"schema\": \"hipcuff.figures/9\", \"figures\": []}"}) {
    const Outcome outcome = run(write(text));
    EXPECT_EQ(outcome.code, 1) << text;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  EXPECT_EQ(run("--figures '" + (folder_ / "none.json").string() + "'").code, 1);
  const std::string none = write(report::figuresToJson({}));
  EXPECT_EQ(run(none, "HIPCUFF_XVFB=/nonexistent/Xvfb").code, 0); // nothing to draw, no display needed
  std::ofstream(folder_ / "file") << "in the way";
  EXPECT_EQ(run(none + " --out '" + (folder_ / "file/charts").string() + "'").code, 1);
}

TEST_F(ChartsCommand, WrongUsageIsTwo) {
  const std::string figures = write(report::figuresToJson({test::rocFigure()}));
  for (const char* wrong : {" --format pdf", " --format ''", " --width 10", " --width 9999", " --width wide",
                            " --dpi 5", " --dpi 5000", " --results x", " extra"}) {
    const Outcome outcome = run(figures + wrong);
    EXPECT_EQ(outcome.code, 2) << wrong << ": " << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  EXPECT_EQ(run("").code, 2);
}

TEST_F(ChartsCommand, TooLargeToDrawIsSaid) {
  const Outcome outcome =
      run(write(report::figuresToJson({test::rocFigure()})) + " --format png --width 400 --dpi 1200");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("pixels (ask for a smaller width or resolution)"));
}

} // namespace
} // namespace hipcuff
