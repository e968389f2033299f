#include "truth.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// The picture beside its truth: NAME.dcm, NAME.png, ...
fs::path pictureOf(const fs::path& file) {
  const std::string name = file.filename().string();
  const std::string base = name.substr(0, name.size() - truthEnding.size());
  std::error_code ignored;
  for (const char* ending : {".dcm", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".mp4", ".mha"})
    if (fs::path path = file.parent_path() / (base + ending); fs::exists(path, ignored))
      return path;
  return file.parent_path() / (base + ".dcm");
}

std::optional<double> number(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::string text(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Full thickness before the deepest.
const Json* worstTear(const Json& frame) {
  const auto all = frame.find("discontinuities");
  if (all == frame.end() || !all->is_array() || all->empty())
    return nullptr;
  const auto rank = [](const Json& d) {
    return std::pair(text(d, "kind") == "full_thickness", number(d, "depth_fraction").value_or(0));
  };
  return &*std::max_element(all->begin(), all->end(), [&](const Json& a, const Json& b) { return rank(a) < rank(b); });
}

Answer measuresOf(const Json& frame) {
  Answer out;
  if (const auto thickness = frame.find("thickness"); thickness != frame.end() && thickness->is_object()) {
    out.thicknessMeanMm = number(*thickness, "mean_mm");
    out.thicknessMaxMm = number(*thickness, "max_mm");
  }
  if (const Json* tear = worstTear(frame)) {
    out.depthFraction = number(*tear, "depth_fraction");
    out.tearLengthMm = number(*tear, "length_mm");
  }
  return out;
}

ReferenceEntry entryFrom(const Json& json, const fs::path& file) {
  const auto fail = [&](const std::string& problem) {
    throw InputError(file, problem, "give truth as hipcuff phantom writes it");
  };
  if (!json.is_object() || json.value("schema", "hipcuff.truth/1") != "hipcuff.truth/1")
    fail("is not a hipcuff.truth/1 file");
  ReferenceEntry out;
  out.sopInstanceUid = text(json, "sop_instance_uid");
  out.exam = text(json, "study_instance_uid");
  out.file = pictureOf(file).generic_string();
  const std::string side = text(json, "side");
  if (side == "L" || side == "R")
    out.side = side == "L" ? Side::left : Side::right;
  const std::string grade = text(json, "grade");
  for (const GradeClass c : {GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                             GradeClass::fullThickness, GradeClass::notGradable})
    if (grade == toString(c))
      out.answer.grade = c;
  if (!grade.empty() && !out.answer.grade)
    fail("has an unknown grade '" + grade + "'");
  const std::string pathology = text(json, "pathology");
  if (out.answer.grade == GradeClass::partialThickness)
    out.answer.subtype = pathology;
  const bool gradable = out.answer.grade != GradeClass::notGradable;
  if (const auto reasons = json.find("expected_refusals"); reasons != json.end() && reasons->is_array() && !gradable)
    for (const Json& reason : *reasons)
      if (reason.is_string())
        out.answer.reasons.push_back(reason.get<std::string>());
  const auto frames = json.find("frames");
  if (frames == json.end() || !frames->is_array() || frames->empty())
    return out;
  for (const Json& frame : *frames) {
    FrameAnswer f;
    f.frame = static_cast<int>(number(frame, "frame").value_or(0));
    // What nobody should grade, nobody should measure.
    if (gradable)
      f.answer = measuresOf(frame);
    if (const std::string mask = text(frame, "mask"); !mask.empty() && gradable)
      f.mask = file.parent_path() / mask;
    out.frames.push_back(std::move(f));
  }
  return out;
}

} // namespace

ReferenceEntry readTruth(const fs::path& file) {
  std::ifstream in(file);
  if (!in)
    throw InputError(file, "can't be read", "check that it is there and its permissions");
  try {
    // Point lists are most of the file and are not needed.
    return entryFrom(Json::parse(in,
                                 [](int depth, Json::parse_event_t event, Json& key) {
                                   return event != Json::parse_event_t::key || depth != 3 ||
                                          (key != "bone_surface" && key != "tendon");
                                 }),
                     file);
  } catch (const Json::exception& e) {
    throw InputError(file, std::string("is not valid JSON: ") + e.what(), "give truth as hipcuff phantom writes it");
  }
}

} // namespace hipcuff::validation
