"""hipcuff validate on many made-up rows: seconds and peak memory. See scripts/validate-bench."""
import argparse
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

CLASSES = ["normal", "tendinosis", "partial_thickness", "full_thickness"]


def chances(rng, truth):
    """Probabilities that lean to the truth, as a program's would."""
    weights = [rng.gammavariate(0.6, 1) + (1.5 if k == truth else 0) for k in range(4)]
    total = sum(weights)
    return [round(w / total, 3) for w in weights]


def make(program, folder, rows, seed):
    """A results.json of `rows` images in exams of four, without outlines, and tables of a reference and a reader."""
    rng = random.Random(seed)
    template_run = folder / "template"
    source = Path(program).resolve()
    testdata = Path(__file__).resolve().parents[2] / "testdata" / "normal-left-long"
    subprocess.run([source, "analyze", testdata, "--out", template_run, "--no-overlays", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    whole = json.loads((template_run / "results.json").read_text())
    image = whole["studies"][0]["images"][0]
    hip = whole["studies"][0]["hips"][0]
    image["bone_surface"] = {**image["bone_surface"], "segments": [], "facets": []}
    for name, value in image["tendon"].items():
        if isinstance(value, list):
            image["tendon"][name] = []
    image["thickness"]["profile_mm"] = []
    for name, value in image["thickness"].items():
        if isinstance(value, list):
            image["thickness"][name] = []
    head = {k: v for k, v in whole.items() if k != "studies"}
    reference = ["sop_instance_uid,patient,class,thickness_mean_mm\n"]
    reader = ["reader,reading,sop_instance_uid,class,confidence\n"]
    with open(folder / "results.json", "w") as out:
        out.write(json.dumps(head)[:-1] + ', "studies": [')
        for exam in range(rows // 4):
            images = []
            truth = rng.choices(range(4), [5, 2, 2, 1])[0]
            for k in range(4):
                one = copy.copy(image)
                uid = f"1.2.826.0.1.{exam}.{k}"
                one["id"] = f"img-{exam:08d}{k:04d}"
                one["source"] = {**image["source"], "path": f"/in/{exam}/{k}.dcm", "sop_instance_uid": uid,
                                 "study_instance_uid": f"1.2.826.0.1.{exam}"}
                p = chances(rng, truth)
                grade = max(range(4), key=lambda c: p[c])
                one["grade"] = {**image["grade"], "class": CLASSES[grade], "subtype": None, "confidence": p[grade],
                                "probabilities": dict(zip(CLASSES, p))}
                one["label_png"] = None
                thickness = max(1.5, rng.gauss(4, 0.8))
                one["thickness"] = {**image["thickness"], "mean_mm": round(max(1.0, thickness + rng.gauss(0, 0.3)), 3)}
                reference.append(f"{uid},P{exam // 2},{CLASSES[truth]},{thickness:.2f}\n")
                said = truth if rng.random() < 0.8 else rng.randrange(4)
                reader.append(f"R1,1,{uid},{CLASSES[said]},{rng.uniform(0.4, 1):.2f}\n")
                images.append(one)
            together = [sum(i["grade"]["probabilities"][c] for i in images) / 4 for c in CLASSES]
            grade = max(range(4), key=lambda c: together[c])
            hips = [{**hip, "images": [i["source"]["sop_instance_uid"] for i in images],
                     "grade": {**hip["grade"], "class": CLASSES[grade], "confidence": together[grade],
                               "probabilities": dict(zip(CLASSES, together))}}]
            out.write(("," if exam else "") + "\n" + json.dumps(
                {"study_instance_uid": f"1.2.826.0.1.{exam}", "study_date": None, "folder": None, "images": images,
                 "hips": hips}))
        out.write("\n]}\n")
    (folder / "reference.csv").write_text("".join(reference))
    (folder / "reader.csv").write_text("".join(reader))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("work", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    folder = options.work / f"rows-{options.rows}"
    if not (folder / "reader.csv").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"Making {options.rows} rows", file=sys.stderr)
        make(options.program, folder, options.rows, seed=1)
    out = folder / "report"
    command = [options.program, "validate", "--results", folder / "results.json", "--reference",
               folder / "reference.csv", "--reference", folder / "reader.csv", "--unit", "image,patient", "--no-masks",
               "--no-figures", "--out", out]
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    table = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    print(table)
    size = (folder / "results.json").stat().st_size / 1e6
    print(f"{options.rows} images ({size:.0f} MB of JSON), a reference and a reader of as many rows, 2000 replicates: "
          f"{seconds:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s of processors, "
          f"peak {usage.ru_maxrss * 1024 / 1e6:.0f} MB")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
