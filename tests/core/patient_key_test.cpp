#include "hipcuff/core/patient_key.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

TEST(PatientKey, WhatADeviceDidWithSpacesAndLettersDoesNotCount) {
  EXPECT_EQ(patientKey("ab-12 X", "", ""), patientKey(" AB-12  x ", "Doe^J", "19500101"));
  EXPECT_NE(patientKey("ab-12", "", ""), patientKey("ab-13", "", ""));
  EXPECT_EQ(patientKey("", "Doe^Jane", "19500101"), patientKey(" ", "DOE^JANE ", "19500101"));
  EXPECT_NE(patientKey("", "Doe^Jane", "19500101"), patientKey("", "Doe^Jane", "19510101"));
  EXPECT_NE(patientKey("x", "", ""), patientKey("", "x", ""));
}

TEST(PatientKey, NobodyNamedIsNoKey) {
  EXPECT_EQ(patientKey("", " ", ""), "");
  EXPECT_EQ(patientDigest("", "", ""), "");
  EXPECT_EQ(patientDigest("Doe", "", "").find("doe"), std::string::npos);
}

TEST(PatientKey, ANumberThatWasReadBackIsKnownAgain) {
  EXPECT_EQ(storedPatientNumber(storedPatient(2)), 2);
  for (const char* other : {"", "patient", "patient ", "patient 0", "patient -1", "patient 2x", "id:patient 2"})
    EXPECT_FALSE(storedPatientNumber(other)) << other;
}

} // namespace
} // namespace hipcuff
