#include "hipcuff/grading/prevalence.h"

#include "hipcuff/core/error.h"

#include <charconv>
#include <cmath>
#include <numeric>

namespace hipcuff {
namespace {

constexpr std::array<const char*, 4> shortNames = {"normal", "tendinosis", "partial", "full"};
constexpr double roundingOfSum = 0.01;

std::string nameList() {
  std::string list;
  for (const NamedPrevalence& p : namedPrevalences())
    list += (list.empty() ? "" : ", ") + p.name;
  return list;
}

[[noreturn]] void wrong(const std::string& problem) {
  throw UsageError("--prevalence: " + problem,
                   "it takes normal=0.4,tendinosis=0.2,partial=0.2,full=0.2 or one of " + nameList());
}

double share(std::string_view word, const std::string& name) {
  double value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size() || !std::isfinite(value))
    wrong(name + " needs a number, not '" + std::string(word) + "'");
  if (value <= 0 || value >= 1)
    wrong("the share of " + name + " must lie between 0 and 1: a class that cannot occur could never be found");
  return value;
}

std::string priorKey(std::size_t i) {
  return std::string("calibration_prior_") + shortNames[i];
}
std::string prevalenceKey(std::size_t i) {
  return std::string("prevalence_") + shortNames[i];
}

} // namespace

const std::vector<NamedPrevalence>& namedPrevalences() {
  static const std::vector<NamedPrevalence> named = {
      {"equal", {0.25, 0.25, 0.25, 0.25}, "all four alike"},
      {"painful-hip",
       {22.0 / 75, 28.0 / 75, 16.0 / 75, 9.0 / 75},
       "Connell 2003, 10.1007/s00330-002-1740-4: ultrasound of 75 painful hips, 28 tendinopathy without tear, 16 "
       "partial, 9 full"},
      {"no-symptoms",
       {0.839, 0.143, 0.017, 0.001},
       "Meghpara, MRI of 2851 hips: without lateral symptoms tendinosis 14.3 %, partial 1.7 %, full 0, taken as 0.1 %"},
  };
  return named;
}

NamedPrevalence parsePrevalence(std::string_view text) {
  for (const NamedPrevalence& p : namedPrevalences())
    if (text == p.name)
      return p;
  if (text.find('=') == std::string_view::npos)
    wrong("'" + std::string(text) + "' is not known");
  NamedPrevalence out{"user", {}, "given with --prevalence"};
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const std::size_t equals = part.find('=');
    const std::string name(part.substr(0, equals));
    std::size_t index = 0;
    while (index < shortNames.size() && name != shortNames[index])
      ++index;
    if (index == shortNames.size())
      wrong("'" + name + "' is no class");
    if (equals == std::string_view::npos)
      wrong(name + " has no share");
    if (out.shares[index] > 0)
      wrong(name + " is given twice");
    out.shares[index] = share(part.substr(equals + 1), name);
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
  }
  for (std::size_t i = 0; i < shortNames.size(); ++i)
    if (out.shares[i] == 0)
      wrong(std::string(shortNames[i]) + " is missing");
  const double sum = std::accumulate(out.shares.begin(), out.shares.end(), 0.0);
  if (std::abs(sum - 1) > roundingOfSum)
    wrong("the shares add up to " + std::to_string(sum) + " and not to 1");
  for (double& s : out.shares)
    s /= sum;
  return out;
}

Prevalence prevalenceOf(const Criteria& criteria) {
  Prevalence shares{};
  for (std::size_t i = 0; i < shares.size(); ++i)
    shares[i] = criteria.value(prevalenceKey(i));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (const double s : shares)
    if (!(s > 0) || std::abs(sum - 1) > roundingOfSum)
      throw ConfigError(
          {}, "the four prevalence_... of criteria '" + criteria.name + "' are not above 0 each and 1 together",
          "correct them in the criteria file");
  return shares;
}

void setPrevalence(Criteria& criteria, const NamedPrevalence& prevalence) {
  for (std::size_t i = 0; i < shortNames.size(); ++i)
    criteria.items[prevalenceKey(i)] = {prevalence.shares[i], "1", prevalence.source};
}

std::optional<double> wrongAtMost(const Criteria& criteria) {
  const auto bound = criteria.items.find("graded_wrong_bound");
  if (bound == criteria.items.end())
    return std::nullopt;
  for (std::size_t i = 0; i < shortNames.size(); ++i) {
    const auto assumed = criteria.items.find(prevalenceKey(i));
    const auto calibrated = criteria.items.find(priorKey(i));
    if (assumed == criteria.items.end() || calibrated == criteria.items.end() ||
        std::abs(assumed->second.value - calibrated->second.value) > 1e-6)
      return std::nullopt;
  }
  return bound->second.value;
}

} // namespace hipcuff
