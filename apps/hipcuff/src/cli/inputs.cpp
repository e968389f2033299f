#include "cli/inputs.h"

#include "cli/console.h"
#include "cli/invocation.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <new>

namespace hipcuff::cli {
namespace {

// Beyond this many inputs the walk is not run ahead only to know a total.
constexpr std::size_t mostAhead = 4096;

// Finer than a wavelength at 60 MHz or coarser than a whole hip in 100 pixels is a slip, not a scale.
constexpr double leastMmPerPx = 0.001;
constexpr double mostMmPerPx = 5.0;

double scaleFrom(const std::string& word) {
  const double value = parseNumber(word, "--mm-per-px");
  if (value < leastMmPerPx || value > mostMmPerPx)
    throw UsageError("--mm-per-px is out of range: " + word, "it takes 0.001 to 5 mm per pixel");
  return value;
}

InputOutcome failed(const std::filesystem::path& path, std::string problem, std::string remedy) {
  return {InputOutcome::Kind::failed, path, std::move(problem), std::move(remedy)};
}

std::vector<std::filesystem::path> asPaths(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

const std::filesystem::path& pathOf(const InputWalker::Item& item) {
  return std::visit([](const auto& value) -> const std::filesystem::path& { return value.path; }, item);
}

} // namespace

std::vector<Option> inputOptions() {
  return {
      {.name = "mm-per-px",
       .kind = OptionKind::text,
       .valueName = "X[,Y]",
       .help = "Millimetres per pixel of all inputs, across and, where it differs, down. Wins over the files, and the "
               "result says that it came from you."},
      {.name = "region",
       .kind = OptionKind::text,
       .valueName = "REGION",
       .help = "Part of the body that all inputs show. Only a lateral hip is graded.",
       .choices = {"lateral-hip", "other"}},
      {.name = "side",
       .kind = OptionKind::text,
       .valueName = "L|R",
       .help = "Side of all inputs.",
       .choices = {"L", "R"}},
      {.name = "view",
       .kind = OptionKind::text,
       .valueName = "VIEW",
       .help = "View of all inputs: along or across the gluteus medius tendon.",
       .choices = {"long", "short"}},
  };
}

OpenOptions openOptions(const Invocation& invocation) {
  OpenOptions options;
  if (const auto scale = invocation.text("mm-per-px")) {
    const std::size_t comma = scale->find(',');
    const double x = scaleFrom(scale->substr(0, comma));
    options.mmPerPx = Spacing{x, comma == std::string::npos ? x : scaleFrom(scale->substr(comma + 1))};
  }
  if (const auto region = invocation.text("region"))
    options.region = *region == "lateral-hip" ? BodyRegion::lateralHip : BodyRegion::other;
  if (const auto side = invocation.text("side"))
    options.side = *side == "L" ? Side::left : Side::right;
  if (const auto view = invocation.text("view"))
    options.view = *view == "long" ? View::longAxis : View::shortAxis;
  return options;
}

InputQueue::InputQueue(const std::vector<std::string>& paths, InputQueueOptions options)
    : walker_(asPaths(paths))
    , options_(std::move(options)) {
  std::error_code ignored;
  if (!options_.ownOutput.empty())
    options_.ownOutput = std::filesystem::weakly_canonical(options_.ownOutput, ignored);
  while (!walked_ && ahead_.size() < mostAhead) {
    auto item = walker_.next();
    if (!item)
      walked_ = true;
    else if (!wroteItOurselves(pathOf(*item)))
      ahead_.push_back(std::move(*item));
  }
  count_ = static_cast<std::int64_t>(ahead_.size());
}

std::optional<std::int64_t> InputQueue::total() const {
  return walked_ ? std::optional(count_) : std::nullopt;
}

bool InputQueue::wroteItOurselves(const std::filesystem::path& path) const {
  if (options_.ownOutput.empty())
    return false;
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, ignored);
  const std::string name = real.filename().string();
  if (real.parent_path() == options_.ownOutput)
    return name == "results.json" || name == "results.csv" || name == "report.html";
  const std::string folder = real.parent_path().filename().string();
  return real.parent_path().parent_path() == options_.ownOutput && name.starts_with("img-") && name.ends_with(".png") &&
         (folder == "masks" || folder == "pictures" || folder == "overlays");
}

std::optional<InputWalker::Item> InputQueue::nextFound() {
  if (!ahead_.empty()) {
    auto item = std::move(ahead_.front());
    ahead_.pop_front();
    return item;
  }
  while (!walked_) {
    auto item = walker_.next();
    if (!item)
      walked_ = true;
    else if (!wroteItOurselves(pathOf(*item)))
      return item;
  }
  return std::nullopt;
}

std::optional<OpenedInput> InputQueue::next() {
  auto item = nextFound();
  if (!item)
    return std::nullopt;
  if (auto* outcome = std::get_if<InputOutcome>(&*item))
    return std::move(*outcome);
  const std::filesystem::path path = std::get<FoundInput>(*item).path;
  try {
    Cine cine = openCine(path, options_.open);
    if (const auto first = seen_.seenBefore(cine.sopInstanceUid, path)) {
      const std::string copy = "same SOP instance as " + first->string();
      if (options_.skipCopies)
        return InputOutcome{InputOutcome::Kind::skipped, path, copy, {}};
      cine.problems.push_back(copy);
    }
    return cine;
  } catch (const UsageError&) {
    throw;
  } catch (const NotForUs& error) {
    return InputOutcome{InputOutcome::Kind::skipped, path, error.problem(), error.remedy()};
  } catch (const Error& error) {
    return failed(path, error.problem(), error.remedy());
  } catch (const std::bad_alloc&) {
    return failed(path, "not enough memory to open it", "free some memory or try fewer --jobs");
  } catch (const std::exception& error) {
    return failed(path, std::string("cannot be opened: ") + error.what(), {});
  }
}

std::string lineOf(const InputOutcome& outcome) {
  return Error(outcome.path, outcome.problem, outcome.remedy).what();
}

void Tally::outcome(const InputOutcome& outcome, Console& console) {
  if (outcome.kind == InputOutcome::Kind::failed) {
    ++failed_;
    console.error(lineOf(outcome));
    return;
  }
  if (++skipped_ == 1)
    firstSkipped_ = lineOf(outcome);
  // A copy is told by name: which file was left out is not to be guessed.
  if (outcome.problem.starts_with("same SOP instance")) {
    console.say("skipped: " + lineOf(outcome));
    ++reasons_["a copy of another input"];
    return;
  }
  console.detail("skipped: " + lineOf(outcome));
  ++reasons_[outcome.problem];
}

void Tally::summarise(const std::string& verb, Console& console) const {
  std::string line = verb + " ";
  if (processed_ > 0 || objects_.empty())
    line += std::to_string(processed_) + (processed_ == 1 ? " input" : " inputs");
  if (!objects_.empty()) {
    std::int64_t all = 0;
    std::string kinds;
    for (const auto& [kind, count] : objects_) {
      all += count;
      kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
    }
    line += (processed_ > 0 ? " and " : "") + std::to_string(all) +
            (all == 1 ? " result object (" : " result objects (") + kinds + ")";
  }
  if (skipped_ > 0) {
    // The most frequent reasons first; a folder of anything must not print a page.
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [reason, count] : reasons_)
      order.emplace_back(count, reason);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    constexpr std::size_t most = 4;
    std::string why;
    for (std::size_t i = 0; i < std::min(order.size(), most); ++i)
      why += (i == 0 ? "" : "; ") + std::to_string(order[i].first) + " x " + order[i].second;
    if (order.size() > most)
      why += "; and " + std::to_string(order.size() - most) + " more reasons, see --verbose";
    line += ", " + std::to_string(skipped_) + " skipped (" + why + ")";
  }
  if (failed_ > 0)
    line += ", " + std::to_string(failed_) + " failed";
  console.say(line + ".");
}

std::string Tally::nothingUsable() const {
  if (skipped_ == 0)
    return "hipcuff: no input: the folders given hold no files (name files, or folders that hold some)";
  return firstSkipped_ +
         (skipped_ == 1 ? "" : "; and so on for all " + std::to_string(skipped_) + " inputs ('--verbose' names each)");
}

ExitCode Tally::exitCode() const {
  if (processed_ == 0 && objects_.empty())
    return ExitCode::failed;
  return failed_ > 0 ? ExitCode::partly : ExitCode::ok;
}

} // namespace hipcuff::cli
