// Deciding and saving: accepted, changed, refused; what is saved, and what is there when it is opened again.
#include "journey.h"

#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>

#include <filesystem>
#include <fstream>

namespace hipcuff::viewer {
namespace {

using nlohmann::json;

json read(const QString& path) {
  std::ifstream file(path.toStdString());
  return file ? json::parse(file) : json();
}

json imageOf(const json& results, const std::string& file) {
  for (const auto& study : results.at("studies"))
    for (const auto& image : study.at("images"))
      if (image.at("source").at("path").get<std::string>().find(file) != std::string::npos)
        return image;
  return {};
}

/// What is wrong by the schema; "-" where it can't be checked here.
QString schemaSays(const QString& results) {
  QProcess python;
  python.start(
      QStringLiteral("/usr/bin/python3"),
      {QStringLiteral("-c"),
       QStringLiteral("import json, sys\n"
                      "try:\n"
                      "  import jsonschema\n"
                      "except ImportError:\n"
                      "  print('-'); sys.exit(0)\n"
                      "schema = json.load(open(sys.argv[1]))\n"
                      "for e in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2]))):\n"
                      "  print(e.json_path, e.message[:200])\n"),
       QStringLiteral(HIPCUFF_SOURCE_DIR "/lib/report/schema/hipcuff.results-1.schema.json"), results});
  python.waitForFinished(60000);
  return QString::fromUtf8(python.readAllStandardOutput() + python.readAllStandardError()).trimmed();
}

/// Save with the folder asked for.
bool saveIn(Harness& h, const QString& folder, const char* action = "save") {
  bool done = false;
  bool well = false;
  const auto good = QObject::connect(&h.workspace(), &Workspace::saved, [&] { done = well = true; });
  const auto bad = QObject::connect(&h.workspace(), &Workspace::saveFailed, [&] { done = true; });
  Answer<QFileDialog> where([&](QFileDialog& dialog) {
    dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(folder);
    static_cast<QDialog&>(dialog).accept();
  });
  h.trigger(action);
  const bool came = Harness::until([&] { return done; });
  QObject::disconnect(good);
  QObject::disconnect(bad);
  return came && well;
}

} // namespace

class Deciding : public Journey {
  Q_OBJECT
private slots:
  void acceptGoesOn();
  void changeNeedsAReason();
  void refuseNeedsAReason();
  void reportToEdit();
  void readerIsAskedOnce();
  void correctionIsSomebodysToo();
};

void Deciding::acceptGoesOn() {
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("normal-right-long")})}));
  const int first = h.window().tree().neighbour(0, 0);
  h.window().tree().select(first);
  QVERIFY(Harness::until([&] { return h.pane().pictureId() == first; }));
  h.key(QStringLiteral("A"));
  const Picture* accepted = h.workspace().picture(first);
  QVERIFY(accepted->result()->review && accepted->result()->review->verdict);
  QVERIFY(*accepted->result()->review->verdict == Verdict::accepted);
  QVERIFY(accepted->result()->review->grade == accepted->result()->grade.grade);
  QVERIFY2(h.pane().pictureId() != first, "on to the next");
  h.key(QStringLiteral("PgUp"));
  QCOMPARE(h.pane().pictureId(), first);
  QVERIFY(h.find<QLabel>("grade.sure")->text().contains(QStringLiteral("Accepted by AB")));
  QVERIFY(h.window().tree().currentIndex().data(ExamModel::subtitleRole).toString().contains(QStringLiteral("✓")));
  h.key(QStringLiteral("Ctrl+Z"));
  QVERIFY(!h.result().review);
}

void Deciding::changeNeedsAReason() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("C"));
  auto* form = h.find<QWidget>("decide.form");
  QVERIFY(form->isVisible());
  auto* grade = h.find<QComboBox>("decide.class");
  QVERIFY(grade->hasFocus());
  // By keys alone: Down to another class, Tab to the reason, words with letters that are keys elsewhere, Enter.
  h.key(QStringLiteral("Down"));
  QCOMPARE(grade->currentIndex(), 1);
  auto* confirm = h.find<QPushButton>("decide.confirm");
  QVERIFY2(!confirm->isEnabled(), "no change without a reason");
  h.key(QStringLiteral("Tab"));
  h.key(QStringLiteral("Tab"));
  auto* reason = h.find<QLineEdit>("decide.reason");
  QVERIFY(reason->hasFocus());
  h.type(QStringLiteral("fibres are thick, and dark"));
  QCOMPARE(reason->text(), QStringLiteral("fibres are thick, and dark"));
  h.keepShot(QStringLiteral("decide"));
  h.key(QStringLiteral("Return"));
  QVERIFY(h.result().review && h.result().review->verdict);
  QVERIFY(*h.result().review->verdict == Verdict::changed);
  QVERIFY(h.result().review->grade == GradeClass::tendinosis);
  QCOMPARE(h.result().review->reason, std::string("fibres are thick, and dark"));
  QVERIFY(h.result().review->program.grade == GradeClass::normal);
  QVERIFY(!form->isVisible());
  const QString sure = h.find<QLabel>("grade.sure")->text();
  QVERIFY(sure.contains(QStringLiteral("Changed by AB")) && sure.contains(QStringLiteral("normal")));
}

void Deciding::refuseNeedsAReason() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("U"));
  QVERIFY(h.find<QLineEdit>("decide.reason")->hasFocus());
  h.type(QStringLiteral("not the tendon"));
  h.key(QStringLiteral("Return"));
  QVERIFY(h.result().review && h.result().review->verdict);
  QVERIFY(*h.result().review->verdict == Verdict::refused);
  QCOMPARE(h.result().review->reason, std::string("not the tendon"));
  QVERIFY(standingGrade(h.result()) == GradeClass::notGradable);
  QVERIFY(h.result().grade.grade == GradeClass::normal);
}

void Deciding::reportToEdit() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("undersurface-right-long"))}));
  h.key(QStringLiteral("P"));
  auto* dialog = h.find<QDialog>("report");
  QVERIFY(dialog != nullptr && dialog->isVisible());
  auto* text = dialog->findChild<QPlainTextEdit*>(QStringLiteral("report.text"));
  QVERIFY(text->toPlainText().contains(QStringLiteral("gluteus medius"), Qt::CaseInsensitive));
  QVERIFY(text->toPlainText().contains(QLatin1String(hipcuff::notice)));
  QVERIFY(dialog->windowTitle().contains(QStringLiteral("research use only")));
  QVERIFY(!text->isReadOnly());
  h.keepShot(QStringLiteral("report"), *dialog);
  text->setFocus();
  text->moveCursor(QTextCursor::Start);
  QTest::keyClicks(text, QStringLiteral("A note. "));
  QVERIFY(text->toPlainText().startsWith(QStringLiteral("A note. ")));
  QVERIFY2(!h.result().review, "the letter A in the report accepts nothing");
  dialog->close();
  QCOMPARE(watch_.taken().size(), 1);
}

void Deciding::readerIsAskedOnce() {
  QTemporaryDir home;
  {
    Harness h({.home = home.path(), .reader = {}});
    QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
    Answer<QInputDialog> who([](QInputDialog& dialog) {
      dialog.setTextValue(QStringLiteral("Dr. B"));
      dialog.accept();
    });
    h.key(QStringLiteral("A"));
    QVERIFY(Harness::until([&] { return who.came(); }, 3000));
    QCOMPARE(h.result().review->by, std::string("Dr. B"));
    QCOMPARE(watch_.taken().size(), 1);
    h.key(QStringLiteral("Ctrl+Z"));
    h.key(QStringLiteral("A"));
    QCOMPARE(h.result().review->by, std::string("Dr. B"));
  }
  Harness h({.home = home.path(), .reader = {}});
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("A"));
  QCOMPARE(h.result().review->by, std::string("Dr. B"));
}

void Deciding::correctionIsSomebodysToo() {
  QTemporaryDir home;
  Harness h({.home = home.path(), .reader = {}});
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  Answer<QInputDialog> who([](QInputDialog& dialog) {
    dialog.setTextValue(QStringLiteral("Dr. C"));
    dialog.accept();
  });
  const auto& stations = h.result().anatomy.tendon.stations;
  const Point at = h.result().toFullPixels(stations[stations.size() / 2].superficialMm);
  h.key(QStringLiteral("B"));
  h.drag(at, at + Point{0, -15});
  QVERIFY(Harness::until([&] { return who.came() && !h.picture().review->edits().empty(); }, 3000));
  QCOMPARE(h.picture().review->edits().front().by, std::string("Dr. C"));
  QCOMPARE(watch_.taken().size(), 1);
}

class Saving : public Journey {
  Q_OBJECT
private slots:
  void savedAndOpenedAgain();
  void originalGone();
  void unsavedWorkIsAskedAbout();
  void failedSaveKeepsTheWork();
};

void Saving::savedAndOpenedAgain() {
  QTemporaryDir home;
  QTemporaryDir folder;
  QTemporaryDir out;
  const QString in = exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("undersurface-right-long"),
                                   QStringLiteral("normal-right-short"), QStringLiteral("tendinosis-left-long")});
  double meanMm = 0;
  double programMm = 0;
  {
    Harness h({.home = home.path()});
    QVERIFY(h.open({in}));
    QVERIFY(h.choose(QStringLiteral("normal-left-long.dcm")));
    programMm = h.result().measurements.thickness.summary->meanMm;
    h.key(QStringLiteral("B"));
    const Place place = placeOn(h.result());
    h.drag(place.superficial, place.superficial + Point{0, -20});
    meanMm = h.result().measurements.thickness.summary->meanMm;
    QVERIFY(meanMm > programMm + 0.05);
    h.key(QStringLiteral("A"));
    QVERIFY(h.choose(QStringLiteral("undersurface-right-long.dcm")));
    h.key(QStringLiteral("C"));
    h.find<QComboBox>("decide.class")->setCurrentIndex(3);
    h.find<QLineEdit>("decide.reason")->setText(QStringLiteral("through and through"));
    h.find<QPushButton>("decide.confirm")->click();
    QVERIFY(h.choose(QStringLiteral("normal-right-short.dcm")));
    h.key(QStringLiteral("U"));
    h.find<QLineEdit>("decide.reason")->setText(QStringLiteral("wrong plane"));
    h.find<QPushButton>("decide.confirm")->click();
    QVERIFY(h.workspace().unsaved());
    QVERIFY(saveIn(h, out.path()));
    QCOMPARE(watch_.taken().size(), 1);
    QVERIFY(!h.workspace().unsaved());
    QVERIFY(h.said().contains(out.path()));
    h.window().close();
    QVERIFY2(watch_.taken().isEmpty(), "all is saved: nothing to ask");
  }
  // On disk: what the program said, what the person said, by whom and when; valid by the schema.
  const QString reviewed = out.filePath(QStringLiteral("reviewed/results.json"));
  for (const QString& file : {out.filePath(QStringLiteral("results.json")), reviewed}) {
    const QString wrong = schemaSays(file);
    if (wrong == QLatin1String("-"))
      qWarning("python3-jsonschema is not installed: the schema was not checked");
    else
      QCOMPARE(wrong, QString());
  }
  const json program = imageOf(read(out.filePath(QStringLiteral("results.json"))), "normal-left-long");
  QVERIFY(program.at("review").is_null());
  QVERIFY(std::abs(program.at("thickness").at("mean_mm").get<double>() - programMm) < 0.01);
  const json accepted = imageOf(read(reviewed), "normal-left-long");
  QVERIFY(std::abs(accepted.at("thickness").at("mean_mm").get<double>() - meanMm) < 0.01);
  QCOMPARE(accepted.at("review").at("by").get<std::string>(), std::string("AB"));
  QVERIFY(accepted.at("review").at("at").get<std::string>().find('T') != std::string::npos);
  QCOMPARE(accepted.at("review").at("edits").size(), std::size_t(2));
  const json changed = imageOf(read(reviewed), "undersurface-right-long").at("review");
  QCOMPARE(changed.at("grade").is_object() ? changed.at("grade").at("class").get<std::string>()
                                           : changed.at("grade").get<std::string>(),
           std::string("full_thickness"));
  QCOMPARE(changed.at("reason").get<std::string>(), std::string("through and through"));
  QVERIFY2(changed.dump().find("partial_thickness") != std::string::npos, "what the program said stays");
  QCOMPARE(imageOf(read(reviewed), "normal-right-short").at("review").at("reason").get<std::string>(),
           std::string("wrong plane"));
  QVERIFY(imageOf(read(reviewed), "tendinosis-left-long").at("review").is_null());
  // Opened again: all of it is there, and nothing is analysed a second time.
  Harness h({.home = home.path()});
  int analysed = 0;
  connect(&h.workspace(), &Workspace::pictureChanged, [&](int id) {
    const Picture* p = h.workspace().picture(id);
    analysed += p != nullptr && p->state == Picture::State::analysing ? 1 : 0;
  });
  QVERIFY(h.open({out.path()}));
  QCOMPARE(analysed, 0);
  QVERIFY(h.choose(QStringLiteral("normal-left-long.dcm")));
  QVERIFY(std::abs(h.result().measurements.thickness.summary->meanMm - meanMm) < 0.01);
  QVERIFY(std::abs(h.picture().review->program().measurements.thickness.summary->meanMm - programMm) < 0.01);
  QVERIFY(h.find<QLabel>("grade.sure")->text().contains(QStringLiteral("Accepted by AB")));
  QVERIFY(!h.workspace().unsaved());
  QVERIFY2(h.window().action(QStringLiteral("undo"))->isEnabled(), "saved edits can be taken back still");
  h.key(QStringLiteral("Ctrl+Z"));
  h.key(QStringLiteral("Ctrl+Z"));
  QVERIFY(std::abs(h.result().measurements.thickness.summary->meanMm - programMm) < 0.01);
  h.key(QStringLiteral("Ctrl+Y"));
  QVERIFY(std::abs(h.result().measurements.thickness.summary->meanMm - meanMm) < 0.01);
}

void Saving::originalGone() {
  QTemporaryDir folder;
  QTemporaryDir out;
  const QString in = exam(folder, {QStringLiteral("normal-left-long")});
  {
    Harness h;
    QVERIFY(h.open({in}));
    h.key(QStringLiteral("A"));
    QVERIFY(saveIn(h, out.path()));
    QCOMPARE(watch_.taken().size(), 1);
  }
  QVERIFY(QFile::remove(folder.filePath(QStringLiteral("normal-left-long.dcm"))));
  Harness h;
  QVERIFY(h.open({out.path()}));
  QVERIFY(h.pane().widget().hasPicture());
  QVERIFY(!h.picture().cine);
  QVERIFY(h.picture().still);
  QVERIFY2(!h.picture().problem.isEmpty(), "that the original is gone is said");
  QVERIFY(h.window().tree().currentIndex().data(Qt::ToolTipRole).toString().contains(h.picture().problem));
  // It can be corrected all the same, from the stored pixels.
  const double was = h.result().measurements.thickness.summary->meanMm;
  h.key(QStringLiteral("B"));
  const Place place = placeOn(h.result());
  h.drag(place.superficial, place.superficial + Point{0, -20});
  QVERIFY(h.result().measurements.thickness.summary->meanMm > was + 0.05);
}

void Saving::unsavedWorkIsAskedAbout() {
  QTemporaryDir out;
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("A"));
  const auto close = [&](const QString& button) {
    Answer<QMessageBox> ask([&](QMessageBox& box) {
      for (QAbstractButton* b : box.buttons())
        if (b->text().remove(QLatin1Char('&')) == button)
          b->click();
    });
    h.window().close();
    return ask.came();
  };
  QVERIFY(close(QStringLiteral("Go back")));
  QVERIFY(h.window().isVisible());
  QVERIFY(h.workspace().unsaved());
  // Save from the question: asks where, saves, then the window goes.
  Answer<QMessageBox> ask([&](QMessageBox& box) { box.defaultButton()->click(); });
  QCOMPARE(watch_.taken().size(), 1);
  bool saved = false;
  connect(&h.workspace(), &Workspace::saved, [&] { saved = true; });
  Answer<QFileDialog> where([&](QFileDialog& dialog) {
    dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(out.path());
    static_cast<QDialog&>(dialog).accept();
  });
  h.window().close();
  QVERIFY(Harness::until([&] { return saved && !h.window().isVisible(); }));
  QVERIFY(QFile::exists(out.filePath(QStringLiteral("reviewed/results.json"))));
  QCOMPARE(watch_.taken().size(), 2);
  // Left: gone, and not offered again.
  Harness other;
  QVERIFY(other.open({testdata(QStringLiteral("normal-left-long"))}));
  other.key(QStringLiteral("A"));
  Answer<QMessageBox> leave([&](QMessageBox& box) {
    for (QAbstractButton* b : box.buttons())
      if (box.buttonRole(b) == QMessageBox::DestructiveRole)
        b->click();
  });
  other.window().close();
  QVERIFY(!other.window().isVisible());
  QVERIFY(!other.workspace().unsaved());
  QCOMPARE(watch_.taken().size(), 1);
}

void Saving::failedSaveKeepsTheWork() {
  // Permissions don't bind root; nobody can make a file in /proc.
  const QString nowhere = QStringLiteral("/proc");
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("A"));
  QVERIFY(!saveIn(h, nowhere));
  QVERIFY2(h.bar().contains(QStringLiteral("Not saved")), qPrintable(h.bar()));
  QVERIFY(h.bar().contains(nowhere));
  QVERIFY(h.workspace().unsaved());
  QVERIFY(h.result().review->verdict.has_value());
  h.keepShot(QStringLiteral("not-saved"));
  // Elsewhere it goes.
  QTemporaryDir better;
  QVERIFY(saveIn(h, better.path(), "save.as"));
  QVERIFY(!h.workspace().unsaved());
  QVERIFY2(h.bar().isEmpty(), "the bar that said so goes once it is saved");
  QCOMPARE(watch_.taken().size(), 2);
}

HIPCUFF_JOURNEY(Deciding);
HIPCUFF_JOURNEY(Saving);

} // namespace hipcuff::viewer

#include "journeys_decide.moc"
