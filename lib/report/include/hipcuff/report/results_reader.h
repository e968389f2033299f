// Reads results.json (schema hipcuff.results/1) back.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/core/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::report {

struct StoredImage {
  std::string id;
  ImageResult result;            ///< its picture is not loaded
  std::filesystem::path picture; ///< absolute, inside the results' folder; empty where there is none
  std::filesystem::path mask;    ///< likewise
};

struct StoredStudy {
  StudyResult study;
  std::string folder; ///< the common folder where there is no study UID
  std::vector<StoredImage> images;
};

struct StoredResults {
  std::filesystem::path folder; ///< absolute; what picture and mask lie in
  std::string created;          ///< ISO 8601, UTC
  std::string softwareVersion;
  std::vector<PluginRecord> plugins; ///< in use, whether or not a picture needed them
  Criteria criteria;
  std::vector<InputOutcome> outcomes; ///< failed ones first
  std::vector<StoredStudy> studies;
};

/// All of a results.json; pictures stay on disk.
///
/// What ResultsWriter wrote comes back so that writing it again gives the same text. What the file does not hold: the
/// tissue map (Tendon::tissue), and of a picture without millimetres every length, and with them its discontinuities.
/// Its geometry comes back in nominal mm (nominalDepthMm over the pane's height, as the analysis took them). The
/// normals of stations are those from cortex to superficial border. Results of versions that wrote no `cortex_px` get
/// the tendon's underside for the cortex, and no station uncertainty (0).
///
/// Reading is tolerant: null or missing means "not there". What is there and can't be is an InputError that names the
/// image: a wrong type, an unknown word, lists that should run in parallel and don't, points far outside the pane, a
/// picture outside the folder.
///
/// @param folderOrFile the results' folder or its results.json
/// @throws InputError in one line
[[nodiscard]] StoredResults readResults(const std::filesystem::path& folderOrFile);

/// One image of a results.json as it goes by; of use only while it does.
struct PassingImage {
  std::string id;
  bool hasPicture = false;
  const Criteria& criteria;                ///< of the file; empty where they stand behind the images (foreign writers)
  const std::function<StoredImage()> read; ///< @throws InputError where this image is nonsense
};

/// Calls `each` for every image in the file's order. The file is read as a stream: one image is in memory, however
/// many there are. An exception from `each` ends the reading.
/// @throws InputError where the file can't be read, is not JSON or not a hipcuff.results/1 file
void readImages(const std::filesystem::path& folderOrFile, const std::function<void(const PassingImage&)>& each);

/// What goes by of a results.json where no geometry is wanted; either may be empty.
struct PassingFacts {
  /// Without geometry, profiles, frame lists and what a person drew.
  std::function<void(StoredImage)> image;
  /// After all of its images. Its own list of images is empty.
  std::function<void(StoredStudy)> study;
};

/// The same in the same order for statistics over many images: points and profiles are not read at all.
/// @returns everything but the studies
/// @throws InputError as readImages, and where an image or study is nonsense
StoredResults readFacts(const std::filesystem::path& folderOrFile, const PassingFacts& each);

/// An element of studies[].images[] by itself.
/// @param file for the messages of errors only
/// @throws InputError
[[nodiscard]] ImageResult imageFromJson(std::string_view json, const std::filesystem::path& file = {});

} // namespace hipcuff::report
