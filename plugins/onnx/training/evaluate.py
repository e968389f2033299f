#!/usr/bin/python3
"""What a network is worth on the checking pictures: through OpenCV, as the plugin runs it. Needs numpy and OpenCV.

    evaluate.py --model ../models/hipcuff_small.onnx --data DIR [--json FIGURES.json] [--worst SHEET.png]

Pictures larger than the network's input are covered by overlapping tiles; of each tile the inner part counts. Figures:

    dice            per class, pixels of all pictures together; and the mean over pictures that have the class
    tendon          the same of tendon and discontinuity together
    tears           pictures with a discontinuity of 2 mm2 or more in which 1 mm2 or more of it is found, and pictures
                    without any in which 1 mm2 or more is called
    cortex          distance of the best row to the interface where it is within 1 mm, and the share that is
--worst draws the pictures with the least overlap of tendon: picture, truth, answer.
"""
import argparse
import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measures import SPACING_MM, UNKNOWN, cortex_distances, normalised  # noqa: E402
from pictures import Pictures  # noqa: E402

SIZE, OVERLAP = 256, 32
NAMES = ("other", "cortex", "tendon", "discontinuity")
COLOURS = {1: (255, 255, 0), 2: (255, 80, 0), 3: (0, 0, 255), UNKNOWN: (90, 90, 90)}  # blue, green, red


def starts(length):
    """Where tiles begin: evenly spread, at least OVERLAP shared."""
    if length <= SIZE:
        return [0]
    count = -(-(length - OVERLAP) // (SIZE - OVERLAP))
    return [round(k * (length - SIZE) / (count - 1)) for k in range(count)]


class Model:
    """An ONNX file with one SIZE x SIZE input."""

    def __init__(self, path):
        self.net = cv2.dnn.readNetFromONNX(str(path))

    def shares(self, grey, usable):
        """Probability of each class at each pixel: classes x rows x columns."""
        value, _, _ = normalised(grey, usable)
        value[~usable] = 0
        rows, columns = value.shape
        total = np.zeros((len(NAMES), rows, columns), np.float32)
        weights = np.zeros((rows, columns), np.float32)
        ramp = np.minimum(np.arange(SIZE), np.arange(SIZE)[::-1]) + 1.0
        weight = np.minimum(ramp[:, None], ramp[None]).astype(np.float32)
        for top in starts(rows):
            for left in starts(columns):
                part = value[top:top + SIZE, left:left + SIZE]
                tile = np.zeros((1, 1, SIZE, SIZE), np.float32)
                tile[0, 0, :part.shape[0], :part.shape[1]] = part
                self.net.setInput(tile)
                answer = self.net.forward()[0]
                w = weight[:part.shape[0], :part.shape[1]]
                total[:, top:top + SIZE, left:left + SIZE] += w * answer[:, :part.shape[0], :part.shape[1]]
                weights[top:top + SIZE, left:left + SIZE] += w
        return total / weights


def dice(a, b):
    total = int(a.sum()) + int(b.sum())
    return 2.0 * int((a & b).sum()) / total if total else None


def evaluate(model, pictures):
    """(figures, [(overlap of the tendon, index, best class of each pixel)])"""
    counts = np.zeros((len(NAMES), 3))
    single = {name: [] for name in NAMES[1:]}
    whole, distances, rows = [], [], []
    torn = found = calm = false = 0
    area = SPACING_MM ** 2
    for i, (grey, label, about) in enumerate(pictures.items):
        usable = label != UNKNOWN
        share = model.shares(grey, usable)
        best = share.argmax(0)
        for k, name in enumerate(NAMES):
            a, b = (best == k) & usable, label == k
            counts[k] += ((a & b).sum(), a.sum(), b.sum())
            if k and b.any():
                single[name].append(dice(a, b))
        if about["not_gradable"] != "none":
            continue
        distances.append(cortex_distances(share[1], label))
        tendon = dice((best >= 2) & usable, (label >= 2) & usable)
        if (label >= 2).any() and about["kind"] not in ("limb", "muscle"):
            whole.append(tendon)
            rows.append((tendon, i, best))
        called = ((best == 3) & (label == 3)).sum() * area
        if (label == 3).sum() * area >= 2:
            torn += 1
            found += called >= 1
        elif not (label == 3).any():
            calm += 1
            false += (best == 3).sum() * area >= 1
    distances = np.concatenate(distances)
    near = distances < 1
    figures = {
        "pictures": len(pictures.items),
        "dice_pooled": {n: round(float(2 * c[0] / max(1, c[1] + c[2])), 4) for n, c in zip(NAMES, counts)},
        "dice_mean": {n: round(float(np.mean(v)), 4) for n, v in single.items() if v},
        "tendon_with_discontinuity": {"mean": round(float(np.mean(whole)), 4),
                                      "percentile_5": round(float(np.percentile(whole, 5)), 4)},
        "tears_found": [int(found), int(torn)], "false_tears": [int(false), int(calm)],
        "cortex_mm": round(float(distances[near].mean()), 4), "cortex_found": round(float(near.mean()), 4),
    }
    return figures, sorted(rows, key=lambda r: r[0])


def painted(grey, classes):
    rgb = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for k, colour in COLOURS.items():
        inside = classes == k
        rgb[inside] = (0.55 * rgb[inside] + 0.45 * np.array(colour)).astype(np.uint8)
    return rgb


def sheet(rows, pictures, path, columns=3, count=18):
    cells = []
    for overlap, i, best in rows[:count]:
        grey, label, about = pictures.items[i]
        cell = np.hstack([cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), painted(grey, label), painted(grey, best)])
        scale = min(600 / cell.shape[1], 220 / cell.shape[0])
        small = cv2.resize(cell, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        framed = np.zeros((245, 610, 3), np.uint8)
        framed[:small.shape[0], :small.shape[1]] = small
        words = f"{i} {about['kind']} {about['pathology']} {about['confounder']} {overlap:.2f}"
        cv2.putText(framed, words, (4, 240), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1)
        cells.append(framed)
    while len(cells) % columns:
        cells.append(np.zeros_like(cells[0]))
    cv2.imwrite(str(path), np.vstack([np.hstack(cells[r:r + columns]) for r in range(0, len(cells), columns)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = Pictures(options.data, "check")
    figures, rows = evaluate(Model(options.model), pictures)
    print(json.dumps(figures, indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if options.worst:
        sheet(rows, pictures, options.worst)


if __name__ == "__main__":
    main()
