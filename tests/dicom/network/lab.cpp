#include "lab.h"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <net/if.h>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace lab {
namespace {

using namespace std::chrono_literals;

bool write(const char* file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  return static_cast<bool>(out.flush());
}

bool own = false;

template <class Condition>
bool soon(Condition condition, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

} // namespace

bool enterOwnNetwork() {
  const auto user = ::getuid();
  const auto group = ::getgid();
  if (::unshare(CLONE_NEWNET) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
      return false;
    (void)write("/proc/self/setgroups", "deny");
    (void)write("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
    (void)write("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
  }
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = fd >= 0 && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  if (fd >= 0)
    ::close(fd);
  own = up;
  return up;
}

bool isolated() {
  return own;
}

bool hasProgram(const std::string& name) {
  std::istringstream path(std::string(std::getenv("PATH")) + ":/usr/sbin");
  for (std::string folder; std::getline(path, folder, ':');)
    if (::access((folder + "/" + name).c_str(), X_OK) == 0)
      return true;
  return false;
}

testdicom::Bytes dataSet(const ObjectSpec& spec) {
  testdicom::Elements e;
  e.explicitVr = spec.syntax != testdicom::implicitLe;
  if (!spec.charset.empty())
    e.text(0x00080005, "CS", spec.charset);
  e.text(0x00080016, "UI", spec.sopClass);
  e.text(0x00080018, "UI", spec.instanceInDataSet.empty() ? spec.instance : spec.instanceInDataSet);
  e.text(0x00080020, "DA", "20240229");
  e.text(0x00080030, "TM", "101112");
  e.text(0x00080050, "SH", "A1");
  e.text(0x00080060, "CS", "US");
  e.text(0x00080090, "PN", "");
  e.text(0x00100010, "PN", spec.patientName);
  e.text(0x00100020, "LO", "P1");
  e.text(0x00100030, "DA", "");
  e.text(0x00100040, "CS", "");
  e.text(0x0020000D, "UI", spec.study);
  e.text(0x0020000E, "UI", spec.series);
  e.text(0x00200010, "SH", "S1");
  e.text(0x00200011, "IS", "1");
  e.text(0x00200013, "IS", "1");
  e.us(0x00280002, {1});
  e.text(0x00280004, "CS", "MONOCHROME2");
  e.us(0x00280010, {spec.rows});
  e.us(0x00280011, {spec.columns});
  e.us(0x00280100, {8});
  e.us(0x00280101, {8});
  e.us(0x00280102, {7});
  e.us(0x00280103, {0});
  testdicom::Bytes pixels(static_cast<std::size_t>(spec.rows) * spec.columns, spec.pixel);
  if (spec.syntax == testdicom::explicitLe || spec.syntax == testdicom::implicitLe) {
    e.raw(0x7FE00010, "OB", pixels);
  } else {
    // Any bytes will do: nobody on the way decodes them.
    e.head(0x7FE00010, "OB", 0xFFFFFFFF);
    for (const std::size_t length : {std::size_t{0}, pixels.size()}) {
      e.u16(0xFFFE);
      e.u16(0xE000);
      e.u32(static_cast<std::uint32_t>(length));
    }
    e.bytes.insert(e.bytes.end(), pixels.begin(), pixels.end());
    e.u16(0xFFFE);
    e.u16(0xE0DD);
    e.u32(0);
  }
  return e.bytes;
}

std::filesystem::path writeObject(const std::filesystem::path& folder, const ObjectSpec& spec) {
  testdicom::Elements meta;
  meta.raw(0x00020001, "OB", {0, 1});
  meta.text(0x00020002, "UI", spec.sopClass);
  meta.text(0x00020003, "UI", spec.instance);
  meta.text(0x00020010, "UI", spec.syntax);
  meta.text(0x00020012, "UI", "1.2.3.999");
  testdicom::Elements length;
  length.ul(0x00020000, static_cast<std::int64_t>(meta.bytes.size()));
  std::filesystem::create_directories(folder);
  static int number = 0;
  const auto path = folder / (std::to_string(++number) + ".dcm");
  std::ofstream out(path, std::ios::binary);
  const auto put = [&](const testdicom::Bytes& bytes) {
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  out << std::string(128, '\0') << "DICM";
  put(length.bytes);
  put(meta.bytes);
  put(dataSet(spec));
  if (!out.flush())
    throw std::runtime_error("can't write " + path.string());
  return path;
}

std::vector<std::filesystem::path> writeObjects(const std::filesystem::path& folder, std::size_t count,
                                                ObjectSpec spec) {
  std::vector<std::filesystem::path> out;
  for (std::size_t i = 1; i <= count; ++i) {
    spec.instance = "1.2.3.4." + std::to_string(i);
    spec.pixel = static_cast<std::uint8_t>(i);
    out.push_back(writeObject(folder, spec));
  }
  return out;
}

std::string dataSetOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(in)), {});
  if (all.size() < 144)
    return {};
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(all[140 + i])) << (8 * i);
  return 144 + length <= all.size() ? all.substr(144 + length) : std::string();
}

bool sameDataSet(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto bytes = dataSetOf(a);
  return !bytes.empty() && bytes == dataSetOf(b);
}

std::unique_ptr<testdicom::Folder> folderInMemory() {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  if (::access("/dev/shm", W_OK) == 0)
    ::setenv("TMPDIR", "/dev/shm", 1);
  auto out = std::make_unique<testdicom::Folder>();
  if (before != nullptr)
    ::setenv("TMPDIR", kept.c_str(), 1);
  else
    ::unsetenv("TMPDIR");
  return out;
}

std::vector<std::filesystem::path> objectsIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() == ".dcm")
      out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

bool nothingHalf(const std::filesystem::path& inbox) {
  return std::filesystem::is_empty(inbox / ".incoming");
}

Program::Program(std::vector<std::string> command, std::filesystem::path output) {
  std::vector<char*> arguments;
  for (auto& word : command)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto where = output.empty() ? std::string("/dev/null") : output.string();
  pid_ = ::fork();
  if (pid_ == 0) {
    const int fd = ::open(where.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

int Program::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Program::kill(int signal) {
  ::kill(pid_, signal);
}

Ran run(const std::vector<std::string>& command) {
  const testdicom::Folder folder;
  Ran out;
  Program program(command, folder.path() / "out");
  out.status = program.wait();
  std::ifstream in(folder.path() / "out");
  out.output.assign((std::istreambuf_iterator<char>(in)), {});
  return out;
}

bool listensSoon(std::uint16_t port) {
  return soon(
      [port] {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(port);
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool there = ::connect(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
        ::close(fd);
        return there;
      },
      20s);
}

std::uint16_t freePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw std::runtime_error("no free port");
  ::close(fd);
  return ntohs(name.sin_port);
}

void Recorder::objectStored(const hipcuff::dicom::ReceivedObject& object) {
  const std::lock_guard guard(mutex_);
  objects_.push_back(object);
}
void Recorder::associationEnded(const hipcuff::dicom::AssociationSummary& summary) {
  const std::lock_guard guard(mutex_);
  ends_.push_back(summary);
}
void Recorder::problem(const std::string& line) {
  const std::lock_guard guard(mutex_);
  problems_.push_back(line);
}
std::vector<hipcuff::dicom::ReceivedObject> Recorder::objects() const {
  const std::lock_guard guard(mutex_);
  return objects_;
}
std::vector<hipcuff::dicom::AssociationSummary> Recorder::ends() const {
  const std::lock_guard guard(mutex_);
  return ends_;
}
std::vector<std::string> Recorder::problems() const {
  const std::lock_guard guard(mutex_);
  return problems_;
}
bool Recorder::waitForEnds(std::size_t count) const {
  return soon([&] { return ends().size() >= count; }, 10s);
}
bool Recorder::waitForProblem(const std::string& part) const {
  return soon(
      [&] {
        const auto all = problems();
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& line) { return line.find(part) != std::string::npos; });
      },
      10s);
}

hipcuff::dicom::ServerSettings settings() {
  hipcuff::dicom::ServerSettings out;
  out.port = 0;
  out.timeouts = {5s, 5s, 5s};
  return out;
}

hipcuff::dicom::Peer peerOf(const hipcuff::dicom::Server& server) {
  return peerAt(server.port(), "HIPCUFF");
}

hipcuff::dicom::Peer peerAt(std::uint16_t port, const std::string& ae) {
  hipcuff::dicom::Peer out;
  out.host = "127.0.0.1";
  out.port = port;
  out.calledAe = ae;
  out.callingAe = "TESTER";
  out.timeouts = {5s, 5s, 10s};
  return out;
}

} // namespace lab
