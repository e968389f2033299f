// MPEG-2, H.264 and H.265 through libavformat and libavcodec, reading straight from the file's fragments.
#include "codecs.h"

#include <algorithm>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace hipcuff::dicom {
namespace {

/// The fragments as one stream.
class Joined {
public:
  Joined(std::shared_ptr<const ByteSource> source, std::vector<ByteRange> fragments)
      : source_(std::move(source))
      , fragments_(std::move(fragments)) {
    for (const auto& fragment : fragments_) {
      begins_.push_back(size_);
      size_ += fragment.length;
    }
  }

  int read(std::uint8_t* into, int count) {
    if (at_ >= size_)
      return AVERROR_EOF;
    const auto next = std::upper_bound(begins_.begin(), begins_.end(), at_);
    const auto index = static_cast<std::size_t>(next - begins_.begin()) - 1;
    const auto inside = at_ - begins_[index];
    const auto n = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), fragments_[index].length - inside);
    std::size_t got = 0;
    try { // no exception may cross libavformat
      got = source_->readSome(fragments_[index].at + inside, {into, static_cast<std::size_t>(n)});
    } catch (const std::exception&) {
      return AVERROR(EIO);
    }
    if (got == 0)
      return AVERROR_EOF;
    at_ += got;
    return static_cast<int>(got);
  }

  std::int64_t seek(std::int64_t offset, int whence) {
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE)
      return static_cast<std::int64_t>(size_);
    std::int64_t base = 0;
    if (whence == SEEK_CUR)
      base = static_cast<std::int64_t>(at_);
    else if (whence == SEEK_END)
      base = static_cast<std::int64_t>(size_);
    const auto to = base + offset;
    if (to < 0 || to > static_cast<std::int64_t>(size_))
      return AVERROR(EINVAL);
    at_ = static_cast<std::uint64_t>(to);
    return to;
  }

private:
  std::shared_ptr<const ByteSource> source_;
  std::vector<ByteRange> fragments_;
  std::vector<std::uint64_t> begins_;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;
};

int readJoined(void* user, std::uint8_t* into, int count) {
  return static_cast<Joined*>(user)->read(into, count);
}
std::int64_t seekJoined(void* user, std::int64_t offset, int whence) {
  return static_cast<Joined*>(user)->seek(offset, whence);
}

struct Freed {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
  void operator()(AVIOContext* p) const {
    av_freep(&p->buffer);
    avio_context_free(&p);
  }
};

/// An open stream at its beginning.
struct Session {
  std::unique_ptr<Joined> joined;
  std::unique_ptr<AVIOContext, Freed> io; // closed after the format that uses it
  std::unique_ptr<AVFormatContext, Freed> format;
  std::unique_ptr<AVCodecContext, Freed> codec;
  std::unique_ptr<AVPacket, Freed> packet{av_packet_alloc()};
  int stream = -1;
  bool drained = false;

  Session(const std::shared_ptr<const ByteSource>& source, const std::vector<ByteRange>& fragments, bool decode)
      : joined(std::make_unique<Joined>(source, fragments)) {
    constexpr int bufferSize = 1 << 16;
    auto* buffer = static_cast<unsigned char*>(av_malloc(bufferSize));
    io.reset(avio_alloc_context(buffer, bufferSize, 0, joined.get(), readJoined, nullptr, seekJoined));
    auto* raw = avformat_alloc_context();
    if (!io || !raw || !packet)
      throw DecodeFailure{"out of memory"};
    raw->pb = io.get();
    raw->flags |= AVFMT_FLAG_CUSTOM_IO;
    if (avformat_open_input(&raw, nullptr, nullptr, nullptr) < 0) // frees raw where it fails
      throw DecodeFailure{"the video stream is not one that libavformat knows"};
    format.reset(raw);
    if (avformat_find_stream_info(format.get(), nullptr) < 0)
      throw DecodeFailure{"the video stream is damaged"};
    const AVCodec* decoder = nullptr;
    stream = av_find_best_stream(format.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (stream < 0 || !decoder)
      throw DecodeFailure{"the pixel data hold no video that libavcodec can decode"};
    if (!decode)
      return;
    codec.reset(avcodec_alloc_context3(decoder));
    if (!codec || avcodec_parameters_to_context(codec.get(), parameters()) < 0)
      throw DecodeFailure{"out of memory"};
    codec->thread_count = 1; // the caller decides on threads, and each would hold frames
    if (avcodec_open2(codec.get(), decoder, nullptr) < 0)
      throw DecodeFailure{"the video decoder can't be started"};
  }

  [[nodiscard]] const AVCodecParameters* parameters() const {
    return format->streams[static_cast<unsigned>(stream)]->codecpar;
  }

  /// The next picture in display order. @return false at the end
  bool next(AVFrame& frame) {
    while (true) {
      const int got = avcodec_receive_frame(codec.get(), &frame);
      if (got == 0)
        return true;
      if (got == AVERROR_EOF || drained)
        return false;
      if (got != AVERROR(EAGAIN))
        throw DecodeFailure{"the video stream is damaged"};
      int read = 0;
      while ((read = av_read_frame(format.get(), packet.get())) >= 0 && packet->stream_index != stream)
        av_packet_unref(packet.get());
      if (read < 0) {
        avcodec_send_packet(codec.get(), nullptr);
        // One more round of receiving: the decoder gives what it held back.
        const int last = avcodec_receive_frame(codec.get(), &frame);
        if (last == 0)
          return true;
        drained = true;
        return false;
      }
      avcodec_send_packet(codec.get(), packet.get()); // a damaged packet costs its picture only
      av_packet_unref(packet.get());
    }
  }
};

} // namespace

struct VideoStream::Impl {
  std::shared_ptr<const ByteSource> source;
  std::vector<ByteRange> fragments;
  std::unique_ptr<Session> session;
  std::unique_ptr<AVFrame, Freed> picture{av_frame_alloc()};
  std::unique_ptr<SwsContext, Freed> scaler;
  int columns = 0;
  int rows = 0;
  int position = -1; ///< of `picture`

  RgbImage toRgb() {
    const auto& f = *picture;
    if (f.width != columns || f.height != rows)
      throw DecodeFailure{"the picture's size changes inside the video stream"};
    scaler.reset(sws_getCachedContext(scaler.release(), f.width, f.height, static_cast<AVPixelFormat>(f.format),
                                      f.width, f.height, AV_PIX_FMT_RGB24,
                                      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
    if (!scaler)
      throw DecodeFailure{"the video's pixel format can't be converted"};
    // Where the stream is silent: ITU-R BT.709 for high definition, BT.601 below; MPEG's range unless it says full.
    const bool hd = f.colorspace == AVCOL_SPC_BT709 || (f.colorspace == AVCOL_SPC_UNSPECIFIED && f.height >= 720);
    const int full = f.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
    const int* matrix = sws_getCoefficients(hd ? SWS_CS_ITU709 : SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler.get(), matrix, full, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    // swscale may write a little past a line's end: a padded buffer of its own, then a copy.
    std::uint8_t* planes[4]{};
    int strides[4]{};
    if (av_image_alloc(planes, strides, f.width, f.height, AV_PIX_FMT_RGB24, 64) < 0)
      throw DecodeFailure{"out of memory"};
    sws_scale(scaler.get(), f.data, f.linesize, 0, f.height, planes, strides);
    RgbImage out(columns, rows);
    for (int y = 0; y < rows; ++y)
      std::copy_n(planes[0] + static_cast<std::ptrdiff_t>(y) * strides[0], static_cast<std::size_t>(columns) * 3,
                  out.row(y));
    av_freep(&planes[0]);
    return out;
  }
};

VideoStream::VideoStream(std::shared_ptr<const ByteSource> source, std::vector<ByteRange> fragments)
    : impl_(std::make_unique<Impl>()) {
  av_log_set_level(AV_LOG_QUIET);
  impl_->source = std::move(source);
  impl_->fragments = std::move(fragments);
  const Session probe(impl_->source, impl_->fragments, false);
  impl_->columns = probe.parameters()->width;
  impl_->rows = probe.parameters()->height;
}

VideoStream::~VideoStream() = default;

int VideoStream::columns() const noexcept {
  return impl_->columns;
}

int VideoStream::rows() const noexcept {
  return impl_->rows;
}

RgbImage VideoStream::frame(int index) {
  auto& s = *impl_;
  if (!s.session || index < s.position) {
    s.session = std::make_unique<Session>(s.source, s.fragments, true);
    s.position = -1;
  }
  while (s.position < index) {
    if (!s.session->next(*s.picture)) {
      s.session.reset();
      s.position = -1;
      throw DecodeFailure{"the video ends before this frame"};
    }
    ++s.position;
  }
  return s.toRgb();
}

long VideoStream::countPictures() {
  Session session(impl_->source, impl_->fragments, false);
  long count = 0;
  while (av_read_frame(session.format.get(), session.packet.get()) >= 0) {
    if (session.packet->stream_index == session.stream)
      ++count;
    av_packet_unref(session.packet.get());
  }
  return count;
}

} // namespace hipcuff::dicom
