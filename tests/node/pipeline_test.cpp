// Studies in, results out, in one process: a server of ours is the PACS.
#include "node_lab.h"

#include "hipcuff/batch/catalogue.h"

#include <gmock/gmock.h>
#include <thread>

namespace {

using namespace hipcuff;
using testing::HasSubstr;
using testing::Not;

class Pipeline : public testing::Test {
protected:
  nodelab::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  node::NodeConfig config = nodelab::config(folder.path() / "node");
};

TEST_F(Pipeline, AStudyComesInAndItsResultsGoOut) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  nodelab::Running running(config);
  const std::filesystem::path real = HIPCUFF_SOURCE_DIR "/testdata/full-left-long/image.dcm";
  for (const auto& one : running.send({real}))
    EXPECT_TRUE(dicom::delivered(one.delivery)) << one.words;
  ASSERT_TRUE(nodelab::soon([&] { return pacs.count() == 3; })) << running.log();
  for (const auto& [what, objects] : pacs.holds())
    EXPECT_EQ(objects.size(), 1U) << what.first;
  ASSERT_TRUE(nodelab::soon([&] {
    const auto queue = running.node().status().queue;
    return queue.places.size() == 1 && queue.places[0].sent == 3;
  })) << running.log();
  const auto status = running.node().status();
  EXPECT_EQ(status.queue.examsDone, 1);
  EXPECT_EQ(status.queue.examsWaiting, 0);
  EXPECT_EQ(status.received, 1);
  running.stop();
  // What lies there is a batch as any other.
  EXPECT_TRUE(std::filesystem::exists(config.folder / "batch" / "worklist.html"));
  EXPECT_TRUE(std::filesystem::exists(config.folder / "batch" / "results.csv"));
  EXPECT_THAT(running.log(), Not(HasSubstr("PHANTOM")));
  std::printf("%s", running.log().c_str());
}

TEST_F(Pipeline, WhatWasDeliveredIsRemovedAfterSoManyDays) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  config.keepDays = 2;
  const auto sentAll = [](nodelab::Running& running) {
    const auto queue = running.node().status().queue;
    return queue.places.size() == 1 && queue.places[0].sent == 3;
  };
  {
    nodelab::Running running(config);
    running.send(nodelab::study(in, 1, 2));
    ASSERT_TRUE(nodelab::soon([&] { return sentAll(running); })) << running.log();
  }
  const auto later = [](double days) {
    return [days] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                 .count() +
             static_cast<batch::Moment>(days * 86400000);
    };
  };
  {
    nodelab::Running running(config, later(1.9));
    running.stop();
    EXPECT_EQ(lab::objectsIn(config.folder / "inbox").size(), 2U);
  }
  nodelab::Running running(config, later(2.1));
  EXPECT_TRUE(running.logsSoon("2 objects older than 2 days removed from the inbox")) << running.log();
  EXPECT_TRUE(lab::objectsIn(config.folder / "inbox").empty());
  // Sent once more it is known.
  running.send(nodelab::study(in, 1, 2));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(pacs.recorder.objects().size(), 3U);
}

} // namespace
