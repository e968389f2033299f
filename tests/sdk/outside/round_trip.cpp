// The whole way through the installed copy: simulate a hip, write it as DICOM, read it back, analyse it, write the
// results. Leaves with 0 only where the tendon's mean thickness is within 1 mm of the truth.
#include <hipcuff/assessment/analysis.h>
#include <hipcuff/core/version.h>
#include <hipcuff/grading/criteria.h>
#include <hipcuff/ingest/open.h>
#include <hipcuff/phantom/phantom.h>
#include <hipcuff/report/results_writer.h>

#include <cmath>
#include <exception>
#include <filesystem>
#include <iostream>

namespace {

int run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  hipcuff::phantom::RecipeWishes wishes;
  wishes.view = hipcuff::View::longAxis;
  wishes.pathology = hipcuff::phantom::Pathology::normal;
  const hipcuff::phantom::HipSimulator simulator(hipcuff::phantom::drawRecipe(3, wishes));
  hipcuff::phantom::writeExam(folder, "hip", simulator, {});

  hipcuff::SilentProgress progress;
  const hipcuff::Analyzer analyzer(
      {.stages = hipcuff::builtinStages(), .criteria = hipcuff::builtinCriteria(), .frames = {}});
  const auto images = analyzer.analyze(hipcuff::openCine(folder / "hip.dcm"), progress);

  hipcuff::report::RunInfo run;
  run.commandLine = "round_trip";
  run.criteria = hipcuff::builtinCriteria();
  hipcuff::report::ResultsWriter writer(folder / "results", run);
  for (const hipcuff::ImageResult& image : images)
    writer.add(image);
  writer.finish({});

  const auto thickness = images.at(0).measurements.thickness.summary;
  if (!thickness) {
    std::cerr << "no tendon was measured\n";
    return 1;
  }
  const double truth = simulator.truth().thicknessMeanMm;
  std::cout << "HipCuff " << hipcuff::version << ": mean thickness " << thickness->meanMm << " mm, truth " << truth
            << " mm\n";
  return std::abs(thickness->meanMm - truth) < 1 ? 0 : 1;
}

} // namespace

int main(int count, char** arguments) {
  try {
    return run(count > 1 ? arguments[1] : "round-trip");
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
