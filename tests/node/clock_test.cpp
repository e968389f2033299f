// A computer whose clock is ahead for a while, as before it has met its time server.
#include "node_lab.h"

namespace {

using namespace hipcuff;

class NodeClock : public testing::Test {
protected:
  [[nodiscard]] node::Node::Clock clock() {
    return [this] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                 .count() +
             ahead.load();
    };
  }
  [[nodiscard]] static std::int64_t sent(nodelab::Running& running) {
    const auto queue = running.node().status().queue;
    return queue.places.empty() ? 0 : queue.places[0].sent;
  }

  nodelab::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  std::atomic<batch::Moment> ahead{7200000};
};

TEST_F(NodeClock, AheadAtTheStartItHoldsUpNoStudyOnceItIsRight) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  auto config = nodelab::config(folder.path() / "node");
  config.destinations = {pacs.destination()};
  nodelab::Running running(config, clock());
  ahead = 0;
  running.send(nodelab::study(in, 1, 1));
  EXPECT_TRUE(nodelab::soon([&] { return sent(running) == 2; })) << running.log();
}

TEST_F(NodeClock, AheadWhileAStudyCameAndThePacsWasDownItHoldsUpNothingOnceItIsRight) {
  auto config = nodelab::config(folder.path() / "node");
  std::uint16_t port = 0;
  {
    const nodelab::Pacs away(folder.path() / "pacs");
    config.destinations = {away.destination()};
    port = away.server.port();
  }
  nodelab::Running running(config, clock());
  running.send(nodelab::study(in, 1, 1));
  ASSERT_TRUE(running.logsSoon("pacs can't be sent to")) << running.log();
  running.send(nodelab::study(in, 2, 1));
  ahead = 0;
  nodelab::Pacs pacs(folder.path() / "pacs", port);
  EXPECT_TRUE(nodelab::soon([&] { return sent(running) == 4; })) << running.log();
}

} // namespace
