// From the paths that a person gives to the files that are opened, one at a time, without a list in memory.
#pragma once

#include "hipcuff/core/result.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hipcuff {

/// A file to open with openCine().
struct FoundInput {
  std::filesystem::path path;
  bool named = false; ///< given by name rather than met in a folder
};

/// Lists inputs: files, folders (recursive, sorted by name, any or no extension), DICOMDIR (given, or met in a folder).
///
/// Content decides, not the extension. What is met in a folder and is no picture comes as a skipped InputOutcome with
/// its reason, unless its extension claims to be one (an empty x.dcm, a text named x.png): then it failed. What is
/// named and is no picture always failed. Missing paths, unreadable folders and files that a DICOMDIR lists but that
/// are missing come as failed outcomes. Hidden files and folders are passed over in silence. Loops of symbolic links
/// end; a file reached twice is listed once (the second time as skipped, where a person named it twice).
class InputWalker {
public:
  using Item = std::variant<FoundInput, InputOutcome>;

  explicit InputWalker(std::vector<std::filesystem::path> paths);
  ~InputWalker();
  InputWalker(InputWalker&&) noexcept;
  InputWalker& operator=(InputWalker&&) noexcept;

  /// The next input or outcome; nothing at the end. Throws nothing but std::bad_alloc.
  [[nodiscard]] std::optional<Item> next();

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Which SOP instances were met, and where: the same instance in two files is analysed once. Thread-safe.
class SeenInstances {
public:
  /// Notes the instance. @return where it was met first, if it was; nothing for an empty UID (not DICOM)
  [[nodiscard]] std::optional<std::filesystem::path> seenBefore(const std::string& sopInstanceUid,
                                                                const std::filesystem::path& where);

private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::filesystem::path> first_;
};

} // namespace hipcuff
