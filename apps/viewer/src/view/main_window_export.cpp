// File > Export as DICOM.
#include "view/main_window.h"

#include <QLabel>
#include <QProgressBar>

#include <utility>

namespace hipcuff::viewer {

void MainWindow::connectExport() {
  connect(&export_, &DicomExport::progress, this, [this](int done, int total) {
    progress_->setRange(0, total > 1 ? total : 0); // one study: a bar that only moves
    progress_->setValue(done);
    progress_->setFormat(tr("%1 of %2").arg(done).arg(total));
    progress_->setToolTip(tr("Writing DICOM objects"));
    progress_->show();
  });
  connect(&export_, &DicomExport::done, this,
          [this](int objects, const QString& folder, int picturesLeftOut, const QString& leftOut) {
            progress_->hide();
            said_->setText(objects > 0 ? tr("%n DICOM object(s) in %1", nullptr, objects).arg(folder) : QString());
            if (picturesLeftOut > 0)
              notify(tr("%n picture(s) without DICOM objects. %1", nullptr, picturesLeftOut).arg(leftOut));
            if (std::exchange(sendAfterExport_, false) && objects > 0)
              offerSending(folder, objects);
            refreshActions();
          });
  connect(&export_, &DicomExport::failed, this, [this](const QString& problem) {
    progress_->hide();
    sendAfterExport_ = false;
    said_->clear();
    notify(tr("No DICOM objects were written: %1").arg(problem));
    refreshActions();
  });
}

void MainWindow::exportDicom() {
  const Exam* exam = workspace_.examOf(panes_->active().pictureId());
  if (exam == nullptr)
    return;
  if (const QString why = export_.refusal(*exam); !why.isEmpty()) {
    notify(why);
    return;
  }
  notify({});
  said_->setText(tr("Writing DICOM objects …"));
  export_.start(*exam);
  refreshActions();
}

} // namespace hipcuff::viewer
