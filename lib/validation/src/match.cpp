#include "hipcuff/validation/match.h"

#include "answer_book.h"
#include "answers.h"
#include "case_key.h"
#include "outline_rule.h"
#include "targets.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <map>
#include <set>

namespace hipcuff::validation {
namespace {

class Matcher {
public:
  Matcher(const SystemResults& system, const Reference& reference, const MatchOptions& options)
      : system_(system)
      , reference_(reference)
      , options_(options)
      , targets_(system, reference)
      , standard_(reference, options)
      , books_(reference, options, out_.leftovers)
      , outlines_(system, reference, options, out_.leftovers) {
    out_.unit = options.unit;
    out_.standard = options.standard;
  }

  Matched run() {
    requireUnit();
    switch (options_.unit) {
    case Unit::image:
      images();
      break;
    case Unit::hip:
      hips();
      break;
    case Unit::patient:
      patients();
      break;
    }
    finish();
    return std::move(out_);
  }

private:
  // ---- what is asked
  void requireUnit() const {
    const auto units = unitsOf(reference_);
    if (units.empty() || std::find(units.begin(), units.end(), options_.unit) != units.end())
      return;
    if (options_.unit == Unit::image && options_.spread &&
        std::find(units.begin(), units.end(), Unit::hip) != units.end())
      return;
    if (options_.unit == Unit::image)
      throw UsageError("the reference speaks of hips or patients and of no image, so images can't be compared with it",
                       "give --unit hip; --spread takes what is said of a hip for each of its images, though an image "
                       "need not show what its hip has");
    throw UsageError("the reference speaks of patients and names no hip",
                     "give --unit patient, or add a column 'side'");
  }

  // ---- images
  void images() {
    std::size_t spread = 0;
    for (const ImageTarget& target : targets_.images) {
      const SystemImage* image = target.system < 0 ? nullptr : &system_.images[static_cast<std::size_t>(target.system)];
      const std::optional<int> frame = image ? image->frame : std::nullopt;
      AnswerBook book = books_.read(target.entries, frame);
      const HipTarget& hip = targets_.hips[static_cast<std::size_t>(target.hip)];
      if (options_.spread && !hip.entries.empty()) {
        AnswerBook ofHip = BookKeeper(reference_, options_, ignored_).read(hip.entries, {});
        spread += ofHip.answers.empty() ? 0 : 1;
        for (auto& [source, answer] : ofHip.answers) // lengths are the hip's, not each image's
          answer.thicknessMeanMm = answer.thicknessMaxMm = answer.tearLengthMm = answer.seconds = std::nullopt;
        book = BookKeeper::over(std::move(book), std::move(ofHip));
      }
      Case c;
      c.id = image ? image->id : target.key;
      c.verified = book.verified;
      if (image) {
        c.studyInstanceUid = image->exam;
        c.sopInstanceUid = image->sopInstanceUid;
        c.path = image->path;
        c.side = image->side;
        c.view = image->view;
        c.system = image->answer;
        c.masks = outlines_.of(target, *image);
      } else {
        takeNames(target, c);
      }
      c.failure = target.failure;
      c.answers = standard_.apply(std::move(book), c.id, out_.leftovers);
      cluster(c, targets_.patientOf(target), c.studyInstanceUid);
      add(std::move(c), whereFirst(target.entries));
    }
    outlines_.warn(out_.warnings);
    if (spread > 0)
      out_.warnings.push_back(
          std::to_string(spread) + (spread == 1 ? " image is" : " images are") +
          " compared with what is said of the whole hip (--spread): an image that does not show the "
          "tear counts as a miss, so sensitivity comes out too low.");
    else
      leaveHipEntries();
    for (const auto& [patient, entries] : targets_.patientEntries)
      leave(entries, "speaks of a patient or of both hips, not of an image");
  }

  void leaveHipEntries() {
    for (const HipTarget& hip : targets_.hips)
      leave(hip.entries, "speaks of a hip, not of an image (compared with --unit hip)");
  }

  [[nodiscard]] bool isOfResults(const ReferenceEntry& entry) const {
    return entry.line == 0 && entry.mask.empty() && entry.frames.empty();
  }

  void leave(const std::vector<std::uint32_t>& entries, const std::string& why) {
    for (const std::uint32_t i : entries)
      // Of other results the hips stand beside the images and are not asked for here.
      if (saysAnything(reference_.entries[i].answer) && !isOfResults(reference_.entries[i]))
        out_.leftovers.push_back(
            {Leftover::Kind::referenceWithoutResult,
             nameOf(reference_.entries[i]) + " (" + reference_.whereIs(reference_.entries[i]) + ")", why});
  }

  void takeNames(const ImageTarget& target, Case& c) const {
    const ReferenceEntry& entry = reference_.entries[target.entries.front()];
    c.sopInstanceUid = entry.sopInstanceUid;
    c.path = entry.file;
    c.studyInstanceUid = targets_.hips[static_cast<std::size_t>(target.hip)].exam;
    c.side = entry.side;
  }

  // ---- hips
  [[nodiscard]] AnswerBook bookOf(const HipTarget& hip) {
    std::vector<AnswerBook> parts;
    for (const std::uint32_t i : hip.images) {
      const ImageTarget& image = targets_.images[i];
      const auto frame = image.system < 0 ? std::nullopt : system_.images[static_cast<std::size_t>(image.system)].frame;
      if (!image.entries.empty())
        parts.push_back(books_.read(image.entries, frame));
    }
    AnswerBook direct = books_.read(hip.entries, {});
    if (!parts.empty() && direct.answers.empty())
      ++fromImages_;
    if (standard_.leaveOutPresumed(parts) && !standard_.speaks(direct))
      ++partlyVerified_;
    return BookKeeper::over(std::move(direct), BookKeeper::worst(parts));
  }

  [[nodiscard]] std::string failureOf(const HipTarget& hip) const {
    for (const std::uint32_t i : hip.images)
      if (!targets_.images[i].failure.empty())
        return targets_.images[i].failure;
    return {};
  }

  [[nodiscard]] std::string whereFirst(const HipTarget& hip) const {
    for (const std::uint32_t i : hip.images)
      if (!targets_.images[i].entries.empty())
        return whereFirst(targets_.images[i].entries);
    return whereFirst(hip.entries);
  }

  void hips() {
    for (const HipTarget& hip : targets_.hips) {
      AnswerBook book = bookOf(hip);
      if (!hip.system && book.answers.empty() && !book.verified)
        continue;
      Case c;
      c.id = hip.key;
      c.studyInstanceUid = hip.exam;
      c.side = hip.side;
      c.system = hip.system;
      c.verified = book.verified;
      c.failure = hip.system ? std::string() : failureOf(hip);
      c.answers = standard_.apply(std::move(book), c.id, out_.leftovers);
      cluster(c, targets_.patientOf(hip), hip.exam);
      add(std::move(c), whereFirst(hip));
    }
    sayFromImages();
    for (const auto& [patient, entries] : targets_.patientEntries)
      leave(entries, "does not say which hip (a column 'side' would)");
  }

  void sayFromImages() {
    if (partlyVerified_ > 0)
      out_.warnings.push_back(
          std::to_string(partlyVerified_) + (partlyVerified_ == 1 ? " hip or patient was" : " hips or patients were") +
          " verified in part: the reference is the worst class of what was verified, and may be too "
          "mild.");
    if (fromImages_ > 0)
      out_.warnings.push_back(std::to_string(fromImages_) + (fromImages_ == 1 ? " hip has its" : " hips have their") +
                              " reference from rows of images: the worst class among them.");
  }

  // ---- patients
  struct Group {
    std::vector<const HipTarget*> hips;
    bool named = false; ///< a row says who it is
  };

  void patients() {
    std::map<std::string, Group> groups;
    for (const HipTarget& hip : targets_.hips) {
      const std::string patient = targets_.patientOf(hip);
      Group& group = groups[!patient.empty() ? patient : !hip.exam.empty() ? hip.exam : hip.key];
      group.hips.push_back(&hip);
      group.named = group.named || !patient.empty();
    }
    for (const auto& [patient, entries] : targets_.patientEntries)
      groups[patient].named = groups[patient].named || !reference_.entries[entries.front()].patient.empty();
    std::size_t narrowed = 0;
    for (const auto& [name, group] : groups) {
      const auto own = targets_.patientEntries.find(name);
      AnswerBook direct = own == targets_.patientEntries.end() ? AnswerBook{} : books_.read(own->second, {});
      std::vector<AnswerBook> books;
      for (const HipTarget* hip : group.hips)
        books.push_back(bookOf(*hip));
      std::vector<const HipTarget*> counted = group.hips;
      if (!standard_.speaks(direct)) {
        // First, so that a hip of which a class was only presumed does not count as spoken of.
        partlyVerified_ += standard_.leaveOutPresumed(books) ? 1 : 0;
        narrow(books, counted);
        narrowed += counted.size() < group.hips.size() ? 1 : 0;
      }
      AnswerBook book = BookKeeper::over(std::move(direct), BookKeeper::worst(books));
      Case c;
      c.id = name;
      std::vector<const Answer*> systems;
      for (const HipTarget* hip : counted) {
        if (hip->system)
          systems.push_back(&*hip->system);
        else if (c.failure.empty())
          c.failure = failureOf(*hip);
      }
      if (!systems.empty()) {
        c.system = worstOf(systems);
        c.failure.clear();
      }
      if (!c.system && book.answers.empty() && !book.verified)
        continue;
      const std::set<std::string> exams = examsOf(counted);
      c.studyInstanceUid = exams.size() == 1 ? *exams.begin() : std::string();
      c.verified = book.verified;
      c.answers = standard_.apply(std::move(book), c.id, out_.leftovers);
      cluster(c, group.named ? name : std::string(), name);
      add(std::move(c), own != targets_.patientEntries.end() ? whereFirst(own->second)
                        : group.hips.empty()                 ? std::string()
                                                             : whereFirst(*group.hips.front()));
    }
    if (narrowed > 0)
      out_.warnings.push_back(
          std::to_string(narrowed) + (narrowed == 1 ? " patient has" : " patients have") +
          " hips that the reference does not speak of; of program and readers, too, only the hips that "
          "it speaks of count.");
    out_.warnings.emplace_back("A patient's class is that of the worst gradable hip; not gradable where no hip is.");
    sayFromImages();
  }

  /// Only the hips that the standard speaks of; where it speaks of none, those that anybody does; else all.
  void narrow(std::vector<AnswerBook>& books, std::vector<const HipTarget*>& hips) const {
    const auto keep = [&](auto&& test) {
      if (std::none_of(books.begin(), books.end(), test))
        return false;
      std::vector<AnswerBook> keptBooks;
      std::vector<const HipTarget*> keptHips;
      for (std::size_t i = 0; i < books.size(); ++i)
        if (test(books[i])) {
          keptBooks.push_back(std::move(books[i]));
          keptHips.push_back(hips[i]);
        }
      books = std::move(keptBooks);
      hips = std::move(keptHips);
      return true;
    };
    if (!keep([&](const AnswerBook& b) { return standard_.speaks(b); }))
      (void)keep([](const AnswerBook& b) { return !b.answers.empty() || b.verified.has_value(); });
  }

  static std::set<std::string> examsOf(const std::vector<const HipTarget*>& hips) {
    std::set<std::string> out;
    for (const HipTarget* hip : hips)
      if (!hip->exam.empty())
        out.insert(hip->exam);
    return out;
  }

  // ---- what all have in common
  [[nodiscard]] std::string whereFirst(const std::vector<std::uint32_t>& entries) const {
    return entries.empty() ? std::string() : reference_.whereIs(reference_.entries[entries.front()]);
  }

  void cluster(Case& c, const std::string& patient, const std::string& exam) {
    named_ += patient.empty() ? 0 : 1;
    c.patient = !patient.empty() ? patient : !exam.empty() ? exam : c.id;
  }

  void add(Case&& c, const std::string& where) {
    const bool said = !c.answers.empty() || c.masks || c.verified;
    if (c.system && !said)
      out_.leftovers.push_back({Leftover::Kind::resultWithoutReference, nameOfCase(c), "no reference speaks of it"});
    if (!c.system && c.failure.empty())
      out_.leftovers.push_back({Leftover::Kind::referenceWithoutResult,
                                nameOfCase(c) + (where.empty() ? "" : " (" + where + ")"), "is not among the results"});
    out_.cases.push_back(std::move(c));
  }

  [[nodiscard]] std::string nameOfCase(const Case& c) const {
    if (options_.unit != Unit::image)
      return c.id;
    return !c.sopInstanceUid.empty() ? c.sopInstanceUid : !c.path.empty() ? c.path.generic_string() : c.id;
  }

  void finish() {
    std::stable_sort(out_.cases.begin(), out_.cases.end(), [](const Case& a, const Case& b) { return a.id < b.id; });
    for (const FailedInput& failed : system_.failed)
      out_.leftovers.push_back({Leftover::Kind::failedInput, failed.path.generic_string(), failed.problem});
    const auto take = [&](const std::vector<Leftover>& more) {
      out_.leftovers.insert(out_.leftovers.end(), more.begin(), more.end());
    };
    take(system_.leftovers);
    take(reference_.leftovers);
    take(targets_.leftovers);
    std::stable_sort(out_.leftovers.begin(), out_.leftovers.end(),
                     [](const Leftover& a, const Leftover& b) { return a.kind < b.kind; });
    std::set<Source> readers;
    for (const Case& c : out_.cases)
      for (const SourcedAnswer& a : c.answers)
        if (!(a.source == Source{}))
          readers.insert(a.source);
    out_.readers.assign(readers.begin(), readers.end());
    out_.patientsFrom = named_ == out_.cases.size() && named_ > 0 ? "patient column"
                        : named_ == 0
                            ? "results (study)"
                            : "patient column; results (study) for " + std::to_string(out_.cases.size() - named_) +
                                  " of " + std::to_string(out_.cases.size()) + " cases";
    sayIfNothingMeets();
    std::vector<std::string> warnings = system_.warnings;
    const auto append = [&](const std::vector<std::string>& more) {
      warnings.insert(warnings.end(), more.begin(), more.end());
    };
    append(reference_.warnings);
    append(targets_.warnings);
    append(out_.warnings);
    standard_.warn(warnings);
    out_.warnings = std::move(warnings);
  }

  /// Most often the names are of two kinds: an example of each shows which.
  void sayIfNothingMeets() {
    const Case* ours = nullptr;
    const Case* theirs = nullptr;
    for (const Case& c : out_.cases) {
      const bool said = !c.answers.empty() || c.masks || c.verified;
      if (said && (c.system || !c.failure.empty()))
        return;
      (c.system ? ours : theirs) = &c;
    }
    if (ours && theirs)
      out_.warnings.insert(out_.warnings.begin(),
                           "No case has both a result and a reference: the reference names " + nameOfCase(*theirs) +
                               ", the results " + nameOfCase(*ours) +
                               (ours->path.empty() ? "" : " (" + ours->path.generic_string() + ")") + ".");
  }

  const SystemResults& system_;
  const Reference& reference_;
  MatchOptions options_;
  Targets targets_;
  StandardRule standard_;
  Matched out_;
  BookKeeper books_;
  OutlineRule outlines_;
  std::vector<Leftover> ignored_; ///< of a hip's rows that are read once for each of its images
  std::size_t fromImages_ = 0;
  std::size_t partlyVerified_ = 0;
  std::size_t named_ = 0;
};

} // namespace

std::vector<Unit> unitsOf(const Reference& reference) {
  bool image = false;
  bool hip = false;
  bool any = false;
  for (const ReferenceEntry& entry : reference.entries) {
    if (!saysAnything(entry.answer) && entry.mask.empty() && entry.frames.empty())
      continue;
    any = true;
    const bool answer = saysAnything(entry.answer) || (!entry.segments && !entry.frames.empty());
    image = image || entry.namesImage();
    hip = hip || (answer && (entry.namesImage() || entry.side || !entry.exam.empty()));
  }
  std::vector<Unit> out;
  if (image)
    out.push_back(Unit::image);
  if (hip)
    out.push_back(Unit::hip);
  if (any && (hip || !image))
    out.push_back(Unit::patient);
  return out;
}

Matched match(const SystemResults& system, const Reference& reference, const MatchOptions& options) {
  return Matcher(system, reference, options).run();
}

} // namespace hipcuff::validation
