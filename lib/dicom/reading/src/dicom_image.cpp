#include "dicom_image.h"

#include <algorithm>
#include <limits>

namespace hipcuff {

using namespace dicom;

namespace {

std::string bytesText(std::uint64_t count) {
  return std::to_string(count) + " bytes";
}

bool is422(const std::string& photometric) {
  return photometric == "YBR_FULL_422" || photometric == "YBR_PARTIAL_422";
}

} // namespace

InputError DicomImage::refused(const std::string& problem, const std::string& remedy) const {
  return {path, problem, remedy};
}

std::shared_ptr<const DicomImage> DicomImage::open(const std::filesystem::path& file, const ReadOptions& options) {
  auto image = std::make_shared<DicomImage>();
  image->path = file;
  image->options = options;
  image->structure = walkStructure(file, options.maxInflatedBytes, headerElements());
  image->fileSize = image->structure.source->size();
  if (isDirectory(image->structure.mediaClassUid))
    throw NotForUs(file, "it is a DICOMDIR, not an image", "give its folder, or it by itself, to read what it lists");
  image->header = readHeader(image->structure);
  image->structure.header = {};
  if (image->header.sequencesUnreadable && image->structure.regionsSeen)
    image->structure.regionsBroken = true;
  image->checkClass();
  image->checkImage();
  image->chooseCodec();
  image->countFrames();
  auto& problems = image->problems;
  problems.insert(problems.begin(), image->header.problems.begin(), image->header.problems.end());
  problems.insert(problems.begin(), image->structure.problems.begin(), image->structure.problems.end());
  if (!image->structure.inflated)
    image->structure.source.reset(); // a thousand open cines must not hold a thousand files
  return image;
}

void DicomImage::checkClass() {
  classUid = header.classUid.empty() ? structure.mediaClassUid : header.classUid;
  const bool hasPixels = structure.hasPixelData;
  const auto described = [&] {
    return "it is " + (classUid.empty() ? "of no named class" : className(classUid)) +
           (header.modality.empty() ? "" : " (modality " + header.modality.substr(0, 16) + ")");
  };
  const bool ours = isUltrasoundImage(classUid) || (isSecondaryCapture(classUid) && header.modality == "US") ||
                    (classUid.empty() && header.modality == "US");
  if (!ours && !options.anyModality)
    throw NotForUs(path, described() + ", not an ultrasound image", {});
  // A study that comes back from the archive holds what was sent there.
  if (isSecondaryCapture(classUid) && header.manufacturer == "HipCuff" && !options.anyModality)
    throw NotForUs(path, "it is a picture of an earlier result that HipCuff drew", {});
  if (classUid.empty())
    problems.emplace_back("the file names no SOP class; taken for ultrasound by its modality");
  if (!hasPixels) {
    if (structure.cutShort)
      throw refused("the file ends before its pixel data", "copy or export it again");
    if (!ours)
      throw NotForUs(path, described() + " and holds no image", {});
    throw refused("it is an ultrasound object without pixel data", "export it with its images");
  }
}

void DicomImage::checkImage() {
  auto& image = header.image;
  if (!header.hasImage || image.rows <= 0 || image.columns <= 0)
    throw refused("its header gives no picture size", "export it again");
  const auto size = std::to_string(image.columns) + " x " + std::to_string(image.rows);
  if (image.columns > options.maxSide || image.rows > options.maxSide)
    throw refused("its header declares " + size + " pixels; more than " + std::to_string(options.maxSide) +
                      " a side is not believed",
                  "export it again");
  if (image.samples != 1 && image.samples != 3)
    throw refused("it has " + std::to_string(image.samples) + " samples per pixel; 1 or 3 can be read", {});
  if (image.bitsAllocated != 8 && image.bitsAllocated != 16)
    throw refused("it has " + std::to_string(image.bitsAllocated) + " bits per sample; 8 or 16 can be read", {});
  const auto pixels = static_cast<std::uint64_t>(image.columns) * static_cast<std::uint64_t>(image.rows);
  const auto samples = static_cast<std::uint64_t>(image.samples) * static_cast<std::uint64_t>(image.bitsAllocated / 8);
  if (pixels * std::max<std::uint64_t>(3, samples) > options.maxFrameBytes)
    throw refused("one frame of " + size + " pixels takes more than " + bytesText(options.maxFrameBytes), {});
  if (image.bitsStored < 1 || image.bitsStored > image.bitsAllocated) {
    problems.push_back("Bits Stored (" + std::to_string(image.bitsStored) +
                       ") contradicts Bits Allocated; the latter is used");
    image.bitsStored = image.bitsAllocated;
  }
  if (image.highBit < image.bitsStored - 1 || image.highBit >= image.bitsAllocated) {
    problems.push_back("High Bit (" + std::to_string(image.highBit) + ") contradicts Bits Stored; taken as " +
                       std::to_string(image.bitsStored - 1));
    image.highBit = image.bitsStored - 1;
  }
  if (image.photometric.empty()) {
    image.photometric = image.samples == 3 ? "RGB" : "MONOCHROME2";
    problems.push_back("its header gives no Photometric Interpretation; taken as " + image.photometric);
  }
  static constexpr const char* known[] = {"MONOCHROME1",  "MONOCHROME2",     "PALETTE COLOR",   "RGB",     "YBR_FULL",
                                          "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT"};
  if (std::none_of(std::begin(known), std::end(known), [&](const char* k) { return image.photometric == k; }))
    throw refused("its Photometric Interpretation is not one that can be shown: " + image.photometric.substr(0, 16),
                  {});
  if (image.photometric == "PALETTE COLOR" && !image.palette)
    throw refused(image.paletteProblem, "export it again");
  if (image.photometric == "MONOCHROME1" && image.inverse)
    image.inverse = false; // the same inversion, said twice
  if (image.hasVoiLut && !image.window && image.bitsStored > 8)
    problems.emplace_back("its VOI LUT is not applied; the whole range of stored values is shown");
}

void DicomImage::chooseCodec() {
  const auto& uid = structure.syntaxUid;
  codec = codecOf(uid);
  if (codec == Codec::unsupported)
    throw refused("its transfer syntax is not supported: " + syntaxName(uid) +
                      (syntaxName(uid) == uid ? "" : " (" + uid + ")"),
                  "export it uncompressed or as JPEG");
  encapsulated = structure.pixelData.undefinedLength;
  const auto at = structure.pixelData.valueAt;
  const auto available = std::min<std::uint64_t>(structure.pixelData.length, fileSize - std::min(at, fileSize));
  const auto codecFor = [](Codestream::Kind kind) {
    switch (kind) {
    case Codestream::Kind::jpeg:
      return Codec::jpeg;
    case Codestream::Kind::jpegLs:
      return Codec::jpegLs;
    case Codestream::Kind::jpeg2000:
    case Codestream::Kind::htj2k:
      return Codec::jpeg2000;
    default:
      return Codec::native;
    }
  };
  if (!encapsulated && codec != Codec::native) {
    std::vector<std::uint8_t> head(static_cast<std::size_t>(std::min<std::uint64_t>(available, 1 << 16)));
    structure.source->read(at, head);
    const auto seen = codecFor(readCodestream(head).kind);
    if (seen != Codec::native) {
      codec = seen;
      encapsulated = true;
      index.fragments = {{at, available}};
      index.firstFragment = {0, 1};
      problems.emplace_back("its compressed pixel data are not encapsulated; read as one frame");
      return;
    }
    codec = Codec::native;
    problems.emplace_back("its pixel data are not compressed although the transfer syntax says so");
  } else if (encapsulated && codec == Codec::native) {
    const auto probe = indexFrames(structure, 1, false);
    std::vector<std::uint8_t> head(
        static_cast<std::size_t>(std::min<std::uint64_t>(probe.fragments.front().length, 1 << 16)));
    structure.source->read(probe.fragments.front().at, head);
    codec = codecFor(readCodestream(head).kind);
    if (codec == Codec::native)
      throw refused("its pixel data are compressed in a way that the file doesn't name", "export it again");
    problems.emplace_back("its pixel data are compressed although the transfer syntax says otherwise");
  }
}

void DicomImage::countFrames() {
  const auto& image = header.image;
  std::optional<std::uint64_t> declared = 1; // Number of Frames absent: a single picture
  if (image.framesUnreadable) {
    declared.reset();
    problems.emplace_back("Number of Frames is not a number; frames are counted from the pixel data");
  } else if (image.declaredFrames) {
    if (*image.declaredFrames <= 0)
      throw refused("its header declares " + std::to_string(*image.declaredFrames) + " frames", "export it again");
    declared = static_cast<std::uint64_t>(*image.declaredFrames);
  }
  const auto at = structure.pixelData.valueAt;
  if (encapsulated)
    countEncapsulated(declared);
  else
    countNative(std::min<std::uint64_t>(structure.pixelData.length, fileSize - std::min(at, fileSize)), declared);
}

void DicomImage::countNative(std::uint64_t available, std::optional<std::uint64_t> declared) {
  auto& image = header.image;
  const bool colour = image.photometric == "RGB" || image.photometric.rfind("YBR", 0) == 0;
  if (colour != (image.samples == 3))
    throw refused("its header contradicts itself: " + image.photometric + " with " + std::to_string(image.samples) +
                      " samples per pixel",
                  "export it again");
  if (image.photometric == "YBR_PARTIAL_420")
    throw refused("uncompressed YBR_PARTIAL_420 pixels can't be read", "export it again");
  const auto rows = static_cast<std::uint64_t>(image.rows);
  const auto columns = static_cast<std::uint64_t>(image.columns);
  const auto bytes = static_cast<std::uint64_t>(image.bitsAllocated / 8);
  frameBytes = rows * columns * static_cast<std::uint64_t>(image.samples) * bytes;
  if (is422(image.photometric)) {
    if (bytes == 1 && available / frameBytes >= declared.value_or(std::numeric_limits<std::uint64_t>::max())) {
      lengthContradicts = true;
      problems.push_back("its header says " + image.photometric + ", its length says full chroma; taken so");
    } else {
      frameBytes = rows * ((columns + 1) / 2) * 4 * bytes;
      subsampled422 = true;
    }
  }
  if (image.photometric == "YBR_ICT" || image.photometric == "YBR_RCT")
    problems.push_back("its header says " + image.photometric +
                       ", which exists only inside JPEG 2000; its uncompressed pixels are taken as RGB");
  const bool words = structure.pixelData.is("OW") || structure.pixelData.is("UN");
  swapWords = structure.encoding.bigEndian && (bytes == 2 || words);
  const auto present = available / frameBytes;
  if (present == 0)
    throw refused("its pixel data are cut short: one frame takes " + bytesText(frameBytes) + ", the file holds " +
                      bytesText(available),
                  "copy or export it again");
  const auto wanted = declared.value_or(present);
  const auto used = std::min({present, wanted, static_cast<std::uint64_t>(std::numeric_limits<int>::max())});
  frames = static_cast<int>(used);
  if (used < wanted)
    problems.push_back("its header declares " + std::to_string(wanted) + " frames, the file holds " +
                       std::to_string(used) + " whole ones");
  else if (available > wanted * frameBytes + 1)
    problems.push_back("its pixel data hold " + bytesText(available - wanted * frameBytes) +
                       " more than its frames take");
}

void DicomImage::countEncapsulated(std::optional<std::uint64_t> declared) {
  const std::uint64_t most = std::numeric_limits<int>::max();
  const auto wanted = std::min(declared.value_or(most), most);
  if (index.fragments.empty())
    index = indexFrames(structure, static_cast<std::size_t>(wanted), codec == Codec::video);
  problems.insert(problems.end(), index.problems.begin(), index.problems.end());
  std::uint64_t present = index.frames();
  if (codec == Codec::video) {
    try {
      VideoStream video(structure.source, index.fragments);
      if (video.columns() != header.image.columns || video.rows() != header.image.rows)
        throw refused("its header says " + std::to_string(header.image.columns) + " x " +
                          std::to_string(header.image.rows) + " pixels, its video " + std::to_string(video.columns()) +
                          " x " + std::to_string(video.rows()),
                      "export it again");
      present = static_cast<std::uint64_t>(video.countPictures());
      if (!header.image.declaredFrames)
        declared = present;
    } catch (const DecodeFailure& failure) {
      throw refused(failure.problem, "export it again");
    }
    if (present == 0)
      throw refused("its video holds no picture", "export it again");
  }
  const auto used = std::min(present, declared ? *declared : present);
  frames = static_cast<int>(std::min(used, most));
  if (declared && used < *declared)
    problems.push_back("its header declares " + std::to_string(*declared) + " frames, the file holds " +
                       std::to_string(used));
  if (codec != Codec::video)
    checkFirstCodestream();
}

void DicomImage::checkFirstCodestream() {
  if (codec == Codec::rle) {
    const auto& image = header.image;
    const bool colour = image.photometric == "RGB" || image.photometric.rfind("YBR", 0) == 0;
    if (colour != (image.samples == 3))
      throw refused("its header contradicts itself: " + image.photometric + " with " + std::to_string(image.samples) +
                        " samples per pixel",
                    "export it again");
    return;
  }
  std::vector<std::uint8_t> head;
  for (std::size_t f = 0; f < index.firstFragment[1] && head.size() < (1 << 16); ++f) {
    const auto& fragment = index.fragments[f];
    const auto before = head.size();
    head.resize(before + static_cast<std::size_t>(std::min<std::uint64_t>(fragment.length, (1 << 16) - before)));
    structure.source->read(fragment.at, std::span(head).subspan(before));
  }
  first = readCodestream(head);
  if (first.kind == Codestream::Kind::htj2k)
    throw refused("its transfer syntax is not supported: it holds High-Throughput JPEG 2000 under the name of " +
                      syntaxName(structure.syntaxUid),
                  "export it uncompressed or as JPEG");
  if (first.kind == Codestream::Kind::unknown) {
    problems.emplace_back("its first frame is not the codestream that the transfer syntax promises");
    return;
  }
  if (first.columns != header.image.columns || first.rows != header.image.rows)
    problems.push_back("its header says " + std::to_string(header.image.columns) + " x " +
                       std::to_string(header.image.rows) + " pixels, its first frame " + std::to_string(first.columns) +
                       " x " + std::to_string(first.rows) + "; such frames are not decoded");
  const auto& says = header.image.photometric;
  if (first.kind == Codestream::Kind::jpeg && first.components == 3) {
    if (says == "RGB" && first.colour == Codestream::Colour::ybr)
      problems.push_back("its header says RGB, its JPEG holds YCbCr (" + first.colourWhy + "); shown as YCbCr");
    else if (says.rfind("YBR", 0) == 0 && first.colour == Codestream::Colour::rgb)
      problems.push_back("its header says " + says + ", its JPEG holds RGB (" + first.colourWhy + "); shown as RGB");
  }
  if (first.components != 0 && first.components != header.image.samples)
    problems.push_back("its header says " + std::to_string(header.image.samples) +
                       " samples per pixel, its first frame has " + std::to_string(first.components));
}

} // namespace hipcuff
