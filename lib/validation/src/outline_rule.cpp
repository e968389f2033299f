#include "outline_rule.h"

#include "answer_book.h"

#include "hipcuff/core/error.h"
#include "hipcuff/validation/masks.h"

#include <algorithm>
#include <map>

namespace hipcuff::validation {
namespace {

bool speaksOfFrame(const ReferenceEntry& entry, const SystemImage& image) {
  return std::any_of(entry.frames.begin(), entry.frames.end(),
                     [&](const FrameAnswer& f) { return f.frame == image.frame.value_or(0); });
}

std::string problemOf(const ReferenceMask& mask, const SystemImage& image) {
  try {
    const MaskSize size = mask.segments ? MaskSize{mask.segments->width, mask.segments->height} : sizeOfMask(mask.file);
    std::error_code ignored;
    if (!image.mask.empty() && !std::filesystem::exists(image.mask, ignored))
      return "the program's own mask " + image.mask.filename().string() + " is not there any more";
    const MaskSize own = image.columns > 0 && image.rows > 0 ? MaskSize{image.columns, image.rows}
                         : image.mask.empty()                ? size
                                                             : sizeOfMask(image.mask);
    if (!(size == own))
      return "the mask has " + std::to_string(size.width) + " x " + std::to_string(size.height) +
             " pixels, the picture " + std::to_string(own.width) + " x " + std::to_string(own.height);
  } catch (const InputError& e) {
    return e.what();
  }
  return {};
}

} // namespace

OutlineRule::OutlineRule(const SystemResults& system, const Reference& reference, const MatchOptions& options,
                         std::vector<Leftover>& leftovers)
    : reference_(reference)
    , options_(options)
    , leftovers_(leftovers) {
  for (const SystemImage& image : system.images)
    if (image.pane > 0)
      severalPanes_.insert(image.sopInstanceUid);
}

std::optional<MaskPair> OutlineRule::of(const ImageTarget& target, const SystemImage& image) {
  std::optional<MaskPair> out;
  for (const std::uint32_t i : thatCount(target, image)) {
    const ReferenceEntry& entry = reference_.entries[i];
    // Where the program outlined nothing at all, it missed what the reader outlined on whichever frame.
    ReferenceMask mask = maskOf(entry, image.mask.empty() && entry.exactFrames ? std::nullopt : image.frame);
    if (mask.file == (out ? out->reference : std::filesystem::path()))
      continue;
    const std::string what = image.id + " (" + reference_.whereIs(entry) + ")";
    if (mask.file.empty() || (mask.segments && !image.mask.empty() && !speaksOfFrame(entry, image))) {
      leftovers_.push_back({Leftover::Kind::conflict, what,
                            "outlines " + framesOf(entry) + ", the program frame " +
                                std::to_string(image.frame.value_or(0)) + ": not compared"});
      continue;
    }
    if (const std::string problem = problemOf(mask, image); !problem.empty()) {
      leftovers_.push_back({Leftover::Kind::conflict, what, problem});
      continue;
    }
    if (out) {
      leftovers_.push_back({Leftover::Kind::duplicate, what, "is a second mask of this image; the first is used"});
      continue;
    }
    out = MaskPair{image.mask, mask.file, image.mmPerPx, mask.coding, std::move(mask.segments), {}};
    if (out->segments && severalPanes_.contains(image.sopInstanceUid))
      out->within = image.box;
  }
  return out;
}

std::vector<std::uint32_t> OutlineRule::thatCount(const ImageTarget& target, const SystemImage& image) {
  std::map<std::string, std::vector<std::uint32_t>> byReader;
  for (const std::uint32_t i : target.entries) {
    const ReferenceEntry& entry = reference_.entries[i];
    if (entry.segments || !maskOf(entry, image.frame).file.empty())
      byReader[entry.segments ? entry.source.name : std::string()].push_back(i);
  }
  for (const std::string& name : {options_.standard, std::string()})
    if (const auto found = byReader.find(name); found != byReader.end()) {
      others_ += byReader.size() > 1 ? 1 : 0;
      return found->second;
    }
  if (byReader.size() == 1 && (options_.standard.empty() || options_.standard == "majority")) {
    outliners_.insert(byReader.begin()->first);
    return byReader.begin()->second;
  }
  if (byReader.size() == 1) {
    ++others_;
  } else if (byReader.size() > 1) {
    std::string names;
    for (const auto& [name, entries] : byReader)
      names += (names.empty() ? "" : " and ") + name;
    leftovers_.push_back({Leftover::Kind::conflict, image.id,
                          "is outlined by " + names +
                              "; neither is compared (say whose outlines are the "
                              "reference with --standard NAME)"});
  }
  return {};
}

void OutlineRule::warn(std::vector<std::string>& warnings) const {
  std::string names;
  for (const std::string& name : outliners_)
    names += (names.empty() ? "" : ", ") + name;
  if (!names.empty())
    warnings.push_back("The outlines of " + names + " are the reference for outlines.");
  if (others_ > 0)
    warnings.push_back("On " + std::to_string(others_) + (others_ == 1 ? " image" : " images") +
                       " outlines of other readers than the reference's are not compared.");
}

} // namespace hipcuff::validation
