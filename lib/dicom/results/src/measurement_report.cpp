#include "hipcuff/dicom/results/measurement_report.h"

#include "ascii_text.h"
#include "content_item.h"
#include "derived_image.h"
#include "head.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/results/report_codes.h"
#include "report_tree.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmsr/dsrdoc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

using Type = ContentItem::Type;

/// Every image reference of the tree, wherever it stands.
template <typename F>
void eachImage(const ContentItem& item, const F& f) {
  if (item.type == Type::image)
    f(item);
  for (const ContentItem& child : item.children)
    eachImage(child, f);
}

bool allAscii(const ContentItem& item) {
  return isAscii(item.text) && isAscii(item.code.meaning) && (!item.name || isAscii(item.name->meaning)) &&
         std::all_of(item.children.begin(), item.children.end(), allAscii);
}

/// The image that patient and study are taken from: the first that names anybody.
const SourceImage& headOf(const std::vector<SourceImage>& sources) {
  const auto named =
      std::find_if(sources.begin(), sources.end(), [](const SourceImage& s) { return !s.patientKey.empty(); });
  return named == sources.end() ? sources.front() : *named;
}

/// One study, and every reference is to one of its images and a frame that it has.
void checkReferences(const std::vector<SourceImage>& sources, const ContentItem& root) {
  if (sources.empty())
    throw std::invalid_argument("no measurement report without an image");
  std::map<std::string, const SourceImage*> known;
  for (const SourceImage& source : sources) {
    if (source.studyInstanceUid != sources.front().studyInstanceUid)
      throw std::invalid_argument("a measurement report of two studies");
    if (!source.patientKey.empty() && source.patientKey != headOf(sources).patientKey)
      throw std::invalid_argument("a measurement report of two patients");
    known[source.sopInstanceUid] = &source;
  }
  eachImage(root, [&](const ContentItem& item) {
    const auto at = known.find(item.sopInstanceUid);
    if (at == known.end() || at->second->sopClassUid != item.sopClassUid)
      throw std::invalid_argument("a measurement report refers to an image that it was not given: " +
                                  item.sopInstanceUid);
    const int frames = at->second->frames;
    const bool past = std::any_of(item.frames.begin(), item.frames.end(), [&](int f) { return f > frames; });
    // Referenced Frame Number is for images of several frames (PS3.3 10.3).
    if (past || (frames == 1 && !item.frames.empty()))
      throw std::invalid_argument("a measurement report refers to a frame that the image does not have");
  });
}

void fitAll(ContentItem& item, const SourceImage& source) {
  for (auto* text : {&item.text, &item.code.meaning})
    fit(*text, source);
  if (item.name)
    fit(item.name->meaning, source);
  for (ContentItem& child : item.children)
    fitAll(child, source);
}

/// In the characters that the object can hold.
ContentItem fittedTree(const MeasurementReport& report, const std::vector<SourceImage>& sources) {
  ContentItem root = treeFrom(report);
  checkReferences(sources, root);
  fitAll(root, headOf(sources));
  return root;
}

void exact(std::string& out, double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::hex).ptr;
  out.append(buffer.data(), end);
  out += ' ';
}

void dumpInto(std::string& out, const ContentItem& item) {
  const auto put = [&](const std::string& text) { out += std::to_string(text.size()) + ':' + text + ' '; };
  const auto putCode = [&](const Code& code) {
    put(code.scheme);
    put(code.value);
    put(code.meaning);
  };
  out +=
      '(' + std::to_string(static_cast<int>(item.relation)) + ' ' + std::to_string(static_cast<int>(item.type)) + ' ';
  putCode(item.name.value_or(Code{}));
  put(item.text);
  putCode(item.code);
  if (item.number)
    exact(out, *item.number);
  put(item.sopInstanceUid);
  for (const int frame : item.frames)
    out += std::to_string(frame) + ' ';
  out += std::to_string(static_cast<int>(item.graphic)) + ' ';
  for (const auto& [column, row] : item.points) {
    exact(out, column);
    exact(out, row);
  }
  for (const ContentItem& child : item.children)
    dumpInto(out, child);
  out += ')';
}

std::string text(DcmItem& data, const DcmTagKey& tag) {
  OFString value;
  if (data.findAndGetOFStringArray(tag, value).bad())
    return {};
  return tidy(std::string_view(value.data(), value.size()), 1024);
}

std::vector<ImageReference> evidenceOf(DSRDocument& document) {
  std::vector<ImageReference> out;
  for (auto* list : {&document.getCurrentRequestedProcedureEvidence(), &document.getPertinentOtherEvidence()}) {
    if (list->gotoFirstItem().bad())
      continue;
    do {
      OFString sopClass, instance;
      list->getSOPClassUID(sopClass);
      list->getSOPInstanceUID(instance);
      out.push_back({sopClass.c_str(), instance.c_str(), {}});
    } while (list->gotoNextItem().good());
  }
  return out;
}

} // namespace

std::string contentOf(const MeasurementReport& report) {
  std::string out;
  dumpInto(out, treeFrom(report));
  return out;
}

ObjectIdentity identifyMeasurementReport(const std::vector<SourceImage>& sources, const MeasurementReport& report,
                                         const Provenance& provenance) {
  const ContentItem root = fittedTree(report, sources);
  // The number goes up whenever the same report comes out as other bytes.
  std::string content = "report 2\n";
  dumpInto(content, root);
  for (const SourceImage& source : sources)
    content += "\n" + source.seriesInstanceUid + " " + source.sopClassUid + " " + source.sopInstanceUid;
  content += "\n" + sourceDigest(headOf(sources));
  return identify(ObjectKind::sr, sources.front().studyInstanceUid, content, provenance, seriesKey(headOf(sources)));
}

void writeMeasurementReport(const std::filesystem::path& path, const std::vector<SourceImage>& sources,
                            const ObjectIdentity& identity, const Provenance& provenance,
                            const MeasurementReport& report) {
  silenceDcmtk();
  const ContentItem root = fittedTree(report, sources);
  const bool utf8 = !allAscii(root);

  DSRDocument document;
  need(document.createNewDocument(DSRTypes::DT_ComprehensiveSR), "begin a report");
  if (utf8)
    need(document.setSpecificCharacterSetType(DSRTypes::CS_UTF8), "set the character set");
  buildTree(document, root);
  need(document.setContentDate(identity.date.c_str()), "set the content's date");
  need(document.setContentTime(identity.time.c_str()), "set the content's time");
  for (const SourceImage& source : sources)
    need(document.getCurrentRequestedProcedureEvidence().addItem(
             source.studyInstanceUid.c_str(), source.seriesInstanceUid.c_str(), source.sopClassUid.c_str(),
             source.sopInstanceUid.c_str()),
         "name an image as evidence");
  need(document.completeDocument(), "complete a report");

  DcmFileFormat file;
  DcmDataset& data = *file.getDataset();
  need(document.write(data), "write a report");
  fillHead(data, {headOf(sources), identity, provenance, ObjectKind::sr, UID_ComprehensiveSRStorage, "SR", 9001,
                  "HipCuff measurement report", utf8});
  declarePrivateScheme(data);
  saveWhole(file, path);
}

StoredReport readMeasurementReport(const std::filesystem::path& file) {
  constexpr std::uint64_t largest = 256ULL << 20;
  const auto loaded = loadWhole(file, largest);
  DcmDataset& data = *loaded->getDataset();
  StoredReport out;
  out.sopClassUid = text(data, DCM_SOPClassUID);
  if (kindOf(out.sopClassUid) != ObjectKind::sr)
    throw InputError(file, "not a structured report",
                     "give a DICOM SR, e.g. one that hipcuff analyze --dicom sr wrote");
  const std::string characterSet = text(data, DCM_SpecificCharacterSet);
  if (!characterSet.empty() && !becomesUtf8(data))
    throw InputError(file, "its character set (" + characterSet + ") can't be read",
                     "export it again with UTF-8 (ISO_IR 192)");

  DSRDocument document;
  const auto status =
      document.read(data, DSRTypes::RF_acceptUnknownRelationshipType | DSRTypes::RF_acceptInvalidContentItemValue |
                              DSRTypes::RF_ignoreRelationshipConstraints | DSRTypes::RF_ignoreContentItemErrors |
                              DSRTypes::RF_skipInvalidContentItems);
  if (status.bad())
    throw InputError(file, std::string("its report can't be read: ") + status.text(),
                     "write or export the report again");
  const ContentItem root = treeOf(document);
  if (!root.name || !(*root.name == reportCode("126000")))
    throw InputError(file,
                     "a structured report of another kind: '" +
                         (root.name ? tidy(root.name->meaning, 64) : std::string("no title")) + "'",
                     "only measurement reports (template TID 1500) can be read");
  out.sopInstanceUid = text(data, DCM_SOPInstanceUID);
  out.studyInstanceUid = text(data, DCM_StudyInstanceUID);
  out.seriesInstanceUid = text(data, DCM_SeriesInstanceUID);
  out.date = text(data, DCM_ContentDate);
  out.time = text(data, DCM_ContentTime);
  out.manufacturer = text(data, DCM_Manufacturer);
  out.softwareVersion = text(data, DCM_SoftwareVersions);
  out.complete = document.getCompletionFlag() == DSRTypes::CF_Complete;
  out.verified = document.getVerificationFlag() == DSRTypes::VF_Verified;
  out.evidence = evidenceOf(document);
  out.report = reportFrom(root, out.notUnderstood);
  return out;
}

} // namespace hipcuff::dicom
