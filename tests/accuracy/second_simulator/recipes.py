"""What is drawn by chance for one case: scanner, body, finding. One flat dictionary per case."""
import numpy as np

TEARS = ("undersurface", "bursal", "intrasubstance", "full_thickness")
KINDS = ("normal", "tendinosis") + TEARS
CONFOUNDERS = ("anisotropy", "edge_shadow", "septum_shadow", "reverberation", "dropout", "thin_anterior", "bursal_fluid",
               "calcification", "enthesophyte", "thick_band")
NOT_GRADABLE = ("no_bone", "too_dark", "saturated", "colour_box", "text_overlay", "oblique", "wrong_region")


def _scanner(rng, r):
    u, c = rng.uniform, rng.choice
    r["curved"] = bool(u() < 0.13)
    r["fat_mm"] = float(np.clip(rng.lognormal(np.log(7.0), 0.65), 1.5, 26))
    guess = r["fat_mm"] + 9.0
    r["frequency_mhz"] = float(u(5, 9) if r["curved"] else np.clip(u(6, 17) - 0.14 * max(guess - 15, 0), 5, 17))
    r["bandwidth"] = float(u(0.45, 0.75))
    r["f_number"] = float(u(1.3, 2.6))
    r["beam_spread"] = float(u(0.012, 0.035))
    r["beam_bend"] = float(u(-0.35, 0.35))
    looks = int(c([1, 3, 5, 7], p=[0.3, 0.3, 0.25, 0.15]))
    span = u(4, 11)
    r["steer_deg"] = [0.0] if looks == 1 else np.linspace(-span, span, looks).tolist()
    r["dynamic_range_db"] = float(u(50, 75))
    r["gain_db"] = float(rng.normal(0, 3.5))
    r["gamma"] = float(u(0.8, 1.35))
    r["s_curve"] = float(c([0, 0, u(0.2, 0.8)]))
    r["tgc_db"] = np.clip(rng.normal(0, 2.2, 6), -5, 5).tolist()
    r["smooth"] = str(c(["none", "median", "gauss", "adaptive"], p=[0.3, 0.15, 0.2, 0.35]))
    r["edge"] = float(c([0.0, u(0.2, 0.8)], p=[0.55, 0.45]))
    r["noise_db"] = float(u(-78, -60))
    r["noise_slope_db"] = float(u(2, 14))
    r["attenuation_scale"] = float(u(0.5, 1.1))


def _tissues(rng, r):
    u, n = rng.uniform, rng.normal
    r["skin_mm"], r["gel_mm"] = float(u(1.0, 2.4)), float(max(0, u(-1.0, 1.4)))
    r["skin_mm"] += r["gel_mm"]
    r["levels"] = {"GEL": -58.0, "SKIN": n(-21, 2), "FAT": n(-38, 3), "BAND": n(-23, 2.5), "LOOSE": n(-38, 3), "TENDON": n(-28, 2),
                   "BELLY": n(-43, 2.5), "MINIMUS": n(-29, 2.5), "UNDER": n(-41, 3), "VASTUS": n(-43, 2.5),
                   "FLUID": u(-62, -50), "GRANULATION": n(-43, 3), "CHALK": u(-10, -2), "BONE": -100.0}
    r["lobule_mm"], r["lobule_aspect"], r["fat_septum_db"] = float(u(1.5, 5)), float(u(2, 6)), float(u(8, 16))
    r["fat_line"] = float(u(0.08, 0.22))
    r["muscle"] = {key: {"septum_db": u(9, 17), "septum_density": u(-0.1, 0.6), "streak_mm": u(1.6, 5), "septum_mm": u(0.09, 0.22)}
                   for key in ("belly", "vastus", "under", "loose")}
    r["belly_fibre_deg"], r["vastus_fibre_deg"] = float(u(-5, 16)), float(u(-12, 12))
    r["under_fibre_deg"], r["loose_fibre_deg"] = float(u(0, 25)), float(u(-8, 8))
    r["vastus"] = bool(u() < 0.6)
    r["loose_is_muscle"] = bool(u() < 0.4)
    r["band_streak_db"] = float(u(1, 4))
    r["granulation_patch_db"] = float(u(1, 4))
    r["itb_mm"] = float(u(0.8, 2.2))
    r["itb_stiffness_mm"] = float(u(4, 15))
    r["clearance_mm"] = float(rng.choice([u(0.15, 0.8), u(0.8, 3.0), u(3.0, 8.0)], p=[0.45, 0.35, 0.2]))
    r["fibre"] = {"spread_db": u(2.5, 5.0), "across_mm": u(0.07, 0.16), "along_mm": u(1.5, 5.0), "coherence_mm": u(0.35, 0.9),
                  "isotropic": u(0.1, 0.32), "patch_db": 0.0, "patch_at": 0.0}
    r["short_axis_db"] = float(u(2, 6))
    r["epitenon_db"] = float(rng.choice([0.0, u(2, 9)], p=[0.3, 0.7]))
    r["fibre_blend"] = float(u(0.0, 0.9))
    r["minimus_tilt_deg"] = float(u(0, 7))
    r["tilt_deg"] = float(abs(n(0, 1.8)))
    r["bone_db"], r["bone_rough_db"] = float(u(-6, 5)), float(u(-9, -3))
    r["bone_patch_db"], r["mirror_deg"] = float(u(1.0, 3.0)), float(u(14, 30))
    r["mirror_share"], r["rough_power"] = float(u(0.3, 0.8)), float(u(0.5, 1.3))
    r["tail_db"], r["tail_mm"] = float(u(-36, -24)), float(u(0.25, 0.9))
    r["haze_db"], r["haze_mm"] = float(u(-70, -46)), float(u(3, 14))
    r["cortex_rough_mm"] = float(u(0.02, 0.13))
    r["chalk_shadow_db"] = float(u(8, 30))


def _shape(rng, r):
    u = rng.uniform
    r["thickness_mm"] = float(u(2.5, 7.0))
    r["cortex_depth_mm"] = 0.0  # pushed down to where skin, fat and band fit
    r["facet_bulge_mm"], r["round_mm"] = float(u(-0.2, 0.7)), float(u(0.35, 1.0))
    r["bursal_fluid_mm"], r["bursa_at"], r["bursa_half_mm"] = 0.0, float(u(0.2, 0.9)), float(u(4, 10))
    if r["view"] == "long":
        r["facet_mm"] = float(u(13, 26))
        r["shaft_slope_deg"], r["shoulder"] = float(u(3, 24)), float(u(0.3, 1.0))
        r["tip_slope_deg"] = float(u(55, 75))
        r["taper"], r["taper_power"] = float(u(0.22, 0.65)), float(u(0.8, 2.4))
        # The probe is rocked until the fibres lie across the beam, more or less.
        taper_deg = np.degrees(np.arctan(r["thickness_mm"] * (1 - r["taper"]) / r["facet_mm"]))
        r["facet_slope_deg"] = float(np.clip(0.5 * taper_deg + rng.normal(0, 3.2), -5, 12))
        r["bump"], r["bump_at"] = float(u(-0.05, 0.15)), float(u(0.2, 0.6))
        r["belly_slope_deg"], r["belly_grow"] = float(u(-8, 8)), float(u(0.05, 0.3))
        r["runout_mm"], r["tendon_out_mm"] = float(u(1.0, 4.0)), float(u(1.0, 8.0))
        r["tendon_fade_mm"], r["central_tendon"] = float(u(4, 14)), float(u(0.3, 0.8))
        r["facet_centre"] = float(u(0.46, 0.6))
    else:
        r["facet_mm"] = float(u(12, 21))
        r["itb_stiffness_mm"] = float(u(7, 20))
        r["lateral_slope_deg"] = float(u(-7, 7))
        r["anterior_drop_deg"], r["posterior_drop_deg"] = float(u(28, 55)), float(u(24, 60))
        r["anterior_mm"] = float(u(9, 17))
        r["anterior_thin"], r["taper_power"] = float(u(0.3, 0.7)), float(u(0.6, 1.5))
        r["overhang_mm"], r["minimus_mm"] = float(u(2, 7)), float(u(1.5, 4))
        r["facet_centre"] = float(u(0.48, 0.6))


def _screen(rng, r):
    u, c = rng.uniform, rng.choice
    r["screen"] = [(640, 480), (800, 600), (1024, 768), (1280, 960), (1280, 720)][int(c(5, p=[0.2, 0.28, 0.28, 0.12, 0.12]))]
    r["colour"] = str(c(["mono", "rgb", "jpeg"], p=[0.55, 0.25, 0.2]))
    r["tint"] = bool(u() < 0.25)
    r["layout"] = int(c(4))
    r["side"] = str(c(["L", "R"]))
    r["mirror"] = bool(u() < 0.5)
    r["spare_mm"] = float(u(10, 28) if r["curved"] else u(4, 16))


def _finding(rng, r):
    """What the tear is; it is laid into the tendon once the footprint is known."""
    u = rng.uniform
    r["tear"] = None
    if r["kind"] == "tendinosis":
        r["thickness_mm"] = float(u(4.5, 9.5))
        r["fibre"].update(spread_db=u(0.8, 2.0), isotropic=u(0.45, 0.8), coherence_mm=u(0.2, 0.4), patch_db=u(1, 4.5), patch_at=u(-0.6, 0.6))
        r["levels"]["TENDON"] -= u(0, 2.5)
        r["epitenon_db"] = max(r["epitenon_db"], 3.0)
        r["taper"] = max(r.get("taper", 0.6), 0.45)
    elif r["kind"] in TEARS:
        if u() < 0.5:  # torn tendons are often degenerated as well
            k = u(0.2, 0.8)
            r["thickness_mm"] += 1.5 * k
            r["fibre"].update(patch_db=3 * k, isotropic=r["fibre"]["isotropic"] + 0.3 * k)
            r["levels"]["TENDON"] -= 3 * k
        r["thickness_mm"] = max(r["thickness_mm"], 3.0)
        full = r["kind"] == "full_thickness"
        r["tear"] = {"fraction": u(0.1, 0.9), "length": u(2, 20), "centre": u(0.15, 0.85),
                     "content": str(rng.choice(["fluid", "granulation", "fat"] if r["kind"] == "bursal" else ["fluid", "granulation"])),
                     "retraction": u(0, 30) if full else 0.0, "avulsed": bool(u() < 0.45), "sag": float(max(0.0, u(-0.3, 0.55)))}
    if u() < 0.85:  # most often what lies over the tendon is clearly darker
        r["levels"]["LOOSE"] = min(r["levels"]["LOOSE"], r["levels"]["TENDON"] - r["fibre"]["patch_db"] - 6)
    if r["kind"] in KINDS and u() < 0.15:
        r["bursal_fluid_mm"] = float(u(0.6, 2.5))
    if u() < 0.12:
        r["spur"] = (u(0, 1), u(0.3, 1.2), u(0.6, 1.5))


def _confounder(rng, r):
    u, name = rng.uniform, r["confounder"]
    if name == "anisotropy":
        if r["view"] == "long" and u() < 0.6:
            r["facet_slope_deg"] = float(u(11, 19) * rng.choice([1, 1, -1]))
            r["shaft_slope_deg"] += max(-r["facet_slope_deg"], 0)
        else:
            r["tilt_deg"] = float(u(5, 11))
    elif name == "thin_anterior":
        if r["view"] == "short":
            r["anterior_thin"], r["taper_power"] = float(u(0.12, 0.25)), float(u(0.8, 1.6))
        else:
            r["thickness_mm"] = float(u(1.6, 2.5))
    elif name == "bursal_fluid":
        r["bursal_fluid_mm"] = float(u(1.5, 5))
    elif name == "calcification":
        r["chalk"] = [(u(0.15, 0.85), u(0.25, 0.75), u(1.0, 4.0), u(0.5, 1.4)) for _ in range(int(rng.integers(1, 3)))]
    elif name == "enthesophyte":
        r["spur"] = (float(rng.choice([u(-0.05, 0.1), u(0.85, 1.05)])), u(1.0, 2.8), u(0.5, 1.2))
    elif name == "thick_band":
        r["itb_mm"], r["clearance_mm"] = float(u(2.6, 4.5)), float(u(0.1, 0.4))
    elif name == "dropout":
        r["dropouts"] = [(u(0.05, 0.95), u(2, 7), u(8, 30)) for _ in range(int(rng.integers(1, 3)))]
    elif name == "edge_shadow":
        r["shadows"] = [(u(0.25, 0.75), u(0.5, 1.4), u(6, 16), "edge") for _ in range(int(rng.integers(1, 3)))]
    elif name == "septum_shadow":
        r["shadows"] = [(u(0.2, 0.8), u(1.2, 4.0), u(4, 11), "septum") for _ in range(int(rng.integers(1, 4)))]
    elif name == "reverberation":
        r["reverberation"] = (u(0.25, 0.7), u(8, 20), int(rng.integers(2, 6)))


def _refusal(rng, r):
    u, name = rng.uniform, r["not_gradable"]
    if name == "no_bone":
        r["bone_too_deep"] = True
    elif name == "too_dark":
        r["gain_db"] = -float(u(0.62, 0.8)) * r["dynamic_range_db"] * 0.75 - 8
    elif name == "saturated":
        r["gain_db"] = float(u(30, 42))
    elif name == "oblique":
        if r["view"] == "long" and u() < 0.7:
            r["facet_slope_deg"] = float(u(27, 42))
        else:
            r["tilt_deg"] = float(u(14, 25))
            r["bone_db"] -= 14


def draw(rng, kind, view=None):
    """kind: one of KINDS, `confounder:NAME` or `not_gradable:NAME`."""
    r = {"kind": kind, "view": view or str(rng.choice(["long", "short"], p=[0.62, 0.38])), "confounder": None, "not_gradable": None}
    group, _, name = kind.partition(":")
    allowed = {"confounder": CONFOUNDERS, "not_gradable": NOT_GRADABLE}
    if group in allowed:
        if name not in allowed[group]:
            raise ValueError(f"unknown {group} '{name}': one of {', '.join(allowed[group])}")
        r[group], r["kind"] = name, "normal"
        if name in ("no_bone", "wrong_region"):
            r["view"] = "long"  # a place of its own, that has no axes
    elif kind not in KINDS:
        raise ValueError(f"unknown kind '{kind}': one of {', '.join(KINDS)}, confounder:NAME, not_gradable:NAME")
    for step in (_scanner, _tissues, _shape, _screen, _finding):
        step(rng, r)
    if r["confounder"]:
        _confounder(rng, r)
    if r["not_gradable"]:
        _refusal(rng, r)
    return r
