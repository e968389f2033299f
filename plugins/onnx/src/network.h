// The network itself, as OpenCV runs it.
#pragma once

#include "model_file.h"

#include "hipcuff/core/image.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace hipcuff::onnx {

/// Runs a network, in as many threads as ask at once. A cv::dnn::Net serves one caller at a time, so there are as many
/// copies as callers there were at once; a copy waits for the next caller.
///
/// OpenCV has one number of threads for the whole process; the first Network sets it to 1, because the host runs one
/// frame in each of its threads already and results must not depend on how many those are.
class Network {
public:
  /// Reads the network and runs it once on an empty tile.
  /// @throws ConfigError where OpenCV can't read or run it, where its channels or maps are not those that the
  ///         description states, or where the file is not the one that the description states (sha256)
  explicit Network(ModelFile model);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  [[nodiscard]] const ModelFile& model() const noexcept { return model_; }
  /// A tile of normalised values; the probability map of each of model().classes, of the tile's size.
  /// @throws std::runtime_error where OpenCV fails or the network returns what is no probability
  [[nodiscard]] std::vector<FloatImage> run(const FloatImage& tile) const;
  /// Copies of the network that were made so far.
  [[nodiscard]] std::size_t copies() const;

private:
  struct Pool;
  ModelFile model_;
  std::unique_ptr<Pool> pool_;
};

} // namespace hipcuff::onnx
