// Whole exams, simulated and real: identity planted into them is gone, and they are no worse DICOM than before.
#include "../dicom_builder.h"
#include "exams.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/identity_check.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace {

using namespace hipcuff::dicom;
using testdicom::Folder;

const Secret secret("0123456789abcdef0123456789abcdef");

/// Puts a person into an exam: plain, nested, private, in the picture's codestream, in the preamble.
void plant(const std::filesystem::path& from, const std::filesystem::path& to) {
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(from.c_str()).good());
  auto& data = *file.getDataset();
  const auto syntax = data.getOriginalXfer();
  const auto put = [&](DcmItem& item, const DcmTagKey& tag, const char* value) {
    ASSERT_TRUE(item.putAndInsertString(DcmTag(tag), value).good());
  };
  put(data, DCM_SpecificCharacterSet, "ISO_IR 192");
  put(data, DCM_PatientName, "Vandersteen^Ottoline=山田^花子");
  put(data, DCM_PatientID, "ZX-90210-77");
  put(data, DCM_PatientBirthDate, "19440606");
  put(data, DCM_PatientComments, "Ottoline likes tea");
  put(data, DCM_StudyDescription, "hip of Vandersteen, left");
  put(data, DCM_SeriesDescription, "山田 left hip long");
  put(data, DCM_AccessionNumber, "QQ55667788");
  put(data, DCM_ReferringPhysicianName, "Abernathy^Lucius");
  put(data, DCM_InstitutionName, "Thistlewood Memorial");
  put(data, DCM_ImageComments, "seen at Thistlewood by Abernathy on 06.06.1944");
  put(data, DCM_SoftwareVersions, "5.1 for Thistlewood");
  put(data, DCM_ProtocolName, "Vandersteen protocol");
  put(data, DCM_BodyPartExamined, "VANDERSTEEN");
  DcmItem* item = nullptr;
  ASSERT_TRUE(data.findOrCreateSequenceItem(DCM_RequestAttributesSequence, item, -2).good());
  put(*item, DCM_RequestedProcedureDescription, "Vandersteen");
  ASSERT_TRUE(data.findOrCreateSequenceItem(DCM_ViewCodeSequence, item, 0).good());
  put(*item, DCM_CodeMeaning, "view of Ottoline");
  DcmItem* deeper = nullptr;
  ASSERT_TRUE(item->findOrCreateSequenceItem(DCM_ViewModifierCodeSequence, deeper, -2).good());
  put(*deeper, DCM_CodeMeaning, "Vandersteen's own view");
  put(data, DcmTagKey(0x0009, 0x0010), "OTTOLINE");
  data.putAndInsertString(DcmTag(0x0009, 0x1001, EVR_LO), "ZX-90210-77");
  data.putAndInsertString(DcmTag(0x0018, 0x0FFE, EVR_LO), "Ottoline"); // an element that DICOM doesn't have (yet)
  ASSERT_TRUE(file.saveFile(to.c_str(), syntax).good());
  std::fstream preamble(to, std::ios::in | std::ios::out | std::ios::binary);
  preamble << "Vandersteen";
}

/// dciodvfy's errors by their words, without the values in them.
std::map<std::string, int> errorsOf(const std::filesystem::path& file) {
  std::map<std::string, int> out;
  std::string said;
  FILE* pipe = popen(("dciodvfy '" + file.string() + "' 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (pipe && fgets(buffer.data(), buffer.size(), pipe))
    if (std::string_view(buffer.data()).starts_with("Error"))
      ++out[buffer.data()];
  if (pipe)
    pclose(pipe);
  return out;
}

int sum(const std::map<std::string, int>& counts) {
  int all = 0;
  for (const auto& [what, count] : counts)
    all += count;
  return all;
}

class Exam : public testing::TestWithParam<exams::Exam> {};

TEST_P(Exam, PlantedIdentityIsGone) {
  const Folder folder;
  const auto planted = folder.path() / "planted.dcm", out = folder.path() / "out.dcm";
  plant(GetParam().file, planted);
  std::size_t found = 0, after = 0;
  for (const bool keepMuch : {false, true}) {
    DeidentifyRequest request;
    request.input = planted;
    request.output = out;
    if (keepMuch) {
      request.profile.dates = Dates::shift;
      request.profile.retainDevice = request.profile.retainPatient = request.profile.cleanDescriptors = true;
    }
    const auto identity = identityOf(planted, request.profile);
    found += identityLeftBehind(planted, identity).size();
    EXPECT_GE(identityLeftBehind(planted, identity).size(), 20u);
    const auto result = deidentify(request, secret);
    for (const auto& place : identityLeftBehind(out, identity)) {
      ++after;
      ADD_FAILURE() << place.where << ": " << place.text;
    }
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(out.c_str()).good());
    OFString text;
    file.getDataset()->findAndGetOFString(DCM_SeriesDescription, text);
    EXPECT_EQ(text, keepMuch ? "LEFT HIP LONG" : "");
    file.getDataset()->findAndGetOFString(DCM_PatientID, text);
    EXPECT_EQ(text, result.patientPseudonym.c_str());
    EXPECT_FALSE(file.getDataset()->tagExists(DcmTagKey(0x0018, 0x0FFE)));
  }
  std::printf("%-46s planted and own marks found %zu, after %zu\n", GetParam().label.c_str(), found, after);
}

TEST_P(Exam, IsNoWorseThanBefore) {
  if (std::system("command -v dciodvfy > /dev/null") != 0)
    GTEST_SKIP() << "dciodvfy is not installed (package dicom3tools)";
  const Folder folder;
  for (const bool keepMuch : {false, true}) {
    const auto out = folder.path() / "out.dcm";
    DeidentifyRequest request;
    request.input = GetParam().file;
    request.output = out;
    request.pixelsAreClean = keepMuch;
    if (keepMuch)
      request.masks = {{{0, 0, 20, 10}, {}}};
    if (keepMuch) {
      request.profile.dates = Dates::shift;
      request.profile.retainDevice = request.profile.retainPatient = request.profile.retainInstitution = true;
      request.profile.cleanDescriptors = request.profile.cleanGraphics = true;
    }
    (void)deidentify(request, secret);
    const auto before = errorsOf(request.input), after = errorsOf(out);
    EXPECT_LE(sum(after), sum(before));
    for (const auto& [what, count] : after)
      if (!before.contains(what))
        std::printf("%s: new: %s", GetParam().label.c_str(), what.c_str());
    std::printf("%-46s dciodvfy errors %d -> %d\n", GetParam().label.c_str(), sum(before), sum(after));
  }
}

TEST(OtherFiles, AreOneErrorOrClean) {
  std::vector<exams::Exam> files;
  for (const char* folder : {"real-ultrasound/malformed", "real-ultrasound/other-modality"})
    exams::addFolder(files, exams::shared() / folder, "");
  if (files.empty())
    GTEST_SKIP() << "no such files at " << exams::shared();
  const Folder folder;
  int refused = 0, written = 0;
  for (const auto& [file, label] : files) {
    DeidentifyRequest request;
    request.input = file;
    request.output = folder.path() / "out.dcm";
    request.profile.cleanContent = request.profile.cleanGraphics = written % 2 == 0;
    std::filesystem::remove(request.output);
    try {
      (void)deidentify(request, secret);
      ++written;
      for (const auto& place : identityLeftBehind(request.output, identityOf(file, request.profile)))
        ADD_FAILURE() << label << " " << place.where << ": " << place.text;
      const auto before = errorsOf(file), after = errorsOf(request.output);
      if (sum(after) > sum(before)) {
        std::printf("%-46s dciodvfy errors %d -> %d\n", label.c_str(), sum(before), sum(after));
        for (const auto& [what, count] : after)
          if (!before.contains(what))
            std::printf("  new: %s", what.c_str());
      }
    } catch (const hipcuff::InputError& error) {
      ++refused;
      EXPECT_FALSE(std::filesystem::exists(request.output)) << label;
      std::printf("%-46s refused: %s\n", label.c_str(), error.problem().c_str());
    }
  }
  std::printf("%d written with nothing left behind, %d refused with one error\n", written, refused);
}

INSTANTIATE_TEST_SUITE_P(All, Exam, testing::ValuesIn(exams::all()), [](const auto& one) { return one.param.label; });

} // namespace
