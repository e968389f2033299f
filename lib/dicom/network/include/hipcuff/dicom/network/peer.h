// Who is at the other end of a DICOM association, and how long we wait for it. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hipcuff::dicom {

/// TLS after the BCP 195 profile (PS3.15 B.9 as DCMTK's TSP_Profile_BCP195 has it): TLS 1.2 or newer preferred.
/// All files are PEM. A certificate is checked against `authority`. Where we ask for the association, it must be made
/// out for Peer::host too (RFC 6125; RFC 9325, which BCP 195 is), unless `authority` holds that very certificate,
/// self-signed: then it is known whose it is. Who asks a Server of ours shows no host name to check.
struct Tls {
  std::filesystem::path certificate; ///< our own, with its chain; may be empty for a client that shows none
  std::filesystem::path key;         ///< without a password
  std::filesystem::path authority;   ///< whom we trust: certificates of authorities, or the peer's own
  bool verifyPeer = true;            ///< false: any certificate, or none, will do
  bool checkName = true;             ///< false: a certificate of the authority for any host will do
};

struct Timeouts {
  std::chrono::seconds connect{10};
  std::chrono::seconds association{30}; ///< for the TLS handshake and each step of opening or closing an association
  std::chrono::seconds message{60};     ///< between two messages or parts of one
};

inline constexpr std::uint32_t largestPdu = 131072;

struct Peer {
  std::string host;
  std::uint16_t port = 104;
  std::string calledAe = "ANY-SCP";
  std::string callingAe = "HIPCUFF";
  std::optional<Tls> tls;
  Timeouts timeouts;
  std::uint32_t maxPdu = largestPdu; ///< 4096 to 131072 bytes that we take at once
};

} // namespace hipcuff::dicom
