#include "text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace hipcuff::validation {
namespace {

constexpr const char* minus = "\u2212";

/// Fixed decimals with a true minus sign.
std::string typeset(double value, int decimals) {
  std::string text = fixed(value, decimals);
  if (text.starts_with('-'))
    text.replace(0, 1, minus);
  return text;
}

/// Three digits that count, never an exponent.
std::string threeDigits(double value) {
  if (value == 0)
    return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return typeset(value, std::clamp(2 - magnitude, 0, magnitude < -3 ? 6 : 3));
}

std::string numberText(double value, Format format) {
  switch (format) {
  case Format::share:
  case Format::points:
    return typeset(100 * value, 1);
  case Format::index:
    return typeset(value, 3);
  case Format::length:
    return typeset(value, 2);
  case Format::ratio:
  case Format::plain:
    return threeDigits(value);
  case Format::pValue:
    if (value < 0.001)
      return "<0.001";
    return fixed(value, value < 0.1 ? 3 : 2);
  }
  return {};
}

void appendUnique(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end())
    all.push_back(one);
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all)
    text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string letter(std::size_t index) {
  std::string name(1, static_cast<char>('a' + index % 26));
  return index < 26 ? name : letter(index / 26 - 1) + name;
}

} // namespace

std::string escapeLatex(std::string_view text) {
  static const std::array<std::pair<std::string_view, std::string_view>, 24> table{{
      {"\\", "\\textbackslash{}"},
      {"&", "\\&"},
      {"%", "\\%"},
      {"$", "\\$"},
      {"#", "\\#"},
      {"_", "\\_"},
      {"{", "\\{"},
      {"}", "\\}"},
      {"~", "\\textasciitilde{}"},
      {"^", "\\textasciicircum{}"},
      {"<", "$<$"},
      {">", "$>$"},
      {"\u2212", "$-$"},
      {"\u2265", "$\\ge$"},
      {"\u2264", "$\\le$"},
      {"\u03ba", "$\\kappa$"},
      {"\u03b1", "$\\alpha$"},
      {"\u00b1", "$\\pm$"},
      {"\u2013", "--"},
      {"\u00d7", "$\\times$"},
      {"\u2009", "\\,"},
      {"\u00a0", "~"},
      {"\u2026", "\\ldots{}"},
      {"\u00b2", "$^2$"},
  }};
  const std::string clean = cleanUtf8(text);
  const std::string_view all(clean);
  std::string escaped;
  for (std::size_t at = 0; at < all.size();) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return all.substr(at).starts_with(entry.first); });
    if (found == table.end()) {
      escaped += all[at++] == '\n' ? ' ' : all[at - 1];
      continue;
    }
    escaped += found->second;
    at += found->first.size();
  }
  return escaped;
}

std::string grouped(long count) {
  std::string text = std::to_string(std::abs(count));
  if (text.size() >= 5)
    for (std::size_t at = text.size() - 3;; at -= 3) {
      text.insert(at, "\u2009");
      if (at <= 3)
        break;
    }
  return (count < 0 ? minus : "") + text;
}

std::string valueText(const Quantity& quantity) {
  const std::optional<double>& value = quantity.test ? quantity.test->p : quantity.estimate.value;
  if (!value)
    return "n.e.";
  return numberText(*value, quantity.format) + (quantity.format == Format::share ? "\u00a0%" : "");
}

std::string intervalText(const Quantity& quantity) {
  const auto& ci = quantity.estimate.ci;
  if (!ci || !quantity.estimate.value)
    return {};
  const auto bound = [&](double value) {
    return std::isfinite(value) ? numberText(value, quantity.format) : std::string(value < 0 ? "\u2212∞" : "∞");
  };
  return "[" + bound(ci->lower) + ", " + bound(ci->upper) + "]";
}

std::string countText(const Quantity& quantity) {
  if (!quantity.hits || !quantity.n || *quantity.n == 0)
    return {};
  return grouped(*quantity.hits) + "/" + grouped(*quantity.n);
}

std::string plainText(const Cell& cell) {
  if (!cell.quantity)
    return cell.count ? std::to_string(*cell.count) : cleanUtf8(cell.text);
  std::string text = valueText(*cell.quantity);
  if (const std::string counts = countText(*cell.quantity); !counts.empty())
    text += " (" + counts + ")";
  if (const std::string interval = intervalText(*cell.quantity); !interval.empty())
    text += " " + interval;
  return text;
}

TableFoot footOf(const Table& table) {
  TableFoot foot;
  foot.general = table.notes;
  std::vector<std::string> intervals;
  std::vector<std::string> tests;
  std::map<std::string, std::string> letters;
  bool any = false;
  for (const Row& row : table.rows) {
    auto& marks = foot.letterOfCell.emplace_back();
    for (const Cell& cell : row.cells) {
      std::string& mark = marks.emplace_back();
      if (!cell.quantity)
        continue;
      const Quantity& q = *cell.quantity;
      any = any || !intervalText(q).empty();
      if (q.test && q.test->p)
        appendUnique(tests, q.test->method);
      // A method is that of the interval: without one it explains nothing.
      if (!q.test && q.estimate.value && q.estimate.ci)
        appendUnique(intervals, q.estimate.method);
      const bool missing = q.test ? !q.test->p : !q.estimate.value;
      std::string remark = q.test ? q.test->note : q.estimate.note;
      if (missing)
        remark = "Not estimable" + (remark.empty() ? std::string() : ": " + remark);
      if (remark.empty())
        continue;
      const auto [entry, fresh] = letters.try_emplace(remark, letter(foot.lettered.size()));
      if (fresh)
        foot.lettered.emplace_back(entry->second, remark);
      mark = entry->second;
    }
  }
  if (any)
    foot.general.push_back("In brackets: 95 % confidence intervals" +
                           (intervals.empty() ? std::string(".") : " (" + joined(intervals) + ")."));
  if (!tests.empty())
    foot.general.push_back("P: " + joined(tests) + ".");
  return foot;
}

} // namespace hipcuff::validation
