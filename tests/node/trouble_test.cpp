// What goes wrong around a node: places that are down, full, slow or picky; senders that send too much or twice; a
// disk that is full; its own results coming back.
#include "node_lab.h"

#include "hipcuff/core/error.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace hipcuff;
using testing::HasSubstr;
using testing::Not;

/// Accepts connections and keeps silent, or closes them at once.
class BadPeer {
public:
  explicit BadPeer(bool closes)
      : closes_(closes)
      , fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&name), size) != 0 || ::listen(fd_, 16) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      throw std::runtime_error("no port");
    port = ntohs(name.sin_port);
    thread_ = std::jthread([this] { work(); });
  }
  ~BadPeer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
    for (const int one : open_)
      ::close(one);
  }
  BadPeer(const BadPeer&) = delete;
  BadPeer& operator=(const BadPeer&) = delete;
  std::uint16_t port = 0;
  std::atomic<int> met{0};

private:
  void work() {
    for (;;) {
      const int one = ::accept(fd_, nullptr, nullptr);
      if (one < 0)
        return;
      ++met;
      if (closes_)
        ::close(one);
      else
        open_.push_back(one);
    }
  }
  bool closes_;
  int fd_;
  std::vector<int> open_;
  std::jthread thread_;
};

class Trouble : public testing::Test {
protected:
  nodelab::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  node::NodeConfig config = nodelab::config(folder.path() / "node");

  static batch::QueueState::Place place(nodelab::Running& running, const std::string& name) {
    for (const auto& one : running.node().status().queue.places)
      if (one.name == name)
        return one;
    return {};
  }
  static node::Verdict verdict(nodelab::Running& running) {
    const auto status = running.node().status();
    return node::judge(status, true, status.written);
  }
};

TEST_F(Trouble, APacsThatIsDownGetsItsResultsWhenItIsBack) {
  const auto port = lab::freePort();
  config.destinations = {{"pacs", lab::peerAt(port, "PACS"), config.kinds}};
  nodelab::Running running(config);
  running.send(nodelab::study(in, 1, 2));
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").tries >= 3; })) << running.log();
  EXPECT_EQ(place(running, "pacs").waiting, 3);
  EXPECT_EQ(verdict(running).health, node::Health::troubled);
  EXPECT_TRUE(running.logged("pacs can't be sent to"));
  nodelab::Pacs pacs(folder.path() / "pacs", port);
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 3; })) << running.log();
  EXPECT_EQ(pacs.count(), 3U);
  EXPECT_EQ(verdict(running).health, node::Health::good);
}

TEST_F(Trouble, SlowAndCuttingPlacesKeepNobodyElseWaiting) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  BadPeer silent(false);
  BadPeer cutting(true);
  config.destinations = {{"silent", lab::peerAt(silent.port, "X"), config.kinds},
                         {"cutting", lab::peerAt(cutting.port, "X"), config.kinds},
                         pacs.destination()};
  for (auto& to : config.destinations)
    to.peer.timeouts = {std::chrono::seconds(2), std::chrono::seconds(2), std::chrono::seconds(2)};
  nodelab::Running running(config);
  running.send(nodelab::study(in, 1, 2));
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 3; })) << running.log();
  ASSERT_TRUE(nodelab::soon([&] { return cutting.met >= 3 && silent.met >= 1; }));
  EXPECT_EQ(place(running, "silent").waiting, 3);
  EXPECT_EQ(place(running, "cutting").waiting, 3);
}

TEST_F(Trouble, AWrongAeTitleIsTold) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  config.destinations[0].peer.calledAe = "OTHER";
  nodelab::Running running(config);
  running.send(nodelab::study(in, 1, 1));
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").tries >= 1; }));
  EXPECT_THAT(place(running, "pacs").problem, HasSubstr("called AE title not recognised"));
}

TEST_F(Trouble, WhatThePacsDoesNotTakeIsGivenUpAndTheRestGoes) {
  dicom::Inbox inbox(folder.path() / "pacs");
  auto settings = lab::settings();
  settings.classes = {"1.2.840.10008.5.1.4.1.1.88.33"};
  lab::Recorder recorder;
  dicom::Server pacs(settings, inbox, &recorder);
  config.destinations = {{"pacs", lab::peerAt(pacs.port(), settings.ae), config.kinds}};
  nodelab::Running running(config);
  running.send(nodelab::study(in, 1, 1));
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").givenUp == 1; })) << running.log();
  EXPECT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 1; }));
  EXPECT_EQ(recorder.objects().size(), 1U);
  const auto judged = verdict(running);
  EXPECT_EQ(judged.health, node::Health::troubled);
  ASSERT_EQ(running.node().status().queue.troubles.size(), 1U);
  EXPECT_THAT(running.node().status().queue.troubles[0].what, HasSubstr("gsps was given up: the peer does not take"));
}

/// Out of resources for the first few objects.
class FullAtFirst final : public lab::Recorder {
public:
  std::string objectComing(std::uint64_t) override { return ++asked <= 2 ? "full" : ""; }
  std::atomic<int> asked{0};
};

TEST_F(Trouble, APacsThatIsFullIsTriedAgain) {
  dicom::Inbox inbox(folder.path() / "pacs");
  FullAtFirst recorder;
  auto settings = lab::settings();
  dicom::Server pacs(settings, inbox, &recorder);
  config.destinations = {{"pacs", lab::peerAt(pacs.port(), settings.ae), config.kinds}};
  nodelab::Running running(config);
  running.send(nodelab::study(in, 1, 2));
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 3; })) << running.log();
  EXPECT_EQ(place(running, "pacs").givenUp, 0);
  EXPECT_TRUE(running.logged("out of resources"));
}

TEST_F(Trouble, SendingAStudyAgainDoublesNothing) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  nodelab::Running running(config);
  const auto files = nodelab::study(in, 1, 3);
  running.send(files);
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 4; })) << running.log();
  for (const auto& one : running.send(files))
    EXPECT_TRUE(dicom::delivered(one.delivery));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(running.node().status().again, 3);
  EXPECT_EQ(pacs.recorder.objects().size(), 4U);
  EXPECT_EQ(running.node().status().queue.examsWaiting, 0);
}

TEST_F(Trouble, ItsOwnResultsComingBackStartNothing) {
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  nodelab::Running running(config);
  running.send({HIPCUFF_SOURCE_DIR "/testdata/full-left-long/image.dcm"});
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 3; })) << running.log();
  for (const auto& one : running.send(lab::objectsIn(folder.path() / "pacs")))
    EXPECT_TRUE(dicom::delivered(one.delivery)) << one.words;
  ASSERT_TRUE(nodelab::soon([&] { return running.node().status().notForUs == 3; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(running.node().status().queue.examsWaiting, 0);
  EXPECT_EQ(pacs.recorder.objects().size(), 3U);
  EXPECT_EQ(lab::objectsIn(config.folder / "inbox").size(), 4U) << "stored";
}

TEST_F(Trouble, MoreThanMayWaitIsRefused) {
  config.mostWaiting = 5;
  config.quiet = std::chrono::milliseconds(2000);
  nodelab::Running running(config);
  int stored = 0;
  for (const auto& one : running.send(nodelab::study(in, 1, 9)))
    if (dicom::delivered(one.delivery))
      ++stored;
    else
      EXPECT_EQ(one.status, 0xA700);
  EXPECT_EQ(stored, 5);
  EXPECT_TRUE(running.logged("Objects are refused (A700): 5 wait"));
  EXPECT_TRUE(nodelab::soon([&] { return running.node().status().queue.examsDone == 1; }));
  for (const auto& one : running.send(nodelab::study(in, 2, 1)))
    EXPECT_TRUE(dicom::delivered(one.delivery)) << one.words;
}

TEST_F(Trouble, AFullDiskIsAnsweredWithOutOfResources) {
  config.inbox.keepFree = 1ULL << 60;
  nodelab::Running running(config);
  const auto sent = running.send(nodelab::study(in, 1, 1)).at(0);
  EXPECT_EQ(sent.status, 0xA700);
  EXPECT_TRUE(lab::objectsIn(config.folder / "inbox").empty());
  EXPECT_TRUE(lab::nothingHalf(config.folder / "inbox"));
  const auto judged = verdict(running);
  EXPECT_EQ(judged.health, node::Health::troubled);
  EXPECT_THAT(judged.reasons.at(0), HasSubstr("objects are refused"));
}

TEST_F(Trouble, AnotherClassIsNotTakenAndTheRestIs) {
  nodelab::Running running(config);
  auto files = nodelab::study(in, 1, 1);
  lab::ObjectSpec ct;
  ct.sopClass = "1.2.840.10008.5.1.4.1.1.2";
  ct.instance = "1.2.7.1.99";
  files.push_back(lab::writeObject(in, ct));
  const auto sent = running.send(files);
  EXPECT_TRUE(dicom::delivered(sent[0].delivery));
  EXPECT_EQ(sent[1].delivery, dicom::Delivery::noContext);
}

TEST_F(Trouble, ObjectsThatOnlyTheInboxKnowsAreFoundAtTheStart) {
  {
    dicom::Inbox inbox(config.folder / "inbox");
    dicom::Server server(lab::settings(), inbox);
    (void)dicom::send(lab::peerOf(server), nodelab::study(in, 1, 3));
  }
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  {
    nodelab::Running running(config);
    EXPECT_TRUE(running.logged("3 objects in the inbox were not in the queue yet"));
    ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 4; })) << running.log();
  }
  nodelab::Running running(config);
  EXPECT_THAT(running.log(), Not(HasSubstr("not in the queue")));
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  EXPECT_EQ(pacs.recorder.objects().size(), 4U) << "nothing is sent twice";
}

TEST_F(Trouble, AStudyThatCannotBeExportedKeepsNoOtherWaiting) {
  std::vector<std::filesystem::path> exams;
  {
    nodelab::Running running(config);
    for (int number = 1; number <= 3; ++number)
      running.send(nodelab::study(in, number, 1));
    ASSERT_TRUE(nodelab::soon([&] { return running.node().status().queue.examsDone == 3; })) << running.log();
    ASSERT_TRUE(nodelab::soon([&] { return running.node().status().queue.unexported == 0; })) << running.log();
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(config.folder / "batch" / "studies"))
    if (entry.path().filename() == "dicom")
      exams.push_back(entry.path().parent_path());
  ASSERT_EQ(exams.size(), 3U);
  for (int i = 0; i < 2; ++i) { // whichever comes first
    std::filesystem::remove_all(exams[i] / "dicom");
    nodelab::write(exams[i] / "dicom", "a file");
  }
  // Without its catalogue the node exports and sends all results once more.
  for (const char* name : {"catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"})
    std::filesystem::remove(config.folder / "batch" / name);
  nodelab::Pacs pacs(folder.path() / "pacs");
  config.destinations = {pacs.destination()};
  nodelab::Running running(config);
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 2; })) << running.log();
  ASSERT_TRUE(nodelab::soon([&] {
    return running.node().status().trouble.find("(nor those of 1 other)") != std::string::npos;
  })) << running.log();
  const auto judged = verdict(running);
  EXPECT_EQ(judged.health, node::Health::troubled);
  EXPECT_THAT(judged.reasons.at(0), HasSubstr("can't be made DICOM objects: dicom: "));
  for (int i = 0; i < 2; ++i)
    std::filesystem::remove(exams[i] / "dicom");
  ASSERT_TRUE(nodelab::soon([&] { return place(running, "pacs").sent == 6; })) << running.log();
  EXPECT_TRUE(nodelab::soon([&] { return running.node().status().trouble.empty(); }));
}

TEST_F(Trouble, TwoNodesInOneFolderAreRefused) {
  nodelab::Running running(config);
  EXPECT_THROW(nodelab::Running second(config), OutputError);
}

} // namespace
