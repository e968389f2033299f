#include "view/stroke_tool.h"

#include "model/tendon_probe.h"
#include "view/words.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::viewer {
namespace {

QString valueWords(Annotation::Kind kind, const Polyline& px, const std::optional<Spacing>& mmPerPx) {
  const auto value = review::valueOf(kind, px, mmPerPx);
  if (value)
    return kind == Annotation::Kind::angle ? ToolWords::tr("%1°").arg(*value, 0, 'f', 0)
                                           : ToolWords::tr("%1 mm").arg(*value, 0, 'f', 1);
  return kind == Annotation::Kind::angle ? ToolWords::tr("no scale: no angle")
                                         : ToolWords::tr("%1 px (no scale)").arg(length(px), 0, 'f', 0);
}

std::optional<Spacing> scaleOf(ToolHost& host) {
  return host.review() != nullptr ? host.review()->current().mmPerPx : std::nullopt;
}

/// Click and drag, or click twice. Angle: three clicks.
class PointsTool final : public Tool {
public:
  PointsTool(ToolHost& host, Annotation::Kind kind)
      : Tool(host)
      , kind_(kind)
      , wanted_(kind == Annotation::Kind::caliper ? 2U : 3U) {}
  void press(const Pointer& p) override {
    if (p.button != Qt::LeftButton)
      return;
    if (host_.review() == nullptr) {
      host_.say(ToolWords::tr("The picture is not analysed yet"));
      return;
    }
    pressedAt_ = p.window;
    add(p.px);
  }
  void move(const Pointer& p) override {
    if (!points_.empty())
      show(p.px);
  }
  void release(const Pointer& p) override {
    // A drag is two clicks.
    if (points_.empty() || p.button != Qt::LeftButton || distance(p.window, pressedAt_) < 6)
      return;
    add(p.px);
  }
  bool cancel() override {
    const bool was = !points_.empty();
    points_.clear();
    host_.setMarks({});
    return was;
  }
  [[nodiscard]] QString hint() const override {
    return kind_ == Annotation::Kind::caliper ? ToolWords::tr("Click one end, then the other")
                                              : ToolWords::tr("Click one end, the apex, then the other end");
  }

private:
  void show(Point pointer) {
    Polyline line = points_;
    line.push_back(pointer);
    std::vector<ToolMark> marks{{ToolMark::Kind::line, line, {}}};
    if (line.size() == wanted_)
      marks.push_back({ToolMark::Kind::text, {pointer}, valueWords(kind_, line, scaleOf(host_)).toStdString()});
    host_.setMarks(std::move(marks));
  }
  void add(Point px) {
    // Another half of the screen, or the screen around the picture, may have another scale or none.
    if (const auto& box = host_.review()->current().regionPx;
        box && !box->contains(static_cast<int>(std::lround(px.x)), static_cast<int>(std::lround(px.y)))) {
      host_.say(ToolWords::tr("Measure inside the ultrasound picture: outside of it the scale does not hold"));
      return;
    }
    points_.push_back(px);
    if (points_.size() < wanted_)
      return;
    Annotation annotation;
    annotation.id = host_.review()->newAnnotationId();
    annotation.frame = host_.frame();
    annotation.kind = kind_;
    annotation.px = std::move(points_);
    points_.clear();
    host_.setMarks({});
    if (host_.apply(review::PutAnnotation{annotation}))
      host_.say(valueWords(kind_, annotation.px, scaleOf(host_)));
  }
  Annotation::Kind kind_;
  std::size_t wanted_;
  Polyline points_;
  Point pressedAt_;
};

class TextTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    if (p.button != Qt::LeftButton || host_.review() == nullptr)
      return;
    const auto words = host_.askText(ToolWords::tr("Note"), ToolWords::tr("Words on the picture:"));
    if (!words || words->trimmed().isEmpty())
      return;
    Annotation annotation;
    annotation.id = host_.review()->newAnnotationId();
    annotation.frame = host_.frame();
    annotation.kind = Annotation::Kind::text;
    annotation.px = {p.px};
    annotation.text = words->trimmed().toStdString();
    host_.apply(review::PutAnnotation{annotation});
  }
  [[nodiscard]] Qt::CursorShape cursor() const override { return Qt::IBeamCursor; }
  [[nodiscard]] QString hint() const override { return ToolWords::tr("Click where the note is to stand"); }
};

class EraseTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    if (p.button != Qt::LeftButton || host_.review() == nullptr)
      return;
    const auto& review = host_.review()->current().review;
    const Annotation* nearest = nullptr;
    double best = 16;
    if (review)
      for (const Annotation& annotation : review->annotations) {
        if (annotation.frame != host_.frame())
          continue;
        Polyline line;
        for (const Point px : annotation.px)
          line.push_back(host_.widget().viewport().toWindow(px));
        const double d = line.size() == 1 ? distance(line.front(), p.window) : distance(p.window, line);
        if (d < best) {
          best = d;
          nearest = &annotation;
        }
      }
    if (nearest != nullptr)
      host_.apply(review::RemoveAnnotation{nearest->id});
    else
      host_.say(ToolWords::tr("There is no measurement of yours here"));
  }
  [[nodiscard]] QString hint() const override { return ToolWords::tr("Click a measurement or note to remove it"); }
};

class RulerTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    if (p.button != Qt::LeftButton || host_.review() == nullptr)
      return;
    const ImageResult& now = host_.review()->program();
    if (now.mmPerPx && now.calibrationOrigin != CalibrationOrigin::user) {
      host_.say(ToolWords::tr("This file has its own millimetres; they are not overruled"));
      return;
    }
    from_ = p.px;
    drawing_ = true;
  }
  void move(const Pointer& p) override {
    if (drawing_)
      host_.setMarks(
          {{ToolMark::Kind::line, {from_, p.px}, {}},
           {ToolMark::Kind::text, {p.px}, ToolWords::tr("%1 px").arg(distance(from_, p.px), 0, 'f', 0).toStdString()}});
  }
  void release(const Pointer& p) override {
    if (!drawing_ || p.button != Qt::LeftButton)
      return;
    drawing_ = false;
    if (distance(from_, p.px) < 5) {
      host_.setMarks({});
      return;
    }
    const auto mm = host_.askLength(ToolWords::tr("Ruler"), ToolWords::tr("Length of the line in millimetres:"));
    host_.setMarks({});
    if (mm && host_.apply(review::Calibrate{from_, p.px, *mm}))
      host_.toolDone();
  }
  bool cancel() override {
    const bool was = drawing_;
    drawing_ = false;
    host_.setMarks({});
    return was;
  }
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr("Draw along the depth scale of the picture, as long as possible, then type its length");
  }

private:
  Point from_;
  bool drawing_ = false;
};

class OutlineTool final : public StrokeTool {
public:
  using StrokeTool::StrokeTool;
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr("Draw around the discontinuity with the button held; Esc: let it be");
  }

protected:
  bool mayBegin(const Pointer&) override {
    if (host_.shownResult() != nullptr && host_.shownResult()->anatomy.tendon.found())
      return true;
    host_.say(ToolWords::tr("A discontinuity is measured against the tendon: draw the tendon first (N)"));
    return false;
  }
  void finish(Polyline line) override {
    if (line.size() > 3)
      host_.apply(review::AddDiscontinuity{std::move(line)});
  }
  [[nodiscard]] ToolMark::Kind mark() const override { return ToolMark::Kind::closedLine; }
};

class NotATearTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    const ImageResult* image = host_.shownResult();
    if (p.button != Qt::LeftButton || image == nullptr)
      return;
    const auto hit = discontinuityAt(*image, p.px);
    if (!hit) {
      host_.say(ToolWords::tr("There is no discontinuity here"));
      return;
    }
    Polyline px;
    for (const Point mm : image->measurements.discontinuities[*hit].polygonMm)
      px.push_back(image->toFullPixels(mm));
    host_.apply(review::RejectDiscontinuity{std::move(px)});
  }
  void move(const Pointer& p) override {
    const ImageResult* image = host_.shownResult();
    host_.widget().setCursor(image != nullptr && discontinuityAt(*image, p.px) ? Qt::PointingHandCursor
                                                                               : Qt::ArrowCursor);
  }
  [[nodiscard]] QString hint() const override { return ToolWords::tr("Click a discontinuity that is none"); }
};

} // namespace

std::unique_ptr<Tool> makeOutlineTool(ToolKind kind, ToolHost& host) {
  if (kind == ToolKind::notATear)
    return std::make_unique<NotATearTool>(host);
  return std::make_unique<OutlineTool>(host);
}

std::unique_ptr<Tool> makeMeasureTool(ToolKind kind, ToolHost& host) {
  switch (kind) {
  case ToolKind::caliper:
    return std::make_unique<PointsTool>(host, Annotation::Kind::caliper);
  case ToolKind::angle:
    return std::make_unique<PointsTool>(host, Annotation::Kind::angle);
  case ToolKind::text:
    return std::make_unique<TextTool>(host);
  case ToolKind::erase:
    return std::make_unique<EraseTool>(host);
  default:
    return std::make_unique<RulerTool>(host);
  }
}

} // namespace hipcuff::viewer
