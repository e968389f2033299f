// hipcuff send as a user runs it, against a server of ours, against nobody, and against bad company.
#include "../dicom/network/lab.h"
#include "cutting_proxy.h"
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <thread>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* segClass = "1.2.840.10008.5.1.4.1.1.66.4";

class Send : public testing::Test {
protected:
  void serve(dicom::ServerSettings settings = lab::settings()) {
    inbox = std::make_unique<dicom::Inbox>(folder / "got");
    server = std::make_unique<dicom::Server>(std::move(settings), *inbox, &recorder);
  }
  [[nodiscard]] static std::string at(std::uint16_t port, const std::string& ae = "HIPCUFF") {
    return ae + "@127.0.0.1:" + std::to_string(port);
  }
  [[nodiscard]] std::string peer() const { return at(server->port()); }
  [[nodiscard]] static Ran send(std::vector<std::string> words) {
    words.insert(words.begin(), "send");
    words.insert(words.end(), {"--retry-wait", "0.1", "--timeout", "5"});
    return hipcuff(words);
  }
  [[nodiscard]] std::size_t received() const { return lab::objectsIn(folder / "got").size(); }

  TemporaryFolder folder;
  lab::Recorder recorder;
  std::unique_ptr<dicom::Inbox> inbox;
  std::unique_ptr<dicom::Server> server;
};

TEST_F(Send, FoldersGoWithAllBelowThemAndWhatIsNoDicomStays) {
  serve();
  const auto files = lab::writeObjects(folder / "exam/deep", 3);
  fs::copy_file(files[0], folder / "exam/again.dcm");
  writeFile(folder / "exam/report.html", "<p>");
  writeFile(folder / "exam/.hidden.dcm", readFile(files[0]));
  const Ran plan = send({peer(), folder / "exam", "--dry-run"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("Ultrasound Image Storage"));
  EXPECT_THAT(plan.err, HasSubstr("Nothing was sent: 3 objects"));
  EXPECT_EQ(received(), 0U);
  const Ran ran = send({peer(), folder / "exam", "--verbose"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("3 of 3 objects stored at " + peer()));
  EXPECT_THAT(ran.errLinesWith("report.html: is no DICOM file"), SizeIs(1));
  EXPECT_EQ(received(), 3U);
  EXPECT_TRUE(lab::sameDataSet(inbox->pathOf("1.2.3.4.2"), files[1]));
}

TEST_F(Send, OfResultsAndBatchesTheObjectsAndNothingElse) {
  serve();
  for (const auto* where : {"results", "batch/studies/aa/exam-1"}) {
    writeFile(folder / (std::string(where) + "/results.json"), "{}");
    lab::writeObject(folder / (std::string(where) + "/kept"), {.instance = "1.9.9"});
  }
  lab::writeObject(folder / "results/dicom", {.instance = "1.2.3.10", .sopClass = segClass});
  lab::writeObject(folder / "batch/studies/aa/exam-1/dicom", {.instance = "1.2.3.11", .sopClass = segClass});
  writeFile(folder / "batch/studies/ab/exam-2/results.json", "{}");
  const Ran ran = send({peer(), folder / "results", folder / "batch"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.errLinesWith("exam-2: results without DICOM objects (make them with hipcuff export"), SizeIs(1));
  EXPECT_THAT(ran.err, HasSubstr("2 of 2 objects stored"));
  EXPECT_TRUE(fs::exists(inbox->pathOf("1.2.3.10")));
  EXPECT_TRUE(fs::exists(inbox->pathOf("1.2.3.11")));
  EXPECT_FALSE(fs::exists(inbox->pathOf("1.9.9")));
}

TEST_F(Send, JsonSaysWhatBecameOfEachFile) {
  auto settings = lab::settings();
  settings.classes = {testdicom::usImage};
  serve(settings);
  lab::writeObject(folder / "in/1", {.instance = "1.2.3.1"});
  lab::writeObject(folder / "in/2", {.instance = "1.2.3.2", .sopClass = segClass});
  writeFile(folder / "in/3/x.txt", "x");
  const Ran ran = send({peer(), folder / "in", "--json", folder / "none"});
  EXPECT_EQ(ran.code, 3);
  const auto all = json::parse(ran.out);
  EXPECT_EQ(all["schema"], "hipcuff.send/1");
  ASSERT_EQ(all["files"].size(), 2U);
  EXPECT_EQ(all["files"][0]["state"], "stored");
  EXPECT_EQ(all["files"][0]["status"], "0000");
  EXPECT_EQ(all["files"][0]["sop_instance_uid"], "1.2.3.1");
  EXPECT_EQ(all["files"][1]["state"], "not_accepted");
  EXPECT_EQ(all["files"][1]["status"], nullptr);
  EXPECT_EQ(all["skipped"].size(), 1U);
  EXPECT_EQ(all["failed"].size(), 1U);
  EXPECT_THAT(ran.errLinesWith(".dcm: the peer does not take Segmentation Storage in Explicit VR Little Endian (ask"),
              SizeIs(1))
      << ran.err;
  const std::string schema = std::string(HIPCUFF_SOURCE_DIR) + "/apps/hipcuff/schema/send.schema.json";
  writeFile(folder / "send.json", ran.out);
  const Ran checked = runProgram({"/usr/bin/python3", "-m", "jsonschema", "-i", folder / "send.json", schema});
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST_F(Send, EchoSaysWhetherThePeerAnswersAndWhatItTakes) {
  auto settings = lab::settings();
  settings.classes = {testdicom::usImage};
  serve(settings);
  const Ran ran = send({"--echo", peer()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("HIPCUFF@127.0.0.1:" + std::to_string(server->port()) + " answers"));
  EXPECT_THAT(ran.out, HasSubstr("Segmentation Storage"));
  const auto all = json::parse(send({"--echo", peer(), "--json"}).out);
  EXPECT_EQ(all["takes"].size(), 1U);
  EXPECT_EQ(send({"--echo", peer(), folder / "x"}).code, 2);
  EXPECT_EQ(send({peer()}).code, 2);
}

TEST_F(Send, WrongTitlesAreToldAtOnceAndNotTriedAgain) {
  auto settings = lab::settings();
  settings.allowedAes = {"KNOWN"};
  serve(settings);
  const auto file = lab::writeObject(folder / "in", {}).string();
  const Ran called = send({at(server->port(), "NOBODY"), file});
  EXPECT_EQ(called.code, 1);
  EXPECT_THAT(called.errLinesWith("called AE title not recognised (use the AE title that the peer has)"), SizeIs(1));
  EXPECT_THAT(called.errLinesWith("trying again"), IsEmpty());
  const Ran calling = send({peer(), file});
  EXPECT_EQ(calling.code, 1);
  EXPECT_THAT(calling.errLinesWith("calling AE title not recognised (make our AE title known to the peer)"), SizeIs(1));
  EXPECT_EQ(send({peer(), file, "--calling-ae", "KNOWN"}).code, 0);
  for (const auto* wrong : {"SEVENTEENLETTERSX@h:1", "P@[::1]:104", "P@h:0"})
    EXPECT_EQ(send({wrong, file}).code, 2) << wrong;
}

TEST_F(Send, NobodyThereIsTriedAgainAndThenToldInOneLine) {
  const auto files = lab::writeObjects(folder / "in", 3);
  const Ran ran = send({at(lab::freePort()), folder / "in", "--retries", "2"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.errLinesWith("trying again in"), SizeIs(2));
  EXPECT_THAT(ran.errLinesWith("nobody listens there (connection refused) (is the peer running? check host and port): "
                               "3 objects not sent"),
              SizeIs(1))
      << ran.err;
}

TEST_F(Send, APeerThatComesUpMeanwhileGetsThem) {
  const auto files = lab::writeObjects(folder / "in", 3);
  auto settings = lab::settings();
  settings.port = lab::freePort();
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    serve(settings);
  });
  const Ran ran = send({at(settings.port), folder / "in", "--retries", "8"});
  later.join();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.errLinesWith("trying again in"), testing::Not(IsEmpty()));
  EXPECT_EQ(received(), 3U);
}

TEST_F(Send, CutsInTheMiddleOfObjectsAreTakenUp) {
  serve();
  lab::ObjectSpec spec;
  spec.rows = spec.columns = 200; // 40 kB each
  const auto files = lab::writeObjects(folder / "in", 8, spec);
  const CuttingProxy proxy(server->port(), {60000, 1000, 100000, 1000});
  const Ran ran = send({at(proxy.port()), folder / "in", "--retries", "2"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(proxy.connections(), 5U) << "what got through started the count anew";
  EXPECT_EQ(received(), 8U);
  EXPECT_TRUE(lab::nothingHalf(folder / "got"));
  const CuttingProxy hopeless(server->port(), {1000, 1000});
  const Ran given = send({at(hopeless.port()), folder / "in", "--retries", "1"});
  EXPECT_EQ(given.code, 1);
  EXPECT_THAT(given.err, HasSubstr("was lost"));
}

TEST_F(Send, APeerThatNeverAnswersCostsNoMoreThanTheTimeout) {
  const auto file = lab::writeObject(folder / "in", {}).string();
  const lab::Program silent({"/usr/bin/python3", "-c",
                             "import socket,time\ns=socket.socket()\ns.bind(('127.0.0.1',0))\ns.listen()\n"
                             "open('" +
                                 (folder / "port") +
                                 "','w').write(str(s.getsockname()[1]))\n"
                                 "c=s.accept()\ntime.sleep(60)"});
  for (int i = 0; i < 200 && readFile(folder / "port").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Ran ran = hipcuff({"send", at(static_cast<std::uint16_t>(std::stoi(readFile(folder / "port")))), file,
                           "--timeout", "1", "--retries", "0"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_LT(ran.seconds, 10);
  EXPECT_THAT(ran.errLinesWith("1 object not sent"), SizeIs(1)) << ran.err;
}

TEST_F(Send, AnotherObjectUnderTheSameUid) {
  serve();
  const auto first = lab::writeObject(folder / "a", {.pixel = 1}).string();
  const auto second = lab::writeObject(folder / "b", {.pixel = 2}).string();
  const Ran both = send({peer(), first, second});
  EXPECT_EQ(both.code, 3);
  EXPECT_THAT(both.errLinesWith("another object under the UID of"), SizeIs(1));
  EXPECT_EQ(send({peer(), first}).code, 0) << "the same again does no harm";
  const Ran other = send({peer(), second});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.errLinesWith("(C111) (the peer keeps what it has under this UID)"), SizeIs(1)) << other.err;
  EXPECT_EQ(received(), 1U);
}

TEST_F(Send, TlsIsToldApartFromNoTlsAndWrongCertificates) {
  NEEDS_PROGRAM("openssl");
  for (const auto* name : {"pacs", "stranger"}) {
    const auto made = lab::run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                                std::string("/CN=") + name, "-keyout", folder / (std::string(name) + ".key"), "-out",
                                folder / (std::string(name) + ".pem")});
    ASSERT_EQ(made.status, 0) << made.output;
  }
  auto settings = lab::settings();
  settings.tls = dicom::Tls{folder / "pacs.pem", folder / "pacs.key", folder / "pacs.pem", false, true};
  serve(settings);
  const auto file = lab::writeObject(folder / "in", {}).string();
  const auto sent = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {peer(), file, "--retries", "0"});
    return send(words);
  };
  EXPECT_EQ(sent({"--tls-authority", folder / "pacs.pem"}).code, 0);
  EXPECT_EQ(sent({"--tls-any-peer"}).code, 0);
  const Ran unknown = sent({"--tls-authority", folder / "stranger.pem"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.errLinesWith("its certificate is not trusted: self-signed certificate"), SizeIs(1))
      << unknown.err;
  const Ran plain = sent({});
  EXPECT_EQ(plain.code, 1);
  EXPECT_THAT(plain.errLinesWith("check host and port, and that the peer runs without TLS"), SizeIs(1)) << plain.err;
  server.reset();
  inbox.reset();
  serve();
  const Ran noTls = sent({"--tls-any-peer"});
  EXPECT_EQ(noTls.code, 1);
  EXPECT_THAT(noTls.errLinesWith("check that the peer speaks TLS at this port"), SizeIs(1)) << noTls.err;
  EXPECT_EQ(sent({"--tls-any-host"}).code, 2);
  EXPECT_EQ(sent({"--tls-authority", folder / "pacs.pem", "--tls-key", folder / "pacs.key"}).code, 2);
  EXPECT_EQ(sent({"--tls-authority", folder / "missing.pem"}).code, 1);
}

} // namespace
} // namespace hipcuff::test
