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

#include <array>
#include <cstdio>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
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

class Writer {
public:
  Writer(const std::filesystem::path& results, const ObjectsOptions& options, const std::filesystem::path& home,
         Progress& progress)
      : kinds_(options.kinds.begin(), options.kinds.end())
      , progress_(progress)
      , finder_(options.sources)
      , results_(results)
      , facts_(report::readFacts(results, {{}, [this](report::StoredStudy study) { note(std::move(study)); }}))
      , folder_(home) {
    out_.folder = home;
    for (const auto kind : {ObjectKind::sr, ObjectKind::seg, ObjectKind::gsps, ObjectKind::sc})
      if (folder_.holds(kind))
        kinds_.insert(kind);
    provenance_.version = version;
    provenance_.settings = settingsOf(facts_);
    provenance_.created = timeNow();
    settings_ = {version, facts_.criteria.name, facts_.criteria.version, sha256(criteriaText(facts_.criteria))};
  }

  ResultObjects write() {
    progress_.start("Writing DICOM objects", static_cast<std::int64_t>(studies_.size()));
    // A study's images stand together in the file.
    std::vector<StoredImage> images;
    report::readImages(results_, [&](const report::PassingImage& passing) {
      auto image = passing.read();
      if (!images.empty() && images.front().result.studyInstanceUid != image.result.studyInstanceUid)
        writeStudy(std::exchange(images, {}));
      images.push_back(std::move(image));
    });
    if (!images.empty())
      writeStudy(images);
    progress_.finish();
    return std::move(out_);
  }

private:
  [[nodiscard]] bool wants(ObjectKind kind) const { return kinds_.contains(kind); }

  void note(report::StoredStudy study) { studies_.emplace(study.study.studyInstanceUid, std::move(study.study)); }

  void leaveOut(InputOutcome::Kind kind, const std::filesystem::path& path, std::string problem, std::string remedy) {
    out_.leftOut.push_back({kind, path, std::move(problem), std::move(remedy)});
  }

  void writeStudy(const std::vector<StoredImage>& images) {
    const std::string uid = images.front().result.studyInstanceUid;
    std::map<std::string, std::vector<const StoredImage*>> instances; // panes of one image
    std::vector<std::string> order;
    static const std::regex idWeGive("img-[0-9a-f]{12}(-[0-9]+)?");
    for (const StoredImage& image : images) {
      // It becomes a file's name.
      if (!std::regex_match(image.id, idWeGive)) {
        leaveOut(InputOutcome::Kind::failed, image.result.path, "the results give it an id that HipCuff does not give",
                 "analyse it again");
        continue;
      }
      const std::string& sop = image.result.sopInstanceUid;
      if (sop.empty() || uid.empty()) {
        leaveOut(InputOutcome::Kind::skipped, image.result.path,
                 "it is no DICOM image, so that no DICOM result can belong to it", "");
        continue;
      }
      auto& panes = instances[sop];
      if (panes.empty())
        order.push_back(sop);
      // The same instance given twice: one set of objects.
      if (panes.empty() || panes.front()->result.path == image.result.path)
        panes.push_back(&image);
    }
    std::vector<dicom::SourceImage> sources;
    std::vector<ImageResult> reported;
    for (const std::string& sop : order) {
      const auto& panes = instances[sop];
      try {
        auto source = finder_.find(panes.front()->result.path, sop);
        if (source.studyInstanceUid != uid)
          throw InputError(source.path, "it belongs to another study now than when it was analysed",
                           "analyse it again");
        if (!sources.empty() && source.patientKey != sources.front().patientKey)
          throw InputError(source.path, "it names another patient than the other images of its study",
                           "mend the files' Patient ID or Study Instance UID, and analyse them again");
        writeImage(source, panes);
        sources.push_back(std::move(source));
        for (const StoredImage* pane : panes)
          reported.push_back(pane->result);
      } catch (const OutputError&) {
        throw;
      } catch (const Error& error) {
        leaveOut(InputOutcome::Kind::failed, error.path().empty() ? panes.front()->result.path : error.path(),
                 error.problem(), error.remedy());
      } catch (const std::invalid_argument& error) {
        leaveOut(InputOutcome::Kind::failed, panes.front()->result.path,
                 std::string("its results can't become DICOM objects: ") + error.what(),
                 "please report it with the results");
      }
    }
    if (!wants(ObjectKind::sr) || reported.empty())
      return progress_.advance(1);
    // The hips rest on all images of the study: a report without one of them would claim what nobody can see.
    if (sources.size() < order.size())
      leaveOut(InputOutcome::Kind::failed, images.front().result.path,
               "no report of its study was written, because " + std::to_string(order.size() - sources.size()) +
                   " of its images could not be used",
               "see the lines above");
    else
      writeReport(uid, sources, reported);
    progress_.advance(1);
  }

  void writeReport(const std::string& uid, const std::vector<dicom::SourceImage>& sources,
                   const std::vector<ImageResult>& images) try {
    const auto study = studies_.find(uid);
    const auto content =
        dicom::reportOf(study == studies_.end() ? StudyResult{uid, {}, {}} : study->second, images, sources, settings_);
    const auto identity = dicom::identifyMeasurementReport(sources, content, provenance_);
    out_.objects.push_back(
        folder_.put(ObjectKind::sr, "study-" + sha256(uid).substr(0, 12), uid, identity, [&](const auto& path) {
          dicom::writeMeasurementReport(path, sources, identity, provenance_, content);
        }));
  } catch (const std::invalid_argument& error) {
    leaveOut(InputOutcome::Kind::failed, images.front().path,
             std::string("no report of its study can be written: ") + error.what(),
             "please report it with the results");
  }

  void writeImage(const dicom::SourceImage& source, const std::vector<const StoredImage*>& panes) {
    std::vector<const ImageResult*> results;
    for (const StoredImage* pane : panes)
      results.push_back(&pane->result);
    const std::string& subject = panes.front()->id;
    const auto put = [&](ObjectKind kind, const std::string& about, const dicom::ObjectIdentity& identity,
                         const auto& write) {
      out_.objects.push_back(folder_.put(kind, about, source.studyInstanceUid, identity, write));
    };
    if (wants(ObjectKind::seg)) {
      const auto content = dicom::segmentsOf(results);
      if (content.segments.empty())
        folder_.clear(ObjectKind::seg, subject);
      else
        put(ObjectKind::seg, subject, dicom::identifySegmentation(source, content, provenance_),
            [&](const auto& path) { dicom::writeSegmentation(path, source, content, provenance_); });
    }
    if (wants(ObjectKind::gsps)) {
      const auto content = dicom::presentationOf(source, results);
      put(ObjectKind::gsps, subject, dicom::presentationIdentity(source, content, provenance_),
          [&](const auto& path) { dicom::writePresentation(path, source, content, provenance_); });
    }
    if (wants(ObjectKind::sc))
      for (const StoredImage* pane : panes)
        writeCapture(source, *pane, put);
  }

  template <class Put>
  void writeCapture(const dicom::SourceImage& source, const StoredImage& pane, const Put& put) {
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
    content.description = "HipCuff: borders and measures drawn over the picture";
    put(ObjectKind::sc, pane.id, dicom::identifySecondaryCapture(source, content, provenance_),
        [&](const auto& path) { dicom::writeSecondaryCapture(path, source, content, provenance_); });
  }

  std::set<ObjectKind> kinds_;
  Progress& progress_;
  SourceFinder finder_;
  std::filesystem::path results_;
  std::map<std::string, StudyResult> studies_;
  report::StoredResults facts_;
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
  auto out = Writer(results, options, home, progress).write();
  writeList(home, digest, out);
  return out;
}

} // namespace hipcuff::pacs
