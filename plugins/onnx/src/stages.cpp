#include "stages.h"

#include "cortex.h"
#include "tissue.h"

#include "hipcuff/core/error.h"
#include "hipcuff/measurement/defect_detector.h"

#include <memory>

namespace hipcuff::onnx {
namespace {

/// "auto" resolved; refuses what the model can't do.
std::string resolved(const std::string& wish, const char* parameter, MapClass needed, const ModelFile& model) {
  if (wish == "before")
    return wish;
  if (model.has(needed))
    return wish == "auto" ? "hybrid" : wish;
  if (wish == "auto")
    return "before";
  std::string classes;
  for (const MapClass c : model.classes)
    classes += (classes.empty() ? "" : ", ") + std::string(toString(c));
  throw UsageError("plugin 'onnx': " + std::string(parameter) + "=" + wish + " asks for class " + toString(needed) +
                       ", and the model '" + model.name + "' has " + classes,
                   std::string(parameter) + "=before, or another model");
}

Word wordOf(const std::string& wish) {
  return wish == "network" ? Word::network : wish == "hybrid" ? Word::hybrid : Word::before;
}

} // namespace

Stages stagesOf(const Wishes& wishes, const Stages& before) {
  const auto mapper = std::make_shared<const Mapper>(readModelFile(wishes.model));
  const ModelFile& model = mapper->model();
  const std::string cortex = resolved(wishes.cortex, "cortex", MapClass::cortex, model);
  const std::string tendon = resolved(wishes.tendon, "tendon", MapClass::tendon, model);
  const std::string tears = resolved(wishes.discontinuities, "discontinuities", MapClass::discontinuity, model);
  Stages stages = before;
  if (cortex != "before")
    stages.cortex =
        cortex == "hybrid" ? hybridCortex(mapper, wishes.weight * wishes.cortexWeight) : networkCortex(mapper);
  const TissueUse use{wordOf(tendon), wordOf(tears), wishes.weight * wishes.tissueWeight};
  if (use.tendon != Word::before)
    stages.tendon = networkTendon(mapper, use);
  else if (use.tears != Word::before)
    stages.tendon = withTears(mapper, before.tendon, use);
  if (use.tears != Word::before)
    stages.discontinuities = std::make_shared<const DefectDetector>(); // reads Tendon::tissue, where the tears are now
  return stages;
}

} // namespace hipcuff::onnx
