#include "band.h"

#include "unroll_band_image_filter.h"

#include <itkImage.h>
#include <itkImportImageFilter.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff {

namespace {

constexpr std::size_t maxColumns = 4096;

/// Columns every `step` mm of position, interpolated between stations.
std::vector<BandColumn> columnsOf(const Tendon& tendon, double step) {
  std::vector<BandColumn> columns;
  const auto& stations = tendon.stations;
  if (stations.size() < 2)
    return columns;
  std::size_t i = 1;
  const double first = stations.front().positionMm;
  const double last = stations.back().positionMm;
  for (std::size_t n = 0; n < maxColumns; ++n) {
    const double s = first + static_cast<double>(n) * step;
    if (s > last + 1e-9)
      break;
    while (i + 1 < stations.size() && stations[i].positionMm < s)
      ++i;
    const TendonStation& a = stations[i - 1];
    const TendonStation& b = stations[i];
    const double span = b.positionMm - a.positionMm;
    const double t = span > 0 ? std::clamp((s - a.positionMm) / span, 0.0, 1.0) : 0.0;
    const TendonStation& nearer = t < 0.5 ? a : b;
    BandColumn c;
    c.positionMm = s;
    c.cortexMm = a.cortexMm * (1 - t) + b.cortexMm * t;
    c.normal = normalized(a.normal * (1 - t) + b.normal * t);
    c.thicknessMm = distance(a.cortexMm, a.superficialMm) * (1 - t) + distance(b.cortexMm, b.superficialMm) * t;
    c.deepMm = distance(a.cortexMm, a.deepMm) * (1 - t) + distance(b.cortexMm, b.deepMm) * t;
    c.sdMm = a.sdMm * (1 - t) + b.sdMm * t;
    c.inferred = nearer.superficialInferred;
    if (a.fibreAngleDeg && b.fibreAngleDeg) {
      c.deepAngleDeg = *a.fibreAngleDeg * (1 - t) + *b.fibreAngleDeg * t;
      c.angleKnown = true;
    } else if (nearer.fibreAngleDeg) {
      c.deepAngleDeg = *nearer.fibreAngleDeg;
      c.angleKnown = true;
    }
    c.superficialAngleDeg = c.deepAngleDeg;
    columns.push_back(c);
  }
  return columns;
}

/// Signed angle of a direction against the perpendicular to the beam.
double angleToBeam(const Frame& frame, Point at, Point direction) {
  return std::asin(std::clamp(dot(normalized(direction), frame.beamAt(at)), -1.0, 1.0)) * 180 / std::numbers::pi;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Turns the stations' single angle into one at the cortex and one at the superficial border.
void spreadAngles(const Frame& frame, Band& band) {
  const int n = band.width();
  const int reach = static_cast<int>(std::lround(1.5 / band.stepMm));
  std::vector<double> deep(band.columns.size());
  std::vector<double> superficial(band.columns.size());
  std::vector<double> offDeep[2];
  std::vector<double> offMiddle[2];
  for (int x = 0; x < n; ++x) {
    const auto i = static_cast<std::size_t>(x);
    const int before = std::max(0, x - reach);
    const int after = std::min(n - 1, x + reach);
    const Point top = band.toMm(x, band[x].thicknessMm);
    deep[i] = angleToBeam(frame, band[x].cortexMm, band[after].cortexMm - band[before].cortexMm);
    superficial[i] = angleToBeam(
        frame, top, band.toMm(after, band[after].thicknessMm) - band.toMm(before, band[before].thicknessMm));
    if (!band[x].angleKnown)
      continue;
    for (const int flipped : {0, 1}) {
      const double own = flipped ? -band[x].deepAngleDeg : band[x].deepAngleDeg;
      offDeep[flipped].push_back(std::abs(own - deep[i]));
      offMiddle[flipped].push_back(std::abs(own - 0.5 * (deep[i] + superficial[i])));
    }
  }
  if (offDeep[0].empty())
    return;
  // Which of the borders' courses do the stations' angles follow, and with which sign?
  constexpr double follows = 4.0; // degrees
  double best = follows;
  double sign = 0;
  double level = 0; // relative depth at which the stations' angles hold
  for (const int flipped : {0, 1}) {
    const double d = median(offDeep[flipped]);
    const double m = median(offMiddle[flipped]);
    if (std::min(d, m) < best) {
      best = std::min(d, m);
      sign = flipped ? -1 : 1;
      level = d <= m ? 0.0 : 0.5;
    }
  }
  if (sign == 0)
    return;
  // The borders' courses are smoother than the stations' own angles; of these only the common offset is taken.
  std::vector<double> offsets;
  for (int x = 0; x < n; ++x) {
    const auto i = static_cast<std::size_t>(x);
    if (band[x].angleKnown)
      offsets.push_back(sign * band[x].deepAngleDeg - ((1 - level) * deep[i] + level * superficial[i]));
  }
  const double offset = median(offsets);
  for (int x = 0; x < n; ++x) {
    const auto i = static_cast<std::size_t>(x);
    BandColumn& column = band.columns[i];
    column.deepAngleDeg = deep[i] + offset;
    column.superficialAngleDeg = superficial[i] + offset;
    column.angleKnown = true;
  }
}

template <typename TPixel>
typename itk::Image<TPixel, 2>::Pointer imported(const Raster<TPixel, 1>& raster, double spacing) {
  using Import = itk::ImportImageFilter<TPixel, 2>;
  auto import = Import::New();
  typename Import::RegionType region;
  region.SetSize(0, static_cast<std::size_t>(raster.width));
  region.SetSize(1, static_cast<std::size_t>(raster.height));
  import->SetRegion(region);
  typename Import::SpacingType mm;
  mm.Fill(spacing);
  import->SetSpacing(mm);
  // ITK wants a mutable pointer and only reads through it.
  import->SetImportPointer(const_cast<TPixel*>(raster.data.data()), raster.data.size(), false);
  import->Update();
  typename itk::Image<TPixel, 2>::Pointer image = import->GetOutput();
  image->DisconnectPipeline();
  return image;
}

template <typename TPixel>
Raster<TPixel, 1> unrolled(const Raster<TPixel, 1>& raster, double spacing, const Band& band, int rows,
                           TPixel outside) {
  using Image = itk::Image<TPixel, 2>;
  using Filter = UnrollBandImageFilter<Image>;
  const auto image = imported(raster, spacing);
  typename Filter::RayContainer rays;
  rays.reserve(band.columns.size());
  for (const BandColumn& column : band.columns) {
    typename Filter::Ray ray;
    ray.origin[0] = column.cortexMm.x;
    ray.origin[1] = column.cortexMm.y;
    ray.direction[0] = column.normal.x;
    ray.direction[1] = column.normal.y;
    rays.push_back(ray);
  }
  auto filter = Filter::New();
  filter->SetInput(image);
  filter->SetRays(std::move(rays));
  filter->SetHeightBegin(-band.rowsBelow * band.stepMm);
  filter->SetHeightStep(band.stepMm);
  filter->SetRows(static_cast<unsigned int>(rows));
  filter->SetDefaultValue(outside);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  Raster<TPixel, 1> out(band.width(), rows);
  const TPixel* buffer = filter->GetOutput()->GetBufferPointer();
  std::copy(buffer, buffer + out.data.size(), out.data.begin());
  return out;
}

} // namespace

int Band::rowAt(double heightMm) const noexcept {
  return std::clamp(static_cast<int>(std::lround(heightMm / stepMm)) + rowsBelow, 0, std::max(0, grey.height - 1));
}

Point Band::toMm(int column, double height) const noexcept {
  const BandColumn& c = (*this)[column];
  return c.cortexMm + c.normal * height;
}

double Band::angleAt(int column, double height) const noexcept {
  const BandColumn& c = (*this)[column];
  const double share = c.thicknessMm > 0 ? std::clamp(height / c.thicknessMm, 0.0, 1.0) : 0.0;
  return std::abs(c.deepAngleDeg + (c.superficialAngleDeg - c.deepAngleDeg) * share);
}

Band unroll(const Frame& frame, const WorkingFrame& working, const Tendon& tendon, const BandExtent& extent) {
  Band band;
  band.stepMm = extent.stepMm;
  band.columns = columnsOf(tendon, band.stepMm);
  if (band.columns.size() < 2 || working.grey.empty()) {
    band.columns.clear();
    return band;
  }
  spreadAngles(frame, band);
  double thickest = 0;
  for (const BandColumn& column : band.columns)
    thickest = std::max(thickest, column.thicknessMm);
  band.rowsBelow = static_cast<int>(std::lround(extent.belowMm / band.stepMm));
  const double above = std::min(thickest + extent.aboveMm, 60.0);
  const int rows = band.rowsBelow + static_cast<int>(std::ceil(above / band.stepMm)) + 1;
  constexpr float outside = -1;
  band.grey = unrolled(working.grey, working.gridMm, band, rows, outside);
  if (std::all_of(working.usable.data.begin(), working.usable.data.end(), [](auto v) { return v == 255; })) {
    band.usable = Mask(band.grey.width, band.grey.height, 255);
  } else {
    band.usable = unrolled(working.usable, working.gridMm, band, rows, std::uint8_t{0});
  }
  for (std::size_t i = 0; i < band.grey.data.size(); ++i)
    if (band.grey.data[i] < 0) {
      band.grey.data[i] = 0;
      band.usable.data[i] = 0;
    }
  return band;
}

} // namespace hipcuff
