// VTK's SVG device writes the shapes and words; what it leaves unsaid, or says in a way that browsers read otherwise,
// is put right here: sizes in points where user units are meant, "right" for "end", no base line, turned the wrong way.
#include "figure_painting.h"
#include "figure_words.h"
#include "text_painting.h"

#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkNew.h>
#include <vtkPen.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSVGContextDevice2D.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLUtilities.h>

#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <vector>

namespace hipcuff::figures {
namespace {

/// From the capitals' middle down to the base line, in units of the size: half of 0.729, DejaVu Sans.
constexpr double baseLine = 0.365;
/// Verdana has the same widths; the others are narrower, so that nothing grows out of its place.
constexpr const char* fonts = "'DejaVu Sans', Verdana, Arial, Helvetica, sans-serif";

std::string text(double value) {
  std::array<char, 40> buffer{};
  const double rounded = std::round(value * 1000) / 1000 + 0.0; // no "-0"
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded).ptr;
  return {buffer.data(), end};
}

class SvgCanvas {
public:
  SvgCanvas(vtkContext2D* painter, vtkXMLDataElement* page, int height)
      : painter_(painter)
      , page_(page)
      , height_(height) {}

  void operator()(const drawing::Band& band) const {
    Polyline outline = band.upper;
    outline.insert(outline.end(), band.lower.rbegin(), band.lower.rend());
    (*this)(Area{std::move(outline), band.colour});
  }

  void operator()(const Area& area) const {
    std::vector<float> points = flat(area.outline);
    setBrush(area.colour);
    painter_->GetDevice()->DrawPolygon(points.data(), static_cast<int>(points.size() / 2));
  }

  void operator()(const Line& line) const {
    std::vector<float> points = flat(line.points);
    vtkPen* pen = painter_->GetPen();
    pen->SetLineType(vtkPen::SOLID_LINE);
    pen->SetColor(line.colour.r, line.colour.g, line.colour.b, line.colour.a);
    pen->SetWidth(static_cast<float>(line.width));
    painter_->DrawPoly(points.data(), static_cast<int>(points.size() / 2));
    if (line.dash.empty())
      return;
    std::string dash;
    for (const double length : line.dash)
      dash += (dash.empty() ? "" : ",") + text(length);
    newest()->SetAttribute("stroke-dasharray", dash.c_str());
  }

  void operator()(const Disc& disc) const {
    setBrush(disc.colour);
    const auto r = static_cast<float>(disc.radius);
    painter_->GetDevice()->DrawEllipseWedge(x(disc.centre), y(disc.centre), r, r, 0, 0, 0, 360);
  }

  void operator()(const Words& words) const {
    drawing::setText(painter_->GetTextProp(), words.size, words.colour);
    painter_->DrawString(x(words.at), y(words.at), "x"); // our words are not for its markup
    vtkXMLDataElement* element = newest();
    const std::string written = printable(words.text);
    element->SetCharacterData(written.c_str(), static_cast<int>(written.size()));
    for (const char* name :
         {"alignment-baseline", "fill-opacity", "font-family", "font-style", "font-weight", "text-anchor", "transform"})
      element->RemoveAttribute(name);
    element->SetAttribute("font-size", std::to_string(words.size).c_str());
    if (words.anchor != Anchor::begin)
      element->SetAttribute("text-anchor", words.anchor == Anchor::middle ? "middle" : "end");
    Point at = words.at;
    if (words.angle != 0) {
      const std::string turn = "translate(" + text(at.x) + "," + text(at.y) + ") rotate(" + text(-words.angle) + ")";
      element->SetAttribute("transform", turn.c_str());
      at = {0, 0};
    }
    element->SetAttribute("x", text(at.x).c_str());
    element->SetAttribute("y", text(at.y + baseLine * words.size).c_str());
  }

private:
  // The device turns y over, by the window's height.
  [[nodiscard]] static float x(Point p) { return static_cast<float>(p.x); }
  [[nodiscard]] float y(Point p) const { return static_cast<float>(height_ - p.y); }
  [[nodiscard]] std::vector<float> flat(const Polyline& points) const {
    std::vector<float> out;
    for (const Point p : points) {
      out.push_back(x(p));
      out.push_back(y(p));
    }
    return out;
  }
  [[nodiscard]] vtkXMLDataElement* newest() const {
    return page_->GetNestedElement(page_->GetNumberOfNestedElements() - 1);
  }
  void setBrush(Colour colour) const {
    painter_->GetBrush()->SetColor(colour.r, colour.g, colour.b, colour.a);
    painter_->ApplyBrush(painter_->GetBrush());
  }

  vtkContext2D* painter_;
  vtkXMLDataElement* page_;
  int height_;
};

vtkSmartPointer<vtkXMLDataElement> element(const char* name) {
  auto out = vtkSmartPointer<vtkXMLDataElement>::New();
  out->SetName(name);
  return out;
}

void addWords(vtkXMLDataElement* root, const char* name, const std::string& words) {
  if (words.empty())
    return;
  const auto child = element(name);
  const std::string written = printable(words);
  child->SetCharacterData(written.c_str(), static_cast<int>(written.size()));
  root->AddNestedElement(child);
}

} // namespace

std::string svgOf(const Sheet& sheet, const SvgWords& words) {
  const int width = static_cast<int>(std::ceil(sheet.width));
  const int height = static_cast<int>(std::ceil(sheet.height));
  vtkNew<vtkRenderer> viewport; // never rendered: the device asks it for its size only
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetDPI(72);
  window->SetSize(width, height);
  window->AddRenderer(viewport);

  const auto page = element("g");
  page->SetAttribute("fill", "none");
  page->SetAttribute("stroke-linejoin", "miter");
  page->SetAttribute("font-family", fonts);
  const auto definitions = element("defs");
  vtkNew<vtkSVGContextDevice2D> device;
  device->SetTextAsPath(false);
  device->SetSVGContext(page, definitions);
  device->Begin(viewport);
  vtkNew<vtkContext2D> painter;
  painter->Begin(device);
  const SvgCanvas canvas(painter, page, height);
  canvas(Area{{{0, 0}, {sheet.width, 0}, {sheet.width, sheet.height}, {0, sheet.height}}, paper});
  for (const Mark& mark : sheet.marks)
    std::visit(canvas, mark);
  painter->End();

  const auto root = element("svg");
  constexpr double mmPerPoint = 25.4 / 72;
  root->SetAttribute("xmlns", "http://www.w3.org/2000/svg");
  root->SetAttribute("version", "1.1");
  root->SetAttribute("width", (text(sheet.width * mmPerPoint) + "mm").c_str());
  root->SetAttribute("height", (text(sheet.height * mmPerPoint) + "mm").c_str());
  root->SetAttribute("viewBox", ("0 0 " + text(sheet.width) + " " + text(sheet.height)).c_str());
  addWords(root, "title", words.title);
  addWords(root, "desc", words.description);
  root->AddNestedElement(page);
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  vtkIndent indent;
  vtkXMLUtilities::FlattenElement(root, out, &indent);
  return out.str();
}

} // namespace hipcuff::figures
