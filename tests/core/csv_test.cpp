#include "hipcuff/core/csv.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

using Record = std::vector<std::string>;

std::vector<Record> all(CsvReader reader) {
  std::vector<Record> records;
  while (auto record = reader.next())
    records.push_back(std::move(*record));
  return records;
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const Record cells{"a", "", "with, comma", "with \"quotes\"", "two\nlines", " blanks "};
  EXPECT_EQ(all(CsvReader(csvRecord(cells))), std::vector<Record>{cells});
}

TEST(Csv, AllLineEndsAndSeparators) {
  EXPECT_EQ(all(CsvReader("a;b\r\nc;d\re;f\n", ';')), (std::vector<Record>{{"a", "b"}, {"c", "d"}, {"e", "f"}}));
  EXPECT_EQ(all(CsvReader("a,b\tc\n", '\t')), (std::vector<Record>{{"a,b", "c"}}));
}

TEST(Csv, TornEndIsLeftOrTaken) {
  EXPECT_EQ(all(CsvReader("a,b\nc,d")), (std::vector<Record>{{"a", "b"}}));
  EXPECT_EQ(all(CsvReader("a,b\nc,d", ',', CsvReader::TornEnd::take)), (std::vector<Record>{{"a", "b"}, {"c", "d"}}));
  CsvReader open("a,\"b\nc\n", ',', CsvReader::TornEnd::take);
  EXPECT_EQ(open.next(), (Record{"a", "b\nc\n"}));
  EXPECT_TRUE(open.openQuote());
  EXPECT_FALSE(open.next());
}

TEST(Csv, KnowsItsLine) {
  CsvReader reader("head\n\"two\r\nlines\"\nlast\n");
  EXPECT_EQ(reader.line(), 1U);
  (void)reader.next();
  EXPECT_EQ(reader.line(), 2U);
  (void)reader.next();
  EXPECT_EQ(reader.line(), 4U);
  EXPECT_EQ(reader.next(), Record{"last"});
}

} // namespace
} // namespace hipcuff
