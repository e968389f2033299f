#include "tissue_net.h"

#include "hipcuff/core/error.h"
#include "tissue_net_file.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <stdexcept>
#include <string>

namespace hipcuff::segmentation {

std::string_view builtinTissueNet(); // generated from weights/tissue.hcnet

namespace {

/// A raster that is kept in memory: channels together, inside a border of zeros.
struct Tensor {
  int level = 0;
  int channels = 0;
  int stride = 0; ///< floats from pixel to pixel
  int slot = 0;   ///< tensors that are never needed at the same time share memory
};

/// What a layer reads: a tensor, perhaps at twice its size. Upsampling and joining are never carried out by
/// themselves; the convolutions read from where the values are.
struct Source {
  int tensor = 0;
  bool upsampled = false;
};

struct Step {
  NetLayer::Kind kind = NetLayer::Kind::conv; ///< conv, maxpool2, concat (a plain copy) or softmax
  std::vector<Source> sources;
  int target = -1;
  int kernel = 1;
  int dilation = 1;
  bool relu = false;
  /// Packed; one set, or where a source is upsampled one for each [row parity * 2 + column parity] of the output: a
  /// 3x3 kernel over an upsampled picture meets only 2x2 different values.
  std::vector<std::vector<float>> weights;
  std::vector<float> bias;
};

class Planner {
public:
  explicit Planner(const std::vector<NetLayer>& layers)
      : layers_(layers) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      sources_.push_back(plan(layers[i]));
    assignSlots();
  }

  std::vector<Tensor> tensors;
  std::vector<Step> steps;
  std::vector<int> slotChannels; ///< largest stride of the slot's tensors
  std::vector<int> slotLevels;
  int border = 0;
  int level = 0;

private:
  int addTensor(int tensorLevel, int channels, int stride) {
    tensors.push_back({tensorLevel, channels, stride, 0});
    level = std::max(level, tensorLevel);
    return static_cast<int>(tensors.size()) - 1;
  }

  std::vector<Source> plan(const NetLayer& layer) {
    if (layer.kind == NetLayer::Kind::input)
      return {{addTensor(0, layer.channels, layer.channels), false}};
    std::vector<Source> from;
    for (const int input : layer.inputs)
      for (const Source& source : sources_[static_cast<std::size_t>(input)])
        from.push_back(source);
    const bool upsampled = std::any_of(from.begin(), from.end(), [](const Source& s) { return s.upsampled; });
    switch (layer.kind) {
    case NetLayer::Kind::concat:
      return from;
    case NetLayer::Kind::upsample2:
      if (upsampled)
        from = {joined(from, layer.level + 1)};
      for (Source& source : from)
        source.upsampled = true;
      return from;
    case NetLayer::Kind::conv:
      if (upsampled && layer.dilation > 1)
        from = {joined(from, layer.level)};
      return {convolution(layer, std::move(from))};
    default: {
      if (from.size() > 1 || upsampled)
        from = {joined(from, layer.kind == NetLayer::Kind::maxpool2 ? layer.level - 1 : layer.level)};
      Step step;
      step.kind = layer.kind;
      step.sources = from;
      const Tensor source = tensors[static_cast<std::size_t>(from.front().tensor)];
      if (layer.kind == NetLayer::Kind::maxpool2)
        step.target = addTensor(layer.level, source.channels, source.stride);
      steps.push_back(step);
      return {{step.target, false}};
    }
    }
  }

  Source joined(const std::vector<Source>& from, int atLevel) {
    Step step;
    step.kind = NetLayer::Kind::concat;
    step.sources = from;
    int channels = 0;
    for (const Source& source : from)
      channels += tensors[static_cast<std::size_t>(source.tensor)].channels;
    step.target = addTensor(atLevel, channels, channels);
    steps.push_back(step);
    return {step.target, false};
  }

  Source convolution(const NetLayer& layer, std::vector<Source> from) {
    Step step;
    step.sources = std::move(from);
    step.kernel = layer.kernel;
    step.dilation = layer.dilation;
    step.relu = layer.relu;
    border = std::max(border, layer.kernel / 2 * layer.dilation);
    const int out = paddedChannels(layer.channels);
    step.target = addTensor(layer.level, layer.channels, out);
    step.bias.assign(static_cast<std::size_t>(out), 0.0F);
    std::copy(layer.bias.begin(), layer.bias.end(), step.bias.begin());
    const bool upsampled =
        std::any_of(step.sources.begin(), step.sources.end(), [](const Source& s) { return s.upsampled; });
    for (int phase = 0; phase < (upsampled ? 4 : 1); ++phase)
      step.weights.push_back(packWeights(weightsInOrder(layer, step.sources, phase / 2, phase % 2), out));
    steps.push_back(std::move(step));
    return {steps.back().target, false};
  }

  /// Kernel rows (or columns) that fall on the same row of a source at half the size, by parity of the output.
  static std::vector<std::vector<int>> tapGroups(int kernel, bool upsampled, int parity) {
    if (kernel == 1)
      return {{0}};
    if (!upsampled)
      return {{0}, {1}, {2}};
    return parity == 0 ? std::vector<std::vector<int>>{{0}, {1, 2}} : std::vector<std::vector<int>>{{0, 1}, {2}};
  }

  std::vector<float> weightsInOrder(const NetLayer& layer, const std::vector<Source>& from, int rowParity,
                                    int columnParity) const {
    const int out = paddedChannels(layer.channels);
    const int taps = layer.kernel * layer.kernel;
    const int in = static_cast<int>(layer.weights.size()) / (layer.channels * taps);
    std::vector<float> ordered;
    int firstChannel = 0;
    for (const Source& source : from) {
      const Tensor& tensor = tensors[static_cast<std::size_t>(source.tensor)];
      for (const auto& rows : tapGroups(layer.kernel, source.upsampled, rowParity))
        for (const auto& columns : tapGroups(layer.kernel, source.upsampled, columnParity))
          for (int c = 0; c < tensor.stride; ++c)
            for (int o = 0; o < out; ++o) {
              float sum = 0;
              if (c < tensor.channels && o < layer.channels)
                for (const int ky : rows)
                  for (const int kx : columns)
                    sum += layer.weights[static_cast<std::size_t>((o * in + firstChannel + c) * taps +
                                                                  ky * layer.kernel + kx)];
              ordered.push_back(sum);
            }
      firstChannel += tensor.channels;
    }
    return ordered;
  }

  void assignSlots() {
    std::vector<int> lastUse(tensors.size(), -1);
    for (std::size_t s = 0; s < steps.size(); ++s)
      for (const Source& source : steps[s].sources)
        lastUse[static_cast<std::size_t>(source.tensor)] = static_cast<int>(s);
    std::vector<bool> taken;
    const auto take = [&](Tensor& tensor) {
      for (std::size_t slot = 0; slot < taken.size(); ++slot)
        if (!taken[slot] && slotLevels[slot] == tensor.level) {
          tensor.slot = static_cast<int>(slot);
          taken[slot] = true;
          slotChannels[slot] = std::max(slotChannels[slot], tensor.stride);
          return;
        }
      tensor.slot = static_cast<int>(taken.size());
      taken.push_back(true);
      slotLevels.push_back(tensor.level);
      slotChannels.push_back(tensor.stride);
    };
    take(tensors.front());
    for (std::size_t s = 0; s < steps.size(); ++s) {
      if (steps[s].target >= 0)
        take(tensors[static_cast<std::size_t>(steps[s].target)]);
      for (const Source& source : steps[s].sources) {
        const auto t = static_cast<std::size_t>(source.tensor);
        if (lastUse[t] == static_cast<int>(s))
          taken[static_cast<std::size_t>(tensors[t].slot)] = false;
      }
    }
  }

  const std::vector<NetLayer>& layers_;
  std::vector<std::vector<Source>> sources_; ///< of each layer
};

/// One tensor's place in memory during a run.
struct Place {
  float* first = nullptr; ///< pixel (0, 0)
  int width = 0;
  int height = 0;
  int stride = 0;
  std::ptrdiff_t rowStride = 0;
  [[nodiscard]] float* at(int x, int y) const noexcept { return first + y * rowStride + x * stride; }
};

void clearBorder(const Place& place, int border) {
  const std::ptrdiff_t side = static_cast<std::ptrdiff_t>(border) * place.stride;
  for (int y = -border; y < place.height + border; ++y) {
    float* row = place.at(-border, y);
    if (y < 0 || y >= place.height) {
      std::fill(row, row + place.rowStride, 0.0F);
    } else {
      std::fill(row, row + side, 0.0F);
      std::fill(row + place.rowStride - side, row + place.rowStride, 0.0F);
    }
  }
}

int roundUp(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

} // namespace

class TissueNet::Impl {
public:
  explicit Impl(const std::vector<NetLayer>& layers)
      : inputs(layers.front().channels)
      , classes(layers.back().channels)
      , plan_(layers)
      , stride(1 << plan_.level) {}

  std::vector<FloatImage> run(const std::vector<FloatImage>& channels, const Kernels& kernels) const;

  const int inputs;
  const int classes;

private:
  std::vector<Place> places(std::vector<float>& memory, int width, int height) const;
  void fillInput(const std::vector<FloatImage>& channels, const Place& place) const;
  void convolve(const Step& step, const std::vector<Place>& at, const Kernels& kernels) const;
  void join(const Step& step, const std::vector<Place>& at) const;

  /// Memory of a run, handed back for the next one.
  std::vector<float> borrow() const {
    const std::lock_guard lock(mutex_);
    if (spare_.empty())
      return {};
    std::vector<float> memory = std::move(spare_.back());
    spare_.pop_back();
    return memory;
  }
  void giveBack(std::vector<float> memory) const {
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(memory));
  }

  Planner plan_;
  mutable std::mutex mutex_;
  mutable std::vector<std::vector<float>> spare_;

public:
  const int stride;
};

std::vector<Place> TissueNet::Impl::places(std::vector<float>& memory, int width, int height) const {
  const int border = plan_.border;
  constexpr std::size_t alignment = 16; // floats: one cache line
  std::vector<std::size_t> offsets;
  std::size_t size = alignment;
  for (std::size_t slot = 0; slot < plan_.slotLevels.size(); ++slot) {
    offsets.push_back(size);
    const int level = plan_.slotLevels[slot];
    const auto pixels = static_cast<std::size_t>((width >> level) + 2 * border) *
                        static_cast<std::size_t>((height >> level) + 2 * border);
    const std::size_t floats = pixels * static_cast<std::size_t>(plan_.slotChannels[slot]);
    size += (floats + alignment - 1) / alignment * alignment;
  }
  if (memory.size() < size)
    memory.assign(size, 0.0F);
  void* begin = memory.data();
  std::size_t room = memory.size() * sizeof(float);
  auto* base = static_cast<float*>(std::align(alignment * sizeof(float), sizeof(float), begin, room));
  std::vector<Place> all;
  for (const Tensor& tensor : plan_.tensors) {
    Place place;
    place.width = width >> tensor.level;
    place.height = height >> tensor.level;
    place.stride = tensor.stride;
    place.rowStride = static_cast<std::ptrdiff_t>(place.width + 2 * border) * tensor.stride;
    place.first = base + (offsets[static_cast<std::size_t>(tensor.slot)] - alignment) + border * place.rowStride +
                  static_cast<std::ptrdiff_t>(border) * tensor.stride;
    all.push_back(place);
  }
  return all;
}

void TissueNet::Impl::fillInput(const std::vector<FloatImage>& channels, const Place& place) const {
  const int width = channels.front().width;
  const int height = channels.front().height;
  for (int y = 0; y < place.height; ++y) {
    float* row = place.at(0, y);
    for (int c = 0; c < inputs; ++c) {
      const float* in = channels[static_cast<std::size_t>(c)].row(std::min(y, height - 1));
      for (int x = 0; x < width; ++x)
        row[x * inputs + c] = in[x];
      for (int x = width; x < place.width; ++x)
        row[x * inputs + c] = in[width - 1];
    }
  }
}

void TissueNet::Impl::convolve(const Step& step, const std::vector<Place>& at, const Kernels& kernels) const {
  const Place& target = at[static_cast<std::size_t>(step.target)];
  const int phases = step.weights.size() == 4 ? 2 : 1;
  const int reach = step.kernel / 2;
  std::vector<InputRun> runs;
  ConvolutionRow row;
  row.bias = step.bias.data();
  row.outStride = static_cast<std::ptrdiff_t>(phases) * target.stride;
  row.pixels = target.width / phases;
  row.outChannels = target.stride;
  row.relu = step.relu;
  for (int y = 0; y < target.height; ++y)
    for (int px = 0; px < phases; ++px) {
      const int py = y % phases;
      runs.clear();
      for (const Source& source : step.sources) {
        const Place& place = at[static_cast<std::size_t>(source.tensor)];
        if (source.upsampled) {
          const int taps = reach + 1;
          for (int r = 0; r < taps; ++r)
            runs.push_back(
                {place.at(reach * (px - 1), y / 2 + r + reach * (py - 1)), place.stride, taps * place.stride});
        } else {
          const std::ptrdiff_t pixelStride = static_cast<std::ptrdiff_t>(phases) * place.stride;
          for (int ky = -reach; ky <= reach; ++ky) {
            const int dy = y + ky * step.dilation;
            if (step.dilation == 1)
              runs.push_back({place.at(px - reach, dy), pixelStride, step.kernel * place.stride});
            else
              for (int kx = -reach; kx <= reach; ++kx)
                runs.push_back({place.at(px + kx * step.dilation, dy), pixelStride, place.stride});
          }
        }
      }
      row.runs = runs.data();
      row.runCount = static_cast<int>(runs.size());
      row.weights = step.weights[static_cast<std::size_t>(phases == 2 ? py * 2 + px : 0)].data();
      row.out = target.at(px, y);
      kernels.convolve(row);
    }
}

void TissueNet::Impl::join(const Step& step, const std::vector<Place>& at) const {
  const Place& target = at[static_cast<std::size_t>(step.target)];
  int first = 0;
  for (const Source& source : step.sources) {
    const Place& place = at[static_cast<std::size_t>(source.tensor)];
    const int channels = plan_.tensors[static_cast<std::size_t>(source.tensor)].channels;
    const int shrink = source.upsampled ? 2 : 1;
    for (int y = 0; y < target.height; ++y)
      for (int x = 0; x < target.width; ++x)
        std::copy_n(place.at(x / shrink, y / shrink), channels, target.at(x, y) + first);
    first += channels;
  }
}

std::vector<FloatImage> TissueNet::Impl::run(const std::vector<FloatImage>& channels, const Kernels& kernels) const {
  if (static_cast<int>(channels.size()) != inputs)
    throw std::invalid_argument("tissue network: " + std::to_string(inputs) + " channels are needed");
  const int width = channels.front().width;
  const int height = channels.front().height;
  for (const FloatImage& channel : channels)
    if (channel.empty() || channel.width != width || channel.height != height)
      throw std::invalid_argument("tissue network: the channels are empty or differ in size");
  std::vector<float> memory = borrow();
  const auto at = places(memory, roundUp(width, stride), roundUp(height, stride));
  std::vector<FloatImage> result(static_cast<std::size_t>(classes), FloatImage(width, height));
  clearBorder(at.front(), plan_.border);
  fillInput(channels, at.front());
  for (const Step& step : plan_.steps) {
    const Place& source = at[static_cast<std::size_t>(step.sources.front().tensor)];
    if (step.kind == NetLayer::Kind::softmax) {
      std::vector<float*> planes(result.size());
      for (int y = 0; y < height; ++y) {
        for (std::size_t c = 0; c < planes.size(); ++c)
          planes[c] = result[c].row(y);
        kernels.softmaxRow(source.at(0, y), source.stride, classes, width, planes.data());
      }
      continue;
    }
    const Place& target = at[static_cast<std::size_t>(step.target)];
    clearBorder(target, plan_.border);
    if (step.kind == NetLayer::Kind::conv)
      convolve(step, at, kernels);
    else if (step.kind == NetLayer::Kind::concat)
      join(step, at);
    else
      for (int y = 0; y < target.height; ++y)
        kernels.poolRow(source.at(0, 2 * y), source.at(0, 2 * y + 1), target.at(0, y), target.width, target.stride);
  }
  giveBack(std::move(memory));
  return result;
}

TissueNet::TissueNet(std::string_view bytes)
    : impl_(std::make_unique<const Impl>(parseNet(bytes))) {}
TissueNet::~TissueNet() = default;
TissueNet::TissueNet(TissueNet&&) noexcept = default;
TissueNet& TissueNet::operator=(TissueNet&&) noexcept = default;

const TissueNet& TissueNet::builtin() {
  static const TissueNet net(builtinTissueNet());
  return net;
}

int TissueNet::inputs() const noexcept {
  return impl_->inputs;
}

int TissueNet::classes() const noexcept {
  return impl_->classes;
}

int TissueNet::stride() const noexcept {
  return impl_->stride;
}

std::vector<FloatImage> TissueNet::run(const std::vector<FloatImage>& channels) const {
  return run(channels, bestInstructionSet());
}

std::vector<FloatImage> TissueNet::run(const std::vector<FloatImage>& channels, InstructionSet set) const {
  return impl_->run(channels, kernels(set));
}

} // namespace hipcuff::segmentation
