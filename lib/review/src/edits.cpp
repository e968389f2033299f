#include "hipcuff/review/edits.h"

#include "edits_json.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace hipcuff::review {
namespace {

using Json = nlohmann::json;

constexpr double maxPx = 1e6;
constexpr double maxMm = 1e4;
constexpr std::size_t maxText = 2000;                 ///< bytes
constexpr std::size_t maxPoints = 20000;              ///< of one line: a pointer at 1,000 Hz for 20 s
constexpr std::size_t maxJson = std::size_t{4} << 20; ///< bytes: three such lines fit in

[[noreturn]] void refuse(const std::string& problem) {
  throw InputError({}, problem, {});
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// What an edit may be, whether it comes from a file or from the program: what is written can be read again.

/// As it is written.
double rounded(double px) {
  return std::round(px * 100) / 100 + 0.0; // + 0.0: never "-0.0"
}

void check(Point p) {
  // In this form NaN is refused too.
  if (!(std::abs(rounded(p.x)) < maxPx && std::abs(rounded(p.y)) < maxPx))
    refuse("a coordinate is beyond 1,000,000 px");
}

void check(const Polyline& px, std::size_t atLeast, const char* what) {
  if (px.size() < atLeast || px.size() > maxPoints)
    refuse(std::string(what) + " has " + std::to_string(px.size()) + " points, " + std::to_string(atLeast) + " to " +
           std::to_string(maxPoints) + " were expected");
  for (const Point p : px)
    check(p);
}

void checkText(const std::string& text, const char* what) {
  if (text.size() > maxText)
    refuse(std::string(what) + " is longer than 2,000 bytes");
}

void checkCount(int value, const char* what) {
  if (value < 0)
    refuse(std::string(what) + " is negative");
}

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

void check(const Annotation& a) {
  checkCount(a.id, "the annotation's id");
  checkCount(a.frame, "the annotation's frame");
  const std::size_t points = a.kind == Annotation::Kind::caliper ? 2 : a.kind == Annotation::Kind::angle ? 3 : 1;
  check(a.px, points, toString(a.kind));
  if (a.px.size() != points)
    refuse(std::string(toString(a.kind)) + " has " + std::to_string(a.px.size()) + " points, " +
           std::to_string(points) + " were expected");
  checkText(a.text, "the annotation's text");
  if (a.value && !std::isfinite(*a.value))
    refuse("the annotation's value is not finite");
}

void check(const EditRecord& record) {
  checkCount(record.frame, "the frame");
  checkText(record.by, "by");
  checkText(record.at, "at");
  std::visit(Overloaded{
                 [](const RedrawBorder& e) { check(e.px, 2, "the border"); },
                 [](const DrawTendon& e) {
                   check(e.cortexPx, 2, "the cortex");
                   check(e.superficialPx, 2, "the superficial border");
                 },
                 [](const SetExtent& e) {
                   check(e.arrivalPx);
                   check(e.endPx);
                 },
                 [](const AddDiscontinuity& e) { check(e.px, 3, "the outline"); },
                 // However small the outline is that was shown: a person must be able to reject it.
                 [](const RejectDiscontinuity& e) { check(e.px, 1, "the outline"); },
                 [](const SetFrame& e) { checkCount(e.frame, "the representative frame"); },
                 [](const Calibrate& e) {
                   check(e.fromPx);
                   check(e.toPx);
                   if (!(e.mm > 0 && e.mm < maxMm))
                     refuse("the ruler's length is not between 0 and 10,000 mm");
                 },
                 [](const PutAnnotation& e) { check(e.annotation); },
                 [](const RemoveAnnotation& e) { checkCount(e.id, "the annotation's id"); },
                 [](const Decide& e) {
                   checkText(e.subtype, "the subtype");
                   checkText(e.reason, "the reason");
                   if (e.verdict != Verdict::accepted && blank(e.reason))
                     refuse("a changed or refused grade has no reason");
                 },
                 [](const auto&) {},
             },
             record.edit);
}

// Values to JSON

Json json(Point p) {
  return Json::array({rounded(p.x), rounded(p.y)});
}

Json json(const Polyline& px) {
  Json list = Json::array();
  for (const Point p : px)
    list.push_back(json(p));
  return list;
}

Json json(const Annotation& a) {
  return {{"id", a.id},       {"frame", a.frame}, {"kind", toString(a.kind)},
          {"px", json(a.px)}, {"text", a.text},   {"value", a.value ? Json(*a.value) : Json(nullptr)}};
}

Json json(const Edit& edit) {
  return std::visit(
      Overloaded{
          [](const RedrawBorder& e) {
            return Json{{"do", "redraw_border"}, {"border", toString(e.border)}, {"px", json(e.px)}};
          },
          [](const DrawTendon& e) {
            return Json{{"do", "draw_tendon"},
                        {"cortex_px", json(e.cortexPx)},
                        {"superficial_px", json(e.superficialPx)},
                        {"arrives_from", e.arrivesFromLeft ? "left" : "right"}};
          },
          [](const SetExtent& e) {
            return Json{{"do", "set_extent"}, {"arrival_px", json(e.arrivalPx)}, {"end_px", json(e.endPx)}};
          },
          [](const AddDiscontinuity& e) {
            return Json{{"do", "add_discontinuity"}, {"px", json(e.px)}};
          },
          [](const RejectDiscontinuity& e) {
            return Json{{"do", "reject_discontinuity"}, {"px", json(e.px)}};
          },
          [](const SetFrame& e) {
            return Json{{"do", "set_frame"}, {"to", e.frame}};
          },
          [](const SetSide& e) {
            return Json{{"do", "set_side"}, {"side", toString(e.side)}};
          },
          [](const SetView& e) {
            return Json{{"do", "set_view"}, {"view", toString(e.view)}};
          },
          [](const SetRegion& e) {
            return Json{{"do", "set_region"}, {"region", toString(e.region)}};
          },
          [](const Calibrate& e) {
            return Json{{"do", "calibrate"}, {"from_px", json(e.fromPx)}, {"to_px", json(e.toPx)}, {"mm", e.mm}};
          },
          [](const PutAnnotation& e) {
            return Json{{"do", "put_annotation"}, {"annotation", json(e.annotation)}};
          },
          [](const RemoveAnnotation& e) {
            return Json{{"do", "remove_annotation"}, {"id", e.id}};
          },
          [](const Decide& e) {
            Json out{{"do", "decide"}, {"verdict", toString(e.verdict)}, {"reason", e.reason}};
            if (e.verdict == Verdict::changed) {
              out["class"] = toString(e.grade);
              out["subtype"] = e.subtype;
            }
            return out;
          },
      },
      edit);
}

// JSON to values

const Json& at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end())
    refuse(std::string(key) + " is missing");
  return *found;
}

std::string text(const Json& object, const char* key) {
  const Json& value = at(object, key);
  if (!value.is_string())
    refuse(std::string(key) + " is not a text");
  return value.get<std::string>();
}

double number(const Json& value, const char* what) {
  if (!value.is_number())
    refuse(std::string(what) + " is not a number");
  return value.get<double>();
}

int count(const Json& object, const char* key) {
  const Json& value = at(object, key);
  // A positive number is unsigned to the parser, and may be beyond the signed range.
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT_MAX))
    refuse(std::string(key) + " is not a whole number from 0 on");
  return static_cast<int>(value.get<std::uint64_t>());
}

Point point(const Json& value, const char* what) {
  if (!value.is_array() || value.size() != 2)
    refuse(std::string(what) + " holds something that is not [x, y]");
  return {number(value[0], what), number(value[1], what)};
}

Polyline polyline(const Json& object, const char* key) {
  const Json& list = at(object, key);
  if (!list.is_array())
    refuse(std::string(key) + " is not a list of points");
  Polyline px;
  px.reserve(std::min(list.size(), maxPoints));
  for (const Json& p : list)
    px.push_back(point(p, key));
  return px;
}

/// The one among `all` whose word stands there.
template <typename Enum, std::size_t n>
Enum oneOf(const Json& object, const char* key, const std::array<Enum, n>& all) {
  const std::string word = text(object, key);
  for (const Enum e : all)
    if (word == toString(e))
      return e;
  refuse(std::string(key) + " is no word that is known here");
}

constexpr std::array borders{Border::cortex, Border::deep, Border::superficial};
constexpr std::array sides{Side::left, Side::right};
constexpr std::array views{View::longAxis, View::shortAxis};
constexpr std::array regions{BodyRegion::lateralHip, BodyRegion::other};
constexpr std::array kinds{Annotation::Kind::caliper, Annotation::Kind::angle, Annotation::Kind::text};
constexpr std::array verdicts{Verdict::accepted, Verdict::changed, Verdict::refused};
constexpr std::array classes{GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                             GradeClass::fullThickness, GradeClass::notGradable};

Annotation annotation(const Json& object) {
  if (!object.is_object())
    refuse("annotation is not an object");
  Annotation a;
  a.id = count(object, "id");
  a.frame = count(object, "frame");
  a.kind = oneOf(object, "kind", kinds);
  a.px = polyline(object, "px");
  a.text = text(object, "text");
  if (const Json& value = at(object, "value"); !value.is_null())
    a.value = number(value, "value");
  return a;
}

Edit edit(const Json& o) {
  const std::string what = text(o, "do");
  if (what == "redraw_border")
    return RedrawBorder{oneOf(o, "border", borders), polyline(o, "px")};
  if (what == "draw_tendon") {
    const std::string from = text(o, "arrives_from");
    if (from != "left" && from != "right")
      refuse("arrives_from is neither left nor right");
    return DrawTendon{polyline(o, "cortex_px"), polyline(o, "superficial_px"), from == "left"};
  }
  if (what == "set_extent")
    return SetExtent{point(at(o, "arrival_px"), "arrival_px"), point(at(o, "end_px"), "end_px")};
  if (what == "add_discontinuity")
    return AddDiscontinuity{polyline(o, "px")};
  if (what == "reject_discontinuity")
    return RejectDiscontinuity{polyline(o, "px")};
  if (what == "set_frame")
    return SetFrame{count(o, "to")};
  if (what == "set_side")
    return SetSide{oneOf(o, "side", sides)};
  if (what == "set_view")
    return SetView{oneOf(o, "view", views)};
  if (what == "set_region")
    return SetRegion{oneOf(o, "region", regions)};
  if (what == "calibrate")
    return Calibrate{point(at(o, "from_px"), "from_px"), point(at(o, "to_px"), "to_px"), number(at(o, "mm"), "mm")};
  if (what == "put_annotation")
    return PutAnnotation{annotation(at(o, "annotation"))};
  if (what == "remove_annotation")
    return RemoveAnnotation{count(o, "id")};
  if (what == "decide") {
    Decide decide;
    decide.verdict = oneOf(o, "verdict", verdicts);
    decide.reason = text(o, "reason");
    if (decide.verdict == Verdict::changed) {
      decide.grade = oneOf(o, "class", classes);
      decide.subtype = text(o, "subtype");
    }
    return decide;
  }
  refuse("what it does is unknown here");
}

// For people

const char* words(GradeClass grade) {
  switch (grade) {
  case GradeClass::normal:
    return "normal";
  case GradeClass::tendinosis:
    return "tendinosis";
  case GradeClass::partialThickness:
    return "partial-thickness tear";
  case GradeClass::fullThickness:
    return "full-thickness tear";
  case GradeClass::notGradable:
    break;
  }
  return "not gradable";
}

const char* words(Annotation::Kind kind) {
  switch (kind) {
  case Annotation::Kind::caliper:
    return "caliper laid";
  case Annotation::Kind::angle:
    return "angle laid";
  case Annotation::Kind::text:
    break;
  }
  return "text written";
}

/// Without trailing zeros, "." in every locale.
std::string shortNumber(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

} // namespace

const char* toString(Border border) noexcept {
  switch (border) {
  case Border::cortex:
    return "cortex";
  case Border::deep:
    return "deep";
  case Border::superficial:
    break;
  }
  return "superficial";
}

std::string toJson(const EditRecord& record) {
  check(record);
  Json out = json(record.edit);
  out["frame"] = record.frame;
  out["by"] = record.by;
  out["at"] = record.at;
  try {
    return out.dump();
  } catch (const Json::exception&) { // the one thing that dump() refuses
    refuse("a text is not UTF-8");
  }
}

EditRecord editFrom(const Json& object) try {
  if (!object.is_object())
    refuse("it is no JSON object");
  EditRecord record;
  record.edit = edit(object);
  record.frame = count(object, "frame");
  record.by = text(object, "by");
  record.at = text(object, "at");
  check(record);
  return record;
} catch (const InputError& e) {
  throw InputError({}, "not an edit: " + e.problem(), "it was written by another program or is damaged");
}

EditRecord editFromJson(std::string_view bytes) {
  if (bytes.size() > maxJson)
    throw InputError({}, "not an edit: it is longer than 4 MiB", "it was written by another program");
  return editFrom(Json::parse(bytes, nullptr, false)); // what is not UTF-8 is no JSON either
}

std::string describe(const Edit& edit) {
  return std::visit(
      Overloaded{
          [](const RedrawBorder& e) -> std::string {
            return e.border == Border::cortex ? "cortex redrawn" : toString(e.border) + std::string(" border redrawn");
          },
          [](const DrawTendon&) -> std::string { return "tendon drawn"; },
          [](const SetExtent&) -> std::string { return "ends of the tendon set"; },
          [](const AddDiscontinuity&) -> std::string { return "tear outlined"; },
          [](const RejectDiscontinuity&) -> std::string { return "marked as not a tear"; },
          [](const SetFrame&) -> std::string { return "representative frame set"; },
          [](const SetSide& e) -> std::string {
            return e.side == Side::left ? "side set to left" : "side set to right";
          },
          [](const SetView& e) -> std::string {
            return e.view == View::longAxis ? "view set to long axis" : "view set to short axis";
          },
          [](const SetRegion& e) -> std::string {
            return e.region == BodyRegion::lateralHip ? "marked as a lateral hip" : "marked as not a lateral hip";
          },
          [](const Calibrate& e) -> std::string { return "calibrated by a ruler of " + shortNumber(e.mm) + " mm"; },
          [](const PutAnnotation& e) -> std::string { return words(e.annotation.kind); },
          [](const RemoveAnnotation&) -> std::string { return "annotation removed"; },
          [](const Decide& e) -> std::string {
            if (e.verdict == Verdict::accepted)
              return "grade accepted";
            if (e.verdict == Verdict::refused)
              return "refused as not fit to be graded";
            std::string text = std::string("grade changed to ") + words(e.grade);
            return e.subtype.empty() ? text : text + " (" + e.subtype + ")";
          },
      },
      edit);
}

} // namespace hipcuff::review
