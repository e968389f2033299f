#!/usr/bin/env python3
"""What splits.json promises: enough pictures, no seed twice, and values that nothing was tuned on.

    python3 tests/accuracy/test_sets.py BUILD/bin/make_accuracy_set
"""
import collections
import json
import subprocess
import sys
import unittest
from pathlib import Path

SPLITS = Path(__file__).resolve().parent / "splits.json"
TOOL = sys.argv.pop(1) if len(sys.argv) > 1 else "make_accuracy_set"


def listed(name):
    said = subprocess.run([TOOL, str(SPLITS), name, "--list"], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in said.splitlines()]


class Sets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.definition = json.loads(SPLITS.read_text())
        cls.sets = {name: listed(name) for name in cls.definition["splits"]}

    def test_no_seed_belongs_to_two_splits(self):
        owner = {}
        for name, pictures in self.sets.items():
            for p in pictures:
                self.assertEqual(owner.setdefault(p["seed"], name), name)
                self.assertGreater(p["seed"], 2**40)  # people tune on seeds that they can type

    def test_the_test_set_is_large_enough(self):
        count = collections.Counter(p["path"].rsplit("/", 1)[0] for p in self.sets["test"])
        self.assertGreaterEqual(count["class/normal"], 300)
        self.assertGreaterEqual(count["class/tendinosis"], 150)
        self.assertGreaterEqual(count["class/full_thickness"], 150)
        self.assertGreaterEqual(sum(count["class/" + k] for k in ("undersurface", "bursal", "intrasubstance")), 150)
        confounders = [k for k in count if k.startswith("confounder/")]
        hopeless = [k for k in count if k.startswith("not_gradable/")]
        self.assertGreaterEqual(len(confounders), 6)
        self.assertGreaterEqual(len(hopeless), 7)
        self.assertTrue(all(count[k] >= 100 for k in confounders))
        self.assertTrue(all(count[k] >= 60 for k in hopeless))
        self.assertGreaterEqual(count["cine"], 40)
        self.assertGreaterEqual(len({p["exam"] for p in self.sets["test"] if "exam" in p}), 40)
        pairs = collections.Counter(p["pair"] for p in self.sets["test"] if "pair" in p)
        self.assertGreaterEqual(len(pairs), 200)
        self.assertEqual(set(pairs.values()), {2})

    def test_paths_are_unique(self):
        for pictures in self.sets.values():
            self.assertEqual(len({p["path"] for p in pictures}), len(pictures))

    def test_outside_is_outside_of_what_recipes_draw(self):
        drawn = json.loads(subprocess.run([TOOL, "--ranges"], capture_output=True, text=True, check=True).stdout)
        for field, ranges in self.definition["outside"].items():
            low, high = drawn[field]
            for a, b in ranges:
                self.assertLess(a, b)
                self.assertTrue(b < low or a > high, f"{field}: {a} to {b} lies in {low:.3f} to {high:.3f}")
        share = [p["outside"] for p in self.sets["test"] if p["stratum"] == "class"]
        self.assertGreater(sum(share) / len(share), 0.4)
        self.assertFalse(any(p.get("outside") for p in self.sets["tuning"] + self.sets["calibration"]))


if __name__ == "__main__":
    unittest.main()
