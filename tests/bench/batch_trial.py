"""Batches over simulated exams: throughput, scaling, memory, resuming, and being killed. See scripts/batch-bench."""
import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

FIXED_TIME = {"SOURCE_DATE_EPOCH": "1760000000"}


def simulate(program, folder, exams):
    """Small exams, and one in two hundred of them large: both hips, with two cines of 60 frames."""
    marker = folder / "complete"
    if marker.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    large = max(1, exams // 200)
    common = [program, "phantom", "--jpeg", "--quiet"]
    print(f"Simulating {exams} exams", file=sys.stderr)
    subprocess.run(
        common + ["--out", folder / "small", "--cases", str(exams - large), "--seed", "502", "--screen", "480x360",
                  "--frames", "6"],
        check=True,
    )
    subprocess.run(
        common + ["--out", folder / "large", "--whole-exams", "--cases", str(large), "--seed", "503", "--screen",
                  "640x480", "--frames", "60"],
        check=True,
    )
    marker.touch()


class Ran:
    """A batch that went to its end: seconds and peak memory of the process alone."""

    def __init__(self, program, inputs, out, *more):
        command = [program, "batch", *inputs, "--out", out, *more]
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                 env={**os.environ, **FIXED_TIME})
        text = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        self.seconds = time.monotonic() - start
        self.code = os.waitstatus_to_exitcode(status)
        self.peak_mb = usage.ru_maxrss * 1024 / 1e6
        self.said = next((line for line in text.splitlines() if line.startswith("Analysed ")), "")
        if self.code != 0:
            sys.exit(f"hipcuff batch ended with {self.code}: {text}")


def tree(batch):
    """Path -> SHA-256 of what a batch wrote, without times. (Not the bytes: a child's peak memory counts its parent's.)"""
    found = {}
    for path in sorted(batch.rglob("*")):
        name = path.relative_to(batch).as_posix()
        if not path.is_file() or name.startswith(("catalogue.", "summary.")) or name in (".lock", "figures.json"):
            continue
        content = path.read_bytes()
        if path.name == "exam.json":
            record = json.loads(content)
            del record["times"]
            content = json.dumps(record).encode()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def speed(program, work, inputs, few):
    exams = sum(1 for name in ("small", "large") for p in (inputs / name).iterdir() if p.is_dir())
    size = sum(p.stat().st_size for p in inputs.rglob("*.dcm"))
    pictures = sum(1 for _ in inputs.rglob("*.dcm"))
    print(f"{exams} exams, {pictures} pictures and cines, {size / 1e6:.0f} MB")
    seconds = {}
    for jobs in (1, 2):
        out = work / f"out-jobs{jobs}"
        shutil.rmtree(out, ignore_errors=True)
        ran = Ran(program, [inputs], out, "--jobs", str(jobs))
        seconds[jobs] = ran.seconds
        written = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
        print(f"--jobs {jobs}: {ran.seconds:7.1f} s, {exams / ran.seconds:6.2f} exams/s, peak {ran.peak_mb:6.1f} MB, "
              f"{written / 1e6:.0f} MB written ({written / exams / 1e3:.0f} kB an exam); {ran.said}")
    print(f"two jobs are {seconds[1] / seconds[2]:.2f} times as fast as one")
    print("one and two jobs gave", "the same files" if tree(work / "out-jobs1") == tree(work / "out-jobs2")
          else "DIFFERENT files")
    ran = Ran(program, [inputs], work / "out-jobs2", "--jobs", "2", "--resume")
    print(f"resume with nothing to do: {ran.seconds:.1f} s, peak {ran.peak_mb:.1f} MB; {ran.said}")
    out = work / "out-few"
    shutil.rmtree(out, ignore_errors=True)
    some = sorted(p for p in (inputs / "small").iterdir() if p.is_dir())[: few - 1]
    some += sorted(p for p in (inputs / "large").iterdir() if p.is_dir())[:1]
    ran = Ran(program, some, out, "--jobs", "2")
    print(f"{len(some)} exams, --jobs 2: {ran.seconds:.1f} s, peak {ran.peak_mb:.1f} MB; {ran.said}")


def kills(program, work, inputs, rounds, exams):
    """One batch, killed at `rounds` moments over the length of an undisturbed run, resumed after each."""
    some = sorted(p for p in (inputs / "small").iterdir() if p.is_dir())[:exams]
    some += sorted(p for p in (inputs / "large").iterdir() if p.is_dir())[:1]
    whole, broken = work / "out-undisturbed", work / "out-killed"
    for folder in (whole, broken):
        shutil.rmtree(folder, ignore_errors=True)
    undisturbed = Ran(program, some, whole, "--jobs", "2").seconds
    rng = random.Random(1)
    killed = 0
    for _ in range(rounds):
        child = subprocess.Popen([program, "batch", *some, "--out", broken, "--jobs", "2", "--resume"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env={**os.environ, **FIXED_TIME})
        time.sleep(rng.uniform(0.02, 2.5 * undisturbed / rounds))
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    last = Ran(program, some, broken, "--jobs", "2", "--resume")
    same = tree(whole) == tree(broken)
    print(f"{len(some)} exams ({undisturbed:.1f} s undisturbed), killed {killed} times of {rounds} tries, then resumed: "
          f"{len(tree(whole))} files are {'the same byte for byte but for times' if same else 'DIFFERENT'}; "
          f"{last.said}")
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--exams", type=int, default=2000)
    parser.add_argument("--few", type=int, default=200, help="exams of the small batch that memory is compared with")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--inputs", type=Path, help="folder with small/ and large/ simulated before")
    options = parser.parse_args()
    inputs = options.inputs or options.work / f"in-{options.exams}"
    simulate(options.program, inputs, options.exams)
    speed(options.program, options.work, inputs, min(options.few, options.exams))
    same = kills(options.program, options.work, inputs, options.kills, exams=min(60, options.exams - 1))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
