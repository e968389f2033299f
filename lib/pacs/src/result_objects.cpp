#include "hipcuff/pacs/result_objects.h"

#include "manifest.h"
#include "object_folder.h"
#include "source_finder.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/core/time_now.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/results/image_presentation.h"
#include "hipcuff/dicom/results/report_of.h"
#include "hipcuff/dicom/results/result_segments.h"
#include "hipcuff/dicom/results/secondary_capture.h"
#include "hipcuff/report/results_reader.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <regex>
#include <set>
#include <utility>

namespace hipcuff::pacs {
namespace {

using dicom::ObjectKind;
using report::StoredImage;

std::string criteriaText(const Criteria& criteria) {
  std::string all = criteria.name + " " + criteria.version + "\n";
  for (const auto& [name, criterion] : criteria.items) {
    std::array<char, 40> value{};
    std::snprintf(value.data(), value.size(), "%a", criterion.value);
    all += name + "=" + value.data() + "\n";
  }
  return all;
}

/// What the values depend on besides the picture and the program.
std::string settingsOf(const report::StoredResults& results) {
  std::string all = results.softwareVersion + "\n" + criteriaText(results.criteria);
  for (const PluginRecord& plugin : results.plugins)
    all += "plugin " + plugin.name + " " + plugin.version + " " + plugin.moduleSha256 + "\n";
  return all;
}

/// The person asked for it, between two images.
struct Stopped {};

std::string subjectOfStudy(const std::string& uid) {
  return "study-" + sha256(uid).substr(0, 12);
}

std::string sizeText(int columns, int rows) {
  return std::to_string(columns) + " x " + std::to_string(rows);
}

class Writer {
public:
  Writer(const std::filesystem::path& results, const ObjectsOptions& options, const std::filesystem::path& home,
         std::string digest, Progress& progress)
      : kinds_(options.kinds.begin(), options.kinds.end())
      , progress_(progress)
      , results_(results)
      , digest_(std::move(digest))
      , facts_(report::readFacts(results, {{}, [this](report::StoredStudy study) { note(std::move(study)); }}))
      , finder_(facts_.folder, options.sources)
      , folder_(home) {
    out_.folder = home;
    for (const auto kind : {ObjectKind::sr, ObjectKind::seg, ObjectKind::gsps, ObjectKind::sc})
      if (folder_.holds(kind))
        kinds_.insert(kind);
    provenance_.version = version;
    provenance_.measuredBy = facts_.softwareVersion;
    provenance_.settings = settingsOf(facts_);
    provenance_.created = timeNow();
    settings_ = {facts_.softwareVersion.empty() ? version : facts_.softwareVersion, facts_.criteria.name,
                 facts_.criteria.version, sha256(criteriaText(facts_.criteria))};
  }

  ResultObjects write() {
    std::int64_t images = 0;
    report::readImages(results_, [&](const report::PassingImage&) { ++images; });
    progress_.start("Writing DICOM objects", images);
    try {
      // A study's images stand together in the file.
      std::vector<StoredImage> study;
      report::readImages(results_, [&](const report::PassingImage& passing) {
        auto image = passing.read();
        if (!study.empty() && study.front().result.studyInstanceUid != image.result.studyInstanceUid)
          writeStudy(std::exchange(study, {}));
        study.push_back(std::move(image));
      });
      if (!study.empty())
        writeStudy(study);
    } catch (const Stopped&) {
      out_.stopped = true;
    }
    writeList(out_.folder, digest_, out_, settleEarlier());
    progress_.finish();
    return std::move(out_);
  }

private:
  [[nodiscard]] bool wants(ObjectKind kind) const { return kinds_.contains(kind); }

  void note(report::StoredStudy study) {
    if (study.study.patient)
      mixed_.insert(study.study.studyInstanceUid);
    studies_.emplace(study.study.studyInstanceUid, std::move(study.study));
  }

  void leaveOut(InputOutcome::Kind kind, const std::filesystem::path& path, std::string problem, std::string remedy) {
    out_.leftOut.push_back({kind, path, std::move(problem), std::move(remedy)});
  }
  void fail(const std::filesystem::path& path, std::string problem, std::string remedy) {
    leaveOut(InputOutcome::Kind::failed, path, std::move(problem), std::move(remedy));
  }

  /// What an earlier run left and this one did not make again. @returns what stays
  std::vector<ListedObject> settleEarlier() {
    std::vector<ListedObject> stays;
    for (const ListedObject& object : folder_.unconfirmed(out_.objects)) {
      // Of the same results, and only the image is away: they hold, and made anew they would be others.
      const bool holds = digest_ == folder_.before().resultsSha256 && waiting_.contains(subjectOf(object.file));
      if (out_.stopped || holds)
        stays.push_back(object);
      else if (folder_.remove(object))
        out_.removed.push_back(out_.folder / object.file);
      else
        fail(out_.folder / object.file, "it stands where an object of an earlier result was, and is not that object",
             "look whether it still holds, or remove it");
    }
    return stays;
  }

  struct Instance {
    std::vector<const StoredImage*> panes;
    int number = 0; ///< of its first pane among the study's, from 1
  };

  /// The study's DICOM images, in order; what can't be one is left out.
  std::vector<Instance> instancesOf(const std::vector<StoredImage>& images) {
    std::vector<Instance> out;
    std::map<std::string, std::size_t> places;
    static const std::regex idWeGive("img-[0-9a-f]{12}(-[0-9]+)?");
    int number = 0;
    for (const StoredImage& image : images) {
      ++number;
      // It becomes a file's name.
      if (!std::regex_match(image.id, idWeGive)) {
        fail(image.result.path, "the results give it an id that HipCuff does not give", "analyse it again");
        progress_.advance(1);
        continue;
      }
      const std::string& sop = image.result.sopInstanceUid;
      if (sop.empty() || image.result.studyInstanceUid.empty()) {
        leaveOut(InputOutcome::Kind::skipped, image.result.path,
                 "it is no DICOM image, so that no DICOM result can belong to it", "");
        progress_.advance(1);
        continue;
      }
      const auto [place, isNew] = places.try_emplace(sop, out.size());
      if (isNew)
        out.push_back({{}, number});
      Instance& instance = out[place->second];
      // The same instance given twice: one set of objects.
      if (instance.panes.empty() || instance.panes.front()->result.path == image.result.path)
        instance.panes.push_back(&image);
      else
        progress_.advance(1);
    }
    return out;
  }

  /// One line for an image that fails; the others go on.
  template <class Work>
  bool guarded(const Instance& instance, const Work& work) {
    const ImageResult& image = instance.panes.front()->result;
    try {
      work();
      return true;
    } catch (const OutputError&) {
      throw;
    } catch (const SourceNotFound& error) {
      for (const StoredImage* pane : instance.panes)
        waiting_.insert(pane->id);
      waiting_.insert(subjectOfStudy(image.studyInstanceUid));
      fail(image.path, error.problem(), error.remedy());
    } catch (const Error& error) {
      fail(error.path().empty() ? image.path : error.path(), error.problem(), error.remedy());
    } catch (const std::bad_alloc&) {
      fail(image.path, "not enough memory for its DICOM objects", "free some memory");
    } catch (const std::exception& error) {
      fail(image.path, std::string("its results can't become DICOM objects: ") + error.what(),
           "please report it with the results");
    }
    return false;
  }

  dicom::SourceImage sourceOf(const Instance& instance) {
    const ImageResult& image = instance.panes.front()->result;
    auto source = finder_.find(image.path, image.sopInstanceUid);
    if (source.studyInstanceUid != image.studyInstanceUid)
      throw InputError(source.path, "it belongs to another study now than when it was analysed", "analyse it again");
    for (const StoredImage* pane : instance.panes) {
      const ImageResult& result = pane->result; // 0 x 0: nothing of it could be decoded
      if ((result.columns != 0 || result.rows != 0) && (result.columns != source.columns || result.rows != source.rows))
        throw InputError(source.path,
                         "it has " + sizeText(source.columns, source.rows) + " pixels and its results are of " +
                             sizeText(result.columns, result.rows),
                         "analyse it again");
    }
    return source;
  }

  void writeStudy(const std::vector<StoredImage>& images) {
    const std::string uid = images.front().result.studyInstanceUid;
    if (!uid.empty() && !written_.insert(uid).second) {
      fail(images.front().result.path, "its study's images do not stand together in the results",
           "analyse the study again");
      return progress_.advance(static_cast<std::int64_t>(images.size()));
    }
    const auto instances = instancesOf(images);
    if (instances.empty())
      return;
    std::vector<dicom::SourceImage> sources;
    std::vector<const Instance*> found; // one for each source
    for (const Instance& instance : instances)
      if (guarded(instance, [&] { sources.push_back(sourceOf(instance)); }))
        found.push_back(&instance);
      else
        progress_.advance(static_cast<std::int64_t>(instance.panes.size()));
    // An archive files by the study: whatever was said of one patient there would be said of the other.
    const bool mixed =
        mixed_.contains(uid) || std::any_of(sources.begin(), sources.end(), [&](const dicom::SourceImage& source) {
          return !source.patientKey.empty() && source.patientKey != firstNamed(sources);
        });
    if (mixed) {
      fail(images.front().result.path, "the files of its study name several patients: no object was written for it",
           "mend the files' Patient ID or Study Instance UID, and analyse them again");
      for (const Instance* instance : found)
        progress_.advance(static_cast<std::int64_t>(instance->panes.size()));
      return;
    }
    std::vector<dicom::SourceImage> written;
    std::vector<ImageResult> reported;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (progress_.stopRequested())
        throw Stopped{};
      if (guarded(*found[i], [&] { writeImage(sources[i], *found[i]); })) {
        written.push_back(sources[i]);
        for (const StoredImage* pane : found[i]->panes)
          reported.push_back(pane->result);
      }
      progress_.advance(static_cast<std::int64_t>(found[i]->panes.size()));
    }
    if (!wants(ObjectKind::sr) || reported.empty())
      return;
    // The hips rest on all images of the study: a report without one of them would claim what nobody can see.
    if (written.size() < instances.size())
      fail(images.front().result.path,
           "no report of its study was written, because " + std::to_string(instances.size() - written.size()) +
               " of its images could not be used",
           "see the lines above");
    else
      guarded(instances.front(), [&] { writeReport(uid, written, reported); });
  }

  static std::string firstNamed(const std::vector<dicom::SourceImage>& sources) {
    const auto named =
        std::find_if(sources.begin(), sources.end(), [](const auto& s) { return !s.patientKey.empty(); });
    return named == sources.end() ? std::string() : named->patientKey;
  }

  [[nodiscard]] dicom::Provenance numbered(int number) const {
    auto out = provenance_;
    out.instanceNumber = number;
    return out;
  }

  void writeReport(const std::string& uid, const std::vector<dicom::SourceImage>& sources,
                   const std::vector<ImageResult>& images) {
    const auto study = studies_.find(uid);
    const auto content =
        dicom::reportOf(study == studies_.end() ? StudyResult{uid, {}, {}} : study->second, images, sources, settings_);
    out_.objects.push_back(folder_.put(
        {ObjectKind::sr, subjectOfStudy(uid), uid, dicom::identifyMeasurementReport(sources, content, provenance_)},
        [&](const auto& path, int number) {
          const auto provenance = numbered(number);
          const auto identity = dicom::identifyMeasurementReport(sources, content, provenance);
          dicom::writeMeasurementReport(path, sources, identity, provenance, content);
          return identity;
        }));
  }

  void writeImage(const dicom::SourceImage& source, const Instance& instance) {
    std::vector<const ImageResult*> results;
    for (const StoredImage* pane : instance.panes)
      results.push_back(&pane->result);
    const std::string& subject = instance.panes.front()->id;
    const auto put = [&](ObjectKind kind, const std::string& about, int number, const dicom::ObjectIdentity& identity,
                         const auto& write) {
      out_.objects.push_back(folder_.put({kind, about, source.studyInstanceUid, identity, number},
                                         [&](const auto& path, int given) { return write(path, numbered(given)); }));
    };
    if (wants(ObjectKind::seg)) {
      const auto content = dicom::segmentsOf(source, results, settings_.version);
      if (content.segments.empty())
        folder_.clear(ObjectKind::seg, subject);
      else
        put(ObjectKind::seg, subject, instance.number, dicom::identifySegmentation(source, content, provenance_),
            [&](const auto& path, const auto& provenance) {
              return dicom::writeSegmentation(path, source, content, provenance);
            });
    }
    if (wants(ObjectKind::gsps)) {
      const auto content = dicom::presentationOf(source, results, settings_.version);
      put(ObjectKind::gsps, subject, instance.number, dicom::presentationIdentity(source, content, provenance_),
          [&](const auto& path, const auto& provenance) {
            return dicom::writePresentation(path, source, content, provenance);
          });
    }
    if (wants(ObjectKind::sc)) {
      int number = instance.number;
      for (const StoredImage* pane : instance.panes)
        writeCapture(source, *pane, number++, put);
    }
  }

  template <class Put>
  void writeCapture(const dicom::SourceImage& source, const StoredImage& pane, int number, const Put& put) {
    constexpr int maxSide = 16384;
    const auto overlay = facts_.folder / "overlays" / (pane.id + ".png");
    std::error_code ignored;
    if (!std::filesystem::exists(overlay, ignored)) {
      folder_.clear(ObjectKind::sc, pane.id);
      if (pane.result.frame)
        leaveOut(InputOutcome::Kind::skipped, pane.result.path,
                 "there is no overlay picture of it to make a secondary capture of",
                 "draw them first: hipcuff-render overlays --results " + facts_.folder.string());
      return;
    }
    dicom::SecondaryCapture content;
    content.pictures.push_back({readPng(overlay, maxSide), pane.result.frame.value_or(0)});
    content.description = "HipCuff " + settings_.version + ": borders and measures drawn over the picture";
    put(ObjectKind::sc, pane.id, number, dicom::identifySecondaryCapture(source, content, provenance_),
        [&](const auto& path, const auto& provenance) {
          return dicom::writeSecondaryCapture(path, source, content, provenance);
        });
  }

  std::set<ObjectKind> kinds_;
  Progress& progress_;
  std::filesystem::path results_;
  std::string digest_;
  std::map<std::string, StudyResult> studies_;
  std::set<std::string> mixed_;   ///< studies whose files name several patients
  std::set<std::string> written_; ///< studies that went by
  std::set<std::string> waiting_; ///< subjects whose image can't be found now
  report::StoredResults facts_;
  SourceFinder finder_;
  ObjectFolder folder_;
  dicom::Provenance provenance_;
  dicom::ReportSettings settings_;
  ResultObjects out_;
};

} // namespace

ResultObjects writeResultObjects(const std::filesystem::path& results, const ObjectsOptions& options,
                                 Progress& progress) {
  std::error_code ignored;
  const bool inFolder = std::filesystem::is_directory(results, ignored);
  const std::string digest = sha256OfFile(inFolder ? results / "results.json" : results);
  const auto home = options.out.empty() ? (inFolder ? results : results.parent_path()) / "dicom" : options.out;
  return Writer(results, options, home, digest, progress).write();
}

} // namespace hipcuff::pacs
