// hipcuff merge: the shards of a batch, or several batches, made one.
#include "cli/console.h"
#include "cli/invocation.h"
#include "commands/commands.h"

#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/merge.h"
#include "hipcuff/core/error.h"

#include <memory>

namespace hipcuff::cli {
namespace {

using batch::ShardState;

class MergeTalk final : public batch::MergeObserver {
public:
  explicit MergeTalk(Console& console)
      : console_(console) {}
  void source(const std::filesystem::path& source, std::int64_t exams) override {
    progress_.reset();
    console_.detail("Joining " + source.string() + ": " + std::to_string(exams) + " exams");
    progress_ = std::make_unique<ConsoleProgress>(console_);
    progress_->start("Joining " + source.parent_path().filename().string(), exams);
  }
  void advance() override { progress_->advance(1); }
  void differing(const std::string& line) override {
    if (++differing_ <= mostLines)
      console_.say(line);
    else
      console_.detail(line);
    if (differing_ == mostLines)
      console_.say("(more of the kind only with --verbose)");
  }
  void problem(const std::string& line) override { console_.error("hipcuff: " + line); }
  void writing() override {
    progress_.reset();
    console_.detail("Writing tables and the work list");
  }
  [[nodiscard]] bool stopRequested() const override { return interrupted(); }

private:
  static constexpr int mostLines = 20;
  Console& console_;
  std::unique_ptr<ConsoleProgress> progress_;
  int differing_ = 0;
};

std::string numberOf(const ShardState& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

void tell(const std::vector<ShardState>& lost, Console& console) {
  for (const ShardState& shard : lost)
    console.error("hipcuff: shard " + numberOf(shard) + ": " + toString(shard.kind) +
                  (shard.waiting > 0 ? ", " + std::to_string(shard.waiting) + " exams to do" : ""));
}

std::vector<ShardState> statesOf(const Invocation& invocation, const std::string& out) {
  const auto expected = invocation.integer("shards");
  return batch::shardStates(out, expected ? std::optional(static_cast<int>(*expected)) : std::nullopt);
}

/// One line a shard that is not finished, for scripts: index, tab, state.
ExitCode check(const Invocation& invocation, const std::string& out, Console& console) {
  const auto states = statesOf(invocation, out);
  if (states.empty())
    throw InputError(out, "holds no shards", "give the folder that 'hipcuff batch --shard' wrote");
  const auto lost = lostShards(states);
  for (const ShardState& shard : lost)
    console.data(numberOf(shard) + "\t" + toString(shard.kind) + "\t" + std::to_string(shard.waiting) + "\n");
  console.say(lost.empty() ? "All shards are finished." : std::to_string(lost.size()) + " shards are not finished.");
  return lost.empty() ? ExitCode::ok : ExitCode::partly;
}

std::string countsText(const batch::MergeCounts& counts) {
  std::string line = "Joined " + std::to_string(counts.sources) +
                     (counts.sources == 1 ? " catalogue: " : " catalogues: ") + std::to_string(counts.added) +
                     " exams added";
  if (counts.renewed > 0)
    line += ", " + std::to_string(counts.renewed) + " renewed";
  if (counts.kept > 0)
    line += ", " + std::to_string(counts.kept) + " there already";
  if (counts.differing > 0)
    line += "; " + std::to_string(counts.differing) + " with results that differ (the later one was taken)";
  if (counts.problems > 0)
    line += "; " + std::to_string(counts.problems) + " problems";
  return line + ".";
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::vector<std::string>& arguments = invocation.arguments();
  batch::MergeOptions options;
  options.move = invocation.has("move");
  const auto out = invocation.text("out");
  if (!out && arguments.size() > 1)
    throw UsageError("'hipcuff merge' of several folders needs --out DIR", "see 'hipcuff help merge'");
  options.out = out ? *out : arguments.front();
  if (out)
    options.sources.assign(arguments.begin(), arguments.end());
  const bool shards = options.sources.empty();
  if (!shards && (invocation.has("check") || invocation.has("shards")))
    throw UsageError("--check and --shards are for the shards of one folder", "leave --out away");
  if (invocation.has("check"))
    return check(invocation, options.out.string(), console);
  const auto lost = shards ? lostShards(statesOf(invocation, options.out.string())) : std::vector<ShardState>{};
  batch::MergeReport report;
  {
    MergeTalk talk(console);
    report = batch::mergeCatalogues(options, talk);
  }
  tell(lost, console);
  if (report.stopped) {
    console.say("Stopped; what was joined stands. Merge again to go on.");
    return ExitCode::interrupted;
  }
  console.say(countsText(report.counts));
  if (!lost.empty())
    console.say("Run the shards named again with --resume, then merge again.");
  console.say("Work list: " + (options.out / "worklist.html").string());
  return lost.empty() && report.counts.problems == 0 ? ExitCode::ok : ExitCode::partly;
}

} // namespace

Command mergeCommand() {
  Command command;
  command.name = "merge";
  command.summary = "Join the shards of a batch, or several batches";
  command.description = {
      "'hipcuff merge DIR' joins the shards that 'hipcuff batch --shard I/N' made in DIR into one catalogue, and "
      "writes "
      "work list, tables and index as an undivided batch does. Shards that are missing or not finished are named; the "
      "others are joined all the same.",
      "'hipcuff merge A B C --out DIR' joins batches made in several places. Folders of exams are hard-linked into "
      "DIR, "
      "copied where the disk is another one, or moved with --move; what a person wrote in them is copied.",
      "An exam that several hold: where inputs, version and settings are the same, one is taken; otherwise the one "
      "that "
      "was finished later, and both are named. Nothing is deleted: a folder in DIR that has to give way is kept under "
      "DIR/superseded. Merging again does no harm."};
  command.arguments = {{.name = "DIR", .help = "Folders that 'hipcuff batch' wrote.", .repeated = true}};
  command.options = {
      {.name = "out",
       .letter = "o",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Folder for the joined batch; it may hold one already. Without: DIR's own shards are joined."},
      {.name = "move", .help = "With --out: folders of exams are moved rather than linked."},
      {.name = "shards",
       .kind = OptionKind::integer,
       .valueName = "N",
       .help = "How many shards there should be. Without: as many as their names say.",
       .range = Range{1, 1000000}},
      {.name = "check",
       .help = "Join nothing: print the shards that are not finished, one a line (I/N, state, exams to do)."},
  };
  command.exitCodes = {
      {ExitCode::ok, "all joined; with --check: all shards are finished"},
      {ExitCode::failed, "a catalogue cannot be read or is of a newer version, or DIR cannot be written"},
      {ExitCode::usage, "wrong usage"},
      {ExitCode::partly, "joined, but shards are missing or not finished, or exams could not be taken"},
      {ExitCode::interrupted, "stopped by Ctrl-C; merge again"}};
  command.examples = {{"hipcuff merge out", "The shards of out, after the last of them."},
                      {"hipcuff merge out --check --shards 16", "Which of sixteen are to be run again?"},
                      {"hipcuff merge site-a site-b --out all", "Batches of two places."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
