// A viewer that dies without warning in the middle of work.
#pragma once

#include <QString>

namespace hipcuff::viewer {

/// Opens the file with this home, pulls a border, puts a caliper, and is killed as by kill -9.
[[noreturn]] void editAndDie(const QString& home, const QString& file);

} // namespace hipcuff::viewer
