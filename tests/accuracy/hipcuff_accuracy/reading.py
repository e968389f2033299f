"""Truth and results from disk, matched by SOP instance UID where the truth names one, else by path."""
import json
from pathlib import Path

import numpy as np
from PIL import Image

PICTURES = (".dcm", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".mp4", ".mha")
CLASSES = ("normal", "tendinosis", "partial_thickness", "full_thickness")


class Case:
    """One picture or cine with its truth and, where there is one, its result."""

    def __init__(self, truth_path, truth, about):
        self.truth_path = truth_path
        self.truth = truth
        self.about = about  # line of the set's manifest: stratum, pair, variation ...
        self.result = None
        self.hip = None  # studies[].hips[] that the result went into
        self.results_folder = None

    @property
    def name(self):
        return self.truth_path.name[: -len(".truth.json")]

    @property
    def picture(self):
        for ending in PICTURES:
            path = self.truth_path.parent / (self.name + ending)
            if path.exists() and not path.name.endswith(".mask.png"):
                return path
        return self.truth_path.parent / (self.name + ".dcm")

    def truth_frame(self):
        """The truth of the frame that the result's geometry belongs to (the first where there is no result)."""
        frames = self.truth["frames"]
        wanted = (self.result or {}).get("frame") or 0
        for frame in frames:
            if frame.get("frame", 0) == wanted:
                return frame
        return frames[0]

    def truth_labels(self):
        return read_labels(self.truth_path.parent / self.truth_frame()["mask"])

    def result_labels(self):
        mask = ((self.result or {}).get("masks") or {}).get("label_png")
        return read_labels(self.results_folder / mask) if mask else None


def read_labels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("L") if image.mode not in ("L", "P", "1") else image).astype(np.uint8)


def stratum_of(truth):
    """Where a picture of a set without manifest belongs, from its truth alone."""
    if truth.get("not_gradable") not in (None, "", "none"):
        return "not_gradable"
    return "confounder" if truth.get("confounder") not in (None, "", "none") else "class"


def read_truths(dataset):
    """All NAME.truth.json under the folder, in order of path; `manifest.jsonl` of a generated set adds what it knows."""
    dataset = Path(dataset)
    about = {}
    for manifest in sorted(dataset.rglob("manifest.jsonl")):
        for line in manifest.read_text().splitlines():
            if line.strip():
                entry = json.loads(line)
                about[(manifest.parent / entry["path"]).resolve()] = entry
    cases = []
    for path in sorted(dataset.rglob("*.truth.json")):
        truth = json.loads(path.read_text())
        if truth.get("schema", "hipcuff.truth/1") != "hipcuff.truth/1":
            raise ValueError(f"{path}: schema {truth.get('schema')!r} is not known here (hipcuff.truth/1 is)")
        base = path.with_name(path.name[: -len(".truth.json")]).resolve()
        cases.append(Case(path, truth, about.get(base, {})))
    return cases


def read_results(folder):
    """(images, document) of a results folder; a path to results.json will do too."""
    folder = Path(folder)
    path = folder if folder.is_file() else folder / "results.json"
    document = json.loads(path.read_text())
    images = [image for study in document["studies"] for image in study["images"]]
    return images, document, path.parent


def match(cases, results_folders):
    """Gives each case its result. Returns what of the results belongs to no case, and the first document."""
    by_uid = {c.truth["sop_instance_uid"]: c for c in cases if c.truth.get("sop_instance_uid")}
    by_path = {c.picture.resolve(): c for c in cases}
    by_tail = {}
    for c in cases:
        by_tail.setdefault(tuple(c.picture.resolve().parts[-3:]), []).append(c)
    strangers = []
    documents = []
    for folder in results_folders:
        images, document, parent = read_results(folder)
        documents.append(document)
        hips = {uid: hip for study in document["studies"] for hip in study.get("hips") or [] for uid in hip["images"]}
        for image in images:
            source = image["source"]
            path = Path(source["path"])
            case = by_uid.get(source.get("sop_instance_uid")) or by_path.get(path.resolve())
            if case is None:  # results made elsewhere: the last folders decide where they name one case only
                # a relative path shorter than three parts is taken with what there is
                tail = tuple(path.parts[-3:])
                found = [c for key, cs in by_tail.items() if key[-len(tail) :] == tail for c in cs]
                case = found[0] if len(found) == 1 else None
            if case is None or (case.result is not None and source.get("pane", 0) != 0):
                strangers.append(source["path"])
            else:
                case.result = image
                case.results_folder = parent
                case.hip = hips.get(source.get("sop_instance_uid")) or hips.get(source["path"])
    return strangers, documents
