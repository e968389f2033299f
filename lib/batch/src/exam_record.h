// What the catalogue keeps of an exam, and the same as exam.json in the exam's folder: whichever of both is lost can be
// made from the other.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

enum class InputState { waiting, done, failed, skipped, gone, leftOut };
[[nodiscard]] const char* toString(InputState state) noexcept; ///< "waiting", ... "left_out"
[[nodiscard]] std::optional<InputState> inputState(std::string_view word) noexcept;

/// One input as the walk met it, and what became of it.
struct InputRecord {
  std::int64_t id = 0;   ///< in the catalogue
  std::int64_t exam = 0; ///< in the catalogue; 0: none
  std::string path;      ///< absolute; bytes as the file system has them
  std::int64_t size = 0;
  std::int64_t modified = 0; ///< ns since 1970
  std::string sha256;        ///< empty until it was analysed
  std::string sopInstanceUid;
  std::string format;
  int rows = 0;
  int columns = 0;
  int frames = 0;
  std::string side, view, region; ///< words; empty where unknown
  InputState state = InputState::waiting;
  std::string problem;
  std::string remedy;
  double milliseconds = 0;
};

/// One result of an input, as the catalogue's table `images` has it.
struct ImageRecord {
  std::string path; ///< of its input
  std::string image;
  std::string sopInstanceUid;
  int pane = 0;
  int frames = 0;
  std::string side, view, region, calibrationOrigin;
  bool gradable = false;
  std::string grade, subtype, certainty;
  int severity = 0;
  std::optional<double> confidence;
  std::optional<std::array<double, 4>> probabilities;
  std::string reasons; ///< codes, separated by ;
  std::optional<double> thicknessMeanMm, thicknessMaxMm, thicknessMinMm;
  std::optional<int> discontinuities;
  std::string worstKind;
  std::optional<double> worstDepthMm, worstDepthFraction, worstLengthMm;
  std::optional<double> bursalFluidMm;
  std::optional<int> calcifications;
};

struct HipRecord {
  std::string side, grade, subtype, certainty;
  int severity = 0;
  std::optional<double> confidence;
  std::optional<std::array<double, 4>> probabilities;
  std::optional<double> thicknessMeanMm, thicknessMaxMm, sideDifferenceMm, tearDepthMm, tearLengthMm;
  bool contradictory = false;
  std::string reasons;
  int images = 0;
  std::string thumbnail; ///< file in the exam's folder; empty where there is none
};

/// What its header says.
void describe(const Cine& cine, InputRecord& input);
/// The state of an unchanged input that has been looked at again: what was away, left out or could not be read is done
/// where the results are of it, and waits otherwise.
void takeBack(InputRecord& input);

struct ExamRecord {
  std::string key;
  std::string name; ///< "exam-" and 12 hex digits
  std::string studyInstanceUid;
  std::string folder; ///< where there is no study UID
  std::string studyDate;
  std::string settings, version, criteria;
  std::string plugins; ///< "name version" of each, with commas; empty: none
  std::string finished;
  double seconds = 0;
  std::string error;               ///< why there is no result at all; empty otherwise
  std::vector<InputRecord> inputs; ///< by path
  std::vector<ImageRecord> images; ///< by path and pane
  std::vector<HipRecord> hips;
  std::vector<std::string> notes{}; ///< for the person, now; not written
};

/// "exam-" and 12 hex digits of a SHA-256 of the key: no identity, the same on every machine.
[[nodiscard]] std::string examName(const std::string& key);

[[nodiscard]] ImageRecord recordOf(const ImageResult& image, const std::string& id);
[[nodiscard]] HipRecord recordOf(const HipResult& hip);

/// SHA-256 over the inputs' paths and contents: equal where an exam was made from the same files.
[[nodiscard]] std::string fingerprintOf(const ExamRecord& record);

/// Schema hipcuff.exam/1. Times stand in one object at its end.
[[nodiscard]] std::string toJson(const ExamRecord& record);
/// @throws InputError where it can't be read or is no such record
[[nodiscard]] ExamRecord readExamRecord(const std::filesystem::path& file);

} // namespace hipcuff::batch
