// What a sender makes of the less usual answers, and of files that go while it sends.
#include "lab.h"

#include <dcmtk/config/osconfig.h>

#include <atomic>
#include <dcmtk/dcmnet/scp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace {

using namespace hipcuff::dicom;

/// Answers the objects of one association with the same status.
class Answering final : public DcmSCP {
public:
  explicit Answering(Uint16 status)
      : status_(status) {
    OFList<OFString> syntaxes;
    syntaxes.push_back(UID_LittleEndianExplicitTransferSyntax);
    (void)addPresentationContext(testdicom::usImage, syntaxes);
    setPort(port);
    setAETitle("PACS");
    setConnectionBlockingMode(DUL_BLOCK);
    thread_ = std::jthread([this] { (void)listen(); });
  }
  ~Answering() override { thread_.join(); }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  const std::uint16_t port = lab::freePort();

protected:
  OFCondition handleIncomingCommand(T_DIMSE_Message* message, const DcmPresentationContextInfo& context) override {
    DcmDataset* dataSet = nullptr;
    auto& request = message->msg.CStoreRQ;
    const auto received = receiveSTORERequest(request, context.presentationContextID, dataSet);
    delete dataSet;
    answered_ = true;
    return received.bad() ? received : sendSTOREResponse(context.presentationContextID, request, status_);
  }
  OFBool stopAfterCurrentAssociation() override { return answered_; } // not after a mere connection

private:
  Uint16 status_;
  std::atomic<bool> answered_{false};
  std::jthread thread_;
};

TEST(StoreAnswers, APeerThatHasTheObjectAlreadyHasIt) {
  const testdicom::Folder folder;
  Answering peer(0x0111);
  ASSERT_TRUE(lab::listensSoon(peer.port));
  const auto sent = send(lab::peerAt(peer.port, "PACS"), lab::writeObjects(folder.path(), 1));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].delivery, Delivery::warned) << sent[0].words;
  EXPECT_TRUE(delivered(sent[0].delivery));
  EXPECT_EQ(sent[0].status, 0x0111);
  EXPECT_THAT(sent[0].words, testing::HasSubstr("duplicate SOP instance"));
}

TEST(StoreAnswers, AFileThatWentKeepsTheOthersNoAssociation) {
  const testdicom::Folder folder;
  Inbox inbox(folder.path() / "out");
  lab::Recorder recorder;
  Server server(lab::settings(), inbox, &recorder);
  const auto files = lab::writeObjects(folder.path() / "in", 3);
  const auto sent = send(lab::peerOf(server), files, [&](const SentFile& file) {
    if (file.file == files[0])
      std::filesystem::remove(files[1]);
    return true;
  });
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].delivery, Delivery::stored);
  EXPECT_EQ(sent[1].delivery, Delivery::unreadable);
  EXPECT_EQ(sent[2].delivery, Delivery::stored) << sent[2].words;
  ASSERT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].end, AssociationEnd::released);
}

} // namespace
