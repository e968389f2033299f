#include "meta_header.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>

namespace hipcuff::ingest {
namespace {

constexpr int mostLines = 1'000'000; // tracked cines carry dozens of lines a frame

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool isLocal(const std::string& value) {
  return value == "LOCAL" || value == "Local" || value == "local";
}

bool isTrue(const std::string& value) {
  return !value.empty() && (value[0] == 'T' || value[0] == 't' || value[0] == '1');
}

} // namespace

std::string metaDataFile(const std::filesystem::path& header) {
  std::ifstream file(header, std::ios::binary);
  std::string line;
  for (int i = 0; i < mostLines && std::getline(file, line); ++i) {
    const auto equals = line.find('=');
    if (equals == std::string::npos || trimmed(line.substr(0, equals)) != "ElementDataFile")
      continue;
    const std::string value = trimmed(line.substr(equals + 1));
    return isLocal(value) ? std::string() : value;
  }
  return {};
}

std::optional<MetaData> locateMetaData(const std::filesystem::path& header) {
  std::ifstream file(header, std::ios::binary);
  MetaData data;
  bool binary = true;
  std::string line;
  for (int i = 0; i < mostLines && std::getline(file, line); ++i) {
    const auto equals = line.find('=');
    if (equals == std::string::npos)
      continue;
    const std::string key = trimmed(line.substr(0, equals));
    const std::string value = trimmed(line.substr(equals + 1));
    if (key == "CompressedData")
      data.compressed = isTrue(value);
    else if (key == "BinaryData")
      binary = isTrue(value);
    else if (key == "BinaryDataByteOrderMSB" || key == "ElementByteOrderMSB")
      data.bigEndian = isTrue(value);
    else if (key == "HeaderSize" && value != "0")
      return std::nullopt;
    else if (key == "ElementDataFile") {
      if (!binary || value.starts_with("LIST") || value.find('%') != std::string::npos || value.empty())
        return std::nullopt;
      if (isLocal(value)) {
        data.file = header;
        data.offset = static_cast<std::uint64_t>(file.tellg());
      } else {
        data.file = header.parent_path() / value;
      }
      return data;
    }
  }
  return std::nullopt;
}

std::unique_ptr<Spool> inflate(const std::filesystem::path& input, const MetaData& data, std::uint64_t limit) {
  auto out = std::make_unique<Spool>(input);
  std::ifstream file(data.file, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(data.offset));
  std::vector<char> in(1 << 16);
  std::vector<char> piece(1 << 18);
  ::z_stream stream{};
  if (::inflateInit2(&stream, 15 + 32) != Z_OK) // zlib or gzip
    throw InputError(input, "cannot be inflated", "free some memory");
  int state = Z_OK;
  try {
    while (state == Z_OK && out->size() < limit) {
      if (stream.avail_in == 0) {
        file.read(in.data(), static_cast<std::streamsize>(in.size()));
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(file.gcount());
        if (stream.avail_in == 0)
          break;
      }
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      state = ::inflate(&stream, Z_NO_FLUSH);
      const auto got = static_cast<std::uint64_t>(piece.size() - stream.avail_out);
      out->append(piece.data(), static_cast<std::size_t>(std::min(got, limit - out->size())));
    }
  } catch (...) {
    ::inflateEnd(&stream);
    throw;
  }
  ::inflateEnd(&stream);
  return out;
}

} // namespace hipcuff::ingest
