// Milliseconds a frame, CPU time of one thread: decoding, each stage, the whole; and against DCMTK's own decoder.
#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/dicom/reading.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/measurement/picture_quality.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/working_grid.h"
#include "jpeg_cine.h"
#include "tissue_net.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcfcache.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>

#include <benchmark/benchmark.h>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace hipcuff;
namespace fs = std::filesystem;

constexpr int frames = 8;
constexpr std::array<std::array<int, 2>, 3> sizes{{{640, 480}, {800, 600}, {1024, 768}}};

/// One band straightened along 52 mm of bone, as the tissue classifier sees it.
constexpr int bandColumns = 208;
constexpr int bandRows = 96;
const std::string classifier = "tissue classifier alone, 96x208";

/// A folder that goes with the object.
class Folder {
public:
  Folder()
      : path_(fs::temp_directory_path() / ("hipcuff-bench-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
  fs::path path_;
};

/// One size's files and everything that a stage needs from the stages before it.
struct Material {
  fs::path rgbFile;
  fs::path ybrFile;
  Cine cine;
  RgbImage picture;
  Pane pane;
  Stages stages = builtinStages();
  const Criteria& criteria = builtinCriteria();
  Frame frame;
  WorkingFrame working;
  Anatomy anatomy;
  std::vector<Discontinuity> discontinuities;
  Measurements measurements;
  std::vector<FloatImage> band; ///< for the tissue classifier: noise, as its time does not depend on what it sees

  Material(const fs::path& folder, int columns, int rows) {
    const std::string size = std::to_string(columns) + "x" + std::to_string(rows);
    rgbFile = folder / (size + "-rgb.dcm");
    ybrFile = folder / (size + "-ybr.dcm");
    bench::CineFile file = bench::simulatedCine(columns, rows, 2, frames);
    bench::writeJpegCine(ybrFile, file);
    file.colour = bench::JpegColour::rgb;
    bench::writeJpegCine(rgbFile, file);

    cine = openDicom(rgbFile);
    picture = cine.source->frame(0);
    const Screen screen = stages.screen->read(cine, {picture});
    if (screen.panes.empty())
      throw std::runtime_error("no B-mode area was found on the simulated screen of " + size);
    pane = screen.panes.front();
    frame = makeFrame(picture, pane, 0);
    working = makeWorkingFrame(frame);
    anatomy.cortex = stages.cortex->segment(frame, working);
    anatomy.tendon = stages.tendon->segment(frame, working, anatomy.cortex, View::longAxis);
    if (!anatomy.tendon.found())
      throw std::runtime_error("no tendon was found on the simulated picture of " + size);
    discontinuities = stages.discontinuities->detect(frame, working, anatomy, criteria);
    measurements = stages.measurer->measure(frame, working, anatomy, discontinuities, criteria);
    std::minstd_rand random(1);
    for (int c = 0; c < segmentation::TissueNet::builtin().inputs(); ++c) {
      FloatImage& channel = band.emplace_back(bandColumns, bandRows);
      for (float& value : channel.data)
        value = static_cast<float>(random()) / static_cast<float>(std::minstd_rand::max());
    }
  }
};

void decodeOurs(benchmark::State& state, const fs::path& file) {
  const Cine cine = openDicom(file);
  int i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(cine.source->frame(i++ % frames).data.data());
}

void decodeDcmtk(benchmark::State& state, const fs::path& file) {
  DcmFileFormat format;
  DcmElement* element = nullptr;
  Uint32 size = 0;
  if (format.loadFile(file.c_str()).bad() || format.getDataset()->findAndGetElement(DCM_PixelData, element).bad() ||
      dynamic_cast<DcmPixelData*>(element)->getUncompressedFrameSize(format.getDataset(), size).bad()) {
    state.SkipWithError("DCMTK can't open the file");
    return;
  }
  DcmFileCache cache;
  std::vector<Uint8> buffer(size + size % 2);
  Uint32 fragment = 0;
  OFString colour;
  Uint32 i = 0;
  for (auto _ : state) {
    const Uint32 number = i++ % frames;
    if (number == 0)
      fragment = 0;
    if (element
            ->getUncompressedFrame(format.getDataset(), number, fragment, buffer.data(),
                                   static_cast<Uint32>(buffer.size()), colour, &cache)
            .bad()) {
      state.SkipWithError("DCMTK can't decode the frame");
      return;
    }
    benchmark::DoNotOptimize(buffer.data());
  }
}

using Work = std::function<void(benchmark::State&)>;

void add(const std::string& name, const std::string& size, Work work) {
  benchmark::RegisterBenchmark((name + "/" + size).c_str(), std::move(work))
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime();
}

/// Times one call over and over.
template <typename Call>
Work repeat(Call call) {
  return [call](benchmark::State& state) {
    for (auto _ : state)
      benchmark::DoNotOptimize(call());
  };
}

void registerAll(const Material& m, const std::string& size) {
  add("decode RGB, DCMTK", size, [&m](benchmark::State& s) { decodeDcmtk(s, m.rgbFile); });
  add("decode RGB, HipCuff", size, [&m](benchmark::State& s) { decodeOurs(s, m.rgbFile); });
  add("decode YBR 4:2:2, DCMTK", size, [&m](benchmark::State& s) { decodeDcmtk(s, m.ybrFile); });
  add("decode YBR 4:2:2, HipCuff", size, [&m](benchmark::State& s) { decodeOurs(s, m.ybrFile); });
  add("screen (once a cine)", size, repeat([&m] { return m.stages.screen->read(m.cine, {m.picture}); }));
  add("frame (grey, cropped)", size, repeat([&m] { return makeFrame(m.picture, m.pane, 0); }));
  add("working grid", size, repeat([&m] { return makeWorkingFrame(m.frame); }));
  add("cortex", size, repeat([&m] { return m.stages.cortex->segment(m.frame, m.working); }));
  add("tendon", size,
      repeat([&m] { return m.stages.tendon->segment(m.frame, m.working, m.anatomy.cortex, View::longAxis); }));
  add(classifier, size, repeat([&m] { return segmentation::TissueNet::builtin().run(m.band); }));
  add("facets named", size, repeat([&m] {
        Cortex cortex = m.anatomy.cortex;
        nameFacets(cortex, m.anatomy.tendon, View::longAxis);
        return cortex.facets.size();
      }));
  add("picture checks", size,
      repeat([&m] { return checkPicture(m.frame, m.working, m.anatomy, m.pane, m.criteria).size(); }));
  add("discontinuities", size,
      repeat([&m] { return m.stages.discontinuities->detect(m.frame, m.working, m.anatomy, m.criteria); }));
  add("measurement", size, repeat([&m] {
        return m.stages.measurer->measure(m.frame, m.working, m.anatomy, m.discontinuities, m.criteria);
      }));
  add("grading", size, repeat([&m] {
        return m.stages.grader->grade({m.anatomy, m.measurements, View::longAxis, {}}, m.criteria);
      }));
  const auto analysed = [&m](const RgbImage& picture) {
    return analyzeFrame(picture, m.pane, 0, View::longAxis, {}, m.stages, m.criteria);
  };
  add("whole analysis", size, repeat([&m, analysed] { return analysed(m.picture); }));
  add("whole, decode included", size, [&m, analysed](benchmark::State& state) {
    int i = 0;
    for (auto _ : state)
      benchmark::DoNotOptimize(analysed(m.cine.source->frame(i++ % frames)));
  });
}

/// One row a stage, one column a size; ratios below.
class TableReporter : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        std::cerr << run.benchmark_name() << ": " << run.error_message << '\n';
        failed_ = true;
        continue;
      }
      const std::string name = run.run_name.function_name;
      const std::size_t slash = name.rfind('/');
      const std::string stage = name.substr(0, slash);
      if (times_.find(stage) == times_.end())
        order_.push_back(stage);
      if (run.run_type != Run::RT_Iteration)
        continue;
      // Of repetitions the shortest: the others were disturbed by what else runs on the machine.
      double& shortest = times_[stage].try_emplace(name.substr(slash + 1), run.GetAdjustedCPUTime()).first->second;
      shortest = std::min(shortest, run.GetAdjustedCPUTime());
    }
  }

  void Finalize() override {
    heading("ms a frame (CPU time, one thread)");
    for (const std::string& stage : order_)
      row(stage, [&](const std::string& size) { return find(stage, size); });
    std::cout << '\n';
    heading("times DCMTK's decode of the same frame (RGB)");
    for (const std::string& stage : order_)
      if (stage.rfind("decode", 0) != 0)
        ratio(stage, stage, "decode RGB, DCMTK");
    std::cout << '\n';
    heading("times as long as");
    ratio("DCMTK's decode of RGB / HipCuff's (goal: 2 or more)", "decode RGB, DCMTK", "decode RGB, HipCuff");
    ratio("DCMTK's decode of YBR 4:2:2 / HipCuff's", "decode YBR 4:2:2, DCMTK", "decode YBR 4:2:2, HipCuff");
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
  static constexpr int nameWidth = 54;
  [[nodiscard]] double find(const std::string& stage, const std::string& size) const {
    const auto row = times_.find(stage);
    if (row == times_.end())
      return 0;
    const auto cell = row->second.find(size);
    return cell == row->second.end() ? 0 : cell->second;
  }
  static void heading(const std::string& words) {
    std::cout << std::left << std::setw(nameWidth) << words << std::right;
    for (const auto& [columns, rows] : sizes)
      std::cout << std::setw(12) << std::to_string(columns) + "x" + std::to_string(rows);
    std::cout << '\n';
  }
  template <typename Value>
  static void row(const std::string& words, Value value) {
    std::cout << "  " << std::left << std::setw(nameWidth - 2) << words << std::right << std::fixed;
    for (const auto& [columns, rows] : sizes) {
      const double number = value(std::to_string(columns) + "x" + std::to_string(rows));
      std::cout << std::setw(12);
      if (number > 0)
        std::cout << std::setprecision(number < 0.1 ? 4 : 2) << number;
      else
        std::cout << "-";
    }
    std::cout << '\n';
  }
  void ratio(const std::string& words, const std::string& over, const std::string& under) {
    row(words, [&](const std::string& size) {
      const double below = find(under, size);
      return below > 0 ? find(over, size) / below : 0;
    });
  }

  std::vector<std::string> order_;
  std::map<std::string, std::map<std::string, double>> times_;
  bool failed_ = false;
};

} // namespace

int main(int argc, char** argv) {
  // One thread: ITK reads this before its first filter runs.
  ::setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "1", 1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  try {
    DJDecoderRegistration::registerCodecs();
    const Folder folder;
    std::vector<std::unique_ptr<Material>> materials;
    for (const auto& [columns, rows] : sizes) {
      materials.push_back(std::make_unique<Material>(folder.path(), columns, rows));
      registerAll(*materials.back(), std::to_string(columns) + "x" + std::to_string(rows));
    }
    TableReporter table;
    benchmark::RunSpecifiedBenchmarks(&table);
    DJDecoderRegistration::cleanup();
    return table.failed() ? 1 : 0;
  } catch (const std::exception& e) {
    std::cerr << "hipcuff_bench: " << e.what() << '\n';
    return 1;
  }
}
