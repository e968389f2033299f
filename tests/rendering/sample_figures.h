// One figure of each kind, small.
#pragma once

#include "hipcuff/core/figure.h"

#include <cmath>
#include <utility>

namespace hipcuff::test {

inline Figure rocFigure() {
  Figure f;
  f.id = "roc";
  f.x = {"1 − specificity", 0.0, 1.0, {}};
  f.y = {"Sensitivity", 0.0, 1.0, {}};
  f.square = true;
  f.series = {{"", SeriesRole::system, SeriesShape::band, {0, 0.2, 1}, {0.1, 0.6, 0.9}, {0.4, 0.95, 1}, {}},
              {"System, AUC 0.87", SeriesRole::system, SeriesShape::line, {0, 0, 0.2, 1}, {0, 0.3, 0.8, 1}, {}, {}},
              {"Reader 1", SeriesRole::reader, SeriesShape::points, {0.12}, {0.66}, {}, {}},
              {"Reader 2", SeriesRole::reader, SeriesShape::points, {0.25}, {0.82}, {}, {}},
              {"Reader 3", SeriesRole::reader, SeriesShape::points, {0.31}, {0.75}, {}, {}},
              {"Chance", SeriesRole::chance, SeriesShape::line, {0, 1}, {0, 1}, {}, {}}};
  return f;
}

inline Figure blandAltmanFigure() {
  Figure f;
  f.id = "bland_altman";
  f.x.label = "Mean of system and reader (mm)";
  f.y.label = "Difference (mm)";
  Series pairs{"", SeriesRole::system, SeriesShape::points, {}, {}, {}, {}};
  for (int i = 0; i < 80; ++i) {
    pairs.x.push_back(2.5 + 5.0 * (i * 37 % 80) / 80);
    pairs.y.push_back(-0.1 + 0.8 * std::sin(i * 1.7) * std::cos(i * 0.3));
  }
  f.series = {{"95 % CI", SeriesRole::band, SeriesShape::band, {2, 8}, {-0.2, -0.2}, {0, 0}, {}},
              {"", SeriesRole::band, SeriesShape::band, {2, 8}, {0.6, 0.6}, {0.8, 0.8}, {}},
              {"Bias −0.1 mm", SeriesRole::reference, SeriesShape::line, {2, 8}, {-0.1, -0.1}, {}, {}},
              {"±1.96 SD", SeriesRole::limit, SeriesShape::line, {2, 8}, {0.7, 0.7}, {}, {}},
              {"", SeriesRole::limit, SeriesShape::line, {2, 8}, {-0.9, -0.9}, {}, {}},
              pairs};
  return f;
}

inline Figure confusionFigure() {
  Figure f;
  f.id = "confusion";
  f.cells = CellTable{"Reference",
                      "System",
                      {"normal", "partial-thickness tear", "full-thickness tear"},
                      {"normal", "partial-thickness tear", "full-thickness tear", "not gradable"},
                      {{120, 8, 0, 5}, {4, 52, 6, 2}, {0, 3, 31, 1}}};
  return f;
}

inline Figure forestFigure() {
  Figure f;
  f.id = "forest";
  f.x = {"Estimate (95 % CI)", 0.5, 1.0, {}};
  f.y.categories = {"Accuracy", "Sensitivity, any tear", "Specificity"};
  f.series = {{"System",
               SeriesRole::system,
               SeriesShape::points,
               {0.86, 0.91, 0.81},
               {0, 1, 2},
               {0.9, 0.95, 0.86},
               {0.8, 0.85, 0.4}},
              {"Reader 1",
               SeriesRole::reader,
               SeriesShape::points,
               {0.8, 0.84, 0.9},
               {0, 1, 2},
               {0.86, 0.9, 0.95},
               {0.7, 0.76, 0.82}},
              {"Margin", SeriesRole::limit, SeriesShape::line, {0.75, 0.75}, {-0.5, 2.5}, {}, {}}};
  return f;
}

inline Figure gradesFigure() {
  Figure f;
  f.id = "grades";
  f.x.categories = {"normal", "tendinosis", "tear"};
  f.y.label = "Hips";
  f.series = {{"System", SeriesRole::system, SeriesShape::bars, {0, 1, 2}, {131, 59, 66}, {150, 70, 77}, {113, 47, 55}},
              {"Reference", SeriesRole::reference, SeriesShape::bars, {0, 1, 2}, {135, 50, 71}, {}, {}}};
  return f;
}

inline Figure histogramFigure() {
  Figure f;
  f.id = "histogram";
  f.x.label = "Mean thickness (mm)";
  f.y.label = "Hips";
  f.series = {{"", SeriesRole::system, SeriesShape::bars, {2.5, 3.5, 4.5, 5.5, 6.5}, {3, 14, 22, 9, 1}, {}, {}}};
  return f;
}

inline Figure boxFigure() {
  Figure f;
  f.id = "boxes";
  f.y.label = "Thickness (mm)";
  f.boxes = {{"normal", 2.3, 3.0, 3.5, 4.1, 4.9, {5.9}}, {"tear", 4.0, 5.1, 5.6, 6.2, 7.0, {2.1, 8.2}}};
  return f;
}

} // namespace hipcuff::test
