// The network's inference against numpy (tools/make_net_fixture.py), across instruction sets, sizes and threads; and
// files that are damaged.
#include "hipcuff/core/error.h"
#include "tissue_net.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

namespace hipcuff::segmentation {
namespace {

std::string fileBytes(const std::string& name) {
  std::ifstream file(std::string(HIPCUFF_SOURCE_DIR) + "/tests/segmentation/data/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<FloatImage> readImages(const std::string& bytes, std::size_t& at) {
  std::int32_t shape[3];
  std::memcpy(shape, bytes.data() + at, sizeof(shape));
  at += sizeof(shape);
  std::vector<FloatImage> images;
  for (int c = 0; c < shape[0]; ++c) {
    images.emplace_back(shape[2], shape[1]);
    std::memcpy(images.back().data.data(), bytes.data() + at, images.back().data.size() * sizeof(float));
    at += images.back().data.size() * sizeof(float);
  }
  return images;
}

std::vector<FloatImage> randomChannels(int count, int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-1.0F, 1.0F);
  std::vector<FloatImage> channels(static_cast<std::size_t>(count), FloatImage(width, height));
  for (FloatImage& channel : channels)
    for (float& v : channel.data)
      v = values(random);
  return channels;
}

double largestDifference(const std::vector<FloatImage>& a, const std::vector<FloatImage>& b) {
  double largest = 0;
  EXPECT_EQ(a.size(), b.size());
  for (std::size_t c = 0; c < a.size(); ++c) {
    EXPECT_EQ(a[c].data.size(), b[c].data.size());
    for (std::size_t i = 0; i < a[c].data.size(); ++i)
      largest = std::max(largest, static_cast<double>(std::abs(a[c].data[i] - b[c].data[i])));
  }
  return largest;
}

class EachInstructionSet : public testing::TestWithParam<InstructionSet> {
protected:
  void SetUp() override {
    if (!available(GetParam()))
      GTEST_SKIP() << "this machine lacks the instruction set";
  }
};
INSTANTIATE_TEST_SUITE_P(TissueNet, EachInstructionSet, testing::Values(InstructionSet::baseline, InstructionSet::avx2),
                         [](const auto& param) { return std::string(kernels(param.param).name); });

TEST_P(EachInstructionSet, GivesWhatNumpyGives) {
  const TissueNet net(fileBytes("small_net.hcnet"));
  const std::string values = fileBytes("small_net.values");
  std::size_t at = 0;
  const auto input = readImages(values, at);
  const auto expected = readImages(values, at);
  ASSERT_EQ(net.inputs(), 3);
  ASSERT_EQ(net.classes(), 4);
  ASSERT_EQ(net.stride(), 4);
  const auto result = net.run(input, GetParam());
  ASSERT_EQ(result.size(), expected.size());
  for (std::size_t c = 0; c < result.size(); ++c) {
    ASSERT_EQ(result[c].width, expected[c].width);
    ASSERT_EQ(result[c].height, expected[c].height);
    for (std::size_t i = 0; i < result[c].data.size(); ++i)
      ASSERT_NEAR(result[c].data[i], expected[c].data[i], 1e-3 * expected[c].data[i] + 1e-6);
  }
}

TEST_P(EachInstructionSet, AgreesWithTheOthers) {
  const TissueNet& net = TissueNet::builtin();
  const auto channels = randomChannels(net.inputs(), 187, 96, 7);
  const auto plain = net.run(channels, InstructionSet::baseline);
  EXPECT_LT(largestDifference(plain, net.run(channels, GetParam())), 1e-4);
}

TEST(TissueNet, BuiltinGivesProbabilities) {
  const TissueNet& net = TissueNet::builtin();
  const auto result = net.run(randomChannels(net.inputs(), 50, 33, 1));
  ASSERT_EQ(static_cast<int>(result.size()), net.classes());
  for (std::size_t i = 0; i < result.front().data.size(); ++i) {
    double sum = 0;
    for (const FloatImage& image : result) {
      EXPECT_GE(image.data[i], 0.0F);
      sum += image.data[i];
    }
    EXPECT_NEAR(sum, 1.0, 1e-5);
  }
}

TEST(TissueNet, ARunLeavesNothingBehindForTheNext) {
  const TissueNet net(fileBytes("small_net.hcnet"));
  const auto channels = randomChannels(3, 21, 13, 2);
  const auto first = net.run(channels);
  for (const int size : {3, 40, 9})
    (void)net.run(randomChannels(3, size, 2 * size, static_cast<unsigned>(size)));
  EXPECT_EQ(first, net.run(channels));
}

TEST(TissueNet, ServesSeveralThreads) {
  const TissueNet net(fileBytes("small_net.hcnet"));
  std::vector<std::vector<FloatImage>> inputs;
  std::vector<std::vector<FloatImage>> alone;
  for (unsigned i = 0; i < 4; ++i) {
    inputs.push_back(randomChannels(3, 20 + static_cast<int>(i) * 11, 24, i));
    alone.push_back(net.run(inputs.back()));
  }
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k)
        wrong[i] += net.run(inputs[i]) == alone[i] ? 0 : 1;
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(TissueNet, RefusesChannelsThatDoNotFit) {
  const TissueNet net(fileBytes("small_net.hcnet"));
  EXPECT_THROW((void)net.run(randomChannels(2, 16, 16, 1)), std::invalid_argument);
  auto uneven = randomChannels(3, 16, 16, 1);
  uneven.back() = FloatImage(15, 16);
  EXPECT_THROW((void)net.run(uneven), std::invalid_argument);
  EXPECT_THROW((void)net.run(std::vector<FloatImage>(3)), std::invalid_argument);
}

TEST(TissueNet, ShortAndLongFilesAreRefused) {
  const std::string good = fileBytes("small_net.hcnet");
  for (std::size_t size = 0; size < good.size(); size += size < 600 ? 1 : 997)
    EXPECT_THROW(TissueNet{good.substr(0, size)}, ConfigError) << size;
  EXPECT_THROW(TissueNet{good + "x"}, ConfigError);
}

TEST(TissueNet, DamagedListsAreRefused) {
  const auto refused = [](const std::string& layers) {
    try {
      const TissueNet net("hcnet 1\ntype float32\n" + layers + "end\n" + std::string(4 * 20, '\0'));
    } catch (const ConfigError&) {
      return true;
    }
    return false;
  };
  const std::string input = "input x 3\n";
  // What the bytes would fit is accepted: 3 * 5 weights and 5 biases.
  EXPECT_FALSE(refused(input + "o conv x kernel=1 out=5\ny softmax o\n"));
  EXPECT_FALSE(refused(input + "# a remark\n\no conv x kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(input));
  EXPECT_TRUE(refused("input x 0\n"));
  EXPECT_TRUE(refused("input x 99999999999999999999\no conv x kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1 out=5\n"));
  EXPECT_TRUE(refused(input + "o conv z kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "x conv x kernel=1 out=5\ny softmax x\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=2 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1 out=-5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1 out=5 dilation=0\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1 out=5 strange=1\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x,x kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o dance x\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "u upsample2 x\no conv u kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "p maxpool2 x\no conv p kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "p maxpool2 x\nc concat p,x\no conv c kernel=1 out=5\ny softmax o\n"));
  EXPECT_TRUE(refused(input + "o conv x kernel=1 out=5\ny softmax o\nz softmax y\n"));
  // Infinity among the parameters.
  EXPECT_THROW(TissueNet("hcnet 1\ntype float16\ninput x 1\no conv x kernel=1 out=1\ny softmax o\nend\n" +
                         std::string("\x00\x7c\x00\x00", 4)),
               ConfigError);
}

} // namespace
} // namespace hipcuff::segmentation
