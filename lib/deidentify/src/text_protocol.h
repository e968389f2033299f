// What goes between hipcuff and hipcuff-ocr over one socket, all numbers in the machine's own order.
#pragma once

#include <array>
#include <cstdint>

namespace hipcuff::deidentify::ocr {

// hipcuff-ocr says hello once: `Hello`, then as many bytes of its name.
// For each picture hipcuff sends `Picture` and width * height bytes of grey; hipcuff-ocr answers `Answer`, and for each
// word `Word` and its text in UTF-8. Input that ends between pictures ends the program.

using Mark = std::array<char, 4>;
constexpr Mark helloMark{'H', 'C', 'O', '1'};
constexpr Mark pictureMark{'P', 'I', 'C', '1'};
constexpr Mark answerMark{'W', 'R', 'D', '1'};

constexpr std::uint32_t longestSide = 16384;
constexpr std::uint64_t mostPixels = 64ULL << 20;
constexpr std::uint32_t mostWords = 100000;
constexpr std::uint32_t longestText = 4096;

struct Hello {
  Mark mark = helloMark;
  std::uint32_t nameBytes = 0;
};
struct Picture {
  Mark mark = pictureMark;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
struct Answer {
  Mark mark = answerMark;
  std::uint32_t words = 0;
};
struct Word {
  std::int32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0; ///< inclusive
  std::int32_t confidence = 0;
  std::uint32_t textBytes = 0;
};

} // namespace hipcuff::deidentify::ocr
