"""The targets, and whether the figures meet them."""

UNSURE = "yes, but the interval reaches beyond"


def at_most(limit):
    return lambda v: v <= limit


def at_least(limit):
    return lambda v: v >= limit


def between(low, high):
    return lambda v: low <= v <= high


def verdict(figure, holds):
    """yes, no, or yes with an interval that reaches beyond the target."""
    if figure is None or figure.get("value") is None:
        return "not measured"
    if not holds(figure["value"]):
        return "**no**"
    edges = [figure[k] for k in ("low", "high") if figure.get(k) is not None]
    return "yes" if all(holds(e) for e in edges) else UNSURE


def worst_of(rows, key):
    """The confounder or kind with the worst rate, named: (figure, name)."""
    rates = [(r[key], name) for name, r in rows.items() if r[key]["value"] is not None]
    return max(rates, key=lambda item: item[0]["value"], default=(None, ""))


def rows(figures, bone=None, cost=None):
    """[(measure, target, kind, figure, verdict, elsewhere)]; kind says how the figure is written: rate, share, mm or number."""
    d, g = figures["decisions"], figures["geometry"]
    out = []

    def add(measure, target, kind, figure, holds, elsewhere="", note=""):
        out.append((measure + note, target, kind, figure, verdict(figure, holds), elsewhere))

    add("cortex interface, mean distance", "<= 0.2 mm", "mm", g["cortex_mm"], at_most(0.2), "0.2 mm (greater trochanter, local phase)")
    add("cortex interface, visible facet found", ">= 95 %", "share", g["facet_found"], at_least(0.95), "71 % (the same)")
    real = (bone or {}).get("reported", {})
    add("crest on real bone (specimens 5 to 7), mean distance", "<= 0.3 mm", "mm", real.get("distance_mm"), at_most(0.3), "0.3 mm")
    add("crest on real bone, found within 1 mm", ">= 90 %", "share", real.get("found"), at_least(0.9))
    add("crest on real bone, of the drawn line elsewhere", "< 10 %", "share", real.get("elsewhere"), lambda v: v < 0.1)
    add("tendon overlap (Dice)", ">= 0.92", "number", g["dice"], at_least(0.92), "0.90 to 0.94 (Achilles, shoulder)")
    add("thickness at the same place, mean absolute error", "<= 0.2 mm", "mm", g["profile_mae"], at_most(0.2), "manual repeatability 3 to 7 %")
    add("thickness at the same place, bias", "within 0.05 mm", "mm", g["profile_bias"], between(-0.05, 0.05))
    add("mean thickness of the footprint, mean absolute error", "<= 0.2 mm", "mm", g["mean_mae"], at_most(0.2))
    add("mean thickness of the footprint, bias", "within 0.05 mm", "mm", g["mean_bias"], between(-0.05, 0.05))
    add("thickness, 95 % interval covers truth", "92 to 98 %", "share", g["interval_covers"], between(0.92, 0.98), "none reports one")
    add("tears called (sensitivity)", ">= 95 %", "rate", d["sensitivity"], at_least(0.95), "0.79 to 1.00; shoulder 0.84")
    add("no tear called where there is none (specificity)", ">= 97 %", "rate", d["specificity"], at_least(0.97), "unknown; shoulder 0.89")
    add("normals called abnormal", "<= 3 %", "rate", d["normals_called_abnormal"], at_most(0.03), "5 of 6 by readers")
    figure, name = worst_of(figures["confounders"], "false_tears")
    add("false tears, the worst confounder", "<= 3 %", "rate", figure, at_most(0.03), note=f" ({name})" if name else "")
    add("four classes, quadratic weighted kappa", ">= 0.90", "number", figures["agreement"]["kappa"], at_least(0.9), "0.75 between MRI readers")
    add("tear depth fraction, mean error", "<= 0.10", "number", g["depth_error"], at_most(0.10))
    add("tear length, mean error", "<= 1 mm", "mm", g["length_error"], at_most(1.0))
    add("not gradable recognised", "100 %", "rate", d["not_gradable_recognised"], lambda v: v >= 1.0, "none abstains")
    add("gradable refused", "<= 5 %", "rate", d["gradable_refused"], at_most(0.05))
    add("calibration error of the probabilities", "<= 0.05", "number", figures["calibration"]["ece"], at_most(0.05))
    pairs = figures["pairs"].get("all", {})
    add("same anatomy shown otherwise: thickness changes < 0.2 mm", ">= 95 % of pairs", "rate", pairs.get("below"), at_least(0.95))
    add("same anatomy shown otherwise: class changes", "<= 2 % of pairs", "rate", pairs.get("class_changed"), at_most(0.02))
    add("cost, whole analysis of a frame, one thread" + (f" ({cost['size']})" if cost else ""), "<= 10 ms", "ms", cost, at_most(10), "0.5 to 1 s for the bone line alone")
    return out
