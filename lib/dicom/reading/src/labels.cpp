#include "labels.h"

#include "hipcuff/core/hip_terms.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hipcuff::dicom {
namespace {

struct Code {
  std::string_view scheme; ///< "SCT" stands for SCT, SNM3, SRT and 99SDM alike only where the value is the same
  std::string_view value;
};

// Seen in pydicom's code tables, FHIR value sets and segmentation lists (see the clinical reference, section 7).
constexpr Code lateralHipCodes[] = {
    {"SCT", "30547004"}, // greater trochanter
    {"SCT", "446003"},   // trochanteric bursa
    {"SCT", "78333006"}, // gluteus medius muscle
    {"SCT", "75297007"}, // gluteus minimus muscle
};
// The hip itself is not yet its lateral side, nor is it another part of the body: unknown stays unknown.
constexpr Code hipCodes[] = {
    {"SCT", "29836001"}, // hip region
    {"SCT", "24136001"}, // hip joint
    {"SCT", "71341001"}, // femur
    {"SRT", "T-D2500"},  // hip
    {"SRT", "T-15710"},  // hip joint
    {"SRT", "T-12710"},  // femur
};
constexpr Code leftCodes[] = {{"SCT", "7771000"}, {"SRT", "G-A101"}};
constexpr Code rightCodes[] = {{"SCT", "24028007"}, {"SRT", "G-A100"}};
constexpr Code longAxisCodes[] = {{"SCT", "103339001"}};
constexpr Code shortAxisCodes[] = {{"SCT", "103340004"}};

// Body Part Examined (PS3.16 annex L): hip and its neighbours leave the region open, every other part closes it.
constexpr std::string_view openBodyParts[] = {
    "HIP",       "HIPS",       "PELVIS",         "FEMUR",   "THIGH",     "UPPERLEG",    "LEG",       "EXTREMITY",
    "LOWERLIMB", "LOWER LIMB", "LOWEREXTREMITY", "BUTTOCK", "BUTTOCKS",  "GLUTEAL",     "MSK",       "MUSCULOSKELETAL",
    "TENDON",    "MUSCLE",     "OTHER",          "UNKNOWN", "WHOLEBODY", "SOFT TISSUE", "SMALLPART", "SMALL PARTS"};

template <std::size_t N>
bool among(const CodedConcept& code, const Code (&list)[N]) {
  return std::any_of(std::begin(list), std::end(list), [&](const Code& c) {
    if (code.value != c.value)
      return false;
    if (c.scheme == "SCT")
      return code.scheme == "SCT" || code.scheme == "SNM3" || code.scheme.empty();
    return code.scheme == "SRT" || code.scheme == "SNM3" || code.scheme == "99SDM" || code.scheme.empty();
  });
}

/// Collects what is said of one matter; agreeing voices keep the first's origin, disagreeing ones silence each other.
template <typename T>
class Voices {
public:
  void hear(std::optional<T> value, const std::string& origin) {
    if (!value)
      return;
    if (!first_.known())
      first_ = {value, origin};
    else if (*first_.value != *value && against_.empty())
      against_ = origin;
  }
  [[nodiscard]] bool heard() const noexcept { return first_.known(); }
  [[nodiscard]] Sourced<T> verdict(const char* matter, std::vector<std::string>& problems) const {
    if (against_.empty())
      return first_;
    problems.push_back(std::string("the ") + matter + " is unknown: " + first_.origin + " and " + against_ +
                       " contradict each other");
    return {};
  }

private:
  Sourced<T> first_;
  std::string against_;
};

std::optional<Side> sideOf(const std::string& code) {
  if (code == "L")
    return Side::left;
  if (code == "R")
    return Side::right;
  return {}; // B, U and anything else
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

} // namespace

void label(Cine& cine, const Header& header) {
  Voices<Side> side;
  Voices<View> view;
  Voices<BodyRegion> body;
  // B for both: then no side may be taken from elsewhere either.
  const bool bothSides = header.laterality == "B" || header.imageLaterality == "B";
  side.hear(sideOf(header.imageLaterality), "tag (0020,0062)");
  side.hear(sideOf(header.laterality), "tag (0020,0060)");
  const auto hearAnatomy = [&](const CodedConcept& code, const std::string& origin) {
    if (among(code, lateralHipCodes))
      body.hear(BodyRegion::lateralHip, origin);
    else if (!code.value.empty() && !among(code, hipCodes)) {
      // A code from no list here may still name the hip in words; only words that name something else close it.
      const auto found = findHipTerms(code.meaning);
      body.hear(found.bodyRegion, origin);
    }
    for (const auto& modifier : code.modifiers) {
      if (among(modifier, leftCodes))
        side.hear(Side::left, origin + " modifier");
      if (among(modifier, rightCodes))
        side.hear(Side::right, origin + " modifier");
    }
  };
  for (const auto& code : header.anatomicRegions)
    hearAnatomy(code, "tag (0008,2218)");
  for (const auto& code : header.primaryStructures)
    hearAnatomy(code, "tag (0008,2228)");
  for (const auto& code : header.views) {
    if (among(code, longAxisCodes))
      view.hear(View::longAxis, "tag (0054,0220)");
    if (among(code, shortAxisCodes))
      view.hear(View::shortAxis, "tag (0054,0220)");
  }
  const auto part = upper(header.bodyPart);
  if (!part.empty() && std::none_of(std::begin(openBodyParts), std::end(openBodyParts),
                                    [&](std::string_view open) { return part == open; })) {
    const auto found = findHipTerms(header.bodyPart);
    body.hear(found.bodyRegion ? *found.bodyRegion : BodyRegion::other, "tag (0018,0015)");
  }
  // Of the texts, the nearest to the picture speaks first; a text that contradicts it silences both.
  for (const auto& field : header.texts) {
    const auto found = findHipTerms(field.text);
    const auto origin = [&](const std::string& words) { return "text '" + words + "' in " + field.name; };
    side.hear(found.side, origin(found.sideText));
    view.hear(found.view, origin(found.viewText));
    body.hear(found.bodyRegion, origin(found.bodyRegionText));
  }
  cine.side = side.verdict("side", cine.problems);
  if (bothSides && cine.side.known()) {
    cine.problems.push_back("the side is unknown: the laterality tag says both, " + cine.side.origin + " says one");
    cine.side = {};
  }
  cine.view = view.verdict("view", cine.problems);
  cine.bodyRegion = body.verdict("part of the body", cine.problems);
}

} // namespace hipcuff::dicom
