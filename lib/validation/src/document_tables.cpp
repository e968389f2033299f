// Tables as CSV and LaTeX.
#include "text.h"

#include "hipcuff/validation/document_writers.h"

#include "hipcuff/core/csv.h"

#include <charconv>
#include <cmath>

namespace hipcuff::validation {
namespace {

/// The shortest text that reads back as the same number.
std::string exact(std::optional<double> value) {
  if (!value || !std::isfinite(*value))
    return {};
  char buffer[64];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, *value);
  return code == std::errc{} ? std::string(buffer, end) : std::string();
}

struct Extras {
  bool quantity = false, interval = false, n = false;
};

Extras extrasOf(const Table& table, std::size_t column) {
  Extras extras;
  for (const Row& row : table.rows)
    if (column < row.cells.size() && row.cells[column].quantity) {
      const Quantity& q = *row.cells[column].quantity;
      extras.quantity = true;
      extras.interval = extras.interval || q.estimate.ci.has_value();
      extras.n = extras.n || q.n.has_value();
    }
  return extras;
}

/// A spreadsheet must not run a text as a formula (as in results.csv).
std::string harmless(const std::string& text) {
  if (!text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos)
    return "'" + text;
  return text;
}

std::string latexCell(const Cell& cell, const std::string& mark) {
  std::string text;
  if (cell.quantity) {
    text = escapeLatex(valueText(*cell.quantity));
    const std::string counts = countText(*cell.quantity);
    if (!counts.empty())
      text += " (" + escapeLatex(counts) + ")";
    const std::string interval = intervalText(*cell.quantity);
    if (!interval.empty())
      text += " " + escapeLatex(interval);
  } else {
    text = escapeLatex(cell.count ? grouped(*cell.count) : cell.text);
  }
  if (cell.strong)
    text = "\\textbf{" + text + "}";
  // A bracket at the start of a row would be taken for the optional argument of the row before.
  if (text.starts_with('['))
    text = "{}" + text;
  return mark.empty() ? text : text + "\\textsuperscript{" + mark + "}";
}

} // namespace

std::string toCsv(const Table& table) {
  std::vector<Extras> extras;
  std::vector<std::string> header;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Extras& e = extras.emplace_back(extrasOf(table, i));
    const std::string& key = table.columns[i].key;
    header.push_back(key);
    if (e.interval)
      header.insert(header.end(), {key + "_lower", key + "_upper"});
    if (e.n)
      header.push_back(key + "_n");
  }
  header.push_back("notes");
  std::string all = csvRecord(header);
  for (const Row& row : table.rows) {
    std::vector<std::string> record;
    std::string notes;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      static const Cell blank;
      const Cell& cell = i < row.cells.size() ? row.cells[i] : blank;
      const Quantity* q = cell.quantity ? &*cell.quantity : nullptr;
      if (q != nullptr) {
        record.push_back(exact(q->test ? q->test->p : q->estimate.value));
        const std::string& note = q->test ? q->test->note : q->estimate.note;
        if (!note.empty())
          notes += (notes.empty() ? "" : "; ") + table.columns[i].key + ": " + note;
      } else {
        record.push_back(cell.count ? std::to_string(*cell.count) : harmless(cleanUtf8(cell.text)));
      }
      if (extras[i].interval) {
        const bool has = q != nullptr && q->estimate.ci;
        record.push_back(has ? exact(q->estimate.ci->lower) : "");
        record.push_back(has ? exact(q->estimate.ci->upper) : "");
      }
      if (extras[i].n)
        record.push_back(q != nullptr && q->n ? std::to_string(*q->n) : "");
    }
    record.push_back(notes);
    all += csvRecord(record);
  }
  return all;
}

std::string toLatex(const Table& table) {
  const TableFoot foot = footOf(table);
  std::string columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    bool number = false;
    for (const Row& row : table.rows)
      number = number || (i < row.cells.size() && (row.cells[i].quantity || row.cells[i].count));
    columns += number ? 'r' : 'l';
  }
  std::string out = "% needs \\usepackage{booktabs} and, with pdfLaTeX, \\usepackage[utf8]{inputenc}\n"
                    "\\begin{table}\n  \\centering\n  \\caption{" +
                    escapeLatex(table.title) + "}\n  \\label{tab:" + table.id + "}\n  \\begin{tabular}{" + columns +
                    "}\n    \\toprule\n    ";
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    out += (i == 0 ? "" : " & ") + escapeLatex(table.columns[i].label);
  out += " \\\\\n    \\midrule\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += "    ";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out += i == 0 ? "" : " & ";
      if (i < table.rows[r].cells.size())
        out += latexCell(table.rows[r].cells[i], foot.letterOfCell[r][i]);
    }
    out += " \\\\\n";
  }
  out += "    \\bottomrule\n  \\end{tabular}\n";
  std::string below;
  for (const std::string& note : foot.general)
    below += (below.empty() ? "" : " ") + escapeLatex(note);
  for (const auto& [mark, remark] : foot.lettered)
    below += (below.empty() ? "" : " ") + ("\\textsuperscript{" + mark + "}") + escapeLatex(remark) + ".";
  if (!below.empty())
    out += "\n  \\smallskip\n  \\parbox{\\linewidth}{\\footnotesize " + below + "}\n";
  return out + "\\end{table}\n";
}

} // namespace hipcuff::validation
