// How far borders lie from the true one before and after the level set, on simulated hips.
//
//   level_set_lab FIRST_SEED COUNT [shift=MM] [wave=MM] [tissue=given|asked|none] [key=value...]
//
// shift, wave: the built-in's border is displaced by so much first, evenly or as a sine of 8 mm. tissue: the built-in's
// probabilities as they came along, those that the plugin asks for itself, or none. key: a parameter of the plugin.
#include "border_refiner.h"
#include "hips.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>
#include <string>
#include <thread>

namespace {

constexpr double waveLengthMm = 8;

struct Options {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  double shiftMm = 0;
  double waveMm = 0;
  std::string tissue = "given";
  level_set::Settings settings;
};

struct Sums {
  std::vector<double> before; ///< mean absolute error of each picture
  std::vector<double> after;
  double bias = 0;
  double covered = 0;
  double stations = 0;
  double ms = 0;
};

Options optionsOf(const std::vector<std::string>& args) {
  Options o;
  o.first = std::stoull(args.at(0));
  o.count = std::stoull(args.at(1));
  level_set::Settings& s = o.settings;
  const std::map<std::string, double*> numbers{{"shift", &o.shiftMm},
                                               {"wave", &o.waveMm},
                                               {"max_move_mm", &s.maxMoveMm},
                                               {"tissue_weight", &s.tissueWeight},
                                               {"tissue_lean", &s.tissueLean},
                                               {"edge_weight", &s.edgeWeight},
                                               {"edge_sigma_mm", &s.edgeSigmaMm},
                                               {"along_sigma_mm", &s.alongSigmaMm},
                                               {"hold_weight", &s.holdWeight},
                                               {"curvature_weight", &s.curvatureWeight}};
  for (std::size_t i = 2; i < args.size(); ++i) {
    const auto equals = args[i].find('=');
    const std::string key = args[i].substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : args[i].substr(equals + 1);
    if (key == "tissue")
      o.tissue = value;
    else if (key == "iterations")
      s.iterations = std::stoi(value);
    else
      *numbers.at(key) = std::stod(value);
  }
  if (o.tissue == "none")
    s.tissueWeight = 0;
  return o;
}

double now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

/// Of twelve hips five are normal, two have tendinosis and five a tear of each kind.
hipcuff::phantom::HipRecipe recipeOf(std::uint64_t seed) {
  using hipcuff::phantom::Pathology;
  constexpr Pathology mix[] = {Pathology::normal,         Pathology::normal,        Pathology::normal,
                               Pathology::normal,         Pathology::normal,        Pathology::tendinosis,
                               Pathology::tendinosis,     Pathology::undersurface,  Pathology::bursal,
                               Pathology::intrasubstance, Pathology::fullThickness, Pathology::fullThickness};
  hipcuff::phantom::RecipeWishes wishes;
  wishes.pathology = mix[seed % 12];
  return hipcuff::phantom::drawRecipe(seed, wishes);
}

void add(const Options& o, std::uint64_t seed, Sums& sums, std::mutex& mutex) {
  const auto hip = hips::simulated(recipeOf(seed));
  if (!hip)
    return;
  hipcuff::Tendon start = hip->tendon;
  if (o.tissue != "given")
    start.tissue = nullptr;
  for (auto& s : start.stations)
    s.superficialMm = s.superficialMm +
                      s.normal * (o.shiftMm + o.waveMm * std::sin(2 * std::numbers::pi * s.positionMm / waveLengthMm +
                                                                  static_cast<double>(seed)));
  const double begin = now();
  const hipcuff::Tendon moved = level_set::refine(hip->frame, hip->working, start, hip->view, o.settings);
  const double ms = now() - begin;
  const std::lock_guard lock(mutex);
  sums.before.push_back(hips::errorOf(start, *hip));
  sums.after.push_back(hips::errorOf(moved, *hip));
  sums.ms += ms;
  for (std::size_t k = 0; k < moved.stations.size(); ++k)
    if (hip->trueHeightMm[k]) {
      const double error = hips::heightOf(moved.stations[k]) - *hip->trueHeightMm[k];
      sums.bias += error;
      sums.covered += std::abs(error) <= 1.96 * moved.stations[k].sdMm ? 1 : 0;
      sums.stations += 1;
    }
}

double mean(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}
double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) {
    std::fputs("level_set_lab FIRST_SEED COUNT [shift=MM] [wave=MM] [tissue=given|asked|none] [key=value...]\n",
               stderr);
    return 2;
  }
  Options o;
  try {
    o = optionsOf(args);
  } catch (const std::exception&) {
    std::fputs("level_set_lab: a word that it does not know, or no number\n", stderr);
    return 2;
  }
  Sums sums;
  std::mutex mutex;
  std::atomic<std::uint64_t> next = 0;
  {
    std::vector<std::jthread> pool;
    for (unsigned j = 0; j < std::max(1U, std::thread::hardware_concurrency()); ++j)
      pool.emplace_back([&] {
        for (std::uint64_t i = next++; i < o.count; i = next++)
          add(o, o.first + i, sums, mutex);
      });
  }
  if (sums.before.empty()) {
    std::puts("no tendon was found on any of them");
    return 1;
  }
  int better = 0;
  for (std::size_t i = 0; i < sums.before.size(); ++i)
    better += sums.after[i] < sums.before[i] ? 1 : 0;
  const auto n = static_cast<double>(sums.before.size());
  std::printf(
      "%zu hips: error %.3f -> %.3f mm (median %.3f -> %.3f), smaller on %.0f %%, bias %+.3f mm, 95 %% interval "
      "covers %.1f %%, %.1f ms\n",
      sums.before.size(), mean(sums.before), mean(sums.after), median(sums.before), median(sums.after),
      100 * better / n, sums.bias / sums.stations, 100 * sums.covered / sums.stations, sums.ms / n);
  return 0;
}
