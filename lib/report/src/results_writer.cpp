#include "hipcuff/report/results_writer.h"

#include "csv.h"
#include "hipcuff/core/png.h"
#include "html_image.h"
#include "html_page.h"
#include "json_plugins.h"
#include "json_result.h"
#include "label_mask.h"
#include "spool.h"
#include "text.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/time_now.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/narrative.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

namespace hipcuff::report {
namespace {

/// 64-bit FNV-1a: stable across machines, unlike std::hash.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 14695981039346656037ULL;
  for (const char c : text) {
    h ^= static_cast<unsigned char>(c);
    h *= 1099511628211ULL;
  }
  return h;
}

/// What remains in memory of an image.
struct Entry {
  std::string study; ///< what images are grouped by
  std::string patientKey;
  std::string uid; ///< study instance UID
  std::string path;
  int pane = 0;
  std::string id;
  int severity = 0;
  double confidence = 0;
  Spool::Piece json;
  Spool::Piece html;
};

bool inFileOrder(const Entry& a, const Entry& b) {
  return std::tie(a.path, a.pane, a.id) < std::tie(b.path, b.pane, b.id);
}
bool worstFirst(const Entry* a, const Entry* b) {
  return std::tuple(-a->severity, -a->confidence) < std::tuple(-b->severity, -b->confidence);
}

std::string folderKey(const std::filesystem::path& path) {
  return "folder:" + path.parent_path().lexically_normal().string();
}
std::string studyKey(const ImageResult& image) {
  return image.studyInstanceUid.empty() ? folderKey(image.path) : image.studyInstanceUid;
}
/// Images without a study UID are grouped by folder; their hips name them by path.
std::string studyKey(const StudyResult& study) {
  if (!study.studyInstanceUid.empty())
    return study.studyInstanceUid;
  for (const HipResult& hip : study.hips)
    if (!hip.images.empty())
      return folderKey(hip.images.front());
  return {};
}

/// The criteria's bound is of the built-in stages.
Json hipJson(const HipResult& hip, const std::vector<ImageResult>& images, const Criteria& criteria) {
  Json json = toJson(hip, criteria);
  if (!std::all_of(images.begin(), images.end(),
                   [&](const ImageResult& image) { return image.side.value != hip.side || allBuiltIn(image); }))
    json["grade"]["wrong_at_most"] = nullptr;
  return json;
}

} // namespace

std::string imageId(const ImageResult& image) {
  const std::string name = image.sopInstanceUid.empty() ? image.path.generic_string() : image.sopInstanceUid;
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t h = hash(name + "\n" + std::to_string(image.pane));
  std::string id = "img-";
  for (int i = 0; i < 12; ++i, h >>= 4)
    id += digits[h & 15U];
  return id;
}

struct ResultsWriter::Impl {
  std::filesystem::path folder;
  RunInfo info;
  std::unique_ptr<Spool> spool;
  std::mutex mutex; ///< guards all below and the spool
  std::vector<Entry> entries;
  std::set<std::string> ids;
  std::vector<InputOutcome> failed;
  std::vector<InputOutcome> skipped;

  std::string claimId(const ImageResult& image);
  void writeFiles(const ImageResult& image, const std::string& id, const std::string& png, ImageFiles& files) const;
  void writeHead(AtomicFile& json, std::size_t analysed) const;
  void writeStudy(const StudyResult& study, const std::vector<const Entry*>& images, bool first, AtomicFile& json,
                  AtomicFile& csv, HtmlPage& html) const;
};

ResultsWriter::ResultsWriter(std::filesystem::path outDir, RunInfo info)
    : impl_(std::make_unique<Impl>()) {
  requireWritableFolder(outDir);
  requireWritableFolder(outDir / "masks");
  if (info.pictures)
    requireWritableFolder(outDir / "pictures");
  impl_->spool = std::make_unique<Spool>(outDir);
  impl_->folder = std::move(outDir);
  impl_->info = std::move(info);
}

ResultsWriter::~ResultsWriter() = default;

/// The same instance may come twice (the same file in two folders): each gets files of its own.
std::string ResultsWriter::Impl::claimId(const ImageResult& image) {
  const std::string id = imageId(image);
  const std::lock_guard lock(mutex);
  std::string unique = id;
  for (int n = 2; !ids.insert(unique).second; ++n)
    unique = id + "-" + std::to_string(n);
  return unique;
}

void ResultsWriter::Impl::writeFiles(const ImageResult& image, const std::string& id, const std::string& png,
                                     ImageFiles& files) const {
  const bool nothing = !image.anatomy.tendon.found() && image.measurements.discontinuities.empty();
  if (!nothing && image.rows > 0 && image.columns > 0) {
    files.label = "masks/" + id + ".png";
    writeFileAtomically(folder / files.label, encodePng(labelMask(image)));
  }
  if (!png.empty()) {
    files.picture = "pictures/" + id + ".png";
    writeFileAtomically(folder / files.picture, png);
  }
}

void ResultsWriter::add(const ImageResult& image) {
  const std::string id = impl_->claimId(image);
  std::string png;
  if (impl_->info.pictures && image.picture && !image.picture->empty())
    png = encodePng(*image.picture);
  ImageFiles files;
  impl_->writeFiles(image, id, png, files);
  const std::string json = dump(toJson(image, id, files, impl_->info.criteria));
  const std::string html = imageSection(image, id, png, impl_->info.criteria);

  Entry entry;
  entry.study = studyKey(image);
  entry.patientKey = image.patientKey;
  entry.uid = image.studyInstanceUid;
  entry.path = image.path.string();
  entry.pane = image.pane;
  entry.id = id;
  entry.severity = severity(classOf(image));
  entry.confidence = image.grade.grade == GradeClass::notGradable ? 0 : image.grade.confidence;
  const std::lock_guard lock(impl_->mutex);
  entry.json = impl_->spool->append(json);
  entry.html = impl_->spool->append(html);
  impl_->entries.push_back(std::move(entry));
}

void ResultsWriter::addOutcome(const InputOutcome& outcome) {
  const std::lock_guard lock(impl_->mutex);
  (outcome.kind == InputOutcome::Kind::failed ? impl_->failed : impl_->skipped).push_back(outcome);
}

void ResultsWriter::Impl::writeHead(AtomicFile& json, std::size_t analysed) const {
  Json inputs = {{"total", analysed + failed.size() + skipped.size()}, {"analysed", analysed}};
  for (const auto& [name, list] : {std::pair("failed", &failed), std::pair("skipped", &skipped)}) {
    inputs[name] = Json::array();
    for (const InputOutcome& outcome : *list)
      inputs[name].push_back(toJson(outcome));
  }
  const Json head = {{"schema", "hipcuff.results/1"},
                     {"software", {{"name", "HipCuff"}, {"version", version}}},
                     {"notice", notice},
                     {"created", timeNow()},
                     {"run", {{"command_line", toUtf8(info.commandLine)}, {"jobs", info.jobs}}},
                     {"plugins", toJson(info.plugins)},
                     {"criteria", toJson(info.criteria)},
                     {"inputs", inputs}};
  json.write("{\n");
  for (const auto& [key, value] : head.items())
    json.write("\"" + key + "\": " + dump(value) + ",\n");
}

void ResultsWriter::Impl::writeStudy(const StudyResult& study, const std::vector<const Entry*>& images, bool first,
                                     AtomicFile& json, AtomicFile& csv, HtmlPage& html) const {
  const auto nullable = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(toUtf8(text)); };
  std::string folderName;
  if (study.studyInstanceUid.empty() && !images.empty())
    folderName = std::filesystem::path(images.front()->path).parent_path().lexically_normal().string();
  json.write(first ? "\n{" : ",\n{");
  json.write("\"study_instance_uid\": " + dump(nullable(study.studyInstanceUid)) +
             ", \"study_date\": " + dump(nullable(study.studyDate)) +
             ", \"patient\": " + (study.patient ? std::to_string(*study.patient) : "null") +
             ", \"folder\": " + dump(nullable(folderName)) + ",\n\"images\": [");
  std::vector<ImageResult> facts;
  facts.reserve(images.size());
  for (const Entry* entry : images) {
    const std::string text = spool->read(entry->json);
    json.write((facts.empty() ? "\n" : ",\n") + text);
    const Json image = Json::parse(text);
    csv.write(csvRow(image));
    facts.push_back(factsFromJson(image));
  }
  json.write("\n],\n\"hips\": [");
  for (std::size_t i = 0; i < study.hips.size(); ++i)
    json.write((i == 0 ? "\n" : ",\n") + dump(hipJson(study.hips[i], facts, info.criteria)));
  json.write("\n]}");

  ExamView exam;
  exam.study = study;
  exam.folder = folderName;
  exam.images = facts;
  exam.narrative = narrative(study, facts, info.criteria);
  std::vector<const Entry*> sorted = images;
  std::stable_sort(sorted.begin(), sorted.end(), worstFirst);
  for (const Entry* entry : sorted)
    exam.sections.push_back(entry->html);
  html.addExam(exam);
}

void ResultsWriter::finish(const std::vector<StudyResult>& studies) {
  Impl& self = *impl_;
  const std::lock_guard lock(self.mutex);
  std::sort(self.entries.begin(), self.entries.end(), inFileOrder);
  const auto byPath = [](const InputOutcome& a, const InputOutcome& b) { return a.path < b.path; };
  std::stable_sort(self.failed.begin(), self.failed.end(), byPath);
  std::stable_sort(self.skipped.begin(), self.skipped.end(), byPath);

  std::map<std::string, std::vector<const StudyResult*>> named; // patient by patient
  for (const StudyResult& study : studies)
    named[studyKey(study)].push_back(&study);
  // Images that name nobody go with their study's first patient, as in its hips.
  const auto placeOf = [&](const Entry& entry) -> std::size_t {
    const auto found = named.find(entry.study);
    if (found == named.end())
      return 0;
    const auto of = std::find_if(found->second.begin(), found->second.end(),
                                 [&](const StudyResult* study) { return study->patientKey == entry.patientKey; });
    return of == found->second.end() ? 0 : static_cast<std::size_t>(of - found->second.begin());
  };
  std::map<std::pair<std::string, std::size_t>, std::vector<const Entry*>> byStudy;
  std::set<std::string> analysed;
  for (const Entry& entry : self.entries) {
    byStudy[{entry.study, placeOf(entry)}].push_back(&entry);
    analysed.insert(entry.path);
  }

  AtomicFile json(self.folder / "results.json");
  AtomicFile csv(self.folder / "results.csv");
  AtomicFile html(self.folder / "report.html");
  self.writeHead(json, analysed.size());
  json.write("\"studies\": [");
  csv.write(csvHeader());
  HtmlPage page({timeNow(), self.info.commandLine, self.info.criteria, self.info.plugins, self.failed, self.skipped,
                 analysed.size()},
                *self.spool);
  bool first = true;
  for (const auto& [key, images] : byStudy) {
    const auto found = named.find(key.first);
    StudyResult study;
    if (found != named.end())
      study = *found->second[key.second];
    else
      study.studyInstanceUid = images.front()->uid;
    self.writeStudy(study, images, first, json, csv, page);
    first = false;
  }
  json.write("\n]\n}\n");
  page.write(html);
  // All three are on disk before the first takes its place: a full disk leaves none of them half new.
  json.commit();
  csv.commit();
  html.commit();
}

} // namespace hipcuff::report
