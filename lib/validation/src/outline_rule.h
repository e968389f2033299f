// Which outline of an image is the reference's, and whether it can be compared.
#pragma once

#include "targets.h"

#include "hipcuff/validation/match.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hipcuff::validation {

class OutlineRule {
public:
  OutlineRule(const SystemResults& system, const Reference& reference, const MatchOptions& options,
              std::vector<Leftover>& leftovers);

  /// The pair to compare; none where there is none, or where it can't be compared (a leftover then says why).
  [[nodiscard]] std::optional<MaskPair> of(const ImageTarget& target, const SystemImage& image);
  /// Whose outlines were taken, and of how many images others were left alone.
  void warn(std::vector<std::string>& warnings) const;

private:
  /// Entries with outlines, of the one whose outlines are the reference: the reader that is the standard, else nobody
  /// in particular, else the only reader there is. Outlines of several readers are not mixed.
  [[nodiscard]] std::vector<std::uint32_t> thatCount(const ImageTarget& target, const SystemImage& image);

  const Reference& reference_;
  const MatchOptions& options_;
  std::vector<Leftover>& leftovers_;
  std::set<std::string> severalPanes_; ///< SOP instances with more than one
  std::set<std::string> outliners_;    ///< readers whose outlines count because there are no others
  std::size_t others_ = 0;             ///< images on which other readers' outlines were left alone
};

} // namespace hipcuff::validation
