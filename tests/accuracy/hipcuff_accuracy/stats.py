"""Rates, means and agreement with their 95 % intervals. No randomness that is not seeded."""
import math

import numpy as np

Z = 1.959963984540054


def wilson(hits, n):
    """Wilson's interval for a rate; (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(flags):
    """{value, low, high, hits, n} of a list of true or false."""
    flags = [bool(f) for f in flags]
    low, high = wilson(sum(flags), len(flags))
    return {
        "value": sum(flags) / len(flags) if flags else None,
        "low": low,
        "high": high,
        "hits": sum(flags),
        "n": len(flags),
    }


def bootstrap(rows, statistic, times=1000, seed=20261122):
    """{value, low, high, n}: percentile interval over pictures drawn anew. `rows` is an array, one row a picture."""
    rows = np.asarray(rows)
    n = len(rows)
    if n == 0:
        return {"value": None, "low": None, "high": None, "n": 0}
    value = float(statistic(rows))
    rng = np.random.default_rng(seed)
    drawn = [statistic(rows[rng.integers(0, n, n)]) for _ in range(times if n > 1 else 0)]
    drawn = [d for d in drawn if np.isfinite(d)]
    low, high = np.percentile(drawn, [2.5, 97.5]) if drawn else (value, value)
    return {"value": value, "low": float(low), "high": float(high), "n": n}


def _resampled(columns, statistic, times, seed):
    """Like bootstrap, for statistics of column sums: all draws at once (many small groups are summarised)."""
    columns = np.asarray(columns, float)
    n = len(columns)
    if n == 0:
        return {"value": None, "low": None, "high": None, "n": 0}
    value = float(statistic(columns.sum(axis=0)))
    if n == 1:
        return {"value": value, "low": value, "high": value, "n": 1}
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), size=times)
    drawn = statistic((counts @ columns).T)
    low, high = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return {"value": value, "low": float(low), "high": float(high), "n": n}


def mean(values, times=1000, seed=20261122):
    values = [v for v in values if v is not None]
    columns = np.stack([np.asarray(values, float), np.ones(len(values))], axis=1) if values else np.zeros((0, 2))
    return _resampled(columns, lambda sums: sums[0] / sums[1], times, seed)


def ratio(numerators, denominators, times=1000, seed=20261122):
    """Sum over sum, pictures drawn anew: a share of all stations or millimetres."""
    columns = np.stack([np.asarray(numerators, float), np.asarray(denominators, float)], axis=1)
    columns = columns[columns[:, 1] > 0]
    return _resampled(columns, lambda sums: sums[0] / np.maximum(sums[1], 1e-12), times, seed)


def confusion(truths, calls, size):
    """Counts, truth in rows."""
    table = np.zeros((size, size))
    np.add.at(table, (np.asarray(truths, int), np.asarray(calls, int)), 1)
    return table


def quadratic_kappa(table):
    """Cohen's kappa with quadratic weights of a confusion table; NaN where chance explains everything."""
    table = np.asarray(table, float)
    size = len(table)
    index = np.arange(size)
    weight = (index[:, None] - index[None]) ** 2 / (size - 1) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1e-12)
    by_chance = (weight * expected).sum()
    return float(1 - (weight * table).sum() / by_chance) if by_chance > 0 else float("nan")


def kappa(truths, calls, size, **options):
    rows = np.stack([np.asarray(truths, int), np.asarray(calls, int)], axis=1) if len(truths) else np.zeros((0, 2), int)
    return bootstrap(rows, lambda v: quadratic_kappa(confusion(v[:, 0], v[:, 1], size)), **options)


def calibration_bins(stated, right, weights=None, bins=10):
    """Equal-width bins: list of {low, high, weight, stated, observed, n} for bins that hold something."""
    stated = np.asarray(stated, float)
    right = np.asarray(right, float)
    weights = np.ones(len(stated)) if weights is None else np.asarray(weights, float)
    index = np.clip((stated * bins).astype(int), 0, bins - 1)
    out = []
    for b in range(bins):
        inside = index == b
        total = weights[inside].sum()
        if total <= 0:
            continue
        out.append(
            {
                "low": b / bins,
                "high": (b + 1) / bins,
                "weight": float(total),
                "stated": float((weights * stated)[inside].sum() / total),
                "observed": float((weights * right)[inside].sum() / total),
                "n": int(inside.sum()),
            }
        )
    return out


def ece(stated, right, weights=None, bins=10):
    """Expected calibration error: mean |stated - observed| over the bins, weighted by what they hold."""
    found = calibration_bins(stated, right, weights, bins)
    total = sum(b["weight"] for b in found)
    return sum(b["weight"] * abs(b["stated"] - b["observed"]) for b in found) / total if total > 0 else float("nan")


def risk_coverage(confidence, wrong):
    """(coverage, risk) when pictures are taken in order of falling confidence; ties enter together."""
    order = np.argsort(-np.asarray(confidence, float), kind="stable")
    sorted_confidence = np.asarray(confidence, float)[order]
    errors = np.cumsum(np.asarray(wrong, float)[order])
    taken = np.arange(1, len(order) + 1)
    last_of_tie = np.append(np.diff(sorted_confidence) != 0, True) if len(order) else np.zeros(0, bool)
    return taken[last_of_tie] / max(1, len(order)), (errors / taken)[last_of_tie]
