#include "hipcuff/batch/summary.h"

#include "page.h"
#include "summary_numbers.h"
#include "summary_page.h"

#include "hipcuff/core/version.h"
#include "hipcuff/report/figure_json.h"

#include <nlohmann/json.hpp>

namespace hipcuff::batch {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json orNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json byName(const std::vector<Tally>& tallies) {
  Json out = Json::object();
  for (const Tally& tally : tallies)
    out[tally.name] = tally.count;
  return out;
}
Json list(const std::vector<Tally>& tallies, const char* name, const char* count) {
  Json out = Json::array();
  for (const Tally& tally : tallies)
    out.push_back({{name, orNull(tally.name)}, {count, tally.count}});
  return out;
}
Json list(const std::vector<Trouble>& troubles) {
  Json out = Json::array();
  for (const Trouble& t : troubles)
    out.push_back({{"problem", t.problem}, {"remedy", orNull(t.remedy)}, {"inputs", t.count}, {"example", t.example}});
  return out;
}
Json histogram(const Histogram& h) {
  Json bins = Json::array();
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    const int bin = h.firstBin + static_cast<int>(i);
    bins.push_back({{"from", bin * h.binWidth},
                    {"to", bin == h.lastBin ? Json(nullptr) : Json((bin + 1) * h.binWidth)},
                    {"hips", h.counts[i]}});
  }
  return {{"hips", h.total},
          {"mean", orNull(h.mean)},
          {"least", orNull(h.least)},
          {"most", orNull(h.most)},
          {"bins", bins}};
}
Json run(const RunNumbers& r) {
  return {{"id", r.id},
          {"started", r.started},
          {"ended", orNull(r.ended)},
          {"outcome", r.outcome},
          {"version", r.version},
          {"criteria", r.criteria},
          {"command_line", r.commandLine},
          {"shard", orNull(r.shard)},
          {"jobs", r.jobs},
          {"wall_seconds", orNull(r.seconds)},
          {"worker_seconds", orNull(r.workerSeconds)},
          {"busy_fraction", orNull(r.busy())},
          {"exams", orNull(r.exams)},
          {"images", orNull(r.images)},
          {"bytes", orNull(r.bytes)},
          {"exams_per_second", orNull(r.perSecond(r.exams))},
          {"images_per_second", orNull(r.perSecond(r.images))},
          {"bytes_per_second", orNull(r.perSecond(r.bytes))}};
}

std::string jsonOf(const SummaryNumbers& n) {
  Json views = Json::array();
  for (const ViewAndSide& v : n.viewsAndSides)
    views.push_back({{"view", orNull(v.view)}, {"side", orNull(v.side)}, {"images", v.images}, {"graded", v.graded}});
  Json slow = Json::array();
  for (const SlowInput& s : n.slowest)
    slow.push_back({{"path", s.path},
                    {"milliseconds", s.milliseconds},
                    {"format", orNull(s.format)},
                    {"frames", orNull(s.frames)},
                    {"bytes", orNull(s.bytes)}});
  Json runs = Json::array();
  for (const RunNumbers& r : n.runs)
    runs.push_back(run(r));
  const Json out = {
      {"schema", "hipcuff.summary/1"},
      {"notice", notice},
      {"version", version},
      {"exams", n.exams},
      {"inputs", n.inputs},
      {"analysed", {{"bytes", n.bytes}, {"frames", n.frames}}},
      {"hips",
       {{"total", SummaryNumbers::sum(n.hipsByClass)},
        {"by_class", byName(n.hipsByClass)},
        {"contradictory", n.contradictoryHips}}},
      {"images", {{"total", SummaryNumbers::sum(n.imagesByClass)}, {"by_class", byName(n.imagesByClass)}}},
      {"refusals",
       {{"hips", list(n.hipRefusals, "reason", "hips")}, {"images", list(n.imageRefusals, "reason", "images")}}},
      {"failures", list(n.failures)},
      {"further_kinds_of_failure", n.moreFailures},
      {"skipped", list(n.skipped)},
      {"further_kinds_of_skipped", n.moreSkipped},
      {"thickness_mean_mm", histogram(n.thickness)},
      {"confidence", histogram(n.confidence)},
      {"views_and_sides", views},
      {"calibration_origins", list(n.calibrationOrigins, "origin", "images")},
      {"slowest_inputs", slow},
      {"runs", runs}};
  return out.dump(2) + "\n";
}

} // namespace

void writeSummary(Catalogue& catalogue, const std::filesystem::path& outDir) {
  reading(catalogue.file(), [&] {
    SummaryNumbers numbers;
    {
      const SteadyView view(catalogue.database());
      numbers = summaryNumbers(catalogue.database());
    }
    writeFileAtomically(outDir / "summary.json", jsonOf(numbers));
    writeFileAtomically(outDir / "figures.json", report::figuresToJson(summaryFigures(numbers)));
    AtomicFile page(outDir / "summary.html");
    fillTemplate(page, summaryTemplate, summaryPage(numbers));
    page.commit();
  });
}

} // namespace hipcuff::batch
