"""Contact sheets of the worst ten a measure: raw picture with truth (green, tear yellow) and result (magenta, tear red)."""
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from . import summary

TILE = (420, 340)
COLUMNS = 5


def _p_tear(r):
    return (r["probabilities"][2] + r["probabilities"][3]) if r.get("probabilities") else 0.0


def rankings(records):
    """{name: [(badness, record)]}, worst first, only pictures that are wrong at all."""
    truth = summary.measurable(records)
    graded = summary.graded(truth)
    free = [r for r in graded if not summary.is_tear(r)]
    tears = [r for r in graded if summary.is_tear(r) and not r["tear_small"]]
    lists = {
        "cortex-distance": [(r["cortex_mm"], r) for r in truth if r.get("cortex_mm") is not None],
        "cortex-missed": [(1 - r["facet_found_mm"] / r["facet_mm"], r) for r in truth if r.get("facet_mm")],
        "cortex-elsewhere": [(r["drawn_off_mm"], r) for r in truth if r.get("drawn_off_mm")],
        "dice": [(1 - r["dice"], r) for r in graded],
        "thickness-profile": [(r["profile_mae"], r) for r in truth if r.get("profile_mae") is not None],
        "thickness-mean": [
            (abs(r["mean_mm"] - r["truth_mean_mm"]), r) for r in truth if r.get("mean_mm") and r.get("truth_mean_mm")
        ],
        "false-tears": [(_p_tear(r), r) for r in free if summary.tear_called(r)],
        "missed-tears": [(1 - _p_tear(r), r) for r in tears if not summary.tear_called(r)],
        "normals-abnormal": [(r["confidence"], r) for r in free if r["class"] == "normal" and r["called"] != "normal"],
        "tear-depth": [(abs(r["depth_error"]), r) for r in tears if r.get("depth_error") is not None],
        "tear-length": [(abs(r["length_error"]), r) for r in tears if r.get("length_error") is not None],
        "refused": [(1.0, r) for r in truth if r["analysed"] and not r["graded"]],
        "not-gradable-graded": [
            (r["confidence"] or 0.0, r) for r in records if r["not_gradable"] is not None and r["graded"]
        ],
    }
    return {name: sorted((i for i in rows if i[0] > 0), key=lambda i: -i[0]) for name, rows in lists.items()}


def _line(draw, points, at, colour, closed=False):
    if not points:
        return
    path = [at(p) for p in points]
    if closed:
        path.append(path[0])
    # A gap (of a full-thickness tear, of an unseen stretch) is not drawn over.
    for a, b in zip(path[:-1], path[1:]):
        if closed or abs(a[0] - b[0]) + abs(a[1] - b[1]) < 14:
            draw.line([a, b], fill=colour, width=1)


def tile(case, record, badness):
    """One picture with its lines and a caption; None where the analysis left no picture."""
    result = case.result
    raw = ((result or {}).get("picture") or {}).get("raw_png")
    canvas = Image.new("RGB", TILE, (24, 24, 24))
    draw = ImageDraw.Draw(canvas)
    said = f"{badness:.2f}  {record['class'] or record['not_gradable']}/{record['kind']} > {record['called']}"
    more = f"{Path(record['truth_path']).parent.name}/{record['name']}  {' '.join(record['confounders'])} {' '.join(record.get('reasons') or [])}"
    draw.text((4, 2), said[:68], fill=(255, 255, 255))
    draw.text((4, 14), more[:68], fill=(170, 170, 170))
    if not raw:
        draw.text((4, 40), "no picture in the results", fill=(255, 120, 120))
        return canvas
    box = result["calibration"]["region_px"]
    with Image.open(case.results_folder / raw) as image:
        picture = image.convert("RGB")
    scale = min(TILE[0] / picture.width, (TILE[1] - 28) / picture.height)
    picture = picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    canvas.paste(picture, (0, 28))

    def at(p):
        return (p[0] - box[0]) * scale, 28 + (p[1] - box[1]) * scale

    frame = case.truth_frame()
    _line(draw, frame["bone_surface"]["points_px"], at, (0, 200, 0))
    _line(draw, (frame.get("tendon") or {}).get("superficial_px") or [], at, (0, 200, 0))
    for tear in frame.get("discontinuities") or []:
        _line(draw, tear["polygon_px"], at, (255, 220, 0), closed=True)
    for segment in (result.get("bone_surface") or {}).get("segments") or []:
        _line(draw, segment["points_px"], at, (255, 0, 255))
    _line(draw, (result.get("tendon") or {}).get("superficial_px") or [], at, (255, 0, 255))
    for tear in result.get("discontinuities") or []:
        _line(draw, tear.get("polygon_px") or [], at, (255, 60, 60), closed=True)
    return canvas


def write_sheets(cases, records, folder, count=10):
    """One PNG a measure; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    by_path = {str(c.truth_path): c for c in cases}
    written = []
    for name, rows in rankings(records).items():
        rows = rows[:count]
        if not rows:
            continue
        high = -(-len(rows) // COLUMNS)
        sheet = Image.new("RGB", (TILE[0] * min(COLUMNS, len(rows)), TILE[1] * high))
        for i, (badness, record) in enumerate(rows):
            place = (TILE[0] * (i % COLUMNS), TILE[1] * (i // COLUMNS))
            sheet.paste(tile(by_path[record["truth_path"]], record, float(np.round(badness, 3))), place)
        path = folder / f"worst-{name}.png"
        sheet.save(path)
        written.append(path)
    return written
