#include "sample_study.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace hipcuff::validation {
namespace {

class Dice {
public:
  explicit Dice(std::uint64_t seed)
      : engine_(seed) {}
  double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) / 9007199254740992.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * 3.14159265358979323846 * uniform()); }

private:
  std::mt19937_64 engine_; // its numbers are the same everywhere; those of std::normal_distribution are not
};

int classOf(double severity) {
  return severity < 0.2 ? 0 : severity < 0.9 ? 1 : severity < 1.7 ? 2 : 3;
}

} // namespace

Case plainCase(int number, int reference, int system) {
  Case one;
  std::string digits = std::to_string(number);
  one.id = "case-" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
  one.patient = "P" + digits;
  one.sopInstanceUid = "1.2.3." + digits;
  if (system >= 0) {
    one.system = Answer{};
    one.system->grade = static_cast<GradeClass>(system);
    if (system == 4)
      one.system->reasons = {"no_cortex"};
  }
  if (reference >= 0) {
    SourcedAnswer answer;
    answer.answer.grade = static_cast<GradeClass>(reference);
    one.answers.push_back(std::move(answer));
  }
  return one;
}

Matched fromCounts(const std::vector<std::vector<int>>& counts) {
  Matched matched;
  int number = 0;
  for (std::size_t r = 0; r < counts.size(); ++r)
    for (std::size_t s = 0; s < counts[r].size(); ++s)
      for (int i = 0; i < counts[r][s]; ++i)
        matched.cases.push_back(plainCase(++number, static_cast<int>(r), static_cast<int>(s)));
  matched.patientsFrom = "patient column";
  return matched;
}

Matched sampleStudy(const StudyRecipe& recipe) {
  Dice dice(recipe.seed);
  Matched matched;
  matched.patientsFrom = "patient column";
  for (int reader = 1; reader <= recipe.readers; ++reader)
    for (int reading = 1; reading <= recipe.readings; ++reading)
      matched.readers.push_back({"R" + std::to_string(reader), reading});
  std::sort(matched.readers.begin(), matched.readers.end());
  std::vector<double> bias;
  for (int i = 0; i < recipe.readers; ++i)
    bias.push_back(0.25 * dice.normal());
  std::vector<double> patientEffect;
  for (int i = 0; i < recipe.patients; ++i)
    patientEffect.push_back(0.7 * dice.normal());
  for (int i = 0; i < recipe.cases; ++i) {
    const int patient = i % recipe.patients;
    const double severity = 0.7 + patientEffect[static_cast<std::size_t>(patient)] + 0.7 * dice.normal();
    const double thickness = 4.2 + 0.5 * severity + 0.3 * dice.normal();
    Case one = plainCase(i + 1, classOf(severity), 0);
    one.patient = "P" + std::to_string(patient);
    one.side = i / recipe.patients % 2 == 0 ? Side::left : Side::right;
    one.view = dice.uniform() < 0.6 ? View::longAxis : View::shortAxis;
    one.answers.front().answer.thicknessMeanMm = thickness;
    one.answers.front().answer.thicknessMaxMm = thickness + 0.8;
    const double seen = severity + 0.4 * dice.normal();
    one.system->grade = static_cast<GradeClass>(classOf(seen));
    if (dice.uniform() < recipe.refusals) {
      one.system->grade = GradeClass::notGradable;
      one.system->reasons = {dice.uniform() < 0.5 ? "no_cortex" : "beam_too_oblique"};
    } else {
      one.system->thicknessMeanMm = thickness + 0.1 + 0.2 * dice.normal();
      one.system->thicknessMaxMm = thickness + 0.9 + 0.3 * dice.normal();
      std::array<double, 4> p{};
      const std::array<double, 4> centre{-0.2, 0.55, 1.3, 2.1};
      for (std::size_t k = 0; k < 4; ++k)
        p[k] = std::exp(-2.2 * std::pow(seen - centre[k], 2));
      const double sum = std::accumulate(p.begin(), p.end(), 0.0);
      for (double& value : p)
        value /= sum;
      if (recipe.probabilities) {
        one.system->probabilities = p;
        one.system->confidence = *std::max_element(p.begin(), p.end());
      }
    }
    for (int reader = 0; reader < recipe.readers; ++reader) {
      const double impression = severity + bias[static_cast<std::size_t>(reader)] + 0.45 * dice.normal();
      for (int reading = 1; reading <= recipe.readings; ++reading) {
        const double now = impression + 0.2 * dice.normal();
        SourcedAnswer answer{{"R" + std::to_string(reader + 1), reading}, {}};
        answer.answer.grade = static_cast<GradeClass>(dice.uniform() < 0.03 ? 4 : classOf(now));
        if (answer.answer.grade != GradeClass::notGradable) {
          answer.answer.confidence = 0.5 + 0.5 * std::min(1.0, std::abs(now - 0.9));
          answer.answer.thicknessMaxMm = std::round(10 * (thickness + 0.8 + 0.3 * dice.normal())) / 10;
        }
        answer.answer.seconds = 20 + 15 * dice.uniform();
        one.answers.push_back(std::move(answer));
      }
    }
    matched.cases.push_back(std::move(one));
  }
  return matched;
}

} // namespace hipcuff::validation
