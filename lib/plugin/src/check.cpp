#include "hipcuff/plugin/check.h"

#include "fingerprint.h"
#include "load.h"
#include "words.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>

namespace hipcuff::plugin {
namespace {

constexpr int timedCalls = 3;

std::string oneDecimal(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

double millisecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// What a call says that went wrong; empty: nothing.
template <class Call>
std::string faultOf(const Call& call) {
  try {
    call();
    return {};
  } catch (const Error& error) {
    return tidy(error.problem(), 500);
  } catch (...) {
    return whatWasThrown();
  }
}

/// What the stages before one of the plugin's found on a trial's picture.
struct Before {
  Anatomy anatomy;
  Measurements measurements;
  std::vector<Refusal> refusals;
};

void tell(const CheckOptions& options, const std::string& what) {
  if (options.trying)
    options.trying(what);
}

std::string counted(std::size_t count, const char* one, const char* more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

std::string said(const Cortex& c) {
  return c.segments.empty() ? "no bone" : counted(c.segments.size(), "stretch", "stretches") + " of bone";
}
std::string said(const Tendon& t) {
  return t.found() ? "a tendon of " + counted(t.stations.size(), "station", "stations") : "no tendon";
}
std::string said(const std::vector<Discontinuity>& all) {
  return all.empty() ? "no discontinuity" : counted(all.size(), "discontinuity", "discontinuities");
}
std::string said(const Grade& g) {
  return toString(g.grade);
}

class Checker {
public:
  Checker(const CheckOptions& options, Stages stages, Report& report)
      : options_(options)
      , stages_(std::move(stages))
      , report_(report) {
    for (const Trial& trial : options.trials)
      before_.push_back(beforeOn(trial));
  }

  void run(Extension extension) {
    switch (extension) {
    case Extension::cortex:
      return tryStage("cortex", [](const Stages& s, const Trial& t, const Before&) {
        return s.cortex->segment(t.frame, t.working);
      });
    case Extension::tendon:
      return tryStage("tendon", [](const Stages& s, const Trial& t, const Before& b) {
        return s.tendon->segment(t.frame, t.working, b.anatomy.cortex, t.view);
      });
    case Extension::discontinuities:
      return tryStage("discontinuities", [this](const Stages& s, const Trial& t, const Before& b) {
        return s.discontinuities->detect(t.frame, t.working, b.anatomy, options_.criteria);
      });
    case Extension::grader:
      return tryStage("grader", [this](const Stages& s, const Trial& t, const Before& b) {
        return s.grader->grade({b.anatomy, b.measurements, t.view, b.refusals}, options_.criteria);
      });
    case Extension::exporter:
      return;
    }
  }

private:
  [[nodiscard]] Before beforeOn(const Trial& t) const {
    const Stages& own = options_.builtin;
    Before b;
    b.anatomy.cortex = own.cortex->segment(t.frame, t.working);
    b.anatomy.tendon = own.tendon->segment(t.frame, t.working, b.anatomy.cortex, t.view);
    if (b.anatomy.tendon.found() && !t.frame.nominal)
      b.measurements = own.measurer->measure(
          t.frame, t.working, b.anatomy, own.discontinuities->detect(t.frame, t.working, b.anatomy, options_.criteria),
          options_.criteria);
    if (t.frame.nominal)
      b.refusals.push_back(Refusal::noCalibration);
    if (b.anatomy.cortex.segments.empty())
      b.refusals.push_back(Refusal::noCortex);
    else if (!b.anatomy.tendon.found())
      b.refusals.push_back(Refusal::noTendon);
    return b;
  }

  /// As in an analysis, where some stages are not asked.
  [[nodiscard]] static const char* notAsked(const std::string& stage, const Before& b) {
    if (stage == "discontinuities" && !b.anatomy.tendon.found())
      return "not asked: there is no tendon";
    if (stage == "discontinuities" && !b.refusals.empty())
      return "not asked: there are no millimetres";
    if (stage == "grader" && !b.refusals.empty())
      return "not asked: the picture is not gradable";
    return nullptr;
  }

  template <class Call>
  void tryStage(const std::string& stage, const Call& call) {
    bool first = true;
    for (std::size_t i = 0; i < options_.trials.size(); ++i) {
      const Trial& trial = options_.trials[i];
      const Before& b = before_[i];
      const std::string what = stage + " on '" + trial.name + "'";
      if (const char* why = notAsked(stage, b)) {
        report_.checks.push_back({what, true, why});
        continue;
      }
      tell(options_, what);
      std::string answer;
      std::string print;
      const std::string fault = faultOf([&] {
        const auto value = call(stages_, trial, b);
        answer = said(value);
        print = fingerprint(value);
      });
      report_.checks.push_back({what, fault.empty(), fault.empty() ? "answers: " + answer : fault});
      if (first && fault.empty())
        repeat(stage, trial, b, call, print);
      first = false;
    }
  }

  template <class Call>
  void repeat(const std::string& stage, const Trial& trial, const Before& b, const Call& call,
              const std::string& print) {
    tell(options_, stage + " again");
    std::vector<double> ms;
    bool same = true;
    std::string fault = faultOf([&] {
      for (int k = 0; k < timedCalls; ++k) {
        const auto begin = std::chrono::steady_clock::now();
        const auto value = call(stages_, trial, b);
        ms.push_back(millisecondsSince(begin));
        same = same && fingerprint(value) == print;
      }
    });
    if (fault.empty() && !same)
      fault = "answers differently each time on the same picture";
    Check twice{stage + " again", fault.empty(), fault};
    if (fault.empty()) {
      std::vector<double> own; // a plugin that builds on the built-in stage takes its time as well
      for (int k = 0; k < timedCalls; ++k) {
        const auto begin = std::chrono::steady_clock::now();
        static_cast<void>(call(options_.builtin, trial, b));
        own.push_back(millisecondsSince(begin));
      }
      twice.milliseconds = middle(ms);
      twice.text = "the same answer each time, " + oneDecimal(*twice.milliseconds) +
                   " ms a call (the built-in stage: " + oneDecimal(middle(own)) + " ms)";
    }
    report_.checks.push_back(std::move(twice));

    tell(options_, stage + " in two threads");
    std::array<std::string, 2> faults;
    std::array<std::string, 2> prints;
    {
      const auto work = [&](std::size_t k) {
        faults[k] = faultOf([&] {
          for (int n = 0; n < timedCalls; ++n)
            if (n == 0 || prints[k] == print)
              prints[k] = fingerprint(call(stages_, trial, b));
        });
      };
      const std::jthread one(work, 0);
      const std::jthread other(work, 1);
    }
    std::string problem = !faults[0].empty() ? faults[0] : faults[1];
    if (problem.empty() && (prints[0] != print || prints[1] != print))
      problem = "answers differently when two threads ask at once";
    report_.checks.push_back(
        {stage + " in two threads", problem.empty(), problem.empty() ? "the same answer in both" : problem});
  }

  const CheckOptions& options_;
  Stages stages_;
  Report& report_;
  std::vector<Before> before_;
};

std::uintmax_t filesIn(const std::filesystem::path& folder) {
  std::error_code error;
  std::uintmax_t files = 0;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    files += at->is_regular_file(error) ? 1 : 0;
  return files;
}

void checkExporter(const InUse& use, const CheckOptions& options, Report& report) {
  if (options.folder.empty()) {
    report.checks.push_back({"exporter", true, "not tried: there is no folder to write into"});
    return;
  }
  tell(options, "exporter");
  const std::string fault = faultOf([&] {
    const auto exporter = use.exporter(options.folder);
    for (const ImageResult& image : options.images)
      exporter->add(image);
    exporter->finish(options.studies);
  });
  report.checks.push_back({"exporter", fault.empty(),
                           fault.empty() ? "took " + std::to_string(options.images.size()) + " results and wrote " +
                                               std::to_string(filesIn(options.folder)) + " files"
                                         : fault});
}

} // namespace

bool Report::ok() const noexcept {
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.ok; });
}

Report checkPlugin(const Descriptor& descriptor, const Values& values, const CheckOptions& options) {
  Report report;
  Stages stages = options.builtin;
  InUse use;
  tell(options, "loads");
  const std::string fault = faultOf([&] { use = loadInto(stages, descriptor, values); });
  report.checks.push_back(
      {"loads", fault.empty(), fault.empty() ? "its make has returned what its descriptor lists" : fault});
  if (!fault.empty())
    return report;
  Checker checker(options, stages, report);
  for (const Extension extension : descriptor.stages)
    checker.run(extension);
  if (use.exporter)
    checkExporter(use, options, report);
  return report;
}

} // namespace hipcuff::plugin
