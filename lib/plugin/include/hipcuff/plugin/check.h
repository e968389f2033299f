// Tries a plugin on pictures before anyone trusts it: hipcuff plugins check.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/result.h"
#include "hipcuff/core/stages.h"
#include "hipcuff/plugin/descriptor.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::plugin {

/// One thing that was tried.
struct Check {
  std::string what; ///< "loads", "tendon on 'black'", "tendon twice", "tendon in two threads", ...
  bool ok = false;
  std::string text; ///< what came of it, or what is wrong; one line
  /// Of one call, where it was timed: the middle one of several.
  std::optional<double> milliseconds{};
};

struct Report {
  std::vector<Check> checks;
  [[nodiscard]] bool ok() const noexcept;
};

/// A picture to try it on. Worth trying: an ordinary hip, a black picture, one of a few pixels, one without
/// calibration (Frame::nominal).
struct Trial {
  std::string name; ///< for the report: "ordinary", "black", ...
  Frame frame;
  WorkingFrame working;
  std::optional<View> view;
};

struct CheckOptions {
  std::vector<Trial> trials; ///< the first is also run twice, in two threads at once, and timed
  Stages builtin;            ///< what the plugin builds on, and what makes the input of its later stages
  Criteria criteria;
  /// Where the plugin's exporter may write, an empty folder; empty: it is not tried.
  std::filesystem::path folder;
  std::vector<ImageResult> images; ///< for the exporter
  std::vector<StudyResult> studies;
  /// Told before each is tried, so that somebody outside knows what ended the process.
  std::function<void(const std::string& what)> trying{};
};

/// Loads the plugin into this process and calls its stages through their guards. What it does wrong is said in the
/// report, never thrown. It can't outlive a plugin that ends the process or never comes back: call it in a process of
/// its own, with a time limit.
[[nodiscard]] Report checkPlugin(const Descriptor& descriptor, const Values& values, const CheckOptions& options);

} // namespace hipcuff::plugin
