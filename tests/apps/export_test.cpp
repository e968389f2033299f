// Results as DICOM objects: analyze --dicom and export, as files that others read.
#include "export_fixture.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace hipcuff::test {
namespace {

TEST_F(Export, OneReportAStudyAndMasksAndLinesForEachImage) {
  EXPECT_THAT(said, HasSubstr("DICOM objects: 2 sr, 2 seg, 2 gsps; 2 left out"))
      << "no overlays, no secondary captures";
  EXPECT_THAT(objects("sr"), SizeIs(2));
  EXPECT_THAT(objects("seg"), SizeIs(2));
  EXPECT_THAT(objects("gsps"), SizeIs(2));
  for (const auto& [name, bytes] : objects()) {
    const Ran checked = runProgram({"dciodvfy", folder / ("out/dicom/" + name)});
    EXPECT_THAT(checked.errLinesWith("Error"), SizeIs(0)) << name << "\n" << checked.err;
  }
}

TEST_F(Export, WhatIsThereIsNotMadeAgain) {
  const auto before = objects();
  const Ran ran = exported();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("(6 there already)"));
  EXPECT_EQ(objects(), before) << "the very same bytes, whatever the time is";
}

TEST_F(Export, AChangedResultIsAnotherObjectAndTakesTheOldOnesPlace) {
  const auto before = objects();
  auto all = json::parse(readFile(folder / "out/results.json"));
  for (auto& study : all["studies"])
    for (auto& image : study["images"])
      if (image["grade"]["class"] == "normal")
        image["grade"]["confidence"] = 0.123;
  writeFile(folder / "out/results.json", all.dump());
  const Ran ran = exported({"--dicom", "sr,gsps"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto after = objects();
  EXPECT_EQ(objects("seg").size(), 2U) << "not asked for, not touched";
  ASSERT_EQ(after.size(), before.size());
  std::vector<std::string> gone;
  std::vector<std::string> came;
  for (const auto& [name, bytes] : before)
    if (!after.contains(name))
      gone.push_back(name);
  for (const auto& [name, bytes] : after)
    if (!before.contains(name))
      came.push_back(name);
  ASSERT_THAT(came, testing::Contains(HasSubstr("-sr-")));
  ASSERT_EQ(came.size(), gone.size());
  for (const std::string& name : came) {
    const std::string begin = name.substr(0, name.rfind('-'));
    const auto old = std::find_if(gone.begin(), gone.end(), [&](const std::string& g) { return g.starts_with(begin); });
    ASSERT_NE(old, gone.end()) << name;
    EXPECT_NE(uid(folder / ("out/dicom/" + name)), uid(*shared / ("out/dicom/" + *old)));
  }
}

TEST_F(Export, ADamagedObjectIsMadeAnewUnderAnotherUid) {
  const auto before = objects("sr");
  const std::string name = before.begin()->first;
  const auto uidBefore = uid(folder / ("out/dicom/" + name));
  writeFile(folder / ("out/dicom/" + name), before.begin()->second.substr(0, 200));
  const Ran ran = exported();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("(5 there already)"));
  EXPECT_NE(uid(folder / ("out/dicom/" + name)), uidBefore) << "other bytes (the time) may not have the same UID";
}

TEST_F(Export, AnImageThatIsGoneIsNamedAndTheOthersGoOn) {
  fs::copy(*shared / "in", folder / "elsewhere", fs::copy_options::recursive);
  auto text = readFile(folder / "out/results.json");
  for (std::size_t at = 0; (at = text.find("in/still.dcm", at)) != std::string::npos;)
    text.replace(at, 12, "no/still.dcm");
  writeFile(folder / "out/results.json", text);
  fs::remove_all(folder / "out/dicom");
  const Ran ran = exported();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("the image is not there any more"), SizeIs(1)) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("--source"));
  EXPECT_THAT(objects("sr"), SizeIs(1));

  const Ran found = exported({"--source", folder / "elsewhere"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(objects("sr"), SizeIs(2));
}

TEST_F(Export, AnotherImageAtTheSamePathIsNotTakenForIt) {
  TemporaryFolder other;
  fs::copy(*shared / "in", other / "in", fs::copy_options::recursive);
  ASSERT_EQ(hipcuff({"analyze", other / "in", "--out", other / "out", "--no-overlays", "--quiet"}).code, 0);
  fs::copy_file(other / "in/still.dcm", other / "in/cine.dcm", fs::copy_options::overwrite_existing);
  const Ran ran = hipcuff({"export", other / "out"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("it is another image than the one that was analysed"), SizeIs(1)) << ran.err;
}

TEST_F(Export, AnOverlayIsASecondaryCaptureAndNeverAnalysedAsAPicture) {
  fs::create_directories(folder / "out/overlays");
  for (const auto& entry : fs::directory_iterator(folder / "out/pictures"))
    fs::copy_file(entry.path(), fs::path(folder / "out/overlays") / entry.path().filename());
  const Ran ran = exported({"--dicom", "sc"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("DICOM objects: 2 sr, 2 seg, 2 gsps, 2 sc (6 there already)."));
  ASSERT_THAT(objects("sc"), SizeIs(2));
  for (const auto& [name, bytes] : objects("sc"))
    EXPECT_THAT(runProgram({"dciodvfy", folder / ("out/dicom/" + name)}).errLinesWith("Error"), SizeIs(0)) << name;
  const Ran again = hipcuff({"analyze", folder / "out/dicom", "--out", folder / "again", "--no-overlays"});
  EXPECT_THAT(again.err, HasSubstr("2 x it is a picture of an earlier result that HipCuff drew")) << again.err;
  EXPECT_EQ(json::parse(readFile(folder / "again/results.json")).at("inputs").at("analysed"), 0);
}

TEST_F(Export, KindsThatAreThereAreRenewedWithThoseAskedFor) {
  auto all = json::parse(readFile(folder / "out/results.json"));
  for (auto& study : all["studies"])
    for (auto& image : study["images"])
      image["tendon"] = nullptr; // no outline, no lines
  writeFile(folder / "out/results.json", all.dump());
  const auto before = objects("gsps");
  ASSERT_EQ(exported({"--dicom", "sr"}).code, 0);
  const auto after = objects("gsps");
  ASSERT_EQ(after.size(), before.size());
  for (const auto& [name, bytes] : after)
    EXPECT_FALSE(before.contains(name)) << "lines of an earlier result beside a new report";
  const auto list = json::parse(readFile(folder / "out/dicom/objects.json"));
  EXPECT_EQ(list.at("objects").size(), objects().size());
}

TEST_F(Export, NoNumberStandsBesideNotGradable) {
  const auto texts = [&] {
    std::string out;
    for (const auto& [name, bytes] : objects("gsps"))
      out += hipcuff({"info", folder / ("out/dicom/" + name)}).out;
    return out;
  };
  ASSERT_THAT(texts(), HasSubstr(" mm"));
  auto all = json::parse(readFile(folder / "out/results.json"));
  for (auto& study : all["studies"])
    for (auto& image : study["images"]) {
      image["grade"]["class"] = "not_gradable";
      image["quality"] = {{"gradable", false}, {"reasons", {"unsure"}}};
    }
  writeFile(folder / "out/results.json", all.dump());
  const Ran ran = exported();
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(texts(), testing::Not(HasSubstr(" mm")));
  for (const auto& [name, bytes] : objects("sr"))
    EXPECT_THAT(hipcuff({"info", folder / ("out/dicom/" + name)}).out,
                testing::Not(HasSubstr("Largest discontinuity")));
}

TEST_F(Export, AnIdThatHipCuffDoesNotGiveIsNoFileName) {
  auto all = json::parse(readFile(folder / "out/results.json"));
  for (auto& study : all["studies"])
    for (auto& image : study["images"])
      image["id"] = "../../evil/x";
  fs::create_directories(folder / "evil");
  writeFile(folder / "out/results.json", all.dump());
  const Ran ran = exported();
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("an id that HipCuff does not give"), SizeIs(2)) << ran.err;
  EXPECT_TRUE(fs::is_empty(folder / "evil"));
}

TEST_F(Export, AnImageOfAnotherStudyNowIsNamed) {
  fs::copy(*shared / "in", folder / "in", fs::copy_options::recursive);
  const Ran changed = runProgram(
      {"dcmodify", "--no-backup", "--modify", "StudyInstanceUID=1.2.826.0.1.3680043.9.2", folder / "in/still.dcm"});
  ASSERT_EQ(changed.code, 0) << changed.err;
  auto text = readFile(folder / "out/results.json");
  const std::string from = *shared / "in";
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
    text.replace(at, from.size(), folder / "in");
  writeFile(folder / "out/results.json", text);
  const Ran ran = exported({"--dicom", "sr"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("it belongs to another study now"), SizeIs(1)) << ran.err;
}

TEST_F(Export, APatientWhoseNameWasCorrectedGetsObjectsOfAnotherUid) {
  const auto before = objects("sr");
  fs::copy(*shared / "in", folder / "in", fs::copy_options::recursive);
  const Ran changed = runProgram({"dcmodify", "--no-backup", "--modify", "PatientName=OTHER^NAME",
                                  folder / "in/still.dcm", folder / "in/cine.dcm"});
  ASSERT_EQ(changed.code, 0) << changed.err;
  auto text = readFile(folder / "out/results.json");
  const std::string from = *shared / "in";
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
    text.replace(at, from.size(), folder / "in");
  writeFile(folder / "out/results.json", text);
  ASSERT_EQ(exported({"--dicom", "sr"}).code, 0);
  const auto after = objects("sr");
  ASSERT_EQ(after.size(), 2U);
  for (const auto& [name, bytes] : after)
    EXPECT_FALSE(before.contains(name)) << name;
}

TEST_F(Export, ABatchsExamsGetTheirsAndKeepThemThroughAnotherAnalysis) {
  std::vector<std::string> words{"batch", *shared / "in", "--out", folder / "batch", "--dicom", "sr,gsps", "--quiet"};
  ASSERT_EQ(hipcuff(words).code, 0);
  const auto found = [&] {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "batch/studies"))
      if (entry.path().extension() == ".dcm")
        out[entry.path().string()] = readFile(entry.path());
    return out;
  };
  const auto first = found();
  EXPECT_EQ(first.size(), 4U);
  // Done anew (no pictures is another setting), with the same values: the objects are the same.
  words.insert(words.end(), {"--no-pictures", "--resume"});
  ASSERT_EQ(hipcuff(words).code, 0);
  EXPECT_EQ(found(), first);
  const Ran ran = hipcuff({"export", folder / "batch", "--dicom", "all"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("2 sr, 2 seg, 2 gsps (4 there already)"));
}

TEST_F(Export, BadWordsAndFolders) {
  EXPECT_EQ(exported({"--dicom", "sr,pdf"}).code, 2);
  EXPECT_THAT(exported({"--dicom", "sr,pdf"}).err, HasSubstr("'pdf' is no kind of object"));
  EXPECT_EQ(exported({"--dicom", ""}).code, 2);
  EXPECT_EQ(hipcuff({"export", folder / "none"}).code, 1);
}

} // namespace
} // namespace hipcuff::test
