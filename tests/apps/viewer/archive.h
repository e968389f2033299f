// An archive for the viewer's tests: Debian's Orthanc in a network of the test's own.
#pragma once

#include "../../dicom/network/lab.h"

#include "hipcuff/dicom/network/client.h"

#include "model/pacs_peer.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hipcuff::viewer {

class Archive {
public:
  /// @param folder its own, for its data  @param movePort where it sends to when asked by C-MOVE for "VIEWER"
  explicit Archive(const std::filesystem::path& folder, std::uint16_t movePort = 0)
      : port_(lab::freePort()) {
    std::filesystem::create_directories(folder);
    const std::string modalities =
        movePort > 0 ? R"("viewer":["VIEWER","127.0.0.1",)" + std::to_string(movePort) + "]" : std::string();
    const auto config = folder / "orthanc.json";
    std::ofstream(config)
        << R"({"Name":"TEST","StorageDirectory":")" << (folder / "db").string() << R"(","IndexDirectory":")"
        << (folder / "db").string()
        << R"(","RemoteAccessAllowed":false,"HttpServerEnabled":false,"DicomAet":"ORTHANC","DicomPort":)" << port_
        << R"(,"DicomCheckCalledAet":true,"DicomAlwaysAllowEcho":true,
"DicomAlwaysAllowStore":true,"DicomAlwaysAllowFind":true,"DicomAlwaysAllowGet":true,"DicomAlwaysAllowMove":true,
"DicomModalities":{)"
        << modalities << R"(},"Plugins":[]})";
    orthanc_ = std::make_unique<lab::Program>(std::vector<std::string>{"Orthanc", config.string()}, folder / "log");
    if (!lab::listensSoon(port_))
      throw std::runtime_error("Orthanc does not listen");
  }
  ~Archive() {
    orthanc_->kill(SIGTERM);
    (void)orthanc_->wait();
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  [[nodiscard]] static bool possible() { return lab::isolated() && lab::hasProgram("Orthanc"); }

  [[nodiscard]] PacsPeer peer() const {
    PacsPeer out;
    out.ae = QStringLiteral("ORTHANC");
    out.host = QStringLiteral("127.0.0.1");
    out.port = port_;
    out.callingAe = QStringLiteral("VIEWER");
    return out;
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Objects that got in.
  std::size_t store(const std::vector<std::filesystem::path>& files) const {
    std::size_t in = 0;
    for (const auto& one : dicom::send(peer().toPeer(), files))
      in += dicom::delivered(one.delivery) ? 1 : 0;
    return in;
  }
  /// Modalities of the study's series, sorted.
  [[nodiscard]] std::vector<std::string> modalitiesOf(const std::string& studyUid) const {
    std::vector<std::string> out;
    for (const auto& series :
         dicom::find(peer().toPeer(), dicom::Level::series,
                     {{"StudyInstanceUID", studyUid}, {"SeriesInstanceUID", ""}, {"Modality", ""}}))
      out.push_back(series.at("Modality"));
    std::sort(out.begin(), out.end());
    return out;
  }

private:
  std::uint16_t port_;
  std::unique_ptr<lab::Program> orthanc_;
};

} // namespace hipcuff::viewer
