#include "view/presentation.h"

#include "hipcuff/rendering/picture_view.h"
#include "hipcuff/rendering/private_display.h"

#include <cstdlib>
#include <optional>
#include <string>

namespace hipcuff::viewer {

Graphics chooseGraphics(OpenGlWish wish) {
  Graphics graphics;
  const char* shown = std::getenv("DISPLAY");
  const std::optional<std::string> screen = shown ? std::optional<std::string>(shown) : std::nullopt;
  if (!screen || screen->empty())
    throw NoDisplayError({}, "there is no screen to open a window on (DISPLAY is not set)",
                         "start it in a desktop session, with ssh -X, or under xvfb-run");
  if (wish == OpenGlWish::software)
    setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1);
  if (!displayAnswers()) {
    // The window goes to the person's screen, VTK's drawing to an X server of our own that has OpenGL in software.
    const char* cookie = std::getenv("XAUTHORITY");
    graphics.screen = *screen;
    graphics.authority = cookie ? cookie : "";
    graphics.display = std::make_shared<PrivateDisplay>();
    graphics.presentation = Presentation::offScreen;
    graphics.noOpenGl = true;
    return graphics;
  }
  graphics.renderer = QString::fromStdString(openGlRenderer());
  const bool software = graphics.renderer.isEmpty() || isSoftwareRenderer(graphics.renderer.toStdString());
  if (software || wish == OpenGlWish::software)
    graphics.presentation = Presentation::offScreen;
  if (wish == OpenGlWish::hardware)
    graphics.presentation = Presentation::openGl;
  return graphics;
}

ScreenOfPerson::ScreenOfPerson(const Graphics& graphics)
    : other_(graphics.display != nullptr) {
  if (!other_)
    return;
  const auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text ? text : "");
  };
  display_ = value("DISPLAY");
  authority_ = value("XAUTHORITY");
  setenv("DISPLAY", graphics.screen.c_str(), 1);
  if (graphics.authority.empty())
    unsetenv("XAUTHORITY");
  else
    setenv("XAUTHORITY", graphics.authority.c_str(), 1);
}

void ScreenOfPerson::leave() const {
  if (!other_)
    return;
  setenv("DISPLAY", display_.c_str(), 1);
  setenv("XAUTHORITY", authority_.c_str(), 1);
}

} // namespace hipcuff::viewer
