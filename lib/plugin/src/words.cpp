#include "words.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <new>
#include <typeinfo>

namespace hipcuff::plugin {
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

bool isControl(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
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
  return std::none_of(text.begin(), text.end(), isControl) && isUtf8(text);
}

std::string tidy(std::string_view text, std::size_t most) {
  constexpr std::string_view more = "...";
  std::string out;
  while (!text.empty()) {
    const std::size_t n = sequenceLength(text);
    if (out.size() + std::max<std::size_t>(n, 1) + more.size() > most)
      return out + std::string(more);
    if (n == 0 || isControl(text.front()))
      out += n == 0 ? '?' : ' ';
    else
      out += text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.'))
    out.pop_back();
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return out;
}

bool isName(std::string_view text) noexcept {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= 64 && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::string number(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

std::string whatWasThrown() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "ran out of memory, or asked for far too much of it";
  } catch (const std::exception& error) {
    const std::string words = tidy(error.what());
    return words.empty() ? "threw an exception without words" : words;
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr)
      return "threw something unknown";
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type->name(), nullptr, nullptr, &status),
                                                      std::free);
    return "threw a value that is no std::exception (" + tidy(name ? name.get() : type->name(), 80) + ")";
  }
}

} // namespace hipcuff::plugin
