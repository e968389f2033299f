// Runs one ITK filter of HipCuff on the first frame and writes what it says as a PNG: where a bone's surface may lie.
#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/bone_likelihood_image_filter.h"
#include "hipcuff/segmentation/itk_image.h"
#include "hipcuff/segmentation/working_grid.h"

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3)
    throw hipcuff::UsageError("two arguments are needed", "run_filter INPUT OUT.png");

  const hipcuff::Cine cine = hipcuff::openCine(argv[1]);
  const hipcuff::RgbImage picture = cine.source->frame(0);
  const hipcuff::Screen screen = hipcuff::ScreenFinder().read(cine, {picture}); // where the B-mode picture is
  if (screen.panes.empty())
    throw hipcuff::InputError(argv[1], "no B-mode picture was found on it", "give an ultrasound picture");
  const hipcuff::Frame frame = hipcuff::makeFrame(picture, screen.panes.front(), 0);
  const hipcuff::WorkingFrame working = hipcuff::makeWorkingFrame(frame); // 0.1 mm in x and y

  const auto filter = hipcuff::BoneLikelihoodImageFilter::New();
  filter->SetInput(hipcuff::toItk(working));
  filter->SetMaskImage(hipcuff::toItk(working.usable, {working.gridMm, working.gridMm})); // text is no bone
  filter->Update();

  const hipcuff::FloatImage logOdds = hipcuff::fromItk(*filter->GetOutput());
  hipcuff::GreyImage grey(logOdds.width, logOdds.height);
  for (std::size_t i = 0; i < grey.data.size(); ++i) // -4 black, +4 white
    grey.data[i] = static_cast<std::uint8_t>(255 * (logOdds.data[i] + 4) / 8);
  hipcuff::writeFileAtomically(argv[2], hipcuff::encodePng(grey));
} catch (const hipcuff::Error& error) {
  std::cerr << "run_filter: " << error.what() << "\n";
  return 1;
}
