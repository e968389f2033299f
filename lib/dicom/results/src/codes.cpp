#include "hipcuff/dicom/results/codes.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff::dicom {

const std::vector<Code>& privateCodes() {
  // A meaning may be mended; a value is never given another sense, and never used again once it is gone.
  static const std::vector<Code> codes = [] {
    std::vector<Code> out;
    const auto add = [&](const char* value, const char* meaning) { out.push_back({value, privateScheme, meaning}); };
    add("A001", "Gluteus medius tendon");
    add("A002", "Discontinuity of tendon");
    add("A003", "Bursal fluid over tendon");
    // Measurement reports (SR).
    add("A100", "Grade of gluteus medius tendon");
    add("A101", "Normal gluteus medius tendon");
    add("A102", "Tendinosis of gluteus medius tendon");
    add("A103", "Partial-thickness tear of gluteus medius tendon");
    add("A104", "Full-thickness tear of gluteus medius tendon");
    add("A105", "Not gradable");
    add("A106", "Grade computed by the program before any correction");
    add("A107", "Grade computed by the program after correction");
    add("A108", "Reason for the grade");
    add("A109", "Subtype of the grade");
    add("A110", "What the grade was seen in");
    add("A111", "One frame or plane");
    add("A112", "Throughout a cine");
    add("A113", "Two planes");
    add("A120", "Class of tear depth");
    add("A121", "Less than a quarter of the thickness");
    add("A122", "A quarter to half of the thickness");
    add("A123", "More than half of the thickness");
    add("A124", "Full thickness");
    add("A125", "High-grade tear");
    add("A126", "Retracted far");
    add("A130", "Probability of a normal tendon");
    add("A131", "Probability of tendinosis");
    add("A132", "Probability of a partial-thickness tear");
    add("A133", "Probability of a full-thickness tear");
    add("A140", "Reason for not grading");
    add("A141", "No calibration");
    add("A142", "Part of the body not confirmed");
    add("A143", "Not a hip");
    add("A144", "No B-mode picture");
    add("A145", "No bone surface found");
    add("A146", "No tendon found");
    add("A147", "Too dark");
    add("A148", "Saturated");
    add("A149", "Colour over the tendon");
    add("A150", "Beam too oblique");
    add("A151", "Text over the tendon");
    add("A152", "View unknown");
    add("A153", "Frames can't be decoded");
    add("A154", "Too little confidence");
    add("A160", "Kind of discontinuity");
    add("A161", "Undersurface");
    add("A162", "Bursal-sided");
    add("A163", "Intrasubstance");
    add("A164", "Full-thickness");
    add("A165", "Extent of discontinuity");
    add("A166", "Focal");
    add("A167", "Complete, whole footprint");
    add("A168", "Depth as part of tendon thickness");
    add("A169", "Gap between stumps");
    add("A170", "Retraction");
    add("A171", "Bare facet");
    add("A172", "Suspected anisotropy");
    add("A173", "As dark as fluid");
    add("A174", "Superficial border sinks over it");
    add("A175", "Number of frames it is seen on");
    add("A176", "Outlined by a person");
    add("A180", "Thickness of gluteus medius tendon");
    add("A181", "Lower bound of 95 % interval");
    add("A182", "Upper bound of 95 % interval");
    add("A183", "Distance from footprint edge where the tendon arrives");
    add("A184", "Thickness of intact tissue");
    add("A185", "Site without a measurement");
    add("A190", "Facet of greater trochanter");
    add("A191", "Lateral facet");
    add("A192", "Superoposterior facet");
    add("A193", "Anterior facet");
    add("A194", "Posterior facet");
    add("A195", "Facet not identified");
    add("A200", "Origin of calibration");
    add("A201", "Ultrasound region of the image");
    add("A202", "Pixel spacing of the image");
    add("A203", "Header of the picture");
    add("A204", "Given by a person");
    add("A205", "No calibration, no millimetres");
    add("A210", "Verdict of the reviewer");
    add("A211", "Accepted");
    add("A212", "Changed");
    add("A213", "Refused as not gradable");
    add("A214", "Corrected, not yet decided");
    add("A215", "Reason given by the reviewer");
    add("A216", "Time of the review");
    add("A217", "Number of corrections");
    add("A218", "Remark of the reviewer");
    add("A220", "Thickness of bursal fluid");
    add("A221", "Thickness of iliotibial band");
    add("A222", "Irregularity of bone surface, RMS");
    add("A223", "Part of the tendon's length that can be judged");
    add("A224", "Median angle of the fibres off the beam's perpendicular");
    add("A225", "Size of calcification");
    add("A227", "Bursal fluid seen");
    add("A230", "Stage done by a plugin");
    add("A231", "Message of the program");
    add("A232", "Difference of mean thickness from the other side");
    add("A233", "The planes contradict each other");
    add("A234", "Change since the prior exam");
    add("A235", "Notice");
    add("A236", "Form of the thickness profile");
    add("A240", "Assessment of the hip");
    add("A241", "Assessment of the image");
    add("A242", "Review of the image by a person");
    add("A243", "Thickness profile of gluteus medius tendon");
    add("A244", "Bone surface of greater trochanter");
    add("A245", "Calcification in the tendon");
    return out;
  }();
  return codes;
}

const Code& privateCode(const std::string& value) {
  const auto& codes = privateCodes();
  const auto it = std::find_if(codes.begin(), codes.end(), [&](const Code& c) { return c.value == value; });
  if (it == codes.end())
    throw std::out_of_range("no code " + value + " in " + privateScheme);
  return *it;
}

} // namespace hipcuff::dicom
