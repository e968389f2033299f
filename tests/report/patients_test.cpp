// Files of one study that name several patients.
#include "sample_results.h"

#include "hipcuff/core/patient_key.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/report/results_writer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace hipcuff::report {
namespace {

TEST(ResultsWriter, TwoPatientsUnderOneStudyStayApartAndComeBackApart) {
  std::string name = (std::filesystem::temp_directory_path() / "hipcuff-patients-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder = name;
  ImageResult one = test::tornHip();
  ImageResult two = test::tornHip();
  one.patientKey = "aaaa";
  two.patientKey = "bbbb";
  two.sopInstanceUid += ".2";
  ResultsWriter writer(folder, {"hipcuff analyze exams --out out", test::sampleCriteria(), 2});
  writer.add(two); // workers add in any order
  writer.add(one);
  StudyResult first = test::studyOf({one});
  StudyResult second = test::studyOf({two});
  first.patientKey = one.patientKey;
  second.patientKey = two.patientKey;
  first.patient = 1;
  second.patient = 2;
  writer.finish({first, second});

  const auto results = nlohmann::json::parse(std::ifstream(folder / "results.json"));
  EXPECT_EQ(results.dump().find("aaaa"), std::string::npos) << "results name nobody";
  ASSERT_EQ(results.at("studies").size(), 2U);
  const auto stored = readResults(folder).studies;
  ASSERT_EQ(stored.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(results.at("studies")[i].at("patient"), i + 1);
    EXPECT_EQ(stored[i].study.patient, static_cast<int>(i) + 1);
    ASSERT_EQ(stored[i].images.size(), 1U);
    EXPECT_EQ(stored[i].images[0].result.sopInstanceUid, (i == 0 ? one : two).sopInstanceUid);
    EXPECT_EQ(stored[i].images[0].result.patientKey, storedPatient(static_cast<int>(i) + 1));
  }
  std::filesystem::remove_all(folder);
}

} // namespace
} // namespace hipcuff::report
