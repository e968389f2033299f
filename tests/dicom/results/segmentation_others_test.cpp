// Segmentations as other software reads and writes them.
#include "sources.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/segmentation_object.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmseg/segdoc.h"
#include "dcmtk/dcmseg/segment.h"

#include <gtest/gtest.h>

#include <memory>

namespace hipcuff::dicom {
namespace {

using testdicom::Folder;
using testresults::made;
using testresults::output;
using testresults::picture;

class OthersSegmentations : public ::testing::Test {
protected:
  OthersSegmentations()
      : source(SourceImage::read(folder.write(picture(13, 11, 3))))
      , file(folder.path() / "seg.dcm") {
    Segment tendon;
    tendon.label = "Gluteus medius tendon";
    tendon.category = {"123037004", "SCT", "Anatomical Structure"};
    tendon.type = privateCode("A001");
    tendon.algorithm = "HipCuff";
    for (const int frame : {0, 2}) {
      PackedMask mask(source.columns, source.rows);
      for (int i = 0; i < 11; ++i)
        mask.set((i * 5 + frame) % 13, i);
      tendon.masks.push_back({frame, mask, source.sopInstanceUid});
    }
    content.segments = {tendon};
    content.mmPerPx = Spacing{0.1, 0.1};
    (void)writeSegmentation(file, source, content, made());
  }
  /// Whether it is refused, and in which words.
  [[nodiscard]] std::string problem() const {
    try {
      (void)readSegmentation(file);
    } catch (const Error& e) {
      return e.problem();
    }
    return {};
  }
  void modify(const std::string& how) const {
    const auto said = output("dcmodify -nb -imt " + how + " '" + file.string() + "'");
    ASSERT_NE(said.find("status 0"), std::string::npos) << said;
  }

  Folder folder;
  SourceImage source;
  std::filesystem::path file;
  Segmentation content;
};

TEST_F(OthersSegmentations, dcmtksOwnClassLoadsOursWithTheSamePixels) {
  for (const bool withScale : {true, false}) {
    SCOPED_TRACE(withScale ? "with a scale" : "without a scale");
    if (!withScale)
      content.mmPerPx.reset();
    (void)writeSegmentation(file, source, content, made());
    DcmSegmentation* loaded = nullptr;
    const auto status = DcmSegmentation::loadFile(file.c_str(), loaded);
    const std::unique_ptr<DcmSegmentation> owner(loaded);
    ASSERT_TRUE(status.good()) << status.text();
    ASSERT_EQ(loaded->getNumberOfFrames(), 2U);
    ASSERT_EQ(loaded->getNumberOfSegments(), 1U);
    OFString label;
    ASSERT_TRUE(loaded->getSegment(1)->getSegmentLabel(label).good());
    EXPECT_EQ(label, "Gluteus medius tendon");
    for (std::size_t i = 0; i < 2; ++i) {
      const auto* frame = loaded->getFrame(i);
      ASSERT_NE(frame, nullptr);
      const auto& mask = content.segments[0].masks[i].mask;
      ASSERT_EQ(frame->length, mask.bits.size());
      EXPECT_TRUE(std::equal(mask.bits.begin(), mask.bits.end(), frame->pixData));
    }
  }
}

TEST_F(OthersSegmentations, dciodvfyFindsNoErrorWhereFramesAreLeftOut) {
  EXPECT_EQ(testresults::verified(file), "");
}

TEST_F(OthersSegmentations, everyUncompressedTransferSyntaxIsRead) {
  for (const char* syntax : {"+ti", "+tb", "+td"}) {
    SCOPED_TRACE(syntax);
    const auto other = folder.path() / "other.dcm";
    const auto said = output(std::string("dcmconv ") + syntax + " '" + file.string() + "' '" + other.string() + "'");
    ASSERT_NE(said.find("status 0"), std::string::npos) << said;
    EXPECT_TRUE(readSegmentation(other).content.segments.at(0).masks == content.segments[0].masks);
  }
}

TEST_F(OthersSegmentations, fractionalOnesAreRefusedByName) {
  modify("-m SegmentationType=FRACTIONAL");
  EXPECT_NE(problem().find("FRACTIONAL"), std::string::npos) << problem();
}

TEST_F(OthersSegmentations, moreFramesThanPixelsAreRefused) {
  modify("-m NumberOfFrames=2000000000");
  EXPECT_NE(problem().find("describes 2"), std::string::npos) << problem();
  modify("-m NumberOfFrames=2 -m Rows=65535 -m Columns=65535");
  EXPECT_NE(problem().find("too short"), std::string::npos) << problem();
}

TEST_F(OthersSegmentations, aFrameMustSayWhereItLies) {
  modify("-e '(5200,9230)[1].DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber'");
  EXPECT_NE(problem().find("frame 2 doesn't say"), std::string::npos) << problem();
}

TEST_F(OthersSegmentations, aFrameOfNoSegmentIsRefused) {
  modify("-m '(5200,9230)[0].SegmentIdentificationSequence[0].ReferencedSegmentNumber=7'");
  EXPECT_NE(problem().find("belongs to no segment"), std::string::npos) << problem();
}

TEST_F(OthersSegmentations, anImageIsNotForUs) {
  EXPECT_THROW((void)readSegmentation(source.path), NotForUs);
}

TEST_F(OthersSegmentations, aLargeFileIsRefusedBeforeItIsRead) {
  EXPECT_THROW((void)readSegmentation(file, 1000), InputError);
}

} // namespace
} // namespace hipcuff::dicom
