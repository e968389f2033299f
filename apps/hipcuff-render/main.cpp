// hipcuff-render: pictures through VTK, in a process of its own because VTK needs an X display and aborts without one.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/core/version.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/rendering/private_display.h"
#include "hipcuff/rendering/results_overlays.h"

#include <boost/program_options.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace options = boost::program_options;
namespace fs = std::filesystem;

enum ExitCode { allDone = 0, failed = 1, wrongUsage = 2, someFailed = 3, noDisplay = 4 };

constexpr const char* usage = R"(hipcuff-render draws HipCuff's results as pictures.

Usage: hipcuff-render overlays --results DIR/results.json [--out DIR/overlays] [--quiet]

overlays: one PNG per image: the raw picture, cortex, tendon borders, discontinuities, facets, scale and legend.
Each is named like its picture in DIR/pictures. The paths written go to stdout, one a line.

)";

constexpr const char* afterUsage = R"(
Drawing needs an X display. Without one (no DISPLAY, or nothing answers there) a private Xvfb is started and ended
again; HIPCUFF_XVFB names its program where it is not on the PATH.

Exit codes: 0 all done, 1 failed, 2 wrong usage, 3 some images could not be drawn and the others were,
4 no display and no Xvfb: nothing was drawn.
)";

struct Request {
  fs::path results;
  fs::path out;
  bool quiet = false;
};

/// The display, started when the first picture is asked for: a run without pictures needs none.
class Drawer {
public:
  hipcuff::RgbImage draw(const hipcuff::OverlayScene& scene) {
    if (renderer_ == nullptr) {
      if (!hipcuff::displayAnswers())
        display_ = std::make_unique<hipcuff::PrivateDisplay>();
      renderer_ = std::make_unique<hipcuff::OverlayRenderer>();
    }
    return renderer_->render(scene);
  }

private:
  std::unique_ptr<hipcuff::PrivateDisplay> display_; // outlives the window that is on it
  std::unique_ptr<hipcuff::OverlayRenderer> renderer_;
};

int drawOverlays(const Request& request) {
  hipcuff::requireWritableFolder(request.out);
  Drawer drawer;
  int drawn = 0;
  int bad = 0;
  int without = 0;
  hipcuff::readResultOverlays(request.results, [&](const hipcuff::ResultOverlay& image) {
    if (!image.scene) {
      ++without;
      return;
    }
    try {
      const fs::path file = request.out / (image.id + ".png");
      hipcuff::writeFileAtomically(file, hipcuff::encodePng(drawer.draw(image.scene())));
      std::cout << file.string() << std::endl;
      ++drawn;
    } catch (const hipcuff::InputError& e) {
      std::cerr << "hipcuff-render: " << e.what() << '\n';
      ++bad;
    }
  });
  if (!request.quiet) {
    std::cerr << drawn << " overlay pictures in " << request.out.string();
    if (bad > 0)
      std::cerr << ", " << bad << " could not be drawn";
    if (without > 0)
      std::cerr << ", " << without << " images have no picture";
    std::cerr << '\n';
  }
  return bad == 0 ? allDone : drawn == 0 ? failed : someFailed;
}

int run(const std::vector<std::string>& words) {
  options::options_description described("Options");
  options::options_description all;
  described.add_options()("results", options::value<std::string>()->value_name("FILE"), "results.json to draw")(
      "out", options::value<std::string>()->value_name("DIR"), "folder for the pictures [overlays beside FILE]")(
      "quiet,q", "no summary on stderr")("help,h", "this text")("version", "version");
  all.add(described).add_options()("what", options::value<std::string>());
  options::positional_options_description positions;
  positions.add("what", 1);

  options::variables_map values;
  const auto style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;
  options::store(options::command_line_parser(words).options(all).positional(positions).style(style).run(), values);
  if (values.count("help") != 0) {
    std::cout << usage << described << afterUsage;
    return allDone;
  }
  if (values.count("version") != 0) {
    std::cout << "hipcuff-render " << hipcuff::version << '\n';
    return allDone;
  }
  if (values.count("what") == 0)
    throw hipcuff::UsageError("nothing to do", "try: hipcuff-render overlays --results DIR/results.json");
  if (const auto what = values["what"].as<std::string>(); what != "overlays")
    throw hipcuff::UsageError("unknown command '" + what + "'", "the only command is: overlays");
  if (values.count("results") == 0)
    throw hipcuff::UsageError("--results is missing", "give the results.json that hipcuff analyze wrote");

  Request request;
  request.results = values["results"].as<std::string>();
  request.out =
      values.count("out") != 0 ? fs::path(values["out"].as<std::string>()) : request.results.parent_path() / "overlays";
  request.quiet = values.count("quiet") != 0;
  if (!fs::exists(request.results))
    throw hipcuff::InputError(request.results, "does not exist", "give the results.json that hipcuff analyze wrote");
  return drawOverlays(request);
}

} // namespace

int main(int argc, char** argv) {
  const auto complain = [](const std::exception& e, int code) {
    std::cerr << "hipcuff-render: " << e.what() << '\n';
    return code;
  };
  try {
    return run({argv + 1, argv + argc});
  } catch (const options::error& e) {
    return complain(e, wrongUsage);
  } catch (const hipcuff::UsageError& e) {
    return complain(e, wrongUsage);
  } catch (const hipcuff::NoDisplayError& e) {
    return complain(e, noDisplay);
  } catch (const std::exception& e) {
    return complain(e, failed);
  }
}
