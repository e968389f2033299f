#include "hipcuff/validation/system.h"

#include "case_key.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/results_reader.h"
#include "hipcuff/report/review_words.h"
#include "hipcuff/report/worst_discontinuity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_map>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void takeGrade(const Grade& grade, Answer& into) {
  into.grade = grade.grade;
  into.subtype = grade.subtype;
  for (const Refusal refusal : grade.refusals)
    into.reasons.emplace_back(toString(refusal));
  if (grade.grade == GradeClass::notGradable)
    return;
  into.confidence = grade.confidence;
  const double sum = std::accumulate(grade.probabilities.begin(), grade.probabilities.end(), 0.0);
  if (sum <= 0)
    return;
  into.probabilities = grade.probabilities; // written to three places: brought back to a sum of 1
  for (double& p : *into.probabilities)
    p /= sum;
}

void takeThickness(const std::optional<ThicknessSummary>& thickness, Answer& into) {
  if (!thickness)
    return;
  into.thicknessMeanMm = finite(thickness->meanMm);
  into.thicknessMaxMm = finite(thickness->maxMm);
}

/// The tear that the class rests on: what is only suspected of being one, and what stands beside a class that takes no
/// discontinuity for a tear, is none.
void takeTear(const ImageResult& image, Answer& into) {
  if (into.grade != GradeClass::partialThickness && into.grade != GradeClass::fullThickness)
    return;
  const Discontinuity* tear = report::worst(image.measurements.discontinuities);
  if (!tear || tear->suspectedAnisotropy)
    return;
  into.depthFraction = finite(tear->depthFraction);
  if (into.depthFraction)
    into.depthFraction = std::clamp(*into.depthFraction, 0.0, 1.0);
  if (image.mmPerPx)
    into.tearLengthMm = finite(tear->lengthMm);
}

Answer answerOf(const ImageResult& image, bool reviewed) {
  Answer out;
  // In a reviewed file `grade` is that after a person's corrections.
  takeGrade(image.review && !reviewed ? image.review->program : image.grade, out);
  if (reviewed && image.review && image.review->verdict && *image.review->verdict != Verdict::accepted) {
    out.grade = report::classOf(image);
    out.subtype = report::subtypeOf(image);
    out.probabilities.reset(); // those are the program's
    out.confidence.reset();
  }
  takeTear(image, out);
  if (image.mmPerPx)
    takeThickness(image.review && !reviewed ? image.review->programThickness : image.measurements.thickness.summary,
                  out);
  return out;
}

Answer answerOf(const HipResult& hip) {
  Answer out;
  takeGrade(hip.grade, out);
  takeThickness(hip.thickness, out);
  if (out.grade == GradeClass::partialThickness || out.grade == GradeClass::fullThickness)
    for (const ViewResult& view : hip.views)
      if (view.tearLengthMm > out.tearLengthMm.value_or(0))
        out.tearLengthMm = view.tearLengthMm;
  return out;
}

class Reader {
public:
  explicit Reader(const SystemOptions& options)
      : options_(options) {}

  /// A folder of analyze, or one of the many of a batch.
  void take(const fs::path& file) {
    const fs::path reviewed = file.parent_path() / "reviewed" / "results.json";
    std::error_code ignored;
    if (options_.reviewed && fs::exists(reviewed, ignored))
      read(reviewed);
    read(file);
  }

  SystemResults finish() {
    const auto joined = [](const std::set<std::string>& all) {
      std::string out;
      for (const std::string& s : all)
        out += (out.empty() ? "" : ", ") + s;
      return out;
    };
    out_.software = joined(software_);
    out_.criteria = joined(criteria_);
    if (software_.size() > 1)
      out_.warnings.push_back("The results come from several versions: " + out_.software + ".");
    else if (plugins_.size() > 1)
      out_.warnings.push_back(
          "The results come from one plugin in several states: its module or its parameters differ.");
    if (criteria_.size() > 1)
      out_.warnings.push_back("The results rest on several sets of criteria: " + out_.criteria + ".");
    if (standIns_ > 0)
      out_.warnings.push_back(
          "In " + std::to_string(standIns_) + (standIns_ == 1 ? " image" : " images") +
          " a plugin failed and HipCuff's own stage stood in: the figures are not the plugin's alone.");
    if (reviewedLeft_ > 0)
      out_.warnings.push_back(std::to_string(reviewedLeft_) + (reviewedLeft_ == 1 ? " result was" : " results were") +
                              " reviewed by a person; what the program had said before counts.");
    return std::move(out_);
  }

private:
  void read(const fs::path& file) {
    InputFile input{file, "results", sha256OfFile(file), 0};
    std::size_t firstOfStudy = out_.images.size();
    report::PassingFacts each;
    each.image = [&](report::StoredImage&& image) {
      ++input.entries;
      add(std::move(image), file);
    };
    each.study = [&](report::StoredStudy&& study) {
      const std::string exam = study.study.studyInstanceUid.empty() ? study.folder : study.study.studyInstanceUid;
      for (std::size_t i = firstOfStudy; i < out_.images.size(); ++i)
        if (out_.images[i].exam.empty())
          out_.images[i].exam = exam;
      firstOfStudy = out_.images.size();
      for (HipResult& hip : study.study.hips)
        addHip(exam, hip, file);
    };
    const report::StoredResults rest = report::readFacts(file, each);
    std::string with;
    for (const PluginRecord& plugin : rest.plugins)
      with += (with.empty() ? " with " : ", ") + plugin.name + " " + plugin.version;
    software_.insert("HipCuff " + rest.softwareVersion + with);
    if (std::find(plugins_.begin(), plugins_.end(), rest.plugins) == plugins_.end())
      plugins_.push_back(rest.plugins);
    criteria_.insert(rest.criteria.name + " " + rest.criteria.version);
    for (const InputOutcome& outcome : rest.outcomes)
      if (outcome.kind == InputOutcome::Kind::failed)
        out_.failed.push_back({outcome.path, outcome.problem});
    out_.files.push_back(std::move(input));
  }

  void add(report::StoredImage&& stored, const fs::path& file) {
    const ImageResult& image = stored.result;
    SystemImage out;
    out.id = std::move(stored.id);
    out.path = image.path;
    out.sopInstanceUid = image.sopInstanceUid;
    out.exam = image.studyInstanceUid;
    out.pane = image.pane;
    out.rows = image.rows;
    out.columns = image.columns;
    out.frame = image.frame;
    out.side = image.side.value;
    out.view = image.view.value;
    out.mmPerPx = image.mmPerPx;
    out.box = image.regionPx;
    out.mask = std::move(stored.mask);
    out.answer = answerOf(image, options_.reviewed);
    standIns_ += report::standInsText(image).empty() ? 0 : 1;
    reviewedLeft_ += image.review && !options_.reviewed ? 1 : 0;
    const std::string key =
        (out.sopInstanceUid.empty() ? out.path.generic_string() : out.sopInstanceUid) + '\n' + std::to_string(out.pane);
    const auto [place, isNew] = seen_.emplace(key, out_.files.size());
    if (isNew) {
      out_.images.push_back(std::move(out));
      return;
    }
    // A reviewed folder holds the images of the folder that it lies in again, and comes first.
    if (place->second + 1 == out_.files.size() && isReviewOf(out_.files[place->second].path, file))
      return;
    out_.leftovers.push_back(
        {Leftover::Kind::duplicate, out.sopInstanceUid.empty() ? out.path.generic_string() : out.sopInstanceUid,
         "stands in the results twice (the second time in " + file.generic_string() + "); the first one is used"});
  }

  void addHip(const std::string& exam, HipResult& hip, const fs::path& file) {
    const auto [place, isNew] = seenHips_.emplace(hipKey(exam, hip.side), out_.files.size());
    if (isNew)
      out_.hips.push_back({exam, hip.side, answerOf(hip), std::move(hip.images)});
    else if (place->second != out_.files.size() && !isReviewOf(out_.files[place->second].path, file))
      out_.leftovers.push_back({Leftover::Kind::duplicate, hipKey(exam, hip.side),
                                "the hip stands in the results twice (the second time in " + file.generic_string() +
                                    "); the first one is used"});
  }

  static bool isReviewOf(const fs::path& reviewed, const fs::path& file) {
    return reviewed.parent_path().filename() == "reviewed" &&
           reviewed.parent_path().parent_path() == file.parent_path();
  }

  SystemOptions options_;
  SystemResults out_;
  std::unordered_map<std::string, std::size_t> seen_; ///< image -> index of its file
  std::unordered_map<std::string, std::size_t> seenHips_;
  std::set<std::string> software_;
  std::set<std::string> criteria_;
  std::vector<std::vector<PluginRecord>> plugins_; ///< each set of them, whole
  std::size_t reviewedLeft_ = 0;
  std::size_t standIns_ = 0; ///< images with a built-in stage in the place of a plugin that failed
};

/// The results of a batch lie below `studies`; what a person made of them, in `reviewed` beside each, is not one more.
std::vector<fs::path> resultsBelow(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  if (error)
    throw InputError(folder, "can't be read: " + error.message(), "check its permissions");
  for (const auto end = fs::recursive_directory_iterator(); walk != end; walk.increment(error)) {
    if (error)
      throw InputError(folder, "can't be read: " + error.message(), "check its permissions");
    std::error_code ignored;
    if (walk->is_directory(ignored)) {
      const fs::path name = walk->path().filename();
      if (name == "reviewed" || name == "pictures" || name == "masks" || name == "overlays")
        walk.disable_recursion_pending();
    } else if (walk->path().filename() == "results.json") {
      out.push_back(walk->path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

SystemResults readSystem(const std::vector<fs::path>& paths, const SystemOptions& options) {
  Reader reader(options);
  for (const fs::path& path : paths) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
      throw InputError(path, "is not there", "give a results.json, or a folder of hipcuff analyze or batch");
    if (!fs::is_directory(path, ignored)) {
      reader.take(path);
    } else if (fs::exists(path / "results.json", ignored)) {
      reader.take(path / "results.json");
    } else {
      const fs::path studies = path / "studies";
      const auto files = resultsBelow(fs::is_directory(studies, ignored) ? studies : path);
      if (files.empty())
        throw InputError(path, "holds no results.json", "give a results.json, or a folder of hipcuff analyze or batch");
      for (const fs::path& file : files)
        reader.take(file);
    }
  }
  return reader.finish();
}

} // namespace hipcuff::validation
