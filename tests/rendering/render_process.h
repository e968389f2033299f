// hipcuff-render as a child without a display, for tests.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace hipcuff::test {

struct Outcome {
  int code = -1; ///< -1: it did not exit by itself
  std::string out;
  std::string err;
};

inline std::string contentsOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// @param scratch folder for what it prints
/// @param environment put before the command, for env(1)
inline Outcome runRender(const std::filesystem::path& scratch, const std::string& arguments,
                         const std::string& environment = {}) {
  const std::filesystem::path out = scratch / "stdout";
  const std::filesystem::path err = scratch / "stderr";
  const std::string command = "env -u DISPLAY " + environment + " " HIPCUFF_BIN_DIR "/hipcuff-render " + arguments +
                              " >'" + out.string() + "' 2>'" + err.string() + "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contentsOf(out), contentsOf(err)};
}

} // namespace hipcuff::test
