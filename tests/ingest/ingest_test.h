// A folder of its own for each test, and ways to put files into it.
#pragma once

#include "temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

class IngestTest : public testing::Test {
protected:
  std::filesystem::path write(const std::string& name, std::string_view bytes) const { return own_.write(name, bytes); }
  static std::string read(const std::filesystem::path& path) { return test::bytesOf(path); }
  /// A 2 x 2 grey bitmap: rows 10 20 / 30 40.
  static std::string bitmap() {
    using namespace std::string_literals;
    return "BM\x46\0\0\0\0\0\0\0\x36\0\0\0"s // 70 bytes, data at 54
           "\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0\x10\0\0\0"s +
           "\x13\x0B\0\0\x13\x0B\0\0\0\0\0\0\0\0\0\0"s + // 2835 px per metre: a print resolution
           "\x1E\x1E\x1E\x28\x28\x28\0\0"s + "\x0A\x0A\x0A\x14\x14\x14\0\0"s;
  }
  /// Frames of 4 x 3 pixels; every sample of frame f is 10 * f + x.
  static std::string metaImage(int frames, const std::string& lines, const std::string& data) {
    return "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n" + lines +
           "DimSize = 4 3 " + std::to_string(frames) + "\nElementDataFile = LOCAL\n" + data;
  }
  static std::string ramp(int frames) {
    std::string data;
    for (int f = 0; f < frames; ++f)
      for (int i = 0; i < 12; ++i)
        data += static_cast<char>(10 * f + i % 4);
    return data;
  }

private:
  test::TemporaryFolder own_;

protected:
  const std::filesystem::path folder_ = own_.path();
};

inline std::filesystem::path sharedPictures() {
  const char* named = std::getenv("HIPCUFF_SHARED");
  return (named != nullptr ? std::filesystem::path(named)
                           : std::filesystem::path(HIPCUFF_SOURCE_DIR) / ".." / "shared") /
         "real-ultrasound";
}

} // namespace hipcuff
