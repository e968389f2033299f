// Peers that are down, silent, slow, rude or cut the line; ours must end, and tell what is certain.
#include "lab.h"

#include "hipcuff/core/error.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace hipcuff::dicom;
using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return name;
}

/// A socket that connects to a server of ours and says what it likes.
class RawClient {
public:
  explicit RawClient(std::uint16_t port)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto name = loopback(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
      ADD_FAILURE() << "can't connect";
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  void say(const std::string& bytes) { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// One PDU; what there is of it where the other side ends the connection.
  std::string hear() {
    auto out = read(6);
    if (out.size() < 6)
      return out;
    std::size_t length = 0;
    for (std::size_t i = 2; i < 6; ++i)
      length = length << 8 | static_cast<unsigned char>(out[i]);
    return out + read(std::min<std::size_t>(length, 1 << 20));
  }
  void close() {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = -1;
  }

private:
  std::string read(std::size_t count) {
    std::string out(count, '\0');
    std::size_t got = 0;
    for (ssize_t part = 1; got < count && part > 0; got += static_cast<std::size_t>(std::max<ssize_t>(part, 0)))
      part = ::recv(fd_, out.data() + got, count - got, 0);
    out.resize(got);
    return out;
  }
  int fd_;
};

std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}

std::string item(int type, const std::string& content) {
  return std::string(1, static_cast<char>(type)) + std::string(1, '\0') + number(content.size(), 2) + content;
}

/// A-ASSOCIATE-RQ for ultrasound images in explicit VR little endian (PS3.8 9.3.2).
std::string request() {
  std::string title = "HIPCUFF         RAW             ";
  const auto context =
      item(0x20, std::string("\1\0\0\0", 4) + item(0x30, testdicom::usImage) + item(0x40, testdicom::explicitLe));
  const auto user = item(0x50, item(0x51, number(16384, 4)) + item(0x52, "1.2.3.999"));
  const auto body =
      std::string("\0\1\0\0", 4) + title + std::string(32, '\0') + item(0x10, "1.2.840.10008.3.1.1.1") + context + user;
  return std::string("\1\0", 2) + number(body.size(), 4) + body;
}

std::string data(int flags, const std::string& fragment) {
  const auto pdv =
      number(fragment.size() + 2, 4) + std::string(1, '\1') + std::string(1, static_cast<char>(flags)) + fragment;
  return std::string("\4\0", 2) + number(pdv.size(), 4) + pdv;
}

/// C-STORE-RQ with whatever UID.
std::string storeCommand(const std::string& instance) {
  testdicom::Elements e;
  e.explicitVr = false;
  e.text(0x00000002, "UI", testdicom::usImage);
  e.us(0x00000100, {1});
  e.us(0x00000110, {7});
  e.us(0x00000700, {0});
  e.us(0x00000800, {0});
  e.text(0x00001000, "UI", instance);
  testdicom::Elements all;
  all.explicitVr = false;
  all.ul(0x00000000, static_cast<std::int64_t>(e.bytes.size()));
  all.bytes.insert(all.bytes.end(), e.bytes.begin(), e.bytes.end());
  return data(3, {all.bytes.begin(), all.bytes.end()});
}

/// (0000,0900) in an answer.
int statusIn(const std::string& answer) {
  const auto at = answer.find(std::string("\0\0\0\x09\2\0\0\0", 8));
  return at == std::string::npos || at + 10 > answer.size()
             ? -1
             : static_cast<unsigned char>(answer[at + 8]) | static_cast<unsigned char>(answer[at + 9]) << 8;
}

std::size_t residentKiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0)
      return std::stoul(line.substr(6));
  return 0;
}

class BadPeers : public testing::Test {
protected:
  testdicom::Folder folder;
  std::filesystem::path in = folder.path() / "in";
  std::filesystem::path out = folder.path() / "out";
  lab::Recorder recorder;
  [[nodiscard]] static ServerSettings hasty() {
    auto settings = lab::settings();
    settings.timeouts = {1s, 1s, 1s};
    return settings;
  }
};

TEST_F(BadPeers, PathsInUidsAreRefused) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  for (const auto* uid : {"../../../evil", "1.2/../../x", "/etc/passwd", "..", "1.2.3\\4"}) {
    RawClient client(server.port());
    client.say(request());
    ASSERT_EQ(client.hear().substr(0, 1), "\2");
    lab::ObjectSpec spec;
    spec.instance = uid;
    const auto bytes = lab::dataSet(spec);
    client.say(storeCommand(uid));
    client.say(data(2, {bytes.begin(), bytes.end()}));
    EXPECT_EQ(statusIn(client.hear()), 0x0117) << uid;
  }
  EXPECT_TRUE(lab::objectsIn(folder.path()).empty());
  EXPECT_TRUE(lab::nothingHalf(out));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST_F(BadPeers, CutInsideAnObjectLeavesNothing) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  {
    RawClient client(server.port());
    client.say(request());
    (void)client.hear();
    const auto bytes = lab::dataSet({});
    client.say(storeCommand("1.2.3.4"));
    client.say(data(0, std::string(bytes.begin(), bytes.begin() + 100)));
  }
  ASSERT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].end, AssociationEnd::aborted);
  EXPECT_EQ(recorder.ends()[0].failed, 1U);
  EXPECT_TRUE(lab::objectsIn(out).empty());
  EXPECT_TRUE(lab::nothingHalf(out));
}

TEST_F(BadPeers, DamagedDataSetsAreNotUnderstood) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  RawClient client(server.port());
  client.say(request());
  (void)client.hear();
  auto bytes = lab::dataSet({});
  bytes.resize(bytes.size() - 10);
  client.say(storeCommand("1.2.3.4"));
  client.say(data(2, {bytes.begin(), bytes.end()}));
  EXPECT_EQ(statusIn(client.hear()), 0xC000);
  EXPECT_TRUE(lab::objectsIn(out).empty());
}

TEST_F(BadPeers, SilentAndDrippingPeersAreCutAndOthersServedMeanwhile) {
  Inbox inbox(out);
  auto settings = hasty();
  settings.timeouts = {2s, 2s, 2s};
  Server server(settings, inbox, &recorder);
  const auto start = Clock::now();
  RawClient silent(server.port());
  RawClient halfway(server.port());
  halfway.say(request());
  ASSERT_EQ(halfway.hear().substr(0, 1), "\2");
  RawClient dripping(server.port());
  dripping.say(request());
  ASSERT_EQ(dripping.hear().substr(0, 1), "\2");
  dripping.say(storeCommand("1.2.3.4"));
  std::jthread drip([&dripping](const std::stop_token& stop) {
    const auto bytes = data(2, std::string(10000, 'x'));
    for (std::size_t i = 0; i < bytes.size() && !stop.stop_requested(); ++i) {
      dripping.say(bytes.substr(i, 1));
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_NO_THROW(echo(lab::peerOf(server)));
  EXPECT_THAT(recorder.problems(), testing::IsEmpty()) << "the silent ones were gone before";
  (void)silent.hear();
  (void)halfway.hear();
  (void)dripping.hear();
  EXPECT_LT(Clock::now() - start, 8s);
  EXPECT_TRUE(recorder.waitForProblem("no association request in time"));
  EXPECT_TRUE(recorder.waitForEnds(3));
  EXPECT_TRUE(lab::nothingHalf(out));
}

TEST_F(BadPeers, NoiseIsNoAssociation) {
  Inbox inbox(out);
  Server server(hasty(), inbox, &recorder);
  for (const auto& noise :
       {std::string("GET / HTTP/1.0\r\n\r\n"), std::string(5000, '\xff'), std::string("\1\0\xff\xff\xff\xff", 6),
        request().substr(0, 80), data(3, "xx"), std::string("\1\0\0\0\0\0", 6)}) {
    RawClient client(server.port());
    client.say(noise);
    client.close();
  }
  RawClient client(server.port());
  client.say(request());
  (void)client.hear();
  client.say(data(3, std::string(1000, '\xee')));
  (void)client.hear();
  EXPECT_NO_THROW(echo(lab::peerOf(server)));
}

TEST_F(BadPeers, ClaimsOfGreatLengthCostNothing) {
  Inbox inbox(out);
  Server server(hasty(), inbox, &recorder);
  EXPECT_NO_THROW(echo(lab::peerOf(server)));
  const auto before = residentKiB();
  // An element of 4 GiB in a command; a command without end; a PDU of 4 GiB; a PDV longer than its PDU.
  const std::string endless(16000, '\0');
  for (const auto& flood :
       {data(3, std::string("\0\0\2\0\xf0\xff\xff\xff", 8)), data(1, endless) + data(1, endless) + data(1, endless),
        std::string("\4\0\xff\xff\xff\xff", 6) + endless, std::string("\4\0\0\0\0\6\x7f\xff\xff\xff\1\3", 12)}) {
    RawClient client(server.port());
    client.say(request());
    ASSERT_EQ(client.hear().substr(0, 1), "\2");
    client.say(flood);
    (void)client.hear();
  }
  EXPECT_LT(residentKiB(), before + 2048);
  EXPECT_TRUE(recorder.waitForEnds(5));
}

TEST_F(BadPeers, AnObjectThatNeverEndsAndAnAssociationWithTooMuchAreCut) {
  Inbox inbox(out, {.associationBytes = 100'000});
  auto settings = lab::settings();
  settings.wholeObject = 1s;
  Server server(settings, inbox, &recorder);
  RawClient client(server.port());
  client.say(request());
  (void)client.hear();
  client.say(storeCommand("1.2.3.4"));
  const auto start = Clock::now();
  std::jthread feed([&client](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      client.say(data(0, "xxxx"));
      std::this_thread::sleep_for(100ms);
    }
  });
  (void)client.hear();
  EXPECT_LT(Clock::now() - start, 3s);
  EXPECT_TRUE(recorder.waitForEnds(1));
  EXPECT_EQ(recorder.ends()[0].end, AssociationEnd::timedOut);
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 200;
  const auto sent = send(lab::peerOf(server), lab::writeObjects(in, 3, spec));
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
  EXPECT_EQ(sent[2].delivery, Delivery::lost);
  EXPECT_TRUE(lab::nothingHalf(out));
}

TEST_F(BadPeers, StopEndsWithinSeconds) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  RawClient silent(server.port());
  RawClient idle(server.port());
  idle.say(request());
  (void)idle.hear();
  RawClient busy(server.port());
  busy.say(request());
  (void)busy.hear();
  busy.say(storeCommand("1.2.3.4"));
  std::this_thread::sleep_for(100ms);
  const auto start = Clock::now();
  server.stop(500ms);
  EXPECT_LT(Clock::now() - start, 2s);
  EXPECT_THROW(echo(lab::peerOf(server)), NetworkError);
  EXPECT_TRUE(lab::nothingHalf(out));
}

TEST_F(BadPeers, NobodyThere) {
  auto peer = lab::peerAt(lab::freePort(), "X");
  try {
    echo(peer);
    FAIL();
  } catch (const NetworkError& e) {
    EXPECT_EQ(e.kind(), NetworkError::Kind::unreachable);
    EXPECT_TRUE(e.mayPass());
    EXPECT_THAT(e.what(), HasSubstr("refused"));
  }
  const std::vector files{lab::writeObject(in, {})};
  const auto sent = send(peer, files)[0];
  EXPECT_EQ(sent.delivery, Delivery::notSent);
  EXPECT_TRUE(worthAnotherTry(sent.delivery, sent.status));
  EXPECT_FALSE(sent.words.empty());
}

/// Listens and does to each connection what it is told.
class RawServer {
public:
  explicit RawServer(std::function<void(int)> treat)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto name = loopback(0);
    socklen_t size = sizeof name;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&name), size) != 0 || ::listen(fd_, 4) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      ADD_FAILURE() << "can't listen";
    port_ = ntohs(name.sin_port);
    thread_ = std::thread([this, treat = std::move(treat)] {
      const int one = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (one >= 0) {
        treat(one);
        ::close(one);
      }
    });
  }
  ~RawServer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
  int fd_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(BadPeers, AListenerThatNeverAnswers) {
  RawServer server([](int fd) {
    std::string bytes(4096, '\0');
    while (::recv(fd, bytes.data(), bytes.size(), 0) > 0)
      ;
  });
  auto peer = lab::peerAt(server.port(), "X");
  peer.timeouts = {1s, 1s, 1s};
  const auto start = Clock::now();
  EXPECT_THROW(echo(peer), NetworkError);
  EXPECT_LT(Clock::now() - start, 5s);
}

/// A relay in front of a real server that cuts after so many bytes from the client.
class Cutter {
public:
  Cutter(std::uint16_t target, std::size_t after)
      : server_([target, after](int client) {
        const int back = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto name = loopback(target);
        if (::connect(back, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
          return;
        std::jthread answers([client, back] {
          std::string bytes(65536, '\0');
          for (ssize_t got = 0; (got = ::recv(back, bytes.data(), bytes.size(), 0)) > 0;)
            (void)::send(client, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        });
        std::string bytes(65536, '\0');
        std::size_t passed = 0;
        for (ssize_t got = 0; passed < after && (got = ::recv(client, bytes.data(), bytes.size(), 0)) > 0;) {
          const auto part = std::min(static_cast<std::size_t>(got), after - passed);
          (void)::send(back, bytes.data(), part, MSG_NOSIGNAL);
          passed += part;
        }
        ::shutdown(client, SHUT_RDWR);
        ::shutdown(back, SHUT_RDWR);
        answers.join();
        ::close(back);
      }) {}
  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }

private:
  RawServer server_;
};

TEST_F(BadPeers, AfterACutTheCallerKnowsWhatIsCertain) {
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 200;
  const auto files = lab::writeObjects(in, 10, spec);
  std::size_t delivered = 0;
  std::vector<SentFile> sent;
  {
    const Cutter cutter(server.port(), 200'000);
    sent = send(lab::peerAt(cutter.port(), "HIPCUFF"), files);
  }
  std::size_t lost = 0;
  for (const auto& one : sent) {
    if (hipcuff::dicom::delivered(one.delivery)) {
      ++delivered;
      EXPECT_TRUE(std::filesystem::exists(inbox.pathOf("1.2.3.4." + std::to_string(delivered))));
    } else {
      EXPECT_TRUE(worthAnotherTry(one.delivery, one.status));
    }
    lost += one.delivery == Delivery::lost ? 1 : 0;
  }
  EXPECT_GE(delivered, 3U);
  EXPECT_LE(delivered, 4U);
  EXPECT_EQ(lost, 1U);
  // Sending everything again does no harm.
  for (const auto& one : send(lab::peerOf(server), files))
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
  EXPECT_EQ(lab::objectsIn(out).size(), 10U);
}

TEST_F(BadPeers, AFullDiskIsOutOfResourcesWithNothingHalfWritten) {
  // A limit on the size of any file stands in for the disk: writes fail in the midst of the object.
  Inbox inbox(out);
  Server server(lab::settings(), inbox, &recorder);
  lab::ObjectSpec large;
  large.rows = large.columns = 1000;
  lab::ObjectSpec small;
  small.instance = "1.2.3.5";
  const std::vector files{lab::writeObject(in, large), lab::writeObject(in, small)};
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit tight = before;
  tight.rlim_cur = 300'000;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const auto sent = send(lab::peerOf(server), files);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(sent[0].delivery, Delivery::refused);
  EXPECT_EQ(sent[0].status, 0xA700);
  EXPECT_EQ(sent[1].delivery, Delivery::stored);
  EXPECT_TRUE(lab::nothingHalf(out));
  EXPECT_EQ(lab::objectsIn(out).size(), 1U);
  EXPECT_EQ(send(lab::peerOf(server), files)[0].delivery, Delivery::stored);
}

TEST_F(BadPeers, TenThousandSmallObjectsInOneAssociationNeedNoMoreMemory) {
  // Syncing 10,000 files to a disk would be most of the time, and is not what is asked here.
  const auto memory = lab::folderInMemory();
  in = memory->path() / "in";
  out = memory->path() / "out";
  Inbox inbox(out);
  Server server(lab::settings(), inbox); // without the recorder, which keeps everything
  const auto files = lab::writeObjects(in, 10'000);
  std::size_t count = 0;
  std::size_t early = 0;
  std::size_t late = 0;
  const auto start = Clock::now();
  const auto sent = send(lab::peerOf(server), files, [&](const SentFile& one) {
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
    if (++count == 1000)
      early = residentKiB();
    if (count == files.size())
      late = residentKiB();
    return true;
  });
  const auto seconds = std::chrono::duration<double>(Clock::now() - start).count();
  RecordProperty("early_kib", std::to_string(early));
  RecordProperty("late_kib", std::to_string(late));
  std::printf("10000 objects in %.1f s; resident after 1000: %zu KiB, after 10000: %zu KiB\n", seconds, early, late);
  EXPECT_EQ(count, 10'000U);
  EXPECT_EQ(lab::objectsIn(out).size(), 10'000U);
  EXPECT_LT(late, early + 1024);
}

} // namespace
