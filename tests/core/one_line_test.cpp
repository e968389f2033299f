#include "hipcuff/core/one_line.h"

#include <gtest/gtest.h>

#include <string>

namespace hipcuff {
namespace {

std::string utf8(unsigned c) {
  std::string out;
  if (c < 0x80)
    return {static_cast<char>(c)};
  if (c < 0x800)
    out += static_cast<char>(0xC0U | (c >> 6U));
  else if (c < 0x10000)
    out += static_cast<char>(0xE0U | (c >> 12U));
  else
    out += static_cast<char>(0xF0U | (c >> 18U));
  for (unsigned shift = c < 0x800 ? 0 : c < 0x10000 ? 6 : 12;; shift -= 6) {
    out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU));
    if (shift == 0)
      return out;
  }
}

TEST(OneLine, OfEachCodePoint) {
  int refused = 0;
  for (unsigned c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF)
      continue; // surrogates: below
    const bool control = c <= 0x1F || (c >= 0x7F && c <= 0x9F);
    const bool separator = c == 0x2028 || c == 0x2029;
    const bool direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const std::string text = "a" + utf8(c) + "b";
    ASSERT_TRUE(isUtf8(text)) << c;
    ASSERT_EQ(isOneLine(text), !(control || separator || direction)) << c;
    ASSERT_EQ(tidy(text), isOneLine(text) ? text : "a b") << c;
    refused += isOneLine(text) ? 0 : 1;
  }
  EXPECT_EQ(refused, 32 + 33 + 2 + 5 + 4);
}

TEST(OneLine, WhatIsNoUtf8) {
  for (const std::string text : {"\x80", "\xC0\xAF", "\xC2", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                 "\xF5\x80\x80\x80", "\xE2\x80"}) {
    EXPECT_FALSE(isUtf8(text));
    EXPECT_FALSE(isOneLine(text));
    EXPECT_TRUE(isOneLine(tidy("a" + text + "b")));
  }
  EXPECT_EQ(tidy("a\xFFz"), "a?z");
}

TEST(OneLine, TidyKeepsToItsLengthAndEndsBetweenCharacters) {
  const std::string long_ = "abc\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4";
  for (std::size_t most = 3; most < 14; ++most) {
    EXPECT_LE(tidy(long_, most).size(), most);
    EXPECT_TRUE(isUtf8(tidy(long_, most))) << most;
  }
  EXPECT_EQ(tidy("what failed. \n"), "what failed");
}

} // namespace
} // namespace hipcuff
