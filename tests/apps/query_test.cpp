// hipcuff query and hipcuff merge, as a user runs them.
#include "batch_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

#include <unistd.h>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Query = Batch;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);)
    parts.push_back(part);
  return parts;
}

TEST_F(Query, AnswersInEveryFormat) {
  const std::string dir = *shared / "whole";
  const Ran table = hipcuff({"query", dir});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(split(table.out, '\n'), SizeIs(exams + 2));
  EXPECT_THAT(table.err, HasSubstr("12 exams"));
  const Ran csv = hipcuff({"query", dir, "--of", "hips", "--format", "csv", "--quiet"});
  EXPECT_THAT(csv.out, StartsWith("exam,study_instance_uid,study_date,side,class,"));
  EXPECT_EQ(csv.err, "");
  const json array = json::parse(hipcuff({"query", dir, "--of", "hips", "-f", "json"}).out);
  ASSERT_GE(array.size(), static_cast<std::size_t>(exams));
  EXPECT_TRUE(array.at(0).at("contradictory").is_boolean());
  const auto lines = split(hipcuff({"query", dir, "--of", "hips", "-f", "ndjson"}).out, '\n');
  ASSERT_EQ(lines.size(), array.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    EXPECT_EQ(json::parse(lines[i]), array[i]);
  EXPECT_EQ(hipcuff({"query", dir, "class = full and class = normal", "-f", "json"}).out, "[]\n");
  EXPECT_EQ(hipcuff({"query", dir, "--count"}).out, "12\n");
  EXPECT_EQ(hipcuff({"query", dir, "--count", "--of", "inputs", "state = failed"}).out, "1\n");
}

TEST_F(Query, FindsSortsAndLimits) {
  const std::string dir = *shared / "whole";
  const json worst = json::parse(hipcuff({"query", dir, "class is known", "--sort", "severity:desc,confidence:desc",
                                          "-f", "json", "--limit", "5", "--columns", "exam,severity,confidence"})
                                     .out);
  ASSERT_EQ(worst.size(), 5u);
  EXPECT_EQ(worst[0].size(), 3u);
  for (std::size_t i = 1; i < worst.size(); ++i)
    EXPECT_GE(worst[i - 1]["severity"], worst[i]["severity"]);
  const json torn = json::parse(hipcuff({"query", dir, "class >= partial", "-f", "json"}).out);
  const json others = json::parse(hipcuff({"query", dir, "not class >= partial", "-f", "json"}).out);
  EXPECT_EQ(torn.size() + others.size(), static_cast<std::size_t>(exams));
  EXPECT_FALSE(torn.empty() || others.empty());
  const json counted = json::parse(
      hipcuff({"query", dir, "--sql", "SELECT count(*) AS n FROM exams WHERE severity >= 3", "-f", "json"}).out);
  EXPECT_EQ(counted[0]["n"], torn.size());
  // The same question, the same answer.
  EXPECT_EQ(hipcuff({"query", dir, "-f", "csv"}).out, hipcuff({"query", dir, "-f", "csv"}).out);
}

TEST_F(Query, PathsLeadToTheInputs) {
  const std::string dir = *shared / "whole";
  const auto ended = split(hipcuff({"query", dir, "class is known", "-f", "paths", "-0"}).out, '\0');
  const auto lines = split(hipcuff({"query", dir, "class is known", "--format", "paths"}).out, '\n');
  EXPECT_EQ(ended, lines);
  ASSERT_GE(lines.size(), static_cast<std::size_t>(exams));
  for (const std::string& path : lines)
    EXPECT_TRUE(fs::exists(path)) << path;
  const auto bySql =
      split(hipcuff({"query", dir, "--sql", "SELECT path FROM images ORDER BY path", "-f", "paths"}).out, '\n');
  EXPECT_FALSE(bySql.empty());
  EXPECT_TRUE(std::is_sorted(bySql.begin(), bySql.end()));
  EXPECT_EQ(hipcuff({"query", dir, "--print0"}).code, 2);
}

TEST_F(Query, MistakesAreToldInOneLine) {
  const std::string dir = *shared / "whole";
  const auto refused = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"query", dir};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = hipcuff(words);
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_THAT(ran.errLines(), SizeIs(1)) << ran.err;
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_THAT(refused({"class >= partil"}),
              HasSubstr("at character 10: 'class' does not know 'partil' (did you mean 'partial'?)"));
  EXPECT_THAT(refused({"--sort", "klass"}), HasSubstr("did you mean 'class'?"));
  EXPECT_THAT(refused({"--columns", "side"}), HasSubstr("hips have: --of hips"));
  EXPECT_THAT(refused({"--sql", "DELETE FROM exams"}), HasSubstr("only reads"));
  EXPECT_THAT(refused({"class = full", "--sql", "SELECT 1"}), HasSubstr("exclude each other"));
  EXPECT_EQ(hipcuff({"query", *shared / "in"}).code, 1);
  EXPECT_EQ(hipcuff({"query", dir, "--count"}).out, "12\n") << "nothing was deleted";
  EXPECT_THAT(hipcuff({"query", "--fields", "--of", "hips"}).out, HasSubstr("tear_depth_mm"));
}

// The catalogue lies on a disk that nobody can write to.
TEST_F(Query, ReadsFromWhereNothingCanBeWritten) {
  const fs::path copy = folder / "copy";
  fs::create_directories(copy);
  fs::copy_file(*shared / "whole/catalogue.sqlite", copy / "catalogue.sqlite");
  // As a batch leaves it that could not fold its log in: reading one that has a log means to write beside it.
  const Ran wal = runProgram({"/usr/bin/python3", "-c",
                              "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode = "
                              "WAL').fetchone())",
                              (copy / "catalogue.sqlite").string()});
  ASSERT_THAT(wal.out, HasSubstr("wal")) << wal.err;
  fs::permissions(copy / "catalogue.sqlite", fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read | fs::perms::group_exec |
                            fs::perms::others_read | fs::perms::others_exec);
  for (fs::path up = copy.parent_path(); up != up.root_path() && ::geteuid() == 0 && up != "/tmp";
       up = up.parent_path())
    fs::permissions(up, fs::perms::others_exec, fs::perm_options::add);
  RunOptions asNobody;
  if (::geteuid() == 0)
    asNobody.before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  const Ran ran = hipcuff({"query", copy.string(), "--count"}, asNobody);
  EXPECT_EQ(ran.out, "12\n") << ran.err;
  EXPECT_THAT(hipcuff({"query", copy.string(), "--sql", "SELECT count(*) AS n FROM exams", "-f", "csv"}, asNobody).out,
              HasSubstr("12"));
  fs::permissions(copy, fs::perms::owner_all);
}

TEST_F(Query, MemoryDoesNotGrowWithTheRows) {
  // Its own Python: SQLite to fill the table, and the memory of what it ran.
  const std::string script = R"(
import resource, shutil, sqlite3, subprocess, sys
source, target, program = sys.argv[1:4]
shutil.copyfile(source, target)
db = sqlite3.connect(target)
db.execute('''WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO exams(key, name, state, class, severity, confidence, error)
SELECT 'more.' || i, 'exam-' || printf('%012x', i), 'done', 'normal', 1, i / 1e5, hex(zeroblob(100)) FROM n''')
db.commit(); db.close()
def peak(words):
    child = subprocess.Popen([program, 'query', target, *words], stdout=subprocess.PIPE)
    rows = sum(1 for _ in child.stdout)
    _, status, usage = __import__('os').wait4(child.pid, 0)
    assert status == 0
    return rows, usage.ru_maxrss
for words in (['--limit', '100'], []):
    for form in ('table', 'csv', 'ndjson'):
        print(form, *peak(['-f', form, '-q', '--columns', 'all', *words]))
)";
  const Ran ran = runProgram({"/usr/bin/python3", "-c", script, *shared / "whole/catalogue.sqlite",
                              folder / "many.sqlite", std::string(HIPCUFF_BIN_DIR) + "/hipcuff"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::istringstream words(ran.out);
  long few = 0;
  std::string form;
  for (long rows = 0, kib = 0; words >> form >> rows >> kib;) {
    if (rows < 1000)
      few = std::max(few, kib);
    else {
      EXPECT_GE(rows, 100000) << form;
      EXPECT_LT(kib, few + 12 * 1024) << form;
    }
  }
  EXPECT_GT(few, 0);
}

TEST_F(Query, MergedShardsAreWhatOneRunMakes) {
  const std::string out = folder / "out";
  for (const char* shard : {"3/3", "1/3"})
    EXPECT_NE(batch(out, {"--shard", shard}).code, 1);
  EXPECT_THAT(hipcuff({"query", out}).err, HasSubstr("hipcuff merge"));
  const Ran early = hipcuff({"merge", out}, fixedTime);
  EXPECT_EQ(early.code, 3);
  EXPECT_THAT(early.err, HasSubstr("shard 2/3: missing"));
  const Ran check = hipcuff({"merge", out, "--check"});
  EXPECT_EQ(check.code, 3);
  EXPECT_EQ(check.out, "2/3\tmissing\t0\n");
  EXPECT_NE(batch(out, {"--shard", "2/3"}).code, 1);
  EXPECT_EQ(hipcuff({"merge", out, "--check", "-q"}).code, 0);
  for (int again = 0; again < 2; ++again) {
    const Ran ran = hipcuff({"merge", out}, fixedTime);
    EXPECT_EQ(ran.code, 0) << ran.err;
    Tree tree = treeOf(out);
    std::erase_if(tree, [](const auto& entry) { return entry.first.starts_with("shards/"); });
    EXPECT_THAT(differences(*whole, tree), IsEmpty());
  }
  EXPECT_EQ(hipcuff({"query", out, "-f", "csv", "--columns", "exam,class,confidence"}).out,
            hipcuff({"query", *shared / "whole", "-f", "csv", "--columns", "exam,class,confidence"}).out);

  const Ran joined = hipcuff({"merge", out, "--out", folder / "all"}, fixedTime);
  EXPECT_EQ(joined.code, 0) << joined.err;
  EXPECT_THAT(differences(*whole, treeOf(folder / "all")), IsEmpty());
  EXPECT_EQ(hipcuff({"merge", out, folder / "all"}).code, 2) << "of several it must be said where to";
  EXPECT_EQ(hipcuff({"merge", *shared / "in"}).code, 1);
}

} // namespace
} // namespace hipcuff::test
