// DCMTK's programs as the other side.
#include "lab.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace {

using namespace hipcuff::dicom;
using testing::HasSubstr;

class Others : public testing::Test {
protected:
  testdicom::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  std::filesystem::path out = folder.path() / "out";
  lab::Recorder recorder;
};

TEST_F(Others, EchoscuAndStorescuToUs) {
  NEEDS_PROGRAM("storescu");
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  const auto port = std::to_string(server.port());
  const auto echoed = lab::run({"echoscu", "-aec", "HIPCUFF", "127.0.0.1", port});
  EXPECT_EQ(echoed.status, 0) << echoed.output;
  const auto wrong = lab::run({"echoscu", "-aec", "NOBODY", "127.0.0.1", port});
  EXPECT_NE(wrong.status, 0);
  EXPECT_THAT(wrong.output, HasSubstr("Called AE Title Not Recognized"));
  const auto native = lab::writeObject(in / "native", {});
  const auto jpeg = lab::writeObject(in / "jpeg", {.instance = "1.2.3.5", .syntax = testdicom::jpegBaseline});
  for (const auto& [option, file] : {std::pair("-x=", native), std::pair("-xy", jpeg)}) {
    const auto sent = lab::run({"storescu", option, "-R", "-aec", "HIPCUFF", "127.0.0.1", port, file.string()});
    EXPECT_EQ(sent.status, 0) << sent.output;
  }
  EXPECT_TRUE(lab::sameDataSet(inbox.pathOf("1.2.3.4"), native));
  EXPECT_TRUE(lab::sameDataSet(inbox.pathOf("1.2.3.5"), jpeg));
  // Another program reads what we wrote.
  const auto dump = lab::run({"dcmdump", inbox.pathOf("1.2.3.5").string()});
  EXPECT_EQ(dump.status, 0) << dump.output;
  EXPECT_THAT(dump.output, HasSubstr("JPEGBaseline"));
}

TEST_F(Others, OursToStorescpBitForBit) {
  NEEDS_OWN_NETWORK();
  NEEDS_PROGRAM("storescp");
  std::filesystem::create_directories(out);
  const auto port = lab::freePort();
  lab::Program storescp({"storescp", "-od", out.string(), "+xa", "+B", "-aet", "STORE", std::to_string(port)});
  ASSERT_TRUE(lab::listensSoon(port));
  std::vector files{
      lab::writeObject(in, {}), lab::writeObject(in, {.instance = "1.2.3.5", .syntax = testdicom::jpegBaseline}),
      lab::writeObject(in, {.instance = "1.2.3.6", .syntax = testdicom::implicitLe, .rows = 700, .columns = 700})};
  const auto peer = lab::peerAt(port, "STORE");
  EXPECT_NO_THROW(echo(peer));
  for (const auto& one : send(peer, files))
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
  std::vector<std::string> got;
  for (const auto& entry : std::filesystem::directory_iterator(out))
    got.push_back(lab::dataSetOf(entry.path()));
  std::vector<std::string> expected;
  for (const auto& file : files)
    expected.push_back(lab::dataSetOf(file));
  EXPECT_THAT(got, testing::UnorderedElementsAreArray(expected));
}

TEST_F(Others, AWorklistIsAskedByPathsIntoItsSequence) {
  NEEDS_OWN_NETWORK();
  NEEDS_PROGRAM("wlmscpfs");
  const auto items = folder.path() / "lists" / "WORK";
  std::filesystem::create_directories(items);
  std::ofstream(items / "lockfile") << "";
  std::ofstream(folder.path() / "item.txt") << R"((0008,0005) CS [ISO_IR 100]
(0008,0050) SH [A7]
(0010,0010) PN [DOE^JANE]
(0010,0020) LO [P7]
(0020,000d) UI [1.2.7]
(0032,1060) LO [Hip]
(0040,1001) SH [R7]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [US]
(0040,0001) AE [SCANNER]
(0040,0002) DA [20240229]
(0040,0003) TM [101112]
(0040,0009) SH [S7]
(fffe,e00d) -
(fffe,e0dd) -
)";
  const auto made = lab::run({"dump2dcm", (folder.path() / "item.txt").string(), (items / "item.wl").string()});
  ASSERT_EQ(made.status, 0) << made.output;
  const auto port = lab::freePort();
  lab::Program provider({"wlmscpfs", "-s", "-dfp", (folder.path() / "lists").string(), "-dfr", std::to_string(port)});
  ASSERT_TRUE(lab::listensSoon(port));
  const std::string modality = "ScheduledProcedureStepSequence[0].Modality";
  const auto asked = [&](const std::string& value) {
    return find(lab::peerAt(port, "WORK"), Level::worklist,
                {{modality, value}, {"PatientName", ""}, {"StudyInstanceUID", ""}});
  };
  const auto found = asked("US");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at(modality), "US");
  EXPECT_EQ(found[0].at("PatientName"), "DOE^JANE");
  EXPECT_EQ(found[0].at("StudyInstanceUID"), "1.2.7");
  EXPECT_TRUE(asked("CT").empty());
}

TEST_F(Others, StorescpThatRefusesOrAborts) {
  NEEDS_OWN_NETWORK();
  NEEDS_PROGRAM("storescp");
  std::filesystem::create_directories(out);
  const auto files = lab::writeObjects(in, 3);
  {
    const auto port = lab::freePort();
    lab::Program storescp({"storescp", "-od", out.string(), "--refuse", std::to_string(port)});
    ASSERT_TRUE(lab::listensSoon(port));
    const auto sent = send(lab::peerAt(port, "STORE"), files);
    EXPECT_EQ(sent[0].delivery, Delivery::notSent);
    EXPECT_THAT(sent[0].words, HasSubstr("refused"));
  }
  for (const auto* option : {"--abort-during", "--abort-after"}) {
    const auto port = lab::freePort();
    lab::Program storescp({"storescp", "-od", out.string(), option, std::to_string(port)});
    ASSERT_TRUE(lab::listensSoon(port));
    const auto sent = send(lab::peerAt(port, "STORE"), files);
    EXPECT_FALSE(delivered(sent[2].delivery)) << option;
    EXPECT_TRUE(worthAnotherTry(sent[2].delivery, sent[2].status)) << option;
  }
}

} // namespace
