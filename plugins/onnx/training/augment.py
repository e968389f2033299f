"""Takes away what simulated pictures have in common and real ones need not have.

Everything works on one picture: grey (float, 0 to 255), label (uint8, see make_pictures.py), on the grid of SPACING_MM.
"""
import math

import cv2
import numpy as np

from measures import UNKNOWN, normalised



def smooth_field(random, rows, columns, coarse_rows, coarse_columns):
    """A slowly changing field, mean 0, deviation about 1."""
    coarse = random.standard_normal((coarse_rows, coarse_columns)).astype(np.float32)
    return cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)


def grain(random, rows, columns, sigma_x, sigma_y):
    """Noise with a grain of this size, deviation 1."""
    field = cv2.GaussianBlur(random.standard_normal((rows, columns)).astype(np.float32), (0, 0), sigma_x, None, sigma_y)
    return field / max(1e-6, float(field.std()))


def log_uniform(random, low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def trimmed(random, grey, label):
    """The pane of a narrower or shallower picture: bone at its edge, or with hardly any shadow below."""
    rows, columns = grey.shape
    if random.random() < 0.12:
        lowest = int(np.nonzero((label == 1).any(1))[0].min()) + 12 if (label == 1).any() else rows // 2
        keep = int(random.integers(min(max(lowest, rows // 3), rows - 1), rows))
        grey, label = grey[:keep], label[:keep]
    if random.random() < 0.12:
        keep = int(columns * random.uniform(0.5, 1))
        left = int(random.integers(0, columns - keep + 1))
        grey, label = grey[:, left:left + keep], label[:, left:left + keep]
    return grey, label


def cut(random, grey, label, size):
    """A crop at a random place, size, slant and bend; the same picture mirrored. Outside the picture: unknown."""
    (rows, columns), (height, width) = grey.shape, size
    zoom = log_uniform(random, 0.8, 1.25)
    sx, sy = zoom * log_uniform(random, 0.87, 1.15), zoom * log_uniform(random, 0.9, 1.11)
    if random.random() < 0.5:
        grey, label = grey[:, ::-1], label[:, ::-1]
    spare_y, spare_x = rows - height * sy, columns - width * sx
    top = random.uniform(min(0, spare_y), max(0, spare_y))
    if random.random() < 0.3:  # the picture's lower end, and nothing below: a shadow that ends there is no gap
        top = max(spare_y + random.uniform(0, 0.5) * height * sy, -0.4 * height * sy)
    left = random.uniform(min(0, spare_x), max(0, spare_x))
    y = (top + sy * np.arange(height, dtype=np.float32))[:, None] + np.zeros((1, width), np.float32)
    x = (left + sx * np.arange(width, dtype=np.float32))[None] + np.zeros((height, 1), np.float32)
    if random.random() < 0.6:
        turn = math.radians(random.uniform(-7, 7))
        cx, cy = x.mean(), y.mean()
        x, y = cx + (x - cx) - math.tan(turn) * (y - cy) * 0.5, cy + (y - cy) + math.tan(turn) * (x - cx)
    if random.random() < 0.5:
        y = y + random.uniform(0, 5) * smooth_field(random, height, width, 2, 4)
        x = x + random.uniform(0, 3) * smooth_field(random, height, width, 3, 3)
    x, y = x.astype(np.float32), y.astype(np.float32)
    shown = cv2.remap(np.ascontiguousarray(grey), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    known = cv2.remap(np.ascontiguousarray(label), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT,
                      borderValue=UNKNOWN)
    inside = (x >= 0) & (y >= 0) & (x <= columns - 1) & (y <= rows - 1)
    return shown.astype(np.float32), known, inside


def joined(random, one, other):
    """Two pictures side by side, the seam along the beam: bone over part of the width, other tissue beside it."""
    grey, label, inside = (a.copy() for a in one)
    rows, columns = grey.shape
    seam = random.uniform(0.25, 0.75) * columns + random.uniform(-0.25, 0.25) * (np.arange(rows) - rows / 2)
    soft = np.clip((np.arange(columns)[None] - seam[:, None]) / random.uniform(3, 20) + 0.5, 0, 1).astype(np.float32)
    grey = (1 - soft) * grey + soft * other[0]
    label = np.where(soft > 0.5, other[1], label)
    mixed = (soft > 0.15) & (soft < 0.85)
    label[mixed & (label != 0)] = UNKNOWN
    return grey, label, np.where(soft > 0.5, other[2], inside)


def below_cortex(label):
    """Rows below the deepest cortex of each column; -1 where there is none."""
    line = label == 1
    has = line.any(0)
    last = label.shape[0] - 1 - line[::-1].argmax(0)
    depth = np.arange(label.shape[0])[:, None] - np.where(has, last, 10 ** 6)[None]
    return np.maximum(depth, -1).astype(np.float32)


def repainted(random, grey, label):
    """Brightness of whole tissues changed against each other; bone lines weakened in places; shadows filled."""
    rows, columns = grey.shape
    soft = lambda mask, sigma: cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)  # noqa: E731
    gain = np.zeros(grey.shape, np.float32)  # in the logarithm
    tendon, torn = (label == 2) | (label == 3), label == 3
    if tendon.any():
        if random.random() < 0.5:
            gain += random.uniform(-0.45, 0.45) * soft(tendon, random.uniform(0.7, 3))
        if torn.any() and random.random() < 0.4:
            gain += random.uniform(-0.6, 0.25) * soft(torn, random.uniform(0.7, 2))
    if random.random() < 0.4:  # layers and patches anywhere, of any brightness
        shape = [(3, 2), (10, 2), (7, 7), (20, 4)][random.integers(4)]
        gain += random.uniform(0, 0.35) * smooth_field(random, rows, columns, *shape)
    line = label == 1
    if line.any():
        band = soft(line, 1.2)
        if random.random() < 0.4:
            gain += random.uniform(-0.5, 0.2) * np.minimum(1, 1.5 * band)
        if random.random() < 0.3:
            weak = np.clip(smooth_field(random, 1, columns, 1, int(random.integers(4, 12))), 0, 1.5)
            gain -= random.uniform(0.3, 1.2) * weak * np.minimum(1, 1.5 * band)
    free = ~cv2.dilate(line.any(0).astype(np.uint8)[None], np.ones((1, 15), np.uint8))[0].astype(bool)
    if free.sum() > 30 and random.random() < 0.4:  # tissue that swallows sound: darkness below an edge that is no bone
        edge = random.uniform(0.2, 0.9) * rows + random.uniform(0, 12) * smooth_field(random, 1, columns, 1, 4)[0]
        fall = np.clip((np.arange(rows)[:, None] - edge[None]) / log_uniform(random, 1.5, 30), 0, 1)
        across = cv2.GaussianBlur(free.astype(np.float32)[None], (0, 0), random.uniform(1, 6))
        gain -= random.uniform(0.4, 2.5) * fall * across
    grey = grey * np.exp(gain)
    depth = below_cortex(label)
    if (depth > 2).any() and random.random() < 0.5:  # what a shadow holds: noise, haze, the line's own multiples
        reach = log_uniform(random, 8, 150)
        tissue = grey[(label != UNKNOWN) & (depth < 0)]  # a shadow that is as bright as tissue would be none
        level = float(tissue.mean()) if tissue.size else 60.0
        haze = random.uniform(0.05, 0.6) * level * np.exp(-np.maximum(depth, 0) / reach) * np.clip(depth / 4, 0, 1)
        if random.random() < 0.5:
            haze = haze * np.clip(1 + 0.5 * smooth_field(random, rows, columns, 3, 5), 0.1, 3)
        texture = np.clip(1 + random.uniform(0.1, 0.6) * grain(random, rows, columns, random.uniform(0.8, 3), 0.9), 0, 3)
        grey = np.maximum(grey, haze * texture)
        if random.random() < 0.3:
            again = random.uniform(8, 60)
            echo = np.exp(-((depth - again) / random.uniform(1, 4)) ** 2)
            grey = grey + random.uniform(5, 70) * echo * (depth > 0)
    return grey


def standing_off(random, grey, label, inside):
    """Gel between probe and skin: the picture moves down under an empty layer with a curved lower edge."""
    rows, columns = grey.shape
    edge = random.uniform(2, 26) + random.uniform(0, 12) * smooth_field(random, 1, columns, 1, 3)[0]
    edge = np.clip(edge, 0, 50)
    y = np.arange(rows, dtype=np.float32)[:, None] - edge[None].astype(np.float32)
    x = np.broadcast_to(np.arange(columns, dtype=np.float32)[None], y.shape).astype(np.float32)
    moved = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.remap(label, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    gel = y < 0
    moved[gel] = random.uniform(0, 35) * (1 + 0.3 * random.standard_normal(int(gel.sum())))
    skin = np.exp(-(y / random.uniform(0.8, 2.5)) ** 2) * random.uniform(0, 150)
    return np.maximum(moved, skin), known, inside


def looks(random, grey):
    """Sharpness, noise, grey map, gain over depth and across, shadows from above, multiple echoes."""
    rows, columns = grey.shape
    if random.random() < 0.65:
        kx, ky = random.uniform(0.3, 1.8), random.uniform(0.3, 1.2)
        soft = cv2.GaussianBlur(grey, (0, 0), kx, None, ky)
        grey = soft if random.random() < 0.65 else grey + random.uniform(0.3, 1.2) * (grey - soft)
    if random.random() < 0.25:  # noise as gain brings it: added to the amplitude before the logarithm
        span = random.uniform(50, 75)
        amplitude = 10 ** ((np.clip(grey, 0, 255) / 255 - 1) * span / 20)
        level = 10 ** ((random.uniform(15, 65) / 255 - 1) * span / 20)
        tilt = 10 ** (np.linspace(-1, 1, rows, dtype=np.float32)[:, None] * random.uniform(0, 6) / 20)
        size = (random.uniform(0.7, 2.5), random.uniform(0.6, 1.2))
        parts = [grain(random, rows, columns, *size) * level * tilt * 0.7 for _ in range(2)]
        out = np.sqrt((amplitude + parts[0]) ** 2 + parts[1] ** 2)
        grey = 255 * (1 + 20 * np.log10(np.maximum(out, 1e-6)) / span)
    elif random.random() < 0.4:
        grey = grey * (1 + random.uniform(0, 0.25) * grain(random, rows, columns, random.uniform(0.6, 1.5), 0.7))
    value = np.clip(grey / 255, 0, 2)
    value = value ** math.exp(random.uniform(-0.6, 0.6))
    value = value * np.exp(random.uniform(0, 0.3) * np.clip(smooth_field(random, rows, columns, 3, 3), -2, 2))
    if random.random() < 0.3:
        t = random.uniform(0, 0.8)
        value = (1 - t) * value + t * value * value * (3 - 2 * np.minimum(value, 1))
    if random.random() < 0.5:
        value = value * np.exp(random.uniform(-1.2, 0.8) * np.linspace(0, 1, rows, dtype=np.float32)[:, None])
    at = np.arange(columns, dtype=np.float32)
    for _ in range(int(random.integers(1, 4)) if random.random() < 0.35 else 0):
        centre, width = random.uniform(0, columns), log_uniform(random, 1.5, 30)
        dark = random.uniform(0.2, 0.85) * np.exp(-np.abs((at - centre) / width) ** random.uniform(1.5, 4))
        begin = np.clip((np.arange(rows)[:, None] - random.uniform(0, rows * 0.5)) / 6, 0, 1)
        value = value * (1 - dark[None] * begin)
    # Bright lines without a shadow: sheets of fascia, multiple echoes. What is below them stays as it is.
    for _ in range(int(random.integers(1, 5)) if random.random() < 0.35 else 0):
        row = random.uniform(0, rows) + random.uniform(-0.35, 0.35) * (at - columns / 2)
        row = row + random.uniform(0, 10) * smooth_field(random, 1, columns, 1, int(random.integers(2, 6)))[0]
        line = np.exp(-((np.arange(rows)[:, None] - row[None]) / random.uniform(0.7, 2.5)) ** 2)
        ends = np.clip(2 * (1 - np.abs(at - random.uniform(0, columns)) / random.uniform(15, 200)), 0, 1)
        value = value + random.uniform(0.05, 0.75) * line * ends[None]
    value = value * math.exp(random.uniform(-0.35, 0.3)) + random.uniform(-0.05, 0.08)
    return np.round(np.clip(value, 0, random.uniform(0.75, 1)) * 255)


def sample(random, pick, size):
    """One training crop: (input, label) of `size` (rows, columns). `pick()` draws (grey, label, kind) of a picture."""
    grey, label, kind = pick()
    grey, label = trimmed(random, grey, label)
    part = cut(random, grey, label, size)
    if random.random() < (0.45 if kind in ("limb", "muscle") else 0.04):
        again = pick(("limb", "muscle"))
        part = joined(random, part, cut(random, again[0], again[1], size))
    grey, label, inside = part
    grey = repainted(random, grey, label)
    if random.random() < (0.3 if kind in ("limb", "muscle") else 0.1):
        grey, label, inside = standing_off(random, grey, label, inside)
    grey = looks(random, grey)
    usable = inside & (label != UNKNOWN) if random.random() < 0.5 else inside
    value, mean, sd = normalised(grey, usable if usable.sum() > 500 else inside)
    fill = 0.0 if random.random() < 0.7 else -mean / sd  # whatever a program puts outside the picture
    value[~inside] = fill
    label = np.where(inside, label, UNKNOWN).astype(np.uint8)
    return value.astype(np.float32), label
