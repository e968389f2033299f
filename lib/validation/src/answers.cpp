#include "answers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace hipcuff::validation {
namespace {

struct Measure {
  std::optional<double> Answer::*field;
  const char* name;
};
constexpr std::array<Measure, 6> measures{{{&Answer::confidence, "confidence"},
                                           {&Answer::depthFraction, "depth_fraction"},
                                           {&Answer::thicknessMeanMm, "thickness_mean_mm"},
                                           {&Answer::thicknessMaxMm, "thickness_max_mm"},
                                           {&Answer::tearLengthMm, "tear_length_mm"},
                                           {&Answer::seconds, "seconds"}}};
constexpr double same = 1e-9; ///< numbers closer than this are one number that went through two scales

std::string shown(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6);
  return {text.data(), end.ptr};
}

bool equal(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return std::abs(x - y) < 1e-6; });
}

} // namespace

bool saysAnything(const Answer& a) noexcept {
  return a.grade || !a.subtype.empty() || a.probabilities || !a.reasons.empty() ||
         std::any_of(measures.begin(), measures.end(), [&](const Measure& m) { return (a.*m.field).has_value(); });
}

std::string contradiction(const Answer& a, const Answer& b) {
  if (a.grade && b.grade && *a.grade != *b.grade)
    return std::string("class ") + toString(*a.grade) + " against " + toString(*b.grade);
  if (!a.subtype.empty() && !b.subtype.empty() && a.subtype != b.subtype)
    return "subtype " + a.subtype + " against " + b.subtype;
  if (a.probabilities && b.probabilities && !equal(*a.probabilities, *b.probabilities))
    return "other probabilities";
  for (const Measure& m : measures)
    if (a.*m.field && b.*m.field && std::abs(*(a.*m.field) - *(b.*m.field)) > same)
      return std::string(m.name) + " " + shown(*(a.*m.field)) + " against " + shown(*(b.*m.field));
  return {};
}

bool addsNothing(const Answer& answer, const Answer& more) {
  return (answer.grade || !more.grade) && (!answer.subtype.empty() || more.subtype.empty()) &&
         (answer.probabilities || !more.probabilities) && (!answer.reasons.empty() || more.reasons.empty()) &&
         std::all_of(measures.begin(), measures.end(),
                     [&](const Measure& m) { return (answer.*m.field) || !(more.*m.field); });
}

void merge(Answer& answer, const Answer& more) {
  if (!answer.grade)
    answer.grade = more.grade;
  if (answer.subtype.empty())
    answer.subtype = more.subtype;
  if (!answer.probabilities)
    answer.probabilities = more.probabilities;
  if (answer.reasons.empty())
    answer.reasons = more.reasons;
  for (const Measure& m : measures)
    if (!(answer.*m.field))
      answer.*m.field = more.*m.field;
}

Answer worstOf(const std::vector<const Answer*>& answers) {
  if (answers.empty())
    return {};
  const auto rank = [](const Answer* a) {
    return std::pair(a->grade ? severity(*a->grade) : -1, a->depthFraction.value_or(-1));
  };
  const Answer& worst = **std::max_element(answers.begin(), answers.end(),
                                           [&](const Answer* a, const Answer* b) { return rank(a) < rank(b); });
  if (answers.size() == 1)
    return worst;
  Answer out = worst;
  out.seconds.reset();
  for (const auto field : {&Answer::thicknessMeanMm, &Answer::thicknessMaxMm}) {
    out.*field = std::nullopt;
    for (const Answer* a : answers) {
      if (!(a->*field))
        continue;
      if (out.*field && std::abs(*(out.*field) - *(a->*field)) > same) {
        out.*field = std::nullopt;
        break;
      }
      out.*field = a->*field;
    }
  }
  return out;
}

Answer majorityOf(const std::vector<const Answer*>& answers) {
  Answer out;
  std::array<std::size_t, 5> votes{};
  std::size_t all = 0;
  for (const Answer* a : answers)
    if (a->grade) {
      ++votes.at(static_cast<std::size_t>(*a->grade));
      ++all;
    }
  for (std::size_t i = 0; i < votes.size(); ++i)
    if (votes.at(i) * 2 > all)
      out.grade = static_cast<GradeClass>(i);
  for (const auto field :
       {&Answer::depthFraction, &Answer::thicknessMeanMm, &Answer::thicknessMaxMm, &Answer::tearLengthMm}) {
    double sum = 0;
    std::size_t n = 0;
    for (const Answer* a : answers)
      if (a->*field) {
        sum += *(a->*field);
        ++n;
      }
    if (n > 0)
      out.*field = sum / static_cast<double>(n);
  }
  // What a minority measured on a tear says nothing where the majority saw none.
  if (out.grade != GradeClass::partialThickness && out.grade != GradeClass::fullThickness)
    out.depthFraction = out.tearLengthMm = std::nullopt;
  return out;
}

} // namespace hipcuff::validation
