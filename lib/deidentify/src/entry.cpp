#include "entry.h"

#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace hipcuff::deidentify {
namespace {

using nlohmann::json;

json boxJson(const PixelBox& box) {
  return {box.x0, box.y0, box.x1, box.y1};
}

PixelBox boxOf(const json& value) {
  return {value.at(0).get<int>(), value.at(1).get<int>(), value.at(2).get<int>(), value.at(3).get<int>()};
}

constexpr std::array states = {State::out, State::held, State::refused, State::copy};

bool sameText(const std::string& a, const std::string& b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i])))
      return false;
  return true;
}

/// Paths are bytes, JSON is UTF-8: each byte becomes the code point of its number.
std::string widened(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::string narrowed(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80 || i + 1 >= text.size())
      out += text[i];
    else
      out += static_cast<char>((byte & 0x03) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
  }
  return out;
}

/// One list of members for both directions.
template <typename Visit>
void members(Visit&& visit, auto& e) {
  visit("size", e.size);
  visit("modified", e.modified);
  visit("uid", e.uid);
  visit("place", e.place);
  visit("sha256", e.sha256);
  visit("bytes", e.bytes);
  visit("version", e.version);
  visit("reader", e.reader);
  visit("decision", e.decision);
  visit("boxes", e.boxes);
  visit("sop_class", e.sopClass);
  visit("transfer_syntax", e.transferSyntax);
  visit("modality", e.modality);
  visit("columns", e.columns);
  visit("rows", e.rows);
  visit("frames", e.frames);
  visit("picture", e.picture);
  visit("removed", e.removed);
  visit("removed_private", e.removedPrivate);
  visit("emptied", e.emptied);
  visit("replaced", e.replaced);
  visit("uids_mapped", e.uidsMapped);
  visit("dates_shifted", e.datesShifted);
  visit("codestream_texts", e.codestreamTexts);
  visit("method", e.method);
  visit("said", e.said);
  visit("frames_touched", e.framesTouched);
  visit("claimed_clean", e.pixelsClaimedClean);
  visit("letters", e.letters);
  visit("read_by", e.readBy);
  visit("frames_read", e.framesRead);
  visit("shown_frame", e.shownFrame);
  visit("before", e.hasBefore);
  visit("after", e.hasAfter);
}

/// Those that lines of earlier versions don't have.
template <typename Visit>
void newMembers(Visit&& visit, auto& e) {
  visit("mask_tissue", e.maskTissue);
  visit("looked", e.looked);
  visit("looked_for", e.lookedFor);
  visit("patient", e.patient);
  visit("person", e.person);
}

} // namespace

bool isRelease(const std::string& decision) noexcept {
  return decision == "release" || decision == "release-identity";
}

std::string codesOf(const std::vector<Reason>& reasons) {
  std::string out;
  for (const auto& reason : reasons)
    out += (out.empty() ? "" : " ") + reason.code;
  return out;
}

bool isIdentity(const Reason& reason) noexcept {
  return reason.code == "identity_left" || reason.code == "identity_in_pixels";
}

const char* toString(State state) noexcept {
  switch (state) {
  case State::out:
    return "out";
  case State::held:
    return "held";
  case State::refused:
    return "refused";
  case State::copy:
    return "copy";
  }
  return "";
}

std::string lineOf(const Entry& e) {
  json line;
  line["path"] = widened(e.path);
  line["manufacturer"] = widened(e.manufacturer);
  line["model"] = widened(e.model);
  line["state"] = toString(e.state);
  line["reasons"] = json::array();
  for (const auto& reason : e.reasons)
    line["reasons"].push_back({reason.code, reason.said});
  members([&](const char* name, const auto& value) { line[name] = value; }, e);
  newMembers([&](const char* name, const auto& value) { line[name] = value; }, e);
  line["changed"] = json::array();
  for (const auto& mask : e.changed)
    line["changed"].push_back({boxJson(mask.box), mask.frame ? json(*mask.frame) : json()});
  line["doubted"] = json::array();
  for (const auto& box : e.doubted)
    line["doubted"].push_back(boxJson(box));
  line["share_of_bmode"] = e.shareOfBmode ? json(*e.shareOfBmode) : json();
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Entry> entryOf(const std::string& text) {
  try {
    const auto line = json::parse(text);
    Entry e;
    e.path = narrowed(line.at("path").get<std::string>());
    e.manufacturer = narrowed(line.at("manufacturer").get<std::string>());
    e.model = narrowed(line.at("model").get<std::string>());
    const auto state = line.at("state").get<std::string>();
    bool known = false;
    for (const auto one : states)
      if (state == toString(one)) {
        e.state = one;
        known = true;
      }
    if (!known)
      return {};
    for (const auto& reason : line.at("reasons"))
      e.reasons.push_back({reason.at(0).get<std::string>(), reason.at(1).get<std::string>()});
    members([&](const char* name, auto& value) { line.at(name).get_to(value); }, e);
    e.maskTissue = e.decision == "mask";
    newMembers(
        [&](const char* name, auto& value) {
          if (line.contains(name))
            line.at(name).get_to(value);
        },
        e);
    for (const auto& mask : line.at("changed"))
      e.changed.push_back(
          {boxOf(mask.at(0)), mask.at(1).is_null() ? std::nullopt : std::optional(mask.at(1).get<int>())});
    for (const auto& box : line.at("doubted"))
      e.doubted.push_back(boxOf(box));
    if (!line.at("share_of_bmode").is_null())
      e.shareOfBmode = line.at("share_of_bmode").get<double>();
    return e;
  } catch (const json::exception&) {
    return {};
  }
}

std::vector<PixelBox> boxesFor(const CohortProfile& profile, const Entry& entry) {
  std::vector<PixelBox> out;
  if (!entry.picture)
    return out;
  for (const auto& known : profile.boxes)
    if ((known.manufacturer.empty() || sameText(known.manufacturer, entry.manufacturer)) &&
        (known.model.empty() || sameText(known.model, entry.model)) &&
        (known.columns == 0 || known.columns == entry.columns) && (known.rows == 0 || known.rows == entry.rows))
      out.push_back(known.box);
  return out;
}

std::string asText(const std::vector<PixelBox>& boxes) {
  std::string out;
  for (const auto& box : boxes)
    out += (out.empty() ? "" : " ") + std::to_string(box.x0) + "," + std::to_string(box.y0) + "," +
           std::to_string(box.x1) + "," + std::to_string(box.y1);
  return out;
}

} // namespace hipcuff::deidentify
