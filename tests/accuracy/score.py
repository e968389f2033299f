#!/usr/bin/env python3
"""Scores results of `hipcuff analyze` against the truth beside the pictures.

    python3 tests/accuracy/score.py DATASET_DIR RESULTS_DIR... [--json OUT] [--records OUT] [--worst DIR]

DATASET_DIR holds NAME.truth.json (hipcuff.truth/1) and NAME.mask.png beside each picture, RESULTS_DIR results.json and
its masks. Prints a compact table.
"""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hipcuff_accuracy import measure, reading, summary, terminal  # noqa: E402


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--records", type=Path, help="write one line of JSON a picture here")
    parser.add_argument("--worst", type=Path, help="write contact sheets of the worst ten a measure into this folder")
    parser.add_argument(
        "--prevalence",
        help="normal,tendinosis,partial,full: weigh the classes so for the calibration (as the program's prior)",
    )
    options = parser.parse_args(arguments)
    try:
        cases = reading.read_truths(options.dataset)
        if not cases:
            parser.exit(1, f"{options.dataset}: no *.truth.json below it\n")
        strangers, _ = reading.match(cases, options.results)
        records = [measure.record(case) for case in cases]
    except (OSError, ValueError, KeyError) as error:
        parser.exit(1, f"score.py: {error!r}\n")
    prevalence = [float(p) for p in options.prevalence.split(",")] if options.prevalence else None
    figures = summary.summarise(records, prevalence)
    print(terminal.table(figures))
    missing = [r for r in records if not r["analysed"]]
    if missing:
        print(f"{len(missing)} pictures have no result, the first: {missing[0]['picture']}", file=sys.stderr)
    if strangers:
        print(f"{len(strangers)} results belong to no truth, the first: {strangers[0]}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if options.records:
        options.records.write_text("".join(json.dumps(r) + "\n" for r in records))
    if options.worst:
        from hipcuff_accuracy import worst

        for sheet in worst.write_sheets(cases, records, options.worst):
            print(sheet, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
