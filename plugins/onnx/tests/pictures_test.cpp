// Our own model on simulated hips, and any picture there is.
#include "cortex.h"
#include "stages.h"
#include "support.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/plugin/plugins.h"
#include "hipcuff/segmentation/working_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <iostream>
#include <numeric>
#include <optional>

namespace hipcuff::onnx {
namespace {

namespace fs = std::filesystem;

const fs::path ownModel = fs::path(ONNX_MODELS) / "hipcuff_small.model.json";

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 1e9 : values[values.size() / 2];
}

plugin::Loaded loaded(const std::string& values) {
  const fs::path descriptor = fs::path(ONNX_PLUGIN_FOLDER) / "onnx.plugin.json";
  return plugin::loadPlugins({plugin::parseRequest(descriptor.string() + values)}, {}, builtinStages(),
                             plugin::OnFault::stop);
}

// The plugin as the program loads it: descriptor, module, guards.
TEST(Plugin, IsLoadedByTheHost) {
  const testing::Folder folder;
  const auto model = testing::written(folder, testing::lineModel());
  const plugin::Loaded all = loaded(",model=" + model.string() + ",cortex=network");
  ASSERT_EQ(all.plugins.size(), 1U);
  const testing::Hip hip = testing::simulatedHip(880101);
  const WorkingFrame working = makeWorkingFrame(hip.frame);
  const Cortex cortex = all.stages.cortex->segment(hip.frame, working);
  EXPECT_FALSE(cortex.segments.empty());
  EXPECT_NO_THROW((void)all.stages.tendon->segment(hip.frame, working, cortex, hip.view));
  EXPECT_EQ(all.stages.cortex->origin().value().plugin, "onnx");
  const plugin::Loaded tendonOnly = loaded(",model=" + model.string() + ",cortex=before");
  EXPECT_FALSE(tendonOnly.stages.cortex->origin()) << "what is left to HipCuff is HipCuff's";
  EXPECT_TRUE(tendonOnly.stages.tendon->origin());
  EXPECT_ANY_THROW((void)loaded(",model=" + (folder.path() / "absent.json").string()));
  EXPECT_ANY_THROW((void)loaded(",model=" + model.string() + ",cortex=best"));
}

/// A hip without tear, whose truth is plain: where half of the tendon is gone, covering it means nothing.
std::optional<testing::Hip> plainHip(std::uint64_t seed) {
  testing::Hip hip = testing::simulatedHip(seed);
  if (hip.truth.notGradable != phantom::NotGradable::none || hip.truth.stations.empty() ||
      !hip.truth.discontinuities.empty())
    return std::nullopt;
  return hip;
}

// The files belong together, and on hips that nobody trained on the network knows bone and tendon. What is asked is
// coarse and was not set on these hips: the cortex to a pixel of the network, most of the tendon. How good it is: its
// card and docs/accuracy.md.
TEST(OwnModel, KnowsBoneAndTendon) {
  if (!fs::exists(ownModel))
    GTEST_SKIP() << "no model in plugins/onnx/models";
  const ModelFile model = readModelFile(ownModel);
  EXPECT_EQ(model.sha256.size(), 64U) << "a network is loaded only with the description that was made for it";
  Wishes wishes;
  wishes.model = ownModel;
  wishes.cortex = wishes.tendon = wishes.discontinuities = "network";
  const Stages alone = stagesOf(wishes, builtinStages());
  int hips = 0;
  for (std::uint64_t seed = 881200; hips < 4; ++seed) {
    const std::optional<testing::Hip> hip = plainHip(seed);
    if (!hip)
      continue;
    ++hips;
    const WorkingFrame working = makeWorkingFrame(hip->frame);
    const Cortex cortex = alone.cortex->segment(hip->frame, working);
    std::vector<double> off;
    for (const CortexSegment& s : cortex.segments)
      for (const Point p : s.interfaceMm)
        off.push_back(distance(p, hip->truth.cortex.mm));
    EXPECT_LT(median(off), model.spacingMm) << seed;
    const Tendon tendon = alone.tendon->segment(hip->frame, working, cortex, hip->view);
    const auto covered = std::count_if(hip->truth.stations.begin(), hip->truth.stations.end(), [&](const auto& t) {
      return std::any_of(tendon.stations.begin(), tendon.stations.end(),
                         [&](const TendonStation& s) { return distance(s.cortexMm, t.cortexMm) < 0.5; });
    });
    EXPECT_GT(2 * covered, static_cast<std::ptrdiff_t>(hip->truth.stations.size())) << seed;
  }
}

// No limit is tested: the machine may be busy. The figures are for the README.
TEST(OwnModel, Milliseconds) {
  if (!fs::exists(ownModel))
    GTEST_SKIP() << "no model in plugins/onnx/models";
  const Mapper mapper(readModelFile(ownModel));
  const auto seconds = [] { // of this thread alone: others may be running
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  const auto fastest = [&](const std::function<void()>& run) {
    double best = 1e9;
    for (int i = 0; i < 7; ++i) {
      const double begin = seconds();
      run();
      best = std::min(best, 1000 * (seconds() - begin));
    }
    return best;
  };
  FloatImage tile(256, 256, 0.5F);
  (void)mapper.network().run(tile);
  std::cout << "one tile of 256 x 256: " << fastest([&] { (void)mapper.network().run(tile); }) << " ms\n";
  const testing::Hip hip = testing::simulatedHip(880101);
  int changed = 0;
  const auto maps = [&](Frame frame) {
    return fastest([&] {
      frame.pixels.data[0] = static_cast<std::uint8_t>(++changed); // another frame each time
      (void)mapper.maps(frame);
    });
  };
  std::cout << "a simulated hip of " << hip.frame.pixels.width << " x " << hip.frame.pixels.height << ", "
            << hip.frame.widthMm() << " x " << hip.frame.heightMm() << " mm: " << maps(hip.frame) << " ms\n";
  const Frame typical = testing::frameOf(testing::noise(800, 600, 3), {0.0625, 0.0667});
  std::cout << "a picture of 800 x 600, 50 x 40 mm: " << maps(typical) << " ms\n";
  EXPECT_EQ(mapper.network().copies(), 1U);
}

// Any file that can be read: limbs, muscle, other parts of the body, screens of all kinds.
TEST(OwnModel, SurvivesRealPictures) {
  const char* named = std::getenv("HIPCUFF_SHARED");
  const fs::path folder = (named != nullptr ? fs::path(named) : fs::path(ONNX_SHARED)) / "real-ultrasound";
  if (!fs::exists(folder))
    GTEST_SKIP() << "no real pictures";
  const Stages builtin = builtinStages();
  std::vector<Stages> all; // with the host's guards around them: what can't be is an exception
  const testing::Folder temporary;
  std::vector<fs::path> models{testing::written(temporary, testing::lineModel())};
  if (fs::exists(ownModel))
    models.push_back(ownModel);
  for (const fs::path& model : models)
    for (const char* cortex : {"network", "hybrid"})
      all.push_back(loaded(",model=" + model.string() + ",cortex=" + cortex).stages);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  int pictures = 0;
  for (const fs::path& file : files) {
    Frame frame;
    try {
      const Cine cine = openCine(file);
      const RgbImage picture = cine.source->frame(0);
      const Screen screen = builtin.screen->read(cine, {picture});
      if (screen.panes.empty())
        continue;
      frame = makeFrame(picture, screen.panes.front(), 0);
    } catch (const Error&) {
      continue; // malformed ones are there on purpose
    }
    ++pictures;
    const WorkingFrame working = makeWorkingFrame(frame);
    for (const Stages& stages : all) {
      const Cortex cortex = stages.cortex->segment(frame, working);
      for (const CortexSegment& s : cortex.segments) {
        ASSERT_EQ(s.interfaceMm.size(), s.ridgeMm.size()) << file;
        for (const Point p : s.interfaceMm)
          ASSERT_TRUE(p.x >= 0 && p.y >= 0 && p.x <= frame.widthMm() + 0.01 && p.y <= frame.heightMm() + 0.01) << file;
      }
      const Tendon tendon = stages.tendon->segment(frame, working, cortex, std::nullopt);
      (void)stages.discontinuities->detect(frame, working, {cortex, tendon}, builtinCriteria());
    }
  }
  std::cout << pictures << " pictures\n";
  EXPECT_GT(pictures, 10);
}

} // namespace
} // namespace hipcuff::onnx
