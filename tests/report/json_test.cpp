// The JSON of one image: fields, units, nulls.
#include "json_result.h"
#include "sample_results.h"

#include "hipcuff/report/narrative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hipcuff::report {
namespace {

using testing::ElementsAre;

Json jsonOf(const ImageResult& image) {
  return toJson(image, "img-000000000001", {"masks/a.png", "pictures/a.png"}, test::sampleCriteria());
}

TEST(ImageJson, HasTheFieldsInTheirOrder) {
  std::vector<std::string> keys;
  const Json json = jsonOf(test::tornHip());
  for (const auto& [key, value] : json.items())
    keys.push_back(key);
  EXPECT_THAT(keys,
              ElementsAre("id", "source", "calibration", "quality", "frame", "frames", "bone_surface", "tendon",
                          "masks", "picture", "thickness", "discontinuities", "findings", "grade", "stages", "review"));
}

TEST(ImageJson, PixelsAreThoseOfTheFullImage) {
  const ImageResult image = test::tornHip();
  const Json json = jsonOf(image);
  const Point mm = image.anatomy.cortex.segments[0].interfaceMm[0];
  const Json& segment = json["bone_surface"]["segments"][0];
  EXPECT_NEAR(segment["points_px"][0][0].get<double>(), 60 + mm.x / 0.1, 0.005);
  EXPECT_NEAR(segment["points_px"][0][1].get<double>(), 40 + mm.y / 0.1, 0.005);
  EXPECT_NEAR(segment["points_mm"][0][0].get<double>(), mm.x, 0.0005);
  EXPECT_NEAR(segment["points_mm"][0][1].get<double>(), mm.y, 0.0005);
  EXPECT_EQ(segment["points_px"].size(), segment["ridge_px"].size());
}

TEST(ImageJson, ListsOfTheTendonRunInParallel) {
  const Json tendon = jsonOf(test::tornHip())["tendon"];
  const std::size_t n = tendon["superficial_px"].size();
  EXPECT_EQ(n, 33U);
  EXPECT_EQ(tendon["deep_px"].size(), n);
  EXPECT_EQ(tendon["position_mm"].size(), n);
  EXPECT_EQ(tendon["fibre_angle_deg"].size(), n);
  ASSERT_EQ(tendon["border_inferred"].size(), 1U);
  const Json& inferred = tendon["border_inferred"][0];
  EXPECT_EQ(inferred["border"], "superficial");
  EXPECT_EQ(inferred["begin_index"], 25); // stations every 0.5 mm from 18; inferred from 30.5 to 31.5
  EXPECT_EQ(inferred["end_index"], 27);
}

/// Every field whose name says millimetres, wherever it stands.
void collectMillimetres(const Json& json, const std::string& path, std::vector<std::string>& filled) {
  if (json.is_array())
    for (const Json& item : json)
      collectMillimetres(item, path + "[]", filled);
  if (!json.is_object())
    return;
  for (const auto& [key, value] : json.items()) {
    const std::string here = path + "/" + key;
    const bool mm =
        key == "mm_per_px" || key == "cortical_irregularity" || (key.size() > 3 && key.substr(key.size() - 3) == "_mm");
    if (mm && !value.is_null())
      filled.push_back(here);
    collectMillimetres(value, here, filled);
  }
}

TEST(ImageJson, ThicknessHasItsIntervalsAndItsSites) {
  const ImageResult image = test::tornHip();
  const Json json = jsonOf(image);
  const Json& t = json.at("thickness");
  const double mean = t.at("mean_mm");
  EXPECT_NEAR(t.at("mean_lower_mm"), mean - 0.3, 0.0011);
  EXPECT_NEAR(t.at("mean_upper_mm"), mean + 0.3, 0.0011);
  EXPECT_GT(t.at("max_upper_mm"), t.at("max_mm"));
  EXPECT_LT(t.at("facets").at(0).at("max_lower_mm"), t.at("facets").at(0).at("max_mm"));
  ASSERT_EQ(t.at("sites").size(), 2u);
  EXPECT_EQ(t.at("sites").at(0).at("value_mm"), 4.1);
  EXPECT_EQ(t.at("sites").at(0).at("missing"), nullptr);
  EXPECT_EQ(t.at("sites").at(1).at("value_mm"), nullptr);
  EXPECT_EQ(t.at("sites").at(1).at("missing"), "beyond the footprint that is seen");
  EXPECT_EQ(json.at("findings").at("peak_spatial_frequency_per_mm"), 2.25);
  EXPECT_EQ(json.at("findings").at("cooccurrence_across").at("contrast"), 9.5);
  // And back, as the report reads it.
  const ImageResult facts = factsFromJson(json);
  ASSERT_TRUE(facts.measurements.thickness.summary->mean95);
  EXPECT_NEAR(facts.measurements.thickness.summary->mean95->upper, mean + 0.3, 0.0011);
  ASSERT_EQ(facts.measurements.thickness.sites.size(), 2u);
  EXPECT_EQ(facts.measurements.thickness.sites[0].sample->valueMm, 4.1);
  EXPECT_FALSE(facts.measurements.thickness.sites[1].sample);

  ImageResult bare = image;
  bare.mmPerPx.reset();
  const Json none = jsonOf(bare);
  for (const char* key : {"mean_lower_mm", "max_upper_mm", "sites"})
    EXPECT_EQ(none.at("thickness").at(key), nullptr) << key;
  for (const char* key : {"peak_spatial_frequency_per_mm", "cooccurrence_along"})
    EXPECT_EQ(none.at("findings").at(key), nullptr) << key;
}

TEST(ImageJson, WithoutCalibrationEveryMillimetreIsNullAndThePixelsStay) {
  ImageResult image = test::uncalibrated(); // holds nominal millimetres everywhere
  ASSERT_TRUE(image.measurements.thickness.summary);
  image.frameSummaries = test::tornHip().frameSummaries;
  const Json json = jsonOf(image);
  std::vector<std::string> filled;
  collectMillimetres(json, "", filled);
  EXPECT_THAT(filled, testing::IsEmpty());
  EXPECT_TRUE(json["discontinuities"].is_null());
  EXPECT_TRUE(json["findings"]["calcifications"].is_null());
  EXPECT_TRUE(json["thickness"]["profile_mm"].is_null());
  EXPECT_FALSE(json["bone_surface"]["segments"][0]["points_px"].empty());
  EXPECT_FALSE(json["tendon"]["superficial_px"].empty());
  // The same walk over a calibrated image finds plenty: the walk itself works.
  collectMillimetres(jsonOf(test::tornHip()), "", filled);
  EXPECT_GT(filled.size(), 20U);
}

TEST(ImageJson, NotMeasuredIsNullNeverZero) {
  ImageResult image = test::normalHip();
  image.measurements.findings = {};
  image.measurements.thickness = {};
  const Json json = jsonOf(image);
  for (const char* key :
       {"mean_mm", "max_mm", "min_mm", "sd_mm", "position_mm", "profile_mm", "remaining_mm", "facets"})
    EXPECT_TRUE(json["thickness"].at(key).is_null()) << key;
  for (const char* key : {"bursal_fluid_mm", "itb_mm", "cortical_irregularity", "echogenicity", "fibre_coherence",
                          "muscle_echogenicity", "assessable_fraction"})
    EXPECT_TRUE(json["findings"].at(key).is_null()) << key;
  EXPECT_TRUE(json["review"].is_null());
}

TEST(ImageJson, NoDiscontinuityAndNotLookedForDiffer) {
  const Json looked = jsonOf(test::normalHip())["discontinuities"];
  EXPECT_TRUE(looked.is_array());
  EXPECT_TRUE(looked.empty());
  EXPECT_TRUE(jsonOf(test::undecodable())["discontinuities"].is_null());
}

TEST(ImageJson, AnImageNotGradedHasReasonsAndNoProbabilities) {
  const Json json = jsonOf(test::undecodable());
  EXPECT_EQ(json["quality"]["gradable"], false);
  EXPECT_THAT(json["quality"]["reasons"].get<std::vector<std::string>>(), ElementsAre("undecodable"));
  EXPECT_TRUE(json["grade"]["probabilities"].is_null());
  EXPECT_TRUE(json["grade"]["confidence"].is_null());
  EXPECT_TRUE(json["grade"]["certainty"].is_null());
  EXPECT_TRUE(json["frame"].is_null());
  EXPECT_TRUE(json["bone_surface"]["segments"].is_null());
  EXPECT_TRUE(json["calibration"]["region_px"].is_null());
}

TEST(ImageJson, SurvivesFileNamesThatAreNotUtf8) {
  ImageResult image = test::normalHip();
  image.path = "exams/\xE9tude\x01 \xF0\x9F\xA6\xB4.dcm";
  image.messages.push_back("broken \xFF text");
  const std::string text = dump(jsonOf(image));
  const Json back = Json::parse(text);
  EXPECT_EQ(back["source"]["path"], "exams/\xEF\xBF\xBDtude\xEF\xBF\xBD \xF0\x9F\xA6\xB4.dcm");
}

TEST(ImageJson, NumbersThatAreNotFiniteBecomeNull) {
  ImageResult image = test::normalHip();
  image.measurements.findings.itbMm = std::numeric_limits<double>::quiet_NaN();
  image.measurements.thickness.summary->maxMm = std::numeric_limits<double>::infinity();
  const Json json = Json::parse(dump(jsonOf(image)));
  EXPECT_TRUE(json["findings"]["itb_mm"].is_null());
  EXPECT_TRUE(json["thickness"]["max_mm"].is_null());
  EXPECT_NO_THROW((void)factsFromJson(json));
}

TEST(ImageJson, RoundsSensibly) {
  ImageResult image = test::normalHip();
  image.measurements.findings.itbMm = 1.23456789;
  image.anatomy.cortex.segments[0].interfaceMm[0] = {-0.0000001, 12.3456789};
  const std::string text = dump(jsonOf(image));
  EXPECT_THAT(text, testing::HasSubstr("\"itb_mm\":1.235,"));
  EXPECT_THAT(text, testing::HasSubstr("\"points_px\":[[60.0,163.46]"));
  EXPECT_THAT(text, testing::HasSubstr("\"points_mm\":[[0.0,12.346]"));
}

TEST(ImageJson, WordsSurviveTheWayThroughJson) {
  const StudyResult study = test::studyOf({test::tornHip(), test::normalHip()});
  const std::vector<ImageResult> direct = {test::tornHip(), test::normalHip()};
  std::vector<ImageResult> back;
  for (const ImageResult& image : direct)
    back.push_back(factsFromJson(Json::parse(dump(jsonOf(image)))));
  EXPECT_EQ(narrative(study, back, test::sampleCriteria()), narrative(study, direct, test::sampleCriteria()));
}

TEST(ImageJson, TearIsSortedAndSaysThatTheBinsAreBorrowed) {
  const Json torn = jsonOf(test::tornHip())["grade"];
  EXPECT_EQ(torn["tear"]["depth_bin"], "25_to_50");
  EXPECT_EQ(torn["tear"]["depth_grade"], "low");
  EXPECT_EQ(torn["tear"]["depth_scheme"], "shoulder_analogue");
  EXPECT_TRUE(torn["tear"]["retraction_flag"].is_null()) << "not both stumps are seen";
  EXPECT_EQ(jsonOf(test::ruptureHip())["grade"]["tear"]["retraction_flag"], true);
  EXPECT_TRUE(jsonOf(test::normalHip())["grade"]["tear"].is_null());
}

TEST(ImageJson, EvidenceAndBoundAreThereOrNull) {
  Criteria criteria = test::sampleCriteria();
  const auto grade = [&] { return toJson(test::tornHip(), "img-1", {}, criteria)["grade"]; };
  EXPECT_EQ(grade()["evidence"]["partial_confidence"], 0.78);
  EXPECT_TRUE(grade()["wrong_at_most"].is_null()) << "these criteria know no bound";
  criteria.items["graded_wrong_bound"] = {0.12, "1", "n = 100 simulated pictures"};
  for (const char* name : {"normal", "tendinosis", "partial", "full"}) {
    criteria.items[std::string("calibration_prior_") + name] = {0.25, "1", "own proposal"};
    criteria.items[std::string("prevalence_") + name] = {0.25, "1", "own proposal"};
  }
  EXPECT_EQ(grade()["wrong_at_most"], 0.12);
  criteria.items["prevalence_full"].value = 0.1;
  EXPECT_TRUE(grade()["wrong_at_most"].is_null()) << "other cases than those it was set on";
  EXPECT_TRUE(jsonOf(test::undecodable())["grade"]["evidence"].is_null());
}

TEST(HipJson, ChangeSaysWhatWasMatchedAndWhatARescanShowsByItself) {
  HipResult hip = test::hipOf(test::tornHip());
  hip.change = test::sampleChange();
  const Json change = toJson(hip, test::sampleCriteria())["change"];
  EXPECT_EQ(change["prior"]["study_date"], "20250110");
  EXPECT_EQ(change["prior"]["class"], "normal");
  EXPECT_EQ(change["measurable"], true);
  EXPECT_THAT(change["matched_by"].get<std::string>(), testing::HasSubstr("user's word"));
  ASSERT_EQ(change["measures"].size(), 2U);
  EXPECT_NEAR(change["measures"][0]["change_mm"].get<double>(), 0.3, 1e-9);
  EXPECT_EQ(change["measures"][0]["measurable"], false);
  EXPECT_EQ(change["measures"][1]["view"], "long");
}

TEST(HipJson, DifferenceAndThicknessAreNullWhereNotMeasured) {
  const Json json = toJson(test::hipOf(test::uncalibrated()), test::sampleCriteria());
  EXPECT_TRUE(json["side"].is_null());
  EXPECT_TRUE(json["thickness"].is_null());
  EXPECT_TRUE(json["side_difference"].is_null());
  EXPECT_TRUE(json["change"].is_null());
  EXPECT_THAT(json["not_gradable_reasons"].get<std::vector<std::string>>(),
              ElementsAre("no_calibration", "region_unconfirmed"));
}

} // namespace
} // namespace hipcuff::report
