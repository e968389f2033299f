// A cohort as a whole: what goes out, what stays, and what a second run does.
#include "cohort_fixture.h"

#include "hipcuff/core/error.h"

#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace {

using namespace hipcuff;
using namespace hipcuff::test;
using testing::HasSubstr;
using testing::Not;

using Cohort = CohortTest;

TEST_F(Cohort, NewNamesOnlyInPathsAndReport) {
  exam("Featherstone Wilhelmina/MRN-4711-0815.dcm");
  exam("Featherstone Wilhelmina/second", "full-right-short/image.dcm");
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 2);
  EXPECT_EQ(report.quarantined, 0);
  for (const auto& [path, bytes] : tree(folder / "out"))
    for (const char* mark : {"Featherstone", "Wilhelmina", "FEATHERSTONE", "4711", "1.2.276.0.1931"}) {
      EXPECT_THAT(path, Not(HasSubstr(mark)));
      EXPECT_THAT(bytes, Not(HasSubstr(mark))) << path;
    }
  for (const auto& path : handedOver()) {
    EXPECT_EQ(text(path, DCM_PatientIdentityRemoved), "YES");
    EXPECT_EQ(path.stem().string(), text(path, DCM_SOPInstanceUID));
    EXPECT_EQ(path.parent_path().filename().string(), text(path, DCM_SeriesInstanceUID));
    EXPECT_EQ(path.parent_path().parent_path().filename().string(), text(path, DCM_StudyInstanceUID));
    EXPECT_EQ(path.parent_path().parent_path().parent_path().filename().string(), text(path, DCM_PatientID));
  }
}

TEST_F(Cohort, SecondRunDoesNothingNew) {
  exam("a.dcm");
  exam("b.dcm");
  EXPECT_EQ(run(options()).written, 2);
  const auto before = tree(folder / "out"), privately = tree(quarantine());
  std::map<std::filesystem::path, std::filesystem::file_time_type> times;
  for (const auto& path : handedOver())
    times[path] = std::filesystem::last_write_time(path);
  const auto report = run(options());
  EXPECT_EQ(report.written, 0);
  EXPECT_EQ(report.unchanged, 2);
  EXPECT_EQ(report.inOut, 2);
  EXPECT_EQ(tree(folder / "out"), before);
  EXPECT_EQ(tree(quarantine()), privately);
  for (const auto& [path, time] : times)
    EXPECT_EQ(std::filesystem::last_write_time(path), time);
}

TEST_F(Cohort, StoppedRunGoesOnToTheSameBytes) {
  for (int i = 0; i < 5; ++i)
    exam("exam" + std::to_string(i) + ".dcm");
  auto whole = options();
  whole.out = folder / "whole";
  (void)run(whole);
  Stopping stopping(2);
  const auto first = deidentify::runCohort(options(), stopping);
  EXPECT_TRUE(first.stopped);
  EXPECT_LT(first.inOut, 5);
  EXPECT_GT(first.inOut, 0);
  const auto second = run(options());
  EXPECT_EQ(second.written + second.unchanged, 5);
  EXPECT_EQ(second.unchanged, first.inOut);
  EXPECT_EQ(tree(folder / "out"), tree(folder / "whole"));
}

TEST_F(Cohort, TornJournalCostsOneFile) {
  exam("a.dcm");
  exam("b.dcm");
  (void)run(options());
  const auto journal = quarantine() / "journal.jsonl";
  std::filesystem::resize_file(journal, std::filesystem::file_size(journal) - 20);
  std::ofstream(quarantine() / "work-left", std::ios::binary) << "x";
  const auto report = run(options());
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.written, 1);
  EXPECT_EQ(report.inOut, 2);
}

TEST_F(Cohort, ResultDoesNotDependOnJobs) {
  for (int i = 0; i < 6; ++i)
    exam("exam" + std::to_string(i), i % 2 == 0 ? "normal-left-long/image.dcm" : "full-right-short/image.dcm",
         [&](DcmDataset& data) { data.putAndInsertString(DCM_PatientID, ("P" + std::to_string(i / 2)).c_str()); });
  exam("same", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_SOPInstanceUID, "1.2.276.0.1931.2.23.1"); });
  (void)run(options());
  auto four = options();
  four.jobs = 4;
  four.out = folder / "four";
  (void)run(four);
  EXPECT_EQ(tree(folder / "out"), tree(folder / "four"));
  EXPECT_EQ(bytesOf(quarantine() / "quarantine.csv"), bytesOf(folder / "four-quarantine" / "quarantine.csv"));
}

TEST_F(Cohort, SameSecretSameNamesInAnotherFolder) {
  exam("a.dcm");
  (void)run(options());
  auto again = options();
  again.out = folder / "again";
  (void)run(again);
  EXPECT_EQ(tree(folder / "out"), tree(folder / "again"));
  again.secret = dicom::Secret("another secret of more than 16 bytes");
  again.out = folder / "other";
  (void)run(again);
  EXPECT_NE(tree(folder / "out").begin()->first, tree(folder / "other").begin()->first);
}

TEST_F(Cohort, AnotherSecretOrProfileIsRefused) {
  exam("a.dcm");
  (void)run(options());
  const auto before = tree(folder / "out");
  auto other = options();
  other.secret = dicom::Secret("another secret of more than 16 bytes");
  EXPECT_THROW((void)run(other), ConfigError);
  other = options();
  other.profile.tags.retainDevice = true;
  EXPECT_THROW((void)run(other), ConfigError);
  other = options();
  other.secretIsKept = false;
  EXPECT_THROW((void)run(other), UsageError);
  EXPECT_EQ(tree(folder / "out"), before);
}

TEST_F(Cohort, NewAndChangedInputsAloneAreDone) {
  exam("a.dcm");
  exam("b.dcm");
  (void)run(options());
  exam("c.dcm");
  exam("b.dcm", "full-right-short/image.dcm"); // another object in its place
  const auto report = run(options());
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.written, 2);
  EXPECT_EQ(handedOver().size(), 3u) << "what b was before is taken back";
  EXPECT_EQ(report.inOut, 3);
}

TEST_F(Cohort, WhatTurnsDoubtfulIsTakenBack) {
  exam("a.dcm");
  const auto b = exam("b.dcm");
  (void)run(options());
  EXPECT_EQ(handedOver().size(), 2u);
  std::filesystem::resize_file(b, std::filesystem::file_size(b) / 2);
  const auto report = run(options());
  EXPECT_EQ(report.quarantined, 1);
  EXPECT_EQ(handedOver().size(), 1u);
}

TEST_F(Cohort, MissingOutputIsMadeAgain) {
  exam("a.dcm");
  (void)run(options());
  const auto path = handedOver().front();
  const auto bytes = bytesOf(path);
  std::filesystem::remove(path);
  EXPECT_EQ(run(options()).written, 1);
  EXPECT_EQ(bytesOf(path), bytes);
}

TEST_F(Cohort, CopiesGoOutOnce) {
  const auto a = exam("a.dcm");
  std::filesystem::copy_file(a, folder / "in/b.dcm");
  auto report = run(options());
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(report.copies, 1);
  report = run(options());
  EXPECT_EQ(report.written, 0);
  EXPECT_EQ(report.copies, 1);
  std::filesystem::remove(a); // now the copy is the only one
  report = run(options());
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(handedOver().size(), 1u);
}

TEST_F(Cohort, PathsMayBeGivenInAnyWay) {
  exam("a.dcm");
  (void)run(options());
  auto one = options();
  one.inputs = {std::filesystem::relative(folder / "in"), folder / "in/../in/a.dcm"};
  const auto report = run(one);
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.written, 0);
}

TEST_F(Cohort, AMovedFolderDoublesNothing) {
  exam("sub/a.dcm");
  const auto broken = exam("sub/b.dcm");
  std::filesystem::resize_file(broken, std::filesystem::file_size(broken) / 2);
  exam("sub/c.dcm", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_SOPClassUID, "1.2.3.4"); });
  (void)run(options());
  const auto before = tree(folder / "out");
  std::filesystem::rename(folder / "in/sub", folder / "in/other");
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(report.quarantined, 2);
  EXPECT_EQ(tree(folder / "out"), before);
}

TEST_F(Cohort, OneUidForTwoContentsIsADoubt) {
  const auto same = [](DcmDataset& data) { data.putAndInsertString(DCM_SOPInstanceUID, "1.2.3.4.5.6.7.8"); };
  exam("a.dcm", "normal-left-long/image.dcm", same);
  exam("b.dcm", "full-right-short/image.dcm", same);
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(report.quarantined, 1);
  EXPECT_EQ(report.reasons.at("same_uid"), 1);
}

TEST_F(Cohort, WhatIsNotDicomIsLeftOut) {
  exam("a.dcm");
  folder.write("in/notes.txt", "Featherstone, seen on Monday");
  folder.write("in/table.bin", std::string(3000, '\x01'));
  std::filesystem::copy_file(HIPCUFF_SOURCE_DIR "/testdata/normal-left-long/image.mask.png", folder / "in/picture.png");
  folder.write("in/broken.dcm", "");
  const auto report = run(options());
  EXPECT_EQ(report.inOut, 1);
  EXPECT_EQ(report.leftOut, 3);
  EXPECT_EQ(report.failed, 1) << "an empty .dcm claims to be something";
  EXPECT_EQ(tree(folder / "out").size(), 2u);
}

TEST_F(Cohort, StrangersInTheFolderAreTold) {
  exam("a.dcm");
  (void)run(options());
  folder.write("out/original.dcm", "Featherstone");
  const auto report = run(options());
  ASSERT_EQ(report.strangers.size(), 1u);
  EXPECT_EQ(report.strangers.front(), folder / "out/original.dcm");
}

TEST_F(Cohort, FoldersWithinOneAnotherAreRefused) {
  exam("a.dcm");
  const auto refused = [&](auto change) {
    auto one = options();
    change(one);
    EXPECT_THROW((void)run(one), UsageError);
  };
  refused([&](auto& o) { o.out = folder / "in/out"; });
  refused([&](auto& o) { o.out = folder / "in"; });
  refused([&](auto& o) { o.inputs = {folder / "out/in"}; });
  refused([&](auto& o) { o.quarantine = folder / "out/private"; });
  refused([&](auto& o) { o.quarantine = folder / "in/private"; });
  refused([&](auto& o) { o.quarantine = folder.path(); });
  refused([&](auto& o) { o.key = folder / "out/key.csv"; });
  std::filesystem::create_directory_symlink(folder / "in", folder / "link");
  refused([&](auto& o) { o.out = folder / "link/out"; });
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_F(Cohort, AForeignFolderIsNotWrittenInto) {
  exam("a.dcm");
  folder.write("out/precious.txt", "x");
  EXPECT_THROW((void)run(options()), OutputError);
  std::filesystem::remove_all(folder / "out");
  folder.write("out-quarantine/precious.txt", "x");
  EXPECT_THROW((void)run(options()), OutputError);
}

TEST_F(Cohort, PrivateFilesAreForTheirOwnerAlone) {
  exam("a.dcm");
  const auto b = exam("b.dcm");
  std::filesystem::resize_file(b, std::filesystem::file_size(b) / 2);
  exam("c.dcm", "normal-left-long/image.dcm",
       [](DcmDataset& data) { data.putAndInsertString(DCM_SOPClassUID, "1.2.3.4"); });
  const auto before = ::umask(0);
  auto one = options();
  one.key = folder / "key.csv";
  (void)run(one);
  ::umask(before);
  EXPECT_EQ(modeOf(quarantine()), 0700u);
  EXPECT_EQ(modeOf(folder / "key.csv"), 0600u);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(quarantine())) {
    EXPECT_EQ(modeOf(entry.path()), entry.is_directory() ? 0700u : 0600u) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 6);
}

TEST_F(Cohort, ReportSaysWhatWasDone) {
  exam("a.dcm");
  exam("b.dcm", "full-right-short/image.dcm");
  auto one = options();
  one.profile.tags.dates = dicom::Dates::shift;
  (void)run(one);
  const auto report = nlohmann::json::parse(bytesOf(folder / "out/report.json"));
  EXPECT_EQ(report["schema"], "hipcuff.deidentification/1");
  EXPECT_EQ(report["profile"]["kept"], nlohmann::json::array({"dates"}));
  ASSERT_EQ(report["files"].size(), 2u);
  for (const auto& file : report["files"]) {
    EXPECT_TRUE(std::filesystem::exists(folder / "out" / file["file"].get<std::string>()));
    EXPECT_FALSE(file["pixels"]["claimed_clean"].get<bool>()) << "nobody has read the letters";
    EXPECT_EQ(file["pixels"]["letters_left"], "none");
  }
  for (const auto& path : handedOver())
    EXPECT_EQ(text(path, DCM_BurnedInAnnotation), text(folder / "in/a.dcm", DCM_BurnedInAnnotation));
}

} // namespace
