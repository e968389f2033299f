// What stands in the inbox when a sender hears of success, and who waits for whom. fsync and pread are this program's
// own here, so that it sees what is synced and can make a comparison last.
#include "lab.h"

#include <atomic>
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace {

struct Watch {
  std::atomic<bool> on{false};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> synced;
  std::string slow; ///< reading this file waits until it is let go
  bool reached = false;
  bool letGo = false;
  bool gaveUp = false;
};
Watch& watch() {
  static Watch one;
  return one;
}

std::string pathOf(int descriptor) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error).string();
}

} // namespace

extern "C" int fsync(int descriptor) {
  if (auto& w = watch(); w.on) {
    const std::lock_guard guard(w.mutex);
    w.synced.push_back(pathOf(descriptor));
  }
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

extern "C" ssize_t pread(int descriptor, void* into, std::size_t count, off_t at) {
  if (auto& w = watch(); w.on) {
    std::unique_lock lock(w.mutex);
    if (!w.slow.empty() && !w.gaveUp && pathOf(descriptor) == w.slow) {
      w.reached = true;
      w.changed.notify_all();
      w.gaveUp = !w.changed.wait_for(lock, std::chrono::seconds(3), [&] { return w.letGo; });
    }
  }
  return ::syscall(SYS_pread64, descriptor, into, count, at);
}

namespace {

using namespace hipcuff::dicom;
using testing::Contains;

class StoreInbox : public testing::Test {
protected:
  ~StoreInbox() override { watch().on = false; }
  testdicom::Folder folder;
  std::filesystem::path out = std::filesystem::canonical(folder.path()) / "out";
  std::vector<std::filesystem::path> files = lab::writeObjects(folder.path() / "in", 2);
};

TEST_F(StoreInbox, AnObjectSentAgainIsSyncedBeforeItsSenderHearsOfSuccess) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox);
  (void)send(lab::peerOf(server), files);
  watch().on = true;
  EXPECT_EQ(send(lab::peerOf(server), files).at(0).delivery, Delivery::stored);
  const std::lock_guard guard(watch().mutex);
  EXPECT_THAT(watch().synced, Contains(inbox.pathOf("1.2.3.4.1").parent_path().string()));
}

TEST_F(StoreInbox, WhatAnEarlierProcessPutThereIsSyncedAtTheStart) {
  {
    Inbox inbox(out);
    Server server(lab::settings(), inbox);
    (void)send(lab::peerOf(server), files);
  }
  watch().on = true;
  const Inbox inbox(out);
  const std::lock_guard guard(watch().mutex);
  EXPECT_THAT(watch().synced, Contains(inbox.pathOf("1.2.3.4.1").parent_path().string()));
}

TEST_F(StoreInbox, ALongComparisonKeepsNobodyElseWaiting) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox);
  (void)send(lab::peerOf(server), std::vector{files[0]});
  auto& w = watch();
  w.slow = inbox.pathOf("1.2.3.4.1").string();
  w.on = true;
  std::jthread again(
      [&] { EXPECT_EQ(send(lab::peerOf(server), std::vector{files[0]}).at(0).delivery, Delivery::stored); });
  {
    std::unique_lock lock(w.mutex);
    ASSERT_TRUE(w.changed.wait_for(lock, std::chrono::seconds(10), [&] { return w.reached; }));
  }
  EXPECT_EQ(send(lab::peerOf(server), std::vector{files[1]}).at(0).delivery, Delivery::stored);
  {
    const std::lock_guard guard(w.mutex);
    EXPECT_FALSE(w.gaveUp) << "it waited for the comparison";
    w.letGo = true;
    w.changed.notify_all();
  }
  again.join();
}

} // namespace
