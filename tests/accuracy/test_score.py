#!/usr/bin/env python3
"""The scorer on tiny made-up truth and results whose figures can be worked out by hand."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))

import score  # noqa: E402
from hipcuff_accuracy import bone, lines, measure, reading, report, stats, summary, targets  # noqa: E402

SIZE = 100  # pixels a side, 0.1 mm each: 1 px is 0.1 mm everywhere below
BONE, TOP = 60, 20  # cortex and superficial border: a tendon 4 mm thick
FIRST, LAST = 20, 80  # the footprint


def truth(**changes):
    """A flat bone with a flat tendon on it; stations every 0.25 mm."""
    x = [FIRST + 2.5 * i for i in range(25)]
    bone_x = [10 + 2.5 * i for i in range(33)]
    tears = changes.pop("discontinuities", [])
    gap = changes.pop("gap", (0, 0))
    in_gap = [gap[0] < v < gap[1] for v in x]
    seen = [v for v, g in zip(x, in_gap) if not g]
    document = {
        "schema": "hipcuff.truth/1",
        "side": "L",
        "view": "long",
        "pathology": "normal",
        "grade": "normal",
        "mm_per_px": [0.1, 0.1],
        "probe": {"frequency_mhz": 12},
        "frames": [
            {
                "frame": 0,
                "mask": "a.mask.png",
                "fibre_angle_deg": 2,
                "bone_surface": {
                    "points_px": [[v, BONE] for v in bone_x],
                    "incidence_deg": [0] * len(bone_x),
                    "facets": [{"kind": "lateral", "begin_px": [FIRST, BONE], "end_px": [LAST, BONE]}],
                },
                "tendon": {"superficial_px": [[v, TOP] for v in seen], "deep_px": [[v, BONE] for v in seen]},
                "thickness": {
                    "mean_mm": 4.0,
                    "max_mm": 4.0,
                    "position_mm": [0.25 * i for i in range(25)],
                    "profile_mm": [4.0] * 25,
                    "in_gap": in_gap,
                },
                "discontinuities": tears,
            }
        ],
    }
    document.update(changes)
    return document


def tear(kind="bursal", depth=0.5, length=4.0, x0=30, x1=70):
    polygon = [[x0, TOP], [x1, TOP], [x1, TOP + 20], [x0, TOP + 20]]
    return {"kind": kind, "depth_fraction": depth, "length_mm": length, "polygon_px": polygon, "content": "fluid"}


def result(called="normal", bone=BONE, bone_x=(10, 90), thickness=4.0, interval=(3.5, 4.5), x=(FIRST, LAST), found=()):
    classes = list(reading.CLASSES)
    graded = called in classes
    stations = list(np.arange(x[0], x[1] + 1e-9, 2.5))
    position = [0.1 * (v - stations[0]) for v in stations]
    return {
        "source": {"path": "a.dcm", "sop_instance_uid": "1.2", "pane": 0},
        "quality": {"gradable": graded, "reasons": [] if graded else ["too_dark"]},
        "frame": 0,
        "bone_surface": {"segments": [{"points_px": [[bone_x[0], bone], [bone_x[1], bone]]}]},
        "tendon": {"deep_px": [[v, bone] for v in stations], "position_mm": position},
        "masks": {"label_png": "masks/a.png"},
        "thickness": {
            "mean_mm": thickness,
            "position_mm": position,
            "profile_mm": [thickness] * len(stations),
            "lower_mm": [interval[0]] * len(stations),
            "upper_mm": [interval[1]] * len(stations),
        },
        "discontinuities": list(found),
        "grade": {
            "class": called,
            "probabilities": {c: 0.7 if c == called else 0.1 for c in classes} if graded else None,
            "confidence": 0.7 if graded else 0.0,
            "subtype": None,
            "certainty": "suspected",
        },
    }


def mask(top=TOP, bottom=BONE, defect=None):
    labels = np.zeros((SIZE, SIZE), np.uint8)
    labels[top:bottom, FIRST:LAST] = 1
    if defect:
        labels[top : top + 20, defect[0] : defect[1]] = 2
    return labels


class Folder:
    """Truth and results on disk, as the programs leave them."""

    def __init__(self, where, the_truth, the_result, truth_mask=None, result_mask=None):
        self.data, self.results = Path(where) / "data", Path(where) / "results"
        self.data.mkdir()
        (self.results / "masks").mkdir(parents=True)
        (self.data / "a.truth.json").write_text(json.dumps(the_truth))
        Image.fromarray(mask() if truth_mask is None else truth_mask).save(self.data / "a.mask.png")
        Image.fromarray(mask() if result_mask is None else result_mask).save(self.results / "masks/a.png")
        the_result["source"]["path"] = str(self.data / "a.dcm")
        document = {"studies": [{"images": [the_result]}]}
        (self.results / "results.json").write_text(json.dumps(document))

    def record(self):
        cases = reading.read_truths(self.data)
        reading.match(cases, [self.results])
        return measure.record(cases[0])


class Geometry(unittest.TestCase):
    def measured(self, *arguments, **masks):
        with tempfile.TemporaryDirectory() as where:
            return Folder(where, *arguments, **masks).record()

    def test_a_perfect_result_has_no_error(self):
        r = self.measured(truth(), result())
        self.assertEqual((r["cortex_mm"], r["dice"], r["profile_mae"], r["profile_bias"]), (0, 1, 0, 0))
        self.assertEqual(r["facet_found_mm"], r["facet_mm"])
        self.assertEqual((r["stations"], r["stations_covered"]), (25, 25))
        self.assertEqual(r["drawn_off_mm"], 0)

    def test_a_cortex_too_deep_and_too_short(self):
        r = self.measured(truth(), result(bone=BONE + 3, bone_x=(10, 50)))
        # 25 places of the facet; those up to 1 mm beyond the end still count as found: 50 + sqrt(10^2 - 3^2) = 59.5 px
        self.assertEqual((r["facet_mm"], r["facet_found_mm"]), (25 * 0.25, 16 * 0.25))
        beyond = [np.hypot(0.3, d) for d in (0.25, 0.5, 0.75)]
        self.assertAlmostEqual(r["cortex_mm"], (13 * 0.3 + sum(beyond)) / 16)

    def test_a_line_elsewhere_is_counted(self):
        r = self.measured(truth(), result(bone=BONE - 15))
        self.assertEqual(r["facet_found_mm"], 0)
        self.assertIsNone(r["cortex_mm"])
        self.assertEqual(r["drawn_off_mm"], r["drawn_mm"])
        self.assertGreater(r["drawn_mm"], 8)

    def test_steep_cortex_is_not_asked_for(self):
        document = truth()
        incidence = [60 if x < 50 else 10 for x in (p[0] for p in document["frames"][0]["bone_surface"]["points_px"])]
        document["frames"][0]["bone_surface"]["incidence_deg"] = incidence
        self.assertEqual(self.measured(document, result())["facet_mm"], 13 * 0.25)  # 50 to 80 px

    def test_thickness_error_bias_and_cover(self):
        r = self.measured(truth(), result(thickness=3.7, interval=(3.0, 3.9)))
        self.assertAlmostEqual(r["profile_mae"], 0.3)
        self.assertAlmostEqual(r["profile_bias"], -0.3)
        self.assertAlmostEqual(r["mean_mm"] - r["truth_mean_mm"], -0.3)
        self.assertEqual((r["stations"], r["stations_covered"]), (25, 0))

    def test_stations_beyond_the_truth_and_in_a_gap_are_left_out(self):
        r = self.measured(truth(), result(x=(0, 50)))
        self.assertEqual(r["stations"], 15)  # 15 to 50 px: 0.5 mm beyond the end still counts
        self.assertAlmostEqual(r["footprint_measured"], 15 / 25)  # 20 to 50 px, and 0.5 mm further
        torn = truth(gap=(40, 60), discontinuities=[tear("full_thickness", 1, 2, 40, 60)], grade="full_thickness")
        self.assertEqual(self.measured(torn, result())["stations"], 18)  # 25 without 42.5 to 57.5 px

    def test_dice(self):
        r = self.measured(truth(), result(), result_mask=mask(top=30))
        self.assertAlmostEqual(r["dice"], 2 * 30 / (30 + 40))
        r = self.measured(truth(), result(), truth_mask=mask(defect=(30, 70)))
        self.assertEqual(r["dice"], 1)  # a defect belongs to the tendon
        self.assertEqual(r["tear_dice"], 0)

    def test_tear_size(self):
        torn = truth(discontinuities=[tear(depth=0.5, length=4.0)], grade="partial_thickness", pathology="bursal")
        found = [tear("undersurface", 0.9, 1.0, 10, 31), tear("bursal", 0.3, 5.5, 32, 75)]
        r = self.measured(torn, result("partial_thickness", found=found))
        self.assertAlmostEqual(r["depth_error"], -0.2)  # of the one that shares most of its course
        self.assertAlmostEqual(r["length_error"], 1.5)
        self.assertTrue(r["tear_kind_right"])
        self.assertFalse(r["tear_small"])
        r = self.measured(torn, result("partial_thickness", found=[tear(x0=71, x1=79)]))
        self.assertFalse(r["tear_located"])
        for depth, length in ((0.24, 10), (0.8, 2.9)):
            small = truth(discontinuities=[tear(depth=depth, length=length)], grade="partial_thickness")
            self.assertTrue(self.measured(small, result())["tear_small"])

    def test_not_gradable_has_no_geometry(self):
        r = self.measured(truth(not_gradable="too_dark"), result("not_gradable"))
        self.assertEqual((r["not_gradable"], r["class"], r["graded"]), ("too_dark", None, False))
        self.assertNotIn("dice", r)

    def test_wrong_mask_size_is_an_error(self):
        with self.assertRaises(ValueError):
            self.measured(truth(), result(), result_mask=np.zeros((50, 50), np.uint8))


def graded(truth_class, called, **more):
    record = {
        "name": "x",
        "stratum": "",
        "class": truth_class,
        "kind": truth_class,
        "called": called,
        "graded": called in reading.CLASSES,
        "analysed": True,
        "not_gradable": None,
        "confounders": [],
        "tear_small": False,
        "probabilities": [0.7 if c == called else 0.1 for c in reading.CLASSES],
        "reasons": [] if called in reading.CLASSES else ["no_cortex"],
    }
    record.update(more)
    return record


class Decisions(unittest.TestCase):
    def setUp(self):
        p, n = "partial_thickness", "normal"
        self.records = (
            [graded(n, n)] * 6 + [graded(n, "tendinosis")] + [graded(n, p)] + [graded(n, "not_gradable")] * 2
            + [graded("tendinosis", "tendinosis")] * 3 + [graded("tendinosis", p)]
            + [graded(p, p)] * 7 + [graded(p, n)] + [graded(p, "not_gradable")] * 2
            + [graded(p, n, tear_small=True)] * 2
        )

    def value(self, name):
        return summary.decisions(self.records)[name]["value"]

    def test_rates_leave_refused_out_or_take_them_as_wrong(self):
        self.assertAlmostEqual(self.value("normals_kept"), 6 / 8)
        self.assertAlmostEqual(self.value("normals_kept_strict"), 6 / 10)
        self.assertAlmostEqual(self.value("normals_called_abnormal"), 2 / 8)
        self.assertAlmostEqual(self.value("sensitivity"), 7 / 8)
        self.assertAlmostEqual(self.value("sensitivity_strict"), 7 / 10)
        self.assertAlmostEqual(self.value("sensitivity_small"), 0)
        self.assertAlmostEqual(self.value("specificity"), 10 / 12)
        self.assertAlmostEqual(self.value("gradable_refused"), 4 / 26)
        self.assertEqual(summary.decisions(self.records)["refusal_reasons"], {"no_cortex": 4})

    def test_confusion(self):
        table = summary.agreement(self.records)["confusion"]
        self.assertEqual(table[0], [6, 1, 1, 0, 2])
        self.assertEqual(table[2], [3, 0, 7, 0, 2])

    def test_not_gradable_and_confounders(self):
        hopeless = [graded(None, c, not_gradable="too_dark") for c in ("not_gradable", "not_gradable", "normal")]
        figures = summary.decisions(self.records + hopeless)
        self.assertAlmostEqual(figures["not_gradable_recognised"]["value"], 2 / 3)
        self.assertEqual(figures["gradable_refused"]["n"], 26)
        rows = [graded("normal", c, confounders=["dropout"]) for c in ("normal", "partial_thickness", "not_gradable")]
        rows.append(graded("partial_thickness", "partial_thickness", confounders=["dropout"]))  # not tear-free
        found = summary.by_confounder(rows)["dropout"]
        self.assertEqual((found["pictures"], found["false_tears"]["hits"], found["false_tears"]["n"]), (3, 1, 2))

    def test_pairs(self):
        def pair(number, change, called="normal"):
            base = graded("normal", "normal", pair=number, variant="base", variation="gain", mean_mm=4.0)
            return [base, graded("normal", called, pair=number, variant="changed", variation="gain", mean_mm=4.0 + change)]

        rows = pair(1, 0.1) + pair(2, -0.3) + pair(3, 0.19, "tendinosis") + pair(4, 0.0, "not_gradable")
        found = summary.pairs(rows)["gain"]
        self.assertEqual((found["pairs"], found["below"]["hits"], found["below"]["n"]), (4, 3, 4))
        self.assertEqual((found["class_changed"]["hits"], found["class_changed"]["n"]), (1, 3))
        self.assertEqual(found["class_changed_strict"]["hits"], 2)


    def test_hips_of_an_exam(self):
        p = "partial_thickness"
        hip = lambda exam, side, **more: [  # noqa: E731
            graded(more.get("truth", "normal"), "normal", exam=exam, side=side, **{k: v for k, v in more.items() if k != "truth"})
        ] * 2
        rows = hip("1", "L", truth=p, hip_called=p, hip_certainty="confirmed") + hip("1", "R", hip_called="normal", hip_certainty="suspected")
        rows += hip("2", "L", truth=p, hip_called="normal", hip_certainty="suspected") + hip("2", "R")
        found = summary.exams(rows)
        self.assertEqual((found["exams"], found["hips"]), (2, 4))
        self.assertEqual((found["decisions"]["sensitivity"]["hits"], found["decisions"]["sensitivity"]["n"]), (1, 2))
        self.assertEqual(found["decisions"]["gradable_refused"]["hits"], 1)  # no hip result: not graded
        self.assertEqual(found["tears_confirmed"]["n"], 1)


class Bone(unittest.TestCase):
    def test_found_and_drawn_elsewhere(self):
        sure = (np.array([[0.0, 10.0], [10.0, 10.0]]), "high")
        doubtful = (np.array([[0.0, 20.0], [10.0, 20.0]]), "low")
        ridges = [np.array([[0.0, 10.4], [5.0, 10.4]]), np.array([[0.0, 20.0], [10.0, 20.0]]), np.array([[0.0, 30.0], [5.0, 30.0]])]
        r = bone.scored([sure, doubtful], ridges)
        self.assertEqual(r["marked_mm"], 41 * 0.25)
        self.assertEqual(r["found_mm"], 24 * 0.25)  # to 5 mm, and sqrt(1 - 0.4^2) = 0.92 mm beyond its end
        self.assertEqual((r["drawn_mm"], r["off_mm"]), (2 * 21 * 0.25, 21 * 0.25))  # the one on the doubtful mark is neither


class Page(unittest.TestCase):
    def test_verdicts(self):
        limit = targets.at_most(0.2)
        self.assertEqual(targets.verdict({"value": 0.1, "low": 0.05, "high": 0.15}, limit), "yes")
        self.assertEqual(targets.verdict({"value": 0.1, "low": 0.05, "high": 0.25}, limit), targets.UNSURE)
        self.assertEqual(targets.verdict({"value": 0.3, "low": 0.1, "high": 0.4}, limit), "**no**")
        self.assertEqual(targets.verdict({"value": None, "low": 0, "high": 1}, limit), "not measured")

    def test_every_target_has_its_line(self):
        with tempfile.TemporaryDirectory() as where:
            records = [Folder(where, truth(), result("normal")).record()]
        figures = json.loads(json.dumps(summary.summarise(records)))  # as it comes back from a file
        about = {"set": "quick", "date": "2026-01-01", "program": "HipCuff 0", "criteria": "c 1", "wrong_bound": 0.2}
        text = report.document(figures, about, cost={"value": 8.0, "n": 1, "size": "800x600"})
        self.assertIn("not patients", text)
        self.assertIn("| normals called abnormal | <= 3 % | 0.0 % (0.0 to 79.3; 0/1) | " + targets.UNSURE, text)
        self.assertIn("| not gradable recognised | 100 % | - | not measured |", text)
        self.assertIn("| 8.0 ms | yes |", text)
        for word in ("cortex interface", "crest on real bone", "Dice", "bias", "interval covers", "sensitivity", "specificity", "confounder",
                     "kappa", "tear depth fraction", "tear length", "gradable refused", "calibration error", "class changes"):
            self.assertIn(word, text.split("## Classes")[0])


class Statistics(unittest.TestCase):
    def test_wilson(self):
        # Newcombe 1998, table I: 81 of 263 and 0 of 20
        self.assertEqual([round(v, 4) for v in stats.wilson(81, 263)], [0.2553, 0.3662])
        self.assertEqual([round(v, 4) for v in stats.wilson(0, 20)], [0.0, 0.1611])
        self.assertEqual(stats.wilson(0, 0), (0.0, 1.0))

    def test_kappa(self):
        self.assertAlmostEqual(stats.quadratic_kappa([[20, 5], [10, 15]]), 0.4)
        self.assertAlmostEqual(stats.quadratic_kappa(np.diag([3, 4, 5, 6])), 1.0)
        # by hand: weights 1/4 and 1; 1 - (1 * 1/4) / (sum of expected * weight)
        table = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
        expected = np.outer(table.sum(1), table.sum(0)) / 4
        weight = np.array([[0, 0.25, 1], [0.25, 0, 0.25], [1, 0.25, 0]])
        self.assertAlmostEqual(stats.quadratic_kappa(table), 1 - 0.25 / (weight * expected).sum())

    def test_calibration_error(self):
        self.assertAlmostEqual(stats.ece([0.9] * 10, [1] * 7 + [0] * 3), 0.2)
        self.assertAlmostEqual(stats.ece([0.9] * 10 + [0.55] * 10, [1] * 9 + [0] + [1] * 4 + [0] * 6), 0.5 * 0.15)
        # weights: the wrong ones are rarer in the world than in the set
        self.assertAlmostEqual(stats.ece([0.9, 0.9], [1, 0], weights=[9, 1]), 0.0)

    def test_risk_coverage(self):
        coverage, risk = stats.risk_coverage([0.9, 0.8, 0.8, 0.5], [0, 0, 1, 1])
        self.assertEqual(coverage.tolist(), [0.25, 0.75, 1.0])
        self.assertEqual([round(r, 3) for r in risk], [0, 0.333, 0.5])

    def test_intervals_hold_the_value(self):
        figure = stats.mean([1, 2, 3, 4, None])
        self.assertEqual((figure["value"], figure["n"]), (2.5, 4))
        self.assertTrue(1 <= figure["low"] < 2.5 < figure["high"] <= 4)
        self.assertEqual(stats.ratio([1, 1], [1, 3])["value"], 0.5)
        self.assertIsNone(stats.mean([])["value"])

    def test_nearest(self):
        distance, along = lines.nearest([[1, 1], [3, 0], [-1, 0]], np.array([[0.0, 0.0], [2.0, 0.0]]))
        self.assertEqual((distance.tolist(), along.tolist()), ([1, 1, 1], [1, 2, 0]))


class Command(unittest.TestCase):
    def test_table_and_json(self):
        with tempfile.TemporaryDirectory() as where:
            folder = Folder(where, truth(), result("tendinosis", thickness=4.25))
            out = Path(where) / "out.json"
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                self.assertEqual(score.main([str(folder.data), str(folder.results), "--json", str(out)]), 0)
            figures = json.loads(out.read_text())
            self.assertEqual(figures["decisions"]["normals_kept"]["hits"], 0)
            self.assertAlmostEqual(figures["geometry"]["profile_bias"]["value"], 0.25)
            self.assertIn("thickness profile MAE mm     0.250", said.getvalue())

    def test_a_folder_without_truth_fails(self):
        with tempfile.TemporaryDirectory() as where, contextlib.redirect_stderr(io.StringIO()):
            with self.assertRaises(SystemExit) as stopped:
                score.main([where, where])
            self.assertEqual(stopped.exception.code, 1)


if __name__ == "__main__":
    unittest.main()
