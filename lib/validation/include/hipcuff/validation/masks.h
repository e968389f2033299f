// How alike two label maps are: overlap, and distances between borders in millimetres.
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/validation/cases.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::validation {

/// What of a label map is compared. The tendon as a whole is labels 1 and 2 together, as a person outlines it.
enum class Structure { tendon, intactTendon, discontinuity };
[[nodiscard]] const char* toString(Structure) noexcept; ///< "tendon", "intact_tendon", "discontinuity"

/// Distances between the borders of two shapes. A border is the shape's pixels that have one of their four neighbours
/// outside of it (the picture's edge is no border); distances run between pixel centres, along and across in their own
/// millimetres. Every border pixel counts the same.
struct SurfaceDistance {
  /// Average symmetric surface distance: over the border pixels of both shapes together.
  double meanMm = 0;
  /// 95 % Hausdorff distance: the larger one of the two directed 95th percentiles (Huttenlocher et al., IEEE TPAMI
  /// 1993;15:850, partial directed distances; as in Maier-Hein et al., Nat Methods 2024;21:195). Some programs pool
  /// both directions first, which is never larger. Percentiles are interpolated linearly.
  double hausdorff95Mm = 0;
  double hausdorffMm = 0; ///< the largest
};

enum class Presence { both, systemOnly, referenceOnly, neither };

struct StructureOverlap {
  Structure structure = Structure::tendon;
  Presence presence = Presence::neither;
  std::optional<double> dice;              ///< none where neither has it: agreement that it is absent, not a 1
  std::optional<SurfaceDistance> distance; ///< none unless both have it, have borders and there are millimetres
  std::string why;                         ///< why dice or distance is not there; empty where both are
  double systemAreaPx = 0;
  double referenceAreaPx = 0;
};

/// The chosen segments of a DICOM segmentation as a label map: 0, 1 tendon, 2 discontinuity.
/// @throws InputError where it can't be read, or has no mask of that frame any more
[[nodiscard]] GreyImage readSegments(const std::filesystem::path& file, const SegmentChoice& choice);

/// One entry for each structure that the reference's mask can show (LabelCoding).
/// @throws InputError in one line: a file can't be read, sizes differ, grey values that nobody explained
[[nodiscard]] std::vector<StructureOverlap> compareMasks(const MaskPair& pair);

/// The same of label maps in memory (0, 1, 2). @throws std::invalid_argument where sizes differ
[[nodiscard]] std::vector<StructureOverlap> compareLabels(const GreyImage& system, const GreyImage& reference,
                                                          const std::optional<Spacing>& mmPerPx,
                                                          const LabelCoding& coding = {});

/// Grey values as they are stored: PNG (grey, palette, RGB that is grey), NIfTI, NRRD, MetaImage with one slice. Pixels
/// in the order in which the file holds them; orientations and spacings of the header are not used.
/// @throws InputError in one line
[[nodiscard]] GreyImage readMask(const std::filesystem::path& file);
struct MaskSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const MaskSize&, const MaskSize&) = default;
};
/// From the header alone. @throws InputError in one line
[[nodiscard]] MaskSize sizeOfMask(const std::filesystem::path& file);
/// By the ending: .png, .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd.
[[nodiscard]] bool isMaskFile(const std::filesystem::path& file);

/// 0, 1 and 2 from grey values. @throws InputError where a value is none of those that the coding explains
[[nodiscard]] GreyImage toLabels(GreyImage mask, const LabelCoding& coding, const std::filesystem::path& file);
/// What the values of these masks stand for: as `said`; else label maps where one of them holds a 2, and outlines of
/// the whole tendon (0 and one other value) where none does. @throws InputError where there are other values
[[nodiscard]] LabelCoding codingOf(const std::vector<std::filesystem::path>& masks, const std::map<int, int>& said);

} // namespace hipcuff::validation
