#include "folder_swap.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace hipcuff::review {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& target, int error) {
  throw OutputError(target, std::string("cannot be replaced: ") + std::strerror(error),
                    "check the folder's permissions and the free space");
}

/// Both names at once, so that there is a folder of that name at every moment; false where the file system can't.
bool exchanged(const std::filesystem::path& a, const std::filesystem::path& b) {
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
}

} // namespace

FolderSwap::FolderSwap(std::filesystem::path target)
    : target_(std::move(target)) {
  requireWritableFolder(target_.has_parent_path() ? target_.parent_path() : std::filesystem::path("."));
  fresh_ = target_.parent_path() / ("." + target_.filename().string() + ".new-" + std::to_string(::getpid()));
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

void FolderSwap::commit() {
  std::error_code error;
  if (!std::filesystem::exists(target_, error)) {
    std::filesystem::rename(fresh_, target_, error);
    if (error)
      refuse(target_, error.value());
    fresh_.clear();
    return;
  }
  if (exchanged(fresh_, target_))
    return; // the destructor removes what is the old one now
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
}

} // namespace hipcuff::review
