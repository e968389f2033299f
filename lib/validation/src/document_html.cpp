// The report as one page.
#include "assets.h"
#include "text.h"

#include "hipcuff/validation/document_writers.h"

#include "hipcuff/core/version.h"

#include <array>
#include <fstream>
#include <iterator>

namespace hipcuff::validation {
namespace {

std::string fileContent(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string cellHtml(const Cell& cell, const std::string& mark) {
  std::string out;
  if (cell.quantity) {
    const Quantity& q = *cell.quantity;
    out = escapeHtml(valueText(q));
    if (const std::string counts = countText(q); !counts.empty())
      out += " <span class=\"c\">" + counts + "</span>";
    if (!mark.empty())
      out += "<sup>" + mark + "</sup>";
    if (const std::string interval = intervalText(q); !interval.empty())
      out += "<span class=\"i\">" + escapeHtml(interval) + "</span>";
  } else {
    out = cell.count ? grouped(*cell.count) : escapeHtml(cell.text);
  }
  return cell.strong ? "<span class=\"strong\">" + out + "</span>" : out;
}

class Page {
public:
  explicit Page(const std::filesystem::path& figures)
      : figures_(figures) {}

  [[nodiscard]] std::string html(const Section& section) {
    std::string out;
    for (const Block& block : section.blocks)
      out += std::visit([this](const auto& b) { return this->block(b); }, block);
    return out;
  }

private:
  std::string block(const Paragraph& paragraph) {
    const char* kind = paragraph.kind == ParagraphKind::warning ? " class=\"warning\""
                       : paragraph.kind == ParagraphKind::note  ? " class=\"note\""
                                                                : "";
    return "<p" + std::string(kind) + ">" + escapeHtml(paragraph.text) + "</p>\n";
  }

  std::string block(const Bullets& bullets) {
    std::string out = "<ul>\n";
    for (const std::string& item : bullets.items)
      out += "<li>" + escapeHtml(item) + "</li>\n";
    return out + "</ul>\n";
  }

  std::string block(const Table& table) {
    const TableFoot foot = footOf(table);
    std::vector<bool> number(table.columns.size());
    for (const Row& row : table.rows)
      for (std::size_t i = 0; i < row.cells.size() && i < number.size(); ++i)
        number[i] = number[i] || row.cells[i].quantity || row.cells[i].count;
    std::string out = "<div class=\"scroll\"><table id=\"" + table.id + "\"><caption><b>Table " +
                      std::to_string(++tables_) + ".</b> " + escapeHtml(table.title) + "</caption><thead><tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      out += std::string("<th scope=\"col\"") + (number[i] ? " class=\"n\">" : ">") +
             escapeHtml(table.columns[i].label) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      out += "<tr>";
      for (std::size_t i = 0; i < table.rows[r].cells.size(); ++i) {
        const char* tag = i == 0 ? "th" : "td";
        out += std::string("<") + tag + (i == 0 ? " scope=\"row\"" : "") + (number[i] ? " class=\"n\">" : ">") +
               cellHtml(table.rows[r].cells[i], foot.letterOfCell[r][i]) + "</" + tag + ">";
      }
      out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
    std::string below;
    for (const std::string& line : foot.general)
      below += (below.empty() ? "" : " ") + escapeHtml(line);
    if (!below.empty())
      below = "<p>" + below + "</p>";
    for (const auto& [mark, remark] : foot.lettered)
      below += "<p><sup>" + mark + "</sup> " + escapeHtml(remark) + ".</p>";
    return out + (below.empty() ? "" : "<div class=\"foot\">" + below + "</div>\n");
  }

  std::string block(const Figure& figure) {
    const std::string caption = "<figcaption><b>Figure " + std::to_string(++drawn_) + ".</b> " +
                                (figure.title.empty() ? "" : escapeHtml(figure.title) + ". ") +
                                escapeHtml(figure.caption) + "</figcaption>";
    std::string picture;
    constexpr std::size_t mostSvg = 400'000; // beyond that the PNG is the smaller one
    const std::string svg = fileContent(figures_ / (figure.id + ".svg"));
    const std::string png = fileContent(figures_ / (figure.id + ".png"));
    const std::string alt = " alt=\"" + escapeHtml(figure.title.empty() ? figure.caption : figure.title) + "\"";
    if (!svg.empty() && (svg.size() <= mostSvg || png.empty()))
      picture = "<img" + alt + " src=\"data:image/svg+xml;base64," + base64(svg) + "\">";
    else if (!png.empty())
      picture = "<img" + alt + " src=\"data:image/png;base64," + base64(png) + "\">";
    else
      picture = "<div class=\"undrawn\">Not drawn (hipcuff-render was not there or could not draw). Its data are in "
                "figures.json under <code>" +
                escapeHtml(figure.id) + "</code>.</div>";
    return "<figure id=\"" + escapeHtml(figure.id) + "\">" + picture + caption + "</figure>\n";
  }

  std::string block(const Flow& flow) {
    return "<figure class=\"wide\" id=\"" + escapeHtml(flow.id) + "\">" + toSvg(flow) + "<figcaption><b>Figure " +
           std::to_string(++drawn_) + ".</b> " + escapeHtml(flow.title) + "</figcaption></figure>\n";
  }

  std::filesystem::path figures_;
  int tables_ = 0;
  int drawn_ = 0;
};

std::string provenance(const Document& document) {
  std::string out = "<section id=\"provenance\"><h2>How this report was made</h2>\n<p>Command:</p><pre>" +
                    escapeHtml(document.command) + "</pre>\n<dl><dt>Software</dt><dd>HipCuff " + version + "</dd>";
  for (const auto& [name, value] : document.settings)
    out += "<dt>" + escapeHtml(name) + "</dt><dd>" + escapeHtml(value) + "</dd>";
  out += "<dt>Written</dt><dd>" + escapeHtml(document.created) + "</dd></dl>\n";
  if (!document.inputs.empty()) {
    out += "<div class=\"scroll\"><table><caption>Inputs</caption><thead><tr><th>Role</th><th>File</th><th>SHA-256</th>"
           "</tr></thead><tbody>\n";
    for (const HashedInput& input : document.inputs)
      out += "<tr><td>" + escapeHtml(input.role) + "</td><td>" + escapeHtml(input.path) + "</td><td><code>" +
             escapeHtml(input.sha256) + "</code></td></tr>\n";
    out += "</tbody></table></div>\n";
  }
  return out + "</section>\n";
}

} // namespace

std::string toHtml(const Document& document, const std::filesystem::path& figures) {
  Page page(figures);
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n<title>" +
                    escapeHtml(document.title) + "</title>\n<style>\n" + styleSheet + "</style></head><body>\n" +
                    "<div class=\"notice\">" + escapeHtml(notice) + "</div>\n<header class=\"top\"><h1>" +
                    escapeHtml(document.title) + "</h1><p class=\"soft\">HipCuff " + version + ", " +
                    escapeHtml(document.created) +
                    "</p></header>\n<div class=\"page\"><nav aria-label=\"Contents\"><ol>\n";
  for (const Section& section : document.sections)
    out += std::string("<li") + (section.level > 2 ? " class=\"sub\"" : "") + "><a href=\"#" + section.id + "\">" +
           escapeHtml(section.title) + "</a></li>\n";
  out += "<li><a href=\"#provenance\">How this report was made</a></li>\n</ol></nav>\n<main>\n";
  for (const Section& section : document.sections) {
    const char* head = section.level > 2 ? "h3" : "h2";
    out += "<section id=\"" + section.id + "\"" + (section.level > 2 ? " class=\"sub\"" : "") + "><" + head + ">" +
           escapeHtml(section.title) + "</" + head + ">\n";
    if (!section.place.empty())
      out += "<p class=\"place\">" + escapeHtml(section.place) + "</p>\n";
    out += page.html(section) + "</section>\n";
  }
  return out + provenance(document) + "</main></div>\n</body></html>\n";
}

} // namespace hipcuff::validation
