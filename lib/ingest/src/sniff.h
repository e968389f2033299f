// What a file is, from its first bytes.
#pragma once

#include <filesystem>

namespace hipcuff::ingest {

enum class Content { dicom, dicomDir, png, jpeg, bmp, tiff, metaImage, nrrd, clip, empty, text, unknown };

/// @throws InputError where the file can't be read
[[nodiscard]] Content sniff(const std::filesystem::path& path);

/// "a text file", ... for messages.
[[nodiscard]] const char* describe(Content) noexcept;

/// The extension (any case) claims something that HipCuff reads.
[[nodiscard]] bool claimsToBeReadable(const std::filesystem::path& path);

} // namespace hipcuff::ingest
