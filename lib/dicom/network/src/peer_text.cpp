#include "hipcuff/dicom/network/peer_text.h"

#include "addresses.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <charconv>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace hipcuff::dicom {
namespace {

constexpr const char* form = "write AE@host:port, for example ORTHANC@192.168.1.5:4242";

bool isAsciiLetterOrDigit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A name of RFC 1123, with the underscores that some networks have, or an IPv4 address.
bool isHost(std::string_view host) noexcept {
  return !host.empty() && host.size() <= 200 && isAsciiLetterOrDigit(host.front()) &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return isAsciiLetterOrDigit(c) || c == '.' || c == '-' || c == '_'; });
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return std::string(text);
}

} // namespace

bool isAeTitle(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 16 && text.find_first_not_of(' ') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '\\'; });
}

Peer parsePeer(const std::string& text) {
  const auto bad = [&](const std::string& problem, const char* remedy = form) {
    return UsageError("peer '" + tidy(text, 80) + "': " + problem, remedy);
  };
  Peer peer;
  std::string_view address = text;
  // The last one: an AE title may hold an @, a host can't.
  if (const auto at = text.rfind('@'); at != std::string::npos) {
    peer.calledAe = trimmed(std::string_view(text).substr(0, at));
    if (!isAeTitle(peer.calledAe))
      throw bad("the AE title before the @ must be 1 to 16 ASCII characters without a backslash");
    address.remove_prefix(at + 1);
  }
  if (address.find('[') != std::string_view::npos || std::count(address.begin(), address.end(), ':') > 1)
    throw bad("this looks like an IPv6 address, and only IPv4 is spoken here", "use the host's name or IPv4 address");
  if (const auto colon = address.find(':'); colon != std::string_view::npos) {
    const auto port = address.substr(colon + 1);
    unsigned number = 0;
    const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
    if (read.ec != std::errc() || read.ptr != port.data() + port.size() || number < 1 || number > 65535)
      throw bad("the port must be a number from 1 to 65535");
    peer.port = static_cast<std::uint16_t>(number);
    address = address.substr(0, colon);
  }
  if (!isHost(address))
    throw bad(address.empty() ? "no host" : "'" + tidy(std::string(address), 80) + "' is no host");
  peer.host = address;
  return peer;
}

std::vector<std::string> addressesOf(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0)
    return {};
  std::vector<std::string> out;
  for (const auto* one = found; one != nullptr; one = one->ai_next)
    out.push_back(addressText(ntohl(reinterpret_cast<const sockaddr_in*>(one->ai_addr)->sin_addr.s_addr)));
  ::freeaddrinfo(found);
  return out;
}

std::string peerText(const Peer& peer) {
  return peer.calledAe + "@" + peer.host + ":" + std::to_string(peer.port);
}

} // namespace hipcuff::dicom
