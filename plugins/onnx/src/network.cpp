#include "network.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace hipcuff::onnx {
namespace {

constexpr std::uintmax_t largestNetwork = 512U << 20U; // far beyond what runs on a CPU in reasonable time
constexpr float probabilitySlack = 1e-3F;

/// OpenCV's own log goes to the user's terminal; what it says comes with the exception too.
class Quiet {
public:
  Quiet()
      : before_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {}
  ~Quiet() { cv::utils::logging::setLogLevel(before_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

private:
  cv::utils::logging::LogLevel before_;
};

/// One line of what OpenCV says.
std::string wordsOf(const cv::Exception& why) {
  std::string words = why.err.empty() ? why.what() : why.err;
  // "Node [...]:(name) parse error: OpenCV(4.6.0) ./modules/...cpp:123: error: (-215:Assertion failed) x in function"
  const auto prefix = words.find("OpenCV(");
  const auto error = words.find("error: (", prefix == std::string::npos ? 0 : prefix);
  if (prefix != std::string::npos && error != std::string::npos)
    words.erase(prefix, error - prefix);
  std::string line;
  for (const char c : words)
    if (static_cast<unsigned char>(c) >= ' ')
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  constexpr std::size_t longest = 300;
  return line.size() > longest ? line.substr(0, longest) + " ..." : line;
}

std::string shapeOf(const cv::Mat& m) {
  std::string text;
  for (int i = 0; i < m.dims; ++i)
    text += (i > 0 ? " x " : "") + std::to_string(m.size[i]);
  return text;
}

cv::dnn::Net netFrom(const std::vector<char>& bytes) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  return net;
}

cv::Mat forwarded(cv::dnn::Net& net, const FloatImage& tile, int channels) {
  const int shape[] = {1, channels, tile.height, tile.width};
  cv::Mat blob(4, shape, CV_32F);
  for (int c = 0; c < channels; ++c)
    std::copy(tile.data.begin(), tile.data.end(), blob.ptr<float>(0, c));
  net.setInput(blob);
  return net.forward();
}

/// What is wrong with the shape of what it returned; empty: nothing.
std::string complaint(const cv::Mat& out, const FloatImage& tile, const ModelFile& model) {
  if (out.type() != CV_32F || out.dims != 4 || out.size[0] != 1)
    return "returns " + shapeOf(out) + ", where maps are needed (1 x classes x height x width)";
  if (out.size[1] != static_cast<int>(model.classes.size()))
    return "returns " + std::to_string(out.size[1]) + (out.size[1] == 1 ? " map" : " maps") +
           ", and the description names " + std::to_string(model.classes.size()) +
           (model.classes.size() == 1 ? " class" : " classes");
  if (out.size[2] != tile.height || out.size[3] != tile.width)
    return "returns maps of " + std::to_string(out.size[3]) + " x " + std::to_string(out.size[2]) +
           " for pictures of " + std::to_string(tile.width) + " x " + std::to_string(tile.height);
  return {};
}

void softmax(std::vector<FloatImage>& maps) {
  for (std::size_t i = 0; i < maps.front().data.size(); ++i) {
    float most = maps.front().data[i];
    for (const FloatImage& map : maps)
      most = std::max(most, map.data[i]);
    float sum = 0;
    for (FloatImage& map : maps)
      sum += map.data[i] = std::exp(map.data[i] - most);
    for (FloatImage& map : maps)
      map.data[i] /= sum;
  }
}

/// Whether each pixel's values are already probabilities that sum to 1.
bool sharesAlready(const cv::Mat& out) {
  const int classes = out.size[1];
  const std::size_t pixels = static_cast<std::size_t>(out.size[2]) * static_cast<std::size_t>(out.size[3]);
  for (std::size_t i = 0; i < pixels; ++i) {
    float sum = 0;
    for (int c = 0; c < classes; ++c) {
      const float v = out.ptr<float>(0, c)[i];
      if (!(v >= 0 && v <= 1))
        return false;
      sum += v;
    }
    if (std::abs(sum - 1) > probabilitySlack)
      return false;
  }
  return true;
}

void activate(std::vector<FloatImage>& maps, Activation activation) {
  if (activation == Activation::softmax)
    softmax(maps);
  for (FloatImage& map : maps)
    for (float& v : map.data) {
      if (activation == Activation::sigmoid)
        v = 1.0F / (1.0F + std::exp(-v));
      if (!(v >= -probabilitySlack && v <= 1 + probabilitySlack))
        throw std::runtime_error(std::isfinite(v) && activation == Activation::none
                                     ? "the network returns " + std::to_string(v) +
                                           ", which is no probability: activation none is for a network that ends in "
                                           "softmax or sigmoid itself"
                                     : "the network returns what is no number");
      v = std::clamp(v, 0.0F, 1.0F);
    }
}

} // namespace

struct Network::Pool {
  std::vector<char> bytes;
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<cv::dnn::Net>> idle;
  std::size_t made = 0;

  /// A copy for as long as this lives; dropped, not handed back, where it failed in between.
  class Loan {
  public:
    explicit Loan(Pool& pool)
        : pool_(pool) {
      {
        const std::lock_guard lock(pool_.mutex);
        if (!pool_.idle.empty()) {
          net_ = std::move(pool_.idle.back());
          pool_.idle.pop_back();
          return;
        }
        ++pool_.made;
      }
      net_ = std::make_unique<cv::dnn::Net>(netFrom(pool_.bytes));
    }
    [[nodiscard]] cv::dnn::Net& net() const noexcept { return *net_; }
    void handBack() {
      const std::lock_guard lock(pool_.mutex);
      pool_.idle.push_back(std::move(net_));
    }

  private:
    Pool& pool_;
    std::unique_ptr<cv::dnn::Net> net_;
  };

  void load(const ModelFile& model);
  void tryOut(const ModelFile& model, int width, int height);
};

void Network::Pool::load(const ModelFile& model) {
  std::error_code error;
  if (std::filesystem::file_size(model.onnx, error) > largestNetwork)
    throw ConfigError(model.onnx, "is larger than 512 MB", "a network of that size does not run on a CPU");
  std::ifstream in(model.onnx, std::ios::binary);
  bytes.assign(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof())
    throw ConfigError(model.onnx, "can't be read", "check its permissions");
  if (!model.sha256.empty() && sha256({bytes.data(), bytes.size()}) != model.sha256)
    throw ConfigError(model.onnx, "is not the network that " + model.file.filename().string() + " describes (sha256)",
                      "take both from one place, or write its sha256sum into the description");
  try {
    idle.push_back(std::make_unique<cv::dnn::Net>(netFrom(bytes)));
    ++made;
  } catch (const cv::Exception& why) {
    throw ConfigError(model.onnx, "OpenCV's DNN module can't read this network: " + wordsOf(why),
                      "export it with opset 11 and plain layers (Conv, ConvTranspose, Relu, Add, Concat, Resize, "
                      "MaxPool): see README.md of the onnx plugin");
  }
  const auto outputs = idle.back()->getUnconnectedOutLayersNames();
  if (outputs.size() != 1) {
    std::string names;
    for (const auto& name : outputs)
      names += (names.empty() ? "" : ", ") + name;
    throw ConfigError(model.onnx, "has " + std::to_string(outputs.size()) + " outputs (" + names + ")",
                      "export it with one output: all maps together, 1 x classes x height x width");
  }
}

void Network::Pool::tryOut(const ModelFile& model, int width, int height) {
  const FloatImage tile(width, height);
  const std::string sizes = std::to_string(width) + " x " + std::to_string(height);
  const auto refuse = [&](const std::string& problem, const std::string& remedy) {
    throw ConfigError(model.onnx, "the network, tried out on an empty picture of " + sizes + ", " + problem, remedy);
  };
  std::string wrong;
  try {
    const cv::Mat out = forwarded(*idle.back(), tile, model.channels);
    wrong = complaint(out, tile, model);
    if (wrong.empty() && model.activation == Activation::softmax && sharesAlready(out))
      refuse("returns shares that sum to 1 at every pixel: it ends in softmax itself, and a second one would blur them",
             "write activation none in " + model.file.filename().string());
  } catch (const cv::Exception& why) {
    // The commonest mistake has a plain answer.
    const int other = model.channels == 1 ? 3 : 1;
    std::optional<std::string> otherwise;
    try {
      auto again = netFrom(bytes);
      otherwise = complaint(forwarded(again, tile, other), tile, model);
    } catch (const cv::Exception&) {
      otherwise.reset();
    }
    if (otherwise && otherwise->empty())
      refuse("takes " + std::to_string(other) + (other == 1 ? " channel" : " channels") +
                 ", and its description says " + std::to_string(model.channels),
             "correct input.channels in " + model.file.filename().string());
    refuse("fails in OpenCV: " + wordsOf(why), "input.width, input.height and input.multiple must be sizes that it "
                                               "takes");
  }
  if (!wrong.empty())
    refuse(wrong, "correct " + model.file.filename().string() + ", or export the network anew");
}

Network::Network(ModelFile model)
    : model_(std::move(model))
    , pool_(std::make_unique<Pool>()) {
  cv::setNumThreads(1);
  const Quiet quiet;
  pool_->load(model_);
  pool_->tryOut(model_, model_.width, model_.height);
  if (model_.multiple > 0 && (model_.width > model_.multiple || model_.height > model_.multiple))
    pool_->tryOut(model_, std::max(model_.multiple, model_.width - model_.multiple),
                  std::max(model_.multiple, model_.height - model_.multiple));
}

Network::~Network() = default;

std::vector<FloatImage> Network::run(const FloatImage& tile) const {
  std::vector<FloatImage> maps;
  try {
    Pool::Loan loan(*pool_);
    const cv::Mat out = forwarded(loan.net(), tile, model_.channels);
    if (const std::string wrong = complaint(out, tile, model_); !wrong.empty())
      throw std::runtime_error("the network " + wrong);
    for (int c = 0; c < out.size[1]; ++c) {
      FloatImage map(tile.width, tile.height);
      std::copy_n(out.ptr<float>(0, c), map.data.size(), map.data.begin());
      maps.push_back(std::move(map));
    }
    loan.handBack();
  } catch (const cv::Exception& why) {
    throw std::runtime_error(model_.onnx.filename().string() + " fails in OpenCV: " + wordsOf(why));
  }
  activate(maps, model_.activation);
  return maps;
}

std::size_t Network::copies() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->made;
}

} // namespace hipcuff::onnx
