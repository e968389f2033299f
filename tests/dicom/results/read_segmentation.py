"""FOLDER: seg.dcm's frames, unpacked by numpy, are masks.raw (one byte a pixel, 255 inside); each frame names one
segment and one frame of one image, and its dimension indices lead to both."""
import sys

import numpy
import pydicom

folder = sys.argv[1]
seg = pydicom.dcmread(folder + "/seg.dcm")
frames = int(seg.NumberOfFrames)
size = seg.Rows * seg.Columns
bits = numpy.unpackbits(numpy.frombuffer(seg.PixelData, dtype=numpy.uint8), bitorder="little")
assert len(seg.PixelData) == (frames * size + 15) // 16 * 2, "length of the pixel data"
assert not bits[frames * size:].any(), "bits past the end"
masks = numpy.frombuffer(open(folder + "/masks.raw", "rb").read(), dtype=numpy.uint8).reshape(frames, size)
assert (bits[:frames * size].reshape(frames, size) * 255 == masks).all(), "masks differ"
assert (seg.pixel_array.reshape(frames, size) * 255 == masks).all(), "masks differ in pixel_array"

pointers = [(item.FunctionalGroupPointer, item.DimensionIndexPointer) for item in seg.DimensionIndexSequence]
seen = {}
places = {}
for groups in seg.PerFrameFunctionalGroupsSequence:
    source = groups.DerivationImageSequence[0].SourceImageSequence
    assert len(source) == 1 and source[0].ReferencedSOPInstanceUID == "1.2.3.4"
    frame = source[0].get("ReferencedFrameNumber", 1)
    place = groups.FrameContentSequence[0].TemporalPositionIndex
    assert places.setdefault(place, frame) == frame, "one position, two frames"
    indices = groups.FrameContentSequence[0].DimensionIndexValues
    for (group, attribute), index in zip(pointers, indices):
        value = groups[group][0][attribute].value
        assert seen.setdefault((attribute, index), value) == value, "one index, two values"
    assert indices[0] == groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
assert len({tuple(g.FrameContentSequence[0].DimensionIndexValues) for g in seg.PerFrameFunctionalGroupsSequence}) == frames
assert [places[i] for i in range(1, len(places) + 1)] == sorted(places.values()), "positions out of order"
