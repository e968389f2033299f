// Finished results become DICOM objects: which object for which result, and what is there already is not made again.
#pragma once

#include "hipcuff/core/progress.h"
#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/identity.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::pacs {

struct ObjectsOptions {
  std::vector<dicom::ObjectKind> kinds;
  /// Where the objects go; made where missing. Empty: `dicom` in the results' folder.
  std::filesystem::path out{};
  /// Folders to look through (by SOP Instance UID) for images that are not where the results say.
  std::vector<std::filesystem::path> sources{};
};

struct ResultObject {
  dicom::ObjectKind kind = dicom::ObjectKind::sr;
  std::filesystem::path path;
  std::string studyInstanceUid;
  std::string sopInstanceUid;
  bool alreadyThere = false; ///< of an earlier run, with the same content: the very same bytes
};

struct ResultObjects {
  std::filesystem::path folder;
  std::vector<ResultObject> objects; ///< study by study: the report first, then image by image
  /// Images whose objects could not be written (failed) or that can't have any (skipped), and why.
  std::vector<InputOutcome> leftOut;
  /// Objects that an earlier run left in the folder and that no longer hold: removed.
  std::vector<std::filesystem::path> removed;
  bool stopped = false; ///< on request, between two images: the same call goes on
};

/// One report (SR) for each study; one segmentation (SEG) and one presentation state (GSPS) for each image; one picture
/// (SC) for each overlay in the results' folder.
///
/// File names: `study-` or the image's id, kind and the beginning of the content's key. An object whose content is
/// there already stays as it is; objects of ours of the same study or image with other content are removed from the
/// folder, and so are those of other studies and images that an earlier run listed, so that what lies there is what
/// holds. Objects of an image that can't be found now stay while the results are the same. objects.json beside them
/// lists kind, file, UIDs and digest. The results are read study by study: memory does not grow with them. A study
/// whose images name several patients gets no object, one of which an image is missing no report. Kinds that the folder
/// holds already are renewed with those asked for, so that no object of an earlier content stays beside a new one.
/// @param results folder or results.json
/// @param progress counts images; is asked between two of them whether to stop
/// @throws InputError where the results can't be read; OutputError (folder not writable, disk full)
[[nodiscard]] ResultObjects writeResultObjects(const std::filesystem::path& results, const ObjectsOptions& options,
                                               Progress& progress);

} // namespace hipcuff::pacs
