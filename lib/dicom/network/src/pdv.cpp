#include "pdv.h"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcwcache.h"

#include <algorithm>
#include <array>
#include <vector>

namespace hipcuff::dicom {
namespace {

OFCondition writePdv(T_ASC_Association* association, T_ASC_PresentationContextID context, DUL_DATAPDV kind, void* bytes,
                     std::size_t count, bool last) {
  DUL_PDV pdv{};
  pdv.fragmentLength = count;
  pdv.presentationContextID = context;
  pdv.pdvType = kind;
  pdv.lastPDV = last ? OFTrue : OFFalse;
  pdv.data = bytes;
  DUL_PDVLIST list{};
  list.count = 1;
  list.pdv = &pdv;
  return DUL_WritePDVs(&association->DULassociation, &list);
}

} // namespace

OFCondition nextPdv(T_ASC_Association* association, int seconds, DUL_PDV& pdv) {
  if (DUL_NextPDV(&association->DULassociation, &pdv).good())
    return EC_Normal;
  if (!ASC_dataWaiting(association, seconds))
    return DIMSE_NODATAAVAILABLE;
  const auto read = DUL_ReadPDVs(&association->DULassociation, nullptr, DUL_NOBLOCK, seconds);
  if (read != DUL_PDATAPDUARRIVED)
    return read.good() ? DIMSE_READPDVFAILED : read;
  return DUL_NextPDV(&association->DULassociation, &pdv);
}

OFCondition writeStoreCommand(T_ASC_Association* association, T_ASC_PresentationContextID context,
                              std::uint16_t messageId, const std::string& classUid, const std::string& instanceUid) {
  DcmDataset command;
  command.putAndInsertString(DCM_AffectedSOPClassUID, classUid.c_str());
  command.putAndInsertUint16(DCM_CommandField, DIMSE_C_STORE_RQ);
  command.putAndInsertUint16(DCM_MessageID, messageId);
  command.putAndInsertUint16(DCM_Priority, DIMSE_PRIORITY_MEDIUM);
  command.putAndInsertUint16(DCM_CommandDataSetType, DIMSE_DATASET_PRESENT);
  command.putAndInsertString(DCM_AffectedSOPInstanceUID, instanceUid.c_str());
  std::array<char, 1024> bytes{};
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  DcmWriteCache cache;
  command.transferInit();
  const auto made =
      command.write(stream, EXS_LittleEndianImplicit, EET_ExplicitLength, &cache, EGL_withGL, EPD_withoutPadding);
  command.transferEnd();
  if (made.bad())
    return made;
  void* begin = nullptr;
  offile_off_t count = 0;
  stream.flushBuffer(begin, count);
  return writePdv(association, context, DUL_COMMANDPDV, begin, static_cast<std::size_t>(count), true);
}

OFCondition writeDataSet(T_ASC_Association* association, T_ASC_PresentationContextID context, const ByteSource& source,
                         std::uint64_t at) {
  auto room = static_cast<std::size_t>(association->sendPDVLength) & ~std::size_t{1};
  std::vector<std::uint8_t> piece(std::max<std::size_t>(room, 2) + 1);
  room = piece.size() - 1;
  while (true) {
    const auto left = source.size() - at;
    auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, room));
    source.read(at, {piece.data(), count});
    at += count;
    // Only a deflated stream can end on an odd byte; PS3.5 A.5 pads it with a zero.
    if ((count & 1) != 0)
      piece[count++] = 0;
    const bool last = at >= source.size();
    const auto sent = writePdv(association, context, DUL_DATASETPDV, piece.data(), count, last);
    if (sent.bad() || last)
      return sent;
  }
}

OFCondition writeImplicit(T_ASC_Association* association, T_ASC_PresentationContextID context, DcmDataset& data) {
  const auto room = static_cast<std::size_t>(association->sendPDVLength) & ~std::size_t{1};
  std::vector<char> piece(room);
  DcmOutputBufferStream stream(piece.data(), static_cast<offile_off_t>(piece.size()));
  DcmWriteCache cache;
  data.transferInit();
  OFCondition done = EC_Normal;
  for (bool last = false; !last && done.good();) {
    const auto made =
        data.write(stream, EXS_LittleEndianImplicit, EET_UndefinedLength, &cache, EGL_recalcGL, EPD_withoutPadding);
    last = made.good();
    if (!last && made != EC_StreamNotifyClient)
      return made;
    void* begin = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(begin, count);
    done = writePdv(association, context, DUL_DATASETPDV, begin, static_cast<std::size_t>(count), last);
  }
  data.transferEnd();
  return done;
}

OFCondition writeStoreResponse(T_ASC_Association* association, T_ASC_PresentationContextID context,
                               const Command& request, std::uint16_t status, const std::string& comment) {
  T_DIMSE_C_StoreRQ asked{};
  asked.MessageID = request.messageId;
  OFStandard::strlcpy(asked.AffectedSOPClassUID, request.classUid.c_str(), sizeof asked.AffectedSOPClassUID);
  OFStandard::strlcpy(asked.AffectedSOPInstanceUID, request.instanceUid.c_str(), sizeof asked.AffectedSOPInstanceUID);
  T_DIMSE_C_StoreRSP response{};
  response.DimseStatus = status;
  DcmDataset detail;
  if (!comment.empty())
    detail.putAndInsertString(DCM_ErrorComment, comment.substr(0, 64).c_str());
  return DIMSE_sendStoreResponse(association, context, &asked, &response, comment.empty() ? nullptr : &detail);
}

} // namespace hipcuff::dicom
