#include "commands/row_writer.h"

#include "cli/console.h"
#include "cli/table.h"

#include "hipcuff/core/csv.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hipcuff::cli {
namespace {

using batch::Cell;
using batch::QueryColumn;

/// The shortest text that reads back as the same number.
std::string exact(double value) {
  char buffer[32];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return code == std::errc{} ? std::string(buffer, end) : std::string();
}

std::string machineText(const Cell& cell) {
  if (const auto* yes = std::get_if<bool>(&cell))
    return *yes ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&cell))
    return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&cell))
    return exact(*real);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

std::string humanText(const Cell& cell, const QueryColumn& column) {
  constexpr std::size_t widest = 72;
  if (const auto* yes = std::get_if<bool>(&cell))
    return *yes ? "yes" : "no";
  if (const auto* real = std::get_if<double>(&cell)) {
    std::string text = decimals(*real, 3);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
      text.pop_back();
    return text == "-0" ? "0" : text;
  }
  std::string text = machineText(cell);
  if (column.isDate && text.size() == 8)
    text = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
  return tail(text, widest);
}

nlohmann::json jsonValue(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> nlohmann::json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
          return nullptr;
        else
          return value;
      },
      cell);
}

class TableWriter final : public RowWriter {
public:
  explicit TableWriter(Console& console)
      : out_(console) {}
  void columns(const std::vector<QueryColumn>& columns) override {
    columns_ = columns;
    for (const QueryColumn& column : columns)
      widths_.push_back(shownWidth(column.name));
  }
  void row(const std::vector<Cell>& cells) override {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < cells.size(); ++i)
      texts.push_back(humanText(cells[i], columns_[i]));
    if (headed_) {
      line(texts);
      return;
    }
    // The columns are as wide as the first rows ask for; a wider cell further down pushes its line to the right.
    for (std::size_t i = 0; i < texts.size(); ++i)
      widths_[i] = std::max(widths_[i], shownWidth(texts[i]));
    first_.push_back(std::move(texts));
    if (first_.size() == rowsToMeasure)
      head();
  }
  void finish() override {
    if (!headed_)
      head();
    out_.flush();
  }

private:
  static constexpr std::size_t rowsToMeasure = 500;

  void head() {
    headed_ = true;
    std::vector<std::string> names, rule;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      names.push_back(columns_[i].name);
      rule.emplace_back(widths_[i], '-');
    }
    line(names);
    line(rule);
    for (const auto& texts : std::exchange(first_, {}))
      line(texts);
  }
  void line(const std::vector<std::string>& texts) {
    std::string text;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::size_t shown = shownWidth(texts[i]);
      text += texts[i] + std::string(widths_[i] - std::min(widths_[i], shown) + 2, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out_.add(text + "\n");
  }

  DataBuffer out_;
  std::vector<QueryColumn> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> first_;
  bool headed_ = false;
};

class CsvWriter final : public RowWriter {
public:
  explicit CsvWriter(Console& console)
      : out_(console) {}
  void columns(const std::vector<QueryColumn>& columns) override {
    std::vector<std::string> names;
    for (const QueryColumn& column : columns)
      names.push_back(column.name);
    out_.add(csvRecord(names));
  }
  void row(const std::vector<Cell>& cells) override {
    texts_.clear();
    for (const Cell& cell : cells)
      texts_.push_back(machineText(cell));
    out_.add(csvRecord(texts_));
  }
  void finish() override { out_.flush(); }

private:
  DataBuffer out_;
  std::vector<std::string> texts_;
};

class JsonWriter final : public RowWriter {
public:
  JsonWriter(Console& console, bool lines)
      : out_(console)
      , lines_(lines) {}
  void columns(const std::vector<QueryColumn>& columns) override { columns_ = columns; }
  void row(const std::vector<Cell>& cells) override {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < cells.size(); ++i)
      object[columns_[i].name] = jsonValue(cells[i]);
    // Bytes of a path that are no UTF-8 become U+FFFD; JSON has no other place for them.
    const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    out_.add(lines_ ? text + "\n" : (any_ ? ",\n" : "[\n") + text);
    any_ = true;
  }
  void finish() override {
    if (!lines_)
      out_.add(any_ ? "\n]\n" : "[]\n");
    out_.flush();
  }

private:
  DataBuffer out_;
  bool lines_;
  bool any_ = false;
  std::vector<QueryColumn> columns_;
};

} // namespace

void DataBuffer::add(std::string_view text) {
  constexpr std::size_t enough = 1 << 16;
  text_ += text;
  if (text_.size() >= enough)
    flush();
}

void DataBuffer::flush() {
  if (!text_.empty())
    console_.data(text_);
  text_.clear();
}

std::unique_ptr<RowWriter> makeRowWriter(const std::string& format, Console& console) {
  if (format == "csv")
    return std::make_unique<CsvWriter>(console);
  if (format == "json" || format == "ndjson")
    return std::make_unique<JsonWriter>(console, format == "ndjson");
  return std::make_unique<TableWriter>(console);
}

} // namespace hipcuff::cli
