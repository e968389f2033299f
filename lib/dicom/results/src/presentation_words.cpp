#include "presentation_words.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/core/version.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace hipcuff::dicom {
namespace {

constexpr std::size_t wordsOfOthers = 200; // bytes: reasons, plugins' names

std::string named(GradeClass grade, const std::string& subtype) {
  static constexpr std::array<const char*, 5> names{"Normal", "Tendinosis", "Partial-thickness tear",
                                                    "Full-thickness tear", "Not gradable"};
  return names[static_cast<std::size_t>(grade)] +
         (subtype.empty() ? std::string() : ", " + tidy(subtype, wordsOfOthers));
}

std::string programs(const Grade& grade) {
  if (grade.grade == GradeClass::notGradable)
    return named(grade.grade, {});
  return named(grade.grade, grade.subtype) + ", " + toString(grade.certainty) + ", confidence " +
         std::to_string(std::lround(grade.confidence * 100)) + " %";
}

std::string by(const Review& review) {
  const std::string who = tidy(review.by, 64);
  return who.empty() ? "a reader" : who;
}

std::string plugins(const ImageResult& image) {
  std::string out;
  const auto add = [&](const std::optional<StageOrigin>& origin, const char* stage) {
    if (!origin || !origin->fault.empty())
      return;
    out += (out.empty() ? "" : ", ") + tidy(origin->plugin + " " + origin->version, 60) + " (" + stage + ")";
  };
  add(image.anatomy.cortex.by, "cortex");
  add(image.anatomy.tendon.by, "borders");
  add(image.measurements.discontinuitiesBy, "discontinuities");
  add(image.grade.by, "grade");
  return out;
}

void addGrade(const ImageResult& image, std::string& out) {
  const Review* review = image.review ? &*image.review : nullptr;
  if (review && review->verdict && *review->verdict != Verdict::accepted) {
    out += named(classThatHolds(image), *review->verdict == Verdict::changed ? review->subtype : std::string()) +
           ", decided by " + by(*review) + "\n";
    if (const std::string reason = tidy(review->reason, wordsOfOthers); !reason.empty())
      out += "Because: " + reason + "\n";
    out += "The program: " + programs(image.grade) + "\n";
    return;
  }
  out += programs(image.grade) + "\n";
  if (image.grade.grade == GradeClass::notGradable)
    for (const Refusal refusal : image.grade.refusals)
      out += std::string(explain(refusal)) + "\n";
  if (review && review->verdict)
    out += "Accepted by " + by(*review) + "\n";
  else if (review)
    out += "Corrected by " + by(*review) + ", not yet decided\n";
}

} // namespace

GradeClass classThatHolds(const ImageResult& image) noexcept {
  return image.review && image.review->verdict ? image.review->grade : image.grade.grade;
}

std::string cut(const std::string& text, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && ++seen > most)
      return text.substr(0, i) + "...";
  return text;
}

std::string summaryWords(const ImageResult& image, int frames, const std::string& noticeOf) {
  std::string out;
  addGrade(image, out);
  bool told = false;
  for (const Refusal refusal : image.grade.refusals)
    told = told || refusal == Refusal::noCalibration;
  if (!image.mmPerPx && !told)
    out += "No millimetres: the picture is not calibrated\n";
  if (frames > 1 && image.frame)
    out += "Drawn on frame " + std::to_string(*image.frame + 1) + " of " + std::to_string(frames) + "\n";
  if (const std::string who = plugins(image); !who.empty())
    out += "By plugins: " + who + "\n";
  out.pop_back();
  out = cut(out, 700); // so that the notice is always there
  if (!noticeOf.empty())
    out += "\nHipCuff " + noticeOf + ". " + notice;
  return out;
}

std::string annotationWords(const Annotation& annotation, bool calibrated) {
  std::string out;
  if (annotation.kind != Annotation::Kind::text && annotation.value && calibrated) {
    char text[48];
    const bool angle = annotation.kind == Annotation::Kind::angle;
    std::snprintf(text, sizeof text, angle ? "%.0f deg" : "%.1f mm", *annotation.value);
    out = text;
  }
  const std::string own = tidy(annotation.text, 2000);
  if (!out.empty() && !own.empty())
    out += ", ";
  return cut(out + own, 700);
}

} // namespace hipcuff::dicom
