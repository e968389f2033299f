#include "text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <tuple>

namespace hipcuff::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the valid UTF-8 sequence at the start of `s`; 0 where there is none. No surrogates, no overlong forms.
std::size_t sequenceLength(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < s.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

} // namespace

std::string toUtf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t n = sequenceLength(bytes);
    const auto first = static_cast<unsigned char>(bytes.front());
    const bool control = (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F;
    if (n == 0 || control)
      out += replacement;
    else
      out += bytes.substr(0, n);
    bytes.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

std::string escapeHtml(std::string_view bytes) {
  std::string out;
  for (const char c : toUtf8(bytes)) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value))
    return "?";
  std::array<char, 400> buffer{};
  const double scale = std::pow(10.0, decimals);
  if (std::abs(value) * scale < 0.5)
    value = 0;
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return {buffer.data(), result.ptr};
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? digits[word >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::string isoDate(const std::string& date) {
  const bool plain = date.size() == 8 && date.find_first_not_of("0123456789") == std::string::npos;
  return plain ? date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2) : toUtf8(date);
}

std::string percent(double fraction) {
  return fixed(100 * fraction, 0) + " %";
}

std::string chance(double fraction) {
  return fraction > 0.99 ? "> 99 %" : fraction < 0.01 ? "< 1 %" : percent(fraction);
}

const char* words(GradeClass grade) noexcept {
  switch (grade) {
  case GradeClass::normal:
    return "normal";
  case GradeClass::tendinosis:
    return "tendinosis";
  case GradeClass::partialThickness:
    return "partial-thickness tear";
  case GradeClass::fullThickness:
    return "full-thickness tear";
  case GradeClass::notGradable:
    return "not gradable";
  }
  return "";
}

const char* words(DiscontinuityKind kind) noexcept {
  switch (kind) {
  case DiscontinuityKind::undersurface:
    return "undersurface";
  case DiscontinuityKind::bursal:
    return "bursal-sided";
  case DiscontinuityKind::intrasubstance:
    return "intrasubstance";
  case DiscontinuityKind::fullThickness:
    return "full-thickness";
  }
  return "";
}

const char* certaintyText(const Grade& grade) noexcept {
  const bool normal = grade.grade == GradeClass::normal;
  switch (grade.certainty) {
  case Certainty::suspected:
    return normal ? "judged on one frame or plane" : "suspected: seen in one frame or plane";
  case Certainty::persistent:
    return normal ? "judged throughout a cine" : "persistent: seen throughout a cine";
  case Certainty::confirmed:
    return normal ? "judged in two planes" : "confirmed: seen in two planes";
  }
  return "";
}

std::string certaintyText(const HipResult& hip) {
  if (hip.grade.grade != GradeClass::normal)
    return certaintyText(hip.grade);
  int images = 0;
  for (const ViewResult& view : hip.views)
    images += view.images;
  return "judged on " + std::to_string(images) + (images == 1 ? " image" : " images") + " in " +
         (hip.views.size() > 1 ? std::to_string(hip.views.size()) + " planes" : std::string("one plane"));
}

std::string words(const ThicknessSummary& t) {
  return "mean " + fixed(t.meanMm, 1) + " mm" +
         (t.mean95 ? " (95 % interval " + fixed(t.mean95->lower, 1) + " to " + fixed(t.mean95->upper, 1) + " mm)"
                   : std::string()) +
         ", " + fixed(t.minMm, 1) + " to " + fixed(t.maxMm, 1) + " mm along the tendon";
}

std::string againstRescan(const HipResult& hip, const Criteria& criteria) {
  const bool longAxis = !hip.views.empty() && hip.views.front().view == View::longAxis;
  const auto mdc = criteria.items.find(longAxis ? "mdc95_thickness_mean_long" : "mdc95_thickness_mean_short");
  if (mdc == criteria.items.end() || !hip.sideDifferenceMm)
    return {};
  return (std::abs(*hip.sideDifferenceMm) > mdc->second.value ? "more" : "no more") +
         std::string(" than a re-scan of one hip differs by, ") + fixed(mdc->second.value, 1) + " mm";
}

const char* words(CalibrationOrigin origin) noexcept {
  switch (origin) {
  case CalibrationOrigin::ultrasoundRegion:
    return "the file's ultrasound region";
  case CalibrationOrigin::pixelSpacing:
    return "the file's pixel spacing";
  case CalibrationOrigin::imageHeader:
    return "the picture's header";
  case CalibrationOrigin::user:
    return "the user";
  }
  return "";
}

const char* words(FacetKind kind) noexcept {
  switch (kind) {
  case FacetKind::lateral:
    return "lateral facet";
  case FacetKind::superoposterior:
    return "superoposterior facet";
  case FacetKind::anterior:
    return "anterior facet";
  case FacetKind::posterior:
    return "posterior facet";
  case FacetKind::unknown:
    return "facet not identified";
  }
  return "";
}

const char* words(std::optional<Side> side) noexcept {
  return !side ? "side unknown" : *side == Side::left ? "left" : "right";
}

const char* words(std::optional<View> view) noexcept {
  return !view ? "view unknown" : *view == View::longAxis ? "long axis" : "short axis";
}

bool countsAsTear(GradeClass grade) noexcept {
  return grade != GradeClass::normal && grade != GradeClass::tendinosis;
}

const Discontinuity* worst(const std::vector<Discontinuity>& all) noexcept {
  // An unsure one must not stand in for the one that the grade rests on, however deep it looks.
  constexpr double likelierThanNot = 0.5;
  const auto rank = [](const Discontinuity& d) {
    return std::tuple(!d.suspectedAnisotropy, d.confidence >= likelierThanNot,
                      d.kind == DiscontinuityKind::fullThickness, d.depthFraction, d.lengthMm);
  };
  const Discontinuity* found = nullptr;
  for (const Discontinuity& d : all)
    if (!found || rank(d) > rank(*found))
      found = &d;
  return found;
}

} // namespace hipcuff::report
