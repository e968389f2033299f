#include "checks.h"

#include <algorithm>
#include <set>

namespace hipcuff::plugin {
namespace {

constexpr double sumSlack = 1e-3;
constexpr double classSlack = 1e-6;
constexpr std::size_t mostReasons = 64;
constexpr std::size_t longestReason = 2000;
constexpr std::size_t longestSubtype = 64;

void checkWords(const Grade& g) {
  const Where grade{"the grade"};
  require(g.subtype.size() <= longestSubtype && isOneLine(g.subtype), grade, "has a subtype that is no short text");
  requireCount(g.reasons.size(), mostReasons, grade, "reasons");
  for (std::size_t i = 0; i < g.reasons.size(); ++i)
    require(!g.reasons[i].empty() && g.reasons[i].size() <= longestReason && isOneLine(g.reasons[i]),
            {"reason", static_cast<long long>(i)}, "is not one line of text");
}

void checkEvidence(const GradeEvidence& e) {
  const Where evidence{"the evidence"};
  requireShare(e.fullConfidence, evidence, "fullConfidence");
  requireShare(e.partialConfidence, evidence, "partialConfidence");
  requireShare(e.depthFraction, evidence, "depthFraction");
  requireWithin(e.lengthMm, 0, 1000, evidence, "lengthMm");
  if (e.texture)
    requireWithin(*e.texture, -1000, 1000, evidence, "texture");
  requireShare(e.borders, evidence, "borders");
  requireShare(e.tornShare, evidence, "tornShare");
  requireWithin(e.tornAreaMm2, 0, 1e6, evidence, "tornAreaMm2");
}

} // namespace

void checkGrade(const Grade& g) {
  const Where grade{"the grade"};
  require(g.grade >= GradeClass::normal && g.grade <= GradeClass::notGradable, grade, "is no known class");
  // One frame can't tell what persists in a cine or stands in two planes.
  require(g.certainty == Certainty::suspected, grade, "is surer than one frame can be (certainty)");
  requireShare(g.confidence, grade, "confidence");
  double sum = 0;
  for (const double p : g.probabilities) {
    requireShare(p, grade, "probability");
    sum += p;
  }
  std::set<Refusal> refusals;
  for (const Refusal r : g.refusals)
    require(r >= Refusal::noCalibration && r <= Refusal::unsure && refusals.insert(r).second, grade,
            "has a refusal twice, or one that is none");
  const bool graded = g.grade != GradeClass::notGradable;
  require(graded == g.refusals.empty(), grade, graded ? "is one, and has refusals" : "is refused without a reason");
  if (graded) {
    requireWithin(sum, 1 - sumSlack, 1 + sumSlack, grade, "sum of probabilities");
    const double best = *std::max_element(g.probabilities.begin(), g.probabilities.end());
    require(g.probabilities[static_cast<std::size_t>(g.grade)] >= best - classSlack, grade,
            "is not its likeliest class");
    // A grade that is not sure enough is taken back by it (refuseIfUnsure): it may not say more than the probability.
    const double own = g.probabilities[static_cast<std::size_t>(g.grade)];
    requireWithin(g.confidence, own - sumSlack, own + sumSlack, grade, "confidence, against its class's probability,");
  } else {
    requireWithin(sum, 0, 0, grade, "sum of probabilities of a refused picture");
    requireWithin(g.confidence, 0, 0, grade, "confidence of a refused picture");
  }
  const bool torn = g.grade == GradeClass::partialThickness || g.grade == GradeClass::fullThickness;
  if (g.tear)
    require(torn && g.tear->depth >= TearSubtype::Depth::underQuarter && g.tear->depth <= TearSubtype::Depth::full,
            grade, "describes a tear, and is none, or one of no known depth");
  checkWords(g);
  if (g.evidence)
    checkEvidence(*g.evidence);
}

} // namespace hipcuff::plugin
