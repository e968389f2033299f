"""A cohort of exams with patients' identity in every corner, and what was planted, to be looked for afterwards.

Independent of HipCuff: pydicom writes, PIL draws."""

import copy
import io
import shutil
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pydicom
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.sequence import Sequence
from pydicom.uid import JPEGBaseline8Bit, RLELossless

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@dataclass
class Person:
    label: str
    charset: list
    name: str  # as DICOM writes it
    words: list  # what must not be found again
    burned: str  # what is drawn into pictures
    number: int

    @property
    def id(self):
        return f"MRN-{4711 + self.number}-0815"

    @property
    def birth(self):
        return f"19{31 + self.number}02{13 + self.number}"


def people():
    def one(number, label, charset, name, burned):
        words = [w for group in name.split("=") for w in group.split("^") if len(w) > 1]
        return Person(label, charset, name, words, burned, number)

    return [
        one(0, "ASCII", ["ISO_IR 100"], "Featherstone^Wilhelmina", "Featherstone"),
        one(1, "Latin-1", ["ISO_IR 100"], "Müllerschön^Grégoire", "Müllerschön"),
        one(2, "UTF-8", ["ISO_IR 192"], "Łukasiewicz^Zofia=山田^太郎", "Łukasiewicz"),
        one(3, "Japanese", ["", "ISO 2022 IR 87"], "Takahashi^Yoshiko=高橋^芳子=たかはし^よしこ", "Takahashi"),
        one(4, "Korean", ["", "ISO 2022 IR 149"], "Hwangbo^Gildong=皇甫^吉洞=황보^길동", "Hwangbo"),
        one(5, "Cyrillic", ["ISO_IR 144"], "Вознесенская^Екатерина", "Вознесенская"),
        one(6, "Greek", ["ISO_IR 126"], "Παπαδοπούλου^Διονυσία", "Παπαδοπούλου"),
    ]


@dataclass
class Planted:
    path: Path
    person: Person
    group: str
    uid: str
    marks: list = field(default_factory=list)  # texts that must be gone
    ink: list = field(default_factory=list)  # (box, ink mask) of letters drawn into the picture
    over_tissue: bool = False


def plant_tags(data, meta, person, number):
    """Writes the person into tags of all sorts; returns the texts."""
    study_date, family = "20190817", person.words[0]
    data.SpecificCharacterSet = person.charset
    # Nothing of another character set may stay: it could not be read any more.
    for element in list(data.iterall()):
        if element.VR in ("LO", "SH", "PN", "LT", "ST", "UT") and not str(element.value).isascii():
            element.value = ""
    data.PatientName = person.name
    data.PatientID = person.id
    data.PatientBirthDate = person.birth
    data.PatientSex = "F"
    data.PatientAge = "094Y"
    data.OtherPatientIDs = "OLD" + person.id
    data.PatientAddress = "7 Ratcatcher Row"
    data.PatientComments = f"{family} born {person.birth[6:]}.{person.birth[4:6]}.{person.birth[:4]}"
    data.AccessionNumber = f"QQ5566{person.number}788"
    data.InstitutionName = "Thistlewood Memorial"
    data.InstitutionAddress = "12 Wexford Lane, Brockenhurst"
    data.ReferringPhysicianName = "Quartermain^Allan"
    data.OperatorsName = "Abernathy^Lucius"
    data.StationName = "THISTLEWOOD7"
    data.DeviceSerialNumber = f"SN5551{person.number}2345"
    data.StudyDate = data.SeriesDate = data.ContentDate = study_date
    data.StudyDescription = f"Left hip of {family}"
    data.SeriesDescription = f"{family} long axis"
    data.ProtocolName = f"hip {family}"
    data.ImageComments = f"{person.id} seen by Quartermain at Thistlewood on 2019-08-17"
    data.StudyID = f"ST{person.id}"[:16]
    data.StudyInstanceUID = f"1.2.276.0.7230010.3.1.2.{person.birth}.{4711 + person.number}0815.{number}"
    data.SeriesInstanceUID = data.StudyInstanceUID + ".1"
    data.SOPInstanceUID = data.SeriesInstanceUID + f".{number}"
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    request = Dataset()
    request.RequestedProcedureDescription = f"hip of {family}"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "HIP1", "99THISTLE", f"Hip of {family}"
    deep = Dataset()
    deep.PatientComments = family
    deep.add_new((0x0011, 0x0010), "LO", "ACME")
    deep.add_new((0x0011, 0x1001), "LO", person.id)
    code.ReferencedImageSequence = Sequence([deep])
    request.ScheduledProtocolCodeSequence = Sequence([code])
    data.RequestAttributesSequence = Sequence([request])
    old = Dataset()
    old.PatientName = person.name
    attributes = Dataset()
    attributes.ModifiedAttributesSequence = Sequence([old])
    attributes.AttributeModificationDateTime = study_date
    attributes.ModifyingSystem = "THISTLEWOOD7"
    attributes.SourceOfPreviousValues = ""
    attributes.ReasonForTheAttributeModification = "COERCE"
    data.OriginalAttributesSequence = Sequence([attributes])
    data.add_new((0x0009, 0x0010), "LO", "ACME")
    data.add_new((0x0009, 0x1001), "LO", family)
    data.add_new((0x0009, 0x1002), "UN", (person.id + " ").encode("utf-16-le"))
    data.add_new((0x0009, 0x1003), "OB", (person.words[-1]).encode("utf-8") * 2 + b"\0" * (len(person.words[-1].encode()) * 2 % 2))
    meta.SourceApplicationEntityTitle = "THISTLEWOOD7"
    meta.PrivateInformationCreatorUID = "1.2.3.4.5.6.7"
    meta.PrivateInformation = (person.id + "\0").encode() + b"\0" * ((len(person.id) + 1) % 2)
    return person.words + [
        person.id, person.birth, data.AccessionNumber, "Thistlewood", "Wexford Lane", "Quartermain", "Abernathy",
        data.DeviceSerialNumber, data.StudyInstanceUID, "Ratcatcher", "2019-08-17", "99THISTLE",
        f"{person.birth[6:]}.{person.birth[4:6]}.{person.birth[:4]}",
    ]


def letters(text, size):
    font = ImageFont.truetype(FONT, size)
    box = font.getbbox(text)
    picture = Image.new("L", (box[2] + 2, box[3] + 2), 0)
    ImageDraw.Draw(picture).text((1, 1), text, font=font, fill=255)
    return numpy.asarray(picture)


def regions(data):
    """Boxes x0, y0, x1, y1 of the declared tissue regions."""
    out = []
    for one in getattr(data, "SequenceOfUltrasoundRegions", []):
        if one.get("RegionDataType") == 1:
            out.append((one.RegionLocationMinX0, one.RegionLocationMinY0, one.RegionLocationMaxX1, one.RegionLocationMaxY1))
    return out


def place_for(data, ink, tissue):
    """Upper left corner for the letters: beside all regions, or within one. None: there is no room."""
    rows, columns = ink.shape
    boxes = regions(data)
    if not boxes:
        return None
    if tissue:
        x0, y0, x1, y1 = boxes[0]
        return (x0 + (x1 - x0 - columns) // 2, y0 + (y1 - y0) // 3) if x1 - x0 > columns and y1 - y0 > 3 * rows else None
    for y in (3, data.Rows - rows - 3):
        for x in (4, data.Columns - columns - 4):
            if x >= 0 and all(x > b[2] + 2 or x + columns + 2 < b[0] or y > b[3] + 2 or y + rows + 2 < b[1] for b in boxes):
                return x, y
    return None


def frames_of(data):
    """Frames as PIL pictures to draw on, and how to store them again. None: not here."""
    syntax = data.file_meta.TransferSyntaxUID
    count = int(getattr(data, "NumberOfFrames", 1) or 1)
    if syntax == JPEGBaseline8Bit:
        pictures = [Image.open(io.BytesIO(f)) for f in generate_pixel_data_frame(data.PixelData, count)]
        for picture in pictures:
            picture.load()

        def store():
            packed = []
            for picture in pictures:
                out = io.BytesIO()
                subsampling = 1 if data.PhotometricInterpretation == "YBR_FULL_422" else 0
                picture.save(out, "JPEG", quality=92, subsampling=subsampling) if picture.mode != "L" else picture.save(
                    out, "JPEG", quality=92)
                packed.append(out.getvalue())
            data.PixelData = encapsulate(packed)
            data["PixelData"].is_undefined_length = True

        return pictures, store
    if data.BitsAllocated != 8 or syntax not in (RLELossless, "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"):
        return None
    try:
        pixels = data.pixel_array.copy()
    except Exception:  # noqa: BLE001 - no decoder here: the file goes in as it is
        return None
    grid = pixels if count > 1 else pixels[None]
    pictures = [Image.fromarray(one) for one in grid]

    def store():
        raw = numpy.stack([numpy.asarray(p) for p in pictures])
        if data.SamplesPerPixel == 3 and data.PlanarConfiguration == 1 and syntax != RLELossless:
            raw = raw.transpose(0, 3, 1, 2)
        if syntax != RLELossless:
            bytes_ = raw.tobytes()
            data.PixelData = bytes_ + b"\0" * (len(bytes_) % 2)
            return
        data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        data.PixelData = raw.tobytes()
        if data.SamplesPerPixel == 3:
            data.PlanarConfiguration = 0
        uid = data.SOPInstanceUID
        data.compress(RLELossless)
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = uid

    return pictures, store


def brightest(data):
    """Palette index to draw with."""
    if data.PhotometricInterpretation != "PALETTE COLOR":
        return 255
    table = numpy.frombuffer(data.GreenPaletteColorLookupTableData, "<u2")
    return int(numpy.argmax(table[:256]))


def plant_pixels(data, person, planted, tissue):
    if "PixelData" not in data:
        return
    ink = letters(f"{person.burned} {person.birth}" if not tissue else person.burned, 13)
    at = place_for(data, ink, tissue)
    drawable = frames_of(data) if at else None
    if not drawable:
        return
    pictures, store = drawable
    value = brightest(data)
    for picture in pictures:
        fill = value if picture.mode in ("L", "P") else (value,) * 3
        picture.paste(fill, (at[0], at[1]), Image.fromarray((ink > 110).astype(numpy.uint8) * 255))
    store()
    planted.ink.append(((at[0], at[1], at[0] + ink.shape[1] - 1, at[1] + ink.shape[0] - 1), ink > 110))
    planted.over_tissue = tissue


def save(data, path, preamble):
    path.parent.mkdir(parents=True, exist_ok=True)
    data.preamble = (preamble.encode("utf-8") + b"\0" * 128)[:128]
    data.save_as(path, write_like_original=False)


def make(folder, sources, every=1):
    """@param sources (path, group) of exams; each becomes a file of one person, in turn."""
    everybody = people()
    out = []
    for number, (source, group) in enumerate(sources):
        person = everybody[number % len(everybody)]
        data = pydicom.dcmread(source, force=True)
        if "TransferSyntaxUID" not in data.file_meta:
            continue
        data.decode()
        marks = plant_tags(data, data.file_meta, person, number)
        name = f"{person.burned}_{person.birth}"
        planted = Planted(folder / name / f"{name}_{number}.dcm", person, group, data.SOPInstanceUID, marks)
        plant_pixels(data, person, planted, tissue=number % 5 == 4)
        save(data, planted.path, person.burned)
        out.append(planted)
    return out
