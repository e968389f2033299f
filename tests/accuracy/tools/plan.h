// What an accuracy set holds: every picture's recipe and its place on disk, from the split's description alone.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace hipcuff::accuracy {

struct Picture {
  std::string path; ///< relative to the set, without ending: "class/normal/0007"
  std::string stratum;
  phantom::HipRecipe recipe;
  phantom::ExamTags tags;
  phantom::Codec codec = phantom::Codec::uncompressed;
  nlohmann::ordered_json about; ///< what else the manifest says: pair, variation, variant, exam, outside ...
};

/// All pictures of one split, in a fixed order. @throws std::runtime_error where the description is wrong
[[nodiscard]] std::vector<Picture> planSet(const nlohmann::json& splits, const std::string& name);

/// The recipe's fields that "outside" may name, with their values.
[[nodiscard]] std::map<std::string, double> namedFields(const phantom::HipRecipe& recipe);

} // namespace hipcuff::accuracy
