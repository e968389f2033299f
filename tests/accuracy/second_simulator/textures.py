"""Echo patterns as maps of decibels on coarse tiles, and the noise that fibres are made of."""
import numpy as np
from scipy.fft import irfft2, rfft2
from scipy.ndimage import gaussian_filter1d


def tile(rng, shape, pitch, lengths):
    """Periodic Gaussian noise, unit variance; `lengths` (mm) is the blur's sigma on both axes."""
    noise = rfft2(rng.standard_normal(shape, dtype=np.float32))
    fy = np.fft.fftfreq(shape[0], pitch[0])[:, None]
    fx = np.fft.rfftfreq(shape[1], pitch[1])[None, :]
    noise *= np.exp(-2 * (np.pi**2) * ((fy * lengths[0]) ** 2 + (fx * lengths[1]) ** 2)).astype(np.float32)
    out = irfft2(noise, s=shape)
    return (out / (out.std() + 1e-9)).astype(np.float32)


class Pattern:
    """A tile looked up at rotated and bent positions."""

    def __init__(self, values, pitch):
        self.values, self.pitch = values, pitch

    def __call__(self, across, along):
        i = np.floor(across / self.pitch[0]).astype(np.int32) % self.values.shape[0]
        j = np.floor(along / self.pitch[1]).astype(np.int32) % self.values.shape[1]
        return self.values[i, j]


def soft_step(v, at, width):
    return 1.0 / (1.0 + np.exp(-(v - at) / width))


def muscle(rng, r):
    """Dark bundles between bright septa; `r` holds septum_db, septum_density, streak lengths. Returns (dB, shine)."""
    shape, pitch = (384, 384), (0.05, 0.15)
    fine = tile(rng, shape, pitch, (r["septum_mm"], r["streak_mm"]))
    coarse = tile(rng, shape, pitch, (r["septum_mm"] * 3.5, r["streak_mm"] * 1.4))
    streak = soft_step(fine + 0.45 * coarse, 1.1 - r["septum_density"], 0.28)
    db = r["septum_db"] * streak + 2.0 * coarse + 1.2 * fine
    return Pattern(db.astype(np.float32), pitch), Pattern(streak.astype(np.float32), pitch)


def fat(rng, r):
    """Lobules between thin septa, which follow the zero lines of a smooth field."""
    shape, pitch = (384, 384), (0.06, 0.15)
    field = tile(rng, shape, pitch, (r["lobule_mm"] * 0.28, r["lobule_mm"] * r["lobule_aspect"] * 0.28))
    warp = tile(rng, shape, pitch, (0.4, 1.6))
    line = np.exp(-0.5 * ((field + 0.18 * warp) / r["fat_line"]) ** 2)
    line *= soft_step(tile(rng, shape, pitch, (0.8, 3.0)), -0.3, 0.3)
    db = r["fat_septum_db"] * line + 1.8 * tile(rng, shape, pitch, (1.0, 2.0))
    return Pattern(db.astype(np.float32), pitch), Pattern(line.astype(np.float32), pitch)


def sheet(rng, strength):
    """Lamellae of a fascia: long parallel streaks."""
    shape, pitch = (128, 512), (0.04, 0.12)
    return Pattern(strength * tile(rng, shape, pitch, (0.1, 3.0)), pitch)


def fibrils(rng, pitch_across, coherence_mm):
    """White across, smooth along: its echo falls off by itself when the beam meets it obliquely."""
    pitch = (pitch_across, 0.1)
    shape = (1024, 700)
    noise = rng.standard_normal(shape, dtype=np.float32)
    noise = gaussian_filter1d(noise, coherence_mm / pitch[1], axis=1, mode="wrap")
    return Pattern(noise / noise.std(), pitch)


def bundles(rng, spread_db, across_mm, along_mm):
    """Brighter and darker fibre bundles (dB)."""
    shape, pitch = (512, 256), (0.04, 0.2)
    fine = tile(rng, shape, pitch, (across_mm, along_mm))
    coarse = tile(rng, shape, pitch, (across_mm * 4, along_mm * 0.8))
    return Pattern((spread_db * (0.9 * fine + 0.3 * coarse)).astype(np.float32), pitch)
