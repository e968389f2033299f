"""Checks what a caller gives and makes plain values of it, with errors that name the argument."""

import math
import operator
import os
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Union, cast

import numpy as np

from ._errors import UsageError

AnyPath = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Paths = Union[AnyPath, Sequence[AnyPath]]
Scale = Union[float, Sequence[float]]
Progress = Callable[[int, int], object]

LEAST_MM_PER_PX = 0.001  # finer than a wavelength at 60 MHz, or coarser than a whole hip in 100 pixels:
MOST_MM_PER_PX = 5.0  # a slip, not a scale
LARGEST_SEED = 2**53


def usage(problem: str, remedy: str = "") -> UsageError:
    return UsageError(None, problem, remedy)


def path(value: AnyPath, name: str = "path") -> bytes:
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {type(value).__name__}")
    encoded = os.fsencode(value)
    if not encoded:
        raise usage(f"{name} is empty", "name a file or folder")
    if b"\0" in encoded:
        raise usage(f"{name} holds a NUL byte, which no file name can")
    return encoded


def paths(value: Paths, name: str) -> List[bytes]:
    if isinstance(value, (str, bytes, os.PathLike)):
        return [path(value, name)]
    try:
        found = [path(one, name) for one in value]
    except TypeError:
        raise TypeError(f"{name} must be a path or a list of paths, not {type(value).__name__}") from None
    if not found:
        raise usage(f"{name} is empty", "name at least one file or folder")
    return found


def optional_path(value: Optional[AnyPath], name: str) -> Optional[bytes]:
    return None if value is None else path(value, name)


def word(value: Optional[str], name: str, choices: Sequence[str]) -> Optional[str]:
    if value is None:
        return None
    if not isinstance(value, str) or value not in choices:
        raise usage(f"{name} does not know {value!r}", "it takes " + " or ".join(map(repr, choices)))
    return value


def region(value: Optional[str]) -> Optional[str]:
    found = word(value, "region", ("lateral-hip", "lateral_hip", "other"))
    return None if found is None else found.replace("-", "_")


def side(value: Optional[str]) -> Optional[str]:
    return word(value, "side", ("L", "R"))


def view(value: Optional[str]) -> Optional[str]:
    return word(value, "view", ("long", "short"))


def scale(value: Optional[Scale]) -> Optional[Tuple[float, float]]:
    if value is None:
        return None
    numbers: List[float] = []
    if not isinstance(value, (str, bytes)):  # "0.1" is two digits and a dot, not a scale
        try:
            one_number = isinstance(value, (int, float)) or np.ndim(value) == 0  # NumPy's numbers too
            numbers = [float(cast(float, value))] * 2 if one_number else [float(one) for one in cast(Any, value)]
        except (TypeError, ValueError):
            pass
    if len(numbers) != 2:
        raise usage(f"mm_per_px is no scale: {value!r}", "it takes a number, or two: across and down")
    for number in numbers:
        if not LEAST_MM_PER_PX <= number <= MOST_MM_PER_PX:
            raise usage(f"mm_per_px is out of range: {value!r}", "it takes 0.001 to 5 mm per pixel")
    return numbers[0], numbers[1]


def integer(value: Any, name: str, least: int, most: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}") from None
    if isinstance(value, bool) or not least <= number <= most:
        raise usage(f"{name} is out of range: {value!r}", f"it takes {least} to {most}")
    return number


def number(value: Any, name: str, least: float, most: float) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}") from None
    if not math.isfinite(found) or not least <= found <= most:
        raise usage(f"{name} is out of range: {value!r}", f"it takes {least:g} to {most:g}")
    return found


def numbers(value: Union[float, Sequence[float]], name: str, least: float, most: float) -> List[float]:
    """One, or several."""
    return [number(one, name, least, most) for one in (value if isinstance(value, Iterable) else [value])]


def result(value: object) -> None:
    """Refuses what analyze() did not return."""
    if not isinstance(value, dict):
        of = "; take one of its items" if isinstance(value, list) else ""
        raise TypeError(f"result must be one dict of those that analyze() returns, not {type(value).__name__}{of}")
    missing = [part for part in ("source", "calibration", "tendon", "bone_surface") if part not in value]
    if missing:
        raise usage(f"result is not as analyze() returns it: {missing[0]!r} is missing", "take one of its dicts")


def frames(value: Union[int, str]) -> int:
    """-1 all, 0 automatic, otherwise so many."""
    if isinstance(value, str):
        return {"auto": 0, "all": -1}[word(value, "frames", ("auto", "all")) or ""]
    return integer(value, "frames", 1, 1_000_000)


def jobs(value: Optional[int]) -> int:
    return len(os.sched_getaffinity(0)) if value is None else integer(value, "jobs", 1, 1024)


def seed(value: int) -> int:
    return integer(value, "seed", 0, LARGEST_SEED)


def words(value: Union[str, Sequence[str]], name: str) -> List[str]:
    found = [value] if isinstance(value, str) else list(value)
    for one in found:
        if not isinstance(one, str):
            raise TypeError(f"{name} must be words, not {type(one).__name__}")
    return found


def callback(value: Optional[Progress]) -> Optional[Progress]:
    if value is not None and not callable(value):
        raise TypeError(f"progress must be a function of (done, total), not {type(value).__name__}")
    return value



def call_text(function: str, positional: Sequence[object], named: "dict[str, Tuple[object, object]]") -> str:
    """The call as a person would type it, for the record of a run. named: name -> (value, preset)."""

    def plain(value: object) -> object:
        if isinstance(value, (bytes, os.PathLike)):
            return os.fsdecode(value)
        if isinstance(value, (np.generic, np.ndarray)):
            return value.tolist()
        if isinstance(value, (list, tuple)):
            return [plain(one) for one in value]
        return value

    parts = [repr(plain(value)) for value in positional]
    parts += [f"{name}={plain(value)!r}" for name, (value, preset) in named.items() if plain(value) != plain(preset)]
    return f"hipcuff.{function}({', '.join(parts)})"
