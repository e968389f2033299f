// A small convolutional network that gives each pixel of a straightened band its class of tissue. Reads its layers and
// weights from one file, so that another architecture needs no other code; see tissue_net_file.h for the format.
#pragma once

#include "convolution.h"
#include "hipcuff/core/image.h"

#include <memory>
#include <string_view>
#include <vector>

namespace hipcuff::segmentation {

/// Does not change after construction; run() may be called from several threads at once.
class TissueNet {
public:
  /// @param bytes a file as tests/segmentation/tools/tissue_net_format.py writes it
  /// @throws ConfigError where it is damaged, too short, or asks for what this class can't do
  explicit TissueNet(std::string_view bytes);
  ~TissueNet();
  TissueNet(TissueNet&&) noexcept;
  TissueNet& operator=(TissueNet&&) noexcept;

  /// The network that the library carries (weights/tissue.hcnet).
  static const TissueNet& builtin();

  [[nodiscard]] int inputs() const noexcept;
  [[nodiscard]] int classes() const noexcept;
  /// Rows and columns are brought to multiples of this (the outermost are repeated) and cut back afterwards.
  [[nodiscard]] int stride() const noexcept;

  /// @param channels `inputs()` images of one size
  /// @returns `classes()` images of that size: each pixel's probabilities, which sum to 1
  /// @throws std::invalid_argument where number or sizes are wrong
  [[nodiscard]] std::vector<FloatImage> run(const std::vector<FloatImage>& channels) const;
  /// The same with a chosen instruction set, which must be available.
  [[nodiscard]] std::vector<FloatImage> run(const std::vector<FloatImage>& channels, InstructionSet set) const;

private:
  class Impl;
  std::unique_ptr<const Impl> impl_;
};

} // namespace hipcuff::segmentation
