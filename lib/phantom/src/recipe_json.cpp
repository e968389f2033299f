#include "recipe_fields.h"

#include "draw_hip.h"
#include "draw_scanner.h"
#include "probe_geometry.h"
#include "random.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace hipcuff::phantom {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "hipcuff.recipe/1";

class Writer {
public:
  Json root = Json::object();

  void field(const char* name, double& v, double, double) { (*at_)[name] = v; }
  void field(const char* name, int& v, double, double) { (*at_)[name] = v; }
  void field(const char* name, bool& v) { (*at_)[name] = v; }
  template <typename Enum>
  void choice(const char* name, Enum v) {
    (*at_)[name] = names<Enum>[static_cast<std::size_t>(v)];
  }
  template <typename Inside>
  void group(const char* name, Inside inside) {
    Json* outer = at_;
    at_ = &((*at_)[name] = Json::object());
    inside();
    at_ = outer;
  }
  template <typename T, typename Inside>
  void list(const char* name, std::vector<T>& items, Inside inside) {
    Json* outer = at_;
    Json all = Json::array();
    for (T& item : items) {
      Json one = Json::object();
      at_ = &one;
      inside(item);
      all.push_back(one);
    }
    at_ = outer;
    (*at_)[name] = all;
  }

private:
  Json* at_ = &root;
};

/// Puts what a recipe file says over a drawn recipe. Ranges and choices are settled by the seed and the field's name,
/// so that applying the file twice gives the same.
class Reader {
public:
  Reader(const Json& json, std::filesystem::path file, std::uint64_t seed)
      : at_(&json)
      , file_(std::move(file))
      , seed_(seed) {}

  void field(const char* name, double& v, double low, double high) {
    if (const Json* j = find(name))
      v = number(*j, name, low, high);
  }
  void field(const char* name, int& v, double low, double high) {
    const Json* j = find(name);
    if (!j)
      return;
    if (j->is_array()) { // both ends count
      const double from = plain((*pair(*j, name))[0], name, low, high);
      const double to = plain((*j)[1], name, low, high);
      v = static_cast<int>(from + std::floor(settled(name) * (to - from + 1)));
    } else {
      v = static_cast<int>(plain(*j, name, low, high));
    }
    if (!wholeNumbers(*j))
      fail(name, "takes whole numbers only");
  }
  void field(const char* name, bool& v) {
    const Json* j = find(name);
    if (!j)
      return;
    if (!j->is_boolean())
      fail(name, "takes true or false");
    v = j->get<bool>();
  }
  template <typename Enum>
  void choice(const char* name, Enum& v) {
    const Json* j = find(name);
    if (!j)
      return;
    const Json* one = j;
    if (j->is_array() && !j->empty())
      one = &(*j)[static_cast<std::size_t>(settled(name) * static_cast<double>(j->size()))];
    const auto& words = names<Enum>;
    for (const Json& word : j->is_array() ? *j : Json::array({*j}))
      if (!word.is_string() || std::find(words.begin(), words.end(), word.get<std::string>()) == words.end())
        fail(name, "takes one of " + joined(words) + ", or a list of some of them");
    if (!one->is_string())
      fail(name, "takes one of " + joined(words) + ", or a list of some of them");
    v = static_cast<Enum>(std::find(words.begin(), words.end(), one->get<std::string>()) - words.begin());
  }
  template <typename Inside>
  void group(const char* name, Inside inside) {
    if (const Json* j = find(name))
      within(*j, name, inside);
  }
  template <typename T, typename Inside>
  void list(const char* name, std::vector<T>& items, Inside inside) {
    const Json* j = find(name);
    if (!j)
      return;
    if (!j->is_array())
      fail(name, "takes a list of objects");
    items.assign(j->size(), T{});
    for (std::size_t i = 0; i < items.size(); ++i)
      within((*j)[i], name + ("[" + std::to_string(i) + "]"), [&] { inside(items[i]); });
  }
  /// To be called at the end of the object: what has not been asked for is unknown.
  void refuseUnknown(std::initializer_list<const char*> alsoKnown = {}) {
    for (const char* name : alsoKnown)
      known_.insert(name);
    for (const auto& [key, value] : at_->items())
      if (!known_.contains(key))
        fail(key, "is unknown");
  }
  [[nodiscard]] bool has(const std::string& name) const { return at_->contains(name); }
  [[nodiscard]] bool has(const std::string& group, const std::string& name) const {
    return at_->contains(group) && (*at_)[group].is_object() && (*at_)[group].contains(name);
  }

  [[noreturn]] void fail(const std::string& name, const std::string& problem) const {
    throw ConfigError(file_, "'" + path_ + name + "' " + problem, "docs/simulator.md lists the fields of a recipe");
  }

private:
  template <typename Inside>
  void within(const Json& json, const std::string& name, Inside inside) {
    if (!json.is_object())
      fail(name, "takes an object");
    Reader outer = *this;
    at_ = &json;
    path_ += name + ".";
    known_.clear();
    inside();
    refuseUnknown();
    *this = outer;
  }
  const Json* find(const char* name) {
    known_.insert(name);
    const auto it = at_->find(name);
    return it == at_->end() ? nullptr : &*it;
  }
  static bool wholeNumbers(const Json& j) {
    return j.is_array() ? std::all_of(j.begin(), j.end(), [](const Json& x) { return x.is_number_integer(); })
                        : j.is_number_integer();
  }
  template <typename Words>
  static std::string joined(const Words& words) {
    std::string all;
    for (const char* word : words)
      all += (all.empty() ? "" : ", ") + std::string(word);
    return all;
  }
  /// 0 <= value < 1, of this field and seed alone.
  [[nodiscard]] double settled(const std::string& name) const {
    std::uint64_t key = mix(seed_, 3001);
    for (const char c : path_ + name)
      key = mix(key, static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
    return unit(key);
  }
  double plain(const Json& j, const std::string& name, double low, double high) const {
    if (!j.is_number())
      fail(name, "takes a number, or a range [low, high]");
    const auto v = j.get<double>();
    if (!(v >= low && v <= high)) {
      std::ostringstream limits;
      limits << "is out of range: it takes " << low << " to " << high;
      fail(name, limits.str());
    }
    return v;
  }
  const Json* pair(const Json& j, const std::string& name) const {
    if (j.size() != 2 || !j[0].is_number() || !j[1].is_number() || j[0].get<double>() > j[1].get<double>())
      fail(name, "takes a number, or a range [low, high]");
    return &j;
  }
  double number(const Json& j, const std::string& name, double low, double high) const {
    if (!j.is_array())
      return plain(j, name, low, high);
    pair(j, name);
    return lerp(plain(j[0], name, low, high), plain(j[1], name, low, high), settled(name));
  }

  const Json* at_;
  std::filesystem::path file_;
  std::uint64_t seed_;
  std::string path_;
  std::set<std::string> known_;
};

/// The picture fits the probe's depth and width on the same place of the screen.
void refit(HipRecipe& r) {
  auto& s = r.screen;
  const int scale = s.rows >= 900 ? 2 : 1;
  const double tall = pictureHeightMm(r.probe);
  const int rows = std::max(100, s.rows - s.region.y0 - 30 * scale);
  const int columns = std::max(100, s.columns - s.region.x0 - 56 * scale);
  s.mmPerPx = std::max({tall / (rows - 1), r.probe.apertureMm / (columns - 1), s.mmPerPx});
  s.region.x1 = s.region.x0 + static_cast<int>(r.probe.apertureMm / s.mmPerPx);
  s.region.y1 = s.region.y0 + static_cast<int>(tall / s.mmPerPx);
}

HipRecipe draw(const Json& json, const std::filesystem::path& file, std::uint64_t seed) {
  if (!json.is_object())
    throw ConfigError(file, "a recipe is a JSON object", "docs/simulator.md lists its fields");
  if (json.contains("schema") && json["schema"] != schema)
    throw ConfigError(file, std::string("'schema' must be ") + schema, "leave it out or write it so");
  if (json.contains("seed")) {
    if (!json["seed"].is_number_unsigned())
      throw ConfigError(file, "'seed' takes a whole number from 0 on", "leave it out to take it from the command line");
    seed = json["seed"].get<std::uint64_t>();
  }
  const auto apply = [&](HipRecipe& r) {
    Reader reader(json, file, seed);
    visitRecipe(reader, r);
    reader.refuseUnknown({"schema", "seed", "simulated"});
  };
  const Reader says(json, file, seed);

  // What the rest is drawn from comes first.
  HipRecipe wanted;
  apply(wanted);
  RecipeWishes wishes;
  if (says.has("side"))
    wishes.side = wanted.side;
  if (says.has("view"))
    wishes.view = wanted.view;
  if (says.has("pathology"))
    wishes.pathology = wanted.pathology;
  if (says.has("confounder"))
    wishes.confounder = wanted.confounder;
  wishes.notGradable = wanted.notGradable;
  wishes.frames = wanted.frames;
  if (says.has("screen", "columns") && says.has("screen", "rows"))
    wishes.screen = {wanted.screen.columns, wanted.screen.rows};
  wishes.colour = says.has("screen", "colour") && wanted.screen.colour;
  if (says.has("processing", "style"))
    wishes.style = wanted.processing.style;
  if (says.has("probe", "shape"))
    wishes.shape = wanted.probe.shape;

  return drawRecipe(seed, wishes, [&](HipRecipe& r, DrawnPart part) {
    apply(r);
    if (part == DrawnPart::hip && !says.has("geometry", "apex_depth_mm"))
      placeApex(r);
    if (part == DrawnPart::scanner && !says.has("screen", "x1") && !says.has("screen", "mm_per_px"))
      if (says.has("probe") || says.has("screen"))
        refit(r);
    if (part == DrawnPart::all && r.screen.region.y1 >= r.screen.rows)
      throw ConfigError(file, "'screen' does not hold the picture's region",
                        "leave x0, y0, x1, y1 out to have it placed");
    if (part == DrawnPart::all &&
        (r.screen.region.x1 >= r.screen.columns || r.screen.region.width() < 32 || r.screen.region.height() < 32))
      throw ConfigError(file, "'screen' does not hold the picture's region",
                        "leave x0, y0, x1, y1 out to have it placed");
  });
}

} // namespace

std::string recipeJson(const HipRecipe& recipe) {
  Writer writer;
  writer.root["schema"] = schema;
  writer.root["seed"] = recipe.seed;
  HipRecipe copy = recipe;
  visitRecipe(writer, copy);
  return writer.root.dump(1) + "\n";
}

RecipeFile::RecipeFile(std::string text, std::filesystem::path file)
    : text_(std::move(text))
    , file_(std::move(file)) {
  (void)recipe(0); // whatever is wrong shows at once
}

RecipeFile RecipeFile::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    throw ConfigError(file, "the recipe cannot be read", "check the path and its permissions");
  return RecipeFile(text.str(), file);
}

HipRecipe RecipeFile::recipe(std::uint64_t seed) const {
  const Json json = Json::parse(text_, nullptr, false);
  if (json.is_discarded())
    throw ConfigError(file_, "not JSON", "docs/simulator.md shows a recipe");
  return draw(json, file_, seed);
}

} // namespace hipcuff::phantom
