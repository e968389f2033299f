#!/usr/bin/python3
"""The shipped models and the README's example against the JSON schema; mistakes that it must see."""
import copy
import json
import re
import sys
from pathlib import Path

import jsonschema

here = Path(__file__).resolve().parents[1]
schema = json.loads((here / "hipcuff.onnx-model-1.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

example = json.loads(re.search(r"^    \{.*?^    \}$", (here / "README.md").read_text(), re.S | re.M).group())
good = {"README.md": example}
good.update({path.name: json.loads(path.read_text()) for path in sorted(here.glob("models/*.model.json"))})
wrong = []
for name, model in good.items():
    wrong += [f"{name}: {error.message}" for error in validator.iter_errors(model)]

for path, value in (("schema", "hipcuff.onnx-model/2"), ("input.width", 8), ("input.width", None),
                    ("input.spacing_mm", 0), ("input.channels", 2), ("input.sizes", 3), ("output.classes", ["bone"]),
                    ("output.classes", ["other"]), ("output.activation", "relu"), ("input.normalisation.sd", 0),
                    ("input.normalisation.kind", "per_frame"), ("file", "../a.onnx"), ("tiling.overlap_px", -1)):
    bad = copy.deepcopy(example)
    *parents, last = path.split(".")
    place = bad
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    if validator.is_valid(bad):
        wrong.append(f"not seen: {path} = {value}")
print("\n".join(wrong) or f"{len(good)} models are as the schema says")
sys.exit(1 if wrong else 0)
