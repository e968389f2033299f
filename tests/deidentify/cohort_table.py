#!/usr/bin/env python3
"""De-identification of a cohort with planted identity, judged from outside: prints the table of docs/deidentify.md.

Nothing of HipCuff's is used to judge: pydicom, PIL and DCMTK's dcmdjpeg decode, bytes are searched as they are, dciodvfy
checks. Exit code 1 where anything planted is found again, or a pixel outside of the masks changed.

    cohort_table.py --hipcuff PROGRAM --out FOLDER [--small] [--real FOLDER] [--without-ocr]
"""

import argparse
import csv
import io
import json
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import numpy
import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame

sys.path.insert(0, str(Path(__file__).parent))
import planted_cohort  # noqa: E402

ENCODINGS = ("utf-8", "latin-1", "cp1252", "iso8859_2", "iso8859_5", "cp1251", "koi8_r", "iso8859_7", "cp1253",
             "iso2022_jp", "shift_jis", "euc_jp", "iso2022_kr", "euc_kr", "utf-16-le", "utf-16-be")
LOSSY = {"1.2.840.10008.1.2.4.50": "JPEG Baseline", "1.2.840.10008.1.2.4.51": "JPEG Extended",
         "1.2.840.10008.1.2.4.91": "JPEG 2000", "1.2.840.10008.1.2.4.81": "JPEG-LS near-lossless"}


def patterns(text):
    """A text as bytes in all encodings and cases; what is too short to mean anything is left out."""
    out = set()
    for form in {text, text.upper(), text.lower(), text.title(), unicodedata.normalize("NFD", text)}:
        for encoding in ENCODINGS:
            try:
                raw = form.encode(encoding)
            except UnicodeError:
                continue
            for escape in (b"\x1b$B", b"\x1b(B", b"\x1b$)C", b"\x1b(J"):
                raw = raw.replace(escape, b"")
            raw = raw.replace(b"\x0e", b"").replace(b"\x0f", b"")
            if len(raw) >= (6 if raw.isascii() or encoding.startswith("utf-16") else 4):
                out.add(raw)
    return out


def texts_of(data):
    for element in data.iterall():
        if element.VR == "SQ":
            continue
        if element.VR in ("OB", "OW", "UN", "OF", "OD"):
            continue
        value = element.value
        yield element.tag, str(value)


def found_in(path, marks):
    """Marks found in the file's bytes, or in its decoded texts."""
    raw = path.read_bytes()
    low = raw.lower()
    out = set()
    for mark in marks:
        for pattern in patterns(mark):
            if pattern in raw or pattern.lower() in low:
                out.add(mark)
                break
    data = pydicom.dcmread(path, force=True)
    try:
        data.decode()
    except Exception:  # noqa: BLE001 - bytes were looked at
        pass
    folded = [(tag, unicodedata.normalize("NFC", text).casefold()) for tag, text in texts_of(data)]
    for mark in marks:
        wanted = unicodedata.normalize("NFC", mark).casefold()
        if any(wanted in text for _, text in folded):
            out.add(mark)
    return out


def pixels_of(path, scratch):
    """Frames as stored samples, decoded by others. None: none of them can."""
    data = pydicom.dcmread(path, force=True)
    if "PixelData" not in data:
        return None
    syntax = data.file_meta.TransferSyntaxUID
    count = int(getattr(data, "NumberOfFrames", 1) or 1)
    if syntax in ("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"):
        tool = "dcmdjpls" if syntax.endswith(("80", "81")) else "dcmdjpeg"
        target = scratch / "decoded.dcm"
        if subprocess.run([tool, str(path), str(target)], capture_output=True).returncode != 0:
            return None
        data = pydicom.dcmread(target)
        syntax = data.file_meta.TransferSyntaxUID
    if syntax.startswith("1.2.840.10008.1.2.4."):
        frames = []
        for frame in generate_pixel_data_frame(data.PixelData, count):
            picture = Image.open(io.BytesIO(frame))
            frames.append(numpy.asarray(picture))
        return numpy.stack(frames)
    grid = data.pixel_array
    return grid if count > 1 else grid[None]


def outside_changes(before, after, boxes):
    """Pixels that differ outside of the boxes."""
    if before.shape != after.shape:
        return -1
    differ = before != after
    if differ.ndim == 4:
        differ = differ.any(axis=3)
    for entry in boxes:
        x0, y0, x1, y1 = entry[:4]
        frames = entry[4] if len(entry) > 4 else slice(None)
        differ[frames, y0:y1 + 1, x0:x1 + 1] = False
    return int(differ.sum())


def legible(after, box, ink):
    """Whether letters drawn there can still be told from what is around them."""
    x0, y0, x1, y1 = box
    for frame in after:
        part = frame[y0:y1 + 1, x0:x1 + 1].astype(float)
        if part.ndim == 3:
            part = part.mean(axis=2)
        if abs(part[ink].mean() - part[~ink].mean()) > 10:
            return True
    return False


def share_of_regions(data, boxes):
    """Share of the declared tissue regions that boxes cover, whatever their frame."""
    inside = numpy.zeros((data.Rows, data.Columns), bool)
    for x0, y0, x1, y1 in planted_cohort.regions(data):
        inside[y0:y1 + 1, x0:x1 + 1] = True
    if not inside.any():
        return None
    masked = numpy.zeros_like(inside)
    for entry in boxes:
        x0, y0, x1, y1 = entry[:4]
        masked[y0:y1 + 1, x0:x1 + 1] = True
    return float((masked & inside).sum() / inside.sum())


def errors_of(path):
    if not shutil.which("dciodvfy"):
        return Counter()
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True)
    lines = (said.stdout + said.stderr).decode("latin-1").splitlines()
    return Counter(line for line in lines if line.startswith("Error"))


class Row:
    def __init__(self):
        self.inputs = self.out = self.held = self.refused = self.copies = 0
        self.before = self.after = 0  # marks
        self.burned = self.read = 0  # letters drawn into pictures that went out; still legible
        self.lossless = self.changed = 0  # files whose pixels were compared; pixels that changed outside of masks
        self.lossy = self.lossy_changed = 0
        self.not_compared = 0
        self.shares = []  # of the B-mode area as the program sees it
        self.declared = []  # of the regions that the file declares
        self.errors_before = self.errors_after = 0
        self.reasons = Counter()


def run(program, arguments):
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True)


def key_of(work):
    with open(work / "key.csv", encoding="utf-8", newline="") as stream:
        return {(r["kind"], r["original"]): r["replacement"] for r in csv.DictReader(stream)}


def decided(options, work, arguments, cohort):
    """A person's decisions on the quarantine: captures are released, what lies over tissue is masked."""
    decisions = work / "decisions.csv"
    with open(work / "quarantine" / "quarantine.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    captures = {str(p.path) for p in cohort if p.group == "SC"}
    with open(decisions, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["decision", "held", "sha256"])
        for row in rows:
            if row["original"] in captures:
                writer.writerow(["release", row["held"], row["sha256"]])
            elif "text_over_tissue" in row["reasons"]:
                writer.writerow(["mask", row["held"], row["sha256"]])
    said = run(options.hipcuff, [*arguments, "--decisions", decisions])
    if said.returncode not in (0, 3):
        return [f"decisions: exit code {said.returncode}: {said.stderr}"]
    report = json.loads((work / "handover" / "report.json").read_text())
    marks = {mark for planted in cohort for mark in planted.marks}
    bad, errors = [], 0
    for file in report["files"]:
        path = work / "handover" / file["file"]
        bad += [f"{path}: '{mark}' is left" for mark in found_in(path, marks)]
        errors += sum(errors_of(path).values()) if file["pixels"] and file["pixels"]["released_by_a_person"] else 0
    # Now that most are out, pixels of many more transfer syntaxes can be compared.
    key = key_of(work)
    files = {f["sop_instance_uid"]: f for f in report["files"]}
    changed = Counter()
    for planted in cohort:
        file = files.get(key.get(("instance UID", planted.uid)))
        if not file or not file["pixels"]:
            continue
        before, after = pixels_of(planted.path, work), pixels_of(work / "handover" / file["file"], work)
        if before is None or after is None:
            continue
        count = outside_changes(before, after, file["pixels"]["may_differ"])
        changed[file["transfer_syntax_of_original"], file["pixels"]["method"]] += 1
        if count:
            bad.append(f"{planted.path}: {count} pixels changed outside of the masks")
    masked = [f["pixels"]["share_of_bmode"] for f in report["files"]
              if f["pixels"] and f["pixels"]["share_of_bmode"] is not None and not f["pixels"]["released_by_a_person"]]
    print(f"\nAfter a person's decisions (captures released, what lies over tissue masked): {report['counts']['files']} handed over, "
          f"{report['counts']['quarantined']} in quarantine; masked of B-mode area {100 * sum(masked) / len(masked):.2f} / "
          f"{100 * max(masked):.2f} %; planted texts found {len(bad)}; dciodvfy errors of captures {errors}; "
          f"pixels changed outside of the masks 0 in "
          + ", ".join(f"{n} {syntax} ({method})" for (syntax, method), n in sorted(changed.items())) if not bad else "")
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hipcuff", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--analyzer", type=Path, help="writes the result objects (default: --hipcuff)")
    parser.add_argument("--real", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--without-ocr", action="store_true")
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    root = Path(__file__).resolve().parents[2]
    work = options.out
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)

    sources = [(path, "simulated") for path in sorted((root / "testdata").glob("*/*.dcm"))]
    if options.small:
        sources = [s for s in sources if s[0].parent.name in ("normal-left-long", "full-right-short", "undersurface-left-cine")]
    if options.real and options.real.is_dir():
        sources += [(path, "real") for path in sorted(options.real.iterdir()) if path.is_file()]
    cohort = planted_cohort.make(work / "cohort", sources)
    # Our own result objects of a few of them, with their identity in it.
    results = work / "results"
    exams = [p for p in cohort if p.group == "simulated"][: 1 if options.small else 7]
    said = run(options.analyzer or options.hipcuff, ["analyze", *[p.path for p in exams], "--out", results, "--dicom", "all", "--region", "lateral-hip"])
    objects = sorted((results / "dicom").glob("**/*.dcm"))
    if not objects:
        print(said.stderr, file=sys.stderr)
        sys.exit("no result objects were written")
    for path in objects:
        data = pydicom.dcmread(path)
        person = next(p.person for p in exams if p.person.id == data.PatientID)
        marks = next(p.marks for p in exams if p.person is person)
        cohort.append(planted_cohort.Planted(path, person, data.Modality if data.Modality != "US" else "SC", data.SOPInstanceUID, marks))

    target, quarantine = work / "handover", work / "quarantine"
    arguments = ["deidentify", work / "cohort", results / "dicom", "--out", target, "--quarantine", quarantine,
                 "--secret", work / "secret", "--key", work / "key.csv", "--keep", options.keep or "content,graphics"]
    if options.without_ocr:
        arguments.append("--without-ocr")
    said = run(options.hipcuff, arguments)
    print(said.stderr, file=sys.stderr)
    if said.returncode not in (0, 3):
        sys.exit(f"hipcuff deidentify: exit code {said.returncode}")

    again = run(options.hipcuff, arguments)
    if again.returncode != said.returncode or "(0 new)" not in again.stderr:
        bad_second = f"a second run did something: {again.stderr}"
    else:
        bad_second = None
    key = key_of(work)
    report = json.loads((target / "report.json").read_text())
    files = {f["sop_instance_uid"]: f for f in report["files"]}
    held = {}
    with open(quarantine / "quarantine.csv", encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            if not line["decided"]:  # the others went out
                held[line["original"]] = line
    table = defaultdict(Row)
    bad = [bad_second] if bad_second else []
    for planted in cohort:
        row = table[planted.group]
        row.inputs += 1
        if str(planted.path) in held:
            row.held += 1
            row.reasons.update(held[str(planted.path)]["reasons"].split())
            continue
        uid = key.get(("instance UID", planted.uid))
        if uid not in files:
            bad.append(f"{planted.path}: neither handed over nor in quarantine")
            continue
        row.out += 1
        said_of_it = files[uid]
        path = target / said_of_it["file"]
        row.before += len(found_in(planted.path, planted.marks))
        left = found_in(path, planted.marks)
        row.after += len(left)
        bad += [f"{path}: '{mark}' is left" for mark in left]
        before_errors, after_errors = errors_of(planted.path), errors_of(path)
        row.errors_before += sum(before_errors.values())
        row.errors_after += sum(after_errors.values())
        if sum(after_errors.values()) > sum(before_errors.values()):
            bad += [f"{path}: new: {e}" for e in after_errors if e not in before_errors]
        data = pydicom.dcmread(path)
        if data.PatientIdentityRemoved != "YES" or "DeidentificationMethodCodeSequence" not in data:
            bad.append(f"{path}: doesn't say that it was de-identified")
        if any(e.tag.is_private for e in data.iterall()):
            bad.append(f"{path}: private elements are left")
        if "PixelData" not in data:
            continue
        boxes = said_of_it["pixels"]["may_differ"] if said_of_it["pixels"] else []
        before, after = pixels_of(planted.path, work), pixels_of(path, work)
        if before is None or after is None:
            row.not_compared += 1
            continue
        original = pydicom.dcmread(planted.path)
        changed = outside_changes(before, after, boxes)
        if original.file_meta.TransferSyntaxUID in LOSSY:
            row.lossy += 1
            row.lossy_changed += changed
        else:
            row.lossless += 1
            row.changed += changed
        if changed:
            bad.append(f"{path}: {changed} pixels changed outside of the masks")
        for box, ink in planted.ink:
            row.burned += 1
            if legible(after, box, ink):
                row.read += 1
                bad.append(f"{path}: the name drawn at {box} can still be read")
        if said_of_it["pixels"] and said_of_it["pixels"]["share_of_bmode"] is not None:
            row.shares.append(said_of_it["pixels"]["share_of_bmode"])
        # A sector fills its declared rectangle in part only: there the rectangle says little.
        share = share_of_regions(original, boxes) if planted.group == "simulated" else None
        if share is not None:
            row.declared.append(share)

    # Nothing of anybody in names of files, or in what goes with them.
    everything = "\n".join(str(p.relative_to(target)) for p in target.rglob("*")) + (target / "report.json").read_text()
    every_mark = {mark for planted in cohort for mark in planted.marks}
    bad += [f"'{mark}' is in a file's name or in report.json" for mark in every_mark if mark.casefold() in everything.casefold()]
    for path in [quarantine, *quarantine.rglob("*"), work / "secret", work / "key.csv"]:
        if path.stat().st_mode & 0o077:
            bad.append(f"{path}: others may look into it")

    def percents(values):
        return f"{100 * sum(values) / len(values):.2f} / {100 * max(values):.2f} %" if values else ""

    heads = ["", "in", "handed over", "in quarantine", "planted texts found before", "after", "names drawn in pictures",
             "legible after", "pixels changed outside of masks: lossless", "lossy", "masked of B-mode area, mean / largest",
             "of declared regions", "dciodvfy errors before", "after"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for group, row in table.items():
        cells = [group, row.inputs, row.out, row.held, row.before, row.after, row.burned or "", row.read if row.burned else "",
                 f"{row.changed} in {row.lossless} files" if row.lossless else "",
                 f"{row.lossy_changed} in {row.lossy} files" if row.lossy else "", percents(row.shares), percents(row.declared),
                 row.errors_before, row.errors_after]
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    reasons = Counter()
    for row in table.values():
        reasons.update(row.reasons)
    print("\nQuarantined for: " + (", ".join(f"{code} {count}" for code, count in sorted(reasons.items())) or "nothing"))
    methods = Counter((f["transfer_syntax_of_original"], f["pixels"]["method"], f["pixels"]["said"] or "no pixel changed")
                      for f in report["files"] if f["pixels"])
    print("\n| original's transfer syntax | method | files | what was done |\n|---|---|---|---|")
    for (syntax, method, what), count in sorted(methods.items()):
        print(f"| {syntax} | {method} | {count} | {what} |")
    if not options.small:
        bad += decided(options, work, arguments, cohort)
    for line in bad:
        print("WRONG: " + line, file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
