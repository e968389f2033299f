// hipcuff fetch as a user runs it: against Orthanc, and DCMTK's worklist provider.
#include "../dicom/network/lab.h"
#include "cutting_proxy.h"
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// One archive for all tests: one patient with a study of two series and one of a single object, and another patient.
class Fetch : public testing::Test {
protected:
  static void SetUpTestSuite() {
    if (!lab::isolated() || !lab::hasProgram("Orthanc"))
      return;
    shared = std::make_unique<TemporaryFolder>();
    port = lab::freePort();
    movePort = lab::freePort();
    writeFile(*shared / "orthanc.json",
              R"({"Name":"TEST","StorageDirectory":")" + *shared / "db" + R"(","IndexDirectory":")" + *shared / "db" +
                  R"(","HttpServerEnabled":false,"DicomAet":"ORTHANC","DicomPort":)" + std::to_string(port) +
                  R"(,"DicomCheckCalledAet":true,"DicomAlwaysAllowEcho":true,"DicomAlwaysAllowStore":true,
"DicomAlwaysAllowFind":true,"DicomAlwaysAllowGet":true,"DicomAlwaysAllowMove":true,
"DicomModalities":{"us":["MOVESCP","127.0.0.1",)" +
                  std::to_string(movePort) + R"(]},"Plugins":[]})");
    orthanc = std::make_unique<lab::Program>(std::vector<std::string>{"Orthanc", *shared / "orthanc.json"},
                                             *shared / "orthanc.log");
    ASSERT_TRUE(lab::listensSoon(port));
    lab::ObjectSpec spec;
    spec.rows = spec.columns = 200; // 40 kB each
    spec.series = "1.2.3.1";
    (void)lab::writeObjects(*shared / "in", 6, spec);
    (void)lab::writeObject(*shared / "in", {.instance = "1.2.3.5.1", .series = "1.2.3.2"});
    (void)lab::writeObject(*shared / "in", {.instance = "1.2.7.1", .study = "1.2.7", .series = "1.2.7.1"});
    const Ran sent = hipcuff({"send", peer(), *shared / "in"});
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  static void TearDownTestSuite() {
    if (orthanc) {
      orthanc->kill(SIGTERM);
      EXPECT_EQ(orthanc->wait(), 0);
    }
    orthanc.reset();
    shared.reset();
  }
  void SetUp() override {
    NEEDS_OWN_NETWORK();
    NEEDS_PROGRAM("Orthanc");
  }
  [[nodiscard]] static std::string peer(const std::string& ae = "ORTHANC") { return at(port, ae); }
  [[nodiscard]] static std::string at(std::uint16_t itsPort, const std::string& ae = "ORTHANC") {
    return ae + "@127.0.0.1:" + std::to_string(itsPort);
  }
  [[nodiscard]] Ran fetch(std::vector<std::string> words, const std::string& from = peer()) const {
    words.insert(words.begin(), {"fetch", from, "--retry-wait", "0.1", "--timeout", "10"});
    return hipcuff(words);
  }
  [[nodiscard]] std::string out() const { return folder / "out"; }
  [[nodiscard]] std::size_t files() const { return fs::exists(out()) ? lab::objectsIn(out()).size() : 0; }
  [[nodiscard]] fs::path object(const std::string& study, const std::string& series, const std::string& uid) const {
    return fs::path(out()) / study / series / (uid + ".dcm");
  }

  inline static std::unique_ptr<TemporaryFolder> shared;
  inline static std::unique_ptr<lab::Program> orthanc;
  inline static std::uint16_t port = 0;
  inline static std::uint16_t movePort = 0;
  TemporaryFolder folder;
};

TEST_F(Fetch, ListShowsStudiesAndNobodysNameUnlessAsked) {
  const Ran ran = fetch({"--list", "--patient-id", "P1", "--modality", "us"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2024-02-29  10:11  US          2       7        1.2.3"));
  EXPECT_THAT(ran.out, Not(HasSubstr("DOE")));
  EXPECT_THAT(ran.err, HasSubstr("2 studies match"));
  EXPECT_THAT(fetch({"--list", "--identity"}).out, HasSubstr("DOE^JANE"));
  EXPECT_THAT(fetch({"--list", "--modality", "CT"}).err, HasSubstr("0 studies match"));
  EXPECT_THAT(fetch({"--list", "--date", "2024-02-29"}).err, HasSubstr("2 studies match"));
  EXPECT_THAT(fetch({"--list", "--date", "..2024-02-28"}).err, HasSubstr("0 studies match"));
  EXPECT_THAT(fetch({"--list", "--key", "PatientName=DOE*", "--study-uid", "1.2.7"}).err, HasSubstr("1 study matches"));
  EXPECT_THAT(fetch({"--list", "--most", "1"}).err, HasSubstr("there are more"));
  const auto all = json::parse(fetch({"--list", "--json", "--identity", "--accession", "A1"}).out);
  ASSERT_EQ(all["studies"].size(), 2U);
  EXPECT_EQ(all["studies"][0]["identity"]["patient_id"], "P1");
  EXPECT_EQ(all["studies"][0]["identity"]["birth_date"], nullptr);
  EXPECT_FALSE(json::parse(fetch({"--list", "--json"}).out)["studies"][0].contains("identity"));
}

TEST_F(Fetch, WhatIsThereIsNotFetchedAgainAndWhatIsMissingIs) {
  const Ran first = fetch({"--out", out(), "--study-uid", "1.2.3"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, out() + "/1.2.3\n");
  EXPECT_THAT(first.err, HasSubstr("7 objects fetched of 1 study."));
  const auto one = object("1.2.3", "1.2.3.1", "1.2.3.4.2");
  const auto sent = lab::objectsIn(*shared / "in");
  EXPECT_TRUE(std::any_of(sent.begin(), sent.end(), [&](const auto& file) { return lab::sameDataSet(file, one); }));
  const auto before = fs::last_write_time(one);
  const Ran again = fetch({"--out", out(), "--study-uid", "1.2.3"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("0 objects fetched of 1 study, 7 there before."));
  EXPECT_EQ(fs::last_write_time(one), before);
  fs::remove(one);
  fs::remove(object("1.2.3", "1.2.3.2", "1.2.3.5.1"));
  const Ran mended = fetch({"--out", out(), "--study-uid", "1.2.3", "--json"});
  EXPECT_THAT(mended.err, HasSubstr("2 objects fetched of 1 study, 5 there before."));
  EXPECT_EQ(files(), 7U);
  const auto all = json::parse(mended.out);
  EXPECT_EQ(all["studies"][0]["fetched"]["fetched"], 2);
  EXPECT_EQ(all["studies"][0]["fetched"]["whole"], true);
  writeFile(folder / "fetch.json", mended.out);
  const Ran checked = runProgram({"/usr/bin/python3", "-m", "jsonschema", "-i", folder / "fetch.json",
                                  std::string(HIPCUFF_SOURCE_DIR) + "/apps/hipcuff/schema/fetch.schema.json"});
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST_F(Fetch, SingleSeriesAndModalities) {
  EXPECT_EQ(fetch({"--out", out(), "--study-uid", "1.2.3", "--series-uid", "1.2.3.2"}).code, 0);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(fetch({"--out", out(), "--patient-id", "P1", "--modality", "US"}).code, 0);
  EXPECT_EQ(files(), 8U);
  const Ran none = fetch({"--out", out(), "--patient-id", "P1", "--modality", "MR"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.errLinesWith("no study matches"), SizeIs(1));
}

TEST_F(Fetch, ACutInTheMiddleIsTakenUp) {
  const CuttingProxy once(port,
                          {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max(),
                           std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max(), 150000},
                          CuttingProxy::Count::answered);
  const Ran told = fetch({"--out", out(), "--study-uid", "1.2.3", "--retries", "0"}, at(once.port()));
  EXPECT_EQ(told.code, 3) << told.err;
  EXPECT_THAT(told.errLinesWith("of 7 objects missing; the association was lost"), SizeIs(1)) << told.err;
  const auto some = files();
  EXPECT_GT(some, 0U);
  EXPECT_LT(some, 7U);
  EXPECT_TRUE(lab::nothingHalf(out()));
  EXPECT_THAT(told.out, IsEmpty()) << "only whole studies are printed";
  const Ran rest = fetch({"--out", out(), "--study-uid", "1.2.3"});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(rest.err, HasSubstr(std::to_string(7 - some) + (some == 6 ? " object" : " objects") + " fetched of"));
  EXPECT_EQ(files(), 7U);
  fs::remove_all(out());
  const CuttingProxy twice(port, {1000000, 1000000, 1000000, 1000000, 150000, 1000000, 1000000, 1000000, 60000},
                           CuttingProxy::Count::answered);
  const Ran healed = fetch({"--out", out(), "--study-uid", "1.2.3"}, at(twice.port()));
  EXPECT_EQ(healed.code, 0) << healed.err;
  EXPECT_THAT(healed.errLinesWith("trying again in"), Not(IsEmpty()));
  EXPECT_THAT(healed.err, HasSubstr("7 objects fetched of 1 study."));
}

TEST_F(Fetch, ByMoveThePeerSendsToUs) {
  const Ran ran = fetch({"--out", out(), "--patient-id", "P1", "--move-to", "MOVESCP:" + std::to_string(movePort)});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("8 objects fetched of 2 studies."));
  EXPECT_EQ(files(), 8U);
  const Ran unknown =
      fetch({"--out", folder / "b", "--patient-id", "P1", "--move-to", "STRANGER:" + std::to_string(movePort)});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.errLinesWith("does the peer know us by that AE title"), SizeIs(2)) << unknown.err;
  const Ran shut = fetch({"--out", folder / "b", "--study-uid", "1.2.7", "--move-to",
                          "MOVESCP:" + std::to_string(movePort), "--move-from", "10.1.0.0/16"});
  EXPECT_EQ(shut.code, 1);
  EXPECT_THAT(shut.errLinesWith("127.0.0.1: this address is not allowed"), Not(IsEmpty())) << shut.err;
}

TEST_F(Fetch, NeverEverythingByAccident) {
  EXPECT_EQ(fetch({"--out", out()}).code, 2);
  EXPECT_EQ(fetch({"--out", out(), "--modality", "US", "--patient-id", "*"}).code, 2);
  EXPECT_EQ(files(), 0U);
  const Ran many = fetch({"--out", out(), "--all", "--most", "1"});
  EXPECT_EQ(many.code, 1);
  EXPECT_THAT(many.err, HasSubstr("more than 1 studies match; nothing was fetched"));
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(fetch({"--out", out(), "--all"}).code, 0);
  EXPECT_EQ(files(), 8U);
}

TEST_F(Fetch, WrongUseAndWrongPeers) {
  EXPECT_EQ(fetch({}).code, 2);
  EXPECT_EQ(fetch({"--list", "--out", out()}).code, 2);
  EXPECT_EQ(fetch({"--list", "--date", "2024-02-30"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--date", "2024-03-01..2024-02-01"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--study-uid", "../x"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--key", "NoKeyword=1"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--key", "PatientName"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--worklist", "--patient-id", "P1"}).code, 2);
  EXPECT_EQ(fetch({"--list", "--move-from", "10.0.0.0/8"}).code, 2);
  const Ran wrong = fetch({"--list"}, peer("NOBODY"));
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.errLinesWith("called AE title not recognised"), SizeIs(1));
  const Ran nobody = fetch({"--list"}, at(lab::freePort()));
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.errLinesWith("nobody listens there"), SizeIs(1));
  const Ran noList = fetch({"--list", "--worklist"});
  EXPECT_EQ(noList.code, 1);
  EXPECT_THAT(noList.errLinesWith("does not take worklist queries"), SizeIs(1));
}

/// A worklist with names in three character sets, whose patients P1, P2 and P1 again (born on another day) are asked
/// for in Orthanc.
class Worklist : public Fetch {
protected:
  void SetUp() override {
    Fetch::SetUp();
    NEEDS_PROGRAM("wlmscpfs");
    if (IsSkipped())
      return;
    const auto items = folder / "lists/WORK";
    writeFile(items + "/lockfile", "");
    add(items, "1", "ISO_IR 100", "M\xdcLLER^J\xd6RG", "P1", "");
    add(items, "2", "ISO_IR 192", "Ångström^Åsa", "P2", "19700101");
    add(items, "3", "\\ISO 2022 IR 87", "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "P3", "19800101");
    listPort = lab::freePort();
    provider = std::make_unique<lab::Program>(
        std::vector<std::string>{"wlmscpfs", "-s", "-csk", "-dfp", folder / "lists", "-dfr", std::to_string(listPort)});
    ASSERT_TRUE(lab::listensSoon(listPort));
  }
  void add(const std::string& items, const std::string& number, const std::string& charset, const std::string& name,
           const std::string& patient, const std::string& born) const {
    writeFile(folder / "item.txt",
              "(0008,0005) CS [" + charset + "]\n(0008,0050) SH [A" + number + "]\n(0010,0010) PN [" + name +
                  "]\n(0010,0020) LO [" + patient + "]\n(0010,0030) DA [" + born + "]\n(0020,000d) UI [1.2.9." +
                  number + "]\n(0032,1060) LO [Hip]\n(0040,1001) SH [R" + number +
                  "]\n(0040,0100) SQ\n(fffe,e000) -\n(0008,0060) CS [US]\n"
                  "(0040,0001) AE [SCANNER]\n(0040,0002) DA [2024022" +
                  number + "]\n(0040,0003) TM [101112]\n(0040,0007) LO [Left hip]\n(0040,0009) SH [S" + number +
                  "]\n(fffe,e00d) -\n(fffe,e0dd) -\n");
    const auto made = lab::run({"dump2dcm", folder / "item.txt", items + "/" + number + ".wl"});
    ASSERT_EQ(made.status, 0) << made.output;
  }
  [[nodiscard]] Ran listed(std::vector<std::string> words) const {
    words.push_back("--worklist");
    return fetch(words, at(listPort, "WORK"));
  }
  std::uint16_t listPort = 0;
  std::unique_ptr<lab::Program> provider;
};

TEST_F(Worklist, NamesComeRightInEveryCharacterSet) {
  const Ran ran = listed({"--list", "--date", "2024-02-20..", "--identity"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2024-02-21  10:11  US        SCANNER  Left hip     P1"));
  EXPECT_THAT(ran.out, HasSubstr("MÜLLER^JÖRG"));
  EXPECT_THAT(ran.out, HasSubstr("Ångström^Åsa"));
  EXPECT_THAT(ran.out, HasSubstr("Yamada^Tarou=山田^太郎"));
  const Ran tame = listed({"--list", "--date", "2024-02-20..", "--json"});
  EXPECT_EQ(json::parse(tame.out)["worklist"].size(), 3U);
  EXPECT_THAT(tame.out, Not(HasSubstr("Yamada")));
  EXPECT_THAT(listed({"--list"}).err, HasSubstr("0 steps on the worklist")) << "today's";
}

TEST_F(Worklist, PriorsOfThePatientsOnItAreFetched) {
  const Ran ran = listed({"--out", out(), "--date", "2024-02-20..2024-02-22", "--priors-from", peer()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("8 objects fetched of 2 studies."));
  EXPECT_EQ(files(), 8U);
}

} // namespace
} // namespace hipcuff::test
