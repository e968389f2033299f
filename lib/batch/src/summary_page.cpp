#include "summary_page.h"

#include "page.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/page_text.h"

#include <algorithm>
#include <array>

namespace hipcuff::batch {
namespace {

using report::escapeHtml;
using report::fixed;

constexpr std::array grades = {GradeClass::fullThickness, GradeClass::partialThickness, GradeClass::tendinosis,
                               GradeClass::normal, GradeClass::notGradable};

std::string gradeWords(const std::string& code) {
  for (const GradeClass grade : grades)
    if (code == toString(grade))
      return report::words(grade);
  return code;
}
std::string refusalWords(const std::string& code) {
  for (int i = 0; i <= static_cast<int>(Refusal::unsure); ++i)
    if (code == toString(static_cast<Refusal>(i)))
      return explain(static_cast<Refusal>(i));
  return code;
}
std::string originWords(const std::string& code) {
  for (const auto origin : {CalibrationOrigin::ultrasoundRegion, CalibrationOrigin::pixelSpacing,
                            CalibrationOrigin::imageHeader, CalibrationOrigin::user})
    if (code == toString(origin))
      return report::words(origin);
  return code.empty() ? "none: no millimetres" : code;
}
std::string viewWords(const std::string& code) {
  return code == "long" ? "long axis" : code == "short" ? "short axis" : code.empty() ? "view unknown" : code;
}
std::string sideWords(const std::string& code) {
  return code == "L" ? "left" : code == "R" ? "right" : code.empty() ? "side unknown" : code;
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "–" : report::percent(static_cast<double>(part) / static_cast<double>(whole));
}
std::string bytesText(double bytes) {
  constexpr std::array units = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < units.size(); ++unit)
    bytes /= 1000;
  return fixed(bytes, unit == 0 || bytes >= 100 ? 0 : 1) + " " + units[unit];
}
std::string duration(double seconds) {
  if (seconds < 100)
    return fixed(seconds, 1) + " s";
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 3600)
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return grouped(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}
template <typename Text>
std::string orDash(const std::optional<double>& value, Text text) {
  return value ? text(*value) : std::string("–");
}

/// A row of <td>; numbers are set right where `kinds` has an n.
std::string row(const std::string& kinds, const std::vector<std::string>& cells) {
  std::string out = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i)
    out += (kinds[i] == 'n' ? "<td class=\"n\">" : "<td>") + cells[i] + "</td>";
  return out + "</tr>\n";
}
std::string table(const std::string& kinds, const std::vector<std::string>& heads, const std::string& rows) {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  for (std::size_t i = 0; i < heads.size(); ++i)
    out += (kinds[i] == 'n' ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">") + heads[i] + "</th>";
  return out + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}
std::string fact(const std::string& value, const std::string& what) {
  return "<div class=\"fact\"><b>" + value + "</b><span>" + what + "</span></div>\n";
}

/// Bars one below the other, each with its word, count and share.
struct Bar {
  std::string label, css;
  std::int64_t count;
};
std::string barChart(const std::string& title, const std::vector<Bar>& bars) {
  std::int64_t most = 0;
  std::int64_t total = 0;
  for (const Bar& bar : bars) {
    most = std::max(most, bar.count);
    total += bar.count;
  }
  if (most == 0)
    return "<p class=\"soft\">None.</p>\n";
  constexpr int step = 26;
  constexpr int left = 180;
  constexpr int room = 330;
  std::string out = "<svg class=\"chart\" role=\"img\" aria-label=\"" + escapeHtml(title) + "\" viewBox=\"0 0 640 " +
                    std::to_string(step * bars.size()) + "\">\n";
  int y = 0;
  for (const Bar& bar : bars) {
    const double width = room * static_cast<double>(bar.count) / static_cast<double>(most);
    out += "<text x=\"" + std::to_string(left - 8) + "\" y=\"" + std::to_string(y + 17) + "\" text-anchor=\"end\">" +
           escapeHtml(bar.label) + "</text><rect class=\"" + bar.css + "\" x=\"" + std::to_string(left) + "\" y=\"" +
           std::to_string(y + 4) + "\" width=\"" + fixed(std::max(width, bar.count > 0 ? 1.0 : 0.0), 1) +
           "\" height=\"18\"/><text x=\"" + fixed(left + width + 6, 1) + "\" y=\"" + std::to_string(y + 17) + "\">" +
           grouped(bar.count) + " (" + share(bar.count, total) + ")</text>\n";
    y += step;
  }
  return out + "</svg>\n";
}

std::string histogramChart(const std::string& title, const std::string& unit, const Histogram& h, double labelFactor,
                           int labelDecimals) {
  if (h.total == 0)
    return "<p class=\"soft\">None was measured.</p>\n";
  const std::int64_t most = *std::max_element(h.counts.begin(), h.counts.end());
  constexpr double height = 190;
  constexpr double top = 22;
  const double width = std::min(46.0, 600.0 / static_cast<double>(h.counts.size()));
  const double left = (640 - width * static_cast<double>(h.counts.size())) / 2;
  std::string out =
      "<svg class=\"chart\" role=\"img\" aria-label=\"" + escapeHtml(title) + "\" viewBox=\"0 0 640 258\">\n";
  const auto text = [&](double x, double y, const std::string& words, const char* css = "") {
    return "<text" + std::string(css) + " x=\"" + fixed(x, 1) + "\" y=\"" + fixed(y, 1) + "\" text-anchor=\"middle\">" +
           words + "</text>";
  };
  const std::size_t labelEach = width < 28 ? 2 : 1;
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    const double bar = height * static_cast<double>(h.counts[i]) / static_cast<double>(most);
    const double x = left + width * static_cast<double>(i);
    const int bin = h.firstBin + static_cast<int>(i);
    out += "<rect class=\"plain\" x=\"" + fixed(x + 1, 1) + "\" y=\"" + fixed(top + height - bar, 1) + "\" width=\"" +
           fixed(width - 2, 1) + "\" height=\"" + fixed(bar, 1) + "\"><title>" +
           fixed(bin * h.binWidth * labelFactor, labelDecimals) +
           (bin == h.lastBin ? std::string(" and more")
                             : " to " + fixed((bin + 1) * h.binWidth * labelFactor, labelDecimals)) +
           unit + ": " + grouped(h.counts[i]) + "</title></rect>";
    if (h.counts[i] > 0 && width >= 28)
      out += text(x + width / 2, top + height - bar - 5, grouped(h.counts[i]), " class=\"small\"");
    if (i % labelEach == 0)
      out += text(x, top + height + 17, fixed(bin * h.binWidth * labelFactor, labelDecimals));
  }
  out += "<path class=\"axis\" d=\"M" + fixed(left, 1) + " " + fixed(top + height, 1) + "h" +
         fixed(width * static_cast<double>(h.counts.size()), 1) + "\"/>\n";
  return out + text(320, 252, escapeHtml(title)) + "</svg>\n";
}

std::string troubleTable(const std::vector<Trouble>& troubles, std::int64_t more) {
  if (troubles.empty())
    return "<p class=\"soft\">None.</p>\n";
  std::string rows;
  for (const Trouble& t : troubles)
    rows += row("ttnp", {escapeHtml(t.problem), t.remedy.empty() ? "–" : escapeHtml(t.remedy), grouped(t.count),
                         "<span class=\"path\">" + escapeHtml(t.example) + "</span>"});
  return table("ttnp", {"What is wrong", "What to do", "Inputs", "One of them"}, rows) +
         (more > 0 ? "<p class=\"soft\">And " + counted(more, "more kind", "more kinds") + ": see problems.csv.</p>\n"
                   : "");
}

std::string refusalTable(const SummaryNumbers& n) {
  std::map<std::string, std::int64_t> hips;
  for (const Tally& tally : n.hipRefusals)
    hips[tally.name] = tally.count;
  std::vector<Tally> all = n.imageRefusals;
  for (const Tally& tally : n.hipRefusals) // a hip may be refused for what no image was
    if (std::none_of(all.begin(), all.end(), [&](const Tally& t) { return t.name == tally.name; }))
      all.push_back({tally.name, 0});
  if (all.empty())
    return "<p class=\"soft\">None.</p>\n";
  std::string rows;
  for (const Tally& tally : all)
    rows += row("tnnt", {escapeHtml(refusalWords(tally.name)), grouped(hips[tally.name]), grouped(tally.count),
                         "<code>" + escapeHtml(tally.name) + "</code>"});
  return table("tnnt", {"Why, and what to do", "Hips", "Images", "Code"}, rows);
}

std::string runTable(const std::vector<RunNumbers>& runs) {
  if (runs.empty())
    return "<p class=\"soft\">None.</p>\n";
  const auto rate = [](double v) { return fixed(v, v < 10 ? 2 : 0); };
  const auto count = [](const std::optional<std::int64_t>& v) { return v ? grouped(*v) : std::string("–"); };
  std::string rows;
  for (const RunNumbers& run : runs)
    rows += row("nttnnnnnnnntt",
                {std::to_string(run.id), escapeHtml(readableTime(run.started)),
                 escapeHtml(run.outcome == "running" ? "running, or killed" : run.outcome),
                 orDash(run.seconds, duration), std::to_string(run.jobs), count(run.exams), count(run.images),
                 orDash(run.perSecond(run.exams), rate), orDash(run.perSecond(run.images), rate),
                 orDash(run.perSecond(run.bytes), [](double v) { return bytesText(v) + "/s"; }),
                 orDash(run.workerSeconds, duration) + " (" + orDash(run.busy(), report::percent) + ")",
                 escapeHtml(run.version + ", " + run.criteria + (run.shard.empty() ? "" : ", part " + run.shard)),
                 "<code>" + escapeHtml(run.commandLine) + "</code>"});
  return table("nttnnnnnnnntt",
               {"Run", "Started", "Outcome", "Wall time", "Jobs", "Exams", "Images", "Exams/s", "Images/s", "Read",
                "Worker time (of jobs x wall)", "Version and criteria", "Command"},
               rows);
}

std::vector<Bar> gradeBars(const std::vector<Tally>& tallies) {
  std::vector<Bar> bars;
  for (const Tally& tally : tallies)
    bars.push_back({gradeWords(tally.name), "s-" + tally.name, tally.count});
  return bars;
}

std::string throughput(const SummaryNumbers& n) {
  const auto run = std::find_if(n.runs.begin(), n.runs.end(),
                                [](const RunNumbers& r) { return r.seconds && r.exams.value_or(0) > 0; });
  if (run == n.runs.end())
    return "<p class=\"soft\">No run that has ended analysed an exam.</p>\n";
  const auto rate = [](double v) { return fixed(v, v < 10 ? 2 : 0); };
  return "<p class=\"soft\">Run " + std::to_string(run->id) + ", the latest that has ended and analysed exams.</p>\n" +
         "<div class=\"facts\">" + fact(orDash(run->perSecond(run->exams), rate), "exams a second") +
         fact(orDash(run->perSecond(run->images), rate), "images a second") +
         fact(orDash(run->perSecond(run->bytes), [](double v) { return bytesText(v); }), "read a second") +
         fact(orDash(run->seconds, duration), "wall time") +
         fact(orDash(run->workerSeconds, duration), "worker time, " + counted(run->jobs, "job", "jobs")) +
         fact(orDash(run->busy(), report::percent), "of the workers' time used") + "</div>\n";
}

} // namespace

std::map<std::string, std::string, std::less<>> summaryPage(const SummaryNumbers& n) {
  const std::int64_t hips = SummaryNumbers::sum(n.hipsByClass);
  const std::int64_t images = SummaryNumbers::sum(n.imagesByClass);
  const auto graded = [](const std::vector<Tally>& tallies, std::int64_t all) { return all - tallies.back().count; };
  const auto of = [](const std::map<std::string, std::int64_t>& states, const char* state) {
    return grouped(states.at(state));
  };
  std::string facts = fact(of(n.exams, "done"), "exams with results") +
                      fact(grouped(hips), "hips, " + share(graded(n.hipsByClass, hips), hips) + " graded") +
                      fact(grouped(images), "images, " + share(graded(n.imagesByClass, images), images) + " graded") +
                      fact(grouped(n.contradictoryHips), "hips whose planes contradict") +
                      fact(of(n.inputs, "done"), "inputs analysed, " + bytesText(static_cast<double>(n.bytes)) + ", " +
                                                     counted(n.frames, "frame", "frames")) +
                      fact(of(n.inputs, "failed"), "inputs failed") + fact(of(n.inputs, "skipped"), "inputs skipped");
  if (n.exams.at("waiting") > 0)
    facts += fact(of(n.exams, "waiting"), "exams still to be analysed");
  if (n.exams.at("failed") > 0)
    facts += fact(of(n.exams, "failed"), "exams without a result");
  if (n.exams.at("left_out") > 0)
    facts += fact(of(n.exams, "left_out"), "exams left out by filter or shard");
  if (n.inputs.at("gone") > 0)
    facts += fact(of(n.inputs, "gone"), "inputs no longer there");

  std::string views;
  for (const ViewAndSide& v : n.viewsAndSides)
    views += row("ttnnn", {escapeHtml(viewWords(v.view)), escapeHtml(sideWords(v.side)), grouped(v.images),
                           grouped(v.graded), share(v.graded, v.images)});
  std::string origins;
  for (const Tally& tally : n.calibrationOrigins)
    origins += row("tnn", {escapeHtml(originWords(tally.name)), grouped(tally.count), share(tally.count, images)});
  std::string slow;
  for (const SlowInput& s : n.slowest)
    slow +=
        row("tntnn", {"<span class=\"path\">" + escapeHtml(s.path) + "</span>", fixed(s.milliseconds / 1000, 2) + " s",
                      escapeHtml(s.format), s.frames ? grouped(*s.frames) : "–",
                      s.bytes ? bytesText(static_cast<double>(*s.bytes)) : "–"});
  const auto orNone = [](const std::string& rows, const std::string& text) {
    return rows.empty() ? std::string("<p class=\"soft\">None.</p>\n") : text;
  };
  const auto mm = [](double v) { return fixed(v, 1) + " mm"; };
  return {
      {"policy", "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + policyHash(summaryStyle)},
      {"style", summaryStyle},
      {"notice", escapeHtml(notice)},
      {"version", escapeHtml(version)},
      {"facts", facts},
      {"plugins", n.plugins.empty() ? "" : "<p><b>By plugins:</b> " + n.plugins + "</p>"},
      {"throughput", throughput(n)},
      {"grades", "<h3>Hips</h3>" + barChart("Hips by class", gradeBars(n.hipsByClass)) + "<h3>Images</h3>" +
                     barChart("Images by class", gradeBars(n.imagesByClass))},
      {"thickness", histogramChart("Mean thickness of graded hips (mm)", " mm", n.thickness, 1, 1) +
                        "<p class=\"soft\">" + counted(n.thickness.total, "hip", "hips") + ", mean " +
                        orDash(n.thickness.mean, mm) + ", from " + orDash(n.thickness.least, mm) + " to " +
                        orDash(n.thickness.most, mm) + ".</p>"},
      {"confidence", histogramChart("Confidence of graded hips (%)", " %", n.confidence, 100, 0)},
      {"refusals", refusalTable(n)},
      {"failures", troubleTable(n.failures, n.moreFailures)},
      {"skipped", troubleTable(n.skipped, n.moreSkipped)},
      {"views", orNone(views, table("ttnnn", {"Plane", "Side", "Images", "Graded", "Share"}, views))},
      {"origins", orNone(origins, table("tnn", {"Millimetres from", "Images", "Share"}, origins))},
      {"slowest", orNone(slow, table("tntnn", {"Input", "Time", "Format", "Frames", "Size"}, slow))},
      {"runs", runTable(n.runs)},
  };
}

std::vector<Figure> summaryFigures(const SummaryNumbers& n) {
  std::vector<Figure> out;
  const auto tallies = [&](const char* id, const char* title, const char* label, const std::vector<Tally>& counts,
                           std::string (*name)(const std::string&)) {
    if (SummaryNumbers::sum(counts) == 0)
      return;
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.y.label = label;
    figure.y.least = 0;
    Series bars;
    bars.shape = SeriesShape::bars;
    bars.role = SeriesRole::system;
    for (const Tally& tally : counts) {
      bars.x.push_back(static_cast<double>(bars.x.size()));
      bars.y.push_back(static_cast<double>(tally.count));
      figure.x.categories.push_back(name(tally.name));
    }
    figure.series.push_back(std::move(bars));
    out.push_back(std::move(figure));
  };
  const auto bins = [&](const char* id, const char* title, const char* label, const Histogram& h, double factor) {
    if (h.total == 0)
      return;
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.x.label = label;
    figure.y.label = "Hips";
    figure.y.least = 0;
    figure.caption = "Each bar stands over the middle of its bin" +
                     std::string(h.firstBin + static_cast<int>(h.counts.size()) - 1 == h.lastBin
                                     ? "; the last one holds what is beyond, too."
                                     : ".");
    Series bars;
    bars.shape = SeriesShape::bars;
    bars.role = SeriesRole::system;
    for (std::size_t i = 0; i < h.counts.size(); ++i) {
      bars.x.push_back((h.firstBin + static_cast<double>(i) + 0.5) * h.binWidth * factor);
      bars.y.push_back(static_cast<double>(h.counts[i]));
    }
    figure.series.push_back(std::move(bars));
    out.push_back(std::move(figure));
  };
  tallies("summary-grades", "Hips by class", "Hips", n.hipsByClass, gradeWords);
  bins("summary-thickness", "Mean thickness", "Mean thickness (mm)", n.thickness, 1);
  bins("summary-confidence", "Confidence", "Confidence (%)", n.confidence, 100);
  tallies("summary-refusals", "Reasons of refusal", "Images", n.imageRefusals, [](const std::string& code) {
    std::string words = code;
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
  });
  tallies("summary-calibration", "Origin of millimetres", "Images", n.calibrationOrigins, originWords);
  return out;
}

} // namespace hipcuff::batch
