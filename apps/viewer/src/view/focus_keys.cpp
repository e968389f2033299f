#include "view/focus_keys.h"

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRadioButton>
#include <QTextEdit>

namespace hipcuff::viewer {
namespace {

/// What is ticked is ticked by Space; Enter there is for the form's answer.
bool pressedByEnter(const QAbstractButton& button) {
  return qobject_cast<const QRadioButton*>(&button) == nullptr && qobject_cast<const QCheckBox*>(&button) == nullptr;
}

} // namespace

bool needsKey(const QWidget& widget, const QKeyEvent& key) {
  if ((key.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) != 0)
    return false;
  const int code = key.key();
  const bool along = code == Qt::Key_Up || code == Qt::Key_Down || code == Qt::Key_Home || code == Qt::Key_End ||
                     code == Qt::Key_PageUp || code == Qt::Key_PageDown;
  const bool aside = code == Qt::Key_Left || code == Qt::Key_Right;
  const bool enter = code == Qt::Key_Return || code == Qt::Key_Enter;
  const bool leaves = code == Qt::Key_Escape || code == Qt::Key_Tab || code == Qt::Key_Backtab;
  if (qobject_cast<const QLineEdit*>(&widget) != nullptr)
    return !leaves;
  if (qobject_cast<const QAbstractSpinBox*>(&widget) != nullptr)
    return !leaves && !enter; // Enter behind a number answers, as behind the class
  if (qobject_cast<const QComboBox*>(&widget) != nullptr)
    return along || enter || code == Qt::Key_Space;
  if (qobject_cast<const QAbstractSlider*>(&widget) != nullptr)
    return along || aside;
  if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
    return (enter && pressedByEnter(*button)) || code == Qt::Key_Space;
  if (qobject_cast<const QTextEdit*>(&widget) != nullptr) // read-only: to scroll
    return along;
  return false;
}

FocusKeys::FocusKeys(QWidget* window)
    : QObject(window)
    , window_(window) {
  // A click on a button leaves the keys with the picture: Space after it plays, it does not press the button again.
  for (QWidget* widget : window->findChildren<QWidget*>())
    if ((qobject_cast<QAbstractButton*>(widget) != nullptr || qobject_cast<QComboBox*>(widget) != nullptr ||
         qobject_cast<QAbstractSlider*>(widget) != nullptr) &&
        (widget->focusPolicy() & Qt::ClickFocus) != 0)
      widget->setFocusPolicy(Qt::TabFocus);
  QApplication::instance()->installEventFilter(this);
}

bool FocusKeys::eventFilter(QObject* object, QEvent* event) {
  if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
    return false;
  auto* widget = qobject_cast<QWidget*>(object);
  if (widget == nullptr)
    return false;
  // A panel that was pulled off is a window of its own, and still one of ours.
  QWidget* top = widget->window();
  while (top != window_ && top->windowType() == Qt::Tool && top->parentWidget() != nullptr)
    top = top->parentWidget()->window();
  if (top != window_)
    return false;
  if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
    for (QWidget* w = widget; w != nullptr && w != window_; w = w->parentWidget())
      if (auto* cancel = w->property(cancelButton).value<QAbstractButton*>()) {
        event->accept();
        if (event->type() == QEvent::KeyPress)
          cancel->click();
        return true;
      }
  if (event->type() == QEvent::ShortcutOverride && needsKey(*widget, static_cast<QKeyEvent&>(*event))) {
    event->accept();
    return true;
  }
  // Enter presses the button that has the focus: what a person expects who came there by Tab.
  if (event->type() == QEvent::KeyPress)
    if (auto* button = qobject_cast<QAbstractButton*>(widget); button != nullptr && pressedByEnter(*button))
      if (const int code = static_cast<QKeyEvent*>(event)->key(); code == Qt::Key_Return || code == Qt::Key_Enter) {
        button->click();
        return true;
      }
  return false;
}

} // namespace hipcuff::viewer
