#include "commands/info_object.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace hipcuff::cli {
namespace {

using nlohmann::json;
using namespace dicom;

json orNull(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}
template <typename T>
json orNull(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}
template <typename T, typename F>
json orNull(const std::optional<T>& value, F make) {
  return value ? json(make(*value)) : json(nullptr);
}
template <typename T, typename F>
json list(const std::vector<T>& values, F make) {
  json out = json::array();
  for (const T& value : values)
    out.push_back(make(value));
  return out;
}

json sideJson(Side side) {
  return toString(side);
}
json scaleJson(const Spacing& scale) {
  return {scale.x, scale.y};
}
json codeJson(const Code& code) {
  return {{"value", code.value}, {"scheme", code.scheme}, {"meaning", code.meaning}};
}
json pointsJson(const Polyline& px) {
  return list(px, [](Point p) { return json{p.x, p.y}; });
}
json referenceJson(const ImageReference& image) {
  return {{"sop_class_uid", image.sopClassUid}, {"sop_instance_uid", image.sopInstanceUid}, {"frames", image.frames}};
}

const char* word(Geometry::Kind kind) noexcept {
  switch (kind) {
  case Geometry::Kind::point:
    return "point";
  case Geometry::Kind::multipoint:
    return "multipoint";
  case Geometry::Kind::polyline:
    return "polyline";
  case Geometry::Kind::polygon:
    return "polygon";
  case Geometry::Kind::circle:
    return "circle";
  case Geometry::Kind::ellipse:
    return "ellipse";
  }
  return "";
}

const char* word(GraphicShape shape) noexcept {
  switch (shape) {
  case GraphicShape::point:
    return "point";
  case GraphicShape::polyline:
    return "polyline";
  case GraphicShape::interpolated:
    return "interpolated";
  case GraphicShape::circle:
    return "circle";
  case GraphicShape::ellipse:
    return "ellipse";
  }
  return "";
}

const char* word(SegmentMaker maker) noexcept {
  switch (maker) {
  case SegmentMaker::automatic:
    return "automatic";
  case SegmentMaker::semiautomatic:
    return "semiautomatic";
  case SegmentMaker::manual:
    return "manual";
  }
  return "";
}

json geometryJson(const Geometry& geometry) {
  return {{"kind", word(geometry.kind)}, {"px", pointsJson(geometry.px)}, {"image", referenceJson(geometry.image)}};
}
json evaluationJson(const Evaluation& e) {
  return {{"name", codeJson(e.name)}, {"value", codeJson(e.value)}};
}
json quantityJson(const Quantity& q) {
  return {{"name", codeJson(q.name)}, {"value", q.value}, {"unit", codeJson(q.unit)}};
}

json measurementJson(const Measurement& m) {
  return {{"name", codeJson(m.name)},
          {"value", m.value},
          {"unit", codeJson(m.unit)},
          {"derivation", orNull(m.derivation, codeJson)},
          {"modifiers", list(m.modifiers, evaluationJson)},
          {"lower95", orNull(m.lower95)},
          {"upper95", orNull(m.upper95)},
          {"properties", list(m.properties, quantityJson)},
          {"geometry", orNull(m.geometry, geometryJson)}};
}

class ReportJson {
public:
  ReportJson(const StoredReport& stored, const NameFilter& names, bool identity)
      : stored_(stored)
      , names_(names)
      , identity_(identity) {}

  [[nodiscard]] json whole() const {
    const MeasurementReport& report = stored_.report;
    json out = {{"complete", stored_.complete},
                {"verified", stored_.verified},
                {"language", codeJson(report.language)},
                {"device", orNull(report.device, deviceJson)},
                {"procedures", list(report.procedures, codeJson)},
                {"conclusions", list(report.conclusions, names_)},
                {"images", list(report.images, imageJson)},
                {"groups", list(report.groups, [&](const MeasurementGroup& g) { return groupJson(g); })},
                {"evaluations", list(report.evaluations, evaluationJson)},
                {"comments", list(report.comments, [&](const Comment& c) { return commentJson(c); })},
                {"evidence", list(stored_.evidence, referenceJson)},
                {"not_understood", list(stored_.notUnderstood, names_)}};
    if (identity_)
      out["persons"] = report.persons;
    return out;
  }

private:
  static json deviceJson(const Device& device) {
    return {{"uid", orNull(device.uid)},
            {"name", orNull(device.name)},
            {"manufacturer", orNull(device.manufacturer)},
            {"model", orNull(device.model)}};
  }
  static json imageJson(const LibraryImage& image) {
    return {{"sop_class_uid", image.image.sopClassUid},
            {"sop_instance_uid", image.image.sopInstanceUid},
            {"frames", orNull(image.frames)},
            {"rows", orNull(image.rows)},
            {"columns", orNull(image.columns)},
            {"side", orNull(image.laterality, sideJson)},
            {"view", orNull(image.view, [](View view) { return toString(view); })},
            {"calibration", orNull(image.calibration, codeJson)},
            {"mm_per_px", orNull(image.mmPerPx, scaleJson)},
            {"target_region", orNull(image.targetRegion, codeJson)}};
  }
  [[nodiscard]] json commentJson(const Comment& c) const {
    return {{"name", codeJson(c.name)}, {"text", names_(c.text)}};
  }
  [[nodiscard]] static json algorithmJson(const Algorithm& algorithm) {
    return {{"name", algorithm.name}, {"version", algorithm.version}, {"parameters", algorithm.parameters}};
  }
  [[nodiscard]] json groupJson(const MeasurementGroup& group) const {
    json out = {{"tracking_id", names_(group.trackingId)},
                {"tracking_uid", group.trackingUid},
                {"by_person", !group.person.empty()},
                {"finding", orNull(group.finding, codeJson)},
                {"algorithm", orNull(group.algorithm, algorithmJson)},
                {"site", orNull(group.site, codeJson)},
                {"side", orNull(group.laterality, sideJson)},
                {"images", list(group.images, referenceJson)},
                {"region", orNull(group.region, geometryJson)},
                {"measurements", list(group.measurements, measurementJson)},
                {"evaluations", list(group.evaluations, evaluationJson)},
                {"comments", list(group.comments, [&](const Comment& c) { return commentJson(c); })}};
    if (identity_)
      out["person"] = orNull(group.person);
    return out;
  }

  const StoredReport& stored_;
  const NameFilter& names_;
  bool identity_;
};

json contentJson(const StoredReport& stored, const NameFilter& names, bool identity) {
  return ReportJson(stored, names, identity).whole();
}

json contentJson(const StoredSegmentation& stored, const NameFilter& names, bool identity) {
  const auto maskJson = [](const SegmentMask& m) {
    return json{{"sop_instance_uid", m.sopInstanceUid}, {"frame", m.frame}, {"pixels", m.mask.count()}};
  };
  json segments = json::array();
  for (const Segment& segment : stored.content.segments)
    segments.push_back({{"label", names(segment.label)},
                        {"description", orNull(names(segment.description))},
                        {"category", codeJson(segment.category)},
                        {"type", codeJson(segment.type)},
                        {"side", orNull(segment.side, sideJson)},
                        {"maker", word(segment.maker)},
                        {"algorithm", orNull(segment.algorithm)},
                        {"algorithm_version", orNull(segment.algorithmVersion)},
                        {"tracking_id", orNull(names(segment.trackingId))},
                        {"tracking_uid", orNull(segment.trackingUid)},
                        {"masks", list(segment.masks, maskJson)}});
  json out = {{"rows", stored.rows},
              {"columns", stored.columns},
              {"description", orNull(names(stored.content.description))},
              {"mm_per_px", orNull(stored.content.mmPerPx, scaleJson)},
              {"segments", segments}};
  if (identity)
    out["creator"] = orNull(stored.content.creator);
  return out;
}

json contentJson(const ReadPresentation& read, const NameFilter& names, bool identity) {
  const Presentation& p = read.presentation;
  const auto layerJson = [&](const PresentationLayer& layer) {
    return json{{"name", layer.name}, {"description", orNull(names(layer.description))}, {"rgb", layer.rgb}};
  };
  const auto graphicJson = [](const PresentationGraphic& g) {
    return json{{"layer", g.layer},
                {"shape", word(g.shape)},
                {"px", pointsJson(g.px)},
                {"filled", g.filled},
                {"sop_instance_uid", orNull(g.image)},
                {"frames", g.frames}};
  };
  const auto boxJson = [](const TextBox& box) { return json{box.begin.x, box.begin.y, box.end.x, box.end.y}; };
  const auto textJson = [&](const PresentationText& t) {
    return json{{"layer", t.layer},
                {"text", names(t.text)},
                {"box_px", orNull(t.box, boxJson)},
                {"anchor_px", orNull(t.anchor,
                                     [](Point a) {
                                       return json{a.x, a.y};
                                     })},
                {"sop_instance_uid", orNull(t.image)},
                {"frames", t.frames}};
  };
  const auto imageJson = [](const PresentedImage& image) {
    return json{
        {"sop_class_uid", image.sopClassUid}, {"sop_instance_uid", image.sopInstanceUid}, {"frames", image.frames}};
  };
  json out = {{"colour", read.colour},
              {"label", p.label},
              {"description", orNull(names(p.description))},
              {"images", list(read.images, imageJson)},
              {"layers", list(p.layers, layerJson)},
              {"graphics", list(p.graphics, graphicJson)},
              {"texts", list(p.texts, textJson)},
              {"not_understood", list(read.leftOut, names)}};
  if (identity)
    out["creator"] = orNull(p.creator);
  return out;
}

json contentJson(const StoredSecondaryCapture& capture, const NameFilter& names, bool) {
  const auto pictureJson = [](const PictureReference& shown) {
    return json{{"sop_instance_uid", shown.sopInstanceUid}, {"frame", orNull(shown.frame)}};
  };
  return {{"rows", capture.rows},
          {"columns", capture.columns},
          {"frames", capture.frames},
          {"description", orNull(names(capture.description))},
          {"burned_in_identity", orNull(capture.burnedInIdentity)},
          {"shows", list(capture.shows, pictureJson)}};
}

const char* contentName(ObjectKind kind) noexcept {
  switch (kind) {
  case ObjectKind::sr:
    return "report";
  case ObjectKind::seg:
    return "segmentation";
  case ObjectKind::gsps:
    return "presentation";
  case ObjectKind::sc:
    return "capture";
  }
  return "";
}

} // namespace

std::string objectJson(const ResultObjectInfo& info, bool identity) {
  const StoredObject& head = info.head;
  const NameFilter names(info, identity);
  json out = {{"path", head.path.string()},
              {"kind", toString(info.kind)},
              {"sop_class", head.sopClass},
              {"sop_class_uid", head.sopClassUid},
              {"study_instance_uid", orNull(head.studyInstanceUid)},
              {"series_instance_uid", orNull(head.seriesInstanceUid)},
              {"sop_instance_uid", orNull(head.sopInstanceUid)},
              {"series_description", orNull(names(head.seriesDescription))},
              {"date", orNull(head.date)},
              {"time", orNull(head.time)},
              {"manufacturer", orNull(head.manufacturer)},
              {"software_versions", orNull(head.softwareVersions)}};
  out[contentName(info.kind)] =
      std::visit([&](const auto& content) { return contentJson(content, names, identity); }, info.content);
  if (identity)
    out["identity"] = {{"patient_name", head.identity.patientName},
                       {"patient_id", head.identity.patientId},
                       {"birth_date", head.identity.birthDate},
                       {"accession_number", head.identity.accessionNumber}};
  // Texts in a broken character set must not end the run: what is no UTF-8 is replaced.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace hipcuff::cli
