#include "hipcuff/validation/document.h"

namespace hipcuff::validation {

const char* toString(Format format) noexcept {
  switch (format) {
  case Format::share:
    return "share";
  case Format::points:
    return "points";
  case Format::index:
    return "index";
  case Format::ratio:
    return "ratio";
  case Format::length:
    return "mm";
  case Format::plain:
    return "plain";
  case Format::pValue:
    return "p_value";
  }
  return "plain";
}

Cell words(std::string text) {
  Cell cell;
  cell.text = std::move(text);
  return cell;
}

Cell counted(long count) {
  Cell cell;
  cell.count = count;
  return cell;
}

Cell share(statistics::Estimate estimate, std::optional<long> hits, std::optional<long> total) {
  Cell cell = quantity(std::move(estimate), Format::share, total);
  cell.quantity->hits = hits;
  return cell;
}

Cell quantity(statistics::Estimate estimate, Format format, std::optional<long> n) {
  Cell cell;
  cell.quantity = Quantity{.estimate = std::move(estimate), .test = {}, .format = format, .hits = {}, .n = n};
  return cell;
}

Cell tested(statistics::Test test, std::optional<long> n) {
  Cell cell;
  cell.quantity = Quantity{.estimate = {}, .test = std::move(test), .format = Format::pValue, .hits = {}, .n = n};
  return cell;
}

std::vector<const Table*> tablesOf(const Document& document) {
  std::vector<const Table*> tables;
  for (const Section& section : document.sections)
    for (const Block& block : section.blocks)
      if (const auto* table = std::get_if<Table>(&block))
        tables.push_back(table);
  return tables;
}

std::vector<Figure> figuresOf(const Document& document) {
  std::vector<Figure> figures;
  for (const Section& section : document.sections)
    for (const Block& block : section.blocks)
      if (const auto* figure = std::get_if<Figure>(&block))
        figures.push_back(*figure);
  return figures;
}

std::vector<Addressed> quantitiesOf(const Document& document) {
  std::vector<Addressed> all;
  for (const Table* table : tablesOf(document))
    for (const Row& row : table->rows)
      for (std::size_t i = 0; i < row.cells.size() && i < table->columns.size(); ++i)
        if (row.cells[i].quantity)
          all.push_back({table->id + "/" + row.key + "/" + table->columns[i].key, &*row.cells[i].quantity});
  return all;
}

const Quantity* find(const Document& document, const std::string& id) {
  for (const Addressed& one : quantitiesOf(document))
    if (one.id == id)
      return one.quantity;
  return nullptr;
}

} // namespace hipcuff::validation
