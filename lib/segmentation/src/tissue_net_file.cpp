#include "tissue_net_file.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>

namespace hipcuff::segmentation {
namespace {

constexpr std::size_t maxLayers = 256;
constexpr int maxChannels = 1024;
constexpr int maxDilation = 16;
constexpr int maxLevel = 8;

[[noreturn]] void fail(const std::string& problem) {
  throw ConfigError({}, "network file: " + problem, "write it again with tissue_net_format.py");
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0)
      parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

int number(std::string_view text, int least, int most, const std::string& what) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    fail(what + " must be " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

float fromHalf(std::uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  float value = 0;
  if (exponent == 0)
    value = std::ldexp(static_cast<float>(mantissa), -24);
  else if (exponent == 31)
    value = mantissa == 0 ? HUGE_VALF : NAN;
  else
    value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return half & 0x8000 ? -value : value;
}

class Reader {
public:
  explicit Reader(std::string_view bytes)
      : rest_(bytes) {}

  std::vector<NetLayer> read() {
    if (line() != "hcnet 1")
      fail("it does not begin with 'hcnet 1'");
    const std::string_view type = line();
    if (type != "type float16" && type != "type float32")
      fail("the second line must be 'type float16' or 'type float32'");
    half_ = type == "type float16";
    readInput(line());
    for (std::string_view text = line(); text != "end"; text = line())
      readLayer(text);
    if (layers_.back().kind != NetLayer::Kind::softmax)
      fail("the last layer must be softmax");
    for (NetLayer& layer : layers_)
      if (layer.kind == NetLayer::Kind::conv)
        readParameters(layer);
    if (!rest_.empty())
      fail(std::to_string(rest_.size()) + " bytes too many");
    return std::move(layers_);
  }

private:
  std::string_view line() {
    for (;;) {
      const auto end = rest_.find('\n');
      if (end == std::string_view::npos || end > 1000)
        fail("the list of layers does not end");
      const std::string_view text = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (!text.empty() && text.front() != '#')
        return text;
    }
  }

  void add(NetLayer layer) {
    if (layers_.size() >= maxLayers)
      fail("more than " + std::to_string(maxLayers) + " layers");
    if (!layers_.empty() && layers_.back().kind == NetLayer::Kind::softmax)
      fail("softmax must be the last layer");
    if (!names_.emplace(layer.name, static_cast<int>(layers_.size())).second)
      fail("two layers are called '" + layer.name + "'");
    layers_.push_back(std::move(layer));
  }

  void readInput(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 3 || words[0] != "input")
      fail("the third line must be 'input NAME CHANNELS'");
    NetLayer layer;
    layer.name = words[1];
    layer.channels = number(words[2], 1, maxChannels, "the input's channels");
    add(std::move(layer));
  }

  void readLayer(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() < 3)
      fail("a layer needs a name, a kind and an input");
    NetLayer layer;
    layer.name = words[0];
    for (const std::string_view name : split(words[2], ',')) {
      const auto found = names_.find(std::string(name));
      if (found == names_.end())
        fail("layer '" + layer.name + "' takes '" + std::string(name) + "', which comes nowhere before it");
      layer.inputs.push_back(found->second);
    }
    static const std::map<std::string_view, NetLayer::Kind> kinds{{"conv", NetLayer::Kind::conv},
                                                                  {"maxpool2", NetLayer::Kind::maxpool2},
                                                                  {"upsample2", NetLayer::Kind::upsample2},
                                                                  {"concat", NetLayer::Kind::concat},
                                                                  {"softmax", NetLayer::Kind::softmax}};
    const auto kind = kinds.find(words[1]);
    if (kind == kinds.end())
      fail("layer '" + layer.name + "' is of an unknown kind");
    layer.kind = kind->second;
    if (layer.inputs.empty() || (layer.kind != NetLayer::Kind::concat && layer.inputs.size() != 1))
      fail("layer '" + layer.name + "' has a wrong number of inputs");
    const NetLayer& first = layers_[static_cast<std::size_t>(layer.inputs.front())];
    layer.channels = first.channels;
    layer.level = first.level;
    readShape(layer, {words.begin() + 3, words.end()});
    add(std::move(layer));
  }

  void readShape(NetLayer& layer, const std::vector<std::string_view>& parameters) {
    switch (layer.kind) {
    case NetLayer::Kind::conv:
      layer.channels = 0;
      break;
    case NetLayer::Kind::maxpool2:
      if (++layer.level > maxLevel)
        fail("layer '" + layer.name + "' halves the picture too often");
      break;
    case NetLayer::Kind::upsample2:
      if (--layer.level < 0)
        fail("layer '" + layer.name + "' makes the picture larger than the input");
      break;
    case NetLayer::Kind::concat:
      layer.channels = 0;
      for (const int i : layer.inputs) {
        const NetLayer& input = layers_[static_cast<std::size_t>(i)];
        if (input.level != layer.level)
          fail("layer '" + layer.name + "' joins pictures of different size");
        layer.channels += input.channels;
      }
      if (layer.channels > maxChannels)
        fail("layer '" + layer.name + "' has more than " + std::to_string(maxChannels) + " channels");
      break;
    case NetLayer::Kind::softmax:
      if (layer.level != 0)
        fail("the result must have the input's size");
      break;
    case NetLayer::Kind::input:
      break;
    }
    for (const std::string_view parameter : parameters) {
      const auto equals = std::min(parameter.find('='), parameter.size());
      const std::string_view key = parameter.substr(0, equals);
      const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
      const std::string what = "'" + std::string(key) + "' of layer '" + layer.name + "'";
      if (layer.kind != NetLayer::Kind::conv)
        fail(what + " means nothing here");
      if (key == "kernel") {
        layer.kernel = number(value, 1, 3, what);
        if (layer.kernel == 2)
          fail(what + " must be 1 or 3");
      } else if (key == "out") {
        layer.channels = number(value, 1, maxChannels, what);
      } else if (key == "dilation") {
        layer.dilation = number(value, 1, maxDilation, what);
      } else if (key == "relu") {
        layer.relu = number(value, 0, 1, what) == 1;
      } else {
        fail(what + " is unknown");
      }
    }
    if (layer.channels == 0)
      fail("layer '" + layer.name + "' has no 'out'");
  }

  std::vector<float> values(std::size_t count, const std::string& name) {
    const std::size_t size = half_ ? 2 : 4;
    if (rest_.size() / size < count)
      fail("the parameters of layer '" + name + "' are cut off");
    std::vector<float> result(count);
    const auto* bytes = reinterpret_cast<const unsigned char*>(rest_.data());
    for (std::size_t i = 0; i < count; ++i, bytes += size) {
      if (half_) {
        result[i] = fromHalf(static_cast<std::uint16_t>(bytes[0] | (bytes[1] << 8)));
      } else {
        const std::uint32_t bits = bytes[0] | (static_cast<std::uint32_t>(bytes[1]) << 8) |
                                   (static_cast<std::uint32_t>(bytes[2]) << 16) |
                                   (static_cast<std::uint32_t>(bytes[3]) << 24);
        std::memcpy(&result[i], &bits, sizeof(bits));
      }
      if (!std::isfinite(result[i]))
        fail("a parameter of layer '" + name + "' is not a number");
    }
    rest_.remove_prefix(count * size);
    return result;
  }

  void readParameters(NetLayer& layer) {
    const NetLayer& input = layers_[static_cast<std::size_t>(layer.inputs.front())];
    const auto out = static_cast<std::size_t>(layer.channels);
    layer.weights =
        values(out * static_cast<std::size_t>(input.channels) * static_cast<std::size_t>(layer.kernel * layer.kernel),
               layer.name);
    layer.bias = values(out, layer.name);
  }

  std::string_view rest_;
  bool half_ = false;
  std::vector<NetLayer> layers_;
  std::map<std::string, int> names_;
};

} // namespace

std::vector<NetLayer> parseNet(std::string_view bytes) {
  return Reader(bytes).read();
}

} // namespace hipcuff::segmentation
