// Rasters to NumPy without a copy.
#pragma once

#include "hipcuff/core/image.h"

#include <pybind11/numpy.h>

#include <memory>
#include <utility>
#include <vector>

namespace hipcuff::python {

/// The array owns the raster's memory: (rows, columns) or (rows, columns, channels).
template <typename T, int Channels>
[[nodiscard]] pybind11::array_t<T> toNumpy(Raster<T, Channels>&& raster) {
  namespace py = pybind11;
  std::vector<py::ssize_t> shape = {raster.height, raster.width};
  if (Channels > 1)
    shape.push_back(Channels);
  auto held = std::make_unique<std::vector<T>>(std::move(raster.data));
  const T* data = held->data();
  const py::capsule owner(held.get(),
                          [](void* p) { std::default_delete<std::vector<T>>()(static_cast<std::vector<T>*>(p)); });
  held.release(); // the capsule's from here on
  return py::array_t<T>(shape, data, owner);
}

} // namespace hipcuff::python
