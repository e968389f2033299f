#include "answer_book.h"

#include "answers.h"
#include "targets.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hipcuff::validation {
namespace {

constexpr const char* unnamedReader = "no reader named";
constexpr const char* secondStandard = "reference";

const FrameAnswer* frameOf(const ReferenceEntry& entry, const std::optional<int>& frame, bool anyFrame) {
  if (entry.frames.empty())
    return nullptr;
  const auto found = std::find_if(entry.frames.begin(), entry.frames.end(),
                                  [&](const FrameAnswer& f) { return f.frame == frame.value_or(0); });
  if (found != entry.frames.end())
    return &*found;
  if (!entry.exactFrames || !frame)
    return &entry.frames.front();
  if (!anyFrame)
    return nullptr;
  return &*std::min_element(entry.frames.begin(), entry.frames.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.frame - *frame) < std::abs(b.frame - *frame);
  });
}

} // namespace

Answer answerOf(const ReferenceEntry& entry, const std::optional<int>& frame, bool anyFrame) {
  Answer out = entry.answer;
  if (const FrameAnswer* f = frameOf(entry, frame, anyFrame))
    merge(out, f->answer);
  return out;
}

ReferenceMask maskOf(const ReferenceEntry& entry, const std::optional<int>& frame) {
  const FrameAnswer* f = frameOf(entry, frame, false);
  ReferenceMask out{f && !f->mask.empty() ? f->mask : entry.mask, entry.coding, entry.segments};
  if (f && f->coding)
    out.coding = *f->coding;
  if (f && out.segments)
    out.segments->frame = f->frame;
  return out;
}

std::string framesOf(const ReferenceEntry& entry) {
  constexpr std::size_t most = 5;
  std::string out = entry.frames.size() == 1 ? "frame " : "frames ";
  for (std::size_t i = 0; i < std::min(most, entry.frames.size()); ++i)
    out += (i > 0 ? ", " : "") + std::to_string(entry.frames[i].frame);
  return entry.frames.size() > most ? out + ", ..." : out;
}

void BookKeeper::noteOtherFrame(const ReferenceEntry& entry, int frame) {
  leftovers_.push_back({Leftover::Kind::conflict, nameOf(entry) + " (" + reference_.whereIs(entry) + ")",
                        "was measured on " + framesOf(entry) + ", by the program on frame " + std::to_string(frame) +
                            ": the numbers are not compared (--any-frame compares them all the same)"});
}

void BookKeeper::note(Leftover::Kind kind, const ReferenceEntry& first, const ReferenceEntry& second,
                      const std::string& why) {
  const std::string reader = first.source.name.empty() ? "" : ", reader " + first.source.name;
  leftovers_.push_back(
      {kind, nameOf(first) + reader + " (" + reference_.whereIs(first) + "; " + reference_.whereIs(second) + ")", why});
}

AnswerBook BookKeeper::read(const std::vector<std::uint32_t>& entries, const std::optional<int>& frame) {
  AnswerBook out;
  std::map<Source, const ReferenceEntry*> first;
  for (const std::uint32_t i : entries) {
    const ReferenceEntry& entry = reference_.entries[i];
    if (entry.verified)
      out.verified = *entry.verified || out.verified.value_or(false);
    const Answer answer = answerOf(entry, frame, options_.anyFrame);
    if (frame && !entry.frames.empty() && !frameOf(entry, frame, options_.anyFrame) &&
        std::any_of(entry.frames.begin(), entry.frames.end(),
                    [](const FrameAnswer& f) { return saysAnything(f.answer); }))
      noteOtherFrame(entry, *frame);
    if (!saysAnything(answer))
      continue;
    const auto [place, isNew] = out.answers.emplace(entry.source, answer);
    if (isNew) {
      first[entry.source] = &entry;
      continue;
    }
    const ReferenceEntry& before = *first[entry.source];
    const std::string differs = contradiction(place->second, answer);
    if (differs.empty() && addsNothing(place->second, answer)) {
      note(Leftover::Kind::duplicate, before, entry, "says the same twice; used once");
    } else if (differs.empty()) {
      merge(place->second, answer);
    } else if (options_.conflicts == ConflictPolicy::neither) {
      note(Leftover::Kind::conflict, before, entry, differs + "; neither is used");
      out.contradictory.insert(entry.source);
    } else {
      const bool last = options_.conflicts == ConflictPolicy::last;
      note(Leftover::Kind::conflict, before, entry, differs + (last ? "; the last is used" : "; the first is used"));
      if (last)
        place->second = answer;
    }
  }
  for (const Source& source : out.contradictory)
    out.answers.erase(source);
  return out;
}

AnswerBook BookKeeper::worst(const std::vector<AnswerBook>& parts) {
  AnswerBook out;
  std::map<Source, std::vector<const Answer*>> all;
  for (const AnswerBook& part : parts) {
    out.contradictory.insert(part.contradictory.begin(), part.contradictory.end());
    if (part.verified)
      out.verified = *part.verified || out.verified.value_or(false);
    for (const auto& [source, answer] : part.answers)
      all[source].push_back(&answer);
  }
  for (const auto& [source, answers] : all)
    if (!out.contradictory.contains(source))
      out.answers.emplace(source, worstOf(answers));
  return out;
}

AnswerBook BookKeeper::over(AnswerBook direct, AnswerBook parts) {
  for (auto& [source, answer] : parts.answers)
    if (!direct.contradictory.contains(source))
      direct.answers.emplace(source, std::move(answer));
  for (const Source& source : parts.contradictory)
    if (!direct.answers.contains(source))
      direct.contradictory.insert(source);
  if (!direct.verified)
    direct.verified = parts.verified;
  return direct;
}

StandardRule::StandardRule(const Reference& reference, const MatchOptions& options)
    : name_(options.standard) {
  std::set<std::string> readers;
  for (const ReferenceEntry& entry : reference.entries)
    if (saysAnything(entry.answer) || !entry.frames.empty()) {
      const bool outlinesOnly = entry.segments.has_value(); // whose outline counts is decided image by image
      readers.insert(entry.source.name);
      any_ = any_ || (entry.source.name.empty() && !outlinesOnly);
      named_ = named_ || (!entry.source.name.empty() && !outlinesOnly);
      unnamed_ = unnamed_ || (entry.source.name.empty() && !outlinesOnly);
    }
  readers.erase(std::string());
  const std::vector<std::string> names(readers.begin(), readers.end());
  if (name_.empty())
    return;
  std::string list;
  for (const std::string& n : names)
    list += (list.empty() ? "" : ", ") + n;
  if (readers.contains(name_)) {
    kind_ = Kind::reader;
  } else if (name_ == "majority") {
    kind_ = Kind::majority;
    if (readers.size() < 2)
      throw UsageError("a majority needs two readers or more, the reference has " + std::to_string(readers.size()),
                       "leave --standard away, or give the tables of all readers");
  } else {
    const auto near = closest(name_, names);
    throw UsageError("no row of the reference is of reader '" + name_ + "'",
                     near           ? "did you mean " + *near + "?"
                     : list.empty() ? "no row names a reader: leave --standard away"
                                    : "its readers are " + list + "; or give majority");
  }
}

bool StandardRule::speaks(const AnswerBook& book) const {
  return std::any_of(book.answers.begin(), book.answers.end(), [&](const auto& item) {
    const std::string& name = item.first.name;
    return kind_ == Kind::unnamed ? name.empty() : kind_ == Kind::majority ? !name.empty() : name == name_;
  });
}

bool StandardRule::leaveOutPresumed(std::vector<AnswerBook>& parts) const {
  const auto is = [&](bool verified) {
    return std::any_of(parts.begin(), parts.end(), [&](const AnswerBook& part) { return part.verified == verified; });
  };
  if (!is(true) || !is(false))
    return false;
  for (AnswerBook& part : parts)
    if (part.verified == false)
      std::erase_if(part.answers, [&](const auto& item) {
        const std::string& name = item.first.name;
        return kind_ == Kind::unnamed ? name.empty() : kind_ == Kind::reader && name == name_;
      });
  return true;
}

std::vector<SourcedAnswer> StandardRule::apply(AnswerBook book, const std::string& what,
                                               std::vector<Leftover>& leftovers) {
  std::optional<Answer> standard;
  std::vector<SourcedAnswer> others;
  std::vector<const Answer*> votes;
  std::string last;
  for (auto& [source, answer] : book.answers) {
    const bool firstReading = source.name != last; // in order of name, then reading
    last = source.name;
    if (source.name.empty()) {
      if (kind_ == Kind::unnamed && !standard)
        standard = answer;
      else
        others.push_back({{kind_ == Kind::unnamed ? secondStandard : unnamedReader, source.reading}, answer});
      continue;
    }
    if (kind_ == Kind::reader && source.name == name_ && !standard) {
      standard = answer;
      continue;
    }
    if (firstReading)
      votes.push_back(&answer);
    others.push_back({source, answer});
  }
  if (kind_ == Kind::majority && !votes.empty()) {
    standard = majorityOf(votes);
    const bool voted = std::any_of(votes.begin(), votes.end(), [](const Answer* a) { return a->grade.has_value(); });
    if (voted && !standard->grade) {
      ++ties_;
      leftovers.push_back(
          {Leftover::Kind::conflict, what, "no class has a majority of the readers; it has no reference"});
    }
    if (!saysAnything(*standard))
      standard.reset();
  }
  // A class that was presumed is no reference standard.
  if (book.verified == false && standard) {
    ++unverified_;
    standard.reset();
  }
  std::stable_sort(others.begin(), others.end(),
                   [](const SourcedAnswer& a, const SourcedAnswer& b) { return a.source < b.source; });
  if (standard)
    others.insert(others.begin(), {Source{}, std::move(*standard)});
  return others;
}

void StandardRule::warn(std::vector<std::string>& warnings) const {
  if (kind_ == Kind::unnamed && named_ && !any_)
    warnings.emplace_back(
        "No row is the reference standard's (all name a reader): only readers and program are compared "
        "with each other. --standard NAME or --standard majority makes one of them the standard.");
  if (kind_ == Kind::majority)
    warnings.emplace_back("The reference standard is the majority of the readers' first readings, measures are their "
                          "means: readers agree with it better than with anything they had no part in.");
  if (kind_ != Kind::unnamed && unnamed_)
    warnings.emplace_back(
        std::string("Rows that name no reader are not the reference standard here; they stand under '") +
        unnamedReader + "'.");
  if (ties_ > 0)
    warnings.push_back(std::to_string(ties_) + (ties_ == 1 ? " case has" : " cases have") +
                       " no reference because no class has a majority.");
  if (unverified_ > 0)
    warnings.push_back(std::to_string(unverified_) + (unverified_ == 1 ? " case is" : " cases are") +
                       " marked as not verified: the class given there is not used as the reference standard.");
}

} // namespace hipcuff::validation
