"""From reflectors to a picture: band pass in depth, a beam of changing width across, envelope, logarithm, grey."""
import numpy as np
from scipy import fft
from scipy.ndimage import gaussian_filter, gaussian_filter1d, median_filter

from .probe import SPEED

SUBLINES = 7


def _pulse(probe):
    n = fft.next_fast_len(probe.samples + 32, real=True)
    k = np.fft.rfftfreq(n, probe.dz)
    centre = 2 * probe.frequency_mhz / SPEED
    sigma = probe.bandwidth * centre / 2.355
    low, high = np.searchsorted(k, [max(centre - 3.9 * sigma, 0.05 * centre), centre + 3.9 * sigma])
    high = min(high, k.size)
    h = np.exp(-0.5 * ((k[low:high] - centre) / sigma) ** 2).astype(np.float32)
    h *= 1 - np.exp(-((k[low:high] / (0.35 * centre)) ** 4)).astype(np.float32)
    h *= np.clip((k[-1] - k[low:high]) / (0.25 * centre), 0, 1).astype(np.float32)  # hard edges would ring in the shadow
    return n, low, high, h, centre


def envelope(rng, probe, reflectivity, r, bone):
    """Mean envelope of the steered looks, amplitude 1 = speckle of a 0 dB scatterer field. Returns (env, row step mm)."""
    n, low, high, h, centre = _pulse(probe)
    white_gain = np.sqrt(2 * np.sum(h**2) / n) / np.sqrt(2)
    peak = 2 * np.sum(h) / n
    # The bone's mirror and its rough part, scaled so that 0 dB is an envelope of 1.
    rows, mirror, rough = bone
    field = reflectivity
    unit = white_gain * 2 / peak
    # Each line sees the bone across its own width: on a steep flank that is a stretch in depth, not a point.
    lines = np.arange(rows.size, dtype=float)
    valid = np.isfinite(rows)
    # The pulse begins at the interface: its crest comes later by the stretch from a tenth of its height to the top.
    rows = rows + 2.15 * 2.355 / (2 * np.pi * probe.bandwidth * centre) / probe.dz
    for sub in (np.arange(SUBLINES) + 0.5) / SUBLINES - 0.5:
        near = np.interp(lines + sub, lines, np.nan_to_num(rows, nan=0.0))
        ok = np.nonzero(valid & np.roll(valid, 1) & np.roll(valid, -1))[0]
        whole = np.floor(near[ok]).astype(int)
        part = near[ok] - whole
        strength = mirror[ok] / SUBLINES + rough[ok] * rng.standard_normal(ok.size) / np.sqrt(SUBLINES)
        for shift, weight in ((0, 1 - part), (1, part)):
            inside = whole + shift < field.shape[0]
            field[whole[inside] + shift, ok[inside]] += (weight * strength * unit)[inside].astype(np.float32)
    spectrum = fft.rfft(field, n=n, axis=0)[low:high] * (h / white_gain)[:, None]
    m = fft.next_fast_len(int(1.1 * spectrum.shape[0]))
    base = np.zeros((m, field.shape[1]), np.complex64)
    base[: spectrum.shape[0]] = spectrum
    signal = fft.ifft(base, axis=0) * np.float32(m / n)
    step = n * probe.dz / m
    keep = int(probe.reach / step) + 2
    signal = signal[:keep]
    depth = np.arange(keep)[:, None] * step
    across = fft.fft(signal, axis=1)
    f = np.fft.fftfreq(field.shape[1])[None, :]  # cycles per line
    spacing = probe.spacing(depth)
    wave = SPEED / probe.frequency_mhz
    fwhm = np.hypot(0.9 * wave * probe.f_number, r["beam_spread"] * (depth - probe.focus_mm))
    sigma = 1 / (2 * np.pi * fwhm / 2.355 / spacing)
    bend = np.exp(1j * np.pi * r["beam_bend"] * wave * (depth - probe.focus_mm) * (f / spacing) ** 2).astype(np.complex64)
    noise = 10 ** (r["noise_db"] / 20) * 10 ** (r["noise_slope_db"] * (depth / probe.reach) ** 2 / 20)
    total = 0.0
    for steer in r["steer_deg"]:
        ff = f - centre * np.sin(np.radians(steer)) * spacing
        ff -= np.round(ff)
        beam = np.exp(-0.5 * (ff / sigma) ** 2).astype(np.float32)
        beam /= np.sqrt(np.mean(beam**2, axis=1, keepdims=True))
        look = fft.ifft(across * (beam * bend), axis=1)
        look += (noise * (rng.standard_normal(look.shape, np.float32) + 1j * rng.standard_normal(look.shape, np.float32))).astype(np.complex64)
        total = total + np.abs(look)
    return (total / len(r["steer_deg"]))[:, probe.margin : probe.margin + probe.lines], step


def bone_amplitudes(rng, probe, hits, incidence, r):
    """Mirror and rough echo per line; the mirror loses by itself when it is steep (phases cancel across the beam)."""
    n = incidence.size
    fade = np.cos(np.radians(np.clip(incidence, 0, 88)))
    patch = 10 ** (r["bone_patch_db"] * gaussian_filter1d(rng.standard_normal(n), 18) * 4 / 20)
    mirror = 10 ** (r["bone_db"] / 20) * np.exp(-((incidence / r["mirror_deg"]) ** 2)) * patch * r["mirror_share"]
    rough = 10 ** ((r["bone_db"] + r["bone_rough_db"]) / 20) * fade ** r["rough_power"] * patch
    return hits, mirror, rough


def below_bone(rng, probe, labels, hits, r, bone_label):
    """What the shadow holds: a decaying tail of the bone's echo, haze and repeats (added to the reflectors)."""
    rows = np.arange(labels.shape[0], dtype=np.float32)[:, None]
    under = np.maximum(rows - np.nan_to_num(hits, nan=1e9)[None, :].astype(np.float32), 0) * np.float32(probe.dz)
    inside = (labels == bone_label) & (under > 0)
    level = 10 ** (r["tail_db"] / 20) * np.exp(-under / r["tail_mm"]) + 10 ** (r["haze_db"] / 20) * np.exp(-under / r["haze_mm"])
    return np.where(inside, level * rng.standard_normal(labels.shape, dtype=np.float32), 0).astype(np.float32)


def grey(env, r):
    """Logarithm, gain and range, grey curve, the maker's filters: 0 to 1, still per line and sample."""
    db = 20 * np.log10(env + 1e-7) + r["gain_db"]
    rows = np.linspace(0, 1, db.shape[0])[:, None]
    db = db + np.interp(rows, np.linspace(0, 1, len(r["tgc_db"])), r["tgc_db"])
    v = np.clip((db + r["dynamic_range_db"]) / r["dynamic_range_db"], 0, 1)
    if r["smooth"] == "median":
        v = median_filter(v, size=(3, 3))
    elif r["smooth"] == "gauss":
        v = gaussian_filter(v, (1.2, 0.8))
    elif r["smooth"] == "adaptive":  # smoother where it is even, as speckle reduction does
        blur = gaussian_filter(v, (2.0, 1.5))
        spread = np.sqrt(np.maximum(gaussian_filter(v * v, (2.0, 1.5)) - blur**2, 0))
        w = np.clip(spread / 0.14 - 0.35, 0, 1)
        v = w * v + (1 - w) * blur
    if r["edge"] > 0:
        v = np.clip(v + r["edge"] * (v - gaussian_filter(v, (3.0, 2.0))), 0, 1)
    v = v ** r["gamma"]
    if r["s_curve"] > 0:
        v = (1 - r["s_curve"]) * v + r["s_curve"] * v * v * (3 - 2 * v)
    return v
