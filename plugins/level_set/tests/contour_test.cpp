// The contour in a band, without a picture.
#include "contour.h"
#include "edge_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace {

using hipcuff::FloatImage;
using level_set::Evolution;
using level_set::Forces;

constexpr int columns = 120;
constexpr int rows = 31;
constexpr int ends = 25; ///< columns at either end that lag behind

Forces none() {
  return {FloatImage(columns, rows, 1.0F), FloatImage(columns, rows, 0.0F)};
}

double largest(const std::vector<double>& moves) {
  double most = 0;
  for (const double m : moves)
    most = std::max(most, std::abs(m));
  return most;
}

TEST(Contour, StaysWhereNothingPullsIt) {
  EXPECT_LT(largest(level_set::evolve(none(), 15, {})), 1e-6);
  EXPECT_LT(largest(level_set::evolve(none(), 15.3, {})), 1e-5);
}

TEST(Contour, GoesIntoTheValleyOfG) {
  Forces forces = none();
  const double valley = 18.4;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      forces.stopping.at(x, y) = static_cast<float>(1 - 0.9 * std::exp(-0.5 * std::pow((y - valley) / 2.5, 2)));
  const auto moves = level_set::evolve(forces, 15, {.edgeWeight = 1, .curvatureWeight = 1, .iterations = 300});
  for (int x = ends; x < columns - ends; ++x)
    EXPECT_NEAR(moves[static_cast<std::size_t>(x)], valley - 15, 0.15);
}

TEST(Contour, PositiveSpeedIsTowardsTheSkinAndStopsWhereItTurns) {
  Forces forces = none();
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      forces.speed.at(x, y) = static_cast<float>(std::clamp(0.2 * (11.7 - y), -1.0, 1.0));
  const auto moves = level_set::evolve(forces, 15, {.edgeWeight = 0, .curvatureWeight = 1, .iterations = 200});
  for (int x = ends; x < columns - ends; ++x)
    EXPECT_NEAR(moves[static_cast<std::size_t>(x)], 11.7 - 15, 0.1);
}

TEST(Contour, StifferIsStraighter) {
  Forces forces = none();
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      forces.speed.at(x, y) = static_cast<float>(std::clamp(0.1 * (15 + 4 * std::sin(x / 5.0) - y), -1.0, 1.0));
  const double soft =
      largest(level_set::evolve(forces, 15, {.edgeWeight = 0, .curvatureWeight = 0.1, .iterations = 300}));
  const double stiff =
      largest(level_set::evolve(forces, 15, {.edgeWeight = 0, .curvatureWeight = 10, .iterations = 300}));
  EXPECT_GT(soft, 3);
  EXPECT_LT(stiff, 0.5 * soft);
}

TEST(Contour, ForcesOfTwoSizesAreRefused) {
  EXPECT_THROW((void)level_set::evolve({FloatImage(10, 10), FloatImage(10, 9)}, 5, {}), std::invalid_argument);
}

TEST(EdgeImage, IsLowestOnTheEdge) {
  level_set::FlatBand band{FloatImage(columns, rows, 60.0F), hipcuff::Mask(columns, rows, 255)};
  for (int y = 0; y < 12; ++y)
    std::fill(band.grey.row(y), band.grey.row(y) + columns, 140.0F);
  const FloatImage g = level_set::stoppingImage(band, 1.5, 5, 1.2);
  for (int x = 0; x < columns; ++x) {
    EXPECT_LT(g.at(x, 11), 0.5F);
    EXPECT_NEAR(g.at(x, 11), g.at(x, 12), 0.02F) << "the edge lies between the two";
    EXPECT_GT(g.at(x, 20), 0.95F);
  }
}

TEST(EdgeImage, EvenGreyHasNoEdgeAndThePicturesEndIsNone) {
  level_set::FlatBand band{FloatImage(columns, rows, 90.0F), hipcuff::Mask(columns, rows, 255)};
  for (int y = 20; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      band.grey.at(x, y) = 0; // beyond the picture
      band.usable.at(x, y) = 0;
    }
  for (const float v : level_set::stoppingImage(band, 1.5, 5, 1.2).data)
    EXPECT_GT(v, 0.999F);
  const level_set::FlatBand blind{FloatImage(columns, rows), hipcuff::Mask(columns, rows)};
  for (const float v : level_set::stoppingImage(blind, 1.5, 5, 1.2).data)
    EXPECT_EQ(v, 1.0F);
}

} // namespace
