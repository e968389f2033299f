#include "clip.h"

#include "av.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::ingest {
namespace {

constexpr int mostSide = 16384;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& problem, int code = 0) {
  std::string why;
  if (code < 0) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    why = std::string(": ") + text.data();
  }
  throw InputError(path, problem + why, "export the clip again, for example as MP4 (H.264) or AVI (MJPEG)");
}

AvPtr<AVFormatContext> openContainer(const std::filesystem::path& path) {
  // libav talks to stderr from deep inside; errors reach people through ours, one line each.
  static std::once_flag quiet;
  std::call_once(quiet, [] { av_log_set_level(AV_LOG_QUIET); });
  AVDictionary* options = nullptr;
  // A clip must not make the library open other files or the network, whatever is written in it.
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  av_dict_set(&options, "format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpeg,mpegvideo,mpegts,asf", 0);
  AVFormatContext* raw = nullptr;
  const int code = avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, &options);
  av_dict_free(&options);
  if (code < 0)
    fail(path, "looks like a video clip but cannot be opened", code);
  AvPtr<AVFormatContext> container(raw);
  if (const int found = avformat_find_stream_info(container.get(), nullptr); found < 0)
    fail(path, "looks like a video clip but its streams cannot be read", found);
  return container;
}

int pickStream(AVFormatContext& container, const std::filesystem::path& path) {
  const int stream = av_find_best_stream(&container, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0)
    fail(path, "holds no video");
  for (unsigned i = 0; i < container.nb_streams; ++i)
    container.streams[i]->discard = static_cast<int>(i) == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  return stream;
}

/// One frame as the container lists it, in the order of display.
struct Entry {
  std::int64_t time = 0;   ///< presentation time stamp, stream units
  std::int64_t seekTo = 0; ///< where to seek for it: the time stamp of the key frame it depends on
};

struct Index {
  std::filesystem::path path;
  int stream = 0;
  std::vector<Entry> entries;
  bool timed = true; ///< false: frames can only be counted from the clip's beginning
};

class Decoder {
public:
  explicit Decoder(std::shared_ptr<const Index> index)
      : index_(std::move(index))
      , container_(openContainer(index_->path))
      , packet_(av_packet_alloc())
      , frame_(av_frame_alloc()) {
    const int stream = pickStream(*container_, index_->path);
    if (stream != index_->stream || !packet_ || !frame_)
      fail(index_->path, "changed while it was read");
    const AVCodecParameters* parameters = container_->streams[stream]->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
    if (codec == nullptr)
      fail(index_->path, std::string("its codec '") + avcodec_get_name(parameters->codec_id) + "' cannot be decoded");
    codec_.reset(avcodec_alloc_context3(codec));
    if (!codec_ || avcodec_parameters_to_context(codec_.get(), parameters) < 0)
      fail(index_->path, "its codec cannot be set up");
    codec_->pkt_timebase = container_->streams[stream]->time_base;
    codec_->thread_count = 1; // files are worked on in parallel, and the same thread always gives the same pixels
    if (const int code = avcodec_open2(codec_.get(), codec, nullptr); code < 0)
      fail(index_->path, "its codec cannot be opened", code);
  }

  RgbImage frame(int wanted) {
    const Entry& entry = index_->entries[static_cast<std::size_t>(wanted)];
    const bool ahead = wanted >= next_;
    const bool sameGroup =
        next_ > 0 && ahead &&
        (!index_->timed || entry.seekTo == index_->entries[static_cast<std::size_t>(next_ - 1)].seekTo);
    if (!sameGroup && !(wanted == next_))
      rewindTo(entry);
    for (;;) {
      if (!decodeOne())
        fail(index_->path, "frame " + std::to_string(wanted) + " cannot be decoded");
      if (!index_->timed) {
        if (counted_++ < wanted)
          continue;
      } else {
        const std::int64_t time = frame_->best_effort_timestamp;
        if (time < entry.time)
          continue;
        if (time > entry.time)
          giveUp(wanted);
      }
      next_ = wanted + 1;
      // The library hides damage with what it remembers of other frames; nothing may be measured on that.
      if (tainted_)
        fail(index_->path, "frame " + std::to_string(wanted) + " is damaged");
      return picture();
    }
  }

private:
  [[noreturn]] void giveUp(int wanted) {
    next_ = -1; // the decoder stands somewhere behind: the next request seeks
    fail(index_->path, "frame " + std::to_string(wanted) + " cannot be decoded");
  }

  void rewindTo(const Entry& entry) {
    const std::int64_t target = index_->timed ? entry.seekTo : INT64_MIN;
    int code = -1;
    if (index_->timed)
      code = av_seek_frame(container_.get(), index_->stream, target, AVSEEK_FLAG_BACKWARD);
    if (code < 0)
      code = avformat_seek_file(container_.get(), -1, INT64_MIN, INT64_MIN, INT64_MAX, 0);
    if (code < 0)
      code = av_seek_frame(container_.get(), -1, 0, AVSEEK_FLAG_BYTE);
    if (code < 0)
      fail(index_->path, "cannot be rewound", code);
    avcodec_flush_buffers(codec_.get());
    counted_ = 0;
    drained_ = false;
    tainted_ = false;
    next_ = -1;
  }

  /// The next frame in display order into frame_; false at the end.
  bool decodeOne() {
    for (;;) {
      const int got = avcodec_receive_frame(codec_.get(), frame_.get());
      if (got == 0) {
        const bool hurt = (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0;
        tainted_ = hurt || (tainted_ && frame_->key_frame == 0); // until the next whole picture
        return true;
      }
      if (got != AVERROR(EAGAIN) || drained_) {
        next_ = -1;
        return false;
      }
      const int read = av_read_frame(container_.get(), packet_.get());
      if (read < 0) {
        drained_ = true;
        avcodec_send_packet(codec_.get(), nullptr);
        continue;
      }
      if (packet_->stream_index == index_->stream)
        avcodec_send_packet(codec_.get(), packet_.get()); // a broken packet shows as its frame missing
      av_packet_unref(packet_.get());
    }
  }

  RgbImage picture() {
    if (frame_->width < 1 || frame_->height < 1 || frame_->width > mostSide || frame_->height > mostSide)
      fail(index_->path, "holds a frame of impossible size");
    // Sizes other than the first frame's are brought to it, so that geometry holds for the whole cine.
    const int columns = container_->streams[index_->stream]->codecpar->width;
    const int rows = container_->streams[index_->stream]->codecpar->height;
    auto format = static_cast<AVPixelFormat>(frame_->format);
    bool full = frame_->color_range == AVCOL_RANGE_JPEG;
    // The deprecated "J" formats only mean full range.
    switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      format = AV_PIX_FMT_YUV420P;
      full = true;
      break;
    case AV_PIX_FMT_YUVJ422P:
      format = AV_PIX_FMT_YUV422P;
      full = true;
      break;
    case AV_PIX_FMT_YUVJ444P:
      format = AV_PIX_FMT_YUV444P;
      full = true;
      break;
    default:
      break;
    }
    const AVPixFmtDescriptor* about = av_pix_fmt_desc_get(format);
    full = full || (about != nullptr && ((about->flags & AV_PIX_FMT_FLAG_RGB) != 0 || format == AV_PIX_FMT_GRAY8));
    scaler_.reset(sws_getCachedContext(scaler_.release(), frame_->width, frame_->height, format, columns, rows,
                                       AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr,
                                       nullptr, nullptr));
    if (!scaler_)
      fail(index_->path, "its pixel format cannot be converted");
    const bool hd = frame_->colorspace == AVCOL_SPC_BT709;
    const int* matrix = sws_getCoefficients(hd ? SWS_CS_ITU709 : SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler_.get(), matrix, full ? 1 : 0, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16,
                             1 << 16);
    // libswscale writes whole vectors: rows are padded, then copied without the padding.
    const int stride = (columns * 3 + 63) / 64 * 64;
    padded_.resize(static_cast<std::size_t>(stride) * static_cast<std::size_t>(rows) + 64);
    std::uint8_t* to[4] = {padded_.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {stride, 0, 0, 0};
    if (sws_scale(scaler_.get(), frame_->data, frame_->linesize, 0, frame_->height, to, strides) != rows)
      fail(index_->path, "its pixel format cannot be converted");
    RgbImage out(columns, rows);
    for (int y = 0; y < rows; ++y)
      std::copy_n(padded_.data() + static_cast<std::ptrdiff_t>(y) * stride, static_cast<std::size_t>(columns) * 3,
                  out.row(y));
    return out;
  }

  std::shared_ptr<const Index> index_;
  AvPtr<AVFormatContext> container_;
  AvPtr<AVCodecContext> codec_;
  AvPtr<AVPacket> packet_;
  AvPtr<AVFrame> frame_;
  AvPtr<SwsContext> scaler_;
  std::vector<std::uint8_t> padded_;
  int next_ = 0;    ///< frame that decodeOne() gives next where nothing was skipped; -1: seek first
  int counted_ = 0; ///< frames decoded since the beginning
  bool drained_ = false;
  bool tainted_ = false; ///< the frame decoded last is damaged or built on a damaged one
};

class ClipSource final : public FrameSource {
public:
  explicit ClipSource(std::shared_ptr<const Index> index)
      : index_(std::move(index)) {}
  RgbImage frame(int wanted) override {
    if (wanted < 0 || wanted >= static_cast<int>(index_->entries.size()))
      throw std::out_of_range("frame " + std::to_string(wanted) + " of " + std::to_string(index_->entries.size()));
    if (!decoder_)
      decoder_ = std::make_unique<Decoder>(index_);
    return decoder_->frame(wanted);
  }
  std::unique_ptr<FrameSource> clone() const override { return std::make_unique<ClipSource>(index_); }

private:
  std::shared_ptr<const Index> index_;
  std::unique_ptr<Decoder> decoder_;
};

struct Demuxed {
  std::int64_t time = AV_NOPTS_VALUE;
  std::int64_t decodeTime = AV_NOPTS_VALUE;
  bool key = false;
};

/// Every displayed packet of the stream, in file order.
std::vector<Demuxed> demux(AVFormatContext& container, int stream, bool& damaged) {
  std::vector<Demuxed> packets;
  const AvPtr<AVPacket> packet(av_packet_alloc());
  while (packet && av_read_frame(&container, packet.get()) >= 0) {
    if (packet->stream_index == stream && packet->size > 0) {
      if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0)
        damaged = true;
      else if ((packet->flags & AV_PKT_FLAG_DISCARD) == 0)
        packets.push_back({packet->pts, packet->dts, (packet->flags & AV_PKT_FLAG_KEY) != 0});
    }
    av_packet_unref(packet.get());
  }
  return packets;
}

Index makeIndex(const std::filesystem::path& path, int stream, std::vector<Demuxed> packets, bool reorders) {
  Index index;
  index.path = path;
  index.stream = stream;
  const bool allKeys = std::all_of(packets.begin(), packets.end(), [](const Demuxed& p) { return p.key; });
  for (Demuxed& p : packets)
    if (p.time == AV_NOPTS_VALUE && (allKeys || !reorders))
      p.time = p.decodeTime;
  index.timed = std::none_of(packets.begin(), packets.end(), [](const Demuxed& p) { return p.time == AV_NOPTS_VALUE; });
  std::int64_t key = packets.empty() ? 0 : packets.front().time;
  for (const Demuxed& p : packets) {
    if (p.key)
      key = p.decodeTime != AV_NOPTS_VALUE ? std::min(p.time, p.decodeTime) : p.time;
    index.entries.push_back({p.time, key});
  }
  if (index.timed) {
    std::stable_sort(index.entries.begin(), index.entries.end(),
                     [](const Entry& a, const Entry& b) { return a.time < b.time; });
    const bool twice =
        std::adjacent_find(index.entries.begin(), index.entries.end(),
                           [](const Entry& a, const Entry& b) { return a.time == b.time; }) != index.entries.end();
    index.timed = !twice;
  }
  return index;
}

std::string formatName(const AVFormatContext& container) {
  const std::string name = container.iformat->name;
  if (name.find("mp4") != std::string::npos)
    return "MP4";
  if (name == "avi")
    return "AVI";
  if (name.find("matroska") != std::string::npos)
    return "Matroska";
  if (name.find("mpeg") != std::string::npos)
    return "MPEG";
  return name == "asf" ? "WMV" : name;
}

void noteShape(const AVStream& stream, Cine& cine) {
  if (stream.sample_aspect_ratio.num > 0 && stream.sample_aspect_ratio.den > 0 &&
      stream.sample_aspect_ratio.num != stream.sample_aspect_ratio.den)
    cine.problems.push_back("the container says that pixels are not square (" +
                            std::to_string(stream.sample_aspect_ratio.num) + ":" +
                            std::to_string(stream.sample_aspect_ratio.den) + "); frames are given as stored");
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (matrix == nullptr)
    return;
  const double turn = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (std::isfinite(turn) && std::abs(turn) > 0.5)
    cine.problems.push_back("the container asks to turn the picture by " + std::to_string(std::lround(-turn)) +
                            " degrees; frames are given as stored");
}

} // namespace

Cine openClip(const std::filesystem::path& path) {
  const AvPtr<AVFormatContext> container = openContainer(path);
  const int stream = pickStream(*container, path);
  const AVStream& about = *container->streams[stream];
  const AVCodecParameters& parameters = *about.codecpar;
  Cine cine;
  cine.path = path;
  cine.format = formatName(*container);
  cine.transferSyntax = avcodec_get_name(parameters.codec_id);
  if (avcodec_find_decoder(parameters.codec_id) == nullptr)
    fail(path, "its codec '" + cine.transferSyntax + "' cannot be decoded");
  if (parameters.width < 1 || parameters.height < 1)
    fail(path, "holds a video without a size");
  if (parameters.width > mostSide || parameters.height > mostSide)
    fail(path, "declares " + std::to_string(parameters.width) + " x " + std::to_string(parameters.height) +
                   " pixels, over the limit");
  cine.columns = parameters.width;
  cine.rows = parameters.height;
  bool damaged = false;
  const std::int64_t declared = about.nb_frames;
  auto index =
      std::make_shared<Index>(makeIndex(path, stream, demux(*container, stream, damaged), parameters.video_delay > 0));
  if (index->entries.empty())
    fail(path, "ends before its first frame is complete");
  if (index->entries.size() > 10'000'000)
    fail(path, "holds more than ten million frames");
  cine.frames = static_cast<int>(index->entries.size());
  if (cine.frames < declared || damaged)
    cine.problems.push_back("the clip is cut short or damaged: " + std::to_string(cine.frames) +
                            " frames are complete" +
                            (declared > cine.frames ? " of " + std::to_string(declared) + " declared" : ""));
  if (index->timed) {
    std::vector<double> times;
    times.reserve(index->entries.size());
    for (const Entry& entry : index->entries)
      times.push_back(static_cast<double>(entry.time - index->entries.front().time) * av_q2d(about.time_base));
    cine.frameTimes = std::move(times);
    cine.frameTimesOrigin = "container";
  }
  noteShape(about, cine);
  cine.source = std::make_shared<ClipSource>(std::move(index));
  return cine;
}

} // namespace hipcuff::ingest
