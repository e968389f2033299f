"""Changes numbers in a criteria file without touching anything else, and keeps the table in docs/methods.md in step.

The file has one criterion a line; lines, their order and everything that is not asked for stay as they are.

    scripts/criteria_file.py [CRITERIA.json]   writes the table of docs/methods.md anew
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CRITERIA = ROOT / "lib/grading/criteria/hipcuff.json"
METHODS = ROOT / "docs/methods.md"
LINE = re.compile(r'^(\s*)"([a-z0-9_]+)": (\{"value": .*\})(,?)\s*$')


def load(path):
    return json.loads(Path(path).read_text())["items"]


def text_of(value):
    """At most five figures after the point, none that say nothing."""
    return json.dumps(int(value) if float(value).is_integer() else round(float(value), 5))


def update(path, changes):
    """changes: {key: {"value": v, "source": s}}; every key must be in the file already."""
    left = dict(changes)
    out = []
    for line in Path(path).read_text().splitlines():
        found = LINE.match(line)
        if found and found[2] in left:
            item = json.loads(found[3])
            item.update(left.pop(found[2]))
            line = '%s"%s": {"value": %s, "unit": %s, "source": %s}%s' % (
                found[1], found[2], text_of(item["value"]), json.dumps(item["unit"]),
                json.dumps(item["source"], ensure_ascii=False), found[4])
        out.append(line)
    if left:
        raise SystemExit(f"{path}: no line for {', '.join(sorted(left))}")
    text = "\n".join(out) + "\n"
    json.loads(text)
    Path(path).write_text(text)


def write_table(criteria=CRITERIA, methods=METHODS):
    rows = ["| criterion | value | unit | source |", "|---|---|---|---|"]
    for key, item in load(criteria).items():
        rows.append(f"| `{key}` | {text_of(item['value'])} | {item['unit']} | {item['source']} |")
    lines = Path(methods).read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("| criterion |"))
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    Path(methods).write_text("\n".join(lines[:first] + rows + lines[last:]) + "\n")


if __name__ == "__main__":
    write_table(sys.argv[1] if len(sys.argv) > 1 else CRITERIA)
