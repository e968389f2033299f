// Stand-in networks with their descriptions, pictures to run them on.
#pragma once

#include "model_file.h"

#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/phantom/phantom.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace hipcuff::onnx::testing {

/// A folder that goes when this does.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "onnx-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

/// The description of one of the networks in data/.
[[nodiscard]] inline nlohmann::json description(const std::string& network, std::vector<std::string> classes,
                                                int side = 64) {
  return {{"schema", "hipcuff.onnx-model/1"},
          {"name", network},
          {"version", "1.0.0"},
          {"summary", "A stand-in for tests."},
          {"file", network + ".onnx"},
          {"input",
           {{"width", side},
            {"height", side},
            {"spacing_mm", 0.2},
            {"channels", 1},
            {"normalisation", {{"kind", "fixed"}, {"scale", 1 / 255.0}, {"mean", 0}, {"sd", 1}}}}},
          {"output", {{"activation", classes.size() > 1 ? "softmax" : "sigmoid"}, {"classes", classes}}},
          {"tiling", {{"overlap_px", side / 4}}}};
}

/// The network and its description side by side in a folder; the description's path.
inline std::filesystem::path written(const Folder& folder, const nlohmann::json& json,
                                     const std::string& name = "a.model.json") {
  const auto network =
      std::filesystem::path(ONNX_TEST_DATA) / (json.is_object() ? json.value("file", "none") : std::string("none"));
  if (std::filesystem::exists(network))
    std::filesystem::copy_file(network, folder.path() / network.filename(),
                               std::filesystem::copy_options::overwrite_existing);
  std::ofstream(folder.path() / name) << json.dump(1);
  return folder.path() / name;
}

[[nodiscard]] inline Frame frameOf(GreyImage pixels, Spacing scale) {
  Frame frame;
  frame.usable = Mask(pixels.width, pixels.height, 255);
  frame.box = {0, 0, pixels.width - 1, pixels.height - 1};
  frame.pixels = std::move(pixels);
  frame.scale = scale;
  frame.nominal = false;
  return frame;
}

/// Grey noise, the same for the same seed.
[[nodiscard]] inline GreyImage noise(int width, int height, std::uint32_t seed) {
  GreyImage image(width, height);
  for (auto& v : image.data) {
    seed = seed * 1664525U + 1013904223U;
    v = static_cast<std::uint8_t>(seed >> 24U);
  }
  return image;
}

struct Hip {
  Frame frame;
  phantom::Truth truth;
  View view = View::longAxis;
};
/// A simulated hip of a linear probe, through the real screen stage.
[[nodiscard]] Hip simulatedHip(std::uint64_t seed);

/// The line network as it is used on hips.
[[nodiscard]] inline nlohmann::json lineModel() {
  nlohmann::json json = description("line", {"other", "cortex", "tendon", "discontinuity"}, 256);
  json["input"]["normalisation"] = {{"kind", "per_frame"}, {"scale", 1 / 255.0}, {"least_sd", 0.02}};
  return json;
}

} // namespace hipcuff::onnx::testing
