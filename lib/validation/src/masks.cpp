#include "hipcuff/validation/masks.h"

#include "mask_distance.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string>

namespace hipcuff::validation {
namespace {

Mask maskOf(const GreyImage& labels, Structure structure) {
  Mask out(labels.width, labels.height);
  std::transform(labels.data.begin(), labels.data.end(), out.data.begin(), [&](std::uint8_t label) -> std::uint8_t {
    switch (structure) {
    case Structure::intactTendon:
      return label == 1 ? 255 : 0;
    case Structure::discontinuity:
      return label == 2 ? 255 : 0;
    case Structure::tendon:
      break;
    }
    return label != 0 ? 255 : 0;
  });
  return out;
}

double areaOf(const Mask& mask) {
  return static_cast<double>(std::count_if(mask.data.begin(), mask.data.end(), [](std::uint8_t v) { return v != 0; }));
}

std::set<int> valuesOf(const GreyImage& mask) {
  std::array<bool, 256> seen{};
  for (const std::uint8_t v : mask.data)
    seen.at(v) = true;
  std::set<int> out;
  for (int i = 0; i < 256; ++i)
    if (seen.at(static_cast<std::size_t>(i)))
      out.insert(i);
  return out;
}

std::string listOf(const std::set<int>& values) {
  std::string out;
  std::size_t n = 0;
  for (const int v : values) {
    if (++n > 6)
      return out + ", ...";
    out += (out.empty() ? "" : ", ") + std::to_string(v);
  }
  return out;
}

StructureOverlap overlap(Structure structure, const GreyImage& systemLabels, const GreyImage& referenceLabels,
                         const std::optional<Spacing>& mmPerPx) {
  const Mask system = maskOf(systemLabels, structure);
  const Mask reference = maskOf(referenceLabels, structure);
  StructureOverlap out;
  out.structure = structure;
  out.systemAreaPx = areaOf(system);
  out.referenceAreaPx = areaOf(reference);
  const bool ours = out.systemAreaPx > 0;
  const bool theirs = out.referenceAreaPx > 0;
  out.presence = ours && theirs ? Presence::both
                 : ours         ? Presence::systemOnly
                 : theirs       ? Presence::referenceOnly
                                : Presence::neither;
  if (out.presence == Presence::neither) {
    out.why = "neither shows it: they agree that it is absent";
    return out;
  }
  out.dice = diceOf(system, reference);
  if (out.presence != Presence::both) {
    out.why = ours ? "only the program shows it: no distance between borders"
                   : "only the reference shows it: no distance between borders";
  } else if (!mmPerPx) {
    out.why = "no millimetres are known: no distance between borders";
  } else {
    out.distance = surfaceDistance(system, reference, *mmPerPx);
    if (!out.distance)
      out.why = "it fills the whole picture: no border";
  }
  return out;
}

void clearOutside(GreyImage& labels, const PixelBox& box) {
  for (int y = 0; y < labels.height; ++y)
    for (int x = 0; x < labels.width; ++x)
      if (!box.contains(x, y))
        labels.at(x, y) = 0;
}

} // namespace

const char* toString(Structure structure) noexcept {
  switch (structure) {
  case Structure::tendon:
    return "tendon";
  case Structure::intactTendon:
    return "intact_tendon";
  case Structure::discontinuity:
    break;
  }
  return "discontinuity";
}

GreyImage toLabels(GreyImage mask, const LabelCoding& coding, const std::filesystem::path& file) {
  std::array<int, 256> label{};
  label.fill(-1);
  if (coding.labels.empty())
    label[0] = 0, label[1] = 1, label[2] = 2;
  else
    label[0] = 0; // unless said otherwise
  for (const auto& [value, meaning] : coding.labels)
    if (value >= 0 && value < 256)
      label.at(static_cast<std::size_t>(value)) = meaning;
  for (std::uint8_t& v : mask.data) {
    if (label.at(v) < 0)
      throw InputError(file,
                       "holds the grey values " + listOf(valuesOf(mask)) + ", and nobody said what " +
                           std::to_string(v) + " is",
                       "say it with --map label:" + std::to_string(v) + "=tendon, discontinuity or background");
    v = static_cast<std::uint8_t>(label.at(v));
  }
  return mask;
}

LabelCoding codingOf(const std::vector<std::filesystem::path>& masks, const std::map<int, int>& said) {
  LabelCoding out;
  out.labels = said;
  if (!said.empty()) {
    const auto means = [&](int label) {
      return std::any_of(said.begin(), said.end(), [&](const auto& item) { return item.second == label; });
    };
    out.tendon = means(1);
    out.discontinuities = means(2);
    return out;
  }
  std::set<int> values;
  for (const std::filesystem::path& file : masks) {
    values.merge(valuesOf(readMask(file)));
    values.erase(0);
    if (values.contains(2) && *values.rbegin() == 2)
      return out; // what other masks hold is looked at when they are compared
    if (values.size() > 1)
      throw InputError(file,
                       "holds the grey values " + listOf(values) +
                           " (with the masks before it) beside 0, and nobody said "
                           "what they are",
                       "say it with --map label:NUMBER=tendon, discontinuity or background");
  }
  out.discontinuities = false;
  if (values.size() == 1)
    out.labels[*values.begin()] = 1;
  return out;
}

std::vector<StructureOverlap> compareLabels(const GreyImage& system, const GreyImage& reference,
                                            const std::optional<Spacing>& mmPerPx, const LabelCoding& coding) {
  if (system.width != reference.width || system.height != reference.height)
    throw std::invalid_argument("label maps of different sizes");
  std::vector<StructureOverlap> out;
  if (coding.tendon)
    out.push_back(overlap(Structure::tendon, system, reference, mmPerPx));
  if (coding.tendon && coding.discontinuities)
    out.push_back(overlap(Structure::intactTendon, system, reference, mmPerPx));
  if (coding.discontinuities)
    out.push_back(overlap(Structure::discontinuity, system, reference, mmPerPx));
  return out;
}

std::vector<StructureOverlap> compareMasks(const MaskPair& pair) {
  GreyImage reference = pair.segments ? readSegments(pair.reference, *pair.segments)
                                      : toLabels(readMask(pair.reference), pair.coding, pair.reference);
  if (pair.within)
    clearOutside(reference, *pair.within);
  const GreyImage system = pair.system.empty() ? GreyImage(reference.width, reference.height)
                                               : toLabels(readMask(pair.system), {}, pair.system);
  if (system.width != reference.width || system.height != reference.height)
    throw InputError(pair.reference,
                     "has " + std::to_string(reference.width) + " x " + std::to_string(reference.height) +
                         " pixels, the program's mask " + std::to_string(system.width) + " x " +
                         std::to_string(system.height),
                     "give masks of the full image size");
  return compareLabels(system, reference, pair.mmPerPx, pair.coding);
}

} // namespace hipcuff::validation
