// Debian's Orthanc as the archive: store, find, get, move, and what it answers when asked for nonsense.
#include "lab.h"

#include "hipcuff/core/error.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff::dicom;
using testing::HasSubstr;

class Orthanc : public testing::Test {
protected:
  void SetUp() override {
    NEEDS_OWN_NETWORK();
    NEEDS_PROGRAM("Orthanc");
    port_ = lab::freePort();
    // Listening before Orthanc is configured, as it must know our port.
    inbox = std::make_unique<Inbox>(folder.path() / "moved");
    auto settings = lab::settings();
    settings.ae = "MOVESCP";
    server = std::make_unique<Server>(settings, *inbox, &recorder);
    const auto config = folder.path() / "orthanc.json";
    std::ofstream(config) << R"({"Name":"TEST","StorageDirectory":")" << (folder.path() / "db").string()
                          << R"(","IndexDirectory":")" << (folder.path() / "db").string()
                          << R"(","RemoteAccessAllowed":false,"AuthenticationEnabled":false,"HttpServerEnabled":false,
"DicomAet":"ORTHANC","DicomPort":)"
                          << port_ << R"(,"DicomCheckCalledAet":true,"DicomAlwaysAllowEcho":true,
"DicomAlwaysAllowStore":true,"DicomAlwaysAllowFind":true,"DicomAlwaysAllowGet":true,"DicomAlwaysAllowMove":true,
"DefaultEncoding":"Latin1","DicomModalities":{"scp":["MOVESCP","127.0.0.1",)"
                          << server->port() << R"(]},"Plugins":[]})";
    orthanc = std::make_unique<lab::Program>(std::vector<std::string>{"Orthanc", config.string()},
                                             folder.path() / "orthanc.log");
    ASSERT_TRUE(lab::listensSoon(port_));
    peer = lab::peerAt(port_, "ORTHANC");
  }
  void TearDown() override {
    if (orthanc) {
      orthanc->kill(SIGTERM);
      EXPECT_EQ(orthanc->wait(), 0);
    }
  }
  /// Two studies: one with five objects in four syntaxes and two series, one with a single object.
  std::vector<std::filesystem::path> twoStudies() {
    const auto in = folder.path() / "in";
    lab::ObjectSpec spec;
    spec.rows = spec.columns = 64;
    std::vector<std::filesystem::path> made;
    int number = 0;
    for (const auto* syntax : {testdicom::explicitLe, testdicom::implicitLe, testdicom::jpegBaseline, testdicom::rle,
                               testdicom::explicitLe}) {
      spec.syntax = syntax;
      spec.instance = "1.2.3.4." + std::to_string(++number);
      spec.series = number == 5 ? "1.2.3.2" : "1.2.3.1";
      made.push_back(lab::writeObject(in, spec));
    }
    lab::ObjectSpec other;
    other.study = "1.2.7";
    other.series = "1.2.7.1";
    other.instance = "1.2.7.1.1";
    other.charset = "ISO_IR 100";
    other.patientName = "M\xdcLLER^J\xd6RG";
    made.push_back(lab::writeObject(in, other));
    return made;
  }
  void fill() {
    files = twoStudies();
    for (const auto& one : send(peer, files))
      ASSERT_EQ(one.delivery, Delivery::stored) << one.words;
  }

  testdicom::Folder folder;
  lab::Recorder recorder;
  std::unique_ptr<Inbox> inbox;
  std::unique_ptr<Server> server;
  std::unique_ptr<lab::Program> orthanc;
  std::vector<std::filesystem::path> files;
  Peer peer;

private:
  std::uint16_t port_ = 0;
};

TEST_F(Orthanc, EchoStoreFind) {
  EXPECT_NO_THROW(echo(peer));
  fill();
  const auto studies = find(peer, Level::study, {{"StudyInstanceUID", ""}, {"PatientName", ""}, {"(0010,0020)", ""}});
  ASSERT_EQ(studies.size(), 2U);
  const auto byUid = find(peer, Level::study, {{"StudyInstanceUID", "1.2.7"}, {"PatientName", ""}});
  ASSERT_EQ(byUid.size(), 1U);
  EXPECT_EQ(byUid[0].at("PatientName"), "MÜLLER^JÖRG");
  const auto byName = find(peer, Level::study, {{"StudyInstanceUID", ""}, {"PatientName", "MÜLLER*"}});
  ASSERT_EQ(byName.size(), 1U);
  EXPECT_EQ(byName[0].at("StudyInstanceUID"), "1.2.7");
  EXPECT_EQ(find(peer, Level::series, {{"StudyInstanceUID", "1.2.3"}, {"SeriesInstanceUID", ""}}).size(), 2U);
  EXPECT_EQ(find(peer, Level::image,
                 {{"StudyInstanceUID", "1.2.3"}, {"SeriesInstanceUID", "1.2.3.1"}, {"SOPInstanceUID", ""}})
                .size(),
            4U);
  EXPECT_TRUE(find(peer, Level::study, {{"StudyInstanceUID", "9.9"}}).empty());
  EXPECT_EQ(find(peer, Level::study, {{"StudyInstanceUID", ""}}, 1).size(), 1U);
}

TEST_F(Orthanc, WrongAeAndWrongKeys) {
  auto wrong = peer;
  wrong.calledAe = "NOBODY";
  try {
    echo(wrong);
    ADD_FAILURE() << "not refused";
  } catch (const NetworkError& e) {
    EXPECT_THAT(e.what(), HasSubstr("called AE title not recognised"));
  }
  for (const auto* key : {"", "NoSuchKeyword", "PatientName=X", "../x", "(0010,0010", "PatientName[0].[0]"})
    EXPECT_THROW((void)find(peer, Level::study, {{key, ""}}), hipcuff::UsageError) << key;
  EXPECT_THROW((void)find(peer, Level::study, {{"PatientName", "a\nb"}}), hipcuff::UsageError);
  EXPECT_THROW((void)find(peer, Level::worklist, {{"PatientName", ""}}), NetworkError);
}

TEST_F(Orthanc, GetBringsEachObjectBitForBit) {
  fill();
  Inbox got(folder.path() / "got");
  const auto result = get(peer, Level::study, {{"StudyInstanceUID", "1.2.3"}}, got);
  EXPECT_TRUE(result.whole) << testing::PrintToString(result.problems);
  ASSERT_EQ(result.objects.size(), 5U);
  for (int i = 1; i <= 5; ++i)
    EXPECT_TRUE(lab::sameDataSet(got.pathOf("1.2.3.4." + std::to_string(i)), files[static_cast<std::size_t>(i - 1)]))
        << i;
  EXPECT_TRUE(lab::nothingHalf(got.folder()));
  const auto series = get(peer, Level::series, {{"StudyInstanceUID", "1.2.3"}, {"SeriesInstanceUID", "1.2.3.2"}}, got);
  ASSERT_EQ(series.objects.size(), 1U);
  EXPECT_TRUE(series.objects[0].duplicate);
}

TEST_F(Orthanc, MoveBringsThemToOurServer) {
  fill();
  const auto result = move(peer, Level::study, {{"StudyInstanceUID", "1.2.3"}}, "MOVESCP");
  EXPECT_TRUE(result.whole) << testing::PrintToString(result.problems);
  EXPECT_EQ(result.completed, 5U);
  for (int i = 1; i <= 5; ++i)
    EXPECT_TRUE(lab::sameDataSet(inbox->pathOf("1.2.3.4." + std::to_string(i)), files[static_cast<std::size_t>(i - 1)]))
        << i;
  EXPECT_EQ(recorder.objects().size(), 5U);
  const auto nowhere = move(peer, Level::study, {{"StudyInstanceUID", "1.2.3"}}, "NOWHERE");
  EXPECT_FALSE(nowhere.whole);
  EXPECT_FALSE(nowhere.problems.empty());
}

} // namespace
