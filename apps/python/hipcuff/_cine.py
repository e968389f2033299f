"""Inputs: files, folders and arrays as cines."""

import operator
import os
import sys
import warnings
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Type, Union, overload

import numpy as np
import numpy.typing as npt

from . import _arguments, _hipcuff
from ._arguments import AnyPath, Paths, Scale
from ._errors import Error, InputError, InputWarning, NotForUs, UsageError

Picture = npt.NDArray[np.uint8]

MOST_SIDE = 16384
MOST_FRAMES = 1_000_000


class Frames:
    """Some frames of a cine, decoded one by one as they are asked for. Slices of it are Frames too."""

    def __init__(self, cine: "Cine", indices: range) -> None:
        self._cine = cine
        self._indices = indices

    @property
    def shape(self) -> Tuple[int, int, int, int]:
        """(frames, rows, columns, 3)"""
        return (len(self._indices), *self._cine.shape[1:])

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> "Frames": ...
    def __getitem__(self, index: Union[int, slice]) -> "Union[Picture, Frames]":
        if isinstance(index, slice):
            return Frames(self._cine, self._indices[index])
        return self._cine[self._indices[operator.index(index)]]

    def __iter__(self) -> Iterator[Picture]:
        return (self._cine[index] for index in self._indices)

    def to_numpy(self) -> Picture:
        """All of them at once: (frames, rows, columns, 3), uint8."""
        return self._cine._native.frames(self._indices.start, self._indices.step, len(self._indices))

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> "npt.NDArray[Any]":
        if copy is False:
            raise ValueError("frames are decoded into new memory: there is no array without a copy")
        return self.to_numpy() if dtype is None else self.to_numpy().astype(dtype)

    def __repr__(self) -> str:
        return f"<{len(self)} frames of {self._cine.path.name}>"


class Cine:
    """One input: frames on demand, and what the file says of itself. Made by open(), open_all() and from_array().

    cine[12] is frame 12 as displayed: (rows, columns, 3), uint8, RGB. len(), iteration, negative numbers and slices
    work as with a list; frames are decoded when they are asked for, and never all of them unless to_numpy() is called.
    Several threads may use one cine.
    """

    def __init__(self, native: _hipcuff.Cine) -> None:
        self._native = native
        self._facts = native.facts()

    @property
    def path(self) -> Path:
        """As given."""
        return Path(os.fsdecode(self._facts["path"]))

    @property
    def frames(self) -> int:
        """How many."""
        return int(self._facts["frames"])

    @property
    def shape(self) -> Tuple[int, int, int, int]:
        """(frames, rows, columns, 3): of what to_numpy() would return."""
        return self.frames, int(self._facts["rows"]), int(self._facts["columns"]), 3

    @property
    def mm_per_px(self) -> Optional[Tuple[float, float]]:
        """Across and down: of the first B-mode region that has a scale, else of the whole picture. None: no millimetres
        are known. All regions are in info["regions"]."""
        return self._scale()[0]

    @property
    def mm_origin(self) -> Optional[str]:
        """Where mm_per_px comes from: "ultrasound_region", "pixel_spacing", "image_header" or "user"."""
        return self._scale()[1]

    def _scale(self) -> Tuple[Optional[Tuple[float, float]], Optional[str]]:
        for region in self._facts["regions"]:
            if region["kind"] == "b_mode" and region["mm_per_px"] is not None:
                return region["mm_per_px"], region["mm_origin"]
        return self._facts["mm_per_px"], self._facts["mm_origin"]

    @property
    def side(self) -> Optional[str]:
        """"L", "R", or None where nothing says."""
        return self._optional_text("side")

    @property
    def view(self) -> Optional[str]:
        """"long", "short", or None where nothing says."""
        return self._optional_text("view")

    @property
    def region(self) -> Optional[str]:
        """Part of the body: "lateral_hip", "other", or None where nothing says. Only a lateral hip is graded."""
        return self._optional_text("region")

    @property
    def frame_times(self) -> "Optional[npt.NDArray[np.float64]]":
        """Seconds from the first frame, one a frame; None where unknown."""
        times = self._facts["frame_times"]
        return None if times is None else np.array(times, dtype=np.float64)

    @property
    def problems(self) -> List[str]:
        """Sentences: what was wrong or doubtful about the file, and what was done."""
        return list(self._facts["problems"])

    @property
    def info(self) -> Dict[str, Any]:
        """All that is known of the file, as plain values. Holds nothing that says who the patient is."""
        info = dict(self._facts)
        info["path"] = str(self.path)
        info["regions"] = [dict(region) for region in info["regions"]]
        info["problems"] = self.problems
        return info

    def _optional_text(self, key: str) -> Optional[str]:
        value: Optional[str] = self._facts[key]
        return value

    def _all(self) -> Frames:
        return Frames(self, range(self.frames))

    def __len__(self) -> int:
        return self.frames

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> Frames: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Picture, Frames]:
        if isinstance(index, slice):
            return self._all()[index]
        place = operator.index(index)
        if not -self.frames <= place < self.frames:
            raise IndexError(f"frame {place} of a cine with {self.frames}")
        return self._native.frame(place % self.frames)

    def __iter__(self) -> Iterator[Picture]:
        return iter(self._all())

    def to_numpy(self) -> Picture:
        """The whole cine in memory: (frames, rows, columns, 3), uint8."""
        return self._all().to_numpy()

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> "npt.NDArray[Any]":
        return self._all().__array__(dtype, copy)

    def __repr__(self) -> str:
        frames, rows, columns, _ = self.shape
        return f"<Cine {self.path.name}: {frames} frame{'' if frames == 1 else 's'} of {columns} x {rows}>"


def open(
    path: AnyPath,
    *,
    mm_per_px: Optional[Scale] = None,
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
) -> Cine:
    """Opens a DICOM file, a picture or a clip, whatever its name; reads no pixels yet.

    What you say wins over the file: mm_per_px (a number, or across and down), region ("lateral-hip", "other"), side
    ("L", "R"), view ("long", "short").

    Raises InputError where the file can't be read, NotForUs where it is no ultrasound, UsageError for a wrong argument.
    """
    encoded = _arguments.path(path)
    if os.path.isdir(encoded):
        raise InputError(encoded, "is a folder, a file was expected", "open_all() and analyze_all() take folders")
    return Cine(
        _hipcuff.open(
            encoded,
            _arguments.scale(mm_per_px),
            _arguments.region(region),
            _arguments.side(side),
            _arguments.view(view),
        )
    )


def from_array(
    array: "npt.NDArray[np.uint8]",
    *,
    mm_per_px: Optional[Scale],
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
    frame_times: Optional[Sequence[float]] = None,
    name: AnyPath = "array",
) -> Cine:
    """A cine over a NumPy array, which is not copied: leave it as it is while the cine is in use.

    array: uint8, as displayed. (rows, columns) or (frames, rows, columns) is grey; with a last axis of 3 it is RGB. Any
    strides. mm_per_px: your word for the scale, across and down; None where you don't know it, and then nothing is
    measured or graded. name: stands as path in the results.
    """
    four = _four_axes(array)
    try:
        times = None if frame_times is None else [float(time) for time in frame_times]
    except (TypeError, ValueError):
        times = []
    if times is not None and (len(times) != four.shape[0] or not np.all(np.isfinite(times))):
        raise UsageError(None, f"frame_times must be {four.shape[0]} finite numbers, one a frame")
    return Cine(
        _hipcuff.from_array(
            four,
            _arguments.path(name, "name"),
            _arguments.scale(mm_per_px),
            _arguments.region(region),
            _arguments.side(side),
            _arguments.view(view),
            times,
        )
    )


def _four_axes(array: "npt.NDArray[np.uint8]") -> "npt.NDArray[np.uint8]":
    """(frames, rows, columns, 1 or 3), a view of the same memory."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"array must be a NumPy array, not {type(array).__name__}")
    if array.dtype != np.uint8:
        nan = array.dtype.kind == "f" and array.size > 0 and not bool(np.isfinite(array).all())
        raise UsageError(
            None,
            f"array holds {array.dtype}{' with NaN or infinity' if nan else ''}, not uint8",
            "bring the grey values as displayed to 0..255 and convert with astype(numpy.uint8)",
        )
    takes = "it takes (rows, columns), (frames, rows, columns), and both with a last axis of 3 for RGB"
    colour = array.ndim in (3, 4) and array.shape[-1] == 3
    if array.ndim == 4 and array.shape[-1] == 4:
        raise UsageError(None, f"array has four channels: shape {array.shape}", "leave alpha out: array[..., :3]")
    if array.ndim not in (2, 3, 4) or (array.ndim == 4 and not colour):
        raise UsageError(None, f"array has the wrong shape: {array.shape}", takes)
    if array.size == 0:
        raise UsageError(None, f"array is empty: shape {array.shape}", takes)
    four = array if colour else array[..., np.newaxis]
    if four.ndim == 3:
        four = four[np.newaxis]
    if four.shape[0] > MOST_FRAMES or max(four.shape[1:3]) > MOST_SIDE:
        raise UsageError(
            None,
            f"array is too large: {four.shape[0]} frames of {four.shape[1]} rows and {four.shape[2]} columns",
            f"at most {MOST_FRAMES} frames of {MOST_SIDE} a side; axes are frames, rows, columns",
        )
    return four


def outcome_error(outcome: Tuple[bool, bytes, str, str]) -> Error:
    """What a walk could not open: an InputError, or NotForUs where it was passed over."""
    failed, path, problem, remedy = outcome
    return (InputError if failed else NotForUs)(path, problem, remedy)


def warn_of(problem: Union[Error, str], kind: Type[Warning] = InputWarning) -> None:
    """Says so where others go on; attributed to the first caller outside of this package."""
    level = 2
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("hipcuff"):
        level += 1
        if frame.f_back is None:
            break
        frame = frame.f_back
    warnings.warn(str(problem), kind, stacklevel=level)


class Inputs(Iterator[Cine]):
    """What open_all() returns: an iterator over the cines that could be opened.

    problems: the inputs met so far that could not be (InputError), and those passed over (NotForUs: no ultrasound, a
    second copy of the same instance), as exceptions with path, problem and remedy.
    """

    def __init__(self, native: _hipcuff.Inputs) -> None:
        self._native = native
        self.problems: List[Error] = []

    def __iter__(self) -> "Inputs":
        return self

    def __next__(self) -> Cine:
        while True:
            item = self._native.next()
            if item is None:
                raise StopIteration
            if isinstance(item, _hipcuff.Cine):
                return Cine(item)
            error = outcome_error(item)
            self.problems.append(error)
            if isinstance(error, InputError):
                warn_of(error)


def native_inputs(
    inputs: Paths,
    own_output: Optional[bytes],
    mm_per_px: Optional[Scale],
    region: Optional[str],
    side: Optional[str],
    view: Optional[str],
) -> _hipcuff.Inputs:
    return _hipcuff.Inputs(
        _arguments.paths(inputs, "inputs"),
        own_output,
        _arguments.scale(mm_per_px),
        _arguments.region(region),
        _arguments.side(side),
        _arguments.view(view),
    )


def open_all(
    inputs: Paths,
    *,
    mm_per_px: Optional[Scale] = None,
    region: Optional[str] = None,
    side: Optional[str] = None,
    view: Optional[str] = None,
) -> Inputs:
    """Opens all that is found in files, folders (with folders in them) and DICOMDIRs, one by one as you iterate.

    Content decides, not the name. An input that can't be opened gives an InputWarning and stands in `problems` of what
    is returned; the others go on. To stop at the first one instead:
    warnings.simplefilter("error", hipcuff.InputWarning).
    """
    return Inputs(native_inputs(inputs, None, mm_per_px, region, side, view))
