#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <cstdint>

namespace hipcuff {
namespace {

/// Length of the valid sequence at the start of `s`; 0 where there is none. No surrogates, no overlong forms.
std::size_t sequenceLength(std::string_view s) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  const std::size_t n = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || s.size() < n)
    return 0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high)
    return 0;
  for (std::size_t i = 2; i < n; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xBF)
      return 0;
  return n;
}

/// Of a valid sequence of n bytes.
std::uint32_t codePoint(std::string_view s, std::size_t n) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
  if (n == 1)
    return byte(0);
  std::uint32_t out = byte(0) & (0x7FU >> n);
  for (std::size_t i = 1; i < n; ++i)
    out = (out << 6U) | (byte(i) & 0x3FU);
  return out;
}

bool breaksLine(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

} // namespace

bool isUtf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t n = sequenceLength(text);
    if (n == 0)
      return false;
    text.remove_prefix(n);
  }
  return true;
}

bool isOneLine(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t n = sequenceLength(text);
    if (n == 0 || breaksLine(codePoint(text, n)))
      return false;
    text.remove_prefix(n);
  }
  return true;
}

std::string tidy(std::string_view text, std::size_t most) {
  constexpr std::string_view more = "...";
  std::string out;
  while (!text.empty()) {
    const std::size_t n = sequenceLength(text);
    if (out.size() + std::max<std::size_t>(n, 1) + more.size() > most)
      return out + std::string(more);
    if (n == 0)
      out += '?';
    else if (breaksLine(codePoint(text, n)))
      out += ' ';
    else
      out += text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.'))
    out.pop_back();
  return out;
}

} // namespace hipcuff
