#!/usr/bin/python3
"""The shipped network against its descriptor, and on a simulated picture of known truth. Without OpenCV's or pydicom's
Python (packages.debian) it says so and ends with 77, which CTest takes for skipped."""
import hashlib
import json
import os
import sys
import unittest
from pathlib import Path

try:
    import cv2
    import numpy as np
    import pydicom  # noqa: F401  (make_pictures reads with it)
except ImportError as missing:
    if __name__ != "__main__":
        raise unittest.SkipTest(f"{missing} (see packages.debian)")
    print(f"SKIPPED: the shipped network is tested with python3-opencv and python3-pydicom: {missing}")
    sys.exit(77)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from evaluate import NAMES, SIZE, Model, dice  # noqa: E402
from make_pictures import grey_of, laid_out  # noqa: E402
from measures import LEAST_SD, SPACING_MM, UNKNOWN, cortex_distances  # noqa: E402

MODELS = HERE.parent / "models"
TESTDATA = HERE.parents[2] / "testdata"


def known_picture(name):
    """(grey, label) of a picture of testdata/ on the network's grid, as make_pictures.py makes them."""
    folder = TESTDATA / name
    truth = json.loads((folder / "image.truth.json").read_text())
    mask = cv2.imread(str(folder / "image.mask.png"), cv2.IMREAD_UNCHANGED)
    return laid_out(grey_of(folder / "image.dcm"), mask, truth, "linear")


class Shipped(unittest.TestCase):
    def setUp(self):
        self.descriptor = json.loads((MODELS / "hipcuff_small.model.json").read_text())
        self.path = MODELS / self.descriptor["file"]

    def test_descriptor_and_file_agree(self):
        d = self.descriptor
        self.assertEqual(d["schema"], "hipcuff.onnx-model/1")
        self.assertEqual(hashlib.sha256(self.path.read_bytes()).hexdigest(), d["sha256"])
        self.assertLess(self.path.stat().st_size, 1_000_000)
        self.assertLessEqual(d["training"]["parameters"], 100_000)
        self.assertEqual((d["input"]["width"], d["input"]["height"]), (SIZE, SIZE))
        self.assertEqual(d["input"]["spacing_mm"], SPACING_MM)
        self.assertEqual(d["input"]["normalisation"]["least_sd"], LEAST_SD)
        self.assertEqual(d["output"]["classes"], list(NAMES))
        self.assertEqual(d["output"]["activation"], "none")  # the network ends in softmax itself

    def test_answers_are_shares_of_the_classes_at_any_multiple(self):
        net = cv2.dnn.readNetFromONNX(str(self.path))
        multiple = self.descriptor["input"]["multiple"]
        for rows, columns in ((SIZE, SIZE), (10 * multiple, 13 * multiple)):
            net.setInput(np.random.default_rng(5).standard_normal((1, 1, rows, columns)).astype(np.float32))
            answer = net.forward()
            self.assertEqual(answer.shape, (1, len(NAMES), rows, columns))
            self.assertLess(np.abs(answer.sum(axis=1) - 1).max(), 1e-4)

    def test_finds_tendon_and_cortex_where_the_truth_has_them(self):
        for name in ("normal-left-long", "normal-right-short"):
            with self.subTest(picture=name):
                grey, label = known_picture(name)
                share = Model(self.path).shares(grey, label != UNKNOWN)
                best = share.argmax(axis=0)
                self.assertGreater(dice(best >= 2, (label == 2) | (label == 3)), 0.75)
                distances = cortex_distances(share[1], label)
                self.assertGreater((distances < 1).mean(), 0.85)
                self.assertLess(np.median(distances), 0.15)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main()
