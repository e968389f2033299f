// Every broken file has an outcome: pixels, or one clear line. Never a crash, never a hang.
#include "shared_files.h"

#include "hipcuff/dicom/reading.h"

#include <chrono>
#include <gtest/gtest.h>
#include <iostream>

namespace {

/// "opened", "not for us: ..." or "error: ..."
std::string outcome(const std::filesystem::path& file, bool anyModality) {
  hipcuff::ReadOptions options;
  options.anyModality = anyModality;
  try {
    const auto cine = hipcuff::openDicom(file, options);
    for (int f = 0; f < cine.frames; ++f)
      (void)cine.source->frame(f);
    return "opened";
  } catch (const hipcuff::NotForUs& reason) {
    return std::string("not for us: ") + reason.problem();
  } catch (const hipcuff::InputError& error) {
    return std::string("error: ") + error.problem();
  }
}

class Malformed : public testing::TestWithParam<std::string> {};

TEST_P(Malformed, HasAnOutcome) {
  const auto file = conformance::picturesFolder() / GetParam();
  const auto start = std::chrono::steady_clock::now();
  for (const bool any : {false, true}) {
    const auto text = outcome(file, any);
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find('\n'), std::string::npos);
    if (!any) {
      EXPECT_NE(text, "opened") << "none of these is an ultrasound image";
    }
    std::cout << GetParam() << (any ? " (any modality): " : ": ") << text << '\n';
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  (void)hipcuff::looksLikeDicom(file);
  if (hipcuff::isDicomDir(file)) {
    EXPECT_NO_THROW((void)hipcuff::readDicomDir(file));
  }
}

/// Those that still hold a readable picture are read.
TEST(MalformedKnown, WhatCanBeReadIsRead) {
  const auto root = conformance::picturesFolder();
  if (root.empty())
    GTEST_SKIP() << "the shared pictures are not here; set HIPCUFF_SHARED";
  for (const char* name : {"MR_small_padded.dcm", "J2K_pixelrep_mismatch.dcm"})
    EXPECT_EQ(outcome(root / "malformed" / name, true), "opened") << name;
  // Its codestream claims to be four thousand million pixels wide: found by item lengths, refused before memory is
  // taken.
  EXPECT_NE(outcome(root / "malformed/JPEG2000-embedded-sequence-delimiter.dcm", true).find("the codestream"),
            std::string::npos);
  EXPECT_NE(outcome(root / "malformed/MR_truncated.dcm", true).find("cut short"), std::string::npos);
  EXPECT_NE(outcome(root / "malformed/no-pixel-data.dcm", false).find("not for us"), std::string::npos);
  EXPECT_NE(outcome(root / "malformed/DICOMDIR-empty.dcm", false).find("DICOMDIR"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Files, Malformed, testing::ValuesIn(conformance::filesOf("malformed")),
                         [](const auto& given) { return conformance::testName(given.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Malformed);

} // namespace
