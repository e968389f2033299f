// Folders of results: written, read back, and compared with a reference.
#include "analysis.h"
#include "module.h"

#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/time_now.h"
#include "hipcuff/plugin/exporters.h"
#include "hipcuff/plugin/record.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/report/results_writer.h"
#include "hipcuff/validation/document_writers.h"
#include "hipcuff/validation/evaluation.h"
#include "hipcuff/validation/match.h"
#include "hipcuff/validation/report_folder.h"

#include <algorithm>

namespace hipcuff::python {
namespace {

/// The folder that `hipcuff analyze` writes.
class ResultsFolder {
public:
  ResultsFolder(const SharedAnalyzer& analyzer, const std::string& out, const std::string& command, int jobs,
                bool pictures)
      : writer_(out, runInfo(analyzer, command, jobs, pictures))
      , exporters_(analyzer.setting().plugins.plugins, out, analyzer.setting().onFault)
      , exporting_(!exporters_.empty())
      , studies_(analyzer.setting().options.criteria) {}

  /// From any thread. The picture stays only where an exporter wants it.
  void write(Found& found) {
    writer_.add(found.image);
    if (!exporting_)
      found.image.picture.reset();
  }
  /// In the order of the inputs, after write().
  void collect(Found& found) {
    exporters_.add(found.image);
    found.image.picture.reset();
    studies_.add(found.image, found.studyDate);
  }
  void addOutcome(bool failed, const std::string& path, const std::string& problem, const std::string& remedy) {
    writer_.addOutcome({failed ? InputOutcome::Kind::failed : InputOutcome::Kind::skipped, path, problem, remedy});
  }
  void finish() {
    const std::vector<StudyResult> studies = studies_.finish();
    writer_.finish(studies);
    exporters_.finish(studies);
  }
  /// What exporters failed at since the last call, where the run goes on all the same.
  [[nodiscard]] std::vector<std::string> takeProblems() { return exporters_.takeProblems(); }

private:
  static report::RunInfo runInfo(const SharedAnalyzer& analyzer, const std::string& command, int jobs, bool pictures) {
    report::RunInfo info;
    info.commandLine = command;
    info.criteria = analyzer.setting().options.criteria;
    info.jobs = jobs;
    info.pictures = pictures;
    info.plugins = plugin::recordsOf(analyzer.setting().plugins.plugins);
    return info;
  }

  report::ResultsWriter writer_;
  plugin::Exporters exporters_;
  const bool exporting_; ///< asked by any thread, while collect() may drop an exporter that failed
  StudyCollector studies_;
};

/// Reads every image as the toolkit does, so that nonsense is told with file and image. One image is in memory.
void checkResults(const std::string& path) {
  report::readImages(path, [](const report::PassingImage& image) { (void)image.read(); });
}

using Texts = std::vector<std::string>;

struct ValidationWishes {
  Texts results;
  Texts reference;
  std::optional<std::string> out;
  Texts units;
  std::string standard;
  Texts map;
  std::string encoding;
  std::string conflicts;
  bool spread = false;
  bool reviewed = false;
  std::string positive;
  std::vector<double> prevalences;
  std::string primary;
  std::optional<double> margin;
  bool exact = false;
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;
  bool masks = true;
  unsigned jobs = 1;
  std::string command;
};

validation::EvaluationOptions evaluationOptions(const ValidationWishes& wishes) {
  validation::EvaluationOptions options;
  for (const GradeClass grade : {GradeClass::tendinosis, GradeClass::partialThickness, GradeClass::fullThickness})
    if (wishes.positive == toString(grade))
      options.positive = grade;
  options.prevalences = wishes.prevalences;
  options.margin = wishes.margin;
  options.primary = wishes.primary;
  options.exact = wishes.exact;
  options.replicates = wishes.replicates;
  options.seed = wishes.seed;
  options.threads = wishes.jobs;
  options.masks = wishes.masks;
  return options;
}

std::vector<validation::Unit> unitsFrom(const Texts& words, const validation::Reference& reference) {
  if (words.empty())
    return unitsOf(reference);
  std::vector<validation::Unit> units;
  for (const std::string& word : words)
    for (const validation::Unit unit : {validation::Unit::image, validation::Unit::hip, validation::Unit::patient})
      if (word == toString(unit))
        units.push_back(unit);
  return units;
}

void addInputs(validation::Document& document, const std::string& role,
               const std::vector<validation::InputFile>& files) {
  for (const validation::InputFile& file : files)
    document.inputs.push_back({.role = role + " (" + file.kind + ", " + std::to_string(file.entries) + " entries)",
                               .path = file.path.generic_string(),
                               .sha256 = file.sha256});
}

/// Whether the reference standard is HipCuff's truth of simulated pictures.
bool isSimulated(const validation::Reference& reference) {
  return std::any_of(reference.entries.begin(), reference.entries.end(), [&](const validation::ReferenceEntry& entry) {
    return entry.source.name.empty() && entry.origin < reference.files.size() &&
           reference.files[entry.origin].kind == "truth";
  });
}

bool anyCompared(const std::vector<validation::Matched>& matched) {
  for (const validation::Matched& one : matched)
    for (const validation::Case& each : one.cases)
      if (each.system && each.reference() != nullptr)
        return true;
  return false;
}

std::string validate(const ValidationWishes& wishes) {
  if (wishes.out)
    validation::requireReportFolder(*wishes.out);
  const validation::SystemResults system =
      validation::readSystem({wishes.results.begin(), wishes.results.end()}, {.reviewed = wishes.reviewed});
  const validation::Reference reference =
      validation::readReferences({wishes.reference.begin(), wishes.reference.end()},
                                 {.map = validation::parseTableMap(wishes.map), .encoding = wishes.encoding});
  validation::MatchOptions matching;
  matching.standard = wishes.standard;
  matching.conflicts = wishes.conflicts == "first"  ? validation::ConflictPolicy::first
                       : wishes.conflicts == "last" ? validation::ConflictPolicy::last
                                                    : validation::ConflictPolicy::neither;
  matching.spread = wishes.spread;
  std::vector<validation::Matched> matched;
  for (const validation::Unit unit : unitsFrom(wishes.units, reference)) {
    matching.unit = unit;
    matched.push_back(match(system, reference, matching));
  }
  if (matched.empty())
    throw UsageError("the reference speaks of no image, hip or patient", "see docs/validation-data.md");
  validation::EvaluationOptions options = evaluationOptions(wishes);
  options.simulated = isSimulated(reference);
  std::vector<validation::CaseOutlines> outlines;
  validation::Document document = evaluate(matched, options, &outlines);
  document.command = wishes.command;
  document.created = timeNow();
  document.settings.insert(document.settings.begin(), {{"Results by", system.software}, {"Criteria", system.criteria}});
  addInputs(document, "results", system.files);
  addInputs(document, "reference", reference.files);
  const std::string leftovers = leftoversCsv(matched);
  if (wishes.out)
    writeReportFolder(*wishes.out, document, {{"cases.csv", casesCsv(matched, outlines)}, {"leftovers.csv", leftovers}},
                      {});
  if (!anyCompared(matched))
    throw InputError(wishes.reference.front(), "nothing was compared: no case has both a result and a reference",
                     "give out=: leftovers.csv in that folder says why");
  return toJson(document);
}

} // namespace

void addStudies(py::module_& module) {
  using Free = py::call_guard<py::gil_scoped_release>;
  py::class_<ResultsFolder>(module, "ResultsFolder")
      .def(py::init<const SharedAnalyzer&, const std::string&, const std::string&, int, bool>(), py::arg("analyzer"),
           py::arg("out"), py::arg("command"), py::arg("jobs"), py::arg("pictures"))
      .def("write", &ResultsFolder::write, py::arg("found"), Free())
      .def("collect", &ResultsFolder::collect, py::arg("found"), Free())
      .def("add_outcome", &ResultsFolder::addOutcome, py::arg("failed"), py::arg("path"), py::arg("problem"),
           py::arg("remedy"))
      .def("finish", &ResultsFolder::finish, Free())
      .def("take_problems", [](ResultsFolder& folder) {
        py::list list;
        for (const std::string& problem : folder.takeProblems())
          list.append(words(problem));
        return list;
      });
  module.def("check_results", &checkResults, py::arg("path"), Free());
  py::class_<ValidationWishes>(module, "ValidationWishes")
      .def(py::init())
      .def_readwrite("results", &ValidationWishes::results)
      .def_readwrite("reference", &ValidationWishes::reference)
      .def_readwrite("out", &ValidationWishes::out)
      .def_readwrite("units", &ValidationWishes::units)
      .def_readwrite("standard", &ValidationWishes::standard)
      .def_readwrite("map", &ValidationWishes::map)
      .def_readwrite("encoding", &ValidationWishes::encoding)
      .def_readwrite("conflicts", &ValidationWishes::conflicts)
      .def_readwrite("spread", &ValidationWishes::spread)
      .def_readwrite("reviewed", &ValidationWishes::reviewed)
      .def_readwrite("positive", &ValidationWishes::positive)
      .def_readwrite("prevalences", &ValidationWishes::prevalences)
      .def_readwrite("primary", &ValidationWishes::primary)
      .def_readwrite("margin", &ValidationWishes::margin)
      .def_readwrite("exact", &ValidationWishes::exact)
      .def_readwrite("replicates", &ValidationWishes::replicates)
      .def_readwrite("seed", &ValidationWishes::seed)
      .def_readwrite("masks", &ValidationWishes::masks)
      .def_readwrite("jobs", &ValidationWishes::jobs)
      .def_readwrite("command", &ValidationWishes::command);
  module.def(
      "validate",
      [](const ValidationWishes& wishes) {
        std::string text;
        {
          const py::gil_scoped_release free;
          text = validate(wishes);
        }
        return py::bytes(text);
      },
      py::arg("wishes"));
}

} // namespace hipcuff::python
