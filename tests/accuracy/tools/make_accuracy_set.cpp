// Writes the pictures of one accuracy split with their truth:
//   make_accuracy_set SPLITS.json NAME OUT [--jobs N]     resumes: a picture that is there is not made again
//   make_accuracy_set SPLITS.json NAME --list             the manifest alone
//   make_accuracy_set --ranges                            what drawRecipe draws from, over 4000 recipes
#include "plan.h"

#include "hipcuff/core/atomic_file.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace {

using namespace hipcuff;
using namespace hipcuff::accuracy;
namespace fs = std::filesystem;

std::string manifestLine(const Picture& p) {
  nlohmann::ordered_json line = {{"path", p.path},
                                 {"stratum", p.stratum},
                                 {"seed", p.recipe.seed},
                                 {"probe", phantom::toString(p.recipe.probe.shape)},
                                 {"style", phantom::toString(p.recipe.processing.style)}};
  if (!p.about.is_null())
    line.update(p.about);
  return line.dump();
}

void write(const fs::path& out, const std::vector<Picture>& pictures, int jobs) {
  std::set<fs::path> folders;
  std::string manifest;
  for (const Picture& p : pictures) {
    folders.insert((out / p.path).parent_path());
    manifest += manifestLine(p) + '\n';
  }
  for (const fs::path& folder : folders)
    fs::create_directories(folder);
  writeFileAtomically(out / "manifest.jsonl", manifest);
  std::vector<const Picture*> missing;
  for (const Picture& p : pictures)
    if (!fs::exists(out / (p.path + ".dcm"))) // written last: where it is, its truth is too
      missing.push_back(&p);
  std::cerr << pictures.size() << " pictures, " << missing.size() << " to be made\n";
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto begin = std::chrono::steady_clock::now();
  const auto work = [&] {
    for (std::size_t i = next++; i < missing.size(); i = next++) {
      const Picture& p = *missing[i];
      try {
        const fs::path place = out / p.path;
        phantom::writeExam(place.parent_path(), place.filename().string(), phantom::HipSimulator(p.recipe), p.tags,
                           p.codec);
      } catch (const std::exception& error) {
        const std::lock_guard lock(guard);
        std::cerr << p.path << ": " << error.what() << '\n';
        failure = std::current_exception();
        next = missing.size();
        return;
      }
      if (++done % 100 == 0) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        const std::lock_guard lock(guard);
        std::cerr << done << " of " << missing.size() << ", " << static_cast<int>(spent.count()) << " s\n";
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < jobs; ++i)
      workers.emplace_back(work);
    work();
  }
  if (failure)
    std::rethrow_exception(failure);
}

void printRanges() {
  std::map<std::string, std::pair<double, double>> ranges;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed)
    for (const auto& [name, value] : namedFields(phantom::drawRecipe(seed))) {
      auto [at, isNew] = ranges.try_emplace(name, value, value);
      at->second.first = std::min(at->second.first, value);
      at->second.second = std::max(at->second.second, value);
    }
  nlohmann::ordered_json json;
  for (const auto& [name, range] : ranges)
    json[name] = {range.first, range.second};
  std::cout << json.dump(1) << '\n';
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 1 && words[0] == "--ranges") {
    printRanges();
    return 0;
  }
  const bool list = words.size() == 3 && words[2] == "--list";
  const bool jobsGiven = words.size() == 5 && words[3] == "--jobs";
  if (!list && words.size() != 3 && !jobsGiven) {
    std::cerr << "usage: make_accuracy_set SPLITS.json NAME OUT [--jobs N] | SPLITS.json NAME --list | --ranges\n";
    return 2;
  }
  std::ifstream in(words[0]);
  if (!in)
    throw std::runtime_error(words[0] + ": cannot be read");
  const auto splits = nlohmann::json::parse(in);
  const std::vector<Picture> pictures = planSet(splits, words[1]);
  if (list)
    for (const Picture& p : pictures)
      std::cout << manifestLine(p) << '\n';
  else
    write(words[2], pictures, jobsGiven ? std::max(1, std::stoi(words[4])) : 1);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
