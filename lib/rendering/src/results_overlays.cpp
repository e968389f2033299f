#include "hipcuff/rendering/results_overlays.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/rendering/overlay_renderer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

namespace hipcuff {
namespace {

using Json = nlohmann::json;
constexpr const char* schema = "hipcuff.results/1";

/// A member, or null where it or its parent is missing.
const Json& member(const Json& object, const char* key) {
  static const Json null;
  if (!object.is_object())
    return null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number(const Json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

/// The enumerator whose word this is; toString() gives other words for values beyond the last.
template <typename Enum>
std::optional<Enum> fromWord(const std::string& word, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (word == toString(static_cast<Enum>(i)))
      return static_cast<Enum>(i);
  return std::nullopt;
}

/// ID, or nothing where it could leave the output folder.
std::string safeFileStem(const std::string& id) {
  const bool safe =
      !id.empty() && id.size() < 200 && id.front() != '.' && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
      });
  return safe ? id : std::string();
}

std::string pictureName(const Json& image) {
  const std::string name = text(member(member(image, "picture"), "raw_png"));
  return name.empty() ? text(member(image, "picture_png")) : name;
}

class SceneReader {
public:
  SceneReader(std::filesystem::path file, const Json& image)
      : file_(std::move(file))
      , image_(image) {}

  OverlayScene read() {
    OverlayScene scene;
    scene.picture = picture();
    const Json& box = member(member(image_, "calibration"), "region_px");
    if (box.is_array() && box.size() == 4) {
      const PixelBox region{box[0].get<int>(), box[1].get<int>(), box[2].get<int>(), box[3].get<int>()};
      if (region.width() != scene.picture.width || region.height() != scene.picture.height)
        fail("its picture does not have the size of region_px");
      origin_ = {static_cast<double>(region.x0), static_cast<double>(region.y0)};
    }
    width_ = scene.picture.width;
    height_ = scene.picture.height;
    if (const Json& scale = member(member(image_, "calibration"), "mm_per_px"); scale.is_array() && scale.size() == 2) {
      const Spacing spacing{scale[0].get<double>(), scale[1].get<double>()};
      if (!(spacing.x > 1e-4 && spacing.y > 1e-4 && spacing.x < 10 && spacing.y < 10))
        fail("mm_per_px is not believable");
      scene.mmPerPx = spacing;
    }
    cortex(scene);
    tendon(scene);
    words(scene);
    discontinuities(scene);
    return scene;
  }

private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw InputError(file_, "image " + text(member(image_, "id")) + ": " + problem, "run hipcuff analyze again");
  }

  [[nodiscard]] RgbImage picture() const {
    const std::filesystem::path name = pictureName(image_);
    // The file may come from anywhere: it must not make us read outside of its own folder.
    if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end())
      fail("its picture lies outside the results' folder");
    return readPng(file_.parent_path() / name, largestOverlaySide);
  }

  [[nodiscard]] Point point(const Json& value) const {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number())
      fail("a point is not a pair of numbers");
    const Point p = Point{value[0].get<double>(), value[1].get<double>()} - origin_;
    // A border may leave the region a little; far outside means that it belongs to another picture.
    if (!(p.x > -width_ && p.y > -height_ && p.x < 2 * width_ && p.y < 2 * height_))
      fail("a point lies far outside the region");
    return p;
  }

  [[nodiscard]] Polyline line(const Json& value) const {
    Polyline out;
    if (value.is_array())
      for (const Json& p : value)
        out.push_back(point(p));
    return out;
  }

  void cortex(OverlayScene& scene) const {
    const Json& bone = member(image_, "bone_surface");
    if (const Json& segments = member(bone, "segments"); segments.is_array())
      for (const Json& segment : segments)
        if (Polyline px = line(member(segment, "points_px")); px.size() > 1)
          scene.lines.push_back({OverlayRole::cortex, std::move(px), false});
    if (const Json& facets = member(bone, "facets"); facets.is_array())
      for (const Json& facet : facets) {
        if (!member(facet, "begin_px").is_array() || !member(facet, "end_px").is_array())
          continue;
        const std::string kind = text(member(facet, "kind"));
        scene.facets.push_back({point(member(facet, "begin_px")), point(member(facet, "end_px")),
                                kind.empty() || kind == "unknown" ? std::string() : kind + " facet"});
      }
  }

  /// A border in stretches that were seen and stretches that were bridged; neighbours share their end point.
  void border(OverlayScene& scene, OverlayRole role, const Polyline& px, const char* name) const {
    std::vector<bool> inferred(px.size(), false);
    if (const Json& stretches = member(member(image_, "tendon"), "border_inferred"); stretches.is_array())
      for (const Json& stretch : stretches) {
        const auto begin = number(member(stretch, "begin_index"));
        const auto end = number(member(stretch, "end_index"));
        if (text(member(stretch, "border")) != name || !begin || !end)
          continue;
        for (std::size_t i = 0; i < inferred.size(); ++i)
          if (static_cast<double>(i) >= *begin && static_cast<double>(i) <= *end)
            inferred[i] = true;
      }
    const auto pieceInferred = [&](std::size_t i) { return inferred[i] || inferred[i + 1]; };
    for (std::size_t i = 0; i + 1 < px.size();) {
      const bool now = pieceInferred(i);
      Polyline run{px[i]};
      for (; i + 1 < px.size() && pieceInferred(i) == now; ++i)
        run.push_back(px[i + 1]);
      scene.lines.push_back({role, std::move(run), now});
    }
  }

  void tendon(OverlayScene& scene) const {
    const Json& tendon = member(image_, "tendon");
    border(scene, OverlayRole::deepBorder, line(member(tendon, "deep_px")), "deep");
    border(scene, OverlayRole::superficialBorder, line(member(tendon, "superficial_px")), "superficial");
  }

  void discontinuities(OverlayScene& scene) const {
    const Json& list = member(image_, "discontinuities");
    if (!list.is_array())
      return;
    for (const Json& item : list) {
      OverlayRegion region;
      const auto kind = fromWord(text(member(item, "kind")), DiscontinuityKind::fullThickness);
      if (!kind)
        fail("unknown kind of discontinuity '" + text(member(item, "kind")) + "'");
      region.kind = *kind;
      region.px = line(member(item, "polygon_px"));
      region.depthFraction = number(member(item, "depth_fraction"));
      const Json& doubt = member(item, "suspected_anisotropy");
      region.suspectedAnisotropy = doubt.is_boolean() && doubt.get<bool>();
      // A picture must not show as a tear what its own grade says is none.
      region.counted = scene.grade != GradeClass::normal && scene.grade != GradeClass::tendinosis;
      scene.regions.push_back(std::move(region));
    }
  }

  void words(OverlayScene& scene) const {
    const Json& source = member(image_, "source");
    const std::string side = text(member(source, "side"));
    const std::string view = text(member(source, "view"));
    scene.title = side == "L" ? "left" : side == "R" ? "right" : "side unknown";
    scene.title += view.empty() ? ", view unknown" : ", " + view + " axis";
    const auto frame = number(member(image_, "frame"));
    const auto frames = number(member(source, "frames"));
    if (frame && frames && *frames > 1)
      scene.title += ", frame " + std::to_string(std::lround(*frame)) + " (of 0 to " +
                     std::to_string(std::lround(*frames) - 1) + ")";
    else if (frame)
      scene.title += ", frame " + std::to_string(std::lround(*frame));
    if (const auto pane = number(member(source, "pane")); pane && *pane > 0)
      scene.title += ", pane " + std::to_string(std::lround(*pane));
    scene.title += "   " + text(member(image_, "id"));

    const Json& grade = member(image_, "grade");
    scene.grade = fromWord(text(member(grade, "class")), GradeClass::notGradable).value_or(GradeClass::notGradable);
    static constexpr std::array<const char*, 5> names{"Normal", "Tendinosis", "Partial-thickness tear",
                                                      "Full-thickness tear", "Not gradable"};
    scene.badge = names[static_cast<std::size_t>(scene.grade)];
    if (scene.grade == GradeClass::notGradable) {
      if (const Json& reasons = member(member(image_, "quality"), "reasons"); reasons.is_array())
        for (const Json& code : reasons)
          if (const auto refusal = fromWord(text(code), Refusal::undecodable))
            scene.remarks.emplace_back(explain(*refusal));
      return;
    }
    if (const std::string subtype = text(member(grade, "subtype")); !subtype.empty())
      scene.badge += ", " + subtype;
    if (const std::string certainty = text(member(grade, "certainty")); !certainty.empty())
      scene.badge += ", " + certainty;
    if (const auto confidence = number(member(grade, "confidence")))
      scene.badge += ", confidence " + std::to_string(std::lround(*confidence * 100)) + " %";
    if (const Json& reasons = member(grade, "reasons"); reasons.is_array() && !reasons.empty())
      scene.remarks.push_back(text(reasons.front())); // the weightiest
  }

  std::filesystem::path file_;
  const Json& image_;
  Point origin_;
  double width_ = 0;
  double height_ = 0;
};

} // namespace

void readResultOverlays(const std::filesystem::path& resultsJson,
                        const std::function<void(const ResultOverlay&)>& each) {
  std::ifstream in(resultsJson);
  if (!in)
    throw InputError(resultsJson, "can't be read", "give the results.json that hipcuff analyze wrote");
  bool schemaSeen = false;
  // Images are taken out of the document as soon as each is complete.
  const auto take = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::value && depth == 1 && parsed == schema)
      schemaSeen = true;
    if (event != Json::parse_event_t::object_end || !parsed.contains("calibration") || !parsed.contains("bone_surface"))
      return true;
    ResultOverlay overlay;
    overlay.id = safeFileStem(text(member(parsed, "id")));
    if (overlay.id.empty())
      overlay.id = safeFileStem(std::filesystem::path(pictureName(parsed)).stem().string());
    if (overlay.id.empty())
      overlay.id = "image";
    if (!pictureName(parsed).empty())
      overlay.scene = [&] {
        try {
          return SceneReader(resultsJson, parsed).read();
        } catch (const Json::exception& e) {
          throw InputError(resultsJson, "image " + overlay.id + ": " + e.what(), "run hipcuff analyze again");
        }
      };
    each(overlay);
    return false;
  };
  try {
    const Json rest = Json::parse(in, take);
    if (!schemaSeen)
      throw InputError(resultsJson, std::string("is not a ") + schema + " file",
                       "give the results.json that hipcuff analyze wrote");
  } catch (const Json::exception& e) {
    throw InputError(resultsJson, std::string("is not valid JSON: ") + e.what(),
                     "give the results.json that hipcuff analyze wrote");
  }
}

} // namespace hipcuff
