#include "hipcuff/core/error.h"
#include "hipcuff/ingest/open.h"
#include "ingest_test.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zlib.h>

namespace hipcuff {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Pictures : public IngestTest {
protected:
  static std::string problemOf(const std::filesystem::path& path, const OpenOptions& options = {}) {
    try {
      (void)openCine(path, options);
    } catch (const InputError& e) {
      EXPECT_EQ(e.path(), path);
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
      return e.problem();
    }
    return "no error";
  }
  static std::string deflated(const std::string& data) {
    uLongf size = compressBound(data.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()), data.size());
    out.resize(size);
    return out;
  }
};

const std::string bytes = "ElementType = MET_UCHAR\n";

TEST_F(Pictures, BitmapIsReadByContentAndGetsNoMillimetresFromItsPrintResolution) {
  const Cine cine = openCine(write("no-extension", bitmap()));
  EXPECT_EQ(cine.format, "BMP");
  EXPECT_EQ(cine.columns, 2);
  EXPECT_EQ(cine.rows, 2);
  EXPECT_EQ(cine.frames, 1);
  EXPECT_FALSE(cine.imageMmPerPx);
  EXPECT_FALSE(cine.frameTimes);
  const RgbImage picture = cine.source->frame(0);
  EXPECT_EQ(picture.at(0, 0), 10);
  EXPECT_EQ(picture.at(1, 0, 2), 20);
  EXPECT_EQ(picture.at(0, 1), 30);
  EXPECT_THROW((void)cine.source->frame(1), std::out_of_range);
}

TEST_F(Pictures, SideViewAndRegionAreNotTakenFromTheName) {
  const Cine cine = openCine(write("LEFT LATERAL HIP LONG AXIS.bmp", bitmap()));
  EXPECT_FALSE(cine.side.known());
  EXPECT_FALSE(cine.view.known());
  EXPECT_FALSE(cine.bodyRegion.known());
}

TEST_F(Pictures, MetaImageGivesFramesInAnyOrderAndItsSpacing) {
  const Cine cine = openCine(write("a.mha", metaImage(5, bytes + "ElementSpacing = 0.08 0.09 1\n", ramp(5))));
  EXPECT_EQ(cine.frames, 5);
  ASSERT_TRUE(cine.imageMmPerPx);
  EXPECT_DOUBLE_EQ(cine.imageMmPerPx->x, 0.08);
  EXPECT_DOUBLE_EQ(cine.imageMmPerPx->y, 0.09);
  EXPECT_EQ(cine.imageMmOrigin, CalibrationOrigin::imageHeader);
  for (const int f : {4, 0, 3, 3, 1})
    EXPECT_EQ(cine.source->frame(f).at(2, 1, 1), 10 * f + 2);
  EXPECT_EQ(cine.source->clone()->frame(2).at(0, 0), 20);
}

TEST_F(Pictures, CompressedMetaImageIsTheSame) {
  const std::string lines =
      bytes + "CompressedData = True\nCompressedDataSize = " + std::to_string(deflated(ramp(5)).size()) + "\n";
  const Cine cine = openCine(write("a.mha", metaImage(5, lines, deflated(ramp(5)))));
  EXPECT_FALSE(cine.imageMmPerPx) << "a header without spacing";
  for (const int f : {4, 0, 3, 3, 1})
    EXPECT_EQ(cine.source->frame(f).at(2, 1), 10 * f + 2);
}

TEST_F(Pictures, BrokenCompressedMetaImageKeepsItsGoodFrames) {
  std::string data(4 * 3 * 20000, '\0');
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<char>((i * 2654435761U) >> 13);
  const std::string packed = deflated(data);
  const std::string lines = bytes + "CompressedData = True\n";
  const Cine cine = openCine(write("a.mha", metaImage(20000, lines, packed.substr(0, packed.size() / 2))));
  EXPECT_EQ(cine.source->frame(10).at(1, 0), static_cast<unsigned char>(data[121]));
  EXPECT_THROW((void)cine.source->frame(19999), InputError);
}

TEST_F(Pictures, SpacingOfOneOrAbsurdIsNone) {
  EXPECT_FALSE(openCine(write("a.mha", metaImage(1, bytes + "ElementSpacing = 1 1 1\n", ramp(1)))).imageMmPerPx);
  const Cine absurd = openCine(write("b.mha", metaImage(1, bytes + "ElementSpacing = 25 25 1\n", ramp(1))));
  EXPECT_FALSE(absurd.imageMmPerPx);
  EXPECT_THAT(absurd.problems, testing::ElementsAre(HasSubstr("25")));
}

TEST_F(Pictures, SixteenBitIsScaledOverTheWholeFileAndSaysSo) {
  std::string data;
  for (int f = 0; f < 2; ++f)
    for (int i = 0; i < 12; ++i) {
      const int value = f == 0 ? 500 : 1000;
      data += static_cast<char>(value & 0xFF);
      data += static_cast<char>(value >> 8);
    }
  const Cine cine = openCine(write("a.mha", metaImage(2, "ElementType = MET_USHORT\n", data)));
  EXPECT_THAT(cine.problems, SizeIs(1));
  EXPECT_EQ(cine.source->frame(0).at(0, 0), 128);
  EXPECT_EQ(cine.source->frame(1).at(0, 0), 255);
}

TEST_F(Pictures, BigEndianSamplesAreTurned) {
  std::string data;
  for (int i = 0; i < 12; ++i)
    data += std::string("\x01\x00", 2); // 256, unless read the other way round
  data[1] = '\x80';                     // 384: the largest
  std::string file = metaImage(1, "ElementType = MET_USHORT\n", data);
  file.replace(file.find("MSB = False"), 11, "MSB = True ");
  EXPECT_EQ(openCine(write("a.mha", file)).source->frame(0).at(1, 0), 170);
}

TEST_F(Pictures, TruncatedMetaImageHasFewerFramesOrNone) {
  const Cine cine = openCine(write("a.mha", metaImage(5, bytes, ramp(5).substr(0, 40))));
  EXPECT_EQ(cine.frames, 3);
  EXPECT_THAT(cine.problems, testing::Contains(HasSubstr("declares 5 frames, the file holds 3")));
  EXPECT_THAT(problemOf(write("b.mha", metaImage(5, bytes, ramp(5).substr(0, 11)))), HasSubstr("ends before"));
}

TEST_F(Pictures, HugeDeclaredSizeIsRefusedBeforeMemoryIsTaken) {
  std::string file = metaImage(1, bytes, ramp(1));
  file.replace(file.find("4 3 1"), 5, "65535 65535 1");
  EXPECT_THAT(problemOf(write("a.mha", file)), HasSubstr("over the limit"));
}

TEST_F(Pictures, MissingDataFileIsNamed) {
  std::string file = metaImage(1, bytes, "");
  file.replace(file.find("LOCAL"), 5, "gone.raw");
  EXPECT_THAT(problemOf(write("a.mhd", file)), HasSubstr("gone.raw"));
}

TEST_F(Pictures, NrrdInOtherUnitsGivesNoMillimetres) {
  const std::string head = "NRRD0004\ntype: uint8\ndimension: 2\nsizes: 4 3\nencoding: raw\nspacings: 0.1 0.1\n";
  const Cine mm = openCine(write("a.nrrd", head + "units: \"mm\" \"mm\"\n\n" + ramp(1)));
  ASSERT_TRUE(mm.imageMmPerPx);
  EXPECT_DOUBLE_EQ(mm.imageMmPerPx->y, 0.1);
  EXPECT_EQ(mm.source->frame(0).at(3, 2), 3);
  const Cine cm = openCine(write("b.nrrd", head + "units: \"cm\" \"cm\"\n\n" + ramp(1)));
  EXPECT_FALSE(cm.imageMmPerPx);
  EXPECT_THAT(cm.problems, testing::ElementsAre(HasSubstr("'cm'")));
}

TEST_F(Pictures, NrrdScaleNeedsBothAxesInMm) {
  const std::string begin = "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 4 3\nencoding: raw\n";
  const Cine mixed = openCine(write("mixed.nrrd", begin + "units: \"mm\" \"cm\"\nspacings: 0.1 0.01\n\n" + ramp(1)));
  EXPECT_FALSE(mixed.imageMmPerPx);
  EXPECT_THAT(mixed.problems, testing::ElementsAre(HasSubstr("'cm'")));
  const Cine one = openCine(write("one.nrrd", begin + "spacings: nan 0.1\n\n" + ramp(1)));
  EXPECT_FALSE(one.imageMmPerPx) << "1 stands where the header gives nothing";
  EXPECT_THAT(one.problems, testing::ElementsAre(HasSubstr("one axis")));
  const Cine cine = openCine(write("cine.nrrd", "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 3 2\nencoding: raw\n"
                                                "units: \"mm\" \"mm\" \"s\"\nspacings: 0.1 0.2 0.05\n\n" +
                                                    ramp(2)));
  EXPECT_EQ(cine.imageMmPerPx, (Spacing{0.1, 0.2}));
}

TEST_F(Pictures, HeadersThatNamePipesOrDevicesAreRefused) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const std::string nrrd = "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 4 3\nencoding: raw\ndata file: ";
  EXPECT_THAT(problemOf(write("a.nhdr", nrrd + "pipe\n")), HasSubstr("'pipe' is not a regular file"));
  EXPECT_THAT(problemOf(write("b.nhdr", nrrd + "/dev/zero\n")), HasSubstr("not a regular file"));
  EXPECT_THAT(problemOf(write("c.nhdr", nrrd + "gone.raw\n")), HasSubstr("'gone.raw' is missing"));
  const std::string meta = "ObjectType = Image\nNDims = 2\nDimSize = 4 3\n" + bytes;
  EXPECT_THAT(problemOf(write("a.mhd", meta + "BinaryData = False\nElementDataFile = pipe\n")),
              HasSubstr("not a regular file"));
  EXPECT_THAT(problemOf(write("b.mhd", meta + "HeaderSize = -1\nElementDataFile = pipe\n")),
              HasSubstr("not a regular file"));
  EXPECT_THAT(problemOf(write("c.mhd", meta + "ElementDataFile = LIST\npipe\n")), HasSubstr("several files"));
  write("there.raw", ramp(1));
  EXPECT_EQ(openCine(write("d.nhdr", nrrd + "there.raw\n")).source->frame(0).at(3, 2), 3);
}

TEST_F(Pictures, ErrorsCarryNoMemoryAddressesAndLibrariesKeepQuiet) {
  std::string deep = bitmap();
  deep[28] = 16;
  const std::string problem = problemOf(write("deep.bmp", deep));
  EXPECT_THAT(problem, HasSubstr("depths"));
  EXPECT_THAT(problem, testing::Not(HasSubstr("0x")));
  EXPECT_THAT(problemOf(write("negative.mha", "ObjectType = Image\nNDims = 2\nDimSize = -4 3\n" + bytes +
                                                  "ElementDataFile = LOCAL\n" + ramp(1))),
              HasSubstr("make no sense"));
  EXPECT_THAT(problemOf(write("long.nrrd", "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 9000 9000 1000\n"
                                           "encoding: raw\n\n" +
                                               ramp(1))),
              HasSubstr("too large"));
  testing::internal::CaptureStderr();
  (void)problemOf(write("bad.tif", std::string("II*\0\x08\0\0\0\0\0\x08\0\0\0", 14)));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Pictures, BadInputsSayWhatIsWrong) {
  EXPECT_THAT(problemOf(folder_ / "missing.dcm"), HasSubstr("does not exist"));
  EXPECT_THAT(problemOf(write("empty.dcm", "")), HasSubstr("is empty"));
  EXPECT_THAT(problemOf(write("text.png", "hello, world\n")), HasSubstr("a text file"));
  EXPECT_THAT(problemOf(folder_), HasSubstr("folder"));
  EXPECT_THAT(problemOf(write("cut.png", "\x89PNG\r\n\x1A\n")), HasSubstr("PNG"));
  EXPECT_THAT(problemOf(write("cut.jpg", "\xFF\xD8\xFF\xE0")), HasSubstr("JPEG"));
  EXPECT_THAT(problemOf(write("cut.tif", std::string("II*\0\x08\0\0\0", 8))), HasSubstr("TIFF"));
  EXPECT_THAT(problemOf(write("noise", std::string("\x01\x02\x00\xFF", 4))), HasSubstr("not a DICOM object"));
}

TEST_F(Pictures, PersonsWordWinsAndContradictionIsSaid) {
  const auto path = write("a.mha", metaImage(1, bytes + "ElementSpacing = 0.1 0.1 1\n", ramp(1)));
  OpenOptions options;
  options.mmPerPx = Spacing{0.102, 0.102};
  options.side = Side::right;
  options.view = View::shortAxis;
  options.region = BodyRegion::lateralHip;
  const Cine close = openCine(path, options);
  EXPECT_THAT(close.problems, IsEmpty()) << "2 % is no contradiction";
  EXPECT_EQ(close.imageMmOrigin, CalibrationOrigin::user);
  EXPECT_DOUBLE_EQ(close.imageMmPerPx->x, 0.102);
  EXPECT_EQ(close.side.value, Side::right);
  EXPECT_EQ(close.side.origin, "user");
  EXPECT_EQ(close.view.origin, "user");
  EXPECT_EQ(close.bodyRegion.value, BodyRegion::lateralHip);
  options.mmPerPx = Spacing{0.2, 0.2};
  const Cine far = openCine(path, options);
  ASSERT_THAT(far.problems, SizeIs(1));
  EXPECT_THAT(far.problems[0], testing::AllOf(HasSubstr("0.2 x 0.2"), HasSubstr("0.1 x 0.1")));
  EXPECT_DOUBLE_EQ(far.imageMmPerPx->x, 0.2);
  options.mmPerPx = Spacing{0, 0.1};
  EXPECT_THROW((void)openCine(path, options), UsageError);
}

TEST(RealPictures, AllOpenAndShowTheirFirstFrame) {
  if (!std::filesystem::exists(sharedPictures()))
    GTEST_SKIP() << "no shared pictures at " << sharedPictures();
  int count = 0;
  for (const char* folder : {"bone", "musculoskeletal"})
    for (const auto& entry : std::filesystem::directory_iterator(sharedPictures() / folder)) {
      if (!entry.is_regular_file())
        continue;
      SCOPED_TRACE(entry.path());
      const Cine cine = openCine(entry.path());
      const RgbImage picture = cine.source->frame(cine.frames - 1);
      EXPECT_EQ(picture.width, cine.columns);
      EXPECT_EQ(picture.height, cine.rows);
      EXPECT_FALSE(cine.imageMmPerPx);
      ++count;
    }
  EXPECT_GT(count, 90);
}

TEST_F(Pictures, PictureCutOffAnywhereNeverEndsTheProgram) {
  const auto folder = sharedPictures() / "musculoskeletal";
  if (!std::filesystem::exists(folder))
    GTEST_SKIP() << "no shared pictures";
  for (const char* name : {"standard_0.png", "GM_P_1.bmp", "interson-phantom.png"}) {
    const std::string whole = read(folder / name);
    for (const double part : {0.0005, 0.01, 0.5, 0.95}) {
      const auto path = write(
          name, std::string_view(whole).substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size()))));
      SCOPED_TRACE(path.string() + " " + std::to_string(part));
      try {
        (void)openCine(path).source->frame(0);
      } catch (const InputError&) { // either is an answer
      }
    }
  }
}

TEST(RealPictures, BoneCineIsItsSlices) {
  const auto path = sharedPictures() / "bone" / "BoneUltrasound_L14.igs.mha";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no shared pictures";
  const Cine cine = openCine(path);
  EXPECT_EQ(cine.frames, 21);
  EXPECT_EQ(cine.columns, 820);
  EXPECT_EQ(cine.rows, 616);
  EXPECT_NE(cine.source->frame(20), cine.source->frame(0));
}

} // namespace
} // namespace hipcuff
