#include "reading_order.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace hipcuff::review {
namespace {

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class SplitMix64 {
public:
  explicit SplitMix64(std::uint64_t seed)
      : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// 0 to n - 1, each as likely: draws beyond the last whole multiple of n are thrown away.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t surplus = (0 - n) % n; // 2^64 mod n
    std::uint64_t draw = next();
    while (draw < surplus)
      draw = next();
    return draw % n;
  }

private:
  std::uint64_t state_;
};

/// FNV-1a, 64 bit.
std::uint64_t hash(const std::string& bytes) {
  std::uint64_t h = 0xCBF29CE484222325U;
  for (const char c : bytes)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return h;
}

} // namespace

std::vector<std::string> readingOrder(std::vector<std::string> pictures, const std::string& reader, int reading) {
  std::sort(pictures.begin(), pictures.end());
  SplitMix64 random(hash(reader + '\n' + std::to_string(reading)));
  for (std::size_t i = pictures.size(); i > 1; --i)
    std::swap(pictures[i - 1], pictures[random.below(i)]);
  return pictures;
}

} // namespace hipcuff::review
