#include "model/pacs_peer.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/peer_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>

namespace hipcuff::viewer {
namespace {

struct PacsWords {
  Q_DECLARE_TR_FUNCTIONS(PacsWords)
};

bool isReadable(const QString& file) {
  const QFileInfo info(file);
  return info.isFile() && info.isReadable();
}

} // namespace

QString PacsPeer::problem() const {
  if (host.trimmed().isEmpty())
    return PacsWords::tr("Say which computer the PACS is: its name or address.");
  for (const QString& title : {ae, callingAe})
    if (!dicom::isAeTitle(title.toStdString()))
      return PacsWords::tr("'%1' is no AE title: 1 to 16 plain characters without a backslash.").arg(title);
  if (tls && !isReadable(authority))
    return PacsWords::tr("TLS needs a certificate (PEM) of whom to trust; there is no such file.");
  if (tls && certificate.isEmpty() != key.isEmpty())
    return PacsWords::tr("An own certificate and its key go together.");
  if (tls && !certificate.isEmpty() && (!isReadable(certificate) || !isReadable(key)))
    return PacsWords::tr("The own certificate or its key can't be read.");
  try {
    (void)toPeer();
  } catch (const Error& error) {
    return QString::fromStdString(error.problem());
  }
  return {};
}

QString PacsPeer::words() const {
  return QStringLiteral("%1@%2:%3").arg(ae.trimmed(), host.trimmed()).arg(port);
}

dicom::Peer PacsPeer::toPeer() const {
  dicom::Peer peer = dicom::parsePeer(words().toStdString());
  peer.callingAe = callingAe.trimmed().toStdString();
  peer.timeouts.connect = std::chrono::seconds(5);
  peer.timeouts.association = std::chrono::seconds(15);
  if (tls)
    peer.tls = dicom::Tls{certificate.toStdString(), key.toStdString(), authority.toStdString()};
  return peer;
}

PacsPeer PacsPeer::fromSettings() {
  QSettings settings;
  settings.beginGroup(QStringLiteral("pacs"));
  PacsPeer out;
  out.ae = settings.value(QStringLiteral("ae"), out.ae).toString();
  out.host = settings.value(QStringLiteral("host")).toString();
  out.port = settings.value(QStringLiteral("port"), out.port).toInt();
  out.callingAe = settings.value(QStringLiteral("callingAe"), out.callingAe).toString();
  out.tls = settings.value(QStringLiteral("tls"), out.tls).toBool();
  out.authority = settings.value(QStringLiteral("authority")).toString();
  out.certificate = settings.value(QStringLiteral("certificate")).toString();
  out.key = settings.value(QStringLiteral("key")).toString();
  out.byMove = settings.value(QStringLiteral("byMove"), out.byMove).toBool();
  out.movePort = settings.value(QStringLiteral("movePort"), out.movePort).toInt();
  return out;
}

void PacsPeer::toSettings() const {
  QSettings settings;
  settings.beginGroup(QStringLiteral("pacs"));
  settings.setValue(QStringLiteral("ae"), ae);
  settings.setValue(QStringLiteral("host"), host);
  settings.setValue(QStringLiteral("port"), port);
  settings.setValue(QStringLiteral("callingAe"), callingAe);
  settings.setValue(QStringLiteral("tls"), tls);
  settings.setValue(QStringLiteral("authority"), authority);
  settings.setValue(QStringLiteral("certificate"), certificate);
  settings.setValue(QStringLiteral("key"), key);
  settings.setValue(QStringLiteral("byMove"), byMove);
  settings.setValue(QStringLiteral("movePort"), movePort);
}

} // namespace hipcuff::viewer
