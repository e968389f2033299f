#include "commands.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/rendering/results_overlays.h"

#include <filesystem>
#include <iostream>

namespace hipcuff::render {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char* remedy = "give the results.json that hipcuff analyze wrote";

po::options_description options() {
  po::options_description described("Options of overlays");
  described.add_options()("results", po::value<std::string>()->value_name("FILE"), "results.json to draw")(
      "out", po::value<std::string>()->value_name("DIR"),
      "folder for the pictures [overlays beside FILE]")("quiet,q", "no summary on stderr");
  return described;
}

int run(const po::variables_map& values) {
  if (values.count("results") == 0)
    throw UsageError("--results is missing", remedy);
  const fs::path results = values["results"].as<std::string>();
  const fs::path out =
      values.count("out") != 0 ? fs::path(values["out"].as<std::string>()) : results.parent_path() / "overlays";
  if (!fs::exists(results))
    throw InputError(results, "does not exist", remedy);
  requireWritableFolder(out);
  Drawer<OverlayRenderer> drawer;
  int drawn = 0;
  int bad = 0;
  int without = 0;
  readResultOverlays(results, [&](const ResultOverlay& image) {
    if (!image.scene) {
      ++without;
      return;
    }
    try {
      const fs::path file = out / (image.id + ".png");
      const OverlayScene scene = image.scene();
      writeFileAtomically(file, encodePng(drawer.window().render(scene)));
      std::cout << file.string() << std::endl;
      ++drawn;
    } catch (const InputError& e) {
      std::cerr << "hipcuff-render: " << e.what() << '\n';
      ++bad;
    }
  });
  if (values.count("quiet") == 0) {
    std::cerr << drawn << " overlay pictures in " << out.string();
    if (bad > 0)
      std::cerr << ", " << bad << " could not be drawn";
    if (without > 0)
      std::cerr << ", " << without << " images have no picture";
    std::cerr << '\n';
  }
  return bad == 0 ? allDone : drawn == 0 ? failed : someFailed;
}

} // namespace

Command overlaysCommand() {
  return {"overlays", "Draw each picture with its cortex, tendon borders and discontinuities",
          R"(  hipcuff-render overlays --results DIR/results.json [--out DIR/overlays] [--quiet]
      One PNG per image: the raw picture, cortex, tendon borders, discontinuities, facets, scale and legend.
      Each is named like its picture in DIR/pictures.
)",
          options, run};
}

} // namespace hipcuff::render
