#include "hipcuff/validation/reference.h"

#include "fields.h"
#include "object_reference.h"
#include "truth.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/validation/masks.h"
#include "hipcuff/validation/system.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largestTable = std::uint64_t{1} << 30U;
constexpr const char* remedy =
    "give a table (CSV, TSV), truth of hipcuff phantom, masks, DICOM segmentations or reports, or results";

std::string contentOf(const fs::path& file) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  if (error)
    throw InputError(file, "can't be read: " + error.message(), "check its permissions");
  if (size > largestTable)
    throw InputError(file, "is larger than 1 GiB", "split it");
  std::ifstream in(file, std::ios::binary);
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in)
    throw InputError(file, "can't be read", "check its permissions");
  return bytes;
}

Reference tableOf(const fs::path& file, const ReferenceOptions& options) {
  const std::string bytes = contentOf(file);
  Reference out = readTable(bytes, file, options);
  out.files.front().sha256 = sha256(bytes);
  return out;
}

bool isTable(const fs::path& file) {
  const std::string ending = lowered(file.extension().string());
  return ending == ".csv" || ending == ".tsv" || ending == ".txt" || ending == ".tab";
}

bool isTruth(const fs::path& file) {
  return file.filename().string().ends_with(truthEnding);
}

/// Files below the folder that pass the test, in order of their paths.
template <typename Test>
std::vector<fs::path> filesBelow(const fs::path& folder, Test&& test) {
  std::vector<fs::path> out;
  std::error_code error;
  auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (const auto end = fs::recursive_directory_iterator(); !error && walk != end; walk.increment(error)) {
    std::error_code ignored;
    if (walk->is_regular_file(ignored) && test(walk->path()))
      out.push_back(walk->path());
  }
  if (error)
    throw InputError(folder, "can't be read: " + error.message(), "check its permissions");
  std::sort(out.begin(), out.end());
  return out;
}

Reference truthOf(const fs::path& path, const std::vector<fs::path>& files) {
  Reference out;
  for (const fs::path& file : files)
    out.entries.push_back(readTruth(file));
  out.files.push_back({path, "truth", files.size() == 1 ? sha256OfFile(files[0]) : std::string(), files.size()});
  return out;
}

/// "1.2.3.mask.png" -> "1.2.3", "img-0a1b_label.nii.gz" -> "img-0a1b"
std::string nameOfMask(const fs::path& file) {
  std::string name = file.filename().string();
  for (const std::string_view ending : {".nii.gz", ".nii", ".png", ".nrrd", ".nhdr", ".mha", ".mhd"})
    if (lowered(name).ends_with(ending)) {
      name.resize(name.size() - ending.size());
      break;
    }
  for (const std::string_view word : {"mask", "label", "labels", "seg", "segmentation"})
    for (const char between : {'.', '_', '-'}) {
      const std::string ending = between + std::string(word);
      if (name.size() > ending.size() && lowered(name).ends_with(ending))
        return name.substr(0, name.size() - ending.size());
    }
  return name;
}

Reference masksOf(const fs::path& folder, const std::vector<fs::path>& files, const ReferenceOptions& options) {
  Reference out;
  const LabelCoding coding = codingOf(files, options.map.labels);
  for (const fs::path& file : files) {
    ReferenceEntry entry;
    const std::string name = nameOfMask(file);
    const bool uid =
        name.find_first_not_of("0123456789.") == std::string::npos && std::count(name.begin(), name.end(), '.') > 1;
    if (uid)
      entry.sopInstanceUid = name;
    else if (name.starts_with("img-"))
      entry.imageId = name;
    else // without an ending it is matched by the picture's name without its own; folders below count
      entry.file = (fs::relative(file, folder).parent_path() / name).generic_string();
    entry.mask = file;
    entry.coding = coding;
    out.entries.push_back(std::move(entry));
  }
  if (!coding.discontinuities)
    out.warnings.push_back(
        folder.filename().string() +
        ": no mask holds a 2, so they are taken for outlines of the whole tendon (say otherwise with "
        "--map label:NUMBER=tendon and label:NUMBER=discontinuity)");
  out.files.push_back({folder, "masks", {}, files.size()});
  return out;
}

Reference resultsOf(const fs::path& path) {
  return referenceFrom(readSystem({path}));
}

Reference folderOf(const fs::path& folder, const ReferenceOptions& options) {
  std::error_code ignored;
  if (fs::exists(folder / "results.json", ignored) || fs::is_directory(folder / "studies", ignored))
    return resultsOf(folder);
  if (const auto truths = filesBelow(folder, isTruth); !truths.empty())
    return truthOf(folder, truths);
  const auto objects = filesBelow(folder, isDicomFile);
  const auto tables = filesBelow(folder, isTable);
  if (!tables.empty() || !objects.empty()) {
    Reference out;
    for (const fs::path& table : tables)
      out.append(tableOf(table, options));
    if (!objects.empty())
      out.append(objectsOf(folder, objects, options, !tables.empty()));
    if (!out.entries.empty() || !tables.empty())
      return out;
  }
  if (const auto masks = filesBelow(folder, isMaskFile); !masks.empty())
    return masksOf(folder, masks, options);
  if (!filesBelow(folder, [](const fs::path& p) { return p.filename() == "results.json"; }).empty())
    return resultsOf(folder);
  throw InputError(folder, "holds nothing that can be a reference", remedy);
}

} // namespace

std::string Reference::whereIs(const ReferenceEntry& entry) const {
  if (!entry.object.empty())
    return entry.object;
  if (entry.line == 0 && !entry.mask.empty())
    return entry.mask.filename().string();
  const std::string file =
      entry.origin < files.size() ? files[entry.origin].path.filename().string() : std::string("reference");
  return entry.line == 0 ? file : file + ", line " + std::to_string(entry.line);
}

void Reference::append(Reference other) {
  const auto shift = static_cast<std::uint32_t>(files.size());
  for (ReferenceEntry& entry : other.entries)
    entry.origin += shift;
  const auto move = [](auto& into, auto& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  if (entries.empty())
    entries = std::move(other.entries);
  else
    move(entries, other.entries);
  move(files, other.files);
  move(warnings, other.warnings);
  move(leftovers, other.leftovers);
}

Reference readReference(const fs::path& path, const ReferenceOptions& options) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    throw InputError(path, "is not there", remedy);
  if (fs::is_directory(path, ignored))
    return folderOf(path, options);
  if (isTruth(path))
    return truthOf(path, {path});
  if (lowered(path.extension().string()) == ".json")
    return resultsOf(path);
  if (isMaskFile(path))
    return masksOf(path.parent_path(), {path}, options);
  if (isDicomFile(path))
    return objectOf(path, options);
  return tableOf(path, options);
}

Reference readReferences(const std::vector<fs::path>& paths, const ReferenceOptions& options) {
  Reference out;
  for (const fs::path& path : paths)
    out.append(readReference(path, options));
  return out;
}

Reference referenceFrom(const SystemResults& results, const Source& source) {
  Reference out;
  out.files = results.files;
  out.warnings = results.warnings;
  out.entries.reserve(results.images.size() + results.hips.size());
  for (const SystemImage& image : results.images) {
    ReferenceEntry entry;
    entry.sopInstanceUid = image.sopInstanceUid;
    if (image.sopInstanceUid.empty())
      entry.file = image.path.generic_string();
    entry.pane = image.pane;
    entry.exam = image.exam;
    entry.side = image.side;
    entry.source = source;
    entry.answer = image.answer;
    entry.mask = source.name.empty() ? image.mask : fs::path();
    out.entries.push_back(std::move(entry));
  }
  for (const SystemHip& hip : results.hips) {
    ReferenceEntry entry;
    entry.exam = hip.exam;
    entry.side = hip.side;
    entry.source = source;
    entry.answer = hip.answer;
    out.entries.push_back(std::move(entry));
  }
  return out;
}

} // namespace hipcuff::validation
