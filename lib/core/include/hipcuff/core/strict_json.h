// JSON files that a person writes by hand and a program obeys: a slip of the finger must not pass in silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

/// How messages call such a file, and what it may be.
struct StrictJsonKind {
  std::string called; ///< "plugin descriptor"
  std::string guide;  ///< where its fields are described: "docs/plugins.md"
  std::string schema; ///< what its field "schema" says: "hipcuff.plugin/1"
  std::uintmax_t mostBytes = 1 << 20;
  int deepest = 8; ///< objects and lists in one another
};

/// One object of such a file. Every field is asked for by name; one that is not among the known ones, or is there
/// twice, is of another type than asked for, or is missing, ends in a ConfigError of one line: file, field, what it
/// takes. All functions throw that. Cheap to copy; holds the file's content.
class StrictJson {
public:
  enum class Type { nothing, flag, whole, number, text, list, object }; ///< nothing: not there, or null

  /// @param known  the fields that the file may have beside "schema"
  [[nodiscard]] static StrictJson read(const std::filesystem::path& file, const StrictJsonKind& kind,
                                       const std::vector<std::string>& known);
  /// The same of a text. @param file  for messages only
  [[nodiscard]] static StrictJson parse(std::string_view text, const std::filesystem::path& file,
                                        const StrictJsonKind& kind, const std::vector<std::string>& known);

  [[nodiscard]] bool has(const std::string& key) const;
  [[nodiscard]] Type type(const std::string& key) const;

  /// One line of at most 1,000 bytes (core/one_line.h), and not empty.
  [[nodiscard]] std::string text(const std::string& key) const;
  /// The same; may be empty, and may be missing.
  [[nodiscard]] std::string textOr(const std::string& key, const std::string& otherwise) const;
  /// A list of one to `most` such lines.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key, std::size_t most = 256) const;
  /// Finite.
  [[nodiscard]] double number(const std::string& key) const;
  /// above < number <= most
  [[nodiscard]] double numberAbove(const std::string& key, double above, double most) const;
  [[nodiscard]] long long whole(const std::string& key, long long least = std::numeric_limits<long long>::min(),
                                long long most = std::numeric_limits<long long>::max()) const;
  [[nodiscard]] bool flag(const std::string& key) const;
  /// Which of the words the field's text is.
  [[nodiscard]] std::size_t oneOf(const std::string& key, const std::vector<std::string>& words) const;
  /// The same of a word that the field holds among others.
  [[nodiscard]] std::size_t oneOf(const std::string& key, const std::string& given,
                                  const std::vector<std::string>& words) const;
  [[nodiscard]] StrictJson object(const std::string& key, const std::vector<std::string>& known) const;
  /// A list of none to `most` objects.
  [[nodiscard]] std::vector<StrictJson> objects(const std::string& key, const std::vector<std::string>& known,
                                                std::size_t most = 256) const;

  /// The field's place in the file: "parameters[0].name".
  [[nodiscard]] std::string at(const std::string& key) const;
  /// "the plugin descriptor PROBLEM", for what only the caller can see.
  [[noreturn]] void fail(const std::string& problem, const std::string& remedy = {}) const;

private:
  struct Value;
  explicit StrictJson(std::shared_ptr<const Value> value);
  std::shared_ptr<const Value> value_;
};

} // namespace hipcuff
