"""The acquisition grid: scan lines by samples, straight (linear) or fanned (curved)."""
from dataclasses import dataclass

import numpy as np

SPEED = 1.54  # mm per microsecond


@dataclass
class Probe:
    frequency_mhz: float
    bandwidth: float
    width_mm: float  # of the picture
    depth_mm: float
    focus_mm: float
    f_number: float
    radius_mm: float = None  # None: linear
    half_angle: float = 0.0  # radians
    margin: int = 16  # lines simulated beyond each edge

    def __post_init__(self):
        self.dz = SPEED / (2 * self.frequency_mhz) / 3.8
        pitch = float(np.clip(0.62 * SPEED / self.frequency_mhz, 0.07, 0.16))
        if self.radius_mm is None:
            self.lines = int(np.ceil(self.width_mm / pitch)) + 1
            self.line_step = self.width_mm / (self.lines - 1)
            self.reach = self.depth_mm
            self.rise = 0.0
        else:
            arc = 2 * self.half_angle * self.radius_mm
            self.lines = int(np.ceil(arc / (pitch * 0.8))) + 1
            self.line_step = 2 * self.half_angle / (self.lines - 1)  # radians
            self.rise = self.radius_mm * np.cos(self.half_angle)  # z = 0 lies at the arc's ends
            self.reach = self.depth_mm + self.rise - self.radius_mm
        self.samples = int(np.ceil((self.reach + 1.0) / self.dz))
        self.r = np.arange(self.samples, dtype=np.float32)[:, None] * np.float32(self.dz)
        u = (np.arange(self.lines + 2 * self.margin) - self.margin)[None, :] * self.line_step
        if self.radius_mm is None:
            self.x = u.astype(np.float32)
            self.z = self.r
            self.beam = np.zeros_like(self.x)
        else:
            self.beam = (u - self.half_angle).astype(np.float32)
            full = self.r + np.float32(self.radius_mm)
            self.x = full * np.sin(self.beam) + np.float32(self.width_mm / 2)
            self.z = full * np.cos(self.beam) - np.float32(self.rise)

    def spacing(self, r):
        """Distance between neighbouring lines (mm) at range r."""
        return np.full_like(r, self.line_step) if self.radius_mm is None else (r + self.radius_mm) * self.line_step

    def to_grid(self, points):
        """World mm to (line index incl. margin, sample index)."""
        x, z = points[..., 0], points[..., 1]
        if self.radius_mm is None:
            return np.stack([x / self.line_step + self.margin, z / self.dz], axis=-1)
        dx, dz = x - self.width_mm / 2, z + self.rise
        angle, full = np.arctan2(dx, dz), np.hypot(dx, dz)
        return np.stack([(angle + self.half_angle) / self.line_step + self.margin, (full - self.radius_mm) / self.dz], axis=-1)

    def beam_direction(self, points):
        """Unit vectors of the beam at world points."""
        if self.radius_mm is None:
            return np.broadcast_to(np.array([0.0, 1.0]), points.shape)
        d = np.stack([points[..., 0] - self.width_mm / 2, points[..., 1] + self.rise], axis=-1)
        return d / np.linalg.norm(d, axis=-1, keepdims=True)

    def seen(self, points):
        """Whether the point lies inside the picture's B-mode area."""
        line, sample = np.moveaxis(self.to_grid(points), -1, 0)
        m = self.margin
        return (line >= m) & (line <= self.lines - 1 + m) & (sample >= 0) & (sample * self.dz <= self.reach)
