// For the person who works on the facets.
//
//   facet_lab draw long|short hip|limb FIRSTSEED COUNT >> FILE    lines of bone of simulated pictures, with their truth
//   facet_lab measure FILE...                                     what splitFacets and nameFacets make of them
#include "facet_cases.h"
#include "hipcuff/segmentation/facets.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace hipcuff;
using testing::EdgeFound;
using testing::FacetCase;

namespace {

double quantile(std::vector<double> v, double share) {
  if (v.empty())
    return 0;
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(share * static_cast<double>(v.size() - 1) + 0.5)];
}

void printEdges(const std::string& name, const std::vector<EdgeFound>& edges) {
  std::vector<double> error;
  std::vector<double> middle;
  int shown = 0;
  double ratio = 0;
  for (const EdgeFound& e : edges) {
    shown += e.shown ? 1 : 0;
    if (!e.found)
      continue;
    error.push_back(e.edgeErrorMm);
    middle.push_back(e.middleErrorMm);
    ratio += e.edgeErrorMm <= 2 * e.sdMm ? 1 : 0;
  }
  const auto n = static_cast<double>(std::max<std::size_t>(1, error.size()));
  const auto within = std::count_if(error.begin(), error.end(), [](double e) { return e < 2; });
  std::cout << name << ": " << edges.size() << ", shown " << shown << ", found " << error.size() << "; error mm median "
            << quantile(error, 0.5) << " p90 " << quantile(error, 0.9) << ", below 2 mm " << within << ", within 2 sd "
            << ratio / n << "; bend's middle median " << quantile(middle, 0.5) << " p90 " << quantile(middle, 0.9)
            << '\n';
}

void printCalibration(const std::vector<EdgeFound>& edges) {
  double expected = 0;
  int all = 0;
  for (double low = 0; low < 1; low += 0.2) {
    double sum = 0;
    double right = 0;
    int n = 0;
    for (const EdgeFound& e : edges)
      if (e.found && e.confidence >= low && e.confidence < low + 0.2) {
        ++n;
        sum += e.confidence;
        right += e.edgeErrorMm < 2 ? 1 : 0;
      }
    all += n;
    expected += std::abs(right - sum);
    if (n > 0)
      std::cout << "  confidence " << sum / n << ": " << n << " ends, " << right / n << " of them below 2 mm\n";
  }
  std::cout << "  expected calibration error " << expected / std::max(1, all) << '\n';
}

int measure(const std::vector<std::string>& files) {
  std::vector<EdgeFound> edges[2][2]; // by view, arrival
  std::vector<EdgeFound> every;
  std::vector<double> likeness[2][2]; // by view, limb
  double seconds = 0;
  int pictures = 0;
  for (const std::string& file : files) {
    std::ifstream in(file);
    while (const auto c = testing::readFacetCase(in)) {
      const std::size_t view = c->view == View::longAxis ? 0 : 1;
      for (const EdgeFound& e : testing::measuredEdges(*c)) {
        edges[view][e.isArrival ? 1 : 0].push_back(e);
        every.push_back(e);
      }
      if (c->segments.empty())
        continue; // refused for want of a cortex
      const std::clock_t start = std::clock();
      likeness[view][c->limb ? 1 : 0].push_back(testing::measuredLikeness(*c));
      seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      ++pictures;
    }
  }
  std::cout << std::fixed << std::setprecision(2);
  printEdges("long axis, proximal shoulder", edges[0][1]);
  printEdges("long axis, distal shoulder", edges[0][0]);
  printEdges("short axis, apex to the anterior facet", edges[1][1]);
  printEdges("short axis, apex to the posterior facet", edges[1][0]);
  printCalibration(every);
  for (const std::size_t view : {0U, 1U}) {
    const auto& hips = likeness[view][0];
    const auto& limbs = likeness[view][1];
    if (hips.empty() || limbs.empty())
      continue;
    std::cout << (view == 0 ? "long" : "short") << " axis, hip " << hips.size() << " against limb " << limbs.size()
              << ": area under the curve " << testing::areaUnderCurve(hips, limbs) << '\n';
    for (const double limit : {0.05, 0.2, 0.4, 0.6, 0.8}) {
      const auto below = [&](double v) { return v < limit; };
      std::cout << "  below " << limit << ": limbs "
                << static_cast<double>(std::count_if(limbs.begin(), limbs.end(), below)) / double(limbs.size())
                << ", hips "
                << static_cast<double>(std::count_if(hips.begin(), hips.end(), below)) / double(hips.size()) << '\n';
    }
  }
  if (pictures > 0)
    std::cout << "cost " << 1e3 * seconds / pictures << " ms a picture\n";
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() >= 2 && args[0] == "measure")
    return measure({args.begin() + 1, args.end()});
  if (args.size() != 5 || args[0] != "draw") {
    std::cerr << "facet_lab draw long|short hip|limb FIRSTSEED COUNT, or facet_lab measure FILE...\n";
    return 2;
  }
  const std::uint64_t first = std::stoull(args[3]);
  for (std::uint64_t seed = first; seed < first + std::stoull(args[4]); ++seed) {
    try {
      write(std::cout,
            testing::drawFacetCase(seed, args[1] == "short" ? View::shortAxis : View::longAxis, args[2] == "limb"));
      std::cout.flush();
    } catch (const std::runtime_error& e) {
      std::cerr << seed << ": " << e.what() << '\n';
    }
  }
  return 0;
}
