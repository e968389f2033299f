#include "csv.h"

#include "text.h"

#include "json_plugins.h"

#include "hipcuff/report/plugin_words.h"

#include <array>
#include <utility>

namespace hipcuff::report {
namespace {

/// Null -> empty cell; numbers as in the JSON.
std::string cell(const Json& value) {
  if (value.is_null())
    return {};
  if (value.is_string())
    return csvText(value.get_ref<const std::string&>());
  return value.dump();
}

std::string joined(const Json& words) {
  std::string out;
  for (const Json& word : words)
    out += (out.empty() ? "" : ";") + word.get<std::string>();
  return out;
}

/// The row of the worst discontinuity in the JSON list; null where there is none.
Json worstOf(const Json& image) {
  const Json& list = image.at("discontinuities");
  const ImageResult facts = factsFromJson(image);
  const Discontinuity* found = worst(facts.measurements.discontinuities);
  return found ? list.at(static_cast<std::size_t>(found - facts.measurements.discontinuities.data())) : Json(nullptr);
}

Json largestCalcification(const Json& list) {
  Json largest;
  if (!list.is_null())
    for (const Json& c : list)
      if (largest.is_null() || c.at("size_mm") > largest)
        largest = c.at("size_mm");
  return largest;
}

/// Null where every stage was built in.
Json pluginsOf(const Json& image) {
  const Origin origin{{}, "image"};
  const std::string text = stagesCell(originsFrom(Node(image.at("stages"), origin, "stages")));
  return text.empty() ? Json(nullptr) : Json(text);
}

using Row = std::vector<std::pair<const char*, Json>>;

/// Names and values together, so that header and rows can't drift apart.
Row columns(const Json& image) {
  const Json& source = image.at("source");
  const Json& calibration = image.at("calibration");
  const Json& scale = calibration.at("mm_per_px");
  const Json& thickness = image.at("thickness");
  const Json& findings = image.at("findings");
  const Json& grade = image.at("grade");
  const Json& list = image.at("discontinuities");
  const Json worst = worstOf(image);
  const auto of = [](const Json& object, const char* key) { return object.is_null() ? Json(nullptr) : object.at(key); };
  const auto count = [](const Json& array) { return array.is_null() ? Json(nullptr) : Json(array.size()); };
  const Json& p = grade.at("probabilities");
  const Json& tear = grade.at("tear");
  const Json& review = image.at("review");
  return {
      {"id", image.at("id")},
      {"path", source.at("path")},
      {"study_instance_uid", source.at("study_instance_uid")},
      {"sop_instance_uid", source.at("sop_instance_uid")},
      {"pane", source.at("pane")},
      {"frames", source.at("frames")},
      {"side", source.at("side")},
      {"view", source.at("view")},
      {"region", source.at("region")},
      {"mm_per_px_x", scale.is_null() ? scale : scale.at(0)},
      {"mm_per_px_y", scale.is_null() ? scale : scale.at(1)},
      {"calibration_origin", calibration.at("origin")},
      {"gradable", image.at("quality").at("gradable")},
      {"class", grade.at("class")},
      {"subtype", grade.at("subtype")},
      {"certainty", grade.at("certainty")},
      {"confidence", grade.at("confidence")},
      {"p_normal", of(p, "normal")},
      {"p_tendinosis", of(p, "tendinosis")},
      {"p_partial_thickness", of(p, "partial_thickness")},
      {"p_full_thickness", of(p, "full_thickness")},
      {"not_gradable_reasons", joined(image.at("quality").at("reasons"))},
      {"frame", image.at("frame")},
      {"thickness_mean_mm", thickness.at("mean_mm")},
      {"thickness_max_mm", thickness.at("max_mm")},
      {"thickness_min_mm", thickness.at("min_mm")},
      {"thickness_sd_mm", thickness.at("sd_mm")},
      {"discontinuities", count(list)},
      {"worst_kind", of(worst, "kind")},
      {"worst_extent", of(worst, "extent")},
      {"worst_depth_mm", of(worst, "depth_mm")},
      {"worst_depth_fraction", of(worst, "depth_fraction")},
      {"worst_length_mm", of(worst, "length_mm")},
      {"worst_gap_mm", of(worst, "gap_mm")},
      {"worst_retraction_mm", of(worst, "retraction_mm")},
      {"worst_bare_facet", of(worst, "bare_facet")},
      {"worst_suspected_anisotropy", of(worst, "suspected_anisotropy")},
      {"worst_frames_seen", of(worst, "frames_seen")},
      {"worst_confidence", of(worst, "confidence")},
      {"bursal_fluid_mm", findings.at("bursal_fluid_mm")},
      {"itb_mm", findings.at("itb_mm")},
      {"calcifications", count(findings.at("calcifications"))},
      {"largest_calcification_mm", largestCalcification(findings.at("calcifications"))},
      {"cortical_irregularity_mm", findings.at("cortical_irregularity")},
      {"echogenicity", findings.at("echogenicity")},
      {"fibre_coherence", findings.at("fibre_coherence")},
      {"muscle_echogenicity", findings.at("muscle_echogenicity")},
      {"assessable_fraction", findings.at("assessable_fraction")},
      {"cortex_confidence", image.at("bone_surface").at("confidence")},
      {"tendon_confidence", image.at("tendon").at("confidence")},
      {"criteria_name", grade.at("criteria").at("name")},
      {"criteria_version", grade.at("criteria").at("version")},
      {"label_png", image.at("masks").at("label_png")},
      {"tear_depth_bin", of(tear, "depth_bin")},
      {"tear_depth_grade", of(tear, "depth_grade")},
      {"retraction_flag", of(tear, "retraction_flag")},
      {"wrong_at_most", grade.at("wrong_at_most")},
      {"degenerated_share", findings.at("degenerated_share")},
      {"thickness_mean_lower_mm", thickness.at("mean_lower_mm")},
      {"thickness_mean_upper_mm", thickness.at("mean_upper_mm")},
      {"thickness_max_lower_mm", thickness.at("max_lower_mm")},
      {"thickness_max_upper_mm", thickness.at("max_upper_mm")},
      {"peak_spatial_frequency_per_mm", findings.at("peak_spatial_frequency_per_mm")},
      {"review_by", of(review, "by")},
      {"review_at", of(review, "at")},
      {"review_verdict", of(review, "verdict")},
      {"review_class", of(of(review, "grade"), "class")},
      {"plugins", pluginsOf(image)},
  };
}

} // namespace

std::string csvText(std::string_view bytes) {
  std::string text = toUtf8(bytes);
  if (!text.empty() && std::string_view("=+-@\t\n").find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\n\t'") == std::string::npos)
    return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"')
      out += '"';
    out += c;
  }
  return out + '"';
}

std::string csvHeader() {
  std::string line;
  for (const auto& [name, value] : columns(toJson(ImageResult{}, "", {}, Criteria{})))
    line += (line.empty() ? "" : ",") + std::string(name);
  return line + "\r\n";
}

std::string csvRow(const Json& image) {
  std::string line;
  bool first = true;
  for (const auto& [name, value] : columns(image)) {
    line += first ? "" : ",";
    line += cell(value);
    first = false;
  }
  return line + "\r\n";
}

} // namespace hipcuff::report
