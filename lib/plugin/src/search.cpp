// Finds plugins without loading them.
#include "hipcuff/plugin/plugins.h"

#include "elf_abi.h"
#include "words.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace hipcuff::plugin {
namespace {

constexpr std::string_view suffix = ".plugin.json";

void addFolder(std::vector<std::filesystem::path>& folders, const std::filesystem::path& folder) {
  if (folder.empty())
    return;
  const auto absolute = (std::filesystem::absolute(folder) / "").lexically_normal().parent_path();
  if (std::find(folders.begin(), folders.end(), absolute) == folders.end())
    folders.push_back(absolute);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name); // NOLINT: nobody sets it while we run
  return value == nullptr ? std::string() : std::string(value);
}

/// Descriptors in a folder itself, sorted; nothing where it can't be read.
std::vector<std::filesystem::path> descriptorsIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().filename().string().ends_with(suffix))
      out.push_back(at->path());
  std::sort(out.begin(), out.end());
  return out;
}

/// Of a folder and of the folders in it: a plugin may have one of its own. Sorted: which of two of a name is taken must
/// not depend on how a disk lists its folders.
std::vector<std::filesystem::path> descriptorsUnder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out = descriptorsIn(folder);
  std::vector<std::filesystem::path> inner;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (std::error_code none; at->is_directory(none))
      inner.push_back(at->path());
  std::sort(inner.begin(), inner.end());
  for (const auto& one : inner) {
    const auto more = descriptorsIn(one);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

std::string nameOf(const Found& found) {
  if (found.descriptor)
    return found.descriptor->name;
  const std::string file = found.file.filename().string();
  return file.substr(0, file.size() - suffix.size());
}

Descriptor usable(Descriptor descriptor) {
  checkModule(descriptor);
  return descriptor;
}

Descriptor byPath(const std::filesystem::path& given) {
  const auto path = std::filesystem::absolute(given).lexically_normal();
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    const auto all = descriptorsIn(path);
    if (all.size() == 1)
      return readDescriptor(all.front());
    throw ConfigError(path,
                      all.empty() ? "there is no plugin descriptor (*.plugin.json) in this folder"
                                  : "there are " + std::to_string(all.size()) + " plugins in this folder",
                      "name the descriptor itself");
  }
  if (path.extension() != ".so")
    return readDescriptor(path);
  if (!std::filesystem::exists(path, error))
    throw ConfigError(path, "the plugin's shared library is missing", "check the path");
  const auto own = path.parent_path() / (path.stem().string() + std::string(suffix));
  if (std::filesystem::exists(own, error))
    if (Descriptor d = readDescriptor(own); d.module == path)
      return d;
  for (const auto& file : descriptorsIn(path.parent_path())) {
    try {
      if (Descriptor d = readDescriptor(file); d.module == path)
        return d;
    } catch (const ConfigError&) {
      continue; // another plugin's, and not asked for
    }
  }
  throw ConfigError(path, "there is no plugin descriptor beside this library",
                    "put " + own.filename().string() + " there: see docs/plugins.md");
}

} // namespace

std::vector<std::filesystem::path> searchPath(const std::vector<std::filesystem::path>& given) {
  std::vector<std::filesystem::path> folders;
  for (const auto& folder : given)
    addFolder(folders, folder);
  const std::string own = variable("HIPCUFF_PLUGIN_PATH");
  for (std::size_t begin = 0; begin <= own.size();) {
    const std::size_t end = std::min(own.find(':', begin), own.size());
    addFolder(folders, own.substr(begin, end - begin));
    begin = end + 1;
  }
  // The XDG base directory specification: a path that is not absolute counts for nothing.
  const std::filesystem::path data = variable("XDG_DATA_HOME");
  const std::filesystem::path home = variable("HOME");
  if (data.is_absolute())
    addFolder(folders, data / "hipcuff/plugins");
  else if (home.is_absolute())
    addFolder(folders, home / ".local/share/hipcuff/plugins");
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error)
    addFolder(folders, program.parent_path().parent_path() / "lib/hipcuff/plugins");
  return folders;
}

void checkModule(const Descriptor& descriptor) {
  const AbiDifference difference = compareAbi(readAbiText(descriptor.module), HIPCUFF_PLUGIN_ABI);
  if (!difference.problem.empty())
    throw ConfigError(descriptor.module, "plugin '" + descriptor.name + "' " + difference.problem, difference.remedy);
}

std::vector<Found> findPlugins(const std::vector<std::filesystem::path>& folders) {
  std::vector<Found> all;
  std::set<std::string> names;
  std::set<std::filesystem::path> seen;
  for (const auto& folder : folders) {
    std::vector<Found> here;
    for (const auto& file : descriptorsUnder(folder)) {
      Found found;
      found.file = std::filesystem::absolute(file).lexically_normal();
      if (!seen.insert(found.file).second)
        continue;
      try {
        found.descriptor = readDescriptor(file);
        checkModule(*found.descriptor);
      } catch (const ConfigError& error) {
        found.problem = error.problem();
        found.remedy = error.remedy();
      }
      here.push_back(std::move(found));
    }
    std::stable_sort(here.begin(), here.end(), [](const Found& a, const Found& b) { return nameOf(a) < nameOf(b); });
    for (Found& found : here) {
      found.hidden = !names.insert(nameOf(found)).second;
      all.push_back(std::move(found));
    }
  }
  return all;
}

Descriptor choosePlugin(const std::string& nameOrFile, const std::vector<std::filesystem::path>& folders) {
  if (nameOrFile == "." || nameOrFile == ".." || nameOrFile.find('/') != std::string::npos ||
      nameOrFile.ends_with(".json") || nameOrFile.ends_with(".so"))
    return usable(byPath(nameOrFile));
  std::vector<std::string> names;
  for (const Found& found : findPlugins(folders)) {
    if (nameOf(found) == nameOrFile) {
      if (found.descriptor)
        return usable(*found.descriptor); // says what is wrong, with the right file
      throw ConfigError(found.file, found.problem, found.remedy);
    }
    names.push_back(nameOf(found));
  }
  std::vector<std::string> looked;
  for (const auto& folder : folders)
    looked.push_back(folder.string());
  const auto near = closest(nameOrFile, names);
  throw ConfigError(
      {}, "there is no plugin '" + tidy(nameOrFile, 80) + "'" + (looked.empty() ? "" : " in " + listed(looked)),
      near ? "did you mean '" + *near + "'?"
           : "list what is there with 'hipcuff plugins', name its folder with --plugin-path, or give the path of its "
             "*.plugin.json");
}

Request parseRequest(const std::string& text) {
  static const std::string form = "NAME or FILE, then ,parameter=value for each; a ',' in a value is written \\,";
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      parts.emplace_back();
    } else if (text[i] == '\\') {
      if (++i == text.size() || (text[i] != ',' && text[i] != '\\'))
        throw UsageError("--plugin '" + tidy(text, 120) + "': a '\\' stands before neither ',' nor '\\'", form);
      parts.back() += text[i];
    } else {
      parts.back() += text[i];
    }
  }
  Request request;
  request.plugin = parts.front();
  if (request.plugin.empty())
    throw UsageError("--plugin '" + tidy(text, 120) + "' names no plugin", form);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError("--plugin '" + tidy(text, 120) + "': '" + tidy(parts[i], 80) + "' is no parameter=value", form);
    request.values.emplace_back(parts[i].substr(0, equals), parts[i].substr(equals + 1));
  }
  return request;
}

} // namespace hipcuff::plugin
