#include "csv.h"

#include "sample_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hipcuff::report {
namespace {

/// A reader of RFC 4180 for one record.
std::vector<std::string> cells(const std::string& record) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i + 2 < record.size() || (i < record.size() && record[i] != '\r'); ++i) {
    const char c = record[i];
    if (c == '"' && quoted && i + 1 < record.size() && record[i + 1] == '"')
      out.back() += record[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

std::map<std::string, std::string> rowOf(const ImageResult& image) {
  const auto names = cells(csvHeader());
  const auto values = cells(csvRow(toJson(image, "img-1", {"masks/img-1.png", ""}, test::sampleCriteria())));
  EXPECT_EQ(names.size(), values.size());
  std::map<std::string, std::string> row;
  for (std::size_t i = 0; i < names.size(); ++i)
    row[names[i]] = values[i];
  return row;
}

TEST(Csv, QuotesAsRfc4180) {
  EXPECT_EQ(csvText("plain"), "plain");
  EXPECT_EQ(csvText("a,b"), "\"a,b\"");
  EXPECT_EQ(csvText("say \"hip\""), "\"say \"\"hip\"\"\"");
  EXPECT_EQ(csvText("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csvText(""), "");
}

TEST(Csv, NoTextIsAFormula) {
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1"}) {
    const std::string cell = csvText(formula);
    EXPECT_EQ(cell.substr(0, 2), "\"'") << formula;
  }
}

TEST(Csv, RowHasTheValuesOfTheImage) {
  auto row = rowOf(test::tornHip());
  EXPECT_EQ(row["path"], "exams/case-01/right-long.dcm");
  EXPECT_EQ(row["side"], "R");
  EXPECT_EQ(row["view"], "long");
  EXPECT_EQ(row["mm_per_px_x"], "0.1");
  EXPECT_EQ(row["class"], "partial_thickness");
  EXPECT_EQ(row["subtype"], "undersurface");
  EXPECT_EQ(row["certainty"], "persistent");
  EXPECT_EQ(row["frame"], "11");
  EXPECT_EQ(row["discontinuities"], "2");
  EXPECT_EQ(row["worst_kind"], "undersurface");
  EXPECT_EQ(row["worst_depth_fraction"], "0.45");
  EXPECT_EQ(row["worst_gap_mm"], "");
  EXPECT_EQ(row["largest_calcification_mm"], "2.2");
  EXPECT_EQ(row["criteria_name"], "sample");
  EXPECT_EQ(row["tear_depth_bin"], "25_to_50");
  EXPECT_EQ(row["tear_depth_grade"], "low");
  EXPECT_EQ(row["retraction_flag"], "");
}

TEST(Csv, NotMeasuredIsAnEmptyCell) {
  auto row = rowOf(test::uncalibrated());
  EXPECT_EQ(row["not_gradable_reasons"], "no_calibration;region_unconfirmed");
  for (const char* name : {"mm_per_px_x", "thickness_mean_mm", "discontinuities", "worst_kind", "itb_mm",
                           "calcifications", "confidence", "p_normal", "side"})
    EXPECT_EQ(row[name], "") << name;
  EXPECT_EQ(row["gradable"], "false");
}

TEST(Csv, ReviewStandsAtTheEndBesideTheProgramsClass) {
  auto row = rowOf(test::reviewedHip());
  EXPECT_EQ(row["class"], "partial_thickness");
  EXPECT_EQ(row["review_by"], "AB");
  EXPECT_EQ(row["review_at"], "2026-05-04T09:30:00Z");
  EXPECT_EQ(row["review_verdict"], "changed");
  EXPECT_EQ(row["review_class"], "tendinosis");
  const auto names = cells(csvHeader());
  ASSERT_GE(names.size(), 2U);
  EXPECT_EQ(names[names.size() - 2], "review_class");
  EXPECT_EQ(names.back(), "plugins") << "the latest column is the last";
  auto none = rowOf(test::tornHip());
  for (const char* name : {"review_by", "review_at", "review_verdict", "review_class"})
    EXPECT_EQ(none[name], "") << name;
  ImageResult undecided = test::reviewedHip();
  undecided.review->verdict.reset();
  undecided.review->by = "=1+1";
  EXPECT_EQ(rowOf(undecided)["review_class"], "");
  EXPECT_EQ(rowOf(undecided)["review_by"], "'=1+1");
}

TEST(Csv, AwkwardPathsStayOneCell) {
  ImageResult image = test::normalHip();
  image.path = "=cmd|' /C calc'!A0,\"x\"\xFF.dcm";
  EXPECT_EQ(rowOf(image)["path"], "'=cmd|' /C calc'!A0,\"x\"\xEF\xBF\xBD.dcm");
}

} // namespace
} // namespace hipcuff::report
