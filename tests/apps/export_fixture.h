// A cine and a still of two studies, analysed, with their DICOM objects.
#pragma once

#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::test {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;

class Export : public testing::Test {
protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<TemporaryFolder>();
    const fs::path testdata = fs::path(HIPCUFF_SOURCE_DIR) / "testdata";
    fs::create_directories(*shared / "in");
    fs::copy_file(testdata / "undersurface-left-cine/cine.dcm", *shared / "in/cine.dcm");
    fs::copy_file(testdata / "normal-right-long/image.dcm", *shared / "in/still.dcm");
    const Ran ran = hipcuff({"analyze", *shared / "in", "--out", *shared / "out", "--no-overlays", "--dicom", "all"},
                            {.environment = {{"SOURCE_DATE_EPOCH", "1770000000"}}});
    ASSERT_EQ(ran.code, 0) << ran.err;
    said = ran.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  void SetUp() override { fs::copy(*shared / "out", folder / "out", fs::copy_options::recursive); }

  [[nodiscard]] Ran exported(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"export", folder / "out"};
    words.insert(words.end(), more.begin(), more.end());
    return hipcuff(words); // at the present time, not at that of the analysis
  }
  [[nodiscard]] std::map<std::string, std::string> objects(const std::string& kind = {}) const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(folder / "out/dicom"))
      if (entry.path().extension() == ".dcm" &&
          (kind.empty() || entry.path().filename().string().find("-" + kind + "-") != std::string::npos))
        out[entry.path().filename()] = readFile(entry.path());
    return out;
  }
  [[nodiscard]] static std::string uid(const fs::path& object) {
    const Ran ran = runProgram({"dcmdump", "--search", "SOPInstanceUID", object.string()});
    const auto begin = ran.out.find('[');
    return ran.code == 0 && begin != std::string::npos ? ran.out.substr(begin, ran.out.find(']') - begin) : ran.err;
  }

  inline static std::unique_ptr<TemporaryFolder> shared;
  inline static std::string said;
  TemporaryFolder folder;
};

} // namespace hipcuff::test
