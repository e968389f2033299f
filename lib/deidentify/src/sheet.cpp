#include "sheet.h"

#include "assets.h"
#include "private_files.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/page_text.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace hipcuff::deidentify {
namespace {

using json = nlohmann::ordered_json;

std::string policyHash(std::string_view content) {
  const std::string hex = sha256(content);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return "'sha256-" + report::base64(bytes) + "'";
}

std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (;;) {
    const auto open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos)
      return out;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos)
      throw std::logic_error("contact sheet: {{ without }}");
    out += values.at(std::string(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
}

json boxJson(const PixelBox& box) {
  return {box.x0, box.y0, box.width(), box.height()};
}

json rowOf(const Entry& entry) {
  json row;
  row["state"] = toString(entry.state);
  row["path"] = report::toUtf8(entry.path);
  row["place"] = entry.place;
  row["class"] = report::toUtf8(entry.sopClass);
  row["syntax"] = report::toUtf8(entry.transferSyntax);
  if (!entry.reasons.empty()) {
    row["reasons"] = json::array();
    for (const auto& reason : entry.reasons)
      row["reasons"].push_back({reason.code, report::toUtf8(reason.said)});
  }
  if (entry.state == State::held)
    row["sha256"] = entry.sha256;
  if (!entry.decision.empty())
    row["decision"] = entry.decision;
  if (!entry.picture)
    return row;
  row["size"] = {entry.columns, entry.rows, entry.frames};
  row["method"] = entry.method;
  if (!entry.said.empty())
    row["said"] = entry.said;
  row["letters"] = entry.letters;
  row["clean"] = entry.pixelsClaimedClean;
  if (entry.shareOfBmode)
    row["share"] = *entry.shareOfBmode;
  if (!entry.hasBefore)
    return row;
  row["frame"] = entry.shownFrame;
  row["before"] = pictureOf(entry, "before").string();
  if (entry.hasAfter)
    row["after"] = pictureOf(entry, "after").string();
  row["masks"] = json::array();
  for (const auto& mask : entry.changed)
    if (!mask.frame || *mask.frame == entry.shownFrame)
      row["masks"].push_back(boxJson(mask.box));
  row["doubts"] = json::array();
  for (const auto& box : entry.doubted)
    row["doubts"].push_back(boxJson(box));
  return row;
}

std::string forScript(const json& value) {
  std::string out;
  for (const char c : value.dump(-1, ' ', false, json::error_handler_t::replace)) {
    if (c == '<') // in JSON it stands in strings only
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

} // namespace

std::filesystem::path pictureOf(const Entry& entry, const char* which) {
  const auto name = sha256(entry.path).substr(0, 32);
  return std::filesystem::path("pictures") / name.substr(0, 2) / (name + "." + which + ".jpg");
}

void writeSheet(const std::filesystem::path& file, const CohortOptions& options, const std::vector<const Entry*>& out,
                const std::vector<const Entry*>& quarantined) {
  // What a person must look at comes first.
  json rows = json::array();
  for (const auto* list : {&quarantined, &out})
    for (const auto* entry : *list)
      rows.push_back(rowOf(*entry));
  std::string kept;
  for (const auto& word : keptBy(options.profile.tags))
    kept += (kept.empty() ? "" : ", ") + word;
  const std::string style = sheetStyle, script = sheetScript;
  writePrivately(file,
                 filled(sheetTemplate,
                        {{"policy", "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' file:; "
                                    "style-src " +
                                        policyHash(style) + "; script-src " + policyHash(script)},
                         {"style", style},
                         {"script", script},
                         {"version", report::escapeHtml(version)},
                         {"out", std::to_string(out.size())},
                         {"quarantined", std::to_string(quarantined.size())},
                         {"kept", kept.empty() ? "nothing" : kept},
                         {"reader", options.ocr.program.empty() ? "no OCR program: nobody looked for letters left"
                                                                : "letters left are looked for by OCR"},
                         {"data", forScript(rows)}}));
}

} // namespace hipcuff::deidentify
