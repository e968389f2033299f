// Pictures and volumes through ITK's image IO classes.
#pragma once

#include "sniff.h"

#include "hipcuff/core/cine.h"

namespace hipcuff::ingest {

/// png, jpeg, bmp, tiff, metaImage or nrrd. @throws InputError
[[nodiscard]] Cine openPicture(const std::filesystem::path& path, Content content);

} // namespace hipcuff::ingest
