#include "view/stroke_tool.h"

#include "hipcuff/core/error.h"
#include "model/tendon_probe.h"
#include "view/words.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hipcuff::viewer {
namespace {

using review::Border;

constexpr double grabRadius = 14; ///< window pixels
constexpr std::array<Border, 3> allBorders = {Border::superficial, Border::deep, Border::cortex};

Polyline borderPx(const ImageResult& image, Border border) {
  Polyline line;
  for (const TendonStation& s : image.anatomy.tendon.stations)
    line.push_back(image.toFullPixels(border == Border::superficial ? s.superficialMm
                                      : border == Border::deep      ? s.deepMm
                                                                    : s.cortexMm));
  return line;
}

bool hasFluidBelow(const ImageResult& image) {
  return std::any_of(image.anatomy.tendon.stations.begin(), image.anatomy.tendon.stations.end(),
                     [](const TendonStation& s) { return distance(s.cortexMm, s.deepMm) > 0.05; });
}

QString nameOf(Border border) {
  switch (border) {
  case Border::cortex:
    return ToolWords::tr("cortex");
  case Border::deep:
    return ToolWords::tr("underside");
  case Border::superficial:
    break;
  }
  return ToolWords::tr("superficial border");
}

Polyline snappedIfWanted(ToolHost& host, Border border, Polyline line) {
  if (!host.snapping() || host.review() == nullptr)
    return line;
  try {
    return host.review()->snapped(border, line);
  } catch (const Error& error) { // the pixels are gone: as it was drawn
    host.say(QString::fromStdString(error.problem()));
    return line;
  }
}

/// Handles on the lines; one is pulled, its neighbourhood follows smoothly. Shift: the underside comes off the cortex
/// (fluid below the tendon) rather than the cortex moving. Wheel: how much follows.
class PullTool final : public Tool {
public:
  explicit PullTool(ToolHost& host)
      : Tool(host) {
    refresh();
  }
  void refresh() override {
    if (!dragging_)
      showHandles();
  }
  void press(const Pointer& p) override {
    const ImageResult* image = host_.shownResult();
    if (p.button != Qt::LeftButton || image == nullptr)
      return;
    hovered_ = nearest(p); // the picture may be another than when the pointer last moved
    if (!hovered_)
      return;
    dragging_ = true;
    border_ = hovered_->border;
    if (border_ == Border::cortex && p.modifiers.testFlag(Qt::ShiftModifier))
      border_ = Border::deep;
    from_ = hovered_->at;
    start_ = *image;
  }
  void move(const Pointer& p) override {
    if (!dragging_) {
      const auto before = hovered_;
      hovered_ = nearest(p);
      if (before.has_value() != hovered_.has_value() || (hovered_ && !(hovered_->at == before->at)))
        showHandles();
      host_.widget().setCursor(hovered_ ? Qt::SizeVerCursor : Qt::ArrowCursor);
      return;
    }
    to_ = p.px;
    moved_ = true;
    update();
  }
  void release(const Pointer& p) override {
    if (!dragging_ || p.button != Qt::LeftButton)
      return;
    dragging_ = false;
    host_.preview(nullptr);
    if (moved_) {
      Polyline line = review::pulled(start_, border_, from_, p.px, widthMm_);
      host_.apply(review::RedrawBorder{border_, snappedIfWanted(host_, border_, std::move(line))});
    }
    moved_ = false;
    hovered_.reset();
    showHandles();
  }
  bool wheel(const Pointer&, double steps) override {
    if (!dragging_)
      return false;
    widthMm_ = std::clamp(widthMm_ * (steps > 0 ? 1.25 : 0.8), 0.75, 12.0);
    host_.say(ToolWords::tr("%1 mm to either side follow").arg(widthMm_, 0, 'f', 1));
    if (moved_)
      update();
    return true;
  }
  bool cancel() override {
    if (!dragging_)
      return false;
    dragging_ = moved_ = false;
    host_.preview(nullptr);
    showHandles();
    return true;
  }
  [[nodiscard]] Qt::CursorShape cursor() const override { return Qt::ArrowCursor; }
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr(
        "Pull a handle; wheel while pulling: wider or narrower; Shift on the cortex: lift the underside; Esc: "
        "let it be");
  }

private:
  struct Handle {
    Border border = Border::superficial;
    Point at;
  };

  [[nodiscard]] std::vector<Handle> handles(const ImageResult& image) const {
    std::vector<Handle> out;
    for (const Border border : allBorders) {
      if (border == Border::deep && !hasFluidBelow(image))
        continue; // lies on the cortex
      for (const Point at : review::handlesOf(image, border))
        out.push_back({border, at});
    }
    return out;
  }
  /// A handle, or any place on a line: pulling there works too.
  [[nodiscard]] std::optional<Handle> nearest(const Pointer& p) {
    const ImageResult* image = host_.shownResult();
    if (image == nullptr)
      return std::nullopt;
    std::optional<Handle> best;
    double distanceBest = grabRadius;
    const Viewport& viewport = host_.widget().viewport();
    for (const Handle& handle : handles(*image))
      if (const double d = distance(viewport.toWindow(handle.at), p.window); d < distanceBest) {
        distanceBest = d;
        best = handle;
      }
    if (best)
      return best;
    distanceBest = grabRadius / 2;
    for (const Border border : allBorders)
      for (const Point at : borderPx(*image, border))
        if (const double d = distance(viewport.toWindow(at), p.window); d < distanceBest) {
          distanceBest = d;
          best = Handle{border, at};
        }
    return best;
  }
  void showHandles() {
    std::vector<ToolMark> marks;
    if (const ImageResult* image = host_.shownResult()) {
      for (const Handle& handle : handles(*image))
        marks.push_back({ToolMark::Kind::handle, {handle.at}, {}});
      if (hovered_)
        marks.push_back({ToolMark::Kind::activeHandle, {hovered_->at}, {}});
    }
    host_.setMarks(std::move(marks));
  }
  void update() {
    const Polyline line = review::pulled(start_, border_, from_, to_, widthMm_);
    const review::Edit edit = review::RedrawBorder{border_, line};
    host_.preview(&edit);
    host_.setMarks({{ToolMark::Kind::activeHandle, {to_}, {}}});
  }

  std::optional<Handle> hovered_;
  bool dragging_ = false;
  bool moved_ = false;
  Border border_ = Border::superficial;
  Point from_;
  Point to_;
  ImageResult start_;
  double widthMm_ = 3;
};

/// The border nearest to the line's start follows the line. Shift: the cortex, whatever is nearer.
class RedrawTool final : public StrokeTool {
public:
  using StrokeTool::StrokeTool;
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr("Draw along the border with the button held; Shift: the cortex; Esc: let it be");
  }

protected:
  bool mayBegin(const Pointer& p) override {
    const ImageResult* image = host_.shownResult();
    if (image == nullptr || !image->anatomy.tendon.found()) {
      host_.say(ToolWords::tr("There is no border here to redraw: draw the tendon (N)"));
      return false;
    }
    double nearest = std::numeric_limits<double>::infinity();
    for (const Border border : {Border::superficial, Border::cortex})
      if (const double d = distance(p.px, borderPx(*image, border)); d < nearest) {
        nearest = d;
        border_ = border;
      }
    if (p.modifiers.testFlag(Qt::ShiftModifier))
      border_ = Border::cortex;
    host_.say(ToolWords::tr("Redrawing the %1").arg(nameOf(border_)));
    return true;
  }
  void finish(Polyline line) override {
    if (line.size() > 1)
      host_.apply(review::RedrawBorder{border_, snappedIfWanted(host_, border_, std::move(line))});
  }

private:
  Border border_ = Border::superficial;
};

/// A handle at either end of the tendon.
class ExtentTool final : public Tool {
public:
  explicit ExtentTool(ToolHost& host)
      : Tool(host) {
    refresh();
  }
  void refresh() override {
    if (dragged_)
      return;
    ends_.reset();
    if (const ImageResult* image = host_.shownResult(); image != nullptr && image->anatomy.tendon.found()) {
      const auto& stations = image->anatomy.tendon.stations;
      ends_ = {image->toFullPixels(stations.front().cortexMm), image->toFullPixels(stations.back().cortexMm)};
    }
    show();
  }
  void press(const Pointer& p) override {
    if (!ends_ || p.button != Qt::LeftButton)
      return;
    for (int i = 0; i < 2; ++i)
      if (distance(host_.widget().viewport().toWindow((*ends_)[static_cast<std::size_t>(i)]), p.window) <
          2 * grabRadius)
        dragged_ = i;
  }
  void move(const Pointer& p) override {
    if (!dragged_)
      return;
    moved_ = true;
    (*ends_)[static_cast<std::size_t>(*dragged_)] = p.px;
    const review::Edit edit = review::SetExtent{(*ends_)[0], (*ends_)[1]};
    host_.preview(&edit);
    show();
  }
  void release(const Pointer& p) override {
    if (!dragged_ || p.button != Qt::LeftButton)
      return;
    dragged_.reset();
    host_.preview(nullptr);
    if (moved_) // a click changes nothing
      host_.apply(review::SetExtent{(*ends_)[0], (*ends_)[1]});
    moved_ = false;
    refresh();
  }
  bool cancel() override {
    if (!dragged_)
      return false;
    dragged_.reset();
    host_.preview(nullptr);
    refresh();
    return true;
  }
  [[nodiscard]] QString hint() const override {
    return ToolWords::tr("Pull the tendon's ends along the bone: position 0 is where it arrives at the facet");
  }

private:
  void show() {
    std::vector<ToolMark> marks;
    if (ends_)
      for (std::size_t i = 0; i < 2; ++i) {
        marks.push_back({dragged_ == static_cast<int>(i) ? ToolMark::Kind::activeHandle : ToolMark::Kind::handle,
                         {(*ends_)[i]},
                         {}});
        const std::string words = (i == 0 ? ToolWords::tr("arrives") : ToolWords::tr("ends")).toStdString();
        marks.push_back({ToolMark::Kind::text, {(*ends_)[i]}, words});
      }
    host_.setMarks(std::move(marks));
  }
  std::optional<std::array<Point, 2>> ends_;
  std::optional<int> dragged_;
  bool moved_ = false;
};

/// First stroke the cortex, second one the superficial border.
class DrawTendonTool final : public Tool {
public:
  using Tool::Tool;
  void press(const Pointer& p) override {
    if (p.button != Qt::LeftButton)
      return;
    if (host_.review() == nullptr) {
      host_.say(ToolWords::tr("The picture is not analysed yet"));
      return;
    }
    drawing_ = true;
    line_ = {p.px};
  }
  void move(const Pointer& p) override {
    if (!drawing_)
      return;
    if (distance(line_.back(), p.px) >= 1)
      line_.push_back(p.px);
    show();
  }
  void release(const Pointer& p) override {
    if (!drawing_ || p.button != Qt::LeftButton)
      return;
    drawing_ = false;
    if (line_.size() < 2)
      return;
    if (cortex_.empty()) {
      cortex_ = std::move(line_);
      line_.clear();
      show();
      host_.say(hint());
      return;
    }
    // The muscle's side can't be seen from two lines: the side that the program saw, or where the tendon is thicker.
    bool fromLeft = true;
    if (const ImageResult& now = host_.review()->current(); now.anatomy.tendon.found())
      fromLeft = now.anatomy.tendon.arrivesFromLeft;
    Polyline cortex = std::move(cortex_);
    Polyline superficial = std::move(line_);
    cortex_.clear();
    line_.clear();
    host_.setMarks({});
    if (host_.apply(review::DrawTendon{std::move(cortex), std::move(superficial), fromLeft}))
      host_.toolDone();
  }
  bool cancel() override {
    const bool was = drawing_ || !cortex_.empty();
    drawing_ = false;
    cortex_.clear();
    line_.clear();
    host_.setMarks({});
    return was;
  }
  [[nodiscard]] QString hint() const override {
    return cortex_.empty() ? ToolWords::tr("Draw along the cortex, the whole length of the footprint")
                           : ToolWords::tr("Now draw along the tendon's superficial border; Esc: begin again");
  }

private:
  void show() {
    std::vector<ToolMark> marks;
    if (!cortex_.empty())
      marks.push_back({ToolMark::Kind::line, cortex_, {}});
    if (line_.size() > 1)
      marks.push_back({ToolMark::Kind::line, line_, {}});
    host_.setMarks(std::move(marks));
  }
  Polyline cortex_;
  Polyline line_;
  bool drawing_ = false;
};

} // namespace

std::unique_ptr<Tool> makeBorderTool(ToolKind kind, ToolHost& host) {
  switch (kind) {
  case ToolKind::redraw:
    return std::make_unique<RedrawTool>(host);
  case ToolKind::extent:
    return std::make_unique<ExtentTool>(host);
  case ToolKind::drawTendon:
    return std::make_unique<DrawTendonTool>(host);
  default:
    return std::make_unique<PullTool>(host);
  }
}

} // namespace hipcuff::viewer
