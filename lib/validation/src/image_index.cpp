#include "image_index.h"

#include <algorithm>

namespace hipcuff::validation {
namespace {

/// The last `parts` of a path; all of it where it has fewer.
std::string_view tail(std::string_view path, std::size_t parts) {
  std::size_t begin = path.size();
  for (std::size_t n = 0; n < parts; ++n) {
    if (begin == 0)
      return path;
    const std::size_t slash = path.rfind('/', begin - 1);
    if (slash == std::string_view::npos)
      return path;
    begin = slash;
  }
  return path.substr(begin + 1);
}

std::size_t partsOf(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) + 1;
}

/// Without drive letters, "./" and leading "/": what is left names the same file.
std::string plain(const std::string& path) {
  std::string_view text = path;
  if (text.size() > 2 && text[1] == ':' && text[2] == '/')
    text.remove_prefix(2);
  while (text.starts_with('/') || text.starts_with("./"))
    text.remove_prefix(text.starts_with('/') ? 1 : 2);
  return std::string(text);
}

/// "exam/long.dcm" -> "exam/long"; "1.2.3" stays as it is where the ending is a number.
std::string_view withoutEnding(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  if (dot == std::string_view::npos || dot == 0 || (slash != std::string_view::npos && dot <= slash + 1))
    return path;
  const std::string_view ending = path.substr(dot + 1);
  const bool word =
      !ending.empty() && ending.size() <= 5 && ending.find_first_not_of("0123456789") != std::string_view::npos;
  return word ? path.substr(0, dot) : path;
}

/// A name that more pictures have is no name.
constexpr std::size_t mostCandidates = 64;

/// How many parts at the end are equal.
std::size_t commonParts(std::string_view a, std::string_view b) {
  std::size_t parts = 0;
  for (std::size_t n = 1; n <= std::min(partsOf(a), partsOf(b)) && tail(a, n) == tail(b, n); ++n)
    parts = n;
  return parts;
}

} // namespace

PathIndex::Found PathIndex::nearest(const Few& few, const std::string& path) const {
  if (few.count == 1)
    return {paths_[few.values[0]].second, 1};
  if (few.count > mostCandidates)
    return {std::nullopt, few.count};
  std::size_t most = 0;
  std::vector<std::uint32_t> best;
  for (const std::uint32_t place : few.values) {
    const std::size_t common = commonParts(paths_[place].first, path);
    if (common > most)
      best.clear();
    most = std::max(most, common);
    if (common == most)
      best.push_back(place);
  }
  return {best.size() == 1 ? std::optional(paths_[best[0]].second) : std::nullopt, best.size()};
}

void PathIndex::add(const std::string& given, std::uint32_t value) {
  const std::string path = plain(given);
  const auto place = static_cast<std::uint32_t>(paths_.size());
  paths_.emplace_back(path, value);
  const auto put = [&](Map& map, std::string_view key) {
    Few& few = map[std::string(key)];
    if (few.count++ < mostCandidates)
      few.values.push_back(place);
  };
  put(whole_, path);
  const std::size_t parts = partsOf(path);
  for (std::size_t n = 1; n <= deepest && n <= parts; ++n) {
    const std::string_view end = tail(path, n);
    put(tails_.at(n - 1), end);
    put(stems_, withoutEnding(end));
  }
  if (parts < deepest)
    put(shorts_.at(parts - 1), path);
}

PathIndex::Found PathIndex::find(const std::string& given) const {
  const std::string path = plain(given);
  const auto get = [](const Map& map, std::string_view key) -> Few {
    const auto found = map.find(std::string(key));
    return found == map.end() ? Few{} : found->second;
  };
  const auto answer = [&](const Few& few) { return few.count == 0 ? Found{} : nearest(few, path); };
  if (const Few few = get(whole_, path); few.count > 0)
    return answer(few);
  const std::size_t parts = std::min(partsOf(path), deepest);
  if (const Few few = get(tails_.at(parts - 1), tail(path, parts)); few.count > 0)
    return answer(few);
  // What the results call "long.dcm" alone, or by its folder.
  for (std::size_t n = parts - 1; n >= 1; --n)
    if (const Few few = get(shorts_.at(n - 1), tail(path, n)); few.count > 0)
      return answer(few);
  const std::string_view name = tail(path, parts);
  return withoutEnding(name) == name ? answer(get(stems_, name)) : Found{};
}

ImageIndex::ImageIndex(const SystemResults& system)
    : system_(system) {
  for (std::uint32_t i = 0; i < system.images.size(); ++i) {
    const SystemImage& image = system.images[i];
    if (!image.sopInstanceUid.empty())
      byUid_.emplace(image.sopInstanceUid + '\n' + std::to_string(image.pane), i);
    byId_.emplace(image.id, i);
    const std::string path = image.path.generic_string();
    if (image.pane == 0)
      byPath_.add(path, i);
    else
      byPathAndPane_.emplace(path + '\n' + std::to_string(image.pane), i);
  }
}

ImageIndex::Found ImageIndex::find(const ReferenceEntry& entry) const {
  if (!entry.imageId.empty())
    if (const auto found = byId_.find(entry.imageId); found != byId_.end())
      return {found->second, {}};
  const std::string pane = '\n' + std::to_string(entry.pane.value_or(0));
  if (!entry.sopInstanceUid.empty()) {
    if (const auto found = byUid_.find(entry.sopInstanceUid + pane); found != byUid_.end())
      return {found->second, {}};
    // A picture that is named like its UID.
    if (const auto found = byPath_.find(entry.sopInstanceUid); found.value && entry.pane.value_or(0) == 0)
      return {found.value, {}};
  }
  if (entry.file.empty())
    return {};
  const auto found = byPath_.find(entry.file);
  if (found.candidates > 1)
    return {std::nullopt, "names " + std::to_string(found.candidates) +
                              " pictures of the results; give more of its path, or its SOP instance UID"};
  if (!found.value || entry.pane.value_or(0) == 0)
    return {found.value, {}};
  const auto other = byPathAndPane_.find(system_.images[*found.value].path.generic_string() + pane);
  return {other == byPathAndPane_.end() ? std::nullopt : std::optional(other->second), {}};
}

} // namespace hipcuff::validation
