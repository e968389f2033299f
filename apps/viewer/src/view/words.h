// Texts of what is no QObject, where lupdate finds them under the name that they are looked up by.
#pragma once

#include <QCoreApplication>

namespace hipcuff::viewer {

struct ToolWords {
  Q_DECLARE_TR_FUNCTIONS(ToolWords)
};

struct DialogWords {
  Q_DECLARE_TR_FUNCTIONS(DialogWords)
};

} // namespace hipcuff::viewer
