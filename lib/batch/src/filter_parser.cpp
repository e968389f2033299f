#include "filter_parser.h"

#include "filter_fields.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <utility>

namespace hipcuff::batch {
namespace {

using Kind = FilterToken::Kind;

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isControl(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && !isBlank(c)) || c == 0x7f;
}

bool isWordEnd(char c) {
  return isBlank(c) || isControl(c) || std::string_view("()'\",=<>!~").find(c) != std::string_view::npos;
}

class Lexer {
public:
  explicit Lexer(std::string_view text)
      : text_(text) {}

  FilterToken next() {
    while (at_ < text_.size() && isBlank(text_[at_]))
      ++at_;
    if (at_ == text_.size())
      return {Kind::end, {}, at_};
    const std::size_t begin = at_;
    const char c = text_[at_];
    if (isControl(c))
      failAt(text_, at_, "there is a control character");
    switch (c) {
    case '(':
      ++at_;
      return {Kind::open, "(", begin};
    case ')':
      ++at_;
      return {Kind::close, ")", begin};
    case ',':
      ++at_;
      return {Kind::comma, ",", begin};
    case '\'':
    case '"':
      return quoted();
    default:
      break;
    }
    for (const std::string_view sign : {"==", "!=", "<>", "<=", ">=", "!~", "=", "<", ">", "~"})
      if (text_.substr(at_).starts_with(sign)) {
        at_ += sign.size();
        return {Kind::sign, std::string(sign), begin};
      }
    if (c == '!')
      failAt(text_, at_, "'!' stands alone", "write 'not', or != behind a field");
    while (at_ < text_.size() && !isWordEnd(text_[at_]))
      ++at_;
    return {Kind::word, std::string(text_.substr(begin, at_ - begin)), begin};
  }

private:
  FilterToken quoted() {
    const std::size_t begin = at_;
    const char mark = text_[at_++];
    std::string content;
    for (;; ++at_) {
      if (at_ >= text_.size())
        failAt(text_, begin, "the quote is not closed");
      if (isControl(text_[at_]))
        failAt(text_, at_, "there is a control character");
      if (text_[at_] == mark) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != mark)
          break;
        ++at_; // a quote written twice is one
      }
      content += text_[at_];
    }
    ++at_;
    return {Kind::quoted, std::move(content), begin};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

FilterSign signOf(const std::string& text) {
  if (text == "!=" || text == "<>")
    return FilterSign::unequal;
  if (text == "<")
    return FilterSign::less;
  if (text == "<=")
    return FilterSign::lessEqual;
  if (text == ">")
    return FilterSign::greater;
  if (text == ">=")
    return FilterSign::greaterEqual;
  if (text == "~")
    return FilterSign::like;
  if (text == "!~")
    return FilterSign::unlike;
  return FilterSign::equal;
}

class Parser {
public:
  explicit Parser(std::string_view text)
      : text_(text)
      , lexer_(text) {
    take();
    take();
  }

  FilterNode whole() {
    if (now_.kind == Kind::end)
      return {};
    FilterNode node = either(0);
    if (now_.kind == Kind::close)
      fail(now_, "')' closes nothing");
    if (now_.kind == Kind::comma)
      fail(now_, "'and' or 'or' expected before ','", "a number has a point: 6.5; text with a comma needs quotes");
    if (now_.kind != Kind::end)
      fail(now_, "'and' or 'or' expected before " + shown(now_));
    return node;
  }

private:
  [[noreturn]] void fail(const FilterToken& token, const std::string& problem, const std::string& remedy = {}) const {
    failAt(text_, token.at, problem, remedy);
  }
  static std::string shown(const FilterToken& token) {
    return token.kind == Kind::end ? "the end" : inFilterQuotes(token.text);
  }
  FilterToken take() {
    FilterToken token = std::exchange(now_, std::move(ahead_));
    ahead_ = lexer_.next();
    return token;
  }
  static bool is(const FilterToken& token, std::string_view keyword) {
    return token.kind == Kind::word && plainWord(token.text) == keyword;
  }
  static bool isValue(const FilterToken& token) {
    return token.kind == Kind::quoted || (token.kind == Kind::word && !is(token, "and") && !is(token, "or"));
  }

  FilterNode either(int depth) { return joined(FilterNode::Kind::any, "or", depth); }
  FilterNode both(int depth) { return joined(FilterNode::Kind::all, "and", depth); }

  FilterNode joined(FilterNode::Kind kind, std::string_view keyword, int depth) {
    const auto part = [&] { return kind == FilterNode::Kind::any ? both(depth) : single(depth); };
    FilterNode first = part();
    if (!is(now_, keyword))
      return first;
    FilterNode node{.kind = kind};
    node.children.push_back(std::move(first));
    while (is(now_, keyword)) {
      take();
      node.children.push_back(part());
    }
    return node;
  }

  FilterNode single(int depth) {
    bool negated = false;
    while (is(now_, "not")) {
      take();
      negated = !negated;
    }
    FilterNode node = now_.kind == Kind::open ? inside(depth) : test();
    node.negated = node.negated != negated;
    return node;
  }

  FilterNode inside(int depth) {
    const FilterToken open = take();
    if (depth == deepestFilter)
      fail(open, "parentheses are nested more than " + std::to_string(deepestFilter) + " deep");
    if (now_.kind == Kind::close)
      fail(now_, "nothing stands between the parentheses");
    FilterNode node = either(depth + 1);
    if (now_.kind == Kind::end)
      fail(open, "'(' is not closed");
    if (now_.kind != Kind::close)
      fail(now_, "'and', 'or' or ')' expected before " + shown(now_));
    take();
    return node;
  }

  FilterNode test() {
    if (now_.kind == Kind::end)
      fail(now_, "a test is missing at the end", "such as class >= partial");
    if (now_.kind != Kind::word || is(now_, "and") || is(now_, "or"))
      fail(now_, "a field expected before " + shown(now_), "such as class >= partial");
    if (++tests_ > mostTests)
      fail(now_, "there are more than " + std::to_string(mostTests) + " tests", "use in (A, B, ...) where it serves");
    FilterNode node{.kind = FilterNode::Kind::test};
    FilterTest& test = node.test;
    test.field = take();
    test.signAt = now_.at;
    if (is(now_, "not") && (is(ahead_, "in") || (ahead_.kind == Kind::sign && ahead_.text == "~"))) {
      take();
      node.negated = true;
    }
    if (now_.kind == Kind::sign) {
      test.bare = false;
      test.signAt = now_.at;
      test.sign = signOf(take().text);
      if (now_.kind == Kind::open && (test.sign == FilterSign::equal || test.sign == FilterSign::unequal))
        fail(now_, "a value expected before '('", "for several write: " + test.field.text + " in (A, B)");
      test.values.push_back(value());
    } else if (is(now_, "is")) {
      take();
      test.bare = false;
      // "is not gradable" is a class with two words, not a negation.
      if (is(now_, "not") && !is(ahead_, "gradable")) {
        take();
        node.negated = !node.negated;
      }
      test.values.push_back(value());
    } else if (is(now_, "in")) {
      take();
      test.bare = false;
      list(test);
    } else if (isValue(now_)) {
      test.bare = false; // "planes contradict"; for other fields an error once it is known which they are
      test.signAt = std::string::npos;
      test.values.push_back(value());
    }
    return node;
  }

  void list(FilterTest& test) {
    if (now_.kind != Kind::open)
      fail(now_, "'(' expected before " + shown(now_), "write: " + test.field.text + " in (A, B)");
    const FilterToken open = take();
    for (;;) {
      test.values.push_back(value());
      if (now_.kind == Kind::close)
        break;
      if (now_.kind == Kind::end)
        fail(open, "'(' is not closed");
      if (now_.kind != Kind::comma)
        fail(now_, "',' or ')' expected before " + shown(now_));
      take();
    }
    take();
  }

  std::vector<FilterToken> value() {
    if (!isValue(now_))
      fail(now_, now_.kind == Kind::end ? "a value is missing at the end" : "a value expected before " + shown(now_));
    std::vector<FilterToken> words;
    while (isValue(now_)) {
      // Behind a value, `not` can only begin what 'and' or 'or' should have come before.
      if (is(now_, "not") && (!words.empty() || !is(ahead_, "gradable")))
        fail(now_, words.empty() ? "a value expected before 'not'" : "'and' or 'or' expected before 'not'");
      words.push_back(take());
      if (now_.kind == Kind::sign) // that was the next test's field
        fail(words.back(), words.size() > 1 ? "'and' or 'or' expected before " + shown(words.back())
                                            : "a value expected before " + shown(now_));
    }
    return words;
  }

  std::string_view text_;
  Lexer lexer_;
  FilterToken now_;
  FilterToken ahead_;
  int tests_ = 0;
};

} // namespace

void failAt(std::string_view filter, std::size_t byte, const std::string& problem, const std::string& remedy) {
  const std::string_view before = filter.substr(0, std::min(byte, filter.size()));
  const auto characters = std::count_if(before.begin(), before.end(),
                                        [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  throw UsageError("the filter, at character " + std::to_string(characters + 1) + ": " + problem, remedy);
}

std::string inFilterQuotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest)
    return "'" + std::string(text) + "'";
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return "'" + std::string(text.substr(0, end)) + "...'";
}

const char* toString(FilterSign sign) noexcept {
  switch (sign) {
  case FilterSign::equal:
    break;
  case FilterSign::unequal:
    return "!=";
  case FilterSign::less:
    return "<";
  case FilterSign::lessEqual:
    return "<=";
  case FilterSign::greater:
    return ">";
  case FilterSign::greaterEqual:
    return ">=";
  case FilterSign::like:
    return "~";
  case FilterSign::unlike:
    return "!~";
  }
  return "=";
}

FilterNode parseFilter(std::string_view text) {
  if (text.size() > longestFilter)
    throw UsageError("the filter is longer than " + std::to_string(longestFilter) + " bytes");
  return Parser(text).whole();
}

} // namespace hipcuff::batch
