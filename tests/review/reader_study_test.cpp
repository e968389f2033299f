#include "hipcuff/review/reader_study.h"

#include "child.h"
#include "reading_order.h"
#include "temp_folder.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <limits>
#include <locale>
#include <map>
#include <set>

#include <sys/resource.h>
#include <sys/stat.h>

namespace hipcuff::review {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const std::string header =
    "reader,reading,sop_instance_uid,side,class,subtype,depth_fraction,thickness_max_mm,confidence,seconds\n";
const std::vector<std::string> ten{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};

Reading read(const std::string& picture) {
  return {picture, Side::left, GradeClass::partialThickness, "undersurface", 0.35, 5.25, 0.8, 41.25};
}

void readAll(ReaderStudy& study, std::size_t most = 1000) {
  while (study.next() && most-- > 0)
    study.answer(read(*study.next()));
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += word;
  return out;
}

template <typename Error, typename Call>
std::string problemOf(Call call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

// The order

// By an implementation of the same definition in another language: what a study was begun with must hold for good.
TEST(ReaderStudy, TheOrderIsTheDefinedOne) {
  EXPECT_EQ(joined(readingOrder(ten, "AB", 1)), "dgbfchaiej");
  EXPECT_EQ(joined(readingOrder(ten, "AB", 2)), "dfagehibcj");
  EXPECT_EQ(joined(readingOrder(ten, "Zoë", 1)), "gbacjfdehi");
  std::vector<std::string> backwards(ten.rbegin(), ten.rend());
  EXPECT_EQ(readingOrder(backwards, "AB", 1), readingOrder(ten, "AB", 1));
}

TEST(ReaderStudy, EachPictureIsAsLikelyAtEachPlace) {
  const std::vector<std::string> four{"a", "b", "c", "d"};
  std::map<std::string, int> seen;
  constexpr int readers = 4800;
  for (int i = 0; i < readers; ++i)
    ++seen[joined(readingOrder(four, "R" + std::to_string(i / 2), 1 + i % 2))];
  EXPECT_EQ(seen.size(), 24U);
  double chiSquare = 0;
  for (const auto& [order, count] : seen)
    chiSquare += (count - 200.0) * (count - 200.0) / 200.0;
  EXPECT_LT(chiSquare, 49.7); // 23 degrees of freedom, p = 0.001
}

// The table

TEST(ReaderStudy, WritesWhatTheReaderSaidAndNothingElse) {
  ReviewFolder folder;
  std::string expected = header;
  {
    ReaderStudy study(folder.path() / "new" / "folder", "Dr. Ä, \"B\"", 1, {"1.2.3", "1.2.4", "/x, y.png"});
    EXPECT_EQ(study.total(), 3U);
    EXPECT_EQ(study.done(), 0U);
    std::map<std::string, std::pair<Reading, std::string>> answers;
    answers["1.2.3"] = {{"1.2.3", Side::left, GradeClass::partialThickness, "undersurface", 0.35, 5.256, 0.8, 41.25},
                        "1.2.3,L,partial_thickness,undersurface,0.35,5.26,0.8,41.3\n"};
    answers["1.2.4"] = {{"1.2.4", Side::right, GradeClass::fullThickness, "a, \"b\"", 1.0, {}, 1.0 / 3, 100000},
                        "1.2.4,R,full_thickness,\"a, \"\"b\"\"\",1,,0.333,100000\n"};
    answers["/x, y.png"] = {{"/x, y.png", {}, GradeClass::notGradable, "", {}, {}, {}, 0},
                            "\"/x, y.png\",,not_gradable,,,,,0\n"};
    while (const auto picture = study.next()) {
      study.answer(answers.at(*picture).first);
      expected += "\"Dr. Ä, \"\"B\"\"\",1," + answers.at(*picture).second;
      EXPECT_EQ(bytesOf(study.file()), expected); // at once
    }
    EXPECT_EQ(study.done(), 3U);
  }
  ASSERT_THAT(folder.files(), SizeIs(1)); // no other file either
  EXPECT_EQ(folder.files()[0].filename(), "readings-Dr%2E%20%C3%84%2C%20%22B%22-1.csv");
  EXPECT_EQ(bytesOf(folder.files()[0]), expected);
}

TEST(ReaderStudy, ADecimalPointInEveryLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8"})
    if (std::setlocale(LC_ALL, name))
      break;
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale previous = std::locale::global(std::locale(std::locale::classic(), new Comma));
  ReviewFolder folder;
  {
    ReaderStudy study(folder.path(), "AB", 1234, {"a"});
    Reading reading = read("a");
    reading.seconds = 1234567.5;
    study.answer(reading);
  }
  const std::string bytes = bytesOf(folder.files().at(0));
  std::locale::global(previous);
  std::setlocale(LC_ALL, before.c_str());
  EXPECT_EQ(bytes, header + "AB,1234,a,L,partial_thickness,undersurface,0.35,5.25,0.8,1234567.5\n");
}

TEST(ReaderStudy, NamesAreNeverPaths) {
  for (const std::string name : {"../../x", "/etc/passwd", ".", "..", "a/b", "C:\\x", "CON.csv", "%41"}) {
    ReviewFolder folder;
    ReaderStudy study(folder.path() / "out", name, 1, {"a"});
    ASSERT_THAT(folder.files(), SizeIs(1)) << name;
    EXPECT_EQ(folder.files()[0].parent_path(), folder.path() / "out") << name;
    const std::string file = folder.files()[0].filename().string();
    EXPECT_TRUE(std::all_of(file.begin(), file.end() - 4, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '%';
    })) << file;
  }
  ReviewFolder folder; // and no two names share a file
  for (const std::string name : {"a b", "a%20b", "a_b", "a-b", "A b", "a.b", "ä", "a"})
    ReaderStudy(folder.path(), name, 1, {"p"});
  EXPECT_THAT(folder.files(), SizeIs(8));
  ReaderStudy(folder.path(), std::string(60, '/'), 1, {"p"}); // the longest there is
}

TEST(ReaderStudy, WrongUse) {
  ReviewFolder folder;
  for (const std::string name : {"", "   ", "a\nb", "\xff", "a\tb"})
    EXPECT_THROW(ReaderStudy(folder.path(), name, 1, {"a"}), UsageError) << name;
  EXPECT_THROW(ReaderStudy(folder.path(), std::string(61, 'x'), 1, {"a"}), UsageError);
  EXPECT_THROW(ReaderStudy(folder.path(), "AB", 0, {"a"}), UsageError);
  EXPECT_THROW(ReaderStudy(folder.path(), "AB", 1, {"a", "b", "a"}), UsageError);
  EXPECT_THAT(folder.files(), IsEmpty());

  ReaderStudy study(folder.path(), "AB", 1, {"a"});
  const auto refused = [&](auto change) {
    Reading reading = read("a");
    change(reading);
    EXPECT_THROW(study.answer(reading), UsageError);
    EXPECT_EQ(study.next(), "a");
    EXPECT_EQ(bytesOf(study.file()), header);
  };
  refused([](Reading& r) { r.picture = "b"; });
  refused([](Reading& r) { r.depthFraction = 1.01; });
  refused([](Reading& r) { r.depthFraction = -0.1; });
  refused([](Reading& r) { r.depthFraction = nan; });
  refused([](Reading& r) { r.confidence = 80; });
  refused([](Reading& r) { r.thicknessMaxMm = 0; });
  refused([](Reading& r) { r.thicknessMaxMm = 101; });
  refused([](Reading& r) { r.thicknessMaxMm = std::numeric_limits<double>::infinity(); });
  refused([](Reading& r) { r.seconds = -1; });
  refused([](Reading& r) { r.seconds = nan; });
  refused([](Reading& r) { r.subtype = "a\nb"; });
  refused([](Reading& r) { r.subtype = "\xff"; });
  study.answer(read("a"));
  EXPECT_THROW(study.answer(read("a")), UsageError);
}

// Going on

TEST(ReaderStudy, GoesOnWhereItStopped) {
  ReviewFolder folder;
  const std::vector<std::string> order = readingOrder(ten, "AB", 1);
  for (std::size_t day = 0; day < 4; ++day) {
    ReaderStudy study(folder.path(), "AB", 1, ten);
    EXPECT_EQ(study.done(), std::min<std::size_t>(3 * day, 9));
    EXPECT_EQ(study.total(), 10U);
    EXPECT_EQ(study.next(), order[3 * day]);
    readAll(study, 3);
  }
  ReaderStudy study(folder.path(), "AB", 1, ten);
  EXPECT_EQ(study.next(), std::nullopt);
  EXPECT_EQ(study.done(), 10U);
  std::string expected = header;
  for (const std::string& picture : order)
    expected += "AB,1," + picture + ",L,partial_thickness,undersurface,0.35,5.25,0.8,41.3\n";
  EXPECT_EQ(bytesOf(study.file()), expected);
}

TEST(ReaderStudy, TheLastAnswerCanBeGivenAnew) {
  ReviewFolder folder;
  {
    ReaderStudy study(folder.path(), "AB", 1, ten);
    EXPECT_FALSE(study.takeBack());
    readAll(study, 2);
  }
  ReaderStudy study(folder.path(), "AB", 1, ten);
  EXPECT_FALSE(study.takeBack()); // of an earlier session: it stands
  const std::string before = bytesOf(study.file());
  const std::string third = *study.next();
  readAll(study, 2);
  const std::string fourth = readingOrder(ten, "AB", 1)[3];
  const auto last = study.takeBack();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->picture, fourth);
  EXPECT_EQ(last->thicknessMaxMm, 5.25);
  EXPECT_EQ(study.next(), fourth);
  EXPECT_EQ(study.done(), 3U);
  ASSERT_TRUE(study.takeBack());
  EXPECT_EQ(study.next(), third);
  EXPECT_EQ(bytesOf(study.file()), before);
  EXPECT_FALSE(study.takeBack());
  Reading again = read(third);
  again.grade = GradeClass::normal;
  again.subtype = "";
  study.answer(again);
  EXPECT_EQ(bytesOf(study.file()), before + "AB,1," + third + ",L,normal,,0.35,5.25,0.8,41.3\n");
  readAll(study);
  EXPECT_EQ(study.done(), 10U);
  const std::string all = bytesOf(study.file());
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 11);
}

TEST(ReaderStudy, PicturesThatCameLaterAreReadToo) {
  ReviewFolder folder;
  {
    ReaderStudy study(folder.path(), "AB", 1, {"a", "b"});
    readAll(study);
  }
  ReaderStudy study(folder.path(), "AB", 1, ten);
  EXPECT_EQ(study.done(), 2U);
  readAll(study);
  EXPECT_EQ(study.done(), 10U);
}

TEST(ReaderStudy, ATableFromASpreadsheetIsReadOn) {
  ReviewFolder folder;
  {
    ReaderStudy study(folder.path(), "AB", 1, {"a", "b"});
    readAll(study, 1);
  }
  const auto file = folder.files().at(0);
  std::string bytes = "\xEF\xBB\xBF";
  for (const char c : bytesOf(file))
    bytes += c == '\n' ? std::string("\r\n") : std::string(1, c);
  write(file, bytes);
  ReaderStudy study(folder.path(), "AB", 1, {"a", "b"});
  EXPECT_EQ(study.done(), 1U);
  readAll(study);
  EXPECT_TRUE(bytesOf(file).starts_with(bytes));
}

TEST(ReaderStudy, TwoReadersAndTwoReadingsHaveFilesOfTheirOwn) {
  ReviewFolder folder;
  ReaderStudy first(folder.path(), "AB", 1, ten);
  ReaderStudy second(folder.path(), "AB", 2, ten);
  ReaderStudy other(folder.path(), "CD", 1, ten);
  EXPECT_THAT(folder.files(), SizeIs(3));
  readAll(first);
  EXPECT_EQ(bytesOf(second.file()), header);
  EXPECT_EQ(bytesOf(other.file()), header);
}

TEST(ReaderStudy, OneProgramAtATime) {
  ReviewFolder folder;
  ReaderStudy study(folder.path(), "AB", 1, ten);
  Child other([&](int report) {
    say(report, problemOf<InputError>([&] { ReaderStudy(folder.path(), "AB", 1, ten); }).find("another program") !=
                        std::string::npos
                    ? 1
                    : 0);
  });
  EXPECT_EQ(other.next(), 1);
}

// Bad tables

TEST(ReaderStudy, ATableOfSomethingElseIsRefusedAndLeftAsItIs) {
  ReviewFolder folder;
  const std::filesystem::path file = folder.path() / "readings-AB-1.csv";
  const std::string row = ",L,normal,,,,,1\n";
  for (const auto& [bytes, problem] : std::vector<std::pair<std::string, std::string>>{
           {"hello", "not a table of readings"},
           {"hello\n", "other columns"},
           {header.substr(0, header.size() - 1) + ",program\n", "other columns"},
           {"reader;reading\nAB;1\n", "other columns"},
           {header + "AB,1,a" + row + "AB,1,z" + row, "other pictures"},
           {header + "AB,1,a" + row + "AB,1,a" + row, "two answers"},
           {header + "ab,1,a" + row, "row 2 is of another reader"},
           {header + "AB,2,a" + row, "row 2 is of another reader or another reading"},
           {header + "AB,1,a" + row + "AB,1,b\n", "row 3 has 3 cells"},
           {header + "AB,1,a,\"L,normal,,,,,1\nAB,1,b" + row, "row 2 has a quote"},
           {std::string("\x89PNG\r\n\x1a\n\0\0\0", 11), "other columns"}}) {
    write(file, bytes);
    EXPECT_THAT(problemOf<InputError>([&] { ReaderStudy(folder.path(), "AB", 1, ten); }), HasSubstr(problem));
    EXPECT_EQ(bytesOf(file), bytes);
  }
  write(folder.path() / "file", "x");
  EXPECT_THROW(ReaderStudy(folder.path() / "file", "AB", 1, ten), OutputError);
  EXPECT_THROW(ReaderStudy("/proc/hipcuff", "AB", 1, ten), OutputError);
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_THROW(ReaderStudy(folder.path(), "AB", 1, ten), OutputError);
}

TEST(ReaderStudy, TornRowsAreCutOff) {
  ReviewFolder folder;
  const std::vector<std::string> pictures{"a", "b", "c, \"x\""};
  std::filesystem::path file;
  {
    ReaderStudy study(folder.path(), "AB", 1, pictures);
    file = study.file();
    readAll(study);
  }
  const std::string whole = bytesOf(file);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const std::size_t zeros : {0, 50}) { // as a file system may leave it after a power cut
      write(file, whole.substr(0, size) + std::string(zeros, '\0'));
      const std::string kept = whole.substr(0, whole.substr(0, size).rfind('\n') + 1);
      if (zeros > 0 && size > 0 && size < header.size()) {
        EXPECT_THROW(ReaderStudy(folder.path(), "AB", 1, pictures), InputError); // might be anything
        continue;
      }
      ReaderStudy study(folder.path(), "AB", 1, pictures);
      EXPECT_EQ(bytesOf(file), kept.empty() ? header : kept) << size;
      EXPECT_EQ(study.done(),
                static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, std::count(kept.begin(), kept.end(), '\n') - 1)));
      if (size % 16 == 0) { // each answer is synced, which takes a moment
        readAll(study);
        EXPECT_EQ(bytesOf(file), whole);
      }
    }
  }
}

TEST(ReaderStudy, KilledWhileWriting) {
  std::vector<std::string> pictures;
  for (int i = 0; i < 2000; ++i)
    pictures.push_back("1.2.840." + std::to_string(i));
  ReviewFolder folder;
  int done = 0;
  for (int round = 0; round < 10; ++round) {
    Child child([&](int report) {
      ReaderStudy study(folder.path(), "AB", 1, pictures);
      for (int n = static_cast<int>(study.done()); study.next(); ++n) {
        study.answer(read(*study.next()));
        say(report, n + 1);
      }
    });
    for (int i = 0; i <= round; ++i)
      done = child.next();
    child.kill();
    for (int n = child.next(); n >= 0; n = child.next())
      done = n;
    ReaderStudy study(folder.path(), "AB", 1, pictures);
    EXPECT_GE(static_cast<int>(study.done()), done);
    EXPECT_LE(static_cast<int>(study.done()), done + 1);
  }
}

TEST(ReaderStudy, DiskFull) {
  ReviewFolder folder;
  Child child([&](int report) {
    ::signal(SIGXFSZ, SIG_IGN);
    ReaderStudy study(folder.path(), "AB", 1, ten);
    const rlimit full{header.size() + 100, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &full);
    try {
      readAll(study);
    } catch (const OutputError&) {
      say(report, static_cast<int>(study.done()));
    }
    const rlimit room{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &room);
    readAll(study); // the same picture again, now that there is room
    say(report, static_cast<int>(study.done()));
  });
  EXPECT_EQ(child.next(), 1);
  EXPECT_EQ(child.next(), 10);
  child.wait();
  const std::string bytes = bytesOf(folder.files().at(0));
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), 11);
  EXPECT_EQ(ReaderStudy(folder.path(), "AB", 1, ten).done(), 10U);
}

// Two readings, weeks apart

TEST(ReaderStudy, SaysWhenItIsTooEarly) {
  ReviewFolder folder;
  const auto early = [&](int reading) { return ReaderStudy::tooEarly(folder.path(), "AB", reading, ten.size()); };
  const auto lastAnswer = [&](std::chrono::hours ago) {
    std::filesystem::last_write_time(folder.path() / "readings-AB-1.csv",
                                     std::filesystem::file_time_type::clock::now() - ago);
  };
  EXPECT_EQ(early(1), "");
  EXPECT_EQ(early(2), "reading 1 of AB has not been begun in this folder");
  ReaderStudy first(folder.path(), "AB", 1, ten);
  EXPECT_THAT(early(2), HasSubstr("not been begun"));
  readAll(first, 4);
  lastAnswer(std::chrono::hours(24 * 100));
  EXPECT_EQ(early(2), "reading 1 of AB is not complete: 4 of 10 pictures are read");
  readAll(first);
  EXPECT_EQ(early(2), "reading 1 of AB ended 0 hours ago; 14 days between readings let the pictures be forgotten");
  lastAnswer(std::chrono::hours(24 * 13));
  EXPECT_THAT(early(2), HasSubstr("ended 13 days ago"));
  lastAnswer(std::chrono::hours(-5)); // a clock that was set back
  EXPECT_THAT(early(2), HasSubstr("ended 0 hours ago"));
  lastAnswer(std::chrono::hours(24 * 14 + 1));
  EXPECT_EQ(early(2), "");
  EXPECT_THAT(ReaderStudy::tooEarly(folder.path(), "AB", 2, 10, std::chrono::hours(24 * 28)), HasSubstr("28 days"));
  EXPECT_THAT(early(3), HasSubstr("reading 2 of AB has not been begun"));
  lastAnswer(std::chrono::hours(1));
  {
    ReaderStudy second(folder.path(), "AB", 2, ten);
    readAll(second, 1);
  }
  EXPECT_EQ(early(2), ""); // begun all the same: said once
  write(folder.path() / "readings-AB-2.csv", "hello\n");
  EXPECT_THAT(early(3), HasSubstr("reading 2 of AB can't be read"));
}

} // namespace
} // namespace hipcuff::review
