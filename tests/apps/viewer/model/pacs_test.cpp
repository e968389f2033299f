// Asking an archive, fetching, sending: without a window, against Orthanc.
#include "../archive.h"
#include "session.h"

#include "model/pacs_client.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/source_image.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::viewer {
namespace {

using testing::HasSubstr;

/// What a client told.
class Listener {
public:
  explicit Listener(const fs::path& own)
      : client(own) {
    QObject::connect(&client, &PacsClient::answered,
                     [this](const std::vector<dicom::FoundStudy>& found, bool, int) { end(studies = found); });
    QObject::connect(&client, &PacsClient::echoed, [this] { end(++echoes); });
    QObject::connect(&client, &PacsClient::coming, [this](int now, int of) {
      EXPECT_LE(now, of);
      ++told;
    });
    QObject::connect(&client, &PacsClient::fetched, [this](const QString& where, int count, const QString& p) {
      folder = where.toStdString();
      problem = p.toStdString();
      end(objects = count);
    });
    QObject::connect(&client, &PacsClient::sent, [this](int count, const QString& p) {
      problem = p.toStdString();
      end(objects = count);
    });
    QObject::connect(&client, &PacsClient::failed, [this](const QString& p) { end(problem = p.toStdString()); });
    QObject::connect(&client, &PacsClient::cancelled, [this] { end(++cancels); });
  }
  template <typename T>
  void end(T&&) {
    ++ended;
  }
  template <typename Act>
  [[nodiscard]] bool run(Act&& act) {
    const int before = ended;
    problem.clear();
    objects = -1;
    act(client);
    return until([&] { return ended > before; });
  }

  int ended = 0;
  int echoes = 0;
  int told = 0;
  int objects = -1;
  int cancels = 0;
  std::vector<dicom::FoundStudy> studies;
  fs::path folder;
  std::string problem;
  PacsClient client; ///< last
};

class Pacs : public ::testing::Test {
protected:
  void SetUp() override {
    if (!Archive::possible())
      GTEST_SKIP() << "needs Orthanc and a network namespace of its own";
    movePort = lab::freePort();
    archive = std::make_unique<Archive>(folder / "archive", movePort);
    for (const char* name : {"full-left-long", "normal-right-long"})
      files.push_back(folder.copy(name, std::string("in/") + name + ".dcm"));
    ASSERT_EQ(archive->store(files), 2U);
    torn = dicom::SourceImage::read(files[0]).studyInstanceUid;
    peer = archive->peer();
  }
  [[nodiscard]] static PacsQuestion anything() {
    PacsQuestion out;
    out.date.clear();
    return out;
  }
  [[nodiscard]] std::vector<fs::path> below(const fs::path& where) const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(where))
      if (entry.path().extension() == ".dcm")
        out.push_back(entry.path());
    return out;
  }

  Folder folder;
  std::uint16_t movePort = 0;
  std::unique_ptr<Archive> archive;
  std::vector<fs::path> files;
  std::string torn; ///< study
  PacsPeer peer;
};

TEST_F(Pacs, IsAskedAndAStudyFetchedIntoAFolderOfThisPersonAlone) {
  const fs::path own = folder / "own";
  fs::path where;
  {
    Listener l(own);
    ASSERT_TRUE(l.run([&](PacsClient& c) { c.echo(peer); }));
    EXPECT_EQ(l.echoes, 1) << l.problem;
    ASSERT_TRUE(l.run([&](PacsClient& c) { c.ask(peer, anything()); }));
    ASSERT_EQ(l.studies.size(), 2U) << l.problem;
    PacsQuestion one = anything();
    one.studyUid = QString::fromStdString(" " + torn + " ");
    ASSERT_TRUE(l.run([&](PacsClient& c) { c.ask(peer, one); }));
    ASSERT_EQ(l.studies.size(), 1U) << l.problem;
    one.name = QStringLiteral("nobody of that name");
    ASSERT_TRUE(l.run([&](PacsClient& c) { c.ask(peer, one); }));
    EXPECT_TRUE(l.studies.empty());

    dicom::FoundStudy study;
    study.studyUid = torn;
    ASSERT_TRUE(l.run([&](PacsClient& c) { c.fetch(peer, study); }));
    EXPECT_EQ(l.problem, "");
    EXPECT_EQ(l.objects, 1);
    EXPECT_GT(l.told, 0);
    where = l.folder;
    ASSERT_EQ(below(where).size(), 1U);
    struct stat info {};
    ASSERT_EQ(::stat(own.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    // It is opened as any folder is.
    Session session;
    ASSERT_TRUE(session.open(where));
    EXPECT_EQ(session->exam(0).pictures.size(), 1U);
  }
  EXPECT_FALSE(fs::exists(where)) << "the copy goes with the program";
}

TEST_F(Pacs, SendsToUsWhereItCannotBeAskedForObjects) {
  peer.byMove = true;
  peer.movePort = movePort;
  Listener l(folder / "own");
  dicom::FoundStudy study;
  study.studyUid = torn;
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.fetch(peer, study, folder / "kept"); }));
  EXPECT_EQ(l.problem, "");
  EXPECT_EQ(below(folder / "kept").size(), 1U);
  // What is there is not fetched again.
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.fetch(peer, study, folder / "kept"); }));
  EXPECT_EQ(l.objects, 1);
  EXPECT_EQ(l.problem, "");
}

TEST_F(Pacs, TakesWhatIsSent) {
  Listener l(folder / "own");
  fs::create_directory(folder / "results");
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.send(peer, folder / "results"); }));
  EXPECT_THAT(l.problem, HasSubstr("holds no DICOM objects"));
  folder.copy("bursal-left-long", "results/one.dcm");
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.send(peer, folder / "results"); }));
  EXPECT_EQ(l.problem, "");
  EXPECT_EQ(l.objects, 1);
  folder.write("results/broken.dcm", "no DICOM");
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.send(peer, folder / "results"); }));
  EXPECT_EQ(l.objects, 1);
  EXPECT_THAT(l.problem, HasSubstr("1 of 2 objects did not arrive: "));
}

TEST_F(Pacs, ProblemsAreOneLineAndStoppingIsAtOnce) {
  Listener l(folder / "own");
  PacsPeer wrong = peer;
  wrong.ae = QStringLiteral("NOBODY");
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.ask(wrong, anything()); }));
  EXPECT_THAT(l.problem, testing::AllOf(HasSubstr("AE"), testing::Not(HasSubstr("\n"))));
  PacsPeer down = peer;
  down.port = lab::freePort();
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.echo(down); }));
  EXPECT_NE(l.problem, "");
  PacsQuestion noDay = anything();
  noDay.date = QStringLiteral("yesterweek");
  EXPECT_FALSE(noDay.problem().isEmpty());

  QElapsedTimer timer;
  timer.start();
  ASSERT_TRUE(l.run([&](PacsClient& c) {
    c.ask(peer, anything());
    EXPECT_TRUE(c.running());
    c.cancel();
    EXPECT_FALSE(c.running());
  }));
  EXPECT_EQ(l.cancels, 1);
  EXPECT_LT(timer.elapsed(), 1000);
  // The answer that comes too late is nobody's.
  const int ended = l.ended;
  settle();
  EXPECT_EQ(l.ended, ended);
  ASSERT_TRUE(l.run([&](PacsClient& c) { c.ask(peer, anything()); }));
  EXPECT_EQ(l.studies.size(), 2U);
}

TEST(PacsPeerWords, WhatIsWrongIsSaidBeforeAnybodyIsAsked) {
  PacsPeer peer;
  EXPECT_THAT(peer.problem().toStdString(), HasSubstr("which computer"));
  peer.host = QStringLiteral("pacs");
  EXPECT_EQ(peer.problem(), QString());
  peer.ae = QStringLiteral("A TITLE THAT IS TOO LONG");
  EXPECT_THAT(peer.problem().toStdString(), HasSubstr("AE title"));
  peer.ae = QStringLiteral("PACS");
  peer.tls = true;
  EXPECT_THAT(peer.problem().toStdString(), HasSubstr("TLS"));
}

TEST(PacsFolders, OfDeadSessionsGoAfterAWeek) {
  const Folder folder;
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(8 * 24);
  const std::string dead = "999999999"; // above any process's number
  for (const std::string& name : {dead + "-aaaaaa", std::to_string(::getpid()) + "-bbbbbb", std::string("notes")}) {
    folder.write("fetched/" + name + "/a.dcm", "x");
    fs::last_write_time(folder / ("fetched/" + name), old);
  }
  folder.write("fetched/" + dead + "-cccccc/a.dcm", "x");
  { const PacsClient client(folder / "fetched"); }
  EXPECT_FALSE(fs::exists(folder / ("fetched/" + dead + "-aaaaaa")));
  EXPECT_TRUE(fs::exists(folder / ("fetched/" + dead + "-cccccc"))) << "of today";
  EXPECT_TRUE(fs::exists(folder / ("fetched/" + std::to_string(::getpid()) + "-bbbbbb"))) << "of a living one";
  EXPECT_TRUE(fs::exists(folder / "fetched/notes"));
}

} // namespace
} // namespace hipcuff::viewer
