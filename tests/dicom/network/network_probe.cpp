// Not a test: a server to be killed by one, and how many objects a second go in, ours beside DCMTK's storescp.
//   network_probe serve FOLDER PORT          receives until it is ended
//   network_probe compare [COUNT [KIB]]      needs a loopback device and storescp; prints a table
#include "lab.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace {

using namespace hipcuff::dicom;

int serve(const std::string& folder, const std::string& port) {
  Inbox inbox(folder);
  ServerSettings settings;
  settings.port = static_cast<std::uint16_t>(std::stoul(port));
  const Server server(settings, inbox);
  ::pause();
  return 0;
}

double rate(const Peer& peer, const std::vector<std::filesystem::path>& files) {
  const auto start = std::chrono::steady_clock::now();
  for (const auto& one : send(peer, files))
    if (!delivered(one.delivery))
      throw std::runtime_error(one.words);
  return static_cast<double>(files.size()) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The same by DCMTK's storescu.
double foreignRate(const Peer& peer, const std::filesystem::path& folder, std::size_t count) {
  const auto start = std::chrono::steady_clock::now();
  const auto sent =
      lab::run({"storescu", "-R", "+sd", "-aec", peer.calledAe, peer.host, std::to_string(peer.port), folder.string()});
  if (sent.status != 0)
    throw std::runtime_error(sent.output);
  return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int compare(std::size_t count, unsigned kib) {
  std::printf("%zu objects of %u KiB, one association, objects a second (best of three); storescp does not sync\n",
              count, kib);
  std::printf("%-10s %-10s %10s %10s\n", "folder", "sender", "HipCuff", "storescp");
  for (const bool memory : {false, true}) {
    const auto folder = memory ? lab::folderInMemory() : std::make_unique<testdicom::Folder>();
    lab::ObjectSpec spec;
    spec.rows = kib;
    spec.columns = 1024;
    const auto files = lab::writeObjects(folder->path() / "in", count, spec);
    for (const bool foreign : {false, true}) {
      double ours = 0;
      double theirs = 0;
      const auto measured = [&](const Peer& peer) {
        return foreign ? foreignRate(peer, folder->path() / "in", count) : rate(peer, files);
      };
      for (int round = 0; round < 3; ++round) {
        const auto out = folder->path() / "out";
        {
          Inbox inbox(out);
          Server server(lab::settings(), inbox);
          ours = std::max(ours, measured(lab::peerOf(server)));
        }
        std::filesystem::remove_all(out);
        std::filesystem::create_directories(out);
        const auto port = lab::freePort();
        lab::Program storescp({"storescp", "-od", out.string(), "+xa", "+B", std::to_string(port)});
        if (!lab::listensSoon(port))
          throw std::runtime_error("storescp does not listen");
        theirs = std::max(theirs, measured(lab::peerAt(port, "STORE")));
        std::filesystem::remove_all(out);
      }
      std::printf("%-10s %-10s %10.0f %10.0f\n", memory ? "in memory" : "on disk", foreign ? "storescu" : "HipCuff",
                  ours, theirs);
    }
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 3 && words[0] == "serve")
      return serve(words[1], words[2]);
    if (!words.empty() && words[0] == "compare" && lab::enterOwnNetwork())
      return compare(words.size() > 1 ? std::stoul(words[1]) : 500,
                     static_cast<unsigned>(words.size() > 2 ? std::stoul(words[2]) : 64));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "network_probe: %s\n", e.what());
    return 1;
  }
  std::fprintf(stderr, "network_probe serve FOLDER PORT | compare [COUNT [KIB]] (where unshare is allowed)\n");
  return 2;
}
