#include "hipcuff/dicom/reading.h"

#include "calibration.h"
#include "dicom_image.h"
#include "labels.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

using namespace dicom;

namespace {

class DicomFrames final : public FrameSource {
public:
  explicit DicomFrames(std::shared_ptr<const DicomImage> image)
      : reader_(std::move(image)) {}
  [[nodiscard]] RgbImage frame(int index) override { return reader_.display(index); }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override {
    return std::make_unique<DicomFrames>(reader_.image());
  }

private:
  PixelReader reader_;
};

/// Rates beyond 1000 per second or slower than one frame in a minute are no ultrasound cine's.
bool believableStep(double milliseconds) {
  return std::isfinite(milliseconds) && milliseconds >= 1.0 && milliseconds <= 60000.0;
}

void useStep(Cine& cine, double milliseconds, const char* origin) {
  std::vector<double> times(static_cast<std::size_t>(cine.frames));
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = static_cast<double>(i) * milliseconds / 1000.0;
  cine.frameTimes = std::move(times);
  cine.frameTimesOrigin = origin;
}

bool useVector(Cine& cine, const std::vector<double>& milliseconds) {
  if (milliseconds.size() < static_cast<std::size_t>(cine.frames)) {
    cine.problems.push_back("Frame Time Vector has " + std::to_string(milliseconds.size()) + " values for " +
                            std::to_string(cine.frames) + " frames and is not used");
    return false;
  }
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(cine.frames));
  double now = 0;
  for (int i = 0; i < cine.frames; ++i) {
    // The first increment is 0 by the standard; whatever it is, the first frame is the origin.
    const double step = i == 0 ? 0 : milliseconds[static_cast<std::size_t>(i)];
    if (!std::isfinite(step) || step < 0 || step > 60000.0) {
      cine.problems.emplace_back("Frame Time Vector holds values that are no times and is not used");
      return false;
    }
    now += step;
    times.push_back(now / 1000.0);
  }
  if (now <= 0) {
    cine.problems.emplace_back("Frame Time Vector is all zero and is not used");
    return false;
  }
  cine.frameTimes = std::move(times);
  cine.frameTimesOrigin = "Frame Time Vector";
  return true;
}

void setTimes(Cine& cine, const Header& header) {
  if (cine.frames < 2)
    return;
  const bool pointsToVector = header.frameIncrementPointer == tagOf(0x0018, 0x1065);
  if (pointsToVector && !header.frameTimeVectorMs.empty() && useVector(cine, header.frameTimeVectorMs))
    return;
  if (header.frameTimeMs) {
    if (believableStep(*header.frameTimeMs))
      return useStep(cine, *header.frameTimeMs, "Frame Time");
    cine.problems.emplace_back("Frame Time is not believable and is not used");
  }
  if (!pointsToVector && !header.frameTimeVectorMs.empty() && useVector(cine, header.frameTimeVectorMs))
    return;
  if (header.cineRate && *header.cineRate > 0 && believableStep(1000.0 / *header.cineRate))
    return useStep(cine, 1000.0 / *header.cineRate, "Cine Rate");
  if (header.displayRate && *header.displayRate > 0 && believableStep(1000.0 / *header.displayRate))
    return useStep(cine, 1000.0 / *header.displayRate, "Recommended Display Frame Rate");
}

} // namespace

bool looksLikeDicom(const std::filesystem::path& file) {
  try {
    return recogniseStart(*ByteSource::open(file)).has_value();
  } catch (const std::exception&) {
    return false;
  }
}

Cine openDicom(const std::filesystem::path& file, const ReadOptions& options) {
  const auto image = DicomImage::open(file, options);
  const auto& header = image->header;
  Cine cine;
  cine.path = file;
  cine.format = "DICOM";
  cine.sopClassUid = image->classUid;
  cine.sopClass = className(image->classUid);
  cine.transferSyntaxUid = image->structure.syntaxUid;
  cine.transferSyntax = syntaxName(image->structure.syntaxUid);
  cine.photometric = header.image.photometric;
  cine.studyInstanceUid = header.studyUid;
  cine.seriesInstanceUid = header.seriesUid;
  cine.sopInstanceUid = header.instanceUid;
  cine.studyDate = header.studyDate;
  cine.manufacturer = header.manufacturer;
  cine.modelName = header.modelName;
  cine.columns = header.image.columns;
  cine.rows = header.image.rows;
  cine.frames = image->frames;
  cine.problems = image->problems;
  setTimes(cine, header);
  calibrate(cine, header, image->structure.regionsBroken);
  label(cine, header);
  cine.identity = {header.patientName, header.patientId, header.birthDate, header.accessionNumber};
  cine.source = std::make_shared<DicomFrames>(image);
  return cine;
}

struct PixelDecoder::State {
  explicit State(std::shared_ptr<const DicomImage> image)
      : reader(std::move(image)) {}
  PixelReader reader;
};

PixelDecoder::PixelDecoder(const std::filesystem::path& file, const ReadOptions& options)
    : state_(std::make_unique<State>(DicomImage::open(file, options))) {}
PixelDecoder::~PixelDecoder() = default;
PixelDecoder::PixelDecoder(PixelDecoder&&) noexcept = default;
PixelDecoder& PixelDecoder::operator=(PixelDecoder&&) noexcept = default;

int PixelDecoder::frames() const noexcept {
  return state_->reader.image()->frames;
}

StoredFrame PixelDecoder::decode(int frame) {
  return state_->reader.stored(frame);
}

} // namespace hipcuff
