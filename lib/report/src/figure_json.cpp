#include "hipcuff/report/figure_json.h"

#include "json_node.h"
#include "text.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <set>
#include <stdexcept>

namespace hipcuff::report {
namespace {

constexpr const char* schema = "hipcuff.figures/1";
constexpr const char* remedy = "give the figures.json that hipcuff validate or hipcuff batch wrote";

/// No axis of a chart reaches farther.
constexpr double largestNumber = 1e15;
constexpr std::size_t longestId = 100;
constexpr std::size_t mostCells = 60; ///< a side, or categories of an axis: more can't be read in print

// ---- what a figure must keep

bool believable(double value) {
  return std::abs(value) <= largestNumber; // false for NaN
}

bool believable(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return believable(v); });
}

bool plainName(const std::string& id) {
  return !id.empty() && id.size() <= longestId &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == std::string::npos;
}

std::string problemOf(const Axis& axis, const std::string& name) {
  for (const auto& end : {axis.least, axis.most})
    if (end && !believable(*end))
      return name + " axis: an end is not a finite number";
  if (axis.least && axis.most && !(*axis.least < *axis.most))
    return name + " axis: its least is not below its most";
  if (axis.categories.size() > mostCells)
    return name + " axis: more than " + std::to_string(mostCells) + " categories";
  return {};
}

/// @param lying y has categories and x has not: bars lie along x, error bars too
std::string problemOf(const Series& series, bool lying) {
  const std::size_t count = series.x.size();
  if (series.y.size() != count)
    return "x and y differ in length";
  for (const auto* values : {&series.x, &series.y, &series.upper, &series.lower})
    if (!believable(*values))
      return "a number is not finite";
  const auto fits = [&](const std::vector<double>& values) { return values.empty() || values.size() == count; };
  if (!fits(series.upper) || !fits(series.lower))
    return "upper or lower differ from x in length";
  const bool band = series.shape == SeriesShape::band;
  const bool plainLine = series.shape == SeriesShape::line || series.shape == SeriesShape::steps;
  if (plainLine && (!series.upper.empty() || !series.lower.empty()))
    return "lines and steps have no error bars: give a band of its own";
  if (band && (series.upper.size() != count || !series.lower.empty()))
    return "a band needs upper, one for each x, and no lower";
  const std::vector<double>& low = band ? series.y : series.lower;
  if (!low.empty() && !series.upper.empty())
    for (std::size_t i = 0; i < count; ++i)
      if (low[i] > series.upper[i])
        return "a lower end lies above its upper end";
  const bool bars = series.shape == SeriesShape::bars;
  const std::vector<double>& order = bars && lying ? series.y : series.x;
  if ((bars || plainLine || band) && !std::is_sorted(order.begin(), order.end()))
    return "x does not ascend";
  return {};
}

std::string problemOf(const CellTable& cells) {
  if (cells.rows.empty() || cells.columns.empty())
    return "no rows or no columns";
  if (cells.rows.size() > mostCells || cells.columns.size() > mostCells)
    return "more than " + std::to_string(mostCells) + " rows or columns";
  if (cells.values.size() != cells.rows.size())
    return "values and rows differ in length";
  for (const auto& row : cells.values) {
    if (row.size() != cells.columns.size())
      return "values and columns differ in length";
    if (!believable(row) || std::any_of(row.begin(), row.end(), [](double v) { return v < 0; }))
      return "a count is negative or not finite";
  }
  return {};
}

std::string problemOf(const Box& box) {
  for (const double value : {box.low, box.quarter, box.median, box.threeQuarters, box.high})
    if (!believable(value))
      return "a number is not finite";
  if (!believable(box.outliers))
    return "a number is not finite";
  if (!(box.low <= box.quarter && box.quarter <= box.median && box.median <= box.threeQuarters &&
        box.threeQuarters <= box.high))
    return "its five numbers do not ascend";
  return {};
}

// ---- writing

Json toJson(const Axis& axis) {
  Json out{{"label", axis.label}, {"least", nullptr}, {"most", nullptr}, {"categories", axis.categories}};
  if (axis.least)
    out["least"] = *axis.least;
  if (axis.most)
    out["most"] = *axis.most;
  return out;
}

Json toJson(const Series& series) {
  return {{"name", series.name},
          {"role", toString(series.role)},
          {"shape", toString(series.shape)},
          {"x", series.x},
          {"y", series.y},
          {"upper", series.upper},
          {"lower", series.lower}};
}

Json toJson(const std::optional<CellTable>& cells) {
  if (!cells)
    return nullptr;
  return {{"row_title", cells->rowTitle},
          {"column_title", cells->columnTitle},
          {"rows", cells->rows},
          {"columns", cells->columns},
          {"values", cells->values}};
}

Json toJson(const Box& box) {
  return {{"category", box.category},
          {"low", box.low},
          {"quarter", box.quarter},
          {"median", box.median},
          {"three_quarters", box.threeQuarters},
          {"high", box.high},
          {"outliers", box.outliers}};
}

Json toJson(const Figure& figure) {
  Json out{{"id", figure.id},         {"title", figure.title},         {"caption", figure.caption},
           {"x", toJson(figure.x)},   {"y", toJson(figure.y)},         {"square", figure.square},
           {"series", Json::array()}, {"cells", toJson(figure.cells)}, {"boxes", Json::array()}};
  for (const Series& series : figure.series)
    out["series"].push_back(toJson(series));
  for (const Box& box : figure.boxes)
    out["boxes"].push_back(toJson(box));
  return out;
}

// ---- reading: null and missing are the same, as in Node; anything else that is not expected is an error

[[noreturn]] void fail(const Node& node, const std::string& problem) {
  throw InputError(node.origin().file, (node.origin().what.empty() ? "" : node.origin().what + ": ") + problem, remedy);
}

/// An object without fields of other names: a misspelt one would be left out in silence.
void requireOnly(const Node& node, std::initializer_list<const char*> known) {
  if (!node.json().is_object())
    node.fail("is not an object");
  for (const auto& [key, value] : node.json().items())
    if (std::none_of(known.begin(), known.end(), [&key = key](const char* k) { return key == k; }))
      fail(node, "unknown field '" + toUtf8(key) + "'");
}

std::vector<double> numbers(const Node& list) {
  std::vector<double> out;
  out.reserve(list.size());
  list.each([&](const Node& item) {
    if (!item.json().is_number())
      list.fail("holds something that is not a number");
    out.push_back(item.json().get<double>());
  });
  return out;
}

double needed(const Node& node) {
  if (!node.json().is_number())
    node.fail("is not a number");
  return node.json().get<double>();
}

std::optional<double> optionalNumber(const Node& node) {
  return node.there() ? std::optional<double>(needed(node)) : std::nullopt;
}

Axis axisFrom(const Node& node) {
  Axis out;
  if (!node.there())
    return out;
  requireOnly(node, {"label", "least", "most", "categories"});
  out.label = node["label"].text();
  out.least = optionalNumber(node["least"]);
  out.most = optionalNumber(node["most"]);
  out.categories = node["categories"].texts();
  return out;
}

Series seriesFrom(const Node& node) {
  requireOnly(node, {"name", "role", "shape", "x", "y", "upper", "lower"});
  Series out;
  out.name = node["name"].text();
  out.role = node["role"].word<SeriesRole>().value_or(SeriesRole::other);
  const auto shape = node["shape"].word<SeriesShape>();
  if (!shape)
    fail(node, "a series has no 'shape'");
  out.shape = *shape;
  out.x = numbers(node["x"]);
  out.y = numbers(node["y"]);
  out.upper = numbers(node["upper"]);
  out.lower = numbers(node["lower"]);
  return out;
}

CellTable cellsFrom(const Node& node) {
  requireOnly(node, {"row_title", "column_title", "rows", "columns", "values"});
  CellTable out{
      node["row_title"].text(), node["column_title"].text(), node["rows"].texts(), node["columns"].texts(), {}};
  node["values"].each([&](const Node& row) { out.values.push_back(numbers(row)); });
  return out;
}

Box boxFrom(const Node& node) {
  requireOnly(node, {"category", "low", "quarter", "median", "three_quarters", "high", "outliers"});
  Box out;
  out.category = node["category"].text();
  out.low = needed(node["low"]);
  out.quarter = needed(node["quarter"]);
  out.median = needed(node["median"]);
  out.threeQuarters = needed(node["three_quarters"]);
  out.high = needed(node["high"]);
  out.outliers = numbers(node["outliers"]);
  return out;
}

Figure figureFrom(const Node& node) {
  requireOnly(node, {"id", "title", "caption", "x", "y", "series", "cells", "boxes", "square"});
  Figure out;
  out.id = node["id"].text();
  out.title = node["title"].text();
  out.caption = node["caption"].text();
  out.x = axisFrom(node["x"]);
  out.y = axisFrom(node["y"]);
  node["series"].each([&](const Node& series) { out.series.push_back(seriesFrom(series)); });
  if (const Node cells = node["cells"]; cells.there())
    out.cells = cellsFrom(cells);
  node["boxes"].each([&](const Node& box) { out.boxes.push_back(boxFrom(box)); });
  out.square = node["square"].flag().value_or(false);
  if (const std::string problem = report::problemOf(out); !problem.empty())
    fail(node, problem);
  return out;
}

/// Node's own remedy is another one.
InputError ours(const InputError& e) {
  return {e.path(), e.problem(), remedy};
}

Json parsed(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    throw InputError(file, std::filesystem::exists(file, ignored) ? "is not a file" : "is not there", remedy);
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in || text.empty())
    throw InputError(file, "can't be read or is empty", remedy);
  const Origin origin{file, {}};
  Json json = parseBounded(text, origin);
  if (!json.is_object() || !json.contains("schema") || json["schema"] != schema)
    throw InputError(file, std::string("is not a ") + schema + " file", remedy);
  const Node root(json, origin);
  requireOnly(root, {"schema", "figures"});
  if (!json.contains("figures") || !json["figures"].is_array())
    fail(root, "'figures' is not a list");
  return json;
}

} // namespace

std::string problemOf(const Figure& figure) {
  if (!plainName(figure.id))
    return "its id is not a plain file name of up to " + std::to_string(longestId) + " letters, digits, - and _";
  if (figure.cells && (!figure.series.empty() || !figure.boxes.empty()))
    return "cells stand alone, without series and boxes";
  for (const auto& [axis, name] : {std::pair(&figure.x, "x"), std::pair(&figure.y, "y")})
    if (std::string problem = problemOf(*axis, name); !problem.empty())
      return problem;
  const bool lying = figure.x.categories.empty() && !figure.y.categories.empty();
  for (std::size_t i = 0; i < figure.series.size(); ++i)
    if (const std::string problem = problemOf(figure.series[i], lying); !problem.empty())
      return "series " + std::to_string(i + 1) + ": " + problem;
  if (figure.cells)
    if (const std::string problem = problemOf(*figure.cells); !problem.empty())
      return "cells: " + problem;
  if (figure.boxes.size() > mostCells)
    return "more than " + std::to_string(mostCells) + " boxes";
  for (std::size_t i = 0; i < figure.boxes.size(); ++i)
    if (const std::string problem = problemOf(figure.boxes[i]); !problem.empty())
      return "box " + std::to_string(i + 1) + ": " + problem;
  return {};
}

std::string figuresToJson(const std::vector<Figure>& figures) {
  Json out{{"schema", schema}, {"figures", Json::array()}};
  std::set<std::string> ids;
  for (const Figure& figure : figures) {
    if (const std::string problem = problemOf(figure); !problem.empty())
      throw std::invalid_argument("figure '" + figure.id + "': " + problem);
    if (!ids.insert(figure.id).second)
      throw std::invalid_argument("figure '" + figure.id + "' comes twice");
    out["figures"].push_back(toJson(figure));
  }
  return dump(out) + "\n";
}

std::vector<Figure> readFigures(const std::filesystem::path& file, const std::function<void(const InputError&)>& bad) {
  Json json;
  try {
    json = parsed(file);
  } catch (const InputError& e) {
    throw ours(e);
  }
  std::vector<Figure> out;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < json["figures"].size(); ++i) {
    const Json& figure = json["figures"][i];
    const auto id = figure.is_object() && figure.contains("id") && figure["id"].is_string()
                        ? " '" + toUtf8(figure["id"].get<std::string>()) + "'"
                        : std::string();
    const Origin origin{file, "figure " + std::to_string(i + 1) + id};
    try {
      const Node node(figure, origin);
      Figure read = figureFrom(node);
      if (!ids.insert(read.id).second)
        fail(node, "its id comes twice");
      out.push_back(std::move(read));
    } catch (const InputError& e) {
      bad(ours(e));
    }
  }
  return out;
}

std::vector<Figure> readFigures(const std::filesystem::path& file) {
  return readFigures(file, [](const InputError& e) { throw e; });
}

} // namespace hipcuff::report
