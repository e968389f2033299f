// Not a test: a server to be killed by one, and how many objects a second go in, ours beside DCMTK's storescp.
//   network_probe serve FOLDER PORT          receives until it is ended
//   network_probe compare [COUNT [KIB]]      needs unshare and storescp; the node too, where hipcuff lies beside it
#include "lab.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <future>
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

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Objects a second, from so many senders at once, each with an association of its own.
double rate(const Peer& peer, const std::vector<std::filesystem::path>& files, std::size_t senders) {
  std::vector<std::future<std::string>> running;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t s = 0; s < senders; ++s)
    running.push_back(std::async(std::launch::async, [&, s] {
      std::vector<std::filesystem::path> mine;
      for (std::size_t i = s; i < files.size(); i += senders)
        mine.push_back(files[i]);
      std::string problem;
      for (const auto& one : send(peer, mine))
        if (!delivered(one.delivery))
          problem = one.words;
      return problem;
    }));
  for (auto& one : running)
    if (const auto problem = one.get(); !problem.empty())
      throw std::runtime_error(problem);
  return static_cast<double>(files.size()) / secondsSince(start);
}

/// What a file of this size costs that has to be on the disk, in milliseconds: written, synced, renamed, folder synced.
double syncCost(const std::filesystem::path& folder, std::size_t bytes) {
  std::filesystem::create_directories(folder);
  const std::string content(bytes, 'x');
  constexpr int count = 50;
  const int home = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const auto file = folder / std::to_string(i);
    const int fd = ::open((file.string() + ".new").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (::write(fd, content.data(), bytes) != static_cast<ssize_t>(bytes) || ::fsync(fd) != 0)
      throw std::runtime_error("can't write into " + folder.string());
    ::close(fd);
    std::filesystem::rename(file.string() + ".new", file);
    ::fsync(home);
  }
  const double cost = secondsSince(start) * 1000 / count;
  ::close(home);
  std::filesystem::remove_all(folder);
  return cost;
}

struct Receiver {
  const char* name;
  std::function<double(const std::filesystem::path& out, const std::function<double(const Peer&)>& measure)> run;
};

/// Ours in this process, ours as a program, and DCMTK's.
std::vector<Receiver> receivers(const std::filesystem::path& hipcuff) {
  using Measure = std::function<double(const Peer&)>;
  std::vector<Receiver> out;
  out.push_back({"server", [](const std::filesystem::path& folder, const Measure& measure) {
                   Inbox inbox(folder);
                   const Server server(lab::settings(), inbox);
                   return measure(lab::peerOf(server));
                 }});
  if (std::filesystem::exists(hipcuff))
    out.push_back({"node", [hipcuff](const std::filesystem::path& folder, const Measure& measure) {
                     const auto port = lab::freePort();
                     std::filesystem::create_directories(folder);
                     // Nothing is analysed while it is measured.
                     std::ofstream(folder / "node.json")
                         << R"({"schema": "hipcuff.node/1", "folder": "data", "analysis": {"quiet_seconds": 3600},)"
                         << R"("listen": {"port": )" << port << "}}";
                     const lab::Program node({hipcuff.string(), "node", "--config", (folder / "node.json").string()});
                     if (!lab::listensSoon(port))
                       throw std::runtime_error("the node does not listen");
                     return measure(lab::peerAt(port, "HIPCUFF"));
                   }});
  out.push_back(
      {"storescp", [](const std::filesystem::path& folder, const Measure& measure) {
         std::filesystem::create_directories(folder);
         const auto port = lab::freePort();
         const lab::Program storescp({"storescp", "--fork", "-od", folder.string(), "+xa", "+B", std::to_string(port)});
         if (!lab::listensSoon(port))
           throw std::runtime_error("storescp does not listen");
         return measure(lab::peerAt(port, "STORE"));
       }});
  return out;
}

int compare(std::size_t count, unsigned kib, const std::filesystem::path& hipcuff) {
  const auto all = receivers(hipcuff);
  std::printf("%zu objects of %u KiB over the loopback device, objects a second (best of three).\n"
              "server and node have each object on the disk before they acknowledge it; storescp does not sync.\n\n",
              count, kib);
  std::printf("%-10s %8s", "folder", "senders");
  for (const auto& receiver : all)
    std::printf(" %10s", receiver.name);
  std::printf("\n");
  for (const bool memory : {false, true}) {
    const auto folder = memory ? lab::folderInMemory() : std::make_unique<testdicom::Folder>();
    lab::ObjectSpec spec;
    spec.rows = kib;
    spec.columns = 1024;
    const auto files = lab::writeObjects(folder->path() / "in", count, spec);
    ::sync(); // what was just written is not to be measured
    for (const std::size_t senders : {1, 4, 8}) {
      std::vector<double> best(all.size());
      for (int round = 0; round < 3; ++round)
        for (std::size_t r = 0; r < all.size(); ++r) {
          const auto out = folder->path() / "out";
          best[r] = std::max(best[r], all[r].run(out, [&](const Peer& peer) { return rate(peer, files, senders); }));
          std::filesystem::remove_all(out);
        }
      std::printf("%-10s %8zu", memory ? "in memory" : "on disk", senders);
      for (const double value : best)
        std::printf(" %10.0f", value);
      std::printf("\n");
    }
    if (!memory) {
      const double cost = syncCost(folder->path() / "sync", static_cast<std::size_t>(kib) * 1024);
      std::printf("%-10s one file after the other, written and synced without any network: %.0f a second\n", "",
                  1000 / cost);
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
                     static_cast<unsigned>(words.size() > 2 ? std::stoul(words[2]) : 64),
                     std::filesystem::path(argv[0]).parent_path() / "hipcuff");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "network_probe: %s\n", e.what());
    return 1;
  }
  std::fprintf(stderr, "network_probe serve FOLDER PORT | compare [COUNT [KIB]] (where unshare is allowed)\n");
  return 2;
}
