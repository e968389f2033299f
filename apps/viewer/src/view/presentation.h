// How VTK's pictures reach the screen here.
#pragma once

#include <QString>

#include <memory>
#include <string>

namespace hipcuff {
class PrivateDisplay;
}

namespace hipcuff::viewer {

enum class Presentation {
  openGl,   ///< QVTKOpenGLNativeWidget: the graphics processor draws and composes
  offScreen ///< VTK draws off screen, Qt shows the pixels: OpenGL in software, where composing costs more than drawing
};

/// What is asked for on the command line.
enum class OpenGlWish { automatic, hardware, software };

struct Graphics {
  Presentation presentation = Presentation::openGl;
  QString renderer;                        ///< of OpenGL, as it names itself
  bool noOpenGl = false;                   ///< the person's screen has none; the window says so
  std::shared_ptr<PrivateDisplay> display; ///< where VTK draws on an X server of its own
  std::string screen;                      ///< the person's DISPLAY and XAUTHORITY, where VTK has another
  std::string authority;
};

/// While it lives and until leave(), DISPLAY is the person's screen: Qt is made then. Afterwards it is where VTK draws.
class ScreenOfPerson {
public:
  explicit ScreenOfPerson(const Graphics& graphics);
  void leave() const;

private:
  bool other_ = false;
  std::string display_;
  std::string authority_;
};

/// Call before QApplication is made: it may set environment variables.
/// @throws NoDisplayError where nothing at all can be shown
[[nodiscard]] Graphics chooseGraphics(OpenGlWish wish);

} // namespace hipcuff::viewer
