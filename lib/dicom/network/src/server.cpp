#include "hipcuff/dicom/network/server.h"

#include "addresses.h"
#include "server_association.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <list>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hipcuff::dicom {

std::vector<std::string> usualClasses() {
  return {UID_UltrasoundImageStorage,
          UID_UltrasoundMultiframeImageStorage,
          UID_RETIRED_UltrasoundImageStorage,
          UID_RETIRED_UltrasoundMultiframeImageStorage,
          UID_SecondaryCaptureImageStorage,
          UID_MultiframeGrayscaleByteSecondaryCaptureImageStorage,
          UID_MultiframeGrayscaleWordSecondaryCaptureImageStorage,
          UID_MultiframeTrueColorSecondaryCaptureImageStorage,
          UID_BasicTextSRStorage,
          UID_EnhancedSRStorage,
          UID_ComprehensiveSRStorage,
          UID_SegmentationStorage,
          UID_GrayscaleSoftcopyPresentationStateStorage,
          UID_ColorSoftcopyPresentationStateStorage};
}

std::vector<std::string> usualSyntaxes() {
  return {UID_LittleEndianExplicitTransferSyntax,
          UID_LittleEndianImplicitTransferSyntax,
          UID_DeflatedExplicitVRLittleEndianTransferSyntax,
          UID_BigEndianExplicitTransferSyntax,
          UID_RLELosslessTransferSyntax,
          UID_JPEGProcess1TransferSyntax,
          UID_JPEGProcess2_4TransferSyntax,
          UID_JPEGProcess14TransferSyntax,
          UID_JPEGProcess14SV1TransferSyntax,
          UID_JPEGLSLosslessTransferSyntax,
          UID_JPEGLSLossyTransferSyntax,
          UID_JPEG2000LosslessOnlyTransferSyntax,
          UID_JPEG2000TransferSyntax,
          UID_MPEG2MainProfileAtMainLevelTransferSyntax,
          UID_MPEG4HighProfileLevel4_1TransferSyntax};
}

namespace {

/// So many more get a DICOM refusal; beyond, connections are just closed.
constexpr std::size_t placesToRefuse = 8;
/// How often a listening thread looks for connections that are overdue, and for its own end.
constexpr int pollMilliseconds = 100;

[[noreturn]] void failed(const std::string& where) {
  throw OutputError({}, "can't listen at " + where + ": " + std::strerror(errno), "name another port or address");
}

} // namespace

struct Server::Impl {
  Impl(ServerSettings given, Inbox& inbox, ServerObserver* observer)
      : settings(std::move(given))
      , core(settings, inbox, observer) {
    prepareDcmtk();
    for (const auto& text : settings.allowedAddresses) {
      const auto range = parseRange(text);
      if (!range)
        throw ConfigError({}, "'" + text + "' is no IPv4 address or range", "write 10.1.2.3 or 10.1.0.0/16");
      ranges.push_back(*range);
    }
    if (settings.maxAssociations < 1 || settings.maxAssociations > 1000)
      throw ConfigError({}, "1 to 1000 associations can be taken at once", "");
    if (settings.maxPdu < 4096 || settings.maxPdu > largestPdu)
      throw ConfigError({}, "the PDU size must be 4096 to 131072 bytes", "");
    if (settings.tls)
      tls = makeTlsLayer(*settings.tls, {});
    core.tls = tls.get();
    listenAt();
    listener = std::thread([this] { listenOn(); });
  }

  void listenAt() {
    const auto address = parseAddress(settings.bindAddress);
    if (!address)
      throw ConfigError({}, "'" + settings.bindAddress + "' is no IPv4 address to listen at", "");
    const auto where = settings.bindAddress + ":" + std::to_string(settings.port);
    socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
      failed(where);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(*address);
    name.sin_port = htons(settings.port);
    socklen_t size = sizeof name;
    if (::bind(socket, reinterpret_cast<sockaddr*>(&name), size) != 0 || ::listen(socket, 64) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) != 0) {
      const int error = errno;
      ::close(socket);
      errno = error;
      failed(where);
    }
    port = ntohs(name.sin_port);
  }

  void listenOn() {
    while (!core.stopping) {
      pollfd waiting{socket, POLLIN, 0};
      if (::poll(&waiting, 1, pollMilliseconds) > 0)
        take();
      cutOverdue();
      joinEnded();
    }
  }

  void take() {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const int fd = ::accept4(socket, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of descriptors: the connection stays in the queue; without a pause this would spin.
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
        std::this_thread::sleep_for(std::chrono::milliseconds(pollMilliseconds));
      return;
    }
    const auto address = ntohl(from.sin_addr.s_addr);
    const auto text = addressText(address);
    const bool known =
        ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const auto& r) { return r.holds(address); });
    const auto open = openCount();
    if (!known || open >= settings.maxAssociations + placesToRefuse) {
      ::close(fd);
      core.told([&](ServerObserver& observer) {
        observer.problem(text + (known ? ": too many connections, closed" : ": this address is not allowed, closed"));
      });
      return;
    }
    const std::lock_guard guard(mutex);
    auto& place = places.emplace_back(fd);
    place.connection.due(Connection::Clock::now() + settings.timeouts.association);
    const bool tooMany = open >= settings.maxAssociations;
    place.thread = std::thread([this, fd, text, tooMany, &connection = place.connection] {
      ServerAssociation(core, connection, text, tooMany).run(fd);
      connection.done = true;
    });
  }

  [[nodiscard]] std::size_t openCount() const {
    const std::lock_guard guard(mutex);
    return static_cast<std::size_t>(
        std::count_if(places.begin(), places.end(), [](const auto& p) { return !p.connection.done; }));
  }

  void cutOverdue() {
    const auto now = Connection::Clock::now();
    const std::lock_guard guard(mutex);
    for (auto& place : places)
      if (!place.connection.done && place.connection.overdue(now))
        place.connection.cut(AssociationEnd::timedOut);
  }

  void joinEnded() {
    const std::lock_guard guard(mutex);
    places.remove_if([](Place& place) {
      if (!place.connection.done)
        return false;
      place.thread.join();
      return true;
    });
  }

  void stop(std::chrono::milliseconds grace) {
    if (core.stopping.exchange(true))
      return;
    listener.join();
    ::close(socket);
    const auto last = Connection::Clock::now() + grace;
    for (bool waiting = true; waiting;) {
      waiting = false;
      const bool over = Connection::Clock::now() >= last;
      for (auto& place : places) {
        if (place.connection.done)
          continue;
        if (over || !place.connection.busy)
          place.connection.cut(AssociationEnd::stopped);
        waiting = true;
      }
      if (waiting)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    joinEnded();
  }

  struct Place {
    explicit Place(int fd)
        : connection(fd) {}
    Connection connection;
    std::thread thread;
  };
  ServerSettings settings;
  ServerCore core;
  std::vector<AddressRange> ranges;
  std::unique_ptr<DcmTransportLayer> tls;
  int socket = -1;
  std::uint16_t port = 0;
  mutable std::mutex mutex;
  std::list<Place> places;
  std::thread listener;
};

Server::Server(ServerSettings settings, Inbox& inbox, ServerObserver* observer)
    : impl_(std::make_unique<Impl>(std::move(settings), inbox, observer)) {}

Server::~Server() {
  stop();
}

std::uint16_t Server::port() const noexcept {
  return impl_->port;
}

std::size_t Server::openAssociations() const {
  return impl_->openCount();
}

void Server::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

} // namespace hipcuff::dicom
