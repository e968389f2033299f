#include "hipcuff/review/exam_review.h"

#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/folder_swap.h"
#include "hipcuff/core/png.h"
#include "hipcuff/grading/tears.h"
#include "hipcuff/report/narrative.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/report/results_writer.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

namespace hipcuff::review {
namespace {

/// A person's word, as near to certain as odds that are multiplied may be: two people who contradict each other in two
/// planes leave a hip unsure, not undefined.
constexpr double personsWord = 0.997;
/// No class is impossible to who brings planes together.
constexpr double leastProbability = 1e-4;
constexpr int largestPictureSide = 16384; ///< as reading believes it

void keepPossible(std::array<double, 4>& probabilities) {
  double sum = 0;
  for (double& p : probabilities)
    sum += p = std::max(p, leastProbability);
  for (double& p : probabilities)
    p /= sum;
}

std::string byWhom(const Review& review) {
  std::string text = "Graded by a reader";
  if (!review.by.empty())
    text += " (" + review.by + ")";
  text += ": " + std::string(inWords(review.grade));
  return text + (review.reason.empty() ? "." : ", because: " + review.reason);
}

/// What a person said in the place of the program's grade.
void takeVerdict(ImageResult& image) {
  Grade& grade = image.grade;
  if (image.review && image.review->verdict == Verdict::changed) {
    const Review& review = *image.review;
    Grade persons;
    persons.grade = review.grade;
    persons.subtype = review.subtype;
    persons.probabilities.fill((1 - personsWord) / 3);
    persons.probabilities.at(static_cast<std::size_t>(review.grade)) = personsWord;
    persons.confidence = personsWord;
    persons.reasons = {byWhom(review)};
    persons.certainty = grade.grade == review.grade ? grade.certainty : Certainty::suspected;
    persons.tear = isTear(review.grade) ? grade.tear : std::nullopt;
    persons.evidence = grade.evidence;
    persons.reasons.insert(persons.reasons.end(), grade.reasons.begin(), grade.reasons.end());
    grade = std::move(persons);
  } else if (image.review && image.review->verdict == Verdict::refused) {
    const std::vector<Refusal> refusals = grade.refusals.empty() ? std::vector{Refusal::unsure} : grade.refusals;
    Grade none;
    none.refusals = refusals;
    none.reasons = {"A reader finds the picture not fit to be graded: " + image.review->reason};
    grade = std::move(none);
  } else if (grade.grade != GradeClass::notGradable) {
    keepPossible(grade.probabilities);
  }
}

/// Pictures that see the same tissue.
using Plane = std::tuple<std::string, std::size_t, std::optional<Side>, std::optional<View>>;

/// Where a person changed a picture's class, pictures of the same plane that nobody decided about add nothing to the
/// hip's grade: they would outvote who looked.
void followDecided(std::vector<ImageResult>& images) {
  struct Decided {
    std::array<double, 4> sum{};
    int count = 0;
    bool changed = false;
  };
  std::map<Plane, Decided> planes;
  PatientNumbers patients;
  const auto planeOf = [&patients](const ImageResult& image) {
    const std::string study = studyKey(image);
    return Plane(study, patients.of(study, image.patientKey), image.side.value, image.view.value);
  };
  const auto decided = [](const ImageResult& image) { return image.review && image.review->verdict; };
  for (const ImageResult& image : images)
    if (decided(image) && image.grade.grade != GradeClass::notGradable) {
      Decided& plane = planes[planeOf(image)];
      for (std::size_t k = 0; k < plane.sum.size(); ++k)
        plane.sum[k] += image.grade.probabilities[k];
      ++plane.count;
      plane.changed = plane.changed || image.review->verdict == Verdict::changed;
    }
  for (ImageResult& image : images) {
    const auto plane = planes.find(planeOf(image));
    if (decided(image) || image.grade.grade == GradeClass::notGradable || plane == planes.end() ||
        !plane->second.changed)
      continue;
    for (std::size_t k = 0; k < image.grade.probabilities.size(); ++k)
      image.grade.probabilities[k] = plane->second.sum[k] / plane->second.count;
  }
}

std::vector<StudyResult> together(const std::vector<ImageResult>& images, const std::string& studyDate,
                                  const Criteria& criteria) {
  StudyCollector collector(criteria);
  for (const ImageResult& image : images)
    collector.add(image, studyDate);
  return collector.finish();
}

/// A reviewed picture of another exam in the same results folder: saving this exam must not lose it.
struct Kept {
  ImageResult image;
  std::string studyDate;
};

/// Those of DIR/reviewed that are not among `ids`, with their pixels.
std::vector<Kept> keptFrom(const std::filesystem::path& reviewed, const std::set<std::string>& ids) {
  std::vector<Kept> kept;
  if (std::error_code ignored; !std::filesystem::exists(reviewed / "results.json", ignored))
    return kept;
  for (report::StoredStudy& study : report::readResults(reviewed).studies)
    for (report::StoredImage& image : study.images) {
      if (ids.contains(image.id))
        continue;
      Kept& one = kept.emplace_back(Kept{std::move(image.result), study.study.studyDate});
      if (!image.picture.empty())
        one.image.picture = std::make_shared<const RgbImage>(readPng(image.picture, largestPictureSide));
    }
  return kept;
}

/// Whether DIR's results lack some of these pictures: the exam has grown since.
/// @throws OutputError where they also hold others: a slip in the choice of a folder
bool lacksSome(const std::filesystem::path& folder, const std::set<std::string>& ids) {
  std::set<std::string> missing = ids;
  bool others = false;
  report::readImages(folder,
                     [&](const report::PassingImage& image) { others = missing.erase(image.id) == 0 || others; });
  if (!missing.empty() && others)
    throw OutputError(folder, "the folder holds results of other pictures",
                      "choose an empty folder, or the exam's own");
  return !missing.empty();
}

/// Adds the plugins of earlier results.
void addPlugins(const std::filesystem::path& folder, std::vector<PluginRecord>& plugins) {
  if (std::error_code ignored; !std::filesystem::exists(folder / "results.json", ignored))
    return;
  for (PluginRecord& plugin : report::readFacts(folder, {}).plugins)
    if (std::find(plugins.begin(), plugins.end(), plugin) == plugins.end())
      plugins.push_back(std::move(plugin));
}

/// As it stands, a person's word in the place of the program's; without what hips and words are not made from.
std::vector<ImageResult> asDecided(const std::vector<const ImageReview*>& reviews) {
  std::vector<ImageResult> images;
  for (const ImageReview* review : reviews) {
    ImageResult& image = images.emplace_back(review->current());
    image.picture.reset();
    image.anatomy.tendon.tissue.reset();
    takeVerdict(image);
  }
  return images;
}

bool belongs(const ImageResult& image, const StudyResult& study) {
  if (!study.studyInstanceUid.empty() && !study.patient)
    return image.studyInstanceUid == study.studyInstanceUid;
  const std::string name = image.sopInstanceUid.empty() ? image.path.string() : image.sopInstanceUid;
  return std::any_of(study.hips.begin(), study.hips.end(), [&](const HipResult& hip) {
    return std::find(hip.images.begin(), hip.images.end(), name) != hip.images.end();
  });
}

using ResultOf = const ImageResult& (ImageReview::*)() const noexcept;

void write(const std::filesystem::path& folder, const std::vector<const ImageReview*>& reviews, ResultOf which,
           const std::vector<Kept>& kept, const std::vector<StudyResult>& studies, const SaveOptions& options,
           const Criteria& criteria) {
  report::RunInfo info;
  info.commandLine = options.commandLine;
  info.criteria = criteria;
  info.plugins = options.plugins;
  report::ResultsWriter writer(folder, std::move(info));
  for (const ImageReview* review : reviews) {
    ImageResult image = (review->*which)();
    image.picture = review->pictureOf(image);
    writer.add(image);
  }
  for (const Kept& other : kept)
    writer.add(other.image);
  writer.finish(studies);
}

/// Takes back what a failed attempt made.
class Undoing {
public:
  explicit Undoing(std::vector<std::filesystem::path> made) {
    for (std::filesystem::path& path : made)
      if (std::error_code ignored; !std::filesystem::exists(path, ignored))
        made_.push_back(std::move(path));
  }
  ~Undoing() {
    for (const std::filesystem::path& path : made_) {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  }
  Undoing(const Undoing&) = delete;
  Undoing& operator=(const Undoing&) = delete;
  void keep() noexcept { made_.clear(); }

private:
  std::vector<std::filesystem::path> made_;
};

} // namespace

ExamReview::ExamReview(std::vector<const ImageReview*> images, std::string studyDate, Criteria criteria)
    : images_(std::move(images))
    , studyDate_(std::move(studyDate))
    , criteria_(std::move(criteria)) {
  if (std::find(images_.begin(), images_.end(), nullptr) != images_.end())
    throw std::invalid_argument("ExamReview: a picture is missing");
}

std::vector<StudyResult> ExamReview::studies() const {
  std::vector<ImageResult> images = asDecided(images_);
  followDecided(images);
  return together(images, studyDate_, criteria_);
}

std::string ExamReview::narrative() const {
  const std::vector<ImageResult> images = asDecided(images_);
  std::string text;
  for (const StudyResult& study : studies()) {
    std::vector<ImageResult> own;
    std::copy_if(images.begin(), images.end(), std::back_inserter(own),
                 [&](const ImageResult& image) { return belongs(image, study); });
    text += (text.empty() ? "" : "\n") + report::narrative(study, own, criteria_);
  }
  return text;
}

void ExamReview::save(const SaveOptions& given) const {
  SaveOptions options = given;
  const std::filesystem::path& folder = options.folder;
  std::set<std::string> ids;
  for (const ImageReview* review : images_)
    ids.insert(report::imageId(review->program()));
  std::vector<Kept> kept;
  std::error_code unknown;
  bool writeProgram = !std::filesystem::exists(folder / "results.json", unknown);
  try {
    if (!writeProgram)
      writeProgram = lacksSome(folder, ids);
    kept = keptFrom(folder / "reviewed", ids);
    addPlugins(folder, options.plugins);
    addPlugins(folder / "reviewed", options.plugins);
  } catch (const InputError& error) { // what is there can't be read: it is not written over
    throw OutputError(error.path(), error.problem(), "choose another folder");
  }
  if (writeProgram) {
    Undoing made({folder, folder / "masks", folder / "pictures"});
    std::vector<ImageResult> programs;
    for (const ImageReview* review : images_)
      programs.push_back(review->program());
    write(folder, images_, &ImageReview::program, {}, together(programs, studyDate_, criteria_), options, criteria_);
    made.keep();
  }
  std::vector<StudyResult> all = studies();
  std::map<std::string, std::vector<ImageResult>> others; // by study date: the collector takes one for all
  for (const Kept& other : kept) {
    ImageResult& image = others[other.studyDate].emplace_back(other.image);
    image.picture.reset();
    takeVerdict(image);
  }
  for (auto& [date, images] : others) {
    followDecided(images);
    const std::vector<StudyResult> more = together(images, date, criteria_);
    all.insert(all.end(), more.begin(), more.end());
  }
  FolderSwap swap(folder / "reviewed");
  write(swap.path(), images_, &ImageReview::current, kept, all, options, criteria_);
  swap.commit();
}

} // namespace hipcuff::review
