#include "vocabulary.h"

#include "hipcuff/core/folded_text.h"
#include "meaning_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace hipcuff::dicom {
namespace {

using Words = std::set<std::string, std::less<>>;

Words split(std::string_view text) {
  const auto list = foldedWords(text);
  return {list.begin(), list.end()};
}

const Words& terms() {
  static const Words words = split(
      "abdomen abductor acetabulum acquisition acute aligned anatomic anatomical anechoic annotation anterior "
      "application "
      "arm articular attachment axial axis basic bilateral blacked blood bmode body bone border bruit bursa bursal "
      "bursitis "
      "calcification calcified caliper calipers capsule cardiac cartilage change chronic cine clean coded color colour "
      "combined common comparison complete compound compression confidentiality content control convex coronal cortex "
      "crest curved data date dates default degenerative degree delaminated deltoid depth derived descriptors detached "
      "device diagnostic diastole diffuse discontinuity distal doppler dorsal dual dynamic dynamics echo effusion "
      "elastography "
      "elbow elevated enthesis enthesopathy examination exam extension extended external fascia fat femoral femur "
      "fibre "
      "fibres flow fluid focal foot for frame frames free frequency full gain glut gluteal gluteus gmed gmin grade "
      "graphic "
      "graphics greater gray grey groin hamstring hand harmonic harmonics head heel high hip hips hipcuff horizontal "
      "hyperechoic hypoechoic identification identity iliac ilium image images inferior infant injury inguinal "
      "insertion "
      "insertional institution internal intrasubstance inverted ischial joint knee labrum large lateral left leg "
      "length "
      "level ligament limb linear lock long longitudinal loop low lower lumbar map mask maximus measurement medial "
      "median "
      "medius method mid middle minimum minimus mmode mode modified monochrome month msk muscle muscles "
      "musculoskeletal neck "
      "nerve no non none normal not oblique of options option organ original other out overview palette panoramic "
      "partial "
      "patient patients pelvis perpendicular phase pixel plane posterior pre post power preset primary probe profile "
      "proximal pulse pulsed quadriceps quality radial range real rectus region relaxed removed resolution rest retain "
      "rgb "
      "right rotated rotation rupture sagittal scan screening sector segmentation septum series shear shoulder side "
      "single "
      "small soft spectral spine split standard standing static still stress structured study subgluteal superficial "
      "superior supine survey swelling synovial systole tear tears temporal tendinopathy tendinosis tendon tendons "
      "tensor text thickness thigh third time tissue torn total transducer transversal transverse trochanter "
      "trochanteric "
      "trochanterica ultrasound undersurface unknown unilateral unspecified upper us usg value vascular vein velocity "
      "view "
      "visual volume wall wave weight wide width with without wrist year ybr zoom "
      "tfl itb add rf bf lt rt lat med ant post trans tx sag cor sax lax ap pw cw cfm pdi thi hd 2d 3d 4d yes and the "
      "in");
  return words;
}

const Words& genericInstitution() {
  static const Words words = split(
      "academic associates branch campus care center centre charity chirurgie city clinic clinica clinical clinics "
      "clinique "
      "college community county department diagnostic diagnostics district doctor doctors echo emergency faculty "
      "foundation "
      "general group health healthcare healthsystem hospital hospitals hospitalier hospitalario imaging institute "
      "institution international klinik klinikum laboratory medical medicine medizin memorial ministry national nhs "
      "north northern office orthopaedic orthopaedics orthopedic orthopedics partners practice private public "
      "radiologie "
      "radiology region regional research room royal saint school science sciences service services south southern "
      "specialist "
      "state street system test trust ultrasound unit universitaire universitario university veterans western eastern");
  return words;
}

} // namespace

bool isTechnicalTerm(std::string_view foldedWord) noexcept {
  return terms().contains(foldedWord);
}

bool isGenericInstitutionWord(std::string_view foldedWord) noexcept {
  return genericInstitution().contains(foldedWord) || terms().contains(foldedWord);
}

bool isPublicScheme(std::string_view designator) noexcept {
  static constexpr std::array<std::string_view, 34> schemes = {
      "SCT",        "SRT",      "SNM3",     "SNM",       "99SDM",   "DCM", "UCUM",     "LN",  "FMA",
      "RADLEX",     "NCIt",     "NCIT",     "UMLS",      "ACR",     "BI",  "MA",       "MSH", "MDC",
      "RADELEMENT", "I10",      "I9",       "I9C",       "I10P",    "C4",  "C5",       "CDT", "ICDO3",
      "ICD10",      "ISO639_1", "ISO639_2", "ISO3166_1", "RFC5646", "SDM", "99HIPCUFF"};
  return std::find(schemes.begin(), schemes.end(), designator) != schemes.end();
}

bool isCodeValue(std::string_view utf8) {
  std::string letters;
  for (const char c : utf8)
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80)
      letters += c;
    else
      letters += ' ';
  const auto words = foldedWords(letters);
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return (word.size() < 4 && static_cast<unsigned char>(word[0]) < 0x80) || isTechnicalTerm(word) ||
           isMeaningWord(word);
  });
}

std::string keepMeaning(std::string_view utf8, const std::vector<std::string>& more,
                        const std::vector<std::string>& never) {
  const auto in = [](const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  bool whole = true;
  int numbers = 0;
  std::string known;
  for (const auto& word : foldedWords(utf8)) {
    const bool number = word.find_first_not_of("0123456789") == std::string::npos;
    const bool stays = number ? word.size() <= 2 && ++numbers == 1
                              : isTechnicalTerm(word) || ((isMeaningWord(word) || in(more, word)) && !in(never, word));
    whole = whole && stays;
    if (!stays)
      continue;
    if (!known.empty())
      known += ' ';
    for (const char c : word)
      known += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return whole ? std::string(utf8) : known;
}

std::string keepTerms(std::string_view utf8, const std::vector<std::string>& more,
                      const std::vector<std::string>& never) {
  std::string out;
  for (auto& word : foldedWords(utf8)) {
    const bool ascii =
        std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const bool term = isTechnicalTerm(word) || std::find(more.begin(), more.end(), word) != more.end();
    if (!ascii || !term || std::find(never.begin(), never.end(), word) != never.end())
      continue;
    if (!out.empty())
      out += ' ';
    for (const char c : word)
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

} // namespace hipcuff::dicom
