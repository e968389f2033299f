// kill -9 of the real program at random moments of a transfer: what it acknowledged is there, and every study's result
// arrives once.
#include "node_lab.h"

#include <csignal>
#include <gmock/gmock.h>
#include <random>
#include <set>
#include <thread>

namespace {

using namespace hipcuff;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int studies = 25;
constexpr int objectsEach = 8;
constexpr int kills = 20;

class KilledNode : public testing::Test {
protected:
  nodelab::Folder folder;
  std::filesystem::path home = folder.path() / "node";
  std::filesystem::path configFile = folder.path() / "node.json";
  std::filesystem::path log = folder.path() / "log";
  std::uint16_t port = lab::freePort();

  void configure(std::uint16_t pacsPort) {
    nodelab::write(configFile, R"({"schema": "hipcuff.node/1", "folder": "node", "listen": {"port": )" +
                                   std::to_string(port) + R"(}, "limits": {"keep_free_mb": 1},
      "analysis": {"quiet_seconds": 0.7, "jobs": 2}, "retry": {"first_seconds": 0.2, "most_seconds": 1},
      "destinations": [{"name": "pacs", "peer": "PACS@127.0.0.1:)" +
                                   std::to_string(pacsPort) + R"("}], "status_seconds": 1})");
  }
  std::unique_ptr<lab::Program> start() {
    return std::make_unique<lab::Program>(
        std::vector<std::string>{HIPCUFF_BIN_DIR "/hipcuff", "node", "--config", configFile.string()}, log);
  }
  lab::Ran status() {
    return lab::run({HIPCUFF_BIN_DIR "/hipcuff", "node", "--config", configFile.string(), "--status"});
  }
};

TEST_F(KilledNode, LosesNothingAndDoublesNothing) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  configure(pacs.server.port());
  std::vector<std::vector<std::filesystem::path>> files;
  for (int i = 1; i <= studies; ++i)
    files.push_back(nodelab::study(folder.path() / "in", i, objectsEach));
  std::mutex mutex;
  std::set<std::filesystem::path> acknowledged;
  std::atomic<int> rounds{0};
  std::atomic<int> lost{0};
  std::atomic<bool> over{false};
  // A modality: study by study, each again and again until it is taken; not faster than the kills come.
  std::jthread modality([&] {
    for (int i = 0; i < studies; ++i) {
      while (rounds < (i + 1) * kills / studies)
        std::this_thread::sleep_for(5ms);
      auto left = files[static_cast<std::size_t>(i)];
      while (!left.empty()) {
        const auto sent = dicom::send(lab::peerAt(port, "HIPCUFF"), left);
        left.clear();
        const std::lock_guard guard(mutex);
        for (const auto& one : sent)
          if (dicom::delivered(one.delivery))
            acknowledged.insert(one.file);
          else {
            left.push_back(one.file);
            lost += one.delivery == dicom::Delivery::lost ? 1 : 0;
          }
        if (!left.empty())
          std::this_thread::sleep_for(20ms);
      }
    }
    over = true;
  });
  std::mt19937 random(20261123);
  for (; rounds < kills; ++rounds) {
    auto node = start();
    ASSERT_TRUE(lab::listensSoon(port)) << nodelab::read(log);
    // In turns: while a study comes in, and while others are analysed and sent.
    std::uniform_int_distribution<> wait(rounds % 2 == 0 ? 0 : 100, rounds % 2 == 0 ? 60 : 1500);
    std::this_thread::sleep_for(std::chrono::milliseconds(wait(random)));
    std::set<std::filesystem::path> before;
    {
      const std::lock_guard guard(mutex);
      before = acknowledged;
    }
    node->kill(SIGKILL);
    ASSERT_EQ(node->wait(), 128 + SIGKILL) << nodelab::read(log);
    std::set<std::string> there;
    for (const auto& object : lab::objectsIn(home / "inbox"))
      there.insert(lab::dataSetOf(object));
    for (const auto& file : before)
      ASSERT_TRUE(there.contains(lab::dataSetOf(file))) << file << " was acknowledged before kill " << rounds;
  }
  const bool within = !over;
  const std::size_t sentWhileKilled = pacs.count();
  auto node = start();
  ASSERT_TRUE(lab::listensSoon(port));
  modality.join();
  const std::size_t expected = studies * (1 + objectsEach); // a report each, a presentation state a picture
  ASSERT_TRUE(nodelab::soon([&] { return pacs.count() >= expected; }, 60s)) << nodelab::read(log);
  ASSERT_TRUE(nodelab::soon([&] { return status().status == 0; })) << status().output;
  EXPECT_THAT(status().output, HasSubstr("25 done, 0 failed"));
  std::this_thread::sleep_for(1500ms);
  for (const auto& [what, objects] : pacs.holds())
    EXPECT_EQ(objects.size(), what.first == "SR" ? 1U : 8U) << what.first << " of " << what.second;
  EXPECT_EQ(pacs.count(), expected);
  EXPECT_EQ(lab::objectsIn(home / "inbox").size(), std::size_t{studies * objectsEach});
  for (const auto& line : pacs.recorder.problems())
    EXPECT_EQ(line.find("another object"), std::string::npos) << line;
  node->kill(SIGTERM);
  EXPECT_EQ(node->wait(), 0);
  const auto after = status();
  EXPECT_EQ(after.status, 1);
  EXPECT_THAT(after.output, HasSubstr("it was stopped at"));
  std::printf(
      "%d kills%s, %d in the midst of an object; %zu of %zu results had arrived by the last one; %zu sent twice, "
      "the same bytes\n",
      rounds.load(), within ? ", all within the transfer" : "", lost.load(), sentWhileKilled, expected,
      pacs.recorder.objects().size() - pacs.count());
  EXPECT_TRUE(within);
  EXPECT_GE(lost, 3) << "the kills came between the transfers";
  EXPECT_GE(sentWhileKilled, 20U) << "the kills came before there was anything to lose";
  EXPECT_EQ(nodelab::read(log).find("DOE"), std::string::npos);
}

} // namespace
