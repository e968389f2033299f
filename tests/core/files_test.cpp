#include "temporary_folder.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
  [[nodiscard]] int files() const {
    return static_cast<int>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  test::TemporaryFolder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(Files, AppearWhole) {
  const fs::path target = folder_ / "a.json";
  {
    AtomicFile file(target);
    file.write("half");
    EXPECT_FALSE(fs::exists(target));
    file.stream() << " and half";
    file.commit();
  }
  EXPECT_EQ(test::bytesOf(target), "half and half");
  EXPECT_EQ(files(), 1);
}

TEST_F(Files, LeaveNothingAndTheOldOneWithoutCommit) {
  const fs::path target = folder_ / "a.json";
  writeFileAtomically(target, "old");
  {
    AtomicFile file(target);
    file.write("new");
  }
  EXPECT_EQ(test::bytesOf(target), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(Files, ReplaceAnExistingOne) {
  writeFileAtomically(folder_ / "a", "old");
  writeFileAtomically(folder_ / "a", "new");
  EXPECT_EQ(test::bytesOf(folder_ / "a"), "new");
}

TEST_F(Files, NeedTheirFolder) {
  EXPECT_THROW(AtomicFile(folder_ / "missing" / "a"), OutputError);
}

TEST_F(Files, CannotReplaceAFolder) {
  fs::create_directory(folder_ / "a");
  AtomicFile file(folder_ / "a");
  file.write("x");
  EXPECT_THROW(file.commit(), OutputError);
}

// A file size limit makes the kernel refuse the write just as a full disk does (EFBIG instead of ENOSPC).
TEST_F(Files, FullDiskThrowsAndKeepsTheOldFile) {
  const fs::path target = folder_ / "a";
  writeFileAtomically(target, "old");
  ::rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const ::rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(
      {
        try {
          writeFileAtomically(target, std::string(100'000, 'x'));
        } catch (const OutputError& e) {
          EXPECT_EQ(e.path(), target);
          EXPECT_FALSE(e.remedy().empty());
          throw;
        }
      },
      OutputError);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(test::bytesOf(target), "old");
  EXPECT_EQ(files(), 1) << "the temporary file must be gone";
}

TEST_F(Files, WritableFolderIsMadeWithItsParents) {
  requireWritableFolder(folder_ / "a" / "b");
  EXPECT_TRUE(fs::is_directory(folder_ / "a" / "b"));
  EXPECT_TRUE(fs::is_empty(folder_ / "a" / "b"));
}

TEST_F(Files, FolderThatIsAFileIsRefused) {
  writeFileAtomically(folder_ / "a", "x");
  EXPECT_THROW(requireWritableFolder(folder_ / "a"), OutputError);
  EXPECT_THROW(requireWritableFolder(folder_ / "a" / "b"), OutputError);
}

TEST_F(Files, FolderWithoutPermissionIsRefused) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write everywhere";
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(requireWritableFolder(folder_), OutputError);
  fs::permissions(folder_, fs::perms::owner_all);
}

TEST(Errors, AreOneLineWithFileProblemAndRemedy) {
  const InputError error("/data/a.dcm", "is empty", "copy it again");
  EXPECT_STREQ(error.what(), "/data/a.dcm: is empty (copy it again)");
  EXPECT_EQ(error.problem(), "is empty");
  const InputError evil("/data/a\nb\x1B[31m.dcm", "line\nbreak", {});
  EXPECT_EQ(std::string(evil.what()).find('\n'), std::string::npos);
  EXPECT_EQ(std::string(evil.what()).find('\x1B'), std::string::npos);
  EXPECT_STREQ(UsageError("no such option").what(), "no such option");
}

TEST(CriteriaValues, MissingOneIsNamed) {
  Criteria criteria;
  criteria.name = "default";
  criteria.items["a"] = {1.5, "mm", "test"};
  EXPECT_DOUBLE_EQ(criteria.value("a"), 1.5);
  try {
    (void)criteria.value("b");
    FAIL() << "no error";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("'b'"), std::string::npos);
  }
}

} // namespace
} // namespace hipcuff
