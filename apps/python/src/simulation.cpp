// Simulated hips with their truth.
#include "arrays.h"
#include "module.h"

#include "hipcuff/phantom/phantom.h"
#include "hipcuff/phantom/truth_text.h"

#include <algorithm>

namespace hipcuff::python {
namespace {

struct Simulated {
  py::array_t<std::uint8_t> picture; ///< (frames, rows, columns, 3)
  py::array_t<std::uint8_t> mask;    ///< (frames, rows, columns)
  std::string truth;
  std::string recipe;
};

Simulated simulate(std::uint64_t seed, const std::string& recipe, py::object callback) {
  const phantom::HipRecipe drawn = phantom::RecipeFile(recipe).recipe(seed);
  const auto frames = static_cast<std::size_t>(drawn.frames);
  const auto rows = static_cast<std::size_t>(drawn.screen.rows);
  const auto columns = static_cast<std::size_t>(drawn.screen.columns);
  Simulated made{py::array_t<std::uint8_t>(std::vector<std::size_t>{frames, rows, columns, 3}),
                 py::array_t<std::uint8_t>(std::vector<std::size_t>{frames, rows, columns}),
                 {},
                 phantom::recipeJson(drawn)};
  std::uint8_t* picture = made.picture.mutable_data();
  std::uint8_t* mask = made.mask.mutable_data();
  PythonProgress progress(std::move(callback), drawn.frames, nullptr);
  {
    const py::gil_scoped_release free;
    const phantom::HipSimulator simulator(drawn);
    for (int frame = 0; frame < drawn.frames && !progress.stopRequested(); ++frame) {
      const RgbImage image = simulator.renderRgb(frame);
      picture = std::copy(image.data.begin(), image.data.end(), picture);
      const Mask labels = simulator.truth(frame).labels;
      mask = std::copy(labels.data.begin(), labels.data.end(), mask);
      progress.advance();
    }
    if (!progress.stopRequested())
      made.truth = truthText(simulator);
  }
  progress.rethrow();
  return made;
}

void simulateExams(const std::string& out, int cases, std::uint64_t seed, const std::optional<std::string>& recipe,
                   int frames, const std::optional<std::pair<int, int>>& screen, bool wholeExams, bool jpeg, int jobs,
                   py::object callback) {
  phantom::SimulateOptions options;
  options.frames = frames;
  options.codec = jpeg ? phantom::Codec::jpegBaseline : phantom::Codec::uncompressed;
  options.screen = screen;
  options.threads = jobs;
  options.wholeExams = wholeExams;
  std::optional<phantom::RecipeFile> file;
  if (recipe)
    file.emplace(*recipe);
  PythonProgress progress(std::move(callback), cases, nullptr);
  {
    const py::gil_scoped_release free;
    if (file)
      phantom::simulateRecipe(out, *file, cases, seed, options, progress);
    else
      phantom::simulateExams(out, cases, seed, options, progress);
  }
  progress.rethrow();
}

} // namespace

void addSimulation(py::module_& module) {
  module.def(
      "simulate",
      [](std::uint64_t seed, const std::string& recipe, py::object progress) {
        const Simulated made = simulate(seed, recipe, std::move(progress));
        return py::make_tuple(made.picture, made.mask, py::bytes(made.truth), py::bytes(made.recipe));
      },
      py::arg("seed"), py::arg("recipe"), py::arg("progress"));
  module.def(
      "draw_recipe",
      [](std::uint64_t seed, const std::string& recipe) {
        return py::bytes(phantom::recipeJson(phantom::RecipeFile(recipe).recipe(seed)));
      },
      py::arg("seed"), py::arg("recipe"));
  module.def("simulate_exams", &simulateExams, py::arg("out"), py::arg("cases"), py::arg("seed"), py::arg("recipe"),
             py::arg("frames"), py::arg("screen"), py::arg("whole_exams"), py::arg("jpeg"), py::arg("jobs"),
             py::arg("progress"));
}

} // namespace hipcuff::python
