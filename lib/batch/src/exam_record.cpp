#include "exam_record.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/report/worst_discontinuity.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::batch {
namespace {

struct StateWord {
  InputState state;
  const char* word;
};
constexpr std::array stateWords{StateWord{InputState::waiting, "waiting"}, StateWord{InputState::done, "done"},
                                StateWord{InputState::failed, "failed"},   StateWord{InputState::skipped, "skipped"},
                                StateWord{InputState::gone, "gone"},       StateWord{InputState::leftOut, "left_out"}};

template <typename T>
std::string word(const std::optional<T>& value) {
  return value ? toString(*value) : "";
}

/// As results.json has them (docs/results.md): the same number everywhere.
double rounded(double value) {
  constexpr double steps = 1000;
  return std::round(value * steps) / steps;
}
std::optional<double> rounded(const std::optional<double>& value) {
  return value ? std::optional(rounded(*value)) : std::nullopt;
}

std::string codes(const std::vector<Refusal>& refusals) {
  std::string all;
  for (const Refusal refusal : refusals)
    all += (all.empty() ? "" : ";") + std::string(toString(refusal));
  return all;
}

/// What a class has and "not gradable" has not.
template <typename Record>
void fillGrade(Record& record, const Grade& grade) {
  record.grade = toString(grade.grade);
  record.severity = severity(grade.grade);
  record.reasons = codes(grade.refusals);
  if (grade.grade == GradeClass::notGradable)
    return;
  record.subtype = grade.subtype;
  record.certainty = toString(grade.certainty);
  record.confidence = rounded(grade.confidence);
  record.probabilities = grade.probabilities;
  for (double& p : *record.probabilities)
    p = rounded(p);
}

} // namespace

const char* toString(InputState state) noexcept {
  for (const StateWord& entry : stateWords)
    if (entry.state == state)
      return entry.word;
  return "";
}

std::optional<InputState> inputState(std::string_view text) noexcept {
  for (const StateWord& entry : stateWords)
    if (text == entry.word)
      return entry.state;
  return std::nullopt;
}

void describe(const Cine& cine, InputRecord& input) {
  input.sopInstanceUid = cine.sopInstanceUid;
  input.format = cine.format;
  input.rows = cine.rows;
  input.columns = cine.columns;
  input.frames = cine.frames;
  input.side = word(cine.side.value);
  input.view = word(cine.view.value);
  input.region = word(cine.bodyRegion.value);
}

void takeBack(InputRecord& input) {
  if (input.state == InputState::gone || input.state == InputState::leftOut)
    input.state = input.sha256.empty() ? InputState::waiting : InputState::done;
  else if (input.state == InputState::failed && input.sha256.empty()) // it could not even be read
    input.state = InputState::waiting;
}

std::string examName(const std::string& key) {
  return "exam-" + sha256(key).substr(0, 12);
}

std::string fingerprintOf(const ExamRecord& record) {
  std::string all;
  for (const InputRecord& input : record.inputs)
    all += input.path + '\n' + input.sha256 + '\n';
  return sha256(all);
}

ImageRecord recordOf(const ImageResult& image, const std::string& id) {
  ImageRecord record;
  record.path = image.path.string();
  record.image = id;
  record.sopInstanceUid = image.sopInstanceUid;
  record.pane = image.pane;
  record.frames = image.frames;
  record.side = word(image.side.value);
  record.view = word(image.view.value);
  record.region = word(image.bodyRegion.value);
  record.calibrationOrigin = word(image.calibrationOrigin);
  record.gradable = image.grade.grade != GradeClass::notGradable;
  fillGrade(record, image.grade);
  if (!image.mmPerPx) // whatever the values say: no millimetre without a scale
    return record;
  if (const auto& thickness = image.measurements.thickness.summary) {
    record.thicknessMeanMm = rounded(thickness->meanMm);
    record.thicknessMaxMm = rounded(thickness->maxMm);
    record.thicknessMinMm = rounded(thickness->minMm);
    record.discontinuities = static_cast<int>(image.measurements.discontinuities.size());
    record.calcifications = static_cast<int>(image.measurements.findings.calcifications.size());
  }
  if (const Discontinuity* worst = report::worst(image.measurements.discontinuities)) {
    record.worstKind = toString(worst->kind);
    record.worstDepthMm = rounded(worst->depthMm);
    record.worstDepthFraction = rounded(worst->depthFraction);
    record.worstLengthMm = rounded(worst->lengthMm);
  }
  record.bursalFluidMm = rounded(image.measurements.findings.bursalFluidMm);
  return record;
}

HipRecord recordOf(const HipResult& hip) {
  HipRecord record;
  record.side = word(hip.side);
  fillGrade(record, hip.grade);
  if (hip.thickness) {
    record.thicknessMeanMm = rounded(hip.thickness->meanMm);
    record.thicknessMaxMm = rounded(hip.thickness->maxMm);
  }
  record.sideDifferenceMm = rounded(hip.sideDifferenceMm);
  double depth = 0;
  double length = 0;
  for (const ViewResult& view : hip.views) {
    depth = std::max(depth, view.tearDepthMm);
    length = std::max(length, view.tearLengthMm);
  }
  if (depth > 0) {
    record.tearDepthMm = rounded(depth);
    record.tearLengthMm = rounded(length);
  }
  record.contradictory = hip.contradictory;
  record.images = static_cast<int>(hip.images.size());
  return record;
}

} // namespace hipcuff::batch
