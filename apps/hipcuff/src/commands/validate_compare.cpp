// hipcuff validate compare: two versions on the same cases.
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

#include <cmath>

namespace hipcuff::cli {
namespace {

using namespace validation;

struct Pair {
  std::vector<Matched> first;
  std::vector<Matched> second;
};

Pair matchedWith(const SystemResults& a, const SystemResults& b, const Reference& reference,
                 const Invocation& invocation) {
  Pair pair;
  MatchOptions matching = matchOptions(invocation);
  for (const Unit unit : chosenUnits(invocation, reference)) {
    matching.unit = unit;
    pair.first.push_back(match(a, reference, matching));
    pair.second.push_back(match(b, reference, matching));
  }
  return pair;
}

/// Without a reference the second one's results stand beside the first one's as those of a reader.
Pair matchedAlone(const SystemResults& a, const SystemResults& b, const Invocation& invocation) {
  const Source other{"B", 1};
  const Reference reference = referenceFrom(b, other);
  Pair pair;
  MatchOptions matching = matchOptions(invocation);
  for (const Unit unit : chosenUnits(invocation, reference)) {
    matching.unit = unit;
    Matched first = match(a, reference, matching);
    Matched second = first;
    for (Case& one : second.cases) {
      const Answer* answer = one.of(other);
      one.system = answer == nullptr ? std::nullopt : std::optional<Answer>(*answer);
      one.failure.clear();
    }
    pair.first.push_back(std::move(first));
    pair.second.push_back(std::move(second));
  }
  return pair;
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::filesystem::path out = *invocation.text("out");
  ComparisonOptions options;
  options.evaluation = evaluationOptions(invocation);
  options.firstName = invocation.text("name-a").value_or("A");
  options.secondName = invocation.text("name-b").value_or("B");
  const auto limit = invocation.number("fail-if-worse");
  const auto references = invocation.texts("reference");
  if (limit && references.empty())
    throw UsageError("--fail-if-worse needs --reference", "without one, nobody knows which version is right");
  const ReferenceOptions reading = referenceReading(invocation);
  requireReportFolder(out);
  const SystemOptions system{.reviewed = invocation.has("reviewed")};
  const SystemResults a = readSystem({invocation.arguments().at(0)}, system);
  const SystemResults b = readSystem({invocation.arguments().at(1)}, system);
  Reference reference;
  if (!references.empty())
    reference = readReferences({references.begin(), references.end()}, reading);
  const auto tell = [&console](const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings)
      console.say(warning);
  };
  tell(a.warnings);
  tell(b.warnings);
  tell(reference.warnings);
  const Pair pair = references.empty() ? matchedAlone(a, b, invocation) : matchedWith(a, b, reference, invocation);
  if (pair.first.empty())
    throw UsageError("there is no image, hip or patient to compare", "see docs/validation.md");

  Comparison comparison = compareVersions(pair.first, pair.second, options);
  Document& document = comparison.document;
  document.command = commandLine("validate compare", invocation.words());
  document.created = timeNow();
  document.settings.insert(document.settings.begin(), {{options.firstName, a.software + ", criteria " + a.criteria},
                                                       {options.secondName, b.software + ", criteria " + b.criteria}});
  addInputs(document, options.firstName, a.files);
  addInputs(document, options.secondName, b.files);
  addInputs(document, "reference", reference.files);
  writeReportFolder(out, document, {{"changes.csv", comparison.changes}, {"leftovers.csv", leftoversCsv(pair.first)}},
                    figureDrawer(invocation, console));

  const auto number = [](std::size_t n) { return std::to_string(n); };
  console.data(number(comparison.paired) + " cases in both, " + number(comparison.changed) + " with another class" +
               (comparison.difference.value ? ", " + number(comparison.worse) + " of them worse" : "") + "\n");
  if (comparison.difference.value) {
    std::string line = "Right answers: " + options.secondName + " minus " + options.firstName + " " +
                       decimals(100 * *comparison.difference.value, 2) + " points";
    if (comparison.difference.ci)
      line += ", 95 % interval " + decimals(100 * comparison.difference.ci->lower, 2) + " to " +
              decimals(100 * comparison.difference.ci->upper, 2);
    console.data(line + "\n");
  }
  console.say("Report: " + (out / "report.html").string());
  if (comparison.paired == 0) {
    console.error("hipcuff: nothing was compared: the two have no case in common (leftovers.csv says why)");
    return ExitCode::failed;
  }
  if (limit) {
    if (!comparison.difference.value) {
      console.error("hipcuff: --fail-if-worse: no difference could be estimated: " + comparison.difference.note);
      return ExitCode::failed;
    }
    // A hair's breadth for sums of fractions: exactly the margin is not worse than it.
    if (*comparison.difference.value < -*limit - 1e-12) {
      console.error("hipcuff: " + options.secondName + " is worse than " + options.firstName + " by " +
                    decimals(-100 * *comparison.difference.value, 2) + " points, more than the " +
                    decimals(100 * *limit, 2) + " that --fail-if-worse allows");
      return ExitCode::worse;
    }
  }
  return ExitCode::ok;
}

} // namespace

Command validateCompareCommand() {
  Command command;
  command.name = "validate compare";
  command.summary = "Compare two versions' results on the same cases";
  command.description = {
      "Pairs the cases of A and B, lists those with another class (better, worse, other) and, with a reference, tests "
      "the "
      "difference: McNemar, AUC after DeLong, kappa by a bootstrap of patients; clustered where patients give several "
      "cases. "
      "Measures are compared by Bland-Altman. Without a reference it says what changed, and not whether it is better.",
      "Writes the same kind of folder as 'hipcuff validate', with changes.csv."};
  command.arguments = {{.name = "A", .help = "Results: a results.json, or the folder of analyze or batch."},
                       {.name = "B", .help = "The other results, such as a newer version's."}};
  command.options = {
      outOption(),
      {.name = "reference",
       .letter = "t",
       .kind = OptionKind::text,
       .valueName = "REF",
       .help = "A table, a folder of tables, masks, DICOM objects (SEG, SR) or truth, or other results.",
       .repeated = true},
      {.name = "fail-if-worse",
       .kind = OptionKind::number,
       .valueName = "MARGIN",
       .help =
           "End with code 4 where B's share of right answers (four classes, not graded is wrong) is lower than A's by "
           "more than "
           "MARGIN; 0.01 is one point. For regression tests: it looks at the difference itself, not at its interval, "
           "and at cases of the first unit "
           "only.",
       .range = Range{0, 1}},
      {.name = "name-a",
       .kind = OptionKind::text,
       .valueName = "NAME",
       .help = "How the report calls A.",
       .preset = "A"},
      {.name = "name-b",
       .kind = OptionKind::text,
       .valueName = "NAME",
       .help = "How the report calls B.",
       .preset = "B"}};
  for (Option& option : referenceOptions())
    command.options.push_back(std::move(option));
  for (Option& option : evaluationOptionList())
    if (option.name != "prevalence" && option.name != "primary" && option.name != "no-masks")
      command.options.push_back(std::move(option));
  command.exitCodes = {
      {ExitCode::ok, "the report is written"},
      {ExitCode::failed, "an input can't be read, nothing was compared, or the report can't be written"},
      {ExitCode::usage, "wrong usage"},
      {ExitCode::worse, "the report is written, and B is worse than --fail-if-worse allows"}};
  command.examples = {
      {"hipcuff validate compare old new -t truth -o diff --fail-if-worse 0.01", "In continuous integration."},
      {"hipcuff validate compare old new -o diff", "What a new version grades differently."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
