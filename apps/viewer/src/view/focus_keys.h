// Keys that the widget with the focus needs for itself are not the window's commands while it has it.
#pragma once

#include <QObject>

class QKeyEvent;
class QWidget;

namespace hipcuff::viewer {

/// A form's property: the QAbstractButton that Esc presses anywhere in it.
inline constexpr const char* cancelButton = "cancelButton";

/// Lives as long as its window. Without it an arrow in the list of grades goes to the next picture, and Enter behind
/// the reason for a refusal accepts the grade.
class FocusKeys : public QObject {
  Q_OBJECT
public:
  explicit FocusKeys(QWidget* window);

protected:
  bool eventFilter(QObject* object, QEvent* event) override;

private:
  QWidget* window_;
};

/// Whether a widget of this kind does something with the key by itself.
[[nodiscard]] bool needsKey(const QWidget& widget, const QKeyEvent& key);

} // namespace hipcuff::viewer
