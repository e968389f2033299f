#include "dcmtk_state.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/guard/data_set.h"

#include <array>
#include <cstdio>

namespace hipcuff::dicom {

void prepareDcmtk() {
  static std::once_flag once;
  std::call_once(once, [] {
    silenceDcmtk();
    DcmTLSTransportLayer::initializeOpenSSL();
    // A name server that doesn't answer would stop each association for its own timeout.
    dcmDisableGethostbyaddr.set(OFTrue);
    // The first network sets up the state machine, which isn't guarded against threads.
    T_ASC_Network* network = nullptr;
    if (ASC_initializeNetwork(NET_REQUESTOR, 0, 10, &network).good())
      ASC_dropNetwork(&network);
  });
  if (!dcmDataDict.isDictionaryLoaded())
    throw ConfigError({}, "DCMTK's data dictionary is not installed", "install libdcmtk17, or set DCMDICTPATH");
}

std::mutex& externalSocketMutex() {
  static std::mutex mutex;
  return mutex;
}

std::string words(const OFCondition& condition) {
  if (condition == DIMSE_NODATAAVAILABLE)
    return "no answer in time";
  if (condition == DUL_PEERABORTEDASSOCIATION)
    return "the peer aborted it or the connection was cut";
  if (condition == DUL_PEERREQUESTEDRELEASE)
    return "the peer ended the association";
  if (condition == DUL_NETWORKCLOSED)
    return "the connection was cut";
  return tidy(condition.text(), 200);
}

std::string statusWords(std::uint16_t status) {
  struct Row {
    std::uint16_t from, to;
    const char* words;
  };
  // PS3.4 tables B.2-1, C.4-1 to C.4-3 and PS3.7 annex C.
  static constexpr std::array rows{
      Row{0x0000, 0x0000, "success"},
      Row{0x0110, 0x0110, "processing failure"},
      Row{0x0111, 0x0111, "duplicate SOP instance"},
      Row{0x0117, 0x0117, "invalid SOP instance"},
      Row{0x0122, 0x0122, "SOP class not supported"},
      Row{0x0124, 0x0124, "not authorised"},
      Row{0x0210, 0x0210, "duplicate invocation"},
      Row{0x0211, 0x0211, "unrecognised operation"},
      Row{0x0212, 0x0212, "mistyped argument"},
      Row{0xA700, 0xA7FF, "out of resources"},
      Row{0xA801, 0xA801, "move destination unknown"},
      Row{0xA900, 0xA9FF, "data set does not match SOP class"},
      Row{0xB000, 0xB000, "some of it changed or failed"},
      Row{0xB006, 0xB006, "elements discarded"},
      Row{0xB007, 0xB007, "data set does not match SOP class"},
      Row{0xC111, 0xC111, "cannot understand, or another object under the same UID"},
      Row{0xC000, 0xCFFF, "cannot understand or process"},
      Row{0xFE00, 0xFE00, "cancelled"},
  };
  const char* found = "unknown status";
  for (const auto& row : rows)
    if (status >= row.from && status <= row.to) {
      found = row.words;
      break;
    }
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "%04X", status);
  return std::string(found) + " (" + hex.data() + ")";
}

std::string statusRemedy(std::uint16_t status) {
  if ((status & 0xff00) == 0xA700)
    return "the peer has no room, or the object is too large for it: try again later";
  if (status == 0x0124)
    return "ask who runs the peer to allow it";
  if (status == 0x0122)
    return "ask who runs the peer to allow this class";
  if (status == 0x0111 || status == 0xC111)
    return "the peer keeps what it has under this UID";
  return status == 0 || (status & 0xf000) == 0xB000 ? "" : "the peer's log says why";
}

} // namespace hipcuff::dicom
