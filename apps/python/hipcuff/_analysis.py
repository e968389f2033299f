"""The analysis of pictures and cines."""

import json
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Deque, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

from . import _arguments, _hipcuff
from ._arguments import AnyPath, Paths, Progress, Scale
from ._cine import Cine, Picture, from_array, native_inputs, open, outcome_error, warn_of
from ._errors import ConfigError, Error, InputError, OutputError, PluginWarning, UsageError
from .results import Image

Prevalence = Union[str, Mapping[str, float]]
Lines = npt.NDArray[np.float64]


def _installed_plugins() -> Optional[bytes]:
    """<prefix>/lib/hipcuff/plugins of the copy that this package was installed with; None in a build folder."""
    for folder in Path(__file__).resolve().parents:
        if folder.name == "lib":
            return os.fsencode(folder / "hipcuff" / "plugins")
    return None


def _prevalence(value: Optional[Prevalence]) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, Mapping):
        raise TypeError(f"prevalence must be a word or a dict of shares, not {type(value).__name__}")
    return ",".join(f"{name}={_arguments.number(share, 'prevalence', 0, 1)!r}" for name, share in value.items())


class Analyzer:
    """The settings of an analysis, made once and used for many cines, from several threads where you like.

    frames: of a cine: a number (evenly spread), "all", or "auto" (at most 24). criteria: a file to grade by instead of
    the built-in one. prevalence: how common the classes are, as {"normal": 0.4, "tendinosis": 0.2, "partial": 0.2,
    "full": 0.2} or by name. plugins: "NAME" or "NAME,parameter=value" or a file; plugin_path: folders to look in first.
    plugin_fault: "stop", or "builtin" to let the built-in stage stand in where a plugin fails (a PluginWarning where it
    can't be used at all; otherwise the result says so). jobs: threads over the frames of a cine; the result does not
    depend on it.
    """

    def __init__(
        self,
        *,
        frames: Union[int, str] = "auto",
        criteria: Optional[AnyPath] = None,
        prevalence: Optional[Prevalence] = None,
        plugins: Union[str, Sequence[str]] = (),
        plugin_path: Paths = (),
        plugin_fault: str = "stop",
        jobs: int = 1,
    ) -> None:
        count = _arguments.jobs(jobs)
        if count > 1:  # one level of threads is enough; results are the same
            os.environ.setdefault("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "1")
        self._native = _hipcuff.Analyzer(
            _arguments.frames(frames),
            _arguments.optional_path(criteria, "criteria"),
            _prevalence(prevalence),
            _arguments.words(plugins, "plugins"),
            _arguments.paths(plugin_path, "plugin_path") if plugin_path else [],
            _installed_plugins(),
            _arguments.word(plugin_fault, "plugin_fault", ("stop", "builtin")) == "stop",
            count,
        )
        for problem in self._native.plugin_problems():
            warn_of(problem, PluginWarning)

    def analyze(
        self,
        source: Union[Cine, AnyPath],
        *,
        mm_per_px: Optional[Scale] = None,
        region: Optional[str] = None,
        side: Optional[str] = None,
        view: Optional[str] = None,
        label_mask: bool = False,
        progress: Optional[Progress] = None,
    ) -> List[Image]:
        """See hipcuff.analyze()."""
        if isinstance(source, np.ndarray):
            raise TypeError("source must be a cine or a path; a picture in memory goes to analyze_array()")
        if not isinstance(source, Cine):
            source = open(source, mm_per_px=mm_per_px)
        elif mm_per_px is not None:
            raise UsageError(None, "mm_per_px comes too late for an opened cine", "give it to open() or from_array()")
        found = self._native.analyze(
            source._native,
            _arguments.region(region),
            _arguments.side(side),
            _arguments.view(view),
            _arguments.callback(progress),
            None,
        )
        return [image_of(one, label_mask) for one in found]


def image_of(found: _hipcuff.Found, label_mask: bool) -> Image:
    image: Image = json.loads(found.text())
    if label_mask:
        image["label_mask"] = found.label_mask()
    return image


def analyze(
    source: Union[Cine, AnyPath],
    *,
    mm_per_px: Optional[Scale] = None,
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
    frames: Union[int, str] = "auto",
    criteria: Optional[AnyPath] = None,
    prevalence: Optional[Prevalence] = None,
    plugins: Union[str, Sequence[str]] = (),
    plugin_path: Paths = (),
    plugin_fault: str = "stop",
    label_mask: bool = False,
    progress: Optional[Progress] = None,
    jobs: int = 1,
) -> List[Image]:
    """Measures and grades a cine (or a file): one dict for each pane, as in results.json (docs/results.md).

    Only a lateral hip with a scale is graded: where the file does not say so, you do, with region and mm_per_px.
    label_mask=True adds "label_mask", what masks/ID.png would hold: (rows, columns), 0 background, 1 tendon,
    2 discontinuity. progress(done, total) is called after each frame; what it raises ends the analysis, and so does
    Ctrl-C. The other arguments are those of Analyzer.
    """
    analyzer = Analyzer(
        frames=frames,
        criteria=criteria,
        prevalence=prevalence,
        plugins=plugins,
        plugin_path=plugin_path,
        plugin_fault=plugin_fault,
        jobs=jobs,
    )
    return analyzer.analyze(
        source,
        mm_per_px=mm_per_px,
        region=region,
        side=side,
        view=view,
        label_mask=label_mask,
        progress=progress,
    )


def analyze_array(
    array: "npt.NDArray[np.uint8]",
    *,
    mm_per_px: Optional[Scale],
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
    frame_times: Optional[Sequence[float]] = None,
    name: AnyPath = "array",
    frames: Union[int, str] = "auto",
    criteria: Optional[AnyPath] = None,
    prevalence: Optional[Prevalence] = None,
    plugins: Union[str, Sequence[str]] = (),
    plugin_path: Paths = (),
    plugin_fault: str = "stop",
    label_mask: bool = False,
    progress: Optional[Progress] = None,
    jobs: int = 1,
) -> List[Image]:
    """analyze() of from_array(): a picture or cine in memory, whose scale you state."""
    return analyze(
        from_array(
            array, mm_per_px=mm_per_px, region=region, side=side, view=view, frame_times=frame_times, name=name
        ),
        frames=frames,
        criteria=criteria,
        prevalence=prevalence,
        plugins=plugins,
        plugin_path=plugin_path,
        plugin_fault=plugin_fault,
        label_mask=label_mask,
        progress=progress,
        jobs=jobs,
    )


Answer = Union[List[_hipcuff.Found], Error]


class Work:
    """Inputs analysed by so many threads, answers in the order of the inputs, a bounded number of them waiting."""

    def __init__(
        self,
        inputs: _hipcuff.Inputs,
        analyzer: _hipcuff.Analyzer,
        jobs: int,
        then: Callable[[_hipcuff.Found], None] = lambda found: None,
    ) -> None:
        self._inputs = inputs
        self._analyzer = analyzer
        self._jobs = jobs
        self._then = then
        self._stop = _hipcuff.Stop()

    def _answer(self, cine: _hipcuff.Cine) -> Answer:
        def failed(problem: str, remedy: str) -> InputError:
            return InputError(cine.facts()["path"], problem, remedy)

        try:
            found = self._analyzer.analyze(cine, None, None, None, None, self._stop)
            if not self._stop.is_set():
                for one in found:
                    self._then(one)
            return found
        except (ConfigError, OutputError, UsageError):
            raise
        except Error as error:
            return error
        except MemoryError:
            return failed("not enough memory to analyse it", "free some memory or try fewer jobs")
        except Exception as error:  # of a library; whatever class it came as, the others go on
            return failed(f"analysis failed: {error}", "please report it with the file")

    def answers(self) -> Iterator[Answer]:
        waiting: "Deque[Union[Error, Future[Answer]]]" = deque()
        pool = ThreadPoolExecutor(self._jobs, thread_name_prefix="hipcuff")
        try:
            more = True
            while more or waiting:
                while more and len(waiting) < 2 * self._jobs:
                    item = self._inputs.next()
                    if item is None:
                        more = False
                    elif isinstance(item, _hipcuff.Cine):
                        waiting.append(pool.submit(self._answer, item))
                    else:
                        waiting.append(outcome_error(item))
                if waiting:
                    first = waiting.popleft()
                    yield first if isinstance(first, Error) else first.result()
        finally:  # also where the caller breaks off, or Ctrl-C came
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


class Analyses(Iterator[Image]):
    """What analyze_all() returns: an iterator over results, in the order of the inputs.

    problems: the inputs met so far without a result, as exceptions with path, problem and remedy.
    """

    def __init__(self, work: Work, label_mask: bool) -> None:
        self.problems: List[Error] = []
        self._images = self._run(work, label_mask, self.problems)

    @staticmethod  # without self: in a circle, a loop broken off would work on until the garbage is collected
    def _run(work: Work, label_mask: bool, problems: List[Error]) -> Iterator[Image]:
        for answer in work.answers():
            if isinstance(answer, Error):
                problems.append(answer)
                if isinstance(answer, InputError):
                    warn_of(answer)
            else:
                for found in answer:
                    yield image_of(found, label_mask)

    def __iter__(self) -> "Analyses":
        return self

    def __next__(self) -> Image:
        return next(self._images)


def analyze_all(
    inputs: Paths,
    *,
    mm_per_px: Optional[Scale] = None,
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
    frames: Union[int, str] = "auto",
    criteria: Optional[AnyPath] = None,
    prevalence: Optional[Prevalence] = None,
    plugins: Union[str, Sequence[str]] = (),
    plugin_path: Paths = (),
    plugin_fault: str = "stop",
    label_mask: bool = False,
    jobs: Optional[int] = None,
) -> Analyses:
    """Analyses all that is found in files and folders, several at once, and yields one dict for each pane.

    Results come in the order of the inputs and do not depend on jobs (threads; without it, one for each processor). At
    most 2 * jobs inputs are under way, so that a study need not fit into memory. An input that fails gives an
    InputWarning and stands in `problems` of what is returned. Nothing is written; see analyze_study().
    """
    count = _arguments.jobs(jobs)
    analyzer = Analyzer(
        frames=frames,
        criteria=criteria,
        prevalence=prevalence,
        plugins=plugins,
        plugin_path=plugin_path,
        plugin_fault=plugin_fault,
        jobs=count,
    )
    found = native_inputs(inputs, None, mm_per_px, region, side, view)
    return Analyses(Work(found, analyzer._native, count), label_mask)


class Borders(NamedTuple):
    """Lines of one result as arrays of points (x, y), each (points, 2). Empty where there is none."""

    superficial: Lines
    """The tendon's superficial border."""
    deep: Lines
    """Its underside."""
    cortex: Lines
    """The bone's interface under each point of the tendon."""
    bone: List[Lines]
    """Each unbroken stretch of seen bone."""
    discontinuities: List[Lines]
    """The closed outline of each."""


def borders(result: Image, *, unit: str = "px") -> Borders:
    """The lines of a result as arrays.

    unit: "px" of the full picture (pixel centres at whole numbers), or "mm" from the upper left pixel of the pane; that
    needs a calibration.
    """
    _arguments.word(unit, "unit", ("px", "mm"))
    _arguments.result(result)
    calibration = result["calibration"]
    scale, box = calibration["mm_per_px"], calibration["region_px"]
    if unit == "mm" and (scale is None or box is None):
        raise UsageError(None, "the result has no millimetres", 'take unit="px", or analyse with mm_per_px')

    def line(points: Optional[Sequence[Sequence[float]]]) -> Lines:
        array = np.array(points or [], dtype=np.float64).reshape(-1, 2)
        if unit == "px" or scale is None or box is None:
            return array
        converted: Lines = (array - np.array(box[:2])) * np.array(scale)
        return converted

    tendon = result["tendon"]
    return Borders(
        line(tendon["superficial_px"]),
        line(tendon["deep_px"]),
        line(tendon["cortex_px"]),
        [line(segment["points_px"]) for segment in result["bone_surface"]["segments"] or []],
        [line(one["polygon_px"]) for one in result["discontinuities"] or []],
    )


def mask(result: Image) -> Picture:
    """The label mask of a result, drawn from its outlines: (rows, columns), 0 background, 1 gluteus medius tendon,
    2 discontinuity.

    The dict holds points to 0.01 pixel, so that single pixels on a border may differ from masks/ID.png;
    analyze(..., label_mask=True) gives exactly that.
    """
    _arguments.result(result)
    plain: Dict[str, Any] = {key: value for key, value in result.items() if key != "label_mask"}
    try:
        text = json.dumps(plain).encode()
    except (TypeError, ValueError) as error:
        raise UsageError(None, f"result is not as analyze() returns it: {error}") from None
    return _hipcuff.mask_of(text)


def plugins(plugin_path: Paths = ()) -> List[Dict[str, Any]]:
    """The plugins that are found, without loading them: name, version, summary, stages, parameters, file, problem (why
    one can't be used; None: it can), hidden (another of the same name comes before it)."""
    found = _hipcuff.plugins(
        _arguments.paths(plugin_path, "plugin_path") if plugin_path else [], _installed_plugins()
    )
    for one in found:
        one["file"] = os.fsdecode(one["file"])
    return found
