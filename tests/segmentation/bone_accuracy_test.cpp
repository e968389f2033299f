// The cortex on real pictures, measured. Nothing of the method was chosen by looking at the test specimens.
// HIPCUFF_OVERLAYS=FOLDER writes a picture per image: found ridge magenta, interface cyan, annotation green to red.
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "pictures.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace hipcuff {
namespace {

using testing::sharedPictures;

struct Mark {
  Polyline mm;
  std::string confidence;
};

struct Score {
  int images = 0;
  double markedMm = 0;   // high and medium
  double within05Mm = 0; // of it
  double within10Mm = 0;
  double foundMm = 0; // near no annotation of doubtful confidence only
  double falseMm = 0; // of foundMm, farther than 1 mm from everything marked
  double trustedFalseMm = 0;
  double distanceSum = 0; // both ways, pairs nearer than 2 mm
  double distanceCount = 0;
  double trustSum = 0; // predicted right
  double rightSum = 0; // right

  [[nodiscard]] double symmetricMm() const { return distanceCount > 0 ? distanceSum / distanceCount : 0; }
  void print(const std::string& name) const {
    std::cout << std::fixed << std::setprecision(3) << std::left << std::setw(14) << name << " images " << images
              << "  symmetric mm " << symmetricMm() << "  recall@0.5mm " << within05Mm / markedMm << "  recall@1mm "
              << within10Mm / markedMm << "  marked mm " << markedMm << "  found mm " << foundMm << "  false mm "
              << falseMm << " (of segments trusted > 0.5: " << trustedFalseMm << ")  confidence "
              << trustSum / std::max(1e-9, foundMm) << " against right " << rightSum / std::max(1e-9, foundMm) << '\n';
  }
  void add(const Score& o) {
    images += o.images;
    markedMm += o.markedMm;
    within05Mm += o.within05Mm;
    within10Mm += o.within10Mm;
    foundMm += o.foundMm;
    falseMm += o.falseMm;
    trustedFalseMm += o.trustedFalseMm;
    distanceSum += o.distanceSum;
    distanceCount += o.distanceCount;
    trustSum += o.trustSum;
    rightSum += o.rightSum;
  }
};

constexpr double sampleMm = 0.25;

Score scored(const Cortex& cortex, const std::vector<Mark>& marks) {
  Score score;
  score.images = 1;
  const auto nearest = [](Point p, const std::vector<Polyline>& lines) {
    double best = 1e9;
    for (const Polyline& line : lines)
      best = std::min(best, distance(p, line));
    return best;
  };
  std::vector<Polyline> sure;
  std::vector<Polyline> all;
  for (const Mark& mark : marks) {
    all.push_back(mark.mm);
    if (mark.confidence != "low")
      sure.push_back(mark.mm);
  }
  std::vector<Polyline> found;
  for (const CortexSegment& segment : cortex.segments)
    found.push_back(segment.ridgeMm);
  constexpr double pairMm = 2.0;
  for (const Polyline& line : sure)
    for (const Point p : resampled(line, sampleMm)) {
      const double d = nearest(p, found);
      score.markedMm += sampleMm;
      score.within05Mm += d <= 0.5 ? sampleMm : 0;
      score.within10Mm += d <= 1.0 ? sampleMm : 0;
      if (d < pairMm) {
        score.distanceSum += d;
        score.distanceCount += 1;
      }
    }
  for (const CortexSegment& segment : cortex.segments)
    for (const Point p : resampled(segment.ridgeMm, sampleMm)) {
      const double toSure = nearest(p, sure);
      const double toAny = nearest(p, all);
      if (toAny < 1.0 && toSure >= 1.0)
        continue; // on a doubtful mark: neither right nor wrong
      score.foundMm += sampleMm;
      score.trustSum += segment.confidence * sampleMm;
      if (toAny > 1.0) {
        score.falseMm += sampleMm;
        score.trustedFalseMm += segment.confidence > 0.5 ? sampleMm : 0;
      } else {
        score.rightSum += sampleMm;
      }
      // beyond a mark's ends the nearest vertex says nothing of the distance between the lines
      if (toSure < 1.0) {
        score.distanceSum += toSure;
        score.distanceCount += 1;
      }
    }
  return score;
}

void overlay(const std::string& name, RgbImage picture, const Frame& frame, const Cortex& cortex,
             const std::vector<Mark>& marks) {
  const char* folder = std::getenv("HIPCUFF_OVERLAYS");
  if (folder == nullptr)
    return;
  const auto px = [&](const Polyline& mm) {
    Polyline out;
    for (const Point p : mm)
      out.push_back(frame.toFullPixels(p));
    return out;
  };
  for (const Mark& mark : marks)
    testing::draw(picture, px(mark.mm), mark.confidence == "high" ? 0 : 255, mark.confidence == "low" ? 0 : 255, 0);
  for (const CortexSegment& segment : cortex.segments) {
    testing::draw(picture, px(segment.interfaceMm), 0, 255, 255);
    testing::draw(picture, px(segment.ridgeMm), 255, 0, 255);
  }
  testing::writePicture(std::filesystem::path(folder) / (name + ".overlay.png"), picture);
}

Cortex found(const Frame& frame) {
  return BoneSurfaceSegmenter().segment(frame, makeWorkingFrame(frame));
}

/// Specimens first..last of the annotated pictures.
Score measured(const std::filesystem::path& shared, int first, int last) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(shared / "bone" / "annotations"))
    if (entry.path().extension() == ".json")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Score total;
  for (const auto& file : files) {
    std::ifstream in(file);
    const auto data = nlohmann::json::parse(in);
    const std::string image = data["image"];
    const int specimen = image[std::string("ultrabones-").size()] - '0';
    if (specimen < first || specimen > last)
      continue;
    const RgbImage picture = testing::readPicture(shared / "bone" / image);
    // Without the picture's drawn frame: the probe's line at the top, the depth ruler at the right.
    const PixelBox box{2, 8, 940, 810};
    const Frame frame = testing::frameOf(picture, box, data["mm_per_px"][0]);
    std::vector<Mark> marks;
    for (const auto& surface : data["surfaces"]) {
      Mark mark;
      mark.confidence = surface["confidence"];
      for (const auto& p : surface["points_px"])
        mark.mm.push_back(frame.toMm({p[0], p[1]}));
      marks.push_back(std::move(mark));
    }
    const Cortex cortex = found(frame);
    const Score score = scored(cortex, marks);
    score.print(image.substr(11, image.find("_ultra") - 11));
    overlay(image.substr(0, image.find(".png")), picture, frame, cortex, marks);
    total.add(score);
  }
  return total;
}

struct Boneless {
  const char* file;
  PixelBox box;
  double mmPerPx; ///< 0: unknown
};

/// Longest trusted false line over the pictures, mm; prints them.
double falseLines(const std::filesystem::path& shared, const std::vector<Boneless>& pictures) {
  double trusted = 0;
  for (const Boneless& p : pictures) {
    const RgbImage picture = testing::readPicture(shared / "musculoskeletal" / p.file);
    const Frame frame = testing::frameOf(picture, p.box, p.mmPerPx);
    const WorkingFrame working = makeWorkingFrame(frame);
    const Cortex cortex = BoneSurfaceSegmenter().segment(frame, working);
    const Tendon tendon = LayerTendonSegmenter().segment(frame, working, cortex, View::longAxis);
    double all = 0;
    double sure = 0;
    for (const CortexSegment& segment : cortex.segments) {
      all += length(segment.ridgeMm);
      sure += segment.confidence > 0.5 ? length(segment.ridgeMm) : 0;
    }
    std::cout << std::setprecision(2) << p.file << ": " << cortex.segments.size() << " lines, " << all
              << " mm, trusted > 0.5: " << sure << " mm, confidence " << cortex.confidence << "; tendon "
              << tendon.confidence << '\n';
    overlay(p.file, picture, frame, cortex, {});
    trusted += sure;
  }
  return trusted;
}

#define REQUIRE_SHARED(variable)                                                                                       \
  const auto variable = sharedPictures();                                                                              \
  if (!variable)                                                                                                       \
  GTEST_SKIP() << "the shared pictures are absent (set HIPCUFF_SHARED)"

TEST(BoneAccuracy, TuningSpecimens) {
  REQUIRE_SHARED(shared);
  const Score score = measured(*shared, 1, 4);
  score.print("TUNING 1-4");
  EXPECT_LT(score.symmetricMm(), 0.15);
  EXPECT_GT(score.within05Mm / score.markedMm, 0.90);
  EXPECT_GT(score.within10Mm / score.markedMm, 0.93);
  EXPECT_LT(score.falseMm / score.foundMm, 0.10);
}

TEST(BoneAccuracy, TestSpecimens) {
  REQUIRE_SHARED(shared);
  const Score score = measured(*shared, 5, 7);
  score.print("TEST 5-7");
  EXPECT_LT(score.symmetricMm(), 0.15);
  EXPECT_GT(score.within05Mm / score.markedMm, 0.91);
  EXPECT_GT(score.within10Mm / score.markedMm, 0.92);
  EXPECT_LT(score.falseMm / score.foundMm, 0.10);
  EXPECT_NEAR(score.trustSum / score.foundMm, score.rightSum / score.foundMm, 0.1); // confidence means something
}

TEST(BoneAccuracy, MuscleWithoutBoneTuning) {
  REQUIRE_SHARED(shared);
  const double trusted = falseLines(*shared, {{"GM_P_1.bmp", {165, 72, 640, 505}, 0.09},
                                              {"GM_T_1.png", {240, 45, 997, 684}, 0.082},
                                              {"GM_T_5.png", {240, 45, 997, 684}, 0.082},
                                              {"S1_R20_step_025.png", {0, 0, 513, 457}, 0},
                                              {"S1_R20_step_425.png", {0, 0, 513, 457}, 0},
                                              {"S2_R20_step_025.png", {0, 0, 513, 457}, 0},
                                              {"S2_R20_step_425.png", {0, 0, 513, 457}, 0}});
  EXPECT_EQ(trusted, 0); // mm, of seven pictures about 40 mm wide
}

TEST(BoneAccuracy, MuscleWithoutBoneTest) {
  REQUIRE_SHARED(shared);
  const double trusted = falseLines(*shared, {{"GM_P_8.bmp", {165, 72, 640, 505}, 0.09},
                                              {"GM_T_9.png", {240, 45, 997, 684}, 0.082},
                                              {"GM_T_13.png", {240, 45, 997, 684}, 0.082},
                                              {"S3_R20_step_025.png", {0, 0, 513, 457}, 0},
                                              {"S3_R20_step_425.png", {0, 0, 513, 457}, 0}});
  EXPECT_EQ(trusted, 0); // mm, of five pictures about 50 mm wide
}

TEST(BoneAccuracy, OtherBones) {
  REQUIRE_SHARED(shared);
  const RgbImage knee = testing::readPicture(*shared / "musculoskeletal" / "clarius.png");
  const Frame frame = testing::frameOf(knee, PixelBox{108, 226, 690, 574}, 0.0872);
  const Cortex cortex = found(frame);
  overlay("clarius", knee, frame, cortex, {});
  for (const CortexSegment& s : cortex.segments)
    std::cout << "clarius " << s.ridgeMm.front().x << ".." << s.ridgeMm.back().x << " mm, confidence " << s.confidence
              << '\n';
  double covered = 0;
  for (const CortexSegment& s : cortex.segments)
    covered += s.ridgeMm.back().x - s.ridgeMm.front().x;
  EXPECT_GT(covered, 35); // the whole trochlea, 2 to 44 mm
  for (int slice = 0; slice < 21; slice += 5) {
    const RgbImage bone = testing::readPicture(*shared / "bone" / "BoneUltrasound_L14.igs.mha", slice);
    const Frame f = testing::frameOf(bone, std::nullopt, 0);
    const Cortex c = found(f);
    overlay("L14_" + std::to_string(slice), bone, f, c, {});
    double longest = 0;
    for (const CortexSegment& s : c.segments)
      longest = std::max(longest, s.ridgeMm.back().x - s.ridgeMm.front().x);
    EXPECT_GT(longest, 14) << "slice " << slice; // the bone's convex face, about 20 nominal mm
    for (const CortexSegment& s : c.segments)
      std::cout << "L14 " << slice << ": " << s.ridgeMm.front().x << ".." << s.ridgeMm.back().x << " mm, confidence "
                << s.confidence << '\n';
  }
}

} // namespace
} // namespace hipcuff
