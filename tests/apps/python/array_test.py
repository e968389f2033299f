"""Pictures in memory."""

import gc
import json
import unittest
import weakref

import numpy as np
from PIL import Image as Pictures

import hipcuff
from support import CINE, STILL, FolderTest, truth_of, without_files

HIP = {"region": "lateral-hip", "view": "long", "side": "L"}


def plain(results):
    """Without what differs by where a picture came from."""
    rows = []
    for result in results:
        row = without_files(result)
        del row["source"], row["id"]
        rows.append(row)
    return json.dumps(rows)


class ArrayTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.picture = hipcuff.open(STILL)[0]
        self.scale = truth_of(STILL)["mm_per_px"]

    def analyze(self, array, **more):
        return hipcuff.analyze_array(array, mm_per_px=self.scale, **{**HIP, **more})

    def test_the_same_as_a_file_with_the_same_pixels(self):
        Pictures.fromarray(self.picture).save(self.folder / "picture.png")
        file = hipcuff.analyze(self.folder / "picture.png", mm_per_px=self.scale, **HIP)
        self.assertEqual(file[0]["grade"]["class"], "normal")
        self.assertEqual(plain(self.analyze(self.picture)), plain(file))

    def test_source_says_so(self):
        source = self.analyze(self.picture, name="frame 7")[0]["source"]
        self.assertEqual(source["path"], "frame 7")
        self.assertEqual((source["side"], source["side_origin"]), ("L", "user"))
        calibration = self.analyze(self.picture)[0]["calibration"]
        self.assertEqual((calibration["mm_per_px"], calibration["origin"]), (self.scale, "user"))

    def test_grey_or_rgb_and_any_strides(self):
        wanted = plain(self.analyze(self.picture))
        grey = np.ascontiguousarray(self.picture[..., 0])
        self.assertTrue(np.array_equal(self.picture, np.repeat(grey[..., None], 3, axis=2)))
        frozen = grey.copy()
        frozen.flags.writeable = False
        padded = np.zeros((grey.shape[0], grey.shape[1] + 5), dtype=np.uint8)
        padded[:, 2:-3] = grey
        others = {
            "grey": grey,
            "one frame": grey[np.newaxis],
            "one frame of RGB": self.picture[np.newaxis],
            "Fortran": np.asfortranarray(self.picture),
            "mirrored twice": np.ascontiguousarray(self.picture[::-1, ::-1, ::-1])[::-1, ::-1, ::-1],
            "transposed": np.ascontiguousarray(grey.T).T,
            "part of another": padded[:, 2:-3],
            "read only": frozen,
            "broadcast": np.broadcast_to(grey[..., np.newaxis], self.picture.shape),
        }
        for name, array in others.items():
            with self.subTest(name):
                self.assertEqual(plain(self.analyze(array)), wanted)

    def test_a_cine(self):
        file = hipcuff.open(CINE)
        array = file.to_numpy()
        cine = hipcuff.from_array(array, mm_per_px=file.mm_per_px, frame_times=file.frame_times, **HIP)
        self.assertEqual(cine.shape, file.shape)
        np.testing.assert_array_equal(cine[5], file[5])
        np.testing.assert_array_equal(cine.frame_times, file.frame_times)
        result = hipcuff.analyze(cine, jobs=2)[0]
        self.assertEqual([frame["frame"] for frame in result["frames"]], list(range(8)))
        self.assertEqual(result["frames"][1]["time_s"], round(file.frame_times[1], 3))
        reverse = hipcuff.analyze_array(array[::-1], mm_per_px=file.mm_per_px, **HIP)[0]
        self.assertEqual(reverse["frames"][0]["thickness_mean_mm"], result["frames"][7]["thickness_mean_mm"])

    def test_without_a_persons_word_nothing_is_graded(self):
        unknown = hipcuff.analyze_array(self.picture, mm_per_px=None)[0]
        self.assertEqual(unknown["quality"]["reasons"], ["no_calibration", "region_unconfirmed"])
        self.assertIsNone(unknown["thickness"]["mean_mm"])
        with self.assertRaises(TypeError):  # the scale must be spoken of
            hipcuff.analyze_array(self.picture)

    def test_the_array_is_kept_and_not_copied(self):
        array = self.picture.copy()
        gone = weakref.ref(array)
        cine = hipcuff.from_array(array, mm_per_px=None)
        array[0, 0] = (1, 2, 3)
        self.assertEqual(tuple(cine[0][0, 0]), (1, 2, 3))
        del array
        gc.collect()
        self.assertIsNotNone(gone())
        self.assertEqual(tuple(cine[0][0, 0]), (1, 2, 3))
        del cine
        gc.collect()
        self.assertIsNone(gone())

    def test_arrays_that_are_no_pictures(self):
        grey = np.zeros((60, 80), dtype=np.uint8)
        nan = np.full((60, 80), np.nan)
        wrong = [
            (nan, "float64 with NaN"),
            (np.zeros((60, 80)), "float64, not uint8"),
            (grey.astype(np.uint16), "uint16"),
            (grey.astype(bool), "bool"),
            (grey.astype(np.int8), "int8"),
            (np.zeros((60, 80), dtype=object), "object"),
            (np.zeros((0, 80), dtype=np.uint8), "empty"),
            (np.zeros((4, 60, 0, 3), dtype=np.uint8), "empty"),
            (grey[0], "wrong shape"),
            (np.zeros((2, 3, 60, 80, 3), dtype=np.uint8), "wrong shape"),
            (np.zeros((2, 60, 80, 2), dtype=np.uint8), "wrong shape"),
            (np.zeros((2, 60, 80, 4), dtype=np.uint8), "four channels"),
            (np.broadcast_to(np.uint8(0), (20000, 100)), "too large"),
            (np.broadcast_to(np.uint8(0), (2_000_000, 64, 64)), "too large"),
        ]
        for array, words in wrong:
            with self.subTest(words), self.assertRaises(hipcuff.UsageError) as caught:
                hipcuff.from_array(array, mm_per_px=0.1)
            self.assertIn(words, str(caught.exception))
        for other in ([[1, 2], [3, 4]], None, "picture"):
            with self.assertRaises(TypeError):
                hipcuff.from_array(other, mm_per_px=0.1)
        for times in ([0.0, 1.0], [float("nan")], "now", 0.0):
            with self.assertRaises(hipcuff.UsageError):
                hipcuff.from_array(grey, mm_per_px=0.1, frame_times=times)

    def test_small_and_flat_pictures_give_an_answer(self):
        for array in (np.zeros((1, 1), np.uint8), np.full((3, 500), 255, np.uint8), np.zeros((200, 200), np.uint8)):
            with self.subTest(array.shape):
                result = hipcuff.analyze_array(array, mm_per_px=0.1, **HIP)[0]
                self.assertEqual(result["grade"]["class"], "not_gradable")

    def test_a_scale_comes_when_a_cine_is_made(self):
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.analyze(hipcuff.from_array(self.picture, mm_per_px=None), mm_per_px=0.1)


if __name__ == "__main__":
    unittest.main()
