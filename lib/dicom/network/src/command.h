// Command sets that strangers send, read without DCMTK: its parser makes room for whatever length an element claims.
#pragma once

#include "dcmtk_state.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace hipcuff::dicom {

/// What the provider needs of a request (PS3.7 9.3.1.1, 9.3.5.1).
struct Command {
  std::uint16_t field = 0; ///< DIMSE_C_STORE_RQ and so on
  std::uint16_t messageId = 0;
  bool hasDataSet = false;
  std::string classUid;
  std::string instanceUid;
};

/// No request is longer by far.
inline constexpr std::size_t longestCommand = 16384;

/// Implicit VR little endian, group 0000, tags ascending (PS3.7 6.3.1). No value: it is something else.
[[nodiscard]] std::optional<Command> parseCommand(std::span<const std::uint8_t> bytes);

/// Waits for the next request. Bad as nextPdv is; DIMSE_BADMESSAGE for what is no command.
[[nodiscard]] OFCondition readCommand(T_ASC_Association* association, int seconds, T_ASC_PresentationContextID& context,
                                      Command& command);

} // namespace hipcuff::dicom
