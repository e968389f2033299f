// Without a mouse: every action has a key or a place in a menu, no key does two things, Tab goes around.
#include "journey.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QSet>
#include <QTableWidget>
#include <QTextBrowser>

namespace hipcuff::viewer {
namespace {

QList<QAction*> actionsOf(MainWindow& window) {
  QList<QAction*> out;
  for (QAction* action : window.actions())
    if (action->objectName().startsWith(QStringLiteral("action.")))
      out << action;
  return out;
}

} // namespace

class Keyboard : public Journey {
  Q_OBJECT
private slots:
  void noTwoActionsShareAKey();
  void everyActionExplainsItself();
  void sheetHoldsEveryKey();
  void guideHasTheKeysOfTheProgram();
  void tabGoesAround();
  void lettersTypedAreNotCommands();
  void arrowsBelongToWhatHasTheFocus();
  void anExamWithoutAMouse();
};

void Keyboard::noTwoActionsShareAKey() {
  Harness h;
  QMap<QString, QString> owner;
  for (const QAction* action : actionsOf(h.window()))
    for (const QKeySequence& key : action->shortcuts()) {
      const QString name = key.toString();
      QVERIFY2(!owner.contains(name),
               qPrintable(QStringLiteral("%1: %2 and %3").arg(name, owner.value(name), action->objectName())));
      owner.insert(name, action->objectName());
    }
  QVERIFY(owner.size() > 40);
}

void Keyboard::everyActionExplainsItself() {
  Harness h;
  QSet<const QAction*> inMenus;
  const std::function<void(const QMenu*)> walk = [&](const QMenu* menu) {
    for (const QAction* action : menu->actions()) {
      inMenus.insert(action);
      if (action->menu() != nullptr)
        walk(action->menu());
    }
  };
  for (const QAction* top : h.window().menuBar()->actions()) {
    QVERIFY2(top->text().contains(QLatin1Char('&')), "menus open with Alt");
    walk(top->menu());
  }
  for (const QAction* action : actionsOf(h.window())) {
    QVERIFY2(inMenus.contains(action), qPrintable(action->objectName() + QStringLiteral(" is in no menu")));
    QVERIFY2(!action->statusTip().isEmpty(), qPrintable(action->objectName()));
    QVERIFY2(action->toolTip() != action->text(), qPrintable(action->objectName()));
  }
  // Whatever can be pressed or set says what it is for.
  for (const char* type : {"QAbstractButton", "QComboBox", "QAbstractSlider"})
    for (const QWidget* widget : h.window().findChildren<QWidget*>())
      if (widget->inherits(type) && !widget->objectName().startsWith(QStringLiteral("qt_")) &&
          !widget->inherits("QScrollBar") && !widget->inherits("QDockWidgetTitleButton") &&
          !widget->objectName().startsWith(QStringLiteral("decide.c")) && // "Confirm", "Leave it"
          widget->objectName() != QStringLiteral("decide.subtype"))
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(QString::fromLatin1(widget->metaObject()->className()) +
                                                          QLatin1Char(' ') + widget->objectName()));
}

void Keyboard::sheetHoldsEveryKey() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("?"));
  auto* dialog = h.find<QDialog>("keys");
  QVERIFY(dialog != nullptr && dialog->isVisible() && !dialog->isModal());
  auto* table = dialog->findChild<QTableWidget*>(QStringLiteral("keys.table"));
  QStringList shown;
  for (int r = 0; r < table->rowCount(); ++r)
    shown << table->item(r, 0)->text();
  for (const QAction* action : actionsOf(h.window()))
    for (const QKeySequence& key : action->shortcuts())
      QVERIFY2(shown.join(QLatin1Char(' ')).contains(key.toString(QKeySequence::NativeText)),
               qPrintable(action->objectName()));
  h.keepShot(QStringLiteral("keys"), *dialog);
  auto* search = dialog->findChild<QLineEdit*>();
  search->setFocus();
  QTest::keyClicks(search, QStringLiteral("loop"));
  int rows = 0;
  for (int r = 0; r < table->rowCount(); ++r)
    rows += table->isRowHidden(r) ? 0 : 1;
  QVERIFY2(rows >= 3 && rows < 8, qPrintable(QString::number(rows)));
  dialog->close();
  QCOMPARE(watch_.taken().size(), 1);
}

void Keyboard::guideHasTheKeysOfTheProgram() {
  Harness h({.show = false});
  QString page =
      QStringLiteral("# Keys of hipcuff-viewer\n\n"
                     "<!-- Written by the test viewer.Keyboard from the program's actions; it fails when this "
                     "file is stale. HIPCUFF_UPDATE_DOCS=1 writes it. -->\n\n"
                     "`?` shows this list in the program, with a search. Everything is in the menus too.\n");
  const auto cell = [](QString text) { return text.replace(QLatin1Char('|'), QStringLiteral("\\|")); };
  for (const QAction* top : h.window().menuBar()->actions()) {
    page += QStringLiteral("\n## %1\n\n| key | does | in plain words |\n|---|---|---|\n")
                .arg(top->text().remove(QLatin1Char('&')));
    for (const QAction* action : top->menu()->actions()) {
      if (action->isSeparator() || action->menu() != nullptr)
        continue;
      QStringList keys;
      for (const QKeySequence& key : action->shortcuts())
        keys << QStringLiteral("`` %1 ``").arg(cell(key.toString()));
      page += QStringLiteral("| %1 | %2 | %3 |\n")
                  .arg(keys.join(QStringLiteral(" or ")), cell(action->text()), cell(action->statusTip()));
    }
  }
  const QString path = QStringLiteral(HIPCUFF_SOURCE_DIR "/docs/viewer-keys.md");
  QFile file(path);
  if (qEnvironmentVariableIsSet("HIPCUFF_UPDATE_DOCS")) {
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(page.toUtf8());
    return;
  }
  QVERIFY2(file.open(QIODevice::ReadOnly), "docs/viewer-keys.md is missing");
  QVERIFY2(QString::fromUtf8(file.readAll()) == page,
           "stale: run  HIPCUFF_UPDATE_DOCS=1 build/release/bin/test_viewer Keyboard guideHasTheKeysOfTheProgram");
}

void Keyboard::tabGoesAround() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("undersurface-left-cine"))}));
  QSet<QString> met;
  QWidget* start = QApplication::focusWidget();
  QVERIFY(start != nullptr);
  for (int i = 0; i < 60; ++i) {
    h.key(QStringLiteral("Tab"));
    QWidget* now = QApplication::focusWidget();
    QVERIFY(now != nullptr);
    met.insert(now->objectName());
    if (now == start)
      break;
  }
  for (const char* name : {"exams", "grade.side", "grade.view", "decide.accept", "decide.change", "decide.refuse",
                           "layer.borders", "timeline.speed"})
    QVERIFY2(met.contains(QLatin1String(name)), name);
}

void Keyboard::lettersTypedAreNotCommands() {
  Harness h;
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  h.key(QStringLiteral("U"));
  auto* reason = h.find<QLineEdit>("decide.reason");
  QVERIFY(reason->hasFocus());
  const QString everything = QStringLiteral("abcdefghijklmnopqrstuvwxyz 0123456789 +-=.,[]?\\ ACHF");
  h.type(everything);
  QCOMPARE(reason->text(), everything);
  h.key(QStringLiteral("Left"));
  h.key(QStringLiteral("Home"));
  h.key(QStringLiteral("Backspace"));
  h.key(QStringLiteral("End"));
  h.key(QStringLiteral("Backspace"));
  QCOMPARE(reason->text(), everything.left(everything.size() - 1));
  QVERIFY(!h.result().review);
  QCOMPARE(h.panes().count(), 1);
  h.key(QStringLiteral("Esc"));
  QVERIFY2(!h.find<QWidget>("decide.form")->isVisible(), "Esc: let it be");
}

void Keyboard::arrowsBelongToWhatHasTheFocus() {
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("undersurface-right-long")})}));
  const int id = h.pane().pictureId();
  auto* slider = h.find<QSlider>("opacity.borders");
  slider->setFocus();
  const int opacity = slider->value();
  h.key(QStringLiteral("Left"));
  QVERIFY(slider->value() < opacity);
  auto* speed = h.find<QWidget>("decide.change");
  speed->setFocus();
  h.key(QStringLiteral("Space"));
  QVERIFY2(h.find<QWidget>("decide.form")->isVisible(), "Space presses the button that has the focus");
  h.find<QComboBox>("decide.class")->setFocus();
  h.key(QStringLiteral("Down"));
  QCOMPARE(h.find<QComboBox>("decide.class")->currentIndex(), 1);
  QCOMPARE(h.pane().pictureId(), id);
}

void Keyboard::anExamWithoutAMouse() {
  QTemporaryDir folder;
  Harness h;
  QVERIFY(h.open({exam(folder, {QStringLiteral("normal-left-long"), QStringLiteral("undersurface-left-cine")})}));
  const int first = h.pane().pictureId();
  h.key(QStringLiteral("Down"));
  QVERIFY(h.pane().pictureId() != first || h.window().tree().neighbour(first, 1) == 0);
  h.key(QStringLiteral("Up"));
  QVERIFY(h.choose(QStringLiteral("undersurface-left-cine.dcm")));
  h.pane().widget().setFocus();
  h.key(QStringLiteral("Space"));
  QVERIFY(h.pane().playing());
  h.key(QStringLiteral("Space"));
  QVERIFY(!h.pane().playing());
  h.key(QStringLiteral("J"));
  const bool overlay = h.window().action(QStringLiteral("overlay"))->isChecked();
  h.key(QStringLiteral("H"));
  QVERIFY(h.window().action(QStringLiteral("overlay"))->isChecked() != overlay);
  for (const char* tool : {"B", "D", "E", "N", "T", "X", "M", "G", "W", "K", "R"})
    h.key(QLatin1String(tool));
  QVERIFY(h.window().action(QStringLiteral("tool.calibrate"))->isChecked());
  h.key(QStringLiteral("Esc"));
  QVERIFY(h.window().action(QStringLiteral("tool.look"))->isChecked());
  h.key(QStringLiteral("A"));
  QVERIFY(h.workspace().unsaved());
}

HIPCUFF_JOURNEY(Keyboard);

} // namespace hipcuff::viewer

#include "journeys_keys.moc"
