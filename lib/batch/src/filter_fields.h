// The fields that a filter knows: their names, where they stand in the catalogue, what may be said of them.
#pragma once

#include "hipcuff/batch/query.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::batch {

enum class FieldKind {
  text,
  number,
  words,   ///< one of a list
  ordered, ///< one of a list with an order
  codes,   ///< several of a list, separated by ;
  date,    ///< DICOM DA
  time,    ///< ISO 8601, UTC
  flag
};

enum class FieldUnit { none, mm, share, bytes, seconds, milliseconds };

/// A word as the catalogue has it and as people write it.
struct FieldWord {
  const char* word;
  const char* synonyms; ///< separated by spaces
  int rank = 0;         ///< in an ordered field; 0: outside of the order
};

struct Field {
  const char* name;
  const char* synonyms; ///< separated by spaces
  FieldKind kind;
  const char* column;                 ///< "hips.class"
  std::span<const FieldWord> words{}; ///< words, ordered, codes
  FieldUnit unit = FieldUnit::none;   ///< number
  const char* rank = nullptr;         ///< SQL of the rank; ordered only
  bool early = false;                 ///< known before the analysis
  bool graded = false;                ///< class and what belongs to it: never the exam's where images are asked
};

/// One table's fields; `singular` is the prefix that picks it out: "exam.state".
struct FieldTable {
  const char* singular;
  std::span<const Field> fields;
};

[[nodiscard]] const FieldTable& fieldTable(Entity) noexcept;

/// Where names are looked for, one table after the other.
struct Scope {
  std::vector<Entity> tables;
  const char* within = nullptr; ///< none: the condition stands by itself; else a subquery's head, up to WHERE
  bool examGrade = true;        ///< whether `class` may be the exam's here
};
/// The scopes of an entity, the plainest first.
[[nodiscard]] const std::vector<Scope>& scopesOf(Entity);

/// @param name lower case, with _ for -. @return nullptr: not here
[[nodiscard]] const Field* findField(const Scope&, std::string_view name) noexcept;

/// Whether `name` is one of the words of a list separated by spaces.
[[nodiscard]] bool isListed(std::string_view list, std::string_view name) noexcept;

/// Lower case (ASCII), and _ for blanks and hyphens: "Full-thickness" and "full thickness" are full_thickness.
[[nodiscard]] std::string plainWord(std::string_view text);

} // namespace hipcuff::batch
