// The look for identity must see each place: one mark at a time in an otherwise clean file.
#include "../dicom_builder.h"
#include "../jpeg_maker.h"
#include "planted.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/identity_check.h"
#include "hipcuff/dicom/reading.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Bytes;
using testdicom::Elements;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

/// Clean: nothing of the planted exam's identity.
Image cleanImage() {
  Image image;
  image.pixels = testdicom::ramp(64);
  image.patientName = "HC-0123456789ABCDEF";
  image.patientId = "HC-0123456789ABCDEF";
  image.studyUid = "2.25.77";
  return image;
}

struct Case {
  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.label; }
  const char* label;
  std::function<void(Image&)> plant;
  std::function<void(Bytes&)> after;
  IdentityKind kind;
};

std::vector<Case> cases() {
  const auto in0008 = [](std::uint32_t tag, const char* vr, std::string value) {
    return [=](Image& image) { image.in0008 = [=](Elements& e) { e.text(tag, vr, value); }; };
  };
  const auto in0020 = [](std::string value) {
    return [=](Image& image) { image.in0020 = [=](Elements& e) { e.text(0x00204000, "LT", value); }; };
  };
  const std::function<void(Bytes&)> no;
  const auto none = [](Image&) {};
  return {
      {"NameInText", in0020("WILHELMINA came"), no, IdentityKind::name},
      {"NameGluedToAnother", in0020("wilhelminafeatherstone"), no, IdentityKind::name},
      {"Physician", in0008(0x0008103E, "LO", "for Quartermain"), no, IdentityKind::name},
      {"BirthDateAsPeopleWriteIt", in0020("born 23.02.1931 in B"), no, IdentityKind::birthDate},
      {"BirthDateInWords", in0020("born 23 Feb 1931"), no, IdentityKind::birthDate},
      {"StudyDate", in0008(0x00080020, "DA", "20190817"), no, IdentityKind::date},
      {"Accession", in0008(0x0008103E, "LO", "see acc998877."), no, IdentityKind::id},
      {"Institution", in0008(0x00081010, "SH", "BROCKENHURST"), no, IdentityKind::institution},
      {"Address", in0020("7  Ratcatcher row"), no, IdentityKind::address},
      {"Device", in0008(0x00081010, "SH", "SN55512345"), no, IdentityKind::device},
      {"Uid", [](Image& image) { image.studyUid = planted::studyUid; }, no, IdentityKind::uid},
      {"UidInText", in0020(std::string("object ") + planted::studyUid), no, IdentityKind::uid},
      {"IdInsideUid", [](Image& image) { image.studyUid = "1.2.826.0.1.0415000081508150815"; }, no, IdentityKind::uid},
      {"Private", [](Image& image) { image.in0008 = [](Elements& e) { e.text(0x00091001, "LO", "Featherstone"); }; },
       no, IdentityKind::name},
      {"UnknownBytes",
       [](Image& image) {
         image.in0008 = [](Elements& e) {
           e.raw(0x00091001, "UN", {'x', 'W', 'i', 'l', 'h', 'e', 'l', 'm', 'i', 'n', 'a', 1});
         };
       },
       no, IdentityKind::name},
      {"Deep",
       [](Image& image) {
         image.in0040 = [](Elements& e) {
           e.sequence(0x00400555, {[](Elements& a) {
                        a.sequence(0x0040A730, {[](Elements& b) {
                                     b.sequence(0x0040A043,
                                                {[](Elements& c) { c.text(0x00080104, "LO", "MRN-4711-0815"); }});
                                   }});
                      }});
         };
       },
       no, IdentityKind::id},
      {"Pixels",
       [](Image& image) {
         const std::string text = "Featherstone";
         std::copy(text.begin(), text.end(), image.pixels.begin() + 30);
       },
       no, IdentityKind::name},
      {"Preamble", none, [](Bytes& bytes) { bytes[3] = 'F'; }, IdentityKind::id},
      {"Behind", none,
       [](Bytes& bytes) {
         Elements padding;
         padding.text(0xFFFCFFFC, "OB", "Featherstone");
         bytes.insert(bytes.end(), padding.bytes.begin(), padding.bytes.end());
       },
       IdentityKind::name},
      {"Utf16",
       [](Image& image) {
         Bytes wide;
         for (const char c : std::string("Wilhelmina")) {
           wide.push_back(static_cast<std::uint8_t>(c));
           wide.push_back(0);
         }
         std::copy(wide.begin(), wide.end(), image.pixels.begin() + 11);
       },
       no, IdentityKind::name},
  };
}

class Sees : public testing::TestWithParam<Case> {};

TEST_P(Sees, OneMarkAlone) {
  const Folder folder;
  const auto original = folder.write("original.dcm", planted::everywhere(planted::scripts()[0]));
  const auto identity = identityOf(original, {});
  auto image = cleanImage();
  const auto clean = identityLeftBehind(folder.write("clean.dcm", image.build()), identity);
  // The builder's own two UIDs are the same in both files, as values and as bytes.
  EXPECT_EQ(clean.size(), 4u);
  GetParam().plant(image);
  auto bytes = image.build();
  if (GetParam().after)
    GetParam().after(bytes);
  const auto places = identityLeftBehind(folder.write("planted.dcm", bytes), identity);
  if (std::string(GetParam().label) == "IdInsideUid") { // "4711" alone is no mark of this exam
    EXPECT_EQ(places.size(), clean.size());
    return;
  }
  EXPECT_GT(places.size(), clean.size());
  EXPECT_TRUE(std::any_of(places.begin(), places.end(),
                          [&](const IdentityPlace& place) { return place.kind == GetParam().kind; }));
}

INSTANTIATE_TEST_SUITE_P(Places, Sees, testing::ValuesIn(cases()), [](const auto& one) { return one.param.label; });

TEST(LeftBehind, TermsOfUltrasoundAreNoFind) {
  Image original;
  original.pixels = testdicom::ramp(64);
  original.patientName = "LONG^ANN";
  const Folder folder;
  const auto identity = identityOf(folder.write(original), {});
  auto image = cleanImage();
  image.in0008 = [](Elements& e) {
    e.text(0x0008103E, "LO", "HIP LONG");  // may stand in anyone's file
    e.text(0x00081090, "LO", "Scanner 3"); // "ann" is a part of a word
  };
  const auto places = identityLeftBehind(folder.write("clean.dcm", image.build()), identity);
  EXPECT_THAT(places, testing::Each(testing::Field(&IdentityPlace::kind, IdentityKind::uid)));
  image.in0008 = [](Elements& e) { e.text(0x0008103E, "LO", "hip of Ann"); };
  EXPECT_THAT(identityLeftBehind(folder.write("ann.dcm", image.build()), identity),
              testing::Contains(testing::Field(&IdentityPlace::kind, IdentityKind::name)));
}

TEST(LeftBehind, ShortMarksAreFoundAmongNumbers) {
  Image original;
  original.pixels = testdicom::ramp(64);
  original.patientName = "Meyer^Anna";
  original.patientId = "47112";
  const Folder folder;
  const auto identity = identityOf(folder.write(original), {});
  for (const std::string text : {"\1\2Meyer^Anna\3\4", "\1ID 47112\2\3", "\1\2meyer\3"})
    for (const bool asNumbers : {false, true}) {
      auto image = cleanImage();
      image.in0028late = [&](Elements& e) {
        if (!asNumbers)
          e.text(0x00282000, "OB", text);
        std::vector<unsigned> numbers;
        for (std::size_t i = 0; i + 1 < text.size(); i += 2)
          numbers.push_back(static_cast<unsigned char>(text[i]) | static_cast<unsigned char>(text[i + 1]) << 8);
        if (asNumbers)
          e.us(0x00283006, numbers);
      };
      const auto places = identityLeftBehind(folder.write("planted.dcm", image.build()), identity);
      EXPECT_THAT(places,
                  testing::Contains(testing::Field(&IdentityPlace::where, asNumbers ? "(0028,3006)" : "(0028,2000)")))
          << text;
    }
  auto image = cleanImage(); // "anna" within a word
  image.in0028late = [](Elements& e) { e.text(0x00282000, "OB", "\1Susannah was here \2"); };
  for (const auto& place : identityLeftBehind(folder.write("clean.dcm", image.build()), identity))
    EXPECT_NE(place.where, "(0028,2000)") << place.text;
}

TEST(Codestreams, CommentsAreWipedAndThePictureStays) {
  Bytes rgb(48 * 32 * 3);
  for (std::size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<std::uint8_t>(i * 7);
  testdicom::JpegWish wish;
  wish.columns = 48;
  wish.rows = 32;
  wish.jfif = true;
  auto jpeg = testdicom::makeJpeg(wish, rgb);
  const auto segment = [](std::uint8_t marker, const std::string& text) {
    Bytes out = {0xFF, marker, 0, static_cast<std::uint8_t>(text.size() + 2)};
    out.insert(out.end(), text.begin(), text.end());
    return out;
  };
  for (const auto& extra : {segment(0xFE, "scan of Featherstone"), segment(0xE1, "Exif MRN-4711-0815")})
    jpeg.insert(jpeg.begin() + 2, extra.begin(), extra.end());
  const std::string behind = "Featherstone, W";
  jpeg.insert(jpeg.end(), behind.begin(), behind.end());
  Image image;
  image.syntax = testdicom::jpegBaseline;
  image.columns = 48;
  image.rows = 32;
  image.samples = 3;
  image.photometric = "YBR_FULL";
  image.fragments = {jpeg};
  const Folder folder;
  const auto original = folder.write("original.dcm", planted::everywhere(planted::scripts()[0]));
  const auto identity = identityOf(original, {});
  const auto in = folder.write(image);
  DeidentifyRequest request;
  request.input = in;
  request.output = folder.path() / "out.dcm";
  const auto result = deidentify(request, secret);
  EXPECT_EQ(result.codestreamTexts, 3u);
  EXPECT_GE(identityLeftBehind(in, identity).size(), 3u);
  EXPECT_THAT(identityLeftBehind(request.output, identity), testing::IsEmpty());
  ReadOptions any;
  any.anyModality = true;
  EXPECT_EQ(PixelDecoder(in, any).decode(0).bytes, PixelDecoder(request.output, any).decode(0).bytes);
}

TEST(Hiding, IdentityUnderAnotherVrGoesToo) {
  Image image;
  image.pixels = testdicom::ramp(64);
  image.patientName = "Featherstone^Wilhelmina";
  image.patientId = planted::patientId;
  image.in0008 = [&](Elements& e) {
    e.text(0x00080050, "UN", "MRN-4711-0815");
    e.text(0x00080060 + 8, "CS", "Featherstone"); // no code string
    e.text(0x00080070, "UN", "Featherstone");
    e.text(0x00081010, "OB", "Featherstone");
    if (image.syntax != testdicom::implicitLe) // there it would be a broken sequence, which is refused
      e.text(0x00082112, "UN", "Featherstone");
  };
  image.in0018 = [](Elements& e) {
    e.text(0x00180015, "CS", "FEATHERSTONE");
    e.text(0x00180088, "DS", "Featherstone");
    e.text(0x00181063, "DS", "31021931");
    e.text(0x00185100, "LO", "Featherstone");
  };
  image.in0028late = [](Elements& e) { e.text(0x00280303, "CS", "FEATHERSTONE"); };
  const Folder folder;
  const auto identity = identityOf(folder.write("original.dcm", planted::everywhere(planted::scripts()[0])), {});
  for (const auto* syntax : {testdicom::explicitLe, testdicom::implicitLe, testdicom::explicitBe}) {
    image.syntax = syntax;
    DeidentifyRequest request;
    request.input = folder.write(image);
    request.output = folder.path() / "out.dcm";
    (void)deidentify(request, secret);
    EXPECT_GE(identityLeftBehind(request.input, identity).size(), 6u);
    for (const auto& place : identityLeftBehind(request.output, identity))
      ADD_FAILURE() << syntax << " " << place.where << ": " << place.text;
  }
}

} // namespace
