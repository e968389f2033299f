// The report for programs: hipcuff.validation/1.
#include "text.h"

#include "hipcuff/validation/document_writers.h"

#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace hipcuff::validation {
namespace {

using Json = nlohmann::ordered_json;

Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json valueJson(const Addressed& one) {
  const Quantity& q = *one.quantity;
  Json node;
  node["id"] = one.id;
  node["format"] = toString(q.format);
  if (q.test) {
    node["p"] = number(q.test->p);
    node["statistic"] = number(q.test->statistic);
    node["df"] = number(q.test->df);
    node["df2"] = number(q.test->df2);
  } else {
    node["value"] = number(q.estimate.value);
    node["lower"] = q.estimate.ci ? number(q.estimate.ci->lower) : Json(nullptr);
    node["upper"] = q.estimate.ci ? number(q.estimate.ci->upper) : Json(nullptr);
    node["se"] = number(q.estimate.se);
  }
  node["hits"] = q.hits ? Json(*q.hits) : Json(nullptr);
  node["n"] = q.n ? Json(*q.n) : Json(nullptr);
  node["method"] = q.test ? q.test->method : q.estimate.method;
  node["note"] = q.test ? q.test->note : q.estimate.note;
  return node;
}

Json boxJson(const Flow::Box& box) {
  return Json{{"title", cleanUtf8(box.title)}, {"lines", box.lines}};
}

struct BlockJson {
  Json operator()(const Paragraph& paragraph) const {
    const char* kind = paragraph.kind == ParagraphKind::warning ? "warning"
                       : paragraph.kind == ParagraphKind::note  ? "note"
                                                                : "text";
    return Json{{"type", "paragraph"}, {"kind", kind}, {"text", cleanUtf8(paragraph.text)}};
  }
  Json operator()(const Bullets& bullets) const {
    Json items = Json::array();
    for (const std::string& item : bullets.items)
      items.push_back(cleanUtf8(item));
    return Json{{"type", "list"}, {"items", items}};
  }
  Json operator()(const Table& table) const {
    Json columns = Json::array();
    for (const Column& column : table.columns)
      columns.push_back({{"key", column.key}, {"label", cleanUtf8(column.label)}});
    Json rows = Json::array();
    for (const Row& row : table.rows) {
      Json cells = Json::array();
      for (const Cell& cell : row.cells)
        cells.push_back(plainText(cell));
      rows.push_back({{"key", cleanUtf8(row.key)}, {"cells", cells}});
    }
    return Json{{"type", "table"},    {"id", table.id}, {"title", cleanUtf8(table.title)},
                {"columns", columns}, {"rows", rows},   {"notes", table.notes}};
  }
  Json operator()(const Figure& figure) const {
    return Json{{"type", "figure"}, {"id", figure.id}, {"title", figure.title}, {"caption", figure.caption}};
  }
  Json operator()(const Flow& flow) const {
    Json steps = Json::array();
    for (const Flow::Step& step : flow.steps)
      steps.push_back({{"box", boxJson(step.box)}, {"left", step.left ? boxJson(*step.left) : Json(nullptr)}});
    Json ends = Json::array();
    for (const Flow::Box& end : flow.ends)
      ends.push_back(boxJson(end));
    return Json{{"type", "flow"}, {"id", flow.id}, {"title", flow.title}, {"steps", steps}, {"ends", ends}};
  }
};

} // namespace

std::string toJson(const Document& document) {
  Json root;
  root["schema"] = "hipcuff.validation/1";
  root["software"] = {{"name", "hipcuff"}, {"version", version}};
  root["notice"] = notice;
  root["created"] = document.created;
  root["title"] = cleanUtf8(document.title);
  root["command"] = cleanUtf8(document.command);
  root["settings"] = Json::object();
  for (const auto& [name, value] : document.settings)
    root["settings"][cleanUtf8(name)] = cleanUtf8(value);
  root["inputs"] = Json::array();
  for (const HashedInput& input : document.inputs)
    root["inputs"].push_back({{"role", input.role}, {"path", cleanUtf8(input.path)}, {"sha256", input.sha256}});
  root["values"] = Json::array();
  for (const Addressed& one : quantitiesOf(document))
    root["values"].push_back(valueJson(one));
  root["sections"] = Json::array();
  for (const Section& section : document.sections) {
    Json blocks = Json::array();
    for (const Block& block : section.blocks)
      blocks.push_back(std::visit(BlockJson{}, block));
    root["sections"].push_back(
        {{"id", section.id}, {"title", section.title}, {"level", section.level}, {"blocks", blocks}});
  }
  return root.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace hipcuff::validation
