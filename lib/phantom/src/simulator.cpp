#include "insonify.h"
#include "overlay_art.h"
#include "random.h"
#include "scanner_processing.h"
#include "scene.h"
#include "screen_art.h"
#include "tissue_map.h"
#include "truth.h"

#include <cmath>
#include <stdexcept>

namespace hipcuff::phantom {
namespace {

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

  /// 0..1 of the dynamic range, with what persistence leaves of the frames before.
  [[nodiscard]] FloatImage levels(int frame) {
    FloatImage sum = fresh(frame);
    const double keep = recipe.processing.persistence;
    double weight = 1;
    double total = 1;
    for (int back = 1; back <= 3 && frame - back >= 0 && keep > 0; ++back) {
      weight *= keep;
      if (weight < 0.04)
        break;
      total += weight;
      const FloatImage& old = fresh(frame - back);
      for (std::size_t i = 0; i < sum.data.size(); ++i)
        sum.data[i] += static_cast<float>(weight) * old.data[i];
    }
    if (total > 1)
      for (float& v : sum.data)
        v *= static_cast<float>(1 / total);
    return sum;
  }

private:
  const FloatImage& fresh(int frame) {
    for (const auto& [number, image] : recent_)
      if (number == frame)
        return image;
    if (recent_.size() > 4)
      recent_.erase(recent_.begin());
    recent_.emplace_back(frame, compressed(insonifier().decibels(frame), recipe.processing));
    return recent_.back().second;
  }
  std::vector<std::pair<int, FloatImage>> recent_; // the last few frames, for persistence
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
  FloatImage levels = impl_->levels(frame);
  enhance(levels, r.processing, r.screen.mmPerPx);
  const std::uint64_t noise = mix(mix(r.seed, 2101), static_cast<std::uint64_t>(frame));
  const GreyImage greys = toGreys(levels, r.processing, noise);
  GreyImage screen(r.screen.columns, r.screen.rows);
  const PixelBox& box = r.screen.region;
  const double mm = r.screen.mmPerPx;
  const bool fans = r.probe.shape != ProbeShape::linear;
  for (int y = 0; y < greys.height; ++y)
    for (int x = 0; x < greys.width; ++x)
      if (!fans || inField(r.probe, {x * mm, y * mm}))
        screen.at(box.x0 + (r.screen.flip ? greys.width - 1 - x : x), box.y0 + y) = greys.at(x, y);
  drawScreen(screen, r, frame);
  if (r.notGradable == NotGradable::textOverTendon)
    drawTextOver(screen, r, tendonBox(truth(frame)));
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
  if (impl_->recipe.notGradable == NotGradable::colourBox)
    drawColourBox(picture, impl_->recipe, frame, tendonBox(truth(frame)));
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
