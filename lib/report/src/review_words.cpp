#include "hipcuff/report/review_words.h"

#include "text.h"

namespace hipcuff::report {
namespace {

std::string gradeWords(GradeClass grade, const std::string& subtype) {
  return words(grade) + (subtype.empty() ? std::string() : " (" + toUtf8(subtype) + ")");
}

/// "2026-05-04T09:30:00Z" -> "2026-05-04 09:30 UTC"; anything else stays as it is.
std::string timeWords(const std::string& at) {
  if (at.size() != 20 || at[10] != 'T' || at.back() != 'Z')
    return toUtf8(at);
  return toUtf8(at.substr(0, 10) + " " + at.substr(11, 5) + " UTC");
}

/// A reason ends where the sentence around it goes on.
std::string because(const std::string& reason) {
  std::string text = toUtf8(reason);
  for (char& c : text)
    if (c == '\n' || c == '\t')
      c = ' ';
  while (!text.empty() && (text.back() == '.' || text.back() == ' '))
    text.pop_back();
  return text.empty() ? text : ", because: " + text;
}

} // namespace

GradeClass classOf(const ImageResult& image) noexcept {
  if (!image.review || !image.review->verdict)
    return image.grade.grade;
  switch (*image.review->verdict) {
  case Verdict::accepted:
    return image.grade.grade;
  case Verdict::changed:
    return image.review->grade;
  case Verdict::refused:
    break;
  }
  return GradeClass::notGradable;
}

std::string subtypeOf(const ImageResult& image) {
  if (!image.review || !image.review->verdict || *image.review->verdict == Verdict::accepted)
    return image.grade.subtype;
  return *image.review->verdict == Verdict::changed ? image.review->subtype : std::string();
}

std::string reviewText(const ImageResult& image) {
  if (!image.review)
    return {};
  const Review& review = *image.review;
  const std::string who = (review.by.empty() ? std::string("a person") : toUtf8(review.by)) +
                          (review.at.empty() ? std::string() : " on " + timeWords(review.at));
  if (!review.verdict)
    return "Corrected by " + who + ", not yet decided";
  const std::string program = gradeWords(review.program.grade, review.program.subtype);
  const std::string first = "Reviewed by " + who + ": ";
  if (*review.verdict == Verdict::refused)
    return first + "refused as not gradable (the program: " + program + ")" + because(review.reason);
  if (*review.verdict == Verdict::changed)
    return first + "changed to " + gradeWords(review.grade, review.subtype) + " (the program: " + program + ")" +
           because(review.reason);
  // What was accepted may be the grade of a corrected geometry.
  const bool same = review.program.grade == image.grade.grade;
  return first + "accepted" + (same ? std::string() : " after correction (the program before: " + program + ")") +
         because(review.reason);
}

} // namespace hipcuff::report
