#!/usr/bin/env python3
"""Analyses one set in several ways, with and without plugins, and writes them side by side. Run by scripts/accuracy-plugins.

    compare_plugins.py --hipcuff PROGRAM --plugins DIR --data SET --out DIR --way NAME=SPEC[;SPEC...] ... [--page FILE]

A way without a SPEC is the built-in analysis. What is there already is kept: a run that was stopped goes on.
"""
import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hipcuff_accuracy import bone, measure, reading, report, summary  # noqa: E402

FRAMES = 24  # of the cine that the cost is measured on
REPETITIONS = 5


class Ways:
    """The programs, and where their results go."""

    def __init__(self, options):
        self.hipcuff, self.plugins, self.data, self.out = options.hipcuff, options.plugins, options.data, options.out
        self.jobs = options.jobs
        self.ways = dict(self.split(way) for way in options.way)

    @staticmethod
    def split(way):
        name, _, specs = way.partition("=")
        return name, [s for s in specs.split(";") if s]

    def arguments(self, name):
        out = []
        for spec in self.ways[name]:
            out += ["--plugin", spec]
        return out + (["--plugin-path", str(self.plugins), "--plugin-fault", "builtin"] if out else [])

    def version(self, name):
        """Changes with whatever could change the results of this way."""
        digest = hashlib.sha256(Path(self.hipcuff).read_bytes())
        digest.update("\n".join(self.ways[name]).encode())
        for spec in self.ways[name]:
            for path in sorted((self.plugins / spec.split(",")[0]).parent.rglob("*")):
                if path.is_file():
                    digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    def results(self, name):
        return self.out / f"{name}-{self.version(name)}"

    def run(self, inputs, folder, name, more=()):
        command = [str(self.hipcuff), "analyze", *map(str, inputs), "--out", str(folder), "--no-overlays", "--quiet"]
        done = subprocess.run(
            command + self.arguments(name) + list(more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        if done.returncode not in (0, 3):
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[:400]}")

    def analyse(self, name, groups):
        for group in groups:
            folder = self.results(name) / group
            if not (folder / "results.json").exists():
                print(f"{name}: {group}", file=sys.stderr)
                self.run([self.data / group], folder, name, ["--jobs", str(self.jobs)])
        return [self.results(name) / g for g in groups]

    def bones(self, name, shared):
        pictures = [picture for _, picture, _ in bone.annotations(shared)]
        folder = self.results(name) / "bone"
        if not pictures:
            return None
        if not (folder / "results.json").exists():
            self.run(pictures, folder, name, ["--mm-per-px", str(bone.MM_PER_PX), "--jobs", str(self.jobs)])
        return bone.score(shared, folder)["reported"]

    def cost(self, name, cine):
        """Milliseconds of processor time a frame beyond the first: the least of several runs, decoding included."""

        def spent(frames):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.run([cine], self.out / "cost", name, ["--frames", str(frames), "--jobs", "1"])
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        kept = self.results(name) / "cost.json"
        if not kept.exists():
            whole = min(spent(FRAMES) for _ in range(REPETITIONS))
            first = min(spent(1) for _ in range(REPETITIONS))
            kept.write_text(json.dumps({"ms": 1000 * (whole - first) / (FRAMES - 1)}))
        return json.loads(kept.read_text())["ms"]


def make_cine(hipcuff, folder):
    """A simulated cine of 800x600."""
    if not folder.exists():
        subprocess.run(
            [str(hipcuff), "phantom", "--out", str(folder), "--cases", "4", "--seed", "5", "--frames", str(FRAMES)]
            + ["--screen", "800x600", "--quiet"],
            check=True,
        )
    return max(folder.rglob("*.dcm"), key=lambda p: p.stat().st_size)


def stood_in(folders):
    """How many pictures the built-in stages stood in for, and how many there are."""
    faults = pictures = 0
    for folder in folders:
        document = json.loads((folder / "results.json").read_text())
        for study in document["studies"]:
            for image in study["images"]:
                pictures += 1
                faults += any(stage.get("fault") for stage in image.get("stages", []))
    return faults, pictures


ROWS = [
    ("cortex interface, mean distance (mm)", "number", lambda f: f["geometry"]["cortex_mm"]),
    ("cortex, visible facet found", "share", lambda f: f["geometry"]["facet_found"]),
    ("cortex drawn more than 1 mm from the true one", "share", lambda f: f["geometry"]["cortex_elsewhere"]),
    ("real bone (specimens 5 to 7), crest (mm)", "number", lambda f: (f["bone"] or {}).get("distance_mm")),
    ("real bone, found within 1 mm", "share", lambda f: (f["bone"] or {}).get("found")),
    ("real bone, drawn elsewhere", "share", lambda f: (f["bone"] or {}).get("elsewhere")),
    ("tendon overlap (Dice)", "number", lambda f: f["geometry"]["dice"]),
    ("thickness at the same place, mean error (mm)", "number", lambda f: f["geometry"]["profile_mae"]),
    ("thickness, bias (mm)", "number", lambda f: f["geometry"]["profile_bias"]),
    ("thickness, 95 % interval covers truth", "share", lambda f: f["geometry"]["interval_covers"]),
    ("tears called", "rate", lambda f: f["decisions"]["sensitivity"]),
    ("no tear called where there is none", "rate", lambda f: f["decisions"]["specificity"]),
    ("four classes, quadratic weighted kappa", "number", lambda f: f["agreement"]["kappa"]),
    ("tear depth fraction, mean error", "number", lambda f: f["geometry"]["depth_error"]),
    ("tear length, mean error (mm)", "number", lambda f: f["geometry"]["length_error"]),
    ("not gradable recognised", "rate", lambda f: f["decisions"]["not_gradable_recognised"]),
    ("gradable refused", "rate", lambda f: f["decisions"]["gradable_refused"]),
]


def table(figures):
    ways = figures.values()
    rows = [(words, *(report.WRITERS[kind](pick(f)) for f in ways)) for words, kind, pick in ROWS]
    rows.append(("processor time of a frame, 800x600 (ms)", *(f"{f['cost_ms']:.1f}" for f in ways)))
    rows.append(("pictures on which the built-in stood in", *("{} of {}".format(*f["stood_in"]) for f in ways)))
    return report.table(("measure", *figures), rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hipcuff", type=Path, required=True)
    parser.add_argument("--plugins", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--set", required=True)
    parser.add_argument("--strata", default="class,not_gradable")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--way", action="append", required=True)
    parser.add_argument("--page", type=Path, help="write the page here too")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    strata = options.strata.split(",")
    groups = sorted(
        {str(p.parent.relative_to(options.data)) for s in strata for p in (options.data / s).rglob("*.dcm")}
    )
    if not groups:
        parser.exit(1, f"{options.data}: no pictures in {options.strata}\n")
    ways = Ways(options)
    cine = make_cine(options.hipcuff, options.out / "cine")
    figures = {}
    for name in ways.ways:
        folders = ways.analyse(name, groups)
        cases = [case for s in strata for case in reading.read_truths(options.data / s)]
        for case in cases:
            if not case.about:
                case.about = {"stratum": reading.stratum_of(case.truth)}
        reading.match(cases, folders)
        figures[name] = summary.summarise([measure.record(case) for case in cases])
        figures[name]["stood_in"] = stood_in(folders)
        figures[name]["bone"] = ways.bones(name, options.shared) if options.shared else None
        figures[name]["cost_ms"] = ways.cost(name, cine)
        print(f"{name}: {len(cases)} pictures, {figures[name]['cost_ms']:.1f} ms a frame", file=sys.stderr)
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    lines = [
        f"Set `{options.set}`, strata {', '.join(strata)}: {sum(figures[next(iter(figures))]['stood_in'][1:])} pictures, "
        f"scored on {time.strftime('%Y-%m-%d', time.gmtime())}; 95 % intervals in brackets.",
        "",
        table(figures),
        "",
        "Ways: "
        + "; ".join(f"**{n}** " + (" ".join(f"`--plugin {s}`" for s in specs) or "no plugin") for n, specs in ways.ways.items())
        + ".",
        "",
    ]
    print("\n".join(lines))
    if options.page:
        notes = options.page.with_name("plugins-notes.md")
        head = "# Plugins against the built-in analysis\n\n<!-- Written by scripts/accuracy-plugins; words: plugins-notes.md. -->\n\n"
        options.page.write_text(head + "\n".join(lines) + ("\n" + notes.read_text() if notes.exists() else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
