// Compressed frames in DCMTK's hands: which fragments are which frame's, and putting one back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

class DcmPixelSequence;

namespace hipcuff::dicom {

class Frames {
public:
  /// No value: it can't be told where frames begin, or there are more pictures or fewer than `frames`.
  [[nodiscard]] static std::optional<Frames> of(DcmPixelSequence& sequence, int frames);

  /// A frame's fragments joined.
  [[nodiscard]] std::vector<std::uint8_t> bytes(int frame) const;
  /// One fragment in their place. Other frames stay untouched.
  void replace(int frame, std::vector<std::uint8_t> bytes);
  /// Frees a frame's memory where it is as in the file.
  void forget(int frame);
  /// After the last replace(): the offset table anew, where there was one; otherwise an empty one.
  void writeOffsets();

private:
  Frames(DcmPixelSequence& sequence, std::vector<std::size_t> first, bool offsets)
      : sequence_(&sequence)
      , first_(std::move(first))
      , offsets_(offsets) {}

  DcmPixelSequence* sequence_;
  std::vector<std::size_t> first_; ///< of each frame, its first item; one entry more than frames
  bool offsets_;
};

} // namespace hipcuff::dicom
