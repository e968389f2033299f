#include "view/tools.h"

#include "view/words.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::viewer {
namespace {

/// Left button moves the picture, right button (or Ctrl) its grey levels: to the right more contrast, down darker.
class LookTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    last_ = p.window;
    grey_ = p.button == Qt::RightButton || (p.button == Qt::LeftButton && p.modifiers.testFlag(Qt::ControlModifier));
    active_ = p.button == Qt::LeftButton || p.button == Qt::RightButton || p.button == Qt::MiddleButton;
  }
  void move(const Pointer& p) override {
    if (!active_ || p.buttons == Qt::NoButton)
      return;
    const Point by = p.window - last_;
    last_ = p.window;
    if (grey_) {
      GreyCurve curve = host_.widget().curve();
      curve.window = std::clamp(curve.window * std::exp(-by.x / 200), 4.0, 1020.0);
      curve.level = std::clamp(curve.level + by.y * curve.window / 500, -128.0, 383.0);
      host_.widget().setCurve(curve);
      host_.say(ToolWords::tr("Window %1, level %2").arg(std::lround(curve.window)).arg(std::lround(curve.level)));
    } else {
      host_.widget().viewport().pan(by);
      host_.pannedByHand();
      host_.widget().redraw();
    }
  }
  void release(const Pointer&) override { active_ = false; }
  [[nodiscard]] Qt::CursorShape cursor() const override { return Qt::ArrowCursor; }
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr("Drag to move, wheel for frames (Ctrl: zoom; on a still always), right button for brightness "
                         "and contrast, double click to fit");
  }

private:
  Point last_;
  bool active_ = false;
  bool grey_ = false;
};

} // namespace

std::unique_ptr<Tool> makeTool(ToolKind kind, ToolHost& host) {
  switch (kind) {
  case ToolKind::look:
    return std::make_unique<LookTool>(host);
  case ToolKind::pullBorder:
  case ToolKind::redraw:
  case ToolKind::extent:
  case ToolKind::drawTendon:
    return makeBorderTool(kind, host);
  case ToolKind::outlineTear:
  case ToolKind::notATear:
    return makeOutlineTool(kind, host);
  case ToolKind::caliper:
  case ToolKind::angle:
  case ToolKind::text:
  case ToolKind::erase:
  case ToolKind::calibrate:
    return makeMeasureTool(kind, host);
  }
  return std::make_unique<LookTool>(host);
}

std::vector<ToolInfo> toolInfos() {
  return {
      {ToolKind::look, "tool.look", ToolWords::tr("Look"), ToolWords::tr("Move and zoom the picture"),
       QStringLiteral("Esc")},
      {ToolKind::pullBorder, "tool.pull", ToolWords::tr("Pull border"),
       ToolWords::tr("Pull a border by its handles; the numbers and the grade follow"), QStringLiteral("B")},
      {ToolKind::redraw, "tool.redraw", ToolWords::tr("Redraw stretch"),
       ToolWords::tr("Draw along the true border; the nearest border follows your line there"), QStringLiteral("D")},
      {ToolKind::extent, "tool.extent", ToolWords::tr("Tendon's ends"),
       ToolWords::tr("Pull the ends of the measured tendon: where it arrives at the facet, and where it ends"),
       QStringLiteral("E")},
      {ToolKind::drawTendon, "tool.tendon", ToolWords::tr("Draw tendon"),
       ToolWords::tr(
           "Draw the cortex, then the tendon's superficial border, where the program found none or is wholly wrong"),
       QStringLiteral("N")},
      {ToolKind::outlineTear, "tool.tear", ToolWords::tr("Outline tear"),
       ToolWords::tr("Draw around a discontinuity that the program missed"), QStringLiteral("T")},
      {ToolKind::notATear, "tool.notear", ToolWords::tr("Not a tear"),
       ToolWords::tr("Click a discontinuity that is none; it no longer counts"), QStringLiteral("X")},
      {ToolKind::caliper, "tool.caliper", ToolWords::tr("Caliper"), ToolWords::tr("Measure a distance in millimetres"),
       QStringLiteral("M")},
      {ToolKind::angle, "tool.angle", ToolWords::tr("Angle"), ToolWords::tr("Measure an angle: end, apex, end"),
       QStringLiteral("G")},
      {ToolKind::text, "tool.text", ToolWords::tr("Note"), ToolWords::tr("Write a word on the picture"),
       QStringLiteral("W")},
      {ToolKind::erase, "tool.erase", ToolWords::tr("Remove"),
       ToolWords::tr("Click a measurement or note of your own to remove it"), QStringLiteral("K")},
      {ToolKind::calibrate, "tool.calibrate", ToolWords::tr("Ruler"),
       ToolWords::tr("For pictures without millimetres: draw along the picture's depth scale and type its length"),
       QStringLiteral("R")},
  };
}

} // namespace hipcuff::viewer
