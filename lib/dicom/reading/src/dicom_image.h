// An opened image: header, where the frames are, and how to decode them. Immutable; PixelReader holds what changes.
#pragma once

#include "codecs.h"
#include "codestream.h"
#include "frame_index.h"
#include "header.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/guard/syntax.h"

#include "hipcuff/dicom/reading.h"

#include <memory>
#include <optional>

namespace hipcuff {

class DicomImage {
public:
  /// @throws NotForUs, InputError (see openDicom)
  [[nodiscard]] static std::shared_ptr<const DicomImage> open(const std::filesystem::path& file,
                                                              const ReadOptions& options);

  std::filesystem::path path;
  ReadOptions options;
  dicom::Structure structure; ///< its source is kept only where it is a temporary file
  std::uint64_t fileSize = 0;
  dicom::Header header;
  std::string classUid;
  dicom::Codec codec = dicom::Codec::native;
  bool encapsulated = false;
  int frames = 0;
  // native
  std::uint64_t frameBytes = 0;
  bool subsampled422 = false;     ///< two pixels in four bytes
  bool lengthContradicts = false; ///< header says 4:2:2, the length says full chroma
  bool swapWords = false;
  // encapsulated
  dicom::FrameIndex index;
  dicom::Codestream first; ///< of the first frame; kind unknown where there is none
  std::vector<std::string> problems;

private:
  void checkClass();
  void checkImage();
  void chooseCodec();
  void countFrames();
  void countNative(std::uint64_t available, std::optional<std::uint64_t> declared);
  void countEncapsulated(std::optional<std::uint64_t> declared);
  void checkFirstCodestream();
  [[nodiscard]] InputError refused(const std::string& problem, const std::string& remedy = {}) const;
};

namespace dicom {

class PixelReader {
public:
  explicit PixelReader(std::shared_ptr<const DicomImage> image);
  ~PixelReader();

  [[nodiscard]] const std::shared_ptr<const DicomImage>& image() const noexcept { return image_; }
  /// @throws InputError
  [[nodiscard]] StoredFrame stored(int frame);
  [[nodiscard]] RgbImage display(int frame);

private:
  enum class Chroma { rgb, ybr };
  [[nodiscard]] const ByteSource& source();
  [[nodiscard]] std::shared_ptr<const ByteSource> sharedSource();
  [[nodiscard]] std::vector<std::uint8_t> compressed(int frame);
  [[nodiscard]] StoredFrame storedUnsafe(int frame);
  [[nodiscard]] StoredFrame native(int frame);
  [[nodiscard]] StoredFrame decoded(int frame, std::span<const std::uint8_t> bytes, const Codestream& stream);
  [[nodiscard]] RgbImage displayUnsafe(int frame);
  [[nodiscard]] Codestream checkedStream(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] Chroma chroma(const Codestream& stream, const StoredFrame* current, int frame);
  [[nodiscard]] InputError failed(int frame, const std::string& problem) const;

  std::shared_ptr<const DicomImage> image_;
  std::shared_ptr<const ByteSource> source_;
  std::unique_ptr<VideoStream> video_;
  std::optional<Chroma> guessed_; ///< for codestreams that are silent: decided once, on the first frame
  bool guessing_ = false;
};

} // namespace dicom
} // namespace hipcuff
