#include "hipcuff/review/edits.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <clocale>
#include <limits>
#include <random>
#include <set>

namespace hipcuff::review {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

EditRecord record(Edit edit) {
  return {std::move(edit), 3, "Zoë Ömer", "2026-05-04T09:30:00Z"};
}

Annotation caliper() {
  return {7, 4, Annotation::Kind::caliper, {{10, 20}, {30.25, 40}}, "thickest \"here\"\n", 4.125};
}

std::vector<Edit> oneOfEach() {
  const Polyline line{{10, 20}, {11.5, 20.25}, {13, 19.75}};
  return {RedrawBorder{Border::cortex, line},
          RedrawBorder{Border::deep, line},
          RedrawBorder{Border::superficial, line},
          DrawTendon{line, {{1, 2}, {3, 4}}, true},
          DrawTendon{line, {{1, 2}, {3, 4}}, false},
          SetExtent{{1, 2}, {300.5, 4}},
          AddDiscontinuity{line},
          RejectDiscontinuity{line},
          SetFrame{12},
          SetSide{Side::left},
          SetSide{Side::right},
          SetView{View::longAxis},
          SetView{View::shortAxis},
          SetRegion{BodyRegion::lateralHip},
          SetRegion{BodyRegion::other},
          Calibrate{{100, 50}, {100, 450}, 0.1 + 0.2},
          PutAnnotation{caliper()},
          PutAnnotation{{0, 0, Annotation::Kind::angle, {{0, 0}, {1, 1}, {2, 0}}, "", std::nullopt}},
          PutAnnotation{{1, 0, Annotation::Kind::text, {{5, 5}}, "see the other side", std::nullopt}},
          RemoveAnnotation{7},
          Decide{Verdict::accepted, GradeClass::notGradable, "", ""},
          Decide{Verdict::changed, GradeClass::partialThickness, "undersurface", "seen in both planes"},
          Decide{Verdict::refused, GradeClass::notGradable, "", "gain too low"}};
}

TEST(Edits, EveryKindIsReadBackAsItWas) {
  const std::vector<Edit> all = oneOfEach();
  std::set<std::size_t> kinds;
  std::set<std::string> lines;
  for (const Edit& edit : all) {
    const std::string line = toJson(record(edit));
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const EditRecord back = editFromJson(line);
    EXPECT_EQ(toJson(back), line);
    EXPECT_EQ(back.edit.index(), edit.index());
    EXPECT_EQ(back.frame, 3);
    EXPECT_EQ(back.by, "Zoë Ömer");
    EXPECT_EQ(back.at, "2026-05-04T09:30:00Z");
    kinds.insert(edit.index());
    lines.insert(line);
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Edit>); // a new kind belongs into this test
  EXPECT_EQ(lines.size(), all.size());                // and no two of them look the same
}

TEST(Edits, ValuesComeBack) {
  const auto through = [](Edit edit) { return editFromJson(toJson(record(std::move(edit)))).edit; };
  const auto border = std::get<RedrawBorder>(through(RedrawBorder{Border::deep, {{1.25, 2}, {-3, 4}}}));
  EXPECT_EQ(border.border, Border::deep);
  EXPECT_EQ(border.px, (Polyline{{1.25, 2}, {-3, 4}}));
  const auto tendon = std::get<DrawTendon>(through(DrawTendon{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}, false}));
  EXPECT_EQ(tendon.cortexPx, (Polyline{{1, 2}, {3, 4}}));
  EXPECT_EQ(tendon.superficialPx, (Polyline{{5, 6}, {7, 8}}));
  EXPECT_FALSE(tendon.arrivesFromLeft);
  const auto extent = std::get<SetExtent>(through(SetExtent{{1, 2}, {3, 4}}));
  EXPECT_EQ(extent.arrivalPx, (Point{1, 2}));
  EXPECT_EQ(extent.endPx, (Point{3, 4}));
  EXPECT_EQ(std::get<SetFrame>(through(SetFrame{12})).frame, 12);
  const auto ruler = std::get<Calibrate>(through(Calibrate{{1, 2}, {3, 4}, 0.1 + 0.2}));
  EXPECT_EQ(ruler.fromPx, (Point{1, 2}));
  EXPECT_EQ(ruler.toPx, (Point{3, 4}));
  EXPECT_EQ(ruler.mm, 0.1 + 0.2);
  const Annotation a = std::get<PutAnnotation>(through(PutAnnotation{caliper()})).annotation;
  EXPECT_EQ(a.id, 7);
  EXPECT_EQ(a.frame, 4);
  EXPECT_EQ(a.kind, Annotation::Kind::caliper);
  EXPECT_EQ(a.px, (Polyline{{10, 20}, {30.25, 40}}));
  EXPECT_EQ(a.text, "thickest \"here\"\n");
  EXPECT_EQ(a.value, 4.125);
  const auto decide =
      std::get<Decide>(through(Decide{Verdict::changed, GradeClass::fullThickness, "retracted", "bare facet"}));
  EXPECT_EQ(decide.verdict, Verdict::changed);
  EXPECT_EQ(decide.grade, GradeClass::fullThickness);
  EXPECT_EQ(decide.subtype, "retracted");
  EXPECT_EQ(decide.reason, "bare facet");
}

TEST(Edits, CoordinatesAreKeptToAHundredthOfAPixel) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> anywhere(-2000, 4000);
  Polyline px;
  for (int i = 0; i < 1000; ++i)
    px.push_back({anywhere(random), anywhere(random)});
  const EditRecord back = editFromJson(toJson(record(AddDiscontinuity{px})));
  const Polyline& kept = std::get<AddDiscontinuity>(back.edit).px;
  ASSERT_EQ(kept.size(), px.size());
  for (std::size_t i = 0; i < px.size(); ++i) {
    EXPECT_NEAR(kept[i].x, px[i].x, 0.00501);
    EXPECT_NEAR(kept[i].y, px[i].y, 0.00501);
  }
  const std::string line = toJson(record(SetExtent{{1.0 / 3, -0.001}, {2.0 / 3, 0}}));
  EXPECT_THAT(line, HasSubstr("[0.33,0.0]"));
  EXPECT_THAT(line, HasSubstr("[0.67,0.0]"));
}

TEST(Edits, WhatCannotBeReadBackIsNotWritten) {
  const std::string tooLong(2001, 'x');
  const std::vector<Edit> hostile{
      RedrawBorder{Border::cortex, {}},
      RedrawBorder{Border::cortex, {{1, 2}}},
      RedrawBorder{Border::cortex, {{1, 2}, {nan, 3}}},
      RedrawBorder{Border::cortex, {{1, 2}, {3, inf}}},
      RedrawBorder{Border::cortex, {{1, 2}, {1e6, 3}}},
      RedrawBorder{Border::cortex, Polyline(20001, Point{1, 1})},
      DrawTendon{{{1, 2}, {3, 4}}, {{5, 6}}, true},
      DrawTendon{{{1, 2}}, {{5, 6}, {7, 8}}, true},
      SetExtent{{nan, 1}, {1, 1}},
      SetExtent{{1, 1}, {1, -1e6}},
      SetExtent{{999999.998, 1}, {1, 1}}, // a million once it is rounded
      AddDiscontinuity{{{1, 2}, {3, 4}}},
      RejectDiscontinuity{{}},
      SetFrame{-1},
      Calibrate{{1, 2}, {3, 4}, 0},
      Calibrate{{1, 2}, {3, 4}, -5},
      Calibrate{{1, 2}, {3, 4}, nan},
      Calibrate{{1, 2}, {3, 4}, inf},
      PutAnnotation{{-1, 0, Annotation::Kind::text, {{1, 1}}, "", std::nullopt}},
      PutAnnotation{{1, -1, Annotation::Kind::text, {{1, 1}}, "", std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::caliper, {{1, 1}}, "", std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::angle, {{1, 1}, {2, 2}}, "", std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::text, {{1, 1}, {2, 2}}, "", std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::text, {{1, 1}}, tooLong, std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::text, {{1, 1}}, "\xff", std::nullopt}},
      PutAnnotation{{1, 0, Annotation::Kind::text, {{1, 1}}, "", nan}},
      RemoveAnnotation{-1},
      Decide{Verdict::changed, GradeClass::normal, "", ""},
      Decide{Verdict::changed, GradeClass::normal, "\xed\xa0\x80", "surrogate"},
      Decide{Verdict::refused, GradeClass::normal, "", " \n"},
      Decide{Verdict::accepted, GradeClass::normal, "", tooLong},
  };
  for (std::size_t i = 0; i < hostile.size(); ++i)
    EXPECT_THROW((void)toJson(record(hostile[i])), InputError) << i;
  EXPECT_THROW((void)toJson({SetFrame{1}, -1, "", ""}), InputError);
  EXPECT_THROW((void)toJson({SetFrame{1}, 0, "\xc3", ""}), InputError);
  EXPECT_THROW((void)toJson({SetFrame{1}, 0, "", tooLong}), InputError);
}

TEST(Edits, HostileTextsAreRefused) {
  const std::string tail = R"(, "frame": 0, "by": "", "at": ""})";
  for (const std::string& text : {
           std::string(),
           std::string("null"),
           std::string("[]"),
           std::string("{"),
           std::string("{}"),
           std::string("\0\0\0", 3),
           std::string("{} {}"),
           std::string(100000, '['),
           R"({"do": "set_frame"})" + tail,
           R"({"do": 3)" + tail,
           R"({"do": "format_disk")" + tail,
           R"({"do": "set_frame", "to": 1.5)" + tail,
           R"({"do": "set_frame", "to": -1)" + tail,
           R"({"do": "set_frame", "to": "1")" + tail,
           R"({"do": "set_frame", "to": 99999999999)" + tail,
           R"({"do": "set_frame", "to": 1e400)" + tail,
           std::string(R"({"do": "set_frame", "to": 1, "frame": -1, "by": "", "at": ""})"),
           std::string(R"({"do": "set_frame", "to": 1, "frame": null, "by": "", "at": ""})"),
           std::string(R"({"do": "set_frame", "to": 1, "frame": 0, "by": 7, "at": ""})"),
           std::string(R"({"do": "set_frame", "to": 1, "frame": 0, "by": ""})"),
           std::string("{\"do\": \"set_frame\", \"to\": 1, \"frame\": 0, \"by\": \"\xff\", \"at\": \"\"}"),
           R"({"do": "redraw_border", "border": "skin", "px": [[1, 2], [3, 4]])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": [[1, 2], [3, 4, 5]])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": [[1, 2], [3, "4"]])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": [[1, 2], [3, null]])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": [[1, 2], [3, 1e300]])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": [[1, 2], 3])" + tail,
           R"({"do": "redraw_border", "border": "deep", "px": {"0": [1, 2]})" + tail,
           R"({"do": "draw_tendon", "cortex_px": [[1, 2], [3, 4]], "superficial_px": [[1, 2], [3, 4]])" + tail,
           R"({"do": "set_side", "side": "l")" + tail,
           R"({"do": "set_view", "view": "oblique")" + tail,
           R"({"do": "set_region", "region": "knee")" + tail,
           R"({"do": "calibrate", "from_px": [0, 0], "to_px": [1, 1], "mm": 0)" + tail,
           R"({"do": "put_annotation", "annotation": [])" + tail,
           R"({"do": "decide", "verdict": "changed", "class": "torn", "subtype": "", "reason": "r")" + tail,
           R"({"do": "decide", "verdict": "changed", "reason": "r")" + tail,
           R"({"do": "decide", "verdict": "refused", "reason": "")" + tail,
       })
    EXPECT_THROW((void)editFromJson(text), InputError) << text.substr(0, 120);
  EXPECT_THROW((void)editFromJson(std::string(std::size_t{5} << 20, ' ')), InputError);
}

// Every byte of every kind of line changed: an edit or an InputError, nothing else.
TEST(Edits, DamagedLinesNeverDoMoreThanThrow) {
  std::mt19937 random(2);
  int refused = 0;
  for (const Edit& edit : oneOfEach()) {
    const std::string line = toJson(record(edit));
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::string damaged = line;
      damaged[i] = static_cast<char>(random());
      for (const std::string& text : {damaged, line.substr(0, i)}) {
        try {
          const EditRecord back = editFromJson(text);
          EXPECT_EQ(toJson(editFromJson(toJson(back))), toJson(back));
        } catch (const InputError&) {
          ++refused;
        }
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(Edits, ErrorsAreOneLine) {
  try {
    (void)editFromJson("{\"do\": \"set\\nframe\", \"frame\": 0}");
    FAIL();
  } catch (const InputError& e) {
    EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
  }
}

TEST(Edits, ADecimalPointInEveryLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8"})
    if (std::setlocale(LC_ALL, name))
      break;
  const std::string line = toJson(record(SetExtent{{1.25, 2}, {3.5, 4}}));
  const Edit back = editFromJson(line).edit;
  std::setlocale(LC_ALL, before.c_str());
  EXPECT_THAT(line, HasSubstr("[1.25,2.0]"));
  EXPECT_EQ(std::get<SetExtent>(back).arrivalPx, (Point{1.25, 2}));
}

TEST(Edits, WordsForPeople) {
  std::set<std::string> seen;
  for (const Edit& edit : oneOfEach()) {
    EXPECT_FALSE(describe(edit).empty());
    seen.insert(describe(edit));
  }
  EXPECT_GE(seen.size(), oneOfEach().size() - 1); // the tendon drawn from either side is one word
  EXPECT_EQ(describe(RedrawBorder{Border::superficial, {}}), "superficial border redrawn");
  EXPECT_EQ(describe(RejectDiscontinuity{}), "marked as not a tear");
  EXPECT_EQ(describe(Calibrate{{}, {}, 20}), "calibrated by a ruler of 20 mm");
  EXPECT_EQ(describe(Decide{Verdict::changed, GradeClass::partialThickness, "undersurface", ""}),
            "grade changed to partial-thickness tear (undersurface)");
}

} // namespace
} // namespace hipcuff::review
