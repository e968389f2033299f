// hipcuff deidentify: a cohort for handing over.
#include "cli/child.h"
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"
#include "cli/table.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"
#include "hipcuff/deidentify/cohort.h"
#include "hipcuff/deidentify/secret_file.h"

#include <algorithm>

namespace hipcuff::cli {
namespace {

using deidentify::CohortOptions;
using deidentify::CohortReport;

std::vector<std::string> wordsOf(const std::vector<std::string>& lists) {
  std::vector<std::string> out;
  for (const auto& list : lists)
    for (std::size_t at = 0; at <= list.size();) {
      const auto end = std::min(list.find(',', at), list.size());
      if (end > at)
        out.push_back(list.substr(at, end - at));
      at = end + 1;
    }
  return out;
}

dicom::Secret secretOf(const Invocation& invocation, const std::filesystem::path& out, Console& console) {
  const auto file = invocation.text("secret");
  if (!file) {
    console.say(
        "No --secret FILE: UIDs, pseudonyms and dates come from a random secret that is kept nowhere. Nobody can "
        "repeat them, and this run can't be continued or added to.");
    return dicom::Secret::random();
  }
  if (deidentify::liesWithin(*file, out))
    throw UsageError("the secret " + *file + " lies in " + out.string() + ", which is handed over",
                     "keep it elsewhere");
  auto found = deidentify::secretFromFile(*file);
  if (found.made)
    console.say("Made the secret " + *file +
                ". Keep it: with it the same patients get the same names again. Whoever has it can "
                "test guesses; it does not go with the files.");
  return std::move(found.secret);
}

deidentify::OcrOptions ocrOf(const Invocation& invocation, Console& console) {
  deidentify::OcrOptions ocr;
  if (invocation.has("without-ocr")) {
    console.say("Without OCR: nobody looks for letters left in pixels, and nothing is claimed of them (Burned In "
                "Annotation stays as it was).");
    return ocr;
  }
  const auto program = findProgram("hipcuff-ocr");
  if (!program)
    throw ConfigError({}, "hipcuff-ocr, which looks for letters left in pixels, is not there",
                      "install tesseract and build it, or say --without-ocr: nothing is then claimed of pixels");
  ocr.program = *program;
  ocr.languages = invocation.text("languages").value_or("");
  return ocr;
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void summarise(const CohortOptions& options, const CohortReport& report, Console& console) {
  std::string line = counted(report.inOut, "file", "files") + " in " + options.out.string();
  if (report.unchanged > 0)
    line += " (" + std::to_string(report.written) + " new)";
  console.say(line + (report.stopped ? ", stopped before the end." : "."));
  if (report.quarantined > 0) {
    line = counted(report.quarantined, "file", "files") + " in quarantine:";
    for (const auto& [code, count] : report.reasons)
      line += " " + std::to_string(count) + " " + code + ",";
    line.back() = '.';
    console.say(line + " See " + (report.quarantine / "quarantine.csv").string() + ".");
  }
  if (report.withdrawn > 0)
    console.say(counted(report.withdrawn, "file", "files") + " in " + options.out.string() +
                " have no original any more; they stay and are in report.json. Delete them if they were withdrawn.");
  if (!report.severalPeople.empty())
    console.error(
        "hipcuff: " + counted(static_cast<std::int64_t>(report.severalPeople.size()), "patient", "patients") + " in " +
        options.out.string() +
        " may be several people: one Patient ID with other names, birth dates or issuers, the first of them " +
        report.severalPeople.front() + " (de-identify hospitals apart, with a secret each)");
  if (report.copies > 0)
    console.say(counted(report.copies, "copy", "copies") + " of the same objects passed over.");
  for (const auto& [why, count] : report.leftOutReasons)
    console.say(std::to_string(count) + " left out: " + why + ".");
  if (options.sheet)
    console.say("Before and after, with patients' names, not for handing over: " +
                (report.quarantine / "contact-sheet.html").string());
  if (!report.strangers.empty())
    console.error("hipcuff: " + options.out.string() + " holds " +
                  counted(static_cast<std::int64_t>(report.strangers.size()), "file", "files") +
                  " that were not made here and not checked, the first of them " + report.strangers.front().string() +
                  " (take them out before you hand the folder over)");
}

ExitCode run(const Invocation& invocation, Console& console) {
  CohortOptions options;
  for (const auto& input : invocation.arguments())
    options.inputs.emplace_back(input);
  options.out = invocation.text("out").value();
  if (const auto folder = invocation.text("quarantine"))
    options.quarantine = *folder;
  if (const auto file = invocation.text("profile"))
    options.profile = deidentify::readProfile(*file);
  for (const auto& word : wordsOf(invocation.texts("keep")))
    deidentify::keep(options.profile.tags, word);
  if (const auto file = invocation.text("key"))
    options.key = *file;
  if (const auto file = invocation.text("decisions"))
    options.decisions = *file;
  options.sheet = !invocation.has("no-sheet");
  options.jobs = invocation.jobs();
  deidentify::checkFolders(options);
  options.ocr = ocrOf(invocation, console);
  options.secret = secretOf(invocation, options.out, console);
  options.secretIsKept = invocation.has("secret");

  CohortReport report;
  {
    ConsoleProgress progress(console);
    report = deidentify::runCohort(options, progress, [&](const InputOutcome& outcome) {
      const bool quarantined = outcome.problem.starts_with("quarantined: ");
      if (outcome.kind == InputOutcome::Kind::failed && !quarantined) {
        progress.say("hipcuff: " + lineOf(outcome));
      } else {
        console.detail(lineOf(outcome));
      }
    });
  }
  summarise(options, report, console);
  if (report.stopped)
    return ExitCode::interrupted;
  if (report.inOut == 0 && report.quarantined == 0)
    console.error("hipcuff: no DICOM object among the inputs");
  if (report.inOut == 0)
    return ExitCode::failed;
  return report.failed + report.quarantined > 0 || !report.strangers.empty() ? ExitCode::partly : ExitCode::ok;
}

} // namespace

Command deidentifyCommand() {
  Command command;
  command.name = "deidentify";
  command.summary = "Make copies without identity, for handing over";
  command.description = {"Each DICOM object is rewritten by the basic profile of PS3.15 annex E: names, IDs, dates, "
                         "free texts and private "
                         "elements go, UIDs and patients get new names by a secret, the same over the whole cohort. "
                         "What the picture holds "
                         "outside of the ultrasound is blacked out, without compressing anything else anew. The copy "
                         "is then read again, its "
                         "letters by OCR too. Only what passes all of this is moved to DIR.",
                         "What can't be made sure (letters over the tissue, video, documents, damaged files) goes to "
                         "the quarantine folder "
                         "with its reason. Look at contact-sheet.html there, decide file by file, and give the "
                         "decisions to a further run. "
                         "That folder is private: it holds pictures with names.",
                         "The same call again does only what is new, and goes on after whatever stopped it, if it is "
                         "given the same --secret. "
                         "What is checked and what is not: docs/deidentify.md."};
  command.arguments = {{.name = "INPUT", .help = "Files, folders or DICOMDIRs.", .repeated = true}};
  std::string words;
  for (const auto& word : deidentify::keepWords())
    words += (words.empty() ? "" : ", ") + word;
  command.options = {
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder to hand over; new, or that of an earlier run.",
       .required = true},
      {.name = "quarantine",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Private folder beside it for what can't be made sure (default: the other's name with -quarantine)."},
      {.name = "secret",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help =
           "Secret that new names come from; made where it is missing, for its owner alone. Same secret, same names."},
      {.name = "keep",
       .kind = OptionKind::text,
       .valueName = "WORDS",
       .help =
           "Keep more than the basic profile: " + words +
           "; several with commas between them. Dates are shifted, a patient's all by the same days; descriptors keep "
           "known words only; content and graphics keep codes, numbers and shapes.",
       .repeated = true},
      {.name = "profile",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help = "The same as a JSON file, with more words that descriptors may keep and boxes that are blacked out on a "
               "scanner's pictures."},
      {.name = "key",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help =
           "Write a table of originals and replacements (CSV, for its owner alone); one that is there is added to."},
      {.name = "decisions",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help = "What a person decided on files in quarantine: quarantine.csv with its first column filled in, or what "
               "the contact sheet saves."},
      {.name = "languages",
       .kind = OptionKind::text,
       .valueName = "LANGS",
       .help = "What tesseract reads, e.g. eng+jpn (default: eng)."},
      {.name = "without-ocr", .help = "Don't look for letters left in pixels. Nothing is then claimed of pixels."},
      {.name = "no-sheet",
       .help = "Write no contact sheet, and delete that of an earlier run. What is held in quarantine still shows "
               "names."},
      jobsOption(),
  };
  command.exitCodes = {{ExitCode::ok, "all DICOM objects are in DIR, checked"},
                       {ExitCode::failed, "nothing could be handed over, or a folder or file cannot be written"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "some are in quarantine or could not be read, or DIR holds files of others"},
                       {ExitCode::interrupted, "stopped by Ctrl-C; the same command goes on"}};
  command.examples = {{"hipcuff deidentify exams --out handover --secret my.secret",
                       "All of exams; open handover-quarantine/contact-sheet.html."},
                      {"hipcuff deidentify exams --out handover --keep device,dates --key key.csv",
                       "Keeps scanners and the time between visits, and writes who is who."},
                      {"hipcuff deidentify exams --out handover --secret my.secret --decisions d.csv",
                       "With a person's decisions on what was in quarantine."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
