// The pages in headless Chromium, driven by tests/batch/worklist_browser.py.
#include "hipcuff/batch/summary.h"
#include "hipcuff/batch/worklist.h"

#include "sample_catalogue.h"
#include "sqlite.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <sys/wait.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

class WorklistInBrowser : public testing::Test {
protected:
  void SetUp() override {
    if (std::system("for p in chromium python3; do command -v $p >/dev/null 2>&1 || exit 1; done") != 0)
      GTEST_SKIP() << "needs chromium and python3 (scripts/packages.debian)";
  }

  test::TemporaryFolder folder;

  void write(const test::Sample& sample) {
    Catalogue catalogue(folder.path(), Catalogue::Access::readWrite);
    test::fill(catalogue, sample);
    finish(catalogue);
  }
  void finish(Catalogue& catalogue) {
    writeWorklist(catalogue, folder.path());
    writeSummary(catalogue, folder.path());
    test::writeThumbnails(catalogue, folder.path(), 30);
  }
  /// What the script has to say; nothing where all holds.
  void run(const std::string& name) {
    const std::string command = "/usr/bin/env python3 '" HIPCUFF_SOURCE_DIR "/tests/batch/worklist_browser.py' " +
                                name + " '" + folder.path().string() + "' 2>&1";
    std::string said;
    FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 4096> buffer{};
    while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
      said.append(buffer.data(), n);
    const int status = ::pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said;
    if (!said.empty())
      RecordProperty("said", said);
    if (name == "speed")
      std::printf("%s", said.c_str());
  }
};

TEST_F(WorklistInBrowser, KeysMoveOpenAndFilter) {
  write({.exams = 150});
  run("keys");
}
TEST_F(WorklistInBrowser, FiltersCountWhatTheCatalogueHolds) {
  write({.exams = 1500, .failed = 60, .skipped = 40});
  run("filters");
}
TEST_F(WorklistInBrowser, SortsByAnyColumn) {
  write({.exams = 400});
  run("sorting");
}
TEST_F(WorklistInBrowser, ScrollsThroughPieces) {
  write({.exams = 2500});
  run("scrolling");
}
TEST_F(WorklistInBrowser, ShowsThePictureOfTheRowUnderThePointer) {
  write({.exams = 60});
  run("pictures");
}
TEST_F(WorklistInBrowser, KeepsAndExportsWhatWasSeen) {
  write({.exams = 40});
  run("seen");
}
TEST_F(WorklistInBrowser, PrintsTheFilteredRows) {
  write({.exams = 200});
  run("printing");
}
TEST_F(WorklistInBrowser, TextsFromFilesStayText) {
  Catalogue catalogue(folder.path(), Catalogue::Access::readWrite);
  const std::string text = "/a/</script><script>alert(1)</script>\"'<!--<img src=x onerror=alert(2)>\xFF\x01";
  test::addExam(catalogue, text, "class, severity, confidence, subtype",
                "'partial_thickness', 3, 0.8, '</td><b onclick=x>'");
  Statement input(catalogue.database(), "INSERT INTO inputs(path, state, problem, remedy, scan) VALUES(?,?,?,?,1)");
  input.bind(1, text).bind(2, "failed").bind(3, text).bind(4, text).run();
  input.bind(1, text + "2").bind(2, "skipped").bind(3, text).bind(4, text).run();
  finish(catalogue);
  run("evil");
}
TEST_F(WorklistInBrowser, WithoutScriptsTheFirstRowsShow) {
  write({.exams = 300});
  run("plain");
}
TEST_F(WorklistInBrowser, AMissingPieceIsSaid) {
  write({.exams = 1600});
  run("missing");
}
TEST_F(WorklistInBrowser, TenThousandExamsAreQuick) {
  write({.exams = 10000});
  run("speed");
}

} // namespace
} // namespace hipcuff::batch
