#include "commands/info_text.h"

#include "cli/table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace hipcuff::cli {
namespace {

using nlohmann::json;

/// Frames a second from the times between the frames; none where they are unknown or there is one frame.
std::optional<double> frameRate(const Cine& cine) {
  if (!cine.frameTimes || cine.frameTimes->size() < 2 || cine.frameTimes->back() <= cine.frameTimes->front())
    return std::nullopt;
  return static_cast<double>(cine.frameTimes->size() - 1) / (cine.frameTimes->back() - cine.frameTimes->front());
}

double usableFraction(const Pane& pane) {
  if (pane.usable.empty())
    return 0;
  const auto on = std::count_if(pane.usable.data.begin(), pane.usable.data.end(), [](auto v) { return v != 0; });
  return static_cast<double>(on) / static_cast<double>(pane.usable.data.size());
}

/// Whether the problem stands in a region's line already, in full ("region 2: ...") or as a pane's reason.
bool toldWithRegion(const Cine& cine, const std::string& problem) {
  for (std::size_t i = 0; i < cine.regions.size(); ++i) {
    const std::string& told = cine.regions[i].problem;
    if (!told.empty() && (problem == told || problem == "region " + std::to_string(i + 1) + ": " + told))
      return true;
  }
  return false;
}

const char* toString(ProbeGeometry::Kind kind) {
  switch (kind) {
  case ProbeGeometry::Kind::linear:
    return "linear";
  case ProbeGeometry::Kind::sector:
    return "sector";
  case ProbeGeometry::Kind::unknown:
    return "unknown";
  }
  return "unknown";
}

std::string span(const PixelBox& box) {
  return box.empty() ? "outside the picture"
                     : "x " + std::to_string(box.x0) + ".." + std::to_string(box.x1) + ", y " + std::to_string(box.y0) +
                           ".." + std::to_string(box.y1);
}

std::string scaleText(const std::optional<Spacing>& scale, const std::optional<CalibrationOrigin>& origin,
                      const std::string& problem) {
  if (!scale) // what is wrong often says so itself
    return problem.find("no millimetres") != std::string::npos
               ? problem
               : "no millimetres" + (problem.empty() ? std::string() : ": " + problem);
  return decimals(scale->x, 5) + " x " + decimals(scale->y, 5) + " mm/px" +
         (origin ? " (" + std::string(hipcuff::toString(*origin)) + ")" : "") +
         (problem.empty() ? std::string() : "; " + problem);
}

template <typename T>
std::string sourcedText(const Sourced<T>& value) {
  return value.known() ? std::string(hipcuff::toString(*value.value)) + "  (" + value.origin + ")" : "unknown";
}

/// A line break or escape sequence inside a header must not become one on the terminal.
std::string tame(const std::string& text) {
  return tail(text, text.size() + 4);
}

std::string line(const std::string& name, const std::string& value) {
  return "  " + name + std::string(name.size() < 13 ? 13 - name.size() : 1, ' ') + tame(value) + "\n";
}

json orNull(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}
json boxJson(const PixelBox& box) {
  return {box.x0, box.y0, box.x1, box.y1};
}
json scaleJson(const std::optional<Spacing>& scale) {
  return scale ? json{scale->x, scale->y} : json(nullptr);
}
json originJson(const std::optional<CalibrationOrigin>& origin) {
  return origin ? json(hipcuff::toString(*origin)) : json(nullptr);
}
template <typename T>
json sourcedJson(const Sourced<T>& value) {
  return {{"value", value.known() ? json(hipcuff::toString(*value.value)) : json(nullptr)},
          {"origin", orNull(value.origin)}};
}

json regionJson(const UltrasoundRegion& region) {
  return {{"kind", hipcuff::toString(region.kind)},
          {"box_px", boxJson(region.box)},
          {"mm_per_px", scaleJson(region.mmPerPx)},
          {"origin", originJson(region.origin)},
          {"reference_px", region.referencePx ? json{region.referencePx->x, region.referencePx->y} : json(nullptr)},
          {"problem", orNull(region.problem)}};
}

json paneJson(const Pane& pane) {
  return {{"box_px", boxJson(pane.box)},
          {"mm_per_px", scaleJson(pane.mmPerPx)},
          {"origin", originJson(pane.calibrationOrigin)},
          {"problem", orNull(pane.calibrationProblem)},
          {"from_region", pane.fromRegion},
          {"probe", toString(pane.probe.kind)},
          {"colour_box_px", pane.colourBox ? boxJson(*pane.colourBox) : json(nullptr)},
          {"usable_fraction", std::round(usableFraction(pane) * 1000) / 1000}};
}

json screenJson(const Screen& screen) {
  json panes = json::array();
  for (const Pane& pane : screen.panes)
    panes.push_back(paneJson(pane));
  json text = json::array();
  for (const PixelBox& box : screen.text)
    text.push_back(boxJson(box));
  return {{"panes", panes}, {"text_px", text}};
}

} // namespace

std::string infoText(const FileInfo& info, bool identity) {
  const Cine& cine = info.cine;
  std::string text = tame(cine.path.string()) + "\n";
  std::string kind = cine.format;
  if (!cine.sopClass.empty())
    kind += ", " + cine.sopClass;
  text += line("class", kind);
  text += line("syntax", (cine.transferSyntax.empty() ? std::string("unknown") : cine.transferSyntax) +
                             (cine.photometric.empty() ? "" : ", " + cine.photometric));
  std::string size = std::to_string(cine.columns) + " x " + std::to_string(cine.rows) + ", " +
                     std::to_string(cine.frames) + (cine.frames == 1 ? " frame" : " frames");
  if (const auto rate = frameRate(cine))
    size += ", " + decimals(*rate, 1) + " a second (" + cine.frameTimesOrigin + ")";
  else if (cine.frames > 1)
    size += ", frame times unknown";
  text += line("size", size);
  if (!cine.manufacturer.empty() || !cine.modelName.empty())
    text += line("scanner", cine.manufacturer + (cine.manufacturer.empty() || cine.modelName.empty() ? "" : ", ") +
                                cine.modelName);
  for (std::size_t i = 0; i < cine.regions.size(); ++i) {
    const UltrasoundRegion& region = cine.regions[i];
    text +=
        line("region " + std::to_string(i + 1), std::string(hipcuff::toString(region.kind)) + ", " + span(region.box) +
                                                    ", " + scaleText(region.mmPerPx, region.origin, region.problem));
  }
  if (cine.regions.empty())
    text += line("regions", "none declared");
  if (cine.imageMmPerPx)
    text += line("scale", scaleText(cine.imageMmPerPx, cine.imageMmOrigin, {}));
  if (info.screen) {
    for (std::size_t i = 0; i < info.screen->panes.size(); ++i) {
      const Pane& pane = info.screen->panes[i];
      text += line("pane " + std::to_string(i),
                   span(pane.box) + ", " +
                       (toldWithRegion(cine, pane.calibrationProblem)
                            ? "no millimetres, see its region"
                            : scaleText(pane.mmPerPx, pane.calibrationOrigin, pane.calibrationProblem)) +
                       ", probe " + toString(pane.probe.kind) +
                       (pane.fromRegion ? ", from the file" : ", found in the picture") +
                       (pane.colourBox ? ", colour box " + span(*pane.colourBox) : ""));
    }
    if (info.screen->panes.empty())
      text += line("panes", "no B-mode picture found");
  }
  text += line("side", sourcedText(cine.side));
  text += line("view", sourcedText(cine.view));
  text += line("body region", sourcedText(cine.bodyRegion));
  if (identity) {
    text += line("patient", cine.identity.patientName + "  number " + cine.identity.patientId + "  born " +
                                cine.identity.birthDate);
    text += line("accession", cine.identity.accessionNumber);
  }
  for (const std::string& problem : cine.problems)
    if (!toldWithRegion(cine, problem))
      text += line("problem", problem);
  return text;
}

std::string infoJson(const FileInfo& info, bool identity) {
  const Cine& cine = info.cine;
  json regions = json::array();
  for (const UltrasoundRegion& region : cine.regions)
    regions.push_back(regionJson(region));
  const auto rate = frameRate(cine);
  json file = {{"path", cine.path.string()},
               {"format", cine.format},
               {"sop_class", orNull(cine.sopClass)},
               {"sop_class_uid", orNull(cine.sopClassUid)},
               {"transfer_syntax", orNull(cine.transferSyntax)},
               {"transfer_syntax_uid", orNull(cine.transferSyntaxUid)},
               {"photometric", orNull(cine.photometric)},
               {"columns", cine.columns},
               {"rows", cine.rows},
               {"frames", cine.frames},
               {"frame_rate_hz", rate ? json(*rate) : json(nullptr)},
               {"frame_times_origin", orNull(cine.frameTimesOrigin)},
               {"study_instance_uid", orNull(cine.studyInstanceUid)},
               {"series_instance_uid", orNull(cine.seriesInstanceUid)},
               {"sop_instance_uid", orNull(cine.sopInstanceUid)},
               {"study_date", orNull(cine.studyDate)},
               {"manufacturer", orNull(cine.manufacturer)},
               {"model", orNull(cine.modelName)},
               {"regions", regions},
               {"mm_per_px", scaleJson(cine.imageMmPerPx)},
               {"mm_per_px_origin", originJson(cine.imageMmOrigin)},
               {"screen", info.screen ? screenJson(*info.screen) : json(nullptr)},
               {"side", sourcedJson(cine.side)},
               {"view", sourcedJson(cine.view)},
               {"body_region", sourcedJson(cine.bodyRegion)},
               {"problems", cine.problems}};
  if (identity)
    file["identity"] = {{"patient_name", cine.identity.patientName},
                        {"patient_id", cine.identity.patientId},
                        {"birth_date", cine.identity.birthDate},
                        {"accession_number", cine.identity.accessionNumber}};
  // Names in a broken character set must not end the run: what is no UTF-8 is replaced.
  return file.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace hipcuff::cli
