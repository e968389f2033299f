#include "module.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

namespace hipcuff::python {

py::bytes fileName(const std::filesystem::path& path) {
  return {path.native()};
}

py::str words(const std::string& text) {
  PyObject* decoded = PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace");
  if (decoded == nullptr)
    throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

namespace {

template <typename Word>
std::optional<Word> wordFrom(const std::optional<std::string>& given, const char* name, Word first, Word second) {
  if (!given)
    return std::nullopt;
  for (const Word word : {first, second})
    if (*given == toString(word))
      return word;
  throw UsageError(std::string(name) + " does not know '" + *given + "'",
                   std::string("it takes '") + toString(first) + "' or '" + toString(second) + "'");
}

} // namespace

std::optional<Side> sideFrom(const std::optional<std::string>& word) {
  return wordFrom(word, "side", Side::left, Side::right);
}
std::optional<View> viewFrom(const std::optional<std::string>& word) {
  return wordFrom(word, "view", View::longAxis, View::shortAxis);
}
std::optional<BodyRegion> regionFrom(const std::optional<std::string>& word) {
  return wordFrom(word, "region", BodyRegion::lateralHip, BodyRegion::other);
}
std::optional<Spacing> spacingFrom(const std::optional<std::pair<double, double>>& mmPerPx) {
  return mmPerPx ? std::optional(Spacing{mmPerPx->first, mmPerPx->second}) : std::nullopt;
}

PythonProgress::PythonProgress(py::object callback, std::int64_t total, std::shared_ptr<StopFlag> stop)
    : callback_(std::move(callback))
    , total_(total)
    , stop_(std::move(stop)) {
  const py::module_ threading = py::module_::import("threading");
  mainThread_ = threading.attr("get_ident")().equal(threading.attr("main_thread")().attr("ident"));
}

void PythonProgress::start(const std::string& /*what*/, std::int64_t total) {
  const py::gil_scoped_acquire gil;
  total_ = total;
}

void PythonProgress::keep() const {
  if (!error_)
    error_ = std::current_exception();
  ended_ = true;
}

void PythonProgress::advance(std::int64_t steps) {
  if (callback_.is_none())
    return;
  // Not the GIL alone: Python passes it on in the midst of a callback, and one that raised is not called again.
  const std::lock_guard turn(calling_);
  if (ended_)
    return;
  const py::gil_scoped_acquire gil;
  done_ += steps;
  try {
    callback_(done_, total_);
  } catch (...) {
    keep();
  }
}

bool PythonProgress::stopRequested() const {
  if (ended_ || (stop_ && stop_->set))
    return true;
  // Python handles signals on its main thread alone; asking elsewhere would only cost a turn of the GIL.
  if (!mainThread_ || std::this_thread::get_id() != owner_)
    return false;
  const py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() == 0)
    return false;
  try {
    throw py::error_already_set();
  } catch (...) {
    keep();
  }
  return true;
}

void PythonProgress::rethrow() const {
  if (error_)
    std::rethrow_exception(error_);
}

namespace {

/// From one of ours to the Python class of the same name, made from path, problem and remedy.
void raise(const char* name, const Error& error) {
  const py::object type = py::module_::import("hipcuff._errors").attr(name);
  const py::object path = error.path().empty() ? py::object(py::none()) : py::object(fileName(error.path()));
  const py::object value = type(path, words(error.problem()), words(error.remedy()));
  PyErr_SetObject(type.ptr(), value.ptr());
}

} // namespace

void addErrors(py::module_& /*module*/) {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer)
        std::rethrow_exception(pointer);
    } catch (const NotForUs& error) {
      raise("NotForUs", error);
    } catch (const InputError& error) {
      raise("InputError", error);
    } catch (const OutputError& error) {
      raise("OutputError", error);
    } catch (const ConfigError& error) {
      raise("ConfigError", error);
    } catch (const UsageError& error) {
      raise("UsageError", error);
    } catch (const Error& error) {
      raise("Error", error);
    }
  });
}

} // namespace hipcuff::python

PYBIND11_MODULE(_hipcuff, module) {
  using namespace hipcuff::python;
  module.doc() = "The compiled part of the package hipcuff. Use the package; nothing here is meant to stay as it is.";
  module.attr("version") = hipcuff::version;
  module.attr("notice") = hipcuff::notice;
  py::class_<StopFlag, std::shared_ptr<StopFlag>>(module, "Stop")
      .def(py::init())
      .def("set", [](StopFlag& flag) { flag.set = true; })
      .def("is_set", [](const StopFlag& flag) { return flag.set.load(); });
  addErrors(module);
  addCine(module);
  addAnalysis(module);
  addStudies(module);
  addSimulation(module);
}
