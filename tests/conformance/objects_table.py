#!/usr/bin/python3
"""Every kind of result object from every kind of picture, checked by dciodvfy. Run by scripts/conformance.

    objects_table.py --hipcuff PROGRAM --out DIR [--shared DIR]

Prints a table: for each kind of input and object how many errors dciodvfy finds in how many objects. Errors that repeat a
fault of the image itself (its own UIDs, which a result has to refer to) are counted apart and named below the table.
Ends with 1 where any other error is found.
"""
import argparse
import copy
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian

KINDS = ("sr", "seg", "gsps", "sc")
# What dciodvfy says of a result only because its image is so. Each with the reason.
OF_THE_IMAGE = {
    r"Illegal root for UID": "the image's own UIDs begin with no registered root; a result refers to them as they are",
    r"ReferencedFrameNumber|Referenced Frame Number": "the image has several frames under a class that knows one; without "
    "the frame's number nobody could tell which is meant",
}


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, errors="replace")


def simulate(hipcuff, folder, *words):
    done = run(hipcuff, "phantom", "--out", folder, "--quiet", *words)
    if done.returncode != 0:
        sys.exit(f"hipcuff phantom: {done.stderr}")
    return sorted(folder.rglob("*.dcm"))


def saved(image, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save_as(path, write_like_original=False)
    return path


def side_by_side(path, out):
    """One picture with two panes: the image and its copy beside it."""
    image = pydicom.dcmread(path)
    pixels = image.pixel_array
    both = np.concatenate([pixels, pixels], axis=1)
    second = copy.deepcopy(image.SequenceOfUltrasoundRegions[0])
    second.RegionLocationMinX0 += image.Columns
    second.RegionLocationMaxX1 += image.Columns
    image.SequenceOfUltrasoundRegions.append(second)
    image.Columns = both.shape[1]
    image.PixelData = both.tobytes()
    return saved(image, out / "two-panes.dcm")


def without_regions(path, out):
    image = pydicom.dcmread(path)
    del image.SequenceOfUltrasoundRegions
    return saved(image, out / "no-calibration.dcm")


def with_names(path, out):
    """The patient's name in other alphabets."""
    for charset, name in (("ISO_IR 100", "Müller^Jürgen"), ("ISO_IR 192", "Ковалёва^Анна"),
                          (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう")):
        image = pydicom.dcmread(path)
        image.SpecificCharacterSet = charset
        image.PatientName = name
        for field in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(image, field, pydicom.uid.generate_uid(prefix=None, entropy_srcs=[field, name]))
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        label = re.sub(r"\W+", "-", charset if isinstance(charset, str) else charset[1])
        yield saved(image, out / f"name-{label}.dcm")


def inputs(hipcuff, out, shared):
    """(kind of input, its files)."""
    recipe = out / "colour.json"
    recipe.write_text('{"screen": {"colour": true}}\n')
    stills = [p for p in simulate(hipcuff, out / "grey", "--cases", "2", "--seed", "11") if "cine" not in p.name]
    yield "simulated, grey", stills
    yield "simulated, colour", simulate(hipcuff, out / "colour", "--recipe", recipe, "--cases", "2", "--seed", "12")
    yield "simulated, JPEG", simulate(hipcuff, out / "jpeg", "--jpeg", "--recipe", recipe, "--seed", "13")
    cines = [p for p in simulate(hipcuff, out / "cines", "--cases", "4", "--seed", "14", "--frames", "4")
             if pydicom.dcmread(p, stop_before_pixels=True).get("NumberOfFrames", 1) > 1]
    yield "simulated, cine", cines
    plain = next(p for p in stills if pydicom.dcmread(p).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian)
    yield "simulated, two panes", [side_by_side(plain, out / "two")]
    yield "simulated, no calibration", [without_regions(plain, out / "none")]
    yield "simulated, names in three alphabets", list(with_names(plain, out / "names"))
    if shared:
        yield "real", sorted(p for p in (shared / "real-ultrasound" / "dicom").iterdir() if p.is_file())


def check(path):
    """(errors of ours, errors that repeat the image's faults)."""
    ours, images = [], []
    said = run("dciodvfy", path)
    for line in (said.stdout + said.stderr).splitlines():
        if line.startswith("Error") or " - Error - " in line or "Error -" in line[:40]:
            (images if any(re.search(p, line) for p in OF_THE_IMAGE) else ours).append(line)
    return ours, images


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hipcuff", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shared", type=Path, help="where the real pictures are (default: HIPCUFF_SHARED, ../shared)")
    options = parser.parse_args()
    shared = options.shared or Path(os.environ.get("HIPCUFF_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    if not (shared / "real-ultrasound" / "dicom").is_dir():
        print("Real pictures are absent (HIPCUFF_SHARED); their row is left out.", file=sys.stderr)
        shared = None
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    shown, repeated, bad = {}, Counter(), []
    for name, files in inputs(options.hipcuff, options.out, shared):
        results = options.out / "results" / re.sub(r"\W+", "-", name)
        done = run(options.hipcuff, "analyze", *files, "--out", results, "--dicom", "all", "--region", "lateral-hip")
        objects = defaultdict(list)
        for path in sorted((results / "dicom").glob("*.dcm")):
            objects[path.name.split("-")[-2]].append(path)
        if not objects:
            sys.exit(f"{name}: no objects: {done.stderr}")
        cells = []
        for kind in KINDS:
            errors = 0
            for path in objects[kind]:
                ours, images = check(path)
                errors += len(ours)
                bad += [f"{name}: {path.name}: {line}" for line in ours]
                repeated.update(reason for line in images for p, reason in OF_THE_IMAGE.items() if re.search(p, line))
            cells.append(f"{errors} in {len(objects[kind])}" if objects[kind] else "none")
        shown[name] = (len(files), cells)
    print("| input | files | " + " | ".join(KINDS) + " |")
    print("|---|---|" + "---|" * len(KINDS))
    for name, (count, cells) in shown.items():
        print(f"| {name} | {count} | " + " | ".join(cells) + " |")
    for reason, count in repeated.items():
        print(f"\nNot counted, {count} lines: {reason}.")
    for line in bad:
        print(line, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
