// Recipes as files: what is written is read back, what is fixed stays fixed, what is wrong is refused.
#include "hipcuff/core/error.h"
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace hipcuff::phantom {
namespace {

std::string problemOf(const std::string& text) {
  try {
    const RecipeFile file(text, "my.json");
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "one line";
    return error.what();
  }
  return "";
}

TEST(RecipeJson, WrittenRecipesMakeTheSamePictureAgain) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RecipeWishes wishes;
    wishes.notGradable = seed % 5 == 0 ? static_cast<NotGradable>(seed % 8) : NotGradable::none;
    wishes.frames = seed % 3 == 0 ? 4 : 1;
    const HipRecipe drawn = drawRecipe(seed, wishes);
    const std::string text = recipeJson(drawn);
    const HipRecipe again = RecipeFile(text).recipe(999); // the file's own seed wins
    EXPECT_EQ(recipeJson(again), text) << "seed " << seed;
    if (seed % 97 == 1) {
      const HipSimulator a(drawn);
      const HipSimulator b(again);
      EXPECT_EQ(a.tissueMap().data, b.tissueMap().data);
      EXPECT_EQ(a.renderRgb().data, b.renderRgb().data) << "a field is missing from the list of fields";
    }
  }
}

TEST(RecipeJson, WhatItNamesIsFixedAndTheRestVaries) {
  const RecipeFile file(R"({"view": "short", "pathology": ["bursal", "undersurface"],
    "geometry": {"fat_mm": [20, 22], "tendon_mm": 5}, "tear": {"fluid": false, "depth_fraction": [0.4, 0.5]},
    "probe": {"depth_mm": 60, "compound_angles": [1, 3]}, "calcifications": [{"length_mm": [2, 3]}], "shadows": []})");
  std::set<Pathology> pathologies;
  std::set<double> itb;
  double least = 99;
  double most = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const HipRecipe r = file.recipe(seed);
    EXPECT_EQ(r.seed, seed);
    EXPECT_EQ(r.view, View::shortAxis);
    EXPECT_EQ(r.geometry.tendonMm, 5);
    EXPECT_FALSE(r.tear.fluid);
    EXPECT_GE(r.tear.depthFraction, 0.4);
    EXPECT_LE(r.tear.depthFraction, 0.5);
    EXPECT_EQ(r.probe.depthMm, 60);
    EXPECT_GE(r.probe.compoundAngles, 1);
    EXPECT_LE(r.probe.compoundAngles, 3);
    ASSERT_EQ(r.calcifications.size(), 1U);
    EXPECT_GE(r.calcifications[0].lengthMm, 2);
    EXPECT_LE(r.calcifications[0].lengthMm, 3);
    EXPECT_TRUE(r.shadows.empty());
    // What hangs on a fixed field follows it: the bone lies below that fat, the picture reaches as deep as the probe.
    EXPECT_GT(r.geometry.apexDepthMm, r.geometry.fatMm + 5);
    EXPECT_GE((r.screen.region.height() - 1) * r.screen.mmPerPx, 59);
    EXPECT_LT(r.screen.region.y1, r.screen.rows);
    EXPECT_LT(r.screen.region.x1, r.screen.columns);
    pathologies.insert(r.pathology);
    itb.insert(r.geometry.itbMm);
    least = std::min(least, r.geometry.fatMm);
    most = std::max(most, r.geometry.fatMm);
  }
  EXPECT_EQ(pathologies, (std::set<Pathology>{Pathology::bursal, Pathology::undersurface}));
  EXPECT_GT(itb.size(), 50U);
  EXPECT_GE(least, 20);
  EXPECT_LE(most, 22);
  EXPECT_GT(most - least, 1.5) << "ranges are used from end to end";
}

TEST(RecipeJson, WrongOnesAreRefusedInOneLine) {
  EXPECT_NE(problemOf(R"({"geometry": {"fat": 3}})").find("my.json: 'geometry.fat' is unknown"), std::string::npos);
  EXPECT_NE(problemOf(R"({"wiev": "long"})").find("'wiev' is unknown"), std::string::npos);
  EXPECT_NE(problemOf(R"({"view": "lnog"})").find("'view' takes one of long, short"), std::string::npos);
  EXPECT_NE(problemOf(R"({"view": ["long", 3]})").find("'view' takes one of"), std::string::npos);
  EXPECT_NE(problemOf(R"({"geometry": {"fat_mm": "thick"}})").find("takes a number, or a range"), std::string::npos);
  EXPECT_NE(problemOf(R"({"geometry": {"fat_mm": [9, 3]}})").find("range"), std::string::npos);
  EXPECT_NE(problemOf(R"({"probe": {"depth_mm": -4}})").find("'probe.depth_mm' is out of range"), std::string::npos);
  EXPECT_NE(problemOf(R"({"probe": {"lines": 100.5}})").find("whole numbers"), std::string::npos);
  EXPECT_NE(problemOf(R"({"calcifications": [{"size": 2}]})").find("'calcifications[0].size' is unknown"),
            std::string::npos);
  EXPECT_NE(problemOf(R"({"tear": {"fluid": 1}})").find("true or false"), std::string::npos);
  EXPECT_NE(problemOf(R"({"tear": [1]})").find("'tear' takes an object"), std::string::npos);
  EXPECT_NE(problemOf(R"({"seed": -1})").find("seed"), std::string::npos);
  EXPECT_NE(problemOf(R"({"schema": "other/1"})").find("schema"), std::string::npos);
  EXPECT_NE(problemOf("{").find("not JSON"), std::string::npos);
  EXPECT_NE(problemOf("[]").find("object"), std::string::npos);
  EXPECT_NE(problemOf(R"({"view": []})"), "");
  EXPECT_EQ(problemOf("{}"), "");
  EXPECT_THROW((void)RecipeFile::read("/nowhere/recipe.json"), ConfigError);
}

TEST(RecipeJson, EveryFieldIsOnTheSimulatorsPage) {
  std::ifstream in(std::string(HIPCUFF_SOURCE_DIR) + "/docs/simulator.md");
  std::ostringstream page;
  page << in.rdbuf();
  HipRecipe r = drawRecipe(1);
  r.calcifications.resize(1);
  r.shadows.resize(1);
  r.geometry.pits.resize(1);
  std::set<std::string> keys;
  const std::function<void(const nlohmann::json&)> collect = [&](const nlohmann::json& json) {
    for (const auto& [key, value] : json.items()) {
      if (json.is_object())
        keys.insert(key);
      if (value.is_structured())
        collect(value);
    }
  };
  collect(nlohmann::json::parse(recipeJson(r)));
  EXPECT_GT(keys.size(), 100U);
  for (const std::string& key : keys)
    EXPECT_NE(page.str().find(key), std::string::npos) << key;
}

} // namespace
} // namespace hipcuff::phantom
