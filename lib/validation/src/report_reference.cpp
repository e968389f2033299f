// Measurement reports (SR) as references: HipCuff's own by their codes, others' by the words of their codes, which are
// looked up like the headers and cells of a table.
#include "answers.h"
#include "class_words.h"
#include "fields.h"
#include "object_reference.h"
#include "segment_roles.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/measurement_report.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "hipcuff/report/worst_discontinuity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace hipcuff::validation {
namespace {

using dicom::Code;
using dicom::Measurement;
using dicom::MeasurementGroup;

bool is(const Code& code, const char* value) {
  return code == dicom::reportCode(value);
}

/// Whose statement of what: an image, or a hip where it names none or several.
struct Target {
  std::string person;
  std::string sopInstanceUid;
  std::optional<Side> side; ///< hips only
  std::optional<int> pane;  ///< where several on one screen were read apart
  auto operator<=>(const Target&) const = default;
};

/// What one person says of one thing.
struct Said {
  Answer whole;                                  ///< class, subtype, probabilities
  std::map<std::optional<int>, Answer> measured; ///< by frame; none: of the image
  std::map<std::optional<int>, std::vector<Discontinuity>> tears;
  std::optional<Side> side;
};

std::optional<double> inMillimetres(double value, const Code& unit) {
  if (unit.scheme != "UCUM")
    return {};
  static const std::map<std::string, double> factors{{"mm", 1}, {"cm", 10}, {"m", 1000}, {"um", 0.001}};
  const auto factor = factors.find(unit.value);
  return factor == factors.end() ? std::nullopt : std::optional(value * factor->second);
}

std::optional<double> asShare(double value, const Code& unit) {
  if (unit.scheme != "UCUM" || (unit.value != "%" && unit.value != "1"))
    return {};
  return unit.value == "%" ? value / 100 : value;
}

enum class Derivation { none, mean, maximum, other };

Derivation derivationOf(const Measurement& m) {
  if (!m.derivation)
    return Derivation::none;
  const Code& code = *m.derivation;
  // Both spellings of SNOMED that DICOM has had.
  if (is(code, "373098007") || (code.scheme == "SRT" && code.value == "R-00317"))
    return Derivation::mean;
  if (is(code, "56851009") || (code.scheme == "SRT" && code.value == "G-A437"))
    return Derivation::maximum;
  return Derivation::other;
}

/// A concept's name as the header of a table.
std::optional<Field> fieldOf(const std::string& words, const TableMap& map) {
  if (const auto said = map.columns.find(normalizedHeader(words)); said != map.columns.end())
    return said->second.field.empty() ? std::nullopt : fieldNamed(said->second.field);
  return fieldOfHeader(words);
}

class Reader {
public:
  Reader(const dicom::StoredReport& stored, const TableMap& map)
      : stored_(stored)
      , map_(map)
      , ours_(stored.manufacturer == "HipCuff") {}

  void read() {
    for (const MeasurementGroup& group : stored_.report.groups)
      take(group);
    for (const dicom::Evaluation& evaluation : stored_.report.evaluations)
      takeEvaluation(evaluation, wholeReport());
    if (ours_)
      giveToReviewers();
  }

  [[nodiscard]] std::vector<ReferenceEntry> entries(const std::filesystem::path& file) {
    std::vector<ReferenceEntry> out;
    for (auto& [target, said] : said_) {
      ReferenceEntry entry;
      entry.sopInstanceUid = target.sopInstanceUid;
      entry.exam = stored_.studyInstanceUid;
      entry.pane = target.pane;
      entry.side = target.sopInstanceUid.empty() ? target.side : said.side;
      entry.source.name = readerOf(target.person, map_);
      entry.object = file.filename().string();
      entry.exactFrames = true;
      entry.answer = std::move(said.whole);
      const auto grade = entry.answer.grade;
      for (auto& [frame, tears] : said.tears)
        takeWorst(tears, grade, said.measured[frame]);
      for (auto& [frame, answer] : said.measured) {
        if (!frame)
          merge(entry.answer, answer);
        else if (saysAnything(answer))
          entry.frames.push_back({*frame, std::move(answer), {}});
      }
      if (saysAnything(entry.answer) || !entry.frames.empty())
        out.push_back(std::move(entry));
    }
    return out;
  }

  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> out;
    constexpr std::size_t most = 3;
    for (const std::string& one : passed_) {
      if (out.size() == most) {
        out.push_back("and " + std::to_string(passed_.size() - most) + " more things were passed over");
        break;
      }
      out.push_back(one);
    }
    return out;
  }

private:
  // ---- what a group is of
  [[nodiscard]] std::string personOf(const MeasurementGroup& group) const {
    if (!group.person.empty() || ours_ || stored_.report.persons.empty())
      return group.person;
    return stored_.report.persons.front();
  }

  [[nodiscard]] std::optional<std::string> onlyImage() const {
    std::set<std::string> all;
    for (const dicom::LibraryImage& image : stored_.report.images)
      all.insert(image.image.sopInstanceUid);
    if (all.empty())
      for (const dicom::ImageReference& image : stored_.evidence)
        all.insert(image.sopInstanceUid);
    return all.size() == 1 ? std::optional(*all.begin()) : std::nullopt;
  }

  [[nodiscard]] Target wholeReport() const {
    const std::string person = ours_ || stored_.report.persons.empty() ? std::string() : stored_.report.persons.front();
    return {person, onlyImage().value_or(std::string()), {}, {}};
  }

  /// "Image 1, picture 2 of 2, assessment" -> 1
  [[nodiscard]] static std::optional<int> paneOf(const std::string& trackingId) {
    constexpr std::string_view mark = ", picture ";
    const std::size_t at = trackingId.find(mark);
    int number = 0;
    if (at == std::string::npos)
      return {};
    const char* begin = trackingId.data() + at + mark.size();
    std::from_chars(begin, trackingId.data() + trackingId.size(), number);
    return number > 0 ? std::optional(number - 1) : std::nullopt;
  }

  struct Place {
    Target target;
    std::optional<int> frame;
  };
  [[nodiscard]] Place placeOf(const MeasurementGroup& group) const {
    Place out{{personOf(group), {}, {}, {}}, {}};
    std::set<std::string> images;
    std::set<int> frames;
    const auto add = [&](const dicom::ImageReference& image) {
      images.insert(image.sopInstanceUid);
      frames.insert(image.frames.begin(), image.frames.end());
    };
    for (const dicom::ImageReference& image : group.images)
      add(image);
    if (group.region)
      add(group.region->image);
    for (const Measurement& m : group.measurements)
      if (m.geometry)
        add(m.geometry->image);
    const bool hip = group.finding && is(*group.finding, "A240");
    if (!hip && images.size() == 1)
      out.target.sopInstanceUid = *images.begin();
    else if (!hip && images.empty())
      out.target.sopInstanceUid = onlyImage().value_or(std::string());
    if (out.target.sopInstanceUid.empty())
      out.target.side = group.laterality;
    else if (frames.size() == 1)
      out.frame = *frames.begin();
    if (ours_)
      out.target.pane = paneOf(group.trackingId);
    return out;
  }

  /// False: another structure's.
  [[nodiscard]] bool isOfTendon(const MeasurementGroup& group) {
    if (ours_ || !group.site)
      return true;
    const Code& site = *group.site;
    const auto label = labelOf(site, map_);
    if (label)
      return *label > 0;
    // Part of the hip that says nothing against it: the region, the joint, the trochanter, the muscle by its code.
    for (const char* known : {"29836001", "24136001", "30547004", "78333006"})
      if (site.scheme == "SCT" && site.value == known)
        return true;
    const std::string words = lowered(site.meaning);
    if (words.find("minimus") == std::string::npos)
      for (const char* part : {"gluteus medius", "glutaeus medius", "hip", "trochanter"})
        if (words.find(part) != std::string::npos)
          return true;
    pass("what is said of '" + site.meaning + "' (--map 'segment:" + site.meaning + "=tendon' if that is the tendon)");
    return false;
  }

  void pass(const std::string& what) {
    if (std::find(passed_.begin(), passed_.end(), "passed over is " + what) == passed_.end())
      passed_.push_back("passed over is " + what);
  }

  // ---- what it says
  void take(const MeasurementGroup& group) {
    if (group.finding && (is(*group.finding, "A243") || is(*group.finding, "A244") || is(*group.finding, "A245")))
      return; // the profile's places, the bone, calcifications
    if (!isOfTendon(group))
      return;
    const Place place = placeOf(group);
    Said& said = said_[place.target];
    if (group.laterality)
      said.side = group.laterality;
    if (group.finding && labelOf(*group.finding, map_) == 2)
      return takeTear(group, said.tears[place.frame]);
    for (const dicom::Evaluation& evaluation : group.evaluations)
      takeEvaluation(evaluation, place.target);
    for (const dicom::Comment& comment : group.comments)
      takeComment(comment, said.whole);
    takeProbabilities(group, said.whole);
    for (const Measurement& m : group.measurements)
      takeMeasurement(m, said.measured[place.frame]);
  }

  void takeEvaluation(const dicom::Evaluation& evaluation, const Target& target) {
    Answer& into = said_[target].whole;
    if (is(evaluation.name, "A100") || (is(evaluation.name, "A107") && ours_)) {
      setGrade(dicom::gradeFrom(evaluation.value), evaluation.value.meaning, into);
    } else if (is(evaluation.name, "A140")) {
      if (const auto refusal = dicom::refusalFrom(evaluation.value))
        into.reasons.emplace_back(toString(*refusal));
    } else if (evaluation.name.scheme != dicom::privateScheme) {
      const auto field = fieldOf(evaluation.name.meaning, map_);
      if (field == Field::grade)
        setGrade(gradeNamed(evaluation.value.meaning), evaluation.value.meaning, into);
      else if (field == Field::subtype)
        into.subtype = squashed(evaluation.value.meaning);
    }
  }

  [[nodiscard]] std::optional<GradeClass> gradeNamed(const std::string& words) const {
    const auto said = map_.classes.find(classKey(words));
    return said == map_.classes.end() ? classFromWord(words) : std::optional(said->second);
  }

  void setGrade(std::optional<GradeClass> grade, const std::string& words, Answer& into) {
    if (!grade)
      pass("the class: " + unknownClass(words));
    else if (into.grade && *into.grade != *grade)
      throw InputError(
          {}, std::string("gives one thing two classes, ") + toString(*into.grade) + " and " + toString(*grade),
          "keep one of them");
    else
      into.grade = grade;
  }

  void takeComment(const dicom::Comment& comment, Answer& into) {
    if (is(comment.name, "A109"))
      into.subtype = comment.text;
    else if (comment.name.scheme != dicom::privateScheme && fieldOf(comment.name.meaning, map_) == Field::grade)
      setGrade(gradeNamed(comment.text), comment.text, into);
  }

  static void takeProbabilities(const MeasurementGroup& group, Answer& into) {
    std::array<std::optional<double>, 4> given{};
    constexpr std::array names{"A130", "A131", "A132", "A133"};
    for (const Measurement& m : group.measurements)
      for (std::size_t i = 0; i < names.size(); ++i)
        if (is(m.name, names.at(i)))
          given.at(i) = asShare(m.value, m.unit);
    std::array<double, 4> all{};
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!given.at(i) || !(*given.at(i) >= 0))
        return;
      all.at(i) = *given.at(i);
    }
    const double sum = std::accumulate(all.begin(), all.end(), 0.0);
    if (!(sum > 0))
      return;
    for (double& p : all)
      p /= sum;
    into.probabilities = all;
    for (const Measurement& m : group.measurements)
      if (is(m.name, "111012"))
        into.confidence = asShare(m.value, m.unit);
  }

  void takeMeasurement(const Measurement& m, Answer& into) {
    // Of a facet or at one place: not the tendon's.
    if (!m.modifiers.empty() || (m.name.scheme == dicom::privateScheme && !is(m.name, "A180")))
      return;
    const Derivation derivation = derivationOf(m);
    if (is(m.name, "A180")) {
      if (derivation == Derivation::mean)
        set(Field::thicknessMean, m, into.thicknessMeanMm);
      else if (derivation == Derivation::maximum)
        set(Field::thicknessMax, m, into.thicknessMaxMm);
      return;
    }
    const std::string before = derivation == Derivation::mean      ? "mean "
                               : derivation == Derivation::maximum ? "maximum "
                                                                   : "";
    auto field = derivation == Derivation::other ? std::nullopt : fieldOf(before + m.name.meaning, map_);
    if (!field && derivation == Derivation::none)
      field = fieldOf(m.name.meaning, map_);
    if (field == Field::thicknessMean)
      set(*field, m, into.thicknessMeanMm);
    else if (field == Field::thicknessMax)
      set(*field, m, into.thicknessMaxMm);
    else if (field == Field::tearLength)
      set(*field, m, into.tearLengthMm);
    else if (field == Field::depthFraction)
      set(*field, m, into.depthFraction);
    else if (derivation == Derivation::none && squashed(m.name.meaning).starts_with("thickness"))
      pass("'" + m.name.meaning + "', which says neither mean nor largest (--map '" + m.name.meaning +
           "=thickness_max_mm' if it is the largest)");
  }

  void set(Field field, const Measurement& m, std::optional<double>& into) {
    const auto range = rangeOf(field);
    const auto value = range && range->most == 1 ? asShare(m.value, m.unit) : inMillimetres(m.value, m.unit);
    if (!value)
      pass("'" + m.name.meaning + "' in the unit '" + m.unit.value + "'");
    else if (range && (*value < range->least || *value > range->most))
      pass("'" + m.name.meaning + "' of " + std::to_string(m.value) + " " + m.unit.value + ", which can't be");
    else if (into && *into != *value)
      pass("a second value of '" + m.name.meaning + "'");
    else
      into = value;
  }

  void takeTear(const MeasurementGroup& group, std::vector<Discontinuity>& into) {
    Discontinuity tear;
    tear.lengthMm = tear.depthFraction = tear.depthMm = -1; // not said
    tear.confidence = 1;
    Answer numbers;
    for (const Measurement& m : group.measurements) {
      const auto field = fieldOf(m.name.meaning, map_);
      if (is(m.name, "410668003") || field == Field::tearLength || squashed(m.name.meaning) == "length")
        set(Field::tearLength, m, numbers.tearLengthMm);
      else if (is(m.name, "A168") || field == Field::depthFraction)
        set(Field::depthFraction, m, numbers.depthFraction);
      else if (is(m.name, "111012"))
        tear.confidence = asShare(m.value, m.unit).value_or(1);
    }
    for (const dicom::Evaluation& evaluation : group.evaluations) {
      if (is(evaluation.name, "A160"))
        tear.kind = dicom::discontinuityKindFrom(evaluation.value).value_or(tear.kind);
      else if (is(evaluation.name, "A172"))
        tear.suspectedAnisotropy = evaluation.value == dicom::codeOf(true);
    }
    tear.lengthMm = numbers.tearLengthMm.value_or(-1);
    tear.depthFraction = numbers.depthFraction.value_or(-1);
    into.push_back(std::move(tear));
  }

  /// As the program's own results are read: the tear that the class rests on.
  static void takeWorst(const std::vector<Discontinuity>& tears, std::optional<GradeClass> grade, Answer& into) {
    if (grade && *grade != GradeClass::partialThickness && *grade != GradeClass::fullThickness)
      return;
    const Discontinuity* worst = report::worst(tears);
    if (!worst || worst->suspectedAnisotropy)
      return;
    if (worst->lengthMm >= 0 && !into.tearLengthMm)
      into.tearLengthMm = worst->lengthMm;
    if (worst->depthFraction >= 0 && !into.depthFraction)
      into.depthFraction = worst->depthFraction;
  }

  /// In HipCuff's reports a reviewer's class stands in a group of that person, beside the program's; thickness and
  /// tears are those that the person left as they were or corrected.
  void giveToReviewers() {
    std::vector<Target> done;
    for (auto& [target, said] : said_) {
      if (target.person.empty() || target.sopInstanceUid.empty() || !said.whole.grade)
        continue;
      const Target device{{}, target.sopInstanceUid, {}, target.pane};
      const auto found = said_.find(device);
      if (found == said_.end())
        continue;
      said.measured = found->second.measured;
      said.tears = found->second.tears;
      done.push_back(device);
    }
    for (const Target& target : done)
      said_.erase(target);
  }

  const dicom::StoredReport& stored_;
  const TableMap& map_;
  bool ours_;
  std::map<Target, Said> said_;
  std::vector<std::string> passed_;
};

} // namespace

ObjectAnswers readReportReference(const std::filesystem::path& file, const TableMap& map) {
  const dicom::StoredReport stored = dicom::readMeasurementReport(file);
  Reader reader(stored, map);
  try {
    reader.read();
  } catch (const InputError& error) {
    throw InputError(file, error.problem(), error.remedy());
  }
  ObjectAnswers out;
  out.ours = stored.manufacturer == "HipCuff";
  out.entries = reader.entries(file);
  out.notes = reader.notes();
  if (out.entries.empty())
    throw InputError(file,
                     "says nothing of a gluteus medius tendon that can be compared" +
                         (out.notes.empty() ? std::string() : "; " + out.notes.front()),
                     "see docs/validation-data.md for what is read of reports");
  return out;
}

} // namespace hipcuff::validation
