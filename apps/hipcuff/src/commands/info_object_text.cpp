#include "commands/info_object.h"

#include "cli/table.h"

#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace hipcuff::cli {
namespace {

using namespace dicom;

constexpr std::size_t mostBytes = 4000; // of a line

/// One line that ends as it did: tidy() takes a last full stop off.
std::string oneLine(const std::string& text) {
  std::string out = tidy(text, mostBytes);
  if (text.ends_with('.') && !out.empty() && text.size() <= mostBytes)
    out += '.';
  return out;
}
std::string line(const std::string& name, const std::string& value) {
  return "  " + name + std::string(name.size() < 13 ? 13 - name.size() : 1, ' ') + oneLine(value) + "\n";
}
/// Below a numbered line.
std::string below(const std::string& text) {
  return "    " + oneLine(text) + "\n";
}

std::string counted(std::size_t n, const char* one, const char* several) {
  return std::to_string(n) + " " + (n == 1 ? one : several);
}

/// Three decimals where there are that many.
std::string number(double value) {
  std::string out = decimals(value, 3);
  if (out.find('.') != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.')
      out.pop_back();
  }
  return out == "-0" ? "0" : out;
}

/// UCUM: "mm", "%"; "1" is no unit, and what stands in braces ("{frames}") the measure's name says already.
std::string unit(const Code& code) {
  return code.value.empty() || code.value == "1" || code.value.front() == '{' ? std::string() : " " + code.value;
}

std::string words(const Code& code) {
  return code.meaning.empty() ? code.scheme + " " + code.value : code.meaning;
}

std::string sideOf(const std::optional<Side>& side) {
  return !side ? std::string() : *side == Side::left ? ", left" : ", right";
}

std::string dateAndTime(const std::string& date, const std::string& time) {
  const auto digits = [](const std::string& text, std::size_t n) {
    return text.size() >= n && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(n),
                                           [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(date, 8))
    return date;
  std::string out = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2);
  if (digits(time, 6))
    out += " " + time.substr(0, 2) + ":" + time.substr(2, 2) + ":" + time.substr(4, 2);
  return out;
}

/// As DICOM and every viewer count, from 1; results.json counts from 0, and both are said.
std::string framesOf(const std::vector<int>& frames, std::optional<int> total = {}) {
  if (frames.empty())
    return {};
  constexpr std::size_t most = 8;
  const auto listed = [&](int first) {
    std::string out;
    for (std::size_t i = 0; i < std::min(frames.size(), most); ++i)
      out += (i == 0 ? "" : ", ") + std::to_string(frames[i] + first);
    return out + (frames.size() > most ? ", ..." : "");
  };
  return (frames.size() == 1 ? "frame " : "frames ") + listed(1) + (total ? " of " + std::to_string(*total) : "") +
         " (" + listed(0) + " in results.json)";
}

std::string nameOf(const Measurement& m) {
  std::string of;
  for (const Evaluation& e : m.modifiers)
    of += (of.empty() ? "" : ", ") + words(e.value);
  if (m.derivation)
    of += (of.empty() ? "" : ", ") + words(*m.derivation);
  return words(m.name) + (of.empty() ? "" : " (" + of + ")");
}

std::string measurementText(const Measurement& m) {
  std::string out = nameOf(m) + ": " + number(m.value) + unit(m.unit);
  if (m.lower95 || m.upper95)
    out += ", 95 % " + (m.lower95 ? number(*m.lower95) : std::string("?")) + " to " +
           (m.upper95 ? number(*m.upper95) : std::string("?"));
  for (const Quantity& q : m.properties)
    out += "; " + words(q.name) + " " + number(q.value) + unit(q.unit);
  return out;
}

/// A profile's many places are one line: how many, and between which values.
std::string measurementsText(const std::vector<Measurement>& all) {
  constexpr std::size_t most = 6;
  const auto key = [](const Measurement& m) { return nameOf(m) + unit(m.unit); };
  std::map<std::string, std::vector<const Measurement*>> alike;
  for (const Measurement& m : all)
    alike[key(m)].push_back(&m);
  std::string out;
  for (const Measurement& m : all) {
    const auto& same = alike.at(key(m));
    if (same.size() <= most) {
      out += below(measurementText(m));
    } else if (same.front() == &m) {
      const auto [least, largest] = std::minmax_element(
          same.begin(), same.end(), [](const auto* a, const auto* b) { return a->value < b->value; });
      out += below(nameOf(m) + ": " + std::to_string(same.size()) + " values, " + number((*least)->value) + " to " +
                   number((*largest)->value) + unit(m.unit));
    }
  }
  return out;
}

std::string algorithmText(const Algorithm& algorithm) {
  std::string out = algorithm.name + (algorithm.version.empty() ? "" : " " + algorithm.version);
  for (const std::string& parameter : algorithm.parameters)
    out += ", " + parameter;
  return out;
}

/// An image's number in the report, and the frames of it.
std::string place(const MeasurementReport& report, const ImageReference& reference) {
  const auto at = std::find_if(report.images.begin(), report.images.end(), [&](const LibraryImage& image) {
    return image.image.sopInstanceUid == reference.sopInstanceUid;
  });
  std::string out = at == report.images.end() ? reference.sopInstanceUid
                                              : "image " + std::to_string(std::distance(report.images.begin(), at) + 1);
  if (!reference.frames.empty())
    out += " " + framesOf(reference.frames, at == report.images.end() ? std::nullopt : at->frames);
  return out;
}

std::string imageText(const LibraryImage& image) {
  std::string out = image.image.sopInstanceUid;
  if (image.columns && image.rows)
    out += ", " + std::to_string(*image.columns) + " x " + std::to_string(*image.rows);
  if (image.frames)
    out += ", " + counted(static_cast<std::size_t>(std::max(0, *image.frames)), "frame", "frames");
  out += sideOf(image.laterality);
  if (image.view)
    out += std::string(", ") + hipcuff::toString(*image.view);
  if (image.mmPerPx)
    out += ", " + decimals(image.mmPerPx->x, 5) + " x " + decimals(image.mmPerPx->y, 5) + " mm/px";
  if (image.calibration)
    out += " (" + words(*image.calibration) + ")";
  return out;
}

class ReportText {
public:
  ReportText(const StoredReport& stored, const NameFilter& names, bool identity)
      : stored_(stored)
      , names_(names)
      , identity_(identity) {}

  std::string whole() {
    const MeasurementReport& report = stored_.report;
    std::string out = line("report", std::string(stored_.complete ? "complete" : "partial") +
                                         (stored_.verified ? ", verified" : ", not verified") + ", " +
                                         counted(report.images.size(), "image", "images") + ", " +
                                         counted(report.groups.size(), "group", "groups"));
    for (const Code& procedure : report.procedures)
      out += line("procedure", words(procedure));
    if (identity_)
      for (const std::string& person : report.persons)
        out += line("reviewer", person);
    for (const std::string& conclusion : report.conclusions)
      out += line("conclusion", names_(conclusion));
    for (std::size_t i = 0; i < report.images.size(); ++i)
      out += line("image " + std::to_string(i + 1), imageText(report.images[i]));
    for (std::size_t i = 0; i < report.groups.size(); ++i)
      out += groupText(report.groups[i], i + 1);
    for (const Evaluation& e : report.evaluations)
      out += line("statement", words(e.name) + ": " + words(e.value));
    for (const Comment& c : report.comments)
      out += line("comment", words(c.name) + ": " + names_(c.text));
    for (const std::string& left : stored_.notUnderstood)
      out += line("not understood", names_(left));
    return out;
  }

private:
  std::string groupText(const MeasurementGroup& group, std::size_t ordinal) {
    std::string head = names_(group.trackingId);
    if (group.finding)
      head += (head.empty() ? "" : ": ") + words(*group.finding);
    if (group.site && !(group.finding && *group.finding == *group.site))
      head += ", at " + words(*group.site);
    head += sideOf(group.laterality);
    for (const ImageReference& image : group.images)
      head += ", " + place(stored_.report, image);
    if (group.region)
      head += ", outlined";
    if (!group.person.empty())
      head += identity_ ? ", by " + group.person : ", by a person";
    std::string out = line("group " + std::to_string(ordinal), head);
    // Said where it is another one than that of the group before.
    if (group.algorithm && group.algorithm != algorithm_) {
      out += below("Computed by " + algorithmText(*group.algorithm));
      algorithm_ = group.algorithm;
    }
    for (const Evaluation& e : group.evaluations)
      out += below(words(e.name) + ": " + words(e.value));
    out += measurementsText(group.measurements);
    for (const Comment& c : group.comments) {
      // A hip's reasons are often its only image's: once is enough.
      if (std::string text = words(c.name) + ": " + names_(c.text); said_.insert(text).second)
        out += below(text);
    }
    return out;
  }

  const StoredReport& stored_;
  const NameFilter& names_;
  bool identity_;
  std::optional<Algorithm> algorithm_;
  std::set<std::string> said_;
};

std::string contentText(const StoredReport& stored, const NameFilter& names, bool identity) {
  return ReportText(stored, names, identity).whole();
}

std::string segmentText(const Segment& segment, const NameFilter& names) {
  std::string out = names(segment.label) + ": " + words(segment.type) + sideOf(segment.side);
  switch (segment.maker) {
  case SegmentMaker::automatic:
    out += ", automatic";
    break;
  case SegmentMaker::semiautomatic:
    out += ", corrected by a person";
    break;
  case SegmentMaker::manual:
    out += ", outlined by a person";
    break;
  }
  if (!segment.algorithm.empty())
    out += " (" + segment.algorithm + (segment.algorithmVersion.empty() ? "" : " " + segment.algorithmVersion) + ")";
  std::vector<int> frames;
  std::size_t pixels = 0;
  for (const SegmentMask& m : segment.masks) {
    frames.push_back(m.frame);
    pixels += m.mask.count();
  }
  return out + ", " + framesOf(frames) + ", " + std::to_string(pixels) + " pixels";
}

std::string contentText(const StoredSegmentation& stored, const NameFilter& names, bool identity) {
  const Segmentation& content = stored.content;
  std::string out = line("masks", std::to_string(stored.columns) + " x " + std::to_string(stored.rows) + ", " +
                                      counted(content.segments.size(), "segment", "segments") +
                                      (content.mmPerPx ? ", " + decimals(content.mmPerPx->x, 5) + " x " +
                                                             decimals(content.mmPerPx->y, 5) + " mm/px"
                                                       : std::string(", no millimetres")));
  if (!content.description.empty())
    out += line("description", names(content.description));
  if (identity && !content.creator.empty())
    out += line("creator", content.creator);
  std::vector<std::string> images;
  for (std::size_t i = 0; i < content.segments.size(); ++i) {
    out += line("segment " + std::to_string(i + 1), segmentText(content.segments[i], names));
    for (const SegmentMask& m : content.segments[i].masks)
      if (std::find(images.begin(), images.end(), m.sopInstanceUid) == images.end())
        images.push_back(m.sopInstanceUid);
  }
  for (const std::string& image : images)
    out += line("of", image);
  return out;
}

std::string contentText(const ReadPresentation& read, const NameFilter& names, bool identity) {
  const Presentation& p = read.presentation;
  std::string out =
      line("drawing", counted(p.graphics.size(), "line or point", "lines and points") + ", " +
                          counted(p.texts.size(), "text", "texts") + (read.colour ? ", over a colour picture" : ""));
  if (!p.description.empty())
    out += line("description", names(p.description));
  if (identity && !p.creator.empty())
    out += line("creator", p.creator);
  for (const PresentationLayer& layer : p.layers) {
    const auto on = [&](const auto& all) {
      return static_cast<std::size_t>(
          std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.layer == layer.name; }));
    };
    out += line("layer", layer.name + (layer.description.empty() ? "" : " (" + names(layer.description) + ")") + ": " +
                             counted(on(p.graphics), "line", "lines") + ", " + counted(on(p.texts), "text", "texts"));
  }
  for (const PresentationText& text : p.texts) {
    std::string name = "text";
    std::string words = names(text.text);
    for (std::size_t begin = 0; begin <= words.size();) {
      const std::size_t end = std::min(words.find('\n', begin), words.size());
      if (end > begin)
        out += line(name, words.substr(begin, end - begin));
      name.clear();
      begin = end + 1;
    }
  }
  for (const PresentedImage& image : read.images)
    out += line("of", image.sopInstanceUid + (image.frames.empty() ? "" : ", " + framesOf(image.frames)));
  for (const std::string& left : read.leftOut)
    out += line("not understood", names(left));
  return out;
}

std::string contentText(const StoredSecondaryCapture& capture, const NameFilter& names, bool) {
  std::string out =
      line("picture", std::to_string(capture.columns) + " x " + std::to_string(capture.rows) + ", " +
                          counted(static_cast<std::size_t>(std::max(0, capture.frames)), "frame", "frames"));
  if (!capture.description.empty())
    out += line("description", names(capture.description));
  if (capture.burnedInIdentity)
    out += line("identity", *capture.burnedInIdentity ? "may be burned into the picture" : "none in the picture");
  for (const PictureReference& shown : capture.shows)
    out += line("shows", shown.sopInstanceUid + (shown.frame ? ", " + framesOf({*shown.frame}) : ""));
  return out;
}

} // namespace

std::string objectText(const ResultObjectInfo& info, bool identity) {
  const StoredObject& head = info.head;
  const NameFilter names(info, identity);
  std::string out = tidy(head.path.string(), mostBytes) + "\n";
  std::string made = head.manufacturer;
  if (!head.softwareVersions.empty())
    made += (made.empty() ? "" : " ") + head.softwareVersions;
  out += line("class", head.sopClass);
  if (!made.empty() || !head.date.empty())
    out += line("made", (made.empty() ? "" : "by " + made + (head.date.empty() ? "" : ", ")) +
                            dateAndTime(head.date, head.time));
  out += std::visit([&](const auto& content) { return contentText(content, names, identity); }, info.content);
  if (identity) {
    out += line("patient", head.identity.patientName + "  number " + head.identity.patientId + "  born " +
                               head.identity.birthDate);
    out += line("accession", head.identity.accessionNumber);
  }
  return out;
}

} // namespace hipcuff::cli
