#include "sources.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/segmentation_object.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace hipcuff::dicom {
namespace {

using testdicom::Folder;
using testresults::kinds;
using testresults::made;
using testresults::picture;

constexpr int columnStep = 7;

/// A pattern that no shift of whole bytes or rows leaves as it is.
PackedMask pattern(int columns, int rows, int seed) {
  PackedMask out(columns, rows);
  std::uint32_t state = static_cast<std::uint32_t>(seed) * 2654435761U + 1U;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      state = state * 1664525U + 1013904223U;
      if ((state >> 28) % columnStep < 3)
        out.set(x, y);
    }
  return out;
}

Segment segment(const std::string& label, const Code& type) {
  Segment out;
  out.label = label;
  out.category = {"123037004", "SCT", "Anatomical Structure"};
  out.type = type;
  out.algorithm = "HipCuff";
  out.trackingId = label;
  out.trackingUid = uidFromText(label);
  out.rgb = {0, 158, 115};
  out.side = Side::left;
  return out;
}

/// A tendon on every frame, a person's discontinuity on the last.
Segmentation segmentation(const SourceImage& source) {
  Segmentation out;
  out.segments = {segment("Gluteus medius tendon", privateCode("A001")),
                  segment("Discontinuity 1", privateCode("A002"))};
  for (int frame = 0; frame < source.frames; ++frame)
    out.segments[0].masks.push_back({frame, pattern(source.columns, source.rows, frame), source.sopInstanceUid});
  auto& other = out.segments[1];
  other.maker = SegmentMaker::manual;
  other.algorithm.clear();
  other.side.reset();
  other.rgb.reset();
  other.description = "undersurface";
  other.masks.push_back({source.frames - 1, pattern(source.columns, source.rows, 99), source.sopInstanceUid});
  return out;
}

void expectSame(const Segmentation& a, const Segmentation& b) {
  ASSERT_EQ(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const auto& s = a.segments[i];
    const auto& t = b.segments[i];
    EXPECT_EQ(s.label, t.label);
    EXPECT_EQ(s.description, t.description);
    EXPECT_EQ(s.category, t.category);
    EXPECT_EQ(s.type, t.type);
    EXPECT_EQ(s.type.meaning, t.type.meaning);
    EXPECT_EQ(s.side, t.side);
    EXPECT_EQ(s.maker, t.maker);
    EXPECT_EQ(s.algorithm, t.algorithm);
    EXPECT_EQ(s.trackingId, t.trackingId);
    EXPECT_EQ(s.trackingUid, t.trackingUid);
    EXPECT_EQ(s.rgb, t.rgb);
    EXPECT_TRUE(s.masks == t.masks) << s.label;
  }
  EXPECT_EQ(a.mmPerPx, b.mmPerPx);
  EXPECT_EQ(a.creator, b.creator);
  EXPECT_EQ(a.description, b.description);
}

std::string bytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(PackedMask, packsBitsAcrossRows) {
  GreyImage image(3, 3);
  image.at(0, 0) = 1;
  image.at(2, 2) = 7;
  const auto mask = PackedMask::of(image);
  EXPECT_EQ(mask.bits, (std::vector<std::uint8_t>{1, 1}));
  EXPECT_EQ(mask.count(), 2U);
  EXPECT_TRUE(mask.at(2, 2));
  EXPECT_FALSE(mask.at(1, 2));
  EXPECT_EQ(mask.toMask().at(2, 2), 255);
  EXPECT_EQ(PackedMask::of(mask.toMask()), mask);
}

TEST(Segmentation, everyKindOfImageReadsBackBitForBitAndPassesDciodvfy) {
  for (const auto& [name, image] : kinds()) {
    SCOPED_TRACE(name);
    const Folder folder;
    const auto source = SourceImage::read(folder.write(image));
    const auto written = segmentation(source);
    const auto file = folder.path() / "seg.dcm";
    const auto identity = writeSegmentation(file, source, written, made());
    const auto read = readSegmentation(file);
    expectSame(written, read.content);
    EXPECT_EQ(read.rows, source.rows);
    EXPECT_EQ(read.columns, source.columns);
    EXPECT_EQ(read.object.sopInstanceUid, identity.sopInstanceUid);
    EXPECT_EQ(read.object.studyInstanceUid, source.studyInstanceUid);
    EXPECT_NE(read.object.seriesInstanceUid, source.seriesInstanceUid);
    EXPECT_TRUE(belongsTo(read.object.sopInstanceUid, read.object.date, read.object.time, identity.contentKey));
    EXPECT_EQ(testresults::verified(file), "");
  }
}

TEST(Segmentation, framesOfAnySizeAndNumberAreBitForBit) {
  for (const auto& [columns, rows, frames] : {std::array{1U, 1U, 11U}, std::array{3U, 3U, 3U}, std::array{7U, 5U, 4U},
                                              std::array{8U, 1U, 2U}, std::array{13U, 11U, 17U}}) {
    SCOPED_TRACE(std::to_string(columns) + "x" + std::to_string(rows) + "x" + std::to_string(frames));
    const Folder folder;
    const auto source = SourceImage::read(folder.write(picture(columns, rows, frames)));
    auto written = segmentation(source);
    for (auto& s : written.segments)
      for (auto& m : s.masks)
        m.mask.set(m.frame % source.columns, m.frame % source.rows); // none is empty
    const auto file = folder.path() / "seg.dcm";
    (void)writeSegmentation(file, source, written, made());
    expectSame(written, readSegmentation(file).content);
  }
}

TEST(Segmentation, scaleIsWrittenOnlyWhereThereIsOne) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23)));
  auto written = segmentation(source);
  written.mmPerPx = Spacing{0.125, 0.25};
  const auto file = folder.path() / "seg.dcm";
  (void)writeSegmentation(file, source, written, made());
  expectSame(written, readSegmentation(file).content);
  EXPECT_EQ(testresults::verified(file), "");
  EXPECT_NE(testresults::output("dcmdump +P 0028,0030 '" + file.string() + "'").find("[0.25\\0.125]"),
            std::string::npos);
}

TEST(Segmentation, aPersonsNameInAnyScriptIsKept) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23)));
  auto written = segmentation(source);
  written.creator = "\xE5\xB1\xB1\xE7\x94\xB0";
  const auto file = folder.path() / "seg.dcm";
  (void)writeSegmentation(file, source, written, made());
  EXPECT_EQ(readSegmentation(file).content.creator, written.creator);
  EXPECT_EQ(testresults::verified(file), "");
}

TEST(Segmentation, sameContentSameBytesAndOtherContentAnotherUid) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23, 3)));
  const auto content = segmentation(source);
  const auto first = writeSegmentation(folder.path() / "a.dcm", source, content, made());
  const auto second = writeSegmentation(folder.path() / "b.dcm", source, content, made());
  EXPECT_EQ(first.sopInstanceUid, second.sopInstanceUid);
  EXPECT_EQ(bytesOf(folder.path() / "a.dcm"), bytesOf(folder.path() / "b.dcm"));
  auto pixel = content;
  auto& mask = pixel.segments[0].masks[1].mask;
  for (int x = 0; x < mask.width; ++x)
    mask.set(x, 4);
  auto label = content;
  label.segments[1].label = "Discontinuity 2";
  auto maker = content;
  maker.segments[0].maker = SegmentMaker::semiautomatic;
  auto renamed = picture(31, 23, 3);
  renamed.in0010 = [](testdicom::Elements& e) { e.text(0x00100030, "DA", "19500101"); };
  const auto corrected = SourceImage::read(folder.write("corrected.dcm", renamed.build()));
  for (const auto& other :
       {identifySegmentation(source, pixel, made()), identifySegmentation(source, label, made()),
        identifySegmentation(source, maker, made()), identifySegmentation(corrected, content, made())})
    EXPECT_NE(first.sopInstanceUid, other.sopInstanceUid);
}

TEST(Segmentation, refusesWhatIsNone) {
  const Folder folder;
  const auto source = SourceImage::read(folder.write(picture(31, 23, 3)));
  const auto whole = segmentation(source);
  const auto refused = [&](const std::function<void(Segmentation&)>& change) {
    auto content = whole;
    change(content);
    EXPECT_THROW((void)writeSegmentation(folder.path() / "seg.dcm", source, content, made()), std::invalid_argument);
  };
  refused([](Segmentation& s) { s.segments.clear(); });
  refused([](Segmentation& s) { s.segments[0].masks.clear(); });
  refused([](Segmentation& s) { s.segments[0].masks[1].mask = PackedMask(31, 23); });
  refused([](Segmentation& s) { s.segments[0].masks[1].mask = pattern(23, 31, 1); });
  refused([](Segmentation& s) { std::swap(s.segments[0].masks[0], s.segments[0].masks[1]); });
  refused([](Segmentation& s) { s.segments[0].label = " "; });
  refused([](Segmentation& s) { s.segments[0].type.value.clear(); });
  refused([](Segmentation& s) { s.segments[0].algorithm.clear(); });
  auto beyond = whole;
  beyond.segments[0].masks.back().frame = 3;
  EXPECT_THROW((void)writeSegmentation(folder.path() / "seg.dcm", source, beyond, made()), InputError);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "seg.dcm"));
}

// What other software reads is checked by other software: the script takes the masks out with pydicom and numpy.
TEST(Segmentation, pydicomReadsTheSamePixels) {
  for (const auto& [columns, rows, frames] :
       {std::array{31U, 23U, 5U}, std::array{7U, 5U, 3U}, std::array{32U, 24U, 1U}}) {
    const Folder folder;
    const auto source = SourceImage::read(folder.write(picture(columns, rows, frames)));
    auto written = segmentation(source);
    if (frames > 3)
      written.segments[0].masks.erase(written.segments[0].masks.begin() + 1, written.segments[0].masks.begin() + 3);
    (void)writeSegmentation(folder.path() / "seg.dcm", source, written, made());
    std::ofstream raw(folder.path() / "masks.raw", std::ios::binary);
    for (const auto& s : written.segments)
      for (const auto& m : s.masks) {
        const auto mask = m.mask.toMask();
        raw.write(reinterpret_cast<const char*>(mask.data.data()), static_cast<std::streamsize>(mask.data.size()));
      }
    raw.close();
    const auto said =
        testresults::output("/usr/bin/python3 '" HIPCUFF_SOURCE_DIR "/tests/dicom/results/read_segmentation.py' '" +
                            folder.path().string() + "'");
    EXPECT_NE(said.find("status 0"), std::string::npos) << said;
  }
}

TEST(Segmentation, realAndSimulatedImagesToo) {
  int seen = 0;
  for (const auto& path : testresults::files()) {
    SCOPED_TRACE(path.string());
    SourceImage source;
    try {
      source = SourceImage::read(path);
    } catch (const InputError&) {
      continue; // no UIDs to refer to
    }
    const Folder folder;
    const auto written = segmentation(source);
    const auto file = folder.path() / "seg.dcm";
    (void)writeSegmentation(file, source, written, made());
    expectSame(written, readSegmentation(file).content);
    EXPECT_EQ(testresults::verified(file, testresults::inheritedFrom(source)), "");
    ++seen;
  }
  EXPECT_GE(seen, 10);
}

TEST(Segmentation, textsOfTheStudyStayByteForByte) {
  const std::pair<const char*, const char*> texts[] = {{"ISO_IR 100", "H\xFC"
                                                                      "fte links"},
                                                       {"\\ISO 2022 IR 87", "\x1B$B9T\x1B(B"},
                                                       {"ISO_IR 192", "\xE8\x85\xB0"}};
  for (const auto& [characters, text] : texts) {
    SCOPED_TRACE(characters);
    auto image = picture(31, 23);
    image.in0008Charset = [c = std::string(characters)](testdicom::Elements& e) { e.text(0x00080005, "CS", c); };
    image.in0008 = [t = std::string(text)](testdicom::Elements& e) { e.text(0x00081030, "LO", t); };
    const Folder folder;
    const auto source = SourceImage::read(folder.write(image));
    const auto file = folder.path() / "seg.dcm";
    (void)writeSegmentation(file, source, segmentation(source), made());
    EXPECT_NE(bytesOf(file).find(text), std::string::npos);
    EXPECT_EQ(SourceImage::read(file).characterSet, characters);
    EXPECT_EQ(testresults::verified(file), "");
  }
}

} // namespace
} // namespace hipcuff::dicom
