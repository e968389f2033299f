// Blinded reading for research: which picture next, and one CSV row for each answer.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/grade.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::review {

/// A picture to be read. What the program thinks of it is not in here.
struct Reading {
  std::string picture; ///< SOP instance UID, or the path where not DICOM
  std::optional<Side> side;
  GradeClass grade = GradeClass::notGradable;
  std::string subtype; ///< "undersurface", ...; empty where none
  std::optional<double> depthFraction;
  std::optional<double> thicknessMaxMm; ///< the reader's own caliper
  std::optional<double> confidence;     ///< 0..1
  double seconds = 0;                   ///< from first seen to answer, pauses not counted
};

/// Reading `reading` (1, 2, ...) of `reader`. The order is shuffled anew for each reader and reading, the same whenever
/// the study is opened again. Answers are appended to DIR/readings-READER-N.csv, on disk when answer() returns, and
/// the study goes on where it stopped.
///
/// Columns: reader, reading, sop_instance_uid, side, class, subtype, depth_fraction, thickness_max_mm, confidence,
/// seconds. What was not given is empty. A picture that is not DICOM has its path in sop_instance_uid.
class ReaderStudy {
public:
  /// @param pictures all there are to read, in any order, no doubles
  /// @throws UsageError empty reader, reading < 1; OutputError; InputError where the CSV at hand is damaged or is of
  ///         other pictures
  ReaderStudy(std::filesystem::path folder, std::string reader, int reading, std::vector<std::string> pictures);
  ~ReaderStudy();

  [[nodiscard]] std::optional<std::string> next() const; ///< none: all are read
  [[nodiscard]] std::size_t done() const noexcept;
  [[nodiscard]] std::size_t total() const noexcept;
  /// @throws OutputError; then the answer is not taken
  void answer(const Reading& reading);
  /// Takes the last answer of this session back, so that it can be given anew. @throws OutputError
  std::optional<Reading> takeBack();

  /// What speaks against starting this reading now: the one before isn't complete, or its last answer is less than
  /// `apart` old (memory of the pictures makes a second reading too good). Empty: nothing.
  [[nodiscard]] static std::string tooEarly(const std::filesystem::path& folder, const std::string& reader, int reading,
                                            std::size_t pictures,
                                            std::chrono::hours apart = std::chrono::hours(24 * 14));

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::review
