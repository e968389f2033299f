#!/usr/bin/python3
"""Simulates training pictures and lays them out on one grid of millimetres. Needs numpy, OpenCV and pydicom.

    make_pictures.py --hipcuff BIN/hipcuff --out DIR --shards 0:300 [--cases 24] [--check]

Shard N is one recipe (recipes.py) and that many pictures of it; it is written to DIR/train-NNNNN.npz (with --check
DIR/check-NNNNN.npz, other recipes and other seeds). A shard that is there is kept, so that this can be stopped and
started again. An npz holds, per picture i: grey_i and label_i (uint8, rows x columns at SPACING_MM), and `about`, a JSON
text with each picture's seed, kind, pathology, view, probe.

Labels: 0 other, 1 cortex, 2 tendon on its footprint, 3 discontinuity, 255 unknown (outside the picture, bone that the
beam meets so obliquely that it returns nothing).
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pydicom

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measures import SPACING_MM, UNKNOWN  # noqa: E402
from recipes import CHECK_SEED, TRAIN_SEED, recipe_of  # noqa: E402

CORTEX_MM = 0.6  # thickness of the line that is called cortex, its middle on the bone's interface
SEEN_DEG = 60.0  # a bone that the beam meets more obliquely returns nothing: neither cortex nor other
FINER = 4  # lines are drawn on a grid this much finer
CHECK_SHARDS = 500_000  # recipes of the checking pictures


def grey_of(path):
    data = pydicom.dcmread(path)
    pixels = data.pixel_array
    if pixels.ndim == 3:
        return pixels.max(axis=2)  # a tint takes from some channels only; the colour box stays bright
    return pixels


def usable_of(grey, shape):
    """What of the pane shows tissue. Sectors leave corners empty; panes of linear probes are full."""
    usable = np.ones(grey.shape, bool)
    if shape == "linear":
        return usable
    lit = cv2.medianBlur(grey, 3) > int(grey[:3, :3].min())
    columns = np.arange(grey.shape[1])
    first = np.where(lit.any(1), lit.argmax(1), grey.shape[1])
    last = np.where(lit.any(1), grey.shape[1] - 1 - lit[:, ::-1].argmax(1), -1)
    first, last = np.minimum.accumulate(first), np.maximum.accumulate(last)  # a sector only widens with depth
    usable = (columns[None] >= first[:, None]) & (columns[None] <= last[:, None])
    if shape == "curved":
        top = np.where(lit.any(0), lit.argmax(0), grey.shape[0])
        usable &= np.arange(grey.shape[0])[:, None] >= cv2.medianBlur(top.astype(np.float32)[None], 5)[0]
    return usable


def drawn(points, shape, thickness):
    """A mask with a line of this thickness in pixels through points (x, y in pixels), its edges where they belong."""
    fine = np.zeros((shape[0] * FINER, shape[1] * FINER), np.uint8)
    at = np.round((points + 0.5) * FINER * 16 - 8).astype(np.int32)
    cv2.polylines(fine, [at.reshape(-1, 1, 2)], False, 255, max(1, round(thickness * FINER)), cv2.LINE_8, 4)
    return cv2.resize(fine, (shape[1], shape[0]), interpolation=cv2.INTER_AREA) > 127


def laid_out(screen, mask, truth, probe):
    """(grey, label) on the grid, of a whole screen, its mask and its truth; `probe` as a recipe names its shape."""
    x0, y0, x1, y1 = truth["region_px"]
    scale = np.asarray(truth["mm_per_px"], float)
    grey, mask = screen[y0:y1, x0:x1], mask[y0:y1, x0:x1]
    usable = usable_of(grey, probe)
    size = tuple(max(8, int(round(n * mm / SPACING_MM))) for n, mm in zip(grey.shape[::-1], scale))
    area = cv2.INTER_AREA if scale.max() < SPACING_MM else cv2.INTER_LINEAR
    shown = cv2.resize(grey, size, interpolation=area)
    share = [cv2.resize((mask == k).astype(np.float32), size, interpolation=area) for k in (1, 2)]
    label = np.zeros(shown.shape, np.uint8)
    inside = share[0] + share[1] > 0.5
    label[inside] = np.where(share[1] > share[0], 3, 2)[inside]
    bone = truth["frames"][0]["bone_surface"]
    points = np.asarray(bone["points_px"], float).reshape(-1, 2)
    if len(points) > 1 and truth.get("not_gradable") != "no_cortex":
        at = (points - [x0, y0] + 0.5) * scale / SPACING_MM - 0.5
        mark_cortex(label, at, np.asarray(bone["incidence_deg"], float) < SEEN_DEG, inside)
    label[cv2.resize(usable.astype(np.float32), size, interpolation=area) < 0.99] = UNKNOWN
    return shown, label


def mark_cortex(label, at, seen, tendon):
    """Draws the bone's line (points in grid pixels) into the labels: cortex where it is seen, unknown elsewhere."""
    label[drawn(at, label.shape, (CORTEX_MM + 0.6) / SPACING_MM) & ~tendon] = UNKNOWN
    cortex, around = np.zeros(label.shape, bool), np.zeros(label.shape, bool)
    for run in np.split(np.arange(len(at)), np.nonzero(np.diff(seen.astype(int)))[0] + 1):
        if seen[run[0]] and len(run) > 1:
            cortex |= drawn(at[run], label.shape, CORTEX_MM / SPACING_MM)
            around |= drawn(at[run], label.shape, (CORTEX_MM + 0.6) / SPACING_MM)
    label[around & (label == UNKNOWN)] = 0
    label[cortex] = 1


def picture_of(folder, name):
    """(grey, label, about) of one simulated picture on the grid."""
    truth = json.loads((folder / f"{name}.truth.json").read_text())
    probe = json.loads((folder / f"{name}.recipe.json").read_text())["probe"]["shape"]
    mask = cv2.imread(str(folder / truth["frames"][0]["mask"]), cv2.IMREAD_UNCHANGED)
    shown, label = laid_out(grey_of(folder / f"{name}.dcm"), mask, truth, probe)
    about = {"seed": truth["seed"], "view": truth["view"], "pathology": truth["pathology"],
             "confounder": truth["confounder"], "not_gradable": truth["not_gradable"], "probe": probe}
    return shown, label, about


def shard_of(program, number, cases, check, target):
    kind, recipe = recipe_of(number + (CHECK_SHARDS if check else 0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipe.json"
        path.write_text(json.dumps(recipe))
        seed = (CHECK_SEED if check else TRAIN_SEED) + number
        subprocess.run([program, "phantom", "--out", f"{folder}/out", "--recipe", str(path), "--cases", str(cases),
                        "--seed", str(seed), "--jobs", "1", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        arrays, about = {}, []
        for truth in sorted(Path(folder, "out").glob("*/*.truth.json")):
            grey, label, words = picture_of(truth.parent, truth.name.split(".")[0])
            arrays[f"grey_{len(about)}"], arrays[f"label_{len(about)}"] = grey, label
            about.append({**words, "kind": kind})
        arrays["about"] = np.array(json.dumps(about))
    part = target.with_suffix(".part.npz")
    np.savez_compressed(part, **arrays)
    shutil.move(part, target)
    return len(about)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hipcuff", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--shards", required=True, help="FIRST:LAST, the last one left out")
    parser.add_argument("--cases", type=int, default=24)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    first, last = (int(v) for v in options.shards.split(":"))
    for number in range(first, last):
        target = options.out / f"{'check' if options.check else 'train'}-{number:05d}.npz"
        if target.exists():
            continue
        try:
            made = shard_of(options.hipcuff, number, options.cases, options.check, target)
        except subprocess.CalledProcessError as error:
            print(f"{target.name}: {error}", file=sys.stderr)
            continue
        print(target.name, made, flush=True)


if __name__ == "__main__":
    main()
