#include "encoding.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hipcuff::validation {
namespace {

constexpr std::string_view utf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view littleMark = "\xFF\xFE";
constexpr std::string_view bigMark = "\xFE\xFF";
constexpr const char* remedy = "save it as CSV, UTF-8";

std::uint8_t byteOf(char c) {
  return static_cast<std::uint8_t>(c);
}

void append(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t b) { out += static_cast<char>(b); };
  const auto rest = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    rest(0);
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    rest(6);
    rest(0);
  } else {
    put(0xF0U | (code >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

/// Length of the UTF-8 character that begins at `i`; 0 where none does (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8Length(std::string_view text, std::size_t i) {
  const std::uint8_t lead = byteOf(text[i]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || i + length > text.size())
    return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byteOf(text[i + k]) & 0xC0U) != 0x80U)
      return 0;
  const std::uint8_t second = length > 1 ? byteOf(text[i + 1]) : 0;
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

bool isUtf8(std::string_view line) {
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = utf8Length(line, i);
    if (length == 0)
      return false;
    i += length;
  }
  return true;
}

bool isAscii(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return byteOf(c) < 0x80; });
}

void appendWindows1252(std::string& out, std::string_view line) {
  // 0x80..0x9F (Unicode consortium, CP1252.TXT); the five that are not assigned become the replacement character.
  constexpr std::array<std::uint16_t, 32> upper{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  for (const char c : line) {
    const std::uint8_t b = byteOf(c);
    append(out, b >= 0x80 && b < 0xA0 ? upper[b - 0x80U] : b);
  }
}

std::string fromUtf16(std::string_view bytes, bool little, std::vector<std::string>& warnings) {
  std::string out;
  out.reserve(bytes.size());
  bool damaged = bytes.size() % 2 != 0;
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const std::uint32_t a = byteOf(bytes[i]);
    const std::uint32_t b = byteOf(bytes[i + 1]);
    return little ? a | (b << 8U) : b | (a << 8U);
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size() && (unit(i + 2) & 0xFC00U) == 0xDC00U) {
      code = 0x10000U + ((code - 0xD800U) << 10U) + (unit(i + 2) - 0xDC00U);
      i += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD;
      damaged = true;
    }
    append(out, code);
  }
  if (damaged)
    warnings.emplace_back("the UTF-16 text is damaged: characters that can't be read are replaced");
  return out;
}

/// 'l', 'b' or 0: whether zeros stand at odd or even places, as in UTF-16 of mostly Latin letters.
char looksLikeUtf16(std::string_view bytes) {
  bytes = bytes.substr(0, 4096);
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    zeros[i % 2] += bytes[i] == '\0' ? 1 : 0;
  const std::size_t half = bytes.size() / 2;
  if (half < 4)
    return 0;
  if (zeros[1] * 2 > half && zeros[0] * 20 < half)
    return 'l';
  return zeros[0] * 2 > half && zeros[1] * 20 < half ? 'b' : 0;
}

std::string fromBytes(std::string_view bytes, bool windowsOnly, std::vector<std::string>& warnings) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 16);
  std::vector<std::size_t> windows;
  bool utf8 = false;
  std::size_t line = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    ++line;
    const std::size_t end = bytes.find('\n', i);
    const std::string_view text = bytes.substr(i, end == std::string_view::npos ? end : end - i + 1);
    i += text.size();
    if (isAscii(text) || (!windowsOnly && isUtf8(text))) {
      utf8 = utf8 || !isAscii(text);
      out += text;
    } else {
      windows.push_back(line);
      appendWindows1252(out, text);
    }
  }
  if (!windowsOnly && !windows.empty() && utf8)
    warnings.push_back("holds two encodings: read as UTF-8, but line" + std::string(windows.size() > 1 ? "s " : " ") +
                       listOfLines(windows) + " as Windows-1252, which " + (windows.size() > 1 ? "they" : "it") +
                       " must be");
  else if (!windowsOnly && !windows.empty())
    warnings.push_back("is not UTF-8: read as Windows-1252 (Latin-1); first at line " + std::to_string(windows[0]));
  return out;
}

} // namespace

std::string listOfLines(const std::vector<std::size_t>& lines, std::size_t most) {
  std::string out;
  const std::size_t shown = std::min(lines.size(), most);
  for (std::size_t i = 0; i < shown; ++i)
    out += (i == 0 ? "" : i + 1 == lines.size() && shown == lines.size() ? " and " : ", ") + std::to_string(lines[i]);
  if (shown < lines.size())
    out += " and " + std::to_string(lines.size() - shown) + " more";
  return out;
}

std::string decodedText(std::string_view bytes, const std::filesystem::path& name, const std::string& asSaid,
                        std::vector<std::string>& warnings) {
  std::string encoding = asSaid;
  std::transform(encoding.begin(), encoding.end(), encoding.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  std::erase_if(encoding, [](char c) { return c == '-' || c == '_' || c == ' '; });
  if (encoding == "latin1" || encoding == "iso88591" || encoding == "cp1252")
    encoding = "windows1252";
  if (encoding == "utf16")
    encoding = bytes.starts_with(bigMark) ? "utf16be" : "utf16le";
  if (!encoding.empty() && encoding != "utf8" && encoding != "utf16le" && encoding != "utf16be" &&
      encoding != "windows1252")
    throw UsageError("'" + asSaid + "' is no encoding that is known here",
                     "give utf-8, utf-16le, utf-16be or windows-1252");
  if (bytes.starts_with("PK\x03\x04"))
    throw InputError(name, "is a workbook of a spreadsheet program, or another archive", remedy);
  if (bytes.starts_with("\xD0\xCF\x11\xE0"))
    throw InputError(name, "is a workbook of an old spreadsheet program", remedy);
  const bool marked = bytes.starts_with(littleMark) || bytes.starts_with(bigMark);
  if (encoding.empty() && marked)
    encoding = bytes.starts_with(littleMark) ? "utf16le" : "utf16be";
  if (encoding.empty() && !bytes.starts_with(utf8Mark))
    if (const char found = looksLikeUtf16(bytes); found != 0) {
      encoding = found == 'l' ? "utf16le" : "utf16be";
      warnings.push_back(std::string("has no byte order mark: read as UTF-16 (") + (found == 'l' ? "little" : "big") +
                         " endian)");
    }
  std::string text;
  if (encoding == "utf16le" || encoding == "utf16be") {
    text = fromUtf16(bytes.substr(marked ? 2 : 0), encoding == "utf16le", warnings);
  } else {
    if (bytes.starts_with(utf8Mark))
      bytes.remove_prefix(utf8Mark.size());
    text = fromBytes(bytes, encoding == "windows1252", warnings);
  }
  if (text.find('\0') != std::string::npos)
    throw InputError(name, "is not a table: it holds bytes that no text has", remedy);
  return text;
}

} // namespace hipcuff::validation
