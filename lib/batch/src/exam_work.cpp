#include "exam_work.h"

#include "settings.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/time_now.h"
#include "hipcuff/core/version.h"
#include "hipcuff/plugin/record.h"
#include "hipcuff/report/thumbnail.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <new>
#include <tuple>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
constexpr const char* recordName = "exam.json";
constexpr const char* thumbnailsFolder = "thumbnails"; ///< gone when the exam is done

report::RunInfo runInfo(const BatchOptions& options) {
  // One job: a result does not tell how many there were, so that runs can be compared byte by byte.
  return {.commandLine = options.resultCommandLine,
          .criteria = options.criteria,
          .jobs = 1,
          .pictures = options.pictures,
          .plugins = plugin::recordsOf(options.plugins)};
}

double millisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Not synced: it is copied, and synced with the exam, where it is wanted.
void putThumbnail(const fs::path& file, const ImageResult& image) {
  std::ofstream stream(file, std::ios::binary);
  stream << report::thumbnailJpeg(image);
  if (!stream.flush())
    throw OutputError(file, "writing failed", "free some space or choose another folder");
}

/// How well an image shows a hip's class; the larger the better.
std::tuple<bool, bool, double> shows(const ImageRecord& image, const HipResult& hip) {
  const double share = image.probabilities && hip.grade.grade != GradeClass::notGradable
                           ? (*image.probabilities)[static_cast<std::size_t>(hip.grade.grade)]
                           : 0;
  return {image.grade == toString(hip.grade.grade), image.gradable, share};
}

/// What hips are brought together from: the rest is on disk already.
void slim(ImageResult& image) {
  image.picture.reset();
  image.anatomy = {};
  image.frameSummaries.clear();
  image.measurements.thickness.profile.clear();
  for (Discontinuity& d : image.measurements.discontinuities)
    d.polygonMm.clear();
}

} // namespace

ExamWork::ExamWork(PlannedExam exam, const BatchOptions& options, const std::string& settings,
                   const fs::path& workFolder)
    : exam_(std::move(exam))
    , options_(options)
    , settings_(settings)
    , folder_(options.out / examFolder(exam_.name), workFolder)
    , writer_(folder_.path(), runInfo(options))
    , exporters_(options.plugins, folder_.path(), options.onPluginFault)
    , exporting_(!exporters_.empty())
    , outputs_(exam_.inputs.size()) {
  if (options.pictures)
    requireWritableFolder(folder_.path() / thumbnailsFolder);
}

std::optional<std::size_t> ExamWork::take() {
  const std::lock_guard lock(mutex_);
  return next_ < exam_.inputs.size() ? std::optional(next_++) : std::nullopt;
}

const InputRecord* ExamWork::peek() const {
  const std::lock_guard lock(mutex_);
  return next_ < exam_.inputs.size() ? &exam_.inputs[next_] : nullptr;
}

bool ExamWork::allTaken() const {
  const std::lock_guard lock(mutex_);
  return next_ >= exam_.inputs.size();
}

InputOutput ExamWork::analyse(std::size_t index, const Analyzer& analyzer, const OpenOptions& open) {
  const auto start = std::chrono::steady_clock::now();
  const fs::path path = exam_.inputs[index].path;
  InputOutput output;
  const auto failed = [&](std::string problem, std::string remedy) {
    if (!output.header) // the next run opens it anew
      output.sha256.clear();
    output.images.clear();
    output.records.clear();
    output.failure = InputOutcome{InputOutcome::Kind::failed, path, std::move(problem), std::move(remedy)};
  };
  SilentProgress silent;
  try {
    output.sha256 = sha256OfFile(path);
    Cine cine = openCine(path, open);
    if (cine.studyInstanceUid != exam_.studyInstanceUid)
      throw InputError(path, "has changed and belongs to another study now", "run again with --resume");
    output.studyDate = cine.studyDate;
    describe(cine, output.header.emplace(exam_.inputs[index]));
    cine.problems.insert(cine.problems.end(), options_.remarks.begin(), options_.remarks.end());
    output.images = analyzer.analyze(cine, silent);
  } catch (const OutputError&) {
    throw;
  } catch (const StageError& error) { // which picture it was; the problem names the plugin
    throw StageError(path, error.problem(), error.remedy() + ", or give --plugin-fault builtin");
  } catch (const ConfigError&) {
    throw;
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    failed(error.problem(), error.remedy());
  } catch (const std::bad_alloc&) {
    failed("not enough memory to analyse it", "free some memory or try fewer --jobs");
  } catch (const std::exception& error) {
    failed(std::string("analysis failed: ") + error.what(), "please report it with the file");
  }
  for (ImageResult& image : output.images) {
    writer_.add(image);
    output.records.push_back(recordOf(image, report::imageId(image)));
    if (options_.pictures && image.picture && !image.picture->empty())
      putThumbnail(thumbnailFile(output.records.back().image), image);
    if (!exporting_)
      slim(image);
  }
  output.milliseconds = millisecondsSince(start);
  return output;
}

bool ExamWork::done(std::size_t input, InputOutput output) {
  const std::lock_guard lock(mutex_);
  outputs_[input].emplace(std::move(output));
  exportWhatIsDue();
  return ++finished_ == exam_.inputs.size();
}

/// Exporters are told of the images in the order of the inputs, whichever was done first.
void ExamWork::exportWhatIsDue() {
  for (; exporting_ && exported_ < outputs_.size() && outputs_[exported_]; ++exported_)
    for (ImageResult& image : outputs_[exported_]->images) {
      exporters_.add(image);
      slim(image);
    }
}

fs::path ExamWork::thumbnailFile(const std::string& image) const {
  return folder_.path() / thumbnailsFolder / (image + ".jpg");
}

std::string ExamWork::keepThumbnail(const std::vector<ImageRecord>& images, const HipResult& hip, int patient) const {
  const ImageRecord* best = nullptr; // the first of equal ones, in the order of the paths
  for (const ImageRecord& image : images) {
    const std::string& name = image.sopInstanceUid.empty() ? image.path : image.sopInstanceUid;
    if (std::find(hip.images.begin(), hip.images.end(), name) != hip.images.end() &&
        fs::exists(thumbnailFile(image.image)) && (best == nullptr || shows(image, hip) > shows(*best, hip)))
      best = &image;
  }
  if (best == nullptr)
    return {};
  const std::string name = std::string("thumb") + (patient > 1 ? std::to_string(patient) : "") +
                           (hip.side ? std::string("-") + toString(*hip.side) : "") + ".jpg";
  std::error_code error;
  fs::rename(thumbnailFile(best->image), folder_.path() / name, error);
  if (error)
    throw OutputError(folder_.path() / name, "cannot be written: " + error.message(), "check the disk");
  return name;
}

ExamRecord ExamWork::finish() {
  ExamRecord record;
  record.key = exam_.key;
  record.name = exam_.name;
  record.studyInstanceUid = exam_.studyInstanceUid;
  record.folder = exam_.folder;
  record.studyDate = exam_.studyDate;
  record.settings = settings_;
  record.version = version;
  record.criteria = criteriaName(options_.criteria);
  record.plugins = pluginNames(options_);
  StudyCollector collector(options_.criteria);
  for (std::size_t i = 0; i < exam_.inputs.size(); ++i) {
    InputOutput& output = outputs_[i].value();
    InputRecord input = std::move(output.header ? *output.header : exam_.inputs[i]);
    input.sha256 = output.sha256;
    input.milliseconds = output.milliseconds;
    input.state = output.failure ? InputState::failed : InputState::done;
    input.problem = output.failure ? output.failure->problem : "";
    input.remedy = output.failure ? output.failure->remedy : "";
    record.seconds += output.milliseconds / 1000;
    if (output.failure) {
      writer_.addOutcome(*output.failure);
      record.error = output.failure->problem;
    }
    for (const ImageResult& image : output.images)
      collector.add(image, output.studyDate);
    record.images.insert(record.images.end(), output.records.begin(), output.records.end());
    record.inputs.push_back(std::move(input));
  }
  if (!record.images.empty())
    record.error.clear();
  const std::vector<StudyResult> studies = collector.finish();
  for (const StudyResult& study : studies) {
    if (record.studyDate.empty())
      record.studyDate = study.studyDate;
    if (study.patient && *study.patient == 1)
      record.notes.push_back(exam_.name +
                             ": the files of this study name several patients, who are kept apart; look up "
                             "whose pictures they are");
    for (const HipResult& hip : study.hips) {
      record.hips.push_back(recordOf(hip));
      record.hips.back().thumbnail = keepThumbnail(record.images, hip, study.patient.value_or(1));
    }
  }
  writer_.finish(studies);
  exporters_.finish(studies);
  for (const std::string& problem : exporters_.takeProblems())
    record.notes.push_back(exam_.name + ": " + problem);
  std::error_code ignored;
  fs::remove_all(folder_.path() / thumbnailsFolder, ignored);
  record.finished = timeNow();
  writeFileAtomically(folder_.path() / recordName, toJson(record));
  folder_.commit({reviewsFolder, objectsFolder});
  return record;
}

std::optional<ExamRecord> alreadyThere(const PlannedExam& exam, const BatchOptions& options,
                                       const std::string& settings) {
  const fs::path file = options.out / examFolder(exam.name) / recordName;
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    return std::nullopt;
  try {
    ExamRecord record = readExamRecord(file);
    const auto same = [](const InputRecord& then, const InputRecord& now) {
      return then.path == now.path && then.size == now.size && then.modified == now.modified;
    };
    const auto toBeTriedAgain = [&options](const InputRecord& input) {
      return input.state == InputState::failed && (options.retryFailed || input.sha256.empty());
    };
    if (std::any_of(record.inputs.begin(), record.inputs.end(), toBeTriedAgain) || record.key != exam.key ||
        record.settings != settings || record.version != version ||
        !std::equal(record.inputs.begin(), record.inputs.end(), exam.inputs.begin(), exam.inputs.end(), same))
      return std::nullopt;
    return record;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

} // namespace hipcuff::batch
