#include "context_painting.h"

#include "text_painting.h"

#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkNew.h>
#include <vtkPen.h>
#include <vtkPoints2D.h>
#include <vtkTextProperty.h>

#include <array>

namespace hipcuff::drawing {
namespace {

class Canvas {
public:
  Canvas(vtkContext2D* painter, double height, int oversampling)
      : painter_(painter)
      , height_(height)
      , oversampling_(oversampling) {}

  void paint(const Box& box) const {
    painter_->GetPen()->SetLineType(vtkPen::NO_PEN);
    painter_->GetBrush()->SetColor(box.colour.r, box.colour.g, box.colour.b, box.colour.a);
    const Rect& r = box.rect;
    painter_->DrawRect(x(r.x0), y(r.y1), x(r.x1) - x(r.x0), y(r.y0) - y(r.y1));
  }

  void paint(const Stroke& stroke) const {
    vtkPen* pen = painter_->GetPen();
    pen->SetLineType(vtkPen::SOLID_LINE);
    pen->SetColor(stroke.colour.r, stroke.colour.g, stroke.colour.b, stroke.colour.a);
    pen->SetWidth(static_cast<float>(stroke.width * oversampling_));
    vtkNew<vtkPoints2D> points;
    for (const Point p : stroke.points)
      points->InsertNextPoint(x(p.x), y(p.y));
    painter_->DrawPoly(points);
  }

  void paint(const Text& text) const {
    const std::string words = plain(text.words);
    vtkTextProperty* property = painter_->GetTextProp();
    if (text.haloed) {
      setText(property, text.size * oversampling_, text.halo);
      for (const auto& [dx, dy] : std::array<std::array<double, 2>, 8>{
               {{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-0.7, -0.7}, {0.7, -0.7}, {-0.7, 0.7}, {0.7, 0.7}}})
        painter_->DrawString(x(text.x + dx), y(text.y + dy), words);
    }
    setText(property, text.size * oversampling_, text.colour);
    painter_->DrawString(x(text.x), y(text.y), words);
  }

private:
  [[nodiscard]] float x(double value) const { return static_cast<float>(value * oversampling_); }
  [[nodiscard]] float y(double value) const { return static_cast<float>((height_ - value) * oversampling_); }

  vtkContext2D* painter_;
  double height_;
  int oversampling_;
};

} // namespace

void paintBoxes(vtkContext2D* painter, const DisplayList& list, double height, int oversampling) {
  const Canvas canvas(painter, height, oversampling);
  for (const Box& box : list.boxes)
    canvas.paint(box);
}

void paintLines(vtkContext2D* painter, const DisplayList& list, double height, int oversampling) {
  const Canvas canvas(painter, height, oversampling);
  for (const Stroke& stroke : list.strokes)
    canvas.paint(stroke);
  for (const Text& text : list.texts)
    canvas.paint(text);
}

} // namespace hipcuff::drawing
