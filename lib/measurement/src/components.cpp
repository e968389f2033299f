#include "band_filters.h"

#include <itkConnectedComponentImageFilter.h>
#include <itkImage.h>

#include <algorithm>

namespace hipcuff {

Components components(const Mask& mask) {
  Components out;
  out.labels = Raster<int, 1>(mask.width, mask.height);
  if (mask.empty() || std::none_of(mask.data.begin(), mask.data.end(), [](auto v) { return v != 0; }))
    return out;
  using ByteImage = itk::Image<unsigned char, 2>;
  using LabelImage = itk::Image<int, 2>;
  auto image = ByteImage::New();
  image->SetRegions(ByteImage::SizeType{{static_cast<std::size_t>(mask.width), static_cast<std::size_t>(mask.height)}});
  image->Allocate();
  std::copy(mask.data.begin(), mask.data.end(), image->GetBufferPointer());
  using Filter = itk::ConnectedComponentImageFilter<ByteImage, LabelImage>;
  auto filter = Filter::New();
  filter->SetInput(image);
  filter->SetFullyConnected(false);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  const int* labels = filter->GetOutput()->GetBufferPointer();
  std::copy(labels, labels + out.labels.data.size(), out.labels.data.begin());
  for (int y = 0; y < mask.height; ++y)
    for (int x = 0; x < mask.width; ++x) {
      const int label = out.labels.at(x, y);
      if (label == 0)
        continue;
      if (static_cast<std::size_t>(label) > out.items.size())
        out.items.resize(static_cast<std::size_t>(label));
      Component& item = out.items[static_cast<std::size_t>(label) - 1];
      if (item.pixels++ == 0)
        item.box = {x, y, x, y};
      item.box.x0 = std::min(item.box.x0, x);
      item.box.x1 = std::max(item.box.x1, x);
      item.box.y0 = std::min(item.box.y0, y);
      item.box.y1 = std::max(item.box.y1, y);
    }
  return out;
}

} // namespace hipcuff
