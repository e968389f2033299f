// hipcuff analyze: inputs -> results, table, report, overlays.
#include "cli/analysis_options.h"
#include "cli/child.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"
#include "cli/object_options.h"
#include "cli/plugin_options.h"

#include "cli/table.h"
#include "commands/commands.h"
#include "commands/result_table.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/assessment/prior.h"
#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/plugin/exporters.h"
#include "hipcuff/plugin/record.h"
#include "hipcuff/report/results_writer.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <set>
#include <variant>

namespace hipcuff::cli {
namespace {

/// All results of one input.
struct Done {
  std::vector<ImageResult> images{};
  std::string studyDate{};
  std::string person{}; ///< to see whether the inputs are of one person; goes nowhere else
};
/// Work that was told to stop before it was whole.
struct Stopped {};
using Answer = std::variant<Done, InputOutcome, Stopped>;

/// Remembers whether the work inside was told to stop: an error then is no failure of the input.
class InnerProgress final : public Progress {
public:
  explicit InnerProgress(Progress& outer)
      : outer_(outer) {}
  void start(const std::string&, std::int64_t) override {}
  void advance(std::int64_t) override {}
  void finish() override {}
  void say(const std::string& line) override { outer_.say(line); }
  [[nodiscard]] bool stopRequested() const override {
    if (!outer_.stopRequested())
      return false;
    stopped_ = true;
    return true;
  }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
  Progress& outer_;
  mutable std::atomic<bool> stopped_ = false;
};

/// @param remarks that every result gets
Answer analyzed(OpenedInput input, const Analyzer& analyzer, const std::vector<std::string>& remarks,
                Progress& progress) {
  if (auto* outcome = std::get_if<InputOutcome>(&input))
    return std::move(*outcome);
  Cine& cine = std::get<Cine>(input);
  cine.problems.insert(cine.problems.end(), remarks.begin(), remarks.end());
  const auto failed = [&cine](std::string problem, std::string remedy) {
    return InputOutcome{InputOutcome::Kind::failed, cine.path, std::move(problem), std::move(remedy)};
  };
  InnerProgress inner(progress);
  try {
    // Told to stop in the middle of a cine: the frames analysed until then are judged, and the result says so.
    std::vector<ImageResult> images = analyzer.analyze(cine, inner);
    return Done{std::move(images), cine.studyDate, cine.identity.patientId};
  } catch (const OutputError&) {
    throw;
  } catch (const StageError& error) { // which picture it was; the problem names the plugin
    throw StageError(cine.path, error.problem(), error.remedy() + ", or give --plugin-fault builtin");
  } catch (const ConfigError&) {
    throw;
  } catch (const Error& error) {
    if (inner.stopped())
      return Stopped{};
    return failed(error.problem(), error.remedy());
  } catch (const std::bad_alloc&) {
    return failed("not enough memory to analyse it", "free some memory or try fewer --jobs");
  } catch (const std::exception& error) {
    return failed(std::string("analysis failed: ") + error.what(), "please report it with the file");
  }
}

/// The pictures come from a process of their own; whatever happens to it, the results stand.
void drawOverlays(const std::filesystem::path& out, Console& console) {
  const auto renderer = findProgram("hipcuff-render");
  if (!renderer) {
    console.say(
        "No overlay pictures: hipcuff-render was not found beside hipcuff or on PATH (report.html draws its own).");
    return;
  }
  console.detail("Drawing overlays");
  try {
    const ChildResult drawn =
        runChild(*renderer, {"overlays", "--results", (out / "results.json").string(), "--quiet"});
    if (drawn.exitCode == 0)
      return;
    // Its first line says why; the rest is for whoever looks into it.
    std::string why = drawn.errorText.substr(0, drawn.errorText.find('\n'));
    if (why.empty())
      why = "hipcuff-render ended with code " + std::to_string(drawn.exitCode);
    console.say("No or not all overlay pictures: " + tail(why, 400));
    console.detail(drawn.errorText);
  } catch (const Error& error) {
    console.say(std::string("No overlay pictures: ") + error.what());
  }
}

/// What has changed since an earlier exam. Nobody's hips are compared with somebody else's as far as the files can
/// tell.
void compare(std::vector<StudyResult>& exams, const std::vector<PriorExam>& priors, std::size_t people,
             const Criteria& criteria, const std::set<std::string>& plugins, Console& console) {
  if (people > 1) {
    console.error("hipcuff: --prior: nothing compared: the inputs carry more than one patient number (give the exam of "
                  "the one person whom the earlier results are of)");
    return;
  }
  const std::string why = compareWithPrior(exams, priors, criteria, plugins);
  if (!why.empty())
    console.error("hipcuff: " + why);
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::filesystem::path out = *invocation.text("out");
  AnalyzerOptions options;
  options.frames = frameChoice(*invocation.text("frames"));
  options.criteria = chosenCriteria(invocation);
  std::vector<PriorExam> priors;
  if (const auto prior = invocation.text("prior"))
    priors = loadPrior(*prior);
  const OpenOptions open = openOptions(invocation);
  std::optional<std::vector<dicom::ObjectKind>> objects;
  if (const auto kinds = invocation.text("dicom"))
    objects = objectKinds(*kinds);
  ChosenPlugins chosen = chosenPlugins(invocation, console);
  // Before any work: an hour of analysis must not end in "not writable".
  requireWritableFolder(out);

  InputQueue inputs(invocation.arguments(), {.open = open, .ownOutput = out});
  const int jobs = invocation.jobs();
  const auto total = inputs.total();
  // Workers go over the inputs; where no input is left for one, it helps over the frames of another's cine.
  options.crew = std::make_shared<Crew>(jobs);
  options.stages = std::move(chosen.stages);
  if (jobs > 1)
    ::setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "1", 0); // one level of threads is enough; results are the same

  report::ResultsWriter writer(out, {.commandLine = commandLine("analyze", invocation.words()),
                                     .criteria = options.criteria,
                                     .jobs = jobs,
                                     .plugins = plugin::recordsOf(chosen.plugins)});
  plugin::Exporters exporters(chosen.plugins, out, chosen.onFault);
  const bool exporting = !exporters.empty();
  bool exported = true;
  const auto sayProblems = [&] {
    for (const std::string& problem : exporters.takeProblems()) {
      exported = false;
      console.error("hipcuff: " + problem);
    }
  };
  sayProblems();
  const Analyzer analyzer(options);
  StudyCollector studies(options.criteria);
  ResultTable table(options.criteria.value("tear_confidence_min"));
  Tally tally;
  std::set<std::string> people;
  std::set<std::string> plugins;
  ConsoleProgress progress(console);
  progress.start("Analysing", total.value_or(0));
  inOrder(
      jobs, [&]() { return interrupted() ? std::nullopt : inputs.next(); },
      [&](OpenedInput input) {
        const Crew::Place place = options.crew->takePlace();
        Answer answer = analyzed(std::move(input), analyzer, chosen.leftOut, progress);
        // Written here, on the worker: encoding pictures takes as long as a still's analysis.
        if (auto* done = std::get_if<Done>(&answer))
          for (ImageResult& image : done->images) {
            writer.add(image);
            if (!exporting)
              image.picture.reset();
          }
        return answer;
      },
      [&](Answer answer) {
        progress.advance(1);
        if (const auto* outcome = std::get_if<InputOutcome>(&answer)) {
          writer.addOutcome(*outcome);
          tally.outcome(*outcome, console);
          return;
        }
        const auto* done = std::get_if<Done>(&answer);
        if (done == nullptr)
          return;
        for (const ImageResult& image : done->images) {
          exporters.add(image);
          sayProblems();
          studies.add(image, done->studyDate);
          table.add(image);
          plugins.merge(pluginsOf(image));
          for (const std::string& message : image.messages)
            console.detail(image.path.string() + ": " + message);
        }
        people.insert(done->person);
        tally.processed();
      });
  progress.finish();
  std::vector<StudyResult> exams = studies.finish();
  if (!priors.empty())
    compare(exams, priors, people.size(), options.criteria, plugins, console);
  std::set<std::string> mixed;
  for (const StudyResult& exam : exams)
    if (exam.patient && mixed.insert(exam.studyInstanceUid).second)
      console.error("hipcuff: the files of study " + exam.studyInstanceUid +
                    " name several patients, who are kept apart; look up whose pictures they are");
  writer.finish(exams);
  exporters.finish(exams);
  sayProblems();
  if (!table.empty())
    console.data(table.text());
  const bool stopped = interrupted();
  if (!invocation.has("no-overlays") && !stopped && !table.empty())
    drawOverlays(out, console);
  std::error_code ignored;
  if (!objects && std::filesystem::exists(out / "dicom/objects.json", ignored))
    console.say("The DICOM objects in " + (out / "dicom").string() + " are of an earlier result; 'hipcuff export " +
                out.string() + "' renews them.");
  if (objects && !stopped && !table.empty())
    exported = writeObjects({out}, {.kinds = *objects}, console) && exported;
  if (tally.processedCount() == 0 && tally.failedCount() == 0 && !stopped)
    console.error(tally.nothingUsable());
  tally.summarise(stopped ? "Stopped; analysed" : "Analysed", console);
  console.say("Report: " + (out / "report.html").string());
  if (stopped)
    return ExitCode::interrupted;
  const ExitCode code = tally.exitCode();
  return code == ExitCode::ok && !exported ? ExitCode::partly : code; // a script must not take half an export for whole
}

} // namespace

Command analyzeCommand() {
  Command command;
  command.name = "analyze";
  command.summary = "Measure and grade the tendon on each picture";
  command.description = {
      "For each pane of each input: the cortex and its facets, the tendon's borders, thickness along it, "
      "discontinuities, and a grade with its reasons. What cannot be graded is not_gradable, with the reason. Files "
      "are "
      "told apart by their content; folders are searched through, DICOMDIRs are followed; a second copy of the same "
      "SOP "
      "instance is skipped.",
      "Writes results.json, results.csv, report.html, masks, the analysed pictures and overlays into the output "
      "folder; files of an earlier run there are replaced, each whole. Prints one table row for each pane.",
      "With --plugin, stages of the analysis are another's; what a plugin exports goes into exports/NAME of the output "
      "folder.",
      "Millimetres come from the file or from you (--mm-per-px), and only a lateral hip, by the file's word or yours "
      "(--region), is graded.",
      "In the table, mm is the mean thickness ± its standard deviation along the tendon. reasons are the codes of why "
      "a "
      "picture is not gradable."};
  command.arguments = {{.name = "INPUT", .help = "Files, folders or DICOMDIRs.", .repeated = true}};
  command.options = {
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder for the results; made where it is missing.",
       .required = true},
      framesOption(),
  };
  for (Option& option : inputOptions())
    command.options.push_back(std::move(option));
  for (Option& option : criteriaOptions())
    command.options.push_back(std::move(option));
  for (Option& option : pluginOptions())
    command.options.push_back(std::move(option));
  command.options.push_back(
      {.name = "prior",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help =
           "Folder that an earlier 'hipcuff analyze' of the same person wrote: thickness and tear size of each hip are "
           "compared with it, plane by plane, against what a simulated re-scan shows by itself. That it is the same "
           "person is your word: results hold no identity."});
  command.options.push_back(
      {.name = "no-overlays", .help = "Do not draw overlay pictures (they need VTK and an X display or Xvfb)."});
  command.options.push_back(dicomOption());
  command.options.push_back(jobsOption());
  command.exitCodes = {
      {ExitCode::ok, "every input that is for HipCuff has its result, not_gradable ones included"},
      {ExitCode::failed,
       "no input could be processed, the output folder cannot be written, the criteria or the earlier "
       "results are wrong, or a plugin was refused or failed"},
      {ExitCode::usage, "wrong usage"},
      {ExitCode::partly,
       "some inputs could not be processed (one line each on stderr) and the others were; or a plugin's export "
       "(--plugin-fault builtin) or the DICOM objects are not whole"},
      {ExitCode::interrupted,
       "stopped by Ctrl-C; the results hold what was finished, a cine as far as it was analysed"}};
  command.examples = {
      {"hipcuff analyze exam/ --out results", "One exam; open results/report.html."},
      {"hipcuff analyze a.mp4 --out results --mm-per-px 0.08 --region lateral-hip",
       "A clip without header: you say what it shows and its scale."},
      {"hipcuff analyze now/ --out results --prior results-2025", "What has changed since the exam of 2025."},
      {"hipcuff analyze exam/ --out results --plugin level_set", "A plugin finds the tendon's borders."},
      {"hipcuff analyze exam/ --out results --dicom sr,gsps", "Results for the PACS in results/dicom."},
      {"hipcuff analyze year/ --out results --jobs 8 --no-overlays --quiet > table.txt", "Many exams, no talk."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
