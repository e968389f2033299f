// Files that break readers: each has one clear line, at once, and takes no memory first.
#include "dicom_builder.h"

#include "hipcuff/dicom/reading.h"

#include <chrono>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace {

using namespace testdicom;

/// The InputError's or NotForUs's problem; "opened" where there is none.
std::string problemOf(const std::filesystem::path& file) {
  const auto start = std::chrono::steady_clock::now();
  std::string text = "opened";
  try {
    const auto cine = hipcuff::openDicom(file);
    for (int f = 0; f < cine.frames; ++f)
      (void)cine.source->frame(f);
  } catch (const hipcuff::Error& error) {
    text = error.problem();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("DOE"), std::string::npos) << "identity in a message";
    EXPECT_EQ(std::string(error.what()).find("SECRET"), std::string::npos) << "identity in a message";
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << file;
  return text;
}

void expectProblem(const std::filesystem::path& file, const char* words) {
  const auto problem = problemOf(file);
  EXPECT_NE(problem.find(words), std::string::npos) << problem;
}

TEST(BadFiles, MissingEmptyTextFolder) {
  const Folder folder;
  expectProblem(folder.path() / "nowhere.dcm", "no such file");
  expectProblem(folder.write("empty.dcm", {}), "empty");
  const std::string text = "Findings: tendinosis of the gluteus medius.\nNo tear.\n";
  const auto file = folder.write("text.dcm", {text.begin(), text.end()});
  expectProblem(file, "not a DICOM file");
  EXPECT_FALSE(hipcuff::looksLikeDicom(file));
  EXPECT_FALSE(hipcuff::looksLikeDicom(folder.path() / "nowhere.dcm"));
  expectProblem(folder.path(), "not a regular file");
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  expectProblem(pipe, "not a regular file");
}

TEST(BadFiles, OnlyAHeader) {
  const Folder folder;
  Image image;
  image.noPixels = true;
  expectProblem(folder.write(image), "without pixel data");
  auto bytes = image.build();
  bytes.resize(132);
  expectProblem(folder.write("bare.dcm", bytes), "no data set");
}

TEST(BadFiles, NotUltrasound) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64);
  image.sopClass = "1.2.840.10008.5.1.4.1.1.2";
  image.modality = "CT";
  try {
    (void)hipcuff::openDicom(folder.write(image));
    FAIL();
  } catch (const hipcuff::NotForUs& reason) {
    EXPECT_NE(reason.problem().find("CT Image Storage"), std::string::npos);
  }
  image.sopClass = "1.2.840.10008.5.1.4.1.1.7";
  EXPECT_THROW((void)hipcuff::openDicom(folder.write(image)), hipcuff::NotForUs) << "secondary capture of a CT";
  image.modality = "US";
  EXPECT_NO_THROW((void)hipcuff::openDicom(folder.write(image))) << "secondary capture of an ultrasound";
  image.sopClass = "1.2.840.10008.5.1.4.1.1.6";
  EXPECT_NO_THROW((void)hipcuff::openDicom(folder.write(image))) << "retired class";
}

TEST(BadFiles, ZeroFrames) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64);
  for (const char* frames : {"0", "-3"}) {
    image.frames = frames;
    expectProblem(folder.write(image), "frames");
  }
  image.frames = "many";
  EXPECT_EQ(problemOf(folder.write(image)), "opened") << "counted from the pixels, with a word";
}

TEST(BadFiles, SixtyFiveThousandSquare) {
  const Folder folder;
  Image image;
  image.rows = image.columns = 65535;
  image.pixels = ramp(64);
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  expectProblem(folder.write(image), "65535 x 65535");
  image.syntax = jpegBaseline;
  image.fragments = {ramp(64)};
  expectProblem(folder.write(image), "65535 x 65535");
  // Inside the limits, but far more than the file holds.
  image.rows = image.columns = 13000;
  expectProblem(folder.write(image), "promises");
  image.syntax = explicitLe;
  image.fragments.clear();
  expectProblem(folder.write(image), "cut short");
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 50 * 1024) << "memory was taken before the limits were checked";
}

TEST(BadFiles, ManyFramesDeclaredInFewBytes) {
  const Folder folder;
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "2000000000";
  image.pixels = ramp(128);
  const auto cine = hipcuff::openDicom(folder.write(image));
  EXPECT_EQ(cine.frames, 2);
}

TEST(BadFiles, ContradictoryPixelDescription) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64 * 3);
  image.samples = 3;
  expectProblem(folder.write(image), "contradicts itself");
  image.samples = 7;
  expectProblem(folder.write(image), "samples per pixel");
  image.samples = 1;
  image.bitsAllocated = 32;
  expectProblem(folder.write(image), "bits per sample");
}

/// Items within items within items, in the region sequence.
void nest(Elements& e, int depth, bool closed) {
  for (int i = 0; i < depth; ++i) {
    e.head(0x00186011, "SQ", 0xFFFFFFFF);
    e.u16(0xFFFE);
    e.u16(0xE000);
    e.u32(0xFFFFFFFF);
  }
  for (int i = 0; closed && i < depth; ++i) {
    e.u16(0xFFFE);
    e.u16(0xE00D);
    e.u32(0);
    e.u16(0xFFFE);
    e.u16(0xE0DD);
    e.u32(0);
  }
}

class BrokenRegions : public testing::TestWithParam<std::pair<const char*, std::function<void(Elements&)>>> {};

/// The exam opens, without millimetres, and says why.
TEST_P(BrokenRegions, ImageIsSalvaged) {
  for (const char* syntax : {explicitLe, implicitLe, explicitBe}) {
    const Folder folder;
    Image image;
    image.syntax = syntax;
    image.sopClass = usMultiframe;
    image.frames = "2";
    image.pixels = ramp(128);
    image.insteadOfRegions = GetParam().second;
    image.in0028 = [](Elements& e) { e.text(0x00280030, "DS", "0.1\\0.1"); };
    const auto cine = hipcuff::openDicom(folder.write(image));
    EXPECT_EQ(cine.frames, 2);
    EXPECT_TRUE(cine.regions.empty());
    EXPECT_FALSE(cine.imageMmPerPx);
    ASSERT_FALSE(cine.problems.empty());
    EXPECT_NE(cine.problems.back().find("no millimetres"), std::string::npos) << syntax;
    EXPECT_EQ(cine.source->frame(1).at(0, 0), 64);
  }
}

void item(Elements& e, std::uint32_t length) {
  e.u16(0xFFFE);
  e.u16(0xE000);
  e.u32(length);
}

INSTANTIATE_TEST_SUITE_P(All, BrokenRegions,
                         testing::Values(std::pair<const char*, std::function<void(Elements&)>>{"Nested10000",
                                                                                                [](Elements& e) {
                                                                                                  nest(e, 10000, true);
                                                                                                }},
                                         std::pair<const char*, std::function<void(Elements&)>>{
                                             "NestedOpen", [](Elements& e) { nest(e, 10000, false); }},
                                         std::pair<const char*, std::function<void(Elements&)>>{
                                             "NoItems", [](Elements& e) { e.raw(0x00186011, "SQ", ramp(40, 7)); }},
                                         std::pair<const char*, std::function<void(Elements&)>>{"LongerThanTheFile",
                                                                                                [](Elements& e) {
                                                                                                  e.head(0x00186011,
                                                                                                         "SQ",
                                                                                                         0x7FFFFFF0);
                                                                                                  item(e, 10);
                                                                                                  e.us(0x00186012, {1});
                                                                                                }},
                                         std::pair<const char*,
                                                   std::function<void(Elements&)>>{"ItemLongerThanSequence",
                                                                                   [](Elements& e) {
                                                                                     e.head(0x00186011, "SQ", 18);
                                                                                     item(e, 5000);
                                                                                     e.us(0x00186012, {1});
                                                                                   }},
                                         std::pair<const char*, std::function<void(Elements&)>>{"SequenceTooShort",
                                                                                                [](Elements& e) {
                                                                                                  e.head(0x00186011,
                                                                                                         "SQ", 18);
                                                                                                  item(e, 30);
                                                                                                  e.us(0x00186012, {1});
                                                                                                  e.us(0x00186014, {1});
                                                                                                  e.us(0x00186024, {3});
                                                                                                }},
                                         std::pair<const char*, std::function<
                                                                    void(Elements&)>>{"ElementLongerThanItem",
                                                                                      [](Elements& e) {
                                                                                        e.head(0x00186011, "SQ", 18);
                                                                                        item(e, 10);
                                                                                        e.head(0x00186012, "US", 900);
                                                                                        e.u16(1);
                                                                                      }},
                                         // Sound to a walker that doesn't know the tag, refused by DCMTK that does:
                                         // View Code Sequence without items.
                                         std::pair<const char*, std::function<void(Elements&)>>{
                                             "InnerSequenceWithoutItems",
                                             [](Elements& e) {
                                               e.sequence(0x00186011, {[](Elements& i) {
                                                            i.us(0x00186012, {1});
                                                            i.raw(0x00540220, "SQ", ramp(20, 7));
                                                          }});
                                             }},
                                         std::pair<const char*, std::function<void(Elements&)>>{"NeverClosed",
                                                                                                [](Elements& e) {
                                                                                                  e.head(0x00186011,
                                                                                                         "SQ",
                                                                                                         0xFFFFFFFF);
                                                                                                  item(e, 0xFFFFFFFF);
                                                                                                  e.us(0x00186012, {1});
                                                                                                }}),
                         [](const auto& given) { return std::string(given.param.first); });

TEST(Nesting, PrivateSequenceTenThousandDeep) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64);
  image.in0010 = [](Elements& e) {
    for (int i = 0; i < 10000; ++i) {
      e.head(0x00111001, "SQ", 0xFFFFFFFF);
      item(e, 0xFFFFFFFF);
    }
  };
  const auto problem = problemOf(folder.write(image));
  EXPECT_TRUE(problem == "opened" || problem.find("nested") != std::string::npos) << problem;
}

TEST(Fuzz, EveryCutAndEveryFlippedByteHasAnOutcome) {
  const Folder folder;
  Image image;
  image.sopClass = usMultiframe;
  image.frames = "2";
  image.pixels = ramp(128);
  image.regions = {Region{}};
  const auto whole = image.build();
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    (void)problemOf(folder.write("cut.dcm", cut));
  }
  for (std::size_t at = 128; at < whole.size() - 128; ++at)
    for (const int change : {0x01, 0x80, 0xFF}) {
      auto hurt = whole;
      hurt[at] = static_cast<std::uint8_t>(hurt[at] ^ change);
      (void)problemOf(folder.write("hurt.dcm", hurt));
    }
}

TEST(Identity, IsKeptApart) {
  const Folder folder;
  Image image;
  image.pixels = ramp(64);
  image.in0010 = [](Elements& e) { e.text(0x00100030, "DA", "19700101"); };
  const auto cine = hipcuff::openDicom(folder.write(image));
  EXPECT_EQ(cine.identity.patientName, "DOE^JANE");
  EXPECT_EQ(cine.identity.patientId, "SECRET-ID");
  EXPECT_EQ(cine.identity.birthDate, "19700101");
  for (const auto& problem : cine.problems)
    EXPECT_EQ(problem.find("DOE"), std::string::npos);
}

TEST(DicomDir, ListsWhatIsThere) {
  const Folder folder;
  std::filesystem::create_directory(folder.path() / "US");
  folder.write("US/IM1", ramp(10));
  Elements e;
  e.text(0x00020002, "UI", "1.2.840.10008.1.3.10");
  e.text(0x00020010, "UI", explicitLe);
  e.text(0x00041130, "CS", "DISC");
  const auto record = [](const char* id) {
    return [id](Elements& r) {
      r.ul(0x00041400, 0);
      r.us(0x00041410, {0xFFFF});
      r.text(0x00041430, "CS", "IMAGE");
      r.text(0x00041500, "CS", id);
    };
  };
  e.sequence(0x00041220, {record("US\\IM1"), record("US\\GONE"), record("..\\..\\etc\\passwd"), record("US\\IM1")});
  Bytes bytes(128, 0);
  for (const char c : std::string_view("DICM"))
    bytes.push_back(static_cast<std::uint8_t>(c));
  bytes.insert(bytes.end(), e.bytes.begin(), e.bytes.end());
  const auto dir = folder.write("DICOMDIR", bytes);
  EXPECT_TRUE(hipcuff::isDicomDir(dir));
  std::vector<std::filesystem::path> missing;
  const auto files = hipcuff::readDicomDir(dir, &missing);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0], folder.path() / "US" / "IM1");
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].filename(), "GONE");
  EXPECT_THROW((void)hipcuff::openDicom(dir), hipcuff::NotForUs);
  bytes.resize(bytes.size() - 7);
  EXPECT_THROW((void)hipcuff::readDicomDir(folder.write("DICOMDIR", bytes)), hipcuff::InputError);
}

} // namespace
