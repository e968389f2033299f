from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

_Bytes = npt.NDArray[np.uint8]
_Scale = Optional[Tuple[float, float]]
_Word = Optional[str]
_Path = bytes
_Progress = Optional[Callable[[int, int], object]]
_Outcome = Tuple[bool, bytes, str, str]

version: str
notice: str

class Stop:
    def __init__(self) -> None: ...
    def set(self) -> None: ...
    def is_set(self) -> bool: ...

class Cine:
    def facts(self) -> Dict[str, Any]: ...
    def frame(self, index: int) -> _Bytes: ...
    def frames(self, first: int, step: int, count: int) -> _Bytes: ...

def open(path: _Path, mm_per_px: _Scale, region: _Word, side: _Word, view: _Word) -> Cine: ...
def from_array(
    array: _Bytes,
    name: _Path,
    mm_per_px: _Scale,
    region: _Word,
    side: _Word,
    view: _Word,
    frame_times: Optional[Sequence[float]],
) -> Cine: ...

class Inputs:
    def __init__(
        self,
        paths: Sequence[_Path],
        own_output: Optional[_Path],
        mm_per_px: _Scale,
        region: _Word,
        side: _Word,
        view: _Word,
    ) -> None: ...
    def next(self) -> Union[None, Cine, _Outcome]: ...

class Found:
    def text(self) -> bytes: ...
    def label_mask(self) -> _Bytes: ...

class Analyzer:
    def __init__(
        self,
        frames: int,
        criteria: Optional[_Path],
        prevalence: _Word,
        plugins: Sequence[str],
        plugin_path: Sequence[_Path],
        installed_plugins: Optional[_Path],
        fault_stops: bool,
        jobs: int,
    ) -> None: ...
    def plugin_problems(self) -> List[str]: ...
    def analyze(
        self, cine: Cine, region: _Word, side: _Word, view: _Word, progress: _Progress, stop: Optional[Stop]
    ) -> List[Found]: ...

def mask_of(image: bytes) -> _Bytes: ...
def plugins(plugin_path: Sequence[_Path], installed_plugins: Optional[_Path]) -> List[Dict[str, Any]]: ...

class ResultsFolder:
    def __init__(self, analyzer: Analyzer, out: _Path, command: str, jobs: int, pictures: bool) -> None: ...
    def write(self, found: Found) -> None: ...
    def collect(self, found: Found) -> None: ...
    def add_outcome(self, failed: bool, path: _Path, problem: str, remedy: str) -> None: ...
    def finish(self) -> None: ...
    def take_problems(self) -> List[str]: ...

def check_results(path: _Path) -> None: ...

class ValidationWishes:
    results: Sequence[_Path]
    reference: Sequence[_Path]
    out: Optional[_Path]
    units: Sequence[str]
    standard: str
    map: Sequence[str]
    encoding: str
    conflicts: str
    spread: bool
    reviewed: bool
    positive: str
    prevalences: Sequence[float]
    primary: str
    margin: Optional[float]
    exact: bool
    replicates: int
    seed: int
    masks: bool
    jobs: int
    command: str
    def __init__(self) -> None: ...

def validate(wishes: ValidationWishes) -> bytes: ...
def simulate(seed: int, recipe: bytes, progress: _Progress) -> Tuple[_Bytes, _Bytes, bytes, bytes]: ...
def draw_recipe(seed: int, recipe: bytes) -> bytes: ...
def simulate_exams(
    out: _Path,
    cases: int,
    seed: int,
    recipe: Optional[bytes],
    frames: int,
    screen: Optional[Tuple[int, int]],
    whole_exams: bool,
    jpeg: bool,
    jobs: int,
    progress: _Progress,
) -> None: ...
