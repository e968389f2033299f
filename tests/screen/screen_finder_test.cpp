#include "hipcuff/screen/screen_finder.h"

#include "hipcuff/ingest/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;

fs::path sharedPictures() {
  const char* named = std::getenv("HIPCUFF_SHARED");
  return (named != nullptr ? fs::path(named) : fs::path(HIPCUFF_SOURCE_DIR) / ".." / "shared") / "real-ultrasound";
}

/// HIPCUFF_DRAW_SCREENS=folder: what was found, drawn over the picture, to be looked at.
void draw(const std::string& name, RgbImage picture, const Screen& screen) {
  const char* folder = std::getenv("HIPCUFF_DRAW_SCREENS");
  if (folder == nullptr)
    return;
  const auto put = [&](int x, int y, int r, int g, int b) {
    picture.at(x, y, 0) = static_cast<std::uint8_t>(r);
    picture.at(x, y, 1) = static_cast<std::uint8_t>(g);
    picture.at(x, y, 2) = static_cast<std::uint8_t>(b);
  };
  const auto frame = [&](const PixelBox& box, int r, int g, int b) {
    for (int x = box.x0; x <= box.x1; ++x) {
      put(x, box.y0, r, g, b);
      put(x, box.y1, r, g, b);
    }
    for (int y = box.y0; y <= box.y1; ++y) {
      put(box.x0, y, r, g, b);
      put(box.x1, y, r, g, b);
    }
  };
  for (const Pane& pane : screen.panes) {
    for (int y = 0; y < pane.usable.height; ++y)
      for (int x = 0; x < pane.usable.width; ++x)
        if (pane.usable.at(x, y) == 0)
          put(pane.box.x0 + x, pane.box.y0 + y, std::min(255, picture.at(pane.box.x0 + x, pane.box.y0 + y) / 2 + 110),
              picture.at(pane.box.x0 + x, pane.box.y0 + y, 1) / 2, picture.at(pane.box.x0 + x, pane.box.y0 + y, 2) / 2);
    frame(pane.box, 0, 255, 0);
    if (pane.colourBox)
      frame(*pane.colourBox, 255, 0, 255);
  }
  for (const PixelBox& box : screen.text)
    frame(box, 0, 128, 255);
  fs::create_directories(folder);
  std::string file = name;
  std::replace(file.begin(), file.end(), '/', '_');
  std::ofstream out(fs::path(folder) / (file + ".ppm"), std::ios::binary);
  out << "P6\n" << picture.width << ' ' << picture.height << "\n255\n";
  out.write(reinterpret_cast<const char*>(picture.data.data()), static_cast<std::streamsize>(picture.data.size()));
}

double usableShare(const Pane& pane) {
  double n = 0;
  for (const auto v : pane.usable.data)
    n += v != 0 ? 1 : 0;
  return n / static_cast<double>(pane.usable.data.size());
}

// ---- simulated screens: the truth is known exactly ----

class Simulated {
public:
  Simulated(int w, int h, int background = 0)
      : picture(w, h, static_cast<std::uint8_t>(background)) {
    cine.columns = w;
    cine.rows = h;
    cine.frames = 1;
  }
  /// Speckle; `inside` says where.
  template <typename Inside>
  void tissue(const PixelBox& box, Inside&& inside, double level = 70) {
    std::exponential_distribution<double> power(1.0);
    for (int y = box.y0; y <= box.y1; ++y) {
      double last = 0;
      for (int x = box.x0; x <= box.x1; ++x) {
        last = 0.6 * last + 0.4 * power(random_);
        if (inside(x, y))
          set(x, y, static_cast<int>(std::clamp(level * std::sqrt(last), 1.0, 255.0)));
      }
    }
  }
  void tissue(const PixelBox& box) {
    tissue(box, [](int, int) { return true; });
  }
  void fill(const PixelBox& box, int r, int g, int b) {
    for (int y = box.y0; y <= box.y1; ++y)
      for (int x = box.x0; x <= box.x1; ++x) {
        picture.at(x, y, 0) = static_cast<std::uint8_t>(r);
        picture.at(x, y, 1) = static_cast<std::uint8_t>(g);
        picture.at(x, y, 2) = static_cast<std::uint8_t>(b);
      }
  }
  void set(int x, int y, int v) { fill({x, y, x, y}, v, v, v); }
  /// Block letters "H": two upright strokes and a level one, 2 px wide.
  void letters(int x, int y, int count, int value = 255) {
    for (int i = 0; i < count; ++i, x += 12) {
      fill({x, y, x + 1, y + 11}, value, value, value);
      fill({x + 7, y, x + 8, y + 11}, value, value, value);
      fill({x + 2, y + 5, x + 6, y + 6}, value, value, value);
    }
  }
  [[nodiscard]] Screen read() const { return ScreenFinder().read(cine, {picture}); }

  RgbImage picture;
  Cine cine;

private:
  std::mt19937 random_{1};
};

void expectBox(const PixelBox& found, const PixelBox& expected, int tolerance) {
  EXPECT_NEAR(found.x0, expected.x0, tolerance);
  EXPECT_NEAR(found.y0, expected.y0, tolerance);
  EXPECT_NEAR(found.x1, expected.x1, tolerance);
  EXPECT_NEAR(found.y1, expected.y1, tolerance);
}

TEST(SimulatedScreens, LinearPaneAmongTextAndBars) {
  for (const int background : {0, 48}) {
    Simulated s(1024, 768, background);
    s.fill({0, 0, 1023, 50}, 20, 30, 60);
    s.letters(20, 20, 30, 200);
    s.tissue({200, 90, 800, 650});
    s.letters(20, 100, 10);
    s.letters(20, 120, 8);
    for (int i = 0; i < 100; ++i)
      s.fill({900, 100 + 2 * i, 915, 101 + 2 * i}, 255 - 2 * i, 255 - 2 * i, 255 - 2 * i);
    const Screen screen = s.read();
    ASSERT_EQ(screen.panes.size(), 1U);
    const Pane& pane = screen.panes[0];
    expectBox(pane.box, {200, 90, 800, 650}, 2);
    EXPECT_EQ(pane.probe.kind, ProbeGeometry::Kind::linear);
    EXPECT_GT(usableShare(pane), 0.99);
    EXPECT_FALSE(pane.colourBox);
    EXPECT_FALSE(pane.mmPerPx);
    EXPECT_FALSE(pane.calibrationProblem.empty());
    EXPECT_FALSE(screen.text.empty());
    for (const PixelBox& box : screen.text)
      EXPECT_TRUE(intersection(box, {202, 92, 798, 648}).empty());
  }
}

TEST(SimulatedScreens, TextAndRulerInsideThePaneAreNotUsable) {
  Simulated s(800, 600);
  s.tissue({100, 50, 700, 550});
  s.letters(150, 100, 8);
  s.fill({690, 100, 691, 300}, 230, 230, 230);
  const Screen screen = s.read();
  ASSERT_EQ(screen.panes.size(), 1U);
  const Pane& pane = screen.panes[0];
  for (int y = 100; y <= 111; ++y)
    EXPECT_EQ(pane.usable.at(150 - pane.box.x0, y - pane.box.y0), 0);
  EXPECT_EQ(pane.usable.at(690 - pane.box.x0, 200 - pane.box.y0), 0);
  EXPECT_EQ(pane.usable.at(400 - pane.box.x0, 300 - pane.box.y0), 255);
  EXPECT_GT(usableShare(pane), 0.97);
}

TEST(SimulatedScreens, CortexStaysUsable) {
  Simulated s(800, 600);
  s.tissue({100, 50, 700, 550});
  for (int x = 150; x < 650; ++x) { // a saturated, smooth-sided line
    const double centre = 300 + 0.0008 * (x - 400) * (x - 400);
    for (int y = 280; y < 400; ++y) {
      const double v = 300 * std::exp(-0.5 * std::pow((y - centre) / 2.2, 2));
      if (v > 60)
        s.set(x, y, static_cast<int>(std::min(255.0, v)));
    }
  }
  const Pane pane = s.read().panes.at(0);
  int hidden = 0;
  for (int x = 150; x < 650; ++x)
    hidden += static_cast<int>(
        pane.usable.at(x - pane.box.x0,
                       static_cast<int>(std::lround(300 + 0.0008 * (x - 400) * (x - 400))) - pane.box.y0) == 0);
  EXPECT_LT(hidden, 10);
}

TEST(SimulatedScreens, SectorAndItsApex) {
  Simulated s(800, 600);
  const Point apex{400, -40};
  s.tissue({0, 0, 799, 599}, [&](int x, int y) {
    const double r = std::hypot(x - apex.x, y - apex.y);
    return r > 120 && r < 560 && std::abs(std::atan2(x - apex.x, y - apex.y)) < 0.6;
  });
  const Screen screen = s.read();
  ASSERT_EQ(screen.panes.size(), 1U);
  ASSERT_EQ(screen.panes[0].probe.kind, ProbeGeometry::Kind::sector);
  EXPECT_NEAR(screen.panes[0].probe.apexPx.x, apex.x, 4);
  EXPECT_NEAR(screen.panes[0].probe.apexPx.y, apex.y, 8);
  const Point beam = screen.panes[0].probe.beamAt({400, 300});
  EXPECT_NEAR(beam.x, 0, 0.01);
  EXPECT_EQ(screen.panes[0].usable.at(2, 2), 0) << "a corner outside the sector";
}

TEST(SimulatedScreens, ShadowToTheBottomKeepsTheWholePane) {
  Simulated s(800, 600);
  s.tissue({100, 50, 700, 550}, [](int x, int y) { return y < 200 || x < 250 || x > 620; });
  const Pane pane = s.read().panes.at(0);
  expectBox(pane.box, {100, 50, 700, 550}, 3);
  EXPECT_EQ(pane.usable.at(300, 450), 255) << "shadow is part of the picture";
}

TEST(SimulatedScreens, TwoPanesWithAndWithoutAGap) {
  Simulated apart(900, 600);
  apart.tissue({40, 60, 420, 540});
  apart.tissue({470, 60, 850, 540});
  const Screen two = apart.read();
  ASSERT_EQ(two.panes.size(), 2U);
  expectBox(two.panes[0].box, {40, 60, 420, 540}, 2);
  expectBox(two.panes[1].box, {470, 60, 850, 540}, 2);

  Simulated touching(900, 600);
  touching.tissue({40, 150, 439, 450}, [](int, int) { return true; });
  touching.tissue({440, 150, 839, 450}, [](int, int) { return true; });
  // Real speckle is wider than a pixel; smear along x within each pane only.
  for (int pass = 0; pass < 5; ++pass)
    for (int y = 150; y <= 450; ++y)
      for (int x = 41; x <= 839; ++x)
        if (x != 440)
          touching.set(x, y, (touching.picture.at(x, y) + 3 * touching.picture.at(x - 1, y)) / 4 + 1);
  const Screen seam = touching.read();
  ASSERT_EQ(seam.panes.size(), 2U);
  EXPECT_NEAR(seam.panes[1].box.x0, 440, 4);
}

TEST(SimulatedScreens, PictureOfTissueOnlyIsOnePane) {
  Simulated s(514, 458);
  s.tissue({0, 0, 513, 457});
  const Screen screen = s.read();
  ASSERT_EQ(screen.panes.size(), 1U);
  EXPECT_EQ(screen.panes[0].box, (PixelBox{0, 0, 513, 457}));
  EXPECT_EQ(screen.panes[0].probe.kind, ProbeGeometry::Kind::unknown);
}

TEST(SimulatedScreens, DopplerIsFoundAndATintedMapIsNot) {
  Simulated s(800, 600);
  s.tissue({100, 50, 700, 550});
  Simulated tinted = s;
  for (std::size_t i = 0; i < tinted.picture.data.size(); i += 3) { // sepia
    const int v = tinted.picture.data[i];
    tinted.picture.data[i] = static_cast<std::uint8_t>(std::min(255, v + v / 8));
    tinted.picture.data[i + 2] = static_cast<std::uint8_t>(v * 7 / 10);
  }
  const Screen brown = tinted.read();
  ASSERT_EQ(brown.panes.size(), 1U);
  EXPECT_FALSE(brown.panes[0].colourBox);
  EXPECT_GT(usableShare(brown.panes[0]), 0.98);

  for (Simulated* screen : {&s, &tinted}) {
    screen->fill({300, 200, 380, 240}, 220, 40, 20);
    screen->fill({350, 260, 400, 300}, 30, 40, 230);
    const Screen found = screen->read();
    ASSERT_EQ(found.panes.size(), 1U);
    ASSERT_TRUE(found.panes[0].colourBox);
    expectBox(*found.panes[0].colourBox, {300, 200, 400, 300}, 10);
    EXPECT_EQ(found.panes[0].usable.at(340 - found.panes[0].box.x0, 220 - found.panes[0].box.y0), 0);
  }
}

TEST(SimulatedScreens, EmptyAndTinyPicturesHaveNoPane) {
  EXPECT_TRUE(Simulated(800, 600).read().panes.empty());
  EXPECT_TRUE(Simulated(8, 8).read().panes.empty());
  EXPECT_TRUE(ScreenFinder().read(Cine{}, {}).panes.empty());
}

TEST(DeclaredRegions, GiveTheirScaleAndTheOthersAreNeverPanes) {
  Simulated s(800, 600);
  s.tissue({60, 50, 380, 450});
  s.tissue({420, 50, 740, 450});
  s.tissue({60, 480, 740, 580});
  const auto region = [](RegionKind kind, PixelBox box, std::optional<Spacing> mm) {
    UltrasoundRegion r;
    r.kind = kind;
    r.box = box;
    r.mmPerPx = mm;
    if (mm)
      r.origin = CalibrationOrigin::ultrasoundRegion;
    return r;
  };
  s.cine.regions = {region(RegionKind::bMode, {410, 40, 750, 460}, Spacing{0.2, 0.2}),
                    region(RegionKind::bMode, {50, 40, 390, 460}, std::nullopt),
                    region(RegionKind::spectralDoppler, {60, 480, 740, 580}, Spacing{0.3, 0.3}),
                    region(RegionKind::colourDoppler, {100, 100, 200, 200}, Spacing{0.1, 0.1})};
  s.cine.regions[1].problem = "zero spacing";
  s.cine.imageMmPerPx = Spacing{0.5, 0.5};
  s.cine.imageMmOrigin = CalibrationOrigin::pixelSpacing;
  const Screen screen = s.read();
  ASSERT_EQ(screen.panes.size(), 2U);
  expectBox(screen.panes[0].box, {60, 50, 380, 450}, 2);
  expectBox(screen.panes[1].box, {420, 50, 740, 450}, 2);
  EXPECT_TRUE(screen.panes[0].fromRegion);
  EXPECT_FALSE(screen.panes[0].mmPerPx) << "a refused region does not fall back to another scale";
  EXPECT_EQ(screen.panes[0].calibrationProblem, "zero spacing");
  EXPECT_EQ(screen.panes[0].colourBox, (PixelBox{100, 100, 200, 200}));
  ASSERT_TRUE(screen.panes[1].mmPerPx);
  EXPECT_DOUBLE_EQ(screen.panes[1].mmPerPx->x, 0.2);
  EXPECT_EQ(screen.panes[1].calibrationOrigin, CalibrationOrigin::ultrasoundRegion);
  s.cine.imageMmOrigin = CalibrationOrigin::user;
  EXPECT_TRUE(s.read().panes[0].mmPerPx) << "a person's word holds";
}

TEST(Scale, OfTheWholePictureGoesToItsPanes) {
  Simulated s(800, 600);
  s.tissue({100, 50, 700, 550});
  s.cine.imageMmPerPx = Spacing{0.05392, 0.05392};
  s.cine.imageMmOrigin = CalibrationOrigin::user;
  const Pane pane = s.read().panes.at(0);
  EXPECT_EQ(pane.mmPerPx, s.cine.imageMmPerPx);
  EXPECT_EQ(pane.calibrationOrigin, CalibrationOrigin::user);
  EXPECT_TRUE(pane.calibrationProblem.empty());
}

// ---- real screens: boxes looked at, picture by picture ----

struct Real {
  const char* file;
  std::vector<PixelBox> panes;
  ProbeGeometry::Kind probe;
  bool colour = false;
};
void PrintTo(const Real& r, std::ostream* out) {
  *out << r.file;
}

class RealScreens : public testing::TestWithParam<Real> {};

TEST_P(RealScreens, HaveTheBoxesThatWereSeen) {
  const Real& real = GetParam();
  const fs::path path = sharedPictures() / real.file;
  if (!fs::exists(path))
    GTEST_SKIP() << "no shared pictures at " << path;
  const Cine cine = openCine(path);
  const RgbImage picture = cine.source->frame(0);
  const Screen screen = ScreenFinder().read(cine, {picture});
  draw(real.file, picture, screen);
  ASSERT_EQ(screen.panes.size(), real.panes.size());
  for (std::size_t i = 0; i < real.panes.size(); ++i) {
    SCOPED_TRACE(i);
    expectBox(screen.panes[i].box, real.panes[i], 6);
    EXPECT_EQ(screen.panes[i].probe.kind, real.probe);
    EXPECT_EQ(screen.panes[i].colourBox.has_value(), real.colour);
  }
}

constexpr auto linear = ProbeGeometry::Kind::linear;
constexpr auto sector = ProbeGeometry::Kind::sector;
constexpr auto unknown = ProbeGeometry::Kind::unknown;

INSTANTIATE_TEST_SUITE_P(
    Seen, RealScreens,
    testing::Values(Real{"bone/BoneUltrasound_L14.igs.mha", {{176, 0, 642, 615}}, linear},
                    Real{"bone/UltrasonixLinearScanConvertedData.igs.mha", {{25, 15, 214, 284}}, linear},
                    Real{"bone/ultrabones-1_2_ultrasound.png", {{0, 0, 949, 810}}, unknown},
                    Real{"bone/ultrabones-2_7_ultrasound.png", {{0, 0, 949, 810}}, unknown},
                    Real{"bone/ultrabones-5_9_ultrasound.png", {{0, 0, 949, 810}}, unknown},
                    Real{"bone/ultrabones-7_3_ultrasound.png", {{0, 0, 949, 810}}, unknown},
                    Real{"musculoskeletal/GM_P_1.bmp", {{120, 70, 745, 507}}, unknown},
                    Real{"musculoskeletal/GM_T_1.png", {{237, 43, 996, 687}}, linear},
                    Real{"musculoskeletal/GM_T_13.png", {{237, 43, 996, 687}}, linear},
                    Real{"musculoskeletal/S1_R20_step_025.png", {{0, 0, 513, 457}}, unknown},
                    Real{"musculoskeletal/S3_R20_step_425.png", {{0, 0, 513, 457}}, unknown},
                    Real{"musculoskeletal/clarius.png", {{107, 223, 692, 576}}, linear},
                    Real{"musculoskeletal/clarius_axial-lateral-resolution-2020.png", {{344, 160, 935, 799}}, linear},
                    Real{
                        "musculoskeletal/butterfly_axial-lateral-resolution-2020.png", {{595, 27, 1325, 1068}}, linear},
                    Real{"musculoskeletal/interson-phantom.png", {{443, 54, 1002, 894}}, linear},
                    Real{"musculoskeletal/standard_0.png", {{0, 0, 255, 255}}, unknown},
                    Real{"musculoskeletal/standard_20.png", {{0, 0, 255, 255}}, unknown},
                    Real{"musculoskeletal/standard_24.png", {{0, 0, 255, 255}}, unknown},
                    Real{"musculoskeletal/sonosite-anon-eye1-video.mp4", {{384, 40, 727, 639}}, linear},
                    Real{"dicom/JPGLosslessP14SV1_1s_1f_8b.dcm", {{136, 167, 904, 656}}, sector},
                    Real{"dicom/OBXXXX1A_rle.dcm", {{126, 68, 798, 516}}, sector},
                    Real{"dicom/examples_palette.dcm", {{170, 68, 750, 349}}, sector},
                    Real{"dicom/gdcm-US-ALOKA-16.dcm", {{32, 26, 335, 415}, {336, 26, 639, 415}}, unknown},
                    Real{"dicom/US-RGB-8-epicard", {{87, 58, 551, 411}}, sector, true},
                    Real{"dicom/US1_RLE", {{9, 108, 319, 336}, {320, 108, 631, 336}}, linear, true},
                    Real{"dicom/US1_UNCI.dcm", {{7, 108, 319, 333}, {320, 108, 631, 333}}, linear, true}));

TEST(RealScreens, RulerOfTheBonePicturesIsNotUsable) {
  const fs::path path = sharedPictures() / "bone" / "ultrabones-3_7_ultrasound.png";
  if (!fs::exists(path))
    GTEST_SKIP() << "no shared pictures";
  const Cine cine = openCine(path);
  const Screen screen = ScreenFinder().read(cine, {cine.source->frame(0)});
  ASSERT_EQ(screen.panes.size(), 1U);
  EXPECT_EQ(screen.panes[0].usable.at(938, 400), 0);
  EXPECT_GT(usableShare(screen.panes[0]), 0.995);
}

} // namespace
} // namespace hipcuff
