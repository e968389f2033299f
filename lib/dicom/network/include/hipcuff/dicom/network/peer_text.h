// Peers as people write them: "AE@host:port".
#pragma once

#include "hipcuff/dicom/network/peer.h"

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::dicom {

/// An AE title: 1 to 16 characters of ASCII without backslash and control characters, not only spaces (PS3.5 table
/// 6.2-1).
[[nodiscard]] bool isAeTitle(std::string_view text) noexcept;

/// "AE@host:port", "AE@host", "host:port" or "host". Without a title the peer is called ANY-SCP, without a port it is
/// 104, DICOM's own. A host is a name or an IPv4 address; IPv6 isn't spoken. Spaces around an AE title don't count.
/// Timeouts, TLS and the calling AE title stay as a Peer has them.
/// @throws UsageError saying what of it is wrong
[[nodiscard]] Peer parsePeer(const std::string& text);

/// "AE@host:port", which parsePeer() reads again.
[[nodiscard]] std::string peerText(const Peer& peer);

/// The host's IPv4 addresses, "10.1.2.3"; empty where its name is unknown or no name server answers.
[[nodiscard]] std::vector<std::string> addressesOf(const std::string& host);

} // namespace hipcuff::dicom
