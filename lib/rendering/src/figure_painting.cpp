#include "figure_painting.h"

#include "figure_words.h"
#include "stroke_geometry.h"
#include "text_painting.h"

#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkContextDevice2D.h>
#include <vtkNew.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace hipcuff::figures {
namespace {

/// VTK centres letters from the lowest descender to the highest ascender; we want the capitals' middle there. In units
/// of the size, DejaVu Sans.
constexpr double letterShift = 0.11;
/// A mitre longer than this many half widths would be a spike.
constexpr double longestMitre = 3;

Point leftOf(Point along) {
  return {along.y, -along.x};
}

class Canvas {
public:
  Canvas(vtkContext2D* painter, double height, double dotsPerInch)
      : painter_(painter)
      , height_(height)
      , scale_(dotsPerInch / 72) {}

  void operator()(const drawing::Band& band) const {
    std::vector<float> strip;
    for (std::size_t i = 0; i < band.upper.size(); ++i) {
      add(strip, band.upper[i]);
      add(strip, band.lower[i]);
    }
    drawStrip(strip, band.colour);
  }

  void operator()(const Area& area) const {
    std::vector<float> points;
    for (const Point p : area.outline)
      add(points, p);
    setBrush(area.colour);
    painter_->GetDevice()->DrawPolygon(points.data(), static_cast<int>(points.size() / 2));
  }

  void operator()(const Line& line) const {
    if (line.dash.empty()) {
      stroke(line.points, line.colour, line.width);
      return;
    }
    for (const Polyline& dash : drawing::dashed(line.points, line.dash))
      stroke(dash, line.colour, line.width);
  }

  void operator()(const Disc& disc) const {
    setBrush(disc.colour);
    const auto r = static_cast<float>(disc.radius * scale_);
    painter_->GetDevice()->DrawEllipseWedge(x(disc.centre), y(disc.centre), r, r, 0, 0, 0, 360);
  }

  void operator()(const Words& words) const {
    vtkTextProperty* property = painter_->GetTextProp();
    drawing::setText(property, words.size, words.colour);
    if (words.anchor == Anchor::middle)
      property->SetJustificationToCentered();
    else if (words.anchor == Anchor::end)
      property->SetJustificationToRight();
    property->SetOrientation(words.angle);
    const double turn = words.angle * std::numbers::pi / 180;
    const Point at = words.at + Point{std::sin(turn), std::cos(turn)} * (letterShift * words.size);
    painter_->DrawString(x(at), y(at), printable(words.text));
    property->SetOrientation(0);
  }

private:
  [[nodiscard]] float x(Point p) const { return static_cast<float>(p.x * scale_); }
  [[nodiscard]] float y(Point p) const { return static_cast<float>((height_ - p.y) * scale_); }
  void add(std::vector<float>& points, Point p) const {
    points.push_back(x(p));
    points.push_back(y(p));
  }

  void setBrush(Colour colour) const {
    painter_->GetBrush()->SetColor(colour.r, colour.g, colour.b, colour.a);
    painter_->ApplyBrush(painter_->GetBrush());
  }

  void drawStrip(std::vector<float>& strip, Colour colour) const {
    if (strip.size() < 8)
      return;
    setBrush(colour);
    painter_->GetDevice()->DrawQuadStrip(strip.data(), static_cast<int>(strip.size() / 2));
  }

  void stroke(const Polyline& points, Colour colour, double width) const {
    Polyline line;
    for (const Point p : points)
      if (line.empty() || distance(line.back(), p) > 1e-6)
        line.push_back(p);
    if (line.size() < 2)
      return;
    const std::size_t n = line.size();
    const bool closed = n > 3 && distance(points.front(), points.back()) < 1e-6;
    const double half = width / 2;
    std::vector<float> strip;
    const auto row = [&](Point at, Point across) {
      add(strip, at + across * half);
      add(strip, at - across * half);
    };
    for (std::size_t i = 0; i < n; ++i) {
      const bool first = i == 0;
      const bool last = i + 1 == n;
      const Point in = normalized(!first ? line[i] - line[i - 1] : closed ? line[0] - line[n - 2] : line[1] - line[0]);
      const Point out = normalized(!last ? line[i + 1] - line[i] : closed ? line[1] - line[0] : in);
      const Point middle = normalized(leftOf(in) + leftOf(out));
      const double cosine = dot(middle, leftOf(in));
      if (cosine * longestMitre < 1) { // nearly back on itself: two straight ends
        row(line[i], leftOf(in));
        row(line[i], leftOf(out));
      } else {
        row(line[i], middle * (1 / cosine));
      }
    }
    drawStrip(strip, colour);
  }

  vtkContext2D* painter_;
  double height_;
  double scale_;
};

} // namespace

void paintSheet(vtkContext2D* painter, const Sheet& sheet, double dotsPerInch, double canvasHeight) {
  const Canvas canvas(painter, canvasHeight, dotsPerInch);
  for (const Mark& mark : sheet.marks)
    std::visit(canvas, mark);
}

double wordsWidth(const std::string& words, int size) {
  if (words.empty())
    return 0;
  constexpr int fineness = 20;
  vtkNew<vtkTextProperty> property;
  drawing::setText(property, size * fineness, black);
  std::array<int, 4> box{};
  vtkTextRenderer::GetInstance()->GetBoundingBox(property, printable(words), box.data(), 72, vtkTextRenderer::FreeType);
  return static_cast<double>(box[1] - box[0] + 1) / fineness;
}

} // namespace hipcuff::figures
