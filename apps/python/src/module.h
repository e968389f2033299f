// What the parts of the extension module _hipcuff have in common. The package hipcuff/ is its only user: everything
// here is private, and its arguments are already checked and turned into plain values there.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/progress.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <atomic>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hipcuff::python {

namespace py = pybind11;

void addErrors(py::module_& module);
void addCine(py::module_& module);
void addAnalysis(py::module_& module);
void addStudies(py::module_& module);
void addSimulation(py::module_& module);

/// The bytes of a file name, for os.fsdecode.
[[nodiscard]] py::bytes fileName(const std::filesystem::path& path);
/// UTF-8; what is not becomes U+FFFD.
[[nodiscard]] py::str words(const std::string& text);

/// "L", "R"; "long", "short"; "lateral_hip", "other". @throws UsageError
[[nodiscard]] std::optional<Side> sideFrom(const std::optional<std::string>& word);
[[nodiscard]] std::optional<View> viewFrom(const std::optional<std::string>& word);
[[nodiscard]] std::optional<BodyRegion> regionFrom(const std::optional<std::string>& word);
[[nodiscard]] std::optional<Spacing> spacingFrom(const std::optional<std::pair<double, double>>& mmPerPx);

/// Set by one thread to end the analyses of others.
struct StopFlag {
  std::atomic<bool> set = false;
};

/// Progress that calls a Python function and hears Ctrl-C. Made and ended with the GIL held; the work in between runs
/// without it, on any number of threads.
class PythonProgress final : public Progress {
public:
  /// @param callback (done, total) -> anything; or None
  PythonProgress(py::object callback, std::int64_t total, std::shared_ptr<StopFlag> stop);
  void start(const std::string& what, std::int64_t total) override;
  void advance(std::int64_t steps = 1) override;
  void finish() override {}
  void say(const std::string& /*line*/) override {}
  /// Lets Python handle its signals where this is the thread that does so.
  [[nodiscard]] bool stopRequested() const override;
  /// Throws what Python raised meanwhile (KeyboardInterrupt, the callback's own); otherwise does nothing.
  void rethrow() const;

private:
  void keep() const; ///< the exception that is being handled; GIL held

  py::object callback_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0; // this and error_: guarded by the GIL
  std::mutex calling_;    // taken before the GIL
  std::shared_ptr<StopFlag> stop_;
  bool mainThread_ = false;
  std::thread::id owner_ = std::this_thread::get_id();
  mutable std::atomic<bool> ended_ = false;
  mutable std::exception_ptr error_;
};

/// A cine that several Python threads may use at once.
class SharedCine {
public:
  explicit SharedCine(Cine cine)
      : cine_(std::move(cine)) {}
  [[nodiscard]] const Cine& facts() const noexcept { return cine_; }
  /// Without the GIL. @throws InputError
  [[nodiscard]] RgbImage frame(int index);
  /// The same with a source of its own, for an analysis beside others.
  [[nodiscard]] Cine ownCopy();

private:
  Cine cine_;
  std::mutex mutex_; ///< guards the source; never held while waiting for the GIL
};

} // namespace hipcuff::python
