#include "hipcuff/dicom/results/report_codes.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hipcuff::dicom {
namespace {

/// The enumeration's values from zero on, in the order of the private codes from `first` on.
template <typename T>
const Code& nth(int first, T value) {
  return privateCode("A" + std::to_string(first + static_cast<int>(value)));
}

template <typename T>
std::optional<T> nthFrom(int first, T last, const Code& code) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (code == nth(first, static_cast<T>(i)))
      return static_cast<T>(i);
  return {};
}

} // namespace

const std::vector<Code>& publicReportCodes() {
  static const std::vector<Code> codes = {
      // The templates' own (TID 1500, 1501, 1410, 300, 1001, 1204, 1600, 1602, 4019).
      {"126000", "DCM", "Imaging Measurement Report"},
      {"121049", "DCM", "Language of Content Item and Descendants"},
      {"121005", "DCM", "Observer Type"},
      {"121006", "DCM", "Person"},
      {"121007", "DCM", "Device"},
      {"121008", "DCM", "Person Observer Name"},
      {"121012", "DCM", "Device Observer UID"},
      {"121013", "DCM", "Device Observer Name"},
      {"121014", "DCM", "Device Observer Manufacturer"},
      {"121015", "DCM", "Device Observer Model Name"},
      {"121016", "DCM", "Device Observer Serial Number"},
      {"121058", "DCM", "Procedure reported"},
      {"121076", "DCM", "Conclusions"},
      {"121077", "DCM", "Conclusion"},
      {"111028", "DCM", "Image Library"},
      {"126200", "DCM", "Image Library Group"},
      {"121139", "DCM", "Modality"},
      {"US", "DCM", "Ultrasound"},
      {"123014", "DCM", "Target Region"},
      {"121140", "DCM", "Number of Frames"},
      {"110910", "DCM", "Pixel Data Rows"},
      {"110911", "DCM", "Pixel Data Columns"},
      {"111026", "DCM", "Horizontal Pixel Spacing"},
      {"111066", "DCM", "Vertical Pixel Spacing"},
      {"111027", "DCM", "Image Laterality"},
      {"111031", "DCM", "Image View"},
      {"126010", "DCM", "Imaging Measurements"},
      {"125007", "DCM", "Measurement Group"},
      {"112039", "DCM", "Tracking Identifier"},
      {"112040", "DCM", "Tracking Unique Identifier"},
      {"121071", "DCM", "Finding"},
      {"111001", "DCM", "Algorithm Name"},
      {"111002", "DCM", "Algorithm Parameters"},
      {"111003", "DCM", "Algorithm Version"},
      {"363698007", "SCT", "Finding Site"},
      {"272741003", "SCT", "Laterality"},
      {"121112", "DCM", "Source of Measurement"},
      {"111030", "DCM", "Image Region"},
      {"121055", "DCM", "Path"},
      {"121401", "DCM", "Derivation"},
      {"C0034375", "UMLS", "Qualitative Evaluations"},
      {"121106", "DCM", "Comment"},
      // What is measured and stated.
      {"121206", "DCM", "Distance"},
      {"410668003", "SCT", "Length"},
      {"131197000", "SCT", "Depth"},
      {"1483009", "SCT", "Angle"},
      {"111012", "DCM", "Certainty of Finding"},
      {"373098007", "SCT", "Mean"},
      {"56851009", "SCT", "Maximum"},
      {"255605001", "SCT", "Minimum"},
      {"386136009", "SCT", "Standard Deviation"},
      {"7771000", "SCT", "Left"},
      {"24028007", "SCT", "Right"},
      {"103339001", "SCT", "Long axis"},
      {"103340004", "SCT", "Short axis"},
      {"373066001", "SCT", "Yes"},
      {"373067005", "SCT", "No"},
      {"29836001", "SCT", "Hip region"},
      {"30547004", "SCT", "Greater trochanter"},
      {"446003", "SCT", "Trochanteric bursa"},
      {"24760-1", "LN", "US Hip"},
      {"26250-1", "LN", "US Hip - bilateral"},
      {"26251-9", "LN", "US Hip - left"},
      {"26252-7", "LN", "US Hip - right"},
      {"16310003", "SCT", "Diagnostic ultrasonography"},
      {"mm", "UCUM", "mm"},
      {"mm/{pixel}", "UCUM", "mm/pixel"},
      {"{pixels}", "UCUM", "pixels"},
      {"{frames}", "UCUM", "frames"},
      {"{corrections}", "UCUM", "corrections"},
      {"%", "UCUM", "Percent"},
      {"deg", "UCUM", "Degree"},
  };
  return codes;
}

const Code& reportCode(const std::string& value) {
  const auto& codes = publicReportCodes();
  const auto it = std::find_if(codes.begin(), codes.end(), [&](const Code& c) { return c.value == value; });
  return it == codes.end() ? privateCode(value) : *it;
}

const Code& codeOf(GradeClass grade) {
  return nth(101, grade);
}
const Code& codeOf(Certainty certainty) {
  return nth(111, certainty);
}
const Code& codeOf(Refusal refusal) {
  return nth(141, refusal);
}
const Code& codeOf(DiscontinuityKind kind) {
  return nth(161, kind);
}
const Code& codeOf(TearSubtype::Depth depth) {
  return nth(121, depth);
}
const Code& codeOf(FacetKind kind) {
  return nth(191, kind);
}
const Code& codeOf(std::optional<CalibrationOrigin> origin) {
  return origin ? nth(201, *origin) : privateCode("A205");
}
const Code& codeOf(std::optional<Verdict> verdict) {
  return verdict ? nth(211, *verdict) : privateCode("A214");
}
const Code& codeOf(Side side) {
  return reportCode(side == Side::left ? "7771000" : "24028007");
}
const Code& codeOf(View view) {
  return reportCode(view == View::longAxis ? "103339001" : "103340004");
}
const Code& codeOf(bool yes) {
  return reportCode(yes ? "373066001" : "373067005");
}

std::optional<GradeClass> gradeFrom(const Code& code) {
  return nthFrom(101, GradeClass::notGradable, code);
}
std::optional<Certainty> certaintyFrom(const Code& code) {
  return nthFrom(111, Certainty::confirmed, code);
}
std::optional<Refusal> refusalFrom(const Code& code) {
  return nthFrom(141, Refusal::unsure, code);
}
std::optional<DiscontinuityKind> discontinuityKindFrom(const Code& code) {
  return nthFrom(161, DiscontinuityKind::fullThickness, code);
}
std::optional<Side> sideFrom(const Code& code) {
  for (const Side side : {Side::left, Side::right})
    if (code == codeOf(side))
      return side;
  // DICOM's older spelling of SNOMED, which other writers still use.
  if (code.scheme == "SRT" && (code.value == "G-A101" || code.value == "G-A100"))
    return code.value == "G-A101" ? Side::left : Side::right;
  return {};
}
std::optional<View> viewFrom(const Code& code) {
  for (const View view : {View::longAxis, View::shortAxis})
    if (code == codeOf(view))
      return view;
  return {};
}

} // namespace hipcuff::dicom
