#!/usr/bin/env python3
"""Makes up a reader study over simulated pictures: three readers (or more), two readings, from a seed.

The readers are numbers from a generator: what they "say" follows the simulator's truth with a bias and an error of each
reader's own. It shows what `hipcuff validate` makes of a reader study; it says nothing about people.

    hipcuff analyze PICTURES --out results
    make_reader_study.py --results results/results.json --truth PICTURES --out study [--cases 120] [--patients 80] [--seed 7]
    hipcuff validate --results results --reference study/reference.csv --reference study/readings --out report

Writes reference.csv (patient, picture, class, measures), readings/readings-RN-N.csv as hipcuff-viewer --read does, and
results.json with the chosen pictures only.
"""
import argparse
import csv
import json
import math
import pathlib
import random

CLASSES = ["normal", "tendinosis", "partial_thickness", "full_thickness"]


def truths(folder):
    """Truth by the picture it lies beside."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*.truth.json")):
        truth = json.loads(path.read_text())
        if truth.get("not_gradable", "none") == "none":
            found[str(path).removesuffix(".truth.json")] = truth
    return found


def number(value, places):
    return "" if value is None else f"{round(value, places):g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", required=True, help="results.json, or a folder with several")
    parser.add_argument("--truth", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--patients", type=int, default=80)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rng = random.Random(options.seed)

    truth = truths(options.truth)
    by_name = {}
    for stem, one in truth.items():
        by_name.setdefault(pathlib.Path(stem).name, []).append((stem, one))
    given = pathlib.Path(options.results)
    files = sorted(given.rglob("results.json")) if given.is_dir() else [given]
    if not files:
        raise SystemExit(f"make_reader_study.py: no results.json in {given}")
    results = json.loads(files[0].read_text())
    for file in files[1:]:
        results["studies"] += json.loads(file.read_text())["studies"]
    cases = []
    for study in results["studies"]:
        for image in study["images"]:
            source = image["source"]
            path = pathlib.Path(source["path"])
            match = [t for stem, t in by_name.get(path.stem, []) if pathlib.Path(stem).parent.name == path.parent.name]
            if len(match) == 1 and source["sop_instance_uid"]:
                cases.append((source, match[0]))
    # As many of each class as there are, in turn, so that none is rare.
    groups = {c: [x for x in cases if x[1]["grade"] == c] for c in CLASSES}
    for group in groups.values():
        rng.shuffle(group)
    chosen = []
    while len(chosen) < options.cases and any(groups.values()):
        for c in CLASSES:
            if groups[c] and len(chosen) < options.cases:
                chosen.append(groups[c].pop())
    if not chosen:
        raise SystemExit("make_reader_study.py: no picture of the results has its truth beside it")

    out = pathlib.Path(options.out)
    (out / "readings").mkdir(parents=True, exist_ok=True)
    uids = {source["sop_instance_uid"] for source, _ in chosen}
    for study in results["studies"]:
        study["images"] = [i for i in study["images"] if i["source"]["sop_instance_uid"] in uids]
    results["studies"] = [s for s in results["studies"] if s["images"]]
    (out / "results.json").write_text(json.dumps(results))

    with open(out / "reference.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient", "sop_instance_uid", "side", "class", "thickness_mean_mm"])
        for i, (source, one) in enumerate(chosen):
            frame = one["frames"][0]
            thickness = frame.get("thickness") or {}
            writer.writerow([f"P{i % options.patients + 1:03d}", source["sop_instance_uid"], source["side"], one["grade"],
                             number(thickness.get("mean_mm"), 3)])

    for r in range(options.readers):
        bias, spread = rng.gauss(0, 0.2), 0.45 + 0.1 * r
        impressions = [CLASSES.index(t["grade"]) + rng.gauss(bias, spread) for _, t in chosen]
        for reading in (1, 2):
            order = list(range(len(chosen)))
            rng.shuffle(order)
            with open(out / "readings" / f"readings-R{r + 1}-{reading}.csv", "w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow("reader,reading,sop_instance_uid,side,class,subtype,depth_fraction,thickness_max_mm,"
                                "confidence,seconds".split(","))
                for i in order:
                    source, one = chosen[i]
                    now = impressions[i] + rng.gauss(0, 0.25)
                    seconds = number(rng.lognormvariate(3.2, 0.4), 1)
                    if rng.random() < 0.04:
                        writer.writerow([f"R{r + 1}", reading, source["sop_instance_uid"], source["side"], "not_gradable",
                                         "", "", "", "", seconds])
                        continue
                    name = CLASSES[min(3, max(0, round(now)))]
                    distance = abs(now - 1.5)
                    thickness = (one["frames"][0].get("thickness") or {}).get("max_mm")
                    measured = None if thickness is None else max(0.5, thickness + rng.gauss(0, 0.35))
                    depth = None
                    if name == "partial_thickness":
                        depth = min(0.95, max(0.05, 0.5 + rng.gauss(0, 0.15)))
                    writer.writerow([f"R{r + 1}", reading, source["sop_instance_uid"], source["side"], name,
                                     "undersurface" if name == "partial_thickness" else "", number(depth, 3),
                                     number(measured, 1), number(1 - 0.5 * math.exp(-distance), 3), seconds])
    print(f"{len(chosen)} pictures of {min(options.patients, len(chosen))} made-up patients in {out}")


if __name__ == "__main__":
    main()
