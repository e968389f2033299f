"""The plots of docs/accuracy.md. The one module that needs matplotlib."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

from . import stats, summary  # noqa: E402
from .reading import CLASSES  # noqa: E402

COLOURS = dict(zip(CLASSES, ("#3a7d44", "#c58b1b", "#2f6db3", "#b3322f")))
LABELS = dict(zip(CLASSES, ("normal", "tendinosis", "partial thickness", "full thickness")))


def _save(figure, path):
    figure.tight_layout()
    figure.savefig(path, dpi=80, metadata={"Software": None})  # the same figures give the same file
    plt.close(figure)


def calibration(figures, path):
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.8), sharey=True)
    for axis, key, title in (
        (axes[0], "bins", "the called class"),
        (axes[1], "bins_tear", "a tear (partial or full)"),
    ):
        axis.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for b in figures["calibration"].get(key, []):
            low, high = stats.wilson(b["observed"] * b["n"], b["n"])
            axis.plot([b["stated"]] * 2, [low, high], color="#2f6db3", linewidth=1)
            axis.plot(b["stated"], b["observed"], "o", color="#2f6db3", markersize=3 + 9 * np.sqrt(b["n"] / 400))
        axis.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability stated", title=title)
    axes[0].set_ylabel("share that was so")
    _save(figure, path)


def bland_altman(records, path):
    some = [r for r in summary.measurable(records) if r.get("common_mm") is not None]
    figure, axis = plt.subplots(figsize=(8, 3.8))
    difference = np.array([r["common_mm"] - r["common_truth_mm"] for r in some])
    middle = np.array([(r["common_mm"] + r["common_truth_mm"]) / 2 for r in some])
    for name in CLASSES:
        chosen = np.array([r["class"] == name for r in some], bool)
        if chosen.any():
            axis.plot(middle[chosen], difference[chosen], ".", color=COLOURS[name], markersize=4, label=LABELS[name])
    if len(difference) > 1:
        bias, spread = difference.mean(), difference.std(ddof=1)
        for value, style in ((bias, "-"), (bias - stats.Z * spread, "--"), (bias + stats.Z * spread, "--")):
            axis.axhline(value, color="0.3", linestyle=style, linewidth=1)
            axis.text(1.0, value, f" {value:+.2f}", transform=axis.get_yaxis_transform(), va="center", fontsize=8)
    axis.axhline(0, color="0.8", linewidth=1, zorder=0)
    axis.set(xlabel="mean of measured and true thickness, mm", ylabel="measured - true, mm")
    axis.legend(fontsize=8, loc="upper left")
    _save(figure, path)


def risk_coverage(records, path):
    truth = summary.measurable(records)
    some = summary.graded(truth)
    confidence = [r["confidence"] for r in some]
    share = len(some) / max(1, len(truth))
    figure, axis = plt.subplots(figsize=(8, 3.8))
    for name, wrong, colour in (
        ("class wrong", [r["called"] != r["class"] for r in some], "#2f6db3"),
        ("tear or not wrong", [summary.tear_called(r) != summary.is_tear(r) for r in some], "#b3322f"),
    ):
        coverage, risk = stats.risk_coverage(confidence, wrong)
        axis.plot(100 * coverage * share, 100 * risk, color=colour, label=name)
    axis.axvline(100 * share, color="0.6", linewidth=1, linestyle="--")
    axis.text(100 * share, 0.98, "graded as shipped ", transform=axis.get_xaxis_transform(), ha="right", va="top", fontsize=8)
    axis.set(xlabel="gradable pictures graded, the surest first, %", ylabel="of these wrong, %", xlim=(0, 101))
    axis.set_ylim(bottom=0)
    axis.legend(fontsize=8, loc="upper left")
    _save(figure, path)


def draw_all(figures, records, folder):
    folder.mkdir(parents=True, exist_ok=True)
    main = summary.main_records(records)
    calibration(figures, folder / "calibration.png")
    bland_altman(main, folder / "thickness.png")
    risk_coverage(main, folder / "risk-coverage.png")
