#include "addresses.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace hipcuff::dicom {

std::optional<std::uint32_t> parseAddress(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
    return std::nullopt;
  return ntohl(address.s_addr);
}

std::optional<AddressRange> parseRange(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parseAddress(text.substr(0, slash));
  unsigned bits = 32;
  if (slash != std::string::npos) {
    const auto* begin = text.data() + slash + 1;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(begin, end, bits);
    if (read.ec != std::errc() || read.ptr != end || bits > 32)
      return std::nullopt;
  }
  if (!address)
    return std::nullopt;
  const std::uint32_t mask = bits == 0 ? 0U : 0xffffffffU << (32 - bits);
  if ((*address & ~mask) != 0)
    return std::nullopt;
  return AddressRange{*address, mask};
}

std::string addressText(std::uint32_t address) {
  const in_addr raw{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &raw, text.data(), text.size());
  return text.data();
}

} // namespace hipcuff::dicom
