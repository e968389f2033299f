// SHA-256 (FIPS 180-4, through OpenSSL): whether two files are the same.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace hipcuff {

class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// 64 hex digits; call once.
  [[nodiscard]] std::string hex();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);
/// Of the file's content, read in pieces. @throws InputError where it can't be read
[[nodiscard]] std::string sha256OfFile(const std::filesystem::path& file);

} // namespace hipcuff
