// A report as a value: sections of paragraphs, tables, figures and a flow diagram, with every number still a number.
// document_writers.h turns it into HTML, CSV, LaTeX and JSON.
#pragma once

#include "hipcuff/core/figure.h"
#include "hipcuff/statistics/estimate.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hipcuff::validation {

/// How a number is written for people. In JSON and CSV it stays as it was calculated.
enum class Format {
  share,  ///< 0..1, as percent with one decimal
  points, ///< difference of two shares, in percentage points
  index,  ///< kappa, AUC, ICC, ...: three decimals
  ratio,  ///< likelihood ratio: three digits
  length, ///< mm, two decimals
  plain,  ///< anything else: three digits
  pValue, ///< of a test
};
[[nodiscard]] const char* toString(Format) noexcept; ///< "share", ...

/// A number of the report, with all that a reader needs to judge it.
struct Quantity {
  statistics::Estimate estimate{};        ///< of a test: empty
  std::optional<statistics::Test> test{}; ///< only with Format::pValue
  Format format = Format::plain;
  std::optional<long> hits{}; ///< numerator and denominator of a share of items
  std::optional<long> n{};    ///< items that it rests on
};

/// A table's cell: words, a whole number (a count), or a quantity.
struct Cell {
  std::string text{};
  std::optional<long> count{};
  std::optional<Quantity> quantity{};
  bool strong = false;
};
[[nodiscard]] Cell words(std::string text);
[[nodiscard]] Cell counted(long count);
/// @param hits,total where the share is one of items; shown beside it
[[nodiscard]] Cell share(statistics::Estimate estimate, std::optional<long> hits = {}, std::optional<long> total = {});
[[nodiscard]] Cell quantity(statistics::Estimate estimate, Format format, std::optional<long> n = {});
[[nodiscard]] Cell tested(statistics::Test test, std::optional<long> n = {});

/// As it is shown, in one line: "86.7 % (52/60) [75.8, 93.1]".
[[nodiscard]] std::string plainText(const Cell& cell);

struct Column {
  std::string key;   ///< stable, for CSV and JSON: letters, digits and _
  std::string label; ///< for people
};

struct Row {
  std::string key; ///< stable within the table
  std::vector<Cell> cells;
};

/// The first column names the row. Every quantity has the id "TABLE/ROW/COLUMN".
struct Table {
  std::string id; ///< file name without extension
  std::string title;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes{}; ///< sentences below it; methods and reasons of the numbers follow by themselves

  void add(std::string key, std::vector<Cell> cells) { rows.push_back({std::move(key), std::move(cells)}); }
};

enum class ParagraphKind { text, warning, note };
struct Paragraph {
  std::string text;
  ParagraphKind kind = ParagraphKind::text;
};
struct Bullets {
  std::vector<std::string> items;
};

/// Where the cases went: a column of boxes, what left at each step beside it, and the classes at its end.
struct Flow {
  struct Box {
    std::string title; ///< "412 images with a reference"
    std::vector<std::string> lines{};
  };
  struct Step {
    Box box;
    std::optional<Box> left{}; ///< what does not go on from here, and why
  };
  std::string id;
  std::string title;
  std::vector<Step> steps;
  std::vector<Box> ends{};
};

using Block = std::variant<Paragraph, Bullets, Table, Figure, Flow>;

struct Section {
  std::string id;
  std::string title;
  int level = 2;       ///< 2 or 3
  std::string place{}; ///< items of STARD-AI and CLAIM that it answers; may be empty
  std::vector<Block> blocks{};
};

struct HashedInput {
  std::string role; ///< "results", "reference"
  std::string path;
  std::string sha256;
};

struct Document {
  std::string title;
  std::string command;                                         ///< as a shell would take it again
  std::string created;                                         ///< ISO 8601, UTC
  std::vector<std::pair<std::string, std::string>> settings{}; ///< name and value, as printed
  std::vector<HashedInput> inputs{};
  std::vector<Section> sections{};
};

/// A quantity with its address.
struct Addressed {
  std::string id;
  const Quantity* quantity = nullptr;
};
/// All of them, in the order of the document.
[[nodiscard]] std::vector<Addressed> quantitiesOf(const Document& document);
/// Null where there is no such id.
[[nodiscard]] const Quantity* find(const Document& document, const std::string& id);
[[nodiscard]] std::vector<const Table*> tablesOf(const Document& document);
[[nodiscard]] std::vector<Figure> figuresOf(const Document& document);

} // namespace hipcuff::validation
