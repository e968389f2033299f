#include "hipcuff/dicom/guard/syntax.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcuid.h"

#include <array>
#include <cctype>

namespace hipcuff::dicom {
namespace {

struct Syntax {
  const char* uid;
  const char* name;
  Codec codec;
};

constexpr Syntax syntaxes[] = {
    {"1.2.840.10008.1.2", "Implicit VR Little Endian", Codec::native},
    {"1.2.840.10008.1.2.1", "Explicit VR Little Endian", Codec::native},
    {"1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", Codec::unsupported},
    {"1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", Codec::native},
    {"1.2.840.10008.1.2.2", "Explicit VR Big Endian", Codec::native},
    {"1.2.840.10008.1.2.5", "RLE Lossless", Codec::rle},
    {"1.2.840.10008.1.2.4.50", "JPEG Baseline", Codec::jpeg},
    {"1.2.840.10008.1.2.4.51", "JPEG Extended", Codec::jpeg},
    {"1.2.840.10008.1.2.4.53", "JPEG Spectral Selection (retired)", Codec::jpeg},
    {"1.2.840.10008.1.2.4.55", "JPEG Full Progression (retired)", Codec::jpeg},
    {"1.2.840.10008.1.2.4.57", "JPEG Lossless", Codec::jpeg},
    {"1.2.840.10008.1.2.4.70", "JPEG Lossless SV1", Codec::jpeg},
    {"1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", Codec::jpegLs},
    {"1.2.840.10008.1.2.4.81", "JPEG-LS Near-lossless", Codec::jpegLs},
    {"1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", Codec::jpeg2000},
    {"1.2.840.10008.1.2.4.91", "JPEG 2000", Codec::jpeg2000},
    {"1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component Lossless", Codec::unsupported},
    {"1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component", Codec::unsupported},
    {"1.2.840.10008.1.2.4.94", "JPIP Referenced", Codec::unsupported},
    {"1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", Codec::unsupported},
    {"1.2.840.10008.1.2.4.100", "MPEG-2 Main Profile", Codec::video},
    {"1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG-2 Main Profile", Codec::video},
    {"1.2.840.10008.1.2.4.101", "MPEG-2 Main Profile High Level", Codec::video},
    {"1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG-2 Main Profile High Level", Codec::video},
    {"1.2.840.10008.1.2.4.102", "H.264 High Profile", Codec::video},
    {"1.2.840.10008.1.2.4.102.1", "Fragmentable H.264 High Profile", Codec::video},
    {"1.2.840.10008.1.2.4.103", "H.264 BD-compatible", Codec::video},
    {"1.2.840.10008.1.2.4.103.1", "Fragmentable H.264 BD-compatible", Codec::video},
    {"1.2.840.10008.1.2.4.104", "H.264 High Profile 4.2 2D", Codec::video},
    {"1.2.840.10008.1.2.4.104.1", "Fragmentable H.264 High Profile 4.2 2D", Codec::video},
    {"1.2.840.10008.1.2.4.105", "H.264 High Profile 4.2 3D", Codec::video},
    {"1.2.840.10008.1.2.4.105.1", "Fragmentable H.264 High Profile 4.2 3D", Codec::video},
    {"1.2.840.10008.1.2.4.106", "H.264 Stereo High Profile", Codec::video},
    {"1.2.840.10008.1.2.4.106.1", "Fragmentable H.264 Stereo High Profile", Codec::video},
    {"1.2.840.10008.1.2.4.107", "H.265 Main Profile", Codec::video},
    {"1.2.840.10008.1.2.4.108", "H.265 Main 10 Profile", Codec::video},
    {"1.2.840.10008.1.2.4.110", "JPEG XL Lossless", Codec::unsupported},
    {"1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", Codec::unsupported},
    {"1.2.840.10008.1.2.4.112", "JPEG XL", Codec::unsupported},
    {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", Codec::unsupported},
    {"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 Lossless RPCL", Codec::unsupported},
    {"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", Codec::unsupported},
    {"1.2.840.10008.1.2.4.204", "JPIP High-Throughput JPEG 2000 Referenced", Codec::unsupported},
    {"1.2.840.10008.1.2.4.205", "JPIP High-Throughput JPEG 2000 Referenced Deflate", Codec::unsupported},
    {"1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", Codec::unsupported},
};

const Syntax* find(const std::string& uid) {
  for (const auto& syntax : syntaxes)
    if (uid == syntax.uid)
      return &syntax;
  return nullptr;
}

struct SopClass {
  const char* uid;
  const char* name;
};

constexpr SopClass ultrasoundClasses[] = {
    {"1.2.840.10008.5.1.4.1.1.6.1", "Ultrasound Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.3.1", "Ultrasound Multi-frame Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.6", "Ultrasound Image Storage (retired)"},
    {"1.2.840.10008.5.1.4.1.1.3", "Ultrasound Multi-frame Image Storage (retired)"},
};

constexpr SopClass captureClasses[] = {
    {"1.2.840.10008.5.1.4.1.1.7", "Secondary Capture Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.7.1", "Multi-frame Single Bit Secondary Capture Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.7.2", "Multi-frame Grayscale Byte Secondary Capture Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.7.3", "Multi-frame Grayscale Word Secondary Capture Image Storage"},
    {"1.2.840.10008.5.1.4.1.1.7.4", "Multi-frame True Color Secondary Capture Image Storage"},
};

template <std::size_t N>
const char* nameIn(const SopClass (&table)[N], const std::string& uid) {
  for (const auto& entry : table)
    if (uid == entry.uid)
      return entry.name;
  return nullptr;
}

/// "CTImageStorage" -> "CT Image Storage"
std::string spaced(const std::string& keyword) {
  std::string text;
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    const auto at = [&](std::size_t k) { return k < keyword.size() ? static_cast<unsigned char>(keyword[k]) : 0; };
    if (i > 0 && std::isupper(at(i)) && (std::islower(at(i - 1)) || std::islower(at(i + 1))))
      text += ' ';
    text += keyword[i];
  }
  return text;
}

} // namespace

std::string syntaxName(const std::string& uid) {
  if (const auto* syntax = find(uid))
    return syntax->name;
  const char* name = dcmFindNameOfUID(uid.c_str(), "");
  return name && *name ? spaced(name) : uid;
}

Codec codecOf(const std::string& syntaxUid) {
  const auto* syntax = find(syntaxUid);
  return syntax ? syntax->codec : Codec::unsupported;
}

bool isDeflated(const std::string& syntaxUid) {
  return syntaxUid == "1.2.840.10008.1.2.1.99";
}

std::optional<Encoding> encodingOf(const std::string& syntaxUid) {
  if (syntaxUid.empty())
    return {};
  if (syntaxUid == "1.2.840.10008.1.2")
    return Encoding{false, false};
  if (syntaxUid == "1.2.840.10008.1.2.2")
    return Encoding{true, true};
  if (find(syntaxUid))
    return Encoding{true, false};
  return {};
}

std::string uidOf(Encoding encoding) {
  if (encoding.bigEndian)
    return "1.2.840.10008.1.2.2";
  return encoding.explicitVr ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2";
}

std::string className(const std::string& uid) {
  if (const char* name = nameIn(ultrasoundClasses, uid))
    return name;
  if (const char* name = nameIn(captureClasses, uid))
    return name;
  const char* name = dcmFindNameOfUID(uid.c_str(), "");
  return name && *name ? spaced(name) : uid;
}

bool isUltrasoundImage(const std::string& classUid) {
  return nameIn(ultrasoundClasses, classUid) != nullptr;
}

bool isSecondaryCapture(const std::string& classUid) {
  return nameIn(captureClasses, classUid) != nullptr;
}

bool isDirectory(const std::string& classUid) {
  return classUid == "1.2.840.10008.1.3.10";
}

} // namespace hipcuff::dicom
