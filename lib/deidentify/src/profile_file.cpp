#include "hipcuff/deidentify/profile_file.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/strict_json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hipcuff::deidentify {
namespace {

using dicom::Profile;

struct Keep {
  const char* word;
  bool Profile::*flag; ///< nullptr: the dates
};

constexpr std::array<Keep, 8> keeps = {{{"content", &Profile::cleanContent},
                                        {"dates", nullptr},
                                        {"descriptors", &Profile::cleanDescriptors},
                                        {"device", &Profile::retainDevice},
                                        {"graphics", &Profile::cleanGraphics},
                                        {"institution", &Profile::retainInstitution},
                                        {"patient", &Profile::retainPatient},
                                        {"uids", &Profile::retainUids}}};

int side(const StrictJson& object, const std::string& key) {
  return object.has(key) ? static_cast<int>(object.whole(key, 1, 65535)) : 0;
}

KnownBox knownBox(const StrictJson& object) {
  KnownBox known;
  known.manufacturer = object.textOr("manufacturer", "");
  known.model = object.textOr("model", "");
  known.columns = side(object, "columns");
  known.rows = side(object, "rows");
  const auto box = object.object("box", {"x0", "y0", "x1", "y1"});
  const auto at = [&](const char* key) { return static_cast<int>(box.whole(key, 0, 65535)); };
  known.box = {at("x0"), at("y0"), at("x1"), at("y1")};
  if (known.box.empty())
    box.fail("is empty: x1 and y1 are the last pixels of it, not the first behind it");
  if (known.columns == 0 && known.rows == 0 && known.model.empty())
    object.fail("names neither a model nor a picture's size: it would hit every picture");
  return known;
}

} // namespace

const std::vector<std::string>& keepWords() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> out;
    for (const auto& one : keeps)
      out.emplace_back(one.word);
    return out;
  }();
  return words;
}

void keep(Profile& profile, const std::string& word) {
  const auto* found = std::find_if(keeps.begin(), keeps.end(), [&](const Keep& one) { return word == one.word; });
  if (found == keeps.end()) {
    std::string known;
    for (const auto& one : keepWords())
      known += (known.empty() ? "" : ", ") + one;
    throw UsageError("'" + word + "' is nothing that can be kept", "words are " + known);
  }
  if (found->flag)
    profile.*(found->flag) = true;
  else
    profile.dates = dicom::Dates::shift;
}

std::vector<std::string> keptBy(const Profile& profile) {
  std::vector<std::string> out;
  for (const auto& one : keeps)
    if (one.flag ? profile.*(one.flag) : profile.dates == dicom::Dates::shift)
      out.emplace_back(one.word);
  return out;
}

CohortProfile readProfile(const std::filesystem::path& file) {
  const StrictJsonKind kind{"profile", "docs/deidentify.md", "hipcuff.deidentify-profile/1"};
  const auto json = StrictJson::read(file, kind, {"keep", "times_of_day", "terms", "boxes"});
  CohortProfile profile;
  if (json.has("keep"))
    for (const auto& word : json.texts("keep"))
      keep(profile.tags, keepWords()[json.oneOf("keep", word, keepWords())]);
  if (json.has("times_of_day")) {
    profile.tags.times =
        json.oneOf("times_of_day", {"keep", "empty"}) == 0 ? dicom::TimesOfDay::keep : dicom::TimesOfDay::empty;
    if (profile.tags.dates != dicom::Dates::shift)
      json.fail("has times_of_day, but keeps no dates: times go with them", "add \"dates\" to \"keep\"");
  }
  if (json.has("terms")) {
    profile.tags.moreTerms = json.texts("terms", 4096);
    for (const auto& term : profile.tags.moreTerms)
      if (term.size() < 2 || term.size() > 64 ||
          !std::all_of(term.begin(), term.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; }))
        json.fail("has the term '" + term + "': a term is one ASCII word of 2 to 64 characters");
    if (!profile.tags.cleanDescriptors)
      json.fail("has terms, but keeps no descriptors", "add \"descriptors\" to \"keep\"");
  }
  if (json.has("boxes"))
    for (const auto& one : json.objects("boxes", {"manufacturer", "model", "columns", "rows", "box"}, 4096))
      profile.boxes.push_back(knownBox(one));
  return profile;
}

} // namespace hipcuff::deidentify
