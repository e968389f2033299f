// Tags: what the profile takes out, wherever it stands.
#include "planted.h"
#include "rules.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/identity_check.h"

#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dctk.h"

#include <gtest/gtest.h>
#include <set>

namespace {

using namespace hipcuff;
using namespace hipcuff::dicom;
using testdicom::Elements;
using testdicom::Folder;
using testdicom::Image;

const Secret secret("0123456789abcdef0123456789abcdef");

struct Done {
  DeidentifyResult result;
  std::filesystem::path file;
};

Done run(const Folder& folder, const std::filesystem::path& input, const Profile& profile = {}) {
  const auto out = folder.path() / "out.dcm";
  DeidentifyRequest request;
  request.input = input;
  request.output = out;
  request.profile = profile;
  return {deidentify(request, secret), out};
}

std::string list(const std::vector<IdentityPlace>& places) {
  std::string text;
  for (const auto& place : places)
    text += place.where + ": " + place.text + "\n";
  return text;
}

class Planted : public testing::TestWithParam<planted::Script> {};

TEST_P(Planted, IsFoundInTheOriginalAndNotAfter) {
  const Folder folder;
  const auto input = folder.write("in.dcm", planted::everywhere(GetParam()));
  for (const bool shift : {false, true})
    for (const bool clean : {false, true}) {
      Profile profile;
      profile.dates = shift ? Dates::shift : Dates::remove;
      profile.cleanDescriptors = profile.cleanContent = profile.cleanGraphics = clean;
      const auto identity = identityOf(input, profile);
      const auto before = identityLeftBehind(input, identity);
      EXPECT_GT(before.size(), 25u);
      const auto [result, file] = run(folder, input, profile);
      EXPECT_EQ(list(identityLeftBehind(file, identity)), "");
      EXPECT_GT(result.removedPrivate, 2u);
      EXPECT_TRUE(result.problems.empty());
    }
}

TEST_P(Planted, IsGoneInEveryEncodingAndTwiceTheSame) {
  const Folder folder;
  const auto planted = folder.write("planted.dcm", planted::everywhere(GetParam()));
  for (const auto syntax : {EXS_LittleEndianImplicit, EXS_BigEndianExplicit, EXS_DeflatedLittleEndianExplicit}) {
    const auto input = folder.path() / "in.dcm";
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(planted.c_str()).good());
    ASSERT_TRUE(file.getDataset()->chooseRepresentation(syntax, nullptr).good());
    ASSERT_TRUE(file.saveFile(input.c_str(), syntax).good());
    const auto identity = identityOf(input, {});
    EXPECT_GT(identityLeftBehind(input, identity).size(), 25u);
    const auto done = run(folder, input);
    EXPECT_EQ(list(identityLeftBehind(done.file, identity)), "");
    const auto first = sha256OfFile(done.file);
    EXPECT_EQ(sha256OfFile(run(folder, input).file), first);
    DcmFileFormat written;
    ASSERT_TRUE(written.loadFile(done.file.c_str()).good());
    EXPECT_EQ(written.getDataset()->getOriginalXfer(), syntax);
  }
}

// Behind the table: whatever text DICOM's dictionary names, none stays as it is but these, which devices fill.
TEST(Rules, NoOtherTextStays) {
  const std::set<std::uint32_t> devices = {0x00080070, 0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00080119,
                                           0x00081090, 0x00181016, 0x00181018, 0x00181019, 0x00181020, 0x00181022,
                                           0x00181023, 0x00185010, 0x00185020, 0x00185021, 0x00620009, 0x00660031,
                                           0x00660036, 0x00701306, 0x00686510};
  const std::set<DcmEVR> spoken = {EVR_PN, EVR_LO, EVR_SH, EVR_LT, EVR_ST, EVR_UT, EVR_UC,
                                   EVR_AE, EVR_DA, EVR_DT, EVR_TM, EVR_AS, EVR_UR, EVR_UN};
  Profile clean;
  clean.cleanDescriptors = clean.cleanContent = clean.cleanGraphics = true;
  int looked = 0;
  auto& dictionary = dcmDataDict.wrlock();
  for (auto it = dictionary.normalBegin(); it != dictionary.normalEnd(); ++it) {
    const auto& entry = **it;
    if (entry.getPrivateCreator() || entry.getGroup() % 2 != 0)
      continue;
    const auto tag = static_cast<std::uint32_t>(entry.getGroup()) << 16 | entry.getElement();
    for (const auto& profile : {Profile{}, clean}) {
      if (spoken.contains(entry.getEVR())) {
        ++looked;
        EXPECT_TRUE(decide(tag, entry.getEVR(), entry.getEVR(), profile) != Deed::keep || devices.contains(tag))
            << entry.getTagName();
      }
      EXPECT_EQ(decide(tag, entry.getEVR(), EVR_UN, profile), Deed::remove) << entry.getTagName();
    }
  }
  dcmDataDict.wrunlock();
  EXPECT_GT(looked, 1500);
  // Newer than the dictionary, private, overlays, curves.
  for (const std::uint32_t tag : {0x00100FFEu, 0x00091001u, 0x60003000u, 0x60021500u, 0x50003000u, 0x00020016u})
    EXPECT_EQ(decide(tag, EVR_UNKNOWN, EVR_LO, clean), Deed::remove);
}

INSTANTIATE_TEST_SUITE_P(Scripts, Planted, testing::ValuesIn(planted::scripts()),
                         [](const auto& one) { return one.param.label; });

} // namespace
