// "AE@host:port" and what isn't.
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/peer_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff::dicom;

TEST(PeerText, ReadsTitleHostAndPort) {
  const auto peer = parsePeer("ORTHANC@pacs.example.org:4242");
  EXPECT_EQ(peer.calledAe, "ORTHANC");
  EXPECT_EQ(peer.host, "pacs.example.org");
  EXPECT_EQ(peer.port, 4242);
  EXPECT_EQ(peer.callingAe, "HIPCUFF");
  EXPECT_FALSE(peer.tls);
  EXPECT_EQ(peerText(peer), "ORTHANC@pacs.example.org:4242");
}

TEST(PeerText, LeavesOutWhatHasAUsualValue) {
  EXPECT_EQ(peerText(parsePeer("10.0.0.5:11112")), "ANY-SCP@10.0.0.5:11112");
  EXPECT_EQ(peerText(parsePeer("PACS@10.0.0.5")), "PACS@10.0.0.5:104");
  EXPECT_EQ(peerText(parsePeer("archive_2")), "ANY-SCP@archive_2:104");
}

TEST(PeerText, TakesWhateverATitleMayHold) {
  EXPECT_EQ(parsePeer("MY PACS@h:1").calledAe, "MY PACS");
  EXPECT_EQ(parsePeer("  PACS @h:1").calledAe, "PACS");
  EXPECT_EQ(parsePeer("A@B@h:1").calledAe, "A@B");
  EXPECT_EQ(parsePeer("SIXTEENCHARACTER@h:1").calledAe, "SIXTEENCHARACTER");
}

TEST(PeerText, SaysWhatIsWrong) {
  const auto problem = [](const std::string& text) -> std::string {
    try {
      (void)parsePeer(text);
    } catch (const hipcuff::UsageError& error) {
      return error.what();
    }
    return "taken";
  };
  using testing::HasSubstr;
  for (const auto* text : {"", "PACS@", ":104", "@"})
    EXPECT_NE(problem(text), "taken") << text;
  for (const auto* text : {"@h:1", "SEVENTEENLETTERSX@h:1", "A\\B@h:1", "A\tB@h:1", "\xc3\x84@h:1", "   @h:1"})
    EXPECT_THAT(problem(text), HasSubstr("AE title")) << text;
  for (const auto* text : {"P@h:", "P@h:0", "P@h:65536", "P@h:1x", "P@h:-1", "P@h: 1", "P@h:+1"})
    EXPECT_THAT(problem(text), HasSubstr("port must be")) << text;
  for (const auto* text : {"P@[::1]:104", "::1", "P@fe80::1:104"})
    EXPECT_THAT(problem(text), HasSubstr("IPv4")) << text;
  for (const auto* text : {"P@h/x:1", "P@h h:1", "P@-h:1", "P@h\n:1", "P@h;rm:1"})
    EXPECT_THAT(problem(text), HasSubstr("no host")) << text;
  EXPECT_THAT(problem("P@h\n:1"), testing::Not(HasSubstr("\n")));
}

} // namespace
