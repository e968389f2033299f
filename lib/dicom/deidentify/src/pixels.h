// What happens to the pixel data: boxes are blacked out, texts inside compressed frames wiped, spare bytes cut off.
#pragma once

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/deidentify/deidentify.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcxfer.h"

#include <cstdint>
#include <string>
#include <vector>

class DcmDataset;

namespace hipcuff::dicom {

class Frames;

/// The picture as the data set declares it.
struct PixelShape {
  int columns = 0, rows = 0, samples = 1, frames = 1;
  int bitsAllocated = 8, bitsStored = 8, highBit = 7;
  bool isSigned = false, planar = false;
  std::string photometric;
  /// Of one native frame; YBR_FULL_422 holds two samples a pixel.
  [[nodiscard]] std::uint64_t frameBits() const noexcept;
};

class PixelWork {
public:
  PixelWork(const DeidentifyRequest& request, DcmDataset& data, DeidentifyResult& result);
  /// Before the data set is cleaned. @return the transfer syntax to write. @throws InputError
  [[nodiscard]] E_TransferSyntax run();

private:
  E_TransferSyntax native();
  E_TransferSyntax encapsulated();
  void maskBlocks(Frames& frames);
  void recode(Frames& frames);
  E_TransferSyntax decompress();
  /// Texts, further pictures and unused bits in compressed frames. @throws Refused where it can't be told
  void cleanFrames(Frames& frames);
  void cutSpareBytes();
  void clearUnused();
  /// Frames that a box touches, ascending.
  [[nodiscard]] std::vector<int> touched() const;
  void done(MaskMethod method, int frames, std::string said);
  [[nodiscard]] Refused refused(const std::string& why, RefusalKind kind = RefusalKind::pixels) const;
  [[nodiscard]] Refused notClean(const std::string& why) const;

  const DeidentifyRequest& request_;
  DcmDataset& data_;
  DeidentifyResult& result_;
  PixelShape shape_;
};

/// Decodes the touched frames of both files: any pixel outside of what may differ that does differ?
/// @throws InputError where one is found
void provePixelsOutside(const DeidentifyRequest& request, const std::filesystem::path& written,
                        const MaskResult& pixels);

} // namespace hipcuff::dicom
