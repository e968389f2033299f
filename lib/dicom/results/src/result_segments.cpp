#include "hipcuff/dicom/results/result_segments.h"

#include "hipcuff/core/outlines.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

// Bluish green and vermillion of Okabe and Ito's palette, as in the overlays.
constexpr std::array<std::uint8_t, 3> tendonColour{0, 158, 115};
constexpr std::array<std::uint8_t, 3> discontinuityColour{213, 94, 0};

SegmentMaker makerOf(const Tendon& tendon) {
  const auto& stations = tendon.stations;
  const auto any = [](const TendonStation& s) { return s.cortexByHand || s.deepByHand || s.superficialByHand; };
  const auto both = [](const TendonStation& s) { return s.superficialByHand && (s.cortexByHand || s.deepByHand); };
  if (std::all_of(stations.begin(), stations.end(), both))
    return SegmentMaker::manual;
  return std::any_of(stations.begin(), stations.end(), any) ? SegmentMaker::semiautomatic : SegmentMaker::automatic;
}

std::string algorithmName(const std::optional<StageOrigin>& plugin) {
  return plugin && plugin->fault.empty() ? plugin->plugin + " " + plugin->version : "HipCuff";
}

void add(Segmentation& out, Segment segment, const ImageResult& pane, const Polyline& outline) {
  GreyImage picture(pane.columns, pane.rows);
  fillPolygon(picture, outline, 1);
  auto mask = PackedMask::of(picture);
  if (mask.count() == 0)
    return;
  segment.side = pane.side.value;
  if (segment.maker == SegmentMaker::manual)
    segment.algorithm.clear();
  segment.masks.push_back({*pane.frame, std::move(mask), pane.sopInstanceUid});
  out.segments.push_back(std::move(segment));
}

} // namespace

std::string trackingUid(const std::string& sopInstanceUid, int pane, const std::string& finding) {
  return uidFromText("finding\n" + sopInstanceUid + "\n" + std::to_string(pane) + "\n" + finding);
}

Segmentation segmentsOf(std::span<const ImageResult* const> panes) {
  Segmentation out;
  for (const ImageResult* pane : panes) {
    if (pane->sopInstanceUid != panes.front()->sopInstanceUid || pane->rows != panes.front()->rows ||
        pane->columns != panes.front()->columns)
      throw std::invalid_argument("panes of different images in one segmentation");
    if (!pane->frame)
      continue;
    const std::string where = panes.size() > 1 ? ", pane " + std::to_string(pane->pane + 1) : std::string();
    const auto segment = [&](const std::string& label, const std::string& finding, Code category, Code type) {
      Segment s;
      s.label = label + where;
      s.category = std::move(category);
      s.type = std::move(type);
      s.trackingId = label + where;
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
      s.algorithm = algorithmName(tendon.by);
      s.rgb = tendonColour;
      add(out, std::move(s), *pane, tendonOutlinePx(*pane));
    }
    int number = 0;
    for (const auto& d : pane->measurements.discontinuities) {
      const std::string n = std::to_string(++number);
      auto s = segment("Discontinuity " + n, "discontinuity-" + n,
                       {"49755003", "SCT", "Morphologically Abnormal Structure"}, privateCode("A002"));
      s.description = toString(d.kind);
      s.maker = d.byHand                              ? SegmentMaker::manual
                : tendonBy == SegmentMaker::automatic ? SegmentMaker::automatic
                                                      : SegmentMaker::semiautomatic;
      s.algorithm = algorithmName(pane->measurements.discontinuitiesBy);
      s.rgb = discontinuityColour;
      add(out, std::move(s), *pane, outlinePx(*pane, d));
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
