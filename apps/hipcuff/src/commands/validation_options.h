// What validate and validate compare share: how references are read, how results are judged, how a report is written.
#pragma once

#include "cli/command.h"

#include "hipcuff/validation/evaluation.h"
#include "hipcuff/validation/match.h"
#include "hipcuff/validation/report_folder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;
class Invocation;

[[nodiscard]] Option outOption();
/// --unit, --standard, --conflicts, --spread, --map, --encoding and --reviewed.
[[nodiscard]] std::vector<Option> referenceOptions();
/// --positive, --prevalence, --margin, --primary, --interval, --replicates, --seed, --no-masks, --no-figures, --jobs
[[nodiscard]] std::vector<Option> evaluationOptionList();

/// @throws UsageError
[[nodiscard]] validation::EvaluationOptions evaluationOptions(const Invocation& invocation);
/// @throws UsageError
[[nodiscard]] validation::ReferenceOptions referenceReading(const Invocation& invocation);
/// Those asked for with --unit, else those that the reference speaks of. @throws UsageError
[[nodiscard]] std::vector<validation::Unit> chosenUnits(const Invocation& invocation,
                                                        const validation::Reference& reference);
[[nodiscard]] validation::MatchOptions matchOptions(const Invocation& invocation);

/// "a,b" and "a" ",b" given several times -> {"a", "b"}.
[[nodiscard]] std::vector<std::string> splitAtCommas(const std::vector<std::string>& values);
/// Adds inputs with their hashes. @param role "results", "reference"
void addInputs(validation::Document& document, const std::string& role,
               const std::vector<validation::InputFile>& files);
/// Draws by hipcuff-render; without it one line says so and the report stands.
[[nodiscard]] validation::FigureDrawer figureDrawer(const Invocation& invocation, Console& console);

} // namespace hipcuff::cli
