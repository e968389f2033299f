#include "hipcuff/plugin/guard.h"
#include "hipcuff/plugin/plugins.h"

#include "guard_base.h"
#include "load.h"
#include "module.h"
#include "words.h"

#include "hipcuff/core/digest.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hipcuff::plugin {
namespace {

std::string digestOf(const std::filesystem::path& file, const Descriptor& d) {
  try {
    return sha256OfFile(file);
  } catch (const InputError& error) {
    throw ConfigError(file, "plugin '" + d.name + "': " + error.problem(), error.remedy());
  }
}

/// Exact, and no two of different types alike. A file counts by what is in it, not by where it lies.
std::string keyText(const Value& value, const Descriptor& d) {
  struct Writer {
    const Descriptor& descriptor;
    std::string operator()(bool v) const { return v ? "flag true" : "flag false"; }
    std::string operator()(long long v) const { return "integer " + std::to_string(v); }
    std::string operator()(double v) const {
      std::array<char, 64> buffer{};
      return "number " + std::string(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), v).ptr);
    }
    std::string operator()(const std::string& v) const { return "text " + sha256(v); }
    std::string operator()(const std::filesystem::path& v) const {
      return v.empty() ? "no file" : "file " + digestOf(v, descriptor);
    }
  };
  return std::visit(Writer{d}, value);
}

std::string keyOf(const InUse& use) {
  std::string text = use.descriptor.name + "\n" + use.descriptor.version + "\n" + use.moduleDigest + "\n";
  for (const auto& [name, value] : use.values.all())
    text += name + " " + keyText(value, use.descriptor) + "\n";
  for (const auto& [name, file] : use.files)
    text += "also " + name + " " + keyText(file, use.descriptor) + "\n";
  return sha256(text);
}

/// "name version" of who does it now; empty: the built-in.
template <class S>
std::string nameOf(const std::shared_ptr<const S>& stage) {
  const auto by = stage ? stage->origin() : std::nullopt;
  return by ? by->plugin + " " + by->version : "";
}

template <class S>
void place(std::shared_ptr<const S>& at, const std::shared_ptr<const S>& made, const Descriptor& d) {
  if (!made || made == at) // handed on as it was: not this plugin's work
    return;
  StageOrigin by;
  by.plugin = d.name;
  by.version = d.version;
  by.over = nameOf(at);
  at = guarded(made, std::move(by), d.module);
}

} // namespace

InUse loadInto(Stages& stages, Descriptor descriptor, Values values) {
  InUse use;
  use.descriptor = std::move(descriptor);
  use.values = std::move(values);
  const Descriptor& d = use.descriptor;
  Setup setup;
  setup.values = use.values;
  setup.folder = d.file.parent_path();
  setup.before = stages;
  Provided made = makeProvided(d, setup);
  use.files = std::move(made.files);
  use.moduleDigest = digestOf(d.module, d);
  use.key = keyOf(use);
  place(stages.cortex, made.cortex, d);
  place(stages.tendon, made.tendon, d);
  place(stages.discontinuities, made.discontinuities, d);
  place(stages.grader, made.grader, d);
  if (made.exporter)
    use.exporter = [make = std::move(made.exporter), guard = Guard({d.name, d.version, {}, {}}, d.module)](
                       const std::filesystem::path& folder) { return madeExporter(make, guard, folder); };
  return use;
}

Loaded loadPlugins(const std::vector<Request>& requests, const std::vector<std::filesystem::path>& folders,
                   const Stages& builtin, OnFault onFault) {
  Loaded out;
  out.stages = builtin;
  out.stages.fallback = nullptr;
  for (const Request& request : requests) {
    std::string name = tidy(std::filesystem::path(request.plugin).filename().string(), 80);
    try {
      Descriptor descriptor = choosePlugin(request.plugin, folders);
      name = descriptor.name;
      if (std::any_of(out.plugins.begin(), out.plugins.end(),
                      [&](const InUse& other) { return other.descriptor.name == descriptor.name; }))
        throw UsageError("plugin '" + descriptor.name + "' is asked for twice", "leave one of them out");
      Values values = checkedValues(descriptor, request.values);
      out.plugins.push_back(loadInto(out.stages, std::move(descriptor), std::move(values)));
    } catch (const ConfigError& error) {
      if (onFault == OnFault::stop)
        throw;
      out.problems.push_back(std::string(error.what()) + "; it was left out");
      out.leftOut.push_back("plugin '" + name + "' was asked for and could not be loaded: done without it");
    }
  }
  if (onFault == OnFault::builtin)
    out.stages.fallback = std::make_shared<const Stages>(builtin);
  return out;
}

} // namespace hipcuff::plugin
