// Overlap and distances of shapes whose distances are known.
#include "made_up.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/validation/masks.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <numbers>

namespace hipcuff::validation {
namespace {

using testing::HasSubstr;

GreyImage disc(double x, double y, double radius, int size = 200) {
  GreyImage out(size, size);
  for (int j = 0; j < size; ++j)
    for (int i = 0; i < size; ++i)
      if (std::hypot(i - x, j - y) <= radius)
        out.at(i, j) = 1;
  return out;
}

GreyImage square(int x0, int y0, int side, int size = 100) {
  GreyImage out(size, size);
  for (int j = y0; j < y0 + side; ++j)
    for (int i = x0; i < x0 + side; ++i)
      out.at(i, j) = 1;
  return out;
}

StructureOverlap tendonOf(const GreyImage& a, const GreyImage& b, Spacing mm = {1, 1}) {
  return compareLabels(a, b, mm).at(0);
}

TEST(Masks, EqualShapesAreZeroApart) {
  const auto o = tendonOf(disc(100, 100, 40), disc(100, 100, 40));
  EXPECT_DOUBLE_EQ(o.dice.value(), 1);
  EXPECT_EQ(o.distance->meanMm, 0);
  EXPECT_EQ(o.distance->hausdorffMm, 0);
  EXPECT_EQ(o.presence, Presence::both);
}

TEST(Masks, ConcentricDiscs) {
  // Borders are 10 px apart everywhere, to the roundness of pixels.
  const auto o = tendonOf(disc(100, 100, 50), disc(100, 100, 40), {0.1, 0.1});
  EXPECT_NEAR(o.distance->meanMm, 1.0, 0.03);
  EXPECT_NEAR(o.distance->hausdorff95Mm, 1.0, 0.06);
  EXPECT_NEAR(o.distance->hausdorffMm, 1.0, 0.08);
  // 2 r^2 / (R^2 + r^2)
  EXPECT_NEAR(o.dice.value(), 2.0 * 1600 / (1600 + 2500), 0.005);
}

TEST(Masks, SquaresShiftedSidewaysByThree) {
  // Two squares of 20 px, each with 76 border pixels. Of the one's: its far side's 20 are 3 px from the other's border;
  // of upper and lower side two are 2 and 1 px away, the others on it; of the near side's inner 18 those in the middle
  // are 3 px from the other's far side, the two next to each corner 1 and 2 px from its upper or lower side.
  const auto o = tendonOf(square(30, 30, 20), square(33, 30, 20));
  EXPECT_NEAR(o.dice.value(), 17.0 / 20, 1e-12);
  EXPECT_NEAR(o.distance->meanMm, (20 * 3 + 2 * (2 + 1) + 14 * 3 + 2 * (1 + 2)) / 76.0, 1e-6);
  EXPECT_NEAR(o.distance->hausdorff95Mm, 3, 1e-6);
  EXPECT_NEAR(o.distance->hausdorffMm, 3, 1e-6);
}

TEST(Masks, SpacingMayDifferAlongAndAcross) {
  const Spacing mm{0.5, 0.2};
  EXPECT_NEAR(tendonOf(square(30, 30, 20), square(33, 30, 20), mm).distance->hausdorffMm, 1.5, 1e-6);
  EXPECT_NEAR(tendonOf(square(30, 30, 20), square(30, 33, 20), mm).distance->hausdorffMm, 0.6, 1e-6);
  // Single pixels: 4 px across and 3 px down.
  const auto o = tendonOf(square(10, 10, 1), square(14, 13, 1), mm);
  EXPECT_NEAR(o.distance->meanMm, std::hypot(4 * 0.5, 3 * 0.2), 1e-6);
  EXPECT_EQ(o.dice.value(), 0);
}

TEST(Masks, TheLargerDirectionCounts) {
  // The reference has a far speck: seen from there everything is far, seen from the program's shape nothing is.
  GreyImage reference = square(10, 10, 10);
  for (int i = 60; i < 80; ++i)
    reference.at(i, 15) = 1;
  const auto there = tendonOf(square(10, 10, 10), reference);
  const auto back = tendonOf(reference, square(10, 10, 10));
  EXPECT_GT(there.distance->hausdorff95Mm, 50);
  EXPECT_DOUBLE_EQ(there.distance->hausdorff95Mm, back.distance->hausdorff95Mm);
  EXPECT_DOUBLE_EQ(there.distance->meanMm, back.distance->meanMm);
}

TEST(Masks, PercentileIsInterpolatedOverEachDirection) {
  // A row of 100 single pixels against one at its end: distances 0, 1, ... 99 one way, 0 the other.
  GreyImage row(120, 9);
  GreyImage dot(120, 9);
  for (int i = 0; i < 100; ++i)
    row.at(10 + i, 4) = 1;
  dot.at(10, 4) = 1;
  const auto o = tendonOf(row, dot);
  EXPECT_NEAR(o.distance->hausdorff95Mm, 0.95 * 99, 1e-4);
  EXPECT_NEAR(o.distance->meanMm, 4950.0 / 101, 1e-4);
}

TEST(Masks, EmptyOnesAreNoNumbers) {
  const GreyImage nothing(100, 100);
  const auto neither = tendonOf(nothing, nothing);
  EXPECT_EQ(neither.presence, Presence::neither);
  EXPECT_FALSE(neither.dice.has_value());
  EXPECT_FALSE(neither.distance.has_value());
  EXPECT_THAT(neither.why, HasSubstr("agree that it is absent"));
  const auto missed = tendonOf(nothing, square(10, 10, 5));
  EXPECT_EQ(missed.presence, Presence::referenceOnly);
  EXPECT_EQ(missed.dice.value(), 0);
  EXPECT_FALSE(missed.distance.has_value());
  const GreyImage full(10, 10, 1);
  EXPECT_FALSE(tendonOf(full, full).distance.has_value()) << "the picture's edge is no border";
  EXPECT_EQ(tendonOf(full, full).dice.value(), 1);
  EXPECT_FALSE(compareLabels(square(1, 1, 5), square(1, 1, 5), std::nullopt).at(0).distance.has_value());
}

TEST(Masks, TendonIsBothLabelsAndDiscontinuityOne) {
  GreyImage a = square(10, 10, 20);
  GreyImage b = a;
  for (int i = 10; i < 20; ++i)
    b.at(i, 12) = 2;
  const auto all = compareLabels(a, b, Spacing{1, 1});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].dice.value(), 1) << "a tear is part of the tendon that a person outlines";
  EXPECT_LT(all[1].dice.value(), 1);
  EXPECT_EQ(all[2].presence, Presence::referenceOnly);
  LabelCoding outline;
  outline.discontinuities = false;
  EXPECT_EQ(compareLabels(a, b, Spacing{1, 1}, outline).size(), 1u);
}

// ---- files

void save(const std::filesystem::path& file, const GreyImage& image) {
  writeFileAtomically(file, encodePng(image));
}

GreyImage times(GreyImage image, int factor) {
  for (std::uint8_t& v : image.data)
    v = static_cast<std::uint8_t>(v * factor);
  return image;
}

TEST(MaskFiles, PngNrrdAndNiftiHoldTheSame) {
  const test::TemporaryFolder folder;
  const GreyImage shape = square(3, 2, 4, 12);
  save(folder.path() / "a.png", shape);
  writeFileAtomically(folder.path() / "rgb.png", encodePng(toRgb(times(shape, 255))));
  std::string nrrd = "NRRD0004\ntype: unsigned char\ndimension: 2\nsizes: 12 12\nencoding: raw\n\n";
  nrrd.append(shape.data.begin(), shape.data.end());
  writeFileAtomically(folder.path() / "a.nrrd", nrrd);
  // NIfTI-1 single file: header of 348 bytes, 4 of extension, voxels at 352.
  std::string nifti(352, '\0');
  const auto put = [&](std::size_t at, auto value) {
    std::copy_n(reinterpret_cast<const char*>(&value), sizeof value, nifti.data() + at);
  };
  put(0, std::int32_t{348});
  for (int d = 0; d < 8; ++d)
    put(40 + 2 * static_cast<std::size_t>(d), static_cast<std::int16_t>(d == 0 ? 3 : d < 3 ? 12 : 1));
  put(70, std::int16_t{2}); // unsigned char
  put(72, std::int16_t{8});
  for (int d = 0; d < 8; ++d)
    put(76 + 4 * static_cast<std::size_t>(d), 1.0F);
  put(108, 352.0F);
  nifti.replace(344, 3, "n+1");
  nifti.append(shape.data.begin(), shape.data.end());
  writeFileAtomically(folder.path() / "a.nii", nifti);
  EXPECT_EQ(readMask(folder.path() / "a.png"), shape);
  EXPECT_EQ(readMask(folder.path() / "rgb.png"), times(shape, 255));
  EXPECT_EQ(readMask(folder.path() / "a.nrrd"), shape);
  EXPECT_EQ(readMask(folder.path() / "a.nii"), shape);
  EXPECT_EQ(sizeOfMask(folder.path() / "a.nii"), (MaskSize{12, 12}));
}

TEST(MaskFiles, WhatCantBeReadIsOneLine) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "bad.png") << "no picture";
  std::ofstream(folder.path() / "bad.nrrd") << "NRRD0004\nnonsense\n\n";
  RgbImage colour(4, 4);
  colour.at(1, 1, 0) = 200;
  writeFileAtomically(folder.path() / "colour.png", encodePng(colour));
  for (const char* name : {"bad.png", "bad.nrrd", "missing.png", "colour.png"}) {
    const std::string problem = errorOf([&] { return readMask(folder.path() / name); });
    EXPECT_THAT(problem, HasSubstr(name));
    EXPECT_EQ(problem.find('\n'), std::string::npos) << problem;
  }
}

TEST(MaskFiles, CodingIsFoundOutOrAskedFor) {
  const test::TemporaryFolder folder;
  const auto at = [&](const char* name) { return folder.path() / name; };
  save(at("one.png"), square(1, 1, 3, 10));
  GreyImage two = square(1, 1, 3, 10);
  two.at(2, 2) = 2;
  save(at("two.png"), two);
  save(at("white.png"), times(square(1, 1, 3, 10), 255));
  save(at("grey.png"), times(square(4, 4, 3, 10), 128));
  EXPECT_TRUE(codingOf({at("one.png"), at("two.png")}, {}).discontinuities);
  EXPECT_FALSE(codingOf({at("one.png")}, {}).discontinuities) << "an outline";
  const LabelCoding white = codingOf({at("white.png")}, {});
  EXPECT_FALSE(white.discontinuities);
  EXPECT_EQ(toLabels(readMask(at("white.png")), white, at("white.png")), square(1, 1, 3, 10));
  EXPECT_THAT(errorOf([&] { return codingOf({at("white.png"), at("grey.png")}, {}); }), HasSubstr("128, 255"));
  const LabelCoding said = codingOf({at("white.png"), at("grey.png")}, {{128, 1}, {255, 2}});
  EXPECT_TRUE(said.tendon && said.discontinuities);
  EXPECT_FALSE(codingOf({}, {{255, 2}}).tendon);
  EXPECT_THAT(errorOf([&] { return toLabels(readMask(at("grey.png")), {}, at("grey.png")); }), HasSubstr("label:128="));
}

TEST(MaskFiles, FolderIsMatchedByUidIdAndNameAndSizesAreChecked) {
  const test::TemporaryFolder folder;
  const auto at = [&](const std::string& name) { return folder.path() / name; };
  std::filesystem::create_directories(at("masks"));
  GreyImage label(30, 20);
  label.at(5, 5) = 1;
  label.at(6, 5) = 2;
  save(at("masks/1.2.1.png"), label);
  save(at("masks/img-2_label.png"), label);
  save(at("masks/3.mask.png"), label);
  save(at("masks/4.png"), GreyImage(31, 20, 1));
  SystemResults system;
  for (const char* n : {"1", "2", "3", "4"})
    system.images.push_back(image("a", n, Side::left, GradeClass::normal));
  const Matched m = match(system, readReference(at("masks")));
  ASSERT_EQ(m.cases.size(), 4u);
  for (const char* id : {"img-1", "img-2", "img-3"})
    EXPECT_TRUE(caseOf(m, id)->masks.has_value()) << id;
  EXPECT_FALSE(caseOf(m, "img-4")->masks.has_value());
  ASSERT_EQ(countOf(m, Leftover::Kind::conflict), 1u);
  EXPECT_THAT(m.leftovers.back().why, HasSubstr("31 x 20 pixels, the picture 30 x 20"));
  EXPECT_EQ(compareMasks(*caseOf(m, "img-1")->masks).at(0).presence, Presence::referenceOnly)
      << "the program outlined nothing";
}

} // namespace
} // namespace hipcuff::validation
