// Tags: what the profile takes out, wherever it stands.
#include "planted.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/identity_check.h"

#include <gtest/gtest.h>

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

INSTANTIATE_TEST_SUITE_P(Scripts, Planted, testing::ValuesIn(planted::scripts()),
                         [](const auto& one) { return one.param.label; });

} // namespace
