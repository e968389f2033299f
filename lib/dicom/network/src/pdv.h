// Messages piece by piece: DCMTK's DIMSE functions parse and rewrite data sets, here they go through as they are.
#pragma once

#include "command.h"
#include "dcmtk_state.h"

#include "hipcuff/dicom/guard/byte_source.h"

#include <functional>

namespace hipcuff::dicom {

/// The next piece of a message; DIMSE_NODATAAVAILABLE where none comes in `seconds`.
[[nodiscard]] OFCondition nextPdv(T_ASC_Association* association, int seconds, DUL_PDV& pdv);

/// C-STORE-RQ (PS3.7 9.3.1.1).
[[nodiscard]] OFCondition writeStoreCommand(T_ASC_Association* association, T_ASC_PresentationContextID context,
                                            std::uint16_t messageId, const std::string& classUid,
                                            const std::string& instanceUid);

/// The bytes of `source` from `at` to its end, as one data set. @throws InputError where it can't be read
[[nodiscard]] OFCondition writeDataSet(T_ASC_Association* association, T_ASC_PresentationContextID context,
                                       const ByteSource& source, std::uint64_t at);

/// The same values in implicit VR little endian.
[[nodiscard]] OFCondition writeImplicit(T_ASC_Association* association, T_ASC_PresentationContextID context,
                                        DcmDataset& data);

/// C-STORE-RSP; `comment` goes into Error Comment (0000,0902), at most 64 characters.
[[nodiscard]] OFCondition writeStoreResponse(T_ASC_Association* association, T_ASC_PresentationContextID context,
                                             const Command& request, std::uint16_t status, const std::string& comment);

} // namespace hipcuff::dicom
