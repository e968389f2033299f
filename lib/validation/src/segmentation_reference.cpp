#include "fields.h"
#include "object_reference.h"
#include "segment_roles.h"

#include "hipcuff/core/error.h"
#include "hipcuff/validation/masks.h"

#include <algorithm>
#include <map>
#include <set>

namespace hipcuff::validation {
namespace {

std::string quoted(const dicom::Segment& segment) {
  std::string out = "'" + segment.label + "'";
  if (!segment.type.meaning.empty() && segment.type.meaning != segment.label)
    out += " (" + segment.type.meaning + ")";
  return out;
}

std::string listOf(const std::vector<const dicom::Segment*>& segments) {
  constexpr std::size_t most = 8;
  std::string out;
  for (std::size_t i = 0; i < segments.size() && i < most; ++i)
    out += (out.empty() ? "" : ", ") + quoted(*segments[i]);
  return segments.size() > most ? out + ", and " + std::to_string(segments.size() - most) + " more" : out;
}

/// What of one image was outlined: on each frame which labels.
using Frames = std::map<int, std::set<int>>;

} // namespace

ObjectAnswers readSegmentationReference(const std::filesystem::path& file, const TableMap& map) {
  const dicom::StoredSegmentation read = dicom::readSegmentation(file);
  ObjectAnswers out;
  out.ours = read.object.manufacturer == "HipCuff";
  std::map<std::size_t, int> labels;
  std::vector<const dicom::Segment*> others;
  std::map<std::string, Frames> images;
  std::map<std::string, std::set<Side>> sides;
  for (std::size_t i = 0; i < read.content.segments.size(); ++i) {
    const dicom::Segment& segment = read.content.segments[i];
    const int label = labelOf(segment, map);
    if (label == 0) {
      if (!map.segments.contains(squashed(segment.label)))
        others.push_back(&segment);
      continue;
    }
    labels[i] = label;
    for (const dicom::SegmentMask& mask : segment.masks) {
      images[mask.sopInstanceUid][mask.frame].insert(label);
      if (segment.side)
        sides[mask.sopInstanceUid].insert(*segment.side);
    }
  }
  if (labels.empty())
    throw InputError(
        file,
        read.content.segments.empty() ? "no frame of it outlines anything"
                                      : "none of its segments is known to be the tendon: it has " + listOf(others),
        read.content.segments.empty()
            ? "draw the tendon"
            : "say it with --map 'segment:" + (others.empty() ? std::string("LABEL") : others.front()->label) +
                  "=tendon'");
  if (!others.empty() && !out.ours)
    out.notes.push_back("passed over are the segments " + listOf(others));
  const std::string reader = readerOf(read.content.creator, map);
  for (const auto& [uid, frames] : images) {
    ReferenceEntry entry;
    entry.sopInstanceUid = uid;
    entry.exam = read.object.studyInstanceUid;
    if (const auto side = sides.find(uid); side != sides.end() && side->second.size() == 1)
      entry.side = *side->second.begin();
    entry.source.name = reader;
    entry.mask = file;
    entry.object = file.filename().string();
    entry.exactFrames = true;
    entry.segments = SegmentChoice{uid, 0, read.columns, read.rows, labels};
    for (const auto& [frame, shown] : frames) {
      FrameAnswer answer{frame, {}, file};
      // A frame on which only a tear was drawn says nothing of the tendon's outline.
      if (!shown.contains(1))
        answer.coding = LabelCoding{{}, true, false};
      entry.frames.push_back(std::move(answer));
    }
    out.entries.push_back(std::move(entry));
  }
  return out;
}

GreyImage readSegments(const std::filesystem::path& file, const SegmentChoice& choice) {
  const dicom::StoredSegmentation read = dicom::readSegmentation(file);
  GreyImage out(read.columns, read.rows);
  bool found = false;
  for (const auto& [place, label] : choice.labels) {
    if (place >= read.content.segments.size())
      throw InputError(file, "has changed while it was used", "run it again");
    for (const dicom::SegmentMask& one : read.content.segments[place].masks) {
      if (one.frame != choice.frame || one.sopInstanceUid != choice.sopInstanceUid)
        continue;
      found = true;
      for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
          if (one.mask.at(x, y))
            out.at(x, y) = static_cast<std::uint8_t>(std::max<int>(out.at(x, y), label));
    }
  }
  if (!found)
    throw InputError(file, "has no outline on frame " + std::to_string(choice.frame) + " of its image any more",
                     "run it again");
  return out;
}

} // namespace hipcuff::validation
