#include "view/dialogs.h"

#include "view/words.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QSaveFile>
#include <QStyleFactory>
#include <QTableWidget>
#include <QVBoxLayout>

namespace hipcuff::viewer {

void layOutSearchable(QDialog& dialog, QLineEdit& filter, QTableWidget& table) {
  filter.setPlaceholderText(DialogWords::tr("Search"));
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.verticalHeader()->hide();
  table.horizontalHeader()->setStretchLastSection(true);
  table.resizeColumnsToContents();
  QObject::connect(&filter, &QLineEdit::textChanged, &table, [&table](const QString& text) {
    for (int r = 0; r < table.rowCount(); ++r) {
      bool hit = false;
      for (int c = 0; c < table.columnCount(); ++c)
        hit = hit || table.item(r, c)->text().contains(text, Qt::CaseInsensitive);
      table.setRowHidden(r, !hit);
    }
  });
  auto* layout = new QVBoxLayout(&dialog);
  layout->addWidget(&filter);
  layout->addWidget(&table);
}

QDialog* makeReportDialog(const QString& words, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setObjectName(QStringLiteral("report"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(DialogWords::tr("Report – research use only"));
  auto* text = new QPlainTextEdit(words, dialog);
  text->setObjectName(QStringLiteral("report.text"));
  text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* note =
      new QLabel(DialogWords::tr("Edit it freely: what is written here is kept nowhere unless you copy, print or "
                                 "save it."),
                 dialog);
  note->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
  auto* copy = buttons->addButton(DialogWords::tr("Copy"), QDialogButtonBox::ActionRole);
  copy->setObjectName(QStringLiteral("report.copy"));
  auto* print = buttons->addButton(DialogWords::tr("Print …"), QDialogButtonBox::ActionRole);
  auto* save = buttons->addButton(DialogWords::tr("Save as text …"), QDialogButtonBox::ActionRole);
  QObject::connect(copy, &QPushButton::clicked, text,
                   [text] { QApplication::clipboard()->setText(text->toPlainText()); });
  QObject::connect(print, &QPushButton::clicked, dialog, [dialog, text] {
    QPrinter printer;
    QPrintDialog choose(&printer, dialog);
    if (choose.exec() == QDialog::Accepted)
      text->print(&printer);
  });
  QObject::connect(save, &QPushButton::clicked, dialog, [dialog, text] {
    const QString path = QFileDialog::getSaveFileName(dialog, DialogWords::tr("Save the report"),
                                                      QStringLiteral("report.txt"), DialogWords::tr("Text (*.txt)"));
    if (path.isEmpty())
      return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text->toPlainText().toUtf8()) < 0 || !file.commit())
      QMessageBox::warning(dialog, DialogWords::tr("Not saved"),
                           DialogWords::tr("%1 could not be written: %2").arg(path, file.errorString()));
  });
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  auto* layout = new QVBoxLayout(dialog);
  layout->addWidget(note);
  layout->addWidget(text);
  layout->addWidget(buttons);
  dialog->resize(860, 680);
  return dialog;
}

QDialog* makeKeysDialog(const QList<QAction*>& actions, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setObjectName(QStringLiteral("keys"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(DialogWords::tr("Keys"));
  auto* filter = new QLineEdit(dialog);
  auto* table = new QTableWidget(dialog);
  table->setObjectName(QStringLiteral("keys.table"));
  table->setColumnCount(3);
  table->setHorizontalHeaderLabels(
      {DialogWords::tr("Key"), DialogWords::tr("Does"), DialogWords::tr("In plain words")});
  for (const QAction* action : actions) {
    if (action->shortcuts().isEmpty())
      continue;
    const int row = table->rowCount();
    table->insertRow(row);
    QStringList keys;
    for (const QKeySequence& key : action->shortcuts())
      keys << key.toString(QKeySequence::NativeText);
    table->setItem(row, 0, new QTableWidgetItem(keys.join(DialogWords::tr(" or "))));
    table->setItem(row, 1, new QTableWidgetItem(action->text()));
    table->setItem(row, 2, new QTableWidgetItem(action->statusTip()));
  }
  const auto addWords = [table](const QString& key, const QString& does, const QString& words) {
    const int row = table->rowCount();
    table->insertRow(row);
    table->setItem(row, 0, new QTableWidgetItem(key));
    table->setItem(row, 1, new QTableWidgetItem(does));
    table->setItem(row, 2, new QTableWidgetItem(words));
  };
  addWords(DialogWords::tr("Wheel"), DialogWords::tr("Frames"), DialogWords::tr("Through the cine; on a still: zoom"));
  addWords(DialogWords::tr("Ctrl + wheel"), DialogWords::tr("Zoom"),
           DialogWords::tr("What lies under the pointer stays there"));
  addWords(DialogWords::tr("Right button"), DialogWords::tr("Grey levels"),
           DialogWords::tr("Drag sideways for contrast, up and down for brightness"));
  addWords(DialogWords::tr("Esc"), DialogWords::tr("Let it be"),
           DialogWords::tr("Give up what is being drawn; then: look"));
  layOutSearchable(*dialog, *filter, *table);
  dialog->resize(820, 640);
  return dialog;
}

void setTheme(bool light, bool highContrast, double textScale) {
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  const QColor back = highContrast ? (light ? Qt::white : Qt::black)
                      : light      ? QColor(0xf0, 0xf0, 0xf0)
                                   : QColor(0x24, 0x26, 0x29);
  const QColor base = highContrast ? back : light ? QColor(Qt::white) : QColor(0x1a, 0x1b, 0x1e);
  const QColor text = highContrast ? (light ? Qt::black : Qt::white)
                      : light      ? QColor(0x1c, 0x1c, 0x1c)
                                   : QColor(0xdc, 0xdc, 0xdc);
  const QColor button = highContrast ? back : light ? QColor(0xe2, 0xe2, 0xe2) : QColor(0x33, 0x36, 0x3a);
  // Okabe-Ito's sky blue and blue: seen with any common colour vision.
  const QColor highlight = light ? QColor(0x00, 0x72, 0xb2) : QColor(0x56, 0xb4, 0xe9);
  QPalette palette;
  palette.setColor(QPalette::Window, back);
  palette.setColor(QPalette::WindowText, text);
  palette.setColor(QPalette::Base, base);
  palette.setColor(QPalette::AlternateBase, back);
  palette.setColor(QPalette::Text, text);
  palette.setColor(QPalette::Button, button);
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::Mid, highContrast ? text : light ? QColor(0xa8, 0xa8, 0xa8) : QColor(0x5c, 0x60, 0x66));
  palette.setColor(QPalette::BrightText, Qt::red);
  palette.setColor(QPalette::ToolTipBase, button);
  palette.setColor(QPalette::ToolTipText, text);
  palette.setColor(QPalette::Link, highlight);
  palette.setColor(QPalette::Highlight, highlight);
  palette.setColor(QPalette::HighlightedText, light ? Qt::white : Qt::black);
  palette.setColor(QPalette::PlaceholderText, highContrast ? text : QColor(0x8a, 0x8a, 0x8a));
  const QColor dim = highContrast ? text : light ? QColor(0x80, 0x80, 0x80) : QColor(0x8c, 0x8c, 0x8c);
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, dim);
  QApplication::setPalette(palette);
  static const QFont plain = QApplication::font();
  QFont scaled = plain;
  scaled.setPointSizeF(plain.pointSizeF() * textScale);
  QApplication::setFont(scaled);
  // Fusion draws boxes, circles and slider handles in shades of the window's colour: hardly to be seen on a dark one.
  QString sheet = QStringLiteral("QCheckBox::indicator, QRadioButton::indicator { width: 12px; height: 12px; "
                                 "border: 1px solid palette(text); background: palette(base); }"
                                 "QRadioButton::indicator { border-radius: 7px; }"
                                 "QCheckBox::indicator:checked, QRadioButton::indicator:checked "
                                 "{ background: palette(highlight); }"
                                 "QCheckBox::indicator:disabled, QRadioButton::indicator:disabled "
                                 "{ border-color: palette(mid); }"
                                 "QSlider::groove:horizontal { height: 4px; background: palette(mid); }"
                                 "QSlider::sub-page:horizontal { background: palette(highlight); }"
                                 "QSlider::handle:horizontal { width: 10px; margin: -5px 0; "
                                 "border: 1px solid palette(text); background: palette(button); }");
  if (highContrast)
    sheet +=
        QStringLiteral("QPushButton, QToolButton, QComboBox, QLineEdit { border: 1px solid palette(text); "
                       "padding: 3px; }"
                       "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }");
  qApp->setStyleSheet(sheet);
}

} // namespace hipcuff::viewer
