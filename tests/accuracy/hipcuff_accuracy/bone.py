"""The cortex on annotated real bone pictures: crest against the annotated bone line.

Marks of high and medium confidence are scored. What is drawn near a mark of low confidence is neither right nor wrong.
"""
import json
from pathlib import Path

import numpy as np

from . import lines, stats
from .measure import FOUND_MM, SAMPLE_MM

MM_PER_PX = 0.05392  # all 24 pictures
TUNING, REPORTED = range(1, 5), range(5, 8)  # specimens


def annotations(shared):
    """[(specimen, picture path, marks)] in order of name; a mark is (points in mm, confidence)."""
    out = []
    for path in sorted((Path(shared) / "real-ultrasound" / "bone" / "annotations").glob("*.json")):
        data = json.loads(path.read_text())
        marks = [(lines.as_points(s["points_px"], data["mm_per_px"]), s["confidence"]) for s in data["surfaces"]]
        picture = path.parent.parent / data["image"]
        out.append((int(data["image"].split("-")[1][0]), picture, marks))
    return out


def scored(marks, ridges):
    """One picture: millimetres marked, found, drawn and drawn elsewhere, and the distances of what was found."""
    sure = [points for points, confidence in marks if confidence != "low"]
    every = [points for points, _ in marks]
    places = np.concatenate([lines.resampled(m, SAMPLE_MM) for m in sure]) if sure else np.zeros((0, 2))
    distance = lines.nearest_of(places, ridges)
    near = distance <= FOUND_MM
    drawn = off = 0.0
    back = []
    for ridge in ridges:
        if len(ridge) < 2:
            continue
        points = lines.resampled(ridge, SAMPLE_MM)
        to_sure = lines.nearest_of(points, sure)
        to_any = lines.nearest_of(points, every)
        doubtful = (to_any < FOUND_MM) & (to_sure >= FOUND_MM)
        drawn += float((~doubtful).sum() * SAMPLE_MM)
        off += float((to_any > FOUND_MM).sum() * SAMPLE_MM)
        back.append(to_sure[to_sure < FOUND_MM])
    both = np.concatenate([distance[near]] + back)
    return {
        "marked_mm": len(places) * SAMPLE_MM,
        "found_mm": float(near.sum() * SAMPLE_MM),
        "distance_sum": float(both.sum()),
        "distances": int(len(both)),
        "drawn_mm": drawn,
        "off_mm": off,
    }


def score(shared, results_folder):
    """{"tuning": figures, "reported": figures, "pictures": [...]} from the results of `hipcuff analyze`."""
    document = json.loads((Path(results_folder) / "results.json").read_text())
    images = {Path(i["source"]["path"]).name: i for s in document["studies"] for i in s["images"]}
    rows = []
    for specimen, picture, marks in annotations(shared):
        image = images.get(picture.name)
        segments = ((image or {}).get("bone_surface") or {}).get("segments") or []
        ridges = [lines.as_points(s["ridge_px"], (MM_PER_PX, MM_PER_PX)) for s in segments]
        rows.append({"picture": picture.name, "specimen": specimen, **scored(marks, ridges)})
    out = {"pictures": rows}
    for name, specimens in (("tuning", TUNING), ("reported", REPORTED)):
        some = [r for r in rows if r["specimen"] in specimens]
        column = lambda key: [r[key] for r in some]  # noqa: E731
        out[name] = {
            "pictures": len(some),
            "distance_mm": stats.ratio(column("distance_sum"), column("distances")),
            "found": stats.ratio(column("found_mm"), column("marked_mm")),
            "elsewhere": stats.ratio(column("off_mm"), column("drawn_mm")),
        }
    return out


def table(figures):
    from .terminal import number, share

    lines_out = []
    for name in ("tuning", "reported"):
        f = figures[name]
        lines_out.append(
            f"real bone, {name:<9} crest mm {number(f['distance_mm'])}   found {share(f['found'])}   "
            f"drawn elsewhere {share(f['elsewhere'])}"
        )
    return "\n".join(lines_out)
