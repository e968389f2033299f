#include "case_set.h"

#include "text.h"

#include <algorithm>
#include <map>

namespace hipcuff::validation {

const std::string& className(int code) {
  static const std::array<std::string, 5> names = {"Normal", "Tendinosis", "Partial tear", "Full tear", "Not gradable"};
  static const std::string none = "Not stated";
  return code < 0 || code > notGradable ? none : names[static_cast<std::size_t>(code)];
}

std::string classKey(int code) {
  return code < 0 || code > notGradable ? "not_stated" : toString(static_cast<GradeClass>(code));
}

const std::string& thresholdName(int least) {
  static const std::array<std::string, 3> names = {"Tendinosis or worse", "Tear (partial or full)",
                                                   "Full-thickness tear"};
  return names.at(static_cast<std::size_t>(least - 1));
}

std::string thresholdWords(int least) {
  std::string name = thresholdName(least);
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

std::string clusterWord(const Matched& matched, std::size_t count) {
  const bool people = matched.unit == Unit::patient || matched.patientsFrom.find("patient") != std::string::npos;
  return std::string(people ? "patient" : "exam") + (count == 1 ? "" : "s");
}

int codeOf(const Answer* answer) {
  return answer == nullptr || !answer->grade ? missing : static_cast<int>(*answer->grade);
}

std::string unitWord(Unit unit, std::size_t count) {
  return std::string(toString(unit)) + (count == 1 ? "" : "s");
}

std::string countOf(Unit unit, std::size_t count) {
  return grouped(static_cast<long>(count)) + " " + unitWord(unit, count);
}

std::string sourceName(const Source& source) {
  const std::string name = source.name.empty() ? "Reference" : source.name;
  return source.reading == 1 ? name : name + ", reading " + std::to_string(source.reading);
}

std::string keyOf(const std::string& name) {
  std::string key;
  for (const char c : name)
    key += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
  return key;
}

CaseSet::CaseSet(const Matched& matched)
    : matched_(&matched) {
  std::vector<std::string> patients;
  patients.reserve(size());
  reference_.reserve(size());
  system_.reserve(size());
  for (std::size_t row = 0; row < size(); ++row) {
    const Case& one = matched.cases[row];
    // A case of nobody we know is somebody of its own.
    patients.push_back(one.patient.empty() ? "\x01" + one.id : one.patient);
    reference_.push_back(codeOf(one.reference()));
    int code = one.system ? codeOf(&*one.system) : missing;
    if (code == missing && !one.failure.empty())
      code = notGradable;
    system_.push_back(code);
    const int reference = reference_.back();
    if (reference < 0 || reference >= gradeClasses || code == missing)
      continue;
    evaluable_.push_back(row);
    if (code == notGradable)
      continue;
    graded_.push_back(row);
    if (one.system && one.system->probabilities)
      scored_.push_back(row);
  }
  clusters_ = statistics::Clusters::byName(patients);
}

std::optional<double> CaseSet::score(std::size_t row, int least) const {
  const auto& system = at(row).system;
  if (!system || !system->probabilities)
    return std::nullopt;
  double sum = 0;
  for (std::size_t k = static_cast<std::size_t>(least); k < system->probabilities->size(); ++k)
    sum += (*system->probabilities)[k];
  return std::clamp(sum, 0.0, 1.0);
}

bool CaseSet::spokenOf() const {
  return std::any_of(matched_->cases.begin(), matched_->cases.end(),
                     [](const Case& one) { return one.reference() != nullptr; });
}

std::vector<int> CaseSet::classesOf(const Source& source) const {
  std::vector<int> classes;
  classes.reserve(size());
  for (std::size_t row = 0; row < size(); ++row)
    classes.push_back(codeOf(at(row).of(source)));
  return classes;
}

namespace {

/// Whether all that `other` says is said by `one` too.
bool repeats(const Answer* one, const Answer* other) {
  if (other == nullptr || one == nullptr)
    return (one == nullptr) == (other == nullptr);
  const auto same = [&](const auto Answer::*field) { return !(other->*field) || one->*field == other->*field; };
  return one->grade == other->grade && one->probabilities == other->probabilities && same(&Answer::confidence) &&
         same(&Answer::depthFraction) && same(&Answer::thicknessMeanMm) && same(&Answer::thicknessMaxMm) &&
         same(&Answer::tearLengthMm) && same(&Answer::seconds);
}

} // namespace

std::string tooFewWords(const CaseSet& cases) {
  return "no interval: fewer than " + std::to_string(fewestForInterval) + " " + clusterWord(cases.matched());
}

bool holdsNothingNew(const CaseSet& first, const CaseSet& other) {
  if (first.size() != other.size() || first.matched().readers != other.matched().readers)
    return false;
  std::map<std::string, std::size_t> rowOf;
  for (std::size_t row = 0; row < first.size(); ++row)
    if (first.at(row).patient.empty() || !rowOf.emplace(first.at(row).patient, row).second)
      return false;
  for (const Case& theirs : other.matched().cases) {
    const auto found = rowOf.find(theirs.patient);
    if (found == rowOf.end())
      return false;
    const Case& ours = first.at(found->second);
    rowOf.erase(found); // a patient of two cases finds none the second time
    if (ours.failure.empty() != theirs.failure.empty() || (theirs.masks && !ours.masks) ||
        !repeats(ours.system ? &*ours.system : nullptr, theirs.system ? &*theirs.system : nullptr) ||
        !repeats(ours.reference(), theirs.reference()))
      return false;
    for (const Source& reader : other.matched().readers)
      if (!repeats(ours.of(reader), theirs.of(reader)))
        return false;
  }
  return true;
}

statistics::Estimate Context::proportion(const Rows& rows, const std::function<bool(std::size_t)>& hit) const {
  std::vector<statistics::ClusterCount> counts(cases.clusters().count());
  long hits = 0;
  bool clustered = false;
  const auto clusterOf = cases.clusters().ofRows();
  for (const std::size_t row : rows) {
    statistics::ClusterCount& count = counts[clusterOf[row]];
    const bool yes = hit(row);
    hits += yes ? 1 : 0;
    count.hits += yes ? 1 : 0;
    clustered = ++count.total > 1 || clustered;
  }
  if (clustered)
    return statistics::clusteredProportion(counts);
  const long total = static_cast<long>(rows.size());
  return options.exact ? statistics::clopperPearson(hits, total) : statistics::wilson(hits, total);
}

Cell Context::proportionCell(const Rows& rows, const std::function<bool(std::size_t)>& hit) const {
  return share(proportion(rows, hit), std::count_if(rows.begin(), rows.end(), hit), static_cast<long>(rows.size()));
}

statistics::BootstrapOptions Context::bootstrap() const {
  return {.replicates = options.replicates, .seed = options.seed, .threads = options.threads};
}

Rows filtered(const Rows& rows, const std::function<bool(std::size_t)>& keep) {
  Rows kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept), keep);
  return kept;
}

Paragraph text(std::string words) {
  return {std::move(words), ParagraphKind::text};
}
Paragraph warning(std::string words) {
  return {std::move(words), ParagraphKind::warning};
}
Paragraph note(std::string words) {
  return {std::move(words), ParagraphKind::note};
}

std::string classCounts(const std::array<long, 5>& counts) {
  std::string all;
  for (int code = 0; code <= notGradable; ++code)
    if (counts[static_cast<std::size_t>(code)] > 0) {
      std::string name = className(code);
      name[0] = static_cast<char>(name[0] - 'A' + 'a');
      all += (all.empty() ? "" : ", ") + grouped(counts[static_cast<std::size_t>(code)]) + " " + name;
    }
  return all;
}

} // namespace hipcuff::validation
