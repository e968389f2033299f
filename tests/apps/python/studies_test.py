"""Folders of results: the same as the command's, read back, compared with a reference; and simulated exams."""

import json
import os
import unittest
import warnings

import numpy as np
from PIL import Image as Pictures

import hipcuff
from support import CINE, STILL, TESTDATA, FolderTest, hipcuff_command, without_files


class StudyTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.inputs = self.folder / "in"
        self.inputs.mkdir()
        (self.inputs / "cine.dcm").write_bytes(CINE.read_bytes())
        (self.inputs / "copy.dcm").write_bytes(CINE.read_bytes())
        (self.inputs / "left.dcm").write_bytes(STILL.read_bytes())
        (self.inputs / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
        (self.inputs / "words.txt").write_text("words")

    def test_the_folder_that_the_command_writes(self):
        os.environ["SOURCE_DATE_EPOCH"] = "0"
        self.addCleanup(os.environ.pop, "SOURCE_DATE_EPOCH")
        hipcuff_command("analyze", self.inputs, "-o", self.folder / "a", "--no-overlays", "--quiet", "-j2", expect=3)
        with self.assertWarns(hipcuff.InputWarning) as warned:
            mine = hipcuff.analyze_study(self.inputs, out=self.folder / "b", jobs=2)
        self.assertEqual(warned.filename, __file__)
        command = (self.folder / "a/results.json").read_text()
        lines = (self.folder / "b/results.json").read_text().splitlines()
        # Line by line the same, but for how the run was made.
        different = [b for a, b in zip(command.splitlines(), lines) if a != b]
        self.assertEqual(len(lines), len(command.splitlines()))
        self.assertEqual(len(different), 1, different)
        self.assertIn(f"hipcuff.analyze_study('{self.inputs}', out='{self.folder}/b')", different[0])
        names = sorted(os.path.relpath(os.path.join(at, name), self.folder / "a")
                       for at, _, files in os.walk(self.folder / "a") for name in files)  # fmt: skip
        self.assertGreater(len(names), 5)
        for name in names:
            if name not in ("results.json", "report.html"):  # which hold the command line
                self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)
        self.assertEqual(mine, json.loads("\n".join(lines)))
        self.assertEqual(mine["inputs"]["total"], 5)
        self.assertEqual([one["path"] for one in mine["inputs"]["failed"]], [str(self.inputs / "bad.png")])
        self.assertEqual({hip["side"] for study in mine["studies"] for hip in study["hips"]}, {"L"})

    def test_the_call_is_recorded_as_a_person_types_it(self):
        scale = np.array([0.125, 0.125], dtype=np.float32)
        results = hipcuff.analyze_study([STILL], out=self.folder / "out", mm_per_px=scale, jobs=1)
        call = results["run"]["command_line"]
        self.assertEqual(call, f"hipcuff.analyze_study(['{STILL}'], out='{self.folder / 'out'}', mm_per_px=[0.125, 0.125])")

    def test_again_into_the_inputs_own_folder(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hipcuff.InputWarning)
            first = hipcuff.analyze_study(self.inputs, out=self.inputs)
            second = hipcuff.analyze_study(self.inputs, out=self.inputs)
        self.assertEqual(second["inputs"], first["inputs"])

    def test_read_back(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hipcuff.InputWarning)
            written = hipcuff.analyze_study([self.inputs], out=self.folder / "out", pictures=False)
        for path in (self.folder / "out", self.folder / "out/results.json", os.fsencode(self.folder / "out")):
            self.assertEqual(hipcuff.load_results(path), written)
        image = written["studies"][0]["images"][0]
        self.assertIsNone(image["picture"]["raw_png"])
        mask = np.array(Pictures.open(self.folder / "out" / image["masks"]["label_png"]))
        self.assertLess(np.count_nonzero(hipcuff.mask(image) != mask), 10)

    def test_what_is_no_results(self):
        with self.assertRaises(hipcuff.InputError):
            hipcuff.load_results(self.folder / "nothing")
        file = self.folder / "results.json"
        file.write_text("{}")
        with self.assertRaises(hipcuff.InputError) as caught:
            hipcuff.load_results(file)
        self.assertEqual(caught.exception.path, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hipcuff.InputWarning)
            results = hipcuff.analyze_study(self.inputs, out=self.folder / "out")
        results["studies"][0]["images"][0]["grade"]["class"] = "splendid"
        file.write_text(json.dumps(results))
        with self.assertRaisesRegex(hipcuff.InputError, "no known word"):
            hipcuff.load_results(file)

    def test_a_folder_that_cannot_be_written(self):
        blocked = self.folder / "file"
        blocked.write_text("in the way")
        with self.assertRaises(hipcuff.OutputError) as caught:
            hipcuff.analyze_study(self.inputs, out=blocked / "out")
        self.assertIn("file", str(caught.exception.path))

    def test_an_exception_of_the_caller_leaves_what_was_there(self):
        out = self.folder / "out"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hipcuff.InputWarning)
            hipcuff.analyze_study(self.inputs, out=out)
        before = (out / "results.json").read_bytes()

        def stop(done, total):
            raise LookupError("enough")

        with self.assertRaises(LookupError):
            hipcuff.analyze_study(self.inputs, out=out, side="R", progress=stop)
        self.assertEqual((out / "results.json").read_bytes(), before)


class ValidationTest(FolderTest):
    def setUp(self):
        super().setUp()
        hipcuff.analyze_study(TESTDATA, out=self.folder / "results")

    def test_the_report_of_the_command(self):
        os.environ["SOURCE_DATE_EPOCH"] = "0"
        self.addCleanup(os.environ.pop, "SOURCE_DATE_EPOCH")
        results = self.folder / "results"
        hipcuff_command("validate", "-r", results, "-t", TESTDATA, "-o", self.folder / "a", "--unit", "image",
                        "--positive", "tendinosis", "--no-figures", "--quiet")  # fmt: skip
        command = json.loads((self.folder / "a/report.json").read_text())
        mine = hipcuff.validate(results, TESTDATA, out=self.folder / "b", unit="image", positive="tendinosis", jobs=1)
        self.assertEqual(mine, json.loads((self.folder / "b/report.json").read_text()))
        self.assertIn("hipcuff.validate(", mine.pop("command"))
        command.pop("command")
        self.assertEqual(json.dumps(mine), json.dumps(command))
        self.assertEqual(mine["schema"], "hipcuff.validation/1")
        for name in ("cases.csv", "leftovers.csv"):
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes())

    def test_against_a_table(self):
        table = self.folder / "surgery.csv"
        rows = [f"{TESTDATA}/{name}/image.dcm,{word}" for name, word in
                [("normal-left-long", "intact"), ("full-left-long", "Ruptur"), ("bursal-left-long", "PTT")]]  # fmt: skip
        table.write_text("file,Befund\n" + "\n".join(rows) + "\n")
        report = hipcuff.validate(
            [self.folder / "results"], table, map={"Befund": "class", "class:Ruptur": "full_thickness"}, replicates=200
        )
        values = {value["id"]: value for value in report["values"]}
        self.assertEqual(values["summary-table/coverage/image"]["n"], 3)
        self.assertFalse((self.folder / "report.json").exists())

    def test_what_cannot_be_compared(self):
        table = self.folder / "other.csv"
        table.write_text("file,class\nsomebody_else.dcm,normal\n")
        with self.assertRaisesRegex(hipcuff.InputError, "nothing was compared"):
            hipcuff.validate(self.folder / "results", table)
        with self.assertRaises(hipcuff.InputError):
            hipcuff.validate(self.folder / "results", self.folder / "nothing.csv")
        wrong = [
            {"unit": "leg"},
            {"positive": "normal"},
            {"prevalence": [1.5]},
            {"prevalence": 1.5},
            {"margin": 2},
            {"replicates": 3},
            {"standard": "nobody"},
            {"map": {"Befund": "no_such_field"}},
        ]
        for arguments in wrong:
            with self.subTest(arguments=arguments), self.assertRaises(hipcuff.UsageError):
                hipcuff.validate(self.folder / "results", TESTDATA, **arguments)
        with self.assertRaises(hipcuff.OutputError):
            hipcuff.validate(self.folder / "results", TESTDATA, out=self.folder)


class SimulationTest(FolderTest):
    def test_the_pictures_that_the_command_writes(self):
        recipe = {"pathology": "bursal", "frames": [2, 3], "tear": {"depth_fraction": [0.4, 0.5]}}
        file = self.folder / "recipe.json"
        file.write_text(json.dumps(recipe))
        hipcuff_command("phantom", "-o", self.folder / "a", "--recipe", file, "--seed", "5", "--cases", "2")
        hipcuff.simulate_exams(self.folder / "b", recipe=recipe, seed=5, cases=2, jobs=2)
        names = sorted(p.relative_to(self.folder / "a") for p in (self.folder / "a").rglob("*") if p.is_file())
        self.assertEqual(
            names, sorted(p.relative_to(self.folder / "b") for p in (self.folder / "b").rglob("*") if p.is_file())
        )
        for name in names:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)
        # In memory, from the whole recipe that was written beside the picture.
        drawn = self.folder / "a/case0001/cine.recipe.json"
        whole = json.loads(drawn.read_text())
        picture, truth, mask = hipcuff.simulate(recipe=whole)
        cine = hipcuff.open(drawn.parent / "cine.dcm")
        np.testing.assert_array_equal(picture, cine.to_numpy())
        self.assertEqual(mask.shape, picture.shape[:3])
        written = json.loads((drawn.parent / "cine.truth.json").read_text())
        for frame, labels in zip(written["frames"], mask):
            np.testing.assert_array_equal(np.array(Pictures.open(drawn.parent / frame["mask"])), labels)
            frame["mask"] = None
        self.assertEqual(json.dumps(truth), json.dumps(written))
        self.assertEqual(hipcuff.draw_recipe(recipe=whole), whole)

    def test_a_still(self):
        recipe = {"view": "short", "pathology": "full_thickness"}
        one = hipcuff.simulate(seed=7, recipe=recipe)
        self.assertEqual((one.picture.ndim, one.picture.shape[2], one.picture.dtype), (3, 3, np.uint8))
        self.assertEqual(one.mask.shape, one.picture.shape[:2])
        self.assertEqual((one.truth["view"], one.truth["grade"]), ("short", "full_thickness"))
        self.assertEqual(set(np.unique(one.mask)) - {0, 1, 2}, set())
        again = hipcuff.simulate(seed=7, recipe=recipe)
        np.testing.assert_array_equal(one.picture, again.picture)
        self.assertFalse(np.array_equal(one.picture, hipcuff.simulate(seed=8, recipe=recipe).picture))
        drawn = hipcuff.draw_recipe(seed=7, recipe=recipe)
        self.assertEqual(drawn["view"], "short")

    def test_wrong_recipes(self):
        wrong = [
            ({"pathologie": "bursal"}, hipcuff.ConfigError),
            ({"frames": 0}, hipcuff.ConfigError),
            ({"geometry": {"tendon_mm": float("nan")}}, hipcuff.UsageError),
            ({"geometry": object()}, hipcuff.UsageError),
        ]
        for recipe, kind in wrong:
            with self.subTest(recipe), self.assertRaises(kind):
                hipcuff.simulate(recipe=recipe)
        wrong = [{"cases": 0}, {"screen": (10, 10)}, {"screen": 800}, {"frames": 1}, {"recipe": {}, "whole_exams": True}]
        for arguments in wrong:
            with self.subTest(arguments), self.assertRaises(hipcuff.UsageError):
                hipcuff.simulate_exams(self.folder / "out", **arguments)
        for seed in (-1, 2**60):
            with self.assertRaises(hipcuff.UsageError):
                hipcuff.simulate(seed=seed)
        with self.assertRaises(TypeError):
            hipcuff.simulate(seed="7")


if __name__ == "__main__":
    unittest.main()
