// Bilinear samples of a raster, one for each of many rays, all at the same height along their rays.
#pragma once

#include <vector>

namespace hipcuff {

class BilinearRow {
public:
  /// @param width, height of the raster that is sampled; @param rays number of samples in a row
  BilinearRow(int width, int height, int rays);
  /// Ray number `index` begins at (x, y) and moves by (dx, dy) for each unit of height; all in pixels.
  void setRay(int index, double x, double y, double dx, double dy);
  void moveTo(double height);
  /// One value for each ray; `outside` where it lies beyond the outermost pixel centres.
  void sample(const float* pixels, float outside, float* out) const;
  /// Of a mask: the least of the four pixels around.
  void sample(const unsigned char* pixels, unsigned char outside, unsigned char* out) const;

private:
  int width_;
  int height_;
  std::vector<float> x_, y_, dx_, dy_;
  std::vector<int> offset_;    ///< of the upper left of the four pixels; 0 where the place is outside
  std::vector<float> fx_, fy_; ///< share of the right and of the lower pixels
  std::vector<int> inside_;
};

} // namespace hipcuff
