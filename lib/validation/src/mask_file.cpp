// Label maps from PNG, NIfTI, NRRD and MetaImage through ITK.
#include "fields.h"

#include "hipcuff/core/error.h"
#include "hipcuff/validation/masks.h"

#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace hipcuff::validation {
namespace {

constexpr int largestSide = 16384;
constexpr const char* remedy = "give a PNG, NIfTI, NRRD or MetaImage of one slice with a number for each pixel";

itk::ImageIOBase::Pointer ioFor(const std::filesystem::path& file) {
  const std::string name = lowered(file.filename().string());
  if (name.ends_with(".png")) {
    const auto png = itk::PNGImageIO::New();
    png->SetExpandRGBPalette(false); // of a palette the numbers count, not the colours
    return png.GetPointer();
  }
  if (name.ends_with(".nii") || name.ends_with(".nii.gz"))
    return itk::NiftiImageIO::New().GetPointer();
  if (name.ends_with(".nrrd") || name.ends_with(".nhdr"))
    return itk::NrrdImageIO::New().GetPointer();
  return itk::MetaImageIO::New().GetPointer();
}

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& problem) {
  throw InputError(file, problem, remedy);
}

/// ITK's messages run over many lines and name its own sources.
std::string lastLine(const itk::ExceptionObject& e) {
  std::string text = e.GetDescription();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  const std::size_t line = text.rfind('\n');
  return line == std::string::npos ? text : text.substr(line + 1);
}

/// With its header read. @throws InputError
itk::ImageIOBase::Pointer opened(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    throw InputError(file, "is not there", remedy);
  if (!isMaskFile(file))
    fail(file, "has an ending that no mask has");
  const auto io = ioFor(file);
  if (!io->CanReadFile(file.c_str()))
    fail(file, "can't be read as a mask: it is damaged or not what its ending says");
  try {
    io->SetFileName(file.c_str());
    io->ReadImageInformation();
  } catch (const itk::ExceptionObject& e) {
    fail(file, "can't be read as a mask: " + lastLine(e));
  }
  for (unsigned d = 2; d < io->GetNumberOfDimensions(); ++d)
    if (io->GetDimensions(d) != 1)
      fail(file, "holds " + std::to_string(io->GetDimensions(d)) + " slices or frames");
  if (io->GetNumberOfDimensions() < 2)
    fail(file, "is no picture");
  if (io->GetDimensions(0) < 1 || io->GetDimensions(1) < 1 || io->GetDimensions(0) > largestSide ||
      io->GetDimensions(1) > largestSide)
    fail(file, "is empty or too large");
  return io;
}

template <typename T>
std::vector<double> numbersOf(const std::vector<char>& bytes, std::size_t count) {
  std::vector<double> out(count);
  // The buffer came from the library as such values; copied, because bytes need not be aligned.
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::copy_n(bytes.data() + i * sizeof(T), sizeof(T), reinterpret_cast<char*>(&value));
    out[i] = static_cast<double>(value);
  }
  return out;
}

std::vector<double> numbersOf(const std::filesystem::path& file, itk::IOComponentEnum type,
                              const std::vector<char>& bytes, std::size_t count) {
  switch (type) {
  case itk::IOComponentEnum::UCHAR:
    return numbersOf<unsigned char>(bytes, count);
  case itk::IOComponentEnum::CHAR:
    return numbersOf<signed char>(bytes, count);
  case itk::IOComponentEnum::USHORT:
    return numbersOf<unsigned short>(bytes, count);
  case itk::IOComponentEnum::SHORT:
    return numbersOf<short>(bytes, count);
  case itk::IOComponentEnum::UINT:
    return numbersOf<unsigned int>(bytes, count);
  case itk::IOComponentEnum::INT:
    return numbersOf<int>(bytes, count);
  case itk::IOComponentEnum::ULONG:
    return numbersOf<unsigned long>(bytes, count);
  case itk::IOComponentEnum::LONG:
    return numbersOf<long>(bytes, count);
  case itk::IOComponentEnum::ULONGLONG:
    return numbersOf<unsigned long long>(bytes, count);
  case itk::IOComponentEnum::LONGLONG:
    return numbersOf<long long>(bytes, count);
  case itk::IOComponentEnum::FLOAT:
    return numbersOf<float>(bytes, count);
  case itk::IOComponentEnum::DOUBLE:
    return numbersOf<double>(bytes, count);
  default:
    fail(file, "holds values of an unknown kind");
  }
}

} // namespace

bool isMaskFile(const std::filesystem::path& file) {
  const std::string name = lowered(file.filename().string());
  for (const std::string_view ending : {".png", ".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd"})
    if (name.ends_with(ending))
      return true;
  return false;
}

MaskSize sizeOfMask(const std::filesystem::path& file) {
  const auto io = opened(file);
  return {static_cast<int>(io->GetDimensions(0)), static_cast<int>(io->GetDimensions(1))};
}

GreyImage readMask(const std::filesystem::path& file) {
  const auto io = opened(file);
  GreyImage out(static_cast<int>(io->GetDimensions(0)), static_cast<int>(io->GetDimensions(1)));
  const std::size_t channels = io->GetNumberOfComponents();
  std::vector<char> bytes(static_cast<std::size_t>(io->GetImageSizeInBytes()));
  itk::ImageIORegion region(io->GetNumberOfDimensions());
  for (unsigned d = 0; d < io->GetNumberOfDimensions(); ++d)
    region.SetSize(d, io->GetDimensions(d));
  try {
    io->SetIORegion(region);
    io->Read(bytes.data());
  } catch (const itk::ExceptionObject& e) {
    fail(file, "can't be read as a mask: " + lastLine(e));
  }
  if (channels == 1 && io->GetComponentType() == itk::IOComponentEnum::UCHAR) {
    std::transform(bytes.begin(), bytes.end(), out.data.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    return out;
  }
  const auto numbers = numbersOf(file, io->GetComponentType(), bytes, out.data.size() * channels);
  // Grey with alpha, RGB that is grey, with alpha or without.
  const std::size_t colours = channels >= 3 ? 3 : 1;
  if (channels > 4)
    fail(file, "holds " + std::to_string(channels) + " numbers for each pixel");
  for (std::size_t i = 0; i < out.data.size(); ++i) {
    const double value = numbers[i * channels];
    for (std::size_t c = 1; c < colours; ++c)
      if (numbers[i * channels + c] != value)
        fail(file, "is coloured");
    if (!(value >= 0 && value <= 255) || value != std::floor(value))
      fail(file, "holds a value that is no whole number from 0 to 255");
    out.data[i] = static_cast<std::uint8_t>(value);
  }
  return out;
}

} // namespace hipcuff::validation
