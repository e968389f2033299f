"""Tears, drawn in the tendon's own coordinates (s along the cortex, n along its normal) and laid into the world."""
from dataclasses import dataclass, field

import numpy as np

from .anatomy import smooth_noise


@dataclass
class Lesion:
    kind: str
    begin: float  # mm along the cortex; may be negative for a stump drawn back beyond the facet
    end: float
    content: str  # fluid | granulation | fat
    polygon: np.ndarray  # world mm, closed implicitly
    s: np.ndarray  # stations of the two lines below
    lower: np.ndarray  # n of the lesion's floor
    upper: np.ndarray  # n of its roof
    depth_mm: float
    depth_fraction: float
    retraction_mm: float = None
    extras: dict = field(default_factory=dict)


def _dome(s, begin, end, power):
    """1 in the middle, 0 at both ends."""
    t = np.clip((2 * s - begin - end) / (end - begin), -1, 1)
    return np.clip(1 - np.abs(t) ** power, 0, 1) ** (1 / power)


def _world(footprint, s, n):
    """(s, n) to mm; before the facet's edge n is counted from the tendon's own underside, straight up."""
    p = footprint.point(s, n)
    before = s < 0
    if before.any():
        a = footprint.anatomy
        start = footprint.point(np.array([0.0]))[0]
        ahead = footprint.point(np.array([1.0]))[0] - start
        x = start[0] + s[before] * np.sign(ahead[0]) * 0.98
        low, high = a.at(a.deep, x), a.at(a.superficial, x)
        fraction = n[before] / np.maximum(footprint.thickness(0.0), 0.1)
        p[before] = np.stack([x, low + (high - low) * np.clip(fraction, 0, 1)], axis=-1)
    return p


def partial(rng, footprint, kind, fraction, length, centre, content):
    """One partial tear. `fraction` of the local thickness where it is deepest, ends exactly `length` apart."""
    length = min(length, footprint.length - 1.0)
    begin = np.clip(centre * footprint.length - length / 2, 0.4, footprint.length - 0.4 - length)
    end = begin + length
    s = np.arange(begin, end + 0.02, 0.05).clip(begin, end)
    t = footprint.thickness(s)
    dome = _dome(s, begin, end, rng.uniform(1.6, 4.0))
    ragged = 1 + 0.08 * smooth_noise(rng, s.size, 0.05, 0.5)
    middle = footprint.thickness(0.5 * (begin + end))
    depth = np.minimum(fraction * middle * dome * ragged, 0.93 * t)
    if kind == "undersurface":
        lower, upper = np.zeros_like(s), depth
    elif kind == "bursal":
        lower, upper = t - depth, t.copy()
    else:
        fraction = min(fraction, 0.84)
        depth = np.minimum(depth, 0.84 * t)
        room = 1 - depth.max() / t[np.argmax(depth)]
        foot = rng.uniform(0.3, 0.7) * room
        mid = t * (foot + 0.5 * (1 - room))
        lower = np.maximum(mid - depth / 2, 0.06 * t)
        upper = np.minimum(mid + depth / 2, 0.94 * t)
    depth = upper - lower
    polygon = np.concatenate([_world(footprint, s, lower), _world(footprint, s, upper)[::-1]])
    k = int(np.argmax(depth))
    return Lesion(kind, float(begin), float(end), content, polygon, s, lower, upper, float(depth[k]),
                  float(np.max(depth / np.maximum(t, 0.05))))


def full_thickness(rng, footprint, begin, end, content, sag, stump_visible, view):
    """A gap through the whole tendon; what lies above sinks in by `sag` of the thickness."""
    s = np.arange(begin, end + 0.02, 0.05).clip(begin, end)
    t = footprint.thickness(np.maximum(s, 0.0))
    edge = np.minimum(1.0, np.minimum(s - begin, end - s) / max(0.5, 0.25 * (end - begin)))
    upper = t * (1 - sag * edge)
    lower = np.zeros_like(s)
    polygon = np.concatenate([_world(footprint, s, lower), _world(footprint, s, upper)[::-1]])
    # The stumps' faces are not straight cuts.
    if view == "long":
        lean = rng.uniform(-0.5, 0.5) * min(1.0, 0.15 * (end - begin))
        half = polygon.shape[0] // 2
        tangent = footprint.point(np.array([1.0]))[0] - footprint.point(np.array([0.0]))[0]
        polygon[half:, 0] += lean * np.sign(tangent[0])
    inside = s >= 0
    lesion = Lesion("full_thickness", float(begin), float(end), content, polygon, s[inside], lower[inside], t[inside],
                    float(t[inside].max()), 1.0)
    lesion.retraction_mm = float(end - begin) if (view == "long" and stump_visible) else None
    lesion.extras["sag"] = sag
    return lesion


def remaining(footprint, lesions):
    """Intact tissue at each station."""
    left = footprint.thickness(footprint.stations)
    for lesion in lesions:
        u = np.interp(footprint.stations, lesion.s, lesion.upper - lesion.lower, left=0.0, right=0.0)
        left = left - u
    return np.maximum(left, 0.0)
