// What the pointer does in a picture: one object a tool. Tools know pictures and edits, not windows.
#pragma once

#include "view/picture_widget.h"

#include "hipcuff/review/edits.h"
#include "hipcuff/review/image_review.h"

#include <QString>

#include <memory>
#include <optional>

namespace hipcuff::viewer {

enum class ToolKind {
  look,        ///< pan, zoom, grey levels
  pullBorder,  ///< handles on the borders
  redraw,      ///< a stretch of a border anew, drawn along
  extent,      ///< where the tendon begins and ends
  drawTendon,  ///< cortex, then superficial border, from nothing
  outlineTear, ///< add a discontinuity
  notATear,    ///< click one away
  caliper,
  angle,
  text,
  erase,     ///< own measurements
  calibrate, ///< a ruler on a picture without millimetres
};
inline constexpr int toolCount = 12;

/// What a tool may do; the pane stands behind it.
class ToolHost {
public:
  virtual ~ToolHost() = default;
  /// The result whose geometry is on screen; null while the picture is not analysed or another frame is shown.
  [[nodiscard]] virtual const ImageResult* shownResult() const = 0;
  [[nodiscard]] virtual review::ImageReview* review() = 0; ///< null while not analysed
  [[nodiscard]] virtual int frame() const = 0;
  [[nodiscard]] virtual PictureWidget& widget() = 0;
  /// False, and the person is told, where it can't be done.
  virtual bool apply(const review::Edit& edit) = 0;
  /// Shows what an edit would lead to, nothing kept; nullptr: back to what is.
  virtual void preview(const review::Edit* edit) = 0;
  virtual void setMarks(std::vector<ToolMark> marks) = 0;
  virtual void pannedByHand() = 0; ///< the picture no longer lies where it fits
  virtual void say(const QString& words) = 0;
  /// @return nothing where the person thinks better of it
  [[nodiscard]] virtual std::optional<QString> askText(const QString& title, const QString& label) = 0;
  [[nodiscard]] virtual std::optional<double> askLength(const QString& title, const QString& label) = 0;
  /// Borders are drawn towards the nearest edge.
  [[nodiscard]] virtual bool snapping() const = 0;
  virtual void toolDone() = 0; ///< back to looking
};

class Tool {
public:
  explicit Tool(ToolHost& host)
      : host_(host) {}
  virtual ~Tool() = default;
  Tool(const Tool&) = delete;
  Tool& operator=(const Tool&) = delete;
  virtual void press(const Pointer&) {}
  virtual void move(const Pointer&) {}
  virtual void release(const Pointer&) {}
  virtual void doubleClick(const Pointer&) {}
  /// @return whether the tool took it; otherwise it zooms
  virtual bool wheel(const Pointer&, double) { return false; }
  /// @return whether there was something to give up
  virtual bool cancel() { return false; }
  virtual void refresh() {} ///< the result or the frame changed
  [[nodiscard]] virtual Qt::CursorShape cursor() const { return Qt::CrossCursor; }
  [[nodiscard]] virtual QString hint() const = 0; ///< one line for the status bar

protected:
  ToolHost& host_;
};

[[nodiscard]] std::unique_ptr<Tool> makeTool(ToolKind kind, ToolHost& host);

/// The tool's name, its key and what it is for, translated.
struct ToolInfo {
  ToolKind kind;
  const char* id; ///< object name of its action, "tool.caliper"
  QString name;
  QString tip;
  QString key;
};
[[nodiscard]] std::vector<ToolInfo> toolInfos();

// Each file of tools offers its own; makeTool() puts them together.
[[nodiscard]] std::unique_ptr<Tool> makeBorderTool(ToolKind kind, ToolHost& host);
[[nodiscard]] std::unique_ptr<Tool> makeOutlineTool(ToolKind kind, ToolHost& host);
[[nodiscard]] std::unique_ptr<Tool> makeMeasureTool(ToolKind kind, ToolHost& host);

} // namespace hipcuff::viewer
