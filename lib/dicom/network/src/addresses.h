// IPv4 addresses and ranges of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct AddressRange {
  std::uint32_t network = 0; ///< host byte order
  std::uint32_t mask = 0;
  [[nodiscard]] bool holds(std::uint32_t address) const noexcept { return (address & mask) == network; }
};

/// "10.1.2.3" or "10.1.0.0/16". No value: neither, or bits set outside of the mask.
[[nodiscard]] std::optional<AddressRange> parseRange(const std::string& text);
/// Host byte order.
[[nodiscard]] std::optional<std::uint32_t> parseAddress(const std::string& text);
[[nodiscard]] std::string addressText(std::uint32_t address);

} // namespace hipcuff::dicom
