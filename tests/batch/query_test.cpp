#include "hipcuff/batch/query.h"

#include "hipcuff/batch/catalogue.h"

#include "filter_parser.h"
#include "sqlite.h"
#include "temporary_folder.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include <unistd.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string errorOf(const std::string& filter, Entity of = Entity::exams, Known known = Known::all) {
  try {
    (void)compileFilter(filter, of, known);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

class QueryTest : public testing::Test {
protected:
  test::TemporaryFolder own;
  const fs::path folder = own.path();

  /// Five exams: torn left and normal right; not gradable; failed without hips; a tendinosis whose planes contradict;
  /// one that waits.
  void fill() {
    Catalogue catalogue(folder, Catalogue::Access::readWrite);
    catalogue.database().run(R"sql(
INSERT INTO exams(id, key, name, study_instance_uid, study_date, state, class, severity, confidence, images) VALUES
  (5, '1.1', 'exam-aa0000000001', '1.1', '20250110', 'done', 'full_thickness', 4, 0.9, 2),
  (4, '1.2', 'exam-aa0000000002', '1.2', '20250131', 'done', 'not_gradable', 0, NULL, 1),
  (3, '1.3', 'exam-aa0000000003', '1.3', NULL, 'failed', NULL, NULL, NULL, NULL),
  (2, '1.4', 'exam-aa0000000004', '1.4', '20241231', 'done', 'tendinosis', 2, 0.55, 1),
  (1, 'folder:/d/100%_x', 'exam-aa0000000005', NULL, '20250201', 'waiting', NULL, NULL, NULL, NULL);
UPDATE exams SET error = 'nothing could be opened' WHERE id = 3;
INSERT INTO inputs(id, path, exam, size, format, frames, side, view, state, problem, scan) VALUES
  (1, '/d/a/Hip long.dcm', 5, 1000, 'DICOM', 1, 'L', 'long', 'done', NULL, 1),
  (2, '/d/a/hip_short.dcm', 5, 2000, 'DICOM', 1, 'R', 'short', 'done', NULL, 1),
  (3, '/d/b/x.png', 4, 3000, 'PNG', 1, NULL, NULL, 'done', NULL, 1),
  (4, '/d/c/broken.dcm', 3, 10, NULL, NULL, NULL, NULL, 'failed', 'is cut short', 1),
  (5, '/d/d/y.dcm', 2, 5000000, 'DICOM', 40, 'R', 'long', 'done', NULL, 1),
  (6, '/d/100%_x/z.png', 1, 7, 'PNG', 1, NULL, NULL, 'waiting', NULL, 1),
  (7, '/d/readme.txt', NULL, 7, NULL, NULL, NULL, NULL, 'skipped', 'is no picture', 1);
INSERT INTO hips(exam, side, class, subtype, severity, certainty, confidence, thickness_mean_mm, contradictory,
                 not_gradable_reasons, images) VALUES
  (5, 'R', 'normal', NULL, 1, 'persistent', 0.8, 4.0, 0, NULL, 1),
  (5, 'L', 'full_thickness', 'retracted', 4, 'suspected', 0.9, 6.5, 0, NULL, 1),
  (4, NULL, 'not_gradable', NULL, 0, NULL, NULL, NULL, 0, 'no_calibration;region_unconfirmed', 1),
  (2, 'R', 'tendinosis', NULL, 2, 'confirmed', 0.55, 6.0, 1, NULL, 1);
INSERT INTO images(exam, input, image, path, pane, frames, side, view, gradable, class, severity, confidence,
                   worst_kind, not_gradable_reasons) VALUES
  (5, 1, 'img-1', '/d/a/Hip long.dcm', 0, 1, 'L', 'long', 1, 'full_thickness', 4, 0.9, 'full_thickness', NULL),
  (5, 2, 'img-2', '/d/a/hip_short.dcm', 0, 1, 'R', 'short', 1, 'normal', 1, 0.8, NULL, NULL),
  (4, 3, 'img-3', '/d/b/x.png', 0, 1, NULL, NULL, 0, 'not_gradable', 0, NULL, NULL, 'no_calibration;region_unconfirmed'),
  (2, 5, 'img-4', '/d/d/y.dcm', 0, 40, 'R', 'long', 1, 'tendinosis', 2, 0.55, NULL, NULL);
)sql");
  }

  std::vector<std::string> rows(const QueryRequest& request) {
    Catalogue catalogue(folder, Catalogue::Access::readOnly);
    std::vector<std::string> found;
    runQuery(catalogue, request,
             {.columns = [](const auto&) {},
              .row =
                  [&](const std::vector<Cell>& cells) {
                    std::string line;
                    for (const Cell& cell : cells) {
                      line += line.empty() ? "" : "|";
                      if (const auto* text = std::get_if<std::string>(&cell))
                        line += *text;
                      else if (const auto* number = std::get_if<std::int64_t>(&cell))
                        line += std::to_string(*number);
                      else if (const auto* yes = std::get_if<bool>(&cell))
                        line += *yes ? "yes" : "no";
                      else
                        line += "-";
                    }
                    found.push_back(line);
                  },
              .stop = {}});
    return found;
  }
  /// Last digit of the exams' names.
  std::string exams(const std::string& filter) {
    std::string digits;
    for (const std::string& name : rows({.filter = filter, .columns = {"exam"}}))
      digits += name.back();
    const Entity of = Entity::exams;
    Catalogue catalogue(folder, Catalogue::Access::readOnly);
    EXPECT_EQ(countMatches(catalogue, of, filter), static_cast<std::int64_t>(digits.size())) << filter;
    return digits;
  }
  std::string hips(const std::string& filter) {
    std::string found;
    for (const std::string& row : rows({.of = Entity::hips, .filter = filter, .columns = {"exam", "side"}}))
      found += (found.empty() ? "" : " ") + row.substr(row.find('|') - 1, 1) + row.back();
    return found;
  }
  std::vector<std::string> paths(Entity of, const std::string& filter) {
    Catalogue catalogue(folder, Catalogue::Access::readOnly);
    std::vector<std::string> found;
    runPaths(catalogue, {.of = of, .filter = filter}, [&](const std::string& path) { found.push_back(path); }, {});
    return found;
  }
};

TEST_F(QueryTest, ClassesHaveAnOrderAndNotGradableNone) {
  fill();
  EXPECT_EQ(exams("class >= partial"), "1");
  EXPECT_EQ(exams("GRADE >= Tendinosis"), "14");
  EXPECT_EQ(exams("class < full_thickness"), "4");
  EXPECT_EQ(exams("class <= full"), "14");
  EXPECT_EQ(exams("class > normal"), "14");
  EXPECT_EQ(exams("class = not_gradable"), "2");
  EXPECT_EQ(exams("class is not gradable"), "2");
  EXPECT_EQ(exams("class = \"Full-Thickness\""), "1");
  EXPECT_EQ(exams("class = full thickness"), "1");
  EXPECT_EQ(exams("class > not_gradable or class <= not_gradable"), "");
  EXPECT_THAT(compileFilter("class > not_gradable", Entity::exams).remarks, ElementsAre(HasSubstr("never holds")));
  EXPECT_EQ(exams("class != full"), "2345");
  EXPECT_EQ(exams("class is unknown"), "35");
  EXPECT_EQ(exams("class is not unknown"), "124");
  EXPECT_EQ(exams("class is known"), "124");
  EXPECT_EQ(exams("class in (full, tendinosis)"), "14");
  EXPECT_EQ(exams("class not in (full, tendinosis)"), "235");
}

TEST_F(QueryTest, UnknownFailsATestAndNotGivesTheRest) {
  fill();
  EXPECT_EQ(exams("confidence < 0.6"), "4");
  EXPECT_EQ(exams("not confidence < 0.6"), "1235");
  EXPECT_EQ(exams("not (not confidence < 60 %)"), "4");
  EXPECT_EQ(exams("not not confidence < 60%"), "4");
  EXPECT_EQ(exams("not (confidence < 0.6 or class = full)"), "235");
  EXPECT_EQ(exams("not (confidence < 0.6 and class = full)"), "12345");
}

TEST_F(QueryTest, DatesAreDaysMonthsAndYears) {
  fill();
  EXPECT_EQ(exams("date >= 2025-01-01"), "125") << "by key";
  EXPECT_EQ(exams("date = 2025-01"), "12");
  EXPECT_EQ(exams("date > 2025-01"), "5");
  EXPECT_EQ(exams("date <= 2025-01"), "124");
  EXPECT_EQ(exams("date < 2025"), "4");
  EXPECT_EQ(exams("date = 20250110"), "1");
  EXPECT_EQ(exams("date is unknown"), "3");
}

TEST_F(QueryTest, PatternsTakeWildcardsAndNothingElse) {
  fill();
  const auto names = [&](const std::string& filter) {
    return rows({.of = Entity::inputs, .filter = filter, .columns = {"path"}});
  };
  EXPECT_THAT(names("path ~ *HIP*"), ElementsAre("/d/a/Hip long.dcm", "/d/a/hip_short.dcm"));
  EXPECT_THAT(names("path ~ hip"), ElementsAre("/d/a/Hip long.dcm", "/d/a/hip_short.dcm"));
  EXPECT_THAT(names("path ~ hip_"), ElementsAre("/d/a/hip_short.dcm")) << "_ is itself";
  EXPECT_THAT(names("path ~ 0%_x/"), ElementsAre("/d/100%_x/z.png"));
  EXPECT_THAT(names("path ~ /d/?/x.png"), ElementsAre("/d/b/x.png"));
  EXPECT_THAT(names("path ~ x.png*"), IsEmpty()) << "with a wildcard the whole text must fit";
  EXPECT_THAT(names("path ~ 'Hip long'"), ElementsAre("/d/a/Hip long.dcm"));
  EXPECT_THAT(names("path ~ 'a\\*'"), IsEmpty());
  EXPECT_THAT(names("path !~ *.dcm"), ElementsAre("/d/100%_x/z.png", "/d/b/x.png", "/d/readme.txt"));
  EXPECT_THAT(names("path not ~ *.dcm and state != skipped"), ElementsAre("/d/100%_x/z.png", "/d/b/x.png"));
  EXPECT_THAT(names("path = '/D/B/X.PNG'"), ElementsAre("/d/b/x.png"));
  EXPECT_THAT(names("size > 1 kB and format = dicom"), ElementsAre("/d/a/hip_short.dcm", "/d/d/y.dcm"));
  EXPECT_THAT(names("frames > 1"), ElementsAre("/d/d/y.dcm"));
  EXPECT_THAT(names("exam.state = failed"), ElementsAre("/d/c/broken.dcm"));
  EXPECT_THAT(names("problem ~ 'cut short'"), ElementsAre("/d/c/broken.dcm"));
}

TEST_F(QueryTest, OneHipMustSatisfyAllOfAFilterOfExams) {
  fill();
  EXPECT_EQ(exams("class = full and side = L"), "1");
  EXPECT_EQ(exams("class = full and side = R"), "") << "the torn hip is the left one";
  EXPECT_EQ(exams("side = left and thickness > 6 mm"), "1");
  EXPECT_EQ(exams("thickness > 0.6cm"), "1");
  EXPECT_EQ(exams("thickness >= 6"), "14");
  EXPECT_EQ(exams("class >= partial_thickness and side = L and (thickness > 6 mm or confidence < 0.6)"), "1");
  EXPECT_EQ(exams("reason = no_calibration"), "2");
  EXPECT_EQ(exams("reason = region_unconfirmed"), "2");
  EXPECT_EQ(exams("reason = too_dark"), "");
  EXPECT_EQ(exams("planes contradict"), "4");
  EXPECT_EQ(exams("contradictory"), "4");
  EXPECT_EQ(exams("planes agree"), "12");
  EXPECT_EQ(exams("not planes contradict and state = done"), "12");
  EXPECT_EQ(exams("subtype is unknown and state = failed"), "3") << "an exam without hips";
  EXPECT_EQ(exams("path ~ *broken*"), "3");
  EXPECT_EQ(exams("path ~ broken and state = failed"), "3");
  EXPECT_EQ(exams("class >= tendinosis and view = long"), "14");
  EXPECT_EQ(exams("class = normal and view = long"), "");
  EXPECT_EQ(exams("view = long axis"), "14");
  EXPECT_EQ(exams("class = full and exam.state = done"), "1");
}

TEST_F(QueryTest, HipsBringTheirExamAlong) {
  fill();
  EXPECT_EQ(hips(""), "1L 1R 2- 4R");
  EXPECT_EQ(hips("class < full"), "1R 4R");
  EXPECT_EQ(hips("exam.class = full"), "1L 1R");
  EXPECT_EQ(hips("date = 2025-01 and side is known"), "1L 1R");
  EXPECT_EQ(hips("side != R"), "1L 2-");
  EXPECT_EQ(hips("certainty >= persistent"), "1R 4R");
  EXPECT_EQ(hips("certainty < confirmed"), "1L 1R");
  EXPECT_EQ(hips("severity = 4"), "1L");
}

TEST_F(QueryTest, SortsWithUnknownLastAndTiesByKey) {
  fill();
  const auto sorted = [&](const std::string& field, bool down) {
    std::string digits;
    for (const std::string& name : rows({.columns = {"exam"}, .sort = {{field, down}}}))
      digits += name.back();
    return digits;
  };
  EXPECT_EQ(sorted("class", true), "14235");
  EXPECT_EQ(sorted("class", false), "41235");
  EXPECT_EQ(sorted("confidence", false), "41235");
  EXPECT_EQ(sorted("date", true), "52143");
  EXPECT_THAT(rows({.columns = {"exam"}, .sort = {{"class", true}}, .limit = 1}), ElementsAre("exam-aa0000000001"));
  EXPECT_THAT(rows({.of = Entity::hips, .filter = "planes contradict", .columns = {"planes", "exam.class", "grade"}}),
              ElementsAre("yes|tendinosis|tendinosis"));
  EXPECT_THROW((void)rows({.columns = {"side"}}), UsageError);
  EXPECT_THROW((void)rows({.sort = {{"klass", false}}}), UsageError);
}

TEST_F(QueryTest, PathsAreTheInputsBehindAMatch) {
  fill();
  EXPECT_THAT(paths(Entity::exams, "class = full"), ElementsAre("/d/a/Hip long.dcm", "/d/a/hip_short.dcm"));
  EXPECT_THAT(paths(Entity::hips, "class = full"), ElementsAre("/d/a/Hip long.dcm"));
  EXPECT_THAT(paths(Entity::hips, "class = not_gradable"), ElementsAre("/d/b/x.png"));
  EXPECT_THAT(paths(Entity::images, "class = normal"), ElementsAre("/d/a/hip_short.dcm"));
  EXPECT_THAT(paths(Entity::inputs, "state = failed"), ElementsAre("/d/c/broken.dcm"));
}

TEST_F(QueryTest, HostileDepthIsRefusedAndTheDeepestAllowedRuns) {
  fill();
  EXPECT_THAT(errorOf(std::string(10000, '(') + "class = full"), HasSubstr("nested more than"));
  EXPECT_THAT(errorOf(std::string(100000, '(')), HasSubstr("longer than"));
  std::string nots;
  for (int i = 0; i < 3000; ++i)
    nots += "not ";
  EXPECT_EQ(exams(nots + "class = full"), "1");
  // and and or by turns, so that nothing can be flattened; the deepest part comes last.
  std::string deep = "class = full";
  for (int i = 0; i < deepestFilter; ++i)
    deep = (i % 2 == 0 ? "confidence < 0 or not (side is unknown and " : "side is known and confidence > 0 and (") +
           deep + ")";
  EXPECT_NO_THROW((void)exams(deep)) << deep;
  std::string wide = "class = full";
  for (int i = 1; i < mostTests; ++i)
    wide += i % 2 == 0 ? " and class = full" : " or side is known";
  EXPECT_EQ(exams(wide), "14");
  EXPECT_THAT(errorOf(wide + " or side = L"), HasSubstr("more than 500 tests"));
}

TEST_F(QueryTest, NoTextCrashesIt) {
  fill();
  const std::vector<std::string> pieces = {"class",
                                           "side",
                                           "thickness",
                                           "path",
                                           "date",
                                           "reason",
                                           "planes",
                                           "gradable",
                                           "subtype",
                                           "exam.class",
                                           "=",
                                           "!=",
                                           "<",
                                           "<=",
                                           ">",
                                           ">=",
                                           "~",
                                           "!~",
                                           "is",
                                           "in",
                                           "not",
                                           "and",
                                           "or",
                                           "(",
                                           ")",
                                           ",",
                                           "'",
                                           "\"",
                                           "full",
                                           "partial",
                                           "L",
                                           "6",
                                           "6mm",
                                           "mm",
                                           "-1e300",
                                           "2025-01",
                                           "2025",
                                           "unknown",
                                           "contradict",
                                           "*a?",
                                           "\\",
                                           "%",
                                           "ä",
                                           "\xff",
                                           "\xc3",
                                           "\x01",
                                           "''",
                                           "null",
                                           "not_gradable",
                                           ";--",
                                           "0x10",
                                           ".",
                                           "exam.",
                                           ".class",
                                           "1.2.840",
                                           "no_cortex",
                                           "\n",
                                           "finished",
                                           "2025-01-01T1",
                                           "!"};
  std::mt19937_64 random(5);
  int accepted = 0;
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  for (int i = 0; i < 40000; ++i) {
    std::string text;
    for (std::uint64_t n = random() % 12; n > 0; --n)
      text += pieces[random() % pieces.size()] + (random() % 8 == 0 ? "" : " ");
    const auto of = static_cast<Entity>(random() % 4);
    try {
      (void)compileFilter(text, of);
      (void)countMatches(catalogue, of, text);
      ++accepted;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()), "") << text;
    }
  }
  EXPECT_GT(accepted, 500) << "the texts must not all be nonsense";
  for (int i = 0; i < 20000; ++i) { // bytes
    std::string text;
    for (std::uint64_t n = random() % 40; n > 0; --n)
      text += static_cast<char>(random() & 0xff);
    EXPECT_NE(errorOf(text), "") << text;
  }
}

TEST_F(QueryTest, SqlReadsAndNothingElse) {
  fill();
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  const auto run = [&](const std::string& sql) -> std::string {
    std::string out;
    try {
      runSql(catalogue, sql,
             {.columns =
                  [&](const auto& columns) {
                    for (const QueryColumn& column : columns)
                      out += column.name + ";";
                  },
              .row = [&](const std::vector<Cell>& cells) { out += std::to_string(cells.size()) + "."; },
              .stop = {}});
    } catch (const UsageError& error) {
      return error.what();
    }
    return out;
  };
  EXPECT_EQ(run("SELECT name, class AS c FROM exams ORDER BY key;  -- that is all"), "name;c;2.2.2.2.2.");
  EXPECT_EQ(run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n"),
            "i;1.1.1.");
  EXPECT_THAT(run("PRAGMA table_info(exams)"), HasSubstr("6."));
  for (const char* sql :
       {"DELETE FROM exams", "UPDATE exams SET class = 'normal'", "DROP TABLE exams", "CREATE TABLE x(a)",
        "CREATE TEMP TABLE x(a)", "ATTACH '/tmp/x.sqlite' AS x", "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 7", "PRAGMA writable_schema = 1", "PRAGMA query_only = 0", "VACUUM INTO '/tmp/x.sqlite'",
        "BEGIN", "REINDEX", "DETACH main", "INSERT INTO exams(key) VALUES('x') RETURNING key", "SAVEPOINT a", "ANALYZE",
        "SELECT load_extension('/tmp/x.so')"})
    EXPECT_THAT(run(sql), HasSubstr("--sql")) << sql;
  EXPECT_THAT(run("SELECT 1; SELECT 2"), HasSubstr("one statement"));
  EXPECT_THAT(run("SELECT nme FROM exams"), HasSubstr("at character 8: no such column: nme"));
  EXPECT_THAT(run("SELECT ?"), HasSubstr("placeholder"));
  EXPECT_THAT(run("  -- nothing"), HasSubstr("empty"));
  EXPECT_THAT(run(std::string(5000, '(')), HasSubstr("--sql"));
  EXPECT_EQ(exams(""), "12345");
}

TEST_F(QueryTest, StopsWhileSqliteIsAtWork) {
  fill();
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  int asked = 0;
  EXPECT_FALSE(
      runSql(catalogue, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
             {.columns = [](const auto&) {}, .row = [](const auto&) {}, .stop = [&] { return ++asked > 20; }}));
}

TEST_F(QueryTest, ReadsWhileABatchWrites) {
  fill();
  Catalogue writer(folder, Catalogue::Access::readWrite);
  Transaction transaction(writer.database());
  writer.database().run("UPDATE exams SET state = 'done'");
  EXPECT_EQ(exams("state = waiting"), "5") << "what is not committed is not seen, and nobody waits";
  transaction.commit();
  EXPECT_EQ(exams("state = waiting"), "");
}

TEST(Filter, EveryFieldIsAColumnThatIsThere) {
  const test::TemporaryFolder own;
  const fs::path folder = own.path();
  {
    Catalogue catalogue(folder, Catalogue::Access::readWrite);
    for (const Entity of : {Entity::exams, Entity::hips, Entity::images, Entity::inputs}) {
      for (const FieldInfo& info : fieldsOf(of)) {
        EXPECT_EQ(countMatches(catalogue, of, info.name + " is known"), 0) << info.name;
        EXPECT_FALSE(info.values.empty()) << info.name;
      }
      for (const std::string& name : usualColumns(of))
        EXPECT_EQ(countMatches(catalogue, of, name + " is known"), 0) << name;
      EXPECT_TRUE(
          runQuery(catalogue, {.of = of}, {.columns = [](const auto&) {}, .row = [](const auto&) {}, .stop = {}}));
    }
  }
}

} // namespace
} // namespace hipcuff::batch
