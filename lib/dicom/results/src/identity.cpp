#include "hipcuff/dicom/results/identity.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/dicom/writing/us_image.h"

#include <stdexcept>

namespace hipcuff::dicom {
namespace {

bool isTime(const std::string& text) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != shape.size())
    return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
      return false;
  return true;
}

std::string sopUid(const std::string& contentKey, const std::string& date, const std::string& time, int number) {
  return uidFromText("object\n" + contentKey + "\n" + date + time +
                     (number == 1 ? std::string() : "\n" + std::to_string(number)));
}

} // namespace

const std::string& measuringVersion(const Provenance& provenance) noexcept {
  return provenance.measuredBy.empty() ? provenance.version : provenance.measuredBy;
}

const char* toString(ObjectKind kind) noexcept {
  switch (kind) {
  case ObjectKind::sr:
    return "sr";
  case ObjectKind::seg:
    return "seg";
  case ObjectKind::gsps:
    return "gsps";
  case ObjectKind::sc:
    return "sc";
  }
  return "";
}

std::optional<ObjectKind> objectKindFrom(std::string_view text) noexcept {
  for (const auto kind : {ObjectKind::sr, ObjectKind::seg, ObjectKind::gsps, ObjectKind::sc})
    if (text == toString(kind))
      return kind;
  return {};
}

std::string uidFromText(std::string_view text) {
  const auto digits = sha256(text);
  const auto number = [&](std::size_t at) { return std::stoull(digits.substr(at, 16), nullptr, 16); };
  return uidFromNumbers(number(0), number(16));
}

ObjectIdentity identify(ObjectKind kind, const std::string& studyInstanceUid, std::string_view content,
                        const Provenance& provenance, std::string_view series) {
  if (!isTime(provenance.created))
    throw std::invalid_argument("not a time: " + provenance.created);
  const auto digits = [&](std::size_t at, std::size_t count) { return provenance.created.substr(at, count); };
  ObjectIdentity out;
  out.date = digits(0, 4) + digits(5, 2) + digits(8, 2);
  out.time = digits(11, 2) + digits(14, 2) + digits(17, 2);
  const std::string maker = std::string(toString(kind)) + "\n" + studyInstanceUid + "\n" + provenance.software + "\n" +
                            provenance.version + "\n" + measuringVersion(provenance) + "\n" +
                            sha256(provenance.settings);
  out.seriesInstanceUid = uidFromText("series\n" + maker + "\n" + std::string(series));
  Sha256 key;
  key.add(maker);
  key.add("\n");
  key.add(content);
  out.contentKey = key.hex();
  out.sopInstanceUid = sopUid(out.contentKey, out.date, out.time, provenance.instanceNumber);
  return out;
}

bool belongsTo(const std::string& sopInstanceUid, const std::string& date, const std::string& time,
               const std::string& contentKey, int instanceNumber) {
  return sopInstanceUid == sopUid(contentKey, date, time, instanceNumber);
}

} // namespace hipcuff::dicom
