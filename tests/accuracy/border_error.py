#!/usr/bin/python3
"""Is the border's stated uncertainty honest? Stations of a set with known truth, in eight groups of rising uncertainty.

    border_error.py DATASET RESULTS [--factor F]

Prints for each group the mean standard uncertainty that the intervals of results.json were made of (half the interval over
1.96 and over F, the criterion border_error_factor), the root mean square error, the error's 95 % quantile over 1.96, and
the share of errors inside the interval. The table `uncertaintyKnots` of lib/segmentation/src/tissue_classifier.cpp is
made from the first and third column, on the calibration split alone.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from hipcuff_accuracy import measure, reading  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dataset")
    parser.add_argument("results", nargs="+")
    parser.add_argument("--factor", type=float, default=1.0)
    options = parser.parse_args()
    cases = reading.read_truths(options.dataset)
    reading.match(cases, options.results)
    errors, half = [], []
    for case in cases:
        if not case.result:
            continue
        common = measure.common_stations(case, case.truth["frames"][0], np.asarray(case.truth["mm_per_px"], float))
        if common is not None:
            value, _, upper, truth, _ = common
            errors.append(value - truth)
            half.append(upper - value)
    error, half = np.abs(np.concatenate(errors)), np.concatenate(half)
    order = np.argsort(half)
    print("stated sd   rms error   q95/1.96   inside")
    for group in np.array_split(order, 8):
        print(f"{half[group].mean() / 1.96 / options.factor:8.3f} {np.sqrt((error[group] ** 2).mean()):11.3f} "
              f"{np.quantile(error[group], 0.95) / 1.96:10.3f} {100 * (error[group] <= half[group]).mean():7.1f} %")
    print(f"all: {len(error)} stations, inside {100 * (error <= half).mean():.1f} %, mean width {2 * half.mean():.2f} mm")


if __name__ == "__main__":
    main()
