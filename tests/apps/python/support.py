"""What the tests of the Python package share. CTest sets PYTHONPATH, HIPCUFF_BIN and HIPCUFF_SOURCE_DIR."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

BIN = Path(os.environ["HIPCUFF_BIN"])
SOURCE = Path(os.environ["HIPCUFF_SOURCE_DIR"])
TESTDATA = SOURCE / "testdata"
CINE = TESTDATA / "undersurface-left-cine" / "cine.dcm"
STILL = TESTDATA / "normal-left-long" / "image.dcm"  # uncompressed
TORN = TESTDATA / "full-left-long" / "image.dcm"


def hipcuff_command(*arguments, expect=0):
    """Runs the program `hipcuff`; returns its stdout."""
    done = subprocess.run([BIN / "hipcuff", *map(os.fspath, arguments)], capture_output=True, check=False)
    if done.returncode != expect:
        raise AssertionError(f"hipcuff {arguments} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def truth_of(image):
    return json.loads((image.parent / (image.stem + ".truth.json")).read_text())


def without_files(image):
    """An image of results.json without the names of the files beside it."""
    image = dict(image)
    image["masks"] = {"label_png": None}
    image["picture"] = {"raw_png": None}
    return image


class FolderTest(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hipcuff-python-"))
        self.addCleanup(shutil.rmtree, os.fsencode(self.folder))
