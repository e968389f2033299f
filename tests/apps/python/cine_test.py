"""Reading: files, folders, frames."""

import gc
import os
import pickle
import threading
import unittest
import warnings
from pathlib import Path

import numpy as np
from PIL import Image as Pictures

import hipcuff
from support import CINE, STILL, TESTDATA, FolderTest, truth_of


class CineTest(unittest.TestCase):
    def test_says_what_the_file_says(self):
        cine = hipcuff.open(CINE)
        truth = truth_of(CINE)
        self.assertEqual(cine.frames, 8)
        self.assertEqual(len(cine), 8)
        self.assertEqual(cine.shape, (8, truth["rows"], truth["columns"], 3))
        self.assertEqual(cine.side, truth["side"])
        self.assertEqual(cine.view, truth["view"])
        self.assertEqual(cine.region, "lateral_hip")
        np.testing.assert_allclose(cine.mm_per_px, truth["mm_per_px"], rtol=1e-9)
        self.assertEqual(cine.mm_origin, "ultrasound_region")
        self.assertEqual(cine.path, CINE)
        self.assertEqual(cine.frame_times.dtype, np.float64)
        np.testing.assert_allclose(np.diff(cine.frame_times), 1 / 24, atol=1e-6)
        self.assertIsNone(hipcuff.open(STILL).frame_times)
        self.assertEqual(cine.info["format"], "DICOM")
        self.assertEqual(cine.info["regions"][0]["kind"], "b_mode")
        self.assertIn("8 frames", repr(cine))

    def test_says_nothing_of_the_patient(self):
        text = repr(hipcuff.open(CINE).info)
        self.assertNotIn("SIM^", text)
        self.assertNotIn("patient", text)

    def test_a_persons_word_wins(self):
        cine = hipcuff.open(CINE, mm_per_px=(0.1, 0.2), side="R", view="short", region="other")
        self.assertEqual((cine.mm_per_px, cine.mm_origin), ((0.1, 0.2), "user"))
        self.assertEqual((cine.side, cine.view, cine.region), ("R", "short", "other"))
        self.assertTrue(any("0.1" in problem for problem in cine.problems), cine.problems)
        self.assertEqual(hipcuff.open(CINE, mm_per_px=0.1).mm_per_px, (0.1, 0.1))

    def test_frames_like_a_list(self):
        cine = hipcuff.open(CINE)
        whole = cine.to_numpy()
        self.assertEqual(whole.shape, cine.shape)
        self.assertEqual(whole.dtype, np.uint8)
        np.testing.assert_array_equal(np.stack(list(cine)), whole)
        np.testing.assert_array_equal(cine[-1], whole[7])
        np.testing.assert_array_equal(cine[np.int64(3)], whole[3])
        for index in (slice(2, 6, 2), slice(None, None, -1), slice(5, 2), slice(-3, None)):
            self.assertEqual(len(cine[index]), len(whole[index]))
            np.testing.assert_array_equal(cine[index].to_numpy(), whole[index])
            np.testing.assert_array_equal(np.array(list(cine[index])).reshape(whole[index].shape), whole[index])
        np.testing.assert_array_equal(cine[2:][1:][0], whole[3])
        np.testing.assert_array_equal(np.asarray(cine[:2]), whole[:2])
        self.assertEqual(np.asarray(cine[:1], dtype=np.float32).dtype, np.float32)
        self.assertFalse(np.array_equal(whole[0], whole[4]))
        for wrong in (8, -9):
            with self.assertRaises(IndexError):
                cine[wrong]
        with self.assertRaises(IndexError):
            cine[2:4][2]
        with self.assertRaises(TypeError):
            cine[1.5]

    def test_frames_are_not_copied_and_outlive_the_cine(self):
        cine = hipcuff.open(STILL)
        frame = cine[0]
        self.assertEqual(type(frame.base).__name__, "PyCapsule")
        self.assertTrue(frame.flags.writeable)
        kept = frame.copy()
        del cine
        gc.collect()
        np.testing.assert_array_equal(frame, kept)

    def test_several_threads_read_one_cine(self):
        cine = hipcuff.open(CINE)
        whole = cine.to_numpy()
        wrong = []

        def read(start):
            for i in range(24):
                index = (start + 3 * i) % len(cine)
                if not np.array_equal(cine[index], whole[index]):
                    wrong.append(index)

        threads = [threading.Thread(target=read, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class PathTest(FolderTest):
    def test_any_kind_of_path(self):
        for path in (str(STILL), os.fsencode(STILL), Path(STILL)):
            self.assertEqual(hipcuff.open(path).path, STILL)

    def test_names_that_are_no_utf8(self):
        name = os.path.join(os.fsencode(self.folder), b"h\xfcfte \xf0.dcm")
        os.link(STILL, name) if os.stat(STILL).st_dev == os.stat(self.folder).st_dev else None
        if not os.path.exists(name):
            with open(name, "wb") as file:
                file.write(STILL.read_bytes())
        cine = hipcuff.open(name)
        self.assertEqual(os.fsencode(cine.path), name)
        self.assertEqual(os.fsencode(hipcuff.open(os.fsdecode(name)).path), name)
        self.assertTrue(hipcuff.analyze(cine)[0]["source"]["path"].endswith("h\ufffdfte \ufffd.dcm"))
        with self.assertRaises(hipcuff.InputError) as caught:
            hipcuff.open(name + b"\xff")
        self.assertEqual(os.fsencode(caught.exception.path), name + b"\xff")
        str(caught.exception).encode("utf-8")  # can be printed

    def test_what_cannot_be_opened(self):
        empty = self.folder / "empty.dcm"
        empty.touch()
        text = self.folder / "words.txt"
        text.write_text("no picture\n" * 20)
        cut = self.folder / "cut.dcm"
        cut.write_bytes(STILL.read_bytes()[:3000])
        for path in (self.folder / "missing", empty, text, cut, self.folder):
            with self.subTest(path=path.name), self.assertRaises(hipcuff.InputError) as caught:
                hipcuff.open(path)[0]
            error = caught.exception
            self.assertEqual(error.path, path)
            self.assertTrue(error.problem)
            self.assertEqual(str(error).splitlines(), [str(error)])
            self.assertIn(error.problem, str(error))
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), str(again), again.path), (type(error), str(error), error.path))

    def test_wrong_arguments(self):
        wrong = [
            (hipcuff.UsageError, {"mm_per_px": 0}),
            (hipcuff.UsageError, {"mm_per_px": (0.1, 0.1, 0.1)}),
            (hipcuff.UsageError, {"mm_per_px": float("nan")}),
            (hipcuff.UsageError, {"mm_per_px": "fine"}),
            (hipcuff.UsageError, {"side": "left"}),
            (hipcuff.UsageError, {"view": 3}),
            (hipcuff.UsageError, {"region": "knee"}),
        ]
        for kind, arguments in wrong:
            with self.subTest(arguments=arguments), self.assertRaises(kind) as caught:
                hipcuff.open(STILL, **arguments)
            self.assertIn(next(iter(arguments)), str(caught.exception))
            self.assertIsInstance(caught.exception, ValueError)
        for path in ("", "a\0b"):
            with self.assertRaises(hipcuff.UsageError):
                hipcuff.open(path)
        for path in (None, 7):
            with self.assertRaises(TypeError):
                hipcuff.open(path)


class FolderOfInputsTest(FolderTest):
    def setUp(self):
        super().setUp()
        (self.folder / "deep" / "er").mkdir(parents=True)
        (self.folder / "a.dcm").write_bytes(STILL.read_bytes())
        (self.folder / "b_bad.dcm").write_bytes(b"")
        (self.folder / "deep" / "er" / "c").write_bytes(CINE.read_bytes())
        (self.folder / "deep" / "copy.dcm").write_bytes(STILL.read_bytes())
        (self.folder / "readme.txt").write_text("nothing to see")

    def test_opens_all_and_tells_of_the_rest(self):
        inputs = hipcuff.open_all(self.folder)
        with self.assertWarns(hipcuff.InputWarning) as warned:
            cines = list(inputs)
        self.assertEqual(warned.filename, __file__)
        self.assertIn("b_bad.dcm", str(warned.warning))
        self.assertEqual([cine.path.name for cine in cines], ["a.dcm", "c"])
        told = {error.path.name: type(error) for error in inputs.problems}
        self.assertEqual(
            told,
            {"b_bad.dcm": hipcuff.InputError, "copy.dcm": hipcuff.NotForUs, "readme.txt": hipcuff.NotForUs},
        )

    def test_a_warning_can_be_made_an_error(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error", hipcuff.InputWarning)
            with self.assertRaises(hipcuff.InputWarning):
                list(hipcuff.open_all([self.folder]))

    def test_reads_the_testdata(self):
        inputs = hipcuff.open_all(TESTDATA)
        cines = list(inputs)
        self.assertEqual(len(cines), 13)
        for cine in cines:
            truth = truth_of(cine.path)
            self.assertEqual(cine[len(cine) // 2].shape, (truth["rows"], truth["columns"], 3))

    def test_nothing_given(self):
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.open_all([])
        with self.assertRaises(TypeError):
            hipcuff.open_all(7)


class PictureTest(FolderTest):
    def test_a_png_is_what_it_shows(self):
        pixels = np.random.default_rng(1).integers(0, 255, (40, 60, 3), dtype=np.uint8)
        Pictures.fromarray(pixels).save(self.folder / "picture.png")
        cine = hipcuff.open(self.folder / "picture.png")
        np.testing.assert_array_equal(cine[0], pixels)
        self.assertIsNone(cine.mm_per_px)
        self.assertIsNone(cine.region)


if __name__ == "__main__":
    unittest.main()
