// Prints how much planted text is found, stratum by stratum, and what is found on pictures as they are.
//
//   text_recall [--seed N] [--count N] [--misses DIR] [--least PER_CENT] PICTURE...
//
// A planted text counts as found if it can't go out unseen: all but 2 % of its ink is masked, or a doubt covers a third
// of it, so that the file goes to quarantine. With --least it fails where less is found, faint text aside.
#include "planting.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/deidentify/burned_in_text.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/screen/screen_finder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace hipcuff;
using namespace hipcuff::test;
using deidentify::findBurnedInText;
using deidentify::PixelFindings;

struct Base {
  std::string name;
  Cine cine;
  RgbImage picture;
  Mask bmode;
};

double covered(const Mask& ink, const std::vector<PixelBox>& boxes) {
  Mask left = ink;
  const PixelBox whole{0, 0, ink.width - 1, ink.height - 1};
  for (const PixelBox& any : boxes) {
    const PixelBox box = intersection(any, whole);
    for (int y = box.y0; y <= box.y1; ++y)
      std::fill(left.row(y) + box.x0, left.row(y) + std::max(box.x0, box.x1 + 1), std::uint8_t{0});
  }
  const auto count = [](const Mask& m) { return std::count(m.data.begin(), m.data.end(), std::uint8_t{255}); };
  return 1.0 - static_cast<double>(count(left)) / static_cast<double>(std::max<long>(1, count(ink)));
}

enum class Fate { masked, doubted, missed };

Fate fateOf(const Planted& planted, const PixelFindings& found) {
  std::vector<PixelBox> masks;
  for (const auto& mask : found.masks)
    masks.push_back(mask.box);
  std::vector<PixelBox> doubts;
  for (const auto& doubt : found.doubts)
    if (doubt.kind == deidentify::DoubtKind::textOverTissue)
      doubts.push_back(doubt.box);
  // Compression's blur around a letter is no ink of it.
  if (covered(planted.ink, masks) >= 0.98)
    return Fate::masked;
  return covered(planted.ink, doubts) >= 1.0 / 3 ? Fate::doubted : Fate::missed;
}

struct Tally {
  int planted = 0, masked = 0, doubted = 0;
  void add(Fate fate) {
    ++planted;
    masked += fate == Fate::masked;
    doubted += fate == Fate::doubted;
  }
};

void print(const std::string& what, const std::map<std::string, Tally>& rows) {
  std::printf("%-14s %8s %8s %8s %8s %8s\n", what.c_str(), "planted", "masked", "doubt", "missed", "found");
  for (const auto& [name, t] : rows)
    std::printf("%-14s %8d %8d %8d %8d %7.1f%%\n", name.c_str(), t.planted, t.masked, t.doubted,
                t.planted - t.masked - t.doubted, 100.0 * (t.masked + t.doubted) / std::max(1, t.planted));
  std::printf("\n");
}

} // namespace

int main(int argc, char** argv) {
  unsigned seed = 1;
  int count = 200;
  double least = 0;
  std::string misses;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seed" && i + 1 < argc)
      seed = static_cast<unsigned>(std::stoul(argv[++i]));
    else if (word == "--count" && i + 1 < argc)
      count = std::stoi(argv[++i]);
    else if (word == "--least" && i + 1 < argc)
      least = std::stod(argv[++i]);
    else if (word == "--misses" && i + 1 < argc)
      misses = argv[++i];
    else
      files.push_back(word);
  }
  const ScreenFinder screens;
  std::vector<Base> bases;
  int doubtful = 0;
  std::map<std::string, int> reasons;
  for (const std::string& file : files)
    try {
      Base base{std::filesystem::path(file).filename().string(), openCine(file), {}, {}};
      base.picture = base.cine.source->frame(0);
      PixelFindings found = findBurnedInText(base.cine, screens);
      base.bmode = std::move(found.bmode);
      doubtful += !found.doubts.empty();
      std::map<std::string, int> own;
      for (const auto& doubt : found.doubts)
        ++own[toString(doubt.kind)];
      for (const auto& [kind, times] : own) {
        ++reasons[kind];
        std::printf("as it is: %s: %s (%d)\n", base.name.c_str(), kind.c_str(), times);
      }
      bases.push_back(std::move(base));
    } catch (const Error& e) {
      std::cerr << e.what() << '\n';
    }
  std::printf("%zu pictures as they are: %d with a doubt\n\n", bases.size(), doubtful);
  if (bases.empty())
    return 1;
  std::mt19937 random(seed);
  std::map<std::string, Tally> byPlace, byStyle, byScript, byPacking, bySize, onTissue, all;
  int missed = 0;
  int silent = 0; // missed, and nothing else keeps the file back
  for (int i = 0; i < count; ++i) {
    const Base& base = bases[random() % bases.size()];
    const Plant what = randomPlant(random);
    const Planted planted = plant(base.picture, base.bmode, what, random);
    if (!planted.placed)
      continue;
    const Cine cine = cineOf({planted.picture}, base.cine, what.packing);
    const PixelFindings found = findBurnedInText(cine, screens);
    const Fate fate = fateOf(planted, found);
    all[what.style == Style::faint ? "faint" : "plain"].add(fate);
    byPlace[nameOf(what.place)].add(fate);
    byStyle[nameOf(what.style)].add(fate);
    byScript[nameOf(what.script)].add(fate);
    byPacking[nameOf(what.packing)].add(fate);
    bySize[what.height < 14   ? "10-13 px"
           : what.height < 20 ? "14-19 px"
           : what.height < 30 ? "20-29 px"
                              : "30-40 px"]
        .add(fate);
    if (what.place == Place::tissue)
      onTissue[nameOf(what.style)].add(fate);
    if (fate != Fate::missed)
      continue;
    silent += found.doubts.empty();
    std::printf("missed %d: %s %s %s %s %d px in %s\n", ++missed, nameOf(what.place), nameOf(what.style),
                nameOf(what.script), nameOf(what.packing), what.height, base.name.c_str());
    if (!misses.empty()) {
      const PixelBox b =
          intersection({planted.box.x0 - 40, planted.box.y0 - 40, planted.box.x1 + 40, planted.box.y1 + 40},
                       {0, 0, planted.picture.width - 1, planted.picture.height - 1});
      std::ofstream(misses + "/" + std::to_string(missed) + ".png") << encodePng(crop(planted.picture, b));
    }
  }
  std::printf("\n%d missed, %d of them in pictures that no other doubt keeps back\n\n", missed, silent);
  print("contrast", all);
  print("place", byPlace);
  print("style", byStyle);
  print("over tissue", onTissue);
  print("size", bySize);
  print("script", byScript);
  print("compression", byPacking);
  const Tally& plain = all["plain"];
  return (plain.masked + plain.doubted) * 100.0 >= least * plain.planted && plain.planted > 0 ? 0 : 1;
}
