#include "html_page.h"

#include "assets.h"
#include "html_image.h"
#include "text.h"

#include "hipcuff/core/version.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>

namespace hipcuff::report {
namespace {

std::string cell(const std::string& content, const char* attributes = "") {
  return "<td" + std::string(attributes) + ">" + content + "</td>";
}

/// For the work list: a UID of up to 64 digits would push everything else aside.
std::string shortTitleOf(const ExamView& exam) {
  std::string name;
  if (!exam.study.studyDate.empty())
    name = "<span class=\"date\">" + escapeHtml(isoDate(exam.study.studyDate)) + "</span>, ";
  const std::string& uid = exam.study.studyInstanceUid;
  if (uid.empty())
    return name + "folder " + escapeHtml(exam.folder.empty() ? "." : exam.folder);
  constexpr std::size_t shown = 10;
  return name + "study " +
         (uid.size() > shown + 2 ? "…" + escapeHtml(uid.substr(uid.size() - shown)) : escapeHtml(uid));
}

std::string titleOf(const ExamView& exam) {
  std::string name;
  if (!exam.study.studyDate.empty())
    name = "<span class=\"date\">" + escapeHtml(isoDate(exam.study.studyDate)) + "</span>, ";
  if (!exam.study.studyInstanceUid.empty())
    return name + "study " + escapeHtml(exam.study.studyInstanceUid);
  return name + "folder " + escapeHtml(exam.folder.empty() ? "." : exam.folder);
}

std::string hipName(const HipResult& hip) {
  return hip.side ? std::string(words(hip.side)) + " hip" : std::string("hip, side unknown");
}

std::string capitalHip(const HipResult& hip) {
  std::string name = hipName(hip);
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

/// The hip's images among those of its exam.
std::vector<const ImageResult*> imagesOf(const HipResult& hip, const ExamView& exam) {
  std::vector<const ImageResult*> out;
  for (const ImageResult& image : exam.images)
    if (image.side.value == hip.side)
      out.push_back(&image);
  return out;
}

std::string worstText(const std::vector<const ImageResult*>& images, bool counted) {
  std::vector<Discontinuity> all;
  for (const ImageResult* image : images)
    if (classOf(*image) != GradeClass::notGradable)
      all.insert(all.end(), image->measurements.discontinuities.begin(), image->measurements.discontinuities.end());
  const Discontinuity* d = worst(all);
  if (!d)
    return "–";
  std::string text = words(d->kind);
  if (d->kind != DiscontinuityKind::fullThickness)
    text += ", " + percent(d->depthFraction) + " deep";
  text += ", " + fixed(d->lengthMm, 1) + " mm long";
  if (d->suspectedAnisotropy)
    text += " (may be anisotropy)";
  else if (!counted)
    text += " (not counted as a tear)";
  return text;
}

std::string refusalsText(const Grade& grade) {
  std::string text;
  for (const Refusal refusal : grade.refusals)
    text += (text.empty() ? "" : " ") + std::string(explain(refusal));
  return text;
}

std::string changeBlock(const HipChange& change) {
  std::string out =
      "<p><b>Since the exam " +
      (change.priorDate.empty() ? std::string("given (date not known)")
                                : "of " + escapeHtml(isoDate(change.priorDate))) +
      ":</b> " + escapeHtml(change.text) +
      " <span class=\"origin\">(matched by side and plane; the same person by the user's word)</span></p>";
  if (change.measures.empty())
    return out;
  out += "<div class=\"scroll\"><table class=\"grid tight\"><thead><tr><th>Measure</th><th>Plane</th><th>Then</th>"
         "<th>Now</th><th>Change</th><th>Re-scan alone, 95 %</th></tr></thead><tbody>\n";
  const auto mm = [](double v) { return cell(fixed(v, 1) + " mm", " class=\"n\""); };
  for (const MeasureChange& m : change.measures) {
    std::string name = m.measure;
    std::replace(name.begin(), name.end(), '_', ' ');
    out += "<tr>" + cell(escapeHtml(name)) + cell(words(m.view)) + mm(m.priorMm) + mm(m.nowMm) +
           cell((m.measurable ? "<b>" : "") + fixed(m.nowMm - m.priorMm, 1) + " mm" + (m.measurable ? "</b>" : ""),
                " class=\"n\"") +
           mm(m.mdc95Mm) + "</tr>\n";
  }
  return out + "</tbody></table></div>";
}

/// What each plane says by itself.
std::string viewsText(const HipResult& hip) {
  std::string text;
  for (const ViewResult& view : hip.views)
    text += (text.empty() ? "By plane: " : "; ") + std::string(words(view.view)) + " alone: " + words(view.grade) +
            ", " + chance(view.probabilities[static_cast<std::size_t>(view.grade)]) + " on " +
            std::to_string(view.images) + (view.images == 1 ? " image" : " images");
  return text;
}

/// Which of the hip's images a person looked at, and what they said.
std::string reviewList(const std::vector<const ImageResult*>& images) {
  constexpr std::size_t most = 6;
  std::size_t count = 0;
  std::string out;
  for (const ImageResult* image : images)
    if (image->review && ++count <= most)
      out += "<li>" + std::string(words(image->view.value)) + ": " + escapeHtml(reviewText(*image)) + ".</li>";
  if (count > most)
    out += "<li>and " + std::to_string(count - most) + " more: see the images.</li>";
  return out.empty() ? out : "<ul class=\"review\">" + out + "</ul>";
}

/// Which plugins the hip's images owe something to.
std::string pluginLine(const std::vector<const ImageResult*>& images) {
  std::set<std::string> texts;
  for (const ImageResult* image : images)
    texts.insert(stagesText(*image));
  texts.erase("");
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : "; ") + escapeHtml(text);
  return out.empty() ? out
                     : "<p class=\"plugins\"><b>By plugins:</b> " + out + ". " + escapeHtml(notCalibrated) + "</p>";
}

std::string hipCard(const HipResult& hip, const std::vector<const ImageResult*>& images, const Criteria& criteria) {
  const Grade& g = hip.grade;
  std::string out = "<div class=\"hip\"><h3>" + capitalHip(hip) + "</h3>" + badge(g.grade, g.subtype);
  if (g.grade != GradeClass::notGradable)
    out += "<p>Confidence " + escapeHtml(chance(g.confidence)) + "; " + escapeHtml(certaintyText(hip)) + ".</p>";
  out += reviewList(images);
  out += pluginLine(images);
  if (hip.views.size() > 1)
    out += "<p>" + escapeHtml(viewsText(hip)) + ".</p>";
  if (hip.thickness) {
    const auto view =
        std::find_if(hip.views.begin(), hip.views.end(), [](const ViewResult& v) { return v.thickness.has_value(); });
    out += "<p>Thickness" + (view == hip.views.end() ? std::string() : std::string(", ") + words(view->view)) + ": " +
           words(*hip.thickness) + ".</p>";
  }
  if (hip.sideDifferenceMm) {
    const std::string rescan = againstRescan(hip, criteria);
    out += "<p>Mean thickness of this side minus the other: " + fixed(*hip.sideDifferenceMm, 1) +
           " mm <span class=\"origin\">(a difference, not a norm" + (rescan.empty() ? "" : "; " + rescan) +
           ")</span></p>";
  }
  if (hip.change)
    out += changeBlock(*hip.change);
  if (!g.reasons.empty() || !g.refusals.empty()) {
    out += "<ul>";
    for (const std::string& reason : g.reasons)
      out += "<li>" + escapeHtml(reason) + "</li>";
    for (const Refusal refusal : g.refusals)
      out += "<li>" + escapeHtml(explain(refusal)) + "</li>";
    out += "</ul>";
  }
  return out + "</div>\n";
}

void writeList(AtomicFile& file, const char* title, const char* hint, const std::vector<InputOutcome>& list) {
  file.write("<section><h2>" + std::string(title) + " (" + std::to_string(list.size()) + ")</h2>\n<p class=\"soft\">" +
             hint +
             "</p>\n<div class=\"scroll\"><table class=\"grid\"><thead><tr><th>Input</th><th>What is wrong</th>"
             "<th>What to do</th></tr></thead><tbody>\n");
  for (const InputOutcome& outcome : list)
    file.write("<tr>" + cell("<span class=\"path\">" + escapeHtml(outcome.path.native()) + "</span>") +
               cell(escapeHtml(outcome.problem)) + cell(outcome.remedy.empty() ? "–" : escapeHtml(outcome.remedy)) +
               "</tr>\n");
  file.write("</tbody></table></div></section>\n");
}

constexpr const char* hatches =
    "<svg class=\"defs\" aria-hidden=\"true\"><defs>"
    "<pattern id=\"hatch-gap\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\">"
    "<rect width=\"8\" height=\"8\" fill=\"#d55e00\" fill-opacity=\".12\"/>"
    "<rect width=\"1.6\" height=\"8\" fill=\"#d55e00\" fill-opacity=\".75\"/></pattern>"
    "<pattern id=\"hatch-blind\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(-45)\"><rect width=\"2\" height=\"9\" fill=\"#cc79a7\" fill-opacity=\".7\"/></pattern>"
    "</defs></svg>\n";

} // namespace

HtmlPage::HtmlPage(PageInfo info, const Spool& spool)
    : info_(std::move(info))
    , spool_(spool) {}

void HtmlPage::addExam(const ExamView& view) {
  Exam exam;
  exam.title = titleOf(view);
  exam.shortTitle = shortTitleOf(view);
  exam.uid = escapeHtml(view.study.studyInstanceUid);
  exam.sections = view.sections;
  standIns_ += static_cast<std::size_t>(std::count_if(view.images.begin(), view.images.end(),
                                                      [](const ImageResult& i) { return !standInsText(i).empty(); }));
  const std::size_t index = exams_.size();
  std::vector<HipResult> hips = view.study.hips;
  if (hips.empty())
    hips.emplace_back(); // the images are in the list all the same
  for (const HipResult& hip : hips) {
    const auto images = imagesOf(hip, view);
    const bool graded = hip.grade.grade != GradeClass::notGradable;
    const auto gradable = std::count_if(images.begin(), images.end(), [](const ImageResult* image) {
      return classOf(*image) != GradeClass::notGradable;
    });
    Row row;
    row.grade = hip.grade.grade;
    row.severity = severity(hip.grade.grade);
    row.confidence = graded ? hip.grade.confidence : 0;
    row.exam = index;
    row.cells =
        cell(words(hip.side)) + cell(badge(hip.grade.grade, hip.grade.subtype)) +
        cell(graded ? escapeHtml(chance(hip.grade.confidence)) : "–", " class=\"n\"") +
        cell(graded && hip.grade.grade != GradeClass::normal ? toString(hip.grade.certainty) : "–") +
        cell(hip.thickness ? fixed(hip.thickness->meanMm, 1) + " (" + fixed(hip.thickness->maxMm, 1) + ")" : "–",
             " class=\"n\"") +
        cell(graded ? worstText(images, countsAsTear(hip.grade.grade))
                    : "<span class=\"soft\">" + refusalsText(hip.grade) + "</span>") +
        cell(std::to_string(gradable) + " of " + std::to_string(images.size()), " class=\"n\"");
    if (std::tie(row.severity, row.confidence) > std::tie(exam.severity, exam.confidence))
      std::tie(exam.severity, exam.confidence) = std::tie(row.severity, row.confidence);
    rows_.push_back(std::move(row));
  }
  if (!view.study.hips.empty()) {
    exam.head = "<div class=\"overview\"><div class=\"hips\">\n";
    for (const HipResult& hip : view.study.hips)
      exam.head += hipCard(hip, imagesOf(hip, view), info_.criteria);
    const std::string id = "text-" + std::to_string(index + 1);
    exam.head +=
        "</div>\n<div class=\"text\"><h3>Report text<span class=\"script\" hidden><button type=\"button\" "
        "data-copy=\"" +
        id +
        "\">Copy text</button></span></h3>\n<pre class=\"narrative\" tabindex=\"0\" aria-label=\"Report text\" id=\"" +
        id + "\">" + escapeHtml(view.narrative) + "</pre></div></div>\n";
  }
  exams_.push_back(std::move(exam));
}

void HtmlPage::writeWorkList(AtomicFile& file) const {
  std::vector<const Row*> sorted;
  for (const Row& row : rows_)
    sorted.push_back(&row);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Row* a, const Row* b) {
    return std::tuple(-a->severity, -a->confidence) < std::tuple(-b->severity, -b->confidence);
  });
  file.write("<section><h2>Exams, most severe first</h2>\n<div class=\"tools script\" hidden>"
             "<label>Find <input type=\"search\" id=\"find\"></label><label>Grade <select id=\"grade\">"
             "<option value=\"\">all</option>");
  for (const GradeClass grade : {GradeClass::fullThickness, GradeClass::partialThickness, GradeClass::tendinosis,
                                 GradeClass::normal, GradeClass::notGradable})
    file.write("<option value=\"" + std::string(toString(grade)) + "\">" + words(grade) + "</option>");
  file.write(
      "</select></label><span id=\"count\" class=\"soft\" aria-live=\"polite\"></span></div>\n"
      "<div class=\"scroll\"><table class=\"grid\" id=\"worklist\"><thead><tr><th>No.</th><th>Exam</th><th>Hip</th>"
      "<th>Grade</th><th>Confidence</th><th>Certainty</th><th>Mean (max) mm</th>"
      "<th>Worst discontinuity, or why not graded</th><th>Images graded</th></tr></thead><tbody>\n");
  std::size_t number = 0;
  for (const Row* row : sorted)
    file.write("<tr data-grade=\"" + std::string(toString(row->grade)) + "\" data-find=\"" + exams_[row->exam].uid +
               "\">" + cell(std::to_string(++number)) +
               cell("<a class=\"path\" title=\"" + exams_[row->exam].uid + "\" href=\"#exam-" +
                    std::to_string(row->exam + 1) + "\">" + exams_[row->exam].shortTitle + "</a>") +
               row->cells + "</tr>\n");
  file.write("</tbody></table></div>\n");
  if (rows_.empty())
    file.write("<p>No input gave a picture to analyse.</p>\n");
  file.write("</section>\n");
}

void HtmlPage::writeExam(AtomicFile& file, const Exam& exam, std::size_t number) const {
  file.write("<section class=\"exam\" id=\"exam-" + std::to_string(number) + "\"><h2>Exam: " + exam.title + "</h2>\n" +
             exam.head +
             "<h3>Images, most severe first</h3>\n<p class=\"tools script\" hidden>"
             "<button type=\"button\" data-open=\"1\">Open all</button>"
             "<button type=\"button\" data-open=\"0\">Close all</button></p>\n");
  bool first = true;
  for (const Spool::Piece& piece : exam.sections) {
    std::string section = spool_.read(piece);
    if (first && exam.severity > 0) // the worst picture is what one wants to see
      section.insert(std::string_view("<details").size(), " open");
    file.write(section);
    first = false;
  }
  file.write("</section>\n");
}

void HtmlPage::writePlugins(AtomicFile& file) const {
  if (info_.plugins.empty())
    return;
  file.write("<section><h2>Plugins used</h2>\n<p class=\"soft\">These did stages of the analysis in the place of "
             "HipCuff's own, or wrote files of their own.</p>\n");
  if (standIns_ > 0)
    file.write("<p class=\"plugins\"><b>Warning:</b> in " + std::to_string(standIns_) +
               (standIns_ == 1 ? " image" : " images") +
               " a plugin failed and HipCuff's own stage stood in; each says so.</p>\n");
  file.write("<div class=\"scroll\"><table class=\"grid\"><thead><tr><th>Plugin</th><th>Stages</th><th>Parameters</th>"
             "<th>Author, license</th><th>SHA-256 of its module</th></tr></thead><tbody>\n");
  for (const PluginRecord& plugin : info_.plugins) {
    std::string stages;
    for (const std::string& stage : plugin.stages)
      stages += (stages.empty() ? "" : ", ") + escapeHtml(stage);
    std::string parameters;
    for (const auto& [name, value] : plugin.parameters)
      parameters += (parameters.empty() ? "" : "<br>") + escapeHtml(name) + " = " + escapeHtml(valueText(value));
    file.write("<tr>" +
               cell("<b>" + escapeHtml(plugin.name + " " + plugin.version) + "</b><br>" + escapeHtml(plugin.summary)) +
               cell(stages) + cell(parameters.empty() ? "–" : parameters) +
               cell(escapeHtml(plugin.author) + "<br>" + escapeHtml(plugin.license)) +
               cell("<code class=\"path\">" + escapeHtml(plugin.moduleSha256) + "</code>") + "</tr>\n");
  }
  file.write("</tbody></table></div></section>\n");
}

void HtmlPage::writeOutcomes(AtomicFile& file) const {
  if (!info_.failed.empty())
    writeList(file, "Failed inputs", "These could not be read; the others were analysed.", info_.failed);
  if (!info_.skipped.empty())
    writeList(file, "Skipped inputs", "These are not ultrasound pictures.", info_.skipped);
}

void HtmlPage::writeCriteria(AtomicFile& file) const {
  file.write("<section><details><summary><b>Criteria used: " + escapeHtml(info_.criteria.name) + " " +
             escapeHtml(info_.criteria.version) + "</b> (" + std::to_string(info_.criteria.items.size()) +
             " thresholds with their sources)</summary>\n<div class=\"scroll\"><table class=\"grid\"><thead><tr>"
             "<th>Criterion</th><th>Value</th><th>Unit</th><th>Source</th></tr></thead><tbody>\n");
  for (const auto& [key, item] : info_.criteria.items) {
    std::string value = fixed(item.value, 4);
    value.erase(value.find_last_not_of('0') + 1);
    if (value.back() == '.')
      value.pop_back();
    file.write("<tr>" + cell("<code>" + escapeHtml(key) + "</code>") + cell(value, " class=\"n\"") +
               cell(escapeHtml(item.unit)) + cell(escapeHtml(item.source)) + "</tr>\n");
  }
  file.write("</tbody></table></div></details></section>\n");
}

void HtmlPage::write(AtomicFile& file) const {
  const std::string warning = escapeHtml(notice);
  file.write("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             // The page may load nothing at all but what is in it.
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
             "'unsafe-inline'; script-src 'unsafe-inline'\">\n"
             "<title>HipCuff report</title>\n<style>\n");
  file.write(styleSheet);
  file.write("</style></head><body>\n<div class=\"notice\" role=\"note\">" + warning + "</div>\n" + hatches);
  file.write("<header class=\"top\"><h1>Gluteus medius tendon on ultrasound</h1>\n<p class=\"soft\">HipCuff " +
             std::string(version) + ", " + escapeHtml(info_.created) + ". " + std::to_string(info_.analysed) +
             (info_.analysed == 1 ? " input" : " inputs") + " analysed, " + std::to_string(info_.failed.size()) +
             " failed, " + std::to_string(info_.skipped.size()) +
             " skipped. The gluteus minimus is not assessed. This page holds no patient identity.</p>\n"
             "<p class=\"tools script\" hidden><label><input type=\"checkbox\" id=\"raw\" checked> Show overlays (key "
             "o)</label></p></header>\n<main>\n");
  writeWorkList(file);
  std::vector<std::size_t> order(exams_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(-exams_[a].severity, -exams_[a].confidence) <
           std::tuple(-exams_[b].severity, -exams_[b].confidence);
  });
  for (const std::size_t index : order)
    writeExam(file, exams_[index], index + 1);
  writeOutcomes(file);
  writePlugins(file);
  writeCriteria(file);
  if (!info_.commandLine.empty())
    file.write("<p class=\"soft noprint\">Made with <code>" + escapeHtml(info_.commandLine) + "</code></p>\n");
  file.write("</main>\n<script>\n");
  file.write(script);
  file.write("</script>\n</body></html>\n");
}

} // namespace hipcuff::report
