// Stands around a stage that is not ours: nothing that can't be leaves it.
//
// A guarded stage catches everything that the stage throws (but StageError of a plugin beneath, which passes) and
// checks what it returns. The first breach becomes StageError: which plugin, which version, which stage, what is wrong.
// Each stage may find nothing: no segment, no station, no discontinuity, each with a confidence of 0. What it finds has
// finite numbers, points at most 1 mm outside of the picture, confidences from 0 to 1, and never more items than a
// picture can hold.
//
// Cortex: each segment from left to right, with one ridge point for each point of the interface, at most 5 mm off it;
//   facets on their segment.
// Tendon: stations 0.25 mm (+- 20 %) apart, without holes (hidden stretches bridged and marked inferred), from the side
//   that arrivesFromLeft says, on the cortex that was handed in (median within 1.5 mm); normals of length 1, towards
//   the skin, across the bone (mean within 20 degrees); both borders on the normal (within 0.2 mm), the superficial one
//   0 to 30 mm over the bone, the deep one between; no fibre angle in the short axis. Tissue, where there is any: one
//   column every 0.25 mm, one map for each class, all of the same size, at least two rows, summing to 1; each station
//   within 0.5 mm of its column.
// Discontinuities: outlines with an area, on the tendon; begin, end and length that fit each other, the outline and the
//   stations; a depth within the tendon's thickness and a fraction that fits it; gap and retraction of full-thickness
//   gaps only; framesSeen 1.
// Grade: probabilities that sum to 1 and a class that is the likeliest, or notGradable with refusals and neither;
//   certainty `suspected`; reasons of one line each. Pictures refused before (GradingInput::refusals) stay refused: the
//   plugin is not asked.
// Nothing may say that a person drew it.
#pragma once

#include "hipcuff/core/exporter.h"
#include "hipcuff/core/stages.h"

#include <filesystem>
#include <memory>

namespace hipcuff::plugin {

/// `by`: the plugin, for origin() and the errors; `module`: its file, for the errors.
[[nodiscard]] std::shared_ptr<const CortexSegmenter> guarded(std::shared_ptr<const CortexSegmenter> stage,
                                                             StageOrigin by, std::filesystem::path module);
[[nodiscard]] std::shared_ptr<const TendonSegmenter> guarded(std::shared_ptr<const TendonSegmenter> stage,
                                                             StageOrigin by, std::filesystem::path module);
[[nodiscard]] std::shared_ptr<const DiscontinuityDetector> guarded(std::shared_ptr<const DiscontinuityDetector> stage,
                                                                   StageOrigin by, std::filesystem::path module);
[[nodiscard]] std::shared_ptr<const Grader> guarded(std::shared_ptr<const Grader> stage, StageOrigin by,
                                                    std::filesystem::path module);
[[nodiscard]] std::unique_ptr<ResultExporter> guarded(std::unique_ptr<ResultExporter> exporter, StageOrigin by,
                                                      std::filesystem::path module);

} // namespace hipcuff::plugin
