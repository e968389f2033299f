// hipcuff batch: many exams, unattended.
#include "hipcuff/batch/batch.h"

#include "cli/analysis_options.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"
#include "cli/object_options.h"
#include "cli/plugin_options.h"
#include "commands/batch_progress.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"

#include <cctype>
#include <cmath>
#include <cstdlib>

#include <malloc.h>

namespace hipcuff::cli {
namespace {

batch::Shard shardFrom(const std::string& word) {
  const std::size_t slash = word.find('/');
  constexpr const char* how = "it takes I/N, e.g. 2/8 for the second of eight parts";
  if (slash == std::string::npos)
    throw UsageError("--shard does not know '" + word + "'", how);
  try {
    const long long index = parseInteger(word.substr(0, slash), "--shard");
    const long long count = parseInteger(word.substr(slash + 1), "--shard");
    if (index >= 1 && index <= count && count <= 1000000)
      return {static_cast<int>(index), static_cast<int>(count)};
  } catch (const UsageError&) { // said below, with the way it should be
  }
  throw UsageError("--shard does not know '" + word + "'", how);
}

/// "2G", "500M", plain bytes.
std::int64_t bytesFrom(const std::string& word) {
  double factor = 1;
  std::string digits = word;
  if (!digits.empty()) {
    const auto unit = std::string_view("KMGT").find(static_cast<char>(std::toupper(digits.back())));
    if (unit != std::string_view::npos) {
      factor = std::pow(1024.0, static_cast<double>(unit) + 1);
      digits.pop_back();
    }
  }
  constexpr double least = 64.0 * 1024 * 1024;
  const double bytes = parseNumber(digits, "--limit-memory") * factor;
  if (bytes < least || bytes > 1e15)
    throw UsageError("--limit-memory is out of range: " + word, "it takes 64M or more, e.g. 2G");
  return static_cast<std::int64_t>(bytes);
}

/// What of the command line may change a result, so that the same exam has the same results.json from every run.
std::string resultCommandLine(const Invocation& invocation) {
  std::vector<std::string> words;
  for (const std::string& text : invocation.texts("plugin")) {
    words.emplace_back("--plugin");
    words.push_back(text);
  }
  for (const char* name : {"frames", "mm-per-px", "region", "side", "view", "criteria", "prevalence", "plugin-fault"})
    if (const auto value = invocation.text(name);
        value && (std::string_view(name) != "plugin-fault" || !invocation.texts("plugin").empty())) {
      words.push_back(std::string("--") + name);
      words.push_back(*value);
    }
  if (invocation.has("no-pictures"))
    words.emplace_back("--no-pictures");
  return commandLine("batch INPUT...", words);
}

std::string plural(std::int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void summarise(const batch::BatchOptions& options, const batch::BatchReport& report, Console& console) {
  const batch::BatchCounts& counts = report.counts;
  if (options.scanOnly) {
    console.say("Looked through " + plural(counts.files, "file") + ": " + plural(counts.exams, "exam") + " to do, " +
                std::to_string(counts.alreadyDone) + " done before, " + std::to_string(counts.failed) +
                " inputs failed, " + std::to_string(counts.skipped) + " skipped.");
    return;
  }
  std::string line = report.stopped ? "Stopped; analysed " : "Analysed ";
  line += plural(counts.examsDone, "exam");
  if (counts.alreadyDone > 0)
    line += " (" + std::to_string(counts.alreadyDone) + " were done before)";
  line += ": " + plural(counts.graded, "image") + " graded, " + std::to_string(counts.refused) + " not gradable";
  if (counts.skipped > 0)
    line += "; " + plural(counts.skipped, "input") + " skipped";
  if (counts.failed > 0)
    line += "; " + plural(counts.failed, "input") + " failed";
  console.say(line + ".");
  if (report.stopped)
    console.say("Go on with the same command and --resume.");
  if (options.shard.whole())
    console.say("Work list: " + (options.out / "worklist.html").string());
  else
    console.say("When all shards are done: hipcuff merge " + options.out.string());
}

ExitCode run(const Invocation& invocation, Console& console) {
  batch::BatchOptions options;
  options.out = *invocation.text("out");
  options.inputs.assign(invocation.arguments().begin(), invocation.arguments().end());
  options.resume = invocation.has("resume");
  options.scanOnly = invocation.has("scan-only");
  options.useScan = invocation.has("use-scan");
  options.retryFailed = invocation.has("retry-failed");
  options.pictures = !invocation.has("no-pictures");
  options.jobs = invocation.jobs();
  if (const auto word = invocation.text("shard"))
    options.shard = shardFrom(*word);
  if (const auto word = invocation.text("limit-memory"))
    options.maxBytes = bytesFrom(*word);
  if (const auto word = invocation.text("filter"))
    options.filter = *word;
  if (options.useScan && (options.shard.whole() || options.scanOnly))
    throw UsageError("--use-scan goes with --shard", "scan once with --scan-only, then run each shard with --use-scan");
  if (options.scanOnly && !options.shard.whole())
    throw UsageError("--scan-only and --shard exclude each other", "scan once for all shards");
  if (options.useScan && !options.inputs.empty())
    throw UsageError("--use-scan takes its inputs from the scan", "leave INPUT away");
  if (!options.useScan && options.inputs.empty())
    throw UsageError("INPUT is missing", "name files or folders");
  std::optional<std::vector<dicom::ObjectKind>> objects;
  if (const auto kinds = invocation.text("dicom"))
    objects = objectKinds(*kinds);
  options.frames = frameChoice(*invocation.text("frames"));
  options.criteria = chosenCriteria(invocation);
  options.open = openOptions(invocation);
  ChosenPlugins chosen = chosenPlugins(invocation, console);
  options.stages = std::move(chosen.stages);
  options.plugins = std::move(chosen.plugins);
  options.onPluginFault = chosen.onFault;
  options.remarks = std::move(chosen.leftOut);
  options.commandLine = commandLine("batch", invocation.words());
  options.resultCommandLine = resultCommandLine(invocation);
  if (options.jobs > 1)
    ::setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "1", 0); // one level of threads is enough; results are the same

  if (options.maxBytes)
    ::mallopt(M_ARENA_MAX, 2); // each arena keeps what it was given once

  batch::BatchReport report;
  {
    BatchProgress progress(console);
    report = batch::runBatch(options, progress);
  }
  summarise(options, report, console);
  const batch::BatchCounts& counts = report.counts;
  if (report.stopped)
    return ExitCode::interrupted;
  if (counts.graded + counts.refused + counts.alreadyDone == 0 && !options.scanOnly) {
    if (counts.files == 0 && !options.useScan)
      console.error("hipcuff: no input: the folders given hold no files (name files, or folders that hold some)");
    // A part of few exams may well be empty; that is no failure.
    return options.shard.whole() || counts.failed > 0 ? ExitCode::failed : ExitCode::ok;
  }
  bool whole = true;
  if (objects && !options.scanOnly) {
    auto folders = resultFolders(options.out);
    std::erase_if(folders, [&](const auto& folder) { return !options.shard.hasName(folder.filename().string()); });
    if (!folders.empty())
      whole = writeObjects(folders, {.kinds = *objects}, console);
  }
  if (interrupted())
    return ExitCode::interrupted;
  return counts.failed > 0 || !whole ? ExitCode::partly : ExitCode::ok;
}

} // namespace

Command batchCommand() {
  Command command;
  command.name = "batch";
  command.summary = "Measure and grade many exams, unattended and resumable";
  command.description = {
      "Does with each exam (study) what analyze does, for thousands of them: results in a folder of its own, put in "
      "place whole, and over all of them a work list (worklist.html), tables (results.csv, hips.csv, problems.csv), "
      "an index (index.json), a summary and a catalogue (catalogue.sqlite; see 'hipcuff query').",
      "First all inputs are walked through and their headers read, then exams are analysed. Ctrl-C finishes the exams "
      "in hand; a second one stops at once. Whatever stopped it, the same command with --resume goes on: an exam is "
      "done again only where an input has changed or been added, or where version, criteria, settings or plugins "
      "differ. What "
      "a person saved with the viewer stays with its exam.",
      "For several machines, give each a part with --shard and join them with 'hipcuff merge' "
      "(docs/batch-cluster.md)."};
  command.arguments = {{.name = "INPUT", .help = "Files, folders or DICOMDIRs.", .repeated = true, .required = false}};
  command.options = {
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder for the batch; made where it is missing.",
       .required = true},
      {.name = "resume", .help = "Go on with the batch that is in the folder."},
      {.name = "retry-failed",
       .help = "With --resume: exams with inputs whose analysis failed are done again, too. (Inputs that could not be "
               "opened always are tried again.)"},
      {.name = "filter",
       .kind = OptionKind::text,
       .valueName = "FILTER",
       .help = "Only inputs for which this holds, by what their headers and paths say, e.g. \"date >= 2025-01-01 and "
               "view = long\" (see 'hipcuff query')."},
      {.name = "shard",
       .kind = OptionKind::text,
       .valueName = "I/N",
       .help = "Only the I-th of N parts of the exams. The parts may run at the same time, into the same folder."},
      {.name = "scan-only",
       .help = "Only walk through the inputs and read their headers, for shards that then take --use-scan."},
      {.name = "use-scan", .help = "With --shard: take the inputs from the folder's scan instead of walking anew."},
      {.name = "limit-memory",
       .kind = OptionKind::text,
       .valueName = "SIZE",
       .help = "Work on fewer inputs at the same time where this much memory (e.g. 2G) would be exceeded. One input is "
               "always worked on."},
      {.name = "no-pictures",
       .help = "Write no pictures, and reports and work list without: a fifth of the space, and nothing of the pixels "
               "leaves the inputs."},
      framesOption(),
  };
  for (Option& option : inputOptions())
    command.options.push_back(std::move(option));
  for (Option& option : criteriaOptions())
    command.options.push_back(std::move(option));
  for (Option& option : pluginOptions())
    command.options.push_back(std::move(option));
  command.options.push_back(dicomOption());
  command.options.push_back(jobsOption());
  command.exitCodes = {
      {ExitCode::ok, "every input that is for HipCuff has its result, not_gradable ones included"},
      {ExitCode::failed, "no input could be processed, or the folder or its catalogue cannot be written"},
      {ExitCode::usage, "wrong usage, or the folder holds another run and --resume is not given"},
      {ExitCode::partly, "some inputs could not be processed (problems.csv) and the others were"},
      {ExitCode::interrupted, "stopped by Ctrl-C; --resume goes on"}};
  command.examples = {
      {"hipcuff batch archive/2025 --out batch-2025", "A year; open batch-2025/worklist.html."},
      {"hipcuff batch archive/2025 --out batch-2025 --resume",
       "Goes on after whatever stopped it, or takes new exams."},
      {"hipcuff batch archive --out b --shard 3/16", "The third of sixteen parts, on one of several machines."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
