#include "reviewed_stages.h"

#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/rule_grader.h"
#include "hipcuff/grading/tears.h"
#include "hipcuff/measurement/drawn_tear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hipcuff::review {
namespace {

bool sameAsAny(const Polyline& outline, const std::vector<Polyline>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const Polyline& other) { return overlap(outline, other) > sameOutline; });
}

class ReviewedDetector final : public DiscontinuityDetector {
public:
  ReviewedDetector(std::shared_ptr<const DiscontinuityDetector> inner, Outlines outlines,
                   std::shared_ptr<const TissueBand> tissue)
      : inner_(std::move(inner))
      , outlines_(std::move(outlines))
      , tissue_(std::move(tissue)) {}

  /// Whoever's stage is within: a person's corrections do not make a plugin's work the program's.
  [[nodiscard]] std::optional<StageOrigin> origin() const override { return inner_->origin(); }
  std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                    const Criteria& criteria) const override {
    Anatomy seen = anatomy;
    seen.tendon.tissue = tissue_;
    std::vector<Discontinuity> found = inner_->detect(frame, working, seen, criteria);
    std::erase_if(found, [&](const Discontinuity& d) {
      return sameAsAny(d.polygonMm, outlines_.rejected) || sameAsAny(d.polygonMm, outlines_.torn);
    });
    std::vector<Discontinuity> all;
    for (const Polyline& outline : outlines_.torn)
      if (auto drawn = describeOutline(working, anatomy.tendon, outline, criteria))
        all.push_back(std::move(*drawn));
    all.insert(all.end(), found.begin(), found.end());
    return all;
  }

private:
  std::shared_ptr<const DiscontinuityDetector> inner_;
  Outlines outlines_;
  std::shared_ptr<const TissueBand> tissue_;
};

std::string inWordsOf(const Discontinuity& d) {
  const auto whole = [](double v) { return std::to_string(std::lround(v)); };
  if (d.kind == DiscontinuityKind::fullThickness)
    return "A reader outlined a full-thickness tear.";
  const char* kind = d.kind == DiscontinuityKind::undersurface ? "an undersurface"
                     : d.kind == DiscontinuityKind::bursal     ? "a bursal-side"
                                                               : "an intrasubstance";
  return "A reader outlined " + std::string(kind) + " tear through " + whole(100 * d.depthFraction) +
         " % of the thickness.";
}

class ReviewedGrader final : public Grader {
public:
  ReviewedGrader(std::shared_ptr<const Grader> inner, std::vector<std::string> notes)
      : inner_(std::move(inner))
      , notes_(std::move(notes)) {}

  [[nodiscard]] std::optional<StageOrigin> origin() const override { return inner_->origin(); }
  Grade grade(const GradingInput& input, const Criteria& criteria) const override {
    Grade grade = inner_->grade(input, criteria);
    std::vector<std::string> first;
    if (grade.grade != GradeClass::notGradable) {
      bool full = false;
      for (const Discontinuity& d : input.measurements.discontinuities)
        if (d.byHand) {
          full = full || d.kind == DiscontinuityKind::fullThickness;
          first.push_back(inWordsOf(d));
        }
      if (!first.empty())
        grade = gradeOf(input, certainly(grade.probabilities, full), criteria);
    }
    first.insert(first.end(), notes_.begin(), notes_.end());
    grade.reasons.insert(grade.reasons.begin(), first.begin(), first.end());
    return grade;
  }

private:
  /// A tear that a person saw is there; through the whole thickness, if that is what they outlined.
  static std::array<double, 4> certainly(const std::array<double, 4>& p, bool full) {
    if (full)
      return {0, 0, 0, 1};
    const double torn = p[2] + p[3];
    if (torn < 1e-6)
      return {0, 0, 1, 0};
    return {0, 0, p[2] / torn, p[3] / torn};
  }

  std::shared_ptr<const Grader> inner_;
  std::vector<std::string> notes_;
};

} // namespace

std::shared_ptr<const DiscontinuityDetector> reviewedDetector(std::shared_ptr<const DiscontinuityDetector> inner,
                                                              Outlines outlines,
                                                              std::shared_ptr<const TissueBand> tissue) {
  return std::make_shared<ReviewedDetector>(std::move(inner), std::move(outlines), std::move(tissue));
}

std::shared_ptr<const Grader> reviewedGrader(std::shared_ptr<const Grader> inner, std::vector<std::string> notes) {
  return std::make_shared<ReviewedGrader>(std::move(inner), std::move(notes));
}

} // namespace hipcuff::review
