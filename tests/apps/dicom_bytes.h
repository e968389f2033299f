// DICOM files made byte by byte, so that a test can make them wrong on purpose. Explicit little endian.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hipcuff::test {

/// A data set under construction. Elements must be added in ascending order of their tags by the caller.
class DicomBytes {
public:
  DicomBytes& text(std::uint16_t group, std::uint16_t element, const char* vr, std::string value);
  DicomBytes& us(std::uint16_t group, std::uint16_t element, std::uint16_t value);
  DicomBytes& ul(std::uint16_t group, std::uint16_t element, std::uint32_t value);
  DicomBytes& fd(std::uint16_t group, std::uint16_t element, double value);
  /// OB, OW, UN: 32-bit length. @param declared what the length field says, where it is to lie
  DicomBytes& bytes(std::uint16_t group, std::uint16_t element, const char* vr, const std::string& value,
                    std::int64_t declared = -1);
  /// A sequence of items; lengths are true.
  DicomBytes& sequence(std::uint16_t group, std::uint16_t element, const std::vector<DicomBytes>& items);
  DicomBytes& raw(const std::string& value);
  [[nodiscard]] const std::string& data() const noexcept { return data_; }

private:
  std::string data_;
};

/// What a test may change of an ordinary ultrasound file.
struct UltrasoundFile {
  std::string sopInstanceUid = "1.2.3.4.1";
  std::string sopClassUid = "1.2.840.10008.5.1.4.1.1.6.1"; ///< Ultrasound Image Storage
  std::string frames = "";                                 ///< Number of Frames; empty: left out
  int rows = 240;
  int columns = 320;
  bool pixels = true;
  std::int64_t pixelBytes = -1;  ///< really there; -1: as many as the header asks for
  std::int64_t pixelLength = -1; ///< what the length field says; -1: as many as are there
  std::string regions = "good";  ///< good, none, broken (an item whose length runs beyond the file)
  int nested = 0;                ///< depth of a nest of sequences
  bool nestInRegions = false;    ///< the nest is the region sequence; otherwise it stands in front of it
};

/// The whole file, preamble and meta header included.
[[nodiscard]] std::string ultrasoundFile(const UltrasoundFile& wishes);

} // namespace hipcuff::test
