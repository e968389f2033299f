#include "source_finder.h"

#include "hipcuff/core/error.h"
#include "hipcuff/ingest/walk.h"

#include <system_error>

namespace hipcuff::pacs {

dicom::SourceImage SourceFinder::find(const std::filesystem::path& path, const std::string& sopInstanceUid) {
  std::error_code ignored;
  const bool there = std::filesystem::exists(path, ignored);
  if (there) {
    try {
      auto image = dicom::SourceImage::read(path);
      if (image.sopInstanceUid == sopInstanceUid)
        return image;
    } catch (const InputError&) {
      if (folders_.empty())
        throw;
    }
  }
  if (!looked_)
    lookThrough();
  if (const auto it = known_.find(sopInstanceUid); it != known_.end())
    return dicom::SourceImage::read(it->second);
  const std::string name =
      there ? "it is another image than the one that was analysed" : "the image is not there any more";
  throw InputError(path, name + (folders_.empty() ? "" : " and in none of the folders given"),
                   "say with --source in which folder the images are");
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
      known_.try_emplace(dicom::SourceImage::read(found->path).sopInstanceUid, found->path);
    } catch (const Error&) {
      // Not DICOM, or damaged: not the image that is looked for.
    }
  }
}

} // namespace hipcuff::pacs
