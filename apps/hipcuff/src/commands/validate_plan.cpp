// hipcuff validate plan: how many cases a study needs.
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/table.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"
#include "hipcuff/statistics/sample_size.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::cli {
namespace {

using statistics::SampleSize;

/// One answer and how it is written in a paper.
struct Planned {
  std::string aim;      ///< "Sensitivity 0.9, interval 0.1 wide"
  std::string sentence; ///< begins the sentence: "To estimate a sensitivity of 0.90 with a 95 % interval 0.10 wide"
  SampleSize size;
  std::string counted = "cases"; ///< what the number is of
};

double needed(const Invocation& invocation, const char* option, const char* what) {
  const auto value = invocation.number(option);
  if (!value)
    throw UsageError(std::string("validate plan ") + what + " needs --" + option, "see 'hipcuff help validate plan'");
  return *value;
}

std::string two(double value) {
  return decimals(value, std::abs(value * 100 - std::round(value * 100)) < 1e-9 ? 2 : 3);
}

std::string intervalPhrase(double width) {
  return "with a 95 % confidence interval " + two(width) + " wide";
}

std::vector<Planned> plan(const std::string& what, const Invocation& invocation) {
  namespace st = statistics;
  const double power = *invocation.number("power");
  const auto need = [&](const char* option) { return needed(invocation, option, what.c_str()); };
  const auto width = invocation.number("width");
  const std::string withPower = "with a power of " + decimals(100 * power, 0) + " % at a ";
  const std::string powerPhrase = withPower + "two-sided significance level of 5 %";
  if (what == "accuracy") {
    const double w = need("width"), prevalence = need("prevalence");
    const auto method = *invocation.text("interval") == "exact" ? st::WidthMethod::exact : st::WidthMethod::wilson;
    std::vector<Planned> all;
    if (const auto sensitivity = invocation.number("sensitivity"))
      all.push_back({"Sensitivity " + two(*sensitivity),
                     "To estimate a sensitivity of " + two(*sensitivity) + " " + intervalPhrase(w) +
                         " at a prevalence of " + two(prevalence),
                     st::forSensitivity(*sensitivity, w, prevalence, 0.95, method)});
    if (const auto specificity = invocation.number("specificity"))
      all.push_back({"Specificity " + two(*specificity),
                     "To estimate a specificity of " + two(*specificity) + " " + intervalPhrase(w) +
                         " at a prevalence of " + two(prevalence),
                     st::forSpecificity(*specificity, w, prevalence, 0.95, method)});
    if (all.empty())
      throw UsageError("validate plan accuracy needs --sensitivity or --specificity",
                       "see 'hipcuff help validate plan'");
    return all;
  }
  if (what == "auc") {
    const double auc = need("auc"), prevalence = need("prevalence");
    const std::string among = " at a prevalence of " + two(prevalence);
    std::vector<Planned> all;
    for (const auto& [variance, name] :
         {std::pair{st::AucVariance::hanleyMcNeil, "Hanley & McNeil"}, {st::AucVariance::obuchowski, "Obuchowski"}}) {
      if (width)
        all.push_back({std::string("AUC ") + two(auc) + ", " + name,
                       "To estimate an AUC of " + two(auc) + " " + intervalPhrase(*width) + among,
                       st::forAucWidth(auc, *width, prevalence, 0.95, variance)});
      else if (const auto other = invocation.number("auc2"))
        all.push_back(
            {"AUC " + two(auc) + " against " + two(*other) + " on the same cases, " + name,
             "To show a difference between AUCs of " + two(auc) + " and " + two(*other) + " (correlation " +
                 two(*invocation.number("correlation")) + ") " + powerPhrase + among,
             st::forAucDifference(auc, *other, *invocation.number("correlation"), prevalence, power, 0.05, variance)});
      else
        all.push_back({"AUC " + two(auc) + " above " + two(*invocation.number("null")) + ", " + name,
                       "To show that an AUC of " + two(auc) + " differs from " + two(*invocation.number("null")) + " " +
                           powerPhrase + among,
                       st::forAucTest(auc, *invocation.number("null"), prevalence, power, 0.05, variance)});
    }
    return all;
  }
  if (what == "kappa") {
    const double kappa = need("kappa"), prevalence = need("prevalence");
    const std::string among = " at a prevalence of " + two(prevalence);
    if (width)
      return {{"Kappa " + two(kappa), "To estimate a kappa of " + two(kappa) + " " + intervalPhrase(*width) + among,
               st::forKappaWidth(kappa, *width, prevalence)}};
    const double null = *invocation.number("null");
    return {{"Kappa " + two(kappa) + " against " + two(null),
             "To tell a kappa of " + two(kappa) + " from " + two(null) + " " + powerPhrase + among,
             st::forKappaTest(null, kappa, prevalence, power)}};
  }
  if (what == "icc") {
    const double icc = need("icc"), w = need("width");
    const auto readers = static_cast<int>(*invocation.integer("readers"));
    return {{"ICC " + two(icc) + ", " + std::to_string(readers) + " readers",
             "To estimate an ICC of " + two(icc) + " of " + std::to_string(readers) + " readers " + intervalPhrase(w),
             st::forIccWidth(icc, w, readers)}};
  }
  if (what == "limits") {
    const double sd = need("sd");
    if (const auto allowed = invocation.number("allowed")) {
      const double bias = *invocation.number("bias");
      return {{"Limits of agreement within " + two(*allowed) + " mm",
               "To show limits of agreement within " + two(*allowed) + " mm at a bias of " + two(bias) +
                   " mm and a standard deviation of " + two(sd) + " mm " + powerPhrase,
               st::forLimitsOfAgreement(bias, sd, *allowed, power)}};
    }
    const double w = need("width");
    return {{"Limits of agreement, interval " + two(w) + " mm wide",
             "To know each limit of agreement with a 95 % confidence interval " + two(w) +
                 " mm wide at a standard deviation of " + two(sd) + " mm",
             st::forLimitsOfAgreementWidth(w / 2 / sd)}};
  }
  const double p10 = need("first-only"), p01 = need("second-only");
  const auto prevalence = invocation.number("prevalence");
  if (prevalence && *prevalence * (1 - *prevalence) <= 0)
    throw std::invalid_argument("the prevalence must lie between 0 and 1");
  // With a prevalence the pairs are positives, and the cases those among which so many positives are found.
  const std::string pairs = prevalence ? "positive cases" : "pairs";
  const auto among = [&](SampleSize size) {
    if (prevalence && size.cases) {
      size.positives = size.cases;
      size.cases = static_cast<long>(std::ceil(static_cast<double>(*size.positives) / *prevalence - 1e-9));
      size.negatives = *size.cases - *size.positives;
    }
    return size;
  };
  const std::string counted = prevalence ? "cases" : "pairs";
  const std::string at = prevalence ? " at a prevalence of " + two(*prevalence) : std::string();
  if (what == "mcnemar")
    return {{"McNemar, " + two(p10) + " against " + two(p01),
             "To show that " + two(p10) + " and " + two(p01) + " of all " + pairs + ", right in one only, differ " +
                 powerPhrase + at,
             among(st::forMcNemar(p10, p01, power)), counted}};
  const double margin = need("margin");
  return {{"Non-inferiority, margin " + two(margin),
           "To show non-inferiority with a margin of " + two(margin) + " where " + two(p10) + " and " + two(p01) +
               " of all " + pairs + " are right in one only " + withPower + "one-sided significance level of 2.5 %" +
               at,
           among(st::forNonInferiorityPaired(p10, p01, margin, power)), counted}};
}

const std::vector<std::string>& aims() {
  static const std::vector<std::string> all = {"accuracy", "auc",     "kappa",         "icc",
                                               "limits",   "mcnemar", "noninferiority"};
  return all;
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::string& what = invocation.arguments().front();
  if (std::find(aims().begin(), aims().end(), what) == aims().end()) {
    const auto near = closest(what, aims());
    throw UsageError("validate plan does not know '" + what + "'",
                     near ? "did you mean '" + *near + "'?" : "see 'hipcuff help validate plan'");
  }
  std::vector<Planned> planned;
  try {
    planned = plan(what, invocation);
  } catch (const std::invalid_argument& error) {
    throw UsageError(std::string("validate plan ") + what + ": " + error.what(), "see 'hipcuff help validate plan'");
  }
  const double perPatient = *invocation.number("per-patient");
  const double rho = *invocation.number("rho");
  cli::Table table({"aim", "cases", "positives", "negatives", "patients", "method"});
  std::string sentences;
  bool any = false;
  const auto shown = [](const std::optional<long>& n) { return n ? std::to_string(*n) : std::string("-"); };
  for (Planned& one : planned) {
    if (perPatient > 1)
      one.size = statistics::withClusters(one.size, perPatient, rho);
    std::optional<long> patients;
    if (one.size.cases)
      patients = static_cast<long>(std::ceil(static_cast<double>(*one.size.cases) / perPatient - 1e-9));
    table.add({one.aim, shown(one.size.cases), shown(one.size.positives), shown(one.size.negatives), shown(patients),
               one.size.method});
    if (!one.size.cases) {
      sentences += one.aim + ": no number of cases is enough: " + one.size.note + ".\n";
      continue;
    }
    any = true;
    sentences += one.sentence + ", " + std::to_string(*one.size.cases) + " " + one.counted + " are needed";
    if (one.size.positives && one.size.negatives)
      sentences += " (" + std::to_string(*one.size.positives) + " with and " + std::to_string(*one.size.negatives) +
                   " without the condition)";
    if (perPatient > 1)
      sentences += " from " + std::to_string(*patients) + " patients with " + two(perPatient) +
                   " cases each (intraclass correlation " + two(rho) + ", design effect " +
                   two(statistics::designEffect(perPatient, rho)) + ")";
    sentences += " (" + one.size.method + ").";
    if (!one.size.note.empty())
      sentences += " " + one.size.note + ".";
    sentences += "\n";
  }
  // A table of dashes says nothing that the sentences do not say.
  console.data(any ? table.text() + "\n" + sentences : sentences);
  if (any && planned.size() > 1 && what == "auc")
    console.data(
        "Take the larger number, unless the scores are known to follow the other one's model (Hanley & McNeil: "
        "about exponential; Obuchowski: about normal).\n");
  if (any && (what == "mcnemar" || what == "noninferiority") && !invocation.number("prevalence"))
    console.data("Pairs are cases of the kind that counts: for sensitivity positives (with --prevalence the cases that "
                 "hold so many are given), for specificity negatives, for accuracy all.\n");
  if (any)
    console.say("Refused pictures come on top: divide by the share of pictures that are graded.");
  return any ? ExitCode::ok : ExitCode::failed;
}

} // namespace

Command validatePlanCommand() {
  Command command;
  command.name = "validate plan";
  command.summary = "How many cases a study needs";
  command.description = {"Prints the number of cases and a sentence for the paper, with the source of its formula. "
                         "Numbers are rounded up.",
                         "accuracy: --sensitivity and/or --specificity, --prevalence, --width. auc: --auc, "
                         "--prevalence, and --width (to know it), "
                         "--auc2 with --correlation (two on the same cases), or --null. kappa: --kappa, --prevalence, "
                         "and --width or --null. icc: "
                         "--icc, --readers, --width. limits: --sd, and --width or --allowed with --bias. mcnemar: "
                         "--first-only, --second-only. "
                         "noninferiority: those and --margin; for both, --prevalence where it is sensitivity that is "
                         "compared.",
                         "Where patients give several cases: --per-patient and --rho."};
  command.arguments = {{.name = "WHAT",
                        .help = "accuracy, auc, kappa, icc, limits, mcnemar or noninferiority.",
                        .choices = {"accuracy", "auc", "kappa", "icc", "limits", "mcnemar", "noninferiority"}}};
  const auto number = [](const char* name, const char* value, const char* help, double low, double high,
                         const char* preset = "") {
    return Option{.name = name,
                  .kind = OptionKind::number,
                  .valueName = value,
                  .help = help,
                  .preset = preset,
                  .range = Range{low, high}};
  };
  command.options = {
      number("sensitivity", "P", "Expected sensitivity.", 0, 1),
      number("specificity", "P", "Expected specificity.", 0, 1),
      number("prevalence", "P", "Share of positives among the cases.", 0, 1),
      number("auc", "A", "Expected AUC.", 0, 1),
      number("auc2", "A", "Expected AUC of the other one on the same cases.", 0, 1),
      number("correlation", "R", "Correlation of the two AUC estimates.", -1, 1, "0.5"),
      number("kappa", "K", "Expected kappa, of two readers and two classes.", -1, 1),
      number("icc", "R", "Expected ICC.", 0, 1),
      number("null", "V", "AUC or kappa of the hypothesis.", -1, 1, "0.5"),
      Option{.name = "readers",
             .kind = OptionKind::integer,
             .valueName = "N",
             .help = "Readers (or readings) of the ICC.",
             .preset = "2",
             .range = Range{2, 1000}},
      number("width", "W", "Wanted full width of the 95 % interval, in the unit of the value (limits: mm).", 0.0001,
             100),
      number("sd", "MM", "Standard deviation of the differences.", 0.0001, 1000),
      number("bias", "MM", "Expected mean difference.", -1000, 1000, "0"),
      number("allowed", "MM", "Largest difference that is accepted clinically.", 0.0001, 1000),
      number("first-only", "P", "Share of all pairs that only the first gets right.", 0, 1),
      number("second-only", "P", "Share of all pairs that only the second gets right.", 0, 1),
      number("margin", "M", "Margin of non-inferiority.", 0.0001, 1),
      number("power", "P", "Power of a test; two-sided 5 %, non-inferiority one-sided 2.5 %.", 0.5, 0.999, "0.8"),
      number("per-patient", "M", "Cases that a patient gives on average.", 1, 1000, "1"),
      number("rho", "R", "Intraclass correlation of the cases of a patient.", 0, 1, "0.5"),
      Option{.name = "interval",
             .kind = OptionKind::text,
             .valueName = "WORD",
             .help = "Interval of shares.",
             .preset = "wilson",
             .choices = {"wilson", "exact"}}};
  command.exitCodes = {
      {ExitCode::ok, "printed"}, {ExitCode::failed, "no number of cases is enough"}, {ExitCode::usage, "wrong usage"}};
  command.examples = {
      {"hipcuff validate plan accuracy --sensitivity 0.9 --prevalence 0.4 --width 0.1", "For a study of accuracy."},
      {"hipcuff validate plan limits --sd 0.4 --width 0.2 --per-patient 2 --rho 0.3",
       "Thickness against a reader, both hips."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
