// The catalogue file: made, opened, damaged, of another version.
#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/queue.h"

#include "schema.h"
#include "sqlite.h"
#include "temporary_folder.h"

#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

#include <fstream>

#include <unistd.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

class CatalogueTest : public testing::Test {
protected:
  test::TemporaryFolder own;
  const fs::path folder = own.path();

  void fill(int exams) {
    Catalogue catalogue(folder, Catalogue::Access::readWrite);
    Transaction transaction(catalogue.database());
    Statement insert(catalogue.database(), "INSERT INTO exams(key, name, state) VALUES(?, ?, 'waiting')");
    for (int i = 0; i < exams; ++i) {
      insert.bind(1, "1.2." + std::to_string(i)).bind(2, "exam-" + std::to_string(i)).run();
    }
    transaction.commit();
  }
  std::string whyNot(Catalogue::Access access = Catalogue::Access::readOnly) {
    try {
      const Catalogue catalogue(folder, access);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }
};

TEST_F(CatalogueTest, KeepsWhatIsWritten) {
  fill(3);
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  Statement count(catalogue.database(), "SELECT count(*), max(name) FROM exams");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.integer(0), 3);
  EXPECT_EQ(count.text(1), "exam-2");
  EXPECT_FALSE(Catalogue::isDamaged(folder));
}

TEST_F(CatalogueTest, WritesAheadSoThatReadersNeedNotWait) {
  Catalogue catalogue(folder, Catalogue::Access::readWrite);
  Statement mode(catalogue.database(), "PRAGMA journal_mode");
  ASSERT_TRUE(mode.step());
  EXPECT_EQ(mode.text(0), "wal");
}

TEST_F(CatalogueTest, MissingOneIsSaid) {
  EXPECT_NE(whyNot().find("does not exist"), std::string::npos) << whyNot();
  EXPECT_FALSE(Catalogue::isDamaged(folder));
}

TEST_F(CatalogueTest, NewerVersionIsLeftAlone) {
  fill(1);
  {
    Database database(folder / "catalogue.sqlite", Database::Access::readWrite);
    database.run("PRAGMA user_version = " + std::to_string(schemaVersion + 1));
  }
  EXPECT_NE(whyNot(Catalogue::Access::readWrite).find("version " + std::to_string(schemaVersion + 1)),
            std::string::npos);
  EXPECT_FALSE(Catalogue::isDamaged(folder)) << "would be made anew";
}

/// As version 1 left it: the queue's tables are what version 2 has more.
void makeVersionOne(const fs::path& folder) {
  Database database(folder / "catalogue.sqlite", Database::Access::readWrite);
  database.run("DROP TABLE deliveries; DROP TABLE arrivals; DROP TABLE destinations; PRAGMA user_version = 1");
}

std::int64_t userVersion(const fs::path& folder) {
  Database database(folder / "catalogue.sqlite", Database::Access::readOnly);
  Statement version(database, "PRAGMA user_version");
  return version.step() ? version.integer(0) : -1;
}

TEST_F(CatalogueTest, AnEarlierVersionIsReadAndLeftAsItIs) {
  fill(2);
  makeVersionOne(folder);
  EXPECT_EQ(whyNot(Catalogue::Access::readOnly), "");
  const auto state = readQueueState(folder);
  EXPECT_EQ(state.examsWaiting, 2);
  EXPECT_TRUE(state.places.empty());
  EXPECT_EQ(userVersion(folder), 1);
}

TEST_F(CatalogueTest, AnEarlierVersionIsBroughtUpByWhoeverWrites) {
  fill(2);
  makeVersionOne(folder);
  {
    Catalogue catalogue(folder, Catalogue::Access::readWrite);
    Statement exams(catalogue.database(), "SELECT count(*) FROM exams");
    ASSERT_TRUE(exams.step());
    EXPECT_EQ(exams.integer(0), 2);
    catalogue.database().run("INSERT INTO arrivals(exam, first_heard, heard) VALUES(1, 0, 0)");
  }
  EXPECT_EQ(userVersion(folder), schemaVersion);
  EXPECT_EQ(whyNot(Catalogue::Access::readWrite), "") << "once is enough";
}

class Silence final : public BatchObserver {
public:
  void progress(Phase, const BatchCounts&) override {}
  void problem(const InputOutcome&) override {}
  void note(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return false; }
};

TEST_F(CatalogueTest, AnObjectThatEndsTheProgramWhileItIsReadIsLeftAloneInTheEnd) {
  BatchOptions options;
  options.out = folder;
  options.inputs = {folder / "inbox"};
  const fs::path file = folder / "inbox" / "object.dcm";
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "no DICOM";
  Silence silence;
  // The program was ended so often: nobody can say which of the objects of its batch it was at first.
  for (const int times : {1, 4, 5}) {
    { Queue make(options, silence); }
    {
      Database database(folder / "catalogue.sqlite", Database::Access::readWrite);
      Statement put(database, "INSERT OR REPLACE INTO inputs(path, state, problem, scan) VALUES(?, 'failed', ?, 1)");
      put.bind(1, file.string()).bind(2, "the program was ended " + std::to_string(times) + " times while it was read");
      put.run();
    }
    Queue queue(options, silence);
    EXPECT_EQ(queue.knows(file), times == 5);
    const auto taken = queue.take({{file, "US1", "10.0.0.1", 1000, false}}).at(0);
    EXPECT_EQ(taken.kind, Taken::Kind::unreadable);
    EXPECT_EQ(taken.problem.find("5 times while it was read") != std::string::npos, times == 5) << taken.problem;
    EXPECT_TRUE(queue.knows(file));
  }
}

TEST_F(CatalogueTest, SomebodyElsesDatabaseIsLeftAlone) {
  {
    Database database(folder / "catalogue.sqlite", Database::Access::create);
    database.run("CREATE TABLE recipes(name TEXT)");
  }
  EXPECT_NE(whyNot(Catalogue::Access::readWrite).find("not a catalogue of HipCuff"), std::string::npos);
  EXPECT_FALSE(Catalogue::isDamaged(folder));
}

TEST_F(CatalogueTest, DamageIsFound) {
  fill(2000);
  const fs::path file = folder / "catalogue.sqlite";
  const auto size = fs::file_size(file);
  {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(size / 2));
    stream << std::string(8192, '\x5a');
  }
  EXPECT_TRUE(Catalogue::isDamaged(folder));
  EXPECT_NE(whyNot(Catalogue::Access::readWrite).find("damaged"), std::string::npos);

  std::ofstream(file, std::ios::binary) << "not a database at all, but a text of some length";
  EXPECT_TRUE(Catalogue::isDamaged(folder));
  EXPECT_NE(whyNot().find("not a catalogue"), std::string::npos);
}

TEST_F(CatalogueTest, ExamFoldersAreSpreadOut) {
  EXPECT_EQ(examFolder("exam-a1b2c3d4e5f6"), fs::path("studies/a1/exam-a1b2c3d4e5f6"));
}

} // namespace
} // namespace hipcuff::batch
