// hipcuff phantom: simulated exams with exact truth.
#include "cli/console.h"
#include "cli/invocation.h"
#include "commands/commands.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/phantom/phantom.h"

#include <filesystem>
#include <optional>

namespace hipcuff::cli {
namespace {

constexpr int defaultFrames = 12;

std::optional<std::pair<int, int>> screenSize(const Invocation& invocation) {
  const auto word = invocation.text("screen");
  if (!word)
    return std::nullopt;
  const std::size_t cross = word->find('x');
  if (cross == std::string::npos)
    throw UsageError("--screen needs columns x rows, not '" + *word + "'", "write it like 800x600");
  const long long columns = parseInteger(word->substr(0, cross), "--screen");
  const long long rows = parseInteger(word->substr(cross + 1), "--screen");
  if (columns < 320 || columns > 4096 || rows < 240 || rows > 4096)
    throw UsageError("--screen is out of range: " + *word, "it takes 320x240 to 4096x4096");
  return std::pair(static_cast<int>(columns), static_cast<int>(rows));
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::filesystem::path out = *invocation.text("out");
  const auto seed = static_cast<std::uint64_t>(invocation.integer("seed").value());
  const bool demo = invocation.has("demo");
  if (demo && (invocation.has("cases") || invocation.has("screen") || invocation.has("jpeg")))
    throw UsageError("--demo makes one fixed exam and takes neither --cases nor --screen nor --jpeg");
  const auto recipe = invocation.text("recipe");
  if (demo && (recipe || invocation.has("whole-exams")))
    throw UsageError("--demo makes one fixed exam and takes neither --recipe nor --whole-exams");
  if (recipe && (invocation.has("screen") || invocation.has("whole-exams")))
    throw UsageError("--recipe takes neither --screen nor --whole-exams", "fix the screen in the recipe");
  if (!demo && !recipe && !invocation.has("cases"))
    throw UsageError("'hipcuff phantom' needs --cases N, --recipe FILE or --demo", "see 'hipcuff help phantom'");

  phantom::SimulateOptions options;
  options.frames = static_cast<int>(invocation.integer("frames").value());
  options.codec = invocation.has("jpeg") ? phantom::Codec::jpegBaseline : phantom::Codec::uncompressed;
  options.screen = screenSize(invocation);
  options.threads = invocation.jobs();
  options.wholeExams = invocation.has("whole-exams");
  // A wrong recipe is told before anything is written.
  std::optional<phantom::RecipeFile> file;
  if (recipe)
    file = phantom::RecipeFile::read(*recipe);

  requireWritableFolder(out);
  ConsoleProgress progress(console);
  if (demo)
    phantom::simulateDemoExam(out, seed, progress);
  else if (file)
    phantom::simulateRecipe(out, *file, static_cast<int>(invocation.integer("cases").value_or(1)), seed, options,
                            progress);
  else
    phantom::simulateExams(out, static_cast<int>(*invocation.integer("cases")), seed, options, progress);
  if (interrupted()) {
    console.error("hipcuff: stopped; the files that were finished are in " + out.string());
    return ExitCode::interrupted;
  }
  console.say("Simulated exams with their truth are in " + out.string());
  return ExitCode::ok;
}

} // namespace

Command phantomCommand() {
  Command command;
  command.name = "phantom";
  command.summary = "Simulate hip exams with exact truth";
  command.description = {
      "Simulates B-mode pictures of the lateral hip: speckle from random scatterers through a depth-dependent point "
      "spread function, fibres whose echo falls with the angle to the beam, a specular cortex with its shadow. Each "
      "picture is written as a DICOM file with its truth beside it: NAME.dcm, NAME.truth.json, NAME.mask.png. "
      "NAME.recipe.json makes the same picture again with --recipe.",
      "The same seed gives the same bytes on the same machine, whatever --jobs says. The ranges drawn from are "
      "plausible, not verified: no accuracy on simulated pictures is an accuracy on patients."};
  command.options = {
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder to write into; made where it is missing.",
       .required = true},
      {.name = "cases",
       .letter = "n",
       .kind = OptionKind::integer,
       .valueName = "N",
       .help = "Hips to simulate, each in a folder of its own with a long-axis and a short-axis picture, every fourth "
               "with a cine. Any six in a row hold a normal tendon, tendinosis, and the four kinds of tear.",
       .range = Range{1, 100000}},
      {.name = "recipe",
       .letter = "r",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help = "Instead: pictures as a JSON recipe says (docs/simulator.md). What it names is fixed, [low, high] is "
               "drawn between, everything else is drawn from the seed. One picture or cine a case; --cases is 1 where "
               "not given."},
      {.name = "whole-exams",
       .help = "Each case is a whole exam of one person: both hips, both axes, and a cine of each hip."},
      {.name = "demo", .help = "Instead: one exam of one patient, both hips, both axes, one cine, one torn tendon."},
      {.name = "seed",
       .letter = "s",
       .kind = OptionKind::integer,
       .valueName = "S",
       .help = "Where the random numbers begin.",
       .preset = "1",
       .range = Range{0, 9007199254740992.0}},
      {.name = "frames",
       .kind = OptionKind::integer,
       .valueName = "N",
       .help = "Frames of each cine.",
       .preset = std::to_string(defaultFrames),
       .range = Range{2, 2000}},
      {.name = "screen",
       .kind = OptionKind::text,
       .valueName = "WxH",
       .help = "Columns and rows of the screen, e.g. 800x600; varies from case to case where not given."},
      {.name = "jpeg", .help = "Write JPEG baseline instead of uncompressed pixels."},
      jobsOption(),
  };
  command.exitCodes = {{ExitCode::ok, "all written"},
                       {ExitCode::failed, "the folder cannot be written, or the recipe is wrong"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::interrupted, "stopped by Ctrl-C; whole files only are left"}};
  command.examples = {
      {"hipcuff phantom --out sim --cases 12 --seed 7", "Twelve hips, two of each kind."},
      {"hipcuff phantom --out thin --recipe thin.json --cases 20", "Twenty pictures as thin.json says."},
      {"hipcuff phantom --out exam --demo", "The exam of scripts/demo."},
  };
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
