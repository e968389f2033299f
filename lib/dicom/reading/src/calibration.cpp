#include "calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hipcuff::dicom {
namespace {

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

/// PS3.3 C.8.5.5.1: spatial format and data type.
RegionKind kindOf(const RegionItem& item) {
  const long format = item.spatialFormat.value_or(0);
  const long type = item.dataType.value_or(0);
  switch (format) {
  case 1: // 2D
    if (type == 1)
      return RegionKind::bMode;
    if (type == 2)
      return RegionKind::colourDoppler;
    if (type == 0xD || type == 0xE)
      return RegionKind::graphics; // grey bar, colour bar
    return RegionKind::other;
  case 2:
    return RegionKind::mMode;
  case 3:
    return RegionKind::spectralDoppler;
  case 4:
    return RegionKind::waveform;
  case 5:
    return RegionKind::graphics;
  default:
    return type == 0xD || type == 0xE ? RegionKind::graphics : RegionKind::other;
  }
}

bool showsSpace(RegionKind kind) {
  return kind == RegionKind::bMode || kind == RegionKind::colourDoppler;
}

/// Why a scale is not to be believed; empty where it is.
std::string disbelief(double x, double y) {
  const auto pair = numberText(x) + " x " + numberText(y) + " mm per pixel";
  if (!std::isfinite(x) || !std::isfinite(y))
    return "the scale is not a number";
  if (x == 0 || y == 0)
    return "the scale is zero";
  if (x < 0 || y < 0)
    return "the scale is negative (" + pair + ")";
  if (x < minMmPerPx || y < minMmPerPx || x > maxMmPerPx || y > maxMmPerPx)
    return "the scale is not believable (" + pair + ")";
  if (x > y * maxAspect || y > x * maxAspect)
    return "the scale's two directions differ too much (" + pair + ")";
  return {};
}

bool agree(double a, double b) {
  return std::abs(a - b) <= maxDisagreement * std::min(std::abs(a), std::abs(b));
}
bool agree(const Spacing& a, const Spacing& b) {
  return agree(a.x, b.x) && agree(a.y, b.y);
}

void addProblem(UltrasoundRegion& region, const std::string& text) {
  region.problem += (region.problem.empty() ? "" : "; ") + text;
}

void refuse(UltrasoundRegion& region, const std::string& why) {
  region.mmPerPx.reset();
  region.origin.reset();
  addProblem(region, why);
}

UltrasoundRegion makeRegion(const RegionItem& item, int columns, int rows) {
  UltrasoundRegion region;
  region.kind = kindOf(item);
  std::string noMm; // why there are no millimetres
  if (!item.minX0 || !item.minY0 || !item.maxX1 || !item.maxY1) {
    addProblem(region, "its place in the picture is not given");
    return region;
  }
  const long x0 = *item.minX0;
  const long y0 = *item.minY0;
  const long x1 = *item.maxX1;
  const long y1 = *item.maxY1;
  const bool inOrder = x1 > x0 && y1 > y0;
  const bool touches = inOrder && x0 < columns && y0 < rows && x1 >= 0 && y1 >= 0;
  if (!touches) {
    addProblem(region, inOrder ? "it lies outside the picture" : "its corners are not in order");
    return region;
  }
  region.box = {
      static_cast<int>(std::clamp<long>(x0, 0, columns - 1)), static_cast<int>(std::clamp<long>(y0, 0, rows - 1)),
      static_cast<int>(std::clamp<long>(x1, 0, columns - 1)), static_cast<int>(std::clamp<long>(y1, 0, rows - 1))};
  const long over = std::max({-x0, -y0, x1 - (columns - 1), y1 - (rows - 1)});
  if (over > 0)
    addProblem(region, "it reached " + std::to_string(over) + " px beyond the picture and was clipped");
  if (item.referenceX0 && item.referenceY0 && std::abs(*item.referenceX0) < 1'000'000 &&
      std::abs(*item.referenceY0) < 1'000'000)
    // Given relative to the region's upper left corner (PS3.3 C.8.5.5.1.9); may lie outside (a sector's apex).
    region.referencePx =
        Point{static_cast<double>(x0 + *item.referenceX0), static_cast<double>(y0 + *item.referenceY0)};
  if (!showsSpace(region.kind))
    return region;
  if (over > maxOvershootPx) {
    addProblem(region, "no millimetres: the picture was cropped or scaled after the scanner described it");
    return region;
  }
  if (item.unitsX.value_or(0) != 3 || item.unitsY.value_or(0) != 3) {
    addProblem(region, "no millimetres: its units are not centimetres");
    return region;
  }
  if (!item.deltaX || !item.deltaY) {
    addProblem(region, "no millimetres: its scale is not given");
    return region;
  }
  const Spacing mm{*item.deltaX * 10.0, *item.deltaY * 10.0};
  if (const auto why = disbelief(mm.x, mm.y); !why.empty()) {
    addProblem(region, "no millimetres: " + why);
    return region;
  }
  region.mmPerPx = mm;
  region.origin = CalibrationOrigin::ultrasoundRegion;
  return region;
}

long areaOf(const PixelBox& box) {
  return static_cast<long>(box.width()) * box.height();
}

/// Two B-mode regions over the same tissue with different scales: one of them is wrong, and nobody knows which.
void refuseOverlapping(std::vector<UltrasoundRegion>& regions) {
  for (std::size_t i = 0; i < regions.size(); ++i)
    for (std::size_t j = i + 1; j < regions.size(); ++j) {
      auto& a = regions[i];
      auto& b = regions[j];
      if (a.kind != RegionKind::bMode || b.kind != RegionKind::bMode || !a.mmPerPx || !b.mmPerPx)
        continue;
      if (2 * areaOf(intersection(a.box, b.box)) > std::min(areaOf(a.box), areaOf(b.box)) &&
          !agree(*a.mmPerPx, *b.mmPerPx)) {
        refuse(a, "no millimetres: another region over the same place has a different scale");
        refuse(b, "no millimetres: another region over the same place has a different scale");
      }
    }
}

struct PixelSpacing {
  std::optional<Spacing> mm;
  std::string name;
  std::string problem;
};

PixelSpacing pixelSpacingOf(const Header& header) {
  PixelSpacing out;
  const auto& values = !header.pixelSpacing.empty() ? header.pixelSpacing : header.imagerPixelSpacing;
  out.name = !header.pixelSpacing.empty() ? "Pixel Spacing" : "Imager Pixel Spacing";
  if (values.empty()) {
    if (header.pixelSpacingUnreadable)
      out.problem = "Pixel Spacing is not a number";
    return out;
  }
  if (values.size() != 2) {
    out.problem = out.name + " has " + std::to_string(values.size()) + " values instead of 2";
    return out;
  }
  const Spacing mm{values[1], values[0]}; // first value: between rows
  if (const auto why = disbelief(mm.x, mm.y); !why.empty())
    out.problem = out.name + " is not used: " + why;
  else if (mm.x == 1 && mm.y == 1)
    out.problem = out.name + " is not used: 1 x 1 mm is a placeholder, not an ultrasound picture's scale";
  else
    out.mm = mm;
  return out;
}

} // namespace

void calibrate(Cine& cine, const Header& header, bool regionsBroken) {
  for (const auto& item : header.regions)
    cine.regions.push_back(makeRegion(item, cine.columns, cine.rows));
  refuseOverlapping(cine.regions);
  auto spacing = pixelSpacingOf(header);
  if (!spacing.problem.empty())
    cine.problems.push_back(spacing.problem);
  if (regionsBroken) {
    cine.problems.emplace_back("no millimetres: the ultrasound regions could not be read");
    return;
  }
  const auto isScaled = [](const UltrasoundRegion& r) { return r.kind == RegionKind::bMode && r.mmPerPx; };
  if (spacing.mm && std::any_of(cine.regions.begin(), cine.regions.end(), isScaled) &&
      std::none_of(cine.regions.begin(), cine.regions.end(),
                   [&](const auto& r) { return isScaled(r) && agree(*r.mmPerPx, *spacing.mm); })) {
    const std::string why = "no millimetres: the region and " + spacing.name + " contradict each other";
    for (auto& region : cine.regions)
      if (region.mmPerPx)
        refuse(region, why);
    spacing.mm.reset();
  }
  // A region whose scale was refused must not get one from elsewhere.
  const bool anyRefused = std::any_of(cine.regions.begin(), cine.regions.end(),
                                      [](const auto& r) { return r.kind == RegionKind::bMode && !r.mmPerPx; });
  if (spacing.mm && anyRefused)
    cine.problems.push_back(spacing.name + " is not used: a B-mode region without a believable scale contradicts it");
  else if (spacing.mm) {
    cine.imageMmPerPx = spacing.mm;
    cine.imageMmOrigin = CalibrationOrigin::pixelSpacing;
  }
  for (std::size_t i = 0; i < cine.regions.size(); ++i)
    if (!cine.regions[i].problem.empty())
      cine.problems.push_back("region " + std::to_string(i + 1) + ": " + cine.regions[i].problem);
}

} // namespace hipcuff::dicom
