// TLS both ways, with certificates made for the occasion.
#include "lab.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff::dicom;
using testing::HasSubstr;

class TlsLink : public testing::Test {
protected:
  void SetUp() override {
    NEEDS_PROGRAM("openssl");
    for (const auto* name : {"server", "client", "stranger"})
      make(name);
    // Both know each other, nobody knows the stranger.
    std::ofstream(folder.path() / "known.pem") << read("server.pem") << read("client.pem");
  }
  void make(const std::string& name) const {
    const auto made = lab::run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-sha256",
                                "-subj", "/CN=" + name, "-keyout", path(name + ".key"), "-out", path(name + ".pem")});
    ASSERT_EQ(made.status, 0) << made.output;
  }
  /// Signed by an authority of our own, for these hosts ("DNS:pacs,IP:127.0.0.1").
  void makeSigned(const std::string& name, const std::string& hosts) const {
    if (!std::filesystem::exists(path("authority.pem")))
      make("authority");
    std::ofstream(path("hosts.txt")) << "subjectAltName=" << hosts << "\n";
    for (const auto& command :
         {std::vector<std::string>{"openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout",
                                   path(name + ".key"), "-out", path("request.pem")},
          std::vector<std::string>{"openssl", "x509", "-req", "-in", path("request.pem"), "-CA", path("authority.pem"),
                                   "-CAkey", path("authority.key"), "-CAcreateserial", "-days", "2", "-extfile",
                                   path("hosts.txt"), "-out", path(name + ".pem")}}) {
      const auto made = lab::run(command);
      ASSERT_EQ(made.status, 0) << made.output;
    }
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] Tls tls(const std::string& name) const {
    return {path(name + ".pem"), path(name + ".key"), path("known.pem"), true, true};
  }
  [[nodiscard]] ServerSettings secured() const {
    auto settings = lab::settings();
    settings.timeouts = {std::chrono::seconds(2), std::chrono::seconds(2), std::chrono::seconds(2)};
    settings.tls = tls("server");
    return settings;
  }

  testdicom::Folder folder;
  lab::Recorder recorder;
};

TEST_F(TlsLink, OursToOurs) {
  Inbox inbox(folder.path() / "out");
  Server server(secured(), inbox, &recorder);
  auto peer = lab::peerOf(server);
  peer.tls = tls("client");
  EXPECT_NO_THROW(echo(peer));
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 900;
  const auto files = lab::writeObjects(folder.path() / "in", 3, spec);
  for (const auto& one : send(peer, files))
    EXPECT_EQ(one.delivery, Delivery::stored) << one.words;
  EXPECT_TRUE(lab::sameDataSet(inbox.pathOf("1.2.3.4.2"), files[1]));
}

TEST_F(TlsLink, StrangersAndPlainPeersGetNoAssociation) {
  Inbox inbox(folder.path() / "out");
  Server server(secured(), inbox, &recorder);
  auto peer = lab::peerOf(server);
  peer.timeouts = {std::chrono::seconds(2), std::chrono::seconds(2), std::chrono::seconds(2)};
  EXPECT_THROW(echo(peer), NetworkError); // no TLS at all
  peer.tls = tls("stranger");
  EXPECT_THROW(echo(peer), NetworkError); // the server doesn't know it
  peer.tls = Tls{{}, {}, path("known.pem"), true, true};
  EXPECT_THROW(echo(peer), NetworkError); // no certificate
  peer.tls = tls("client");
  peer.tls->authority = path("stranger.pem");
  EXPECT_THROW(echo(peer), NetworkError); // we don't know the server
  peer.tls->verifyPeer = false;
  EXPECT_NO_THROW(echo(peer));
  EXPECT_TRUE(recorder.ends().size() <= 1);
}

TEST_F(TlsLink, ACertificateMustBeMadeOutForTheHost) {
  makeSigned("pacs", "DNS:localhost");
  makeSigned("address", "IP:127.0.0.1");
  auto settings = secured();
  settings.tls->verifyPeer = false;
  const auto problem = [&](const std::string& certificate, const std::string& host, bool checkName) -> std::string {
    Inbox inbox(folder.path() / "out");
    settings.tls->certificate = path(certificate + ".pem");
    settings.tls->key = path(certificate + ".key");
    Server server(settings, inbox, &recorder);
    auto peer = lab::peerOf(server);
    peer.host = host;
    peer.tls = Tls{{}, {}, path("authority.pem"), true, checkName};
    try {
      echo(peer);
    } catch (const NetworkError& e) {
      EXPECT_FALSE(e.mayPass()) << e.what();
      return e.what();
    }
    return {};
  };
  EXPECT_EQ(problem("pacs", "localhost", true), "");
  EXPECT_EQ(problem("address", "127.0.0.1", true), "");
  EXPECT_THAT(problem("pacs", "127.0.0.1", true), HasSubstr("not made out for 127.0.0.1"));
  EXPECT_THAT(problem("address", "localhost", true), HasSubstr("not made out for localhost"));
  EXPECT_EQ(problem("address", "localhost", false), "");
  EXPECT_THAT(problem("server", "127.0.0.1", false), HasSubstr("not trusted: self-signed certificate"));
}

TEST_F(TlsLink, FilesThatCantBeUsed) {
  Inbox inbox(folder.path() / "out");
  auto settings = secured();
  settings.tls->certificate = path("missing.pem");
  EXPECT_THROW(Server(settings, inbox), hipcuff::ConfigError);
  settings = secured();
  settings.tls->key = path("client.key");
  EXPECT_THROW(Server(settings, inbox), hipcuff::ConfigError);
  settings = secured();
  settings.tls->authority.clear();
  EXPECT_THROW(Server(settings, inbox), hipcuff::ConfigError);
  auto peer = lab::peerAt(1, "X");
  peer.tls = tls("client");
  std::ofstream(path("broken.key")) << "no key";
  peer.tls->key = path("broken.key");
  EXPECT_THROW(echo(peer), hipcuff::ConfigError);
}

TEST_F(TlsLink, StorescuToUsAndUsToStorescp) {
  NEEDS_OWN_NETWORK();
  NEEDS_PROGRAM("storescp");
  const auto file = lab::writeObject(folder.path() / "in", {});
  {
    Inbox inbox(folder.path() / "out");
    Server server(secured(), inbox, &recorder);
    const auto sent = lab::run({"storescu", "+tls", path("client.key"), path("client.pem"), "+cf", path("server.pem"),
                                "-aec", "HIPCUFF", "127.0.0.1", std::to_string(server.port()), file.string()});
    EXPECT_EQ(sent.status, 0) << sent.output;
    EXPECT_TRUE(lab::sameDataSet(inbox.pathOf("1.2.3.4"), file));
  }
  const auto port = lab::freePort();
  const auto out = folder.path() / "scp";
  std::filesystem::create_directories(out);
  lab::Program storescp({"storescp", "-od", out.string(), "+xa", "+B", "+tls", path("server.key"), path("server.pem"),
                         "+cf", path("client.pem"), std::to_string(port)});
  ASSERT_TRUE(lab::listensSoon(port));
  auto peer = lab::peerAt(port, "STORE");
  peer.tls = tls("client");
  EXPECT_EQ(send(peer, std::vector{file})[0].delivery, Delivery::stored);
}

} // namespace
