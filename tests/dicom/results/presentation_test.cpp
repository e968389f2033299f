#include "hipcuff/dicom/results/presentation.h"

#include "hipcuff/core/error.h"
#include "presentation_fixture.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testpresentation::made;
using testpresentation::presentationIn;
using testpresentation::writeImage;

std::string bytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Presentation small() {
  Presentation out;
  out.description = "Small";
  out.layers = {{"LINES", "Lines", {0x56, 0xB4, 0xE9}}, {"WORDS", "", {255, 255, 255}}};
  out.graphics = {{.layer = "LINES", .px = {{-0.5, -0.5}, {319.5, 239.5}}},
                  {.layer = "LINES", .px = {{1, 1}, {5.25, 1}, {5, 7}, {1, 1}}, .dashed = true, .filled = true},
                  {.layer = "WORDS", .shape = GraphicShape::point, .px = {{3, 4}}}};
  out.texts = {{.layer = "WORDS", .text = "two\nlines", .box = TextBox{{10, 20}, {60, 40}}},
               {.layer = "WORDS", .text = "there", .anchor = Point{3, 4}, .anchorShown = true}};
  return out;
}

class PresentationFile : public testing::TestWithParam<std::pair<bool, int>> {
protected:
  testdicom::Folder folder;
  SourceImage source = SourceImage::read(writeImage(folder.path() / "image.dcm", GetParam().first, GetParam().second));
  std::filesystem::path file = folder.path() / "state.dcm";
};

TEST_P(PresentationFile, readsBackEqual) {
  auto written = small();
  if (source.frames > 1) {
    written.graphics[1].frames = {0, 2};
    written.texts[0].frames = {source.frames - 1};
  }
  const auto identity = writePresentation(file, source, written, made());
  const auto read = readPresentation(file);
  EXPECT_EQ(read.presentation, written);
  EXPECT_EQ(read.colour, GetParam().first);
  EXPECT_EQ(read.sopInstanceUid, identity.sopInstanceUid);
  EXPECT_EQ(read.seriesInstanceUid, identity.seriesInstanceUid);
  EXPECT_EQ(read.studyInstanceUid, source.studyInstanceUid);
  EXPECT_EQ(read.date + read.time, "20260131093005");
  EXPECT_THAT(read.images,
              ElementsAre(PresentedImage{source.seriesInstanceUid, source.sopClassUid, source.sopInstanceUid, {}}));
  EXPECT_THAT(read.leftOut, IsEmpty());
}

TEST_P(PresentationFile, aResultReadsBackEqual) {
  const auto written = presentationIn(source);
  ASSERT_GT(written.graphics.size(), 8U);
  writePresentation(file, source, written, made());
  EXPECT_EQ(readPresentation(file).presentation, written);
}

TEST_P(PresentationFile, sameContentSameBytes) {
  const auto written = presentationIn(source);
  writePresentation(file, source, written, made());
  writePresentation(folder.path() / "again.dcm", source, written, made());
  EXPECT_EQ(bytesOf(file), bytesOf(folder.path() / "again.dcm"));
}

TEST_P(PresentationFile, anyChangeIsAnotherObject) {
  const auto first = presentationIdentity(source, small(), made()).sopInstanceUid;
  std::vector<Presentation> others(11, small());
  others[0].graphics[0].px[0].x += 0.25;
  others[1].graphics[0].dashed = true;
  others[2].texts[0].text += ".";
  others[3].texts[1].anchorShown = false;
  others[4].layers[0].rgb[2] = 0;
  others[5].creator = "AB";
  others[6].label = "OTHER";
  others[7].texts[0].box->end.y += 1;
  others[8].graphics.pop_back();
  others[9].graphics[1].filled = false;
  others[10].layers[1].description = "Words";
  for (const auto& other : others)
    EXPECT_NE(presentationIdentity(source, other, made()).sopInstanceUid, first);
}

INSTANTIATE_TEST_SUITE_P(all, PresentationFile,
                         testing::Values(std::pair{false, 1}, std::pair{false, 4}, std::pair{true, 1},
                                         std::pair{true, 4}),
                         [](const auto& p) {
                           return std::string(p.param.first ? "colour" : "grey") +
                                  (p.param.second > 1 ? "Cine" : "Single");
                         });

class Presentations : public testing::Test {
protected:
  testdicom::Folder folder;
  std::filesystem::path file = folder.path() / "state.dcm";

  SourceImage built(const std::function<void(testdicom::Image&)>& change) {
    testdicom::Image image;
    image.rows = 240;
    image.columns = 320;
    image.noPixels = true;
    change(image);
    return SourceImage::read(folder.write(image));
  }
  static std::string value(DcmItem& item, const DcmTagKey& tag) {
    OFString text;
    return item.findAndGetOFStringArray(tag, text).good() ? text : "(absent)";
  }
};

// PS3.3 C.10.5, PIXEL: the upper left corner of the upper left pixel is 0\0, the lower right corner of the last one
// Columns\Rows. Referenced Frame Number: the first frame is 1. C.10.4: the displayed area's first pixel is 1\1.
TEST_F(Presentations, coordinatesCountFromThePixelsCornerAndFramesFromOne) {
  const auto source = SourceImage::read(writeImage(folder.path() / "image.dcm", false, 4));
  auto written = small();
  written.graphics[0].frames = {1, 3};
  writePresentation(file, source, written, made());
  DcmFileFormat loaded;
  ASSERT_TRUE(loaded.loadFile(file.c_str()).good());
  auto& object = *loaded.getDataset();
  DcmItem* annotation = nullptr;
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_GraphicAnnotationSequence, annotation, 0).good());
  DcmItem* item = nullptr;
  ASSERT_TRUE(annotation->findAndGetSequenceItem(DCM_ReferencedImageSequence, item).good());
  EXPECT_EQ(value(*item, DCM_ReferencedFrameNumber), "2\\4");
  ASSERT_TRUE(annotation->findAndGetSequenceItem(DCM_GraphicObjectSequence, item).good());
  EXPECT_EQ(value(*item, DCM_GraphicData), "0\\0\\320\\240");
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_DisplayedAreaSelectionSequence, item).good());
  EXPECT_EQ(value(*item, DCM_DisplayedAreaTopLeftHandCorner), "1\\1");
  EXPECT_EQ(value(*item, DCM_DisplayedAreaBottomRightHandCorner), "320\\240");
}

TEST_F(Presentations, theImagesGreyValuesAreShownAsItSays) {
  const auto source = built([](testdicom::Image& image) {
    image.photometric = "MONOCHROME1";
    image.in0028 = [](testdicom::Elements& e) { e.text(0x00280034, "IS", "2\\3"); };
    image.in0028late = [](testdicom::Elements& e) {
      e.text(0x00281050, "DS", "100\\40");
      e.text(0x00281051, "DS", "60.5\\20");
      e.text(0x00281052, "DS", "-5");
      e.text(0x00281053, "DS", "2");
    };
  });
  writePresentation(file, source, small(), made());
  DcmFileFormat loaded;
  ASSERT_TRUE(loaded.loadFile(file.c_str()).good());
  auto& object = *loaded.getDataset();
  EXPECT_EQ(value(object, DCM_PresentationLUTShape), "INVERSE");
  EXPECT_EQ(value(object, DCM_RescaleIntercept), "-5");
  EXPECT_EQ(value(object, DCM_RescaleType), "US");
  DcmItem* item = nullptr;
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_SoftcopyVOILUTSequence, item).good());
  EXPECT_EQ(value(*item, DCM_WindowCenter), "100");
  EXPECT_EQ(value(*item, DCM_WindowWidth), "60.5");
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_DisplayedAreaSelectionSequence, item).good());
  EXPECT_EQ(value(*item, DCM_PresentationPixelAspectRatio), "2\\3");
}

TEST_F(Presentations, anImagesOwnColourProfileIsKept) {
  const auto source = built([](testdicom::Image& image) {
    image.photometric = "RGB";
    image.samples = 3;
    image.in0028late = [](testdicom::Elements& e) { e.raw(0x00282000, "OB", {1, 2, 3, 4}); };
  });
  writePresentation(file, source, small(), made());
  DcmFileFormat loaded;
  ASSERT_TRUE(loaded.loadFile(file.c_str()).good());
  const Uint8* profile = nullptr;
  unsigned long size = 0;
  ASSERT_TRUE(loaded.getDataset()->findAndGetUint8Array(DCM_ICCProfile, profile, &size).good());
  EXPECT_EQ(std::vector<int>(profile, profile + size), (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(Presentations, namesStayByteForByteUnlessOurOwnTextNeedsMore) {
  const auto source = built([](testdicom::Image& image) {
    image.in0008Charset = [](testdicom::Elements& e) { e.text(0x00080005, "CS", "ISO_IR 100"); };
    image.in0010 = [](testdicom::Elements& e) { e.text(0x00104000, "LT", "x"); };
    image.in0008 = [](testdicom::Elements& e) { e.text(0x00080090, "PN", "M\xFCller^J\xF6rg"); };
  });
  auto written = small();
  written.creator = "A^B";
  writePresentation(file, source, written, made());
  EXPECT_NE(bytesOf(file).find("M\xFCller^J\xF6rg"), std::string::npos);
  EXPECT_EQ(readPresentation(file).presentation.creator, "A B");
  written.creator = "J\xC3\xBCrgen";
  writePresentation(file, source, written, made());
  EXPECT_NE(bytesOf(file).find("M\xC3\xBCller^J\xC3\xB6rg"), std::string::npos);
  EXPECT_EQ(readPresentation(file).presentation.creator, "J\xC3\xBCrgen");
}

TEST_F(Presentations, aCorrectedHeaderIsAnotherObject) {
  const auto born = [&](const char* date) {
    return built([&](testdicom::Image& image) {
      image.in0010 = [&](testdicom::Elements& e) { e.text(0x00100030, "DA", date); };
    });
  };
  EXPECT_NE(presentationIdentity(born("19700101"), small(), made()).sopInstanceUid,
            presentationIdentity(born("19700102"), small(), made()).sopInstanceUid);
}

TEST_F(Presentations, refusesWhatCanNotBeOne) {
  const auto source = SourceImage::read(writeImage(folder.path() / "image.dcm", false, 1));
  std::vector<Presentation> wrong(9, small());
  wrong[0].graphics[0].layer = "ELSEWHERE";
  wrong[1].graphics[0].px[1].x = 320;
  wrong[2].graphics[0].px.pop_back();
  wrong[3].graphics[0].frames = {1};
  wrong[4].texts[0].text = std::string(1025, 'x');
  wrong[5].texts[0].text = "bell\a";
  wrong[6].texts[1].anchor.reset();
  wrong[7].layers[0].name = "lines";
  wrong[8].graphics[0].px = Polyline(maxGraphicPoints + 1, Point{1, 1});
  for (std::size_t i = 0; i < wrong.size(); ++i)
    EXPECT_THROW((void)writePresentation(file, source, wrong[i], made()), std::invalid_argument) << i;
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Presentations, theLongestLineFits) {
  const auto source = SourceImage::read(writeImage(folder.path() / "image.dcm", false, 1));
  auto written = small();
  written.graphics[0].px.clear();
  for (std::size_t i = 0; i < maxGraphicPoints; ++i)
    written.graphics[0].px.push_back({static_cast<double>(i % 320), static_cast<double>(i % 7)});
  written.texts[0].text = std::string(1024, 'x');
  writePresentation(file, source, written, made());
  EXPECT_EQ(readPresentation(file).presentation, written);
}

/// Ours, changed the way that others write.
TEST_F(Presentations, readsOfOthersWhatCanBeToldInPixels) {
  const auto source = SourceImage::read(writeImage(folder.path() / "image.dcm", false, 1));
  writePresentation(file, source, small(), made());
  DcmFileFormat loaded;
  ASSERT_TRUE(loaded.loadFile(file.c_str()).good());
  auto& object = *loaded.getDataset();
  DcmItem* annotation = nullptr;
  DcmItem* item = nullptr;
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_GraphicAnnotationSequence, annotation, 0).good());
  ASSERT_TRUE(annotation->findAndGetSequenceItem(DCM_GraphicObjectSequence, item, 0).good());
  item->putAndInsertString(DCM_GraphicAnnotationUnits, "DISPLAY");
  const Float32 shares[] = {0, 0, 0.5F, 1};
  item->putAndInsertFloat32Array(DCM_GraphicData, shares, 4);
  ASSERT_TRUE(annotation->findAndGetSequenceItem(DCM_GraphicObjectSequence, item, 1).good());
  item->putAndInsertString(DCM_GraphicType, "HEART");
  ASSERT_TRUE(object.findAndGetSequenceItem(DCM_GraphicLayerSequence, item, 0).good());
  item->findAndDeleteElement(DCM_GraphicLayerRecommendedDisplayCIELabValue);
  const Uint16 red[] = {65535, 0, 257};
  item->putAndInsertUint16Array(DCM_RETIRED_GraphicLayerRecommendedDisplayRGBValue, red, 3);
  ASSERT_TRUE(loaded.saveFile(file.c_str(), EXS_LittleEndianImplicit).good());

  auto read = readPresentation(file);
  EXPECT_EQ(read.presentation.graphics.front().px, (Polyline{{-0.5, -0.5}, {159.5, 239.5}}));
  EXPECT_EQ(read.presentation.graphics.size(), 2U);
  EXPECT_EQ(read.presentation.layers.front().rgb, (std::array<std::uint8_t, 3>{255, 0, 1}));
  EXPECT_THAT(read.leftOut, ElementsAre("A graphic that is none of the standard's"));

  object.putAndInsertString(DCM_ImageHorizontalFlip, "Y");
  ASSERT_TRUE(loaded.saveFile(file.c_str(), EXS_LittleEndianExplicit).good());
  read = readPresentation(file);
  EXPECT_EQ(read.presentation.graphics.size(), 1U);
  EXPECT_EQ(read.leftOut.size(), 3U);
}

TEST_F(Presentations, refusesOtherObjectsAndDamagedFiles) {
  EXPECT_THROW((void)readPresentation(writeImage(folder.path() / "image.dcm", false, 1)), InputError);
  const auto source = SourceImage::read(folder.path() / "image.dcm");
  writePresentation(file, source, small(), made());
  auto bytes = bytesOf(file);
  for (std::size_t at = 200; at < bytes.size(); at += 37) {
    std::ofstream(file, std::ios::binary) << bytes.substr(0, at);
    try {
      (void)readPresentation(file);
    } catch (const InputError&) {
    }
  }
}

} // namespace
} // namespace hipcuff::dicom
