#include "plan.h"

#include "random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>

namespace hipcuff::accuracy {
namespace {

using namespace phantom;
using nlohmann::json;
using Draw = phantom::Rng;

constexpr std::array<Pathology, 6> pathologies = {Pathology::normal,         Pathology::tendinosis,
                                                  Pathology::undersurface,   Pathology::bursal,
                                                  Pathology::intrasubstance, Pathology::fullThickness};
constexpr std::array<Confounder, 10> confounders = {
    Confounder::anisotropy,    Confounder::insertionTurn,    Confounder::edgeShadow,  Confounder::septumShadow,
    Confounder::reverberation, Confounder::dropout,          Confounder::poorContact, Confounder::thinAnterior,
    Confounder::thinZone,      Confounder::corticalIrregular};
constexpr std::array<NotGradable, 7> hopeless = {
    NotGradable::noCortex,  NotGradable::wrongRegion, NotGradable::tooDark,       NotGradable::saturated,
    NotGradable::colourBox, NotGradable::tooOblique,  NotGradable::textOverTendon};
constexpr std::array<const char*, 6> variations = {"gain", "frequency", "depth", "mirror", "pixel_size", "colour"};

std::uint64_t hashed(const std::string& text) {
  std::uint64_t h = 0;
  for (const char c : text)
    h = mix(h, static_cast<unsigned char>(c));
  return h;
}

std::string numbered(const std::string& stem, int index) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d", index + 1);
  return stem + text;
}

std::map<std::string, std::function<double&(HipRecipe&)>> fields() {
  return {{"probe.frequency_mhz", [](HipRecipe& r) -> double& { return r.probe.frequencyMHz; }},
          {"probe.bandwidth", [](HipRecipe& r) -> double& { return r.probe.bandwidth; }},
          {"probe.f_number", [](HipRecipe& r) -> double& { return r.probe.fNumber; }},
          {"processing.dynamic_range_db", [](HipRecipe& r) -> double& { return r.processing.dynamicRangeDb; }},
          {"processing.grey_gamma", [](HipRecipe& r) -> double& { return r.processing.greyGamma; }},
          {"processing.clutter_db", [](HipRecipe& r) -> double& { return r.processing.clutterDb; }},
          {"geometry.itb_mm", [](HipRecipe& r) -> double& { return r.geometry.itbMm; }},
          {"geometry.facet_bulge_mm", [](HipRecipe& r) -> double& { return r.geometry.facetBulgeMm; }},
          {"geometry.bend_radius_mm", [](HipRecipe& r) -> double& { return r.geometry.bendRadiusMm; }},
          {"geometry.tendon_mm", [](HipRecipe& r) -> double& { return r.geometry.tendonMm; }},
          {"geometry.skin_mm", [](HipRecipe& r) -> double& { return r.geometry.skinMm; }},
          {"geometry.cortex_roughness_mm", [](HipRecipe& r) -> double& { return r.geometry.cortexRoughnessMm; }},
          {"echo.cortex_db", [](HipRecipe& r) -> double& { return r.echo.cortexDb; }},
          {"echo.fascia_db", [](HipRecipe& r) -> double& { return r.echo.fasciaDb; }},
          {"echo.fat_db", [](HipRecipe& r) -> double& { return r.echo.fatDb; }},
          {"echo.fibrillar_contrast_db", [](HipRecipe& r) -> double& { return r.echo.fibrillarContrastDb; }}};
}

double within(Draw& rng, const json& range) {
  return rng.uniform(range.at(0).get<double>(), range.at(1).get<double>());
}

class Planner {
public:
  Planner(const json& splits, const std::string& name)
      : all_(splits)
      , strata_(splits.at("strata"))
      , split_(splits.at("splits").at(name))
      , key_(split_.at("key").get<std::uint64_t>()) {}

  std::vector<Picture> pictures() {
    classes();
    confounded();
    confoundedTears();
    notGradable();
    cines();
    exams();
    pairs();
    return std::move(out_);
  }

private:
  [[nodiscard]] int scaled(const json& count) const {
    return std::max(1, static_cast<int>(std::lround(count.get<double>() * split_.at("scale").get<double>())));
  }

  [[nodiscard]] std::uint64_t seedOf(const std::string& path) const { return mix(mix(key_, 0xACC0ULL), hashed(path)); }

  void add(const std::string& stratum, const std::string& path, HipRecipe recipe, nlohmann::ordered_json about = {},
           std::optional<ExamTags> tags = std::nullopt, std::optional<Codec> codec = std::nullopt) {
    Picture p;
    p.path = path;
    p.stratum = stratum;
    p.tags = tags.value_or(ExamTags{seedOf(path), 1, 1, "SIM^ACCURACY", "SIMACC"});
    Draw rng(mix(seedOf(path), 5));
    p.codec =
        codec.value_or(rng.chance(all_.at("jpeg_share").get<double>()) ? Codec::jpegBaseline : Codec::uncompressed);
    p.recipe = std::move(recipe);
    p.about = std::move(about);
    out_.push_back(std::move(p));
  }

  /// Depth and length of a partial tear even over the stated ranges, as far as the footprint has room.
  void spreadTear(HipRecipe& r, Draw& rng) const {
    if (!isTear(r.pathology) || r.pathology == Pathology::fullThickness)
      return;
    const json& partial = all_.at("partial_tears");
    const double facet = r.geometry.facetLengthMm;
    const double longest =
        std::min(partial.at("length_mm").at(1).get<double>(), partial.at("facet_share_max").get<double>() * facet);
    r.tear.depthFraction = within(rng, partial.at("depth_fraction"));
    r.tear.lengthMm = rng.uniform(partial.at("length_mm").at(0).get<double>(), longest);
    const double margin = 0.5 * r.tear.lengthMm / facet + 0.04;
    r.tear.centre = rng.uniform(margin, std::max(margin, 1.0 - margin));
  }

  bool putOutside(HipRecipe& r, Draw& rng, nlohmann::ordered_json& about) const {
    if (!rng.chance(split_.at("outside_share").get<double>()))
      return false;
    const auto known = fields();
    std::vector<std::string> names;
    for (const auto& [name, ranges] : all_.at("outside").items())
      names.push_back(name);
    const int wanted = all_.at("outside_fields_per_recipe").get<int>();
    for (int i = 0; i < wanted && !names.empty(); ++i) {
      const auto pick = static_cast<std::size_t>(rng.below(static_cast<int>(names.size())));
      const std::string name = names[pick];
      names.erase(names.begin() + static_cast<std::ptrdiff_t>(pick));
      const json& ranges = all_.at("outside").at(name);
      const auto field = known.find(name);
      if (field == known.end())
        throw std::runtime_error("outside: the field " + name + " is not known (see tools/plan.cpp)");
      double& value = field->second(r);
      const double before = value;
      value = within(rng, ranges.at(static_cast<std::size_t>(rng.below(static_cast<int>(ranges.size())))));
      // Layers above the bone take from the fat what they gain, so that the bone stays in the picture.
      if (name == "geometry.itb_mm" || name == "geometry.skin_mm" || name == "geometry.tendon_mm")
        r.geometry.fatMm = std::max(1.0, r.geometry.fatMm - (value - before));
      about["outside_fields"].push_back(name);
    }
    return true;
  }

  HipRecipe spread(const std::string& path, RecipeWishes wishes) const {
    HipRecipe r = drawRecipe(seedOf(path), wishes);
    Draw rng(mix(seedOf(path), 2));
    spreadTear(r, rng);
    makeLegible(r);
    return r;
  }

  void classes() {
    for (const Pathology pathology : pathologies) {
      const std::string kind = toString(pathology);
      const int count = scaled(strata_.at("class").at(kind));
      for (int i = 0; i < count; ++i) {
        const std::string path = numbered("class/" + kind + "/", i);
        RecipeWishes wishes;
        wishes.pathology = pathology;
        wishes.confounder = Confounder::none; // they have strata of their own
        HipRecipe r = spread(path, wishes);
        nlohmann::ordered_json about;
        Draw rng(mix(seedOf(path), 3));
        about["outside"] = putOutside(r, rng, about);
        makeLegible(r);
        add("class", path, std::move(r), std::move(about));
      }
    }
  }

  /// Some are seen in one view only.
  static RecipeWishes wishesFor(Confounder confounder) {
    RecipeWishes wishes;
    wishes.confounder = confounder;
    if (confounder == Confounder::thinAnterior)
      wishes.view = View::shortAxis;
    if (confounder == Confounder::insertionTurn)
      wishes.view = View::longAxis;
    return wishes;
  }

  void confounded() {
    const int count = scaled(strata_.at("confounder_each"));
    for (const Confounder confounder : confounders)
      for (int i = 0; i < count; ++i) {
        const std::string path = numbered(std::string("confounder/") + toString(confounder) + "/", i);
        Draw rng(mix(seedOf(path), 4));
        RecipeWishes wishes = wishesFor(confounder);
        wishes.pathology = rng.chance(strata_.at("confounder_tendinosis_share").get<double>()) ? Pathology::tendinosis
                                                                                               : Pathology::normal;
        add("confounder", path, drawRecipe(seedOf(path), wishes), {{"confounder", toString(confounder)}});
      }
  }

  /// Torn tendons with the same confounders: what is not counted as a tear must not hide one either.
  void confoundedTears() {
    const int count = scaled(strata_.at("confounded_tears_each"));
    for (const Confounder confounder : confounders)
      for (int i = 0; i < count; ++i) {
        const std::string path = numbered(std::string("confounded_tear/") + toString(confounder) + "/", i);
        RecipeWishes wishes = wishesFor(confounder);
        wishes.pathology = pathologies[2 + static_cast<std::size_t>(i) % 4];
        add("confounded_tear", path, spread(path, wishes), {{"confounder", toString(confounder)}});
      }
  }

  void notGradable() {
    const int count = scaled(strata_.at("not_gradable_each"));
    for (const NotGradable kind : hopeless)
      for (int i = 0; i < count; ++i) {
        const std::string path = numbered(std::string("not_gradable/") + toString(kind) + "/", i);
        RecipeWishes wishes;
        wishes.notGradable = kind;
        add("not_gradable", path, drawRecipe(seedOf(path), wishes), {{"not_gradable", toString(kind)}});
      }
  }

  void cines() {
    const int count = scaled(strata_.at("cines"));
    for (int i = 0; i < count; ++i) {
      const std::string path = numbered("cine/", i);
      RecipeWishes wishes;
      wishes.pathology = pathologies[static_cast<std::size_t>(i) % pathologies.size()];
      wishes.frames = strata_.at("cine_frames").get<int>();
      wishes.screen = {{640, 480}};
      add("cine", path, spread(path, wishes));
    }
  }

  /// One person: both hips in two views; one hip has the finding, the other is normal.
  void exams() {
    const int count = scaled(strata_.at("exams"));
    for (int i = 0; i < count; ++i) {
      const std::string exam = numbered("exam/", i);
      const Pathology finding = pathologies[static_cast<std::size_t>(i) % pathologies.size()];
      Draw rng(seedOf(exam));
      const Side affected = rng.chance(0.5) ? Side::left : Side::right;
      ExamTags tags{seedOf(exam), 1, 1, "SIM^" + numbered("EXAM", i), numbered("SIMEXAM", i)};
      for (const Side side : {Side::left, Side::right}) {
        const std::string stem = exam + (side == Side::left ? "/left_" : "/right_");
        RecipeWishes wishes;
        wishes.side = side;
        wishes.view = View::longAxis;
        wishes.pathology = side == affected ? finding : Pathology::normal;
        const HipRecipe longAxis = spread(stem + "long", wishes);
        const HipRecipe shortAxis = otherView(longAxis, View::shortAxis, mix(longAxis.seed, 1));
        const nlohmann::ordered_json about = {{"exam", exam}};
        add("exam", stem + "long", longAxis, about, tags, Codec::jpegBaseline);
        ++tags.instanceNumber;
        add("exam", stem + "short", shortAxis, about, tags, Codec::jpegBaseline);
        ++tags.instanceNumber;
      }
    }
  }

  /// Depth and pixel size are changed on the region that the recipe has; a sector's depends on its depth.
  HipRecipe linearBase(const std::string& path, Pathology pathology) const {
    RecipeWishes wishes;
    wishes.pathology = pathology;
    wishes.confounder = Confounder::none;
    for (std::uint64_t tries = 0; tries < 64; ++tries) {
      HipRecipe r = drawRecipe(mix(seedOf(path), 100 + tries), wishes);
      Draw rng(mix(seedOf(path), 2));
      spreadTear(r, rng);
      r.screen.colour = false;
      if (r.probe.shape == ProbeShape::linear)
        return r;
    }
    throw std::runtime_error(path + ": no linear probe in 64 recipes");
  }

  [[nodiscard]] HipRecipe changed(HipRecipe r, const std::string& variation, Draw& rng) const {
    const json& amounts = all_.at("pairs");
    const double sign = rng.chance(0.5) ? 1 : -1;
    auto& s = r.screen;
    if (variation == "gain") {
      r.processing.gainDb += sign * within(rng, amounts.at("gain_db"));
    } else if (variation == "frequency") {
      const double step = within(rng, amounts.at("frequency_mhz"));
      const bool down = r.probe.frequencyMHz + step > 16 || (sign < 0 && r.probe.frequencyMHz - step > 6);
      r.probe.frequencyMHz += down ? -step : step;
    } else if (variation == "depth") {
      const double depth = r.probe.depthMm + within(rng, amounts.at("depth_mm"));
      s.mmPerPx *= depth / r.probe.depthMm; // the same box on the screen shows more
      r.probe.depthMm = depth;
      s.region.x1 = s.region.x0 + static_cast<int>(r.probe.apertureMm / s.mmPerPx);
      s.region.y1 = s.region.y0 + static_cast<int>(r.probe.depthMm / s.mmPerPx);
    } else if (variation == "mirror") {
      s.flip = !s.flip;
    } else if (variation == "pixel_size") {
      const double factor = amounts.at("pixel_factor").at(s.columns > 900 ? 0 : 1).get<double>();
      s.columns = static_cast<int>(std::ceil(s.columns * factor));
      s.rows = static_cast<int>(std::ceil(s.rows * factor));
      s.mmPerPx /= factor;
      s.region.x0 = static_cast<int>(s.region.x0 * factor);
      s.region.y0 = static_cast<int>(s.region.y0 * factor);
      s.region.x1 = s.region.x0 + static_cast<int>(r.probe.apertureMm / s.mmPerPx);
      s.region.y1 = s.region.y0 + static_cast<int>(r.probe.depthMm / s.mmPerPx);
    }
    return r;
  }

  void pairs() {
    const int count = scaled(strata_.at("pairs_each"));
    int number = 0;
    for (const char* variation : variations)
      for (int i = 0; i < count; ++i, ++number) {
        const std::string path = numbered(std::string("pairs/") + variation + "/", i);
        // Half of them normal: a class that flips there is the costly one.
        const Pathology pathology =
            i % 2 == 0 ? Pathology::normal : pathologies[1 + static_cast<std::size_t>(i / 2) % 5];
        const HipRecipe base = linearBase(path, pathology);
        Draw rng(mix(seedOf(path), 6));
        HipRecipe other = changed(base, variation, rng);
        Codec codec = Codec::uncompressed;
        if (std::string(variation) == "colour") {
          other.screen.colour = i % 3 != 1; // a tint, lossy coding, or both
          codec = i % 3 != 0 ? Codec::jpegBaseline : Codec::uncompressed;
        }
        nlohmann::ordered_json about = {{"pair", number}, {"variation", variation}, {"variant", "base"}};
        ExamTags tags{seedOf(path), 1, 1, "SIM^PAIR", "SIMPAIR"};
        add("pairs", path + "a", base, about, tags, Codec::uncompressed);
        about["variant"] = "changed";
        tags.instanceNumber = 2;
        tags.studySeed = mix(tags.studySeed, 1); // another study: the two must not be read as one hip
        add("pairs", path + "b", std::move(other), about, tags, codec);
      }
  }

  const json& all_;
  const json& strata_;
  const json& split_;
  std::uint64_t key_;
  std::vector<Picture> out_;
};

} // namespace

std::vector<Picture> planSet(const json& splits, const std::string& name) {
  if (!splits.at("splits").contains(name))
    throw std::runtime_error("no split is named " + name);
  return Planner(splits, name).pictures();
}

std::map<std::string, double> namedFields(const HipRecipe& recipe) {
  HipRecipe copy = recipe;
  std::map<std::string, double> values;
  for (const auto& [name, field] : fields())
    values[name] = field(copy);
  return values;
}

} // namespace hipcuff::accuracy
