// The program's results: what `hipcuff analyze` and `hipcuff batch` wrote, without pictures and geometry.
#pragma once

#include "hipcuff/validation/reference.h"

#include <vector>

namespace hipcuff::validation {

struct SystemImage {
  std::string id;
  std::filesystem::path path; ///< as the results say it
  std::string sopInstanceUid;
  std::string exam; ///< study instance UID; the folder where there is none
  int pane = 0;
  int rows = 0;
  int columns = 0;
  std::optional<int> frame; ///< what the geometry belongs to
  std::optional<Side> side;
  std::optional<View> view;
  std::optional<Spacing> mmPerPx;
  std::optional<PixelBox> box; ///< of the pane
  std::filesystem::path mask;  ///< empty: nothing was outlined
  Answer answer;
};

struct SystemHip {
  std::string exam;
  std::optional<Side> side;
  Answer answer;
  std::vector<std::string> images; ///< SOP instance UIDs, or paths where not DICOM
};

struct FailedInput {
  std::filesystem::path path;
  std::string problem;
};

struct SystemResults {
  std::vector<SystemImage> images;
  std::vector<SystemHip> hips;
  std::vector<FailedInput> failed;
  std::vector<Leftover> leftovers; ///< the same image in two of the files
  std::vector<InputFile> files;
  std::string software; ///< "HipCuff 0.4.0"; several versions: "..., ..."
  std::string criteria; ///< "hipcuff 2.0"; several: "..., ..."
  std::vector<std::string> warnings;
};

struct SystemOptions {
  /// Whether what a person decided in the viewer (DIR/reviewed) counts in place of what the program said.
  bool reviewed = false;
};

/// A results.json, a folder of analyze, or a folder of batch (all results.json below DIR/studies, but for reviewed/).
/// Files are read as streams: of each image a few hundred bytes stay in memory.
/// @throws InputError in one line where there are no results or they can't be read
[[nodiscard]] SystemResults readSystem(const std::vector<std::filesystem::path>& paths,
                                       const SystemOptions& options = {});

} // namespace hipcuff::validation
