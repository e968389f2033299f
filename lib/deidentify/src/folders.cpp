#include "folders.h"

#include "private_files.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include <sys/stat.h>

namespace hipcuff::deidentify {
namespace {

namespace fs = std::filesystem;

fs::path whole(const fs::path& path) {
  std::error_code error;
  auto out = fs::weakly_canonical(path.empty() ? fs::path(".") : path, error);
  if (error)
    out = fs::absolute(path, error).lexically_normal();
  return out.has_filename() ? out : out.parent_path();
}

bool isEmpty(const fs::path& folder) {
  std::error_code error;
  return !fs::exists(folder, error) || fs::is_empty(folder, error);
}

} // namespace

bool liesWithin(const fs::path& inner, const fs::path& outer) {
  const auto a = whole(inner), b = whole(outer);
  return std::mismatch(b.begin(), b.end(), a.begin(), a.end()).first == b.end();
}

void checkFolders(const CohortOptions& options) {
  (void)checkedFolders(options);
}

fs::path checkedFolders(const CohortOptions& options) {
  auto quarantine = options.quarantine;
  if (quarantine.empty()) {
    quarantine = whole(options.out);
    quarantine += "-quarantine";
  }
  const auto refuse = [](const std::string& what, const std::string& remedy) { throw UsageError(what, remedy); };
  if (liesWithin(quarantine, options.out) || liesWithin(options.out, quarantine))
    refuse("the quarantine folder and " + options.out.string() + " lie within one another",
           "what is handed over must hold nothing else: choose a folder beside it");
  for (const auto& input : options.inputs)
    for (const auto& folder : {options.out, quarantine})
      if (liesWithin(folder, input) || liesWithin(input, folder))
        refuse(folder.string() + " and the input " + input.string() + " lie within one another",
               "choose an output folder beside the originals");
  const auto outside = [&](const std::optional<fs::path>& file, const char* what) {
    if (file && liesWithin(*file, options.out))
      refuse(std::string(what) + " " + file->string() + " lies in " + options.out.string() + ", which is handed over",
             "keep it elsewhere");
  };
  outside(options.key, "the key table");
  outside(options.decisions, "the file of decisions");
  return quarantine;
}

void prepareFolders(const CohortOptions& options, const fs::path& quarantine) {
  const bool ours = fs::exists(quarantine / "journal.jsonl");
  std::error_code none;
  for (const auto& folder : {options.out, quarantine})
    if (fs::exists(folder, none) && !fs::is_directory(folder, none))
      throw OutputError(folder, "is not a folder", "choose another one");
  if (!ours && !isEmpty(options.out))
    throw OutputError(options.out, "is not empty, and there is no journal of an earlier run in " + quarantine.string(),
                      "choose a new folder, or name that run's with --quarantine");
  if (!ours && !isEmpty(quarantine))
    throw OutputError(quarantine, "is not empty and no quarantine folder of an earlier run", "choose another one");
  if (ours && !options.secretIsKept && !isEmpty(options.out))
    throw UsageError("the folder is of an earlier run, and without --secret this one would give other UIDs",
                     "give the secret of that run with --secret, or another folder with --out");
  requireWritableFolder(options.out);
  makePrivateFolder(quarantine);
}

void moveInto(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error)
    throw OutputError(to.parent_path(), "cannot be made: " + error.message(), "choose another folder with --out");
  fs::rename(from, to, error);
  if (!error)
    return;
  if (error != std::errc::cross_device_link)
    throw OutputError(to, "cannot be put in place: " + error.message(), "check the folder's permissions");
  AtomicFile copy(to);
  std::ifstream in(from, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
    copy.write({buffer.data(), static_cast<std::size_t>(in.gcount())});
  if (in.bad())
    throw OutputError(from, "cannot be read again", "look at the disk");
  copy.commit();
  fs::remove(from, error);
}

} // namespace hipcuff::deidentify
