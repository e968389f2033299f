// What the engine asks of the catalogue and writes into it. One thread.
#pragma once

#include "exam_record.h"

#include "hipcuff/batch/batch.h"
#include "hipcuff/batch/catalogue.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::batch {

class Statement;

/// Frames of an input that will be analysed, and one for opening it: what progress is counted in.
[[nodiscard]] std::int64_t workOf(int frames, const FrameChoice& choice);

/// An exam that is to be done.
struct PlannedExam {
  std::int64_t id = 0;
  std::string key;
  std::string name;
  std::string studyInstanceUid;
  std::string folder;
  std::string studyDate;
  std::vector<InputRecord> inputs; ///< by path; without those that are gone, left out or copies
};

class Store {
public:
  explicit Store(Catalogue& catalogue);
  ~Store();

  /// Writes are kept together in one transaction until this is called (or so many have come together).
  void commit();
  /// Forgets what was not committed. Never throws.
  void rollBack() noexcept;

  std::int64_t beginRun(const BatchOptions& options, const std::string& settings);
  void endRun(std::int64_t run, const std::string& outcome, double seconds, const BatchCounts& counts);

  /// Nothing has ever been written into the catalogue.
  [[nodiscard]] bool isNew();
  /// Whether exams are being taken over from their folders; stays set where that is cut off.
  [[nodiscard]] bool isRecovering();
  void setRecovering(bool recovering);

  [[nodiscard]] std::optional<InputRecord> input(const std::string& path);
  /// The input where what is known of its header was read by this version with these settings; else none.
  [[nodiscard]] std::optional<InputRecord> inputAsRead(const std::string& path, const std::string& settings);
  /// Makes or renews the row of an input that the walk met.
  void putInput(const InputRecord& input, std::int64_t scan);
  /// The input is as it was.
  void touchInput(const InputRecord& input, std::int64_t scan);
  /// The input is another run's now (its exam is in another shard).
  void forget(const std::string& path);
  /// The exam's row, made where it is new.
  std::int64_t exam(const std::string& key, const std::string& studyInstanceUid, const std::string& folder,
                    const std::string& studyDate);

  /// The exam is to be done (again).
  void waitFor(std::int64_t exam);

  /// After a scan: inputs that are no longer there, and which exams are to be done.
  /// @param isThere asked of inputs that the scan didn't meet
  /// @param hasResults asked of finished exams by name: whether their folder is there
  /// @param onCopy told of inputs that are copies of others in their exam: path, and that of the one that counts
  void plan(std::int64_t scan, const std::string& settings, const BatchOptions& options,
            const std::function<bool(const std::string&)>& isThere,
            const std::function<bool(const std::string&)>& hasResults,
            const std::function<void(const std::string&, const std::string&)>& onCopy, BatchCounts& counts);
  /// The waiting exam that comes after `afterId`.
  [[nodiscard]] std::optional<PlannedExam> nextExam(std::int64_t afterId);
  /// That exam, with its inputs as they are now.
  [[nodiscard]] std::optional<PlannedExam> planned(std::int64_t exam);

  /// The waiting input with the most pixels a frame: its rows and columns only.
  [[nodiscard]] InputRecord largestToDo();

  /// What became of an exam: its images, hips and inputs take the place of older ones.
  void putResult(const ExamRecord& record, std::int64_t run);
  void setInputState(const std::string& path, InputState state, const std::string& problem, const std::string& remedy);

  /// Copies the inputs and exams of a scan that another catalogue holds, those of the shard only.
  void copyScan(Catalogue& from, const Shard& shard, std::int64_t scan);

  /// To be called before a statement of one's own that writes.
  void writing();

private:
  struct Statements;
  [[nodiscard]] std::optional<PlannedExam> planFrom(Statement& row);
  void skipCopies(const std::function<void(const std::string&, const std::string&)>& onCopy);
  void leaveOut(std::int64_t scan, const std::string& filter);
  void putHip(std::int64_t exam, const HipRecord& hip);
  void putImage(std::int64_t exam, const ImageRecord& image);
  void markGone(std::int64_t scan, const std::function<bool(const std::string&)>& isThere, BatchCounts& counts);

  Catalogue& catalogue_;
  std::unique_ptr<Statements> statements_;
  int pending_ = 0;
};

} // namespace hipcuff::batch
