// What a filter refuses, how it says so, and what becomes of its values.
#include "hipcuff/batch/query.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/grade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::batch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string errorOf(const std::string& filter, Entity of = Entity::exams, Known known = Known::all) {
  try {
    (void)compileFilter(filter, of, known);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Filter, PointsAtWhatIsWrong) {
  EXPECT_THAT(errorOf("class > partil"),
              HasSubstr("at character 9: 'class' does not know 'partil' (did you mean 'partial'?)"));
  EXPECT_THAT(errorOf("gräde = 3"), HasSubstr("at character 1: exams have no field 'gräde' (did you mean 'grade'?)"));
  EXPECT_THAT(errorOf("path ~ ä and klass = full"), HasSubstr("at character 14: exams have no field 'klass'"));
  EXPECT_THAT(errorOf("thicknes > 6"), HasSubstr("did you mean 'thickness'?"));
  EXPECT_THAT(errorOf("side = links"), HasSubstr("it takes L, R"));
  EXPECT_THAT(errorOf("partial"), HasSubstr("did you mean 'class = partial'?"));
  EXPECT_THAT(errorOf("thickness > 6,5"),
              HasSubstr("at character 14: 'and' or 'or' expected before ',' (a number has a point"));
  EXPECT_THAT(errorOf("thickness > 6 inch"),
              HasSubstr("at character 15: 'thickness_mean_mm' has no unit 'inch' (it takes mm, cm)"));
  EXPECT_THAT(errorOf("images > 6 mm"), HasSubstr("write the number alone"));
  EXPECT_THAT(errorOf("thickness > six"), HasSubstr("needs a number"));
  EXPECT_THAT(errorOf("thickness > nan"), HasSubstr("needs a number"));
  EXPECT_THAT(errorOf("thickness > 1e999"), HasSubstr("needs a number"));
  EXPECT_THAT(errorOf("thickness"), HasSubstr("needs a comparison (such as thickness_mean_mm > 5)"));
  EXPECT_THAT(errorOf("side L"), HasSubstr("at character 6: a comparison expected before 'L'"));
  EXPECT_THAT(errorOf("class >= partial side = L"), HasSubstr("at character 18: 'and' or 'or' expected before 'side'"));
  EXPECT_THAT(errorOf("date >= 2025-01-01 view = long"), HasSubstr("at character 20: 'and' or 'or' expected"));
  EXPECT_THAT(errorOf("class ="), HasSubstr("at character 8: a value is missing at the end"));
  EXPECT_THAT(errorOf("class = and side = L"), HasSubstr("at character 9: a value expected before 'and'"));
  EXPECT_THAT(errorOf("(class = full"), HasSubstr("at character 1: '(' is not closed"));
  EXPECT_THAT(errorOf("class = full)"), HasSubstr("at character 13: ')' closes nothing"));
  EXPECT_THAT(errorOf("class = full or"), HasSubstr("a test is missing at the end"));
  EXPECT_THAT(errorOf("()"), HasSubstr("nothing stands between"));
  EXPECT_THAT(errorOf("path ~ 'abc"), HasSubstr("at character 8: the quote is not closed"));
  EXPECT_THAT(errorOf("class in full"), HasSubstr("'(' expected"));
  EXPECT_THAT(errorOf("class in (full"), HasSubstr("at character 10: '(' is not closed"));
  EXPECT_THAT(errorOf("class ~ full"), HasSubstr("~ is for texts"));
  EXPECT_THAT(errorOf("side > L"), HasSubstr("at character 6: 'side' has no order"));
  EXPECT_THAT(errorOf("path > a"), HasSubstr("has no order"));
  EXPECT_THAT(errorOf("path = my file"), HasSubstr("put the text in quotes"));
  EXPECT_THAT(errorOf("date = 2025-02-29"), HasSubstr("needs a date"));
  EXPECT_THAT(errorOf("date = 01.02.2025"), HasSubstr("write it like 2025-01-31"));
  EXPECT_THAT(errorOf("finished > 2025-01-01T25:00"), HasSubstr("needs a time"));
  EXPECT_EQ(errorOf("finished > 2025-01-01T18:30:00Z"), "accepted");
  EXPECT_EQ(errorOf("date = 2024-02-29"), "accepted");
  EXPECT_THAT(errorOf("gradable = maybe", Entity::images), HasSubstr("is yes or no"));
  EXPECT_THAT(errorOf("class ! full"), HasSubstr("'!' stands alone"));
  EXPECT_THAT(errorOf(std::string("class \x01 full")), HasSubstr("control character"));
  EXPECT_THAT(errorOf("planes contradict", Entity::images), HasSubstr("hips have: --of hips"));
  EXPECT_THAT(errorOf("planes contradict and pane = 1"), HasSubstr("cannot stand together"));
  EXPECT_THAT(errorOf("side = L; DROP TABLE exams"), HasSubstr("'side' does not know 'L; DROP TABLE exams'"));
}

TEST(Filter, BeforeTheAnalysisOnlyHeadersAreKnown) {
  const auto early = [](const std::string& filter) { return errorOf(filter, Entity::inputs, Known::beforeAnalysis); };
  EXPECT_EQ(early("date >= 2025-01-01 and view = long and path ~ hip and size < 1 GB and study is known"), "accepted");
  EXPECT_THAT(early("class = full"), HasSubstr("at character 1: 'class' is not known before the analysis"));
  EXPECT_THAT(early("view = long or state = failed"), HasSubstr("at character 16"));
  EXPECT_THAT(early("veiw = long"), HasSubstr("did you mean 'view'?"));
  EXPECT_THAT(early("thickness > 6"), HasSubstr("no field"));
}

TEST(Filter, ValuesAreBoundNeverPasted) {
  const Filter filter =
      compileFilter("path ~ \"'; DROP TABLE exams; --\" and date = 2025-01 and thickness > 6.25 mm", Entity::images);
  EXPECT_EQ(filter.where.find("DROP"), std::string::npos);
  EXPECT_EQ(filter.where.find("6.25"), std::string::npos);
  EXPECT_EQ(filter.where.find("2025"), std::string::npos);
  EXPECT_THAT(filter.values,
              ElementsAre(SqlValue{std::string("%'; DROP TABLE exams; --%")}, SqlValue{std::string("20250101")},
                          SqlValue{std::string("20250131")}, SqlValue{6.25}));
}

TEST(Filter, KnowsAllReasonsOfTheProgram) {
  for (int i = 0; i <= static_cast<int>(Refusal::unsure); ++i)
    EXPECT_EQ(errorOf("reason = " + std::string(toString(static_cast<Refusal>(i)))), "accepted");
}

} // namespace
} // namespace hipcuff::batch
