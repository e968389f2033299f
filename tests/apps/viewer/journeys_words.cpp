// Every text of the window goes through translation: a translator that puts marks around each text shows which don't.
#include "journey.h"
#include "view/grade_badge.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QRegularExpression>
#include <QTableWidget>
#include <QTextBrowser>
#include <QTranslator>

namespace hipcuff::viewer {
namespace {

class Marks : public QTranslator {
public:
  using QTranslator::QTranslator;
  [[nodiscard]] bool isEmpty() const override { return false; }
  [[nodiscard]] QString translate(const char*, const char* text, const char*, int) const override {
    // A key can be translated, but not into no key.
    static const QRegularExpression key(
        QStringLiteral("^((Ctrl|Shift|Alt)\\+)*(.|F\\d+|Space|Right|Left|Up|Down|Home|End|Tab|Return|Backspace|PgUp|"
                       "PgDown|Esc)$"));
    const QString source = QString::fromUtf8(text);
    if (key.match(source).hasMatch())
      return source;
    return QStringLiteral("«") + source + QStringLiteral("»");
  }
};

/// What needs no translation: numbers, names of files and people, the lines of results (written in English in the file,
/// and shown as they are written), signs.
bool untranslated(const QString& text) {
  static const QRegularExpression noWords(QStringLiteral("^[^\\p{L}]*$"));
  return noWords.match(text).hasMatch();
}

} // namespace

class Words : public Journey {
  Q_OBJECT
private slots:
  void everyTextIsTranslated();
};

void Words::everyTextIsTranslated() {
  Marks marks;
  QVERIFY(QCoreApplication::installTranslator(&marks));
  {
    QTemporaryDir folder;
    Harness h;
    QVERIFY(
        h.open({exam(folder, {QStringLiteral("undersurface-right-long"), QStringLiteral("undersurface-left-cine")})}));
    h.window().open({folder.filePath(QStringLiteral("gone.dcm"))});
    QVERIFY(Harness::until([&] { return !h.workspace().broken().empty(); }));
    QVERIFY(h.choose(QStringLiteral("undersurface-right-long.dcm")));
    h.trigger("change");
    h.trigger("keys");
    h.trigger("criteria");
    h.trigger("report");
    h.window().notify(QString());
    QStringList bare;
    const auto check = [&](const QString& where, const QString& text) {
      if (!text.isEmpty() && !untranslated(text) && !text.contains(QStringLiteral("«")))
        bare << where + QStringLiteral(": ") + text.left(80);
    };
    QList<QWidget*> all = h.window().findChildren<QWidget*>();
    all << &h.window();
    for (const QWidget* widget : all) {
      const QString name =
          QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
      if (name.startsWith(QStringLiteral("Q")) && widget->objectName().startsWith(QStringLiteral("qt_")))
        continue; // Qt's own
      check(name + QStringLiteral(" title"), widget->windowTitle());
      if (widget->objectName() != QStringLiteral("pane.head") &&     // the file's path
          widget->objectName() != QStringLiteral("status.notice") && // the sentence of the licence, the same everywhere
          widget->objectName() != QStringLiteral("status.progress") && // a file's name
          widget->objectName() != QStringLiteral("pane.badge"))
        check(name + QStringLiteral(" tooltip"), widget->toolTip());
      if (const auto* label = qobject_cast<const QLabel*>(widget))
        check(name, label->text());
      if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        check(name, button->text());
      if (const auto* box = qobject_cast<const QComboBox*>(widget))
        for (int i = 0; i < box->count(); ++i)
          check(name, box->itemText(i));
      if (const auto* line = qobject_cast<const QLineEdit*>(widget))
        check(name, line->placeholderText());
      if (const auto* badge = qobject_cast<const GradeBadge*>(widget))
        check(name, badge->text());
    }
    for (const QAction* action : h.window().findChildren<QAction*>()) {
      if (action->objectName().isEmpty() || action->isSeparator())
        continue;
      check(action->objectName(), action->text());
      check(action->objectName() + QStringLiteral(" tip"), action->statusTip());
    }
    const QAbstractItemModel& list = *h.window().tree().model();
    for (int r = 0; r < list.rowCount(); ++r)
      for (int i = 0; i < list.rowCount(list.index(r, 0)); ++i)
        if (const QModelIndex row = list.index(i, 0, list.index(r, 0)); row.data(ExamModel::pictureRole).toInt() != 0) {
          check(QStringLiteral("list"), row.data().toString());
          check(QStringLiteral("list"), row.data(ExamModel::subtitleRole).toString());
        }
    const QString words = h.find<QTextBrowser>("grade.words")->toPlainText();
    for (const char* word : {"«Why»", "«Thickness»", "«Discontinuities»", "«partial-thickness tear»"})
      QVERIFY2(words.contains(QString::fromUtf8(word)), word);
    bare.removeDuplicates();
    QVERIFY2(bare.isEmpty(), qPrintable(bare.join(QLatin1Char('\n'))));
    for (auto* dialog : h.window().findChildren<QDialog*>())
      dialog->close();
  }
  QCoreApplication::removeTranslator(&marks);
  (void)watch_.taken();
}

HIPCUFF_JOURNEY(Words);

} // namespace hipcuff::viewer

#include "journeys_words.moc"
