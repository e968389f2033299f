// What DCMTK keeps once a process, and DCMTK's own headers.
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/dcmtls/tlslayer.h"

#include <mutex>
#include <string>

namespace hipcuff::dicom {

/// Log off, OpenSSL and the state machine set up, no look-ups of host names, SIGPIPE ignored. Once a process; cheap
/// after.
/// @throws ConfigError where DCMTK's data dictionary is missing
void prepareDcmtk();

/// DCMTK takes an accepted socket only through a global variable; who sets it holds this until it was read.
[[nodiscard]] std::mutex& externalSocketMutex();

/// A condition as one line.
[[nodiscard]] std::string words(const OFCondition& condition);

/// "out of resources (A700)".
[[nodiscard]] std::string statusWords(std::uint16_t status);

/// What the user can do about a failed C-STORE; may be empty.
[[nodiscard]] std::string statusRemedy(std::uint16_t status);

} // namespace hipcuff::dicom
