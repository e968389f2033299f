// hipcuff info: what each file is, and what HipCuff would take from it.
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"

#include "commands/commands.h"
#include "commands/info_text.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/in_order.h"
#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

namespace hipcuff::cli {
namespace {

using Described = std::variant<FileInfo, InputOutcome>;

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
  void addOutcome(const InputOutcome& outcome) {
    nlohmann::json entry = {{"path", outcome.path.string()}, {"problem", outcome.problem}, {"remedy", outcome.remedy}};
    const std::string text = "\n" + entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string& list = outcome.kind == InputOutcome::Kind::failed ? failed_ : skipped_;
    if (json_)
      list += (list.empty() ? "" : ",") + text;
  }
  void finish() {
    if (json_)
      console_.data("\n], \"skipped\": [" + skipped_ + "\n], \"failed\": [" + failed_ + "\n]}\n");
  }

private:
  bool json_;
  bool identity_;
  Console& console_;
  std::size_t count_ = 0;
  std::string failed_;
  std::string skipped_;
};

ExitCode run(const Invocation& invocation, Console& console) {
  InputQueue inputs(invocation.arguments(), {.open = openOptions(invocation), .skipCopies = false});
  const std::shared_ptr<const ScreenReader> reader = builtinStages().screen;
  Tally tally;
  Printer printer(invocation.has("json"), invocation.has("identity"), console);
  ConsoleProgress progress(console);
  progress.start("Reading", inputs.total().value_or(0));
  inOrder(
      invocation.jobs(), [&]() { return interrupted() ? std::nullopt : inputs.next(); },
      [&](OpenedInput input) -> Described {
        if (auto* outcome = std::get_if<InputOutcome>(&input))
          return std::move(*outcome);
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
      "the body with the tag or text that says so; and every problem met. No patient identity unless --identity.",
      "Folders are searched through, DICOMDIRs are followed, and files are told apart by their content. What is not "
      "for HipCuff is skipped and counted with its reason.",
      "--json prints one object, described by apps/hipcuff/schema/info.schema.json."};
  command.arguments = {{.name = "PATH", .help = "Files, folders or DICOMDIRs.", .repeated = true}};
  command.options = {
      {.name = "json", .help = "Print JSON (schema hipcuff.info/1) instead of text."},
      {.name = "identity", .help = "Show the patient's name, number, birth date and the accession number too."},
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
                      {"hipcuff info --json exam/ > exam.json", "The same for a script."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
