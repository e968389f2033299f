#include "hipcuff/node/config.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/strict_json.h"
#include "hipcuff/dicom/network/peer_text.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/plugin/plugins.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <set>
#include <thread>

namespace hipcuff::node {
namespace {

namespace fs = std::filesystem;

const StrictJsonKind fileKind{"node configuration", "docs/node.md", "hipcuff.node/1"};
const std::vector<std::string> tlsFields{"certificate", "key", "authority", "verify_peer", "verify_host"};

class Reader {
public:
  explicit Reader(const fs::path& file)
      : base_(fs::absolute(file).lexically_normal().parent_path())
      , root_(StrictJson::read(file, fileKind,
                               {"folder", "listen", "allow", "limits", "analysis", "results", "destinations", "retry",
                                "keep_days", "status_seconds", "pages_minutes"})) {}

  NodeConfig read() {
    config_.folder = path(root_, "folder");
    config_.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
    config_.server.port = 11112;
    if (root_.has("listen"))
      listen();
    if (root_.has("allow"))
      allow();
    if (root_.has("limits"))
      limits();
    if (root_.has("analysis"))
      analysis();
    if (root_.has("results"))
      config_.kinds = kinds(root_, "results");
    if (root_.has("destinations"))
      destinations();
    if (root_.has("retry"))
      retry();
    if (root_.has("keep_days"))
      config_.keepDays = static_cast<int>(root_.whole("keep_days", 1, 36500));
    config_.statusEvery = seconds(root_, "status_seconds", config_.statusEvery, 0.1, 3600);
    if (root_.has("pages_minutes"))
      config_.pagesEvery =
          std::chrono::milliseconds(static_cast<std::int64_t>(root_.numberAbove("pages_minutes", 0, 10080) * 60000));
    return std::move(config_);
  }

private:
  static constexpr std::int64_t megabyte = 1 << 20;

  [[nodiscard]] fs::path path(const StrictJson& from, const std::string& key) const {
    return (base_ / from.text(key)).lexically_normal();
  }

  [[nodiscard]] static std::chrono::milliseconds seconds(const StrictJson& from, const std::string& key,
                                                         std::chrono::milliseconds preset, double above, double most) {
    if (!from.has(key))
      return preset;
    return std::chrono::milliseconds(static_cast<std::int64_t>(from.numberAbove(key, above, most) * 1000));
  }

  static std::string ae(const StrictJson& from, const std::string& key, const std::string& text) {
    if (!dicom::isAeTitle(text))
      from.fail("field '" + from.at(key) + "' is no AE title", "one has 1 to 16 ASCII characters, no backslash");
    return text;
  }

  [[nodiscard]] dicom::Tls tls(const StrictJson& from, bool server) const {
    const auto fields = from.object("tls", tlsFields);
    dicom::Tls out;
    if (server || fields.has("certificate")) {
      out.certificate = path(fields, "certificate");
      out.key = path(fields, "key");
    }
    if (fields.has("verify_peer"))
      out.verifyPeer = fields.flag("verify_peer");
    if (fields.has("verify_host"))
      out.checkName = fields.flag("verify_host");
    if (out.verifyPeer || fields.has("authority"))
      out.authority = path(fields, "authority");
    for (const auto& [key, file] :
         {std::pair("certificate", out.certificate), std::pair("key", out.key), std::pair("authority", out.authority)})
      if (std::error_code ignored; !file.empty() && !fs::is_regular_file(file, ignored))
        fields.fail("field '" + fields.at(key) + "' names " + file.string() + ", which is no file",
                    "give the path of a PEM file");
    return out;
  }

  /// IPv4, with or without /bits.
  static void requireAddress(const StrictJson& from, const std::string& key, const std::string& text, bool range) {
    const auto slash = range ? text.find('/') : std::string::npos;
    const std::string bits = slash == std::string::npos ? "32" : text.substr(slash + 1);
    in_addr parsed{};
    const bool number = !bits.empty() && bits.size() <= 2 &&
                        std::all_of(bits.begin(), bits.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (::inet_pton(AF_INET, text.substr(0, slash).c_str(), &parsed) != 1 || !number || std::stoi(bits) > 32)
      from.fail("field '" + from.at(key) + "' is \"" + text + "\", which is no IPv4 address" +
                    (range ? " or range" : ""),
                range ? "write 10.1.2.3 or 10.1.0.0/16" : "write 0.0.0.0 for all of this machine, or one of its own");
  }

  void listen() {
    const auto from =
        root_.object("listen", {"address", "port", "ae", "check_called_ae", "associations", "max_pdu", "tls"});
    auto& server = config_.server;
    server.bindAddress = from.textOr("address", server.bindAddress);
    requireAddress(from, "address", server.bindAddress, false);
    if (from.has("port"))
      server.port = static_cast<std::uint16_t>(from.whole("port", 0, 65535));
    if (from.has("ae"))
      server.ae = ae(from, "ae", from.text("ae"));
    if (from.has("check_called_ae"))
      server.checkCalledAe = from.flag("check_called_ae");
    if (from.has("associations"))
      server.maxAssociations = static_cast<std::size_t>(from.whole("associations", 1, 1000));
    if (from.has("max_pdu"))
      server.maxPdu = static_cast<std::uint32_t>(from.whole("max_pdu", 4096, dicom::largestPdu));
    if (from.has("tls"))
      server.tls = tls(from, true);
  }

  void allow() {
    const auto from = root_.object("allow", {"ae", "addresses"});
    if (from.has("ae"))
      for (const auto& title : from.texts("ae"))
        config_.server.allowedAes.push_back(ae(from, "ae", title));
    if (from.has("addresses"))
      for (const auto& range : from.texts("addresses")) {
        requireAddress(from, "addresses", range, true);
        config_.server.allowedAddresses.push_back(range);
      }
  }

  void limits() {
    const auto from =
        root_.object("limits", {"object_mb", "association_mb", "keep_free_mb", "waiting_objects", "memory_mb"});
    constexpr long long mostMegabytes = 1LL << 30;
    const auto megabytes = [&](const char* key, std::uint64_t& into) {
      if (from.has(key))
        into = static_cast<std::uint64_t>(from.whole(key, 1, mostMegabytes) * megabyte);
    };
    megabytes("object_mb", config_.inbox.objectBytes);
    megabytes("association_mb", config_.inbox.associationBytes);
    megabytes("keep_free_mb", config_.inbox.keepFree);
    if (from.has("waiting_objects"))
      config_.mostWaiting = from.whole("waiting_objects", 1, 10000000);
    if (from.has("memory_mb"))
      config_.maxBytes = from.whole("memory_mb", 64, mostMegabytes) * megabyte;
  }

  void analysis() {
    const auto from =
        root_.object("analysis", {"quiet_seconds", "jobs", "criteria", "region", "pictures", "plugins", "plugin_path"});
    config_.quiet = seconds(from, "quiet_seconds", config_.quiet, 0.1, 86400);
    if (from.has("jobs"))
      config_.jobs = static_cast<int>(from.whole("jobs", 1, 1024));
    if (from.has("criteria"))
      config_.criteria = path(from, "criteria");
    if (from.has("region"))
      config_.region = from.oneOf("region", {"lateral-hip", "other"}) == 0 ? BodyRegion::lateralHip : BodyRegion::other;
    if (from.has("pictures"))
      config_.pictures = from.flag("pictures");
    if (from.has("plugins"))
      config_.plugins = from.texts("plugins");
    if (from.has("plugin_path"))
      for (const auto& folder : from.texts("plugin_path"))
        config_.pluginPath.push_back((base_ / folder).lexically_normal());
  }

  [[nodiscard]] static std::vector<dicom::ObjectKind> kinds(const StrictJson& from, const std::string& key) {
    std::vector<dicom::ObjectKind> out;
    for (const auto& word : from.texts(key)) {
      if (word == "sc")
        from.fail("field '" + from.at(key) + "' has \"sc\", which a node does not make: it draws no overlay pictures",
                  "leave it away; gsps shows the same over the picture");
      constexpr std::array made{dicom::ObjectKind::sr, dicom::ObjectKind::seg, dicom::ObjectKind::gsps};
      const auto kind = made.at(from.oneOf(key, word, {"sr", "seg", "gsps"}));
      if (std::find(out.begin(), out.end(), kind) == out.end())
        out.push_back(kind);
    }
    return out;
  }

  void destinations() {
    std::set<std::string> names;
    for (const auto& from :
         root_.objects("destinations", {"name", "peer", "calling_ae", "results", "tls", "max_pdu"}, 32)) {
      Destination to;
      to.name = from.text("name");
      if (to.name.size() > 40 || !std::all_of(to.name.begin(), to.name.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
          }))
        from.fail("field '" + from.at("name") + "' is \"" + to.name + "\", which can't be",
                  "at most 40 letters, digits, dots, dashes and underscores");
      if (!names.insert(to.name).second)
        from.fail("has the destination '" + to.name + "' twice", "each needs a name of its own");
      try {
        to.peer = dicom::parsePeer(from.text("peer"));
      } catch (const UsageError& error) {
        from.fail("field '" + from.at("peer") + "': " + error.problem(), error.remedy());
      }
      to.peer.callingAe = from.has("calling_ae") ? ae(from, "calling_ae", from.text("calling_ae")) : config_.server.ae;
      if (from.has("max_pdu"))
        to.peer.maxPdu = static_cast<std::uint32_t>(from.whole("max_pdu", 4096, dicom::largestPdu));
      if (from.has("tls"))
        to.peer.tls = tls(from, false);
      to.kinds = from.has("results") ? kinds(from, "results") : config_.kinds;
      for (const auto kind : to.kinds)
        if (std::find(config_.kinds.begin(), config_.kinds.end(), kind) == config_.kinds.end())
          from.fail("field '" + from.at("results") + "' has " + toString(kind) + ", which is not made",
                    "add it to the field 'results' of the whole file");
      config_.destinations.push_back(std::move(to));
    }
  }

  void retry() {
    const auto from = root_.object("retry", {"first_seconds", "most_seconds", "give_up_hours", "refusals"});
    auto& retry = config_.retry;
    using std::chrono::milliseconds;
    retry.first = seconds(from, "first_seconds", milliseconds(retry.first), 0.1, 86400).count();
    retry.most = seconds(from, "most_seconds", milliseconds(retry.most), 0.9, 86400).count();
    if (retry.most < retry.first)
      from.fail("field '" + from.at("most_seconds") + "' is less than first_seconds", "give the longest pause there");
    constexpr double millisecondsAnHour = 3600000;
    if (from.has("give_up_hours"))
      retry.giveUpAfter = static_cast<std::int64_t>(from.numberAbove("give_up_hours", -1e-9, 1e6) * millisecondsAnHour);
    if (from.has("refusals"))
      retry.refusals = static_cast<int>(from.whole("refusals", 0, 1000));
  }

  fs::path base_;
  StrictJson root_;
  NodeConfig config_;
};

} // namespace

NodeConfig readNodeConfig(const fs::path& file) {
  return Reader(file).read();
}

batch::BatchOptions analysisOptions(const NodeConfig& config, std::vector<std::string>& remarks) {
  batch::BatchOptions options;
  options.out = config.folder / "batch";
  options.inputs = {config.folder / "inbox"};
  std::error_code error;
  if (!config.criteria.empty() && !fs::is_regular_file(config.criteria, error))
    throw ConfigError(config.criteria, error ? "the criteria can't be read: " + error.message() : "is no file",
                      "name a JSON file in 'analysis.criteria' of the configuration");
  options.criteria = config.criteria.empty() ? builtinCriteria() : loadCriteria(config.criteria);
  options.open.region = config.region;
  options.stages = builtinStages();
  options.onPluginFault = plugin::OnFault::builtin;
  if (!config.plugins.empty()) {
    std::vector<plugin::Request> requests;
    for (const auto& text : config.plugins)
      requests.push_back(plugin::parseRequest(text));
    auto loaded =
        plugin::loadPlugins(requests, plugin::searchPath(config.pluginPath), options.stages, plugin::OnFault::builtin);
    options.stages = std::move(loaded.stages);
    options.plugins = std::move(loaded.plugins);
    options.remarks = std::move(loaded.leftOut);
    remarks.insert(remarks.end(), loaded.problems.begin(), loaded.problems.end());
  }
  options.jobs = config.jobs;
  options.maxBytes = config.maxBytes;
  options.pictures = config.pictures;
  options.commandLine = "hipcuff node";
  options.resultCommandLine = "hipcuff node";
  return options;
}

} // namespace hipcuff::node
