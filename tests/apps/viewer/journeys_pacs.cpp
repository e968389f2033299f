// From the archive onto the screen, and the review back into the archive.
#include "archive.h"
#include "journey.h"

#include "view/pacs_dialog.h"

#include "hipcuff/dicom/results/source_image.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableWidget>
#include <QTranslator>

namespace hipcuff::viewer {
namespace {

QString words(QDialog& dialog) {
  return dialog.findChild<QLabel*>(QStringLiteral("pacs.said"))->text();
}

void fillIn(QDialog& dialog, const char* name, const QString& text) {
  dialog.findChild<QLineEdit*>(QString::fromLatin1(name))->setText(text);
}

void press(QDialog& dialog, const char* name) {
  auto* button = dialog.findChild<QPushButton*>(QString::fromLatin1(name));
  QVERIFY2(button != nullptr && button->isEnabled(), name);
  QTest::mouseClick(button, Qt::LeftButton);
}

/// The picture on screen, which stays there.
void accept(Harness& h) {
  const int id = h.picture().id;
  h.key(QStringLiteral("A"));
  QVERIFY(Harness::until([&] {
    const ImageResult* result = h.workspace().picture(id)->result();
    return result != nullptr && result->review && result->review->verdict;
  }));
}

} // namespace

class Pacs : public Journey {
  Q_OBJECT
private slots:
  void searchFetchReviewAndSendBack();
  void whatGoesWrongIsALineInTheDialog();
  void exportSaysHowManyAndWhere();
};

void Pacs::searchFetchReviewAndSendBack() {
  if (!Archive::possible())
    QSKIP("needs Orthanc and a network namespace of its own");
  QTemporaryDir folder;
  const std::filesystem::path at = folder.path().toStdString();
  const Archive archive(at / "archive");
  const std::filesystem::path file = testdata(QStringLiteral("full-left-long")).toStdString();
  QCOMPARE(archive.store({file}), std::size_t{1});
  const std::string study = dicom::SourceImage::read(file).studyInstanceUid;
  QTranslator english; // the guide shows this dialog
  QVERIFY(english.load(QStringLiteral("hipcuff-viewer_en"),
                       QStringLiteral(HIPCUFF_BIN_DIR "/../share/hipcuff/translations")));
  QCoreApplication::installTranslator(&english);
  Harness h;
  h.trigger("open.pacs");
  auto* dialog = h.find<PacsDialog>("pacs");
  QVERIFY(dialog != nullptr && dialog->isVisible());
  fillIn(*dialog, "pacs.host", QStringLiteral("127.0.0.1"));
  fillIn(*dialog, "pacs.ae", QStringLiteral("ORTHANC"));
  fillIn(*dialog, "pacs.callingAe", QStringLiteral("VIEWER"));
  dialog->findChild<QSpinBox*>(QStringLiteral("pacs.port"))->setValue(archive.port());
  press(*dialog, "pacs.test");
  QVERIFY(Harness::until([&] { return words(*dialog).contains(QStringLiteral("talks to us")); }));
  fillIn(*dialog, "pacs.date", {});
  QTest::keyClick(dialog->findChild<QLineEdit*>(QStringLiteral("pacs.date")), Qt::Key_Return);
  auto* table = dialog->findChild<QTableWidget*>(QStringLiteral("pacs.table"));
  QVERIFY2(Harness::until([&] { return table->rowCount() == 1; }), qPrintable(words(*dialog)));
  QVERIFY(words(*dialog).contains(QStringLiteral("1 study found.")));
  QVERIFY(!table->item(0, 2)->text().isEmpty());
  Harness::keepShot(QStringLiteral("pacs"), *dialog);
  press(*dialog, "pacs.open");
  QVERIFY(Harness::until([&] {
    const Picture* picture = h.workspace().picture(h.pane().pictureId());
    return picture != nullptr && picture->result() != nullptr && !h.workspace().busy();
  }));
  QVERIFY(Harness::until([&] { return h.find<PacsDialog>("pacs") == nullptr; }));
  QVERIFY(h.result().grade.grade == GradeClass::fullThickness);
  // What is typed once is there the next time, and the private copy is nothing to open again.
  QCOMPARE(QSettings().value(QStringLiteral("pacs/host")).toString(), QStringLiteral("127.0.0.1"));
  QVERIFY(QSettings().value(QStringLiteral("recent")).toStringList().isEmpty());

  // Nothing is sent before it is saved.
  h.trigger("send.pacs");
  QVERIFY2(h.bar().contains(QStringLiteral("Save first")), qPrintable(h.bar()));
  accept(h);
  h.workspace().save(h.workspace().examOf(h.picture().id)->key, at / "saved");
  QVERIFY(Harness::until([&] { return !h.workspace().saving(); }));
  h.trigger("send.pacs");
  PacsSendDialog* sending = nullptr;
  QVERIFY2(Harness::until([&] { return (sending = h.find<PacsSendDialog>("pacs.sending")) != nullptr; }),
           qPrintable(h.bar() + h.said()));
  press(*sending, "pacs.send");
  QVERIFY2(Harness::until([&] { return words(*sending).contains(QStringLiteral("are in the PACS")); }),
           qPrintable(words(*sending)));
  Harness::keepShot(QStringLiteral("pacs-sent"), *sending);
  const auto modalities = archive.modalitiesOf(study);
  for (const char* one : {"PR", "SEG", "SR", "US"})
    QVERIFY2(std::find(modalities.begin(), modalities.end(), one) != modalities.end(), one);
  sending->close();
  (void)watch_.taken();
}

void Pacs::whatGoesWrongIsALineInTheDialog() {
  Harness h;
  QSettings().remove(QStringLiteral("pacs"));
  h.trigger("open.pacs");
  auto* dialog = h.find<PacsDialog>("pacs");
  QVERIFY(dialog != nullptr);
  press(*dialog, "pacs.search");
  QVERIFY(words(*dialog).contains(QStringLiteral("which computer")));
  fillIn(*dialog, "pacs.host", QStringLiteral("127.0.0.1"));
  fillIn(*dialog, "pacs.date", QStringLiteral("soon"));
  press(*dialog, "pacs.search");
  QVERIFY2(words(*dialog).contains(QStringLiteral("soon")), qPrintable(words(*dialog)));
  fillIn(*dialog, "pacs.date", QStringLiteral("today"));
  dialog->findChild<QSpinBox*>(QStringLiteral("pacs.port"))->setValue(lab::freePort());
  press(*dialog, "pacs.search");
  QVERIFY(!dialog->findChild<QPushButton*>(QStringLiteral("pacs.search"))->isEnabled());
  QVERIFY(Harness::until([&] { return dialog->findChild<QPushButton*>(QStringLiteral("pacs.search"))->isEnabled(); }));
  QVERIFY(!words(*dialog).isEmpty());
  QVERIFY(!words(*dialog).contains(QLatin1Char('\n')));
  QVERIFY(!dialog->findChild<QPushButton*>(QStringLiteral("pacs.open"))->isEnabled());
  Harness::keepShot(QStringLiteral("pacs-down"), *dialog);
  dialog->findChild<QCheckBox*>(QStringLiteral("pacs.tls"))->setChecked(true);
  press(*dialog, "pacs.search");
  QVERIFY(words(*dialog).contains(QStringLiteral("PEM")));
  Harness::keepShot(QStringLiteral("pacs-tls"), *dialog);
  dialog->close();
  (void)watch_.taken();
}

void Pacs::exportSaysHowManyAndWhere() {
  NEEDS_EXAM();
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({demo(folder, {QStringLiteral("left_long_1.dcm"), QStringLiteral("right_long_1.dcm")})}));
  h.trigger("export.dicom");
  QVERIFY2(h.bar().contains(QStringLiteral("Save first")), qPrintable(h.bar()));
  h.keepShot(QStringLiteral("export-refused"));
  QVERIFY(h.choose(QStringLiteral("left_long_1.dcm")));
  accept(h);
  const std::filesystem::path out = folder.path().toStdString() + "/saved";
  h.workspace().save(h.workspace().examOf(h.picture().id)->key, out);
  QVERIFY(Harness::until([&] { return !h.workspace().saving(); }));
  h.trigger("export.dicom");
  QVERIFY2(Harness::until([&] { return h.said().contains(QStringLiteral(" in ")) || !h.bar().isEmpty(); }),
           qPrintable(h.bar() + h.said()));
  QVERIFY2(h.said().contains(QStringLiteral("5 DICOM object(s) in ")), qPrintable(h.said() + h.bar()));
  QVERIFY(h.bar().isEmpty());
  h.keepShot(QStringLiteral("export-done"));
  // Of two people's pictures in one study nothing is written, and that is said.
  QTemporaryDir mixed;
  Harness two;
  QVERIFY(two.open({exam(mixed, {QStringLiteral("full-left-long"), QStringLiteral("normal-right-long")})}));
  QVERIFY(two.choose(QStringLiteral("full-left-long.dcm")));
  accept(two);
  two.workspace().save(two.workspace().examOf(two.picture().id)->key, mixed.path().toStdString() + "/saved");
  QVERIFY(Harness::until([&] { return !two.workspace().saving(); }));
  two.trigger("send.pacs");
  QVERIFY(Harness::until([&] { return two.bar().contains(QStringLiteral("several patients")); }));
  QVERIFY2(two.said().isEmpty(), qPrintable(two.said()));
  QVERIFY2(two.find<PacsSendDialog>("pacs.sending") == nullptr, "there is nothing to send");
  two.keepShot(QStringLiteral("export-several"));
}

HIPCUFF_JOURNEY(Pacs);

} // namespace hipcuff::viewer

#include "journeys_pacs.moc"
