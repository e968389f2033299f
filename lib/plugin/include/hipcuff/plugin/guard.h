// Stands around a stage that is not ours: nothing that can't be leaves it.
//
// A guarded stage catches everything that the stage throws (but StageError of a plugin beneath, which passes) and
// checks what it returns: sizes that fit each other, finite numbers, points inside the frame, confidences and shares
// from 0 to 1, probabilities that sum to 1, stations in order, outlines with an area; and never more than a picture can
// hold. The first breach becomes StageError: which plugin, which version, which stage, what is wrong. A refused picture
// (GradingInput::refusals) stays refused whatever a plugin's grader says.
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
