#include "module.h"

#include "words.h"

#include "hipcuff/core/error.h"
#include "hipcuff/plugin/plugins.h"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>

namespace hipcuff::plugin {
namespace {

using Make = void (*)(const Setup&, Provided&);

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return name ? name.get() : symbol;
}

/// dlerror's words without the path, and symbols as their author wrote them.
std::string loaderWords(const Descriptor& d) {
  const char* given = ::dlerror();
  std::string words = given == nullptr ? "no reason was given" : given;
  const std::string path = d.module.string() + ": ";
  if (words.starts_with(path))
    words.erase(0, path.size());
  static const std::string undefined = "undefined symbol: ";
  if (words.starts_with(undefined)) {
    const std::size_t end = std::min(words.find_first_of(" ,", undefined.size()), words.size());
    words = undefined + demangled(words.substr(undefined.size(), end - undefined.size()));
  }
  return tidy(words);
}

[[noreturn]] void refuse(const Descriptor& d, const std::string& problem, const std::string& remedy) {
  throw ConfigError(d.module, "plugin '" + d.name + "' " + d.version + " " + problem, remedy);
}

Make entryOf(const Descriptor& d) {
  checkModule(d);
  // Never closed: results, exceptions and threads of it may outlive every owner.
  void* library = ::dlopen(d.module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    refuse(d, "can't be loaded: " + loaderWords(d), "link it against all that it uses, or install what it needs");
  void* entry = ::dlsym(library, "hipcuffPluginMake");
  if (entry == nullptr)
    refuse(d, "has no function hipcuffPluginMake", "write HIPCUFF_PLUGIN(make) once in it, outside of any namespace");
  return reinterpret_cast<Make>(entry);
}

void requireWhatIsListed(const Descriptor& d, const Provided& provided) {
  const std::pair<Extension, bool> there[] = {{Extension::cortex, provided.cortex != nullptr},
                                              {Extension::tendon, provided.tendon != nullptr},
                                              {Extension::discontinuities, provided.discontinuities != nullptr},
                                              {Extension::grader, provided.grader != nullptr},
                                              {Extension::exporter, static_cast<bool>(provided.exporter)}};
  std::vector<std::string> missing;
  std::vector<std::string> unlisted;
  for (const auto& [extension, made] : there) {
    const bool listedThere = std::find(d.stages.begin(), d.stages.end(), extension) != d.stages.end();
    if (listedThere && !made)
      missing.emplace_back(toString(extension));
    if (!listedThere && made)
      unlisted.emplace_back(toString(extension));
  }
  const std::string remedy = "make " + d.file.filename().string() + " and the plugin's code say the same";
  if (!missing.empty())
    refuse(d, "does not make what its descriptor lists: " + listed(missing), remedy);
  if (!unlisted.empty())
    refuse(d, "makes what its descriptor does not list: " + listed(unlisted), remedy);
}

/// They are recorded among the parameters.
void requireFiles(const Descriptor& d, const Provided& provided) {
  const std::string remedy = "tell its author: see Provided::files in hipcuff/plugin/module.h";
  for (const auto& [name, file] : provided.files) {
    if (!isName(name) || std::any_of(d.parameters.begin(), d.parameters.end(),
                                     [&key = name](const Parameter& p) { return p.name == key; }))
      refuse(d, "names a file '" + tidy(name, 80) + "', which is a parameter or no name", remedy);
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
      refuse(d, "names a file that is not there: " + tidy(file.string()), remedy);
  }
}

} // namespace

Provided makeProvided(const Descriptor& descriptor, const Setup& setup) {
  const Make make = entryOf(descriptor);
  Provided provided;
  std::string problem;
  std::string remedy;
  try {
    make(setup, provided);
  } catch (const Error& error) { // with its remedy; a file that it complains of stands in front of its problem
    problem = (error.path().empty() ? "" : error.path().string() + ": ") + error.problem();
    remedy = error.remedy();
  } catch (...) {
    problem = whatWasThrown();
  }
  if (!problem.empty())
    refuse(descriptor, "could not be made ready: " + tidy(problem),
           remedy.empty() ? "run without it, or tell its author" : tidy(remedy));
  requireWhatIsListed(descriptor, provided);
  requireFiles(descriptor, provided);
  return provided;
}

} // namespace hipcuff::plugin
