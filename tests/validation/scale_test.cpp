// A hundred thousand rows: seconds, and memory by the row.
#include "made_up.h"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>

namespace hipcuff::validation {
namespace {

/// MiB that the process has used at most so far (Linux); 0 where it is not told.
double peakMiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:"))
      return std::stod(line.substr(6)) / 1024;
  return 0;
}

TEST(Scale, AHundredThousandRows) {
  constexpr int rows = 100'000;
  const double before = peakMiB();
  const std::clock_t begin = std::clock(); // of this process: other work on the machine does not count
  SystemResults system;
  std::string text = "sop_instance_uid,file,patient,reader,class,thickness_max_mm,confidence\n";
  for (int i = 0; i < rows; ++i) {
    const std::string n = std::to_string(i);
    system.images.push_back(image("exam" + std::to_string(i / 8), n, i % 2 == 0 ? Side::left : Side::right,
                                  static_cast<GradeClass>(i % 4)));
    // Every third by its file's name, every fourth file's name in every folder.
    if (i % 4 == 0)
      system.images.back().path = "data/exam" + n + "/long.dcm";
    text += (i % 3 == 0 ? "," + system.images.back().path.string() : "1.2." + n + ",") + ",P" + std::to_string(i / 16) +
            (i % 2 == 0 ? ",,full,5.25,0.5\n" : ",R1,partial,4.75,0.5\n");
  }
  const Reference reference = table(text);
  ASSERT_EQ(reference.entries.size(), static_cast<std::size_t>(rows));
  for (const Unit unit : {Unit::image, Unit::hip, Unit::patient}) {
    MatchOptions options;
    options.unit = unit;
    const Matched m = match(system, reference, options);
    EXPECT_EQ(m.cases.size(), static_cast<std::size_t>(unit == Unit::image ? rows
                                                       : unit == Unit::hip ? rows / 4
                                                                           : rows / 16));
    EXPECT_EQ(countOf(m, Leftover::Kind::conflict), 0u);
    EXPECT_EQ(countOf(m, Leftover::Kind::referenceWithoutResult), 0u);
    EXPECT_EQ(m.patientsFrom, "patient column");
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  RecordProperty("seconds", std::to_string(seconds));
  RecordProperty("MiB", std::to_string(peakMiB() - before));
  EXPECT_LT(seconds, 20);
  EXPECT_LT(peakMiB() - before, 1024);
}

TEST(Scale, ANameThatEveryPictureHasCostsNothing) {
  SystemResults system;
  std::string text = "file,class\n";
  for (int i = 0; i < 20'000; ++i) {
    system.images.push_back(image("e", std::to_string(i), Side::left, GradeClass::normal));
    system.images.back().path = "data/" + std::to_string(i) + "/a/b/long.dcm";
    text += "long.dcm,full\n";
  }
  const std::clock_t begin = std::clock(); // of this process: other work on the machine does not count
  const Matched m = match(system, table(text));
  EXPECT_EQ(countOf(m, Leftover::Kind::conflict), 20'000u);
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 20);
}

} // namespace
} // namespace hipcuff::validation
