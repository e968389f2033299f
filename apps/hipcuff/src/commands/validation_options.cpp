#include "commands/validation_options.h"

#include "cli/child.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/table.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <cstdlib>
#include <sstream>

namespace hipcuff::cli {

using namespace validation;

Option outOption() {
  return {.name = "out",
          .letter = "o",
          .kind = OptionKind::text,
          .valueName = "DIR",
          .help = "Folder for the report; made where it is missing. An earlier report there is replaced; a folder that "
                  "holds anything else is refused.",
          .required = true};
}

std::vector<Option> referenceOptions() {
  return {{.name = "unit",
           .kind = OptionKind::text,
           .valueName = "LIST",
           .help = "What a case is: image, hip, patient, or several with commas; the first one is the main one. "
                   "Without it, all that the reference speaks of."},
          {.name = "standard",
           .kind = OptionKind::text,
           .valueName = "NAME",
           .help = "Whose answers are the reference standard: a reader's name, or majority (of the readers). Without "
                   "it, the rows that name no reader."},
          {.name = "map",
           .kind = OptionKind::text,
           .valueName = "LIST",
           .help = "How foreign tables, masks and DICOM objects are read: COLUMN=NAME, class:WORD=CLASS, "
                   "label:NUMBER=tendon, segment:NAME=tendon, reader:NAME=CODE, with commas between (see "
                   "docs/validation-data.md).",
           .repeated = true},
          {.name = "encoding",
           .kind = OptionKind::text,
           .valueName = "NAME",
           .help = "Encoding of the tables where it is not found out right.",
           .choices = {"utf-8", "utf-16le", "utf-16be", "windows-1252"}},
          {.name = "conflicts",
           .kind = OptionKind::text,
           .valueName = "WORD",
           .help = "Rows of one source that contradict each other: use neither, the first or the last. All are listed.",
           .preset = "neither",
           .choices = {"neither", "first", "last"}},
          {.name = "spread",
           .help = "With --unit image: take what is said of a hip for each of its images. An image need not show what "
                   "its hip has."},
          {.name = "any-frame",
           .help = "Compare numbers that a DICOM report gives of another frame of a cine than the program's, too. "
                   "Outlines of other frames are never compared."},
          {.name = "reviewed", .help = "What a person decided in the viewer counts in place of the program's grade."}};
}

std::vector<Option> evaluationOptionList() {
  return {{.name = "positive",
           .kind = OptionKind::text,
           .valueName = "CLASS",
           .help = "The least severe class that counts as positive where one threshold stands for all.",
           .preset = "partial_thickness",
           .choices = {"tendinosis", "partial_thickness", "full_thickness"}},
          {.name = "prevalence",
           .kind = OptionKind::text,
           .valueName = "LIST",
           .help = "Shares of positives for which PPV and NPV are given beside those of the sample, as 0.1,0.3."},
          {.name = "primary",
           .kind = OptionKind::text,
           .valueName = "OUTCOME",
           .help = "The outcome that was named before looking; everything else is reported as secondary.",
           .choices = {"sensitivity", "specificity", "accuracy", "auc", "kappa"}},
          {.name = "margin",
           .kind = OptionKind::number,
           .valueName = "M",
           .help = "Largest loss against readers that is accepted, for non-inferiority: 0.05 is five points of "
                   "sensitivity, or 0.05 of AUC.",
           .range = Range{0.001, 0.5}},
          {.name = "interval",
           .kind = OptionKind::text,
           .valueName = "WORD",
           .help = "Intervals of shares where every patient gives one case.",
           .preset = "wilson",
           .choices = {"wilson", "exact"}},
          {.name = "replicates",
           .kind = OptionKind::integer,
           .valueName = "N",
           .help = "Replicates of the bootstrap.",
           .preset = "2000",
           .range = Range{100, 100000}},
          {.name = "seed",
           .kind = OptionKind::integer,
           .valueName = "N",
           .help = "Seed of the bootstrap.",
           .preset = "1",
           .range = Range{0, 1e9}},
          {.name = "no-masks", .help = "Do not compare outlines."},
          {.name = "no-figures", .help = "Do not draw figures (they need hipcuff-render)."},
          jobsOption()};
}

std::vector<std::string> splitAtCommas(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    std::istringstream stream(value);
    for (std::string word; std::getline(stream, word, ',');)
      if (!word.empty())
        words.push_back(word);
  }
  return words;
}

EvaluationOptions evaluationOptions(const Invocation& invocation) {
  EvaluationOptions options;
  const std::string positive = *invocation.text("positive");
  options.positive = positive == "tendinosis"          ? GradeClass::tendinosis
                     : positive == "partial_thickness" ? GradeClass::partialThickness
                                                       : GradeClass::fullThickness;
  if (const auto list = invocation.text("prevalence"))
    for (const std::string& word : splitAtCommas({*list})) {
      const double share = parseNumber(word, "--prevalence");
      if (share <= 0 || share >= 1)
        throw UsageError("--prevalence is out of range: " + word, "it takes shares between 0 and 1, as 0.1,0.3");
      options.prevalences.push_back(share);
    }
  options.margin = invocation.number("margin");
  options.primary = invocation.text("primary").value_or("");
  options.exact = *invocation.text("interval") == "exact";
  options.replicates = static_cast<std::size_t>(*invocation.integer("replicates"));
  options.seed = static_cast<std::uint64_t>(*invocation.integer("seed"));
  options.threads = static_cast<unsigned>(invocation.jobs());
  options.masks = !invocation.has("no-masks");
  return options;
}

ReferenceOptions referenceReading(const Invocation& invocation) {
  ReferenceOptions options;
  options.map = parseTableMap(splitAtCommas(invocation.texts("map")));
  options.encoding = invocation.text("encoding").value_or("");
  return options;
}

MatchOptions matchOptions(const Invocation& invocation) {
  MatchOptions options;
  options.standard = invocation.text("standard").value_or("");
  if (const auto policy = invocation.text("conflicts"); policy == "first")
    options.conflicts = ConflictPolicy::first;
  else if (policy == "last")
    options.conflicts = ConflictPolicy::last;
  options.spread = invocation.has("spread");
  options.anyFrame = invocation.has("any-frame");
  return options;
}

std::vector<Unit> chosenUnits(const Invocation& invocation, const Reference& reference) {
  const auto list = invocation.text("unit");
  if (!list)
    return unitsOf(reference);
  std::vector<Unit> units;
  for (const std::string& word : splitAtCommas({*list})) {
    bool known = false;
    for (const Unit unit : {Unit::image, Unit::hip, Unit::patient})
      if (word == toString(unit)) {
        known = true;
        if (std::find(units.begin(), units.end(), unit) == units.end())
          units.push_back(unit);
      }
    if (!known) {
      const auto near = closest(word, {"image", "hip", "patient"});
      throw UsageError("--unit does not know '" + word + "'",
                       near ? "did you mean '" + *near + "'?" : "it takes image, hip or patient");
    }
  }
  if (units.empty())
    throw UsageError("--unit is empty", "it takes image, hip or patient");
  return units;
}

void addInputs(Document& document, const std::string& role, const std::vector<InputFile>& files) {
  for (const InputFile& file : files)
    document.inputs.push_back({.role = role + " (" + file.kind + ", " + std::to_string(file.entries) + " entries)",
                               .path = file.path.generic_string(),
                               .sha256 = file.sha256});
}

FigureDrawer figureDrawer(const Invocation& invocation, Console& console) {
  if (invocation.has("no-figures"))
    return {};
  return [&console](const std::filesystem::path& figures, const std::filesystem::path& folder) {
    const auto renderer = findProgram("hipcuff-render");
    if (!renderer) {
      console.say("No figures: hipcuff-render was not found beside hipcuff or on PATH (the report stands without).");
      return;
    }
    console.detail("Drawing figures");
    try {
      const ChildResult drawn = runChild(*renderer, {"charts", "--figures", figures.string(), "--out", folder.string(),
                                                     "--format", "png,svg", "--quiet"});
      if (drawn.exitCode == 0)
        return;
      std::string why = drawn.errorText.substr(0, drawn.errorText.find('\n'));
      if (why.empty())
        why = "hipcuff-render ended with code " + std::to_string(drawn.exitCode);
      console.say("No or not all figures: " + tail(why, 400));
      console.detail(drawn.errorText);
    } catch (const Error& error) {
      console.say(std::string("No figures: ") + error.what());
    }
  };
}

} // namespace hipcuff::cli
