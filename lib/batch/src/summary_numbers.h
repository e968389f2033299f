// The numbers of a summary, straight from the catalogue.
#pragma once

#include "sqlite.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

/// A word of the catalogue (UTF-8) and how often it stands there.
struct Tally {
  std::string name;
  std::int64_t count = 0;
};

/// Inputs with the same trouble. Numbers in the problem are "#" where they differ.
struct Trouble {
  std::string problem, remedy;
  std::int64_t count = 0;
  std::string example; ///< one of the inputs
};

struct RunNumbers {
  std::int64_t id = 0;
  std::string started, ended, outcome, version, criteria, commandLine, shard;
  std::int64_t jobs = 0;
  std::optional<double> seconds;
  std::optional<std::int64_t> exams, images, bytes;
  std::optional<double> workerSeconds; ///< of those of its exams that no later run did again
  [[nodiscard]] std::optional<double> perSecond(std::optional<std::int64_t> what) const;
  /// Worker time over jobs x wall time.
  [[nodiscard]] std::optional<double> busy() const;
};

struct ViewAndSide {
  std::string view, side; ///< empty: unknown
  std::int64_t images = 0, graded = 0;
};

struct SlowInput {
  std::string path, format;
  double milliseconds = 0;
  std::optional<std::int64_t> frames, bytes;
};

struct Histogram {
  double binWidth = 0;
  int lastBin = 0; ///< holds what is beyond, too
  std::vector<std::int64_t> counts;
  int firstBin = 0; ///< of counts[0]; empty bins at the ends are left out
  std::int64_t total = 0;
  std::optional<double> mean, least, most;
};

struct SummaryNumbers {
  std::map<std::string, std::int64_t> exams, inputs; ///< by state; every state is there
  std::int64_t bytes = 0;                            ///< of the inputs that were analysed
  std::int64_t frames = 0;                           ///< of those
  std::vector<Tally> hipsByClass, imagesByClass;     ///< every class, full thickness first
  std::vector<Tally> hipRefusals, imageRefusals;     ///< by code; one hip may have several
  std::vector<Trouble> failures, skipped;
  std::int64_t moreFailures = 0, moreSkipped = 0; ///< kinds of trouble beyond those listed
  Histogram thickness;                            ///< mean thickness of graded hips, mm
  Histogram confidence;                           ///< of graded hips
  std::int64_t contradictoryHips = 0;
  std::string plugins; ///< see pluginsUsed()
  std::vector<ViewAndSide> viewsAndSides;
  std::vector<Tally> calibrationOrigins; ///< of images; an empty name: none
  std::vector<SlowInput> slowest;
  std::vector<RunNumbers> runs; ///< the latest first

  [[nodiscard]] static std::int64_t sum(const std::vector<Tally>& tallies);
};

[[nodiscard]] SummaryNumbers summaryNumbers(Database& database);

} // namespace hipcuff::batch
