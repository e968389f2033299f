// A cohort to run on: simulated exams of this repository, changed as a test likes.
#pragma once

#include "hipcuff/deidentify/cohort.h"
#include "temporary_folder.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace hipcuff::test {

/// Asks to stop after so many steps of the second stage.
class Stopping final : public Progress {
public:
  explicit Stopping(int after)
      : left_(after) {}
  void start(const std::string& what, std::int64_t) override { working_ = what == "De-identifying"; }
  void advance(std::int64_t) override { left_ -= working_ ? 1 : 0; }
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return left_ <= 0; }

private:
  std::atomic<int> left_;
  std::atomic<bool> working_ = false;
};

class CohortTest : public testing::Test {
protected:
  using Change = std::function<void(DcmDataset&)>;

  /// A simulated exam under another name, belonging to somebody.
  std::filesystem::path exam(const std::string& name, const std::string& source = "normal-left-long/image.dcm",
                             const Change& change = {}) {
    const auto path = folder / "in" / name;
    std::filesystem::create_directories(path.parent_path());
    DcmFileFormat file;
    EXPECT_TRUE(file.loadFile((std::filesystem::path(HIPCUFF_SOURCE_DIR "/testdata") / source).c_str()).good());
    auto& data = *file.getDataset();
    data.putAndInsertString(DCM_PatientName, "Featherstone^Wilhelmina");
    data.putAndInsertString(DCM_PatientID, "MRN-4711-0815");
    data.putAndInsertString(DCM_SOPInstanceUID, ("1.2.276.0.1931.2.23." + std::to_string(++count_)).c_str());
    if (change)
      change(data);
    EXPECT_TRUE(file.saveFile(path.c_str(), data.getOriginalXfer()).good());
    return path;
  }

  deidentify::CohortOptions options() const {
    deidentify::CohortOptions out;
    out.inputs = {folder / "in"};
    out.out = folder / "out";
    out.secret = dicom::Secret("0123456789abcdef0123456789abcdef");
    out.secretIsKept = true;
    return out;
  }

  static deidentify::CohortReport run(const deidentify::CohortOptions& options) {
    SilentProgress silent;
    return deidentify::runCohort(options, silent);
  }

  std::filesystem::path quarantine() const { return folder / "out-quarantine"; }

  /// Relative path to content, report.json included.
  static std::map<std::string, std::string> tree(const std::filesystem::path& root) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
      if (entry.is_regular_file())
        out[std::filesystem::relative(entry.path(), root).string()] = bytesOf(entry.path());
    return out;
  }

  std::vector<std::filesystem::path> handedOver() const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "out"))
      if (entry.path().extension() == ".dcm")
        out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
  }

  static unsigned modeOf(const std::filesystem::path& path) {
    struct ::stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  static std::string text(const std::filesystem::path& path, const DcmTagKey& tag) {
    DcmFileFormat file;
    EXPECT_TRUE(file.loadFile(path.c_str()).good()) << path;
    OFString value;
    file.getDataset()->findAndGetOFStringArray(tag, value);
    return value.c_str();
  }

  TemporaryFolder folder;

private:
  int count_ = 0;
};

} // namespace hipcuff::test
