"""Compares codes with pydicom's dictionary. stdin: value TAB scheme TAB meaning, one a line; stdout: what differs."""
import sys

try:
    from pydicom.sr import _concepts_dict
except ImportError:
    print("pydicom is not installed")
    sys.exit(77)

meanings = {}
for scheme, items in _concepts_dict.concepts.items():
    for versions in items.values():
        for value, entry in versions.items():
            meanings.setdefault((scheme, value), set()).add(entry[0].lower())
for line in sys.stdin:
    value, scheme, meaning = line.rstrip("\n").split("\t")
    known = meanings.get((scheme, value))
    if known is None:
        print(f"unknown: {value} {scheme} {meaning}")
    elif meaning.lower() not in known:
        print(f"differs: {value} {scheme} {meaning}: {sorted(known)}")
