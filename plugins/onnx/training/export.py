#!/usr/bin/python3
"""Writes a trained state as ONNX with its descriptor, and measures what a frame costs through OpenCV on one core.

    export.py --state STATE.pt --out ../models [--name hipcuff_small] [--version 1] [--figures FIGURES.json]

The ONNX file (opset 11, batch norms folded, softmax at its end) holds the running mean of the weights. FIGURES.json (of
evaluate.py) goes into the descriptor as it is.
"""
import argparse
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_pictures import CORTEX_MM  # noqa: E402
from measures import LEAST_SD, SPACING_MM  # noqa: E402
from network import CLASSES, Exported, Network, parameters  # noqa: E402
from recipes import CHECK_SEED, TRAIN_SEED  # noqa: E402

SIZE = 256
SUMMARY = ("A small U-Net for the bone's interface (a line {line} mm thick, its middle on the interface), the gluteus medius "
           "tendon on its footprint and discontinuities in it. Trained on pictures of `hipcuff phantom` alone: see "
           "hipcuff_small.card.md for figures and limits.")


def load(path):
    state = torch.load(path)
    net = Network()
    net.load_state_dict(state["mean"])
    return net.eval(), state["at"]


def milliseconds(path, repeats=25):
    """Shortest and median ms of processor time of one 256 x 256 picture through OpenCV on one thread."""
    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(str(path))
    x = np.random.default_rng(1).standard_normal((1, 1, SIZE, SIZE)).astype(np.float32)
    times = []
    for _ in range(repeats):
        net.setInput(x)
        begin = time.process_time()
        net.forward()
        times.append(1000 * (time.process_time() - begin))
    return min(times), float(np.median(times))


@torch.no_grad()
def difference(net, path):
    """Largest difference between what the trained network and OpenCV answer on noise, at two sizes."""
    most, generator = 0.0, torch.Generator().manual_seed(1)
    other = cv2.dnn.readNetFromONNX(str(path))
    for rows, columns in ((SIZE, SIZE), (160, 208)):
        x = torch.randn(1, 1, rows, columns, generator=generator) * torch.linspace(0, 2, columns)
        other.setInput(x.numpy())
        most = max(most, float(np.abs(torch.softmax(net(x), 1).numpy() - other.forward()).max()))
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--name", default="hipcuff_small")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--figures", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net, (step, _, _, seconds) = load(options.state)
    path = options.out / f"{options.name}.onnx"
    torch.onnx.export(Exported(net), torch.zeros(1, 1, SIZE, SIZE), str(path), opset_version=11,
                      input_names=["picture"], output_names=["classes"])
    off = difference(net, path)
    if off > 1e-4:
        raise SystemExit(f"{path}: OpenCV answers otherwise than torch does, by {off:.1e}")
    least, middle = milliseconds(path)
    descriptor = {
        "schema": "hipcuff.onnx-model/1", "name": options.name, "version": options.version,
        "summary": SUMMARY.format(line=CORTEX_MM), "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input": {"width": SIZE, "height": SIZE, "spacing_mm": SPACING_MM, "channels": 1, "multiple": 16,
                  "normalisation": {"kind": "per_frame", "scale": 1 / 255, "least_sd": LEAST_SD}},
        "output": {"activation": "none", "classes": list(CLASSES)},
        "tiling": {"overlap_px": 32},
        "training": {
            "pictures": "hipcuff phantom, recipes of plugins/onnx/training/recipes.py",
            "seeds": {"training": TRAIN_SEED, "checking": CHECK_SEED}, "steps": step, "cpu_minutes": round(seconds / 60),
            "parameters": parameters(net),
            "figures": json.loads(options.figures.read_text()) if options.figures else None,
        },
    }
    (options.out / f"{options.name}.model.json").write_text(json.dumps(descriptor, indent=1) + "\n")
    print(f"{path.name}: {parameters(net)} parameters, {path.stat().st_size} bytes, step {step}; OpenCV on one core "
          f"{least:.1f} ms (median {middle:.1f}); torch and OpenCV differ by {off:.1e}")


if __name__ == "__main__":
    main()
