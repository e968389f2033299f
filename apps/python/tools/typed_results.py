"""Writes the types of results.json's dicts (TypedDict) from its JSON schema: typed_results.py SCHEMA OUT."""

import json
import os
import sys
import textwrap

SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Types:
    def __init__(self, schema):
        self.schema = schema
        self.blocks = []
        self.names = {}

    def of(self, node, name):
        """The Python type of a schema node; makes the TypedDicts it needs, `name` for this one."""
        if "$ref" in node:
            key = node["$ref"].rsplit("/", 1)[1]
            if key not in self.names:
                self.names[key] = None  # never met again before it is done: the schema does not refer to itself
                self.names[key] = self.of(self.schema["$defs"][key], key[0].upper() + key[1:])
            return self.names[key]
        if "const" in node:
            return f"Literal[{node['const']!r}]"
        if "enum" in node:
            return f"Literal[{', '.join(map(repr, node['enum']))}]"
        if "anyOf" in node:
            each = [self.of(one, name + str(i or "")) for i, one in enumerate(node["anyOf"])]
            return " | ".join(dict.fromkeys(" | ".join(each).split(" | ")))
        if "type" not in node:
            return "Any"
        kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
        return " | ".join(self.of_kind(kind, node, name) for kind in kinds)

    def of_kind(self, kind, node, name):
        if kind == "array":
            return f"List[{self.of(node['items'], name)}]" if "items" in node else "List[Any]"
        if kind == "object":
            if "properties" in node:
                self.add(node, name)
                return name
            more = node.get("additionalProperties")
            return f"Dict[str, {self.of(more, name)}]" if isinstance(more, dict) else "Dict[str, Any]"
        return SIMPLE[kind]

    def add(self, node, name):
        fields = [(key, self.of(value, name + key.title().replace("_", "")), value)
                  for key, value in node["properties"].items()]
        required = set(node.get("required", ()))
        lines = [f"# {line}" for line in textwrap.wrap(node.get("description", ""), 110)]
        lines.append(f'{name} = TypedDict("{name}", {{')
        for key, kind, value in fields:
            for line in textwrap.wrap(value.get("description", ""), 106):
                lines.append(f"    # {line}")
            lines.append(f'    "{key}": {kind if key in required else f"NotRequired[{kind}]"},')
        if name == "Image":
            lines.append("    # Only with analyze(..., label_mask=True), and in no file: what masks/ID.png would hold.")
            lines.append('    "label_mask": NotRequired[npt.NDArray[np.uint8]],')
        lines.append("})")
        self.blocks.append("\n".join(lines))


def main(schema_file, out):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    types = Types(schema)
    types.add(schema, "Results")
    names = sorted(block.split(" = TypedDict", 1)[0].rsplit("\n", 1)[-1] for block in types.blocks)
    text = "\n\n".join([
        '"""Types of the dicts that HipCuff returns, as results.json holds them. Made from the JSON schema\n'
        f'{schema["title"]}; not measured is None, never 0 and never left out.\n"""',
        "from typing import Any, Dict, List, Literal, NotRequired, TypedDict",
        "import numpy as np\nimport numpy.typing as npt",
        "__all__ = [" + ", ".join(f'"{name}"' for name in names) + "]",
        *types.blocks]) + "\n"
    beside = out + ".new"
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, out)


main(*sys.argv[1:])
