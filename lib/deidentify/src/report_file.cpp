#include "report_file.h"

#include "hipcuff/core/version.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace hipcuff::deidentify {
namespace {

using json = nlohmann::ordered_json;

/// Four digits are enough, and the same everywhere.
json rounded(double share) {
  return std::round(share * 1e6) / 1e6;
}

json fileJson(const Entry& entry) {
  json file;
  file["file"] = entry.place;
  file["sha256"] = entry.sha256;
  file["bytes"] = entry.bytes;
  file["sop_instance_uid"] = entry.uid;
  file["sop_class"] = entry.sopClass;
  file["transfer_syntax_of_original"] = entry.transferSyntax;
  file["elements"] = {{"removed", entry.removed},        {"removed_private", entry.removedPrivate},
                      {"emptied", entry.emptied},        {"replaced", entry.replaced},
                      {"uids_mapped", entry.uidsMapped}, {"dates_shifted", entry.datesShifted}};
  if (!entry.picture) {
    file["pixels"] = nullptr;
    return file;
  }
  json& pixels = file["pixels"];
  pixels["columns"] = entry.columns;
  pixels["rows"] = entry.rows;
  pixels["frames"] = entry.frames;
  pixels["method"] = entry.method;
  pixels["said"] = entry.said.empty() ? json() : json(entry.said);
  pixels["frames_touched"] = entry.framesTouched;
  // x0, y0, x1, y1, inclusive; a fifth number is the only frame that it holds for.
  pixels["may_differ"] = json::array();
  for (const auto& mask : entry.changed) {
    json box = {mask.box.x0, mask.box.y0, mask.box.x1, mask.box.y1};
    if (mask.frame)
      box.push_back(*mask.frame);
    pixels["may_differ"].push_back(std::move(box));
  }
  pixels["share_of_bmode"] = entry.shareOfBmode ? rounded(*entry.shareOfBmode) : json();
  pixels["comments_in_frames_wiped"] = entry.codestreamTexts;
  pixels["claimed_clean"] = entry.pixelsClaimedClean;
  pixels["letters_left"] = entry.letters;
  pixels["read_by"] = entry.readBy.empty() ? json() : json(entry.readBy);
  pixels["frames_read"] = entry.framesRead;
  pixels["released_by_a_person"] = isRelease(entry.decision);
  return file;
}

} // namespace

std::string reportJson(const CohortOptions& options, const std::vector<const Entry*>& out, const CohortReport& report) {
  json root;
  root["schema"] = "hipcuff.deidentification/1";
  root["program"] = {{"name", "HipCuff"}, {"version", version}};
  const auto& tags = options.profile.tags;
  root["profile"] = {{"standard", "DICOM PS3.15 2024b, annex E, basic profile"},
                     {"kept", keptBy(tags)},
                     {"dates", tags.dates == dicom::Dates::shift ? "shifted" : "removed"},
                     {"times_of_day", tags.dates != dicom::Dates::shift       ? "removed"
                                      : tags.times == dicom::TimesOfDay::keep ? "kept"
                                                                              : "removed"},
                     {"own_terms", tags.moreTerms.size()},
                     {"own_boxes", options.profile.boxes.size()}};
  root["counts"] = {
      {"files", out.size()}, {"quarantined", report.quarantined}, {"not_from_these_runs", report.strangers.size()}};
  root["quarantined_for"] = json::object();
  for (const auto& [code, count] : report.reasons)
    root["quarantined_for"][code] = count;
  root["share_of_bmode"] = {{"largest", rounded(report.largestShareOfBmode)},
                            {"mean", rounded(report.meanShareOfBmode)}};
  std::vector<const Entry*> sorted(out);
  // By new names: the order of the originals can tell something of theirs.
  std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) { return a->place < b->place; });
  // A line a file: a large cohort has many.
  auto text = root.dump(1);
  text.resize(text.rfind('\n'));
  text += ",\n \"files\": [";
  const char* between = "\n";
  for (const auto* entry : sorted) {
    text += between + ("  " + fileJson(*entry).dump(-1, ' ', false, json::error_handler_t::replace));
    between = ",\n";
  }
  return text + "\n ]\n}\n";
}

} // namespace hipcuff::deidentify
