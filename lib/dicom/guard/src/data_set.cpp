#include "hipcuff/dicom/guard/data_set.h"

#include "hipcuff/core/error.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcistrmb.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/oflog/oflog.h"

#include <mutex>
#include <span>

namespace hipcuff::dicom {
namespace {

bool parse(DcmDataset& data, std::span<const std::uint8_t> bytes, E_TransferSyntax syntax) {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  data.transferInit();
  const auto result = data.read(stream, syntax, EGL_noChange);
  data.transferEnd();
  return result.good();
}

std::vector<std::uint8_t> withoutSequences(const Structure& structure) {
  std::vector<std::uint8_t> rest;
  std::size_t at = 0;
  const auto copyTo = [&](std::size_t end) {
    rest.insert(rest.end(), structure.header.begin() + static_cast<std::ptrdiff_t>(at),
                structure.header.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (const auto& [begin, end] : structure.sequencesInHeader) {
    copyTo(begin);
    at = end;
  }
  copyTo(structure.header.size());
  return rest;
}

void needDictionary(const Structure& structure) {
  if (!structure.encoding.explicitVr && !dcmDataDict.isDictionaryLoaded())
    throw InputError(structure.source->path(), "DCMTK's data dictionary, which implicit VR needs, is not installed",
                     "install libdcmtk17, or set DCMDICTPATH");
}

} // namespace

void silenceDcmtk() {
  static std::once_flag once;
  std::call_once(once, [] { OFLog::configure(OFLogger::OFF_LOG_LEVEL); });
}

ParsedHeader parseHeader(const Structure& structure) {
  silenceDcmtk();
  needDictionary(structure);
  const auto syntax = structure.encoding.bigEndian    ? EXS_BigEndianExplicit
                      : structure.encoding.explicitVr ? EXS_LittleEndianExplicit
                                                      : EXS_LittleEndianImplicit;
  ParsedHeader out{std::make_shared<DcmDataset>()};
  if (structure.header.empty() || parse(*out.data, structure.header, syntax))
    return out;
  out.data->clear();
  if (!parse(*out.data, withoutSequences(structure), syntax))
    throw InputError(structure.source->path(), "its header can't be read", "export it again");
  out.sequencesUnreadable = true;
  return out;
}

std::shared_ptr<DcmFileFormat> loadWhole(const std::filesystem::path& file, std::uint64_t maxBytes) {
  silenceDcmtk();
  const auto structure = checkWhole(file, maxBytes);
  needDictionary(structure);
  if (structure.source->size() > maxBytes)
    throw InputError(file, "it is larger than " + std::to_string(maxBytes >> 20) + " MiB", {});
  auto loaded = std::make_shared<DcmFileFormat>();
  const auto result = loaded->loadFile(file.c_str());
  if (result.bad())
    throw InputError(file, std::string("it can't be read (") + result.text() + ")", "export it again");
  return loaded;
}

} // namespace hipcuff::dicom
