// The flow diagram: boxes as large as their words, one below the other, what leaves beside them.
#include "text.h"

#include "hipcuff/validation/document_writers.h"

#include <algorithm>

namespace hipcuff::validation {
namespace {

constexpr double lineHeight = 19;
constexpr double padding = 10;
constexpr double gap = 34; ///< between the boxes of a column, for the arrow
constexpr double mainWidth = 330;
constexpr double leftX = 400;
constexpr double leftWidth = 400;
constexpr double total = leftX + leftWidth + 2;

/// Words of about this many characters fit a line; DejaVu and Segoe at 14 px are at most 8.2 px a character on average.
std::vector<std::string> fitted(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>((width - 2 * padding) / 7.6);
  std::vector<std::string> lines{""};
  std::size_t shown = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const auto length = static_cast<std::size_t>(
        std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    if (shown > 0 && shown + 1 + length > most) {
      lines.emplace_back();
      shown = 0;
    }
    lines.back() += (shown > 0 ? " " : "") + word;
    shown += (shown > 0 ? 1 : 0) + length;
    at = end + 1;
  }
  return lines;
}

struct Laid {
  std::vector<std::pair<std::string, bool>> lines; ///< and whether it is the head
  double height = 0;
};

Laid layOut(const Flow::Box& box, double width) {
  Laid laid;
  for (const std::string& line : fitted(box.title, width))
    laid.lines.emplace_back(line, true);
  for (const std::string& text : box.lines)
    for (const std::string& line : fitted(text, width))
      laid.lines.emplace_back(line, false);
  laid.height = static_cast<double>(laid.lines.size()) * lineHeight + 2 * padding - 4;
  return laid;
}

std::string draw(const Laid& laid, double x, double y, double width, bool left) {
  std::string out = "<rect" + std::string(left ? " class=\"left\"" : "") + " x=\"" + fixed(x, 1) + "\" y=\"" +
                    fixed(y, 1) + "\" width=\"" + fixed(width, 1) + "\" height=\"" + fixed(laid.height, 1) +
                    "\" rx=\"4\"/>\n";
  double baseline = y + padding + 11;
  for (const auto& [line, head] : laid.lines) {
    out += "<text" + std::string(head ? " class=\"head\"" : "") + " x=\"" + fixed(x + padding, 1) + "\" y=\"" +
           fixed(baseline, 1) + "\">" + escapeHtml(line) + "</text>\n";
    baseline += lineHeight;
  }
  return out;
}

std::string arrowDown(double x, double from, double to) {
  return "<path d=\"M" + fixed(x, 1) + " " + fixed(from, 1) + "V" + fixed(to - 7, 1) +
         "\"/><path class=\"arrow\" d=\"M" + fixed(x - 5, 1) + " " + fixed(to - 8, 1) + "h10l-5 8z\"/>\n";
}

std::string arrowRight(double y, double from, double to) {
  return "<path d=\"M" + fixed(from, 1) + " " + fixed(y, 1) + "H" + fixed(to - 7, 1) +
         "\"/><path class=\"arrow\" d=\"M" + fixed(to - 8, 1) + " " + fixed(y - 5, 1) + "v10l8 -5z\"/>\n";
}

} // namespace

std::string toSvg(const Flow& flow) {
  std::string body;
  double y = 1;
  const double middle = 1 + mainWidth / 2;
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    const Flow::Step& step = flow.steps[i];
    const Laid box = layOut(step.box, mainWidth);
    body += draw(box, 1, y, mainWidth, false);
    const double bottom = y + box.height;
    double next = bottom + gap;
    if (step.left) {
      const Laid side = layOut(*step.left, leftWidth);
      const double sideY = bottom + 12;
      body += draw(side, leftX, sideY, leftWidth, true);
      next = std::max(next, sideY + side.height + 12);
      body += arrowRight(sideY + side.height / 2, middle, leftX);
    }
    const bool last = i + 1 == flow.steps.size();
    if (!last)
      body += arrowDown(middle, bottom, next);
    else if (!flow.ends.empty()) {
      // A rake: down, along, and down into each class.
      const double width =
          (total - 1 - 12 * static_cast<double>(flow.ends.size() - 1)) / static_cast<double>(flow.ends.size());
      const double bar = next - gap / 2;
      body += "<path d=\"M" + fixed(middle, 1) + " " + fixed(bottom, 1) + "V" + fixed(bar, 1) + "\"/>\n";
      double tallest = 0;
      for (std::size_t e = 0; e < flow.ends.size(); ++e) {
        const Laid end = layOut(flow.ends[e], width);
        const double x = 1 + static_cast<double>(e) * (width + 12);
        body += "<path d=\"M" + fixed(middle, 1) + " " + fixed(bar, 1) + "H" + fixed(x + width / 2, 1) + "\"/>\n";
        body += arrowDown(x + width / 2, bar, next) + draw(end, x, next, width, false);
        tallest = std::max(tallest, end.height);
      }
      next += tallest;
    } else {
      next = step.left ? next : bottom;
    }
    y = next;
  }
  return "<svg class=\"flow\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + fixed(total + 2, 0) + " " +
         fixed(y + 2, 0) + "\" role=\"img\" aria-label=\"" + escapeHtml(flow.title) + "\">\n" + body + "</svg>\n";
}

} // namespace hipcuff::validation
