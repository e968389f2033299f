// An X server of our own where there is none: VTK's off-screen windows need one and abort without it.
#pragma once

#include "hipcuff/core/error.h"

#include <sys/types.h>

#include <string>

namespace hipcuff {

/// Nothing can be drawn here; says what to install.
class NoDisplayError : public Error {
public:
  using Error::Error;
};

/// Whether an X server with OpenGL (GLX) answers at $DISPLAY.
[[nodiscard]] bool displayAnswers();

/// A private Xvfb on a free display number: no TCP, and a cookie that only this process knows. It ends with this
/// object, and with this process however that ends.
class PrivateDisplay {
public:
  /// Starts Xvfb (from $HIPCUFF_XVFB, else the PATH) and points DISPLAY and XAUTHORITY of this process at it.
  /// Call before any other thread is started. @throws NoDisplayError
  PrivateDisplay();
  ~PrivateDisplay();
  PrivateDisplay(const PrivateDisplay&) = delete;
  PrivateDisplay& operator=(const PrivateDisplay&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; } ///< ":7"
  [[nodiscard]] pid_t serverPid() const noexcept { return pid_; }

private:
  void stop() noexcept;
  std::string name_;
  pid_t pid_ = -1;
  int cookieFile_ = -1;
};

} // namespace hipcuff
