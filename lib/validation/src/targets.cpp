#include "targets.h"

#include "answers.h"
#include "case_key.h"

#include <algorithm>
#include <set>

namespace hipcuff::validation {
namespace {

bool saysAnything(const ReferenceEntry& entry) {
  return saysAnything(entry.answer) || !entry.mask.empty() || !entry.frames.empty() || entry.verified;
}

} // namespace

std::string nameOf(const ReferenceEntry& entry) {
  if (!entry.sopInstanceUid.empty())
    return entry.sopInstanceUid;
  if (!entry.file.empty())
    return entry.file;
  if (!entry.imageId.empty())
    return entry.imageId;
  const std::string whose = entry.exam.empty() ? entry.patient : entry.exam;
  return entry.side ? hipKey(whose, entry.side) : whose;
}

Targets::Targets(const SystemResults& system, const Reference& reference)
    : system_(system)
    , reference_(reference)
    , index_(system) {
  std::set<std::string> folders;
  for (const SystemImage& image : system.images)
    if (!image.exam.empty() && folders.insert(image.exam).second) {
      examFolders_.add(image.exam, static_cast<std::uint32_t>(examNames_.size()));
      examNames_.push_back(image.exam);
    }
  for (std::uint32_t i = 0; i < system.failed.size(); ++i)
    failed_.add(system.failed[i].path.generic_string(), i);
  addHips();
  learnPatients();
  for (std::uint32_t i = 0; i < reference.entries.size(); ++i) {
    if (reference.entries[i].namesImage())
      addImageEntry(i);
    else
      addOtherEntry(i);
  }
  noteSides();
}

void Targets::addHips() {
  std::unordered_map<std::string, std::uint32_t> hipOfImage; // exam and UID or path
  for (const SystemHip& hip : system_.hips) {
    const auto h = hipOf(hip.exam, hip.side, hipKey(hip.exam, hip.side));
    hips[h].system = hip.answer;
    for (const std::string& image : hip.images)
      hipOfImage.emplace(hip.exam + '\n' + image, h);
  }
  const std::size_t known = hips.size();
  targetOfImage_.assign(system_.images.size(), -1);
  std::vector<std::vector<const Answer*>> answers;
  for (std::uint32_t i = 0; i < system_.images.size(); ++i) {
    const SystemImage& image = system_.images[i];
    const std::string& name = image.sopInstanceUid.empty() ? image.path.generic_string() : image.sopInstanceUid;
    const auto found = hipOfImage.find(image.exam + '\n' + name);
    const std::uint32_t h =
        found != hipOfImage.end() ? found->second : hipOf(image.exam, image.side, hipKey(image.exam, image.side));
    if (h >= known) {
      answers.resize(std::max<std::size_t>(answers.size(), h - known + 1));
      answers[h - known].push_back(&image.answer);
    }
    if (image.pane != 0)
      continue;
    targetOfImage_[i] = static_cast<std::int64_t>(images.size());
    hips[h].images.push_back(static_cast<std::uint32_t>(images.size()));
    ImageTarget target;
    target.system = i;
    target.hip = h;
    images.push_back(std::move(target));
  }
  for (std::size_t k = 0; k < answers.size(); ++k)
    hips[known + k].system = worstOf(answers[k]);
  for (std::uint32_t h = 0; h < hips.size(); ++h)
    examHips_[hips[h].exam].push_back(h);
}

std::uint32_t Targets::hipOf(const std::string& exam, const std::optional<Side>& side, const std::string& key) {
  const auto [place, isNew] = hipByKey_.emplace(key, static_cast<std::uint32_t>(hips.size()));
  if (isNew) {
    HipTarget hip;
    hip.exam = exam;
    hip.side = side;
    hip.key = key;
    hips.push_back(std::move(hip));
  }
  return place->second;
}

std::optional<std::string> Targets::examNamed(const std::string& name) const {
  if (name.empty())
    return std::nullopt;
  if (examHips_.contains(name))
    return name;
  const auto found = examFolders_.find(name);
  return found.value ? std::optional(examNames_[*found.value]) : std::nullopt;
}

void Targets::learnPatients() {
  for (const ReferenceEntry& entry : reference_.entries) {
    if (entry.patient.empty())
      continue;
    std::string exam = examNamed(entry.exam).value_or(entry.exam);
    if (entry.namesImage())
      if (const auto found = index_.find(entry); found.image)
        exam = system_.images[*found.image].exam;
    if (exam.empty())
      continue;
    const auto [place, isNew] = patientByExam_.emplace(exam, entry.patient);
    if (isNew)
      examsByPatient_[entry.patient].push_back(exam);
    else if (place->second != entry.patient)
      conflict(entry, "gives exam " + exam + " to patient " + entry.patient + ", another row to " + place->second +
                          "; the first one is used");
  }
}

void Targets::conflict(const ReferenceEntry& entry, const std::string& why) {
  leftovers.push_back({Leftover::Kind::conflict, nameOf(entry) + " (" + reference_.whereIs(entry) + ")", why});
}

std::uint32_t Targets::looseImage(const ReferenceEntry& entry) {
  const std::string key = nameOf(entry) + (entry.pane.value_or(0) > 0 ? " pane " + std::to_string(*entry.pane) : "");
  const auto [place, isNew] = looseByKey_.emplace(key, static_cast<std::uint32_t>(images.size()));
  if (!isNew)
    return place->second;
  ImageTarget target;
  target.key = key;
  if (!entry.file.empty())
    if (const auto failure = failed_.find(entry.file); failure.value)
      target.failure = system_.failed[*failure.value].problem;
  const std::string exam = examNamed(entry.exam).value_or(entry.exam);
  const auto known = examHips_.find(exam);
  const bool one = known != examHips_.end() && known->second.size() == 1;
  const auto h = !exam.empty() && one && !entry.side ? known->second.front()
                 : exam.empty()                      ? hipOf({}, entry.side, key)
                                                     : hipOf(exam, entry.side, hipKey(exam, entry.side));
  target.hip = h;
  hips[h].images.push_back(static_cast<std::uint32_t>(images.size()));
  images.push_back(std::move(target));
  return place->second;
}

void Targets::addImageEntry(std::uint32_t i) {
  const ReferenceEntry& entry = reference_.entries[i];
  const auto found = index_.find(entry);
  if (!found.why.empty()) {
    conflict(entry, found.why);
    return;
  }
  if (!saysAnything(entry) && !found.image)
    return;
  std::uint32_t t = 0;
  if (!found.image) {
    t = looseImage(entry);
  } else {
    t = targetOf(*found.image);
    if (entry.segments && !entry.pane)
      addToFurtherPanes(i, *found.image);
  }
  if (!entry.patient.empty() && images[t].patient.empty())
    images[t].patient = entry.patient;
  images[t].entries.push_back(i);
  if (found.image && entry.side && system_.images[*found.image].side &&
      *entry.side != *system_.images[*found.image].side) {
    ++otherSides_;
    if (firstOtherSide_.empty())
      firstOtherSide_ = nameOf(entry) + " (" + reference_.whereIs(entry) + ")";
  }
}

std::uint32_t Targets::targetOf(std::uint32_t imageOfResults) {
  if (targetOfImage_[imageOfResults] >= 0)
    return static_cast<std::uint32_t>(targetOfImage_[imageOfResults]);
  // A further pane that the reference speaks of.
  const SystemImage& image = system_.images[imageOfResults];
  const auto t = static_cast<std::uint32_t>(images.size());
  targetOfImage_[imageOfResults] = t;
  ImageTarget target;
  target.system = imageOfResults;
  target.hip = hipOf(image.exam, image.side, hipKey(image.exam, image.side));
  hips[static_cast<std::size_t>(target.hip)].images.push_back(t);
  images.push_back(std::move(target));
  return t;
}

/// A segmentation has the whole screen's pixels, so it speaks of each of its panes.
void Targets::addToFurtherPanes(std::uint32_t i, std::uint32_t firstPane) {
  ReferenceEntry pane = reference_.entries[i];
  constexpr int most = 9;
  for (int number = 1; number <= most; ++number) {
    pane.pane = number;
    const auto found = index_.find(pane);
    if (!found.image || *found.image == firstPane)
      return;
    images[targetOf(*found.image)].entries.push_back(i);
  }
}

void Targets::addOtherEntry(std::uint32_t i) {
  const ReferenceEntry& entry = reference_.entries[i];
  if (!saysAnything(entry))
    return;
  std::string exam = examNamed(entry.exam).value_or(entry.exam);
  if (exam.empty()) {
    const auto exams = examsByPatient_.find(entry.patient);
    if (!entry.side) {
      patientEntries[entry.patient].push_back(i);
      return;
    }
    if (exams != examsByPatient_.end() && exams->second.size() > 1) {
      conflict(entry, "the patient has " + std::to_string(exams->second.size()) +
                          " exams; say which one in a column study_instance_uid");
      return;
    }
    if (exams == examsByPatient_.end()) {
      const auto h = hipOf({}, entry.side, hipKey(entry.patient, entry.side));
      hips[h].patient = entry.patient;
      hips[h].entries.push_back(i);
      return;
    }
    exam = exams->second.front();
  }
  const auto known = examHips_.find(exam);
  if (!entry.side && known != examHips_.end() && known->second.size() == 1) {
    hips[known->second.front()].entries.push_back(i);
  } else if (!entry.side) {
    const std::string patient = entry.patient.empty() ? patientOf(exam) : entry.patient;
    patientEntries[patient.empty() ? exam : patient].push_back(i);
  } else {
    const auto h = hipOf(exam, entry.side, hipKey(exam, entry.side));
    if (hips[h].patient.empty())
      hips[h].patient = entry.patient;
    hips[h].entries.push_back(i);
  }
}

void Targets::noteSides() {
  if (otherSides_ > 0)
    warnings.push_back(std::to_string(otherSides_) + (otherSides_ == 1 ? " row names" : " rows name") +
                       " another side than the results do, first " + firstOtherSide_ +
                       "; the picture decides, the side is the results'.");
  const auto further = static_cast<std::size_t>(std::count(targetOfImage_.begin(), targetOfImage_.end(), -1));
  if (further > 0)
    warnings.push_back(std::to_string(further) + (further == 1 ? " further pane is" : " further panes are") +
                       " not compared: the first pane of a screen is, unless a column 'pane' names another.");
}

std::string Targets::patientOf(const std::string& exam) const {
  const auto found = patientByExam_.find(exam);
  return found == patientByExam_.end() ? std::string() : found->second;
}

std::string Targets::patientOf(const HipTarget& hip) const {
  if (!hip.patient.empty())
    return hip.patient;
  if (const std::string known = hip.exam.empty() ? std::string() : patientOf(hip.exam); !known.empty())
    return known;
  for (const std::uint32_t i : hip.images)
    if (!images[i].patient.empty())
      return images[i].patient;
  return {};
}

std::string Targets::patientOf(const ImageTarget& image) const {
  return image.patient.empty() && image.hip >= 0 ? patientOf(hips[static_cast<std::size_t>(image.hip)]) : image.patient;
}

} // namespace hipcuff::validation
