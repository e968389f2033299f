#include "synthetic_hip.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <random>

namespace hipcuff::test {

namespace {

constexpr double grid = 0.1;

std::vector<float> gaussianKernel(double sigmaPx) {
  const int half = static_cast<int>(std::ceil(3 * sigmaPx));
  std::vector<float> kernel;
  float squares = 0;
  for (int k = -half; k <= half; ++k) {
    kernel.push_back(static_cast<float>(std::exp(-0.5 * k * k / (sigmaPx * sigmaPx))));
    squares += kernel.back() * kernel.back();
  }
  for (float& v : kernel)
    v /= std::sqrt(squares); // white noise keeps its variance
  return kernel;
}

void blur(FloatImage& image, double sigmaX, double sigmaY) {
  for (const bool alongX : {true, false}) {
    const auto kernel = gaussianKernel(alongX ? sigmaX : sigmaY);
    const int half = static_cast<int>(kernel.size() / 2);
    FloatImage out(image.width, image.height);
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width; ++x) {
        float sum = 0;
        for (int k = -half; k <= half; ++k) {
          const int xx = alongX ? x + k : x;
          const int yy = alongX ? y : y + k;
          if (xx >= 0 && yy >= 0 && xx < image.width && yy < image.height)
            sum += kernel[static_cast<std::size_t>(k + half)] * image.at(xx, yy);
        }
        out.at(x, y) = sum;
      }
    image = std::move(out);
  }
}

/// What a perfect tissue classifier would say, a little out of focus: a station for each column.
std::shared_ptr<const TissueBand> tissueOf(const SyntheticHip& hip, const Tendon& tendon) {
  auto band = std::make_shared<TissueBand>();
  const int columns = static_cast<int>(tendon.stations.size());
  const int rows = static_cast<int>(std::lround((hip.thicknessMm + 4) / band->heightStepMm));
  band->probability.assign(tissueClassCount, FloatImage(columns, rows));
  const auto inside = [](double x, double low, double high, double blur) {
    return 0.5 * (std::tanh((x - low) / blur) - std::tanh((x - high) / blur));
  };
  for (int c = 0; c < columns; ++c) {
    const TendonStation& station = tendon.stations[static_cast<std::size_t>(c)];
    band->baseMm.push_back(station.cortexMm);
    band->normals.push_back(station.normal);
    for (int r = 0; r < rows; ++r) {
      const double h = band->heightMm(r);
      double tear = 0;
      for (const SyntheticTear& t : hip.tears)
        tear = std::max(tear, inside(station.positionMm, t.beginMm, t.endMm, 0.15) *
                                  inside(h, t.low > 0 ? t.low * hip.thicknessMm : -9.0,
                                         t.high < 1 ? t.high * hip.thicknessMm : 99.0, 0.1));
      const double tendonHere = inside(h, 0, hip.thicknessMm, 0.1);
      const auto set = [&](TissueClass k, double p) {
        band->probability[static_cast<std::size_t>(k)].at(c, r) = static_cast<float>(p);
      };
      set(TissueClass::tear, tendonHere * tear);
      set(TissueClass::tendon, tendonHere * (1 - tear));
      set(TissueClass::bone, h < 0 ? 1 - tendonHere : 0);
      const double fluid = hip.bursalFluidMm > 0 && h > hip.thicknessMm
                               ? inside(h, hip.thicknessMm, hip.thicknessMm + hip.bursalFluidMm, 0.1)
                               : 0.0;
      set(TissueClass::fluid, fluid * (1 - tendonHere));
      set(TissueClass::other, h < 0 ? 0 : (1 - fluid) * (1 - tendonHere));
    }
  }
  return band;
}

} // namespace

SyntheticPicture render(const SyntheticHip& hip) {
  SyntheticPicture out;
  const int width = static_cast<int>(std::lround(hip.widthMm / grid)) + 1;
  const int height = static_cast<int>(std::lround(hip.heightMm / grid)) + 1;

  // The cortex as a line across the whole picture: a wave on a parabola through its middle.
  const double apexX = hip.widthMm / 2;
  const double apexY = hip.heightMm * 0.62;
  const double slope = std::tan(hip.slopeDegrees * std::numbers::pi / 180);
  const auto smoothY = [&](double x) {
    const double dx = x - apexX;
    return apexY + slope * dx + 0.5 * hip.curvaturePerMm * dx * dx;
  };
  const auto cortexY = [&](double x) {
    return smoothY(x) + hip.irregularityMm * std::sin(2 * std::numbers::pi * x / 2.0);
  };
  CortexSegment segment;
  for (double x = 0.5; x <= hip.widthMm - 0.5; x += 0.25) {
    segment.interfaceMm.push_back({x, cortexY(x)});
    segment.ridgeMm.push_back({x, cortexY(x) + 0.3});
  }
  segment.confidence = 0.9;

  // Stations every 0.25 mm of arc along the smooth course.
  Polyline course;
  double arc = 0;
  for (double x = apexX - hip.footprintMm / 2; arc < hip.footprintMm; x += 0.01) {
    const Point p{x, smoothY(x)};
    arc += course.empty() ? 0 : distance(course.back(), p);
    course.push_back(p);
  }
  course = resampled(course, 0.25);
  for (std::size_t i = 0; i < course.size(); ++i) {
    const Point tangent = normalized(course[std::min(i + 1, course.size() - 1)] - course[i == 0 ? 0 : i - 1]);
    TendonStation station;
    station.positionMm = 0.25 * static_cast<double>(i);
    station.cortexMm = course[i];
    station.normal = {tangent.y, -tangent.x};
    station.superficialMm = course[i] + station.normal * hip.thicknessMm;
    station.deepMm = course[i];
    station.fibreAngleDeg = hip.angleDegrees;
    station.sdMm = 0.15;
    station.confidence = 0.9;
    out.anatomy.tendon.stations.push_back(station);
  }
  for (std::size_t i = 0; i < out.anatomy.tendon.stations.size(); ++i)
    out.anatomy.tendon.stations[i].column = i;
  out.anatomy.tendon.tissue = tissueOf(hip, out.anatomy.tendon);
  out.anatomy.tendon.confidence = 0.9;
  Facet facet;
  facet.kind = FacetKind::lateral;
  facet.beginMm = course.front();
  facet.endMm = course.back();
  out.anatomy.cortex.facets.push_back(facet);
  out.anatomy.cortex.segments.push_back(segment);
  out.anatomy.cortex.confidence = 0.9;

  std::mt19937_64 random(hip.seed);
  std::normal_distribution<float> normal;
  FloatImage re(width, height);
  FloatImage im(width, height);
  const double phase = std::uniform_real_distribution<double>(0, 6)(random);
  const auto& stations = out.anatomy.tendon.stations;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const Point p{x * grid, y * grid};
      const double bone = cortexY(p.x);
      double dB = -200;
      if (p.y < bone) {
        // Position and height over the smooth course: by the nearest of a few stations.
        const double along = p.x - stations.front().cortexMm.x;
        auto k = static_cast<std::size_t>(std::clamp(along / 0.25, 0.0, static_cast<double>(stations.size() - 1)));
        std::size_t best = k;
        for (std::size_t j = k > 24 ? k - 24 : 0; j < std::min(stations.size(), k + 24); ++j)
          if (std::abs(cross(stations[j].normal, p - stations[j].cortexMm)) <
              std::abs(cross(stations[best].normal, p - stations[best].cortexMm)))
            best = j;
        const double h = dot(stations[best].normal, p - stations[best].cortexMm);
        const double s = stations[best].positionMm;
        const bool on = std::abs(cross(stations[best].normal, p - stations[best].cortexMm)) < 0.3;
        dB = hip.tissueDb;
        if (h <= hip.thicknessMm) {
          dB = hip.tendonDb + 0.5 * hip.fibreDb * std::sin(2 * std::numbers::pi * h / 0.7 + phase);
          for (const SyntheticTear& tear : hip.tears)
            if (on && s >= tear.beginMm && s <= tear.endMm && h >= tear.low * hip.thicknessMm &&
                h <= tear.high * hip.thicknessMm)
              dB = tear.dB;
        } else if (h <= hip.thicknessMm + hip.bursalFluidMm) {
          dB = -60;
        }
        if (hip.extraDb)
          dB += hip.extraDb(s, h);
        if (hip.calcification) {
          const double ds = s - hip.calcification->x;
          const double dh = h - hip.calcification->y;
          if (on && std::hypot(ds, dh) < 0.8)
            dB = 22;
          else if (on && std::abs(ds) < 0.7 && dh < 0)
            dB -= 35;
        }
      } else if (p.y < bone + 0.25) {
        dB = hip.cortexDb;
        if (hip.calcification) {
          const double s = (p.x - stations.front().cortexMm.x);
          if (std::abs(s - hip.calcification->x) < 0.7)
            dB -= 35;
        }
      }
      if (hip.shadowDb)
        dB -= hip.shadowDb(p.x);
      const auto amplitude = static_cast<float>(std::pow(10.0, dB / 20));
      re.at(x, y) = amplitude * normal(random);
      im.at(x, y) = amplitude * normal(random);
    }
  blur(re, 2.0, 1.2);
  blur(im, 2.0, 1.2);

  out.frame.pixels = GreyImage(width, height);
  const auto noise = static_cast<float>(std::pow(10.0, hip.floorDb / 20));
  for (std::size_t i = 0; i < re.data.size(); ++i) {
    const float a = std::hypot(re.data[i] + noise * normal(random), im.data[i] + noise * normal(random));
    const double dB = 20 * std::log10(a + 1e-9F);
    const double grey = 255 * (1 + (dB - hip.whiteDb) / hip.rangeDb);
    out.frame.pixels.data[i] = static_cast<std::uint8_t>(std::lround(std::clamp(grey, 0.0, 255.0)));
  }
  out.frame.usable = Mask(width, height, 255);
  out.frame.box = {0, 0, width - 1, height - 1};
  out.frame.scale = {grid, grid};
  out.frame.nominal = false;
  out.frame.probe.kind = ProbeGeometry::Kind::linear;
  out.working.gridMm = grid;
  out.working.usable = out.frame.usable;
  out.working.grey = FloatImage(width, height);
  std::copy(out.frame.pixels.data.begin(), out.frame.pixels.data.end(), out.working.grey.data.begin());
  out.pane.box = out.frame.box;
  out.pane.usable = out.frame.usable;
  out.pane.mmPerPx = out.frame.scale;
  out.pane.probe = out.frame.probe;
  return out;
}

} // namespace hipcuff::test
