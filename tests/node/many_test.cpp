// 10,000 small objects in one association: all are there, memory stays small, every study has its result.
#include "node_lab.h"

#include <fstream>

namespace {

using namespace hipcuff;
using namespace std::chrono_literals;

long residentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  long all = 0;
  long resident = 0;
  statm >> all >> resident;
  return resident * 4096 / (1 << 20);
}

TEST(Many, TenThousandObjectsInOneAssociation) {
  constexpr int studies = 10;
  constexpr int each = 1000;
  const nodelab::Folder folder;
  nodelab::Pacs pacs(folder.path() / "pacs");
  auto config = nodelab::config(folder.path() / "node");
  config.destinations = {pacs.destination()};
  config.destinations[0].kinds = {dicom::ObjectKind::sr};
  config.kinds = {dicom::ObjectKind::sr};
  config.pictures = false;
  config.quiet = 2000ms;
  nodelab::Running running(config);
  std::vector<std::filesystem::path> files;
  for (int i = 1; i <= studies; ++i)
    for (auto& file : nodelab::study(folder.path() / "in", i, each))
      files.push_back(std::move(file));
  const long before = residentMegabytes();
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  std::size_t delivered = 0;
  for (const auto& one : running.send(files))
    delivered += dicom::delivered(one.delivery) ? 1 : 0;
  EXPECT_EQ(delivered, files.size());
  const double sent = seconds();
  ASSERT_TRUE(nodelab::soon([&] { return pacs.count() >= studies; }, 900s)) << running.log();
  const auto queue = running.node().status().queue;
  EXPECT_EQ(queue.examsDone, studies);
  EXPECT_EQ(queue.examsWaiting, 0);
  EXPECT_EQ(pacs.count(), std::size_t{studies}) << "each study was analysed once";
  const long after = residentMegabytes();
  std::printf("%zu objects in one association: received in %.1f s, %.0f a second; results of %d studies of %d pictures "
              "after %.1f s; %ld MB before, %ld after\n",
              files.size(), sent, static_cast<double>(files.size()) / sent, studies, each, seconds(), before, after);
  EXPECT_LT(after - before, 300);
}

} // namespace
