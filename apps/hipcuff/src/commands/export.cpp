// hipcuff export: finished results become DICOM objects.
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/object_options.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"

namespace hipcuff::cli {
namespace {

ExitCode run(const Invocation& invocation, Console& console) {
  pacs::ObjectsOptions options;
  options.kinds = objectKinds(invocation.text("dicom").value_or("all"));
  if (const auto out = invocation.text("out"))
    options.out = *out;
  for (const std::string& folder : invocation.texts("source"))
    options.sources.emplace_back(folder);
  std::vector<std::filesystem::path> results;
  for (const std::string& argument : invocation.arguments())
    for (auto& folder : resultFolders(argument))
      results.push_back(std::move(folder));
  if (!options.out.empty() && results.size() > 1)
    throw UsageError("--out is for one folder of results",
                     "leave it away: each folder of results gets its objects in a folder dicom of its own");
  const bool whole = writeObjects(results, options, console);
  return interrupted() ? ExitCode::interrupted : whole ? ExitCode::ok : ExitCode::partly;
}

} // namespace

Command exportCommand() {
  Command command;
  command.name = "export";
  command.summary = "Turn finished results into DICOM objects for the PACS";
  command.description = {
      "From results that 'hipcuff analyze', a batch or the viewer wrote, without analysing anything anew: one report "
      "(sr) "
      "for each study; one segmentation (seg) and one presentation state (gsps) for each image; one picture (sc) for "
      "each "
      "overlay. The images themselves must still be there: patient, study and references are taken from them.",
      "An object whose content is there already stays as it is, byte for byte, so that sending it again doubles "
      "nothing; "
      "whatever changed, a person's correction too, has a new UID, and takes the place of the earlier one in the "
      "folder."};
  command.arguments = {
      {.name = "RESULTS", .help = "Folders with a results.json, or folders of a batch.", .repeated = true}};
  Option kinds = dicomOption();
  kinds.help = "Which objects: sr, seg, gsps, sc, several with commas between them, or all.";
  kinds.preset = "all";
  command.options = {
      std::move(kinds),
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder for the objects (default: dicom in the results' folder)."},
      {.name = "source",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Look here for images that are no longer where the results say; may be given several times.",
       .repeated = true}};
  command.exitCodes = {{ExitCode::ok, "every DICOM image of the results has its objects"},
                       {ExitCode::failed, "the results cannot be read, or the folder cannot be written"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "some images have no objects or not all (one line each on stderr)"},
                       {ExitCode::interrupted, "stopped by Ctrl-C; the same command goes on"}};
  command.examples = {{"hipcuff export results", "All four kinds, into results/dicom."},
                      {"hipcuff export results/reviewed --dicom sr,gsps", "What a person corrected in the viewer."},
                      {"hipcuff export batch-2025 --dicom sr", "Reports for all exams of a batch."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
