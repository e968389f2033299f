"""DICOM, truth and mask on disk."""
import io
import json
import os

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

ULTRASOUND = "1.2.840.10008.5.1.4.1.1.6.1"


def _uid(*parts):
    """Deterministic 2.25 UID."""
    import hashlib

    return "2.25." + str(int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:15], "big"))


def _texts(r, seed):
    side, short = {"L": ("LEFT", "LT"), "R": ("RIGHT", "RT")}[r["side"]]
    axis = "LONG AXIS" if r["view"] == "long" else "SHORT AXIS"
    word = "longitudinal" if r["view"] == "long" else "transverse"
    return [f"{side} LATERAL HIP GLUTEUS MEDIUS {axis}", f"Lateral hip {short} gluteal tendons {axis.lower()}",
            f"{side} greater trochanter {word}", f"{short} LATERAL HIP {axis}"][seed % 4]


def write_dicom(path, image, truth, r, seed):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ULTRASOUND
    meta.MediaStorageSOPInstanceUID = _uid("instance", seed, r["kind"], os.path.basename(path))
    meta.TransferSyntaxUID = JPEGBaseline8Bit if r["colour"] == "jpeg" else ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid("implementation")
    ds = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.SOPClassUID, ds.SOPInstanceUID = ULTRASOUND, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = _uid("study", seed, path), _uid("series", seed, path)
    ds.Modality, ds.ImageType = "US", ["ORIGINAL", "PRIMARY"]
    ds.PatientName, ds.PatientID = f"SECOND^{seed}", f"SECOND{seed}"
    ds.PatientBirthDate = ds.PatientSex = ds.StudyTime = ds.AccessionNumber = ds.ReferringPhysicianName = ""
    ds.StudyDate, ds.StudyID, ds.SeriesNumber, ds.InstanceNumber = "20260301", str(seed % 100000), 1, 1
    ds.Manufacturer, ds.ManufacturerModelName = "Second simulator", "synthetic"
    ds.StudyDescription, ds.SeriesDescription, ds.BodyPartExamined = "US LATERAL HIP", _texts(r, seed), "HIP"
    ds.ImageComments = "Simulated; not a patient"
    if seed % 3:
        ds.Laterality = r["side"]
    box, mm = truth["region_px"], truth["mm_per_px"]
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0, region.RegionLocationMaxX1, region.RegionLocationMaxY1 = map(int, box)
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX, region.PhysicalDeltaY = mm[0] / 10, mm[1] / 10
    region.TransducerFrequency = int(r["frequency_mhz"] * 1000)
    ds.SequenceOfUltrasoundRegions = Sequence([region])
    ds.Rows, ds.Columns = truth["rows"], truth["columns"]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    if r["colour"] == "mono":
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.PixelData = np.asarray(image.convert("L")).tobytes()
    else:
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
        if r["colour"] == "rgb":
            ds.PhotometricInterpretation = "RGB"
            ds.PixelData = np.asarray(image).tobytes()
        else:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=92, subsampling=1)
            ds.PhotometricInterpretation, ds.LossyImageCompression = "YBR_FULL_422", "01"
            ds.PixelData = encapsulate([buffer.getvalue()])
            ds["PixelData"].is_undefined_length = True
    ds.save_as(path, write_like_original=False)


def write_case(folder, name, image, mask, truth, r, seed):
    truth["frames"][0]["mask"] = f"{name}.mask.png"
    write_dicom(os.path.join(folder, name + ".dcm"), image, truth, r, seed)
    mask.save(os.path.join(folder, name + ".mask.png"))
    with open(os.path.join(folder, name + ".truth.json"), "w") as out:
        json.dump(truth, out, separators=(",", ":"))


def draw_truth(image, truth):
    """The truth's lines over the picture, for eyes."""
    from PIL import ImageDraw

    image = image.convert("RGB")
    draw = ImageDraw.Draw(image)
    frame = truth["frames"][0]
    line = lambda points, colour: len(points) > 1 and draw.line([tuple(p) for p in points], fill=colour)
    line(frame["bone_surface"]["points_px"], (255, 160, 0))
    if frame["tendon"]:
        for p in frame["tendon"]["superficial_px"]:
            draw.point(tuple(p), fill=(0, 255, 0))
        for p in frame["tendon"]["deep_px"]:
            draw.point(tuple(p), fill=(0, 255, 255))
    for facet in frame["bone_surface"]["facets"]:
        for key in ("begin_px", "end_px"):
            x, y = facet[key]
            draw.line((x, y, x, y + 12), fill=(255, 255, 0) if facet["kind"] == "lateral" else (120, 120, 255))
    for d in frame["discontinuities"]:
        line(d["polygon_px"] + d["polygon_px"][:1], (255, 0, 80))
    return image
