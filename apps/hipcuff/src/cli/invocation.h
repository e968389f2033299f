// One checked command line: every value has its type, its range and its choices behind it.
#pragma once

#include "cli/command.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Invocation {
public:
  /// @param words what follows the command's name
  /// @throws UsageError with a "did you mean" where a name is unknown
  static Invocation parse(const Command& command, const std::vector<std::string>& words);

  [[nodiscard]] bool has(const std::string& option) const;
  [[nodiscard]] std::optional<std::string> text(const std::string& option) const;
  /// All values of an option that may be given several times, in their order.
  [[nodiscard]] std::vector<std::string> texts(const std::string& option) const;
  [[nodiscard]] std::optional<long long> integer(const std::string& option) const;
  [[nodiscard]] std::optional<double> number(const std::string& option) const;
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }
  /// The words as given, for the record.
  [[nodiscard]] const std::vector<std::string>& words() const noexcept { return words_; }
  /// The number of workers --jobs asks for: at least 1.
  [[nodiscard]] int jobs() const;

private:
  std::map<std::string, std::string> values_; ///< given ones and presets
  std::map<std::string, std::vector<std::string>> lists_;
  std::vector<std::string> arguments_;
  std::vector<std::string> words_;
};

/// A number written plainly (no trailing characters, finite). @throws UsageError naming `what`
[[nodiscard]] double parseNumber(const std::string& word, const std::string& what);
[[nodiscard]] long long parseInteger(const std::string& word, const std::string& what);

} // namespace hipcuff::cli
