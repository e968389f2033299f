// What once stayed: ranges of dates, private codes, UIDs that only look published, short and transliterated names.
#include "../dicom_builder.h"
#include "identity_search.h"
#include "latin_letters.h"
#include "values.h"
#include "vocabulary.h"

#include "hipcuff/dicom/deidentify/deidentify.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <gtest/gtest.h>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Bytes;
using testdicom::Elements;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

class Leaks : public testing::Test {
protected:
  Leaks() { image.pixels = testdicom::ramp(64); }
  DcmDataset& run(const Profile& profile = {}) {
    DeidentifyRequest request;
    request.input = folder.write(image);
    request.output = folder.path() / "out.dcm";
    request.profile = profile;
    (void)deidentify(request, secret);
    EXPECT_TRUE(file.loadFile(request.output.c_str()).good());
    left = identityLeftBehind(request.output, identityOf(request.input, profile));
    return *file.getDataset();
  }
  static std::string text(DcmItem& item, const DcmTagKey& tag) {
    OFString value;
    item.findAndGetOFStringArray(tag, value);
    return value.c_str();
  }
  static DcmItem& first(DcmItem& item, const DcmTagKey& tag) {
    DcmItem* entry = nullptr;
    if (item.findAndGetSequenceItem(tag, entry, 0).bad() || !entry)
      throw std::runtime_error("no such item");
    return *entry;
  }
  static unsigned long length(DcmItem& item, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    return item.findAndGetElement(tag, element).good() && element ? element->getLength() : 0;
  }
  Folder folder;
  Image image;
  DcmFileFormat file;
  std::vector<IdentityPlace> left;
};

TEST(DateForms, BehindTheDayStandsATimeAlone) {
  for (const char* range : {"20200115-20200220", "20200115101010-20200331", "20200115.20200220", "2020011520200220",
                            "20200115-", "-20200115", "20200115+9900", "202001152500", "20200115101112.1234567"})
    EXPECT_EQ(shiftDates(range, 1), "") << range;
  EXPECT_EQ(shiftDates("20200115-0500", 1), "20200114-0500");
  EXPECT_EQ(shiftDates("2020011510+0530", 1), "2020011410+0530");
  EXPECT_EQ(daysIn("20200115-20200220").size(), 2u);
  EXPECT_EQ(daysIn("20200115101010-20200331").size(), 2u);
  EXPECT_EQ(daysIn("2020.01.15").size(), 1u);
  for (const char* time : {"10", "1011", "101112", "101112.123456", "10:11:12.5", "", "1011\\1012"})
    EXPECT_TRUE(isTime(time)) << time;
  for (const char* none :
       {"20200213", "2020", "250000", "101112.1234567", "1011-1012", "1011\\20200213", "10111", "-1"})
    EXPECT_EQ(isTime(none), std::string(none) == "2020") << none; // twenty past eight in the evening
}

TEST_F(Leaks, BothEndsOfARangeGo) {
  image.in0008 = [](Elements& e) {
    e.text(0x00080020, "DA", "20200115-20200220");
    e.text(0x00080030, "TM", "20200213");
    e.text(0x00080070, "LO", "of 2020-02-20");
  };
  image.in0020 = [](Elements& e) { e.text(0x00200011, "IS", "20200216"); };
  Profile profile;
  profile.dates = Dates::shift;
  auto& data = run(profile);
  EXPECT_EQ(text(data, DCM_StudyDate), "");
  EXPECT_EQ(text(data, DCM_StudyTime), "");
  EXPECT_EQ(text(data, DCM_SeriesNumber), "");
  EXPECT_EQ(text(data, DCM_Manufacturer), "removed");
}

TEST_F(Leaks, UidsThatOnlyLookPublishedAreMapped) {
  image.studyUid = "1.2.840.10008.1965.0412.4711.222";
  image.in0008 = [](Elements& e) {
    e.sequence(0x00082112, {[](Elements& item) {
                 item.text(0x00081150, "UI", "1.2.276.4711.1965");
                 item.text(0x00081155, "UI", testdicom::usImage); // no instance is called so
               }});
    e.sequence(0x00082218, {[](Elements& code) {
                 code.text(0x00080100, "SH", "29836001");
                 code.text(0x00080102, "SH", "SCT");
                 code.text(0x00080104, "LO", "Hip region");
                 code.text(0x00080117, "UI", "1.2.276.4711.1966");
               }});
  };
  image.in0020 = [](Elements& e) { e.text(0x00200052, "UI", "1.2.840.10008.1.4.1.1"); };
  auto& data = run();
  EXPECT_EQ(text(data, DCM_StudyInstanceUID), secret.uid(image.studyUid));
  auto& source = first(data, DCM_SourceImageSequence);
  EXPECT_EQ(text(source, DCM_ReferencedSOPClassUID), secret.uid("1.2.276.4711.1965"));
  EXPECT_EQ(text(source, DCM_ReferencedSOPInstanceUID), secret.uid(testdicom::usImage));
  EXPECT_NE(text(first(data, DCM_AnatomicRegionSequence), DCM_ContextUID), "1.2.276.4711.1966");
  EXPECT_EQ(text(data, DCM_FrameOfReferenceUID), "1.2.840.10008.1.4.1.1"); // Talairach's brain
  EXPECT_EQ(text(data, DCM_SOPClassUID), testdicom::usImage);
  EXPECT_TRUE(isPublishedUid("1.2.840.10008.6.1.1234"));
  EXPECT_FALSE(isPublishedUid("1.2.840.10008.6.1.1965.412"));
}

TEST_F(Leaks, CodesArePublishedOnesOrGone) {
  struct Code {
    const char *value, *scheme, *meaning, *longValue;
  };
  const auto cleaned = [&](const Code& code) {
    image.in0008 = [&](Elements& e) {
      e.sequence(0x00082218, {[&](Elements& item) {
                   const auto put = [&](std::uint32_t tag, const char* vr, const char* text) {
                     if (text)
                       item.text(tag, vr, text);
                   };
                   put(0x00080100, "SH", code.value);
                   put(0x00080102, "SH", code.scheme);
                   put(0x00080103, "SH", "Zylberst 3");
                   put(0x00080104, "LO", code.meaning);
                   put(0x00080119, "UT", code.longValue);
                 }});
    };
    auto& item = first(run(), DCM_AnatomicRegionSequence);
    EXPECT_FALSE(item.tagExists(DCM_CodingSchemeVersion));
    return text(item, DCM_CodeValue) + "|" + text(item, DCM_CodingSchemeDesignator) + "|" +
           text(item, DCM_CodeMeaning) + "|" + text(item, DcmTagKey(0x0008, 0x0119));
  };
  const std::string gone = "removed|99REMOVED|removed|";
  EXPECT_EQ(cleaned({"ZYLBERSTEIN1", "99ZYLBERST", nullptr, nullptr}), gone);
  EXPECT_EQ(cleaned({nullptr, "99ZYLBERST", "Hip", "Zylberstein, Ute, seen on Monday"}), gone);
  EXPECT_EQ(cleaned({nullptr, "SCT", "Hip", "Zylberstein, Ute, seen on Monday"}), gone);
  EXPECT_EQ(cleaned({"ZYLBERSTEIN1", "DCM", "Hip", nullptr}), gone);
  EXPECT_EQ(cleaned({"29836001", "SCT", "Hip seen by Dr Zylberstein 0171 5551234", nullptr}),
            "29836001|SCT|HIP SEEN BY DR|");
  EXPECT_EQ(cleaned({"29836001", "SCT", "Zylberstein", nullptr}), "29836001|SCT|removed|");
  EXPECT_EQ(cleaned({"29836001", "SCT", "Hip region", nullptr}), "29836001|SCT|Hip region|");
  EXPECT_EQ(cleaned({"US", "DCM", "Ultrasound", nullptr}), "US|DCM|Ultrasound|");
  EXPECT_EQ(cleaned({"mm", "UCUM", "millimeter", nullptr}), "mm|UCUM|millimeter|");
  EXPECT_EQ(cleaned({nullptr, "SCT", "Hip region", "1234567890123456789"}), "|SCT|Hip region|1234567890123456789");
  image.in0008 = [](Elements& e) {
    e.sequence(0x00080110, {[](Elements& item) {
                 item.text(0x00080102, "SH", "99ZYLBERST");
                 item.text(0x0008010C, "UI", "1.2.276.4711.1965");
               }});
  };
  auto& scheme = first(run(), DCM_CodingSchemeIdentificationSequence);
  EXPECT_EQ(text(scheme, DCM_CodingSchemeDesignator), "99REMOVED");
  EXPECT_FALSE(scheme.tagExists(DCM_CodingSchemeUID));
  EXPECT_FALSE(scheme.tagExists(DCM_CodeValue));
}

TEST_F(Leaks, TablesEndWithTheirEntries) {
  const auto words = [](std::size_t count) {
    std::vector<unsigned> out(count);
    for (std::size_t i = 0; i < count; ++i)
      out[i] = static_cast<unsigned>(i * 257);
    return out;
  };
  image.in0028late = [&](Elements& e) {
    e.us(0x00281101, {256, 0, 16});
    e.us(0x00281102, {6, 0, 16});
    e.us(0x00281201, words(300), "OW");
    e.us(0x00281222, {0, 2, 1, 2, 1, 4, 9, 0x454D, 0x4559, 0x5245}, "OW"); // two, four on a line, and MEYER
    e.raw(0x00282000, "OB", Bytes(128, 'M'));
    e.sequence(0x00283010, {[&](Elements& item) {
                              item.us(0x00283002, {16, 0, 8});
                              item.us(0x00283006, words(20), "OW");
                            },
                            [&](Elements& item) { item.us(0x00283006, words(20), "OW"); }});
  };
  auto& data = run();
  EXPECT_EQ(length(data, DCM_RedPaletteColorLookupTableData), 512u);
  EXPECT_EQ(length(data, DCM_SegmentedGreenPaletteColorLookupTableData), 14u);
  EXPECT_FALSE(data.tagExists(DCM_ICCProfile));
  EXPECT_EQ(length(first(data, DCM_VOILUTSequence), DCM_LUTData), 32u);
  DcmItem* second = nullptr;
  ASSERT_TRUE(data.findAndGetSequenceItem(DCM_VOILUTSequence, second, 1).good());
  EXPECT_FALSE(second->tagExists(DCM_LUTData));
}

TEST_F(Leaks, CurvesStayInTheirClassesAlone) {
  image.in0040 = [](Elements& e) {
    e.sequence(0x54000100, {[](Elements& item) {
                 item.us(0x003A0005, {1});
                 item.ul(0x003A0010, 8);
                 item.us(0x54001004, {8});
                 item.raw(0x54001010, "OB", Bytes(8, 'v'));
               }});
  };
  EXPECT_FALSE(run().tagExists(DCM_WaveformSequence));
  image.sopClass = UID_GeneralECGWaveformStorage;
  EXPECT_TRUE(first(run(), DCM_WaveformSequence).tagExists(DCM_WaveformData));
  image.in0040 = [](Elements& e) {
    e.sequence(0x54000100, {[](Elements& item) {
                 item.us(0x003A0005, {1});
                 item.ul(0x003A0010, 4);
                 item.us(0x54001004, {8});
                 item.raw(0x54001010, "OB", Bytes(8, 'v'));
               }});
  };
  EXPECT_FALSE(first(run(), DCM_WaveformSequence).tagExists(DCM_WaveformData));
}

TEST_F(Leaks, ShortNamesAreFoundBesideEachOther) {
  image.patientName = "Li^Wu";
  image.patientId = "77";
  image.in0008 = [](Elements& e) {
    e.text(0x00080070, "LO", "Quali wundt"); // no name
    e.text(0x00081090, "LO", "Wu, Li 77");
  };
  image.in0018 = [](Elements& e) {
    e.text(0x00180015, "CS", "LI WU");
    e.text(0x00181020, "LO", "LiWu");
  };
  auto& data = run();
  EXPECT_EQ(text(data, DCM_Manufacturer), "Quali wundt");
  EXPECT_EQ(text(data, DCM_ManufacturerModelName), "removed");
  EXPECT_EQ(text(data, DCM_BodyPartExamined), "");
  EXPECT_EQ(text(data, DCM_SoftwareVersions), "removed");
  EXPECT_TRUE(left.empty());
}

TEST_F(Leaks, NumbersAreComparedAsNumbers) {
  image.patientId = "47112";
  for (const char* number : {"1\\47112", "047112", "+47112", "47112.0", "-47112"}) {
    image.in0020 = [&](Elements& e) { e.text(0x00200011, "IS", number); };
    EXPECT_EQ(text(run(), DCM_SeriesNumber), "") << number;
  }
  image.in0020 = [](Elements& e) { e.text(0x00200011, "IS", "147112"); };
  EXPECT_EQ(text(run(), DCM_SeriesNumber), "147112");
  image.patientId = "0047";
  image.in0020 = [](Elements& e) { e.text(0x00200011, "IS", "47"); }; // stands everywhere by chance
  EXPECT_EQ(text(run(), DCM_SeriesNumber), "47");
}

TEST_F(Leaks, NamesInOtherLettersAreFound) {
  image.in0008Charset = [](Elements& e) { e.text(0x00080005, "CS", "ISO_IR 192"); };
  const auto model = [&](const std::string& name, const std::string& text) {
    image.patientName = name;
    image.in0008 = [=](Elements& e) { e.text(0x00081090, "LO", text); };
    return Leaks::text(run(), DCM_ManufacturerModelName);
  };
  EXPECT_EQ(model("Müller^Jörg", "Of Mueller"), "removed");
  EXPECT_EQ(model("Müller^Jörg", "Of Muller"), "removed");
  EXPECT_EQ(model("Mueller^Georg", "Of Müller"), "removed");
  EXPECT_EQ(model("Strauß^Łucja", "STRAUSS"), "removed");
  EXPECT_EQ(model("Strauß^Łucja", "Lucja"), "removed");
  EXPECT_EQ(model("Miller^Georg", "Of Müller"), "Of Müller");
  EXPECT_EQ(model("Hofmann^Brunhilde", "H\x1b(Bof\x1b(Bmann"), "removed");
  EXPECT_EQ(inLatinLetters("mu\xcc\x88ller", true), "mueller"); // u and a combining diaeresis
  EXPECT_EQ(inLatinLetters("søren 山田", false), "soren 山田");
  EXPECT_EQ(withoutControls("a\x1b$)Ab\x01"
                            "c\n"),
            "abc\n");
}

TEST_F(Leaks, OpenListsOfTermsKeepTermsAlone) {
  image.in0008 = [](Elements& e) { e.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\ZYLBERSTEIN\\0001"); };
  image.in0018 = [](Elements& e) {
    e.text(0x00180015, "CS", "ZYLBERSTEIN");
    e.text(0x00185010, "LO", "SN55512345");
  };
  auto& data = run();
  EXPECT_EQ(text(data, DCM_ImageType), "ORIGINAL\\PRIMARY\\\\0001");
  EXPECT_EQ(text(data, DCM_BodyPartExamined), "");
  EXPECT_EQ(text(data, DCM_TransducerData), "removed");
  Profile device;
  device.retainDevice = true;
  EXPECT_EQ(text(run(device), DCM_TransducerData), "SN55512345");
  image.in0018 = [](Elements& e) { e.text(0x00180015, "CS", "HIP"); };
  image.in0008 = [](Elements& e) { e.text(0x00080008, "CS", "DERIVED\\SECONDARY\\SMALL PARTS"); };
  auto& kept = run();
  EXPECT_EQ(text(kept, DCM_BodyPartExamined), "HIP");
  EXPECT_EQ(text(kept, DCM_ImageType), "DERIVED\\SECONDARY\\SMALL PARTS");
  EXPECT_EQ(text(kept, DCM_Modality), "US");
}

} // namespace
