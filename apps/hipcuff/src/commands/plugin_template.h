// The files of a new plugin; apps/hipcuff/assets/plugin holds them with @NAME@ and the like to be filled in.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::cli {

struct TemplateStage {
  const char* stage;
  const char* summary;
  const char* use; ///< a parameter with a value, for an example
  const char* source;
  const char* parameters;
};

extern const char* const templateCmake;
extern const char* const templateReadme;
extern const char* const templateDescriptor;
extern const std::array<TemplateStage, 5> templateStages;

/// File names and their texts. @throws std::out_of_range where there is no such stage
[[nodiscard]] std::vector<std::pair<std::string, std::string>> pluginFiles(const std::string& name,
                                                                           const std::string& stage);

} // namespace hipcuff::cli
