"""docs/accuracy.md from the figures. All numbers are filled in; the words say what they are and where they stand."""
from . import targets
from .words import DEFINITIONS, HEAD, STANDS


def rate(figure):
    if not figure or figure.get("value") is None:
        return "-"
    return f"{100 * figure['value']:.1f} % ({100 * figure['low']:.1f} to {100 * figure['high']:.1f}; {figure['hits']}/{figure['n']})"


def short_rate(figure):
    if not figure or figure.get("value") is None:
        return "-"
    return f"{100 * figure['value']:.0f} % ({figure['hits']}/{figure['n']})"


def share(figure):
    if not figure or figure.get("value") is None:
        return "-"
    return f"{100 * figure['value']:.1f} % ({100 * figure['low']:.1f} to {100 * figure['high']:.1f})"


def number(figure, digits=3, unit=""):
    if not figure or figure.get("value") is None:
        return "-"
    if figure.get("low") is None:
        return f"{figure['value']:.{digits}f}{unit}"
    return f"{figure['value']:.{digits}f}{unit} ({figure['low']:.{digits}f} to {figure['high']:.{digits}f})"


WRITERS = {
    "rate": rate,
    "share": share,
    "mm": lambda f: number(f, 3, " mm"),
    "ms": lambda f: number(f, 1, " ms"),
    "number": number,
}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def target_table(figures, bone, cost):
    rows = []
    for measure, target, kind, figure, verdict, elsewhere in targets.rows(figures, bone, cost):
        rows.append((measure, target, WRITERS[kind](figure), verdict, elsewhere or "-"))
    return table(("measure", "target", "measured (95 % interval)", "met", "elsewhere"), rows)


def group_table(groups, first):
    rows = []
    for name in sorted(groups, key=_order):
        d, g = groups[name]["decisions"], groups[name]["geometry"]
        rows.append(
            (
                name,
                groups[name]["pictures"],
                short_rate(d["class_right"]),
                short_rate(d["sensitivity"]),
                short_rate(d["specificity"]),
                short_rate(d["gradable_refused"]),
                _plain(g["dice"]),
                _plain(g["profile_mae"], 2),
                _plain(g["profile_bias"], 2, sign=True),
                _plain(g["cortex_mm"], 2),
            )
        )
    head = (first, "pictures", "class right", "tears called", "no tear kept", "refused", "Dice", "thickness error mm", "bias mm", "cortex mm")
    return table(head, rows)


def _plain(figure, digits=3, sign=False):
    if not figure or figure.get("value") is None:
        return "-"
    return f"{figure['value']:{'+' if sign else ''}.{digits}f}"


def _order(name):
    """Bins by their number, names by the alphabet."""
    word = name.split()[0]
    if word == "below":
        return (0, -1.0, name)
    if word == "above":
        return (0, 1e9, name)
    try:
        return (0, float(word), name)
    except ValueError:
        return (1, 0.0, name)


def confusion_table(figures):
    names = ("normal", "tendinosis", "partial thickness", "full thickness")
    rows = [(f"**{n}**", *row) for n, row in zip(names, figures["agreement"]["confusion"])]
    return table(("truth", *names, "not graded"), rows)


def abstention_table(figures):
    d, a, g = figures["decisions"], figures["agreement"], figures["geometry"]
    rows = [
        (name, rate(d[key]), rate(d[key + "_strict"]))
        for name, key in (
            ("normals kept", "normals_kept"),
            ("tears called", "sensitivity"),
            ("smaller tears called", "sensitivity_small"),
            ("no tear called where there is none", "specificity"),
            ("tendinosis recognised", "tendinosis_recognised"),
            ("full-thickness tears recognised as such", "full_recognised"),
            ("class right", "class_right"),
        )
    ]
    rows.append(("quadratic weighted kappa", number(a["kappa"]), number(a["kappa_strict"])))
    rows.append(("tendon overlap (Dice)", number(g["dice"]), number(g["dice_strict"])))
    return table(("measure", "refused left out", "refused as wrong"), rows)


def geometry_table(figures):
    g = figures["geometry"]
    rows = [
        ("Dice, 5th percentile of the pictures", _plain({"value": g["dice_low"]})),
        ("cortex drawn more than 1 mm from the true one, of all drawn", share(g["cortex_elsewhere"])),
        ("pictures with a thickness profile", rate(g["thickness_measured"])),
        ("of the footprint measured", share(g["footprint_measured"])),
        ("width of the 95 % interval", number(g["interval_mm"], 2, " mm")),
        ("tears called: located", rate(g["tear_located"])),
        ("tears located: side right", rate(g["tear_kind_right"])),
        ("depth fraction, bias", number(g["depth_bias"])),
        ("tear length, bias", number(g["length_bias"], 2, " mm")),
        ("retraction, mean error", number(g["retraction_error"], 2, " mm")),
    ]
    return table(("measure", "measured (95 % interval)"), rows)


def confounder_table(figures):
    rows = [
        (name, r["pictures"], rate(r["false_tears"]), short_rate(r["normals_called_abnormal"]), short_rate(r["refused"]), _plain(r["profile_mae"], 2), short_rate(r["tears_called"]), short_rate(r["tears_refused"]))
        for name, r in figures["confounders"].items()
    ]
    head = ("confounder", "tear-free pictures", "called a tear", "normals called abnormal", "refused", "thickness error mm", "torn all the same: called", "refused")
    return table(head, rows)


def not_gradable_table(figures):
    rows = [
        (name, rate(r["recognised"]), short_rate(r["reason_right"]), ", ".join(f"{k} {v}" for k, v in r["reasons"].items()) or "-")
        for name, r in figures["not_gradable"].items()
    ]
    return table(("kind", "recognised", "with the expected reason", "reasons given"), rows)


def pairs_table(figures):
    rows = [
        (name, r["pairs"], rate(r["below"]), _plain({"value": r["p95_mm"]}, 2), rate(r["class_changed"]), short_rate(r["refused_one"]))
        for name, r in figures["pairs"].items()
    ]
    head = ("changed", "pairs", "thickness changes < 0.2 mm", "95th percentile mm", "class changes", "one of the two refused")
    return table(head, rows)


def together_table(figures):
    rows = []
    for name, part, key, label in (
        ("cines", figures["cines"], "tears_persistent", "tears called `persistent` or `confirmed`"),
        ("hips of whole exams", figures["exams"], "tears_confirmed", "tears called `confirmed`"),
    ):
        d = part["decisions"]
        count = part["cines"] if "cines" in part else part["hips"]
        rows.append(
            (name, count, rate(d["class_right"]), rate(d["sensitivity"]), rate(d["specificity"]), short_rate(d["gradable_refused"]), f"{label}: {short_rate(part[key])}")
        )
    return table(("", "number", "class right", "tears called", "no tear kept", "refused", "certainty"), rows)


def refusal_sentence(figures):
    reasons = figures["decisions"]["refusal_reasons"]
    if not reasons:
        return "No gradable picture was refused."
    named = ", ".join(f"`{name}` {count}" for name, count in reasons.items())
    return f"Reasons given for refused gradable pictures (a picture may have several): {named}."


def bound_sentence(figures, bound):
    right = figures["decisions"]["class_right"]
    if bound is None or right["value"] is None:
        return ""
    wrong = {"value": 1 - right["value"], "low": 1 - right["high"], "high": 1 - right["low"], "hits": right["n"] - right["hits"], "n": right["n"]}
    return (
        f"The program states that of the pictures it grades at most {100 * bound:.1f} % are wrong (`graded_wrong_bound`, at 95 %, for "
        f"pictures like those of its calibration). Here {rate(wrong)} were.\n"
    )


def document(figures, about, bone=None, cost=None, notes="", second=None, plots="accuracy"):
    parts = [HEAD, STANDS, f"Set `{about['set']}`, {figures['pictures']} pictures, made and analysed on {about['date']}; program {about['program']}; criteria {about['criteria']}.\n"]
    if about["set"] != "test":
        parts.append(f"**These are the figures of the set `{about['set']}`, which is for development. The set that is reported is `test`.**\n")
    parts += ["## Targets\n", target_table(figures, bone, cost)]
    if notes:
        parts += [notes.rstrip() + "\n"]
    c = figures["calibration"]
    parts += [
        "## Classes\n",
        confusion_table(figures),
        "Abstentions are counted both ways:\n",
        abstention_table(figures),
        refusal_sentence(figures) + "\n",
        f"![share wrong against share graded]({plots}/risk-coverage.png)\n",
        "## Probabilities\n",
        f"Calibration error: called class {number(c['ece'])}, a tear {number(c.get('ece_tear'))}, mean of the four classes' own {_plain({'value': c.get('ece_classwise')})}; Brier score {_plain({'value': c.get('brier')})}.\n",
        bound_sentence(figures, about.get("wrong_bound")),
        f"![stated against observed probability]({plots}/calibration.png)\n",
        "## Geometry and thickness\n",
        geometry_table(figures),
        f"![difference of measured and true thickness]({plots}/thickness.png)\n",
        "## By group\n",
    ]
    for key, groups in figures["by"].items():
        if len(groups) > 1:
            parts.append(group_table(groups, key))
    parts += ["## Confounders\n", confounder_table(figures)] if figures["confounders"] else []
    parts += ["## Not gradable\n", not_gradable_table(figures)] if figures["not_gradable"] else []
    parts += ["## The same anatomy shown otherwise\n", pairs_table(figures)] if figures["pairs"] else []
    parts += ["## Cines and whole exams\n", together_table(figures)]
    if second:
        parts += ["## Another simulator\n", second_part(second)]
    if bone:
        parts += ["## Real bone\n", bone_part(bone)]
    parts += [DEFINITIONS]
    return "\n".join(parts)


def second_part(figures):
    text = (
        "Pictures of a second simulator, written apart from the first and never used for tuning: what is lost here was "
        f"learned of the simulator and not of hips. {figures['pictures']} pictures.\n\n"
    )
    rows = [
        (measure, target, WRITERS[kind](figure), verdict)
        for measure, target, kind, figure, verdict, _ in targets.rows(figures)
        if verdict != "not measured"
    ]
    return text + table(("measure", "target", "measured (95 % interval)", "met"), rows) + "\n" + confusion_table(figures)


def bone_part(bone):
    text = (
        "Cadaver lower legs (UltraBones100k, CC-BY-4.0), bone lines annotated by eye and by no clinician: repeatable to "
        "0.07 mm, against CT about 0.2 mm. Scored are marks of high and medium confidence. The method was tuned on "
        "specimens 1 to 4.\n\n"
    )
    rows = [
        (label, f["pictures"], number(f["distance_mm"], 3, " mm"), share(f["found"]), share(f["elsewhere"]))
        for label, f in (("1 to 4 (tuning)", bone["tuning"]), ("5 to 7 (reported)", bone["reported"]))
    ]
    return text + table(("specimens", "pictures", "crest, mean distance", "found", "drawn elsewhere"), rows)
