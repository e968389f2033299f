"""Results compared with a reference."""

import json
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from . import _arguments, _hipcuff
from ._arguments import AnyPath, Paths


def validate(
    results: Paths,
    reference: Paths,
    *,
    out: Optional[AnyPath] = None,
    unit: Union[str, Sequence[str]] = (),
    standard: Optional[str] = None,
    map: Union[str, Sequence[str], Mapping[str, str]] = (),
    encoding: Optional[str] = None,
    conflicts: str = "neither",
    spread: bool = False,
    reviewed: bool = False,
    positive: str = "partial_thickness",
    prevalence: Union[float, Sequence[float]] = (),
    primary: Optional[str] = None,
    margin: Optional[float] = None,
    interval: str = "wilson",
    replicates: int = 2000,
    seed: int = 1,
    masks: bool = True,
    jobs: Optional[int] = None,
) -> Dict[str, Any]:
    """Compares results with a reference and returns the report as a dict (schema hipcuff.validation/1): every number
    with its interval under "values".

    results: results.json files, folders of analyze_study(), `hipcuff analyze` or `hipcuff batch`. reference: tables
    (CSV, TSV), folders of masks or truth, other results; see docs/validation-data.md. out: a folder for the same report
    as HTML, CSV and LaTeX. map: how foreign tables are read, e.g. {"Befund": "class", "class:Ruptur": "full_thickness"}.
    The other arguments are the options of `hipcuff validate`.
    """
    wishes = _hipcuff.ValidationWishes()
    wishes.results = _arguments.paths(results, "results")
    wishes.reference = _arguments.paths(reference, "reference")
    wishes.out = _arguments.optional_path(out, "out")
    wishes.units = _arguments.words(unit, "unit")
    for one in wishes.units:
        _arguments.word(one, "unit", ("image", "hip", "patient"))
    wishes.standard = standard or ""
    if isinstance(map, Mapping):
        wishes.map = [f"{key}={value}" for key, value in map.items()]
    else:
        wishes.map = _arguments.words(map, "map")
    wishes.encoding = (
        _arguments.word(encoding, "encoding", ("utf-8", "utf-16le", "utf-16be", "windows-1252")) or ""
    )
    wishes.conflicts = _arguments.word(conflicts, "conflicts", ("neither", "first", "last")) or ""
    wishes.spread = bool(spread)
    wishes.reviewed = bool(reviewed)
    classes = ("tendinosis", "partial_thickness", "full_thickness")
    wishes.positive = _arguments.word(positive, "positive", classes) or ""
    wishes.prevalences = _arguments.numbers(prevalence, "prevalence", 1e-9, 1 - 1e-9)
    outcomes = ("sensitivity", "specificity", "accuracy", "auc", "kappa")
    wishes.primary = _arguments.word(primary, "primary", outcomes) or ""
    wishes.margin = None if margin is None else _arguments.number(margin, "margin", 0.001, 0.5)
    wishes.exact = _arguments.word(interval, "interval", ("wilson", "exact")) == "exact"
    wishes.replicates = _arguments.integer(replicates, "replicates", 100, 100_000)
    wishes.seed = _arguments.integer(seed, "seed", 0, 1_000_000_000)
    wishes.masks = bool(masks)
    wishes.jobs = _arguments.jobs(jobs)
    wishes.command = _arguments.call_text(
        "validate",
        [results, reference],
        {
            "out": (out, None),
            "unit": (unit, ()),
            "standard": (standard, None),
            "map": (map, ()),
            "encoding": (encoding, None),
            "conflicts": (conflicts, "neither"),
            "spread": (spread, False),
            "reviewed": (reviewed, False),
            "positive": (positive, "partial_thickness"),
            "prevalence": (prevalence, ()),
            "primary": (primary, None),
            "margin": (margin, None),
            "interval": (interval, "wilson"),
            "replicates": (replicates, 2000),
            "seed": (seed, 1),
            "masks": (masks, True),
        },
    )
    report: Dict[str, Any] = json.loads(_hipcuff.validate(wishes))
    return report
