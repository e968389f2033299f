#include "band.h"

#include "unroll_band_image_filter.h"

#include <itkImage.h>
#include <itkImportImageFilter.h>

#include <algorithm>
#include <cmath>

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
      c.angleDeg = *a.fibreAngleDeg * (1 - t) + *b.fibreAngleDeg * t;
      c.angleKnown = true;
    } else if (nearer.fibreAngleDeg) {
      c.angleDeg = *nearer.fibreAngleDeg;
      c.angleKnown = true;
    }
    columns.push_back(c);
  }
  return columns;
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
Raster<TPixel, 1> unrolled(const Raster<TPixel, 1>& raster, double spacing, const Band& band, int rows) {
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

Band unroll(const WorkingFrame& working, const Tendon& tendon, const BandExtent& extent) {
  Band band;
  band.columns = columnsOf(tendon, band.stepMm);
  if (band.columns.size() < 2 || working.grey.empty()) {
    band.columns.clear();
    return band;
  }
  double thickest = 0;
  for (const BandColumn& column : band.columns)
    thickest = std::max(thickest, column.thicknessMm);
  band.rowsBelow = static_cast<int>(std::lround(extent.belowMm / band.stepMm));
  const double above = std::min(thickest + extent.aboveMm, 60.0);
  const int rows = band.rowsBelow + static_cast<int>(std::ceil(above / band.stepMm)) + 1;
  band.grey = unrolled(working.grey, working.gridMm, band, rows);
  band.usable = unrolled(working.usable, working.gridMm, band, rows);
  for (auto& value : band.usable.data)
    value = value >= 254 ? 255 : 0;
  return band;
}

} // namespace hipcuff
