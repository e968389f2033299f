#include "hipcuff/batch/catalogue.h"

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
