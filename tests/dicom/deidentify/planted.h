// An exam with its patient's identity in every corner, in several languages.
#pragma once

#include "../dicom_builder.h"

#include <ostream>

namespace planted {

struct Script {
  std::string label;
  std::string charset; ///< Specific Character Set
  std::string name;    ///< PN in it
  std::string word;    ///< a part of the name as it stands in a text
  friend std::ostream& operator<<(std::ostream& out, const Script& script) { return out << script.label; }
};

inline std::vector<Script> scripts() {
  using namespace std::string_literals;
  return {
      {"Ascii", "", "Featherstone^Wilhelmina^^Dr", "Featherstone"},
      {"Latin1", "ISO_IR 100", "M\xfcllersch\xf6n^Gr\xe9goire", "M\xfcllersch\xf6n"},
      {"Utf8", "ISO_IR 192", "Łukasiewicz^Zofia=山田^太郎=やまだ^たろう", "Łukasiewicz"},
      {"Japanese", "\\ISO 2022 IR 87",
       "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B", "\x1b$B;3ED\x1b(B"},
      {"Cyrillic", "ISO_IR 144", "\xbb\xee\xdc\xde\xdd\xde\xe1\xde\xd2^\xbc\xd8\xe5\xd0\xd8\xdb",
       "\xbb\xee\xdc\xde\xdd\xde\xe1\xde\xd2"},
  };
}

inline const char* patientId = "MRN-4711-0815";
inline const char* studyUid = "1.2.276.0.7230010.3.1.2.4711081519310223.1";

/// Everything at once.
inline testdicom::Bytes everywhere(const Script& script) {
  using testdicom::Elements;
  testdicom::Image image;
  image.pixels = testdicom::ramp(64);
  image.patientName = script.name;
  image.patientId = patientId;
  image.studyUid = studyUid;
  if (!script.charset.empty())
    image.in0008Charset = [=](Elements& e) { e.text(0x00080005, "CS", script.charset); };
  image.in0008 = [=](Elements& e) {
    e.text(0x00080020, "DA", "20190817");
    e.text(0x00080023, "DA", "20190817");
    e.text(0x00080030, "TM", "101112");
    e.text(0x00080050, "SH", "ACC998877");
    e.text(0x00080070, "LO", "ACME Ultrasound");
    e.text(0x00080080, "LO", "Brockenhurst General Hospital");
    e.text(0x00080081, "ST", "12 Wexford Lane, Brockenhurst");
    e.text(0x00080090, "PN", "Quartermain^Allan");
    e.text(0x00081030, "LO", "Left hip of " + script.word);
    e.sequence(0x00081032, {[=](Elements& code) {
                 code.text(0x00080100, "SH", "HIP1");
                 code.text(0x00080102, "SH", "99BROCK");
                 code.text(0x00080104, "LO", "Hip, " + script.word);
               }});
    e.text(0x0008103E, "LO", "seen by Quartermain");
    e.text(0x00081070, "PN", script.name);
    e.text(0x00081090, "LO", "Model of " + script.word);
    e.sequence(0x00082112, {[](Elements& item) {
                 item.text(0x00081150, "UI", testdicom::usImage);
                 item.text(0x00081155, "UI", std::string(studyUid) + ".77");
               }});
    e.raw(0x00090010, "LO", {'A', 'C', 'M', 'E'});
    e.text(0x00091001, "LO", script.word);
    e.sequence(0x00091002, {[=](Elements& item) { item.text(0x00100010, "PN", script.name); }});
  };
  image.in0010 = [=](Elements& e) {
    e.text(0x00100030, "DA", "19310223");
    e.text(0x00100040, "CS", "F");
    e.text(0x00101000, "LO", "OLD-" + std::string(patientId));
    e.text(0x00101001, "PN", script.name);
    e.text(0x00101010, "AS", "094Y");
    e.text(0x00101040, "LO", "7 Ratcatcher Row");
    e.text(0x00104000, "LT", script.word + " born 23.02.1931");
    e.text(0x00120040, "LO", patientId);
  };
  image.in0018 = [=](Elements& e) {
    e.text(0x00181000, "LO", "SN55512345");
    e.text(0x00181030, "LO", "Hip " + script.word);
    e.text(0x00185010, "LO", "L12-3 of " + script.word);
  };
  image.in0020 = [=](Elements& e) {
    e.text(0x00200010, "SH", "ST4711");
    e.text(0x00204000, "LT", "MRN-4711-0815 on 2019-08-17");
  };
  image.in0040 = [=](Elements& e) {
    e.sequence(0x00400275, {[=](Elements& item) {
                 item.text(0x00321060, "LO", script.word);
                 item.sequence(0x00400008, {[=](Elements& deep) {
                                 deep.text(0x00080104, "LO", script.word);
                                 deep.sequence(0x00081199, {[=](Elements& deeper) {
                                                 deeper.text(0x00104000, "LT", script.word);
                                                 deeper.text(0x00111001, "LO", script.word);
                                               }});
                               }});
               }});
    e.sequence(0x0040A730, {[=](Elements& item) {
                 item.text(0x0040A040, "CS", "PNAME");
                 item.text(0x0040A123, "PN", script.name);
                 item.sequence(0x0040A730, {[=](Elements& text) {
                                 text.text(0x0040A040, "CS", "TEXT");
                                 text.text(0x0040A160, "UT", "Report on " + script.word);
                               }});
               }});
    e.sequence(0x04000561, {[=](Elements& item) {
                 item.sequence(0x04000550, {[=](Elements& old) { old.text(0x00100010, "PN", script.name); }});
               }});
    e.text(0x40080115, "LT", script.word);
    e.text(0x50000022, "LO", script.word);
    e.us(0x60000010, {8});
    e.text(0x60001500, "LO", script.word);
    e.sequence(0x00700001, {[=](Elements& item) {
                 item.sequence(0x00700008,
                               {[=](Elements& text) { text.text(0x00700006, "ST", "Cyst of " + script.word); }});
               }});
  };
  // In order of tags, as a data set must be.
  auto bytes = image.build();
  // The preamble, and a private part of the meta header with an application entity's title.
  const std::string_view preamble = "II*\0 Featherstone MRN-4711-0815";
  std::copy(preamble.begin(), preamble.end(), bytes.begin());
  Elements meta;
  meta.text(0x00020016, "AE", "MRN-4711-0815");
  meta.text(0x00020100, "UI", "1.2.3.4.5.6.7");
  meta.raw(0x00020102, "OB", {'M', 'R', 'N', '-', '4', '7', '1', '1', '-', '0', '8', '1', '5', 0});
  const auto data = image.dataSet().bytes.size();
  bytes.insert(bytes.end() - static_cast<std::ptrdiff_t>(data), meta.bytes.begin(), meta.bytes.end());
  // Trailing padding.
  Elements padding;
  padding.raw(0xFFFCFFFC, "OB", {'M', 'R', 'N', '-', '4', '7', '1', '1', '-', '0', '8', '1', '5', 0});
  bytes.insert(bytes.end(), padding.bytes.begin(), padding.bytes.end());
  return bytes;
}

} // namespace planted
