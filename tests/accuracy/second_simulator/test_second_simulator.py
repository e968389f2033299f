"""Smoke test: one case of each sort, its truth checked against its own picture and geometry. Takes some seconds."""
import json
import os
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from second_simulator import case, output, recipes  # noqa: E402
from second_simulator.anatomy import Footprint  # noqa: E402


def frame_of(truth):
    return truth["frames"][0]


class SecondSimulator(unittest.TestCase):
    def test_same_seed_same_picture(self):
        a, b, c = (np.asarray(case.simulate(seed, "normal", "long")[0]) for seed in (11, 11, 12))
        self.assertTrue(np.array_equal(a, b))
        self.assertFalse(a.shape == c.shape and np.array_equal(a, c))

    def test_thickness_is_the_distance_of_the_borders(self):
        for view in ("long", "short"):
            truth = case.simulate(21, "normal", view)[2]
            f = frame_of(truth)
            gap = np.subtract(f["tendon"]["superficial_px"], f["tendon"]["deep_px"]) * truth["mm_per_px"][0]
            np.testing.assert_allclose(np.hypot(*gap.T), f["thickness"]["profile_mm"], atol=0.01)
            self.assertAlmostEqual(np.mean(f["thickness"]["profile_mm"]), f["thickness"]["mean_mm"], 2)

    def test_bone_is_bright_and_its_shadow_dark(self):
        image, _, truth, _ = case.simulate(31, "normal", "long")
        grey = np.asarray(image.convert("L")).astype(float)
        below, at = [], []
        for x, y in frame_of(truth)["tendon"]["deep_px"][5:-5]:
            x, y = int(round(x)), int(round(y))
            at.append(grey[y : y + int(0.5 / truth["mm_per_px"][0]) + 2, x].max())
            below.append(grey[y + int(3 / truth["mm_per_px"][0]) : y + int(4 / truth["mm_per_px"][0]), x].mean())
        self.assertGreater(np.mean(at), np.mean(below) + 60)

    def test_fluid_tear_is_darker_than_its_tendon(self):
        for seed in range(41, 60):
            image, mask, truth, _ = case.simulate(seed, "undersurface", "long")
            tear = frame_of(truth)["discontinuities"][0]
            if tear["content"] == "fluid" and tear["depth_fraction"] > 0.4 and tear["length_mm"] > 5:
                break
        grey, label = np.asarray(image.convert("L")), np.asarray(mask)
        self.assertLess(grey[label == 2].mean(), grey[label == 1].mean() - 15)
        left = np.min(frame_of(truth)["thickness"]["remaining_mm"])
        self.assertLess(left, np.max(frame_of(truth)["thickness"]["profile_mm"]) - 0.5 * tear["depth_mm"])

    def test_a_mirrored_hip_is_the_same_hip(self):
        rng, r = np.random.default_rng(5), recipes.draw(np.random.default_rng(5), "normal", "long")
        r["curved"], r["mirror"] = False, False
        hip = case._place(rng, r)
        plain, muscle = Footprint(hip), hip.muscle_from_x
        flipped = Footprint(hip.mirrored(r["width_mm"]))
        np.testing.assert_allclose(flipped.thickness(flipped.stations), plain.thickness(plain.stations), atol=0.02)
        self.assertAlmostEqual(hip.muscle_from_x, r["width_mm"] - muscle)
        self.assertTrue(hip.facet_x[1] < hip.facet_x[0] < hip.muscle_from_x)

    def test_gap_leaves_the_stations_out(self):
        f = frame_of(case.simulate(51, "full_thickness", "short")[2])
        gap = np.array(f["thickness"]["in_gap"])
        self.assertTrue(gap.any())
        self.assertEqual(len(f["tendon"]["superficial_px"]), int((~gap).sum()))
        self.assertTrue(all(v == 0 for v, g in zip(f["thickness"]["remaining_mm"], gap) if g))

    def test_every_special_kind_and_its_files(self):
        kinds = [f"not_gradable:{n}" for n in recipes.NOT_GRADABLE[::3]] + [f"confounder:{n}" for n in recipes.CONFOUNDERS[::4]]
        with tempfile.TemporaryDirectory() as folder:
            for k, kind in enumerate(kinds):
                image, mask, truth, r = case.simulate(60 + k, kind, ("short", "long")[k % 2])
                output.write_case(folder, f"c{k}", image, mask, truth, r, 60 + k)
                with open(os.path.join(folder, f"c{k}.truth.json")) as file:
                    read = json.load(file)
                self.assertEqual(read["grade"] == "not_gradable", kind.startswith("not_gradable"))
                self.assertEqual(read["frames"][0]["discontinuities"], [])
                import pydicom

                ds = pydicom.dcmread(os.path.join(folder, f"c{k}.dcm"))
                self.assertEqual((ds.Columns, ds.Rows), mask.size)
                self.assertAlmostEqual(ds.SequenceOfUltrasoundRegions[0].PhysicalDeltaX * 10, read["mm_per_px"][0], 6)


if __name__ == "__main__":
    unittest.main()
