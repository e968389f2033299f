"""One case from recipe to picture and truth."""
import numpy as np
from PIL import Image, ImageDraw

from . import anatomy as anatomy_module
from . import imaging, lesions as lesion_module, recipes, scene as scene_module, screen
from .anatomy import Footprint
from .probe import Probe


def _build_anatomy(rng, r):
    if r["not_gradable"] in ("no_bone", "wrong_region"):
        return anatomy_module.flat_bone(rng, r)
    spur = r.get("spur")
    if spur:
        lo, hi = r["facet_centre"] * r["width_mm"] + np.array([-0.5, 0.5]) * r["facet_mm"] * 0.97
        r["spurs"] = [(lo + spur[0] * (hi - lo), spur[1], spur[2])]
    return (anatomy_module.long_axis if r["view"] == "long" else anatomy_module.short_axis)(rng, r)


def _deepest(a, r):
    seen = (a.x >= min(a.facet_x)) & (a.x <= max(a.facet_x))
    if not a.bone_rises:
        return float(r["skin_mm"] + r["fat_mm"] + 18)
    return float(a.cortex[seen].max())


def _place(rng, r):
    """The hip under the probe, both chosen so that they fit each other."""
    u = rng.uniform
    if not r["curved"]:
        r["width_mm"] = float(u(max(36, r["facet_mm"] + 15), max(50, r["facet_mm"] + 22)))
        a = _build_anatomy(rng, r)
        r["depth_mm"] = float(np.ceil((_deepest(a, r) + r["spare_mm"]) / 5) * 5)
        r["radius_mm"], r["half_angle"] = None, 0.0
    else:
        r["radius_mm"], r["half_angle"] = float(u(40, 60)), float(np.radians(u(23, 31)))
        sag = r["radius_mm"] * (1 - np.cos(r["half_angle"]))
        r["fat_mm"] = max(r["fat_mm"], 6.0) + sag
        reach = r["fat_mm"] + 30
        for _ in range(3):
            r["width_mm"] = float(2 * (r["radius_mm"] + reach) * np.sin(r["half_angle"]))
            a = _build_anatomy(rng, r)
            wanted = _deepest(a, r) - sag + r["spare_mm"]
            if abs(wanted - reach) < 3:
                break
            reach = wanted
        r["depth_mm"] = float(reach + sag)
    depth = _deepest(a, r)
    # Nobody looks 5 cm deep with 15 MHz, and the machine would show noise.
    r["frequency_mhz"] = float(max(5.0, min(r["frequency_mhz"], 620.0 / (depth + 12) / r["attenuation_scale"])))
    r["focus_mm"] = float(np.clip(depth + u(-8, 4), 6, 60))
    if r["mirror"]:
        a.mirrored(r["width_mm"])
    return a


def _tear(rng, r, footprint, probe):
    t = r["tear"]
    if not t:
        return []
    length = footprint.length
    if r["kind"] != "full_thickness":
        return [lesion_module.partial(rng, footprint, r["kind"], t["fraction"], t["length"], t["centre"], t["content"])]
    if r["view"] == "long":
        gap = max(t["retraction"], rng.uniform(1.5, 3.0))
        end = length if t["avulsed"] else length * (1 - rng.uniform(0.12, 0.35))
        begin = end - gap
    else:
        gap = length * rng.uniform(0.25, 1.0)
        begin = 0.0 if gap > 0.85 * length else rng.uniform(0, 0.6) * (length - gap)
        end = length if gap > 0.85 * length else begin + gap
    made = lesion_module.full_thickness(rng, footprint, begin, end, t["content"], t["sag"], False, r["view"])
    stump = made.polygon[:1]
    both = bool(probe.seen(stump)[0]) and end < length - 0.3 and r["view"] == "long"
    made.retraction_mm = gap if both else None
    made.extras["gap_true_mm"] = gap
    made.extras["gap_seen"] = bool(probe.seen(stump)[0])
    return [made]


def _chalk(rng, r, footprint):
    polygons = []
    for at, height, size, thick in r.get("chalk", []):
        s = at * footprint.length
        n = height * float(footprint.thickness(s))
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        wobble = 1 + 0.15 * np.sin(3 * angle + rng.uniform(0, 6))
        polygons.append(footprint.point(s + 0.5 * size * np.cos(angle) * wobble, n + 0.5 * thick * np.sin(angle) * wobble))
    r["chalk_polygons"] = polygons


def _disturb(rng, r, probe, sc, field, loss):
    """Confounders that lie in the way of the sound. Changes `field` and `loss` in place."""
    a = sc.a
    x, z = sc.x, sc.z
    lo, hi = min(a.facet_x), max(a.facet_x)
    for at, width, depth_db, kind in r.get("shadows", []):
        centre = lo + at * (hi - lo)
        start = a.at(a.itb_top, centre) - (0.5 if kind == "edge" else rng.uniform(1, 6))
        lean = np.tan(np.radians(rng.uniform(-7, 7))) if kind == "edge" else 0.0
        band = np.exp(-np.abs((x - centre - lean * (z - start)) / (0.5 * width)) ** 3)
        loss -= (depth_db * band * np.clip((z - start) / 1.5, 0, 1)).astype(np.float32)
        if kind == "septum":
            line = np.exp(-(((z - start) / 0.22) ** 2)) * (np.abs(x - centre) < 0.6 * width)
            field += (10 ** (-10 / 20) * line * rng.standard_normal(field.shape[0], dtype=np.float32)[:, None] * 0.7).astype(np.float32)
    for at, width, depth_db in r.get("dropouts", []):
        centre = at * probe.width_mm
        band = 0.5 - 0.5 * np.tanh((np.abs(probe.x[-1:] - centre) - 0.5 * width) / 0.5)
        loss -= (depth_db * band).astype(np.float32)
    if "reverberation" in r:
        at, span, count = r["reverberation"]
        centre, gap = lo + at * (hi - lo), rng.uniform(1.5, 5.0)
        start = a.itb_top if rng.uniform() < 0.6 else np.full_like(a.itb_top, r["skin_mm"] + 1)
        window = np.exp(-np.abs((x - centre) / (0.5 * span)) ** 4)
        smooth = rng.standard_normal(field.shape[0], dtype=np.float32)[:, None]
        for k in range(1, count + 1):
            depth = sc._curve(start) + k * gap
            line = np.exp(-(((z - depth) / 0.16) ** 2)) * window
            field += (10 ** ((-17 - 2.2 * k) / 20) * line * smooth).astype(np.float32)


def simulate(seed, kind, view=None):
    """Returns (RGB image, mask image, truth dictionary, recipe)."""
    rng = np.random.default_rng(seed)
    r = recipes.draw(rng, kind, view)
    a = _place(rng, r)
    probe = Probe(r["frequency_mhz"], r["bandwidth"], r["width_mm"], r["depth_mm"], r["focus_mm"], r["f_number"], r["radius_mm"], r["half_angle"])
    footprint = Footprint(a) if a.facets else None
    tears = _tear(rng, r, footprint, probe) if footprint else []
    if footprint:
        _chalk(rng, r, footprint)
    sc = scene_module.Scene(rng, a, probe, r, tears)
    field = sc.reflectivity()
    loss = sc.attenuation()
    hits, incidence = sc.bone_hits()
    field += imaging.below_bone(rng, probe, sc.labels, hits, r, scene_module.BONE)
    _disturb(rng, r, probe, sc, field, loss)
    field *= 10 ** (loss / 20)
    rows, mirror, rough = imaging.bone_amplitudes(rng, probe, hits, incidence, r)
    at_bone = np.nan_to_num(hits, nan=0).astype(int).clip(0, loss.shape[0] - 1)
    weaken = 10 ** (loss[at_bone, np.arange(loss.shape[1])] / 20)
    tilt = 10 ** (-min(20.0, 0.05 * r["tilt_deg"] ** 2) / 20)
    env, step = imaging.envelope(rng, probe, field, r, (rows, mirror * weaken * tilt, rough * weaken * tilt))
    box, mm = screen.layout(r, probe.width_mm, probe.depth_mm)
    pixels = screen.convert(probe, imaging.grey(env, r), step, box, mm)
    image = screen.compose(rng, pixels, box, mm, r)
    middle = None
    if footprint:
        middle = footprint.point(np.array([footprint.length / 2]), 0.5 * r["thickness_mm"])[0] / mm + np.array(box[:2])
    size = np.array([r["facet_mm"], r["thickness_mm"]]) / mm
    if r["not_gradable"] == "colour_box":
        pad = size * np.array([rng.uniform(0.45, 0.8), rng.uniform(0.8, 1.6)])
        image = screen.colour_box(rng, image, np.clip(np.concatenate([middle - pad, middle + pad]), [box[0], box[1]] * 2, [box[2], box[3]] * 2))
        r["colour"] = "rgb"
    elif r["not_gradable"] == "text_overlay":
        image = screen.overlay_text(rng, image, middle, size)
        r["colour"] = "rgb" if r["colour"] == "mono" else r["colour"]
    truth = _truth(seed, r, a, footprint, tears, probe, box, mm)
    mask = _mask(r, footprint, tears, box, mm)
    return image, mask, truth, r


def _px(points, box, mm):
    return np.round(np.asarray(points) / mm + np.array(box[:2]), 2).tolist()


def _mask(r, footprint, tears, box, mm):
    image = Image.new("L", r["screen"])
    draw = ImageDraw.Draw(image)
    fill = lambda world, v: draw.polygon([tuple(p) for p in np.asarray(world) / mm + np.array(box[:2])], fill=v)
    if footprint:
        s = np.arange(0, footprint.length + 0.05, 0.05).clip(0, footprint.length)
        t = footprint.thickness(s)
        fill(np.concatenate([footprint.point(s), footprint.point(s, t)[::-1]]), 1)
        for tear in tears:
            if tear.kind == "full_thickness":
                s = np.arange(max(tear.begin, 0), tear.end, 0.05)
                fill(np.concatenate([footprint.point(s), footprint.point(s, footprint.thickness(s))[::-1]]), 0)
            fill(tear.polygon, 2)
    keep = np.zeros((r["screen"][1], r["screen"][0]), np.uint8)
    keep[box[1] : box[3] + 1, box[0] : box[2] + 1] = 1
    return Image.fromarray(np.asarray(image) * keep)


def _fibre_angles(r, a, footprint, probe, s):
    """Degrees between the fibres and the perpendicular to the beam, in the picture's plane and out of it."""
    if r["view"] == "short":
        return np.full(s.size, r["tilt_deg"])
    p = footprint.point(s, 0.5 * footprint.thickness(s))

    def height(q):
        gap = np.maximum(a.at(a.deep, q[:, 0]) - a.at(a.superficial, q[:, 0]), 0.3)
        bone = (a.at(a.deep, q[:, 0]) - q[:, 1]) / gap * r["thickness_mm"]
        return (1 - r["fibre_blend"]) * bone + r["fibre_blend"] * (r["thickness_mm"] - (q[:, 1] - a.at(a.superficial, q[:, 0])))

    gx = height(p + [0.8, 0]) - height(p - [0.8, 0])
    gz = height(p + [0, 0.05]) - height(p - [0, 0.05])
    along = np.stack([-gz / 0.1, gx / 1.6], axis=-1)
    along /= np.linalg.norm(along, axis=-1, keepdims=True)
    plane = np.degrees(np.arcsin(np.clip(np.abs((along * probe.beam_direction(p)).sum(-1)), 0, 1)))
    return np.hypot(plane, r["tilt_deg"])


def _truth(seed, r, a, footprint, tears, probe, box, mm):
    three = lambda v: np.round(np.asarray(v, float), 3).tolist()
    grade = {"normal": "normal", "tendinosis": "tendinosis", "full_thickness": "full_thickness"}.get(r["kind"], "partial_thickness")
    sign = -1 if a.facet_x[1] < a.facet_x[0] else 1
    xs = np.arange(0, probe.width_mm, 0.02)
    bone = np.stack([xs, a.at(a.cortex, xs)], axis=-1)
    bone = bone[probe.seen(bone)]
    if len(bone) > 1:  # evenly spaced along the bone
        s = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(bone, axis=0), axis=1))])
        at = np.arange(0, s[-1], 0.2)
        bone = np.stack([np.interp(at, s, bone[:, 0]), np.interp(at, s, bone[:, 1])], axis=-1)
        t = np.gradient(bone, axis=0)
        t /= np.linalg.norm(t, axis=1, keepdims=True)
        incidence = np.degrees(np.arcsin(np.clip(np.abs((t * probe.beam_direction(bone)).sum(1)), 0, 1)))
    else:
        bone, incidence = np.zeros((0, 2)), np.zeros(0)
    frame = {"frame": 0, "rock_deg": 0.0, "fibre_angle_deg": 0.0,
             "bone_surface": {"points_px": _px(bone, box, mm), "incidence_deg": np.round(incidence).tolist(), "facets": []},
             "tendon": None, "thickness": None, "discontinuities": []}
    if footprint:
        for kind, x0, x1 in a.facets:
            ends = np.stack([[x0, x1], a.at(a.cortex, [x0, x1])], axis=-1)
            if probe.seen(ends).any():
                frame["bone_surface"]["facets"].append({"kind": kind, "begin_px": _px(ends[0], box, mm), "end_px": _px(ends[1], box, mm)})
        s = footprint.stations
        t = footprint.thickness(s)
        gap = np.zeros(s.size, bool)
        for tear in tears:
            if tear.kind == "full_thickness":
                gap |= (s >= tear.begin) & (s <= tear.end)
        angles = _fibre_angles(r, a, footprint, probe, s)
        left = lesion_module.remaining(footprint, tears)
        left[gap] = 0.0
        whole = ~gap
        frame["fibre_angle_deg"] = round(float(angles.mean()), 2)
        frame["tendon"] = {"arrives_from_left": sign > 0, "superficial_px": _px(footprint.point(s, t)[whole], box, mm),
                           "deep_px": _px(footprint.point(s)[whole], box, mm)}
        frame["thickness"] = {"mean_mm": round(float(t[whole].mean()), 3) if whole.any() else None,
                              "max_mm": round(float(t[whole].max()), 3) if whole.any() else None,
                              "position_mm": three(s), "profile_mm": three(t), "remaining_mm": three(left),
                              "fibre_angle_deg": np.round(angles, 2).tolist(), "in_gap": gap.tolist()}
        for tear in tears:
            full = tear.kind == "full_thickness"
            begin, end = max(tear.begin, 0.0), min(tear.end, footprint.length)
            covers = (end - begin) / footprint.length
            frame["discontinuities"].append({
                "kind": tear.kind, "extent": "complete" if full and covers > 0.9 else "focal", "depth_mm": round(tear.depth_mm, 3),
                "depth_fraction": round(tear.depth_fraction, 3), "length_mm": round(end - begin, 3), "begin_mm": round(begin, 3),
                "end_mm": round(end, 3),
                "gap_mm": round(tear.extras["gap_true_mm"], 3) if full and tear.extras["gap_seen"] else None,
                "retraction_mm": None if tear.retraction_mm is None else round(float(tear.retraction_mm), 3),
                "bare_facet": True if full else None, "content": tear.content,
                "fibre_angle_deg": round(float(np.interp(0.5 * (begin + end), s, angles)), 2), "polygon_px": _px(tear.polygon, box, mm),
                **({"gap_true_mm": round(tear.extras["gap_true_mm"], 3)} if full else {})})
    return {"schema": "hipcuff.truth/1", "generator": "second_simulator", "simulated": True, "seed": int(seed), "side": r["side"],
            "view": r["view"], "pathology": r["kind"], "grade": "not_gradable" if r["not_gradable"] else grade,
            "confounder": r["confounder"], "not_gradable": r["not_gradable"], "mm_per_px": [mm, mm], "region_px": list(box),
            "columns": r["screen"][0], "rows": r["screen"][1], "bursal_fluid_mm": round(r["bursal_fluid_mm"], 3),
            "itb_mm": round(r["itb_mm"], 3),
            "probe": {"frequency_mhz": round(r["frequency_mhz"], 3), "depth_mm": r["depth_mm"], "aperture_mm": round(r["width_mm"], 3),
                      "focus_mm": round(r["focus_mm"], 3), "looks": len(r["steer_deg"]), "tilt_deg": round(r["tilt_deg"], 3),
                      "curved": r["curved"]},
            "processing": {"gain_db": round(r["gain_db"], 3), "dynamic_range_db": round(r["dynamic_range_db"], 3),
                           "grey_gamma": round(r["gamma"], 3), "smooth": r["smooth"]},
            "frames": [frame]}
