#include "model/dicom_export.h"

#include "hipcuff/core/error.h"
#include "hipcuff/pacs/result_objects.h"

#include <QMetaObject>

#include <algorithm>
#include <atomic>
#include <functional>

namespace hipcuff::viewer {
namespace {

class Told final : public Progress {
public:
  explicit Told(std::function<void(int, int)> tell)
      : tell_(std::move(tell)) {}
  void start(const std::string&, std::int64_t total) override {
    total_ = static_cast<int>(total);
    tell_(0, total_);
  }
  void advance(std::int64_t steps) override { tell_(done_ += static_cast<int>(steps), total_); }
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return false; }

private:
  std::function<void(int, int)> tell_;
  std::atomic<int> total_ = 0;
  std::atomic<int> done_ = 0;
};

std::filesystem::path reviewedOf(const Exam& exam) {
  return exam.results / "reviewed";
}

} // namespace

DicomExport::DicomExport(const Workspace& workspace, QObject* parent)
    : QObject(parent)
    , workspace_(workspace) {}

DicomExport::~DicomExport() = default;

QString DicomExport::refusal(const Exam& exam) const {
  if (running_)
    return tr("DICOM objects are being written; wait until they are.");
  if (workspace_.saving())
    return tr("The exam is being saved; wait until it is.");
  if (exam.unsaved())
    return tr("There are changes that are not saved, and objects are made of what is saved. Save first.");
  std::error_code ignored;
  if (exam.results.empty() || !std::filesystem::exists(reviewedOf(exam) / "results.json", ignored))
    return tr("Objects are made of the saved review, and there is none yet. Save first.");
  return {};
}

void DicomExport::start(const Exam& exam) {
  if (!refusal(exam).isEmpty())
    return;
  running_ = true;
  const std::filesystem::path results = reviewedOf(exam);
  pacs::ObjectsOptions options;
  options.kinds = {dicom::ObjectKind::sr, dicom::ObjectKind::seg, dicom::ObjectKind::gsps};
  std::error_code ignored;
  if (std::filesystem::is_directory(results / "overlays", ignored))
    options.kinds.push_back(dicom::ObjectKind::sc);
  // Where the pictures are now, should the results name another place.
  for (const auto& picture : exam.pictures)
    if (picture->cine && !picture->cine->path.empty()) {
      const auto folder = picture->cine->path.parent_path();
      if (std::find(options.sources.begin(), options.sources.end(), folder) == options.sources.end())
        options.sources.push_back(folder);
    }
  writer_ = std::jthread([this, results, options] {
    Told told([this](int done, int total) {
      QMetaObject::invokeMethod(
          this, [this, done, total] { emit progress(done, total); }, Qt::QueuedConnection);
    });
    const auto end = [this](const std::function<void()>& tell) {
      QMetaObject::invokeMethod(
          this,
          [this, tell] {
            running_ = false;
            tell();
          },
          Qt::QueuedConnection);
    };
    const auto fail = [&](const QString& problem) { end([this, problem] { emit failed(problem); }); };
    try {
      const pacs::ResultObjects made = pacs::writeResultObjects(results, options, told);
      QString first;
      if (!made.leftOut.empty()) {
        const InputOutcome& one = made.leftOut.front();
        first = QString::fromStdString(one.path.filename().string() + ": " + one.problem);
      }
      end([this, first, objects = static_cast<int>(made.objects.size()), out = static_cast<int>(made.leftOut.size()),
           folder = QString::fromStdString(made.folder.string())] { emit done(objects, folder, out, first); });
    } catch (const Error& error) {
      fail(QString::fromStdString(error.problem()) +
           (error.remedy().empty() ? QString() : QStringLiteral(" (%1)").arg(QString::fromStdString(error.remedy()))));
    } catch (const std::exception& error) {
      fail(QString::fromUtf8(error.what()));
    }
  });
}

} // namespace hipcuff::viewer
