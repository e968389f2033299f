#include "hipcuff/dicom/deidentify/secret.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/patient_key.h"
#include "hipcuff/dicom/writing/us_image.h"

#include <array>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>
#include <utility>

namespace hipcuff::dicom {
namespace {

using Digest = std::array<unsigned char, 32>;

/// @param purpose keeps the uses apart: nothing follows from one about another
Digest hmac(std::string_view key, std::string_view purpose, std::string_view text) {
  std::string message(purpose);
  message += '\0';
  message += text;
  Digest out{};
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), &size) ||
      size != out.size())
    throw std::runtime_error("HMAC-SHA256 failed");
  return out;
}

std::uint64_t word(const Digest& digest, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value = value << 8 | digest[at + i];
  return value;
}

} // namespace

struct Secret::Key {
  std::string bytes;
  explicit Key(std::string_view from)
      : bytes(from) {}
  ~Key() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
};

Secret::Secret(std::string_view bytes) {
  if (bytes.size() < 16)
    throw ConfigError({}, "the secret has " + std::to_string(bytes.size()) + " bytes: it could be guessed",
                      "use at least 16, as from: openssl rand -hex 32");
  key_ = std::make_shared<const Key>(bytes);
}

Secret Secret::random() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("the system gives no random bytes");
  Secret secret(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

std::string_view Secret::bytes() const noexcept {
  return key_->bytes;
}

std::string Secret::uid(std::string_view original) const {
  if (original.empty())
    return {};
  const auto digest = hmac(key_->bytes, "uid", original);
  return uidFromNumbers(word(digest, 0), word(digest, 8));
}

std::string Secret::pseudonym(std::string_view patient) const {
  const auto digest = hmac(key_->bytes, "patient", patient);
  std::string out = "HC-";
  for (std::size_t i = 0; i < 8; ++i) {
    out += "0123456789ABCDEF"[digest[i] >> 4];
    out += "0123456789ABCDEF"[digest[i] & 15];
  }
  return out;
}

int Secret::daysBack(std::string_view patient) const {
  return 1 + static_cast<int>(word(hmac(key_->bytes, "days", patient), 0) % 3650);
}

std::string patientKey(std::string_view id, std::string_view name, std::string_view birthDate,
                       std::string_view studyUid) {
  auto key = hipcuff::patientKey(id, name, birthDate);
  return key.empty() ? "study:" + std::string(studyUid) : key;
}

} // namespace hipcuff::dicom
