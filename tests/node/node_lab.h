// What the node's tests have in common: a PACS to send results to, a node, and studies.
#pragma once

#include "../dicom/network/lab.h"

#include "hipcuff/node/node.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace nodelab {

using Folder = testdicom::Folder;

std::filesystem::path write(const std::filesystem::path& file, const std::string& text);
[[nodiscard]] std::string read(const std::filesystem::path& file);

/// True once it is, within the time.
bool soon(const std::function<bool()>& is, std::chrono::seconds within = std::chrono::seconds(20));

/// One small still each; 1.2.7.STUDY, instances 1.2.7.STUDY.NUMBER.
std::vector<std::filesystem::path> study(const std::filesystem::path& folder, int number, int objects, int first = 1);

/// An archive that takes results.
struct Pacs {
  explicit Pacs(const std::filesystem::path& folder, std::uint16_t port = 0);
  [[nodiscard]] hipcuff::node::Destination destination(const std::string& name = "pacs") const;
  /// SOP instance UIDs by modality (SR, SEG, PR) and study.
  [[nodiscard]] std::map<std::pair<std::string, std::string>, std::vector<std::string>> holds() const;
  [[nodiscard]] std::size_t count() const;

  lab::Recorder recorder;
  hipcuff::dicom::Inbox inbox;
  hipcuff::dicom::Server server;
};

/// Quiet after half a second, quick to try again.
[[nodiscard]] hipcuff::node::NodeConfig config(const std::filesystem::path& folder);

/// A node with its log.
class Running {
public:
  explicit Running(const hipcuff::node::NodeConfig& config, hipcuff::node::Node::Clock clock = {});
  hipcuff::node::Node& node() { return *node_; }
  void stop() { node_->stop(); }
  std::vector<hipcuff::dicom::SentFile> send(const std::vector<std::filesystem::path>& files);
  [[nodiscard]] std::string log() const;
  [[nodiscard]] bool logged(const std::string& part) const;
  bool logsSoon(const std::string& part) const;

private:
  mutable std::mutex mutex_;
  std::string log_;
  std::unique_ptr<hipcuff::node::Node> node_;
};

} // namespace nodelab
