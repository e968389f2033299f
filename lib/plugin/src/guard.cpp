#include "hipcuff/plugin/guard.h"

#include "checks.h"
#include "guard_base.h"

namespace hipcuff::plugin {
namespace {

/// Its own copy: a map that the plugin goes on to write into would change after it was checked.
void own(Tendon& tendon) {
  if (tendon.tissue)
    tendon.tissue = std::make_shared<const TissueBand>(*tendon.tissue);
}

/// Points have places in a picture without calibration too, on a scale that nobody may take for millimetres.
template <class Check>
void onItsScale(const Frame& frame, const Check& check) {
  try {
    check();
  } catch (const Breach& breach) {
    if (!frame.nominal)
      throw;
    throw Breach{breach.what + " (of a nominal scale: the picture has no calibration)"};
  }
}

class GuardedCortex final : public CortexSegmenter {
public:
  GuardedCortex(std::shared_ptr<const CortexSegmenter> stage, Guard guard)
      : stage_(std::move(stage))
      , guard_(std::move(guard)) {}
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return guard_.by(); }
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override {
    Cortex cortex = guard_.checked(
        "cortex segmenter", [&] { return stage_->segment(frame, working); },
        [&](const Cortex& made) { onItsScale(frame, [&] { checkCortex(made, frame, working); }); });
    cortex.by = guard_.by();
    return cortex;
  }

private:
  std::shared_ptr<const CortexSegmenter> stage_;
  Guard guard_;
};

class GuardedTendon final : public TendonSegmenter {
public:
  GuardedTendon(std::shared_ptr<const TendonSegmenter> stage, Guard guard)
      : stage_(std::move(stage))
      , guard_(std::move(guard)) {}
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return guard_.by(); }
  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override {
    Tendon tendon = guard_.checked(
        "tendon segmenter", [&] { return stage_->segment(frame, working, cortex, view); },
        [&](Tendon& made) {
          own(made);
          onItsScale(frame, [&] { checkTendon(made, frame, working, cortex, view); });
        });
    tendon.by = guard_.by();
    return tendon;
  }

private:
  std::shared_ptr<const TendonSegmenter> stage_;
  Guard guard_;
};

class GuardedDetector final : public DiscontinuityDetector {
public:
  GuardedDetector(std::shared_ptr<const DiscontinuityDetector> stage, Guard guard)
      : stage_(std::move(stage))
      , guard_(std::move(guard)) {}
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return guard_.by(); }
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override {
    return guard_.checked(
        "discontinuity detector", [&] { return stage_->detect(frame, working, anatomy, criteria); },
        [&](const std::vector<Discontinuity>& made) { checkDiscontinuities(made, frame, anatomy); });
  }

private:
  std::shared_ptr<const DiscontinuityDetector> stage_;
  Guard guard_;
};

/// Nobody's grader is asked about a picture that speaks against grading.
Grade refused(const std::vector<Refusal>& refusals) {
  Grade grade;
  grade.refusals = refusals;
  for (const Refusal refusal : refusals)
    grade.reasons.emplace_back(explain(refusal));
  return grade;
}

class GuardedGrader final : public Grader {
public:
  GuardedGrader(std::shared_ptr<const Grader> stage, Guard guard)
      : stage_(std::move(stage))
      , guard_(std::move(guard)) {}
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return guard_.by(); }
  [[nodiscard]] Grade grade(const GradingInput& input, const Criteria& criteria) const override {
    if (!input.refusals.empty())
      return refused(input.refusals);
    Grade grade = guard_.checked(
        "grader", [&] { return stage_->grade(input, criteria); }, checkGrade);
    grade.by = guard_.by();
    return grade;
  }

private:
  std::shared_ptr<const Grader> stage_;
  Guard guard_;
};

/// Keeps an error's kind: a full disk is not the plugin's fault.
template <class Call>
auto exporting(const Guard& guard, const Call& call) -> decltype(call()) {
  constexpr const char* stage = "exporter";
  try {
    return call();
  } catch (const OutputError& error) {
    throw OutputError(error.path(), guard.who(stage) + ": " + tidy(error.problem()), tidy(error.remedy()));
  } catch (...) {
    throw guard.error(stage, whatWasThrown());
  }
}

class GuardedExporter final : public ResultExporter {
public:
  GuardedExporter(std::unique_ptr<ResultExporter> exporter, Guard guard)
      : exporter_(std::move(exporter))
      , guard_(std::move(guard)) {}
  void add(const ImageResult& image) override {
    exporting(guard_, [&] { exporter_->add(image); });
  }
  void finish(const std::vector<StudyResult>& studies) override {
    exporting(guard_, [&] { exporter_->finish(studies); });
  }

private:
  std::unique_ptr<ResultExporter> exporter_;
  Guard guard_;
};

} // namespace

std::shared_ptr<const CortexSegmenter> guarded(std::shared_ptr<const CortexSegmenter> stage, StageOrigin by,
                                               std::filesystem::path module) {
  return std::make_shared<const GuardedCortex>(std::move(stage), Guard(std::move(by), std::move(module)));
}

std::shared_ptr<const TendonSegmenter> guarded(std::shared_ptr<const TendonSegmenter> stage, StageOrigin by,
                                               std::filesystem::path module) {
  return std::make_shared<const GuardedTendon>(std::move(stage), Guard(std::move(by), std::move(module)));
}

std::shared_ptr<const DiscontinuityDetector> guarded(std::shared_ptr<const DiscontinuityDetector> stage, StageOrigin by,
                                                     std::filesystem::path module) {
  return std::make_shared<const GuardedDetector>(std::move(stage), Guard(std::move(by), std::move(module)));
}

std::shared_ptr<const Grader> guarded(std::shared_ptr<const Grader> stage, StageOrigin by,
                                      std::filesystem::path module) {
  return std::make_shared<const GuardedGrader>(std::move(stage), Guard(std::move(by), std::move(module)));
}

std::unique_ptr<ResultExporter> guarded(std::unique_ptr<ResultExporter> exporter, StageOrigin by,
                                        std::filesystem::path module) {
  return std::make_unique<GuardedExporter>(std::move(exporter), Guard(std::move(by), std::move(module)));
}

std::unique_ptr<ResultExporter>
madeExporter(const std::function<std::unique_ptr<ResultExporter>(const std::filesystem::path&)>& make,
             const Guard& guard, const std::filesystem::path& folder) {
  auto exporter = exporting(guard, [&] { return make(folder); });
  if (!exporter)
    throw guard.error("exporter", "was not made");
  return guarded(std::move(exporter), guard.by(), guard.module());
}

} // namespace hipcuff::plugin
