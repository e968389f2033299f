// What a plugin is made of. A plugin is a shared library with a descriptor beside it; docs/plugins.md leads through
// one.
//
//     class MySegmenter final : public hipcuff::TendonSegmenter { ... };
//
//     static hipcuff::plugin::Provided make(const hipcuff::plugin::Setup& setup) {
//       hipcuff::plugin::Provided provided;
//       provided.tendon = std::make_shared<MySegmenter>(setup.values.number("smoothing_mm"));
//       return provided;
//     }
//     HIPCUFF_PLUGIN(make)
//
// Stages are stateless after construction: several threads call them at once, with different pictures.
#pragma once

#include "hipcuff/core/exporter.h"
#include "hipcuff/core/stages.h"
#include "hipcuff/plugin/abi.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

namespace hipcuff::plugin {

/// Of a file parameter: an absolute path to what is there.
using Value = std::variant<bool, long long, double, std::string, std::filesystem::path>;

/// The plugin's parameters: those of its descriptor, each with the user's value or the preset. Types, ranges and
/// choices have been checked.
class Values {
public:
  Values() = default;
  explicit Values(std::map<std::string, Value> values)
      : values_(std::move(values)) {}

  /// @throws std::out_of_range where the descriptor has no such parameter or it is of another type (a fault of the
  ///         plugin, not of the user)
  [[nodiscard]] bool flag(const std::string& name) const { return get<bool>(name); }
  [[nodiscard]] long long integer(const std::string& name) const { return get<long long>(name); }
  [[nodiscard]] double number(const std::string& name) const { return get<double>(name); }
  [[nodiscard]] const std::string& text(const std::string& name) const { return get<std::string>(name); }
  /// Empty where it is optional and was not given.
  [[nodiscard]] const std::filesystem::path& file(const std::string& name) const {
    return get<std::filesystem::path>(name);
  }
  [[nodiscard]] const std::map<std::string, Value>& all() const noexcept { return values_; }

private:
  template <class T>
  [[nodiscard]] const T& get(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end())
      throw std::out_of_range("no parameter '" + name + "' in the descriptor");
    const T* value = std::get_if<T>(&found->second);
    if (value == nullptr)
      throw std::out_of_range("parameter '" + name + "' is of another type in the descriptor");
    return *value;
  }
  std::map<std::string, Value> values_;
};

/// What a plugin is given when it is made.
struct Setup {
  Values values;
  std::filesystem::path folder; ///< where its descriptor lies, and what it brought along
  /// The stages that would run without this plugin: built in, or those of plugins named before it on the command line.
  /// To build on: call before.tendon->segment(...) and refine what it returns.
  Stages before;
};

/// What a plugin offers: every extension point that its descriptor lists under "stages", and no other.
struct Provided {
  std::shared_ptr<const CortexSegmenter> cortex{};
  std::shared_ptr<const TendonSegmenter> tendon{};
  std::shared_ptr<const DiscontinuityDetector> discontinuities{};
  std::shared_ptr<const Grader> grader{};
  /// Makes an exporter that writes into this folder, which exists.
  std::function<std::unique_ptr<ResultExporter>(const std::filesystem::path& folder)> exporter{};
  /// Files that its results depend on and that no file parameter names, e.g. the weights that a model's description
  /// names. Each under a name like a parameter's that no parameter has: results record it as they record a file
  /// parameter, and a batch takes up again what was done with other content.
  std::map<std::string, std::filesystem::path> files{};
};

} // namespace hipcuff::plugin

/// Makes a shared library a plugin. `make`: a function Provided(const Setup&); its exceptions refuse the plugin, with
/// their words. Once in each library, outside of any namespace.
#define HIPCUFF_PLUGIN(make)                                                                                           \
  extern "C" {                                                                                                         \
  /* Read out of the file before any code of it runs. */                                                               \
  __attribute__((visibility("default"))) extern const char hipcuffPluginAbi[];                                         \
  __attribute__((section(".hipcuff_abi"), used)) const char hipcuffPluginAbi[] = HIPCUFF_PLUGIN_ABI;                   \
  __attribute__((visibility("default"))) void hipcuffPluginMake(const hipcuff::plugin::Setup& setup,                   \
                                                                hipcuff::plugin::Provided& provided);                  \
  void hipcuffPluginMake(const hipcuff::plugin::Setup& setup, hipcuff::plugin::Provided& provided) {                   \
    provided = make(setup);                                                                                            \
  }                                                                                                                    \
  }
