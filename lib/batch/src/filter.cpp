// A filter's tree as SQL, all values bound.
#include "filter_values.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <limits>

namespace hipcuff::batch {
namespace {

bool isOrder(FilterSign sign) {
  return sign == FilterSign::less || sign == FilterSign::lessEqual || sign == FilterSign::greater ||
         sign == FilterSign::greaterEqual;
}

/// Names of all fields of the scopes, for "did you mean".
std::vector<std::string> namesIn(const std::vector<Scope>& scopes, Known known) {
  std::vector<std::string> names;
  for (const Scope& scope : scopes)
    for (const Entity table : scope.tables)
      for (const Field& field : fieldTable(table).fields) {
        if (known == Known::beforeAnalysis && !field.early)
          continue;
        names.emplace_back(field.name);
        for (std::string_view rest = field.synonyms; !rest.empty();) {
          const std::size_t end = std::min(rest.find(' '), rest.size());
          names.emplace_back(rest.substr(0, end));
          rest.remove_prefix(std::min(end + 1, rest.size()));
        }
      }
  // Of two names as near, the shorter one: thickness rather than thickness_mean_mm.
  std::stable_sort(names.begin(), names.end(),
                   [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  return names;
}

/// "write class = partial" where somebody wrote the word alone.
std::optional<std::string> fieldOfWord(const std::vector<Scope>& scopes, const std::string& word) {
  for (const Scope& scope : scopes)
    for (const Entity table : scope.tables)
      for (const Field& field : fieldTable(table).fields)
        for (const FieldWord& known : field.words)
          if (plainWord(known.word) == word || isListed(known.synonyms, word))
            return std::string(field.kind == FieldKind::codes ? "reason" : field.name) + " = " + word;
  return std::nullopt;
}

void collect(const FilterNode& node, std::vector<const FilterToken*>& fields) {
  if (node.kind == FilterNode::Kind::test)
    fields.push_back(&node.test.field);
  for (const FilterNode& child : node.children)
    collect(child, fields);
}

class Compiler {
public:
  Compiler(std::string_view text, Entity of, Known known)
      : text_(text)
      , known_(known) {
    filter_.of = of;
  }

  Filter run() {
    const FilterNode tree = parseFilter(text_);
    chooseScope(tree);
    filter_.where = tree.children.empty() && tree.kind != FilterNode::Kind::test ? "1" : sql(tree, false);
    if (scope_->within != nullptr)
      filter_.where = "EXISTS (" + std::string(scope_->within) + " WHERE " + filter_.where + ")";
    return std::move(filter_);
  }

private:
  void chooseScope(const FilterNode& tree) {
    std::vector<const FilterToken*> fields;
    collect(tree, fields);
    const std::vector<Scope>& scopes = scopesOf(filter_.of);
    for (const Scope& scope : scopes) {
      const bool all = std::all_of(fields.begin(), fields.end(), [&](const FilterToken* token) {
        return findField(scope, plainWord(token->text)) != nullptr;
      });
      if (all) {
        scope_ = &scope;
        checkKnown(fields);
        return;
      }
    }
    for (const FilterToken* token : fields)
      if (std::none_of(scopes.begin(), scopes.end(),
                       [&](const Scope& scope) { return findField(scope, plainWord(token->text)) != nullptr; }))
        unknownField(*token);
    failAt(text_, fields.back()->at,
           inFilterQuotes(fields.back()->text) + " cannot stand together with the other fields in one filter of exams",
           "ask for hips, images or inputs (--of)");
  }

  void checkKnown(const std::vector<const FilterToken*>& fields) const {
    if (known_ == Known::all)
      return;
    for (const FilterToken* token : fields)
      if (!findField(*scope_, plainWord(token->text))->early)
        failAt(text_, token->at, inFilterQuotes(token->text) + " is not known before the analysis",
               "'hipcuff query' filters the results by it");
  }

  [[noreturn]] void unknownField(const FilterToken& token) const {
    const std::string name = plainWord(token.text);
    const std::string of = toString(filter_.of);
    const std::string problem = of + " have no field " + inFilterQuotes(token.text);
    if (const auto written = fieldOfWord(scopesOf(filter_.of), name))
      failAt(text_, token.at, problem, "did you mean '" + *written + "'?");
    if (known_ == Known::all)
      for (const Entity other : {Entity::hips, Entity::images, Entity::inputs, Entity::exams})
        if (findField(scopesOf(other).front(), name) != nullptr)
          failAt(text_, token.at, problem, std::string(toString(other)) + " have: --of " + toString(other));
    const auto near = closest(name, namesIn(scopesOf(filter_.of), known_));
    failAt(text_, token.at, problem,
           near ? "did you mean '" + *near + "'?" : "'hipcuff query --fields' lists them all");
  }

  /// `negate` comes from above: it is pushed down to the tests, each of which is either true or false.
  std::string sql(const FilterNode& node, bool negate) {
    const bool negated = node.negated != negate;
    if (node.kind == FilterNode::Kind::test)
      return test(node.test, negated);
    const bool all = (node.kind == FilterNode::Kind::all) != negated;
    std::string joined;
    for (const FilterNode& child : node.children)
      joined += (joined.empty() ? "(" : all ? " AND " : " OR ") + sql(child, negated);
    return joined + ")";
  }

  std::string test(const FilterTest& test, bool negated) {
    const Field& field = *findField(*scope_, plainWord(test.field.text));
    const bool inverse = test.sign == FilterSign::unequal || test.sign == FilterSign::unlike;
    std::string condition;
    if (test.bare) {
      if (field.kind != FieldKind::flag)
        failAt(text_, test.field.at, inFilterQuotes(test.field.text) + " needs a comparison", example(field));
      condition = std::string(field.column) + " = 1";
    } else {
      if (test.signAt == std::string::npos && field.kind != FieldKind::flag)
        failAt(text_, test.values.front().front().at,
               "a comparison expected before " + inFilterQuotes(test.values.front().front().text), example(field));
      for (const FilterWords& value : test.values)
        condition += (condition.empty() ? "" : " OR ") + compare(field, test, value);
      if (test.values.size() > 1)
        condition = "(" + condition + ")";
    }
    return inverse != negated ? "(" + condition + ") IS NOT TRUE" : condition;
  }

  static std::string example(const Field& field) {
    const std::string name = field.name;
    switch (field.kind) {
    case FieldKind::text:
      return "such as " + name + " ~ *abc*";
    case FieldKind::number:
      return "such as " + name + " > 5";
    case FieldKind::words:
    case FieldKind::ordered:
    case FieldKind::codes:
      return "such as " + name + " = " + field.words.front().word;
    case FieldKind::date:
    case FieldKind::time:
      return "such as " + name + " >= 2025-01-31";
    case FieldKind::flag:
      break;
    }
    return "such as " + name + " = yes";
  }

  template <typename T>
  void bind(T value) {
    filter_.values.emplace_back(std::move(value));
  }

  std::string compare(const Field& field, const FilterTest& test, const FilterWords& value) {
    const std::string column = field.column;
    const bool equality = test.sign == FilterSign::equal || test.sign == FilterSign::unequal;
    if (equality && saysUnknown(value))
      return column + " IS NULL";
    if (equality && saysKnown(value))
      return column + " IS NOT NULL";
    if (test.sign == FilterSign::like || test.sign == FilterSign::unlike)
      return like(field, test, value);
    const bool hasOrder = field.kind == FieldKind::number || field.kind == FieldKind::ordered ||
                          field.kind == FieldKind::date || field.kind == FieldKind::time;
    if (isOrder(test.sign) && !hasOrder)
      failAt(text_, test.signAt, "'" + std::string(field.name) + "' has no order",
             field.kind == FieldKind::text ? "it takes =, !=, ~, in and is" : "it takes =, !=, in and is");
    switch (field.kind) {
    case FieldKind::text:
      bind(readText(text_, field, value));
      return column + " = ? COLLATE NOCASE";
    case FieldKind::number:
      bind(readNumber(text_, field, value));
      return column + " " + sqlSign(test.sign) + " ?";
    case FieldKind::words:
      bind(std::string(readWord(text_, field, value).word));
      return column + " = ?";
    case FieldKind::ordered:
      return compareRank(field, test, value);
    case FieldKind::codes:
      bind(";" + std::string(readWord(text_, field, value).word) + ";");
      return "instr(';' || " + column + " || ';', ?) > 0";
    case FieldKind::date:
      return within(column, test.sign, readDate(text_, field, value));
    case FieldKind::time:
      return within(column, test.sign, readTime(text_, field, value));
    case FieldKind::flag:
      bind(std::int64_t{readFlag(text_, field, value) ? 1 : 0});
      return column + " = ?";
    }
    return "0";
  }

  static const char* sqlSign(FilterSign sign) {
    return sign == FilterSign::unequal ? "=" : toString(sign); // turned round as a whole
  }

  std::string like(const Field& field, const FilterTest& test, const FilterWords& value) {
    if (field.kind != FieldKind::text && field.kind != FieldKind::codes)
      failAt(text_, test.signAt, "~ is for texts, and '" + std::string(field.name) + "' is none", example(field));
    const std::string& pattern = readText(text_, field, value);
    if (pattern.empty())
      failAt(text_, value.front().at, "the pattern is empty", "* stands for any text");
    bind(likePattern(pattern));
    return std::string(field.column) + " LIKE ? ESCAPE '\\'";
  }

  std::string compareRank(const Field& field, const FilterTest& test, const FilterWords& value) {
    const FieldWord& word = readWord(text_, field, value);
    if (!isOrder(test.sign)) {
      bind(std::string(word.word));
      return std::string(field.column) + " = ?";
    }
    if (word.rank == 0) {
      filter_.remarks.push_back("'" + std::string(field.name) + " " + toString(test.sign) + " " + word.word +
                                "' never holds, because " + word.word + " is outside of the order (write " +
                                field.name + " = " + word.word + ")");
      return "0";
    }
    // Ranks begin with 1; what is outside of the order has 0 or none.
    const bool lower = test.sign == FilterSign::less || test.sign == FilterSign::lessEqual;
    const bool itself = test.sign == FilterSign::lessEqual || test.sign == FilterSign::greaterEqual;
    bind(std::int64_t{lower ? 1 : word.rank + (itself ? 0 : 1)});
    bind(lower ? std::int64_t{word.rank - (itself ? 0 : 1)} : std::numeric_limits<std::int64_t>::max());
    return std::string(field.rank) + " BETWEEN ? AND ?";
  }

  std::string within(const std::string& column, FilterSign sign, const TextRange& range) {
    switch (sign) {
    case FilterSign::less:
      bind(range.first);
      return column + " < ?";
    case FilterSign::lessEqual:
      bind(range.last);
      return column + " <= ?";
    case FilterSign::greater:
      bind(range.last);
      return column + " > ?";
    case FilterSign::greaterEqual:
      bind(range.first);
      return column + " >= ?";
    default:
      bind(range.first);
      bind(range.last);
      return column + " BETWEEN ? AND ?";
    }
  }

  std::string_view text_;
  Known known_;
  const Scope* scope_ = nullptr;
  Filter filter_;
};

} // namespace

Filter compileFilter(std::string_view text, Entity of, Known known) {
  return Compiler(text, of, known).run();
}

} // namespace hipcuff::batch
