#include "object_reference.h"

#include "fields.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/results/stored_object.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;

constexpr const char* notOne = "give segmentations (SEG) or measurement reports (SR, template TID 1500)";

std::string counted(std::size_t n, const char* one, const char* several) {
  return std::to_string(n) + " " + (n == 1 ? one : several);
}

/// Experts who outline tears give the tendons that they drew without one as whole; those who never do say nothing of
/// tears. Of each reader by themselves.
void settleCodings(std::vector<ReferenceEntry>& entries, const std::set<std::string>& drawTears,
                   std::vector<std::string>& warnings) {
  std::set<std::string> never;
  for (ReferenceEntry& entry : entries)
    if (entry.segments && !drawTears.contains(entry.source.name)) {
      entry.coding.discontinuities = false;
      never.insert(entry.source.name);
    }
  for (const std::string& name : never)
    warnings.push_back("No segmentation" + (name.empty() ? std::string() : " of " + name) +
                       " outlines a discontinuity, so they are taken for outlines of the whole tendon.");
}

class Collector {
public:
  explicit Collector(const ReferenceOptions& options)
      : map_(options.map) {}

  /// @return false: neither a segmentation nor a report. @throws InputError
  bool take(const fs::path& file) {
    const dicom::StoredObject object = dicom::readStoredObject(file);
    const auto kind = dicom::kindOf(object.sopClassUid);
    if (kind != dicom::ObjectKind::seg && kind != dicom::ObjectKind::sr)
      return false;
    // The same object under two names is one object.
    if (!seen_.insert(object.sopInstanceUid).second) {
      ++copies_;
      return true;
    }
    ObjectAnswers said =
        kind == dicom::ObjectKind::seg ? readSegmentationReference(file, map_) : readReportReference(file, map_);
    for (const std::string& note : said.notes)
      notes_.push_back(file.filename().string() + ": " + note + ".");
    ours_ += said.ours ? 1 : 0;
    for (ReferenceEntry& entry : said.entries) {
      if (entry.segments && (said.ours || std::any_of(entry.segments->labels.begin(), entry.segments->labels.end(),
                                                      [](const auto& item) { return item.second == 2; })))
        drawTears_.insert(entry.source.name);
      out_.entries.push_back(std::move(entry));
    }
    ++used_;
    return true;
  }

  void leave(const fs::path& file, const InputError& error) {
    out_.leftovers.push_back({Leftover::Kind::conflict, file.filename().string(),
                              error.problem() + (error.remedy().empty() ? "" : " (" + error.remedy() + ")")});
  }

  Reference finish(const fs::path& where, const std::string& digest) {
    settleCodings(out_.entries, drawTears_, out_.warnings);
    constexpr std::size_t most = 5;
    for (std::size_t i = 0; i < std::min(most, notes_.size()); ++i)
      out_.warnings.push_back(notes_[i]);
    if (notes_.size() > most)
      out_.warnings.push_back("In " + counted(notes_.size() - most, "more place", "more places") +
                              " something of a DICOM object was passed over.");
    if (!out_.leftovers.empty())
      out_.warnings.push_back(
          where.filename().string() + ": " + counted(out_.leftovers.size(), "DICOM object", "DICOM objects") +
          " can't be used, first " + out_.leftovers.front().what + ": " + out_.leftovers.front().why + ".");
    if (copies_ > 0)
      out_.warnings.push_back(counted(copies_, "file is", "files are") + " a copy of another one and counted once.");
    if (ours_ > 0)
      out_.warnings.push_back(counted(ours_, "DICOM object is", "DICOM objects are") +
                              " HipCuff's own, reviewed or not: such a reference is not independent of what it is "
                              "compared with.");
    out_.files.push_back({where, "DICOM objects", digest, used_});
    return std::move(out_);
  }

private:
  const TableMap& map_;
  Reference out_;
  std::vector<std::string> notes_;
  std::set<std::string> drawTears_;
  std::set<std::string> seen_; ///< SOP instance UIDs
  std::size_t used_ = 0;
  std::size_t ours_ = 0;
  std::size_t copies_ = 0;
};

} // namespace

bool isDicomFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, 132> head{};
  return in.read(head.data(), head.size()) && std::string_view(head.data() + 128, 4) == "DICM";
}

std::string readerOf(const std::string& personName, const TableMap& map) {
  // The first of its spellings; components divided by blanks, as people write names.
  std::string name = personName.substr(0, personName.find('='));
  std::replace(name.begin(), name.end(), '^', ' ');
  std::string tidy;
  for (const char c : trimmed(name))
    if (c != ' ' || tidy.empty() || tidy.back() != ' ')
      tidy += c;
  const auto said = map.readers.find(squashed(tidy));
  return said == map.readers.end() ? tidy : said->second;
}

Reference objectOf(const fs::path& file, const ReferenceOptions& options) {
  Collector collector(options);
  if (!collector.take(file))
    throw InputError(file, "is neither a DICOM segmentation nor a measurement report", notOne);
  return collector.finish(file, sha256OfFile(file));
}

Reference objectsOf(const fs::path& folder, const std::vector<fs::path>& files, const ReferenceOptions& options,
                    bool others) {
  Collector collector(options);
  std::optional<InputError> first;
  std::size_t taken = 0;
  for (const fs::path& file : files)
    try {
      taken += collector.take(file) ? 1 : 0;
    } catch (const InputError& error) {
      collector.leave(file, error);
      if (!first)
        first = error;
    }
  if (taken == 0 && first && !others)
    throw InputError(*first);
  if (taken == 0 && !first)
    return {};
  return collector.finish(folder, {});
}

} // namespace hipcuff::validation
