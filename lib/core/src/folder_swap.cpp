#include "hipcuff/core/folder_swap.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace hipcuff {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& target, int error) {
  throw OutputError(target, std::string("cannot be replaced: ") + std::strerror(error),
                    "check the folder's permissions and the free space");
}

/// Both names at once, so that there is a folder of that name at every moment; false where the file system can't.
bool exchanged(const std::filesystem::path& a, const std::filesystem::path& b) {
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
}

/// A rename, so that it is whole in one of the two at every moment.
void keepEntry(const std::filesystem::path& old, const std::filesystem::path& fresh,
               const std::filesystem::path& keep) {
  std::error_code error;
  if (keep.empty() || !std::filesystem::exists(old / keep, error) || std::filesystem::exists(fresh / keep, error))
    return;
  std::filesystem::rename(old / keep, fresh / keep, error);
  if (error)
    refuse(fresh / keep, error.value());
}

} // namespace

FolderSwap::FolderSwap(std::filesystem::path target, const std::filesystem::path& workFolder)
    : target_(std::move(target)) {
  requireWritableFolder(target_.has_parent_path() ? target_.parent_path() : std::filesystem::path("."));
  fresh_ = workFolder.empty()
               ? target_.parent_path() / ("." + target_.filename().string() + ".new-" + std::to_string(::getpid()))
               : workFolder / target_.filename();
  std::error_code error;
  std::filesystem::remove_all(fresh_, error); // of a process of the same number that died
  std::filesystem::create_directory(fresh_, error);
  if (error)
    refuse(target_, error.value());
}

FolderSwap::~FolderSwap() {
  if (fresh_.empty())
    return;
  std::error_code ignored;
  std::filesystem::remove_all(fresh_, ignored);
}

void FolderSwap::commit(std::initializer_list<std::filesystem::path> keep) {
  std::error_code error;
  if (!std::filesystem::exists(target_, error)) {
    std::filesystem::rename(fresh_, target_, error);
    if (error)
      refuse(target_, error.value());
    fresh_.clear();
    return;
  }
  if (exchanged(fresh_, target_)) {
    for (const auto& entry : keep)
      keepEntry(fresh_, target_, entry); // the destructor removes what is the old one now
    return;
  }
  const std::filesystem::path old = fresh_.string() + "-old";
  std::filesystem::rename(target_, old, error);
  if (error)
    refuse(target_, error.value());
  std::filesystem::rename(fresh_, target_, error);
  if (error) {
    const int first = error.value();
    std::filesystem::rename(old, target_, error);
    refuse(target_, first);
  }
  fresh_ = old;
  for (const auto& entry : keep)
    keepEntry(fresh_, target_, entry);
}

} // namespace hipcuff
