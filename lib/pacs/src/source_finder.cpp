#include "source_finder.h"

#include "hipcuff/ingest/walk.h"

#include <exception>
#include <system_error>
#include <utility>

namespace hipcuff::pacs {
namespace {

/// Where a path of the results may lead: it is as the person typed it, and where that was is nowhere written.
std::vector<std::filesystem::path> placesOf(const std::filesystem::path& path, const std::filesystem::path& results) {
  std::vector<std::filesystem::path> out{path};
  if (path.is_relative())
    for (auto base = results; !base.empty(); base = base.parent_path()) {
      out.push_back(base / path);
      if (base == base.parent_path())
        break;
    }
  return out;
}

} // namespace

SourceFinder::SourceFinder(std::filesystem::path results, std::vector<std::filesystem::path> folders)
    : results_(std::filesystem::absolute(results).lexically_normal())
    , folders_(std::move(folders)) {
  if (!results_.has_filename()) // "results/"
    results_ = results_.parent_path();
}

dicom::SourceImage SourceFinder::find(const std::filesystem::path& path, const std::string& sopInstanceUid) {
  std::error_code ignored;
  bool another = false;
  std::exception_ptr damaged;
  for (const auto& place : placesOf(path, results_)) {
    if (!std::filesystem::exists(place, ignored))
      continue;
    try {
      auto image = dicom::SourceImage::read(place);
      if (image.sopInstanceUid == sopInstanceUid)
        return image;
      another = true;
    } catch (const Error&) { // the right one may be elsewhere
      if (!damaged)
        damaged = std::current_exception();
    }
  }
  if (!looked_)
    lookThrough();
  if (const auto it = known_.find(sopInstanceUid); it != known_.end()) {
    auto found = dicom::SourceImage::read(it->second.front());
    for (const auto& other : it->second)
      if (dicom::SourceImage::read(other).patientKey != found.patientKey)
        throw InputError(
            path, "two files of different patients claim to be it: " + found.path.string() + " and " + other.string(),
            "give --source a folder that holds the right one only");
    return found;
  }
  if (damaged && folders_.empty())
    std::rethrow_exception(damaged);
  std::string looked = folders_.empty() ? "" : ", nor in the folders given";
  if (path.is_relative())
    looked = ": not from " + std::filesystem::current_path(ignored).string() +
             ", nor from the results' folder or one above it" + looked;
  constexpr const char* remedy = "say with --source in which folder the images are";
  if (another)
    throw InputError(path, "it is another image than the one that was analysed" + looked, remedy);
  throw SourceNotFound(path, "the image is not there any more" + looked, remedy);
}

void SourceFinder::lookThrough() {
  looked_ = true;
  if (folders_.empty())
    return;
  InputWalker walker(folders_);
  while (const auto item = walker.next()) {
    const auto* found = std::get_if<FoundInput>(&*item);
    if (found == nullptr)
      continue;
    try {
      known_[dicom::SourceImage::read(found->path).sopInstanceUid].push_back(found->path);
    } catch (const Error&) {
      // Not DICOM, or damaged: not the image that is looked for.
    }
  }
}

} // namespace hipcuff::pacs
