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

std::string rectangle(const PixelBox& box, const char* kind) {
  return std::string("<rect class=\"") + kind + "\" x=\"" + std::to_string(box.x0) + "\" y=\"" +
         std::to_string(box.y0) + "\" width=\"" + std::to_string(box.width()) + "\" height=\"" +
         std::to_string(box.height()) + "\"/>";
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
  if (entry.state == State::held || entry.decided())
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
  row["pictures"] = pictureOf(entry, "").string();
  row["after"] = entry.hasAfter;
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
  return std::filesystem::path("pictures") / name.substr(0, 2) / (name + "." + which);
}

std::string marksOf(const Entry& entry) {
  // Pixel 0 reaches from 0 to 1 here.
  const auto size = std::to_string(entry.columns) + " " + std::to_string(entry.rows);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
                    "\" preserveAspectRatio=\"none\"><style>rect{fill:none;stroke-width:1.5;vector-effect:"
                    "non-scaling-stroke}.mask{stroke:#e69f00}.doubt{stroke:#ff3b30;stroke-dasharray:5 3}</style>";
  for (const auto& mask : entry.changed)
    if (!mask.frame || *mask.frame == entry.shownFrame)
      out += rectangle(mask.box, "mask");
  for (const auto& box : entry.doubted)
    out += rectangle(box, "doubt");
  return out + "</svg>\n";
}

void writeSheet(const std::filesystem::path& file, const CohortOptions& options, const std::vector<const Entry*>& out,
                const std::vector<const Entry*>& quarantined) {
  // What a person must look at comes first.
  json rows = json::array();
  for (const auto* entry : quarantined)
    rows.push_back(rowOf(*entry));
  for (const bool decided : {true, false})
    for (const auto* entry : out)
      if (entry->decided() == decided)
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
