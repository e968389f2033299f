"""Folders of results: written and read back."""

import builtins
import json
import os
from pathlib import Path
from typing import List, Optional, Sequence, Union

from . import _arguments, _hipcuff
from ._analysis import Analyzer, Prevalence, Work
from ._arguments import AnyPath, Paths, Progress, Scale
from ._cine import native_inputs, warn_of
from ._errors import Error, InputError, PluginWarning
from .results import Results


def analyze_study(
    inputs: Paths,
    *,
    out: AnyPath,
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
    pictures: bool = True,
    jobs: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Results:
    """Analyses all that is found in files and folders, and writes what `hipcuff analyze --no-overlays` writes into the
    folder `out`: results.json, results.csv, report.html, masks, pictures, and what plugins export. Returns results.json
    as a dict, with the hips of each study.

    Inputs that fail stand in ["inputs"]["failed"] and give an InputWarning each. progress(done, 0) is called after each
    input. Ctrl-C and exceptions leave results.json, results.csv and report.html of an earlier run as they were.
    """
    count = _arguments.jobs(jobs)
    folder = _arguments.path(out, "out")
    call = _arguments.call_text(
        "analyze_study",
        [inputs],
        {
            "out": (out, None),
            "mm_per_px": (mm_per_px, None),
            "region": (region, None),
            "side": (side, None),
            "view": (view, None),
            "frames": (frames, "auto"),
            "criteria": (criteria, None),
            "prevalence": (prevalence, None),
            "plugins": (plugins, ()),
            "plugin_path": (plugin_path, ()),
            "plugin_fault": (plugin_fault, "stop"),
            "pictures": (pictures, True),
        },
    )
    told = _arguments.callback(progress)
    analyzer = Analyzer(
        frames=frames,
        criteria=criteria,
        prevalence=prevalence,
        plugins=plugins,
        plugin_path=plugin_path,
        plugin_fault=plugin_fault,
        jobs=count,
    )
    found_inputs = native_inputs(inputs, folder, mm_per_px, region, side, view)
    writer = _hipcuff.ResultsFolder(analyzer._native, folder, call, count, bool(pictures))

    def warn_of_exporters() -> None:
        for problem in writer.take_problems():
            warn_of(problem, PluginWarning)

    failed: List[Error] = []
    for done, answer in enumerate(Work(found_inputs, analyzer._native, count, writer.write).answers(), 1):
        if isinstance(answer, Error):
            path = b"" if answer.path is None else os.fsencode(answer.path)
            writer.add_outcome(isinstance(answer, InputError), path, answer.problem, answer.remedy)
            if isinstance(answer, InputError):
                failed.append(answer)
        else:
            for found in answer:
                writer.collect(found)
        if told is not None:
            told(done, 0)
        warn_of_exporters()
    writer.finish()
    warn_of_exporters()
    for error in failed:
        warn_of(error)
    return _read(Path(os.fsdecode(folder)) / "results.json")


def load_results(path: AnyPath) -> Results:
    """A results.json, or that of a folder that `hipcuff analyze` or analyze_study() wrote, as a dict.

    Everything in it is checked as the toolkit does when it reads one. Raises InputError where it is none.
    """
    encoded = _arguments.path(path)
    _hipcuff.check_results(encoded)
    file = Path(os.fsdecode(encoded))
    return _read(file / "results.json" if file.is_dir() else file)


def _read(file: Path) -> Results:
    with builtins.open(file, encoding="utf-8") as stream:
        results: Results = json.load(stream)
    return results
