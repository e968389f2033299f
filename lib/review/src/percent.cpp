#include "percent.h"

namespace hipcuff::review {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

template <typename Stays>
std::string encoded(std::string_view bytes, Stays stays) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    if (stays(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

} // namespace

std::string asFileName(std::string_view bytes) {
  return encoded(bytes, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string asAscii(std::string_view bytes) {
  return encoded(bytes, [](char c) { return c >= ' ' && c <= '~' && c != '%'; });
}

std::optional<std::string> percentDecoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size())
      return std::nullopt;
    const std::size_t high = digits.find(text[i + 1]);
    const std::size_t low = digits.find(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos)
      return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

} // namespace hipcuff::review
