// Our client and our server: what arrives is what was sent, and what must not arrive doesn't.
#include "lab.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff::dicom;
using testing::HasSubstr;

class Store : public testing::Test {
protected:
  testdicom::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  std::filesystem::path out = folder.path() / "out";
  lab::Recorder recorder;
};

TEST_F(Store, Echo) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  EXPECT_NO_THROW(echo(lab::peerOf(server)));
  ASSERT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].end, AssociationEnd::released);
  EXPECT_EQ(recorder.ends()[0].echoes, 1U);
  EXPECT_EQ(recorder.ends()[0].callingAe, "TESTER");
  EXPECT_EQ(recorder.ends()[0].address, "127.0.0.1");
}

TEST_F(Store, DataSetsArriveBitForBitInEverySyntax) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  std::vector<std::filesystem::path> files;
  int number = 0;
  for (const auto& syntax : usualSyntaxes()) {
    if (syntax == testdicom::explicitBe || syntax == testdicom::deflated)
      continue;
    lab::ObjectSpec spec;
    spec.syntax = syntax;
    spec.instance = "1.2.3.4." + std::to_string(++number);
    spec.rows = 400; // larger than a PDU
    spec.columns = 401 + static_cast<unsigned>(number % 2);
    spec.columns += spec.columns % 2;
    files.push_back(lab::writeObject(in, spec));
  }
  const auto sent = send(lab::peerOf(server), files);
  ASSERT_EQ(sent.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(sent[i].delivery, Delivery::stored) << sent[i].words;
    EXPECT_EQ(sent[i].file, files[i]);
    const auto stored = inbox.pathOf("1.2.3.4." + std::to_string(i + 1));
    EXPECT_TRUE(lab::sameDataSet(stored, files[i]));
  }
  ASSERT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].stored, files.size());
  const auto told = recorder.objects();
  ASSERT_EQ(told.size(), files.size());
  EXPECT_EQ(told[0].studyUid, "1.2.3");
  EXPECT_EQ(told[0].seriesUid, "1.2.3.1");
  EXPECT_EQ(told[0].callingAe, "TESTER");
  EXPECT_EQ(told[0].path, inbox.pathOf("1.2.3.4.1"));
}

TEST_F(Store, MoreThan128KindsGoOverSeveralAssociations) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.classes.clear();
  std::vector<std::filesystem::path> files;
  for (int i = 1; i <= 150; ++i) {
    lab::ObjectSpec spec;
    spec.sopClass = "1.2.99." + std::to_string(i);
    spec.syntax = testdicom::jpegBaseline;
    spec.instance = "1.2.3.4." + std::to_string(i);
    settings.classes.push_back(spec.sopClass);
    files.push_back(lab::writeObject(in, spec));
  }
  Server server(settings, inbox, &recorder);
  for (const auto& one : send(lab::peerOf(server), files))
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
  ASSERT_TRUE(recorder.waitForEnds(2));
  EXPECT_EQ(recorder.ends()[0].stored, 128U);
  EXPECT_EQ(recorder.ends()[1].stored, 22U);
}

TEST_F(Store, SameBytesAgainAreADuplicateOtherBytesAreRefused) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec spec;
  const std::vector first{lab::writeObject(in, spec)};
  spec.pixel = 9;
  const std::vector other{lab::writeObject(in, spec)};
  EXPECT_EQ(send(lab::peerOf(server), first)[0].delivery, Delivery::stored);
  EXPECT_EQ(send(lab::peerOf(server), first)[0].delivery, Delivery::stored);
  const auto refused = send(lab::peerOf(server), other)[0];
  EXPECT_EQ(refused.delivery, Delivery::refused);
  EXPECT_EQ(refused.status, 0xC111);
  EXPECT_FALSE(worthAnotherTry(refused.delivery, refused.status));
  EXPECT_TRUE(lab::sameDataSet(inbox.pathOf(spec.instance), first[0]));
  ASSERT_EQ(recorder.objects().size(), 2U);
  EXPECT_FALSE(recorder.objects()[0].duplicate);
  EXPECT_TRUE(recorder.objects()[1].duplicate);
  EXPECT_TRUE(lab::nothingHalf(out));
}

/// Takes `most` objects and then no more.
class Full : public lab::Recorder {
public:
  explicit Full(std::size_t most)
      : most_(most) {}
  std::string objectComing(std::uint64_t association) override {
    coming.push_back(association);
    return objects().size() < most_ ? "" : "enough waits already";
  }
  void objectFailed(std::uint64_t association) override { failed.push_back(association); }
  std::vector<std::uint64_t> coming, failed;

private:
  std::size_t most_;
};

TEST_F(Store, TheObserverMayRefuseObjectsForLackOfResources) {
  Full full(2);
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &full);
  const auto files = lab::writeObjects(in, 3);
  const auto sent = send(lab::peerOf(server), files);
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
  EXPECT_EQ(sent[2].delivery, Delivery::refused);
  EXPECT_EQ(sent[2].status, 0xA700);
  EXPECT_TRUE(worthAnotherTry(sent[2].delivery, sent[2].status));
  ASSERT_TRUE(full.waitForProblem("enough waits already"));
  ASSERT_TRUE(full.waitForEnds(1));
  EXPECT_EQ(lab::objectsIn(out).size(), 2U);
  EXPECT_TRUE(lab::nothingHalf(out));
  const auto number = full.ends()[0].association;
  EXPECT_EQ(full.coming, std::vector<std::uint64_t>(3, number));
  EXPECT_EQ(full.failed, std::vector<std::uint64_t>(1, number));
  EXPECT_EQ(full.objects()[0].association, number);
}

TEST_F(Store, AnotherClassAndAnUnknownSyntaxAreTold) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec ct;
  ct.sopClass = "1.2.840.10008.5.1.4.1.1.2";
  lab::ObjectSpec odd;
  odd.syntax = "1.2.840.10008.1.2.4.201";
  odd.instance = "1.2.3.5";
  lab::ObjectSpec good;
  good.instance = "1.2.3.6";
  const std::vector files{lab::writeObject(in, ct), lab::writeObject(in, odd), lab::writeObject(in, good)};
  const auto sent = send(lab::peerOf(server), files);
  EXPECT_EQ(sent[0].delivery, Delivery::noContext);
  EXPECT_EQ(sent[1].delivery, Delivery::noContext);
  EXPECT_THAT(sent[1].words, HasSubstr("High-Throughput JPEG 2000"));
  EXPECT_EQ(sent[2].delivery, Delivery::stored);
}

TEST_F(Store, NothingAcceptedAtAllIsTold) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  const auto sent = send(lab::peerOf(server), std::vector{lab::writeObject(in, {.sopClass = "1.2.99"})});
  EXPECT_EQ(sent[0].delivery, Delivery::noContext);
}

TEST_F(Store, APeerWithImplicitVrOnlyGetsTheSameValues) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.syntaxes = {testdicom::implicitLe};
  Server server(settings, inbox, &recorder);
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 600;
  const std::vector files{lab::writeObject(in, spec),
                          lab::writeObject(in, {.instance = "1.2.3.5", .syntax = testdicom::implicitLe}),
                          lab::writeObject(in, {.instance = "1.2.3.6", .syntax = testdicom::jpegBaseline})};
  const auto sent = send(lab::peerOf(server), files);
  EXPECT_EQ(sent[0].delivery, Delivery::stored) << sent[0].words;
  EXPECT_TRUE(sent[0].reencoded);
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
  EXPECT_FALSE(sent[1].reencoded);
  EXPECT_EQ(sent[2].delivery, Delivery::noContext);
  spec.syntax = testdicom::implicitLe;
  EXPECT_TRUE(lab::sameDataSet(inbox.pathOf("1.2.3.4"), lab::writeObject(in, spec)));
}

TEST_F(Store, WhatIsNoDicomFileIsUnreadableAndTheRestGoes) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  const auto good = lab::writeObject(in, {});
  std::ofstream(in / "text.dcm") << "no DICOM";
  const auto cut = lab::writeObject(in, {.instance = "1.2.3.5"});
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 20);
  const std::vector files{in / "text.dcm", cut, in / "missing.dcm", good};
  const auto sent = send(lab::peerOf(server), files);
  EXPECT_EQ(sent[0].delivery, Delivery::unreadable);
  EXPECT_EQ(sent[1].delivery, Delivery::unreadable);
  EXPECT_EQ(sent[2].delivery, Delivery::unreadable);
  EXPECT_EQ(sent[3].delivery, Delivery::stored);
}

TEST_F(Store, TheDataSetMustBeWhatTheCommandSays) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec spec;
  spec.instanceInDataSet = "1.2.3.77";
  const std::vector files{lab::writeObject(in, spec)};
  const auto sent = send(lab::peerOf(server), files)[0];
  EXPECT_EQ(sent.delivery, Delivery::refused);
  EXPECT_EQ(sent.status, 0xA900);
  EXPECT_TRUE(lab::objectsIn(out).empty());
}

TEST_F(Store, AeTitlesAndAddresses) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.allowedAes = {"TESTER"};
  settings.allowedAddresses = {"127.0.0.0/8"};
  {
    Server server(settings, inbox, &recorder);
    EXPECT_NO_THROW(echo(lab::peerOf(server)));
    auto wrongCalled = lab::peerOf(server);
    wrongCalled.calledAe = "OTHER";
    auto wrongCalling = lab::peerOf(server);
    wrongCalling.callingAe = "STRANGER";
    for (const auto& [peer, words] : {std::pair(wrongCalled, "called AE title not recognised"),
                                      std::pair(wrongCalling, "calling AE title not recognised")}) {
      try {
        echo(peer);
        ADD_FAILURE() << "not refused";
      } catch (const NetworkError& e) {
        EXPECT_EQ(e.kind(), NetworkError::Kind::refused);
        EXPECT_FALSE(e.mayPass());
        EXPECT_THAT(e.what(), HasSubstr(words));
      }
    }
  }
  settings.allowedAddresses = {"10.0.0.0/8"};
  Server server(settings, inbox, &recorder);
  EXPECT_THROW(echo(lab::peerOf(server)), NetworkError);
  EXPECT_TRUE(recorder.waitForProblem("127.0.0.1: this address is not allowed"));
}

TEST_F(Store, SettingsThatCantBe) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.allowedAddresses = {"10.0.0.1/8"};
  EXPECT_THROW(Server(settings, inbox), hipcuff::ConfigError);
  settings = lab::settings();
  settings.bindAddress = "somewhere";
  EXPECT_THROW(Server(settings, inbox), hipcuff::ConfigError);
  EXPECT_THROW(Inbox{out}, hipcuff::OutputError);
  Server server(lab::settings(), inbox);
  settings = lab::settings();
  settings.port = server.port();
  EXPECT_THROW(Server(settings, inbox), hipcuff::OutputError);
  auto peer = lab::peerOf(server);
  peer.callingAe = "LONGER THAN SIXTEEN";
  EXPECT_THROW(echo(peer), NetworkError);
}

TEST_F(Store, TooLargeAndNoRoomAreOutOfResources) {
  Inbox inbox(out, {.objectBytes = 100'000});
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec large;
  large.rows = 1000;
  large.columns = 1000;
  lab::ObjectSpec small;
  small.instance = "1.2.3.5";
  const std::vector files{lab::writeObject(in, large), lab::writeObject(in, small)};
  const auto sent = send(lab::peerOf(server), files);
  EXPECT_EQ(sent[0].status, 0xA700);
  EXPECT_TRUE(worthAnotherTry(sent[0].delivery, sent[0].status));
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
  EXPECT_EQ(lab::objectsIn(out).size(), 1U);
  EXPECT_TRUE(lab::nothingHalf(out));
  Inbox full(folder.path() / "full", {.keepFree = ~0ULL});
  Server other(lab::settings(), full);
  EXPECT_EQ(send(lab::peerOf(other), files)[1].status, 0xA700);
}

TEST_F(Store, SeveralPeersAtOnceAndNotTooMany) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.maxAssociations = 2;
  Server server(settings, inbox, &recorder);
  const std::vector files{lab::writeObject(in, {}), lab::writeObject(in, {.instance = "1.2.3.5"})};
  bool inner = false;
  const auto peer = lab::peerOf(server);
  const auto sent = send(peer, files, [&](const SentFile&) {
    if (inner)
      return true;
    inner = true;
    const auto second = send(peer, std::vector{files[0]}, [&](const SentFile&) {
      try {
        echo(peer);
        ADD_FAILURE() << "a third association was taken";
      } catch (const NetworkError& e) {
        EXPECT_TRUE(e.mayPass());
        EXPECT_THAT(e.what(), HasSubstr("too many associations"));
      }
      return true;
    });
    EXPECT_EQ(second[0].delivery, Delivery::stored);
    return true;
  });
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
}

TEST_F(Store, TheObserverMayStop) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  const auto files = lab::writeObjects(in, 3);
  const auto sent = send(lab::peerOf(server), files, [](const SentFile&) { return false; });
  EXPECT_EQ(sent[0].delivery, Delivery::stored);
  EXPECT_EQ(sent[1].delivery, Delivery::notSent);
  ASSERT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].end, AssociationEnd::released);
}

TEST(Uid, OnlyThoseOfTheStandard) {
  for (const auto* good : {"1", "1.2.840.10008", "0.1", "2.25.329800735698586629295641978511506172918"})
    EXPECT_TRUE(isUid(good)) << good;
  for (const auto* bad : {"", ".", "..", "1.", ".1", "1..2", "../1", "1/2", "1.2\n", "a", "1 ", "-1",
                          "1.2345678901234567890123456789012345678901234567890123456789012345"})
    EXPECT_FALSE(isUid(bad)) << bad;
}

TEST_F(Store, WhyThereWasNoAssociationSaysWhetherTryingAgainHelps) {
  Inbox inbox(out);
  const auto file = lab::writeObject(in, {});
  const auto sentTo = [&](const Peer& peer) { return send(peer, std::vector{file})[0]; };
  Peer gone;
  {
    Server server(lab::settings(), inbox);
    gone = lab::peerOf(server);
    auto wrong = gone;
    wrong.calledAe = "NOBODY";
    const auto refused = sentTo(wrong);
    EXPECT_EQ(refused.delivery, Delivery::notSent);
    EXPECT_FALSE(refused.mayPass);
    EXPECT_FALSE(refused.remedy.empty());
    EXPECT_FALSE(sentTo(gone).mayPass) << "it is there";
  }
  const auto nobody = sentTo(gone);
  EXPECT_EQ(nobody.delivery, Delivery::notSent);
  EXPECT_TRUE(nobody.mayPass);
}

TEST_F(Store, APeerTellsWhichClassesItTakes) {
  Inbox inbox(out);
  auto settings = lab::settings();
  settings.classes = {testdicom::usImage};
  Server server(settings, inbox);
  const std::vector<std::string> asked{"1.2.840.10008.5.1.4.1.1.66.4", testdicom::usImage};
  EXPECT_EQ(acceptedClasses(lab::peerOf(server), asked), std::vector<std::string>{testdicom::usImage});
  EXPECT_TRUE(acceptedClasses(lab::peerOf(server), {}).empty());
}

TEST_F(Store, AFolderForPeopleGoesByStudyAndSeries) {
  Inbox inbox(out, {}, InboxLayout::byStudy);
  Server server(lab::settings(), inbox);
  const auto file = lab::writeObject(in, {});
  const auto strange = lab::writeObject(in, {.instance = "1.2.3.5", .study = "../../x", .series = ""});
  for (const auto& one : send(lab::peerOf(server), std::vector{file, strange, file}))
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
  EXPECT_TRUE(lab::sameDataSet(out / "1.2.3" / "1.2.3.1" / "1.2.3.4.dcm", file));
  EXPECT_TRUE(lab::sameDataSet(out / "none" / "none" / "1.2.3.5.dcm", strange));
  EXPECT_EQ(lab::objectsIn(out).size(), 2U);
  EXPECT_EQ(inbox.pathOf("1.2.3", "1.2.3.1", "1.2.3.4"), out / "1.2.3" / "1.2.3.1" / "1.2.3.4.dcm");
}

} // namespace
