// A chart as a value: what is drawn, with its axes and words, and nothing of how. report/figure_json.h writes and reads
// it; hipcuff-render draws it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// What a series means, which fixes its look, so that the same thing looks the same in all figures.
enum class SeriesRole { system, reader, reference, chance, limit, band, other };
enum class SeriesShape { line, points, linePoints, bars, steps, band };
[[nodiscard]] const char* toString(SeriesRole) noexcept;  ///< "system", ...
[[nodiscard]] const char* toString(SeriesShape) noexcept; ///< "line_points", ...

struct Series {
  std::string name; ///< for the legend; empty: not in it
  SeriesRole role = SeriesRole::other;
  SeriesShape shape = SeriesShape::line;
  std::vector<double> x;     ///< finite; ascending for lines, steps, bars and bands
  std::vector<double> y;     ///< as many as x; a band's lower edge
  std::vector<double> upper; ///< band: upper edge, as many as x; points, bars: end of the error bar upwards, or empty
  std::vector<double> lower; ///< points, bars: end of the error bar downwards, or empty
};

struct Axis {
  std::string label; ///< with its unit in brackets: "Mean thickness (mm)"
  std::optional<double> least{};
  std::optional<double> most{};
  std::vector<std::string> categories{}; ///< where given, x = 0, 1, ... stand for these words
};

/// Counts in cells, such as a confusion matrix: rows top down, columns left to right.
struct CellTable {
  std::string rowTitle;
  std::string columnTitle;
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<double>> values; ///< [row][column]; the shade is the share of the row
};

/// One box a category: five numbers and what lies beyond the whiskers.
struct Box {
  std::string category;
  double low = 0, quarter = 0, median = 0, threeQuarters = 0, high = 0;
  std::vector<double> outliers;
};

struct Figure {
  std::string id;      ///< file name without extension: letters, digits, - and _
  std::string title;   ///< may be empty: a journal puts it into the caption
  std::string caption; ///< sentences, for the report; not drawn
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::optional<CellTable> cells{}; ///< instead of series
  std::vector<Box> boxes;           ///< instead of series
  bool square = false;              ///< both axes of the same length (ROC, calibration, scatter of the same unit)
};

} // namespace hipcuff
