#include "exam_record.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace hipcuff::batch {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* schema = "hipcuff.exam/1";
constexpr const char* hexSuffix = "_hex";

Json text(const std::string& value) {
  return value.empty() ? Json(nullptr) : Json(value);
}
template <typename T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::string textAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}
template <typename T>
std::optional<T> maybeAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::nullopt : std::optional(found->get<T>());
}

/// A path may be of any bytes and JSON may not: readable, and where that loses something the bytes besides.
void putBytes(Json& object, const char* key, const std::string& bytes) {
  object[key] = text(bytes);
  if (isUtf8(bytes))
    return;
  std::string hex;
  for (const char c : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    hex += {digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
  }
  object[key + std::string(hexSuffix)] = hex;
}
std::string bytesAt(const Json& object, const char* key) {
  const std::string hex = textAt(object, (key + std::string(hexSuffix)).c_str());
  if (hex.empty())
    return textAt(object, key);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

Json toJson(const InputRecord& input) {
  Json json;
  putBytes(json, "path", input.path);
  json.update({{"size", input.size},
               {"modified", input.modified},
               {"sha256", text(input.sha256)},
               {"sop_instance_uid", text(input.sopInstanceUid)},
               {"format", text(input.format)},
               {"rows", input.rows},
               {"columns", input.columns},
               {"frames", input.frames},
               {"side", text(input.side)},
               {"view", text(input.view)},
               {"region", text(input.region)},
               {"state", toString(input.state)},
               {"problem", text(input.problem)},
               {"remedy", text(input.remedy)}});
  return json;
}

InputRecord inputFrom(const Json& json) {
  InputRecord input;
  input.path = bytesAt(json, "path");
  input.size = json.at("size").get<std::int64_t>();
  input.modified = json.at("modified").get<std::int64_t>();
  input.sha256 = textAt(json, "sha256");
  input.sopInstanceUid = textAt(json, "sop_instance_uid");
  input.format = textAt(json, "format");
  input.rows = json.at("rows").get<int>();
  input.columns = json.at("columns").get<int>();
  input.frames = json.at("frames").get<int>();
  input.side = textAt(json, "side");
  input.view = textAt(json, "view");
  input.region = textAt(json, "region");
  const auto state = inputState(json.at("state").get<std::string>());
  if (!state)
    throw std::invalid_argument("unknown state of an input");
  input.state = *state;
  input.problem = textAt(json, "problem");
  input.remedy = textAt(json, "remedy");
  return input;
}

/// What hips and images share.
template <typename Record>
void gradeToJson(const Record& record, Json& json) {
  json["class"] = record.grade;
  json["subtype"] = text(record.subtype);
  json["severity"] = record.severity;
  json["certainty"] = text(record.certainty);
  json["confidence"] = maybe(record.confidence);
  json["probabilities"] = maybe(record.probabilities);
  json["not_gradable_reasons"] = text(record.reasons);
  json["thickness_mean_mm"] = maybe(record.thicknessMeanMm);
  json["thickness_max_mm"] = maybe(record.thicknessMaxMm);
}
template <typename Record>
void gradeFrom(const Json& json, Record& record) {
  record.grade = json.at("class").get<std::string>();
  record.subtype = textAt(json, "subtype");
  record.severity = json.at("severity").get<int>();
  record.certainty = textAt(json, "certainty");
  record.confidence = maybeAt<double>(json, "confidence");
  record.probabilities = maybeAt<std::array<double, 4>>(json, "probabilities");
  record.reasons = textAt(json, "not_gradable_reasons");
  record.thicknessMeanMm = maybeAt<double>(json, "thickness_mean_mm");
  record.thicknessMaxMm = maybeAt<double>(json, "thickness_max_mm");
}

Json toJson(const ImageRecord& image) {
  Json json;
  putBytes(json, "path", image.path);
  json.update({{"image", image.image},
               {"sop_instance_uid", text(image.sopInstanceUid)},
               {"pane", image.pane},
               {"frames", image.frames},
               {"side", text(image.side)},
               {"view", text(image.view)},
               {"region", text(image.region)},
               {"calibration_origin", text(image.calibrationOrigin)},
               {"gradable", image.gradable}});
  gradeToJson(image, json);
  json["thickness_min_mm"] = maybe(image.thicknessMinMm);
  json["discontinuities"] = maybe(image.discontinuities);
  json["worst_kind"] = text(image.worstKind);
  json["worst_depth_mm"] = maybe(image.worstDepthMm);
  json["worst_depth_fraction"] = maybe(image.worstDepthFraction);
  json["worst_length_mm"] = maybe(image.worstLengthMm);
  json["bursal_fluid_mm"] = maybe(image.bursalFluidMm);
  json["calcifications"] = maybe(image.calcifications);
  return json;
}

ImageRecord imageFrom(const Json& json) {
  ImageRecord image;
  image.path = bytesAt(json, "path");
  image.image = json.at("image").get<std::string>();
  image.sopInstanceUid = textAt(json, "sop_instance_uid");
  image.pane = json.at("pane").get<int>();
  image.frames = json.at("frames").get<int>();
  image.side = textAt(json, "side");
  image.view = textAt(json, "view");
  image.region = textAt(json, "region");
  image.calibrationOrigin = textAt(json, "calibration_origin");
  image.gradable = json.at("gradable").get<bool>();
  gradeFrom(json, image);
  image.thicknessMinMm = maybeAt<double>(json, "thickness_min_mm");
  image.discontinuities = maybeAt<int>(json, "discontinuities");
  image.worstKind = textAt(json, "worst_kind");
  image.worstDepthMm = maybeAt<double>(json, "worst_depth_mm");
  image.worstDepthFraction = maybeAt<double>(json, "worst_depth_fraction");
  image.worstLengthMm = maybeAt<double>(json, "worst_length_mm");
  image.bursalFluidMm = maybeAt<double>(json, "bursal_fluid_mm");
  image.calcifications = maybeAt<int>(json, "calcifications");
  return image;
}

Json toJson(const HipRecord& hip) {
  Json json = {{"side", text(hip.side)}};
  gradeToJson(hip, json);
  json["side_difference_mm"] = maybe(hip.sideDifferenceMm);
  json["tear_depth_mm"] = maybe(hip.tearDepthMm);
  json["tear_length_mm"] = maybe(hip.tearLengthMm);
  json["contradictory"] = hip.contradictory;
  json["images"] = hip.images;
  json["thumbnail"] = text(hip.thumbnail);
  return json;
}

HipRecord hipFrom(const Json& json) {
  HipRecord hip;
  hip.side = textAt(json, "side");
  gradeFrom(json, hip);
  hip.sideDifferenceMm = maybeAt<double>(json, "side_difference_mm");
  hip.tearDepthMm = maybeAt<double>(json, "tear_depth_mm");
  hip.tearLengthMm = maybeAt<double>(json, "tear_length_mm");
  hip.contradictory = json.at("contradictory").get<bool>();
  hip.images = json.at("images").get<int>();
  hip.thumbnail = textAt(json, "thumbnail");
  return hip;
}

template <typename Record>
Json listOf(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records)
    list.push_back(toJson(record));
  return list;
}

ExamRecord recordFrom(const Json& json) {
  if (textAt(json, "schema") != schema)
    throw std::invalid_argument("its schema is not hipcuff.exam/1");
  ExamRecord record;
  record.version = json.at("version").get<std::string>();
  record.settings = json.at("settings").get<std::string>();
  record.criteria = textAt(json, "criteria");
  if (json.contains("plugins")) // earlier versions had none
    record.plugins = textAt(json, "plugins");
  record.key = bytesAt(json, "key");
  record.name = json.at("name").get<std::string>();
  record.studyInstanceUid = textAt(json, "study_instance_uid");
  record.folder = bytesAt(json, "folder");
  record.studyDate = textAt(json, "study_date");
  record.error = textAt(json, "error");
  for (const Json& hip : json.at("hips"))
    record.hips.push_back(hipFrom(hip));
  for (const Json& image : json.at("images"))
    record.images.push_back(imageFrom(image));
  for (const Json& input : json.at("inputs"))
    record.inputs.push_back(inputFrom(input));
  const Json& times = json.at("times");
  record.finished = textAt(times, "finished");
  record.seconds = times.at("seconds").get<double>();
  const auto milliseconds = times.at("milliseconds").get<std::vector<double>>();
  for (std::size_t i = 0; i < std::min(milliseconds.size(), record.inputs.size()); ++i)
    record.inputs[i].milliseconds = milliseconds[i];
  return record;
}

} // namespace

std::string toJson(const ExamRecord& record) {
  Json milliseconds = Json::array();
  for (const InputRecord& input : record.inputs)
    milliseconds.push_back(input.milliseconds);
  Json json = {{"schema", schema},
               {"version", record.version},
               {"settings", record.settings},
               {"criteria", text(record.criteria)},
               {"plugins", text(record.plugins)}};
  putBytes(json, "key", record.key);
  json["name"] = record.name;
  json["study_instance_uid"] = text(record.studyInstanceUid);
  putBytes(json, "folder", record.folder);
  json.update(
      {{"study_date", text(record.studyDate)},
       {"error", text(record.error)},
       {"hips", listOf(record.hips)},
       {"images", listOf(record.images)},
       {"inputs", listOf(record.inputs)},
       {"times", {{"finished", record.finished}, {"seconds", record.seconds}, {"milliseconds", milliseconds}}}});
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

ExamRecord readExamRecord(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw InputError(file, "cannot be opened", "the exam is done again");
  try {
    return recordFrom(Json::parse(stream));
  } catch (const std::exception& error) { // of the JSON library, or ours
    throw InputError(file, std::string("is no record of an exam: ") + error.what(), "the exam is done again");
  }
}

} // namespace hipcuff::batch
