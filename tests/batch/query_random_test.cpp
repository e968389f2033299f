// Filters made by chance, and what they find in rows made by chance, against a plain evaluation that knows no SQL.
#include "hipcuff/batch/catalogue.h"
#include "hipcuff/batch/query.h"

#include "sqlite.h"
#include "temporary_folder.h"

#include "hipcuff/core/error.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include <unistd.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;

using Random = std::mt19937_64;

template <typename T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& from) {
  return from[random() % N];
}

constexpr std::array classNames = {"not_gradable", "normal", "tendinosis", "partial_thickness", "full_thickness"};
constexpr std::array reasonNames = {"no_calibration", "too_dark", "no_b_mode"};
constexpr std::array subtypes = {"Undersurface", "retracted", "under%", "a_b", "ab"};

/// One hip with what its exam says; empty optionals are unknown.
struct Row {
  int number = 0;
  std::optional<std::string> date;
  std::optional<int> side; ///< 0 left, 1 right
  int grade = 0;           ///< as in classNames
  std::optional<std::string> subtype;
  std::optional<double> thickness;
  bool contradictory = false;
  std::set<std::string> reasons;
};

Row randomRow(Random& random, int number) {
  Row row;
  row.number = number;
  if (random() % 5 != 0) {
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02d%02d", 2023 + static_cast<int>(random() % 3),
                  1 + static_cast<int>(random() % 12), 1 + static_cast<int>(random() % 28));
    row.date = text;
  }
  if (random() % 4 != 0)
    row.side = static_cast<int>(random() % 2);
  row.grade = static_cast<int>(random() % 5);
  if (random() % 3 != 0)
    row.subtype = pick(random, subtypes);
  if (random() % 4 != 0)
    row.thickness = static_cast<double>(random() % 9) / 2 + 3;
  row.contradictory = random() % 4 == 0;
  for (const char* reason : reasonNames)
    if (random() % 3 == 0)
      row.reasons.insert(reason);
  return row;
}

/// A filter as text and as a function.
struct Made {
  std::string text;
  std::function<bool(const Row&)> holds;
};

template <typename A, typename B>
bool compare(const std::string& sign, const A& a, const B& b) {
  return sign == "<"    ? a < b
         : sign == "<=" ? a <= b
         : sign == ">"  ? a > b
         : sign == ">=" ? a >= b
         : sign == "="  ? a == b
                        : a != b;
}

std::string anyCase(Random& random, std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z' && random() % 4 == 0)
      c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// Whether text fits a pattern of * and ?, whatever the case.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty())
    return text.empty();
  if (pattern.front() == '*')
    return fits(pattern.substr(1), text) || (!text.empty() && fits(pattern, text.substr(1)));
  const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  return !text.empty() && (pattern.front() == '?' || same(pattern.front(), text.front())) &&
         fits(pattern.substr(1), text.substr(1));
}

constexpr std::array signs = {"<", "<=", ">", ">=", "=", "!="};

Made makeTest(Random& random) {
  const std::string sign = pick(random, signs);
  switch (random() % 9) {
  case 0: {
    const int grade = static_cast<int>(random() % 5);
    static constexpr std::array fields = {"class", "grade", "hip.class"};
    return {anyCase(random, pick(random, fields)) + " " + sign + " " +
                anyCase(random, classNames[static_cast<std::size_t>(grade)]),
            [=](const Row& row) {
              if (sign != "=" && sign != "!=" && (row.grade == 0 || grade == 0))
                return false;
              return compare(sign, row.grade, grade);
            }};
  }
  case 1: {
    const double limit = static_cast<double>(random() % 9) / 2 + 3;
    const bool centimetres = random() % 4 == 0;
    std::ostringstream number;
    number << (centimetres ? limit / 10 : limit) << (centimetres ? " cm" : random() % 2 == 0 ? "" : "mm");
    const double bound = centimetres ? std::stod(number.str()) * 10 : limit;
    return {"thickness " + sign + number.str(),
            [=](const Row& row) { return row.thickness ? compare(sign, *row.thickness, bound) : sign == "!="; }};
  }
  case 2: {
    const int side = static_cast<int>(random() % 2);
    const bool equal = random() % 2 == 0;
    static constexpr std::array words = {"L", "R", "left", "right"};
    return {std::string("side ") + (equal ? "= " : "!= ") +
                anyCase(random, words[static_cast<std::size_t>(side) + (random() % 2) * 2]),
            [=](const Row& row) { return (row.side == side) == equal; }};
  }
  case 3: {
    const int year = 2023 + static_cast<int>(random() % 3), month = 1 + static_cast<int>(random() % 12);
    const bool whole = random() % 3 == 0;
    char text[16];
    std::snprintf(text, sizeof text, whole ? "%d" : "%d-%02d", year, month);
    return {"date " + sign + " " + text, [=](const Row& row) {
              if (!row.date)
                return sign == "!=";
              const int theirs = std::stoi(*row.date) / (whole ? 10000 : 100);
              return compare(sign, theirs, whole ? year : year * 100 + month);
            }};
  }
  case 4: {
    const std::string reason = pick(random, reasonNames);
    const bool equal = random() % 2 == 0;
    return {(equal ? "reason = " : "reason != ") + reason,
            [=](const Row& row) { return row.reasons.contains(reason) == equal; }};
  }
  case 5: {
    static constexpr std::array patterns = {"under*", "*b", "a?b", "*", "UNDER?", "*_*", "ab"};
    const std::string pattern = pick(random, patterns);
    const bool wild = pattern.find_first_of("*?") != std::string::npos;
    return {"subtype ~ " + pattern,
            [=](const Row& row) { return row.subtype && fits(wild ? pattern : "*" + pattern + "*", *row.subtype); }};
  }
  case 6: {
    const bool known = random() % 2 == 0;
    const std::string word = known ? "is not unknown" : "is null";
    if (random() % 2 == 0)
      return {"subtype " + word, [=](const Row& row) { return row.subtype.has_value() == known; }};
    return {"thickness " + word, [=](const Row& row) { return row.thickness.has_value() == known; }};
  }
  case 7: {
    const bool contradict = random() % 2 == 0;
    return {contradict ? "planes contradict" : "planes agree",
            [=](const Row& row) { return row.contradictory == contradict; }};
  }
  default: {
    const bool turned = random() % 2 == 0;
    return {std::string("class ") + (turned ? "not " : "") + "in (full, normal, not_gradable)",
            [=](const Row& row) { return (row.grade == 4 || row.grade <= 1) != turned; }};
  }
  }
}

/// `binds`: how tightly what surrounds it holds: 0 nothing, 1 and, 2 not.
Made make(Random& random, int depth, int binds) {
  const std::uint64_t what = depth == 0 ? 0 : random() % 5;
  if (what <= 1)
    return makeTest(random);
  if (what == 2) {
    const Made inner = make(random, depth - 1, 2);
    return {"not " + inner.text, [=](const Row& row) { return !inner.holds(row); }};
  }
  const bool all = what == 3;
  const Made a = make(random, depth - 1, all ? 1 : 0), b = make(random, depth - 1, all ? 1 : 0);
  // Parentheses only where they are needed, and sometimes where they are not.
  const bool needed = binds == 2 || (binds == 1 && !all);
  const bool written = needed || random() % 3 == 0;
  return {(written ? "(" : "") + a.text + (all ? " and " : " or ") + b.text + (written ? ")" : ""),
          [=](const Row& row) { return all ? a.holds(row) && b.holds(row) : a.holds(row) || b.holds(row); }};
}

std::vector<int> found(Catalogue& catalogue, Entity of, const std::string& filter) {
  std::vector<int> numbers;
  runQuery(catalogue, {.of = of, .filter = filter, .columns = {"exam"}},
           {.columns = [](const auto&) {},
            .row =
                [&](const std::vector<Cell>& cells) {
                  numbers.push_back(std::stoi(std::get<std::string>(cells[0]).substr(5)));
                },
            .stop = {}});
  return numbers;
}

TEST(RandomFilter, FindsWhatAPlainEvaluationFinds) {
  const test::TemporaryFolder own;
  const fs::path folder = own.path();
  Random random(20250131);
  std::vector<Row> rows;
  Catalogue catalogue(folder, Catalogue::Access::readWrite);
  {
    Transaction transaction(catalogue.database());
    Statement exam(catalogue.database(), "INSERT INTO exams(id, key, name, study_date, state) VALUES(?,?,?,?,'done')");
    Statement hip(catalogue.database(), "INSERT INTO hips(exam, side, class, severity, subtype, thickness_mean_mm, "
                                        "contradictory, not_gradable_reasons, images) VALUES(?,?,?,?,?,?,?,?,1)");
    for (int i = 0; i < 300; ++i) {
      const Row row = randomRow(random, 100000 + i);
      exam.bind(1, row.number).bind(2, "k" + std::to_string(row.number)).bind(3, "exam-" + std::to_string(row.number));
      exam.bind(4, row.date).run();
      std::string reasons;
      for (const std::string& reason : row.reasons)
        reasons += (reasons.empty() ? "" : ";") + reason;
      hip.bind(1, row.number).bindText(2, row.side ? (*row.side == 0 ? "L" : "R") : "");
      hip.bind(3, classNames[static_cast<std::size_t>(row.grade)]).bind(4, row.grade).bind(5, row.subtype);
      hip.bind(6, row.thickness).bind(7, row.contradictory ? 1 : 0).bindText(8, reasons).run();
      rows.push_back(row);
    }
    transaction.commit();
  }
  int some = 0;
  for (int i = 0; i < 3000; ++i) {
    const Made made = make(random, 1 + static_cast<int>(random() % 5), 0);
    std::vector<int> expected;
    for (const Row& row : rows)
      if (made.holds(row))
        expected.push_back(row.number);
    some += !expected.empty() && expected.size() < rows.size() ? 1 : 0;
    ASSERT_EQ(found(catalogue, Entity::hips, made.text), expected) << made.text;
    // Every exam here has one hip, so that a question to exams finds the same.
    // Not so a class alone, which is the exam's own.
    if (made.text.find("side") != std::string::npos) {
      ASSERT_EQ(found(catalogue, Entity::exams, made.text), expected) << made.text;
    }
  }
  EXPECT_GT(some, 1500) << "filters that find all or nothing show little";
}

} // namespace
} // namespace hipcuff::batch
