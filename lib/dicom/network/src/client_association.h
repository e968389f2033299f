// An association that we ask for.
#pragma once

#include "dcmtk_state.h"
#include "transport.h"

#include "hipcuff/dicom/network/client.h"

#include <memory>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct ProposedContext {
  std::string classUid;
  std::vector<std::string> syntaxes;
  bool weStore = false; ///< C-GET: the peer sends objects of this class to us
};

/// PS3.8 9.3.2: odd numbers from 1 to 255.
inline constexpr std::size_t mostContexts = 128;

class ClientAssociation {
public:
  /// Peer::tls's files are read once, for several associations.
  class Connector {
  public:
    /// @throws NetworkError (settings), ConfigError
    explicit Connector(const Peer& peer);
    [[nodiscard]] const Peer& peer() const noexcept { return peer_; }

  private:
    friend class ClientAssociation;
    Peer peer_;
    std::unique_ptr<TlsLayer> tls_;
  };

  /// @throws NetworkError
  ClientAssociation(const Connector& connector, const std::vector<ProposedContext>& contexts);
  /// Aborts unless released.
  ~ClientAssociation();
  ClientAssociation(const ClientAssociation&) = delete;
  ClientAssociation& operator=(const ClientAssociation&) = delete;

  [[nodiscard]] T_ASC_Association* get() const noexcept { return association_; }
  /// 0 where the peer did not accept the class in that syntax; any syntax where it is empty.
  [[nodiscard]] T_ASC_PresentationContextID contextFor(const std::string& classUid,
                                                       const std::string& syntax = {}) const;
  void release() noexcept;
  void acknowledgeSoon() const noexcept { acknowledgeAtOnce(socket_); }
  [[nodiscard]] NetworkError lost(const OFCondition& condition) const;

private:
  void connect(const Connector& connector, T_ASC_Parameters* parameters);
  std::string name_;
  std::unique_ptr<WatchedLayer> layer_;
  T_ASC_Network* network_ = nullptr;
  T_ASC_Association* association_ = nullptr;
  int socket_ = -1; ///< DCMTK's
  bool open_ = false;
};

[[nodiscard]] std::string nameOf(const Peer& peer);
[[nodiscard]] inline int secondsOf(std::chrono::seconds time) {
  return static_cast<int>(time.count());
}

} // namespace hipcuff::dicom
