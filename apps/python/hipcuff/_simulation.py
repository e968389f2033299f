"""Simulated hips with exact truth."""

import json
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from . import _arguments, _hipcuff
from ._arguments import AnyPath, Progress
from ._cine import Picture
from ._errors import UsageError


class Simulated(NamedTuple):
    """A simulated picture or cine. For a cine each has one axis more, of frames, in front."""

    picture: Picture
    """(rows, columns, 3), uint8, RGB: the whole screen as a scanner shows it."""
    truth: Dict[str, Any]
    """Schema hipcuff.truth/1 (docs/simulator.md)."""
    mask: Picture
    """(rows, columns), uint8: 0 background, 1 tendon on its footprint, 2 discontinuity."""


def _text(recipe: Optional[Mapping[str, Any]]) -> bytes:
    try:
        return json.dumps({} if recipe is None else dict(recipe), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise UsageError(None, f"recipe is not plain values: {error}", "see docs/simulator.md") from None


def simulate(
    *, seed: int = 1, recipe: Optional[Mapping[str, Any]] = None, progress: Optional[Progress] = None
) -> Simulated:
    """One simulated hip: (picture, truth, mask).

    recipe: what is to be fixed, as in docs/simulator.md, e.g. {"view": "long", "pathology": "bursal"}; a number given
    as [low, high] is drawn between, and all else is drawn from the seed. The same seed and recipe give the same
    picture. Not a patient: ranges are plausible, not verified.
    """
    picture, mask, truth, _ = _hipcuff.simulate(
        _arguments.seed(seed), _text(recipe), _arguments.callback(progress)
    )
    if len(picture) == 1:
        picture, mask = picture[0], mask[0]
    return Simulated(picture, json.loads(truth), mask)


def draw_recipe(*, seed: int = 1, recipe: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """The whole recipe that simulate() with the same arguments makes its picture from. Draws no picture."""
    drawn: Dict[str, Any] = json.loads(_hipcuff.draw_recipe(_arguments.seed(seed), _text(recipe)))
    return drawn


def simulate_exams(
    out: AnyPath,
    *,
    cases: int = 1,
    seed: int = 1,
    recipe: Optional[Mapping[str, Any]] = None,
    frames: int = 12,
    screen: Optional[Tuple[int, int]] = None,
    whole_exams: bool = False,
    jpeg: bool = False,
    jobs: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> None:
    """Writes simulated exams as DICOM files with their truth beside them: what `hipcuff phantom` writes, byte for byte.

    out/case0001/long.dcm, long.truth.json, long.mask.png, long.recipe.json and so on. frames: of each cine. screen:
    (columns, rows). whole_exams: both hips of one person in each case. The files do not depend on jobs.
    """
    if recipe is not None and (screen is not None or whole_exams):
        raise UsageError(None, "recipe takes neither screen nor whole_exams", "fix the screen in the recipe")
    size = None
    if screen is not None:
        try:
            columns, rows = screen
        except (TypeError, ValueError):
            raise UsageError(None, f"screen is no size: {screen!r}", "it takes (columns, rows)") from None
        size = (_arguments.integer(columns, "screen", 320, 4096), _arguments.integer(rows, "screen", 240, 4096))
    _hipcuff.simulate_exams(
        _arguments.path(out, "out"),
        _arguments.integer(cases, "cases", 1, 100_000),
        _arguments.seed(seed),
        None if recipe is None else _text(recipe),
        _arguments.integer(frames, "frames", 2, 2000),
        size,
        bool(whole_exams),
        bool(jpeg),
        _arguments.jobs(jobs),
        _arguments.callback(progress),
    )
