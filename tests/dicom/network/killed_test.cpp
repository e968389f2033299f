// kill -9 of a receiving process at random moments: what it acknowledged is there, whole; nothing half-written counts.
#include "lab.h"

#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <thread>

namespace {

using namespace hipcuff::dicom;

TEST(Killed, EveryAcknowledgedObjectIsThereWhole) {
  const testdicom::Folder folder;
  const auto out = folder.path() / "out";
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 256;
  const auto files = lab::writeObjects(folder.path() / "in", 200, spec);
  std::mt19937 random(20240229);
  std::set<std::filesystem::path> acknowledged;
  std::size_t lost = 0;
  std::size_t rounds = 0;
  std::size_t first = 0;
  for (; rounds < 20; ++rounds) {
    const auto port = lab::freePort();
    lab::Program server({HIPCUFF_BIN_DIR "/network_probe", "serve", out.string(), std::to_string(port)});
    ASSERT_TRUE(lab::listensSoon(port));
    std::jthread killer([&server, wait = std::uniform_int_distribution<>(1, 150)(random)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(wait));
      server.kill(SIGKILL);
    });
    // From another place each time, all around, so that new objects and duplicates meet the kill.
    std::vector<std::filesystem::path> turn(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
    turn.insert(turn.end(), files.begin(), files.begin() + static_cast<std::ptrdiff_t>(first));
    first = (first + 37) % files.size();
    for (const auto& one : send(lab::peerAt(port, "HIPCUFF"), turn)) {
      if (delivered(one.delivery))
        acknowledged.insert(one.file);
      lost += one.delivery == Delivery::lost ? 1 : 0;
    }
    killer.join();
    EXPECT_EQ(server.wait(), 128 + SIGKILL);
    // Looked at before the next start tidies up. What is in place is whole, also where nobody acknowledged it.
    for (const auto& file : files) {
      const auto name = "1.2.3.4." + std::to_string(&file - files.data() + 1) + ".dcm";
      bool there = false;
      for (const auto& entry : std::filesystem::directory_iterator(out)) {
        const auto stored = entry.path() / name;
        if (std::filesystem::exists(stored)) {
          there = true;
          EXPECT_TRUE(lab::sameDataSet(stored, file)) << stored;
        }
      }
      EXPECT_TRUE(there || !acknowledged.contains(file)) << file << " was acknowledged in round " << rounds;
    }
  }
  RecordProperty("acknowledged", std::to_string(acknowledged.size()));
  std::printf("%zu kills, %zu in the midst of an object; %zu objects acknowledged\n", rounds, lost,
              acknowledged.size());
  // The kills came while objects were under way.
  EXPECT_GE(lost, 5U);
  EXPECT_GE(acknowledged.size(), 20U);
  Inbox inbox(out);
  EXPECT_TRUE(lab::nothingHalf(out));
  Server server(lab::settings(), inbox);
  for (const auto& one : send(lab::peerOf(server), files))
    EXPECT_TRUE(delivered(one.delivery)) << one.words;
  EXPECT_EQ(lab::objectsIn(out).size(), files.size());
}

} // namespace
