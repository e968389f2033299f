// Finds plugins, checks them, loads them, and puts them in their places.
#pragma once

#include "hipcuff/core/stages.h"
#include "hipcuff/plugin/descriptor.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::plugin {

// --- finding, without loading ---------------------------------------------------------------------------------------

/// Where plugins are looked for, the first found of a name counts: `given` (--plugin-path), HIPCUFF_PLUGIN_PATH
/// (folders parted by ':'), $XDG_DATA_HOME/hipcuff/plugins or ~/.local/share/hipcuff/plugins, and
/// PREFIX/lib/hipcuff/plugins of the program that runs.
[[nodiscard]] std::vector<std::filesystem::path> searchPath(const std::vector<std::filesystem::path>& given);

/// One *.plugin.json that was found, usable or not.
struct Found {
  std::filesystem::path file;
  std::optional<Descriptor> descriptor; ///< none where the descriptor itself is wrong
  std::string problem;                  ///< why it can't be used; empty: it can, as far as is seen without loading
  std::string remedy;
  bool hidden = false; ///< another of the same name comes before it
};

/// Looks in each folder and in the folders right inside of it. In their order, then by name; folders that are not there
/// are passed over.
[[nodiscard]] std::vector<Found> findPlugins(const std::vector<std::filesystem::path>& folders);

/// By name from the folders, or by path: of the descriptor, of the module that has its descriptor beside it, or of a
/// folder with one descriptor in it. A word with '/' or ending in .json or .so is a path.
/// @throws ConfigError where it is missing, wrong, or not usable; with the likest name where no plugin has this one
[[nodiscard]] Descriptor choosePlugin(const std::string& nameOrFile, const std::vector<std::filesystem::path>& folders);

/// Reads out of the module's file what it was built against, without running any of it, and compares it with ours.
/// @throws ConfigError where the module is missing, no shared library of this machine, no plugin, or built against
///         another HipCuff (which one it was and which one this is)
void checkModule(const Descriptor& descriptor);

// --- loading --------------------------------------------------------------------------------------------------------

/// What the user asked for: --plugin NAME|FILE[,key=value...]. A ',' or '\' in a value is written "\,", "\\".
struct Request {
  std::string plugin;
  std::vector<std::pair<std::string, std::string>> values;
};
/// @throws UsageError
[[nodiscard]] Request parseRequest(const std::string& text);

/// One plugin in use, for the record of a run.
struct InUse {
  Descriptor descriptor;
  Values values;
  std::map<std::string, std::filesystem::path> files{}; ///< Provided::files
  std::string moduleDigest;                             ///< SHA-256 of the module's file, hex
  std::function<std::unique_ptr<ResultExporter>(const std::filesystem::path& folder)>
      exporter{}; ///< guarded; empty: none
  /// SHA-256 over name, version, module and values, with the contents of what its file parameters name and of `files`:
  /// equal keys give equal results.
  std::string key;
};

enum class OnFault {
  stop,    ///< the run ends with what went wrong (exit code 1)
  builtin, ///< the built-in stage stands in, and each result that it concerns says so
};

struct Loaded {
  Stages stages;
  std::vector<InUse> plugins;        ///< in the order asked for
  std::vector<std::string> problems; ///< OnFault::builtin: plugins that could not be loaded, one sentence each
  /// The same for ImageResult::messages: without any path.
  std::vector<std::string> leftOut{};
};

/// Loads what was asked for, one after the other, each handed the stages before it. Every stage of a plugin is guarded:
/// what it throws, and what it returns that can't be (see guard.h), becomes StageError. A
/// stage that it hands on as it was given stays its maker's.
/// A module stays loaded until the process ends.
/// @throws ConfigError where a plugin is refused (OnFault::stop); UsageError for wrong values and for two plugins of
/// one
///         name, whichever OnFault
[[nodiscard]] Loaded loadPlugins(const std::vector<Request>& requests,
                                 const std::vector<std::filesystem::path>& folders, const Stages& builtin,
                                 OnFault onFault);

} // namespace hipcuff::plugin
