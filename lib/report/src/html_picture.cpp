#include "html_picture.h"

#include "text.h"

#include "hipcuff/report/review_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::report {
namespace {

/// What can be switched on and off; `key` makes the class names of check box (t-key) and layer (o-key).
struct Layer {
  const char* key;
  const char* label;
};
constexpr std::array layers = {
    Layer{"cortex", "Cortex"},
    Layer{"facets", "Facets"},
    Layer{"superficial", "Superficial border"},
    Layer{"deep", "Deep border"},
    Layer{"inferred", "Inferred stretches"},
    Layer{"gaps", "Discontinuities"},
    Layer{"blind", "Darkness not assessable"},
    Layer{"scale", "Scale"},
};

/// From frame mm to the drawing's units: pane pixels, stretched so that a millimetre is as long in x as in y.
class Canvas {
public:
  explicit Canvas(const ImageResult& image)
      : image_(image)
      , box_(image.regionPx.value_or(PixelBox{0, 0, image.columns - 1, image.rows - 1})) {
    if (image.mmPerPx && image.mmPerPx->x > 0 && image.mmPerPx->y > 0) {
      unitMm_ = std::min(image.mmPerPx->x, image.mmPerPx->y);
      stretch_ = {image.mmPerPx->x / unitMm_, image.mmPerPx->y / unitMm_};
    }
  }
  [[nodiscard]] bool empty() const { return box_.empty(); }
  [[nodiscard]] bool calibrated() const { return image_.mmPerPx.has_value() && unitMm_ > 0; }
  [[nodiscard]] double width() const { return box_.width() * stretch_.x; }
  [[nodiscard]] double height() const { return box_.height() * stretch_.y; }
  /// Units that about 1/700 of the picture's longer side makes: a CSS pixel at the usual size.
  [[nodiscard]] double css() const { return std::max(width(), height()) / 700; }
  [[nodiscard]] double units(double mm) const { return mm / unitMm_; }
  /// Drawing coordinates: the pane's upper left corner (not pixel centre) is (0, 0).
  [[nodiscard]] Point place(Point mm) const {
    const Point px = image_.toFullPixels(mm);
    return {(px.x - box_.x0 + 0.5) * stretch_.x, (px.y - box_.y0 + 0.5) * stretch_.y};
  }
  [[nodiscard]] std::string path(const Polyline& mm, bool closed = false) const {
    std::string d;
    for (const Point p : mm) {
      const Point q = place(p);
      d += (d.empty() ? "M" : "L") + fixed(q.x, 1) + " " + fixed(q.y, 1);
    }
    return closed ? d + "Z" : d;
  }

private:
  const ImageResult& image_;
  PixelBox box_;
  double unitMm_ = 1;
  Point stretch_{1, 1};
};

/// A line over a dark halo, so that it shows on bright speckle too.
std::string line(const Canvas& canvas, const Polyline& mm, const std::string& style) {
  if (mm.size() < 2)
    return {};
  const std::string d = canvas.path(mm);
  if (style == "deep") // mostly lies on the cortex, which must show between its dots
    return "<path class=\"deep\" d=\"" + d + "\"/>";
  return "<path class=\"halo\" d=\"" + d + "\"/><path class=\"" + style + "\" d=\"" + d + "\"/>";
}

std::string label(const Canvas& canvas, Point at, const std::string& text, const char* anchor, double dy = 0) {
  return "<text x=\"" + fixed(at.x, 1) + "\" y=\"" + fixed(at.y + dy * canvas.css(), 1) + "\" font-size=\"" +
         fixed(13 * canvas.css(), 1) + "\" text-anchor=\"" + anchor + "\">" + text + "</text>";
}

std::string group(const char* key, const std::string& content) {
  return content.empty() ? content : "<g class=\"o-" + std::string(key) + "\">" + content + "</g>\n";
}

/// Cuts stations into runs where `flag` is the same. Neighbouring runs share a point, so that the line has no holes.
template <typename Flag, typename Use>
void runs(const std::vector<TendonStation>& stations, Flag flag, Use use) {
  for (std::size_t i = 0; i < stations.size();) {
    const bool value = flag(stations[i]);
    std::size_t end = i + 1;
    while (end < stations.size() && flag(stations[end]) == value)
      ++end;
    // A stretch between two stations is inferred where either end is: it takes the neighbours' points.
    const std::size_t from = value && i > 0 ? i - 1 : i;
    const std::size_t to = value && end < stations.size() ? end + 1 : end;
    use(value, from, to);
    i = end;
  }
}

std::string cortexLayer(const Canvas& canvas, const ImageResult& image) {
  std::string out;
  for (const CortexSegment& segment : image.anatomy.cortex.segments)
    out += line(canvas, segment.interfaceMm, "cortex");
  return out;
}

std::string facetLayer(const Canvas& canvas, const ImageResult& image) {
  std::string out;
  for (const Facet& facet : image.anatomy.cortex.facets) {
    const Point a = canvas.place(facet.beginMm);
    const Point b = canvas.place(facet.endMm);
    const double tick = 7 * canvas.css();
    for (const Point p : {a, b})
      out += "<path class=\"facet\" d=\"M" + fixed(p.x, 1) + " " + fixed(p.y - tick, 1) + "V" + fixed(p.y + tick, 1) +
             "\"/>";
    const Point middle = (a + b) * 0.5;
    const char* name = facet.kind == FacetKind::unknown ? "facet" : words(facet.kind);
    out += label(canvas, {middle.x, std::max(a.y, b.y)}, name, "middle", 26);
  }
  return out;
}

struct BorderLayers {
  std::string seen;
  std::string inferred;
};

BorderLayers borderLayers(const Canvas& canvas, const Tendon& tendon, bool TendonStation::*flag,
                          Point TendonStation::*border, const char* style) {
  BorderLayers out;
  runs(
      tendon.stations, [&](const TendonStation& s) { return s.*flag; },
      [&](bool inferred, std::size_t from, std::size_t to) {
        Polyline piece;
        for (std::size_t i = from; i < to; ++i)
          piece.push_back(tendon.stations[i].*border);
        if (inferred)
          out.inferred += line(canvas, piece, std::string(style) + " dashed");
        else
          out.seen += line(canvas, piece, style);
      });
  return out;
}

std::string gapLayer(const Canvas& canvas, const ImageResult& image) {
  std::string out;
  int number = 0;
  for (const Discontinuity& d : image.measurements.discontinuities) {
    ++number;
    if (d.polygonMm.size() < 3)
      continue;
    const std::string path = canvas.path(d.polygonMm, true);
    out += "<path class=\"halo\" d=\"" + path + "\"/><path class=\"" +
           (d.suspectedAnisotropy || !countsAsTear(classOf(image)) ? "gap doubt" : "gap") + "\" d=\"" + path + "\"/>";
    Point top = canvas.place(d.polygonMm.front());
    double sum = 0;
    for (const Point p : d.polygonMm) {
      const Point q = canvas.place(p);
      sum += q.x;
      top.y = std::min(top.y, q.y);
    }
    top.x = sum / static_cast<double>(d.polygonMm.size());
    out += label(canvas, top, std::to_string(number), "middle", -7);
  }
  return out;
}

std::string blindLayer(const Canvas& canvas, const Tendon& tendon, std::optional<double> limit) {
  std::string out;
  if (!limit)
    return out;
  runs(
      tendon.stations, [&](const TendonStation& s) { return s.fibreAngleDeg && std::abs(*s.fibreAngleDeg) > *limit; },
      [&](bool blind, std::size_t from, std::size_t to) {
        if (!blind)
          return;
        Polyline zone;
        for (std::size_t i = from; i < to; ++i)
          zone.push_back(tendon.stations[i].superficialMm);
        for (std::size_t i = to; i > from; --i)
          zone.push_back(tendon.stations[i - 1].deepMm);
        out += "<path class=\"blind\" d=\"" + canvas.path(zone, true) + "\"/>";
      });
  return out;
}

/// A 10 mm bar in the picture's lower left corner, and a depth ruler in a margin of its own to the right.
std::string scaleLayer(const Canvas& canvas) {
  const double w = canvas.width();
  const double h = canvas.height();
  const double css = canvas.css();
  if (!canvas.calibrated())
    return label(canvas, {10 * css, h - 12 * css}, "no scale: millimetres unknown", "start");
  const double bar = canvas.units(w / canvas.units(1) > 25 ? 10 : 5);
  const std::string length = w / canvas.units(1) > 25 ? "10 mm" : "5 mm";
  const Point at{12 * css, h - 14 * css};
  const std::string d = "M" + fixed(at.x, 1) + " " + fixed(at.y - 5 * css, 1) + "v" + fixed(10 * css, 1) + "m0 " +
                        fixed(-5 * css, 1) + "h" + fixed(bar, 1) + "m0 " + fixed(-5 * css, 1) + "v" +
                        fixed(10 * css, 1);
  std::string out = "<path class=\"halo\" d=\"" + d + "\"/><path class=\"bar\" d=\"" + d + "\"/>" +
                    label(canvas, {at.x + bar / 2, at.y}, length, "middle", -7);
  for (int mm = 0; canvas.units(mm) <= h; mm += 5) {
    const bool long10 = mm % 10 == 0;
    const double y = canvas.units(mm);
    out += "<path class=\"tick\" d=\"M" + fixed(w, 1) + " " + fixed(y, 1) + "h" + fixed((long10 ? 10 : 6) * css, 1) +
           "\"/>";
    if (long10 && y < h - 2 * css)
      out += "<text class=\"depth\" x=\"" + fixed(w + 13 * css, 1) + "\" y=\"" +
             fixed(y + (mm == 0 ? 10 : 4.5) * css, 1) + "\" font-size=\"" + fixed(12 * css, 1) + "\">" +
             std::to_string(mm) + "</text>";
  }
  return out + "<text class=\"depth\" x=\"" + fixed(w + 13 * css, 1) + "\" y=\"" + fixed(h - 3 * css, 1) +
         "\" font-size=\"" + fixed(12 * css, 1) + "\">mm</text>";
}

std::string borderLabels(const Canvas& canvas, const Tendon& tendon) {
  if (!tendon.found())
    return {};
  const bool leftFirst =
      canvas.place(tendon.stations.front().superficialMm).x <= canvas.place(tendon.stations.back().superficialMm).x;
  const TendonStation& leftmost = leftFirst ? tendon.stations.front() : tendon.stations.back();
  const Point at = canvas.place(leftmost.superficialMm);
  const double css = canvas.css();
  if (at.x > 140 * css) // room beside the line: nothing is covered
    return label(canvas, {at.x - 6 * css, at.y}, "superficial border", "end", 4);
  return label(canvas, at, "superficial border", "start", -16);
}

} // namespace

std::string pictureFigure(const ImageResult& image, const std::string& id, std::string_view png,
                          std::optional<double> angleLimitDeg) {
  const Canvas canvas(image);
  if (canvas.empty() || !image.frame)
    return "<p class=\"none\">No picture: no frame could be analysed.</p>\n";
  const Tendon& tendon = image.anatomy.tendon;
  const BorderLayers superficial =
      borderLayers(canvas, tendon, &TendonStation::superficialInferred, &TendonStation::superficialMm, "superficial");
  const BorderLayers deep = borderLayers(canvas, tendon, &TendonStation::deepInferred, &TendonStation::deepMm, "deep");
  const std::string names = borderLabels(canvas, tendon);
  const std::array<std::string, layers.size()> content = {cortexLayer(canvas, image),
                                                          facetLayer(canvas, image),
                                                          superficial.seen + names,
                                                          deep.seen,
                                                          superficial.inferred + deep.inferred,
                                                          gapLayer(canvas, image),
                                                          blindLayer(canvas, tendon, angleLimitDeg),
                                                          scaleLayer(canvas)};

  std::string out = "<div class=\"picture\">\n";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string box = id + "-" + layers[i].key;
    const bool there = !content[i].empty();
    out += "<input type=\"checkbox\" class=\"t-" + std::string(layers[i].key) + "\" id=\"" + box + "\"" +
           (there ? " checked" : " disabled") + "><label for=\"" + box + "\" class=\"l-" + layers[i].key + "\">" +
           layers[i].label + (there ? "" : " (none)") + "</label>\n";
  }
  const double margin = canvas.calibrated() ? 42 * canvas.css() : 0;
  const std::string w = fixed(canvas.width(), 1);
  const std::string h = fixed(canvas.height(), 1);
  out += "<svg viewBox=\"0 0 " + fixed(canvas.width() + margin, 1) + " " + h + "\" role=\"img\" aria-label=\"" +
         "Ultrasound picture with overlays\">\n";
  if (png.empty())
    out += "<rect width=\"" + w + "\" height=\"" + h + "\" fill=\"#222\"/>\n";
  else
    out += "<image width=\"" + w + "\" height=\"" + h +
           "\" preserveAspectRatio=\"none\" href=\"data:image/png;base64," + base64(png) + "\"/>\n";
  // Areas below lines, the scale on top.
  for (const std::size_t i : {6U, 5U, 0U, 3U, 2U, 4U, 1U, 7U})
    out += group(layers[i].key, content[i]);
  return out + "</svg></div>\n";
}

} // namespace hipcuff::report
