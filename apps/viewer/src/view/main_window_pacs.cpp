// File > Open from PACS and File > Send results to PACS.
#include "view/main_window.h"
#include "view/pacs_dialog.h"

#include <QAction>
#include <QStandardPaths>

namespace hipcuff::viewer {

std::filesystem::path MainWindow::fetchedFolder() {
  return (QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/fetched"))
      .toStdString();
}

void MainWindow::openFromPacs() {
  if (auto* open = findChild<QDialog*>(QStringLiteral("pacs"))) {
    open->raise();
    open->activateWindow();
    return;
  }
  if (busyWithPacs())
    return;
  closePacs();
  auto* dialog = new PacsDialog(pacs_, actions_.value(QStringLiteral("names"))->isChecked(), this);
  connect(dialog, &PacsDialog::fetched, this, [this](const QString& folder) {
    // A copy that goes with the program is nothing to open again.
    if (folder.startsWith(QString::fromStdString(fetchedFolder().string())))
      workspace_.open({folder});
    else
      open({folder});
  });
  dialog->show();
}

bool MainWindow::busyWithPacs() {
  if (pacs_.running())
    notify(tr("The PACS is being talked to: wait until that is done, or stop it."));
  return pacs_.running();
}

void MainWindow::closePacs() {
  for (const char* name : {"pacs", "pacs.sending"})
    if (auto* dialog = findChild<QDialog*>(QString::fromLatin1(name)))
      dialog->close(); // one thing at a time
}

/// Objects are made of what is saved, and then sent: what is there already is not made again.
void MainWindow::sendToPacs() {
  if (busyWithPacs())
    return;
  sendAfterExport_ = true;
  exportDicom();
  sendAfterExport_ = sendAfterExport_ && export_.running();
}

void MainWindow::offerSending(const QString& folder, int objects) {
  closePacs();
  auto* dialog = new PacsSendDialog(pacs_, folder.toStdString(), objects, this);
  dialog->show();
}

} // namespace hipcuff::viewer
