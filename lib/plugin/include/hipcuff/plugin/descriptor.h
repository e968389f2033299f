// What a plugin says of itself, in JSON, to be read without loading it: NAME.plugin.json, schema hipcuff.plugin/1.
#pragma once

#include "hipcuff/plugin/module.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::plugin {

enum class Extension { cortex, tendon, discontinuities, grader, exporter };
[[nodiscard]] const char* toString(Extension) noexcept; ///< "cortex", ...

enum class ValueType { flag, integer, number, text, file };
[[nodiscard]] const char* toString(ValueType) noexcept; ///< "flag", ...

/// One thing that a user can set: --plugin NAME,parameter=value.
struct Parameter {
  std::string name; ///< lower case letters, digits and _, beginning with a letter
  ValueType type = ValueType::number;
  std::optional<Value> preset;   ///< none: the user must give it, or (file) may leave it out where `optional`
  bool optional = false;         ///< file only
  std::optional<double> minimum; ///< integer and number only; included
  std::optional<double> maximum;
  std::vector<std::string> choices; ///< text only; empty: any
  std::string unit;                 ///< "mm", "px", "degrees", "s"; empty: none
  std::string help;
};

struct Descriptor {
  std::filesystem::path file;   ///< the descriptor itself, absolute
  std::filesystem::path module; ///< the shared library, absolute; it need not be there
  std::string name;             ///< lower case letters, digits and _, beginning with a letter, at most 64
  std::string version;          ///< MAJOR.MINOR.PATCH
  std::string summary;          ///< one line
  std::string author;
  std::string license;
  std::vector<Extension> stages; ///< at least one, no doubles
  std::vector<Parameter> parameters;
};

/// @throws ConfigError where it is missing, not JSON, not of this schema, or a field is missing, unknown or wrong
[[nodiscard]] Descriptor readDescriptor(const std::filesystem::path& file);

/// From "key=value" texts to checked values; what is not given gets its preset. Relative files of the user are taken
/// from the working directory, those of a preset from the descriptor's folder.
/// @throws UsageError naming plugin and parameter, with what it takes and the likest name where there is none of it
[[nodiscard]] Values checkedValues(const Descriptor& descriptor,
                                   const std::vector<std::pair<std::string, std::string>>& given);

} // namespace hipcuff::plugin
