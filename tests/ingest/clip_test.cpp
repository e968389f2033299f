#include "hipcuff/core/error.h"
#include "hipcuff/ingest/open.h"
#include "ingest_test.h"

#include <gmock/gmock.h>

#include <random>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace hipcuff {
namespace {

using testing::HasSubstr;

/// A clip whose frame f is grey 10 + 2 * f. @param group distance of key frames; 1: all
void writeClip(const std::filesystem::path& path, AVCodecID id, int frames, int group, int bFrames) {
  AVFormatContext* out = nullptr;
  ASSERT_GE(avformat_alloc_output_context2(&out, nullptr, nullptr, path.c_str()), 0);
  const AVCodec* codec = avcodec_find_encoder(id);
  ASSERT_NE(codec, nullptr);
  AVCodecContext* encoder = avcodec_alloc_context3(codec);
  encoder->width = 64;
  encoder->height = 48;
  encoder->pix_fmt = id == AV_CODEC_ID_MJPEG ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, 20};
  encoder->framerate = {20, 1};
  encoder->gop_size = group;
  encoder->max_b_frames = bFrames;
  encoder->global_quality = FF_QP2LAMBDA * 2;
  encoder->flags |= AV_CODEC_FLAG_QSCALE;
  encoder->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
  if ((out->oformat->flags & AVFMT_GLOBALHEADER) != 0)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  ASSERT_GE(avcodec_open2(encoder, codec, nullptr), 0);
  AVStream* stream = avformat_new_stream(out, nullptr);
  stream->time_base = encoder->time_base;
  avcodec_parameters_from_context(stream->codecpar, encoder);
  ASSERT_GE(avio_open(&out->pb, path.c_str(), AVIO_FLAG_WRITE), 0);
  ASSERT_GE(avformat_write_header(out, nullptr), 0);
  AVFrame* frame = av_frame_alloc();
  frame->format = encoder->pix_fmt;
  frame->width = encoder->width;
  frame->height = encoder->height;
  av_frame_get_buffer(frame, 0);
  AVPacket* packet = av_packet_alloc();
  for (int f = 0; f <= frames; ++f) {
    if (f < frames) {
      av_frame_make_writable(frame);
      for (int p = 0; p < 3; ++p)
        for (int i = 0; i < frame->linesize[p] * (p == 0 ? 48 : 24); ++i)
          frame->data[p][i] = static_cast<std::uint8_t>(p == 0 ? 10 + 2 * f : 128);
      frame->pts = f;
      frame->quality = encoder->global_quality;
    }
    avcodec_send_frame(encoder, f < frames ? frame : nullptr);
    while (avcodec_receive_packet(encoder, packet) == 0) {
      av_packet_rescale_ts(packet, encoder->time_base, stream->time_base);
      packet->duration = av_rescale_q(1, encoder->time_base, stream->time_base);
      av_interleaved_write_frame(out, packet);
    }
  }
  av_write_trailer(out);
  av_packet_free(&packet);
  av_frame_free(&frame);
  avio_closep(&out->pb);
  avcodec_free_context(&encoder);
  avformat_free_context(out);
}

struct Kind {
  const char* name;
  AVCodecID codec;
  int group;
  int bFrames;
  bool fullRange;
  const char* format;
};

class Clips : public IngestTest {};
class ClipKinds : public Clips, public testing::WithParamInterface<Kind> {};

TEST_P(ClipKinds, GiveAnyFrameInAnyOrder) {
  const Kind kind = GetParam();
  const auto path = folder_ / kind.name;
  constexpr int frames = 50;
  ASSERT_NO_FATAL_FAILURE(writeClip(path, kind.codec, frames, kind.group, kind.bFrames));
  const Cine cine = openCine(path);
  EXPECT_EQ(cine.format, kind.format);
  ASSERT_EQ(cine.frames, frames);
  EXPECT_EQ(cine.columns, 64);
  EXPECT_EQ(cine.rows, 48);
  std::vector<int> order;
  for (int f = 0; f < frames; ++f)
    order.push_back(f);
  std::mt19937 random(1);
  std::vector<int> shuffled = order;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  order.insert(order.end(), shuffled.begin(), shuffled.end());
  for (const int f : order) {
    const double stored = 10 + 2 * f;
    const double shown = kind.fullRange ? stored : std::max(0.0, (stored - 16) * 255 / 219);
    EXPECT_NEAR(cine.source->frame(f).at(30, 20, 1), shown, 1.5) << "frame " << f;
  }
  if (cine.frameTimes) {
    ASSERT_EQ(cine.frameTimes->size(), static_cast<std::size_t>(frames));
    for (int f = 0; f < frames; ++f)
      EXPECT_NEAR((*cine.frameTimes)[static_cast<std::size_t>(f)], 0.05 * f, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ClipKinds,
                         testing::Values(Kind{"mjpeg.avi", AV_CODEC_ID_MJPEG, 1, 0, true, "AVI"},
                                         Kind{"mpeg4.avi", AV_CODEC_ID_MPEG4, 12, 0, false, "AVI"},
                                         Kind{"mpeg4.mp4", AV_CODEC_ID_MPEG4, 12, 0, false, "MP4"},
                                         Kind{"mpeg4b.mp4", AV_CODEC_ID_MPEG4, 12, 2, false, "MP4"},
                                         Kind{"mpeg4b.mov", AV_CODEC_ID_MPEG4, 12, 2, false, "MP4"},
                                         Kind{"mpeg4b.mkv", AV_CODEC_ID_MPEG4, 12, 2, false, "Matroska"}),
                         [](const auto& kind) {
                           std::string name = kind.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST_F(Clips, CutShortClipHasFewerFramesAndSaysSo) {
  const auto path = folder_ / "a.avi";
  ASSERT_NO_FATAL_FAILURE(writeClip(path, AV_CODEC_ID_MJPEG, 50, 1, 0));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const Cine cine = openCine(path);
  EXPECT_GT(cine.frames, 5);
  EXPECT_LT(cine.frames, 40);
  EXPECT_THAT(cine.problems, testing::Contains(HasSubstr("cut short")));
  EXPECT_NEAR(cine.source->frame(3).at(30, 20), 16, 1.5);
}

TEST_F(Clips, ClipWithoutItsIndexFails) {
  const auto path = folder_ / "a.mp4";
  ASSERT_NO_FATAL_FAILURE(writeClip(path, AV_CODEC_ID_MPEG4, 20, 12, 0));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2); // the index is at the end
  EXPECT_THROW((void)openCine(path), InputError);
}

TEST_F(Clips, ClonesAreIndependent) {
  const auto path = folder_ / "a.mp4";
  ASSERT_NO_FATAL_FAILURE(writeClip(path, AV_CODEC_ID_MPEG4, 30, 12, 2));
  const Cine cine = openCine(path);
  const auto other = cine.source->clone();
  const RgbImage seventh = cine.source->frame(7);
  EXPECT_EQ(other->frame(20), cine.source->frame(20));
  EXPECT_EQ(other->frame(7), seventh);
}

TEST_F(Clips, FramesBuiltOnDamageAreRefused) {
  const auto whole = sharedPictures() / "musculoskeletal" / "clarius-ocular-short.mp4";
  if (!std::filesystem::exists(whole))
    GTEST_SKIP() << "no shared pictures";
  std::string bytes = read(whole);
  for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 40000; at += 500)
    bytes[at] = static_cast<char>(bytes[at] ^ 0x5A);
  const Cine good = openCine(whole);
  const Cine hurt = openCine(write("hurt.mp4", bytes));
  ASSERT_EQ(hurt.frames, good.frames);
  EXPECT_EQ(hurt.source->frame(0), good.source->frame(0)) << "before the damage";
  int refused = 0; // a flipped bit that still makes sense to the decoder can't be seen; most make none
  for (int f = 0; f < hurt.frames; ++f) {
    try {
      (void)hurt.source->frame(f);
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 5);
}

TEST(RealClips, HaveTheirExactFramesAndTimes) {
  const auto folder = sharedPictures() / "musculoskeletal";
  if (!std::filesystem::exists(folder))
    GTEST_SKIP() << "no shared pictures";
  const Cine eye = openCine(folder / "clarius-ocular-short.mp4");
  EXPECT_EQ(eye.frames, 50);
  EXPECT_EQ(eye.columns, 1280);
  EXPECT_EQ(eye.transferSyntax, "h264");
  ASSERT_TRUE(eye.frameTimes);
  EXPECT_NEAR(eye.frameTimes->at(25), 1.0, 1e-6);
  const RgbImage last = eye.source->frame(49);
  const RgbImage first = eye.source->frame(0);
  EXPECT_EQ(eye.source->frame(49), last);
  EXPECT_NE(first, last);
  const Cine uneven = openCine(folder / "butterfly-ocular-phantom.mp4"); // frames come as the device had them
  EXPECT_EQ(uneven.frames, 369);
  ASSERT_TRUE(uneven.frameTimes);
  EXPECT_TRUE(std::is_sorted(uneven.frameTimes->begin(), uneven.frameTimes->end()));
  EXPECT_NO_THROW((void)uneven.source->frame(368));
  EXPECT_NO_THROW((void)uneven.source->frame(200));
}

} // namespace
} // namespace hipcuff
