#include "srgb.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace hipcuff::dicom {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;
using Vector = std::array<double, 3>;

Vector times(const Matrix& m, const Vector& v) noexcept {
  Vector out{};
  for (std::size_t i = 0; i < 3; ++i)
    out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

Matrix times(const Matrix& a, const Matrix& b) noexcept {
  Matrix out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  return out;
}

Matrix inverse(const Matrix& m) noexcept {
  const auto cofactor = [&](std::size_t r, std::size_t c) {
    const auto at = [&](std::size_t i, std::size_t j) { return m[(r + i) % 3][(c + j) % 3]; };
    return at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
  };
  const double det = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
  Matrix out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      out[j][i] = cofactor(i, j) / det;
  return out;
}

Matrix diagonal(const Vector& v) noexcept {
  return {{{v[0], 0, 0}, {0, v[1], 0}, {0, 0, v[2]}}};
}

constexpr Vector d50{0.9642, 1.0, 0.8249}; // ICC.1:2010, 7.2.16
constexpr Vector d65{0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290};

/// From D65, sRGB's white, to D50 (Bradford; ICC.1:2010, annex E).
Matrix adaptation() noexcept {
  constexpr Matrix bradford{{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};
  const Vector from = times(bradford, d65);
  const Vector to = times(bradford, d50);
  return times(inverse(bradford), times(diagonal({to[0] / from[0], to[1] / from[1], to[2] / from[2]}), bradford));
}

/// Linear sRGB -> XYZ under D50. Primaries: IEC 61966-2-1.
Matrix toXyz() noexcept {
  constexpr double x[3] = {0.64, 0.30, 0.15};
  constexpr double y[3] = {0.33, 0.60, 0.06};
  Matrix primaries{};
  for (std::size_t i = 0; i < 3; ++i) {
    primaries[0][i] = x[i] / y[i];
    primaries[1][i] = 1;
    primaries[2][i] = (1 - x[i] - y[i]) / y[i];
  }
  return times(adaptation(), times(primaries, diagonal(times(inverse(primaries), d65))));
}

double linear(double v) noexcept {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}
double encoded(double v) noexcept {
  return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

// CIE 15:2004, 8.2.1.
constexpr double kink = 6.0 / 29;
double labCurve(double t) noexcept {
  return t > kink * kink * kink ? std::cbrt(t) : t / (3 * kink * kink) + 4.0 / 29;
}
double labInverse(double t) noexcept {
  return t > kink ? t * t * t : 3 * kink * kink * (t - 4.0 / 29);
}

std::uint16_t to16(double share) noexcept {
  return static_cast<std::uint16_t>(std::lround(std::clamp(share, 0.0, 1.0) * 65535));
}

/// Big endian, as all of an ICC profile.
class Bytes {
public:
  void u16(std::uint32_t v) {
    out.push_back(static_cast<std::uint8_t>(v >> 8 & 0xFF));
    out.push_back(static_cast<std::uint8_t>(v & 0xFF));
  }
  void u32(std::uint32_t v) {
    u16(v >> 16);
    u16(v & 0xFFFF);
  }
  void text(std::string_view ascii) { out.insert(out.end(), ascii.begin(), ascii.end()); }
  void fixed(double v) { u32(static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(v * 65536)))); }
  void xyz(const Vector& v) {
    text("XYZ ");
    u32(0);
    for (const double part : v)
      fixed(part);
  }
  void words(std::string_view ascii) { // multiLocalizedUnicodeType, one language
    text("mluc");
    u32(0);
    u32(1);
    u32(12);
    text("enUS");
    u32(static_cast<std::uint32_t>(ascii.size() * 2));
    u32(28);
    for (const char c : ascii)
      u16(static_cast<unsigned char>(c));
  }
  void pad() {
    while (out.size() % 4 != 0)
      out.push_back(0);
  }
  std::vector<std::uint8_t> out;
};

} // namespace

Lab16 toLab(Rgb8 rgb) noexcept {
  const Vector xyz = times(toXyz(), Vector{linear(rgb[0] / 255.0), linear(rgb[1] / 255.0), linear(rgb[2] / 255.0)});
  const double x = labCurve(xyz[0] / d50[0]);
  const double y = labCurve(xyz[1] / d50[1]);
  const double z = labCurve(xyz[2] / d50[2]);
  return {to16((116 * y - 16) / 100), to16((500 * (x - y) + 128) / 255), to16((200 * (y - z) + 128) / 255)};
}

Rgb8 fromLab(Lab16 lab) noexcept {
  const double y = (lab[0] / 655.35 + 16) / 116;
  const double x = y + (lab[1] * 255.0 / 65535 - 128) / 500;
  const double z = y - (lab[2] * 255.0 / 65535 - 128) / 200;
  const Vector rgb =
      times(inverse(toXyz()), Vector{labInverse(x) * d50[0], labInverse(y) * d50[1], labInverse(z) * d50[2]});
  Rgb8 out{};
  for (std::size_t i = 0; i < 3; ++i)
    out[i] = static_cast<std::uint8_t>(std::lround(std::clamp(encoded(std::max(0.0, rgb[i])), 0.0, 1.0) * 255));
  return out;
}

std::vector<std::uint8_t> sRgbProfile() {
  const Matrix xyz = toXyz();
  const Matrix chad = adaptation();
  struct Tag {
    const char* name;
    std::vector<std::uint8_t> data;
  };
  const auto made = [](const auto& fill) {
    Bytes b;
    fill(b);
    b.pad();
    return b.out;
  };
  const auto column = [&](std::size_t i) { return made([&](Bytes& b) { b.xyz({xyz[0][i], xyz[1][i], xyz[2][i]}); }); };
  const auto curve = made([](Bytes& b) { // parametricCurveType 3: (aX + b)^g where X >= d, else cX
    b.text("para");
    b.u32(0);
    b.u16(3);
    b.u16(0);
    for (const double v : {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045})
      b.fixed(v);
  });
  const std::vector<Tag> tags{{"desc", made([](Bytes& b) { b.words("sRGB (IEC 61966-2-1), made by HipCuff"); })},
                              {"cprt", made([](Bytes& b) { b.words("No copyright, use freely"); })},
                              {"wtpt", made([](Bytes& b) { b.xyz(d50); })},
                              {"chad", made([&](Bytes& b) {
                                 b.text("sf32");
                                 b.u32(0);
                                 for (const auto& row : chad)
                                   for (const double v : row)
                                     b.fixed(v);
                               })},
                              {"rXYZ", column(0)},
                              {"gXYZ", column(1)},
                              {"bXYZ", column(2)},
                              {"rTRC", curve},
                              {"gTRC", curve},
                              {"bTRC", curve}};

  Bytes table;
  Bytes data;
  constexpr std::size_t headerSize = 128;
  const std::size_t dataAt = headerSize + 4 + tags.size() * 12;
  table.u32(static_cast<std::uint32_t>(tags.size()));
  std::size_t at = dataAt;
  const std::vector<std::uint8_t>* last = nullptr;
  for (const Tag& tag : tags) {
    if (!last || *last != tag.data) { // the three curves are one
      at = dataAt + data.out.size();
      data.out.insert(data.out.end(), tag.data.begin(), tag.data.end());
    }
    last = &tag.data;
    table.text(tag.name);
    table.u32(static_cast<std::uint32_t>(at));
    table.u32(static_cast<std::uint32_t>(tag.data.size()));
  }

  Bytes all; // ICC.1:2010, 7.2
  all.u32(static_cast<std::uint32_t>(dataAt + data.out.size()));
  all.u32(0);          // no preferred CMM
  all.u32(0x04300000); // version 4.3
  all.text("scnrRGB XYZ ");
  for (const std::uint32_t part : {2026U, 1U, 1U, 0U, 0U, 0U})
    all.u16(part);
  all.text("acsp");
  for (int i = 0; i < 6; ++i)
    all.u32(0); // platform, flags, manufacturer, model, attributes (2)
  all.u32(0);   // perceptual
  for (const double part : d50)
    all.fixed(part);
  while (all.out.size() < headerSize)
    all.u32(0); // creator, ID, reserved
  all.out.insert(all.out.end(), table.out.begin(), table.out.end());
  all.out.insert(all.out.end(), data.out.begin(), data.out.end());
  return all.out;
}

} // namespace hipcuff::dicom
