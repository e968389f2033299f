// Values of core <-> JSON as the schema hipcuff.results/1 has it.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <nlohmann/json.hpp>

namespace hipcuff::report {

/// Keeps the order in which fields are written, which is the order of the schema.
using Json = nlohmann::ordered_json;

/// Paths relative to results.json; empty where there is no such file.
struct ImageFiles {
  std::string label;
  std::string picture;
};

[[nodiscard]] Json toJson(const ImageResult& image, const std::string& id, const ImageFiles& files,
                          const Criteria& criteria);
[[nodiscard]] Json toJson(const Grade& grade, const Criteria& criteria);
/// @param calibrated whether the image has millimetres; without them every length is null
[[nodiscard]] Json toJson(const std::optional<Review>& review, bool calibrated, const Criteria& criteria);
[[nodiscard]] Json toJson(const HipResult& hip, const Criteria& criteria);
[[nodiscard]] Json toJson(const Criteria& criteria);
[[nodiscard]] Json toJson(const InputOutcome& outcome);

/// One line, always valid UTF-8.
[[nodiscard]] std::string dump(const Json& json);

/// What words need of an image: everything but pictures, point lists, profiles and frame lists.
/// @param json as toJson made it
[[nodiscard]] ImageResult factsFromJson(const Json& json);

} // namespace hipcuff::report
