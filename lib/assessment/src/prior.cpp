#include "hipcuff/assessment/prior.h"

#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/origins.h"
#include "hipcuff/grading/tears.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>
#include <tuple>

namespace hipcuff {
namespace {

using nlohmann::json;

constexpr const char* remedy = "give --prior a folder that 'hipcuff analyze' wrote for one person's earlier exam";

template <typename Enum>
std::optional<Enum> fromWord(const json& value) {
  if (value.is_string())
    for (int i = 0; i < 64; ++i) // more than any enumeration has; words end with an empty one
      if (value == toString(static_cast<Enum>(i)))
        return static_cast<Enum>(i);
  return std::nullopt;
}

template <typename Enum>
std::optional<Enum> ofTwo(const json& value, Enum a, Enum b) {
  return value == toString(a) ? std::optional(a) : value == toString(b) ? std::optional(b) : std::nullopt;
}

std::string textOrEmpty(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}
std::optional<double> number(const json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

/// The tear that the image's grade rests on, from what every version of results.json has.
void addTear(const json& image, GradeClass grade, ViewResult& view) {
  if (!isTear(grade) || !image.at("discontinuities").is_array())
    return;
  std::vector<Discontinuity> all;
  for (const json& d : image.at("discontinuities")) {
    Discontinuity one;
    one.kind = fromWord<DiscontinuityKind>(d.at("kind")).value_or(DiscontinuityKind::intrasubstance);
    one.suspectedAnisotropy = d.at("suspected_anisotropy");
    one.confidence = number(d.at("confidence")).value_or(0);
    one.depthMm = number(d.at("depth_mm")).value_or(0);
    one.lengthMm = number(d.at("length_mm")).value_or(0);
    all.push_back(std::move(one));
  }
  if (const Discontinuity* tear = gradedTear(grade, all)) {
    view.tearDepthMm = std::max(view.tearDepthMm, tear->depthMm);
    view.tearLengthMm = std::max(view.tearLengthMm, tear->lengthMm);
  }
}

ViewResult viewOf(const json& images, std::optional<Side> side, View view) {
  ViewResult out;
  out.view = view;
  ThicknessSummary sum;
  int measured = 0;
  for (const json& image : images) {
    const json& source = image.at("source");
    if (ofTwo(source.at("side"), Side::left, Side::right) != side || source.at("view") != toString(view) ||
        !image.at("quality").at("gradable").get<bool>())
      continue;
    ++out.images;
    const GradeClass grade = fromWord<GradeClass>(image.at("grade").at("class")).value_or(GradeClass::notGradable);
    if (severity(grade) > severity(out.grade))
      out.grade = grade;
    addTear(image, grade, out);
    const auto mean = number(image.at("thickness").at("mean_mm"));
    const auto largest = number(image.at("thickness").at("max_mm"));
    if (mean && largest) {
      sum.meanMm += *mean;
      sum.maxMm = std::max(sum.maxMm, *largest);
      ++measured;
    }
  }
  if (measured > 0) {
    sum.meanMm /= measured;
    out.thickness = sum;
  }
  return out;
}

PriorExam examOf(const json& study) {
  PriorExam exam;
  exam.studyUid = textOrEmpty(study.at("study_instance_uid"));
  exam.date = textOrEmpty(study.at("study_date"));
  for (const json& image : study.at("images"))
    if (const auto stages = image.find("stages"); stages != image.end()) // later than the schema's first version
      for (const json& stage : *stages)
        if (textOrEmpty(stage.at("fault")).empty())
          exam.plugins.insert(textOrEmpty(stage.at("plugin")) + " " + textOrEmpty(stage.at("version")));
  for (const json& hip : study.at("hips")) {
    HipResult out;
    out.side = ofTwo(hip.at("side"), Side::left, Side::right);
    if (!out.side)
      continue;
    out.grade.grade = fromWord<GradeClass>(hip.at("grade").at("class")).value_or(GradeClass::notGradable);
    for (const View view : {View::longAxis, View::shortAxis})
      if (ViewResult seen = viewOf(study.at("images"), out.side, view); seen.images > 0)
        out.views.push_back(std::move(seen));
    exam.hips.push_back(std::move(out));
  }
  return exam;
}

std::string mm(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f mm", value);
  return text;
}

const char* words(const std::string& measure) {
  return measure == "thickness_mean"  ? "mean thickness"
         : measure == "thickness_max" ? "largest thickness"
         : measure == "tear_depth"    ? "tear depth"
                                      : "tear length";
}

void compareView(const ViewResult& now, const ViewResult& then, const Criteria& criteria, HipChange& change) {
  const auto add = [&](const std::string& measure, double prior, double current) {
    const double least = *mdc95(measure, now.view, criteria);
    change.measures.push_back({measure, now.view, prior, current, least, std::abs(current - prior) > least});
  };
  if (now.thickness && then.thickness) {
    add("thickness_mean", then.thickness->meanMm, now.thickness->meanMm);
    add("thickness_max", then.thickness->maxMm, now.thickness->maxMm);
  }
  if (now.tearLengthMm > 0 || then.tearLengthMm > 0) {
    add("tear_depth", then.tearDepthMm, now.tearDepthMm);
    add("tear_length", then.tearLengthMm, now.tearLengthMm);
  }
}

std::string sentence(const HipChange& change, GradeClass now) {
  std::string text;
  if (change.measures.empty())
    return "Nothing to compare with the earlier exam: no plane was graded in both.";
  for (const MeasureChange& m : change.measures)
    if (m.measurable) {
      const double difference = m.nowMm - m.priorMm;
      text += (text.empty() ? "" : "; ") + std::string(words(m.measure)) + " (" +
              (*m.view == View::longAxis ? "long axis" : "short axis") + ") " + mm(m.priorMm) + " then, " +
              mm(m.nowMm) + " now, " + (difference > 0 ? "+" : "-") + mm(std::abs(difference)) + " (beyond " +
              mm(m.mdc95Mm) + ")";
    }
  if (text.empty())
    text = "No measurable change: every difference is one that scanning the same hip again would show by itself";
  else
    text = "Measurable change: " + text;
  if (change.priorGrade != now && change.priorGrade != GradeClass::notGradable && now != GradeClass::notGradable)
    text += std::string(". The class then was ") + toString(change.priorGrade);
  return text + ".";
}

std::string list(const std::set<std::string>& plugins) {
  std::string text;
  for (const std::string& plugin : plugins)
    text += (text.empty() ? "" : ", ") + plugin;
  return text;
}

/// What the bounds don't hold for; empty where the built-in stages made both exams.
std::string caution(const std::set<std::string>& now, const std::set<std::string>& then) {
  if (now.empty() && then.empty())
    return {};
  const auto with = [](const std::set<std::string>& plugins) {
    return plugins.empty() ? std::string("without plugins") : "with " + list(plugins);
  };
  if (now != then)
    return " But the earlier exam was analysed " + with(then) + ", this one " + with(now) +
           ": a difference may be one of the analysis, not of the hip.";
  return " Both exams were analysed " + with(now) +
         ": what counts as measurable was found without, and holds for equal parameters at best.";
}

/// The latest exam before this one that has this side.
const PriorExam* choose(const std::vector<PriorExam>& priors, const StudyResult& study, Side side) {
  const PriorExam* best = nullptr;
  for (const PriorExam& prior : priors) {
    const bool itself = !prior.studyUid.empty() && prior.studyUid == study.studyInstanceUid;
    const bool later = !prior.date.empty() && !study.studyDate.empty() && prior.date > study.studyDate;
    const bool has =
        std::any_of(prior.hips.begin(), prior.hips.end(), [&](const HipResult& h) { return h.side == side; });
    if (!itself && !later && has && (!best || prior.date > best->date))
      best = &prior;
  }
  return best;
}

} // namespace

std::set<std::string> pluginsOf(const ImageResult& image) {
  std::set<std::string> plugins;
  for (const auto& [stage, by] : originsOf(image.anatomy, image.measurements, image.grade))
    if (by.fault.empty())
      plugins.insert(by.plugin + " " + by.version);
  return plugins;
}

std::optional<double> mdc95(const std::string& measure, std::optional<View> view, const Criteria& criteria) {
  if (!view)
    return std::nullopt;
  return criteria.value("mdc95_" + measure + (*view == View::longAxis ? "_long" : "_short"));
}

std::vector<PriorExam> loadPrior(const std::filesystem::path& folder) {
  std::error_code ignored;
  const std::filesystem::path path = std::filesystem::is_directory(folder, ignored) ? folder / "results.json" : folder;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw ConfigError(path, "the earlier results cannot be read", remedy);
  std::vector<PriorExam> exams;
  try {
    const json root = json::parse(file);
    if (root.at("schema") != "hipcuff.results/1")
      throw ConfigError(path, "is not a hipcuff.results/1", remedy);
    for (const json& study : root.at("studies"))
      if (PriorExam exam = examOf(study); !exam.hips.empty())
        exams.push_back(std::move(exam));
  } catch (const json::exception&) {
    throw ConfigError(path, "is not a whole hipcuff.results/1", remedy);
  }
  if (exams.empty())
    throw ConfigError(path, "holds no hip whose side is known", remedy);
  const auto undated = std::count_if(exams.begin(), exams.end(), [](const PriorExam& e) { return e.date.empty(); });
  if (exams.size() > 1 && undated > 0)
    throw ConfigError(path, "holds several exams without dates, so that the latest cannot be told", remedy);
  return exams;
}

std::string compareWithPrior(std::vector<StudyResult>& studies, const std::vector<PriorExam>& priors,
                             const Criteria& criteria, const std::set<std::string>& plugins) {
  bool any = false;
  for (StudyResult& study : studies)
    for (HipResult& hip : study.hips) {
      const PriorExam* prior = hip.side ? choose(priors, study, *hip.side) : nullptr;
      if (!prior)
        continue;
      any = true;
      HipChange change;
      change.priorStudyUid = prior->studyUid;
      change.priorDate = prior->date;
      for (const HipResult& then : prior->hips) {
        if (then.side != hip.side)
          continue;
        change.priorGrade = then.grade.grade;
        for (const ViewResult& now : hip.views)
          for (const ViewResult& before : then.views)
            if (now.view && now.view == before.view)
              compareView(now, before, criteria, change);
      }
      change.text = sentence(change, hip.grade.grade);
      if (!change.measures.empty())
        change.text += caution(plugins, prior->plugins);
      hip.change = std::move(change);
    }
  return any ? std::string()
             : "--prior: no hip was compared: no side in common, or the earlier exam is this one or a later one";
}

} // namespace hipcuff
