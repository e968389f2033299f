// Ultrasound images that results are written about, of every kind that matters, and what checks the results.
#pragma once

#include "../dicom_builder.h"

#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/dicom/results/source_image.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace testresults {

struct Kind {
  std::string name;
  testdicom::Image image;
};

/// A picture of columns x rows with patient and study as scanners write them.
inline testdicom::Image picture(unsigned columns, unsigned rows, unsigned frames = 1, bool colour = false) {
  testdicom::Image out;
  out.columns = columns;
  out.rows = rows;
  if (colour) {
    out.samples = 3;
    out.photometric = "RGB";
  }
  if (frames > 1) {
    out.sopClass = testdicom::usMultiframe;
    out.frames = std::to_string(frames);
  }
  out.in0008 = [](testdicom::Elements& e) { e.text(0x00080020, "DA", "20240229"); };
  out.pixels = testdicom::ramp(static_cast<std::size_t>(columns) * rows * frames * out.samples);
  testdicom::Region region;
  region.x1 = columns - 1;
  region.y1 = rows - 1;
  out.regions = {region};
  return out;
}

inline std::vector<Kind> kinds() {
  std::vector<Kind> out;
  out.push_back({"single frame, grey", picture(31, 23)});
  out.push_back({"single frame, colour", picture(31, 23, 1, true)});
  out.push_back({"cine, grey", picture(31, 23, 5)});
  out.push_back({"cine, colour", picture(32, 24, 5, true)});
  auto dual = picture(41, 23);
  dual.regions.front().x1 = 19;
  auto right = dual.regions.front();
  right.x0 = 21;
  right.x1 = 40;
  right.deltaX = right.deltaY = 0.02;
  dual.regions.push_back(right);
  out.push_back({"dual pane", dual});
  auto plain = picture(31, 23);
  plain.regions.clear();
  out.push_back({"no calibration", plain});
  auto lossy = picture(31, 23);
  lossy.in0028late = [](testdicom::Elements& e) {
    e.text(0x00282110, "CS", "01");
    e.text(0x00282112, "DS", "12.5");
    e.text(0x00282114, "CS", "ISO_10918_1");
  };
  out.push_back({"lossy", lossy});
  auto placed = picture(31, 23);
  placed.in0020 = [](testdicom::Elements& e) { e.text(0x00200052, "UI", "1.2.3.52"); };
  out.push_back({"with a frame of reference", placed});
  auto latin = picture(31, 23);
  latin.in0008Charset = [](testdicom::Elements& e) { e.text(0x00080005, "CS", "ISO_IR 100"); };
  latin.in0010 = [](testdicom::Elements& e) { e.text(0x00104000, "LT", "M\xFCller"); };
  out.push_back({"Latin-1", latin});
  return out;
}

/// Files of scanners (none where the shared ones are absent) and of the simulator.
inline std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> out;
  const char* shared = std::getenv("HIPCUFF_SHARED");
  const std::filesystem::path real =
      std::filesystem::path(shared ? shared : HIPCUFF_SOURCE_DIR "/../shared") / "real-ultrasound/dicom";
  if (std::filesystem::is_directory(real))
    for (const auto& entry : std::filesystem::directory_iterator(real))
      out.push_back(entry.path());
  else
    std::printf("no real ultrasound files at %s: only simulated ones are tried\n", real.c_str());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HIPCUFF_SOURCE_DIR "/testdata"))
    if (entry.path().extension() == ".dcm")
      out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

/// What dciodvfy says of a result only because the image says so: UIDs under roots that nobody has, and a class of one
/// frame for several. A result has to name both.
inline std::vector<std::string> inheritedFrom(const hipcuff::dicom::SourceImage& source) {
  std::vector<std::string> out;
  for (const auto& uid : {source.studyInstanceUid, source.seriesInstanceUid, source.sopInstanceUid})
    out.push_back("Illegal root for UID - \"" + uid + "\"");
  if (source.sopClassUid == testdicom::usImage && source.frames > 1)
    out.emplace_back("Referenced SOP Class that is not multi-frame");
  return out;
}

inline hipcuff::dicom::Provenance made() {
  hipcuff::dicom::Provenance out;
  out.version = "1.2.3";
  out.settings = "criteria";
  out.created = "2026-01-31T09:30:05Z";
  return out;
}

/// What a program printed, both streams, and its exit status behind it on a line of its own.
inline std::string output(const std::string& command) {
  std::string out;
  if (FILE* pipe = ::popen((command + " 2>&1; echo \"status $?\"").c_str(), "r")) {
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      out.append(buffer.data(), count);
    ::pclose(pipe);
  }
  return out;
}

/// Every line of dciodvfy's that is an error; empty: none. Left out are errors of the image that a result can't help:
/// `inherited` are the image's own UIDs and whatever else it has to repeat, wherever such a line names them.
inline std::string verified(const std::filesystem::path& file, const std::vector<std::string>& inherited = {}) {
  const auto said = output("dciodvfy '" + file.string() + "'");
  if (said.find("status 127") != std::string::npos)
    return "dciodvfy is not installed";
  std::string errors;
  bool sum = false;
  for (std::size_t at = 0; at < said.size();) {
    auto end = said.find('\n', at);
    end = end == std::string::npos ? said.size() : end;
    const auto line = said.substr(at, end - at);
    at = end + 1;
    if (line.rfind("Error", 0) != 0)
      continue;
    if (line == "Error - Dicom dataset contains invalid data values for Value Representations")
      sum = true; // follows from others
    else if (std::none_of(inherited.begin(), inherited.end(),
                          [&](const auto& text) { return line.find(text) != std::string::npos; }))
      errors += line + "\n";
  }
  return errors.empty() && sum && inherited.empty() ? "invalid values" : errors;
}

} // namespace testresults
