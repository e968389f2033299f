// Inputs: files, folders and NumPy arrays as cines.
#include "arrays.h"
#include "module.h"

#include "hipcuff/core/error.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/ingest/walk.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <variant>

namespace hipcuff::python {

RgbImage SharedCine::frame(int index) {
  const std::lock_guard lock(mutex_);
  RgbImage image = cine_.source->frame(index);
  if (image.width != cine_.columns || image.height != cine_.rows)
    throw InputError(cine_.path, "frame " + std::to_string(index) + " has another size than the others",
                     "export the file again");
  return image;
}

Cine SharedCine::ownCopy() {
  Cine copy = cine_;
  const std::lock_guard lock(mutex_);
  copy.source = cine_.source->clone();
  return copy;
}

namespace {

/// Frames of an array that Python owns, whatever its strides.
class ArraySource final : public FrameSource {
public:
  explicit ArraySource(const py::array_t<std::uint8_t>& array)
      : held_(new py::object(array),
              [](py::object* object) {
                const py::gil_scoped_acquire gil; // the last frame may be dropped on a thread without Python
                std::default_delete<py::object>()(object);
              })
      , base_(array.data()) {
    for (int axis = 0; axis < 4; ++axis)
      stride_[axis] = array.strides(axis);
    rows_ = static_cast<int>(array.shape(1));
    columns_ = static_cast<int>(array.shape(2));
    colour_ = array.shape(3) == 3;
  }

  [[nodiscard]] RgbImage frame(int index) override {
    RgbImage image(columns_, rows_);
    const bool packed = colour_ && stride_[3] == 1 && stride_[2] == 3;
    for (int y = 0; y < rows_; ++y) {
      const std::uint8_t* from = base_ + index * stride_[0] + y * stride_[1];
      std::uint8_t* to = image.row(y);
      if (packed) {
        std::memcpy(to, from, static_cast<std::size_t>(columns_) * 3);
        continue;
      }
      for (int x = 0; x < columns_; ++x, from += stride_[2], to += 3)
        for (int c = 0; c < 3; ++c)
          to[c] = colour_ ? from[c * stride_[3]] : *from;
    }
    return image;
  }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override { return std::make_unique<ArraySource>(*this); }

private:
  std::shared_ptr<py::object> held_;
  const std::uint8_t* base_;
  py::ssize_t stride_[4] = {};
  int rows_ = 0;
  int columns_ = 0;
  bool colour_ = false;
};

using Scale = std::optional<std::pair<double, double>>;
using Word = std::optional<std::string>;

OpenOptions optionsFrom(const Scale& mmPerPx, const Word& region, const Word& side, const Word& view) {
  return {spacingFrom(mmPerPx), regionFrom(region), sideFrom(side), viewFrom(view)};
}

/// @param array (frames, rows, columns, 1 or 3)
std::shared_ptr<SharedCine> fromArray(const py::array_t<std::uint8_t>& array, const std::string& name,
                                      const Scale& mmPerPx, const Word& region, const Word& side, const Word& view,
                                      std::optional<std::vector<double>> times) {
  const OpenOptions options = optionsFrom(mmPerPx, region, side, view);
  Cine cine;
  cine.path = name;
  cine.format = "array";
  cine.frames = static_cast<int>(array.shape(0));
  cine.rows = static_cast<int>(array.shape(1));
  cine.columns = static_cast<int>(array.shape(2));
  if (options.mmPerPx) {
    cine.imageMmPerPx = options.mmPerPx;
    cine.imageMmOrigin = CalibrationOrigin::user;
  }
  if (options.region)
    cine.bodyRegion = {options.region, "user"};
  if (options.side)
    cine.side = {options.side, "user"};
  if (options.view)
    cine.view = {options.view, "user"};
  if (times) {
    cine.frameTimes = std::move(times);
    cine.frameTimesOrigin = "user";
  }
  cine.source = std::make_shared<ArraySource>(array);
  return std::make_shared<SharedCine>(std::move(cine));
}

py::object pairOrNone(const std::optional<Spacing>& spacing) {
  return spacing ? py::object(py::make_tuple(spacing->x, spacing->y)) : py::object(py::none());
}
template <typename T>
py::object wordOrNone(const std::optional<T>& value) {
  return value ? py::object(py::str(toString(*value))) : py::object(py::none());
}
py::object textOrNone(const std::string& text) {
  return text.empty() ? py::object(py::none()) : py::object(words(text));
}

py::list regionsOf(const Cine& cine) {
  py::list list;
  for (const UltrasoundRegion& region : cine.regions) {
    py::dict one;
    one["kind"] = toString(region.kind);
    one["box_px"] = py::make_tuple(region.box.x0, region.box.y0, region.box.x1, region.box.y1);
    one["mm_per_px"] = pairOrNone(region.mmPerPx);
    one["mm_origin"] = wordOrNone(region.origin);
    one["problem"] = textOrNone(region.problem);
    list.append(one);
  }
  return list;
}

/// Everything that the file says of itself; nothing that says who the patient is.
py::dict factsOf(const Cine& cine) {
  py::dict facts;
  facts["path"] = fileName(cine.path);
  facts["frames"] = cine.frames;
  facts["rows"] = cine.rows;
  facts["columns"] = cine.columns;
  facts["format"] = words(cine.format);
  facts["sop_class"] = textOrNone(cine.sopClass);
  facts["transfer_syntax"] = textOrNone(cine.transferSyntax);
  facts["photometric"] = textOrNone(cine.photometric);
  facts["study_instance_uid"] = textOrNone(cine.studyInstanceUid);
  facts["series_instance_uid"] = textOrNone(cine.seriesInstanceUid);
  facts["sop_instance_uid"] = textOrNone(cine.sopInstanceUid);
  facts["study_date"] = textOrNone(cine.studyDate);
  facts["manufacturer"] = textOrNone(cine.manufacturer);
  facts["model_name"] = textOrNone(cine.modelName);
  facts["side"] = wordOrNone(cine.side.value);
  facts["side_origin"] = textOrNone(cine.side.origin);
  facts["view"] = wordOrNone(cine.view.value);
  facts["view_origin"] = textOrNone(cine.view.origin);
  facts["region"] = wordOrNone(cine.bodyRegion.value);
  facts["region_origin"] = textOrNone(cine.bodyRegion.origin);
  facts["mm_per_px"] = pairOrNone(cine.imageMmPerPx);
  facts["mm_origin"] = wordOrNone(cine.imageMmOrigin);
  facts["regions"] = regionsOf(cine);
  facts["frame_times"] = cine.frameTimes ? py::object(py::cast(*cine.frameTimes)) : py::object(py::none());
  facts["frame_times_origin"] = textOrNone(cine.frameTimesOrigin);
  py::list problems;
  for (const std::string& problem : cine.problems)
    problems.append(words(problem));
  facts["problems"] = problems;
  return facts;
}

/// (count, rows, columns, 3), frames first, first + step, ...
py::array_t<std::uint8_t> frames(SharedCine& cine, int first, int step, int count) {
  const std::size_t rows = static_cast<std::size_t>(cine.facts().rows);
  const std::size_t columns = static_cast<std::size_t>(cine.facts().columns);
  py::array_t<std::uint8_t> array(std::vector<std::size_t>{static_cast<std::size_t>(count), rows, columns, 3});
  std::uint8_t* to = array.mutable_data();
  PythonProgress progress(py::none(), count, nullptr);
  {
    const py::gil_scoped_release free;
    for (int i = 0; i < count && !progress.stopRequested(); ++i) {
      const RgbImage image = cine.frame(first + i * step);
      to = std::copy(image.data.begin(), image.data.end(), to);
    }
  }
  progress.rethrow();
  return array;
}

/// What a walk over files and folders finds, opened.
class Inputs {
public:
  Inputs(const std::vector<std::string>& paths, const std::optional<std::string>& ownOutput, OpenOptions options)
      : walker_({paths.begin(), paths.end()})
      , options_(std::move(options)) {
    std::error_code ignored;
    if (ownOutput)
      ownOutput_ = std::filesystem::weakly_canonical(*ownOutput, ignored);
  }

  using Item = std::variant<std::monostate, std::shared_ptr<SharedCine>, InputOutcome>;
  /// Without the GIL; one thread at a time.
  [[nodiscard]] Item next() {
    const std::lock_guard lock(mutex_);
    while (auto item = walker_.next()) {
      if (auto* outcome = std::get_if<InputOutcome>(&*item)) {
        if (!wroteItOurselves(outcome->path))
          return std::move(*outcome);
      } else if (const auto& path = std::get<FoundInput>(*item).path; !wroteItOurselves(path)) {
        return opened(path);
      }
    }
    return {};
  }

private:
  [[nodiscard]] Item opened(const std::filesystem::path& path) {
    const auto outcome = [&](InputOutcome::Kind kind, std::string problem, std::string remedy) {
      return InputOutcome{kind, path, std::move(problem), std::move(remedy)};
    };
    try {
      Cine cine = openCine(path, options_);
      if (const auto first = seen_.seenBefore(cine.sopInstanceUid, path))
        return outcome(InputOutcome::Kind::skipped, "same SOP instance as " + first->string(), {});
      return std::make_shared<SharedCine>(std::move(cine));
    } catch (const UsageError&) {
      throw;
    } catch (const NotForUs& error) {
      return outcome(InputOutcome::Kind::skipped, error.problem(), error.remedy());
    } catch (const Error& error) {
      return outcome(InputOutcome::Kind::failed, error.problem(), error.remedy());
    } catch (const std::bad_alloc&) {
      return outcome(InputOutcome::Kind::failed, "not enough memory to open it", "free some memory or try fewer jobs");
    }
  }

  /// Results in a folder that is an input too: a second run must not take them for pictures.
  [[nodiscard]] bool wroteItOurselves(const std::filesystem::path& path) const {
    if (!ownOutput_)
      return false;
    std::error_code ignored;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, ignored);
    const std::string name = real.filename().string();
    if (real.parent_path() == *ownOutput_)
      return name == "results.json" || name == "results.csv" || name == "report.html";
    const std::string folder = real.parent_path().filename().string();
    return real.parent_path().parent_path() == *ownOutput_ && name.starts_with("img-") && name.ends_with(".png") &&
           (folder == "masks" || folder == "pictures" || folder == "overlays");
  }

  std::mutex mutex_;
  InputWalker walker_;
  SeenInstances seen_;
  OpenOptions options_;
  std::optional<std::filesystem::path> ownOutput_;
};

py::object toPython(Inputs::Item item) {
  if (auto* cine = std::get_if<std::shared_ptr<SharedCine>>(&item))
    return py::cast(std::move(*cine));
  if (const auto* outcome = std::get_if<InputOutcome>(&item))
    return py::make_tuple(outcome->kind == InputOutcome::Kind::failed, fileName(outcome->path), words(outcome->problem),
                          words(outcome->remedy));
  return py::none();
}

} // namespace

void addCine(py::module_& module) {
  py::class_<SharedCine, std::shared_ptr<SharedCine>>(module, "Cine")
      .def("facts", [](const SharedCine& cine) { return factsOf(cine.facts()); })
      .def(
          "frame",
          [](SharedCine& cine, int index) {
            RgbImage image;
            {
              const py::gil_scoped_release free;
              image = cine.frame(index);
            }
            return toNumpy(std::move(image));
          },
          py::arg("index"))
      .def("frames", &frames, py::arg("first"), py::arg("step"), py::arg("count"));
  module.def(
      "open",
      [](const std::string& path, const Scale& mmPerPx, const Word& region, const Word& side, const Word& view) {
        const OpenOptions options = optionsFrom(mmPerPx, region, side, view);
        const py::gil_scoped_release free;
        return std::make_shared<SharedCine>(openCine(path, options));
      },
      py::arg("path"), py::arg("mm_per_px"), py::arg("region"), py::arg("side"), py::arg("view"));
  module.def("from_array", &fromArray, py::arg("array").noconvert(), py::arg("name"), py::arg("mm_per_px"),
             py::arg("region"), py::arg("side"), py::arg("view"), py::arg("frame_times"));
  py::class_<Inputs, std::shared_ptr<Inputs>>(module, "Inputs")
      .def(py::init([](const std::vector<std::string>& paths, const std::optional<std::string>& ownOutput,
                       const Scale& mmPerPx, const Word& region, const Word& side, const Word& view) {
             return std::make_shared<Inputs>(paths, ownOutput, optionsFrom(mmPerPx, region, side, view));
           }),
           py::arg("paths"), py::arg("own_output"), py::arg("mm_per_px"), py::arg("region"), py::arg("side"),
           py::arg("view"))
      .def("next", [](Inputs& inputs) {
        Inputs::Item item;
        {
          const py::gil_scoped_release free;
          item = inputs.next();
        }
        return toPython(std::move(item));
      });
}

} // namespace hipcuff::python
