// Video clips through libavformat, libavcodec and libswscale.
#pragma once

#include "hipcuff/core/cine.h"

namespace hipcuff::ingest {

/// Demuxes the clip once (decodes nothing) to count its frames and learn their times. @throws InputError
[[nodiscard]] Cine openClip(const std::filesystem::path& path);

} // namespace hipcuff::ingest
