"""What one picture's result is worth against its truth: one flat record, plain values only.

docs/accuracy.md ("How each figure is computed") says the same in words; keep the two together.
"""
import numpy as np

from . import lines
from .reading import CLASSES

FOUND_MM = 1.0  # a line nearer than this is the same line
SAMPLE_MM = 0.25  # lines are compared at places this far apart
VISIBLE_DEG = 40.0  # a facet turned further from the beam returns little: not counted as visible
END_MM = 0.5  # a station this far beyond the truth's last one has no truth to be compared with
SMALL_DEPTH = 0.25  # tears below either bound are reported apart
SMALL_LENGTH_MM = 3.0


def as_list(value):
    if value in (None, "", "none", False):
        return []
    return [str(v) for v in value if v != "none"] if isinstance(value, (list, tuple)) else [str(value)]


def not_gradable_kind(truth):
    kinds = as_list(truth.get("not_gradable"))
    if kinds:
        return kinds[0]
    return "unnamed" if truth.get("grade") == "not_gradable" else None


def worst_tear(frame):
    tears = frame.get("discontinuities") or []
    return max(tears, key=lambda t: (t["kind"] == "full_thickness", t["depth_fraction"]), default=None)


def is_small(tear):
    return tear["kind"] != "full_thickness" and (
        tear["depth_fraction"] < SMALL_DEPTH or tear["length_mm"] < SMALL_LENGTH_MM
    )


def truth_part(case):
    truth = case.truth
    frame = case.truth_frame()
    probe = truth.get("probe") or {}
    look = truth.get("processing") or {}
    tear = worst_tear(frame)
    kind = not_gradable_kind(truth)
    return {
        "stratum": case.about.get("stratum", ""),
        "pair": case.about.get("pair"),
        "variation": case.about.get("variation"),
        "variant": case.about.get("variant"),
        "exam": case.about.get("exam"),
        "outside": case.about.get("outside"),
        "class": None if kind else truth["grade"],
        "kind": truth.get("pathology", truth["grade"]),
        "not_gradable": kind,
        "confounders": as_list(truth.get("confounders", truth.get("confounder"))),
        "view": truth.get("view"),
        "side": truth.get("side"),
        "frames": len(truth["frames"]),
        "frequency": probe.get("frequency_mhz"),
        "probe": probe.get("shape") or case.about.get("probe") or ("curved" if probe.get("curved") else "linear"),
        "style": look.get("style") or case.about.get("style"),
        "expected": as_list(truth.get("expected_refusals")),
        "fibre_angle": frame.get("fibre_angle_deg"),
        "tear_depth": tear["depth_fraction"] if tear else None,
        "tear_length": tear["length_mm"] if tear else None,
        "tear_content": tear.get("content") if tear else None,
        "tear_small": is_small(tear) if tear else None,
        "retraction": tear.get("retraction_mm") if tear else None,
    }


def result_part(result):
    if result is None:
        return {"analysed": False, "called": None, "graded": False}
    grade = result["grade"]
    probabilities = grade.get("probabilities") or {}
    graded = grade["class"] in CLASSES
    return {
        "analysed": True,
        "called": grade["class"],
        "graded": graded,
        "subtype": grade.get("subtype"),
        "certainty": grade.get("certainty"),
        "confidence": grade.get("confidence"),
        "probabilities": [probabilities.get(c) or 0.0 for c in CLASSES] if graded else None,
        "reasons": list(result["quality"].get("reasons") or []),
    }


def visible_facet(truth, frame, scale):
    """Truth cortex places under the footprint, every SAMPLE_MM, where the beam meets them at less than VISIBLE_DEG."""
    bone = frame["bone_surface"]
    cortex = lines.as_points(bone["points_px"], scale)
    if len(cortex) < 2:
        return cortex[:0]
    facets = [f for f in bone.get("facets") or [] if f["kind"] == "lateral"]
    ends = [f[k] for f in facets for k in ("begin_px", "end_px")] or frame["tendon"].get("deep_px") or []
    if not ends:
        return cortex[:0]
    x = lines.as_points(ends, scale)[:, 0]
    shown = np.asarray(bone.get("incidence_deg") or np.zeros(len(cortex)), float) < VISIBLE_DEG
    if bone.get("visible") is not None:
        shown &= np.asarray(bone["visible"], bool)
    points, part = lines.resampled(cortex, SAMPLE_MM, shown)
    return points[(part > 0.5) & (points[:, 0] >= x.min()) & (points[:, 0] <= x.max())]


def cortex_part(case, frame, scale):
    truth_line = lines.as_points(frame["bone_surface"]["points_px"], scale)
    wanted = visible_facet(case.truth, frame, scale)
    segments = ((case.result or {}).get("bone_surface") or {}).get("segments") or []
    found = [lines.as_points(s["points_px"], scale) for s in segments]
    out = {"facet_mm": len(wanted) * SAMPLE_MM, "facet_found_mm": 0.0, "cortex_mm": None}
    if len(wanted) and found:
        distance = lines.nearest_of(wanted, found)
        near = distance <= FOUND_MM
        out["facet_found_mm"] = float(near.sum() * SAMPLE_MM)
        out["cortex_mm"] = float(distance[near].mean()) if near.any() else None
    drawn = [lines.resampled(line, SAMPLE_MM) for line in found if len(line) > 1]
    off = [int((lines.nearest(points, truth_line)[0] > FOUND_MM).sum()) for points in drawn]
    out["drawn_mm"] = sum(len(p) for p in drawn) * SAMPLE_MM
    out["drawn_off_mm"] = sum(off) * SAMPLE_MM
    return out


def dice(a, b):
    total = int(a.sum()) + int(b.sum())
    return 2.0 * int((a & b).sum()) / total if total else None


def mask_part(case):
    truth = case.truth_labels()
    result = case.result_labels()
    if result is not None and result.shape != truth.shape:
        raise ValueError(f"{case.picture}: mask is {result.shape[::-1]}, the picture {truth.shape[::-1]}")
    out = {"dice": dice(truth > 0, result > 0) if result is not None else 0.0}
    if (truth == 2).any():
        out["tear_dice"] = dice(truth == 2, result == 2) if result is not None else 0.0
    return out


def truth_stations(frame, scale):
    """(deep line, thickness, positions) of the stations outside a gap."""
    thickness = frame["thickness"]
    gap = thickness.get("in_gap") or [False] * len(thickness["profile_mm"])
    keep = [i for i, inside in enumerate(gap) if not inside]
    deep = lines.as_points(frame["tendon"]["deep_px"], scale)
    if len(deep) != len(keep):
        raise ValueError(f"{len(deep)} deep_px points for {len(keep)} stations outside a gap")
    return deep, np.asarray([thickness["profile_mm"][i] for i in keep], float)


def common_stations(case, frame, scale):
    """Errors of the measured profile at cortex places that the truth has too: (error, lower, upper, truth) arrays."""
    result = case.result
    thickness = (result or {}).get("thickness") or {}
    tendon = (result or {}).get("tendon") or {}
    at = [p for p in thickness.get("position_mm") or []]
    if not at or not tendon.get("deep_px"):
        return None
    deep, truth_mm = truth_stations(frame, scale)
    if len(deep) < 2:
        return None
    position = np.asarray(tendon["position_mm"], float)
    own = lines.as_points(tendon["deep_px"], scale)
    places = np.stack([np.interp(at, position, own[:, k]) for k in (0, 1)], axis=1)
    distance, along = lines.nearest(places, deep)
    arc = lines.arc(deep)
    beyond = ((along <= 1e-9) | (along >= arc[-1] - 1e-9)) & (distance > END_MM)
    step = np.diff(arc)
    piece = np.clip(np.searchsorted(arc, along) - 1, 0, len(step) - 1)
    inside = (along > arc[piece] + 1e-6) & (along < arc[piece + 1] - 1e-6)
    in_gap = inside & (step[piece] > 3 * np.median(step))
    keep = ~beyond & ~in_gap
    if not keep.any():
        return None
    truth_there = np.interp(along, arc, truth_mm)[keep]
    pick = lambda key: np.asarray(thickness[key], float)[keep]  # noqa: E731
    covered = np.array([np.abs(along[keep] - a).min() <= END_MM for a in arc]).mean()
    return pick("profile_mm"), pick("lower_mm"), pick("upper_mm"), truth_there, float(covered)


def thickness_part(case, frame, scale):
    truth_mean = frame["thickness"].get("mean_mm")
    measured = ((case.result or {}).get("thickness") or {}).get("mean_mm")
    out = {"truth_mean_mm": truth_mean, "mean_mm": measured, "stations": 0}
    common = common_stations(case, frame, scale)
    if common is not None:
        value, lower, upper, truth_mm, covered = common
        error = value - truth_mm
        out.update(
            stations=len(error),
            stations_covered=int(((lower <= truth_mm) & (truth_mm <= upper)).sum()),
            interval_mm=float((upper - lower).mean()),
            profile_mae=float(np.abs(error).mean()),
            profile_bias=float(error.mean()),
            footprint_measured=covered,
            common_mm=float(value.mean()),
            common_truth_mm=float(truth_mm.mean()),
        )
    return out


def tear_part(case, frame, scale):
    tear = worst_tear(frame)
    if tear is None or case.result is None:
        return {}
    x = lines.as_points(tear["polygon_px"], scale)[:, 0]
    best, overlap = None, 0.0
    for found in case.result.get("discontinuities") or []:
        if not found.get("polygon_px"):
            continue
        own = lines.as_points(found["polygon_px"], scale)[:, 0]
        shared = min(x.max(), own.max()) - max(x.min(), own.min())
        if shared > overlap:
            best, overlap = found, shared
    if best is None:
        return {"tear_located": False}
    out = {
        "tear_located": True,
        "tear_kind_right": best["kind"] == tear["kind"],
        "depth_error": difference(best.get("depth_fraction"), tear["depth_fraction"]),
        "length_error": difference(best.get("length_mm"), tear["length_mm"]),
        "retraction_error": difference(best.get("retraction_mm"), tear.get("retraction_mm")),
    }
    return out


def difference(a, b):
    return None if a is None or b is None else a - b


def record(case):
    """One picture's figures. Geometry is compared where the truth says that there is a gradable hip."""
    out = {"name": case.name, "truth_path": str(case.truth_path), "picture": str(case.picture)}
    out.update(truth_part(case))
    out.update(result_part(case.result))
    out["result_frame"] = (case.result or {}).get("frame")
    if case.hip is not None:
        out["hip_called"] = case.hip["grade"]["class"]
        out["hip_certainty"] = case.hip["grade"].get("certainty")
    if out["not_gradable"] is None:
        frame = case.truth_frame()
        scale = case.truth["mm_per_px"]
        out.update(cortex_part(case, frame, scale))
        out.update(mask_part(case))
        out.update(thickness_part(case, frame, scale))
        out.update(tear_part(case, frame, scale))
    return out
