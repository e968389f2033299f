// Simulated B-mode pictures of the lateral hip with exact truth: for tests, demonstrations and accuracy studies.
//
// A picture is made the way a scanner makes one: random scatterers whose strength follows the tissue, summed through a
// depth-dependent point spread function as complex (IQ) data, with attenuation, gain compensation, bone shadow and
// noise, then envelope, log compression and a screen. Nothing is drawn except the screen's text and rulers.
//
// Same recipe: same bytes on the same machine, whatever the number of threads.
//
// What it is not: no normal thickness of the gluteus medius tendon is published (clinical reference, section 2), so the
// ranges drawn here are plausible, not verified, and no accuracy on these pictures is an accuracy on patients.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/phantom/recipe.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::phantom {

/// Points exist twice: in full-image pixels and in mm from the region's upper left pixel centre (frame mm).
struct TruthLine {
  Polyline px;
  Polyline mm;
};

struct TruthFacet {
  FacetKind kind = FacetKind::lateral;
  Point beginMm; ///< left end on the screen
  Point endMm;
  Point beginPx;
  Point endPx;
};

struct TruthStation {
  double positionMm =
      0; ///< along the cortex from the facet's edge where the tendon arrives (short axis: anterior edge)
  Point cortexMm;
  Point normal; ///< unit vector towards the skin
  Point superficialMm;
  double thicknessMm = 0;   ///< |superficial - cortex|; partial tears do not reduce it
  double remainingMm = 0;   ///< without the tear
  double fibreAngleDeg = 0; ///< 0 = beam perpendicular to the fibres
  bool inGap = false;       ///< inside a full-thickness tear: no thickness is to be reported here
};

struct TruthDiscontinuity {
  DiscontinuityKind kind = DiscontinuityKind::undersurface;
  bool complete = false;
  double depthMm = 0;
  double depthFraction = 0;
  double lengthMm = 0;
  double beginMm = 0; ///< position axis of TruthStation; may be negative where a stump lies proximal of the facet
  double endMm = 0;
  std::optional<double> gapMm;
  std::optional<double> retractionMm;
  std::optional<bool> bareFacet;
  bool fluid = true;
  double fibreAngleDeg = 0;
  TruthLine polygon; ///< closed
};

struct TruthCalcification {
  double lengthMm = 0; ///< along the tendon
  double heightMm = 0;
  double shadowDb = 0;
  double positionMm = 0; ///< of its middle, on the stations' axis
  Point atMm;
  Point atPx;
};

struct TruthEnthesophyte {
  double heightMm = 0;
  double positionMm = 0;
  Point atPx; ///< its tip
};

/// Codes any of which is a right refusal of such a picture; empty for NotGradable::none. Every one of the codes is
/// right where the picture shows another part of the body than its tags say.
[[nodiscard]] std::vector<Refusal> expectedRefusals(NotGradable why);

/// Exact truth of one frame.
struct Truth {
  int frame = 0;
  Spacing mmPerPx;
  PixelBox regionPx;
  Side side = Side::left;
  View view = View::longAxis;
  Pathology pathology = Pathology::normal;
  GradeClass grade = GradeClass::normal; ///< notGradable where no reader should grade the picture
  Confounder confounder = Confounder::none;
  NotGradable notGradable = NotGradable::none;
  std::vector<Refusal> refusals; ///< expectedRefusals(notGradable)
  bool arrivesFromLeft = true;
  TruthLine cortex;                       ///< bone's interface inside the picture, left to right
  std::vector<double> cortexIncidenceDeg; ///< beam against the cortex normal, a value for each cortex point
  std::vector<TruthFacet> facets;
  std::vector<TruthStation> stations; ///< every 0.25 mm along the footprint, where inside the picture
  TruthLine superficial;              ///< the stations' superficial points, those in a gap left out
  TruthLine deep;                     ///< the tendon's underside (the cortex, or the fluid on it)
  std::vector<TruthDiscontinuity> discontinuities;
  Mask labels;              ///< full image: 0 background, 1 tendon on its footprint, 2 discontinuity
  double rockDeg = 0;       ///< the probe's rocking in this frame
  double fibreAngleDeg = 0; ///< median of the stations
  double bursalFluidMm = 0;
  double itbMm = 0;
  double subtendinousFluidMm = 0;
  std::vector<TruthCalcification> calcifications; ///< those inside the picture
  std::optional<TruthEnthesophyte> enthesophyte;
  std::vector<CortexPit> pits;
  double cortexReliefMm = 0;  ///< RMS height of the footprint's bone over its smooth course, steps and spurs included
  double thicknessMeanMm = 0; ///< over stations outside a gap; 0 where there are none
  double thicknessMaxMm = 0;
};

/// Renders frames of one recipe. Not thread-safe; make one for each thread.
class HipSimulator {
public:
  explicit HipSimulator(HipRecipe recipe);
  ~HipSimulator();
  HipSimulator(HipSimulator&&) noexcept;
  HipSimulator& operator=(HipSimulator&&) noexcept;

  [[nodiscard]] const HipRecipe& recipe() const noexcept;
  /// The whole screen as the scanner shows it. @param frame 0 .. recipe().frames - 1 (std::out_of_range otherwise)
  [[nodiscard]] GreyImage render(int frame = 0) const;
  /// The same with the recipe's tint (equal channels without one).
  [[nodiscard]] RgbImage renderRgb(int frame = 0) const;
  [[nodiscard]] Truth truth(int frame = 0) const;
  /// The TissueKind at the centre of each pixel, full image; 0 outside the region. Needs no rendering.
  [[nodiscard]] Raster<std::uint8_t, 1> tissueMap(int frame = 0) const;

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

enum class Codec { uncompressed, jpegBaseline };

/// Who and what the DICOM file says that it is. Everything is made up from the seed.
struct ExamTags {
  std::uint64_t studySeed = 0; ///< same seed: same patient and study
  int seriesNumber = 1;
  int instanceNumber = 1;
  std::string patientName = "SIM^HIPCUFF";
  std::string patientId = "SIM0000";
};

/// Writes NAME.dcm, NAME.truth.json, NAME.recipe.json and NAME.mask.png (cines: NAME.mask.png for frame 0 and
/// NAME.fNNN.mask.png for the others) into an existing folder. Files appear whole or not at all. @throws OutputError
void writeExam(const std::filesystem::path& folder, const std::string& name, const HipSimulator& simulator,
               const ExamTags& tags, Codec codec = Codec::uncompressed);

struct SimulateOptions {
  int frames = 12;   ///< of each cine
  int cineEvery = 4; ///< every how many cases has a cine as well; 0: none
  Codec codec = Codec::uncompressed;
  std::optional<std::pair<int, int>> screen; ///< columns, rows; varied where not given
  int threads = 1;                           ///< cases in parallel; the bytes do not depend on it
  bool wholeExams = false; ///< each case is one person's whole exam: both hips, both views, and a cine of each hip
};

/// `cases` exams of one hip each, OUT/case0001/...: long.dcm, short.dcm and now and then cine.dcm with their truth.
/// Pathologies take turns so that any six cases hold all six. @throws OutputError, UsageError (cases < 1)
void simulateExams(const std::filesystem::path& out, int cases, std::uint64_t seed, const SimulateOptions& options,
                   Progress& progress);

/// `cases` pictures or cines as a recipe file says, OUT/case0001/long.dcm (short.dcm, cine.dcm) with their truth; every
/// case has its own seed unless the file fixes it. @throws OutputError, ConfigError, UsageError (cases < 1)
void simulateRecipe(const std::filesystem::path& out, const RecipeFile& recipe, int cases, std::uint64_t seed,
                    const SimulateOptions& options, Progress& progress);

/// One patient, one study: both hips in long and short axis, two pictures each, one of them torn, and a cine of the
/// torn side; with truth beside each file. @throws OutputError
void simulateDemoExam(const std::filesystem::path& out, std::uint64_t seed, Progress& progress);

} // namespace hipcuff::phantom
