"""The figures as a compact table for the terminal."""


def percent(rate):
    if rate["value"] is None:
        return "-"
    return f"{100 * rate['value']:5.1f} %  ({100 * rate['low']:.1f} to {100 * rate['high']:.1f}; {rate['hits']}/{rate['n']})"


def number(figure, digits=3, unit=""):
    if figure is None or figure.get("value") is None:
        return "-"
    if figure.get("low") is None:
        return f"{figure['value']:.{digits}f}{unit}"
    return f"{figure['value']:.{digits}f}{unit}  ({figure['low']:.{digits}f} to {figure['high']:.{digits}f}; n {figure['n']})"


def share(figure):
    if figure is None or figure.get("value") is None:
        return "-"
    return f"{100 * figure['value']:5.1f} %  ({100 * figure['low']:.1f} to {100 * figure['high']:.1f}; n {figure['n']})"


def named(counts):
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "-"


def table(figures):
    d, g, a, c = figures["decisions"], figures["geometry"], figures["agreement"], figures["calibration"]
    kinds = figures["by"]["kind"]
    lines = [
        f"pictures {figures['pictures']}, of these in the overall figures {figures['main_pictures']}; 95 % intervals",
        f"normals kept                 {percent(d['normals_kept'])}",
        f"tears called                 {percent(d['sensitivity'])}   refused as missed {percent(d['sensitivity_strict'])}",
        f"  smaller ones               {percent(d['sensitivity_small'])}",
    ]
    for kind in ("undersurface", "bursal", "intrasubstance", "full_thickness"):
        if kind in kinds:
            lines.append(f"  {kind:<26} {percent(kinds[kind]['decisions']['sensitivity'])}")
    lines += [
        f"specificity                  {percent(d['specificity'])}   refused as wrong {percent(d['specificity_strict'])}",
        f"tendinosis recognised        {percent(d['tendinosis_recognised'])}",
        f"full thickness recognised    {percent(d['full_recognised'])}",
        f"class right                  {percent(d['class_right'])}   refused as wrong {percent(d['class_right_strict'])}",
        f"quadratic weighted kappa     {number(a['kappa'])}   refused as wrong {number(a['kappa_strict'])}",
        "confusion, truth in rows:    normal tendin partial  full  not graded",
    ]
    for name, row in zip(("normal", "tendinosis", "partial", "full"), a["confusion"]):
        lines.append(f"  {name:<26}" + "".join(f"{n:7d}" for n in row))
    lines += [
        f"cortex interface mm          {number(g['cortex_mm'])}",
        f"visible facet found          {share(g['facet_found'])}   drawn elsewhere {share(g['cortex_elsewhere'])}",
        f"tendon Dice                  {number(g['dice'])}   refused too {number(g['dice_strict'])}",
        f"thickness profile MAE mm     {number(g['profile_mae'])}   bias {number(g['profile_bias'])}",
        f"thickness mean MAE mm        {number(g['mean_mae'])}   bias {number(g['mean_bias'])}",
        f"thickness measured           {percent(g['thickness_measured'])}   of the footprint {share(g['footprint_measured'])}",
        f"95 % interval covers         {share(g['interval_covers'])}   width mm {number(g['interval_mm'], 2)}",
        f"depth fraction error         {number(g['depth_error'])}   bias {number(g['depth_bias'])}",
        f"tear length error mm         {number(g['length_error'], 2)}   bias {number(g['length_bias'], 2)}",
        f"tear located; kind right     {percent(g['tear_located'])}; {percent(g['tear_kind_right'])}",
        f"ECE (called class)           {number(c['ece'])}   of a tear {number(c.get('ece_tear'))}",
        f"gradable refused             {percent(d['gradable_refused'])}   {named(d['refusal_reasons'])}",
        f"not gradable recognised      {percent(d['not_gradable_recognised'])}",
    ]
    for name, row in figures["not_gradable"].items():
        lines.append(f"  {name:<26} {percent(row['recognised'])}   {named(row['reasons'])}")
    for name, row in figures["confounders"].items():
        lines.append(f"false tears, {name:<15} {percent(row['false_tears'])}   refused {percent(row['refused'])}")
    for name, row in figures["pairs"].items():
        lines.append(
            f"pairs, {name:<21} below 0.2 mm {percent(row['below'])}   class changed {percent(row['class_changed'])}"
        )
    return "\n".join(lines)
