#!/usr/bin/python3
"""docs/toolkit.md shows the programs of tests/sdk/programs exactly, and its links lead somewhere.

    tests/sdk/toolkit_page.py            says what is wrong
    tests/sdk/toolkit_page.py --write    brings the programs' text in the page up to date
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "toolkit.md"
PROGRAMS = ROOT / "tests" / "sdk" / "programs"
LONGEST = 40


def shown(name):
    return f"<!-- {name} -->\n```cpp\n{(PROGRAMS / name).read_text(encoding='utf-8')}```\n"


def main():
    page = PAGE.read_text(encoding="utf-8")
    place = re.compile(r"<!-- (\w+\.cpp) -->\n(?:```cpp\n.*?^```\n)?", re.S | re.M)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(place.sub(lambda m: shown(m[1]), page), encoding="utf-8")
        return 0
    wrong = []
    in_page = {match[1]: match[0] for match in place.finditer(page)}
    for program in sorted(PROGRAMS.glob("*.cpp")):
        if program.name not in in_page:
            wrong.append(f"{program.name} is not shown")
        elif in_page[program.name] != shown(program.name):
            wrong.append(f"{program.name} is stale: run tests/sdk/toolkit_page.py --write")
        if len(program.read_text(encoding="utf-8").splitlines()) > LONGEST:
            wrong.append(f"{program.name} has more than {LONGEST} lines")
    wrong += [f"{name} is no program" for name in in_page if not (PROGRAMS / name).exists()]
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page):
        if not link.startswith("http") and not (PAGE.parent / link).exists():
            wrong.append(f"the link {link} leads nowhere")
    for line in wrong:
        print(f"docs/toolkit.md: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
