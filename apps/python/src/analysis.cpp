// The analysis of one cine, and which plugins there are.
#include "analysis.h"
#include "arrays.h"

#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/grading/prevalence.h"
#include "hipcuff/report/image_parts.h"
#include "hipcuff/report/results_reader.h"

namespace hipcuff::python {

SharedAnalyzer::SharedAnalyzer(Setting setting)
    : setting_(std::make_shared<const Setting>(std::move(setting)))
    , analyzer_(setting_->options) {}

std::vector<std::shared_ptr<Found>> SharedAnalyzer::analyze(SharedCine& input, std::optional<BodyRegion> region,
                                                            std::optional<Side> side, std::optional<View> view,
                                                            py::object callback,
                                                            const std::shared_ptr<StopFlag>& stop) const {
  const AnalyzerOptions& options = setting_->options;
  const auto total = static_cast<std::int64_t>(chooseFrames(options.frames, input.facts().frames).size());
  PythonProgress progress(std::move(callback), total, stop);
  std::vector<ImageResult> images;
  std::string studyDate;
  try {
    const py::gil_scoped_release free;
    Cine cine = input.ownCopy();
    studyDate = cine.studyDate;
    if (region)
      cine.bodyRegion = {region, "user"};
    if (side)
      cine.side = {side, "user"};
    if (view)
      cine.view = {view, "user"};
    const std::vector<std::string>& leftOut = setting_->plugins.leftOut;
    cine.problems.insert(cine.problems.end(), leftOut.begin(), leftOut.end());
    if (options.crew) {
      const Crew::Place place = options.crew->takePlace();
      images = analyzer_.analyze(cine, progress);
    } else {
      images = analyzer_.analyze(cine, progress);
    }
    if (cine.frames == 1) // a still is one step, which the analyzer does not tell of
      progress.advance();
  } catch (const InputError&) {
    progress.rethrow(); // "no frame was analysed", because Ctrl-C came before the first
    throw;
  }
  progress.rethrow();
  std::vector<std::shared_ptr<Found>> found;
  for (ImageResult& image : images)
    found.push_back(std::make_shared<Found>(Found{std::move(image), setting_, studyDate}));
  return found;
}

namespace {

using Word = std::optional<std::string>;

std::vector<std::filesystem::path> pluginFolders(const std::vector<std::string>& given, const Word& installed) {
  std::vector<std::filesystem::path> folders = plugin::searchPath({given.begin(), given.end()});
  if (installed) // the program that runs is Python's; ours are installed beside this package
    folders.emplace_back(*installed);
  return folders;
}

/// @param frames -1 all, 0 automatic, otherwise so many
std::shared_ptr<SharedAnalyzer> makeAnalyzer(int frames, const Word& criteria, const Word& prevalence,
                                             const std::vector<std::string>& plugins,
                                             const std::vector<std::string>& pluginPath, const Word& installed,
                                             bool faultStops, int jobs) {
  Setting setting;
  setting.options.criteria = criteria ? loadCriteria(*criteria) : builtinCriteria();
  if (prevalence)
    setPrevalence(setting.options.criteria, parsePrevalence(*prevalence));
  if (frames != 0)
    setting.options.frames = {frames < 0 ? FrameChoice::Kind::all : FrameChoice::Kind::count, std::max(frames, 0)};
  if (jobs > 1)
    setting.options.crew = std::make_shared<Crew>(jobs);
  std::vector<plugin::Request> requests;
  for (const std::string& text : plugins)
    requests.push_back(plugin::parseRequest(text));
  setting.onFault = faultStops ? plugin::OnFault::stop : plugin::OnFault::builtin;
  setting.plugins =
      plugin::loadPlugins(requests, pluginFolders(pluginPath, installed), builtinStages(), setting.onFault);
  setting.options.stages = setting.plugins.stages;
  return std::make_shared<SharedAnalyzer>(std::move(setting));
}

py::list listPlugins(const std::vector<std::string>& pluginPath, const Word& installed) {
  py::list list;
  for (const plugin::Found& found : plugin::findPlugins(pluginFolders(pluginPath, installed))) {
    py::dict one;
    const auto& d = found.descriptor;
    py::list stages;
    py::list parameters;
    if (d) {
      for (const plugin::Extension stage : d->stages)
        stages.append(plugin::toString(stage));
      for (const plugin::Parameter& parameter : d->parameters)
        parameters.append(words(parameter.name));
    }
    one["name"] = d ? py::object(words(d->name)) : py::object(py::none());
    one["version"] = d ? py::object(words(d->version)) : py::object(py::none());
    one["summary"] = d ? py::object(words(d->summary)) : py::object(py::none());
    one["stages"] = stages;
    one["parameters"] = parameters;
    one["file"] = fileName(found.file);
    one["problem"] = found.problem.empty() ? py::object(py::none()) : py::object(words(found.problem));
    one["hidden"] = found.hidden;
    list.append(one);
  }
  return list;
}

} // namespace

void addAnalysis(py::module_& module) {
  py::class_<Found, std::shared_ptr<Found>>(module, "Found")
      .def(
          "text",
          [](const Found& found) { return py::bytes(report::imageText(found.image, found.setting->options.criteria)); })
      .def("label_mask", [](const Found& found) { return toNumpy(report::labelMask(found.image)); });
  py::class_<SharedAnalyzer, std::shared_ptr<SharedAnalyzer>>(module, "Analyzer")
      .def(py::init(&makeAnalyzer), py::arg("frames"), py::arg("criteria"), py::arg("prevalence"), py::arg("plugins"),
           py::arg("plugin_path"), py::arg("installed_plugins"), py::arg("fault_stops"), py::arg("jobs"))
      .def("plugin_problems",
           [](const SharedAnalyzer& analyzer) {
             py::list list;
             for (const std::string& problem : analyzer.setting().plugins.problems)
               list.append(words(problem));
             return list;
           })
      .def(
          "analyze",
          [](const SharedAnalyzer& analyzer, SharedCine& cine, const Word& region, const Word& side, const Word& view,
             py::object progress, const std::shared_ptr<StopFlag>& stop) {
            return analyzer.analyze(cine, regionFrom(region), sideFrom(side), viewFrom(view), std::move(progress),
                                    stop);
          },
          py::arg("cine"), py::arg("region"), py::arg("side"), py::arg("view"), py::arg("progress"), py::arg("stop"));
  module.def(
      "mask_of", [](const std::string& image) { return toNumpy(report::labelMask(report::imageFromJson(image))); },
      py::arg("image"));
  module.def("plugins", &listPlugins, py::arg("plugin_path"), py::arg("installed_plugins"));
}

} // namespace hipcuff::python
