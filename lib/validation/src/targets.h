// Which image, hip and patient each entry of a reference speaks of.
#pragma once

#include "image_index.h"

#include "hipcuff/validation/match.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hipcuff::validation {

/// An image, hip or patient: of the results, or named by the reference only ("loose").
struct ImageTarget {
  std::int64_t system = -1; ///< index into SystemResults::images
  std::string key;          ///< loose: UID, file or id as the reference says it
  std::int64_t hip = -1;    ///< index into Targets::hips
  std::string patient;      ///< as a row says it
  std::string failure;      ///< loose: the program was given it
  std::vector<std::uint32_t> entries;
};
struct HipTarget {
  std::string exam; ///< empty where nobody says it
  std::optional<Side> side;
  std::string key;     ///< unique
  std::string patient; ///< as a row says it
  std::optional<Answer> system;
  std::vector<std::uint32_t> images;  ///< into Targets::images
  std::vector<std::uint32_t> entries; ///< that name the hip, not an image
};

class Targets {
public:
  Targets(const SystemResults& system, const Reference& reference);

  std::vector<ImageTarget> images; ///< the results' first panes and what is named; then the loose ones
  std::vector<HipTarget> hips;
  std::map<std::string, std::vector<std::uint32_t>> patientEntries; ///< by patient's (or exam's) name
  std::vector<Leftover> leftovers;
  std::vector<std::string> warnings;

  /// The patient of an exam; empty where nobody says it.
  [[nodiscard]] std::string patientOf(const std::string& exam) const;
  [[nodiscard]] std::string patientOf(const HipTarget& hip) const;
  [[nodiscard]] std::string patientOf(const ImageTarget& image) const;

private:
  void addHips();
  void learnPatients();
  void addImageEntry(std::uint32_t i);
  [[nodiscard]] std::uint32_t targetOf(std::uint32_t image);
  void addToFurtherPanes(std::uint32_t i, std::uint32_t firstPane);
  void addOtherEntry(std::uint32_t i);
  [[nodiscard]] std::optional<std::string> examNamed(const std::string& name) const;
  [[nodiscard]] std::uint32_t looseImage(const ReferenceEntry& entry);
  [[nodiscard]] std::uint32_t hipOf(const std::string& exam, const std::optional<Side>& side, const std::string& key);
  void conflict(const ReferenceEntry& entry, const std::string& why);
  void noteSides();

  const SystemResults& system_;
  const Reference& reference_;
  ImageIndex index_;
  PathIndex failed_;
  PathIndex examFolders_;
  std::vector<std::string> examNames_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> examHips_; ///< results' hips by exam
  std::unordered_map<std::string, std::uint32_t> hipByKey_;
  std::unordered_map<std::string, std::uint32_t> looseByKey_;
  std::vector<std::int64_t> targetOfImage_; ///< by index into SystemResults::images; -1: a further pane
  std::unordered_map<std::string, std::string> patientByExam_;
  std::map<std::string, std::vector<std::string>> examsByPatient_;
  std::size_t otherSides_ = 0;
  std::string firstOtherSide_;
};

/// What an entry names, for people.
[[nodiscard]] std::string nameOf(const ReferenceEntry& entry);

} // namespace hipcuff::validation
