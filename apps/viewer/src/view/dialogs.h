// Dialogs and looks that need no knowledge of the window.
#pragma once

#include <QAction>
#include <QList>
#include <QString>

class QDialog;
class QLineEdit;
class QTableWidget;
class QWidget;

namespace hipcuff::viewer {

/// The report in words: editable, to copy, print or save as text. Deletes itself when closed.
[[nodiscard]] QDialog* makeReportDialog(const QString& words, QWidget* parent);

/// Every action with its keys, searchable. Deletes itself when closed.
[[nodiscard]] QDialog* makeKeysDialog(const QList<QAction*>& actions, QWidget* parent);

/// A field that narrows a filled table down to the rows that hold its words; both become the dialog's.
void layOutSearchable(QDialog& dialog, QLineEdit& filter, QTableWidget& table);

/// The whole application's colours and text size. Dark unless light.
void setTheme(bool light, bool highContrast, double textScale);

} // namespace hipcuff::viewer
