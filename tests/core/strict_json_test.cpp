#include "hipcuff/core/strict_json.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>

namespace hipcuff {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Type = StrictJson::Type;

const StrictJsonKind kind{"list of wishes", "docs/wishes.md", "test.wishes/1"};
const std::vector<std::string> known{"name", "size", "share", "loud", "tags", "inner", "items", "empty"};

StrictJson read(const std::string& fields) {
  return StrictJson::parse(R"({"schema": "test.wishes/1")" + (fields.empty() ? "" : ", " + fields) + "}", "w.json",
                           kind, known);
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no ConfigError";
}

std::string refusalOf(const std::string& fields, const std::function<void(const StrictJson&)>& ask) {
  return refusal([&] { ask(read(fields)); });
}

TEST(StrictJson, GivesWhatIsThere) {
  const StrictJson inner = [] {
    const StrictJson all = read(R"("name": "a b", "size": -3, "share": 0.5, "loud": true, "tags": ["x", "y"],
                                   "inner": {"of": 1}, "items": [{"n": 1}, {"n": 2}], "empty": "")");
    EXPECT_EQ(all.text("name"), "a b");
    EXPECT_EQ(all.textOr("empty", "else"), "");
    EXPECT_EQ(all.textOr("absent", "else"), "else");
    EXPECT_EQ(all.whole("size"), -3);
    EXPECT_EQ(all.number("size"), -3.0);
    EXPECT_EQ(all.numberAbove("share", 0, 0.5), 0.5);
    EXPECT_TRUE(all.flag("loud"));
    EXPECT_THAT(all.texts("tags"), ElementsAre("x", "y"));
    EXPECT_EQ(all.objects("items", {"n"}).at(1).whole("n"), 2);
    EXPECT_EQ(all.objects("items", {"n"}).at(1).at("n"), "items[1].n");
    EXPECT_EQ(all.type("size"), Type::whole);
    EXPECT_EQ(all.type("share"), Type::number);
    EXPECT_EQ(all.type("absent"), Type::nothing);
    return all.object("inner", {"of"});
  }();
  EXPECT_EQ(inner.whole("of"), 1); // outlives the object that it came from
}

TEST(StrictJson, SaysInOneLineWhatIsWrong) {
  const auto text = [](const StrictJson& j) { static_cast<void>(j.text("name")); };
  const auto size = [](const StrictJson& j) { static_cast<void>(j.whole("size", 1, 9)); };
  const auto share = [](const StrictJson& j) { static_cast<void>(j.numberAbove("share", 0, 1)); };
  const auto loud = [](const StrictJson& j) { static_cast<void>(j.flag("loud")); };
  const auto tags = [](const StrictJson& j) { static_cast<void>(j.texts("tags", 2)); };
  const auto items = [](const StrictJson& j) { static_cast<void>(j.objects("items", {"n"}, 2)); };
  const auto word = [](const StrictJson& j) { static_cast<void>(j.oneOf("name", {"linear", "curved"})); };
  EXPECT_EQ(refusalOf("", text), "w.json: the list of wishes has no field 'name' (add it: see docs/wishes.md)");
  EXPECT_THAT(refusalOf(R"("name": 3)", text), HasSubstr("field 'name' is not a text"));
  EXPECT_THAT(refusalOf(R"("name": null)", text), HasSubstr("field 'name' is not a text"));
  EXPECT_THAT(refusalOf(R"("name": "")", text), HasSubstr("field 'name' is empty"));
  EXPECT_THAT(refusalOf(R"("name": "a\nb")", text), HasSubstr("field 'name' is not one line"));
  EXPECT_THAT(refusalOf(R"("name": "a\u202eb")", text), HasSubstr("field 'name' is not one line"));
  EXPECT_THAT(refusalOf(R"("nmae": "a")", text), HasSubstr("unknown field 'nmae' (did you mean 'name'?)"));
  EXPECT_THAT(refusalOf(R"("other": 1)", text), HasSubstr("unknown field 'other' (known here: schema, name, size,"));
  EXPECT_THAT(refusalOf(R"("name": "a", "name": "b")", text), HasSubstr("has the field 'name' twice"));
  EXPECT_THAT(refusalOf(R"("size": 1.5)", size), HasSubstr("field 'size' is not a whole number"));
  EXPECT_THAT(refusalOf(R"("size": 10)", size), HasSubstr("field 'size' is 10, which can't be (1 to 9)"));
  EXPECT_THAT(refusalOf(R"("size": 18446744073709551615)", size), HasSubstr("field 'size' is 1.84467e+19, which"));
  EXPECT_THAT(refusalOf(R"("share": 0)", share),
              HasSubstr("field 'share' is 0, which can't be (more than 0, at most 1"));
  EXPECT_THAT(refusalOf(R"("share": "1")", share), HasSubstr("field 'share' is not a number"));
  EXPECT_THAT(refusalOf(R"("loud": 1)", loud), HasSubstr("field 'loud' is neither true nor false"));
  EXPECT_THAT(refusalOf(R"("tags": [])", tags), HasSubstr("field 'tags' is not a list of at least one text (see docs"));
  EXPECT_THAT(refusalOf(R"("tags": ["a", "b", "c"])", tags), HasSubstr("field 'tags' is not a list of at most 2"));
  EXPECT_THAT(refusalOf(R"("tags": ["a", 1])", tags), HasSubstr("field 'tags' is not a text"));
  EXPECT_THAT(refusalOf(R"("items": [{}, {"m": 1}])", items), HasSubstr("unknown field 'items[1].m'"));
  EXPECT_THAT(refusalOf(R"("items": [1])", items), HasSubstr("field 'items[0]' is not an object"));
  EXPECT_THAT(refusalOf(R"("name": "linaer")", word),
              HasSubstr("field 'name' is \"linaer\", which is none of linear and curved (did you mean 'linear'?)"));
}

TEST(StrictJson, SaysWhatIsNoSuchFile) {
  const auto of = [](const std::string& text) {
    return refusal([&] { static_cast<void>(StrictJson::parse(text, "w.json", kind, known)); });
  };
  EXPECT_THAT(of("[]"), HasSubstr("the list of wishes is not a JSON object"));
  EXPECT_THAT(of("{}"), HasSubstr("has no field 'schema' (add \"schema\": \"test.wishes/1\""));
  EXPECT_THAT(of(R"({"schema": "other/1"})"), HasSubstr("is not a test.wishes/1 file"));
  EXPECT_THAT(of("{\"schema\": "), HasSubstr("is not valid JSON: parse error at line 1"));
  EXPECT_THAT(of("\xFF"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(of(std::string(100000, '[')), HasSubstr("nested too deeply"));
  const auto at = [](const char* file) {
    return refusal([&] { static_cast<void>(StrictJson::read(file, kind, known)); });
  };
  EXPECT_THAT(at("/nowhere/w.json"), HasSubstr("there is no such list of wishes"));
  EXPECT_THAT(at("/"), HasSubstr("is no file, and so no list of wishes"));
}

} // namespace
} // namespace hipcuff
