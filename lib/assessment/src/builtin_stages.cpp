#include "hipcuff/assessment/analysis.h"

#include "hipcuff/grading/rule_grader.h"
#include "hipcuff/measurement/defect_detector.h"
#include "hipcuff/measurement/tendon_measurer.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"

namespace hipcuff {

Stages builtinStages() {
  return {std::make_shared<ScreenFinder>(),         std::make_shared<BoneSurfaceSegmenter>(),
          std::make_shared<LayerTendonSegmenter>(), std::make_shared<DefectDetector>(),
          std::make_shared<TendonMeasurer>(),       std::make_shared<RuleGrader>()};
}

} // namespace hipcuff
