#include "pictures.h"

#include <itkBMPImageIO.h>
#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>
#include <itkMetaImageIO.h>
#include <itkPNGImageIO.h>
#include <itkRGBPixel.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace hipcuff::testing {
namespace {

/// Named outright: a static library registers no factories.
itk::ImageIOBase::Pointer ioFor(const std::filesystem::path& path) {
  if (path.extension() == ".bmp")
    return itk::BMPImageIO::New().GetPointer();
  if (path.extension() == ".mha")
    return itk::MetaImageIO::New().GetPointer();
  return itk::PNGImageIO::New().GetPointer();
}

} // namespace

std::optional<std::filesystem::path> sharedPictures() {
  const char* named = std::getenv("HIPCUFF_SHARED");
  const std::filesystem::path folder =
      (named != nullptr ? std::filesystem::path(named) : std::filesystem::path(HIPCUFF_SOURCE_DIR) / ".." / "shared") /
      "real-ultrasound";
  if (!std::filesystem::is_directory(folder))
    return std::nullopt;
  return folder;
}

RgbImage readPicture(const std::filesystem::path& path, int slice) {
  using ImageType = itk::Image<itk::RGBPixel<unsigned char>, 3>;
  auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetImageIO(ioFor(path));
  reader->SetFileName(path.string());
  reader->Update();
  const ImageType* image = reader->GetOutput();
  const auto size = image->GetLargestPossibleRegion().GetSize();
  RgbImage picture(static_cast<int>(size[0]), static_cast<int>(size[1]));
  const auto* source = reinterpret_cast<const std::uint8_t*>(image->GetBufferPointer()) +
                       picture.data.size() * static_cast<std::size_t>(std::min<int>(slice, int(size[2]) - 1));
  std::copy_n(source, picture.data.size(), picture.data.begin());
  return picture;
}

void writePicture(const std::filesystem::path& path, const RgbImage& picture) {
  using ImageType = itk::Image<itk::RGBPixel<unsigned char>, 2>;
  auto image = ImageType::New();
  image->SetRegions(
      itk::Size<2>{{static_cast<itk::SizeValueType>(picture.width), static_cast<itk::SizeValueType>(picture.height)}});
  image->Allocate();
  std::copy(picture.data.begin(), picture.data.end(), reinterpret_cast<std::uint8_t*>(image->GetBufferPointer()));
  auto writer = itk::ImageFileWriter<ImageType>::New();
  writer->SetImageIO(ioFor(path));
  writer->SetFileName(path.string());
  writer->SetInput(image);
  writer->Update();
}

Frame frameOf(const RgbImage& picture, std::optional<PixelBox> box, double mmPerPx) {
  Pane pane;
  pane.box = box.value_or(PixelBox{0, 0, picture.width - 1, picture.height - 1});
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  if (mmPerPx > 0)
    pane.mmPerPx = Spacing{mmPerPx, mmPerPx};
  pane.probe.kind = ProbeGeometry::Kind::linear;
  return makeFrame(picture, pane, 0);
}

void draw(RgbImage& picture, const Polyline& px, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  for (const Point p : resampled(px, 0.5)) {
    const auto x = static_cast<int>(std::lround(p.x));
    const auto y = static_cast<int>(std::lround(p.y));
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height)
      continue;
    picture.at(x, y, 0) = r;
    picture.at(x, y, 1) = g;
    picture.at(x, y, 2) = b;
  }
}

} // namespace hipcuff::testing
