// Reading references: tables of readers and of the reference standard, HipCuff truth, masks, other results.
// The formats are described in docs/validation-data.md.
#pragma once

#include "hipcuff/validation/cases.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::validation {

struct SystemResults;

/// What a person says of foreign tables and masks (--map). Each is one of
///   COLUMN=NAME          the table's column of that header holds field NAME, e.g. "Befund=class"
///   COLUMN=NAME:SCALE    in another scale: "Sicherheit=confidence:percent", "conf=confidence:1-5", "g=class:0-3"
///   COLUMN=-             the column is to be passed over
///   class:WORD=CLASS     a word of the class columns, e.g. "class:Ruptur=full_thickness"
///   label:NUMBER=tendon  a grey value of the masks; tendon, discontinuity or background
///   segment:NAME=tendon  a segment of DICOM segmentations by its label, or a finding or site of DICOM reports
///   reader:NAME=CODE     another name for a reader, e.g. "reader:DOE JANE=R1"
struct TableMap {
  struct Column {
    std::string field; ///< one of fieldNames(); empty: to be passed over
    std::string scale; ///< empty: the field's own
  };
  std::map<std::string, Column> columns;        ///< by header as normalizedHeader() gives it
  std::map<std::string, GradeClass> classes;    ///< by word, lower case, blanks and dashes as "_"
  std::map<int, int> labels;                    ///< grey value -> 0, 1 tendon, 2 discontinuity; empty: none said
  std::map<std::string, int> segments{};        ///< segment's name (letters and digits, lower case) -> the same labels
  std::map<std::string, std::string> readers{}; ///< by name (letters and digits, lower case)
};
/// @param parts each one of the above, already split at commas. @throws UsageError with what would have been right
[[nodiscard]] TableMap parseTableMap(const std::vector<std::string>& parts);
/// The fields that a column can hold, in the order of docs/validation-data.md.
[[nodiscard]] const std::vector<std::string>& fieldNames();

struct ReferenceOptions {
  TableMap map;
  std::string encoding; ///< "utf-8", "utf-16le", "utf-16be", "windows-1252"; empty: found out
};

/// Numbers and masks that hold for one frame of a cine only.
struct FrameAnswer {
  int frame = 0;
  Answer answer; ///< without a class
  std::filesystem::path mask;
  std::optional<LabelCoding> coding{}; ///< of this mask, where it is another than the entry's
};

/// What one source says of one image, hip or patient: a row, a truth file, a mask, an image of other results. What is
/// not said is empty. A row without any answer may still say whose exam it is.
struct ReferenceEntry {
  std::string sopInstanceUid;
  std::string file;    ///< path or file name as written, with "/"
  std::string imageId; ///< "img-..."
  std::optional<int> pane;
  std::string exam; ///< study instance UID, or the folder of exams that are not DICOM
  std::optional<Side> side;
  std::string patient;
  std::optional<bool> verified; ///< whether the reference standard was applied; false: its class is presumed only
  Source source;
  Answer answer;
  std::vector<FrameAnswer> frames; ///< cines whose truth changes from frame to frame
  std::filesystem::path mask;      ///< label map
  LabelCoding coding;              ///< of the mask
  /// The masks are DICOM segmentations: which segments, and their size; `frame` is that of each FrameAnswer.
  std::optional<SegmentChoice> segments{};
  /// What `frames` say holds for these frames only, not for the one that the program looked at.
  bool exactFrames = false;
  std::string object{};     ///< file name of the DICOM object that says it
  std::uint32_t origin = 0; ///< index into Reference::files
  std::uint32_t line = 0;   ///< of the table, counted from 1; 0: not a table

  [[nodiscard]] bool namesImage() const noexcept {
    return !sopInstanceUid.empty() || !file.empty() || !imageId.empty();
  }
};

/// A file that was read, for the report.
struct InputFile {
  std::filesystem::path path;
  std::string kind;   ///< "table", "truth", "masks", "results", "DICOM objects"
  std::string sha256; ///< hex; empty for folders of masks and of truth
  std::size_t entries = 0;
};

struct Reference {
  std::vector<ReferenceEntry> entries; ///< in the order of the files as given, then by line
  std::vector<InputFile> files;
  std::vector<std::string> warnings; ///< sentences: conversions made, columns passed over
  std::vector<Leftover> leftovers{}; ///< DICOM objects that can't be used, and why

  /// "table.csv, line 7"; for entries that come from no table the file's name.
  [[nodiscard]] std::string whereIs(const ReferenceEntry& entry) const;
  /// Moves what the other one holds behind this one's.
  void append(Reference other);
};

/// Reads one reference, whatever it is: a table (CSV, TSV), a folder of tables, a truth file or a folder of them, a
/// folder of masks, DICOM segmentations (SEG) and measurement reports (SR, TID 1500) alone, in a folder or beside
/// tables or masks there, the results of another program (results.json, folders of analyze and batch).
/// @throws InputError in one line where it is none of these; with all problems of a table (up to 20 lines) at once
[[nodiscard]] Reference readReference(const std::filesystem::path& path, const ReferenceOptions& options = {});
/// Several, joined.
[[nodiscard]] Reference readReferences(const std::vector<std::filesystem::path>& paths,
                                       const ReferenceOptions& options = {});

/// One table whose bytes are in memory.
/// @param name for messages
[[nodiscard]] Reference readTable(std::string_view bytes, const std::filesystem::path& name,
                                  const ReferenceOptions& options = {});

/// Results as something that others are compared with; hips and images are entries. Probabilities are kept.
/// @param source empty: the reference standard; a name: a reader, e.g. another version in `validate compare`
[[nodiscard]] Reference referenceFrom(const SystemResults& results, const Source& source = {});

/// A header as the synonyms and the map know it: lower case, without accents' decompositions, brackets or units;
/// blanks, dots and dashes are "_". "Thickness mean (mm)" -> "thickness_mean_mm".
[[nodiscard]] std::string normalizedHeader(std::string_view header);
/// The class that a word stands for ("intact", "PTT", "full-thickness", "ungradable", ...); none where it is unknown.
[[nodiscard]] std::optional<GradeClass> classFromWord(std::string_view word);

} // namespace hipcuff::validation
