#!/usr/bin/python3
"""Draws a presentation state over its image, from what the files say and nothing else.

    draw_presentation.py IMAGE STATE OUT.png [--frame N] [--zoom K] [--picture RENDERED.pgm]
    draw_presentation.py IMAGE STATE --measure LAYER [--frame N] [--picture RENDERED.pgm]
    draw_presentation.py IMAGE STATE --profile

--picture: the image as somebody else rendered it (dcmp2pgm), for what pydicom does not decode and for windows.
--measure: how far a layer's lines lie from the middle of the bright ridge beside them, in pixels.
--profile: what Little CMS makes of the colour profile.

Coordinates (PS3.3 C.10.5, PIXEL): 0\\0 is the upper left corner of the upper left pixel; a pixel is 1 x 1.
"""
import argparse
import io
import sys

import numpy
import pydicom
from PIL import Image, ImageCms, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def picture(image, frame, rendered):
    if rendered:
        return numpy.asarray(Image.open(rendered).convert("RGB"))
    pixels = image.pixel_array
    if int(image.get("NumberOfFrames", 1)) > 1:
        pixels = pixels[frame - 1]
    if image.PhotometricInterpretation.startswith("PALETTE"):
        from pydicom.pixel_data_handlers.util import apply_color_lut
        pixels = apply_color_lut(pixels, image) >> 8
    elif image.PhotometricInterpretation.startswith("YBR"):
        from pydicom.pixel_data_handlers.util import convert_color_space
        pixels = convert_color_space(pixels, image.PhotometricInterpretation, "RGB")
    if pixels.ndim == 2:
        pixels = numpy.stack([pixels] * 3, axis=-1)
    return pixels.astype(numpy.uint8)


def rgb(lab16):
    """C.10.7.1.1 backwards, through Little CMS: Lab under D50 to sRGB."""
    lightness, a, b = lab16[0] / 655.35, lab16[1] * 255 / 65535 - 128, lab16[2] * 255 / 65535 - 128
    pixel = Image.new("LAB", (1, 1), (round(lightness * 2.55), round(a) + 128, round(b) + 128))
    to_srgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    return ImageCms.applyTransform(pixel, to_srgb).getpixel((0, 0))


def on_frame(annotation, frame):
    for reference in annotation.get("ReferencedImageSequence", []):
        numbers = reference.get("ReferencedFrameNumber")
        if numbers is not None:
            numbers = [numbers] if isinstance(numbers, (int, str)) else list(numbers)
            return frame in [int(n) for n in numbers]
    return True


def annotations(state, frame):
    return [a for a in state.get("GraphicAnnotationSequence", []) if on_frame(a, frame)]


def points(graphic):
    assert graphic.GraphicAnnotationUnits == "PIXEL"
    data = [float(v) for v in graphic.GraphicData]
    return list(zip(data[0::2], data[1::2]))


def dashed_line(draw, line, colour, width, dash):
    left, on = dash, True
    for (x0, y0), (x1, y1) in zip(line, line[1:]):
        length = numpy.hypot(x1 - x0, y1 - y0)
        at = 0.0
        while at < length:
            step = min(left, length - at)
            if on:
                draw.line([(x0 + (x1 - x0) * t / length, y0 + (y1 - y0) * t / length) for t in (at, at + step)],
                          fill=colour, width=width)
            at, left = at + step, left - step
            if left <= 0:
                left, on = dash, not on


def draw_state(base, state, frame, zoom):
    height, width = base.shape[:2]
    out = Image.fromarray(base).resize((width * zoom, height * zoom), Image.NEAREST)
    draw = ImageDraw.Draw(out)
    layers = {layer.GraphicLayer: layer for layer in state.GraphicLayerSequence}
    todo = sorted(annotations(state, frame), key=lambda a: int(layers[a.GraphicLayer].GraphicLayerOrder))
    for annotation in todo:
        colour = rgb(layers[annotation.GraphicLayer].GraphicLayerRecommendedDisplayCIELabValue)
        for graphic in annotation.get("GraphicObjectSequence", []):
            line = [(x * zoom, y * zoom) for x, y in points(graphic)]
            style = graphic.get("LineStyleSequence")
            for ink, thick in (((0, 0, 0), zoom + 2), (colour, zoom)):
                if len(line) == 1:
                    draw.ellipse([line[0][0] - zoom, line[0][1] - zoom, line[0][0] + zoom, line[0][1] + zoom], fill=ink)
                elif style and style[0].LineDashingStyle == "DASHED":
                    dashed_line(draw, line, ink, thick, 4 * zoom)
                else:
                    draw.line(line, fill=ink, width=thick)
    for annotation in todo:
        colour = rgb(layers[annotation.GraphicLayer].GraphicLayerRecommendedDisplayCIELabValue)
        for text in annotation.get("TextObjectSequence", []):
            lines = text.UnformattedTextValue.split("\r\n")
            x0, y0 = (float(v) * zoom for v in text.BoundingBoxTopLeftHandCorner)
            x1, y1 = (float(v) * zoom for v in text.BoundingBoxBottomRightHandCorner)
            font = ImageFont.truetype(FONT, max(6, int((y1 - y0) / len(lines) * 0.8)))
            if text.get("AnchorPointVisibility") == "Y":
                ax, ay = (float(v) * zoom for v in text.AnchorPoint)
                draw.line([(min(max(ax, x0), x1), y0 if ay < y0 else y1), (ax, ay)], fill=colour, width=1)
            draw.multiline_text((x0 + zoom, y0), "\n".join(lines), fill=colour, font=font, spacing=0, stroke_width=zoom // 2 + 1,
                                stroke_fill=(0, 0, 0))
    return out


def measure(base, state, frame, layer):
    """Across each line, up and down: the centroid of the brightness within 5 rows, against the line's own height."""
    grey = base[:, :, 0].astype(float)
    offsets = []
    for annotation in annotations(state, frame):
        if annotation.GraphicLayer != layer:
            continue
        for graphic in annotation.get("GraphicObjectSequence", []):
            line = points(graphic)
            for (x0, y0), (x1, y1) in zip(line, line[1:]):
                for column in range(int(numpy.ceil(min(x0, x1) - 0.5)), int(numpy.floor(max(x0, x1) - 0.5)) + 1):
                    middle = column + 0.5  # of the column's pixels
                    if x0 == x1 or not 0 <= column < grey.shape[1]:
                        continue
                    y = y0 + (y1 - y0) * (middle - x0) / (x1 - x0)
                    first = max(0, int(y) - 5)
                    rows = grey[first:int(y) + 6, column]
                    weights = numpy.clip(rows - 60, 0, None)
                    if weights.sum() > 100:
                        centre = (weights * (numpy.arange(len(rows)) + first + 0.5)).sum() / weights.sum()
                        offsets.append(y - centre)
    offsets = numpy.array(offsets)
    print(f"{len(offsets)} columns, mean {offsets.mean():.3f} px, largest {numpy.abs(offsets).max():.3f} px")


def check_profile(state):
    profile = ImageCms.ImageCmsProfile(io.BytesIO(state.ICCProfile))
    info = profile.profile
    ramp = numpy.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=numpy.uint8)
    transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    back = numpy.asarray(ImageCms.applyTransform(Image.fromarray(ramp), transform))
    off = int(numpy.abs(back.astype(int) - ramp).max())
    print(f"class {info.device_class}, {info.xcolor_space.strip()} to {info.connection_space.strip()}, "
          f"version {info.version}, {len(state.ICCProfile)} bytes, largest difference from sRGB {off}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("state")
    parser.add_argument("out", nargs="?")
    parser.add_argument("--frame", type=int, default=1)
    parser.add_argument("--zoom", type=int, default=2)
    parser.add_argument("--picture")
    parser.add_argument("--measure")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    state = pydicom.dcmread(options.state)
    if options.profile:
        check_profile(state)
        return
    image = pydicom.dcmread(options.image, force=True)
    reference = state.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    if reference.ReferencedSOPInstanceUID != image.SOPInstanceUID:
        sys.exit("the presentation state is about another image")
    base = picture(image, options.frame, options.picture)
    if options.measure:
        measure(base, state, options.frame, options.measure)
    else:
        draw_state(base, state, options.frame, options.zoom).save(options.out)


main()
