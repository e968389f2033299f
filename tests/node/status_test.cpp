// What a status says, and when it says that somebody should look.
#include "node_lab.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>

namespace {

using namespace hipcuff;
using node::Health;
using testing::HasSubstr;

constexpr batch::Moment now = 1700000000000;
constexpr batch::Moment hour = 3600000;

node::NodeStatus good() {
  node::NodeStatus status;
  status.version = "1";
  status.started = now - hour;
  status.written = now;
  status.ae = "HIPS";
  status.address = "0.0.0.0";
  status.port = 104;
  status.mostWaiting = 10;
  status.freeBytes = 1LL << 40;
  status.keepFree = 1LL << 26;
  status.destinations = {"pacs"};
  return status;
}

std::string reasons(const node::NodeStatus& status, Health expected, bool running = true) {
  const auto verdict = node::judge(status, running, now);
  EXPECT_EQ(verdict.health, expected) << node::statusText(status, verdict);
  return verdict.reasons.empty() ? std::string() : verdict.reasons[0];
}

TEST(Status, GoodIsGood) {
  EXPECT_EQ(reasons(good(), Health::good), "");
}

TEST(Status, DownIsTold) {
  auto status = good();
  EXPECT_THAT(reasons(status, Health::down, false), HasSubstr("was not stopped"));
  status.state = "stopped";
  EXPECT_THAT(reasons(status, Health::down, false), HasSubstr("it was stopped at 2023-11-14T22:13:20Z"));
  status = good();
  status.written = now - 3 * status.statusEvery - 10001;
  EXPECT_THAT(reasons(status, Health::down), HasSubstr("has not written its status since"));
  status.state = "stopping";
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("it is stopping"));
}

TEST(Status, WhatNeedsAPersonIsTold) {
  auto status = good();
  status.trouble = "Nothing is analysed for now: disk full";
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("disk full"));
  status = good();
  status.freeBytes = status.keepFree - 1;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("objects are refused"));
  status = good();
  status.queue.objectsWaiting = 10;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("more are refused"));
  status = good();
  status.queue.places.push_back({"old", 3, 0, 0, 0, now, 0, 0, {}, {}});
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("wait for 'old', which the configuration does not have"));
  status = good();
  status.queue.places.push_back({"pacs", 3, 0, 0, 0, now, 2, 0, {}, "down"});
  EXPECT_EQ(reasons(status, Health::good), "") << "may pass";
  status.queue.places[0].tries = 3;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("pacs can't be sent to (3 tries): down"));
  status.queue.places[0].tries = 0;
  status.queue.places[0].oldestWaiting = now - hour - 1;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("have been waiting for pacs"));
  status = good();
  status.queue.troubles = {{"exam-1", "pacs: sr was given up: no", now - 25 * hour}};
  EXPECT_EQ(reasons(status, Health::good), "") << "was told for a day";
  status.queue.troubles[0].when = now - 23 * hour;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("in the last 24 hours"));
}

TEST(Status, AStudyThatWaitsTooLongIsTold) {
  auto status = good();
  status.started = now - 48 * hour;
  status.queue.oldestWaiting = now - hour;
  EXPECT_EQ(reasons(status, Health::good), "");
  status.queue.oldestWaiting = now - hour - 1;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("waiting for its analysis since 2023-11-14T21:13:19Z"));
  status.quiet = hour;
  EXPECT_EQ(reasons(status, Health::good), "") << "it was told to wait so long";
  status.quiet = 0;
  status.started = now - hour;
  EXPECT_EQ(reasons(status, Health::good), "") << "there was no node before";
  status.queue.oldestWaiting = now + hour;
  EXPECT_THAT(reasons(status, Health::troubled), HasSubstr("look at the clock"));
}

TEST(Status, OneThatMayNotBeReadIsNotCalledMissing) {
  const nodelab::Folder folder;
  const auto file = folder.path() / std::string(300, 'x') / "status.json"; // nobody may: the name is too long
  try {
    (void)node::readStatus(file);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.problem(), HasSubstr("can't be looked at: "));
  }
}

TEST(Status, IsReadAsItWasWritten) {
  const nodelab::Folder folder;
  auto status = good();
  status.quiet = 30000;
  status.received = 12;
  status.trouble = "a \"quoted\" trouble";
  node::writeStatus(status, folder.path() / "status.json");
  const auto again = node::readStatus(folder.path() / "status.json");
  EXPECT_EQ(node::statusJson(again, {}), node::statusJson(status, {}));
  nodelab::write(folder.path() / "status.json", "{");
  EXPECT_THROW((void)node::readStatus(folder.path() / "status.json"), InputError);
  EXPECT_THROW((void)node::readStatus(folder.path() / "none.json"), InputError);
}

} // namespace
