// What the tests of the loader share.
#pragma once

#include "temporary_folder.h"

#include "hipcuff/core/error.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace hipcuff::test {

/// The one line that an expected kind of error says; "" where nothing is thrown. Others leave.
template <class E = Error, class Call>
std::string messageOf(const Call& call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return {};
}

inline const std::filesystem::path faultyFolder = HIPCUFF_FAULTY_PLUGINS;

} // namespace hipcuff::test
