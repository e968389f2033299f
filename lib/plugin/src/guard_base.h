// What all guards have in common: whose stage it is, and how its faults are put into words.
#pragma once

#include "words.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/exporter.h"
#include "hipcuff/core/stages.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace hipcuff::plugin {

/// What a guard throws. Of its own type, so that a guard around another lets it pass and names nobody wrongly.
class GuardedError final : public StageError {
public:
  using StageError::StageError;
};

/// What a stage returned can't be; Guard::checked adds who it was.
struct Breach {
  std::string what;
};

class Guard {
public:
  Guard(StageOrigin by, std::filesystem::path module)
      : by_(std::move(by))
      , module_(std::move(module)) {}

  [[nodiscard]] const StageOrigin& by() const noexcept { return by_; }
  [[nodiscard]] const std::filesystem::path& module() const noexcept { return module_; }
  /// "plugin 'x' 1.0.0, tendon segmenter"
  [[nodiscard]] std::string who(const char* stage) const {
    return "plugin '" + by_.plugin + "' " + by_.version + ", " + stage;
  }
  /// Runs what is not ours, and then what looks at its result.
  template <class Call, class Check>
  auto checked(const char* stage, const Call& call, const Check& check) const {
    auto value = guarded(stage, call);
    try {
      check(value);
    } catch (const Breach& breach) {
      throw error(stage, "returned what can't be: " + breach.what);
    } catch (const std::bad_alloc&) {
      throw error(stage, "returned more than memory holds");
    }
    return value;
  }
  template <class Call>
  auto guarded(const char* stage, const Call& call) const -> decltype(call()) {
    try {
      return call();
    } catch (const GuardedError&) {
      throw; // of a plugin beneath, which it names
    } catch (...) {
      throw error(stage, whatWasThrown());
    }
  }

  [[nodiscard]] GuardedError error(const char* stage, const std::string& what) const {
    return {module_, who(stage) + ": " + what, "run without it, or tell its author"};
  }

private:
  StageOrigin by_;
  std::filesystem::path module_;
};

/// Calls what a plugin gave to make its exporter. @throws OutputError, StageError naming it
[[nodiscard]] std::unique_ptr<ResultExporter>
madeExporter(const std::function<std::unique_ptr<ResultExporter>(const std::filesystem::path&)>& make,
             const Guard& guard, const std::filesystem::path& folder);

} // namespace hipcuff::plugin
