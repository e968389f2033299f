// What DICOM objects of other patients, other results and other places do to those of this one.
#include "export_fixture.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace hipcuff::test {
namespace {

TEST_F(Export, TwoPatientsUnderOneStudyStayApartAndGetNoObjects) {
  TemporaryFolder two;
  fs::copy(*shared / "in", two / "in", fs::copy_options::recursive);
  const auto modify = [&](const std::string& file, const std::string& what) {
    const Ran ran = runProgram({"dcmodify", "--no-backup", "--modify", what, two / ("in/" + file)});
    ASSERT_EQ(ran.code, 0) << ran.err;
  };
  for (const std::string file : {"cine.dcm", "still.dcm"}) {
    modify(file, "StudyInstanceUID=1.2.826.0.1.3680043.9.1");
    modify(file, "PatientID=ONE");
  }
  const Ran one = hipcuff({"analyze", two / "in", "--out", two / "one", "--no-overlays", "--dicom", "sr", "--quiet"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(json::parse(readFile(two / "one/results.json")).at("studies"), SizeIs(1));

  modify("still.dcm", "PatientID=ANOTHER");
  const Ran ran = hipcuff({"analyze", two / "in", "--out", two / "one", "--no-overlays", "--dicom", "sr,gsps"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("name several patients, who are kept apart"), SizeIs(1)) << ran.err;
  EXPECT_THAT(ran.errLinesWith("name several patients: no object was written"), SizeIs(1)) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("DICOM objects: none; 1 of an earlier result removed"));
  const auto studies = json::parse(readFile(two / "one/results.json")).at("studies");
  ASSERT_THAT(studies, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(studies[i].at("patient"), i + 1);
    ASSERT_THAT(studies[i].at("hips"), SizeIs(1));
    EXPECT_THAT(studies[i].at("hips")[0].at("grade").at("reasons").dump(), HasSubstr("name several patients"));
  }
  EXPECT_EQ(readFile(two / "one/results.json").find("ANOTHER"), std::string::npos);

  // Files that say so only now.
  modify("still.dcm", "PatientID=ONE");
  ASSERT_EQ(hipcuff({"analyze", two / "in", "--out", two / "one", "--no-overlays", "--quiet"}).code, 0);
  modify("still.dcm", "PatientID=ANOTHER");
  const Ran late = hipcuff({"export", two / "one"});
  EXPECT_EQ(late.code, 3);
  EXPECT_THAT(late.errLinesWith("name several patients: no object was written"), SizeIs(1)) << late.err;

  // A batch keeps them in one exam's folder, and apart.
  const Ran batch = hipcuff({"batch", two / "in", "--out", two / "batch"});
  EXPECT_EQ(batch.code, 0) << batch.err;
  EXPECT_THAT(batch.errLinesWith("name several patients, who are kept apart"), SizeIs(1)) << batch.err;
}

TEST_F(Export, ObjectsOfAnotherResultLeaveTheFolder) {
  const auto before = objects();
  ASSERT_EQ(before.size(), 6U);
  TemporaryFolder other;
  fs::copy_file(fs::path(HIPCUFF_SOURCE_DIR) / "testdata/full-right-short/image.dcm", other / "a.dcm");
  const Ran quiet = hipcuff({"analyze", other / "a.dcm", "--out", folder / "out", "--no-overlays"});
  ASSERT_EQ(quiet.code, 0) << quiet.err;
  EXPECT_THAT(quiet.err, HasSubstr("are of an earlier result"));
  // What was changed since is not ours to remove.
  const std::string mended = before.begin()->first;
  fs::copy_file(folder / ("out/dicom/" + before.rbegin()->first), folder / ("out/dicom/" + mended),
                fs::copy_options::overwrite_existing);
  writeFile(folder / "out/dicom/mine.dcm", "a file of somebody's");
  const Ran ran = exported({"--dicom", "sr"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("5 of an earlier result removed")) << ran.err;
  EXPECT_THAT(ran.errLinesWith("it stands where an object of an earlier result was"), SizeIs(1)) << ran.err;
  EXPECT_TRUE(fs::exists(folder / ("out/dicom/" + mended)));
  EXPECT_TRUE(fs::exists(folder / "out/dicom/mine.dcm"));
  for (const auto& [name, bytes] : objects())
    EXPECT_TRUE(name == mended || name == "mine.dcm" || !before.contains(name)) << name;
}

TEST_F(Export, ObjectsOfAnImageThatIsAwayStayWhileTheResultsAreTheSame) {
  TemporaryFolder away;
  fs::copy(*shared / "in", away / "in", fs::copy_options::recursive);
  ASSERT_EQ(
      hipcuff({"analyze", away / "in", "--out", away / "out", "--no-overlays", "--dicom", "sr,seg", "--quiet"}).code,
      0);
  const auto names = [&] {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(away / "out/dicom"))
      out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto before = names();
  fs::rename(away / "in/still.dcm", away / "elsewhere.dcm");
  EXPECT_EQ(hipcuff({"export", away / "out"}).code, 3);
  EXPECT_THAT(names(), testing::IsSupersetOf(before)) << "a disk that is away for a night";
  EXPECT_EQ(hipcuff({"export", away / "out"}).code, 3);
  EXPECT_THAT(names(), testing::IsSupersetOf(before)) << "they stay listed";
  auto text = readFile(away / "out/results.json");
  text.replace(text.find("\"created\""), 9, "\"Created\"");
  writeFile(away / "out/results.json", text);
  const Ran ran = hipcuff({"export", away / "out"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("2 of an earlier result removed")) << "nobody knows whether they still hold";
}

TEST_F(Export, AnObjectWhoseBytesChangedIsMadeAnew) {
  const auto before = objects("seg");
  const auto file = folder / ("out/dicom/" + before.begin()->first);
  auto bytes = before.begin()->second;
  for (std::size_t i = bytes.size() - 200; i < bytes.size() - 100; ++i)
    bytes[i] = static_cast<char>(~bytes[i]);
  writeFile(file, bytes);
  const Ran ran = exported();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("(5 there already)"));
  EXPECT_NE(uid(file), uid(*shared / ("out/dicom/" + before.begin()->first)));
}

TEST_F(Export, RelativePathsAreFoundFromTheResultsFolderToo) {
  fs::create_directories(folder / "exams");
  fs::copy(*shared / "in", folder / "exams/in", fs::copy_options::recursive);
  auto text = readFile(folder / "out/results.json");
  const std::string from = *shared / "in";
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
    text.replace(at, from.size(), "exams/in");
  writeFile(folder / "out/results.json", text);
  const Ran ran = exported({"--dicom", "sr"});
  EXPECT_EQ(ran.code, 0) << ran.err;

  // A file that is no DICOM stands there now: the copy elsewhere is taken.
  fs::copy(*shared / "in", folder / "copies", fs::copy_options::recursive);
  for (const char* name : {"cine.dcm", "still.dcm"})
    writeFile(folder / ("exams/in/" + std::string(name)), "no image");
  EXPECT_EQ(exported({"--dicom", "sr"}).code, 3);
  const Ran found = exported({"--dicom", "sr", "--source", folder / "copies"});
  EXPECT_EQ(found.code, 0) << found.err;

  // Two files that claim to be it, of two patients.
  fs::copy_file(*shared / "in/still.dcm", folder / "copies/other.dcm");
  ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--modify", "PatientID=OTHER", folder / "copies/other.dcm"}).code,
            0);
  const Ran two = exported({"--dicom", "sr", "--source", folder / "copies"});
  EXPECT_EQ(two.code, 3);
  EXPECT_THAT(two.errLinesWith("two files of different patients claim to be it"), SizeIs(1)) << two.err;

  fs::remove_all(folder / "exams");
  const Ran gone = exported({"--dicom", "sr"});
  EXPECT_THAT(gone.errLinesWith("nor from the results' folder or one above it"), SizeIs(2)) << gone.err;
}

TEST_F(Export, AnImageOfAnotherSizeThanItsResultsIsNamed) {
  auto all = json::parse(readFile(folder / "out/results.json"));
  for (auto& study : all["studies"])
    for (auto& image : study["images"])
      image["source"]["rows"] = image["source"]["rows"].get<int>() + 1;
  writeFile(folder / "out/results.json", all.dump());
  const Ran ran = exported({"--dicom", "seg"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("pixels and its results are of"), SizeIs(2)) << ran.err;
}

TEST_F(Export, TheVersionThatMeasuredIsNamedBesideTheOneThatWrites) {
  auto all = json::parse(readFile(folder / "out/results.json"));
  all["software"]["version"] = "9.8.7";
  writeFile(folder / "out/results.json", all.dump());
  ASSERT_EQ(exported().code, 0);
  for (const auto& [name, bytes] : objects()) {
    const std::string dump = runProgram({"dcmdump", "--load-short", folder / ("out/dicom/" + name)}).out;
    EXPECT_THAT(dump, testing::ContainsRegex("SoftwareVersions|0018,1020")) << name;
    EXPECT_THAT(dump, HasSubstr("\\9.8.7]")) << name;
  }
  for (const auto& [name, bytes] : objects("sr")) {
    std::istringstream lines(runProgram({"dsrdump", "--no-document-header", folder / ("out/dicom/" + name)}).out);
    int versions = 0;
    for (std::string line; std::getline(lines, line);)
      if (line.find("Algorithm Version") != std::string::npos) {
        ++versions;
        EXPECT_THAT(line, HasSubstr("=\"9.8.7\""));
      }
    EXPECT_GT(versions, 2);
  }
}

TEST_F(Export, OneInstallationHasOneSerialNumberAndASeriesNumbersItsInstances) {
  TemporaryFolder one;
  fs::copy(*shared / "in", one / "in", fs::copy_options::recursive);
  for (const char* file : {"cine.dcm", "still.dcm"})
    ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--insert", "StudyInstanceUID=1.2.826.0.1.3680043.9.1", "--insert",
                          "PatientID=ONE", one / ("in/" + std::string(file))})
                  .code,
              0);
  ASSERT_EQ(runProgram({"dcmodify", "--no-backup",       "--insert",          "PatientName=A^B",
                        "--insert", "PatientBirthDate=", "--insert",          "PatientSex=O",
                        "--insert", "AccessionNumber=",  "--insert",          "StudyDate=20250101",
                        "--insert", "StudyTime=",        "--insert",          "StudyID=",
                        "--insert", "StudyDescription=", "--insert",          "ReferringPhysicianName=",
                        "--insert", "PatientAge=",       one / "in/cine.dcm", one / "in/still.dcm"})
                .code,
            0);
  const auto run = [&] {
    return hipcuff({"analyze", one / "in", "--out", one / "out", "--no-overlays", "--dicom", "sr,seg,gsps"});
  };
  ASSERT_EQ(run().code, 0);
  const auto valueOf = [](const fs::path& object, const std::string& tag) {
    std::istringstream lines(runProgram({"dcmdump", object.string()}).out);
    for (std::string line; std::getline(lines, line);) // not those inside of sequences
      if (line.starts_with("(" + tag + ")"))
        return line.substr(line.find('['), line.find(']') - line.find('['));
    return std::string();
  };
  std::set<std::string> serials;
  std::map<std::string, std::multiset<std::string>> numbers; // of each series
  for (const auto& entry : fs::directory_iterator(one / "out/dicom"))
    if (entry.path().extension() == ".dcm") {
      serials.insert(valueOf(entry.path(), "0018,1000"));
      numbers[valueOf(entry.path(), "0020,000e")].insert(valueOf(entry.path(), "0020,0013"));
    }
  for (const auto& entry : fs::directory_iterator(*shared / "out/dicom"))
    if (entry.path().extension() == ".dcm")
      serials.insert(valueOf(entry.path(), "0018,1000"));
  EXPECT_THAT(serials, SizeIs(1)) << "of two studies and all kinds";
  EXPECT_THAT(numbers, SizeIs(3));
  for (const auto& [series, all] : numbers)
    EXPECT_THAT(all, testing::AnyOf(testing::ElementsAre("[1"), testing::ElementsAre("[1", "[2"))) << series;
}

TEST_F(Export, AReadersNameStandsBesideNamesInNoDeclaredCharacterSet) {
  TemporaryFolder latin;
  fs::copy_file(*shared / "in/still.dcm", latin / "a.dcm");
  ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--ignore-errors", "--modify", "PatientName=M\xFCller^J\xF6rg",
                        latin / "a.dcm"})
                .code,
            0);
  (void)runProgram({"dcmodify", "--no-backup", "--erase", "SpecificCharacterSet", latin / "a.dcm"});
  ASSERT_EQ(hipcuff({"analyze", latin / "a.dcm", "--out", latin / "out", "--no-overlays", "--quiet"}).code, 0);
  const auto review = [&](const std::string& by) {
    auto all = json::parse(readFile(latin / "out/results.json"));
    for (auto& study : all["studies"])
      for (auto& image : study["images"])
        image["review"] = {{"by", by},
                           {"at", "2026-11-20T10:00:00Z"},
                           {"verdict", "accepted"},
                           {"grade", {{"class", image["grade"]["class"]}}},
                           {"reason", "paßt"},
                           {"edits", json::array()},
                           {"annotations", json::array()},
                           {"program", {{"grade", image["grade"]}}}};
    writeFile(latin / "out/results.json", all.dump());
  };
  review("Jürgen Groß");
  const Ran ran = hipcuff({"export", latin / "out", "--dicom", "sr,gsps,seg"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const auto& entry : fs::directory_iterator(latin / "out/dicom")) {
    if (entry.path().extension() != ".dcm")
      continue;
    const std::string bytes = readFile(entry.path());
    EXPECT_THAT(bytes, HasSubstr("M\xFCller^J\xF6rg")) << "byte for byte";
    EXPECT_THAT(bytes, HasSubstr("Juergen Gross"));
    EXPECT_EQ(bytes.find("ISO_IR"), std::string::npos);
  }
  review("山田");
  const Ran other = hipcuff({"export", latin / "out", "--dicom", "sr"});
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("it declares no character set, but its names are not ASCII"));
  EXPECT_THAT(other.err, HasSubstr("SpecificCharacterSet=ISO_IR 100"));
}

} // namespace
} // namespace hipcuff::test
