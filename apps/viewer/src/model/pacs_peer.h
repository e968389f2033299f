// The PACS as a person set it up, kept with the other settings.
#pragma once

#include "hipcuff/dicom/network/peer.h"

#include <QString>

namespace hipcuff::viewer {

struct PacsPeer {
  QString ae = QStringLiteral("ANY-SCP");
  QString host;
  int port = 104;
  QString callingAe = QStringLiteral("HIPCUFF"); ///< what we call ourselves
  bool tls = false;
  QString authority;   ///< PEM: whom we trust
  QString certificate; ///< PEM: our own; empty: we show none
  QString key;
  bool byMove = false; ///< C-MOVE to ourselves rather than C-GET
  int movePort = 11112;
  friend bool operator==(const PacsPeer&, const PacsPeer&) = default;

  /// What has to be put right before it can be asked; empty: nothing.
  [[nodiscard]] QString problem() const;
  /// "AE@host:port"
  [[nodiscard]] QString words() const;
  /// With time limits of somebody who waits in front of a screen. @throws UsageError
  [[nodiscard]] dicom::Peer toPeer() const;
  [[nodiscard]] static PacsPeer fromSettings();
  void toSettings() const;
};

} // namespace hipcuff::viewer
