// What the network's tests have in common: a network of their own, objects, other programs.
#pragma once

#include "../dicom_builder.h"

#include "hipcuff/dicom/network/client.h"
#include "hipcuff/dicom/network/server.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <vector>

namespace lab {

/// Before any thread is started. @returns false where it is not allowed
bool enterOwnNetwork();
/// True where this process has a network namespace of its own with nothing but a loopback device. Other people's
/// programs listen on all addresses, so they only run there.
[[nodiscard]] bool isolated();

#define NEEDS_OWN_NETWORK()                                                                                            \
  if (!lab::isolated())                                                                                                \
  GTEST_SKIP() << "needs a network namespace of its own (unshare is not allowed here)"

#define NEEDS_PROGRAM(name)                                                                                            \
  if (!lab::hasProgram(name))                                                                                          \
  GTEST_SKIP() << name << " is not installed"

[[nodiscard]] bool hasProgram(const std::string& name);

struct ObjectSpec {
  std::string instance = "1.2.3.4";
  std::string study = "1.2.3";
  std::string series = "1.2.3.1";
  std::string sopClass = testdicom::usImage;
  std::string syntax = testdicom::explicitLe;
  std::string patientName = "DOE^JANE";
  std::string charset = {};
  unsigned rows = 8;
  unsigned columns = 8;
  std::uint8_t pixel = 7;
  std::string instanceInDataSet = {}; ///< where it is another one than in the file meta information
};

/// The data set alone.
[[nodiscard]] testdicom::Bytes dataSet(const ObjectSpec& spec);
/// A file with file meta information.
std::filesystem::path writeObject(const std::filesystem::path& folder, const ObjectSpec& spec);
/// Instances 1.2.3.4.1 to 1.2.3.4.`count`.
std::vector<std::filesystem::path> writeObjects(const std::filesystem::path& folder, std::size_t count,
                                                ObjectSpec spec = {});
/// What is behind the file meta information.
[[nodiscard]] std::string dataSetOf(const std::filesystem::path& file);
/// Both have one, bit for bit the same.
[[nodiscard]] bool sameDataSet(const std::filesystem::path& a, const std::filesystem::path& b);
/// On a file system without a disk, where there is one.
[[nodiscard]] std::unique_ptr<testdicom::Folder> folderInMemory();
/// Files with .dcm below.
[[nodiscard]] std::vector<std::filesystem::path> objectsIn(const std::filesystem::path& folder);
/// Nothing half-written lies in the inbox.
[[nodiscard]] bool nothingHalf(const std::filesystem::path& inbox);

/// A child process; ended with the object.
class Program {
public:
  explicit Program(std::vector<std::string> command, std::filesystem::path output = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  /// Exit status; 128 + signal.
  int wait();
  void kill(int signal);
  [[nodiscard]] pid_t id() const noexcept { return pid_; }

private:
  pid_t pid_ = -1;
};

struct Ran {
  int status = 0;
  std::string output; ///< both streams
};
Ran run(const std::vector<std::string>& command);

/// True once somebody accepts connections there, within 20 s.
bool listensSoon(std::uint16_t port);
/// A port that was free just now.
[[nodiscard]] std::uint16_t freePort();

class Recorder : public hipcuff::dicom::ServerObserver {
public:
  void objectStored(const hipcuff::dicom::ReceivedObject& object) override;
  void associationEnded(const hipcuff::dicom::AssociationSummary& summary) override;
  void problem(const std::string& line) override;
  [[nodiscard]] std::vector<hipcuff::dicom::ReceivedObject> objects() const;
  [[nodiscard]] std::vector<hipcuff::dicom::AssociationSummary> ends() const;
  [[nodiscard]] std::vector<std::string> problems() const;
  /// Waits for the end of that many associations, at most 10 s.
  bool waitForEnds(std::size_t count) const;
  bool waitForProblem(const std::string& part) const;

private:
  mutable std::mutex mutex_;
  std::vector<hipcuff::dicom::ReceivedObject> objects_;
  std::vector<hipcuff::dicom::AssociationSummary> ends_;
  std::vector<std::string> problems_;
};

/// Settings for a server on a free port, with short timeouts.
[[nodiscard]] hipcuff::dicom::ServerSettings settings();
[[nodiscard]] hipcuff::dicom::Peer peerOf(const hipcuff::dicom::Server& server);
[[nodiscard]] hipcuff::dicom::Peer peerAt(std::uint16_t port, const std::string& ae);

} // namespace lab
