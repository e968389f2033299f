#!/usr/bin/env python3
"""Scores one set and writes its page. Run by scripts/accuracy, which makes the set and its results."""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hipcuff_accuracy import bone, measure, reading, report, summary, terminal, worst  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def prevalence_of(document):
    """The classes' shares that the program's probabilities assume, as printed with the result; None without them."""
    items = (document.get("criteria") or {}).get("items") or {}
    shares = []
    for name in ("normal", "tendinosis", "partial", "full"):
        found = [v["value"] for key, v in items.items() if key.startswith("prevalence_" + name)]
        if len(found) != 1:
            return None
        shares.append(found[0])
    return shares


def cost_of(path):
    """Milliseconds of a whole analysis at 800x600, or at the next larger size that was measured."""
    found = {}
    for run in json.loads(Path(path).read_text())["benchmarks"]:
        parts = run["name"].split("/")
        if parts[0] == "whole analysis" and "x" in parts[1] and run.get("run_type") != "aggregate":
            factor = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}[run["time_unit"]]
            cost = run["cpu_time"] * factor
            found[parts[1]] = min(cost, found.get(parts[1], cost))  # of repetitions the least disturbed one
    larger = [s for s in found if int(s.split("x")[0]) >= 800]
    if not larger:
        return None
    size = min(larger, key=lambda s: int(s.split("x")[0]))
    return {"value": found[size], "n": 1, "size": size}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bone", type=Path)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--bench", type=Path)
    options = parser.parse_args()

    cases = reading.read_truths(options.data)
    for case in cases:
        if not case.about:
            case.about = {"stratum": reading.stratum_of(case.truth)}
    folders = sorted(p.parent for p in options.results.rglob("results.json"))
    if not cases or not folders:
        parser.exit(1, f"no truth below {options.data}, or no results.json below {options.results}\n")
    strangers, documents = reading.match(cases, folders)
    if strangers:
        print(f"{len(strangers)} results belong to no truth, the first: {strangers[0]}", file=sys.stderr)
    records = [measure.record(case) for case in cases]
    lost = [r["picture"] for r in records if not r["analysed"]]
    if lost:
        print(f"{len(lost)} pictures have no result (counted as refused), the first: {lost[0]}", file=sys.stderr)
    figures = summary.summarise(records, prevalence_of(documents[0]))
    bones = bone.score(options.shared, options.bone) if options.bone else None
    cost = cost_of(options.bench) if options.bench else None
    about = {
        "set": options.set,
        "date": max(d["created"] for d in documents)[:10],
        "program": f"{documents[0]['software']['name']} {documents[0]['software']['version']}",
        "wrong_bound": ((documents[0]["criteria"].get("items") or {}).get("graded_wrong_bound") or {}).get("value"),
        "criteria": f"{documents[0]['criteria']['name']} {documents[0]['criteria']['version']}",
    }
    (options.out / "records.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    (options.out / "figures.json").write_text(json.dumps({"about": about, "figures": figures, "bone": bones, "cost": cost}, indent=1) + "\n")
    print(terminal.table(figures))
    if bones:
        print(bone.table(bones))
    if cost:
        print(f"whole analysis of a frame at {cost['size']}: {cost['value']:.1f} ms")
    for sheet in worst.write_sheets(cases, records, options.out / "worst"):
        print(sheet, file=sys.stderr)

    page, plots, reported = options.out / "accuracy.md", options.out / "plots", options.set == "test"
    if reported:
        page, plots = ROOT / "docs" / "accuracy.md", ROOT / "docs" / "accuracy"
    notes = ROOT / "docs" / "accuracy" / "notes.md"
    second = options.out.parent / "second" / "figures.json"
    page.write_text(
        report.document(
            figures,
            about,
            bones,
            cost,
            notes.read_text() if notes.exists() and reported else "",
            json.loads(second.read_text())["figures"] if second.exists() and options.set != "second" else None,
            plots=plots.name,
        )
    )
    try:
        from hipcuff_accuracy import plots as drawing

        drawing.draw_all(figures, records, plots)
    except ImportError:
        print("matplotlib is missing (python3-matplotlib): the plots were not drawn", file=sys.stderr)
    print(page, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
