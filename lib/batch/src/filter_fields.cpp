#include "filter_fields.h"

#include <algorithm>
#include <array>

namespace hipcuff::batch {
namespace {

using enum FieldKind;
using enum FieldUnit;

constexpr std::array classWords = {
    FieldWord{"normal", "healthy", 1},
    FieldWord{"tendinosis", "tendinopathy", 2},
    FieldWord{"partial_thickness", "partial partial_tear", 3},
    FieldWord{"full_thickness", "full full_tear", 4},
    FieldWord{"not_gradable", "ungradable not_graded", 0},
};
constexpr std::array certaintyWords = {
    FieldWord{"suspected", "", 1},
    FieldWord{"persistent", "", 2},
    FieldWord{"confirmed", "", 3},
};
constexpr std::array sideWords = {FieldWord{"L", "left"}, FieldWord{"R", "right"}};
constexpr std::array viewWords = {
    FieldWord{"long", "long_axis longitudinal"},
    FieldWord{"short", "short_axis transverse"},
};
constexpr std::array regionWords = {FieldWord{"lateral_hip", "hip"}, FieldWord{"other", ""}};
constexpr std::array examStates = {
    FieldWord{"waiting", ""},
    FieldWord{"done", "finished"},
    FieldWord{"failed", ""},
    FieldWord{"left_out", ""},
};
constexpr std::array inputStates = {
    FieldWord{"waiting", ""}, FieldWord{"done", "finished"}, FieldWord{"failed", ""},
    FieldWord{"skipped", ""}, FieldWord{"gone", ""},         FieldWord{"left_out", ""},
};
constexpr std::array originWords = {
    FieldWord{"ultrasound_region", ""},
    FieldWord{"pixel_spacing", ""},
    FieldWord{"image_header", ""},
    FieldWord{"user", ""},
};
constexpr std::array kindWords = {
    FieldWord{"undersurface", ""},
    FieldWord{"bursal", ""},
    FieldWord{"intrasubstance", ""},
    FieldWord{"full_thickness", "full"},
};
constexpr std::array reasonWords = {
    FieldWord{"no_calibration", ""},
    FieldWord{"region_unconfirmed", ""},
    FieldWord{"not_a_hip", ""},
    FieldWord{"no_b_mode", ""},
    FieldWord{"no_cortex", ""},
    FieldWord{"no_tendon", ""},
    FieldWord{"too_dark", ""},
    FieldWord{"saturated", ""},
    FieldWord{"colour_box", "color_box"},
    FieldWord{"beam_too_oblique", ""},
    FieldWord{"text_over_tendon", ""},
    FieldWord{"view_unknown", ""},
    FieldWord{"undecodable", ""},
    FieldWord{"unsure", ""},
};

/// The severity of nothing that is graded is 0; that is outside of the order.
constexpr const char* examRank = "exams.severity";
constexpr const char* hipRank = "hips.severity";
constexpr const char* imageRank = "images.severity";
constexpr const char* hipCertainty =
    "CASE hips.certainty WHEN 'suspected' THEN 1 WHEN 'persistent' THEN 2 WHEN 'confirmed' THEN 3 END";
constexpr const char* imageCertainty =
    "CASE images.certainty WHEN 'suspected' THEN 1 WHEN 'persistent' THEN 2 WHEN 'confirmed' THEN 3 END";

constexpr std::array examFields = {
    Field{.name = "exam", .synonyms = "name", .kind = text, .column = "exams.name", .early = true},
    Field{.name = "study_instance_uid",
          .synonyms = "study uid study_uid",
          .kind = text,
          .column = "exams.study_instance_uid",
          .early = true},
    Field{.name = "folder", .synonyms = "", .kind = text, .column = "exams.folder", .early = true},
    Field{.name = "study_date", .synonyms = "date", .kind = date, .column = "exams.study_date", .early = true},
    Field{.name = "state", .synonyms = "", .kind = words, .column = "exams.state", .words = examStates},
    Field{.name = "class",
          .synonyms = "grade",
          .kind = ordered,
          .column = "exams.class",
          .words = classWords,
          .rank = examRank,
          .graded = true},
    Field{.name = "severity", .synonyms = "", .kind = number, .column = "exams.severity", .graded = true},
    Field{.name = "confidence",
          .synonyms = "",
          .kind = number,
          .column = "exams.confidence",
          .unit = share,
          .graded = true},
    Field{.name = "inputs", .synonyms = "", .kind = number, .column = "exams.inputs", .early = true},
    Field{.name = "frames", .synonyms = "", .kind = number, .column = "exams.frames", .early = true},
    Field{.name = "images", .synonyms = "", .kind = number, .column = "exams.images"},
    Field{.name = "gradable_images", .synonyms = "", .kind = number, .column = "exams.gradable_images"},
    Field{.name = "error", .synonyms = "problem", .kind = text, .column = "exams.error"},
    Field{.name = "finished", .synonyms = "", .kind = FieldKind::time, .column = "exams.finished"},
    Field{.name = "seconds", .synonyms = "", .kind = number, .column = "exams.seconds", .unit = seconds},
    Field{.name = "version", .synonyms = "", .kind = text, .column = "exams.version"},
    Field{.name = "criteria", .synonyms = "", .kind = text, .column = "exams.criteria"},
    Field{.name = "plugins",
          .synonyms = "plugin",
          .kind = text,
          .column = "(SELECT value FROM meta WHERE key = 'plugins ' || exams.settings)"},
    Field{.name = "settings", .synonyms = "", .kind = text, .column = "exams.settings"},
    Field{.name = "fingerprint", .synonyms = "", .kind = text, .column = "exams.fingerprint"},
    Field{.name = "thumbnail", .synonyms = "", .kind = text, .column = "exams.thumbnail"},
};

constexpr std::array hipFields = {
    Field{.name = "side", .synonyms = "", .kind = words, .column = "hips.side", .words = sideWords},
    Field{.name = "class",
          .synonyms = "grade",
          .kind = ordered,
          .column = "hips.class",
          .words = classWords,
          .rank = hipRank},
    Field{.name = "subtype", .synonyms = "", .kind = text, .column = "hips.subtype"},
    Field{.name = "severity", .synonyms = "", .kind = number, .column = "hips.severity"},
    Field{.name = "certainty",
          .synonyms = "",
          .kind = ordered,
          .column = "hips.certainty",
          .words = certaintyWords,
          .rank = hipCertainty},
    Field{.name = "confidence", .synonyms = "", .kind = number, .column = "hips.confidence", .unit = share},
    Field{.name = "p_normal", .synonyms = "", .kind = number, .column = "hips.p_normal", .unit = share},
    Field{.name = "p_tendinosis", .synonyms = "", .kind = number, .column = "hips.p_tendinosis", .unit = share},
    Field{.name = "p_partial_thickness",
          .synonyms = "p_partial",
          .kind = number,
          .column = "hips.p_partial_thickness",
          .unit = share},
    Field{.name = "p_full_thickness",
          .synonyms = "p_full",
          .kind = number,
          .column = "hips.p_full_thickness",
          .unit = share},
    Field{.name = "thickness_mean_mm",
          .synonyms = "thickness thickness_mean",
          .kind = number,
          .column = "hips.thickness_mean_mm",
          .unit = mm},
    Field{.name = "thickness_max_mm",
          .synonyms = "thickness_max",
          .kind = number,
          .column = "hips.thickness_max_mm",
          .unit = mm},
    Field{.name = "side_difference_mm",
          .synonyms = "side_difference",
          .kind = number,
          .column = "hips.side_difference_mm",
          .unit = mm},
    Field{.name = "tear_depth_mm",
          .synonyms = "tear_depth depth",
          .kind = number,
          .column = "hips.tear_depth_mm",
          .unit = mm},
    Field{.name = "tear_length_mm",
          .synonyms = "tear_length length",
          .kind = number,
          .column = "hips.tear_length_mm",
          .unit = mm},
    Field{.name = "contradictory", .synonyms = "planes", .kind = flag, .column = "hips.contradictory"},
    Field{.name = "not_gradable_reasons",
          .synonyms = "reason reasons",
          .kind = codes,
          .column = "hips.not_gradable_reasons",
          .words = reasonWords},
    Field{.name = "images", .synonyms = "", .kind = number, .column = "hips.images"},
};

constexpr std::array imageFields = {
    Field{.name = "image", .synonyms = "", .kind = text, .column = "images.image"},
    Field{.name = "path", .synonyms = "file", .kind = text, .column = "images.path"},
    Field{.name = "sop_instance_uid", .synonyms = "sop instance", .kind = text, .column = "images.sop_instance_uid"},
    Field{.name = "pane", .synonyms = "", .kind = number, .column = "images.pane"},
    Field{.name = "frames", .synonyms = "", .kind = number, .column = "images.frames"},
    Field{.name = "side", .synonyms = "", .kind = words, .column = "images.side", .words = sideWords},
    Field{.name = "view", .synonyms = "plane", .kind = words, .column = "images.view", .words = viewWords},
    Field{.name = "region", .synonyms = "", .kind = words, .column = "images.region", .words = regionWords},
    Field{.name = "calibration_origin",
          .synonyms = "calibration",
          .kind = words,
          .column = "images.calibration_origin",
          .words = originWords},
    Field{.name = "gradable", .synonyms = "", .kind = flag, .column = "images.gradable"},
    Field{.name = "class",
          .synonyms = "grade",
          .kind = ordered,
          .column = "images.class",
          .words = classWords,
          .rank = imageRank},
    Field{.name = "subtype", .synonyms = "", .kind = text, .column = "images.subtype"},
    Field{.name = "severity", .synonyms = "", .kind = number, .column = "images.severity"},
    Field{.name = "certainty",
          .synonyms = "",
          .kind = ordered,
          .column = "images.certainty",
          .words = certaintyWords,
          .rank = imageCertainty},
    Field{.name = "confidence", .synonyms = "", .kind = number, .column = "images.confidence", .unit = share},
    Field{.name = "p_normal", .synonyms = "", .kind = number, .column = "images.p_normal", .unit = share},
    Field{.name = "p_tendinosis", .synonyms = "", .kind = number, .column = "images.p_tendinosis", .unit = share},
    Field{.name = "p_partial_thickness",
          .synonyms = "p_partial",
          .kind = number,
          .column = "images.p_partial_thickness",
          .unit = share},
    Field{.name = "p_full_thickness",
          .synonyms = "p_full",
          .kind = number,
          .column = "images.p_full_thickness",
          .unit = share},
    Field{.name = "not_gradable_reasons",
          .synonyms = "reason reasons",
          .kind = codes,
          .column = "images.not_gradable_reasons",
          .words = reasonWords},
    Field{.name = "thickness_mean_mm",
          .synonyms = "thickness thickness_mean",
          .kind = number,
          .column = "images.thickness_mean_mm",
          .unit = mm},
    Field{.name = "thickness_max_mm",
          .synonyms = "thickness_max",
          .kind = number,
          .column = "images.thickness_max_mm",
          .unit = mm},
    Field{.name = "thickness_min_mm",
          .synonyms = "thickness_min",
          .kind = number,
          .column = "images.thickness_min_mm",
          .unit = mm},
    Field{.name = "discontinuities", .synonyms = "", .kind = number, .column = "images.discontinuities"},
    Field{.name = "worst_kind", .synonyms = "kind", .kind = words, .column = "images.worst_kind", .words = kindWords},
    Field{.name = "worst_depth_mm",
          .synonyms = "worst_depth tear_depth depth",
          .kind = number,
          .column = "images.worst_depth_mm",
          .unit = mm},
    Field{.name = "worst_depth_fraction",
          .synonyms = "depth_fraction",
          .kind = number,
          .column = "images.worst_depth_fraction",
          .unit = share},
    Field{.name = "worst_length_mm",
          .synonyms = "worst_length tear_length length",
          .kind = number,
          .column = "images.worst_length_mm",
          .unit = mm},
    Field{.name = "bursal_fluid_mm",
          .synonyms = "bursal_fluid fluid",
          .kind = number,
          .column = "images.bursal_fluid_mm",
          .unit = mm},
    Field{.name = "calcifications", .synonyms = "", .kind = number, .column = "images.calcifications"},
};

constexpr std::array inputFields = {
    Field{.name = "path", .synonyms = "file", .kind = text, .column = "inputs.path", .early = true},
    Field{.name = "state", .synonyms = "", .kind = words, .column = "inputs.state", .words = inputStates},
    Field{.name = "size", .synonyms = "bytes", .kind = number, .column = "inputs.size", .unit = bytes, .early = true},
    Field{.name = "sop_instance_uid",
          .synonyms = "sop instance",
          .kind = text,
          .column = "inputs.sop_instance_uid",
          .early = true},
    Field{.name = "format", .synonyms = "", .kind = text, .column = "inputs.format", .early = true},
    Field{.name = "rows", .synonyms = "", .kind = number, .column = "inputs.rows", .early = true},
    Field{.name = "columns", .synonyms = "", .kind = number, .column = "inputs.columns", .early = true},
    Field{.name = "frames", .synonyms = "", .kind = number, .column = "inputs.frames", .early = true},
    Field{.name = "side", .synonyms = "", .kind = words, .column = "inputs.side", .words = sideWords, .early = true},
    Field{
        .name = "view", .synonyms = "plane", .kind = words, .column = "inputs.view", .words = viewWords, .early = true},
    Field{.name = "region",
          .synonyms = "",
          .kind = words,
          .column = "inputs.region",
          .words = regionWords,
          .early = true},
    Field{.name = "problem", .synonyms = "error", .kind = text, .column = "inputs.problem"},
    Field{.name = "remedy", .synonyms = "", .kind = text, .column = "inputs.remedy"},
    Field{
        .name = "milliseconds", .synonyms = "", .kind = number, .column = "inputs.milliseconds", .unit = milliseconds},
    Field{.name = "sha256", .synonyms = "", .kind = text, .column = "inputs.sha256"},
};

bool named(const Field& field, std::string_view name) noexcept {
  return field.name == name || isListed(field.synonyms, name);
}

} // namespace

const FieldTable& fieldTable(Entity entity) noexcept {
  static const FieldTable exams{"exam", examFields};
  static const FieldTable hips{"hip", hipFields};
  static const FieldTable images{"image", imageFields};
  static const FieldTable inputs{"input", inputFields};
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return hips;
  case Entity::images:
    return images;
  case Entity::inputs:
    return inputs;
  }
  return exams;
}

const std::vector<Scope>& scopesOf(Entity entity) {
  // An exam without hips (images, inputs) is one row with all of their fields unknown.
  static const std::vector<Scope> exams = {
      {{Entity::exams}},
      {{Entity::hips, Entity::exams}, "SELECT 1 FROM (SELECT 1) LEFT JOIN hips ON hips.exam = exams.id"},
      {{Entity::exams, Entity::inputs}, "SELECT 1 FROM (SELECT 1) LEFT JOIN inputs ON inputs.exam = exams.id", false},
      {{Entity::images, Entity::exams}, "SELECT 1 FROM (SELECT 1) LEFT JOIN images ON images.exam = exams.id"},
  };
  static const std::vector<Scope> hips = {{{Entity::hips, Entity::exams}}};
  static const std::vector<Scope> images = {{{Entity::images, Entity::exams}}};
  static const std::vector<Scope> inputs = {{{Entity::inputs, Entity::exams}}};
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return hips;
  case Entity::images:
    return images;
  case Entity::inputs:
    return inputs;
  }
  return exams;
}

const Field* findField(const Scope& scope, std::string_view name) noexcept {
  const std::size_t dot = name.find('.');
  for (const Entity entity : scope.tables) {
    const FieldTable& table = fieldTable(entity);
    std::string_view bare = name;
    const bool picked = dot != std::string_view::npos;
    if (picked) {
      if (name.substr(0, dot) != table.singular)
        continue;
      bare = name.substr(dot + 1);
    }
    for (const Field& field : table.fields)
      if (named(field, bare) && (picked || scope.examGrade || !field.graded))
        return &field;
  }
  return nullptr;
}

bool isListed(std::string_view list, std::string_view name) noexcept {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == name)
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::string plainWord(std::string_view text) {
  std::string word(text);
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
    else if (c == ' ' || c == '-')
      c = '_';
  }
  return word;
}

const char* toString(Entity entity) noexcept {
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return "hips";
  case Entity::images:
    return "images";
  case Entity::inputs:
    return "inputs";
  }
  return "exams";
}

std::optional<Entity> entityNamed(std::string_view name) noexcept {
  for (const Entity entity : {Entity::exams, Entity::hips, Entity::images, Entity::inputs})
    if (name == toString(entity))
      return entity;
  return std::nullopt;
}

const char* tablesOf(Entity entity) noexcept {
  switch (entity) {
  case Entity::exams:
    break;
  case Entity::hips:
    return "exams JOIN hips ON hips.exam = exams.id";
  case Entity::images:
    return "exams JOIN images ON images.exam = exams.id";
  case Entity::inputs:
    return "inputs LEFT JOIN exams ON exams.id = inputs.exam";
  }
  return "exams";
}

std::vector<FieldInfo> fieldsOf(Entity entity) {
  std::vector<FieldInfo> infos;
  const auto describe = [](const Field& field) -> std::string {
    std::string list;
    for (const FieldWord& word : field.words)
      list += (list.empty() ? "" : field.kind == ordered && word.rank > 0 ? " < " : ", ") + std::string(word.word);
    switch (field.kind) {
    case text:
      return "text";
    case number:
      switch (field.unit) {
      case FieldUnit::none:
        return "number";
      case mm:
        return "mm";
      case share:
        return "0 to 1, or %";
      case bytes:
        return "bytes, kB, MB or GB";
      case seconds:
        return "s, min or h";
      case milliseconds:
        return "ms or s";
      }
      return "number";
    case words:
    case ordered:
    case codes:
      return list;
    case date:
      return "2025-01-31, 2025-01 or 2025";
    case FieldKind::time:
      return "2025-01-31 or 2025-01-31T18:30 (UTC)";
    case flag:
      return "yes or no";
    }
    return {};
  };
  const Scope& scope = scopesOf(entity).front();
  for (const Entity table : scope.tables)
    for (const Field& field : fieldTable(table).fields) {
      const bool hidden = findField(scope, field.name) != &field;
      infos.push_back({hidden ? std::string(fieldTable(table).singular) + "." + field.name : field.name, field.synonyms,
                       describe(field)});
    }
  return infos;
}

} // namespace hipcuff::batch
