// A network in ONNX as cortex segmenter, tendon segmenter and discontinuity detector. See README.md.
#include "model_file.h"
#include "stages.h"

#include "hipcuff/plugin/module.h"

namespace {

hipcuff::plugin::Provided make(const hipcuff::plugin::Setup& setup) {
  hipcuff::onnx::Wishes wishes;
  wishes.model = setup.values.file("model");
  wishes.cortex = setup.values.text("cortex");
  wishes.tendon = setup.values.text("tendon");
  wishes.discontinuities = setup.values.text("discontinuities");
  wishes.weight = setup.values.number("weight");
  wishes.cortexWeight = setup.values.number("cortex_weight");
  wishes.tissueWeight = setup.values.number("tissue_weight");
  const hipcuff::Stages stages = hipcuff::onnx::stagesOf(wishes, setup.before);
  hipcuff::plugin::Provided provided;
  provided.cortex = stages.cortex;
  provided.tendon = stages.tendon;
  provided.discontinuities = stages.discontinuities;
  provided.files["network"] = hipcuff::onnx::readModelFile(wishes.model).onnx;
  return provided;
}

} // namespace

HIPCUFF_PLUGIN(make)
