#!/usr/bin/python3
"""Trains the tissue classifier on bands that make_bands wrote, and exports it for the library.

    train_tissue_net.py --train BANDS... --check BANDS --out tissue.pt [--from tissue.pt] [--minutes 30] [--export FILE]
    train_tissue_net.py --train BANDS... --check BANDS --out tissue.pt --mean A.pt B.pt [--export FILE]

The second takes the mean of nets that were trained from one and the same.

Simulated hips only. What the pictures of our own simulator have in common and others would not is taken away by
augmentation: grey curve, gain over depth and across, sharpness, noise, thickness and length, shadows.
"""
import argparse
import glob
import math
import os
import struct
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from scipy.ndimage import distance_transform_edt, gaussian_filter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tissue_net_export import export_net  # noqa: E402

ROWS = 96
COLUMNS = 208
CLASSES = ["other", "tendon", "degenerated", "tear", "fluid", "bone", "free_tendon"]
# TissueKind (hipcuff/phantom/phantom.h) -> class
KIND_CLASS = {0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 0, 11: 1, 12: 4, 13: 6}
STEP_MM, HEIGHT_MM, LOWEST_MM = 0.25, 0.15, -1.2


def read_bands(path):
    """Yields (view, pathology, first, last, seed, slopes, grey, usable, kind)."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at + 32 <= len(data):
        if data[at:at + 4] != b"HCB1":
            raise SystemExit(f"{path}: not a file of bands (write it again with make_bands)")
        columns, rows, view, pathology, first, last, seed = struct.unpack_from("<7i", data, at + 4)
        at += 32
        n = rows * columns
        if at + 4 * columns + 3 * n > len(data):
            return  # still being written
        slopes = np.frombuffer(data, np.float32, columns, at)
        at += 4 * columns
        grey = np.frombuffer(data, np.uint8, n, at).reshape(rows, columns)
        usable = np.frombuffer(data, np.uint8, n, at + n).reshape(rows, columns)
        kind = np.frombuffer(data, np.uint8, n, at + 2 * n).reshape(rows, columns)
        at += 3 * n
        yield view, pathology, first, last, seed, slopes, grey, usable, kind


class Bands:
    """All bands of the files that the patterns name; files that have grown or are new are read again by refresh()."""

    def __init__(self, patterns):
        self.patterns, self.known, self.items = patterns, {}, []
        self.refresh()

    def refresh(self):
        paths = sorted({path for pattern in self.patterns for path in glob.glob(pattern)})
        sizes = {path: os.path.getsize(path) for path in paths}
        if sizes != self.known:
            self.known = sizes
            self.read(paths)

    def read(self, paths):
        table = np.zeros(256, np.uint8)
        for kind, klass in KIND_CLASS.items():
            table[kind] = klass
        self.items = []
        for path in paths:
            for view, pathology, first, last, seed, slopes, grey, usable, kind in read_bands(path):
                label = table[kind]
                label = np.where((usable == 0) | (kind == 0), 255, label).astype(np.uint8)
                if slopes[first:last + 1].sum() < 0:  # the library shows it every bone falling to the right
                    slopes = -slopes[::-1]
                    grey, usable, label, kind = (a[:, ::-1] for a in (grey, usable, label, kind))
                self.items.append((view, pathology, seed, slopes, grey, usable, label, kind))

    def batch(self, indices, random=None):
        """Channels 0 grey, 1 usable, 3 slope, 4 view as float tensors, labels and kinds; cut or padded to COLUMNS."""
        x = np.zeros((len(indices), 5, ROWS, COLUMNS), np.float32)
        y = np.full((len(indices), ROWS, COLUMNS), 255, np.uint8)
        z = np.zeros((len(indices), ROWS, COLUMNS), np.uint8)
        for k, i in enumerate(indices):
            view, _, _, slopes, grey, usable, label, kind = self.items[i]
            width = grey.shape[1]
            if width >= COLUMNS:
                a = random.integers(0, width - COLUMNS + 1) if random is not None else (width - COLUMNS) // 2
                source, target = slice(a, a + COLUMNS), slice(0, COLUMNS)
            else:
                a = random.integers(0, COLUMNS - width + 1) if random is not None else 0
                source, target = slice(0, width), slice(a, a + width)
            x[k, 0, :, target] = grey[:, source] / 128.0
            x[k, 1, :, target] = usable[:, source]
            x[k, 3, :, target] = slopes[source]
            x[k, 4] = view
            y[k, :, target] = label[:, source]
            z[k, :, target] = kind[:, source]
        return torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(z)


HEIGHT = (LOWEST_MM + HEIGHT_MM * torch.arange(ROWS, dtype=torch.float32))[None, :, None] / 10.0


def smooth_field(n, rows, columns, generator_rows, generator_columns):
    coarse = torch.randn(n, 1, generator_rows, generator_columns)
    return F.interpolate(coarse, size=(rows, columns), mode="bicubic", align_corners=True)


def noise_field(random, sigma_rows, sigma_columns):
    """White noise smoothed to these widths in pixels, mean 0, variance 1."""
    field = gaussian_filter(random.standard_normal((ROWS, COLUMNS)).astype(np.float32), (sigma_rows, sigma_columns),
                            mode="wrap")
    return (field - field.mean()) / (field.std() + 1e-6)


def repaint(x, kinds, random, share):
    """Paints the tissue of some pictures anew, by nothing but what it is: levels, speckle and streaks drawn at random.

    What a classifier learns from such pictures holds for any scanner and any simulator: where tissue can be, that
    fluid is dark, that a tear interrupts streaks and level of the tendon around it, that tendon darkens with the angle.
    """
    for k in range(x.shape[0]):
        if random.random() >= share:
            continue
        kind = kinds[k].numpy()
        grey = x[k, 0].numpy()
        u = random.uniform
        tendon = u(0.25, 1.1)
        fibrous = u(0.0, 0.3) * min(1.0, tendon + 0.4)
        muscle, fat = u(0.08, 0.8), u(0.05, 0.9)
        # Worn tendon is a shade darker with soft margins; what fills a gap is darker than that and ends sharply.
        worn = u(0.55, 0.9)
        tear = u(0.0, 0.12) if random.random() < 0.5 else tendon * u(0.1, 0.5)
        #          level, streaks
        paint = {1: (u(0.5, 1.3), 0.05), 2: (fat, u(0, 0.12)), 3: (u(0.5, 1.4), u(0, 0.15)), 4: (muscle, u(0, 0.25)),
                 5: (tendon, fibrous), 6: (tendon * worn, fibrous * u(0, 0.4)), 7: (tear, u(0, 0.05)),
                 8: (u(0, 0.12), 0), 10: (tendon * u(0.8, 1.2), fibrous), 11: (u(0.9, 1.6), 0), 12: (u(0, 0.12), 0),
                 13: (tendon, fibrous)}
        level = np.zeros((ROWS, COLUMNS), np.float32)
        streak = np.zeros((ROWS, COLUMNS), np.float32)
        for value, (mean, streaks) in paint.items():
            where = kind == value
            level[where] = mean
            streak[where] = streaks
        whole = np.isin(kind, (5, 6))
        soft = gaussian_filter((kind == 6).astype(np.float32), (u(1, 4), u(1.5, 8)))
        level = np.where(whole, tendon * (1 - (1 - worn) * soft), level)
        streak = np.where(whole, fibrous * (1 - (1 - u(0, 0.4)) * soft), streak)
        # Off the bone tendon goes over into its muscle.
        seat = np.isin(kind, (5, 6, 7)).any(0)
        away = distance_transform_edt(~seat) if seat.any() else np.full(COLUMNS, 1e3)
        near = np.broadcast_to(np.exp(-away / u(10, 60)), level.shape)
        level = np.where(kind == 13, near * level + (1 - near) * muscle, level)
        # Healthy fibres darken where the beam meets them obliquely; the slope of the bone stands for theirs.
        fibres = np.isin(kind, (5, 6, 10, 13))
        width, fall = u(4, 14) / 30, u(0, 0.75)
        oblique = 1 - fall * (1 - np.exp(-(x[k, 3].numpy() / width) ** 2))
        level = np.where(fibres, level * oblique, level)
        # A border may carry a bright line, or a thin dark layer, or nothing.
        inside = np.isin(kind, (5, 6, 7, 11))
        edge = inside[:-1] & ~inside[1:] & (kind[1:] != 9)
        line = np.zeros((ROWS, COLUMNS), np.float32)
        line[1:][edge] = 1
        line = gaussian_filter(line, (u(0.6, 1.5), 2.0))
        line /= max(1e-6, line.max())
        breaks = np.clip(0.6 + 0.6 * noise_field(random, 8, 10), 0, 1.5)
        level = gaussian_filter(level, u(0.4, 1.0)) + line * breaks * random.choice([0.0, u(0, 0.6), u(-0.3, 0)])
        # Streaks run along the bone below and along the border above.
        top = np.where(inside.any(0), ROWS - np.argmax(inside[::-1], 0), ROWS / 2)
        top = gaussian_filter(top.astype(np.float32), 4)
        zero = -LOWEST_MM / HEIGHT_MM
        rows = (np.arange(ROWS)[:, None] - zero) / np.maximum(4, top[None] - zero) * u(15, 45)
        fibre = noise_field(random, u(0.5, 2.0), u(5, 30))
        at = np.clip(rows + zero, 0, ROWS - 1.001)
        low = at.astype(int)
        columns = np.broadcast_to(np.arange(COLUMNS), low.shape)
        bent = fibre[low, columns] * (1 - (at - low)) + fibre[low + 1, columns] * (at - low)
        patchy = 1 + u(0, 0.25) * noise_field(random, u(4, 15), u(6, 30))
        speckle = np.hypot(noise_field(random, u(0.6, 1.4), u(0.7, 2.5)), noise_field(random, u(0.6, 1.4), u(0.7, 2.5)))
        if random.random() < 0.4:  # compounded: finer grain
            speckle = 0.5 * (speckle + np.hypot(noise_field(random, 0.8, 1.2), noise_field(random, 0.8, 1.2)))
        grain = u(0.05, 0.3) * np.log(np.clip(speckle, 0.15, None) / 1.25)
        painted = level * patchy + streak * bent
        painted = painted + grain * np.clip(painted + 0.15, 0.03, 1.0)
        # The bone's echo and what lies below it stay as they were, and some of the old picture too.
        keep = u(0, 0.5) if random.random() < 0.5 else 0.0
        painted = np.clip((1 - keep) * painted + keep * grey, 0, 2)
        own = gaussian_filter(((kind == 9) | (kind == 0)).astype(np.float32), (u(0.8, 2.0), 0.5))
        own = np.clip(2 * own, 0, 1)
        x[k, 0] = torch.from_numpy((own * grey + (1 - own) * painted).astype(np.float32)) * x[k, 1]


def augment(x, y, random):
    n = x.shape[0]
    # Longer, shorter, thicker, thinner; the bone a little higher or lower than it was found.
    sx = torch.exp(torch.empty(n).uniform_(-0.25, 0.25))
    sy = torch.exp(torch.empty(n).uniform_(-0.22, 0.32))
    shear = torch.empty(n).uniform_(-0.04, 0.04)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = sx
    theta[:, 1, 1] = sy
    theta[:, 1, 0] = shear
    # Row of height 0 stays where it is, but for up to 0.25 mm.
    zero = 2 * (-LOWEST_MM / HEIGHT_MM + 0.5) / ROWS - 1
    theta[:, 1, 2] = zero - sy * zero + torch.empty(n).uniform_(-0.25, 0.25) / HEIGHT_MM * 2 / ROWS
    grid = F.affine_grid(theta, (n, 1, ROWS, COLUMNS), align_corners=False)
    # Layers bulge and thin out, another way at each place; the bone stays.
    bulge = torch.empty(n, 1, 1).uniform_(0, 0.5) * smooth_field(n, ROWS, COLUMNS, 3, 7)[:, 0].clamp(-2, 2)
    grid[..., 1] += bulge / HEIGHT_MM * 2 / ROWS * (HEIGHT * 10 / 3.0).clamp(0, 1)
    known = F.grid_sample(torch.cat([x[:, :2], x[:, 3:4]], 1), grid, mode="bilinear", align_corners=False)
    labels = F.grid_sample((y.float()[:, None] + 1.0) % 256, grid, mode="nearest", align_corners=False)[:, 0]
    y = ((labels + 255) % 256).round().to(torch.uint8)
    usable = (known[:, 1] > 0.99).float()
    y[usable == 0] = 255
    grey = known[:, 0]
    slope = known[:, 2]
    # Sharpness: blur or edge enhancement, along and across.
    for axis in (0, 1):
        if random.random() < 0.5:
            sigma = random.uniform(0.3, 1.1 if axis else 1.6)
            reach = int(3 * sigma) + 1
            k = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
            k = (k / k.sum()).reshape(1, 1, -1, 1) if axis else (k / k.sum()).reshape(1, 1, 1, -1)
            pad = (0, 0, reach, reach) if axis else (reach, reach, 0, 0)
            soft = F.conv2d(F.pad(grey[:, None], pad, mode="replicate"), k)[:, 0]
            amount = 1.0 if random.random() < 0.6 else -random.uniform(0.3, 1.0)
            grey = grey + amount * (soft - grey)
    # Fine noise, as broad as speckle is.
    if random.random() < 0.5:
        noise = torch.randn(n, 1, ROWS, COLUMNS)
        noise = F.avg_pool2d(F.pad(noise, (1, 1, 1, 1)), 3, 1) * 3
        grey = grey + noise[:, 0] * torch.empty(n, 1, 1).uniform_(0, 0.09)
    # Grey curve: gamma, gain, offset; uneven gain over depth and across.
    gamma = torch.exp(torch.empty(n, 1, 1).uniform_(-0.45, 0.45))
    grey = grey.clamp(0, 2)
    grey = torch.where(grey > 0, grey.clamp(min=1e-4) ** gamma, grey)
    grey = grey * torch.exp(torch.empty(n, 1, 1).uniform_(-0.3, 0.25)) + torch.empty(n, 1, 1).uniform_(-0.08, 0.10)
    grey = grey * torch.exp(0.18 * smooth_field(n, ROWS, COLUMNS, 2, 3)[:, 0].clamp(-2, 2))
    if random.random() < 0.3:  # a knee or an S in the grey map
        t = torch.empty(n, 1, 1).uniform_(0, 0.6)
        grey = (1 - t) * grey + t * (grey * grey * (3 - 2 * grey.clamp(0, 1)))
    # Shadows from above: dark columns that are no disease; narrow ones of septa and edges, broad ones of poor contact.
    for k in range(n):
        for _ in range(random.integers(1, 4) if random.random() < 0.4 else 0):
            centre, width = random.uniform(0, COLUMNS), math.exp(random.uniform(math.log(1.5), math.log(30)))
            column = torch.arange(COLUMNS)
            fall = ((column - centre) / width).abs() ** random.uniform(1.5, 4)
            dark = 1 - random.uniform(0.2, 0.85) * torch.exp(-fall)
            grey[k] = grey[k] * dark[None]
    # Lines across tissue and bone alike: multiple echoes.
    for k in range(n):
        for _ in range(random.integers(1, 4) if random.random() < 0.15 else 0):
            row = random.uniform(0, ROWS) + random.uniform(-0.15, 0.15) * torch.arange(COLUMNS)
            line = torch.exp(-((torch.arange(ROWS)[:, None] - row[None]) / random.uniform(0.6, 2.5)) ** 2)
            grey[k] = grey[k] + random.uniform(0.05, 0.5) * line
    # The ceiling of the grey scale, and quantisation.
    ceiling = torch.empty(n, 1, 1).uniform_(1.1, 2.0)
    grey = torch.minimum(grey.clamp(min=0), ceiling)
    x[:, 0] = grey * usable
    x[:, 1] = usable
    x[:, 3] = slope * (torch.rand(n, 1, 1) > 0.1)
    unknown = torch.rand(n) < 0.15
    x[unknown, 4] = 0.5
    return x, y


class Step(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class Net(nn.Module):
    """A small U-Net; the sizes are a compromise with 4 ms on one core."""

    def __init__(self, width=(8, 16, 24, 32, 32)):
        super().__init__()
        a, b, c, d, e = width
        self.e0 = Step(5, a)
        self.e1a, self.e1b = Step(a, b), Step(b, b)
        self.e2a, self.e2b = Step(b, c), Step(c, c)
        self.e3a, self.e3b = Step(c, d), Step(d, d)
        self.e4a, self.e4b = Step(d, e), Step(e, e)
        self.d3 = Step(e + d, d)
        self.d2 = Step(d + c, c)
        self.d1 = Step(c + b, b)
        self.d0 = Step(b + a, a)
        self.out = nn.Conv2d(a, len(CLASSES), 1)

    def forward(self, x):
        pool = lambda t: F.max_pool2d(t, 2)
        up = lambda t: F.interpolate(t, scale_factor=2, mode="nearest")
        e0 = self.e0(x)
        e1 = self.e1b(self.e1a(pool(e0)))
        e2 = self.e2b(self.e2a(pool(e1)))
        e3 = self.e3b(self.e3a(pool(e2)))
        e4 = self.e4b(self.e4a(pool(e3)))
        d3 = self.d3(torch.cat([up(e4), e3], 1))
        d2 = self.d2(torch.cat([up(d3), e2], 1))
        d1 = self.d1(torch.cat([up(d2), e1], 1))
        return self.out(self.d0(torch.cat([up(d1), e0], 1)))


@torch.no_grad()
def widen(wide, narrow, widths):
    """Makes `wide` answer as `narrow` (of these widths) does: new channels begin with next to no say."""
    a, b, c, d, e = widths
    inputs = {"e0": [5], "e1a": [a], "e1b": [b], "e2a": [b], "e2b": [c], "e3a": [c], "e3b": [d], "e4a": [d], "e4b": [e],
              "d3": [e, d], "d2": [d, c], "d1": [c, b], "d0": [b, a]}
    for name, parts in inputs.items():
        old, grown = getattr(narrow, name), getattr(wide, name)
        outputs = old.conv.out_channels
        grown.conv.weight[:outputs] *= 0.02
        first = {"d3": "e4b", "d2": "d3", "d1": "d2", "d0": "d1"}.get(name)  # whose output the joined input begins with
        starts = [0, getattr(wide, first).conv.out_channels] if first else [0]
        at = 0
        for start, part in zip(starts, parts):
            grown.conv.weight[:outputs, start:start + part] = old.conv.weight[:, at:at + part]
            at += part
        for field in ("weight", "bias", "running_mean", "running_var"):
            getattr(grown.norm, field)[:outputs] = getattr(old.norm, field)
    wide.out.weight *= 0.02
    wide.out.weight[:, :a] = narrow.out.weight
    wide.out.bias.copy_(narrow.out.bias)


def loss_of(logits, y):
    target = y.long()
    target[target == 255] = -100
    # What is decided on and beside the tendon counts more than what lies far from it.
    near = F.max_pool2d(((target >= 1) & (target <= 3)).float()[:, None], 13, 1, 6)[:, 0]
    weight = (1 + 1.5 * near) * (target >= 0)
    ce = (F.cross_entropy(logits, target, ignore_index=-100, reduction="none") * weight).sum() / weight.sum()
    # A soft Dice of the tear: few pixels that matter most.
    valid = (target >= 0).float()
    p = torch.softmax(logits, 1)[:, 3] * valid
    t = (target == 3).float()
    dice = 1 - (2 * (p * t).sum() + 50) / (p.sum() + t.sum() + 50)
    return ce + 0.25 * dice, ce


def border_error(p, label):
    """Thickness of the tendon (its rows above height 0, torn ones too) against truth, mm, over footprint columns."""
    inside = np.isin(label, (1, 2, 3))
    columns = inside.any(0)
    if not columns.any():
        return []
    soft = p[1] + p[2] + p[3]
    top_true = ROWS - 1 - np.argmax(inside[::-1], 0)
    errors = []
    zero = int(round(-LOWEST_MM / HEIGHT_MM))
    for c in np.nonzero(columns)[0]:
        odds = np.log(np.clip(soft[:, c], 1e-4, 1)) - np.log(np.clip(1 - soft[:, c], 1e-4, 1))
        score = np.cumsum(odds[zero + 3:])
        top = zero + 3 + int(np.argmax(score))
        errors.append((top - top_true[c]) * HEIGHT_MM)
    return errors


@torch.no_grad()
def check(net, bands, limit=400):
    net.eval()
    total = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    errors, found, false_tears, tears, calm = [], 0, 0, 0, 0
    for at in range(0, min(limit, len(bands.items)), 8):
        indices = list(range(at, min(at + 8, len(bands.items), limit)))
        x, y, _ = bands.batch(indices)
        x[:, 2] = HEIGHT
        p = torch.softmax(net(x), 1).numpy()
        y = y.numpy()
        for k in range(len(indices)):
            best = p[k].argmax(0)
            valid = y[k] != 255
            np.add.at(total, (y[k][valid], best[valid]), 1)
            errors += border_error(p[k], y[k])
            pathology = bands.items[indices[k]][1]
            called = (best == 3).sum() * STEP_MM * HEIGHT_MM >= 1.0
            if pathology >= 2 and (y[k] == 3).sum() * STEP_MM * HEIGHT_MM >= 1.5:
                tears += 1
                found += called
            elif pathology < 2:
                calm += 1
                false_tears += called
    net.train()
    iou = total.diagonal() / np.maximum(1, total.sum(0) + total.sum(1) - total.diagonal())
    errors = np.array(errors)
    return (f"IoU {' '.join(f'{c}:{v:.2f}' for c, v in zip(CLASSES, iou))} | border MAE {np.abs(errors).mean():.3f} "
            f"bias {errors.mean():+.3f} mm | tears {found}/{tears}, false {false_tears}/{calm}")


def finish(net, held, options, words):
    torch.save(net.state_dict(), options.out)
    if options.export:
        export_net(net.eval(), options.export)
    print(words, check(net, held), flush=True)


@torch.no_grad()
def take_mean(net, paths, train, options, random):
    """The mean of the weights; what the batch norms know of the layers below them is measured anew."""
    nets = [torch.load(path) for path in paths]
    mean = {name: sum(n[name] for n in nets) / len(nets) for name, v in nets[0].items() if v.is_floating_point()}
    net.load_state_dict({**nets[0], **mean})
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for _ in range(60):
        x, y, kinds = train.batch(random.permutation(len(train.items))[:options.batch], random)
        repaint(x, kinds, random, options.repaint)
        x, y = augment(x, y, random)
        x[:, 2] = HEIGHT
        net(x)
    for norm in norms:
        norm.momentum = 0.1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--check", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--from", dest="start")
    parser.add_argument("--widen", type=int, nargs=5, metavar="N", help="widths of a narrower net of --from")
    parser.add_argument("--mean", nargs="+", metavar="NET", help="no training: the mean of these")
    parser.add_argument("--export", metavar="FILE", help="the net as the library takes it (weights/tissue.hcnet)")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, nargs=5, default=(8, 16, 24, 32, 32), help="channels at each level")
    parser.add_argument("--repaint", type=float, default=0.45, help="share of pictures whose tissue is painted anew")
    parser.add_argument("--tell", type=float, default=3, help="minutes between two reports")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    train, held = Bands(options.train), Bands(options.check)
    print(f"{len(train.items)} bands to train on, {len(held.items)} to check", flush=True)
    net = Net(options.width).to(memory_format=torch.channels_last)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    if options.mean:
        take_mean(net, options.mean, train, options, random)
        return finish(net, held, options, "mean of " + " ".join(options.mean))
    if options.start and options.widen:
        narrow = Net(options.widen)
        narrow.load_state_dict(torch.load(options.start))
        widen(net, narrow, options.widen)
    elif options.start:
        net.load_state_dict(torch.load(options.start))
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-4)
    begin, step, told, running = time.time(), 0, time.time(), 0.0
    while True:
        train.refresh()  # make_bands may still be writing
        order = random.permutation(len(train.items))
        for at in range(0, len(order) - options.batch + 1, options.batch):
            done = (time.time() - begin) / (60 * options.minutes)
            if done >= 1:
                return finish(net, held, options, f"steps {step}")
            for group in optimiser.param_groups:
                group["lr"] = options.rate * (min(1, step / 200) * 0.5 * (1 + math.cos(math.pi * done)) + 0.01)
            x, y, kinds = train.batch(order[at:at + options.batch], random)
            repaint(x, kinds, random, options.repaint)
            x, y = augment(x, y, random)
            x[:, 2] = HEIGHT
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net(x.contiguous(memory_format=torch.channels_last))
            loss, ce = loss_of(logits.float(), y)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            running = ce.item() if step == 0 else 0.98 * running + 0.02 * ce.item()
            step += 1
            if time.time() - told > 60 * options.tell:
                told = time.time()
                torch.save(net.state_dict(), options.out)
                print(f"{(time.time() - begin) / 60:.1f} min, step {step}, ce {running:.3f} | {check(net, held, 160)}",
                      flush=True)


if __name__ == "__main__":
    main()
