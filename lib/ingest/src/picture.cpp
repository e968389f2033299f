#include "picture.h"

#include "meta_header.h"
#include "nrrd_header.h"
#include "samples.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <mutex>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <png.h>
#include <tiffio.h>

#include <itkBMPImageIO.h>
#include <itkJPEGImageIO.h>
#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>

namespace hipcuff::ingest {
namespace {

constexpr int mostSide = 16384;
constexpr std::uint64_t mostFrameBytes = 512ULL << 20;
constexpr std::uint64_t mostVolumeBytes = 1ULL << 30; // of a volume that has to be decoded in one piece
constexpr std::uint64_t mostSpooledBytes = 64ULL << 30;

struct Layout {
  std::filesystem::path path;
  Content content = Content::unknown;
  int columns = 0;
  int rows = 0;
  int frames = 1;
  int components = 1;
  SampleType type = SampleType::u8;
  std::optional<Spacing> spacing;
  std::optional<MetaData> meta;
  [[nodiscard]] std::uint64_t samplesPerFrame() const noexcept {
    return static_cast<std::uint64_t>(columns) * static_cast<std::uint64_t>(rows) *
           static_cast<std::uint64_t>(components);
  }
  [[nodiscard]] std::uint64_t frameBytes() const noexcept { return samplesPerFrame() * bytesOf(type); }
};

itk::ImageIOBase::Pointer makeIo(Content content) {
  switch (content) {
  case Content::png:
    return itk::PNGImageIO::New().GetPointer();
  case Content::jpeg:
    return itk::JPEGImageIO::New().GetPointer();
  case Content::bmp:
    return itk::BMPImageIO::New().GetPointer();
  case Content::tiff:
    return itk::TIFFImageIO::New().GetPointer();
  case Content::nrrd:
    return itk::NrrdImageIO::New().GetPointer();
  default:
    return itk::MetaImageIO::New().GetPointer();
  }
}

[[noreturn]] void undecodable(const std::filesystem::path& path, Content content, const std::string& why) {
  // Libraries begin with who speaks, down to its address in memory: nothing for a person, and never twice the same.
  static const std::regex speaker(R"(^(ITK ERROR|itk::ERROR): \w+\(0x[0-9a-f]+\): )");
  std::string reason = std::regex_replace(why, speaker, "").substr(0, 160);
  std::replace_if(
      reason.begin(), reason.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  reason.erase(reason.find_last_not_of(' ') + 1);
  throw InputError(path, std::string("looks like ") + describe(content) + " but cannot be read: " + reason,
                   "export the file again");
}

SampleType sampleType(const itk::ImageIOBase& io, const Layout& layout) {
  using Type = itk::CommonEnums::IOComponent;
  switch (io.GetComponentType()) {
  case Type::UCHAR:
    return SampleType::u8;
  case Type::CHAR:
    return SampleType::i8;
  case Type::USHORT:
    return SampleType::u16;
  case Type::SHORT:
    return SampleType::i16;
  case Type::UINT:
    return SampleType::u32;
  case Type::INT:
    return SampleType::i32;
  case Type::FLOAT:
    return SampleType::f32;
  case Type::DOUBLE:
    return SampleType::f64;
  default:
    undecodable(layout.path, layout.content, "its sample type is not one that pictures have");
  }
}

[[noreturn]] void tooLarge(const std::filesystem::path& path) {
  throw InputError(path, "is too large to be decoded in one piece", "convert it to an uncompressed MHA");
}

/// Reads every sample of the file in one piece.
std::vector<char> readWhole(const Layout& layout) {
  const std::uint64_t bytes = layout.frameBytes() * static_cast<std::uint64_t>(layout.frames);
  if (bytes > mostVolumeBytes)
    tooLarge(layout.path);
  std::vector<char> buffer;
  try {
    const auto io = makeIo(layout.content);
    io->SetFileName(layout.path.string());
    io->ReadImageInformation();
    itk::ImageIORegion region(io->GetNumberOfDimensions());
    for (unsigned d = 0; d < io->GetNumberOfDimensions(); ++d)
      region.SetSize(d, io->GetDimensions(d));
    io->SetIORegion(region);
    // The file may have changed since it was opened: what is read is what ITK now says, never more than the buffer.
    const auto now = static_cast<std::uint64_t>(io->GetImageSizeInBytes());
    buffer.resize(std::max(bytes, now));
    io->Read(buffer.data());
    buffer.resize(bytes);
  } catch (const itk::ExceptionObject& e) {
    undecodable(layout.path, layout.content, e.GetDescription());
  }
  return buffer;
}

void swapBytes(std::vector<char>& samples, std::size_t size) {
  for (std::size_t i = 0; size > 1 && i + size <= samples.size(); i += size)
    std::reverse(samples.begin() + static_cast<std::ptrdiff_t>(i),
                 samples.begin() + static_cast<std::ptrdiff_t>(i + size));
}

/// What all clones of one source share: the layout and, once a frame was wanted, the samples on disk and their scaling.
class Samples {
public:
  explicit Samples(Layout layout)
      : layout_(std::move(layout)) {}

  RgbImage frame(int index) {
    if (layout_.frames == 1 && !layout_.meta) {
      const std::vector<char> buffer = readWhole(layout_);
      Range range;
      if (layout_.type != SampleType::u8)
        extend(range, layout_.type, buffer.data(), layout_.samplesPerFrame());
      return converted(buffer, scalingFor(layout_.type, range));
    }
    std::call_once(prepared_, [this] { prepare(); });
    return converted(stored(index), scaling_);
  }

private:
  [[nodiscard]] RgbImage converted(const std::vector<char>& buffer, const Scaling& scaling) const {
    return toRgb8(layout_.type, buffer.data(), layout_.columns, layout_.rows, layout_.components, scaling);
  }

  [[nodiscard]] std::vector<char> stored(int index) const {
    std::vector<char> buffer(layout_.frameBytes());
    spool_->read(base_ + static_cast<std::uint64_t>(index) * layout_.frameBytes(), buffer.data(), buffer.size());
    if (layout_.meta && layout_.meta->bigEndian)
      swapBytes(buffer, bytesOf(layout_.type));
    return buffer;
  }

  void prepare() {
    if (!layout_.meta) {
      spool_ = std::make_unique<Spool>(layout_.path);
      const std::vector<char> all = readWhole(layout_);
      spool_->append(all.data(), all.size());
    } else if (layout_.meta->compressed) {
      const std::uint64_t all = layout_.frameBytes() * static_cast<std::uint64_t>(layout_.frames);
      if (all > mostSpooledBytes)
        throw InputError(layout_.path, "inflates to more than 64 GiB", "split the cine");
      spool_ = inflate(layout_.path, *layout_.meta, all);
    } else {
      spool_ = std::make_unique<Spool>(layout_.path, layout_.meta->file);
      base_ = layout_.meta->offset;
    }
    if (layout_.type == SampleType::u8)
      return;
    Range range;
    for (int i = 0; i < layout_.frames; ++i) {
      if (base_ + static_cast<std::uint64_t>(i + 1) * layout_.frameBytes() > spool_->size())
        break;
      extend(range, layout_.type, stored(i).data(), layout_.samplesPerFrame());
    }
    scaling_ = scalingFor(layout_.type, range);
  }

  Layout layout_;
  std::once_flag prepared_;
  std::unique_ptr<Spool> spool_;
  std::uint64_t base_ = 0;
  Scaling scaling_;
};

class PictureSource final : public FrameSource {
public:
  PictureSource(std::shared_ptr<Samples> samples, int frames)
      : samples_(std::move(samples))
      , frames_(frames) {}
  RgbImage frame(int index) override {
    if (index < 0 || index >= frames_)
      throw std::out_of_range("frame " + std::to_string(index) + " of " + std::to_string(frames_));
    return samples_->frame(index);
  }
  std::unique_ptr<FrameSource> clone() const override { return std::make_unique<PictureSource>(samples_, frames_); }

private:
  std::shared_ptr<Samples> samples_;
  int frames_;
};

/// ITK 5.2 reads a PNG's header without a way back from libpng's errors: a broken one ends the program. The same header
/// is read here first, through libpng's interface that returns errors.
void requirePngHeader(const std::filesystem::path& path) {
  ::png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const bool ok = ::png_image_begin_read_from_file(&image, path.c_str()) != 0;
  const std::string why = image.message;
  ::png_image_free(&image);
  if (!ok)
    undecodable(path, Content::png, why);
}

/// A header may name any file for its samples: a pipe would be waited on forever, a device never ends.
void requireDataFile(const std::filesystem::path& header, const std::string& named) {
  if (named.starts_with("LIST") || named.find('%') != std::string::npos)
    throw InputError(header, "keeps its samples in several files", "convert it to one file");
  std::error_code error;
  const auto type = std::filesystem::status(header.parent_path() / named, error).type();
  const std::string name = "its data file '" + std::filesystem::path(named).filename().string() + "' ";
  if (type == std::filesystem::file_type::not_found)
    throw InputError(header, name + "is missing", "keep the header and its data file together");
  if (type != std::filesystem::file_type::regular)
    throw InputError(header, name + "is not a regular file", "keep the header and its data file together");
}

/// libtiff talks to stderr of its own accord; what matters reaches people through our errors, one line each.
void quietTiff() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::TIFFSetWarningHandler(nullptr);
    ::TIFFSetErrorHandler(nullptr);
  });
}

Layout readLayout(const std::filesystem::path& path, Content content) {
  if (content == Content::png)
    requirePngHeader(path);
  if (content == Content::tiff)
    quietTiff();
  if (content == Content::nrrd)
    if (const std::string named = readNrrdHeader(path).dataFile; !named.empty())
      requireDataFile(path, named);
  if (content == Content::metaImage)
    if (const std::string named = metaDataFile(path); !named.empty())
      requireDataFile(path, named);
  Layout layout;
  layout.path = path;
  layout.content = content;
  try {
    const auto io = makeIo(content);
    io->SetFileName(path.string());
    io->ReadImageInformation();
    const unsigned dimensions = io->GetNumberOfDimensions();
    if (dimensions < 2)
      undecodable(path, content, "it has fewer than two dimensions");
    std::uint64_t frames = 1;
    for (unsigned d = 2; d < dimensions; ++d) {
      const auto size = static_cast<std::uint64_t>(io->GetDimensions(d));
      if (size == 0 || size > 1'000'000)
        undecodable(path, content, "its dimensions make no sense");
      frames *= size;
      if (frames > 10'000'000)
        undecodable(path, content, "its dimensions make no sense");
    }
    const auto columns = static_cast<std::uint64_t>(io->GetDimensions(0));
    const auto rows = static_cast<std::uint64_t>(io->GetDimensions(1));
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    if (columns < 1 || rows < 1 || columns > most || rows > most) // negative ones come out of ITK as large ones
      undecodable(path, content, "its dimensions make no sense");
    if (columns > mostSide || rows > mostSide)
      throw InputError(path,
                       "declares " + std::to_string(columns) + " x " + std::to_string(rows) + " pixels, over the limit",
                       "pictures up to " + std::to_string(mostSide) + " a side are read");
    layout.columns = static_cast<int>(columns);
    layout.rows = static_cast<int>(rows);
    layout.frames = static_cast<int>(frames);
    const unsigned components = io->GetNumberOfComponents();
    if (components < 1 || components > 4 || (content == Content::jpeg && components == 4))
      undecodable(path, content,
                  "it has " + std::to_string(components) + " channels; 1 to 3, with or without alpha, are read");
    layout.components = static_cast<int>(components);
    layout.type = sampleType(*io, layout);
    if (layout.frameBytes() > mostFrameBytes)
      throw InputError(path, "declares a frame of more than 512 MiB, over the limit", "export it smaller");
    if (content == Content::nrrd && layout.frameBytes() * frames > mostVolumeBytes)
      tooLarge(path);
    if (content == Content::metaImage || content == Content::nrrd)
      layout.spacing = Spacing{std::abs(io->GetSpacing(0)), std::abs(io->GetSpacing(1))};
  } catch (const itk::ExceptionObject& e) {
    undecodable(path, content, e.GetDescription());
  }
  return layout;
}

std::string number(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

void takeSpacing(Cine& cine, const Layout& layout) {
  if (!layout.spacing || (layout.spacing->x == 1 && layout.spacing->y == 1))
    return; // 1 is what writers put where they know nothing
  const Spacing s = *layout.spacing;
  const std::string said = "the header's spacing (" + number(s.x) + " x " + number(s.y) + ") ";
  if (layout.content == Content::nrrd) {
    const std::string unit = foreignUnit(readNrrdHeader(layout.path));
    if (!unit.empty()) {
      cine.problems.push_back(said + "is in '" + unit + "', not in mm, and was not taken");
      return;
    }
  }
  // From a 5 mm deep high-frequency picture of 1000 rows to a 300 mm deep one of 300.
  const auto believable = [](double v) { return v >= 0.005 && v <= 1.0; };
  if (s.x == 1 || s.y == 1) { // what ITK puts where one axis has none
    cine.problems.push_back(said + "is known along one axis only and was not taken");
    return;
  }
  if (!believable(s.x) || !believable(s.y)) {
    cine.problems.push_back(said + "is no believable mm per pixel of an ultrasound picture and was not taken");
    return;
  }
  cine.imageMmPerPx = s;
  cine.imageMmOrigin = CalibrationOrigin::imageHeader;
}

bool endsLikeJpeg(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::streamoff>(file.tellg());
  std::string tail(static_cast<std::size_t>(std::min<std::streamoff>(size, 65536)), '\0');
  file.seekg(size - static_cast<std::streamoff>(tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  return tail.find("\xFF\xD9") != std::string::npos;
}

const char* formatName(Content content) {
  switch (content) {
  case Content::png:
    return "PNG";
  case Content::jpeg:
    return "JPEG";
  case Content::bmp:
    return "BMP";
  case Content::tiff:
    return "TIFF";
  case Content::nrrd:
    return "NRRD";
  default:
    return "MetaImage";
  }
}

} // namespace

Cine openPicture(const std::filesystem::path& path, Content content) {
  Layout layout = readLayout(path, content);
  Cine cine;
  cine.path = path;
  cine.format = formatName(content);
  cine.transferSyntax = cine.format;
  if (content == Content::metaImage) {
    layout.meta = locateMetaData(path);
    if (layout.meta) {
      std::error_code error;
      const std::uint64_t size = std::filesystem::file_size(layout.meta->file, error);
      if (error)
        throw InputError(path, "its data file '" + layout.meta->file.filename().string() + "' is missing",
                         "keep the header and its data file together");
      cine.transferSyntax = layout.meta->compressed ? "MetaImage, zlib" : "MetaImage, uncompressed";
      const std::uint64_t there = size > layout.meta->offset ? size - layout.meta->offset : 0;
      const std::uint64_t whole = layout.meta->compressed ? 0 : there / layout.frameBytes();
      if (there == 0 || (!layout.meta->compressed && whole == 0))
        throw InputError(path, "ends before its first frame is complete", "export the file again");
      if (!layout.meta->compressed && whole < static_cast<std::uint64_t>(layout.frames)) {
        cine.problems.push_back("the header declares " + std::to_string(layout.frames) + " frames, the file holds " +
                                std::to_string(whole));
        layout.frames = static_cast<int>(whole);
      }
    }
  }
  if (content == Content::jpeg && !endsLikeJpeg(path))
    cine.problems.emplace_back("the JPEG data ends early: the lower part of the picture may be missing");
  cine.columns = layout.columns;
  cine.rows = layout.rows;
  cine.frames = layout.frames;
  takeSpacing(cine, layout);
  if (layout.type != SampleType::u8)
    cine.problems.push_back(std::string(describe(layout.type)) +
                            " values are scaled linearly to 8 bit over the whole file where they exceed them");
  if (layout.components == 2 || layout.components == 4)
    cine.problems.emplace_back("the picture's transparency was dropped");
  const int frames = layout.frames;
  cine.source = std::make_shared<PictureSource>(std::make_shared<Samples>(std::move(layout)), frames);
  return cine;
}

} // namespace hipcuff::ingest
