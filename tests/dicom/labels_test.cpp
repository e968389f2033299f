// Side, view and part of the body: coded tags first, then text, contradictions stay unknown.
#include "dicom_builder.h"

#include "hipcuff/dicom/reading.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace testdicom;
using hipcuff::BodyRegion;
using hipcuff::Side;
using hipcuff::View;

hipcuff::Cine opened(Image image) {
  const Folder folder;
  image.pixels = ramp(64);
  return hipcuff::openDicom(folder.write(image));
}

void code(Elements& e, const char* value, const char* scheme = "SCT", const char* meaning = "x") {
  e.text(0x00080100, "SH", value);
  e.text(0x00080102, "SH", scheme);
  e.text(0x00080104, "LO", meaning);
}

TEST(Labels, LateralityTags) {
  Image image;
  image.in0020 = [](Elements& e) { e.text(0x00200060, "CS", "L"); };
  auto cine = opened(image);
  EXPECT_EQ(cine.side.value, Side::left);
  EXPECT_EQ(cine.side.origin, "tag (0020,0060)");
  image.in0020 = [](Elements& e) { e.text(0x00200062, "CS", "R"); };
  cine = opened(image);
  EXPECT_EQ(cine.side.value, Side::right);
  EXPECT_EQ(cine.side.origin, "tag (0020,0062)");
  image.in0020 = [](Elements& e) { e.text(0x00200060, "CS", "B"); };
  EXPECT_FALSE(opened(image).side.known());
  EXPECT_FALSE(opened(Image()).side.known());
}

TEST(Labels, AnatomicRegionWithModifier) {
  Image image;
  image.in0008 = [](Elements& e) {
    e.sequence(0x00082218, {[](Elements& item) {
                 code(item, "30547004", "SCT", "Greater trochanter");
                 item.sequence(0x00082220, {[](Elements& modifier) { code(modifier, "7771000"); }});
               }});
  };
  const auto cine = opened(image);
  EXPECT_EQ(cine.bodyRegion.value, BodyRegion::lateralHip);
  EXPECT_EQ(cine.bodyRegion.origin, "tag (0008,2218)");
  EXPECT_EQ(cine.side.value, Side::left);
}

TEST(Labels, ViewCodes) {
  Image image;
  image.in0040 = [](Elements& e) { e.sequence(0x00540220, {[](Elements& item) { code(item, "103340004"); }}); };
  const auto cine = opened(image);
  EXPECT_EQ(cine.view.value, View::shortAxis);
  EXPECT_EQ(cine.view.origin, "tag (0054,0220)");
}

TEST(Labels, TextWhereNoTagSpeaks) {
  Image image;
  image.in0008 = [](Elements& e) { e.text(0x0008103E, "LO", "Left lateral hip long axis"); };
  const auto cine = opened(image);
  EXPECT_EQ(cine.side.value, Side::left);
  EXPECT_NE(cine.side.origin.find("in SeriesDescription"), std::string::npos) << cine.side.origin;
  EXPECT_EQ(cine.view.value, View::longAxis);
  EXPECT_EQ(cine.bodyRegion.value, BodyRegion::lateralHip);
}

TEST(Labels, ContradictionsStayUnknown) {
  Image image;
  image.in0008 = [](Elements& e) { e.text(0x0008103E, "LO", "Right lateral hip"); };
  image.in0020 = [](Elements& e) { e.text(0x00200060, "CS", "L"); };
  const auto cine = opened(image);
  EXPECT_FALSE(cine.side.known());
  ASSERT_FALSE(cine.problems.empty());
  EXPECT_NE(cine.problems.back().find("side is unknown"), std::string::npos);
}

TEST(Labels, BodyPartExamined) {
  Image image;
  image.in0018 = [](Elements& e) { e.text(0x00180015, "CS", "ABDOMEN"); };
  EXPECT_EQ(opened(image).bodyRegion.value, BodyRegion::other);
  image.in0018 = [](Elements& e) { e.text(0x00180015, "CS", "HIP"); };
  EXPECT_FALSE(opened(image).bodyRegion.known()) << "a hip is not yet its lateral side";
}

TEST(Labels, CharacterSetsBecomeUtf8) {
  Image image;
  image.in0008Charset = [](Elements& e) { e.text(0x00080005, "CS", "ISO_IR 100"); };
  image.in0008 = [](Elements& e) {
    e.text(0x0008103E, "LO",
           "H\xFC"
           "fte rechts Trochanter major");
  };
  EXPECT_EQ(opened(image).side.value, Side::right);
  image.in0008Charset = [](Elements& e) { e.text(0x00080005, "CS", "\\ISO 2022 IR 87"); };
  image.in0008 = [](Elements& e) { e.text(0x0008103E, "LO", "Trochanter \x1B$B1&\x1B(B right"); };
  const auto japanese = opened(image);
  EXPECT_EQ(japanese.side.value, Side::right);
  EXPECT_TRUE(std::none_of(japanese.problems.begin(), japanese.problems.end(), [](const auto& problem) {
    return problem.find("character set") != std::string::npos;
  })) << "glibc knows this one by another name";
}

} // namespace
