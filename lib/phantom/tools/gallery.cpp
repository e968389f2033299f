// Contact sheets of simulated hips: docs/gallery, and a look at what a change of the simulator does.
//
//   hipcuff-phantom-gallery OUT.png [seed=1] [columns=4] [rows=3] [cell=300] [view=long|short] [pathology=NAME|all]
//                           [confounder=NAME|all] [not_gradable=NAME|all] [tissue=1] [frames=N]
//
// `all` takes one after the other. tissue=1 puts the tissue map beside each picture. frames=N shows frames of one cine.
#include "names.h"
#include "screen_art.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/png.h"
#include "hipcuff/phantom/phantom.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

namespace {

using namespace hipcuff;
using namespace hipcuff::phantom;

constexpr std::array<std::array<std::uint8_t, 3>, 14> colours = {{{0, 0, 0},
                                                                  {200, 160, 130},
                                                                  {240, 220, 120},
                                                                  {255, 255, 255},
                                                                  {150, 50, 50},
                                                                  {60, 160, 240},
                                                                  {150, 90, 220},
                                                                  {255, 40, 40},
                                                                  {40, 220, 220},
                                                                  {70, 70, 70},
                                                                  {30, 110, 60},
                                                                  {255, 160, 0},
                                                                  {0, 120, 120},
                                                                  {90, 200, 120}}};

std::map<std::string, std::string> options;

int number(const std::string& key, int preset) {
  return options.contains(key) ? std::stoi(options.at(key)) : preset;
}

template <typename Enum>
std::optional<Enum> chosen(const std::string& key, int index, int first) {
  if (!options.contains(key))
    return std::nullopt;
  const auto& words = names<Enum>;
  const int count = static_cast<int>(words.size());
  if (options.at(key) == "all")
    return static_cast<Enum>(first + index % (count - first));
  for (int i = 0; i < count; ++i)
    if (options.at(key) == words[static_cast<std::size_t>(i)])
      return static_cast<Enum>(i);
  throw std::runtime_error(key + " knows no " + options.at(key));
}

/// The box of the picture, averaged down to `width` columns and at most `height` rows.
void place(RgbImage& sheet, int x0, int y0, int width, int height, const PixelBox& box, const RgbImage& picture,
           bool nearest) {
  const double scale = std::max(static_cast<double>(box.width()) / width, static_cast<double>(box.height()) / height);
  for (int y = 0; y < std::min(height, static_cast<int>(box.height() / scale)); ++y)
    for (int x = 0; x < std::min(width, static_cast<int>(box.width() / scale)); ++x)
      for (int c = 0; c < 3; ++c) {
        const int left = box.x0 + static_cast<int>(x * scale);
        const int top = box.y0 + static_cast<int>(y * scale);
        const int right =
            nearest ? left : std::min(box.x1, std::max(left, box.x0 + static_cast<int>((x + 1) * scale) - 1));
        const int bottom =
            nearest ? top : std::min(box.y1, std::max(top, box.y0 + static_cast<int>((y + 1) * scale) - 1));
        int sum = 0;
        for (int v = top; v <= bottom; ++v)
          for (int u = left; u <= right; ++u)
            sum += picture.at(u, v, c);
        sheet.at(x0 + x, y0 + y, c) = static_cast<std::uint8_t>(sum / ((right - left + 1) * (bottom - top + 1)));
      }
}

void run(const std::string& out) {
  const int columns = number("columns", 4);
  const int rows = number("rows", 3);
  const int cell = number("cell", 300);
  const int height = cell * 4 / 5;
  const bool tissue = number("tissue", 0) != 0;
  const int frames = number("frames", 1);
  const int step = cell * (tissue ? 2 : 1) + 4;
  RgbImage sheet(columns * step, rows * (height + 16), 24);
  std::optional<HipSimulator> simulator;
  for (int i = 0; i < columns * rows; ++i) {
    RecipeWishes wishes;
    wishes.frames = frames;
    wishes.view = chosen<View>("view", i, 0);
    wishes.pathology = chosen<Pathology>("pathology", i, 0);
    wishes.confounder = chosen<Confounder>("confounder", i, 1);
    wishes.notGradable = chosen<NotGradable>("not_gradable", i, 1).value_or(NotGradable::none);
    if (frames == 1 || i == 0)
      simulator.emplace(drawRecipe(static_cast<std::uint64_t>(number("seed", 1) + i), wishes));
    const HipRecipe& r = simulator->recipe();
    const int frame = frames == 1 ? 0 : i * frames / (columns * rows);
    const int x0 = i % columns * step;
    const int y0 = i / columns * (height + 16);
    place(sheet, x0, y0 + 14, cell, height, r.screen.region, simulator->renderRgb(frame), false);
    if (tissue) {
      const auto map = simulator->tissueMap(frame);
      RgbImage painted(map.width, map.height);
      for (std::size_t k = 0; k < map.data.size(); ++k)
        for (std::size_t c = 0; c < 3; ++c)
          painted.data[3 * k + c] = colours[map.data[k]][c];
      place(sheet, x0 + cell, y0 + 14, cell, height, r.screen.region, painted, true);
    }
    std::string label = std::to_string(r.seed) + " " + toString(r.pathology) + " " + hipcuff::toString(r.view);
    if (r.confounder != Confounder::none)
      label += std::string(" ") + toString(r.confounder);
    if (r.notGradable != NotGradable::none)
      label += std::string(" ") + toString(r.notGradable);
    std::transform(label.begin(), label.end(), label.begin(),
                   [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::toupper(c)); });
    GreyImage line(cell, 12);
    drawText(line, 2, 2, label, 1, 255);
    place(sheet, x0, y0 + 1, cell, 12, {0, 0, cell - 1, 11}, toRgb(line), true);
  }
  writeFileAtomically(out, encodePng(sheet));
}

} // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2)
      throw std::runtime_error("usage: hipcuff-phantom-gallery OUT.png [key=value ...]");
    for (int i = 2; i < argc; ++i) {
      const std::string word = argv[i];
      const std::size_t equal = word.find('=');
      if (equal == std::string::npos)
        throw std::runtime_error("not key=value: " + word);
      options[word.substr(0, equal)] = word.substr(equal + 1);
    }
    run(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hipcuff-phantom-gallery: %s\n", error.what());
    return 1;
  }
  return 0;
}
