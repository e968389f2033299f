#include "cli/analysis_options.h"

#include "cli/invocation.h"

#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/grading/prevalence.h"

namespace hipcuff::cli {
namespace {

std::string prevalenceNames() {
  std::string names;
  for (const NamedPrevalence& p : namedPrevalences())
    names += (names.empty() ? "" : ", ") + p.name;
  return names;
}

} // namespace

FrameChoice frameChoice(const std::string& word) {
  if (word == "auto")
    return {};
  if (word == "all")
    return {FrameChoice::Kind::all};
  long long count = 0;
  try {
    count = parseInteger(word, "--frames");
  } catch (const UsageError&) {
    throw UsageError("--frames does not know '" + word + "'", "it takes a number, all or auto");
  }
  if (count < 1 || count > 1000000)
    throw UsageError("--frames is out of range: " + word, "it takes 1 to 1000000, all or auto");
  return {FrameChoice::Kind::count, static_cast<int>(count)};
}

Option framesOption() {
  return {.name = "frames",
          .kind = OptionKind::text,
          .valueName = "N|all|auto",
          .help = "Frames of a cine to analyse: so many, evenly spread; all; or auto, at most " +
                  std::to_string(FrameChoice::automaticCount) + ".",
          .preset = "auto"};
}

std::vector<Option> criteriaOptions() {
  return {
      {.name = "criteria",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help = "Criteria file (JSON) to grade by instead of the built-in one."},
      {.name = "prevalence",
       .kind = OptionKind::text,
       .valueName = "SHARES",
       .help =
           "How common the classes are among the people scanned, as normal=0.4,tendinosis=0.2,partial=0.2,full=0.2, "
           "or one of " +
           prevalenceNames() +
           ". Moves the probabilities by Bayes' rule; the default is the criteria's prevalence_..., and the result "
           "prints what was used."}};
}

Criteria chosenCriteria(const Invocation& invocation) {
  const auto file = invocation.text("criteria");
  Criteria criteria = file ? loadCriteria(*file) : builtinCriteria();
  if (const auto prevalence = invocation.text("prevalence"))
    setPrevalence(criteria, parsePrevalence(*prevalence));
  return criteria;
}

} // namespace hipcuff::cli
