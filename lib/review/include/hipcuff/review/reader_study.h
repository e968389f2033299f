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
/// the study goes on where it stopped. In the file's name READER stands with %XX for all but letters, digits, - and _.
/// The file is locked while the study is open. Not thread-safe.
///
/// Columns: reader, reading, sop_instance_uid, side, class, subtype, depth_fraction, thickness_max_mm, confidence,
/// seconds. What was not given is empty. A picture that is not DICOM has its path in sop_instance_uid. RFC 4180
/// quoting, LF, a decimal point in every locale. docs/reader-study.md describes them.
class ReaderStudy {
public:
  /// @param reader UTF-8 without control characters, at most 60 bytes
  /// @param pictures all there are to read, in any order, no doubles. More than when the reading was begun: they are
  ///        read too
  /// @throws UsageError empty or unusable reader, reading < 1, doubles; OutputError; InputError where the CSV at hand
  /// is
  ///         damaged, is of other pictures or columns, or is open in another program
  ReaderStudy(const std::filesystem::path& folder, std::string reader, int reading, std::vector<std::string> pictures);
  ~ReaderStudy();
  ReaderStudy(const ReaderStudy&) = delete;
  ReaderStudy& operator=(const ReaderStudy&) = delete;

  [[nodiscard]] std::optional<std::string> next() const; ///< none: all are read
  [[nodiscard]] std::size_t done() const noexcept;
  [[nodiscard]] std::size_t total() const noexcept;
  [[nodiscard]] const std::filesystem::path& file() const noexcept;
  /// Written: thickness to 0.01 mm, fractions to 0.001, seconds to 0.1.
  /// @throws UsageError where it isn't of next(), a number is out of its range, or the subtype is no line of UTF-8;
  ///         OutputError. The answer is not taken then
  void answer(const Reading& reading);
  /// Takes the last answer of this session back, so that it can be given anew; none: there is no more.
  /// @throws OutputError
  std::optional<Reading> takeBack();

  /// What speaks against starting this reading now: the one before isn't complete, or its last answer (by the file's
  /// time of change) is less than `apart` old (memory of the pictures makes a second reading too good). Empty: nothing,
  /// or it was started already.
  [[nodiscard]] static std::string tooEarly(const std::filesystem::path& folder, const std::string& reader, int reading,
                                            std::size_t pictures,
                                            std::chrono::hours apart = std::chrono::hours(24 * 14));

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::review
