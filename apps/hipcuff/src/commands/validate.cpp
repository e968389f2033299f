// hipcuff validate: results and a reference -> a report with the statistics of a paper.
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/table.h"
#include "commands/commands.h"
#include "commands/validation_options.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/time_now.h"
#include "hipcuff/validation/reference.h"
#include "hipcuff/validation/system.h"

#include <algorithm>

namespace hipcuff::cli {
namespace {

using namespace validation;

/// The main results, for the terminal.
std::string summaryText(const Document& document) {
  for (const validation::Table* table : tablesOf(document))
    if (table->id == "summary-table") {
      std::vector<std::string> header;
      for (const Column& column : table->columns)
        header.push_back(column.label);
      cli::Table shown(header);
      for (const Row& row : table->rows) {
        std::vector<std::string> cells;
        for (const Cell& cell : row.cells)
          cells.push_back(plainText(cell));
        shown.add(std::move(cells));
      }
      return shown.text();
    }
  return {};
}

/// Sentences of the summary: warnings and what is not in its table.
void saySummary(const Document& document, Console& console) {
  for (const Section& section : document.sections)
    if (section.id == "summary")
      for (const Block& block : section.blocks)
        if (const auto* paragraph = std::get_if<Paragraph>(&block);
            paragraph != nullptr && !paragraph->text.starts_with("Primary outcome"))
          console.data((paragraph->kind == ParagraphKind::warning ? "Warning: " : "") + paragraph->text + "\n");
}

/// Whether the reference standard is HipCuff's truth of simulated pictures.
bool isSimulated(const Reference& reference) {
  return std::any_of(reference.entries.begin(), reference.entries.end(), [&](const ReferenceEntry& entry) {
    return entry.source.name.empty() && entry.origin < reference.files.size() &&
           reference.files[entry.origin].kind == "truth";
  });
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::filesystem::path out = *invocation.text("out");
  EvaluationOptions options = evaluationOptions(invocation);
  const ReferenceOptions reading = referenceReading(invocation);
  requireReportFolder(out);

  ConsoleProgress progress(console);
  const auto paths = [&](const char* option) {
    const auto words = invocation.texts(option);
    return std::vector<std::filesystem::path>(words.begin(), words.end());
  };
  const SystemResults system = readSystem(paths("results"), {.reviewed = invocation.has("reviewed")});
  const Reference reference = readReferences(paths("reference"), reading);
  for (const std::string& warning : system.warnings)
    console.say(warning);
  for (const std::string& warning : reference.warnings)
    console.say(warning);

  std::vector<Matched> matched;
  MatchOptions matching = matchOptions(invocation);
  for (const Unit unit : chosenUnits(invocation, reference)) {
    matching.unit = unit;
    matched.push_back(match(system, reference, matching));
  }
  if (matched.empty())
    throw UsageError("the reference speaks of no image, hip or patient", "see docs/validation-data.md");
  if (!system.software.empty())
    options.systemName = "HipCuff";
  options.simulated = isSimulated(reference);
  std::vector<CaseOutlines> outlines;
  Document document = evaluate(matched, options, &outlines);
  document.command = commandLine("validate", invocation.words());
  document.created = timeNow();
  document.settings.insert(document.settings.begin(), {{"Results by", system.software}, {"Criteria", system.criteria}});
  addInputs(document, "results", system.files);
  addInputs(document, "reference", reference.files);
  writeReportFolder(out, document,
                    {{"cases.csv", casesCsv(matched, outlines)}, {"leftovers.csv", leftoversCsv(matched)}},
                    figureDrawer(invocation, console));
  console.data(summaryText(document));
  saySummary(document, console);

  std::size_t compared = 0, leftovers = 0;
  for (const Matched& one : matched) {
    leftovers += one.leftovers.size();
    for (const Case& each : one.cases)
      compared += each.system && (each.reference() != nullptr || each.masks) ? 1 : 0;
  }
  if (leftovers > 0)
    console.say(std::to_string(leftovers) + " entries found no partner or were left out: see leftovers.csv.");
  console.say("Report: " + (out / "report.html").string());
  if (compared == 0) {
    const bool readersOnly = std::any_of(matched.begin(), matched.end(), [](const Matched& one) {
      return !one.readers.empty() &&
             std::none_of(one.cases.begin(), one.cases.end(), [](const Case& c) { return c.reference() != nullptr; });
    });
    console.error(readersOnly && matching.standard.empty()
                      ? "hipcuff: nothing was compared with a reference: all rows name a reader, so the report holds "
                        "readers only (say who is the standard: --standard NAME or --standard majority)"
                      : "hipcuff: nothing was compared: no case has both a result and a reference (leftovers.csv says "
                        "why)");
    return ExitCode::failed;
  }
  return ExitCode::ok;
}

} // namespace

Command validateCommand() {
  Command command;
  command.name = "validate";
  command.summary = "Compare results with a reference: a paper's tables";
  command.description = {
      "Matches results with references by SOP instance, file or exam, and writes report.html (self-contained, laid out "
      "along STARD-AI and CLAIM), report.json, every table as CSV and LaTeX, figures as PNG and SVG, cases.csv and "
      "leftovers.csv. What finds no partner is listed, never dropped.",
      "Results are what 'hipcuff analyze' or 'hipcuff batch' wrote. References are tables (CSV, TSV; one or more "
      "readers), masks, DICOM segmentations (SEG) and measurement reports (SR), HipCuff truth, or other results; "
      "several "
      "are joined. See docs/validation.md.",
      "A refusal (not gradable) is an outcome of its own: results are given among graded cases and with every refusal "
      "counted as wrong. Intervals take into account that a patient may give several cases."};
  command.options = {{.name = "results",
                      .letter = "r",
                      .kind = OptionKind::text,
                      .valueName = "R",
                      .help = "A results.json, or the folder of 'hipcuff analyze' or 'hipcuff batch'.",
                      .required = true,
                      .repeated = true},
                     {.name = "reference",
                      .letter = "t",
                      .kind = OptionKind::text,
                      .valueName = "REF",
                      .help = "A table, a folder of tables, masks, DICOM objects (SEG, SR) or truth, or other results.",
                      .required = true,
                      .repeated = true},
                     outOption()};
  for (Option& option : referenceOptions())
    command.options.push_back(std::move(option));
  for (Option& option : evaluationOptionList())
    command.options.push_back(std::move(option));
  command.exitCodes = {{ExitCode::ok, "the report is written"},
                       {ExitCode::failed, "results or reference can't be read, nothing was compared, or the report "
                                          "can't be written"},
                       {ExitCode::usage, "wrong usage"}};
  command.examples = {{"hipcuff validate -r out -t surgery.csv -o report", "Open report/report.html."},
                      {"hipcuff validate -r out -t surgery.csv -t readings/ -o report --margin 0.05",
                       "With the tables of a blinded reader study, and non-inferiority against its readers."},
                      {"hipcuff validate -r out -t readings/ --standard majority --unit hip -o report",
                       "The readers' majority is the reference; one answer a hip."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
