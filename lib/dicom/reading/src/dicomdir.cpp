// Of a DICOMDIR only the files it names matter here: its links by byte offset, which break when it is edited or
// padded, are never followed.
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "hipcuff/dicom/reading.h"

#include <algorithm>
#include <set>

namespace hipcuff {

using namespace dicom;

namespace {

constexpr std::uint32_t recordsTag = 0x00041220;
constexpr std::uint32_t fileIdTag = 0x00041500;

std::string mediaClassOf(const ByteSource& source, std::uint64_t& dataSetAt, std::string& syntax) {
  const auto start = recogniseStart(source);
  if (!start)
    return {};
  dataSetAt = start->dataSetAt;
  ElementReader reader(source);
  std::string mediaClass;
  auto at = start->metaAt;
  while (start->hasMeta && reader.tagAt(at, false).value_or(0) >> 16 == 0x0002) {
    const auto e = reader.element(at, {true, false}, reader.size());
    if (!e || e->undefinedLength)
      return {};
    const auto raw = reader.bytes(e->valueAt, static_cast<std::size_t>(std::min<std::uint64_t>(e->length, 64)));
    std::string text(raw.begin(), raw.end());
    while (!text.empty() && (text.back() == 0 || text.back() == ' '))
      text.pop_back();
    if (e->tag == 0x00020002)
      mediaClass = text;
    if (e->tag == 0x00020010)
      syntax = text;
    at = e->valueAt + e->length;
    dataSetAt = at;
  }
  return mediaClass;
}

/// "IMAGES\US\IM1" -> IMAGES/US/IM1; empty where it would leave the folder.
std::filesystem::path relativePath(const std::string& fileId) {
  std::filesystem::path result;
  std::size_t at = 0;
  while (at <= fileId.size()) {
    const auto next = std::min(fileId.find('\\', at), fileId.size());
    auto part = fileId.substr(at, next - at);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\0'))
      part.pop_back();
    if (part.empty() || part == "." || part == ".." || part.find('/') != std::string::npos ||
        part.find('\0') != std::string::npos)
      return {};
    result /= part;
    at = next + 1;
  }
  return result;
}

/// As written, or in lower case: discs are often copied that way.
std::filesystem::path findFile(const std::filesystem::path& folder, const std::filesystem::path& relative) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(folder / relative, ignored))
    return folder / relative;
  auto lower = relative.string();
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (std::filesystem::is_regular_file(folder / lower, ignored))
    return folder / lower;
  return {};
}

} // namespace

bool isDicomDir(const std::filesystem::path& file) {
  try {
    std::uint64_t at = 0;
    std::string syntax;
    return isDirectory(mediaClassOf(*ByteSource::open(file), at, syntax));
  } catch (const std::exception&) {
    return false;
  }
}

std::vector<std::filesystem::path> readDicomDir(const std::filesystem::path& dicomdir,
                                                std::vector<std::filesystem::path>* missing) {
  const auto source = ByteSource::open(dicomdir);
  std::uint64_t at = 0;
  std::string syntax;
  if (source->size() == 0)
    throw InputError(dicomdir, "it is empty", "copy or export it again");
  if (!isDirectory(mediaClassOf(*source, at, syntax)))
    throw InputError(dicomdir, "it is not a DICOMDIR", {});
  const auto encoding = encodingOf(syntax).value_or(Encoding{});
  ElementReader reader(*source);
  const auto end = reader.size();
  const auto damaged = [&] { return InputError(dicomdir, "the DICOMDIR is damaged", "give its folder instead"); };

  std::vector<std::filesystem::path> found;
  std::set<std::filesystem::path> seen;
  const auto take = [&](const std::string& fileId) {
    const auto relative = relativePath(fileId);
    if (relative.empty() || !seen.insert(relative).second)
      return;
    const auto file = findFile(dicomdir.parent_path(), relative);
    if (!file.empty())
      found.push_back(file);
    else if (missing)
      missing->push_back(dicomdir.parent_path() / relative);
  };

  while (end - at >= 8) {
    const auto e = reader.element(at, encoding, end);
    if (!e)
      throw damaged();
    if (e->tag != recordsTag) {
      const auto next = reader.valueEnd(*e, encoding, end, false);
      if (!next)
        throw damaged();
      at = *next;
      continue;
    }
    // Items one after the other; each record's elements hold no sequence that matters.
    at = e->valueAt;
    const auto stop = e->undefinedLength ? end : e->valueAt + e->length;
    while (stop - at >= 8) {
      const auto tag = reader.tagAt(at, encoding.bigEndian).value_or(0);
      if (tag == 0xFFFEE0DD)
        break;
      if (tag == 0xFFFEE000 || tag == 0xFFFEE00D) {
        at += 8;
        continue;
      }
      const auto inner = reader.element(at, encoding, stop);
      if (!inner)
        throw damaged();
      if (inner->tag == fileIdTag && inner->length <= 1024 && !inner->undefinedLength) {
        const auto raw = reader.bytes(inner->valueAt, static_cast<std::size_t>(inner->length));
        take({raw.begin(), raw.end()});
      }
      const auto next = reader.valueEnd(*inner, encoding, stop, false);
      if (!next)
        throw damaged();
      at = *next;
    }
    break;
  }
  return found;
}

} // namespace hipcuff
