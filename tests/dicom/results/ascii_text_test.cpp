#include "ascii_text.h"

#include <gtest/gtest.h>

namespace hipcuff::dicom {
namespace {

TEST(AsciiText, latinLettersLoseTheirMarks) {
  EXPECT_EQ(inAscii("Jürgen Groß"), "Juergen Gross");
  EXPECT_EQ(inAscii("Łukasz Żółć"), "Lukasz Zolc");
  EXPECT_EQ(inAscii("François Œuvre"), "Francois OEuvre");
  EXPECT_EQ(inAscii("Ångström ±5 µm – „so“"), "Angstroem +-5 um - \"so\"");
  EXPECT_EQ(inAscii("e\xCC\x81t\xC3\xA9"), "ete");
  EXPECT_EQ(inAscii("plain"), "plain");
}

TEST(AsciiText, otherLettersHaveNoForm) {
  EXPECT_FALSE(inAscii("山田"));
  EXPECT_FALSE(inAscii("Иван"));
}

TEST(AsciiText, onlyBesideNamesInNoDeclaredCharacterSet) {
  SourceImage image;
  std::string name = "Jürgen";
  fit(name, image);
  EXPECT_EQ(name, "Jürgen");
  image.undeclaredText = true;
  fit(name, image);
  EXPECT_EQ(name, "Juergen");
  name = "山田";
  fit(name, image);
  EXPECT_EQ(name, "山田") << "refused later, in words";
}

} // namespace
} // namespace hipcuff::dicom
