// Rows of a query as a table, CSV, JSON or bare paths. Streams: a hundred thousand rows take no more memory than a few.
#pragma once

#include "hipcuff/batch/query.h"

#include <memory>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;

/// Gathers small pieces: one write for many rows.
class DataBuffer {
public:
  explicit DataBuffer(Console& console)
      : console_(console) {}
  void add(std::string_view text);
  /// @throws OutputError where stdout can't take it
  void flush();

private:
  Console& console_;
  std::string text_;
};

class RowWriter {
public:
  virtual ~RowWriter() = default;
  virtual void columns(const std::vector<batch::QueryColumn>& columns) = 0;
  virtual void row(const std::vector<batch::Cell>& cells) = 0;
  virtual void finish() = 0;
};

/// @param format table, csv, json or ndjson
[[nodiscard]] std::unique_ptr<RowWriter> makeRowWriter(const std::string& format, Console& console);

} // namespace hipcuff::cli
