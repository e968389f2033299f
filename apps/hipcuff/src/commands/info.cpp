// hipcuff info: what each file is, and what HipCuff would take from it.
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"

#include "commands/commands.h"
#include "commands/info_object.h"
#include "commands/info_text.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

namespace hipcuff::cli {
namespace {

/// A result object as it is printed: its masks and lines need not stay in memory.
struct ShownObject {
  dicom::ObjectKind kind = dicom::ObjectKind::sr;
  std::string text;
};
using Described = std::variant<FileInfo, ShownObject, InputOutcome>;

/// What is no picture for HipCuff may be a result that belongs to one.
Described describeLeftOut(InputOutcome outcome, bool json, bool identity) {
  if (outcome.kind != InputOutcome::Kind::skipped)
    return outcome;
  const std::filesystem::path path = outcome.path;
  try {
    const auto object = readResultObject(path);
    if (!object)
      return outcome;
    return ShownObject{object->kind, json ? objectJson(*object, identity) : objectText(*object, identity)};
  } catch (const NotForUs& error) {
    return InputOutcome{InputOutcome::Kind::skipped, path, error.problem(), error.remedy()};
  } catch (const Error& error) {
    return InputOutcome{InputOutcome::Kind::failed, path, error.problem(), error.remedy()};
  } catch (const std::exception& error) {
    return InputOutcome{InputOutcome::Kind::failed, path, std::string("cannot be read: ") + error.what(), {}};
  }
}

/// Decodes up to three pictures to find the panes; what can't be decoded is told, not thrown.
FileInfo describe(Cine cine, const ScreenReader& reader) {
  FileInfo info{.cine = std::move(cine)};
  std::vector<RgbImage> samples;
  for (const int frame : chooseFrames({FrameChoice::Kind::count, 3}, info.cine.frames)) {
    try {
      samples.push_back(info.cine.source->frame(frame));
    } catch (const Error& error) {
      info.cine.problems.push_back("frame " + std::to_string(frame) + " cannot be decoded: " + error.problem());
    }
  }
  if (!samples.empty())
    info.screen = reader.read(info.cine, samples);
  info.cine.source.reset();
  return info;
}

class Printer {
public:
  Printer(bool json, bool identity, Console& console)
      : json_(json)
      , identity_(identity)
      , console_(console) {
    if (json_)
      console_.data("{\"schema\": \"hipcuff.info/1\", \"version\": \"" + std::string(version) + "\", \"files\": [");
  }
  void add(const FileInfo& info) {
    if (json_)
      console_.data((count_ == 0 ? "\n" : ",\n") + infoJson(info, identity_));
    else
      console_.data((count_ == 0 ? "" : "\n") + infoText(info, identity_));
    ++count_;
  }
  void add(const ShownObject& object) {
    if (json_) {
      objects_ += (objects_.empty() ? "\n" : ",\n") + object.text;
    } else {
      console_.data((count_ == 0 ? "" : "\n") + object.text);
      ++count_;
    }
  }
  void addOutcome(const InputOutcome& outcome) {
    nlohmann::json entry = {{"path", outcome.path.string()}, {"problem", outcome.problem}, {"remedy", outcome.remedy}};
    const std::string text = "\n" + entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string& list = outcome.kind == InputOutcome::Kind::failed ? failed_ : skipped_;
    if (json_)
      list += (list.empty() ? "" : ",") + text;
  }
  void finish() {
    if (json_)
      console_.data("\n], \"objects\": [" + objects_ + "\n], \"skipped\": [" + skipped_ + "\n], \"failed\": [" +
                    failed_ + "\n]}\n");
  }

private:
  bool json_;
  bool identity_;
  Console& console_;
  std::size_t count_ = 0;
  std::string objects_;
  std::string failed_;
  std::string skipped_;
};

ExitCode run(const Invocation& invocation, Console& console) {
  InputQueue inputs(invocation.arguments(), {.open = openOptions(invocation), .skipCopies = false});
  const std::shared_ptr<const ScreenReader> reader = builtinStages().screen;
  Tally tally;
  const bool json = invocation.has("json");
  const bool identity = invocation.has("identity");
  Printer printer(json, identity, console);
  ConsoleProgress progress(console);
  progress.start("Reading", inputs.total().value_or(0));
  inOrder(
      invocation.jobs(), [&]() { return interrupted() ? std::nullopt : inputs.next(); },
      [&](OpenedInput input) -> Described {
        if (auto* outcome = std::get_if<InputOutcome>(&input))
          return describeLeftOut(std::move(*outcome), json, identity);
        Cine& cine = std::get<Cine>(input);
        const std::filesystem::path path = cine.path;
        try {
          return describe(std::move(cine), *reader);
        } catch (const std::exception& error) {
          return InputOutcome{InputOutcome::Kind::failed, path, std::string("cannot be read: ") + error.what(), {}};
        }
      },
      [&](Described described) {
        if (const auto* info = std::get_if<FileInfo>(&described)) {
          printer.add(*info);
          tally.processed();
        } else if (const auto* object = std::get_if<ShownObject>(&described)) {
          printer.add(*object);
          tally.object(dicom::toString(object->kind));
        } else {
          printer.addOutcome(std::get<InputOutcome>(described));
          tally.outcome(std::get<InputOutcome>(described), console);
        }
        progress.advance(1);
      });
  progress.finish();
  printer.finish();
  tally.summarise("Read", console);
  return interrupted() ? ExitCode::interrupted : tally.exitCode();
}

} // namespace

Command infoCommand() {
  Command command;
  command.name = "info";
  command.summary = "Show what each file is and what is wrong with it";
  command.description = {
      "For each file: class, transfer syntax, size, frames and rate; the ultrasound regions as the file declares them; "
      "millimetres per pixel and where they come from; the B-mode panes found on the screen; side, view and part of "
      "the body with the tag or text that says so; and every problem met.",
      "For each result object (SR, SEG, GSPS or SC, HipCuff's own and others' as far as they can be read): what it "
      "says. A report's conclusions and, group by group, its finding, statements and measures with 95 % bounds; a "
      "segmentation's segments; a presentation state's layers and texts; what a capture shows.",
      "No patient's identity and no reviewer's name unless --identity. Frames count from 0.",
      "Folders are searched through, DICOMDIRs are followed, and files are told apart by their content. What is not "
      "for HipCuff is skipped and counted with its reason.",
      "--json prints one object, described by apps/hipcuff/schema/info.schema.json."};
  command.arguments = {{.name = "PATH", .help = "Files, folders or DICOMDIRs.", .repeated = true}};
  command.options = {
      {.name = "json", .help = "Print JSON (schema hipcuff.info/1) instead of text."},
      {.name = "identity",
       .help = "Show the patient's name, number, birth date, the accession number and reviewers' names too."},
  };
  for (Option& option : inputOptions())
    command.options.push_back(std::move(option));
  command.options.push_back(jobsOption());
  command.exitCodes = {{ExitCode::ok, "all shown; files that are not for HipCuff were skipped"},
                       {ExitCode::failed, "no file could be shown"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "some files failed and the others were shown"},
                       {ExitCode::interrupted, "stopped by Ctrl-C; what was read is shown"}};
  command.examples = {{"hipcuff info exam/", "Everything in a folder."},
                      {"hipcuff info --json exam/ > exam.json", "The same for a script."},
                      {"hipcuff info results/dicom", "What result objects say."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
