"""docs/plugins.md, "Your own, step by step", as a reader follows it: the blocks of the page itself are run.

plugin_tutorial.py PAGE PREFIX WORK [cmake options ...]"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

page = pathlib.Path(sys.argv[1]).read_text()
prefix, work = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
options = sys.argv[4:]
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
environment = {**os.environ, "PATH": f"{prefix}/bin:{os.environ['PATH']}", "HOME": str(work / "home"),
               "HIPCUFF_PLUGIN_PATH": ""}
environment.pop("XDG_DATA_HOME", None)


def step(number):
    return re.search(rf"^### {number}\. .*?(?=^##)", page, re.M | re.S)[0]


def commands(text):
    found = re.findall(r"^    (\S.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    assert found, "no commands in: " + text
    return found


def run(lines, folder):
    for line in lines:
        if line.startswith("cmake -S"):
            line += " " + " ".join(options)
        print("$", line, flush=True)
        subprocess.run(line, shell=True, check=True, cwd=folder, env=environment)


run(commands(step(1)), work)
plugin = work / "my_tendon"
run([c for c in commands(step(2)) if not c.startswith("cd ") and "/path/to" not in c], plugin)
# Fewer hips than a reader has the patience for.
run([c.replace("--cases 3", "--cases 1 --screen 400x300") for c in commands(step(3))], plugin)
report = (plugin / "results/report.html").read_text()
assert "By plugins:</b> tendon by my_tendon 0.1.0" in report

source = (plugin / "my_tendon.cpp").read_text()
code, descriptor = (re.search(rf"^```{language}\n(.*?)^```", step(4), re.M | re.S)[1] for language in ("cpp", "json"))
source = re.sub(r"^/// Each height .*?^}\n\n", "", source, count=1, flags=re.M | re.S)
before, rest = source.split("class Segmenter", 1)
after = rest[rest.index("  return provided;\n}\n") + len("  return provided;\n}\n"):]
(plugin / "my_tendon.cpp").write_text(before + code + after)
(plugin / "my_tendon.plugin.json").write_text(descriptor)
run(commands(step(4)), plugin)
run(commands(step(5)), plugin)
results = (plugin / "results/results.json").read_text()
assert '"shift_mm":0.3' in results, "the last run is by name and with a value of its own"
