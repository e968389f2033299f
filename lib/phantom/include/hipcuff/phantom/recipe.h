// What a simulated picture is made from: hip, findings, probe, machine, screen; drawn by seed or read from a file.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/progress.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::phantom {

enum class Pathology { normal, tendinosis, undersurface, bursal, intrasubstance, fullThickness };
[[nodiscard]] const char* toString(Pathology) noexcept; ///< "normal", ..., "full_thickness"
[[nodiscard]] GradeClass gradeOf(Pathology) noexcept;   ///< the class a perfect reader would give
[[nodiscard]] bool isTear(Pathology) noexcept;

enum class FacetShape { flat, convex, stepped };
/// Outline of a partial tear along the tendon: half an ellipse, a triangle, lobed, a narrow cleft with shallow
/// shoulders, or even in depth with steep ends.
enum class TearShape { rounded, wedge, irregular, cleft, plateau };
/// Ends of a full-thickness gap.
enum class StumpShape { round, tapered, ragged, blunt };
/// What fat looks like: thin sheets along the skin, a net of lobules, few thick septa, or nearly even.
enum class FatStyle { sheets, lobules, coarse, plain };
/// What lies under the probe. `limb`: flat or round bone with muscle on it, no trochanter and no tendon.
enum class BodyPart { lateralHip, muscleOnly, limb };
/// What looks like a tear or hides the tendon and is neither.
enum class Confounder {
  none,
  anisotropy,       ///< fibres oblique to the beam
  insertionTurn,    ///< fibres that turn into the bone at their insertion
  edgeShadow,       ///< refraction at a rounded edge above
  septumShadow,     ///< fat septa that cost the beam
  reverberation,    ///< repeated echoes of skin, fascia or a band
  dropout,          ///< dead elements
  poorContact,      ///< gas or lifted probe
  thinAnterior,     ///< the normally thin anterolateral tendon
  thinZone,         ///< the normally thin zone between two parts of the tendon
  corticalIrregular ///< pits and steps in the bone below an intact tendon
};
/// Why no reader should grade the picture.
enum class NotGradable { none, noCortex, wrongRegion, tooDark, saturated, colourBox, tooOblique, textOverTendon };
[[nodiscard]] const char* toString(FacetShape) noexcept;
[[nodiscard]] const char* toString(TearShape) noexcept;
[[nodiscard]] const char* toString(StumpShape) noexcept;
[[nodiscard]] const char* toString(FatStyle) noexcept;
[[nodiscard]] const char* toString(BodyPart) noexcept;
[[nodiscard]] const char* toString(Confounder) noexcept;
[[nodiscard]] const char* toString(NotGradable) noexcept;

struct CortexPit {
  double at = 0.5; ///< along the footprint, 0..1 from the edge where the tendon arrives
  double depthMm = 0.8;
  double widthMm = 1.5;
};

/// The hip as it lies under the probe. Angles against the horizontal of the picture, proximal (anterior in the short
/// axis) on the left; `Screen::flip` mirrors the finished picture.
struct Geometry {
  double facetAngleDeg = 6;        ///< slope of the lateral facet: deeper towards the left when positive
  double distalAngleDeg = 12;      ///< slope beyond the apex: deeper towards the right when positive
  double anteriorAngleDeg = 35;    ///< short axis: slope of the anterior facet, deeper towards the left
  double facetLengthMm = 20;       ///< length of the lateral facet along the cortex: the footprint in this plane
  double bendRadiusMm = 4;         ///< rounding where facets meet
  double apexDepthMm = 22;         ///< skin to the bone's highest point
  double apexAcross = 0.62;        ///< where across the picture's width the apex lies, 0..1 (before flipping)
  double facetBulgeMm = 0.3;       ///< height of the facet's curvature over its chord
  double tendonMm = 4.5;           ///< thickness at the facet's edge where the tendon arrives
  double insertionFraction = 0.35; ///< thickness at the far end of the footprint over tendonMm
  double fatMm = 12;               ///< subcutaneous fat over the apex
  double skinMm = 2;
  double itbMm = 1.5;              ///< fascia lata / iliotibial band
  double bursalFluidMm = 0;        ///< fluid between tendon and iliotibial band; 0: none
  double maximusMm = 0;            ///< gluteus maximus between fat and tendon on the proximal / posterior side
  double cortexRoughnessMm = 0.08; ///< RMS height of the cortex's fine irregularity
  BodyPart bodyPart = BodyPart::lateralHip;
  double boneRadiusMm = 60; ///< of a limb's bone
  FacetShape facetShape = FacetShape::convex;
  double facetStepMm = 0;      ///< stepped facet: height of the step, positive up towards the insertion
  double irregularityMm = 0;   ///< RMS height of the footprint's coarse irregularity (1 to 2 mm long)
  double enthesophyteMm = 0;   ///< height of a spur at the footprint; 0: none
  double enthesophyteAt = 0.9; ///< along the footprint, 0..1
  std::vector<CortexPit> pits;
  double taperFrom = 0.3;         ///< long axis: where along the footprint the tendon begins to thin, 0..1
  double spindle = 0;             ///< extra thickness at mid-footprint over tendonMm
  double sideTaperMm = 4;         ///< short axis: over which the tendon thins out beside its footprint
  double freeTendonMm = 24;       ///< length over which the tendon becomes an aponeurosis, proximal of the footprint
  double thinZone = 0;            ///< normal thin zone: share of the thickness that is missing, 0..0.5
  double thinZoneAt = 0.5;        ///< along the footprint, 0..1
  double thinZoneMm = 3;          ///< half width
  double insertionTurnDeg = 0;    ///< how far the fibres turn into the bone at the footprint's far end
  double coverMm = 1;             ///< loose tissue between tendon and iliotibial band over the apex
  double itbFollows = 0.6;        ///< how far the iliotibial band follows the tendon's course, 0..1
  double pennationDeg = 10;       ///< muscle fibres against the tendon
  double mediusAngleDeg = 8;      ///< slope of the medius belly proximal of the trochanter
  double mediusMm = 9;            ///< thickness of the medius belly
  double vastusMm = 6;            ///< vastus lateralis distal of the trochanter
  double minimusMm = 3.5;         ///< gluteus minimus tendon on the anterior facet, short axis
  double subtendinousFluidMm = 0; ///< fluid between bone and tendon at the footprint's proximal part
  double fasciaSplitMm = 0;       ///< a second fascial sheet that far above the iliotibial band; 0: none
};

/// Tendinosis, or the worn tissue that a tear lies in.
struct Degeneration {
  double severity = 0; ///< 0 healthy .. 1 no fibrillar pattern left
  double fadeDb = 0;   ///< darker by that much where it is worst
  bool focal = false;  ///< in one place; otherwise all of the footprint
  double at = 0.5;     ///< focal: along the footprint, 0..1
  double lengthMm = 8;
  double level = 0.5;  ///< focal: across the tendon, 0 bone .. 1 skin side
  double height = 0.7; ///< focal: share of the thickness
};

struct Calcification {
  double at = 0.5;    ///< along the footprint, 0..1
  double level = 0.5; ///< across the tendon, 0 bone .. 1 skin side
  double lengthMm = 3;
  double heightMm = 1.2;
  double echoDb = 18;  ///< against gluteus medius muscle
  double shadowDb = 0; ///< two-way loss through its middle
};

/// A line of shadow that starts above the tendon.
struct ShadowLine {
  double across = 0.5; ///< share of the picture's width, before flipping
  double depth = 0.5;  ///< where it starts: 0 skin .. 1 iliotibial band
  double widthMm = 1;
  double lossDb = 8; ///< two-way
};

struct Tear {
  double depthFraction = 0; ///< largest depth over local thickness, 0..1; 1 for a full-thickness tear
  double lengthMm = 0;      ///< along the cortex
  double centre = 0.4;      ///< partial tears: middle of the tear along the footprint, 0..1 from the proximal edge
  double level = 0.5;       ///< intrasubstance: middle of the tear across the tendon, 0 bone .. 1 skin side
  double retractionMm = 0;  ///< full thickness: how far the stump has gone back from its insertion, 0..30
  bool fluid = true;        ///< anechoic fluid; otherwise hypoechoic granulation
  double collapse = 0;      ///< full thickness: how much of the gap's height the tissue above has sunk into, 0..0.95
  TearShape shape = TearShape::rounded;
  StumpShape stump = StumpShape::round;
  double skew = 0;         ///< where the deepest point lies: -0.6 towards the tendon's arrival .. 0.6
  double raggedness = 0.2; ///< 0 smooth .. 1 lobed
  double debris = 0;       ///< share of a fluid tear that echoes like granulation, 0..1
  double softEdgeMm = 0;   ///< width over which tear and tendon mix at the border
  double stumpMm = 0.8;    ///< how far the stump's end is out of straight
};

/// The shape of the picture. A trapezoid is a linear array whose outer beams are steered outwards ("virtual convex").
enum class ProbeShape { linear, trapezoid, curved };
[[nodiscard]] const char* toString(ProbeShape) noexcept; ///< "linear", "trapezoid", "curved"

struct Probe {
  ProbeShape shape = ProbeShape::linear;
  double frequencyMHz = 12; ///< centre; 5..17 (curved 3.5..7)
  double bandwidth = 0.4;   ///< of the pulse (both ways), fractional, -6 dB; 0.15..0.8
  double apertureMm = 40;   ///< width of the picture at its widest; scene mm run over it
  double depthMm = 40;
  double focusMm = 22;
  int focalZones = 1;   ///< transmit zones around focusMm; 1..4
  double fNumber = 2.2; ///< 1.4..4
  double beamSpread =
      1; ///< how fast the beam widens away from the focus, against the model's; 0 (everywhere focused)..3
  int compoundAngles = 1; ///< steered looks averaged; 1 gives fully developed (Rayleigh) speckle; 1..7
  double compoundStepDeg = 4;
  int frequencyBands = 1;      ///< sub-bands whose envelopes are averaged: less speckle, longer pulse; 1..3
  int lines = 0;               ///< lines across the picture, 64..512; 0: as many as the beam asks for
  double tiltDeg = 0;          ///< out of the picture's plane: what darkens a tendon in the short axis
  double steerSideDeg = 15;    ///< trapezoid: direction of the outermost beams; 5..22
  double radiusMm = 60;        ///< curved: of the face; 35..70
  double fieldDeg = 60;        ///< curved: between the outermost beams; 40..80
  double elevationSpeckle = 0; ///< share of speckle made anew in each frame of a cine though nothing moved; 0..1
};

struct ScreenLayout {
  int columns = 800;
  int rows = 600;
  PixelBox region; ///< the B-mode area
  double mmPerPx = 0.08;
  bool flip = false;       ///< proximal (anterior) on the right
  bool textInside = false; ///< annotation burned into the lower part of the B-mode area
  bool colour = false;     ///< RGB with a faintly tinted grey map
};

/// The look of a machine; decides what drawScanner draws for the fields of Probe and Processing.
enum class ScannerStyle {
  standard,  ///< plain log compression, few looks
  modern,    ///< many looks, speckle smoothed, edges enhanced
  smooth,    ///< smoothed until tissue looks painted
  coarse,    ///< old: few lines, wide beam, one look, steep grey map
  contrasty, ///< little dynamic range, S-shaped grey map
  plain      ///< as simple simulators draw: speckle alike everywhere, no haze, black shadow
};
[[nodiscard]] const char* toString(ScannerStyle) noexcept; ///< "standard", "modern", ...

enum class GreyMap { power, sCurve, knee, logistic };
enum class SpeckleFilter { none, median, bilateral, diffusion, oriented };

struct Processing {
  ScannerStyle style = ScannerStyle::standard;
  double gainDb = 0;
  double dynamicRangeDb = 62; ///< 50..80
  GreyMap greyMap = GreyMap::power;
  double greyGamma = 1.0;               ///< every map: 255 * f(v^gamma)
  double greyShape = 0;                 ///< how far f is from a straight line; 0..1 (power: not used)
  int greyBlack = 0;                    ///< grey of nothing; 0..25
  int greyWhite = 255;                  ///< grey of the brightest; 200..255
  double tgcError = 0;                  ///< relative error of the attenuation that the gain compensation assumes
  std::array<double, 8> tgcSlidersDb{}; ///< the operator's sliders, from the skin to the lower edge; -8..8 each
  double noiseDb = -62;                 ///< electronic noise at the skin against mid-grey tissue
  double clutterDb = -34;               ///< side lobe and reverberation haze against the tissue that causes it
  double hazeFloorDb = -200;            ///< haze that is everywhere, against muscle; -45..-15, -200 off
  SpeckleFilter speckleFilter = SpeckleFilter::none; ///< after log compression
  double speckleSmoothing = 0;                       ///< its strength, 0..1
  double edgeEnhancement = 0;                        ///< unsharp masking: share of the detail added again; 0..2
  double edgeRadiusMm = 0.35;                        ///< of the detail; 0.15..1
  double persistence = 0;                            ///< weight of the frame before in a cine; 0..0.8
  double pixelNoise = 0;                             ///< SD of grey added to each pixel (video capture); 0..8
};

/// What goes wrong between probe and tissue. All off by default. Places are shares of the picture's width, unflipped.
struct Artefacts {
  double reverberation = 0;     ///< multiples between the probe's face and fascia or bone; 0..1 (1: -8 dB each bounce)
  double reverberationMm = 0;   ///< their spacing; 0: taken from the depth of the brightest layers
  double ringDown = 0;          ///< bright lines under the probe's face; 0..1
  double contactLoss = 0;       ///< gas or air gap: share of the width without contact; 0..1
  double contactAt = 0;         ///< middle of the gap, 0..1
  double contactDepthDb = 50;   ///< what the gap takes away, two ways; 10..60. Its haze (dirty shadow) comes with it
  double dropout = 0;           ///< weak elements, columns here and there; 0..1 (1: up to 24 dB)
  double edgeShadow = 0;        ///< refraction shadows that begin at edgeShadowDepthMm; 0..1 (1: 16 dB)
  double edgeShadowAt = 0.4;    ///< across, 0..1
  double edgeShadowDepthMm = 8; ///< where they begin
  double edgeShadowWidthMm = 1; ///< 0.4..3
  int edgeShadows = 1;          ///< how many, spread around edgeShadowAt; 1..4
  double sideLobe = 0;          ///< smear of bright interfaces along the arc of equal range; 0..1 (1: -22 dB)
};

/// What lies at a place. The numbers are the values of HipSimulator::tissueMap and stay as they are.
enum class TissueKind : std::uint8_t {
  none, ///< outside the region, or above the skin
  skin,
  fat,
  fascia,              ///< fascia lata, iliotibial band, peritenon, walls of a bursa, planes between muscles
  muscle,              ///< any muscle
  gluteusMediusTendon, ///< on its footprint: where Truth::stations lie
  degeneratedTendon,   ///< the same where tendinosis has changed it
  tear,                ///< fluid, granulation or debris in a discontinuity, retracted tendon's gap included
  bursalFluid,         ///< between tendon and iliotibial band
  bone,                ///< everything below the cortex's interface
  otherTendon,         ///< gluteus minimus and others
  calcification,       ///< inside the tendon
  subtendinousFluid,   ///< between bone and tendon
  freeTendon           ///< gluteus medius tendon beside its footprint
};
[[nodiscard]] const char* toString(TissueKind) noexcept; ///< "none", ..., "free_tendon"

/// How tissue of this person answers. dB against the gluteus medius muscle.
struct Echo {
  double tendonDb = 8;       ///< beam perpendicular to the fibres (equine backscatter ratio about 8 dB)
  double equalAtDeg = 5;     ///< tendon equals muscle at this angle (Crass 1988: 2 to 7 degrees)
  double tendonFloorDb = -6; ///< far off perpendicular
  double fibrillarContrastDb = 7;
  double fatDb = -2;
  double fasciaDb = 14;
  double fasciaBreakDb = 4; ///< weaker by that much in places
  double cortexDb = 34;
  double lesionDb = -14;         ///< granulation; fluid has no scatterers at all
  double degeneratedPatchDb = 3; ///< how patchy degenerated tissue is
  double fibrilMm = 0.34;        ///< distance of the fibrils' echoes
  double muscleStreakDb = 12;    ///< perimysium over muscle bundles
  double bundleMm = 0.8;         ///< thickness of the bundles
  double maximusDb = -0.5;       ///< gluteus maximus
  double vastusDb = -0.5;
  FatStyle fatStyle = FatStyle::sheets;
  double septaDb = 15;   ///< septa over fat
  double septaScale = 1; ///< their spacing over the usual
  double skinDb = 6;
  double unevenDb = 2;        ///< every tissue varies by that much over millimetres
  double cortexDropoutDb = 0; ///< depth of the stretches in which the cortex is weaker
};

struct HipRecipe {
  std::uint64_t seed = 0; ///< of the scatterers and textures
  Side side = Side::left;
  View view = View::longAxis;
  Pathology pathology = Pathology::normal;
  Geometry geometry;
  Tear tear; ///< used where isTear(pathology)
  Degeneration degeneration;
  std::vector<Calcification> calcifications;
  std::vector<ShadowLine> shadows;
  Confounder confounder = Confounder::none;    ///< what was ordered; its means are in the other fields
  NotGradable notGradable = NotGradable::none; ///< likewise
  Probe probe;
  ScreenLayout screen;
  Processing processing;
  Artefacts artefacts;
  Echo echo;
  int frames = 1; ///< more than 1: the probe is rocked once to and fro
  double frameRateHz = 20;
  double rockingDeg = 6; ///< amplitude of the rocking, cines only
  double slideMm = 0;    ///< amplitude of the probe's way along the picture, cines only
  double sweepBeams = 0; ///< amplitude of its way across the picture, in beam widths, cines only
};

/// What to keep fixed when a recipe is drawn; everything else varies with the seed.
struct RecipeWishes {
  std::optional<Side> side;
  std::optional<View> view;
  std::optional<Pathology> pathology;
  std::optional<Confounder> confounder;
  NotGradable notGradable = NotGradable::none;
  int frames = 1;
  std::optional<std::pair<int, int>> screen; ///< columns, rows
  bool colour = false;
  std::optional<ScannerStyle> style;
  std::optional<ProbeShape> shape;
};

/// A plausible hip, probe and screen; different for every seed.
[[nodiscard]] HipRecipe drawRecipe(std::uint64_t seed, const RecipeWishes& wishes = {});
/// What the person at the machine does until tissue shows as what it is: granulation is darker than the tendon around
/// it (but for one in ten), and the gain is turned up until a gap's grey differs from the tendon's. drawRecipe and
/// otherView end with it; to be done again where a drawn recipe's tear, echo or processing is changed. Pictures meant
/// to be too dark or saturated stay so.
void makeLegible(HipRecipe& recipe);
/// The same person's hip (geometry of tissue and lesion, screen, echo) seen in another view.
[[nodiscard]] HipRecipe otherView(const HipRecipe& recipe, View view, std::uint64_t seed);

/// All of a recipe as JSON (schema hipcuff.recipe/1); read by RecipeFile it gives the same recipe again.
[[nodiscard]] std::string recipeJson(const HipRecipe& recipe);

/// A recipe in JSON: any subset of the fields that recipeJson writes. What it names is fixed, a number given as
/// [low, high] is drawn between them, a word given as a list is drawn from it; everything else is drawn from the seed.
/// Names, units and limits: docs/simulator.md.
class RecipeFile {
public:
  /// @throws ConfigError where the text is no JSON, names what no recipe has, or holds a value out of its limits
  explicit RecipeFile(std::string text, std::filesystem::path file = {});
  /// @throws ConfigError, also where the file cannot be read
  [[nodiscard]] static RecipeFile read(const std::filesystem::path& file);
  /// @param seed used where the file has none
  [[nodiscard]] HipRecipe recipe(std::uint64_t seed) const;

private:
  std::string text_;
  std::filesystem::path file_;
};

} // namespace hipcuff::phantom
