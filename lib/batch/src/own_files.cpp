#include "own_files.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 5> folders{"studies", "shards", "work", "worklist", "superseded"};
constexpr std::array<std::string_view, 8> files{"index.json",   "hips.csv",     "results.csv",  "problems.csv",
                                                "summary.json", "summary.html", "figures.json", "worklist.html"};

fs::path withoutLinks(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  return error ? fs::absolute(path).lexically_normal() : real;
}

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

} // namespace

OwnFiles::OwnFiles(const fs::path& out)
    : out_(withoutLinks(out)) {
  if (out_.filename().empty()) // "out/"
    out_ = out_.parent_path();
}

bool OwnFiles::has(const fs::path& path) {
  if (asked_ != path.parent_path()) {
    asked_ = path.parent_path();
    real_ = withoutLinks(asked_);
  }
  const fs::path real = real_ / path.filename();
  const auto [rest, inside] = std::mismatch(out_.begin(), out_.end(), real.begin(), real.end());
  if (rest != out_.end() || inside == real.end())
    return false;
  const std::string name = inside->string();
  return contains(folders, name) || contains(files, name) || name.starts_with("catalogue.");
}

void OwnFiles::removeTorn() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(out_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') || !name.ends_with(".tmp"))
      continue;
    const bool ours = std::any_of(files.begin(), files.end(), [&name](std::string_view file) {
      return name.compare(1, file.size() + 1, std::string(file) + ".") == 0;
    });
    std::error_code inner;
    if (ours && entry.is_regular_file(inner))
      fs::remove(entry.path(), inner);
  }
}

} // namespace hipcuff::batch
