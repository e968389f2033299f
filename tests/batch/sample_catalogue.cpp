#include "sample_catalogue.h"

#include "sqlite.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/report/thumbnail.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <random>
#include <sstream>

#include <unistd.h>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using batch::Statement;

/// Distributions of the standard library differ between libraries.
class Chance {
public:
  explicit Chance(std::uint32_t seed)
      : random_(seed) {}
  double upTo(double most) { return most * (static_cast<double>(random_()) / 4294967296.0); }
  double between(double least, double most) { return least + upTo(most - least); }
  int below(int n) { return static_cast<int>(upTo(n)); }
  bool oneIn(int n) { return below(n) == 0; }

private:
  std::mt19937 random_;
};

constexpr std::array<const char*, 5> classes = {"not_gradable", "normal", "tendinosis", "partial_thickness",
                                                "full_thickness"};
constexpr std::array<const char*, 6> reasons = {"no_calibration",   "no_cortex",        "no_tendon",
                                                "beam_too_oblique", "no_cortex;unsure", "unsure"};

struct HipValues {
  int severity = 1;
  std::string subtype, certainty, reason;
  std::optional<double> confidence, mean, max, depth, length;
  std::array<std::optional<double>, 4> chances;
  bool contradictory = false;
};

HipValues hipOf(Chance& chance) {
  HipValues hip;
  const double pick = chance.upTo(1);
  hip.severity = pick < 0.12 ? 0 : pick < 0.55 ? 1 : pick < 0.78 ? 2 : pick < 0.94 ? 3 : 4;
  if (hip.severity == 0) {
    hip.reason = reasons[static_cast<std::size_t>(chance.below(reasons.size()))];
    return hip;
  }
  hip.confidence = chance.between(0.55, 0.995);
  for (std::size_t i = 0; i < 4; ++i)
    hip.chances[i] = static_cast<int>(i) + 1 == hip.severity ? *hip.confidence : (1 - *hip.confidence) / 3;
  hip.certainty = chance.oneIn(3) ? "confirmed" : chance.oneIn(2) ? "persistent" : "suspected";
  hip.mean = chance.between(3.0, 5.2) + (hip.severity == 2 ? 1.1 : 0);
  hip.max = *hip.mean + chance.between(0.4, 1.8);
  hip.contradictory = chance.oneIn(15);
  if (hip.severity >= 3) {
    constexpr std::array<const char*, 3> partial = {"undersurface", "bursal", "intrasubstance"};
    hip.subtype =
        hip.severity == 4 ? (chance.oneIn(2) ? "retracted" : "") : partial[static_cast<std::size_t>(chance.below(3))];
    hip.depth = hip.severity == 4 ? *hip.mean : chance.between(0.8, 0.8 * *hip.mean);
    hip.length = chance.between(2, 14);
  }
  return hip;
}

class Filler {
public:
  Filler(batch::Database& database, std::uint32_t seed)
      : chance_(seed)
      , exam_(database, "INSERT INTO exams(key, name, study_instance_uid, folder, study_date, state, inputs, frames, "
                        "settings, version, criteria, finished, seconds, class, severity, confidence, images, "
                        "gradable_images, thumbnail, run) VALUES(?,?,?,?,?,'done',?,?,'abc','0.4.0','standard 2',"
                        "'2026-11-22T05:00:00Z',?,?,?,?,?,?,?,2)")
      , hip_(database, "INSERT INTO hips(exam, side, class, subtype, severity, certainty, confidence, p_normal, "
                       "p_tendinosis, p_partial_thickness, p_full_thickness, thickness_mean_mm, thickness_max_mm, "
                       "side_difference_mm, tear_depth_mm, tear_length_mm, contradictory, not_gradable_reasons, "
                       "images) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      , input_(database, "INSERT INTO inputs(path, exam, size, modified, format, rows, columns, frames, side, view, "
                         "region, state, milliseconds, scan) VALUES(?,?,?,0,'DICOM',480,640,?,?,?,'lateral_hip',"
                         "'done',?,2)")
      , image_(database, "INSERT INTO images(exam, input, image, path, pane, frames, side, view, region, "
                         "calibration_origin, gradable, class, severity, not_gradable_reasons, thickness_mean_mm) "
                         "VALUES(?,?,?,?,0,?,?,?,'lateral_hip',?,?,?,?,?,?)")
      , database_(database) {}

  void add(int number) {
    const std::string uid = "1.2.826.0.1.3680043.10.1." + std::to_string(700000 + number);
    const bool dicom = !chance_.oneIn(12);
    const std::string folder = "/archive/" + std::to_string(2024 + number % 3) + "/ward " +
                               std::to_string(1 + number % 7) + "/case " + std::to_string(number);
    const std::string key = dicom ? uid : "folder:" + folder;
    const int hips = chance_.oneIn(3) ? 1 : 2;
    std::array<HipValues, 2> values;
    for (int i = 0; i < hips; ++i)
      values[static_cast<std::size_t>(i)] = hipOf(chance_);
    const std::size_t worst = hips == 2 && std::pair(values[1].severity, values[1].confidence.value_or(0)) >
                                               std::pair(values[0].severity, values[0].confidence.value_or(0))
                                  ? 1
                                  : 0;
    const int imagesEach = 2 + chance_.below(3);
    exam_.bind(1, key).bind(2, "exam-" + sha256(key).substr(0, 12));
    dicom ? exam_.bind(3, uid).bindNull(4) : exam_.bindNull(3).bind(4, folder);
    const int day = (2024 + number % 3) * 10000 + (1 + chance_.below(12)) * 100 + 1 + chance_.below(28);
    const std::string date = std::to_string(day);
    dicom ? exam_.bind(5, date) : exam_.bindNull(5);
    exam_.bind(6, hips * imagesEach).bind(7, hips * imagesEach * 40).bind(8, chance_.between(0.4, 9));
    exam_.bind(9, classes[static_cast<std::size_t>(values[worst].severity)]).bind(10, values[worst].severity);
    exam_.bind(11, values[worst].confidence).bind(12, hips * imagesEach).bind(13, hips * imagesEach);
    values[worst].severity > 0 || !chance_.oneIn(3) ? exam_.bind(14, "thumb.jpg") : exam_.bindNull(14);
    exam_.run();
    const std::int64_t exam = database_.lastRowId();
    const int firstSide = hips == 1 && chance_.oneIn(10) ? 2 : chance_.below(2);
    for (int i = 0; i < hips; ++i) {
      const int side = hips == 2 ? i : firstSide;
      addHip(exam, folder, side, values[static_cast<std::size_t>(i)],
             hips == 2 ? &values[static_cast<std::size_t>(1 - i)] : nullptr, imagesEach);
    }
  }

private:
  void addHip(std::int64_t exam, const std::string& folder, int side, const HipValues& hip, const HipValues* other,
              int images) {
    constexpr std::array<const char*, 3> sides = {"L", "R", ""};
    const char* sideText = sides[static_cast<std::size_t>(side)];
    const char* grade = classes[static_cast<std::size_t>(hip.severity)];
    hip_.bind(1, exam).bindText(2, sideText).bind(3, grade).bindText(4, hip.subtype).bind(5, hip.severity);
    hip_.bindText(6, hip.certainty).bind(7, hip.confidence);
    for (int i = 0; i < 4; ++i)
      hip_.bind(8 + i, hip.chances[static_cast<std::size_t>(i)]);
    hip_.bind(12, hip.mean).bind(13, hip.max);
    other&& hip.mean && other->mean ? hip_.bind(14, *hip.mean - *other->mean) : hip_.bindNull(14);
    hip_.bind(15, hip.depth).bind(16, hip.length).bind(17, hip.contradictory ? 1 : 0).bindText(18, hip.reason);
    hip_.bind(19, images).run();
    for (int i = 0; i < images; ++i) {
      const std::string path = folder + "/" + sideText + std::to_string(i) + ".dcm";
      const char* view = i % 2 == 0 ? "long" : "short";
      const int frames = chance_.oneIn(2) ? 1 : 80;
      const bool gradable = hip.severity > 0 && (i == 0 || !chance_.oneIn(5));
      input_.bind(1, path).bind(2, exam).bind(3, 300'000 + chance_.below(30'000'000)).bind(4, frames);
      input_.bindText(5, sideText).bind(6, view).bind(7, chance_.between(90, 4000)).run();
      image_.bind(1, exam).bind(2, database_.lastRowId()).bind(3, "img-" + std::to_string(exam) + sideText);
      image_.bind(4, path).bind(5, frames).bindText(6, sideText).bind(7, view);
      gradable || hip.reason != "no_calibration"
          ? image_.bind(8, chance_.oneIn(4) ? "pixel_spacing" : "ultrasound_region")
          : image_.bindNull(8);
      image_.bind(9, gradable ? 1 : 0).bind(10, gradable ? grade : "not_gradable");
      image_.bind(11, gradable ? hip.severity : 0);
      image_.bindText(12, gradable ? "" : hip.reason.empty() ? "beam_too_oblique" : hip.reason);
      gradable ? image_.bind(13, hip.mean) : image_.bindNull(13);
      image_.run();
    }
  }

  Chance chance_;
  Statement exam_, hip_, input_, image_;
  batch::Database& database_;
};

} // namespace

void fill(batch::Catalogue& catalogue, const Sample& sample) {
  batch::Database& database = catalogue.database();
  batch::Transaction transaction(database);
  database.run("INSERT INTO runs VALUES"
               "(1,'2026-11-20T20:00:00Z','2026-11-20T20:10:00Z','stopped','0.4.0','abc','standard 2',"
               "'hipcuff batch in --out out',2,NULL,600,0,0,0),"
               "(2,'2026-11-21T22:00:00Z','2026-11-22T06:12:00Z','finished','0.4.0','abc','standard 2',"
               "'hipcuff batch in --out out --resume',2,NULL,29520," +
               std::to_string(sample.exams) + "," + std::to_string(6 * sample.exams) + "," +
               std::to_string(95'000'000LL * sample.exams) + ")");
  Filler filler(database, sample.seed);
  for (int i = 0; i < sample.exams; ++i)
    filler.add(i);
  Chance chance(sample.seed + 1);
  Statement input(database, "INSERT INTO inputs(path, size, state, problem, remedy, scan) VALUES(?,?,?,?,?,2)");
  for (int i = 0; i < sample.failed; ++i) {
    const int kind = chance.below(3);
    input.bind(1, "/archive/2025/broken/" + std::to_string(i) + ".dcm").bind(2, 4096).bind(3, "failed");
    input.bind(4, kind == 0   ? "the file ends in the middle of its pixels"
                  : kind == 1 ? "the transfer syntax 1.2.840.10008.1.2.4.100 cannot be decoded"
                              : "is 3.1 GB large, which is beyond the limit");
    input.bind(5, kind == 0 ? "copy it again from the archive" : "convert it with gdcmconv --raw").run();
  }
  for (int i = 0; i < sample.skipped; ++i) {
    const bool text = chance.oneIn(2);
    input.bind(1, "/archive/2025/other/" + std::to_string(i) + (text ? ".txt" : ".dcm")).bind(2, 100);
    input.bind(3, "skipped").bind(4, text ? "is not a picture" : "is a CT image, not ultrasound").bind(5, "").run();
  }
  database.run("UPDATE hips SET thumbnail = (SELECT thumbnail FROM exams WHERE exams.id = hips.exam)");
  transaction.commit();
}

void addExam(batch::Catalogue& catalogue, const std::string& key, const std::string& hipColumns,
             const std::string& hipValues) {
  batch::Database& database = catalogue.database();
  Statement exam(database, "INSERT INTO exams(key, name, folder, state) VALUES(?, ?, ?, 'done')");
  exam.bind(1, key).bind(2, "exam-" + sha256(key).substr(0, 12)).bind(3, key).run();
  const std::string id = std::to_string(database.lastRowId());
  database.run("INSERT INTO hips(exam, contradictory, images, " + hipColumns + ") VALUES(" + id + ", 0, 0, " +
               hipValues + ")");
}

void writeThumbnails(batch::Catalogue& catalogue, const fs::path& out, int most) {
  // A tendon as a bright band on a bright bone, with a dark gap.
  ImageResult result;
  constexpr int width = 640;
  constexpr int height = 480;
  auto picture = std::make_shared<RgbImage>(width, height);
  Chance chance(5);
  const auto bone = [](double x) { return 330 - 70 * std::sin(x / width * std::numbers::pi); };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double above = bone(x) - y;
      double grey = above < 0 ? 12 : above < 6 ? 240 : above < 50 ? 130 : 70 + 25 * std::sin(y / 9.0);
      if (above > 6 && above < 30 && std::abs(x - 330) < 45)
        grey = 25;
      grey *= std::sqrt(-2 * std::log(1 - chance.upTo(0.999))) / 1.25;
      for (int c = 0; c < 3; ++c)
        picture->at(x, y, c) = static_cast<std::uint8_t>(std::min(255.0, grey));
    }
  result.picture = picture;
  result.columns = width;
  result.rows = height;
  result.mmPerPx = Spacing{0.08, 0.08};
  result.scale = {0.08, 0.08};
  result.grade.grade = GradeClass::partialThickness;
  for (int x = 120; x <= 540; x += 10) {
    TendonStation station;
    station.deepMm = station.cortexMm = Point{x * 0.08, bone(x) * 0.08};
    station.superficialMm = Point{x * 0.08, (bone(x) - 50) * 0.08};
    result.anatomy.tendon.stations.push_back(station);
  }
  Discontinuity gap;
  for (int x = 285; x <= 375; x += 10)
    gap.polygonMm.push_back({x * 0.08, bone(x) * 0.08});
  for (int x = 375; x >= 285; x -= 10)
    gap.polygonMm.push_back({x * 0.08, (bone(x) - 30) * 0.08});
  result.measurements.discontinuities.push_back(gap);
  const std::string jpeg = report::thumbnailJpeg(result);

  Statement exam(catalogue.database(), "SELECT name FROM exams WHERE thumbnail IS NOT NULL ORDER BY severity DESC, "
                                       "confidence DESC LIMIT ?");
  exam.bind(1, most);
  while (exam.step()) {
    const fs::path folder = out / batch::examFolder(exam.text(0));
    fs::create_directories(folder);
    std::ofstream(folder / "thumb.jpg", std::ios::binary) << jpeg;
    std::ofstream(folder / "report.html") << "<!DOCTYPE html><title>report</title><p id=report>" << exam.text(0);
  }
}

std::string textOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

} // namespace hipcuff::test
