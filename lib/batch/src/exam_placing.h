// An exam's folder from one batch into another.
#pragma once

#include <filesystem>
#include <string>

namespace hipcuff::batch {

/// What a catalogue says of an exam's results, to tell whether a folder holds them.
struct ExamResults {
  std::string key;
  std::string name;
  std::string settings;
  std::string fingerprint;
  std::string finished;
};

/// Whether the batch's folder holds just these results.
[[nodiscard]] bool holdsResults(const std::filesystem::path& batch, const ExamResults& results);

class ExamPlacer {
public:
  /// @param move rather than link
  ExamPlacer(std::filesystem::path from, std::filesystem::path to, bool move)
      : from_(std::move(from))
      , to_(std::move(to))
      , move_(move) {}

  /// Puts the exam's folder in place, whole. One that is there and is another goes to superseded/; one that is the same
  /// stays. @return why it can't be, or empty
  /// @throws OutputError disk full, not writable
  [[nodiscard]] std::string place(const ExamResults& results) const;

private:
  std::filesystem::path from_;
  std::filesystem::path to_;
  bool move_;
};

} // namespace hipcuff::batch
