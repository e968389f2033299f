"""The picture on the scanner's screen: scan conversion, text, ruler, logo, colour box."""
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter, map_coordinates

LOGOS = ("SONORA X7", "MyoView", "ECHOLINE 3", "VARIUS", "U-Scan Pro")


def _font(size):
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default()


def layout(r, width_mm, depth_mm):
    """The B-mode area's box (inclusive) and mm per pixel (square pixels)."""
    columns, rows = r["screen"]
    top, bottom = int(rows * (0.07 + 0.02 * r["layout"])), int(rows * (0.95 - 0.015 * r["layout"]))
    left, right = int(columns * (0.16 - 0.03 * r["layout"])), int(columns * 0.92)
    mm = max(depth_mm / (bottom - top), width_mm / (right - left))
    w, h = int(width_mm / mm), int(depth_mm / mm)
    x0 = left + (right - left - w) // 2
    return (x0, top, x0 + w, top + h), mm


def convert(probe, value, step, box, mm):
    """Grey per line and sample to pixels (float, 0 to 255)."""
    w, h = box[2] - box[0] + 1, box[3] - box[1] + 1
    x, z = np.meshgrid(np.arange(w) * mm, np.arange(h) * mm)
    if probe.radius_mm is None:
        line, sample = x / probe.line_step, z / step
        out = map_coordinates(value, [sample, line], order=1, mode="nearest", output=np.float32)
        return out * 255
    dx, dz = x - probe.width_mm / 2, z + probe.rise
    angle, full = np.arctan2(dx, dz), np.hypot(dx, dz) - probe.radius_mm
    line, sample = (angle + probe.half_angle) / probe.line_step, full / step
    out = map_coordinates(value, [sample, line], order=1, mode="nearest", output=np.float32)
    inside = (line >= 0) & (line <= probe.lines - 1) & (full >= 0) & (full <= probe.reach)
    return np.where(inside, out, 0) * 255


def compose(rng, pixels, box, mm, r):
    """Grey area to the RGB screen."""
    columns, rows = r["screen"]
    grey = np.zeros((rows, columns), np.uint8)
    grey[box[1] : box[3] + 1, box[0] : box[2] + 1] = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    if r["tint"] and r["colour"] != "mono":
        rgb = (rgb * np.array([1.0, 0.96, 0.86])).astype(np.uint8)
    image = Image.fromarray(rgb)
    draw = ImageDraw.Draw(image)
    big, small = _font(max(10, rows // 44)), _font(max(9, rows // 56))
    ink = (220, 220, 220) if r["layout"] % 2 else (240, 220, 120)
    draw.text((6, 4), LOGOS[int(rng.integers(len(LOGOS)))], fill=(120, 160, 255), font=big)
    draw.text((columns * 0.55, 4), f"{'RT' if r['side'] == 'R' else 'LT'} HIP {r['view'].upper()}", fill=ink, font=big)
    lines = [f"{r['frequency_mhz']:.1f} MHz", f"D {box[3] * mm - box[1] * mm:.0f} mm", f"G {50 + r['gain_db']:.0f}%", f"DR {r['dynamic_range_db']:.0f}",
             "MI 0.9  TIs 0.3"]
    y = rows * (0.12 + 0.1 * (r["layout"] % 3))
    if box[0] > 70:
        for text in lines:
            draw.text((4, y), text, fill=ink, font=small)
            y += rows // 40 + 3
    ruler = box[2] + 6
    for k in range(int((box[3] - box[1]) * mm / 5) + 1):
        y = box[1] + k * 5 / mm
        long_tick = k % 2 == 0
        if r["layout"] == 2:
            draw.ellipse((ruler, y - 1, ruler + (3 if long_tick else 2), y + (2 if long_tick else 1)), fill=ink)
        else:
            draw.line((ruler, y, ruler + (7 if long_tick else 4), y), fill=ink)
        if long_tick and k and r["layout"] == 3:
            draw.text((ruler + 10, y - 6), str(k // 2), fill=ink, font=small)
    if r["layout"] in (0, 3):  # focus marker and orientation mark
        y = box[1] + r["focus_mm"] / mm
        draw.polygon([(ruler + 12, y), (ruler + 18, y - 4), (ruler + 18, y + 4)], fill=(250, 180, 60))
        draw.text((box[0] + 3, max(0, box[1] - rows // 36 - 2)), "P", fill=(100, 220, 100), font=big)
    if r["layout"] == 1:
        for k in range(16):  # grey bar
            draw.rectangle((columns - 16, rows * 0.3 + k * 6, columns - 6, rows * 0.3 + k * 6 + 5), fill=(255 - 16 * k,) * 3)
    return image


def colour_box(rng, image, box_px):
    """A colour-flow window over the picture, its frame drawn, some flow inside."""
    draw = ImageDraw.Draw(image)
    x0, y0, x1, y1 = (int(v) for v in box_px)
    pixels = np.array(image)
    h, w = max(y1 - y0, 2), max(x1 - x0, 2)
    field = gaussian_filter(rng.standard_normal((h, w)), (7, 10))
    field /= field.std()
    for sign, colour in ((1, (230, 60, 20)), (-1, (30, 80, 240))):
        m = sign * field > rng.uniform(0.5, 1.3)
        pixels[y0:y1, x0:x1][m[: y1 - y0, : x1 - x0]] = colour
    image = Image.fromarray(pixels)
    ImageDraw.Draw(image).rectangle((x0, y0, x1, y1), outline=(60, 230, 60), width=2)
    return image


def overlay_text(rng, image, centre, size_px):
    """A person's annotation, callipers and all, right on the tendon."""
    draw = ImageDraw.Draw(image)
    font = _font(max(14, int(size_px[1] * rng.uniform(0.45, 0.7))))
    words = ["GLUT MED TENDON", "GTPS? TENDER HERE", "FREEZE  #04  REVIEW", "SUBMAX BURSA  GT"]
    x = centre[0] - size_px[0] / 2
    y = centre[1] - size_px[1] / 2
    for k in range(int(rng.integers(2, 4))):
        draw.text((x, y + k * font.size * 1.05), words[int(rng.integers(len(words)))], fill=(255, 255, 90), font=font)
    for k in range(2):
        cx, cy = x + size_px[0] * (0.2 + 0.6 * k), centre[1]
        draw.line((cx - 8, cy, cx + 8, cy), fill=(90, 255, 255), width=2)
        draw.line((cx, cy - 8, cx, cy + 8), fill=(90, 255, 255), width=2)
    return image
