// A plugin that does what it is told to do wrong: parameter 'fault', in the stage of parameter 'stage'. Without a fault
// it hands on what the stages before it find.
#include "hipcuff/plugin/module.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <new>
#include <thread>

namespace {

using namespace hipcuff;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct NoException {};

/// Faults that any stage can have.
void fail(const std::string& fault) {
  if (fault == "throws")
    throw std::runtime_error("the model is\nupset");
  if (fault == "throws_hipcuff")
    throw InputError("weights.bin", "weights are damaged", "copy them again");
  if (fault == "throws_stage")
    throw StageError("weights.bin", "named nobody", "");
  if (fault == "throws_output")
    throw OutputError("out/file.txt", "the disk is full", "make room");
  if (fault == "throws_value")
    throw 42;
  if (fault == "throws_own_type")
    throw NoException();
  if (fault == "throws_memory")
    throw std::bad_alloc();
  if (fault == "throws_binary")
    throw std::runtime_error(std::string(100000, '\xff'));
  if (fault == "too_long")
    static_cast<void>(std::vector<char>().reserve(std::numeric_limits<std::size_t>::max() / 2 + 1));
  if (fault == "slow")
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  if (fault == "crashes")
    std::raise(SIGSEGV);
  if (fault == "ends")
    std::exit(0);
  if (fault == "hangs")
    while (true)
      std::this_thread::sleep_for(std::chrono::seconds(1));
}

/// Another answer each time, or where another thread asks.
double restless(const std::string& fault) {
  static std::atomic<int> calls = 0;
  static const auto first = std::this_thread::get_id();
  if (fault == "restless")
    return 0.001 * (++calls % 100);
  return fault == "by_thread" && std::this_thread::get_id() != first ? 0.001 : 0.0;
}

class CortexStage final : public CortexSegmenter {
public:
  CortexStage(std::shared_ptr<const CortexSegmenter> before, std::string fault)
      : before_(std::move(before))
      , fault_(std::move(fault)) {}
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override {
    fail(fault_);
    Cortex cortex = before_->segment(frame, working);
    cortex.confidence = cortex.confidence * (1 - restless(fault_));
    if (fault_ == "nan")
      cortex.segments.push_back({{{1, 1}, {nan, 1}}, {{1, 1}, {2, 1}}, 0.5});
    if (fault_ == "sizes")
      cortex.segments.push_back({{{1, 1}, {2, 1}}, {{1, 1}}, 0.5});
    if (fault_ == "outside")
      cortex.segments.push_back({{{1, 1}, {1e9, 1}}, {{1, 1}, {2, 1}}, 0.5});
    if (fault_ == "huge")
      cortex.segments.push_back({Polyline(3'000'000, Point{1, 1}), Polyline(3'000'000, Point{1, 1}), 0.5});
    return cortex;
  }

private:
  std::shared_ptr<const CortexSegmenter> before_;
  std::string fault_;
};

class TendonStage final : public TendonSegmenter {
public:
  TendonStage(std::shared_ptr<const TendonSegmenter> before, std::string fault)
      : before_(std::move(before))
      , fault_(std::move(fault)) {}
  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override {
    fail(fault_);
    Tendon tendon = before_->segment(frame, working, cortex, view);
    tendon.confidence = tendon.confidence * (1 - restless(fault_));
    if (!tendon.found())
      return tendon;
    if (fault_ == "nan")
      tendon.stations[3].superficialMm.y = nan;
    if (fault_ == "sizes" && tendon.tissue) {
      auto band = std::make_shared<TissueBand>(*tendon.tissue);
      band->probability[2].data.pop_back();
      tendon.tissue = band;
    }
    if (fault_ == "outside")
      tendon.stations[3].cortexMm.x = -50;
    if (fault_ == "huge")
      tendon.stations.resize(2'000'000, tendon.stations.back());
    return tendon;
  }

private:
  std::shared_ptr<const TendonSegmenter> before_;
  std::string fault_;
};

class DetectorStage final : public DiscontinuityDetector {
public:
  DetectorStage(std::shared_ptr<const DiscontinuityDetector> before, std::string fault)
      : before_(std::move(before))
      , fault_(std::move(fault)) {}
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override {
    fail(fault_);
    auto all = before_->detect(frame, working, anatomy, criteria);
    if (all.empty())
      return all;
    all.front().confidence *= 1 - restless(fault_);
    if (fault_ == "nan")
      all.front().depthMm = nan;
    if (fault_ == "sizes")
      all.front().polygonMm.resize(2);
    if (fault_ == "outside")
      all.front().endMm += 400;
    if (fault_ == "huge")
      all.resize(100'000, all.front());
    return all;
  }

private:
  std::shared_ptr<const DiscontinuityDetector> before_;
  std::string fault_;
};

class GraderStage final : public Grader {
public:
  GraderStage(std::shared_ptr<const Grader> before, std::string fault)
      : before_(std::move(before))
      , fault_(std::move(fault)) {}
  [[nodiscard]] Grade grade(const GradingInput& input, const Criteria& criteria) const override {
    fail(fault_);
    Grade grade = before_->grade(input, criteria);
    grade.confidence *= 1 - 0.001 * restless(fault_); // within what a confidence may differ from its probability
    if (fault_ == "nan")
      grade.probabilities[1] = nan;
    if (fault_ == "sizes")
      grade.reasons.emplace_back("\xff\xfe");
    if (fault_ == "outside")
      grade.grade = static_cast<GradeClass>(17);
    if (fault_ == "sum")
      for (double& p : grade.probabilities)
        p = 0.5;
    if (fault_ == "huge")
      grade.reasons.resize(1'000'000, "because");
    return grade;
  }

private:
  std::shared_ptr<const Grader> before_;
  std::string fault_;
};

class Exporter final : public ResultExporter {
public:
  Exporter(const std::filesystem::path& folder, std::string fault)
      : out_(folder / "misbehaving.txt")
      , fault_(std::move(fault)) {}
  void add(const ImageResult& image) override {
    fail(fault_);
    out_ << image.path.string() << '\n';
  }
  void finish(const std::vector<StudyResult>& studies) override { out_ << studies.size() << " studies\n"; }

private:
  std::ofstream out_;
  std::string fault_;
};

plugin::Provided make(const plugin::Setup& setup) {
  const std::string fault = setup.values.text("fault");
  const auto in = [&](const char* stage) { return setup.values.text("stage") == stage ? fault : std::string(); };
  fail(in("make"));
  if (in("make") == "asks_wrongly")
    static_cast<void>(setup.values.number("fault"));
  plugin::Provided provided;
  if (in("make") == "offers_nothing")
    return provided;
  if (in("make") == "beside")
    provided.files["beside"] = setup.folder / "beside.bin";
  if (in("make") == "beside_as_parameter")
    provided.files["stage"] = setup.folder / "misbehaving.plugin.json";
  provided.cortex = std::make_shared<CortexStage>(setup.before.cortex, in("cortex"));
  provided.tendon = std::make_shared<TendonStage>(setup.before.tendon, in("tendon"));
  provided.discontinuities = std::make_shared<DetectorStage>(setup.before.discontinuities, in("discontinuities"));
  if (in("make") != "offers_less")
    provided.grader = std::make_shared<GraderStage>(setup.before.grader, in("grader"));
  provided.exporter = [fault = in("exporter")](const std::filesystem::path& folder) {
    return fault == "null" ? nullptr : std::make_unique<Exporter>(folder, fault);
  };
  return provided;
}

} // namespace

HIPCUFF_PLUGIN(make)
