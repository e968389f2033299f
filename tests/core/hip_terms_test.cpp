#include "hipcuff/core/hip_terms.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace hipcuff {
namespace {

std::string said(const TermFinding& f) {
  std::string out;
  out += f.side ? toString(*f.side) : "-";
  out += ' ';
  out += f.view ? toString(*f.view) : "-";
  out += ' ';
  out += f.bodyRegion ? toString(*f.bodyRegion) : "-";
  return out;
}

struct Case {
  const char* text;
  const char* expected; ///< side view region
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << '"' << c.text << '"';
}

class HipTerms : public testing::TestWithParam<Case> {};

TEST_P(HipTerms, SayWhatTheTextSays) {
  EXPECT_EQ(said(findHipTerms(GetParam().text)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    English, HipTerms,
    testing::Values(Case{"US LT LATERAL HIP", "L - lateral_hip"},
                    Case{"Right gluteus medius long axis", "R long lateral_hip"},
                    Case{"GMED SAX RT", "R short lateral_hip"},
                    Case{"Lt hip, lateral, longitudinal", "L long lateral_hip"}, Case{"HIP L", "L - -"},
                    Case{"R HIP", "R - -"}, Case{"HIP LAT L", "L - lateral_hip"}, Case{"RT HIP LONG", "R long -"},
                    Case{"LT HIP TRANS", "L short -"}, Case{"greater_trochanter_transverse", "- short lateral_hip"},
                    Case{"GTPS", "- - lateral_hip"}, Case{"trochanteric bursitis", "- - lateral_hip"},
                    Case{"hip abductors LAX", "- long lateral_hip"}));

INSTANTIATE_TEST_SUITE_P(German, HipTerms,
                         testing::Values(Case{"Hüfte lateral rechts", "R - lateral_hip"},
                                         Case{"HÜFTE LATERAL LINKS QUER", "L short lateral_hip"},
                                         Case{"Huefte li.", "L - -"}, Case{"Hüfte re", "R - -"},
                                         Case{"Hüfte links längs", "L long -"}, Case{"Hüfte rechts längs", "R long -"},
                                         Case{"entlang links längs", "L - -"},
                                         Case{"Glutealsehne Längsschnitt", "- long lateral_hip"},
                                         Case{"Trochanter major der linken Hüfte", "L - lateral_hip"},
                                         Case{"M. glutäus medius links laengs", "L long lateral_hip"},
                                         // u with a combining diaeresis
                                         Case{"Hu\xCC\x88"
                                              "fte lateral",
                                              "- - lateral_hip"}));

INSTANTIATE_TEST_SUITE_P(French, HipTerms,
                         testing::Values(Case{"Moyen fessier gauche, grand axe", "L long lateral_hip"},
                                         Case{"HANCHE D", "R - -"}, Case{"grand trochanter droit", "R - lateral_hip"},
                                         Case{"Échographie hanche latérale droite transversale", "R short lateral_hip"},
                                         Case{"hanche latérale gauche", "L - lateral_hip"},
                                         Case{"muscle droit fémoral", "- - -"}));

INSTANTIATE_TEST_SUITE_P(RomanceAndDutch, HipTerms,
                         testing::Values(Case{"cadera lateral izquierda", "L - lateral_hip"},
                                         Case{"glúteo medio derecho eje largo", "R long lateral_hip"},
                                         Case{"anca laterale dx asse corto", "R short lateral_hip"},
                                         Case{"anca sx", "L - -"}, Case{"medio gluteo sinistro", "L - lateral_hip"},
                                         Case{"glúteo médio esquerdo", "L - lateral_hip"},
                                         Case{"trocânter maior direito transversal", "R short lateral_hip"},
                                         Case{"echo laterale heup links", "L - lateral_hip"},
                                         Case{"heup rechts dwars", "R short -"}));

INSTANTIATE_TEST_SUITE_P(UnknownStaysUnknown, HipTerms,
                         testing::Values(Case{"", "- - -"}, Case{"hip", "- - -"}, Case{"HIP JOINT EFFUSION", "- - -"},
                                         Case{"left and right hip", "- - -"},
                                         Case{"bilateral lateral hip", "- - lateral_hip"},
                                         Case{"Hüften beidseits", "- - -"}, Case{"left hip, bilateral", "- - -"},
                                         Case{"long axis / short axis", "- - -"}, Case{"lateral hip and knee", "- - -"},
                                         Case{"sagittal", "- - -"}, Case{"gluteus maximus", "- - -"}));

INSTANTIATE_TEST_SUITE_P(FalseFriends, HipTerms,
                         testing::Values(Case{"copyright", "- - -"}, Case{"upright", "- - -"}, Case{"relax", "- - -"},
                                         Case{"L4 L5", "- - -"}, Case{"hip L5", "- - -"}, Case{"R", "- - -"},
                                         Case{"hip l", "- - -"}, Case{"RE: hip pain", "- - -"},
                                         Case{"dx hip pain", "- - -"}, Case{"lt. Befund", "- - -"},
                                         Case{"der Hüfte", "- - -"}, Case{"long term follow up", "- - -"},
                                         Case{"longitudinal tear of gluteus medius", "- - lateral_hip"},
                                         Case{"right hip in left lateral decubitus", "R - -"},
                                         Case{"right-handed, left hip", "L - -"}, Case{"contralateral hip", "- - -"},
                                         Case{"femoral neck", "- - -"}, Case{"ship", "- - -"},
                                         Case{"\xFF\xFE left \xC3", "L - -"}));

INSTANTIATE_TEST_SUITE_P(OtherParts, HipTerms,
                         testing::Values(Case{"SHOULDER RT", "R - other"}, Case{"Knie links", "L - other"},
                                         Case{"Abdomen", "- - other"}, Case{"thyroid transverse", "- short other"},
                                         Case{"OB 2nd trimester", "- - other"}, Case{"Adult Echo", "- - other"},
                                         Case{"Echo", "- - other"}, Case{"infant hip", "- - other"},
                                         Case{"Hip DDH", "- - other"}, Case{"Säuglingshüfte n. Graf", "- - other"},
                                         Case{"lesser trochanter", "- - other"}, Case{"épaule droite", "R - other"},
                                         Case{"lymph node", "- - other"}));

TEST(HipTermsText, IsTheTextAsWritten) {
  const TermFinding f = findHipTerms("Study: Hüfte lateral, LINKS (Längsschnitt)");
  EXPECT_EQ(f.sideText, "LINKS");
  EXPECT_EQ(f.viewText, "Längsschnitt");
  EXPECT_EQ(f.bodyRegionText, "Hüfte lateral");
  EXPECT_EQ(findHipTerms("hip").bodyRegionText, "");
}

} // namespace
} // namespace hipcuff
