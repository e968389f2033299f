#include "hipcuff/deidentify/secret_file.h"

#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff::deidentify {
namespace {

class Descriptor {
public:
  explicit Descriptor(int opened)
      : value(opened) {}
  ~Descriptor() {
    if (value >= 0)
      ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int value;
};

std::string hexOf(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

/// @return none where somebody else was first
std::optional<dicom::Secret> make(const std::filesystem::path& file) {
  const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made.value < 0 && errno == EEXIST)
    return {};
  const auto failed = [&] {
    return OutputError(file, std::string("the secret cannot be written: ") + std::strerror(errno),
                       "choose a file that you may write");
  };
  if (made.value < 0)
    throw failed();
  auto text = hexOf(dicom::Secret::random().bytes());
  dicom::Secret secret(text);
  text += '\n';
  if (::write(made.value, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fsync(made.value) != 0) {
    const auto error = failed();
    ::unlink(file.c_str());
    throw error;
  }
  return secret;
}

} // namespace

FoundSecret secretFromFile(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::exists(file, none))
    if (auto secret = make(file))
      return {std::move(*secret), true};
  const Descriptor there(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct ::stat status {};
  if (there.value < 0 || ::fstat(there.value, &status) != 0)
    throw ConfigError(file, std::string("the secret cannot be read: ") + std::strerror(errno),
                      "check that you may read it");
  if (!S_ISREG(status.st_mode))
    throw ConfigError(file, "the secret is not a regular file", "name a file; it is made where it is missing");
  if ((status.st_mode & 077) != 0)
    throw ConfigError(file, "the secret can be read or changed by others", "close it first: chmod 600 FILE");
  std::string bytes(4097, '\0');
  const auto got = ::read(there.value, bytes.data(), bytes.size());
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (bytes.size() > 4096)
    throw ConfigError(file, "the secret is longer than 4096 bytes", "use 64 hexadecimal digits: openssl rand -hex 32");
  while (!bytes.empty() &&
         (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == ' ' || bytes.back() == '\t'))
    bytes.pop_back();
  try {
    return {dicom::Secret(bytes), false};
  } catch (const ConfigError& error) {
    throw ConfigError(file, error.problem(), error.remedy());
  }
}

} // namespace hipcuff::deidentify
