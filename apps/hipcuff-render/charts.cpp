#include "commands.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/rendering/figure_chart.h"
#include "hipcuff/report/figure_json.h"

#include <cmath>
#include <filesystem>
#include <iostream>
#include <sstream>

namespace hipcuff::render {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char* remedy = "give the figures.json that hipcuff validate or hipcuff batch wrote";

po::options_description options() {
  po::options_description described("Options of charts");
  described.add_options()("figures", po::value<std::string>()->value_name("FILE"), "figures.json to draw")(
      "out", po::value<std::string>()->value_name("DIR"), "folder for the charts [figures beside FILE]")(
      "format", po::value<std::string>()->value_name("LIST")->default_value("png,svg"),
      "png, svg or both")("width", po::value<double>()->value_name("MM")->default_value(85, "85"),
                          "width in print, 40 to 400 mm; letters keep their size")(
      "dpi", po::value<int>()->value_name("N")->default_value(300),
      "resolution of PNG, 72 to 1200 dots per inch")("quiet,q", "no summary on stderr");
  return described;
}

struct Request {
  fs::path figures;
  fs::path out;
  FigureFormat format;
  bool png = false;
  bool svg = false;
  bool quiet = false;
};

Request requestFrom(const po::variables_map& values) {
  Request out;
  if (values.count("figures") == 0)
    throw UsageError("--figures is missing", remedy);
  out.figures = values["figures"].as<std::string>();
  out.out =
      values.count("out") != 0 ? fs::path(values["out"].as<std::string>()) : out.figures.parent_path() / "figures";
  std::istringstream formats(values["format"].as<std::string>());
  for (std::string word; std::getline(formats, word, ',');) {
    if (word != "png" && word != "svg")
      throw UsageError("--format: unknown '" + word + "'", "png, svg or png,svg");
    (word == "png" ? out.png : out.svg) = true;
  }
  if (!out.png && !out.svg)
    throw UsageError("--format is empty", "png, svg or png,svg");
  out.format = {values["width"].as<double>(), values["dpi"].as<int>()};
  if (!(out.format.widthMm >= leastFigureMm && out.format.widthMm <= mostFigureMm))
    throw UsageError("--width is out of range", "40 to 400 mm; a journal's column is 85");
  if (out.format.dotsPerInch < leastFigureDpi || out.format.dotsPerInch > mostFigureDpi)
    throw UsageError("--dpi is out of range", "72 to 1200; print wants 300 or more");
  out.quiet = values.count("quiet") != 0;
  return out;
}

int run(const po::variables_map& values) {
  const Request request = requestFrom(values);
  int drawn = 0;
  int bad = 0;
  const auto complain = [&](const InputError& e) {
    std::cerr << "hipcuff-render: " << e.what() << '\n';
    ++bad;
  };
  const std::vector<Figure> figures = report::readFigures(request.figures, complain);
  requireWritableFolder(request.out);
  const auto write = [](const fs::path& file, const std::string& bytes) {
    writeFileAtomically(file, bytes);
    std::cout << file.string() << std::endl;
  };
  Drawer<FigurePainter> drawer;
  for (const Figure& figure : figures) {
    try {
      // Both before either is written: a figure comes whole or not at all.
      const std::string png = request.png ? drawer.window().png(figure, request.format) : std::string();
      const std::string svg = request.svg ? figureSvg(figure, request.format) : std::string();
      if (request.png)
        write(request.out / (figure.id + ".png"), png);
      if (request.svg)
        write(request.out / (figure.id + ".svg"), svg);
      ++drawn;
    } catch (const InputError& e) {
      complain({request.figures, "figure '" + figure.id + "': " + e.problem(), e.remedy()});
    }
  }
  if (!request.quiet) {
    std::cerr << drawn << " charts in " << request.out.string();
    if (bad > 0)
      std::cerr << ", " << bad << " could not be drawn";
    std::cerr << '\n';
  }
  return bad == 0 ? allDone : drawn == 0 ? failed : someFailed;
}

} // namespace

Command chartsCommand() {
  return {"charts", "Draw the charts of a report for print, as PNG and SVG",
          R"(  hipcuff-render charts --figures FILE [--out DIR] [--format png,svg] [--width MM] [--dpi N] [--quiet]
      The charts of a report, in the size they have in print: ID.png and ID.svg for each. SVG needs no display.
)",
          options, run};
}

} // namespace hipcuff::render
