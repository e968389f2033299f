"""FOLDER IMAGE WHAT: objects about IMAGE as other programs write them, for object_reference_test.cpp. Written here with
pydicom after PS3.3 A.51 and PS3.16 TID 1500; nothing of them comes from HipCuff."""
import sys

import numpy
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

SEG = "1.2.840.10008.5.1.4.1.1.66.4"
ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22"


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def head(image, sop_class, modality):
    out = Dataset()
    out.file_meta = FileMetaDataset()
    out.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out.SOPClassUID = sop_class
    out.SOPInstanceUID = generate_uid()
    out.file_meta.MediaStorageSOPClassUID = sop_class
    out.file_meta.MediaStorageSOPInstanceUID = out.SOPInstanceUID
    out.PatientName, out.PatientID = "Nobody", "1"
    out.StudyInstanceUID, out.SeriesInstanceUID = image.StudyInstanceUID, generate_uid()
    out.Modality, out.Manufacturer = modality, "Somebody"
    out.ContentDate, out.ContentTime = "20260101", "120000"
    return out


def save(dataset, path):
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.save_as(path, write_like_original=False)


def seg(image, segments, creator="", kind="BINARY", size=None, multi=None):
    """segments: label, type code, {frame: (x0, y0, side)}; frames are written last first, as no standard forbids."""
    rows, columns = size or (image.Rows, image.Columns)
    out = head(image, SEG, "SEG")
    out.Rows, out.Columns, out.SegmentationType = rows, columns, kind
    out.SamplesPerPixel, out.PhotometricInterpretation, out.PixelRepresentation = 1, "MONOCHROME2", 0
    out.ContentCreatorName, out.ContentLabel = creator, "SEG"
    bits = 1 if kind == "BINARY" else 8
    out.BitsAllocated, out.BitsStored, out.HighBit = bits, bits, bits - 1
    if kind != "BINARY":
        out.SegmentationFractionalType, out.MaximumFractionalValue = "PROBABILITY", 255
    out.SegmentSequence, groups, planes = Sequence(), [], []
    for number, (label, kind_of, frames) in enumerate(segments, 1):
        item = Dataset()
        item.SegmentNumber, item.SegmentLabel, item.SegmentAlgorithmType = number, label, "MANUAL"
        item.SegmentedPropertyCategoryCodeSequence = [code("85756007", "SCT", "Tissue")]
        item.SegmentedPropertyTypeCodeSequence = [kind_of]
        out.SegmentSequence.append(item)
        for frame in sorted(frames, reverse=True):
            x0, y0, side = frames[frame]
            plane = numpy.zeros((rows, columns), dtype=numpy.uint8)
            plane[y0:y0 + side, x0:x0 + side] = 1
            planes.append(plane)
            source = Dataset()
            source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
            if "NumberOfFrames" in image and int(image.NumberOfFrames) > 1:
                source.ReferencedFrameNumber = frame + 1
            source.PurposeOfReferenceCodeSequence = [code("121322", "DCM", "Source image for image processing operation")]
            derivation = Dataset()
            derivation.SourceImageSequence = [source]
            group, which = Dataset(), Dataset()
            which.ReferencedSegmentNumber = number
            group.DerivationImageSequence, group.SegmentIdentificationSequence = [derivation], [which]
            groups.append(group)
    out.NumberOfFrames, out.PerFrameFunctionalGroupsSequence = len(planes), groups
    out.SharedFunctionalGroupsSequence = [Dataset()]
    pixels = numpy.concatenate([p.ravel() for p in planes])
    data = (numpy.packbits(pixels, bitorder="little") if bits == 1 else pixels * 255).tobytes()
    out.PixelData = data + b"\0" * (len(data) % 2)
    return out


def content(kind, relation=None, name=None, **more):
    item = Dataset()
    item.ValueType = kind
    if relation:
        item.RelationshipType = relation
    if name:
        item.ConceptNameCodeSequence = [name]
    for key, value in more.items():
        setattr(item, key, value)
    return item


def number(name, value, unit, derivation=None):
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = str(value), [code(unit, "UCUM", unit)]
    item = content("NUM", "CONTAINS", name, MeasuredValueSequence=[measured])
    if derivation:
        item.ContentSequence = [content("CODE", "HAS CONCEPT MOD", code("121401", "DCM", "Derivation"),
                                        ConceptCodeSequence=[derivation])]
    return item


def group(image, items, frame=None, site=None, finding=None):
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    if frame is not None:
        reference.ReferencedFrameNumber = frame + 1
    out = [content("TEXT", "HAS OBS CONTEXT", code("112039", "DCM", "Tracking Identifier"), TextValue="1"),
           content("UIDREF", "HAS OBS CONTEXT", code("112040", "DCM", "Tracking Unique Identifier"), UID=generate_uid())]
    if finding:
        out.append(content("CODE", "CONTAINS", code("121071", "DCM", "Finding"), ConceptCodeSequence=[finding]))
    if site:
        out.append(content("CODE", "HAS CONCEPT MOD", code("363698007", "SCT", "Finding Site"),
                           ConceptCodeSequence=[site]))
    out.append(content("IMAGE", "CONTAINS", code("260753009", "SCT", "Source"), ReferencedSOPSequence=[reference]))
    return content("CONTAINER", "CONTAINS", code("125007", "DCM", "Measurement Group"), ContinuityOfContent="SEPARATE",
                   ContentSequence=out + items)


def sr(image, groups, person):
    out = head(image, ENHANCED_SR, "SR")
    out.ValueType, out.ContinuityOfContent = "CONTAINER", "SEPARATE"
    out.ConceptNameCodeSequence = [code("126000", "DCM", "Imaging Measurement Report")]
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "1500"
    out.ContentTemplateSequence = [template]
    out.CompletionFlag, out.VerificationFlag, out.InstanceNumber = "COMPLETE", "UNVERIFIED", 1
    out.ContentSequence = [
        content("CODE", "HAS CONCEPT MOD", code("121049", "DCM", "Language of Content Item and Descendants"),
                ConceptCodeSequence=[code("de", "RFC5646", "German")]),
        content("CODE", "HAS OBS CONTEXT", code("121005", "DCM", "Observer Type"),
                ConceptCodeSequence=[code("121006", "DCM", "Person")]),
        content("PNAME", "HAS OBS CONTEXT", code("121008", "DCM", "Person Observer Name"), PersonName=person),
        content("CONTAINER", "CONTAINS", code("126010", "DCM", "Imaging Measurements"), ContinuityOfContent="SEPARATE",
                ContentSequence=groups)]
    return out


def qualitative(name, value):
    return content("CODE", "CONTAINS", name, ConceptCodeSequence=[value])


def main(folder, path, what):
    image = dcmread(path, stop_before_pixels=True)
    tendon = code("13024002", "SCT", "Tendon")
    tissue = code("85756007", "SCT", "Tissue")
    mean, largest = code("373098007", "SCT", "Mean"), code("56851009", "SCT", "Maximum")
    mine = lambda value, meaning: code(value, "99ELSE", meaning)
    box = (100, 100, 20)
    if what == "generic":  # as Slicer names them by itself
        save(seg(image, [("Segment_1", tendon, {0: box})]), folder + "/generic.dcm")
    elif what == "unknown":
        save(seg(image, [("Supraspinatus tendon", tendon, {0: box}), ("Sehne X", tissue, {0: box})]), folder + "/unknown.dcm")
    elif what == "words":
        save(seg(image, [("Bone", tissue, {0: (10, 10, 60)}), ("Gluteus medius tendon (left)", tissue, {0: box}),
                         ("Tear 1", tissue, {0: (105, 105, 5)})], "DOE^JANE"), folder + "/words.dcm")
    elif what == "cine":  # only frames 4 and 2; on 2 only the tear was drawn
        save(seg(image, [("Tendon", tissue, {4: box}), ("Tear", tissue, {4: (105, 105, 5), 2: (105, 105, 5)})]),
             folder + "/cine.dcm")
    elif what == "readers":
        save(seg(image, [("Tendon", tissue, {0: box})], "DOE^JANE"), folder + "/a.dcm")
        save(seg(image, [("Tendon", tissue, {0: (103, 100, 20)})], "ROE^RICHARD"), folder + "/b.dcm")
    elif what == "bad":
        save(seg(image, [("Tendon", tissue, {0: box})], kind="FRACTIONAL"), folder + "/fractional.dcm")
        save(seg(image, [("Tendon", tissue, {0: box})], size=(300, 400)), folder + "/size.dcm")
        cut = folder + "/cut.dcm"
        save(seg(image, [("Tendon", tissue, {0: box})]), cut)
        data = open(cut, "rb").read()
        open(cut, "wb").write(data[:len(data) // 2])
        other = dcmread(path, stop_before_pixels=True)
        other.SOPInstanceUID = "1.2.3.4.5"
        save(seg(other, [("Tendon", tissue, {0: box})]), folder + "/stranger.dcm")
    elif what == "report":
        thickness = mine("T", "Thickness")
        save(sr(image, [
            group(image, [number(thickness, 0.45, "cm", mean), number(thickness, 5.25, "mm", largest),
                          number(thickness, 7, "mm", code("255605001", "SCT", "Minimum")),
                          qualitative(mine("D", "Diagnosis"), mine("P", "Partial thickness tear"))],
                  site=mine("S", "Gluteus medius tendon")),
            group(image, [number(code("410668003", "SCT", "Length"), 6.5, "mm")], finding=mine("R", "Tear")),
            group(image, [number(thickness, 3, "mm", mean)], site=mine("M", "Gluteus minimus tendon"))],
            "DOE^JANE"), folder + "/report.dcm")
    elif what == "odd report":
        thickness = mine("T", "Thickness")
        save(sr(image, [group(image, [number(thickness, 4, "mm"), number(thickness, 12, "{pixels}", mean),
                                      number(thickness, 0, "mm", largest),
                                      qualitative(mine("D", "Befund"), mine("P", "Teilriss"))])], "DOE^JANE"),
             folder + "/odd.dcm")
    elif what == "cine report":
        save(sr(image, [group(image, [number(mine("T", "Thickness"), 4, "mm", mean)], frame=2)], "DOE^JANE"),
             folder + "/cine-report.dcm")


main(*sys.argv[1:])
