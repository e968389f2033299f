"""From records to figures: every rate and mean with its interval, overall and by group."""
import numpy as np

from . import stats
from .reading import CLASSES

TEARS = ("partial_thickness", "full_thickness")


def tear_called(r):
    return r["called"] in TEARS


def is_tear(r):
    return r["class"] in TEARS


def measurable(records):
    return [r for r in records if r["not_gradable"] is None]


def graded(records):
    return [r for r in records if r["graded"]]


def decisions(records):
    """Rates of the grade. Each twice: pictures not graded left out, and (".._strict") not graded taken as wrong."""
    truth = measurable(records)
    out = {}

    def both(name, chosen, right):
        out[name] = stats.rate(right(r) for r in graded(chosen))
        out[name + "_strict"] = stats.rate(r["graded"] and right(r) for r in chosen)

    normals = [r for r in truth if r["class"] == "normal"]
    both("normals_kept", normals, lambda r: r["called"] == "normal")
    out["normals_called_abnormal"] = stats.rate(r["called"] != "normal" for r in graded(normals))
    tears = [r for r in truth if is_tear(r)]
    both("sensitivity", [r for r in tears if not r["tear_small"]], tear_called)
    both("sensitivity_small", [r for r in tears if r["tear_small"]], tear_called)
    both("specificity", [r for r in truth if not is_tear(r)], lambda r: not tear_called(r))
    both("tendinosis_recognised", [r for r in truth if r["class"] == "tendinosis"], lambda r: r["called"] == "tendinosis")
    both("full_recognised", [r for r in truth if r["class"] == "full_thickness"], lambda r: r["called"] == "full_thickness")
    both("class_right", truth, lambda r: r["called"] == r["class"])
    out["gradable_refused"] = stats.rate(not r["graded"] for r in truth)
    refusals = {}
    for r in truth:
        if not r["graded"]:
            for reason in r.get("reasons") or ["not_analysed"]:
                refusals[reason] = refusals.get(reason, 0) + 1
    out["refusal_reasons"] = dict(sorted(refusals.items(), key=lambda item: -item[1]))
    hopeless = [r for r in records if r["not_gradable"] is not None]
    out["not_gradable_recognised"] = stats.rate(not r["graded"] for r in hopeless)
    return out


def agreement(records):
    """Four classes: confusion (truth in rows; last column: not graded) and quadratic weighted kappa of the graded."""
    truth = measurable(records)
    table = np.zeros((4, 5), int)
    for r in truth:
        table[CLASSES.index(r["class"]), CLASSES.index(r["called"]) if r["graded"] else 4] += 1
    some = graded(truth)
    pairs = [(CLASSES.index(r["class"]), CLASSES.index(r["called"])) for r in some]
    # Not graded as wrong: as far from the truth as a class can be.
    strict = pairs + [(t, 3 if t < 2 else 0) for t in (CLASSES.index(r["class"]) for r in truth if not r["graded"])]
    return {
        "confusion": table.tolist(),
        "kappa": stats.kappa([p[0] for p in pairs], [p[1] for p in pairs], 4),
        "kappa_strict": stats.kappa([p[0] for p in strict], [p[1] for p in strict], 4),
    }


def geometry(records):
    """Distances, overlap, thickness and tear size of all gradable pictures, graded or not, where they were measured."""
    truth = measurable(records)
    has = lambda key, rows=truth: [r[key] for r in rows if r.get(key) is not None]  # noqa: E731
    timed = [r for r in truth if r.get("stations")]
    seen = [r for r in truth if r.get("facet_mm")]
    big = [r for r in truth if is_tear(r) and not r["tear_small"] and r["graded"] and tear_called(r)]
    means = [r for r in truth if r.get("mean_mm") is not None and r.get("truth_mean_mm") is not None]
    return {
        "cortex_mm": stats.mean(has("cortex_mm")),
        "facet_found": stats.ratio([r["facet_found_mm"] for r in seen], [r["facet_mm"] for r in seen]),
        "cortex_elsewhere": stats.ratio(
            [r["drawn_off_mm"] for r in truth if "drawn_mm" in r], [r["drawn_mm"] for r in truth if "drawn_mm" in r]
        ),
        "dice": stats.mean([r["dice"] for r in truth if r["graded"]]),
        "dice_strict": stats.mean([r["dice"] for r in truth]),
        "dice_low": float(np.percentile([r["dice"] for r in truth if r["graded"]], 5)) if graded(truth) else None,
        "thickness_measured": stats.rate(bool(r.get("stations")) for r in truth),
        "profile_mae": stats.mean(has("profile_mae")),
        "profile_bias": stats.mean(has("profile_bias")),
        "footprint_measured": stats.mean(has("footprint_measured")),
        "mean_mae": stats.mean([abs(r["mean_mm"] - r["truth_mean_mm"]) for r in means]),
        "mean_bias": stats.mean([r["mean_mm"] - r["truth_mean_mm"] for r in means]),
        "interval_covers": stats.ratio([r["stations_covered"] for r in timed], [r["stations"] for r in timed]),
        "interval_mm": stats.mean(has("interval_mm")),
        "tear_located": stats.rate(r.get("tear_located") for r in big),
        "tear_kind_right": stats.rate(r["tear_kind_right"] for r in big if r.get("tear_located")),
        "depth_error": stats.mean([abs(e) for e in has("depth_error", big)]),
        "depth_bias": stats.mean(has("depth_error", big)),
        "length_error": stats.mean([abs(e) for e in has("length_error", big)]),
        "length_bias": stats.mean(has("length_error", big)),
        "retraction_error": stats.mean([abs(e) for e in has("retraction_error", big)]),
    }


def class_weights(rows, prevalence):
    """Weights that make the classes as frequent as `prevalence` says; all 1 without one."""
    if prevalence is None:
        return np.ones(len(rows))
    count = {c: sum(r["class"] == c for r in rows) for c in CLASSES}
    return np.array([prevalence[CLASSES.index(r["class"])] / count[r["class"]] * len(rows) for r in rows])


def calibration(records, prevalence=None):
    """ECE of the called class's probability, of a tear's, and the mean over the four classes' own."""
    some = graded(measurable(records))
    if not some:
        return {"ece": {"value": None, "n": 0}}
    p = np.array([r["probabilities"] for r in some])
    truth = np.array([CLASSES.index(r["class"]) for r in some])
    called = np.array([CLASSES.index(r["called"]) for r in some])
    weight = class_weights(some, prevalence)
    stated = p[np.arange(len(p)), called]
    right = (called == truth).astype(float)
    torn_stated, torn = p[:, 2] + p[:, 3], (truth >= 2).astype(float)
    rows = np.stack([stated, right, weight, torn_stated, torn], axis=1)
    eces = [stats.ece(p[:, k], truth == k, weight) for k in range(4)]
    return {
        "ece": stats.bootstrap(rows, lambda v: stats.ece(v[:, 0], v[:, 1], v[:, 2]), times=400),
        "ece_tear": stats.bootstrap(rows, lambda v: stats.ece(v[:, 3], v[:, 4], v[:, 2]), times=400),
        "ece_classwise": float(np.mean(eces)),
        "bins": stats.calibration_bins(stated, right, weight),
        "bins_tear": stats.calibration_bins(torn_stated, torn, weight),
        "brier": float((weight * ((p - np.eye(4)[truth]) ** 2).sum(axis=1)).sum() / weight.sum()),
    }


def pairs(records):
    """The same anatomy shown otherwise: change of mean thickness and of class, by what was changed."""
    by_pair = {}
    for r in records:
        if r.get("pair") is not None:
            by_pair.setdefault(r["pair"], {})[r["variant"]] = r
    groups = {}
    for both in by_pair.values():
        if set(both) != {"base", "changed"}:
            continue
        base, changed = both["base"], both["changed"]
        row = {
            "names": [base["name"], changed["name"]],
            "graded": base["graded"] and changed["graded"],
            "same": base["called"] == changed["called"],
            "refused_one": base["graded"] != changed["graded"],
            "change_mm": None,
        }
        if base.get("mean_mm") is not None and changed.get("mean_mm") is not None:
            row["change_mm"] = changed["mean_mm"] - base["mean_mm"]
        for key in ("all", changed["variation"]):
            groups.setdefault(key, []).append(row)
    out = {}
    for key, rows in groups.items():
        changes = [abs(r["change_mm"]) for r in rows if r["change_mm"] is not None]
        out[key] = {
            "pairs": len(rows),
            "below": stats.rate(c < 0.2 for c in changes),
            "p95_mm": float(np.percentile(changes, 95)) if changes else None,
            "class_changed": stats.rate(not r["same"] for r in rows if r["graded"]),
            "class_changed_strict": stats.rate(not r["same"] for r in rows),
            "refused_one": stats.rate(r["refused_one"] for r in rows),
        }
    return out


def cines(records):
    """Cines: the grade of the whole cine, and how often a tear that was called stays through the frames."""
    some = [r for r in records if r["stratum"] == "cine" or (not r["stratum"] and r["frames"] > 1)]
    torn = [r for r in some if is_tear(r) and r["graded"] and tear_called(r)]
    return {
        "cines": len(some),
        "decisions": decisions(some),
        "tears_persistent": stats.rate(r["certainty"] in ("persistent", "confirmed") for r in torn),
    }


def exams(records):
    """Hips of whole exams: several pictures in two views brought together."""
    hips = {}
    for r in records:
        if r.get("exam") is not None:
            hips.setdefault((r["exam"], r["side"]), []).append(r)
    rows = []
    for (exam, side), pictures in sorted(hips.items()):
        called = next((r["hip_called"] for r in pictures if r.get("hip_called")), None)
        certainty = next((r["hip_certainty"] for r in pictures if r.get("hip_called")), None)
        worst = max((r for r in pictures if r["class"]), key=lambda r: CLASSES.index(r["class"]), default=None)
        if worst is None:
            continue
        big = any(is_tear(r) and not r["tear_small"] for r in pictures)
        rows.append(
            {
                "class": worst["class"],
                "called": called,
                "graded": called in CLASSES,
                "tear_small": is_tear(worst) and not big,
                "not_gradable": None,
                "reasons": [],
                "certainty": certainty,
            }
        )
    torn = [r for r in rows if is_tear(r) and r["graded"] and tear_called(r)]
    return {
        "exams": len({exam for exam, _ in hips}),
        "hips": len(rows),
        "decisions": decisions(rows),
        "tears_confirmed": stats.rate(r["certainty"] == "confirmed" for r in torn),
    }


def bin_of(value, edges, unit):
    if value is None:
        return None
    for low, high in zip(edges[:-1], edges[1:]):
        if low <= value < high or (value == high == edges[-1]):
            return f"{low:g} to {high:g}{unit}"
    return f"below {edges[0]:g}{unit}" if value < edges[0] else f"above {edges[-1]:g}{unit}"


GROUPS = {
    "class": lambda r: r["class"],
    "kind": lambda r: r["kind"] if r["not_gradable"] is None else None,
    "view": lambda r: r["view"],
    "probe": lambda r: r["probe"],
    "scanner's look": lambda r: r.get("style"),
    "frequency": lambda r: bin_of(r["frequency"], (5, 8, 10, 12, 14, 17), " MHz"),
    "tear depth": lambda r: None
    if r["kind"] == "full_thickness"
    else bin_of(r["tear_depth"], (0.1, 0.25, 0.5, 0.75, 0.9), ""),
    "tear length": lambda r: bin_of(r["tear_length"], (2, 3, 6, 10, 15, 20, 30), " mm"),
    "tear content": lambda r: r["tear_content"],
    "fibre angle": lambda r: bin_of(
        abs(r["fibre_angle"]) if r["fibre_angle"] is not None else None, (0, 3, 7, 15, 30), " degrees"
    ),
    "recipe": lambda r: {True: "outside tuning ranges", False: "inside tuning ranges"}.get(r["outside"]),
    "still or cine": lambda r: "cine" if r["frames"] > 1 else "still",
}


def grouped(records, key):
    found = {}
    for r in records:
        name = GROUPS[key](r)
        if name is not None:
            found.setdefault(name, []).append(r)
    return found


def by_confounder(records):
    found = {}
    for r in measurable(records):
        for name in r["confounders"]:
            found.setdefault(name, []).append(r)
    out = {}
    for name, rows in sorted(found.items()):
        free = [r for r in rows if not is_tear(r)]
        torn = [r for r in rows if is_tear(r) and not r["tear_small"]]
        out[name] = {
            "pictures": len(free),
            "false_tears": stats.rate(tear_called(r) for r in graded(free)),
            "normals_called_abnormal": stats.rate(r["called"] != "normal" for r in graded(free) if r["class"] == "normal"),
            "refused": stats.rate(not r["graded"] for r in free),
            "tears_called": stats.rate(tear_called(r) for r in graded(torn)),
            "tears_refused": stats.rate(not r["graded"] for r in torn),
            "profile_mae": stats.mean([r.get("profile_mae") for r in free]),
        }
    return out


def by_not_gradable(records):
    out = {}
    for r in records:
        if r["not_gradable"] is not None:
            out.setdefault(r["not_gradable"], []).append(r)
    return {
        name: {
            "recognised": stats.rate(not r["graded"] for r in rows),
            "reason_right": stats.rate(bool(set(r["expected"]) & set(r["reasons"])) for r in rows if r["expected"]),
            "reasons": count_reasons(rows),
        }
        for name, rows in sorted(out.items())
    }


def count_reasons(rows):
    counts = {}
    for r in rows:
        for reason in r.get("reasons") or []:
            counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def main_records(records):
    """The pictures that the overall figures are of: the strata by class, or everything where there are no strata."""
    stills = [r for r in records if r["stratum"] == "class"]
    return stills if stills else [r for r in records if r.get("pair") is None or r.get("variant") == "base"]


def summarise(records, prevalence=None):
    main = main_records(records)
    hopeless = [r for r in records if r["not_gradable"] is not None and r not in main]
    return {
        "pictures": len(records),
        "main_pictures": len(main),
        "decisions": decisions(main + hopeless),
        "agreement": agreement(main),
        "geometry": geometry(main),
        "calibration": calibration(main, prevalence),
        "by": {key: {n: group_row(rows) for n, rows in grouped(main, key).items()} for key in GROUPS},
        "confounders": by_confounder(records),
        "not_gradable": by_not_gradable(records),
        "pairs": pairs(records),
        "cines": cines(records),
        "exams": exams(records),
    }


def group_row(rows):
    return {"pictures": len(rows), "decisions": decisions(rows), "geometry": geometry(rows)}
