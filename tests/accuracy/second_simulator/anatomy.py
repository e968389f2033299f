"""The hip as height fields: every boundary is a depth z(x) in mm, drawn from a few control points.

Canonical orientation: long axis with the muscle on the left (proximal), short axis with the anterior facet on the left.
`Anatomy.mirrored` flips it. Lengths are mm, x to the right, z down from the top of the picture.
"""
from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

STEP = 0.05  # mm between the samples of every boundary
STATION = 0.25  # mm between thickness stations


def smooth_noise(rng, n, step, length):
    """Zero mean, unit variance noise with the given correlation length (mm)."""
    noise = gaussian_filter1d(rng.standard_normal(n), length / step, mode="reflect")
    return noise / (noise.std() + 1e-12)


@dataclass
class Anatomy:
    """Boundaries on the common abscissa `x`, and what stands where along the cortex."""

    view: str
    x: np.ndarray
    cortex: np.ndarray
    superficial: np.ndarray  # the medius' upper border
    deep: np.ndarray  # the medius' lower border: the cortex on the facet
    itb_top: np.ndarray
    itb_bottom: np.ndarray
    skin_mm: float
    facet_x: tuple  # the medius' facet: where the tendon arrives, where it ends
    facets: list  # (kind, x0, x1)
    minimus: np.ndarray = None  # upper border of the minimus tendon (short axis)
    muscle_from_x: float = -1e9  # left of it the medius is muscle
    bone_rises: bool = True
    fluid: np.ndarray = None  # upper border of bursal fluid above the tendon
    extras: dict = field(default_factory=dict)

    def at(self, curve, x):
        return np.interp(x, self.x, curve)

    def mirrored(self, width):
        """The same hip seen from the other side of the picture."""
        flip = lambda a: None if a is None else np.ascontiguousarray(a[::-1])
        self.x = (width - self.x)[::-1].copy()
        for name in ("cortex", "superficial", "deep", "itb_top", "itb_bottom", "minimus", "fluid"):
            setattr(self, name, flip(getattr(self, name)))
        self.facet_x = tuple(width - v for v in self.facet_x)
        self.muscle_from_x = width - self.muscle_from_x
        self.facets = [(kind, width - a, width - b) for kind, a, b in self.facets]
        self.extras["mirrored"] = not self.extras.get("mirrored", False)
        return self


class Footprint:
    """Arc length s along the facet, normals, and the thickness normal to the cortex at any s.

    Normals are those of the cortex smoothed over 1 mm: a spur of bone doesn't turn the ruler.
    """

    def __init__(self, anatomy):
        self.anatomy = anatomy
        x0, x1 = anatomy.facet_x
        sign = 1.0 if x1 > x0 else -1.0
        order = slice(None) if sign > 0 else slice(None, None, -1)
        x, z = anatomy.x[order], anatomy.cortex[order]
        zs = gaussian_filter1d(anatomy.cortex, 1.0 / STEP)[order]
        s = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
        s -= np.interp(x0 * sign, x * sign, s)
        slope = np.gradient(zs, x)
        norm = np.hypot(1.0, slope)
        self.s, self.x, self.z = s, x, z
        self.nx, self.nz = slope / norm, -1.0 / norm  # towards the skin
        self.length = float(np.interp(x1 * sign, x * sign, s))
        self.stations = np.arange(0.0, self.length + 1e-6, STATION)
        fine = np.arange(0.0, self.length + STEP, STEP)
        self._fine, self._thickness = fine, self._cast(fine, anatomy.superficial)

    def point(self, s, n=0.0):
        """World position at arc length s, n mm above the cortex along its normal."""
        g = lambda a: np.interp(s, self.s, a)
        return np.stack([g(self.x) + n * g(self.nx), g(self.z) + n * g(self.nz)], axis=-1)

    def thickness(self, s):
        return np.interp(s, self._fine, self._thickness)

    def _cast(self, stations, curve):
        """Distance along the normal to a height field: bisection on the sign of (z - curve(x))."""
        low, high = np.zeros_like(stations), np.full_like(stations, 20.0)
        for _ in range(40):
            mid = 0.5 * (low + high)
            p = self.point(stations, mid)
            inside = p[:, 1] > self.anatomy.at(curve, p[:, 0])
            low, high = np.where(inside, mid, low), np.where(inside, high, mid)
        return 0.5 * (low + high)


def _spline(x, points, soften):
    """A shape-preserving spline through the control points, its knots rounded over `soften` mm."""
    px, pz = np.asarray(points, float).T
    return gaussian_filter1d(PchipInterpolator(px, pz, extrapolate=True)(x), soften / STEP, mode="nearest")


def _above(curve, clearance, stiffness):
    """A stiff sheet lying over `curve`: smoothed, and nowhere closer than `clearance`."""
    sheet = gaussian_filter1d(curve, stiffness / STEP, mode="nearest")
    lift = np.maximum(sheet - (curve - clearance), 0.0)
    return sheet - gaussian_filter1d(lift, 0.5 * stiffness / STEP, mode="nearest") - max(lift.max() * 0.35, 0.0)


def _roughen(rng, x, curve, recipe):
    curve = curve + recipe["cortex_rough_mm"] * smooth_noise(rng, x.size, STEP, rng.uniform(0.6, 2.0))
    for centre, height, width in recipe.get("spurs", []):
        curve = curve - height * np.exp(-0.5 * ((x - centre) / width) ** 2)
    return curve


def _offset_border(x, cortex, facet, thickness_of):
    """Upper border = cortex + normal x thickness, as a height field; outside the facet NaN."""
    smooth = gaussian_filter1d(cortex, 1.2 / STEP)
    slope = np.gradient(smooth, x)
    norm = np.hypot(1.0, slope)
    inside = (x >= facet[0]) & (x <= facet[1])
    s = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x[inside]), np.diff(smooth[inside])))])
    t = thickness_of(s / s[-1])
    bx = x[inside] + slope[inside] / norm[inside] * t
    bz = smooth[inside] - t / norm[inside]
    keep = np.concatenate([[True], np.diff(np.maximum.accumulate(bx)) > 1e-6])
    return bx[keep], bz[keep]


def long_axis(rng, r):
    """r: the drawn recipe of one case (see recipes.py)."""
    width, lf = r["width_mm"], r["facet_mm"]
    slope = np.tan(np.radians(r["facet_slope_deg"]))  # positive: the facet gets deeper towards the muscle
    x = np.arange(-8.0, width + 8.0, STEP)
    centre = width * r["facet_centre"]
    half = 0.5 * lf * np.cos(np.radians(r["facet_slope_deg"]))
    xp, xq, zq = centre - half, centre + half, r["cortex_depth_mm"]
    zp = zq + 2 * half * slope
    shaft = np.tan(np.radians(r["shaft_slope_deg"]))
    tip = np.tan(np.radians(r["tip_slope_deg"]))
    bulge = r["facet_bulge_mm"]
    points = [(xp - 24, zp + 2.2 + 22.0 * tip), (xp - 2.0, zp + 2.2), (xp, zp), (centre, 0.5 * (zp + zq) - bulge), (xq, zq),
              (xq + 4, zq + 4 * shaft * r["shoulder"]), (xq + 14, zq + 14 * shaft), (xq + 50, zq + 14 * shaft + 36 * shaft * 0.5)]
    cortex = _roughen(rng, x, _spline(x, points, r["round_mm"]), r)

    t0, t1 = r["thickness_mm"], r["thickness_mm"] * r["taper"]
    bump = r["bump"]

    def thickness_of(u):
        fall = u ** r["taper_power"]
        return t0 + (t1 - t0) * fall + t0 * bump * np.exp(-0.5 * ((u - r["bump_at"]) / 0.2) ** 2)

    bx, bz = _offset_border(x, cortex, (xp - 0.4, xq + 0.4), thickness_of)
    superficial = np.interp(x, bx, bz)
    # Proximally the border runs on along its own direction and bends towards the belly's surface.
    ahead = bx < bx[0] + 4.0
    lead = np.polyfit(bx[ahead], bz[ahead], 1)[0]
    d = np.maximum(bx[0] - x, 0.0)
    turn = np.tan(np.radians(r["belly_slope_deg"]))
    superficial = superficial - lead * d + (turn + lead) * np.maximum(d - 3, 0) ** 2 / (np.maximum(d - 3, 0) + 12)
    # Distally it runs out on the bone.
    e = np.maximum(x - bx[-1], 0.0)
    remain = t1 * np.exp(-e / r["runout_mm"]) + 0.15
    superficial = np.where(x > bx[-1], cortex - remain, superficial)
    superficial = np.where(np.abs(x - bx[-1]) < 2.5, gaussian_filter1d(superficial, 0.6 / STEP), superficial)
    # Its underside leaves the bone at the tip.
    grow = t0 + r["belly_grow"] * np.maximum(xp - x, 0.0) + 0.02 * np.maximum(xp - x - 6, 0.0) ** 2
    deep = np.where(x < xp, np.minimum(cortex, superficial + grow), cortex)
    a = Anatomy("long", x, cortex, superficial, deep, None, None, r["skin_mm"], (xp, xq), [("lateral", xp, xq)],
                muscle_from_x=xp - r["tendon_out_mm"])
    _cover(rng, a, r)
    return a


def short_axis(rng, r):
    width, lf = r["width_mm"], r["facet_mm"]
    x = np.arange(-8.0, width + 8.0, STEP)
    tilt, drop, back = (np.radians(r[k]) for k in ("lateral_slope_deg", "anterior_drop_deg", "posterior_drop_deg"))
    half = 0.5 * lf * np.cos(tilt)
    centre = width * r["facet_centre"]
    xa, xb, zc = centre - half, centre + half, r["cortex_depth_mm"]
    za, zb = zc + half * np.tan(tilt), zc - half * np.tan(tilt)
    front = max(np.tan(drop + tilt), 0.25)
    rear = max(np.tan(back - tilt), 0.2)
    la = r["anterior_mm"] * np.cos(drop + tilt)
    points = [(xa - la - 25, za + front * la + 25 * max(front * 1.2, 0.9)), (xa - la, za + front * la),
              (xa - 0.5 * la, za + 0.5 * front * la - r["facet_bulge_mm"]), (xa, za), (centre, 0.5 * (za + zb) - r["facet_bulge_mm"]),
              (xb, zb), (xb + 8, zb + 8 * rear), (xb + 45, zb + 8 * rear + 37 * rear * 1.3)]
    cortex = _roughen(rng, x, _spline(x, points, r["round_mm"]), r)
    t1, t0 = r["thickness_mm"], r["thickness_mm"] * r["anterior_thin"]

    def thickness_of(u):
        return t0 + (t1 - t0) * np.sin(0.5 * np.pi * np.clip(u, 0, 1)) ** r["taper_power"]

    bx, bz = _offset_border(x, cortex, (xa - 0.3, xb + 0.3), thickness_of)
    superficial = np.interp(x, bx, bz)
    # Behind, the tendon rounds off; in front it thins over the apex.
    e, d = np.maximum(x - bx[-1], 0.0), np.maximum(bx[0] - x, 0.0)
    over = r["overhang_mm"]
    tail = t1 * np.sqrt(np.clip(1 - (e / over) ** 2, 0, 1))
    nose = t0 * np.clip(1 - d / 2.0, 0, 1)
    superficial = np.where(x > bx[-1], np.minimum(cortex - tail, cortex), superficial)
    superficial = np.where(x < bx[0], cortex - nose, superficial)
    near = (np.abs(x - bx[-1]) < 1.5) | (np.abs(x - bx[0]) < 1.5)
    superficial = np.minimum(np.where(near, gaussian_filter1d(superficial, 0.4 / STEP), superficial), cortex)
    # The minimus tendon on the anterior facet.
    u = np.clip((xa + 0.8 - x) / (la + 1.5), 0, 1)
    minimus_mm = r["minimus_mm"] * (np.sin(np.pi * np.clip(u, 0, 1) ** 0.7)) ** 0.6 / np.cos(0.7 * drop)
    minimus = cortex - np.where((x < xa + 0.8) & (x > xa - la - 0.7), minimus_mm, 0.0)
    minimus = np.minimum(gaussian_filter1d(minimus, 0.3 / STEP), cortex)
    a = Anatomy("short", x, cortex, superficial, cortex.copy(), None, None, r["skin_mm"], (xa, xb),
                [("lateral", xa, xb), ("anterior", xa - la, xa), ("posterior", xb, xb + 8)], minimus=minimus)
    _cover(rng, a, r)
    return a


def flat_bone(rng, r):
    """A wrong place: flat bone under muscle, and no tendon on it."""
    width = r["width_mm"]
    x = np.arange(-8.0, width + 8.0, STEP)
    ends = r["cortex_depth_mm"] + 6 + rng.uniform(-3, 3, 3)
    cortex = _roughen(rng, x, _spline(x, [(-10, ends[0]), (width / 2, ends[1]), (width + 10, ends[2])], 1.0), r)
    fascia = cortex - rng.uniform(9, 22)
    a = Anatomy("long", x, cortex, fascia, cortex.copy(), None, None, r["skin_mm"], (width * 0.3, width * 0.7), [],
                muscle_from_x=1e9)
    _cover(rng, a, r)
    if r.get("bone_too_deep"):
        a.cortex, a.deep, a.bone_rises = a.cortex + 90.0, a.deep + 90.0, False
    return a


def _cover(rng, a, r):
    """Bursal fluid, what lies between, and the iliotibial band as a stiff sheet over all."""
    top = a.superficial if a.minimus is None else np.minimum(a.superficial, a.minimus)
    a.fluid = a.superficial.copy()
    if r["bursal_fluid_mm"] > 0:
        at = np.interp(r["bursa_at"], [0, 1], sorted(a.facet_x))
        a.fluid = a.superficial - r["bursal_fluid_mm"] * np.exp(-0.5 * np.abs((a.x - at) / r["bursa_half_mm"]) ** 3)
        top = np.minimum(top, a.fluid)
    sheet = _above(top, r["clearance_mm"], r["itb_stiffness_mm"])
    sheet = sheet + 0.15 * smooth_noise(rng, a.x.size, STEP, 6.0)
    a.itb_bottom = np.minimum(sheet, top - 0.1)
    a.itb_top = a.itb_bottom - r["itb_mm"] * (1 + 0.12 * smooth_noise(rng, a.x.size, STEP, 5.0))
    # Where the drawn depth leaves no room for skin and fat, the whole hip lies deeper.
    seen = (a.x > 0) & (a.x < r["width_mm"])
    down = max(0.0, r["skin_mm"] + r["fat_mm"] - a.itb_top[seen].min())
    for name in ("cortex", "superficial", "deep", "itb_top", "itb_bottom", "fluid") + (("minimus",) if a.minimus is not None else ()):
        setattr(a, name, getattr(a, name) + down)
