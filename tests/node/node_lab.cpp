#include "node_lab.h"

#include <fstream>
#include <iterator>
#include <thread>

namespace nodelab {

using namespace hipcuff;

std::filesystem::path write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool soon(const std::function<bool()>& is, std::chrono::seconds within) {
  const auto last = std::chrono::steady_clock::now() + within;
  while (!is()) {
    if (std::chrono::steady_clock::now() > last)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::vector<std::filesystem::path> study(const std::filesystem::path& folder, int number, int objects, int first) {
  std::vector<std::filesystem::path> files;
  lab::ObjectSpec spec;
  spec.study = "1.2.7." + std::to_string(number);
  spec.series = spec.study + ".9";
  spec.rows = spec.columns = 48;
  for (int i = first; i < first + objects; ++i) {
    spec.instance = spec.study + "." + std::to_string(i);
    spec.pixel = static_cast<std::uint8_t>(i);
    files.push_back(lab::writeObject(folder, spec));
  }
  return files;
}

namespace {

dicom::ServerSettings pacsSettings(std::uint16_t port) {
  auto settings = lab::settings();
  settings.ae = "PACS";
  settings.port = port;
  return settings;
}

} // namespace

Pacs::Pacs(const std::filesystem::path& folder, std::uint16_t port)
    : inbox(folder)
    , server(pacsSettings(port), inbox, &recorder) {}

node::Destination Pacs::destination(const std::string& name) const {
  auto peer = lab::peerAt(server.port(), "PACS");
  return {name, peer, {dicom::ObjectKind::sr, dicom::ObjectKind::seg, dicom::ObjectKind::gsps}};
}

std::map<std::pair<std::string, std::string>, std::vector<std::string>> Pacs::holds() const {
  static const std::map<std::string, std::string> kinds{{"1.2.840.10008.5.1.4.1.1.88.33", "SR"},
                                                        {"1.2.840.10008.5.1.4.1.1.66.4", "SEG"},
                                                        {"1.2.840.10008.5.1.4.1.1.11.1", "PR"},
                                                        {"1.2.840.10008.5.1.4.1.1.11.2", "PR"}};
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> out;
  for (const auto& object : recorder.objects())
    if (!object.duplicate) {
      const auto kind = kinds.find(object.classUid);
      out[{kind == kinds.end() ? object.classUid : kind->second, object.studyUid}].push_back(object.instanceUid);
    }
  return out;
}

std::size_t Pacs::count() const {
  const auto objects = recorder.objects();
  return static_cast<std::size_t>(
      std::count_if(objects.begin(), objects.end(), [](const auto& object) { return !object.duplicate; }));
}

node::NodeConfig config(const std::filesystem::path& folder) {
  node::NodeConfig out;
  out.folder = folder;
  out.server = lab::settings();
  out.server.ae = "HIPCUFF";
  out.quiet = std::chrono::milliseconds(500);
  out.jobs = 2;
  out.retry = {100, 400, 0, 3};
  out.statusEvery = std::chrono::milliseconds(500);
  out.inbox.keepFree = 1 << 20;
  return out;
}

Running::Running(const node::NodeConfig& config, node::Node::Clock clock) {
  node_ = std::make_unique<node::Node>(
      config,
      [this](const std::string& line) {
        const std::lock_guard guard(mutex_);
        log_ += line + "\n";
      },
      std::move(clock));
}

std::vector<dicom::SentFile> Running::send(const std::vector<std::filesystem::path>& files) {
  return dicom::send(lab::peerAt(node_->port(), "HIPCUFF"), files);
}

std::string Running::log() const {
  const std::lock_guard guard(mutex_);
  return log_;
}

bool Running::logged(const std::string& part) const {
  return log().find(part) != std::string::npos;
}

bool Running::logsSoon(const std::string& part) const {
  return soon([&] { return logged(part); });
}

} // namespace nodelab
