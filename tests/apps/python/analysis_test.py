"""The analysis: the same as the command, on threads, interrupted, without leaks."""

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

import numpy as np
from PIL import Image as Pictures

import hipcuff
from support import CINE, STILL, TESTDATA, TORN, FolderTest, hipcuff_command, without_files


def images_of(results):
    return [image for study in results["studies"] for image in study["images"]]


class SameAsTheCommandTest(FolderTest):
    def test_every_picture_of_the_testdata(self):
        hipcuff_command("analyze", TESTDATA, "--out", self.folder, "--no-overlays", "--quiet")
        command = images_of(json.loads((self.folder / "results.json").read_text()))
        self.assertEqual(len(command), 13)
        self.assertGreater(len({image["grade"]["class"] for image in command}), 2)
        for image in command:
            with self.subTest(image["source"]["path"]):
                path = image["source"]["path"]
                (mine,) = hipcuff.analyze(path, label_mask=True)
                mask = mine.pop("label_mask")
                # Byte for byte, the order of the fields too.
                self.assertEqual(json.dumps(mine), json.dumps(without_files(image)))
                if image["masks"]["label_png"]:
                    file = np.array(Pictures.open(self.folder / image["masks"]["label_png"]))
                    np.testing.assert_array_equal(mask, file)
                else:
                    self.assertEqual(mask.max(), 0)
                # From the dict alone: points to 0.01 px, so a pixel whose centre lies that close may differ.
                drawn = hipcuff.mask(mine)
                self.assertLess(np.count_nonzero(drawn != mask), 1e-3 * max(np.count_nonzero(mask), 10_000))

    def test_options_too(self):
        criteria = self.folder / "criteria.json"
        criteria.write_text((TESTDATA.parent / "lib/grading/criteria/hipcuff.json").read_text())
        hipcuff_command(
            "analyze", CINE, "--out", self.folder / "out", "--no-overlays", "--quiet", "--frames", "5", "--side", "R",
            "--mm-per-px", "0.09,0.1", "--region", "lateral-hip", "--view", "short", "--criteria", criteria,
            "--prevalence", "normal=0.7,tendinosis=0.1,partial=0.1,full=0.1",
        )  # fmt: skip
        (command,) = images_of(json.loads((self.folder / "out/results.json").read_text()))
        (mine,) = hipcuff.analyze(
            CINE,
            frames=5,
            side="R",
            mm_per_px=(0.09, 0.1),
            region="lateral-hip",
            view="short",
            criteria=criteria,
            prevalence={"normal": 0.7, "tendinosis": 0.1, "partial": 0.1, "full": 0.1},
        )
        self.assertEqual(json.dumps(mine), json.dumps(without_files(command)))
        self.assertEqual(len(mine["frames"]), 5)

    def test_in_the_order_of_inputs_whatever_the_threads(self):
        alone = [json.dumps(one) for one in hipcuff.analyze_all(TESTDATA, jobs=1)]
        many = [json.dumps(one) for one in hipcuff.analyze_all(TESTDATA, jobs=4)]
        self.assertEqual(len(alone), 13)
        self.assertEqual(alone, many)
        cine = hipcuff.open(CINE)
        self.assertEqual(hipcuff.analyze(cine, frames="all", jobs=3), hipcuff.analyze(cine, frames="all"))


class ResultTest(unittest.TestCase):
    def test_borders(self):
        (result,) = hipcuff.analyze(TORN)
        lines = hipcuff.borders(result)
        stations = len(result["tendon"]["superficial_px"])
        for line in (lines.superficial, lines.deep, lines.cortex):
            self.assertEqual((line.shape, line.dtype), ((stations, 2), np.float64))
        self.assertEqual(len(lines.bone), len(result["bone_surface"]["segments"]))
        self.assertGreater(len(lines.discontinuities), 0)
        in_mm = hipcuff.borders(result, unit="mm")
        np.testing.assert_allclose(in_mm.bone[0], result["bone_surface"]["segments"][0]["points_mm"], atol=0.002)
        (nothing,) = hipcuff.analyze_array(np.zeros((200, 200), np.uint8), mm_per_px=None)
        self.assertEqual(hipcuff.borders(nothing).superficial.shape, (0, 2))
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.borders(nothing, unit="mm")
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.borders(result, unit="cm")

    def test_a_mask_of_what_is_no_result(self):
        (result,) = hipcuff.analyze(STILL)
        for draw in (hipcuff.mask, hipcuff.borders):
            with self.assertRaises(TypeError):
                draw(None)
            with self.assertRaisesRegex(TypeError, "take one of its items"):
                draw([result])
            with self.assertRaisesRegex(hipcuff.UsageError, "'calibration' is missing"):
                draw({"source": result["source"]})
        with self.assertRaises(hipcuff.InputError):
            hipcuff.mask({**result, "tendon": {**result["tendon"], "deep_px": [[1, 2]]}})
        with self.assertRaises(hipcuff.UsageError):
            hipcuff.mask({**result, "id": object()})

    def test_wrong_arguments(self):
        wrong = [
            (hipcuff.UsageError, "frames", 0),
            (hipcuff.UsageError, "frames", "few"),
            (TypeError, "frames", 2.5),
            (hipcuff.UsageError, "jobs", 0),
            (TypeError, "progress", 7),
            (hipcuff.UsageError, "prevalence", {"normal": 2}),
            (hipcuff.UsageError, "prevalence", "nobody"),
            (TypeError, "prevalence", {"normal": "many"}),
            (TypeError, "prevalence", [0.25, 0.25, 0.25, 0.25]),
            (hipcuff.UsageError, "mm_per_px", "0.1"),
            (hipcuff.UsageError, "mm_per_px", object()),
            (hipcuff.UsageError, "mm_per_px", (0.1, 0.1, 0.1)),
            (hipcuff.ConfigError, "criteria", "/nowhere/criteria.json"),
            (hipcuff.ConfigError, "criteria", STILL),
            (hipcuff.ConfigError, "plugins", "no_such_plugin"),
            (hipcuff.UsageError, "plugin_fault", "shrug"),
        ]
        for kind, name, value in wrong:
            with self.subTest(f"{name}={value!r}"), self.assertRaises(kind) as caught:
                hipcuff.analyze(STILL, **{name: value})
            self.assertNotIn("--", str(caught.exception))

    def test_another_function_is_named_where_that_is_the_one(self):
        with self.assertRaisesRegex(TypeError, "analyze_array"):
            hipcuff.analyze(np.zeros((60, 80), np.uint8))
        with self.assertRaisesRegex(hipcuff.InputError, "analyze_all"):
            hipcuff.analyze(STILL.parent)

    def test_a_scale_as_numpy_has_it(self):
        wanted = hipcuff.analyze(STILL, mm_per_px=0.125)
        for scale in (np.float32(0.125), np.array(0.125), np.full(2, 0.125), [np.float32(0.125), 0.125]):
            with self.subTest(repr(scale)):
                self.assertEqual(hipcuff.analyze(STILL, mm_per_px=scale), wanted)

    def test_what_a_library_throws_ends_its_input_alone(self):
        class Broken:
            def analyze(self, *_):
                raise ValueError("index out of its image")

        inputs = hipcuff._cine.native_inputs([STILL, TORN], None, None, None, None, None)
        answers = list(hipcuff._analysis.Work(inputs, Broken(), 2).answers())
        self.assertEqual([str(error.path) for error in answers], [str(STILL), str(TORN)])
        for error in answers:
            self.assertIsInstance(error, hipcuff.InputError)
            self.assertIn("index out of its image", error.problem)


class ThreadsTest(unittest.TestCase):
    def test_two_at_once_on_one_analyzer(self):
        analyzer = hipcuff.Analyzer(frames="all")
        cine = hipcuff.open(CINE)
        wanted = [analyzer.analyze(cine), analyzer.analyze(TORN)]
        found = [None, None]

        def work(place, source):
            for _ in range(3):
                found[place] = analyzer.analyze(source)

        threads = [threading.Thread(target=work, args=args) for args in ((0, cine), (1, TORN))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, wanted)

    def test_others_run_meanwhile(self):
        cine = hipcuff.open(CINE)
        turns = 0
        done = threading.Event()

        def count():
            nonlocal turns
            while not done.is_set():
                turns += 1
                time.sleep(0.001)

        thread = threading.Thread(target=count)
        thread.start()
        hipcuff.analyze(cine, frames="all")
        done.set()
        thread.join()
        self.assertGreater(turns, 5)  # with the GIL held all along there would be one turn or two

    def test_after_a_fork(self):
        """As a data loader does it: the parent has analysed before its children do."""
        (wanted,) = hipcuff.analyze(STILL)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if hipcuff.analyze(STILL) == [wanted] else 2
            finally:
                os._exit(status)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                self.assertEqual(os.waitstatus_to_exitcode(status), 0)
                return
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.fail("the child hangs")


class ProgressTest(unittest.TestCase):
    def test_counts_frames(self):
        for jobs in (1, 3):
            told = []
            hipcuff.analyze(CINE, frames="all", jobs=jobs, progress=lambda done, total: told.append((done, total)))
            self.assertEqual(told, [(i, 8) for i in range(1, 9)])
        told = []
        hipcuff.analyze(STILL, progress=lambda done, total: told.append((done, total)))
        self.assertEqual(told, [(1, 1)])

    def test_what_it_raises_ends_the_analysis(self):
        told = []

        def stop(done, total):
            told.append(done)
            if done == 2:
                raise LookupError("enough")

        for jobs in (1, 3):
            told.clear()
            with self.assertRaisesRegex(LookupError, "enough"):
                hipcuff.analyze(CINE, frames="all", jobs=jobs, progress=stop)
            self.assertEqual(told, [1, 2])


INTERRUPTED = """
import sys, time
import numpy as np
import hipcuff
cine = hipcuff.open(sys.argv[1])
# Hours of work without memory: one frame many times over.
long = hipcuff.from_array(np.broadcast_to(cine[0], (20000, *cine.shape[1:])), mm_per_px=0.1, region="lateral-hip",
                          view="long")
def told(done, total):
    if done == 1:
        print("running", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    # The package goes on working.
    print(hipcuff.analyze(cine)[0]["grade"]["class"], flush=True)
"""


class InterruptTest(FolderTest):
    def interrupt(self, call, *arguments):
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED.replace("{call}", call), CINE, *arguments],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            rescue = threading.Timer(120, child.kill)  # where Ctrl-C is not heard
            rescue.start()
            try:
                self.assertEqual(child.stdout.readline(), "running\n")
                time.sleep(0.5)
                child.send_signal(signal.SIGINT)
                sent = time.monotonic()
                self.assertEqual(child.stdout.readline(), "interrupted\n")
                took = time.monotonic() - sent
                self.assertTrue(child.stdout.readline())
                self.assertEqual(child.wait(60), 0)
            finally:
                rescue.cancel()
                child.kill()
        return took

    # Without progress=told: Python hears Ctrl-C by itself wherever it runs.
    def test_ctrl_c_ends_an_analysis(self):
        self.assertLess(self.interrupt('told(1, 0); hipcuff.analyze(long, frames="all")'), 5)

    def test_ctrl_c_with_helpers(self):
        self.assertLess(self.interrupt('told(1, 0); hipcuff.analyze(long, frames="all", jobs=3)'), 5)

    def test_ctrl_c_ends_reading_a_whole_cine(self):
        self.assertLess(self.interrupt("told(1, 0); long[:2000].to_numpy()"), 5)

    def test_ctrl_c_ends_a_simulation(self):
        call = 'told(1, 0); hipcuff.simulate(recipe={"frames": 500})'
        self.assertLess(self.interrupt(call), 10)

    def test_ctrl_c_ends_a_study_and_leaves_no_results(self):
        hipcuff_command("phantom", "--out", self.folder / "in", "--cases", "8", "--frames", "40", "--seed", "3")
        out = self.folder / "out"
        call = (
            "hipcuff.analyze_study(sys.argv[2], out=sys.argv[3], frames='all', jobs=2, "
            "progress=lambda done, total: told(done, total))"
        )
        self.assertLess(self.interrupt(call, self.folder / "in", out), 10)
        self.assertFalse((out / "results.json").exists())

    def test_breaking_off_a_loop_ends_its_work(self):
        before = threading.active_count()
        for _ in hipcuff.analyze_all(TESTDATA, jobs=3):
            break
        self.assertEqual(threading.active_count(), before)  # at once, not when the garbage is collected


class MemoryTest(unittest.TestCase):
    def test_two_hundred_analyses_leave_nothing_behind(self):
        def resident():
            with open("/proc/self/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

        picture = hipcuff.open(STILL)[0][::2, ::2]
        scale = tuple(2 * each for each in hipcuff.open(STILL).mm_per_px)

        def work(times):
            analyzer = hipcuff.Analyzer()
            for _ in range(times):
                cine = hipcuff.from_array(picture, mm_per_px=scale, region="lateral-hip", view="long")
                (result,) = analyzer.analyze(cine, label_mask=True)
                hipcuff.mask(result)
                cine[0].sum()
                try:
                    hipcuff.open("/nowhere")
                except hipcuff.InputError:
                    pass
            gc.collect()

        work(40)
        before = resident()
        work(200)
        grown = resident() - before
        # A picture a round (0.4 MB) would be 80 MB.
        self.assertLess(grown, 12, f"{grown:.1f} MB more")


if __name__ == "__main__":
    unittest.main()
