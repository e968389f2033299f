// A slip of the finger in the configuration is told in one line with its place.
#include "hipcuff/node/config.h"

#include "hipcuff/core/error.h"

#include "node_lab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::node;
using testing::HasSubstr;

class Config : public testing::Test {
protected:
  nodelab::Folder folder;
  NodeConfig read(const std::string& fields) {
    return readNodeConfig(
        nodelab::write(folder.path() / "node.json", R"({"schema": "hipcuff.node/1", )" + fields + "}"));
  }
  std::string wrong(const std::string& fields) {
    try {
      (void)read(fields);
    } catch (const ConfigError& error) {
      const std::string what = error.what();
      EXPECT_EQ(what.find('\n'), std::string::npos);
      EXPECT_THAT(what, HasSubstr("node.json"));
      return what;
    }
    ADD_FAILURE() << "taken: " << fields;
    return {};
  }
};

TEST_F(Config, TheSmallestOneHasUsefulValues) {
  const auto config = read(R"("folder": "data")");
  EXPECT_EQ(config.folder, folder.path() / "data");
  EXPECT_EQ(config.server.port, 11112);
  EXPECT_EQ(config.server.bindAddress, "127.0.0.1");
  EXPECT_EQ(config.server.ae, "HIPCUFF");
  EXPECT_EQ(config.quiet, std::chrono::seconds(30));
  EXPECT_TRUE(config.destinations.empty());
  EXPECT_FALSE(config.keepDays);
  EXPECT_EQ(config.kinds.size(), 3U);
}

TEST_F(Config, EverythingIsTaken) {
  nodelab::write(folder.path() / "node.pem", "x");
  nodelab::write(folder.path() / "ca.pem", "x");
  const auto config = read(R"("folder": "/var/lib/hipcuff",
    "listen": {"address": "0.0.0.0", "port": 104, "ae": "HIPS", "check_called_ae": false, "associations": 4,
               "max_pdu": 16384, "tls": {"certificate": "node.pem", "key": "node.pem", "authority": "ca.pem"}},
    "allow": {"ae": ["US1", "US2"], "addresses": ["10.1.0.0/16", "10.2.0.1"]},
    "limits": {"object_mb": 100, "association_mb": 2000, "keep_free_mb": 500, "waiting_objects": 50, "memory_mb": 2048},
    "analysis": {"quiet_seconds": 0.5, "jobs": 3, "criteria": "mine.json", "region": "lateral-hip", "pictures": false},
    "results": ["sr", "gsps"],
    "destinations": [{"name": "pacs", "peer": "ARCHIVE@pacs.example:4242", "calling_ae": "ME", "results": ["sr"],
                      "tls": {"verify_peer": false, "verify_host": false}, "max_pdu": 8192}],
    "retry": {"first_seconds": 1, "most_seconds": 60, "give_up_hours": 0, "refusals": 0},
    "keep_days": 30, "status_seconds": 5, "pages_minutes": 0.5)");
  EXPECT_EQ(config.folder, "/var/lib/hipcuff");
  ASSERT_TRUE(config.server.tls);
  EXPECT_EQ(config.server.tls->certificate, folder.path() / "node.pem");
  EXPECT_EQ(config.server.maxAssociations, 4U);
  EXPECT_EQ(config.server.allowedAes, (std::vector<std::string>{"US1", "US2"}));
  EXPECT_EQ(config.server.allowedAddresses, (std::vector<std::string>{"10.1.0.0/16", "10.2.0.1"}));
  EXPECT_EQ(config.inbox.objectBytes, 100ULL << 20);
  EXPECT_EQ(config.mostWaiting, 50);
  EXPECT_EQ(config.maxBytes, 2048LL << 20);
  EXPECT_EQ(config.quiet, std::chrono::milliseconds(500));
  EXPECT_EQ(config.criteria, folder.path() / "mine.json");
  EXPECT_EQ(config.region, BodyRegion::lateralHip);
  ASSERT_EQ(config.destinations.size(), 1U);
  EXPECT_EQ(config.destinations[0].peer.calledAe, "ARCHIVE");
  EXPECT_EQ(config.destinations[0].peer.host, "pacs.example");
  ASSERT_TRUE(config.destinations[0].peer.tls);
  EXPECT_FALSE(config.destinations[0].peer.tls->checkName);
  EXPECT_EQ(config.destinations[0].peer.port, 4242);
  EXPECT_EQ(config.destinations[0].peer.callingAe, "ME");
  EXPECT_EQ(config.destinations[0].kinds, std::vector{dicom::ObjectKind::sr});
  EXPECT_EQ(config.retry.first, 1000);
  EXPECT_EQ(config.retry.giveUpAfter, 0);
  EXPECT_EQ(config.keepDays, 30);
  EXPECT_EQ(config.pagesEvery, std::chrono::seconds(30));
}

TEST_F(Config, MistakesAreToldWithTheirPlace) {
  EXPECT_THAT(wrong(R"("folde": "x")"), HasSubstr("did you mean 'folder'?"));
  EXPECT_THAT(wrong(R"("keep_days": 3)"), HasSubstr("no field 'folder'"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"prot": 1})"), HasSubstr("'listen.prot'"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"port": 70000})"), HasSubstr("'listen.port' is 70000"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"port": "104"})"), HasSubstr("'listen.port' is not a whole number"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"address": "pacs"})"), HasSubstr("'listen.address'"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"ae": "SEVENTEEN LETTERS"})"), HasSubstr("'listen.ae'"));
  EXPECT_THAT(wrong(R"("folder": "x", "allow": {"addresses": ["10.1.0.0/33"]})"), HasSubstr("'allow.addresses'"));
  EXPECT_THAT(wrong(R"("folder": "x", "allow": {"addresses": ["10.1.0/8"]})"), HasSubstr("10.1.0.0/16"));
  EXPECT_THAT(wrong(R"("folder": "x", "analysis": {"quiet_seconds": -1})"), HasSubstr("'analysis.quiet_seconds'"));
  EXPECT_THAT(wrong(R"("folder": "x", "analysis": {"region": "hip"})"), HasSubstr("lateral-hip"));
  EXPECT_THAT(wrong(R"("folder": "x", "results": ["sr", "sc"])"), HasSubstr("draws no overlay pictures"));
  EXPECT_THAT(wrong(R"("folder": "x", "results": ["srr"])"), HasSubstr("did you mean 'sr'?"));
  EXPECT_THAT(wrong(R"("folder": "x", "destinations": [{"name": "pacs"}])"), HasSubstr("'destinations[0].peer'"));
  EXPECT_THAT(wrong(R"("folder": "x", "destinations": [{"name": "a/b", "peer": "A@b:1"}])"),
              HasSubstr("'destinations[0].name'"));
  EXPECT_THAT(wrong(R"("folder": "x", "destinations": [{"name": "a", "peer": "A@b:99999"}])"),
              HasSubstr("'destinations[0].peer'"));
  EXPECT_THAT(
      wrong(R"("folder": "x", "destinations": [{"name": "a", "peer": "A@b:1"}, {"name": "a", "peer": "A@b:1"}])"),
      HasSubstr("'a' twice"));
  EXPECT_THAT(wrong(R"("folder": "x", "results": ["sr"], "destinations": [{"name": "a", "peer": "A@b:1",
                       "results": ["seg"]}])"),
              HasSubstr("seg, which is not made"));
  EXPECT_THAT(wrong(R"("folder": "x", "listen": {"tls": {"certificate": "no.pem", "key": "no.pem",
                       "authority": "no.pem"}})"),
              HasSubstr("which is no file"));
  EXPECT_THAT(wrong(R"("folder": "x", "retry": {"first_seconds": 60, "most_seconds": 1})"),
              HasSubstr("'retry.most_seconds'"));
  EXPECT_THAT(wrong(R"("folder": "x", "retry": {"first_seconds": 0.0005, "most_seconds": 5})"),
              HasSubstr("'retry.first_seconds'"));
  EXPECT_THAT(wrong(R"("folder": "x", "retry": {"first_seconds": 0.2, "most_seconds": 0.2})"),
              HasSubstr("'retry.most_seconds'"));
  EXPECT_THAT(wrong(R"("folder": "x", "analysis": {"quiet_seconds": 0.0005})"), HasSubstr("'analysis.quiet_seconds'"));
  EXPECT_THAT(wrong(R"("folder": "x", "folder": "y")"), HasSubstr("'folder' twice"));
  EXPECT_THAT(wrong(R"("folder": )"), HasSubstr("not valid JSON"));
}

TEST(ConfigMessages, WhatTheFolderAndTheCriteriaLackIsSaidInTheConfigurationsWords) {
  const nodelab::Folder folder;
  auto config = nodelab::config(nodelab::write(folder.path() / "file", "") / "node");
  EXPECT_THAT([&] { nodelab::Running running(config); },
              testing::ThrowsMessage<OutputError>(HasSubstr("in the configuration's 'folder'")));
  config.folder = folder.path() / "node";
  config.criteria = folder.path() / "none.json";
  EXPECT_THAT([&] { nodelab::Running running(config); },
              testing::ThrowsMessage<ConfigError>(HasSubstr("'analysis.criteria'")));
}

} // namespace
