// Which parts of an overlay are shown, and how strongly.
#pragma once

#include <array>
#include <cstddef>

namespace hipcuff {

enum class OverlayLayer { cortex, facets, borders, discontinuities, unassessable, labels, annotations, scale };
inline constexpr std::size_t overlayLayerCount = 8;

struct OverlayStyle {
  struct Layer {
    bool shown = true;
    double opacity = 1; ///< 0..1
    friend bool operator==(const Layer&, const Layer&) = default;
  };
  std::array<Layer, overlayLayerCount> layers{};
  double scale = 1;          ///< of line widths and text: screens with small pixels, tired eyes
  bool highContrast = false; ///< thicker lines with black edges on both sides
  [[nodiscard]] Layer& of(OverlayLayer layer) noexcept { return layers[static_cast<std::size_t>(layer)]; }
  [[nodiscard]] const Layer& of(OverlayLayer layer) const noexcept { return layers[static_cast<std::size_t>(layer)]; }
  friend bool operator==(const OverlayStyle&, const OverlayStyle&) = default;
};

} // namespace hipcuff
