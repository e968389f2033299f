#include "insonify.h"
#include "random.h"
#include "scene.h"
#include "screen_art.h"
#include "tissue_map.h"
#include "truth.h"

#include <cmath>
#include <stdexcept>

namespace hipcuff::phantom {
namespace {

constexpr double muscleLevel = 0.40; // where the gluteus medius muscle lies in the grey scale at gain 0

void requireFrame(const HipRecipe& recipe, int frame) {
  if (frame < 0 || frame >= recipe.frames)
    throw std::out_of_range("frame " + std::to_string(frame) + " of a simulation of " + std::to_string(recipe.frames));
}

} // namespace

class HipSimulator::Impl {
public:
  explicit Impl(HipRecipe r)
      : recipe(std::move(r))
      , scene(recipe) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  HipRecipe recipe;
  Scene scene;
  /// Made when a picture is first wanted: truth alone does without the scatterers.
  [[nodiscard]] const Insonifier& insonifier() {
    if (!insonifier_)
      insonifier_.emplace(recipe, scene);
    return *insonifier_;
  }

private:
  std::optional<Insonifier> insonifier_;
};

HipSimulator::HipSimulator(HipRecipe recipe)
    : impl_(std::make_unique<Impl>(std::move(recipe))) {}
HipSimulator::~HipSimulator() = default;
HipSimulator::HipSimulator(HipSimulator&&) noexcept = default;
HipSimulator& HipSimulator::operator=(HipSimulator&&) noexcept = default;

const HipRecipe& HipSimulator::recipe() const noexcept {
  return impl_->recipe;
}

GreyImage HipSimulator::render(int frame) const {
  const HipRecipe& r = impl_->recipe;
  requireFrame(r, frame);
  const FloatImage db = impl_->insonifier().decibels(frame);
  GreyImage screen(r.screen.columns, r.screen.rows);
  const PixelBox& box = r.screen.region;
  for (int y = 0; y < db.height; ++y)
    for (int x = 0; x < db.width; ++x) {
      const double level =
          muscleLevel + (static_cast<double>(db.at(x, y)) + r.processing.gainDb) / r.processing.dynamicRangeDb;
      screen.at(box.x0 + (r.screen.flip ? db.width - 1 - x : x), box.y0 + y) = greyMap(r, level);
    }
  drawScreen(screen, r, frame);
  return screen;
}

RgbImage HipSimulator::renderRgb(int frame) const {
  RgbImage picture = toRgb(render(frame));
  if (impl_->recipe.screen.colour)
    for (std::size_t i = 0; i < picture.data.size(); i += 3) {
      // A faint sepia, as scanners offer: darkest and brightest greys stay neutral.
      const double v = picture.data[i] / 255.0;
      const double tint = 4.0 * v * (1.0 - v);
      picture.data[i] = static_cast<std::uint8_t>(picture.data[i] + 6.0 * tint + 0.5);
      picture.data[i + 2] = static_cast<std::uint8_t>(picture.data[i + 2] - 9.0 * tint + 0.5);
    }
  return picture;
}

Truth HipSimulator::truth(int frame) const {
  requireFrame(impl_->recipe, frame);
  return makeTruth(impl_->recipe, impl_->scene, frame);
}

Raster<std::uint8_t, 1> HipSimulator::tissueMap(int frame) const {
  requireFrame(impl_->recipe, frame);
  return makeTissueMap(impl_->recipe, impl_->scene, frame);
}

} // namespace hipcuff::phantom
