#include "hipcuff/dicom/results/result_segments.h"

#include "hipcuff/core/outlines.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace hipcuff::dicom {
namespace {

// Bluish green and vermillion of Okabe and Ito's palette, as in the overlays.
constexpr std::array<std::uint8_t, 3> tendonColour{0, 158, 115};
constexpr std::array<std::uint8_t, 3> discontinuityColour{213, 94, 0};
constexpr std::array<std::uint8_t, 3> fluidColour{86, 180, 233}; // sky blue

SegmentMaker makerOf(const Tendon& tendon) {
  const auto& stations = tendon.stations;
  const auto any = [](const TendonStation& s) { return s.cortexByHand || s.deepByHand || s.superficialByHand; };
  const auto both = [](const TendonStation& s) { return s.superficialByHand && (s.cortexByHand || s.deepByHand); };
  if (std::all_of(stations.begin(), stations.end(), both))
    return SegmentMaker::manual;
  return std::any_of(stations.begin(), stations.end(), any) ? SegmentMaker::semiautomatic : SegmentMaker::automatic;
}

void setAlgorithm(Segment& segment, const std::optional<StageOrigin>& plugin, const std::string& measuredBy) {
  const bool others = plugin && plugin->fault.empty();
  segment.algorithm = others ? plugin->plugin : "HipCuff";
  segment.algorithmVersion = others ? plugin->version : measuredBy;
}

Point middleOf(const Polyline& outline) {
  Point sum;
  for (const Point p : outline)
    sum = sum + p;
  return outline.empty() ? sum : sum * (1.0 / static_cast<double>(outline.size()));
}

void add(Segmentation& out, Segment segment, const ImageResult& pane, const Polyline& outline) {
  GreyImage picture(pane.columns, pane.rows);
  fillPolygon(picture, outline, 1);
  auto mask = PackedMask::of(picture);
  if (mask.count() == 0)
    return;
  segment.side = pane.side.value;
  if (segment.maker == SegmentMaker::manual)
    segment.algorithm = segment.algorithmVersion = {};
  segment.masks.push_back({*pane.frame, std::move(mask), pane.sopInstanceUid});
  out.segments.push_back(std::move(segment));
}

} // namespace

std::string trackingUid(const std::string& sopInstanceUid, int pane, const std::string& finding) {
  return uidFromText("finding\n" + sopInstanceUid + "\n" + std::to_string(pane) + "\n" + finding);
}

std::string trackingId(const SourceImage& source, std::optional<int> pane, const std::string& what) {
  return source.label + (pane ? ", picture " + std::to_string(*pane + 1) : std::string()) + ", " + what;
}

std::vector<std::string> discontinuityKeys(const ImageResult& pane) {
  constexpr double cellMm = 5;
  struct Place {
    long cell;
    Point middle;
    std::size_t index;
  };
  const auto& all = pane.measurements.discontinuities;
  std::vector<Place> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Point middle = middleOf(all[i].polygonMm);
    places.push_back({std::lround(std::floor(middle.x / cellMm)), middle, i});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tuple(a.cell, a.middle.x, a.middle.y, a.index) < std::tuple(b.cell, b.middle.x, b.middle.y, b.index);
  });
  std::vector<std::string> out(all.size());
  std::map<long, int> seen;
  for (const Place& place : places)
    out[place.index] = "discontinuity-" + std::to_string(place.cell) + "-" + std::to_string(++seen[place.cell]);
  return out;
}

Segmentation segmentsOf(const SourceImage& source, std::span<const ImageResult* const> panes,
                        const std::string& measuredBy) {
  Segmentation out;
  for (const ImageResult* pane : panes) {
    if (pane->sopInstanceUid != panes.front()->sopInstanceUid || pane->rows != panes.front()->rows ||
        pane->columns != panes.front()->columns)
      throw std::invalid_argument("panes of different images in one segmentation");
    if (!pane->frame)
      continue;
    if (pane->columns != source.columns || pane->rows != source.rows)
      throw std::invalid_argument("a segmentation of an image of another size");
    const std::string where = panes.size() > 1 ? ", pane " + std::to_string(pane->pane + 1) : std::string();
    const auto segment = [&](const std::string& label, const std::string& finding, Code category, Code type) {
      Segment s;
      s.label = label + where;
      s.category = std::move(category);
      s.type = std::move(type);
      std::string what = label;
      what.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(what.front())));
      s.trackingId = trackingId(source, panes.size() > 1 ? std::optional(pane->pane) : std::nullopt, what);
      s.trackingUid = trackingUid(pane->sopInstanceUid, pane->pane, finding);
      return s;
    };
    const auto& tendon = pane->anatomy.tendon;
    SegmentMaker tendonBy = SegmentMaker::automatic;
    if (tendon.found()) {
      tendonBy = makerOf(tendon);
      auto s =
          segment("Gluteus medius tendon", "tendon", {"123037004", "SCT", "Anatomical Structure"}, privateCode("A001"));
      s.maker = tendonBy;
      setAlgorithm(s, tendon.by, measuredBy);
      s.rgb = tendonColour;
      add(out, std::move(s), *pane, tendonOutlinePx(*pane));
    }
    const auto keys = discontinuityKeys(*pane);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Discontinuity& d = pane->measurements.discontinuities[i];
      auto s = segment("Discontinuity " + std::to_string(i + 1), keys[i],
                       {"49755003", "SCT", "Morphologically Abnormal Structure"}, privateCode("A002"));
      s.description = toString(d.kind);
      s.maker = d.byHand                              ? SegmentMaker::manual
                : tendonBy == SegmentMaker::automatic ? SegmentMaker::automatic
                                                      : SegmentMaker::semiautomatic;
      setAlgorithm(s, pane->measurements.discontinuitiesBy, measuredBy);
      s.rgb = discontinuityColour;
      add(out, std::move(s), *pane, outlinePx(*pane, d));
    }
    if (const Polyline& fluid = pane->measurements.findings.bursalFluidOutlineMm; !fluid.empty()) {
      auto s = segment("Bursal fluid", "bursal-fluid", {"91720002", "SCT", "Body Substance"}, privateCode("A003"));
      s.maker = tendonBy == SegmentMaker::automatic ? SegmentMaker::automatic : SegmentMaker::semiautomatic;
      setAlgorithm(s, {}, measuredBy);
      s.rgb = fluidColour;
      Polyline px;
      for (const Point p : fluid)
        px.push_back(pane->toFullPixels(p));
      add(out, std::move(s), *pane, px);
    }
    if (pane->review && out.creator.empty())
      out.creator = pane->review->by;
  }
  if (!panes.empty() && panes.front()->mmPerPx &&
      std::all_of(panes.begin(), panes.end(), [&](const auto* p) { return p->mmPerPx == panes.front()->mmPerPx; }))
    out.mmPerPx = panes.front()->mmPerPx;
  return out;
}

} // namespace hipcuff::dicom
