#include "commands/info_object.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cctype>

namespace hipcuff::cli {
namespace {

using namespace dicom;

void readContent(ResultObjectInfo& info) {
  switch (info.kind) {
  case ObjectKind::sr:
    info.content = readMeasurementReport(info.head.path);
    break;
  case ObjectKind::seg:
    info.content = readSegmentation(info.head.path);
    break;
  case ObjectKind::gsps:
    info.content = readPresentation(info.head.path);
    break;
  case ObjectKind::sc:
    info.content = readSecondaryCapture(info.head.path);
    break;
  }
}

// Between the parts of a name; in running text it is a space, or a line ends there.
char plain(char c) {
  return c == '^' || c == '=' || c == '\\' || c == '\n' ? ' ' : c;
}

bool partOfWord(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || std::isalnum(u) != 0;
}

bool standsAt(const std::string& text, std::size_t at, const std::string& name) {
  if (at + name.size() > text.size() || (at > 0 && partOfWord(text[at - 1])) ||
      (at + name.size() < text.size() && partOfWord(text[at + name.size()])))
    return false;
  return std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return plain(a) == plain(b); });
}

std::vector<std::string> namesIn(const ResultObjectInfo& info) {
  std::vector<std::string> out;
  if (const auto* stored = std::get_if<StoredReport>(&info.content)) {
    out = stored->report.persons;
    for (const MeasurementGroup& group : stored->report.groups)
      out.push_back(group.person);
  } else if (const auto* segmentation = std::get_if<StoredSegmentation>(&info.content)) {
    out.push_back(segmentation->content.creator);
  } else if (const auto* read = std::get_if<ReadPresentation>(&info.content)) {
    out.push_back(read->presentation.creator);
  }
  return out;
}

} // namespace

std::optional<ResultObjectInfo> readResultObject(const std::filesystem::path& path) {
  ResultObjectInfo info;
  try {
    info.head = readStoredObject(path);
  } catch (const Error&) {
    return std::nullopt; // no DICOM: what it was left out for stands
  }
  const auto kind = kindOf(info.head.sopClassUid);
  if (!kind)
    return std::nullopt;
  info.kind = *kind;
  const bool ours = info.head.manufacturer == "HipCuff";
  try {
    readContent(info);
  } catch (const Error& error) {
    if (ours || isDamaged(path))
      throw InputError(path, error.problem(), error.remedy());
    throw NotForUs(path, error.problem(), error.remedy());
  }
  if (const auto* capture = std::get_if<StoredSecondaryCapture>(&info.content)) {
    if (!ours && capture->shows.empty())
      return std::nullopt;
    if (ours && isDamaged(path)) // only its header was read
      throw InputError(path, "the file is damaged", "copy or export it again");
  }
  return info;
}

NameFilter::NameFilter(const ResultObjectInfo& info, bool identity) {
  if (identity)
    return;
  constexpr std::size_t leastOfPart = 3; // "Li" alone would hit too much else
  for (const std::string& name : namesIn(info)) {
    if (name.empty() || name == "not named")
      continue;
    names_.push_back(name);
    for (std::size_t begin = 0; begin < name.size();) {
      const std::size_t end = std::min(name.find_first_of("^=", begin), name.size());
      if (end - begin >= leastOfPart)
        names_.push_back(name.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  std::stable_sort(names_.begin(), names_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string NameFilter::operator()(const std::string& text) const {
  if (names_.empty())
    return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto name =
        std::find_if(names_.begin(), names_.end(), [&](const std::string& n) { return standsAt(text, at, n); });
    if (name == names_.end()) {
      out += text[at++];
    } else {
      out += "(name)";
      at += name->size();
    }
  }
  return out;
}

} // namespace hipcuff::cli
