#include "draw_hip.h"
#include "random.h"
#include "truth_json.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/dicom/writing/us_image.h"
#include "hipcuff/phantom/phantom.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>

namespace hipcuff::phantom {
namespace {

constexpr std::uint64_t studyKey = 1;
constexpr std::uint64_t seriesKey = 2;
constexpr std::uint64_t instanceKey = 3;

std::string uid(std::uint64_t seed, std::uint64_t key) {
  return dicom::uidFromNumbers(mix(seed, key), mix(seed + 1, key));
}

std::string padded(const char* format, int value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

dicom::UsImageToWrite describe(const HipRecipe& r, const ExamTags& tags, Codec codec) {
  dicom::UsImageToWrite image;
  Rng rng(mix(tags.studySeed, 7001));
  const int month = 1 + rng.below(12);
  const int day = 1 + rng.below(28);
  const int hour = 8 + rng.below(9);
  const auto series = static_cast<std::uint64_t>(tags.seriesNumber);
  const auto instance = static_cast<std::uint64_t>(tags.instanceNumber);
  image.studyUid = uid(tags.studySeed, studyKey);
  image.seriesUid = uid(tags.studySeed, mix(seriesKey, series));
  // Recipes may differ in more than their seed; two different pictures must never share a UID.
  const std::uint64_t what = (static_cast<std::uint64_t>(r.pathology) * 2 + static_cast<std::uint64_t>(r.side)) * 2 +
                             static_cast<std::uint64_t>(r.view);
  image.sopUid = uid(mix(mix(tags.studySeed, r.seed), what), mix(mix(instanceKey, series), instance));
  image.patientName = tags.patientName;
  image.patientId = tags.patientId;
  image.studyId = padded("%d", 1 + rng.below(9999));
  image.date = "2026" + padded("%02d", month) + padded("%02d", day);
  image.time = padded("%02d", hour) + "0000";
  image.manufacturer = "HipCuff";
  image.modelName = "Simulator";
  image.studyDescription = "US LATERAL HIP";
  const bool longAxis = r.view == View::longAxis;
  image.seriesDescription = std::string(r.side == Side::left ? "LEFT" : "RIGHT") + " LATERAL HIP GLUTEUS MEDIUS " +
                            (longAxis ? "LONG AXIS" : "SHORT AXIS");
  image.imageComments = "Simulated by HipCuff; not a patient";
  image.seriesNumber = tags.seriesNumber;
  image.instanceNumber = tags.instanceNumber;
  image.side = r.side;
  // Scanners differ: some code what is shown, others leave it to the text.
  if (mix(r.seed, 7002) % 3 != 0) {
    image.anatomicRegion = dicom::CodedConcept{"29836001", "SCT", "Hip region"};
    image.view = longAxis ? dicom::CodedConcept{"103339001", "SCT", "Long axis"}
                          : dicom::CodedConcept{"103340004", "SCT", "Short axis"};
  }
  image.region = {r.screen.region, {r.screen.mmPerPx, r.screen.mmPerPx}, r.probe.frequencyMHz};
  image.columns = r.screen.columns;
  image.rows = r.screen.rows;
  image.frames = r.frames;
  image.frameTimeMs = 1000.0 / r.frameRateHz;
  image.colour = r.screen.colour;
  image.codec =
      codec == Codec::jpegBaseline ? dicom::PixelCodec::jpegBaseline : dicom::PixelCodec::explicitLittleEndian;
  return image;
}

Pathology pathologyOf(std::uint64_t seed, int index) {
  // Each block of six holds all six, in an order of its own.
  std::array<int, 6> order = {0, 1, 2, 3, 4, 5};
  Rng rng(mix(seed, 7003 + static_cast<std::uint64_t>(index / 6)));
  for (int i = 5; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(rng.below(i + 1))]);
  return static_cast<Pathology>(order[static_cast<std::size_t>(index % 6)]);
}

ExamTags tagsOfCase(std::uint64_t own, int index) {
  ExamTags tags;
  tags.studySeed = own;
  tags.patientName = "SIM^CASE" + padded("%04d", index + 1);
  tags.patientId = padded("SIM%04d", index + 1);
  return tags;
}

/// Both hips of one person: what lies over the hip and how it answers is the same on both sides, the rest is not.
void simulateWholeExam(const std::filesystem::path& folder, int index, std::uint64_t own, std::uint64_t seed,
                       const SimulateOptions& options) {
  ExamTags tags = tagsOfCase(own, index);
  HipRecipe first;
  for (const Side side : {Side::left, Side::right}) {
    const auto key = static_cast<std::uint64_t>(side);
    RecipeWishes wishes;
    wishes.side = side;
    wishes.view = View::longAxis;
    wishes.pathology = pathologyOf(seed, 2 * index + static_cast<int>(side));
    wishes.screen = options.screen;
    HipRecipe along = drawRecipe(mix(own, 10 + key), wishes);
    if (side == Side::left)
      first = along;
    else
      along = sameBody(along, first);
    const HipRecipe across = otherView(along, View::shortAxis, mix(own, 20 + key));
    const std::string name = side == Side::left ? "left" : "right";
    tags.instanceNumber = 1;
    tags.seriesNumber = 1 + 3 * static_cast<int>(side);
    writeExam(folder, name + "_long", HipSimulator(along), tags, options.codec);
    ++tags.seriesNumber;
    writeExam(folder, name + "_short", HipSimulator(across), tags, options.codec);
    if (options.cineEvery > 0 && options.frames > 1) {
      ++tags.seriesNumber;
      HipRecipe cine = (index + static_cast<int>(side)) % 2 == 0 ? along : across;
      cine.frames = options.frames;
      writeExam(folder, name + "_cine", HipSimulator(cine), tags, options.codec);
    }
  }
}

void simulateCase(const std::filesystem::path& out, int index, std::uint64_t seed, const SimulateOptions& options) {
  const std::uint64_t own = mix(seed, static_cast<std::uint64_t>(index));
  const std::filesystem::path folder = out / padded("case%04d", index + 1);
  requireWritableFolder(folder);
  if (options.wholeExams) {
    simulateWholeExam(folder, index, own, seed, options);
    return;
  }
  RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.pathology = pathologyOf(seed, index);
  wishes.screen = options.screen;
  const HipRecipe longAxis = drawRecipe(own, wishes);
  const HipRecipe shortAxis = otherView(longAxis, View::shortAxis, mix(own, 1));
  ExamTags tags = tagsOfCase(own, index);
  writeExam(folder, "long", HipSimulator(longAxis), tags, options.codec);
  tags.seriesNumber = 2;
  writeExam(folder, "short", HipSimulator(shortAxis), tags, options.codec);
  if (options.cineEvery > 0 && index % options.cineEvery == 0 && options.frames > 1) {
    HipRecipe cine = index % (2 * options.cineEvery) == 0 ? longAxis : shortAxis;
    cine.frames = options.frames;
    tags.seriesNumber = 3;
    writeExam(folder, "cine", HipSimulator(cine), tags, options.codec);
  }
}

} // namespace

void writeExam(const std::filesystem::path& folder, const std::string& name, const HipSimulator& simulator,
               const ExamTags& tags, Codec codec) {
  const HipRecipe& r = simulator.recipe();
  std::vector<Truth> truths;
  std::vector<std::string> masks;
  for (int i = 0; i < r.frames; ++i) {
    truths.push_back(simulator.truth(i));
    masks.push_back(i == 0 ? name + ".mask.png" : name + padded(".f%03d.mask.png", i));
    writeFileAtomically(folder / masks.back(), encodePng(truths.back().labels));
    truths.back().labels = {}; // a long cine's masks need not all be held
  }
  writeFileAtomically(folder / (name + ".truth.json"), truthJson(r, truths, masks));
  writeFileAtomically(folder / (name + ".recipe.json"), recipeJson(r));
  dicom::writeUsImage(folder / (name + ".dcm"), describe(r, tags, codec),
                      [&](int frame) { return simulator.renderRgb(frame); });
}

namespace {

template <typename One>
void simulateAll(const std::filesystem::path& out, int cases, const SimulateOptions& options, Progress& progress,
                 One one) {
  if (cases < 1)
    throw UsageError("the number of cases must be at least 1");
  requireWritableFolder(out);
  progress.start("Simulating hips", cases);
  std::atomic<int> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto work = [&] {
    for (int i = next++; i < cases; i = next++) {
      {
        const std::lock_guard lock(guard);
        if (failure || progress.stopRequested())
          return;
      }
      try {
        one(i);
        progress.advance();
      } catch (...) {
        const std::lock_guard lock(guard);
        failure = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < std::clamp(options.threads, 1, cases); ++i)
      workers.emplace_back(work);
    work();
  }
  progress.finish();
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace

void simulateExams(const std::filesystem::path& out, int cases, std::uint64_t seed, const SimulateOptions& options,
                   Progress& progress) {
  simulateAll(out, cases, options, progress, [&](int i) { simulateCase(out, i, seed, options); });
}

void simulateRecipe(const std::filesystem::path& out, const RecipeFile& recipe, int cases, std::uint64_t seed,
                    const SimulateOptions& options, Progress& progress) {
  simulateAll(out, cases, options, progress, [&](int i) {
    const std::uint64_t own = mix(seed, static_cast<std::uint64_t>(i));
    const std::filesystem::path folder = out / padded("case%04d", i + 1);
    requireWritableFolder(folder);
    const HipRecipe r = recipe.recipe(own);
    const std::string name = r.frames > 1 ? "cine" : r.view == View::longAxis ? "long" : "short";
    writeExam(folder, name, HipSimulator(r), tagsOfCase(own, i), options.codec);
  });
}

void simulateDemoExam(const std::filesystem::path& out, std::uint64_t seed, Progress& progress) {
  requireWritableFolder(out);
  progress.start("Simulating the demonstration exam", 9);
  ExamTags tags;
  tags.studySeed = mix(seed, 7101);
  tags.patientName = "SIM^DEMO";
  tags.patientId = "SIMDEMO";
  for (const Side side : {Side::left, Side::right}) {
    const bool torn = side == Side::right;
    RecipeWishes wishes;
    wishes.side = side;
    wishes.view = View::longAxis;
    wishes.pathology = torn ? Pathology::fullThickness : Pathology::normal;
    wishes.screen = {800, 600};
    wishes.shape = ProbeShape::linear;
    wishes.style = ScannerStyle::modern;
    wishes.confounder = Confounder::none;
    HipRecipe base = drawRecipe(mix(seed, torn ? 7103 : 7102), wishes);
    // A careful examiner's exam: the facet square to the beam, ordinary gain, and a gap whose stump is in the picture.
    Rng rng(mix(seed, torn ? 7105 : 7104));
    base.geometry.facetAngleDeg = rng.uniform(-1.5, 2.5);
    base.probe.tiltDeg = rng.uniform(0, 1);
    base.screen.flip = false;
    if (torn) {
      base.tear.fluid = true;
      base.tear.collapse = 0;
      base.tear.retractionMm = rng.uniform(7, 11);
      base.tear.lengthMm = base.tear.retractionMm;
    }
    const std::string name = torn ? "right" : "left";
    const auto write = [&](const HipRecipe& r, const std::string& file) {
      if (progress.stopRequested())
        return;
      writeExam(out, name + file, HipSimulator(r), tags);
      ++tags.instanceNumber;
      progress.advance();
    };
    tags.seriesNumber = torn ? 3 : 1;
    tags.instanceNumber = 1;
    write(base, "_long_1");
    write(otherView(base, View::longAxis, mix(base.seed, 1)), "_long_2");
    if (torn) {
      HipRecipe cine = base;
      cine.frames = 20;
      cine.seed = mix(base.seed, 2);
      write(cine, "_long_cine");
    }
    ++tags.seriesNumber;
    tags.instanceNumber = 1;
    HipRecipe across = otherView(base, View::shortAxis, mix(base.seed, 3));
    across.probe.tiltDeg = rng.uniform(0, 1.5);
    write(across, "_short_1");
    write(otherView(across, View::shortAxis, mix(base.seed, 4)), "_short_2");
  }
  progress.finish();
}

} // namespace hipcuff::phantom
