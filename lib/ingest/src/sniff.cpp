#include "sniff.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/reading.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace hipcuff::ingest {
namespace {

using namespace std::string_view_literals;

std::string lowerExtension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  return extension;
}

bool looksLikeMetaImage(std::string_view head) {
  // A MetaImage header is lines of "Key = value"; the first is usually ObjectType, but may be any.
  const std::size_t line = head.find('\n');
  return line != std::string_view::npos && head.substr(0, line).find('=') != std::string_view::npos &&
         head.find("NDims") != std::string_view::npos && head.find("DimSize") != std::string_view::npos;
}

bool looksLikeClip(std::string_view head) {
  if (head.size() < 12)
    return false;
  const std::string_view box = head.substr(4, 4);
  for (const std::string_view name : {"ftyp"sv, "moov"sv, "mdat"sv, "wide"sv, "free"sv, "skip"sv})
    if (box == name)
      return true;
  return (head.starts_with("RIFF"sv) && head.substr(8, 3) == "AVI"sv) || head.starts_with("\x1A\x45\xDF\xA3"sv) ||
         head.starts_with("\0\0\x01\xBA"sv) || head.starts_with("\0\0\x01\xB3"sv) ||
         head.starts_with("\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv);
}

bool looksLikeText(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7F : byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f';
  });
}

} // namespace

Content sniff(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4096> bytes{};
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.is_open() || file.bad()) {
    const std::string why = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string();
    throw InputError(path, "cannot be read" + why, "check that the file exists and that you may read it");
  }
  const std::string_view head(bytes.data(), static_cast<std::size_t>(file.gcount()));
  if (head.empty())
    return Content::empty;
  if (head.starts_with("\x89PNG\r\n\x1A\n"sv))
    return Content::png;
  if (head.starts_with("\xFF\xD8\xFF"sv))
    return Content::jpeg;
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv) || head.starts_with("II+\0"sv) ||
      head.starts_with("MM\0+"sv)) {
    // A DICOM file may carry a TIFF header in its preamble.
    if (head.size() < 132 || head.substr(128, 4) != "DICM"sv)
      return Content::tiff;
  }
  if (head.starts_with("NRRD000"sv))
    return Content::nrrd;
  if (head.size() > 132 && head.substr(128, 4) == "DICM"sv)
    return isDicomDir(path) ? Content::dicomDir : Content::dicom;
  if (head.starts_with("BM"sv) && head.size() >= 26 && head[14] >= 12 && head[15] == 0)
    return Content::bmp;
  if (looksLikeClip(head))
    return Content::clip;
  if (looksLikeMetaImage(head))
    return Content::metaImage;
  if (looksLikeDicom(path))
    return Content::dicom;
  return looksLikeText(head) ? Content::text : Content::unknown;
}

const char* describe(Content content) noexcept {
  switch (content) {
  case Content::dicom:
    return "a DICOM object";
  case Content::dicomDir:
    return "a DICOMDIR";
  case Content::png:
    return "a PNG picture";
  case Content::jpeg:
    return "a JPEG picture";
  case Content::bmp:
    return "a BMP picture";
  case Content::tiff:
    return "a TIFF picture";
  case Content::metaImage:
    return "a MetaImage";
  case Content::nrrd:
    return "a NRRD image";
  case Content::clip:
    return "a video clip";
  case Content::empty:
    return "an empty file";
  case Content::text:
    return "a text file";
  case Content::unknown:
    return "no format that HipCuff knows";
  }
  return "";
}

bool claimsToBeReadable(const std::filesystem::path& path) {
  static constexpr std::string_view extensions[] = {".dcm",  ".dicom", ".png", ".jpg",  ".jpeg", ".bmp", ".tif",
                                                    ".tiff", ".mha",   ".mhd", ".nrrd", ".mp4",  ".avi", ".mov",
                                                    ".mkv",  ".m4v",   ".mpg", ".mpeg", ".webm", ".wmv"};
  return std::find(std::begin(extensions), std::end(extensions), lowerExtension(path)) != std::end(extensions);
}

} // namespace hipcuff::ingest
