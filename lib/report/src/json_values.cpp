#include "json_values.h"

#include "text.h"

#include <cmath>

namespace hipcuff::report {
namespace {

Json rounded(double value, double steps) {
  if (!std::isfinite(value))
    return nullptr;
  const double r = std::round(value * steps) / steps;
  return r == 0 ? 0.0 : r; // no -0.0
}

} // namespace

Json px(double value) {
  return rounded(value, 100);
}
Json fine(double value) {
  return rounded(value, 1000);
}
Json fine(const std::optional<double>& value) {
  return value ? fine(*value) : Json(nullptr);
}
Json difference(double a, double b) {
  const Json x = fine(a);
  const Json y = fine(b);
  return x.is_null() || y.is_null() ? Json(nullptr) : fine(x.get<double>() - y.get<double>());
}
Json text(const std::string& value) {
  return value.empty() ? Json(nullptr) : Json(toUtf8(value));
}

Json codes(const std::vector<Refusal>& refusals) {
  Json out = Json::array();
  for (const Refusal refusal : refusals)
    out.push_back(toString(refusal));
  return out;
}

Json strings(const std::vector<std::string>& values) {
  Json out = Json::array();
  for (const std::string& value : values)
    out.push_back(toUtf8(value));
  return out;
}

void addSummary(Json& out, const std::optional<ThicknessSummary>& summary) {
  out["mean_mm"] = summary ? fine(summary->meanMm) : Json(nullptr);
  out["max_mm"] = summary ? fine(summary->maxMm) : Json(nullptr);
  out["min_mm"] = summary ? fine(summary->minMm) : Json(nullptr);
  out["sd_mm"] = summary ? fine(summary->sdMm) : Json(nullptr);
  const auto add = [&](const std::string& name, const std::optional<Interval>& interval) {
    out[name + "_lower_mm"] = interval ? fine(interval->lower) : Json(nullptr);
    out[name + "_upper_mm"] = interval ? fine(interval->upper) : Json(nullptr);
  };
  add("mean", summary ? summary->mean95 : std::nullopt);
  add("max", summary ? summary->max95 : std::nullopt);
}

Json summaryJson(const std::optional<ThicknessSummary>& summary) {
  if (!summary)
    return nullptr;
  Json out = Json::object();
  addSummary(out, summary);
  return out;
}

} // namespace hipcuff::report
