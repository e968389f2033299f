// A tool that is one line drawn with the button held.
#pragma once

#include "view/tools.h"

#include <utility>

namespace hipcuff::viewer {

class StrokeTool : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) final {
    if (p.button != Qt::LeftButton || !mayBegin(p))
      return;
    line_ = {p.px};
    drawing_ = true;
  }
  void move(const Pointer& p) final {
    if (!drawing_)
      return;
    if (distance(line_.back(), p.px) >= 1)
      line_.push_back(p.px);
    host_.setMarks({{mark(), line_, {}}});
  }
  void release(const Pointer& p) final {
    if (!drawing_ || p.button != Qt::LeftButton)
      return;
    drawing_ = false;
    host_.setMarks({});
    finish(std::exchange(line_, {}));
  }
  bool cancel() final {
    line_.clear();
    host_.setMarks({});
    return std::exchange(drawing_, false);
  }

protected:
  /// False, and the person is told why, where nothing can be drawn.
  virtual bool mayBegin(const Pointer& p) = 0;
  virtual void finish(Polyline line) = 0;
  [[nodiscard]] virtual ToolMark::Kind mark() const { return ToolMark::Kind::line; }

private:
  Polyline line_;
  bool drawing_ = false;
};

} // namespace hipcuff::viewer
