// Charts written and read again; what is wrong is one line that says where.
#include "temporary_folder.h"

#include "hipcuff/report/figure_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace hipcuff::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Figure sample() {
  Figure figure;
  figure.id = "bland-altman_1";
  figure.title = "Thickness, κ ± \"quoted\"";
  figure.caption = "One line.\nAnother.";
  figure.x = {"Mean thickness (mm)", 0.0, 9.5, {}};
  figure.y.label = "Difference (mm)";
  figure.series = {{"Pairs", SeriesRole::system, SeriesShape::points, {3, 1, 2}, {0.1, 1.0 / 3, -1e-9}, {}, {}},
                   {"Limits", SeriesRole::limit, SeriesShape::line, {0, 9}, {1, 1}, {}, {}},
                   {"", SeriesRole::band, SeriesShape::band, {0, 9}, {-1, -1}, {1, 1.5}, {}},
                   {"Bins", SeriesRole::reader, SeriesShape::linePoints, {0}, {0}, {2}, {-1}}};
  figure.square = true;
  return figure;
}

Figure table() {
  Figure figure;
  figure.id = "confusion";
  figure.cells = CellTable{"Reference", "System", {"normal", "torn"}, {"normal", "torn"}, {{8, 2}, {0, 5.5}}};
  return figure;
}

Figure boxes() {
  Figure figure;
  figure.id = "boxes";
  figure.boxes = {{"left", 1, 2, 3, 4, 5, {0.5, 9}}, {"right", 1, 1, 1, 1, 1, {}}};
  return figure;
}

class Figures : public testing::Test {
protected:
  std::filesystem::path write(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    return file_;
  }
  std::string messageFor(const std::string& text) {
    try {
      (void)readFigures(write(text));
    } catch (const InputError& e) {
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
      EXPECT_EQ(e.path(), file_);
      return e.what();
    }
    return "no error";
  }
  /// The sample with one thing changed.
  std::string messageWith(const std::string& pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(figuresToJson({sample()}));
    json[nlohmann::json::json_pointer("/figures/0" + pointer)] = value;
    return messageFor(json.dump());
  }
  test::TemporaryFolder own_;
  const std::filesystem::path file_ = own_ / "figures.json";
};

TEST_F(Figures, GoThereAndBack) {
  const std::string text = figuresToJson({sample(), table(), boxes()});
  const auto back = readFigures(write(text));
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(figuresToJson(back), text); // the text holds everything, so nothing was lost if it comes again
  const Figure& first = back[0];
  EXPECT_EQ(first.title, sample().title);
  EXPECT_EQ(first.caption, sample().caption);
  EXPECT_EQ(first.x.least, 0.0);
  EXPECT_EQ(first.y.least, std::nullopt);
  EXPECT_TRUE(first.square);
  ASSERT_EQ(first.series.size(), 4U);
  EXPECT_EQ(first.series[0].y, sample().series[0].y); // every bit of them
  EXPECT_EQ(first.series[1].role, SeriesRole::limit);
  EXPECT_EQ(first.series[2].shape, SeriesShape::band);
  EXPECT_EQ(first.series[2].upper, (std::vector<double>{1, 1.5}));
  EXPECT_EQ(first.series[3].shape, SeriesShape::linePoints);
  EXPECT_EQ(first.series[3].lower, std::vector<double>{-1});
  ASSERT_TRUE(back[1].cells);
  EXPECT_EQ(back[1].cells->values, table().cells->values);
  EXPECT_EQ(back[1].cells->rowTitle, "Reference");
  ASSERT_EQ(back[2].boxes.size(), 2U);
  EXPECT_EQ(back[2].boxes[0].threeQuarters, 4);
  EXPECT_EQ(back[2].boxes[0].outliers, (std::vector<double>{0.5, 9}));
}

TEST_F(Figures, EveryWordGoesThereAndBack) {
  for (int i = 0; i <= static_cast<int>(SeriesRole::other); ++i)
    for (int j = 0; j <= static_cast<int>(SeriesShape::band); ++j) {
      Figure figure = sample();
      figure.series = {{"", static_cast<SeriesRole>(i), static_cast<SeriesShape>(j), {}, {}, {}, {}}};
      const auto back = readFigures(write(figuresToJson({figure})));
      EXPECT_EQ(back.at(0).series.at(0).role, figure.series[0].role);
      EXPECT_EQ(back.at(0).series.at(0).shape, figure.series[0].shape);
    }
}

TEST_F(Figures, WhatIsLeftOutIsEmpty) {
  const auto back = readFigures(write(R"({"schema": "hipcuff.figures/1", "figures": [{"id": "a", "x": null}]})"));
  ASSERT_EQ(back.size(), 1U);
  EXPECT_TRUE(back[0].series.empty());
  EXPECT_FALSE(back[0].square);
  EXPECT_TRUE(readFigures(write(R"({"schema": "hipcuff.figures/1", "figures": []})")).empty());
}

TEST_F(Figures, OtherFilesAreRefused) {
  EXPECT_THAT(messageFor(""), HasSubstr("empty"));
  EXPECT_THAT(messageFor("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(messageFor("[]"), HasSubstr("not a hipcuff.figures/1 file"));
  EXPECT_THAT(messageFor(R"({"schema": "hipcuff.figures/2", "figures": []})"), HasSubstr("not a hipcuff.figures/1"));
  EXPECT_THAT(messageFor(R"({"schema": "hipcuff.figures/1"})"), HasSubstr("'figures' is not a list"));
  EXPECT_THAT(messageFor(R"({"schema": "hipcuff.figures/1", "figures": [], "x": 1})"), HasSubstr("unknown field 'x'"));
  EXPECT_THAT(messageFor(R"({"schema": "hipcuff.figures/1", "figures": [7]})"), HasSubstr("figure 1"));
  EXPECT_THAT(messageFor(std::string(100000, '[')), HasSubstr("nested too deeply"));
  EXPECT_THAT(messageFor(R"({"schema": "hipcuff.figures/1", "figures": [{"id": "a", "title": ")"
                         "\xFF\"}]}"),
              AllOf(HasSubstr("not valid JSON"), Not(HasSubstr("\xFF"))))
      << "a byte that is no UTF-8 is refused, not repeated";
  EXPECT_THROW((void)readFigures(file_.parent_path() / "none.json"), InputError);
  EXPECT_THROW((void)readFigures(file_.parent_path()), InputError);
}

TEST_F(Figures, WrongFieldsAreNamed) {
  EXPECT_THAT(messageWith("/titel", "x"), HasSubstr("figure 1 'bland-altman_1': unknown field 'titel'"));
  EXPECT_THAT(messageWith("/title", 7), HasSubstr("'title' is not a text"));
  EXPECT_THAT(messageWith("/square", "yes"), HasSubstr("'square'"));
  EXPECT_THAT(messageWith("/x/least", "0"), HasSubstr("'least' is not a number"));
  EXPECT_THAT(messageWith("/x/least", 10), HasSubstr("x axis: its least is not below its most"));
  EXPECT_THAT(messageWith("/y/unit", "mm"), HasSubstr("unknown field 'unit'"));
  EXPECT_THAT(messageWith("/series/0/role", "boss"), HasSubstr("'role' is no known word"));
  EXPECT_THAT(messageWith("/series/0/shape", "pie"), HasSubstr("'shape' is no known word"));
  EXPECT_THAT(messageWith("/series/0/shape", nullptr), HasSubstr("no 'shape'"));
  EXPECT_THAT(messageWith("/series/0/x", {1, 2}), HasSubstr("series 1: x and y differ in length"));
  EXPECT_THAT(messageWith("/series/0/x/0", nullptr), HasSubstr("'x' holds something that is not a number"));
  EXPECT_THAT(messageWith("/series/0/x/0", 1e300), HasSubstr("finite"));
  EXPECT_THAT(messageWith("/series/0/lower", {1}), HasSubstr("differ from x in length"));
  EXPECT_THAT(messageWith("/series/1/x", {9, 0}), HasSubstr("series 2: x does not ascend"));
  EXPECT_THAT(messageWith("/series/1/upper", {2, 2}), HasSubstr("no error bars"));
  EXPECT_THAT(messageWith("/series/2/upper", nullptr), HasSubstr("a band needs upper"));
  EXPECT_THAT(messageWith("/series/2/upper", {-2, 2}), HasSubstr("above its upper end"));
  EXPECT_THAT(messageWith("/cells", nlohmann::json::parse(figuresToJson({table()}))["figures"][0]["cells"]),
              HasSubstr("cells stand alone"));
  for (const char* id : {"", "a/b", "..", "a.b", "a b", "é", "-\n"})
    EXPECT_THAT(messageWith("/id", id), HasSubstr("plain file name")) << id;
  EXPECT_THAT(messageWith("/id", std::string(101, 'a')), HasSubstr("plain file name"));
}

TEST_F(Figures, WrongCellsAndBoxesAreNamed) {
  const auto message = [&](const Figure& figure, const std::string& pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(figuresToJson({figure}));
    json[nlohmann::json::json_pointer("/figures/0" + pointer)] = value;
    return messageFor(json.dump());
  };
  EXPECT_THAT(message(table(), "/cells/rows", {"one"}), HasSubstr("values and rows differ in length"));
  EXPECT_THAT(message(table(), "/cells/values/1", {1}), HasSubstr("values and columns differ in length"));
  EXPECT_THAT(message(table(), "/cells/values/1/0", -1), HasSubstr("negative"));
  EXPECT_THAT(message(table(), "/cells/columns", nlohmann::json::array()), HasSubstr("no columns"));
  EXPECT_THAT(message(boxes(), "/boxes/0/median", 1.5), HasSubstr("box 1: its five numbers do not ascend"));
  EXPECT_THAT(message(boxes(), "/boxes/0/high", nullptr), HasSubstr("'high' is not a number"));
}

TEST_F(Figures, AnIdStandsForOneFigure) {
  auto json = nlohmann::json::parse(figuresToJson({sample()}));
  json["figures"].push_back(json["figures"][0]);
  EXPECT_THAT(messageFor(json.dump()), HasSubstr("figure 2 'bland-altman_1': its id comes twice"));
  EXPECT_THROW((void)figuresToJson({sample(), sample()}), std::invalid_argument);
}

TEST_F(Figures, ABadOneLeavesTheOthers) {
  auto json = nlohmann::json::parse(figuresToJson({sample(), table(), boxes()}));
  json["figures"][1]["cells"]["values"] = "none";
  json["figures"][2]["id"] = "../boxes";
  std::vector<std::string> problems;
  const auto back = readFigures(write(json.dump()), [&](const InputError& e) { problems.push_back(e.what()); });
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].id, sample().id);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_THAT(problems[0], HasSubstr("figure 2 'confusion'"));
  EXPECT_THAT(problems[1], HasSubstr("figure 3"));
}

TEST_F(Figures, NonsenseIsNotWritten) {
  const auto refused = [](auto&& change) {
    Figure figure = sample();
    change(figure);
    EXPECT_THROW((void)figuresToJson({figure}), std::invalid_argument);
  };
  refused([](Figure& f) { f.series[0].y[1] = std::nan(""); });
  refused([](Figure& f) { f.series[3].upper[0] = std::numeric_limits<double>::infinity(); });
  refused([](Figure& f) { f.series[0].y.pop_back(); });
  refused([](Figure& f) { f.x.most = std::nan(""); });
  refused([](Figure& f) { f.id = "a/b"; });
  Figure box = boxes();
  box.boxes[0].outliers[0] = std::nan("");
  EXPECT_THROW((void)figuresToJson({box}), std::invalid_argument);
}

TEST_F(Figures, BarsMayLie) {
  Figure figure;
  figure.id = "lying";
  figure.y.categories = {"a", "b"};
  figure.series = {{"", SeriesRole::system, SeriesShape::bars, {5, 3}, {0, 1}, {}, {}}};
  EXPECT_EQ(problemOf(figure), "");
  figure.x.categories = {"c", "d"};
  EXPECT_THAT(problemOf(figure), HasSubstr("x does not ascend"));
}

} // namespace
} // namespace hipcuff::report
