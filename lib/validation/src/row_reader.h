// One row of a table after the other, and all that is wrong with them.
#pragma once

#include "fields.h"

#include "hipcuff/validation/reference.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hipcuff::validation {

class RowReader {
public:
  /// All must outlive the reader.
  RowReader(const std::vector<ColumnPlan>& columns, const TableMap& map, const std::filesystem::path& name);
  void setHabit(const DecimalHabit& habit) { habit_ = habit; }

  /// Notes what is wrong. The same thing in several lines is said once.
  /// @param column header; empty: the line as a whole
  void problem(std::size_t line, const std::string& column, const std::string& what);
  void shortRow(std::size_t line) { short_.push_back(line); }

  /// @param cells as many as columns
  void read(const std::vector<std::string>& cells, std::size_t line, std::vector<ReferenceEntry>& into);

  /// @throws InputError where there were problems: all of them, up to 20
  void finish(std::vector<std::string>& warnings);

private:
  struct Whose {
    std::string reader;
    int reading = 0;
    std::optional<Side> side;
    bool standard = false;
    friend auto operator<=>(const Whose&, const Whose&) = default;
  };

  void readKey(const ColumnPlan& column, const std::string& cell, std::size_t line, ReferenceEntry& entry);
  void readAnswer(const ColumnPlan& column, const std::string& cell, std::size_t line, ReferenceEntry& entry);
  void readNumberInto(const ColumnPlan& column, const std::string& cell, std::size_t line, std::optional<double>& into);
  void readClass(const ColumnPlan& column, const std::string& cell, std::size_t line, Answer& into);
  [[nodiscard]] std::optional<std::array<double, 4>> probabilities(std::size_t line);
  void add(ReferenceEntry&& entry, std::size_t line, std::vector<ReferenceEntry>& into);

  const std::vector<ColumnPlan>& columns_;
  const TableMap& map_;
  const std::filesystem::path& name_;
  std::vector<Whose> sources_; ///< of a wide table
  std::vector<Scale> scales_;
  DecimalHabit habit_;
  std::array<std::optional<double>, 4> probabilities_{};
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> problems_; ///< column, what -> lines
  std::vector<std::pair<std::string, std::string>> problemOrder_;
  std::vector<std::size_t> short_;
  std::vector<std::size_t> commas_;
  std::vector<std::size_t> noTear_;
  std::set<std::string> standardNames_;
};

} // namespace hipcuff::validation
