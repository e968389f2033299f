// A journey is one class of Qt Test; CTest runs each by its name in a process of its own.
#pragma once

#include "harness.h"

#include <QDialog>
#include <QMap>

#include <functional>

namespace hipcuff::viewer {

using MakeJourney = std::function<std::unique_ptr<QObject>()>;
[[nodiscard]] QMap<QString, MakeJourney>& journeys();

template <typename T>
struct Registered {
  explicit Registered(const char* name) {
    journeys().insert(QString::fromLatin1(name), [] { return std::make_unique<T>(); });
  }
};

/// What every journey has: a watch on dialogs, which nobody may be met by who didn't ask for one.
class Journey : public QObject {
  Q_OBJECT
protected:
  /// No dialog that the journey didn't expect (it takes those from watch_).
  void quiet() {
    QCOMPARE(watch_.taken(), QStringList());
    QVERIFY(QApplication::activeModalWidget() == nullptr);
  }
  DialogWatch watch_;

private slots:
  void cleanup() { quiet(); }
};

} // namespace hipcuff::viewer

#define HIPCUFF_JOURNEY(T) static const ::hipcuff::viewer::Registered<T> registered##T(#T)
#define NEEDS_EXAM()                                                                                                   \
  if (::hipcuff::viewer::demo().isEmpty())                                                                             \
  QSKIP("the simulated exam is not there: run it through ctest, which makes it first")
