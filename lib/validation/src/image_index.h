// Finds the picture that a reference names.
#pragma once

#include "hipcuff/validation/reference.h"
#include "hipcuff/validation/system.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hipcuff::validation {

/// Paths by their last parts. Two paths are the same picture where one is the end of the other ("long.dcm" and
/// "exam1/long.dcm"), or where their last three parts agree (data that was moved), and only one picture is.
class PathIndex {
public:
  /// @param path "/" between the parts
  void add(const std::string& path, std::uint32_t value);

  struct Found {
    std::optional<std::uint32_t> value;
    std::size_t candidates = 0;
  };
  [[nodiscard]] Found find(const std::string& path) const;

private:
  struct Few {
    std::vector<std::uint32_t> values; ///< the first ones: places in paths_
    std::size_t count = 0;
  };
  [[nodiscard]] Found nearest(const Few& few, const std::string& path) const;
  using Map = std::unordered_map<std::string, Few>;
  static constexpr std::size_t deepest = 3;

  std::vector<std::pair<std::string, std::uint32_t>> paths_;
  Map whole_;
  std::array<Map, deepest> tails_;  ///< last 1, 2, 3 parts of all that have as many or more
  std::array<Map, deepest> shorts_; ///< of those that have exactly 1, 2 parts
  Map stems_;                       ///< last part without its ending, by as many parts as there are up to 3
};

class ImageIndex {
public:
  explicit ImageIndex(const SystemResults& system);

  struct Found {
    std::optional<std::uint32_t> image; ///< index into SystemResults::images
    std::string why;                    ///< where it names several
  };
  [[nodiscard]] Found find(const ReferenceEntry& entry) const;

private:
  const SystemResults& system_;
  std::unordered_map<std::string, std::uint32_t> byUid_; ///< UID and pane
  std::unordered_map<std::string, std::uint32_t> byId_;
  PathIndex byPath_;                                             ///< first panes
  std::unordered_map<std::string, std::uint32_t> byPathAndPane_; ///< further panes, by whole path
};

} // namespace hipcuff::validation
