// Stands between two peers and cuts the first connections after so many bytes; later ones pass whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hipcuff::test {

class CuttingProxy {
public:
  enum class Count { sent, answered }; ///< bytes of which way
  /// @param target a port on the loopback device
  /// @param after connection by connection: cut after so many bytes; those beyond the list are never cut
  CuttingProxy(std::uint16_t target, std::vector<std::size_t> after, Count count = Count::sent);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::test
