// The saved review as DICOM objects, written on a worker.
#pragma once

#include "model/workspace.h"

#include <QObject>

#include <filesystem>
#include <string>
#include <thread>

namespace hipcuff::viewer {

class DicomExport : public QObject {
  Q_OBJECT
public:
  explicit DicomExport(const Workspace& workspace, QObject* parent = nullptr);
  ~DicomExport() override;

  /// Why the exam's objects can't be written now, and what to do; empty: they can.
  [[nodiscard]] QString refusal(const Exam& exam) const;
  /// Of DIR/reviewed into DIR/reviewed/dicom: a report, and a segmentation and a presentation state for each picture;
  /// captures where there are overlays. done() or failed() follows; nothing where refusal() has something to say.
  void start(const Exam& exam);
  /// Until then the exam must not be saved: what is read would change.
  [[nodiscard]] bool running() const noexcept { return running_; }

signals:
  void progress(int done, int total);
  /// @param leftOut pictures without objects, with the reason of the first; empty where there are none
  void done(int objects, QString folder, int picturesLeftOut, QString leftOut);
  void failed(QString problem);

private:
  const Workspace& workspace_;
  bool running_ = false;
  std::jthread writer_; ///< last: it ends before what it tells
};

} // namespace hipcuff::viewer
