#include "unused_bits.h"

#include "pixels.h"

namespace hipcuff::dicom {
namespace {

/// As stored: one sample's bits.
class Layout {
public:
  explicit Layout(const PixelShape& shape)
      : bytes_(static_cast<std::size_t>(shape.bitsAllocated) / 8) {
    // A header that contradicts itself is read as everybody reads it: from bit 0 on, or all of it.
    const int stored =
        shape.bitsStored < 1 || shape.bitsStored > shape.bitsAllocated ? shape.bitsAllocated : shape.bitsStored;
    const int high = shape.highBit < stored - 1 || shape.highBit >= shape.bitsAllocated ? stored - 1 : shape.highBit;
    if (bytes_ != 1 && bytes_ != 2 && bytes_ != 4)
      return;
    used_ = ((1ULL << stored) - 1) << (high - stored + 1);
    all_ = (1ULL << shape.bitsAllocated) - 1;
    if (shape.isSigned) {
      sign_ = 1ULL << high;
      above_ = all_ & ~((1ULL << (high + 1)) - 1);
    }
  }

  [[nodiscard]] bool full() const { return used_ == all_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t zeros(std::uint64_t value) const { return value & used_; }
  [[nodiscard]] std::uint64_t signs(std::uint64_t value) const {
    return zeros(value) | ((value & sign_) != 0 ? above_ : 0);
  }
  [[nodiscard]] std::uint64_t get(const std::uint8_t* at) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes_; ++i)
      value |= static_cast<std::uint64_t>(at[i]) << (8 * i);
    return value;
  }
  void put(std::uint8_t* at, std::uint64_t value) const {
    for (std::size_t i = 0; i < bytes_; ++i)
      at[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }

private:
  std::size_t bytes_;
  std::uint64_t used_ = 0, all_ = 0, sign_ = 0, above_ = 0;
};

} // namespace

bool unusedBitsHold(std::span<const std::uint8_t> samples, const PixelShape& shape) {
  const Layout layout(shape);
  if (layout.full())
    return false;
  bool zeros = true, signs = true;
  for (std::size_t at = 0; at + layout.bytes() <= samples.size() && (zeros || signs); at += layout.bytes()) {
    const auto value = layout.get(samples.data() + at);
    zeros = zeros && value == layout.zeros(value);
    signs = signs && value == layout.signs(value);
  }
  return !zeros && !signs;
}

void clearUnusedBits(std::span<std::uint8_t> samples, const PixelShape& shape) {
  const Layout layout(shape);
  if (layout.full())
    return;
  for (std::size_t at = 0; at + layout.bytes() <= samples.size(); at += layout.bytes())
    layout.put(samples.data() + at, layout.signs(layout.get(samples.data() + at)));
}

} // namespace hipcuff::dicom
