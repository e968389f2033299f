"""Recipes for `hipcuff phantom` that make the training pictures: wide ranges, drawn by us from a stated seed.

A shard is one recipe file and some pictures of it. What a recipe does not name is drawn by the simulator. The kinds:

    plain       as the simulator draws them, all classes
    scanner     probe, looks and grey map far beyond what the simulator draws
    anatomy     habitus, bone, layers and echo levels far beyond it
    both        the two together
    confounder  what looks like a tear and is none
    tears       partial and full tears of all depths, lengths, fillings
    limb        another bone under the probe: cortex only
    muscle      no bone at all
    refused     not gradable: dark, saturated, oblique, no cortex, writing
"""
import numpy as np

TRAIN_SEED, CHECK_SEED = 610_000_000, 690_000_000  # of the simulator; apart from every split of tests/accuracy

KINDS = ("plain", "scanner", "anatomy", "both", "confounder", "tears", "limb", "muscle", "refused")
SHARES = (0.14, 0.13, 0.13, 0.14, 0.12, 0.15, 0.12, 0.03, 0.04)

PATHOLOGIES = ["normal", "normal", "tendinosis", "undersurface", "bursal", "intrasubstance", "full_thickness"]
TORN = ["undersurface", "bursal", "intrasubstance", "full_thickness"]
CONFOUNDERS = ["anisotropy", "insertion_turn", "edge_shadow", "septum_shadow", "reverberation", "dropout", "poor_contact",
               "thin_anterior", "thin_zone", "cortical_irregular"]

# field -> (lowest, highest, narrowest share of that range that one shard spans)
SCANNER = {
    "probe.frequency_mhz": (4, 18), "probe.bandwidth": (0.15, 0.9), "probe.f_number": (1.3, 4.5),
    "probe.beam_spread": (0, 3), "probe.focal_zones": (1, 4), "probe.compound_angles": (1, 9),
    "probe.frequency_bands": (1, 3), "probe.tilt_deg": (-8, 8),
    "processing.dynamic_range_db": (40, 90), "processing.grey_gamma": (0.5, 2.2), "processing.grey_black": (0, 30),
    "processing.grey_white": (190, 255), "processing.tgc_error": (-0.25, 0.25), "processing.noise_db": (-70, -25),
    "processing.clutter_db": (-60, -18), "processing.haze_floor_db": (-60, -15),
    "processing.speckle_smoothing": (0, 1), "processing.edge_enhancement": (0, 2),
    "processing.edge_radius_mm": (0.15, 1.2), "processing.pixel_noise": (0, 14),
    "artefacts.reverberation": (0, 0.6), "artefacts.ring_down": (0, 0.6), "artefacts.dropout": (0, 0.6),
    "artefacts.side_lobe": (0, 0.5),
}
ANATOMY = {
    "geometry.facet_angle_deg": (-30, 30), "geometry.distal_angle_deg": (5, 50), "geometry.anterior_angle_deg": (10, 60),
    "geometry.facet_length_mm": (10, 34), "geometry.bend_radius_mm": (1.2, 16), "geometry.apex_across": (0.25, 0.85),
    "geometry.facet_bulge_mm": (-0.4, 1.6), "geometry.facet_step_mm": (-1.2, 1.2), "geometry.tendon_mm": (2, 10),
    "geometry.insertion_fraction": (0.2, 1), "geometry.taper_from": (0, 0.8), "geometry.spindle": (0, 0.4),
    "geometry.free_tendon_mm": (6, 45), "geometry.insertion_turn_deg": (0, 35), "geometry.skin_mm": (0.7, 4),
    "geometry.fat_mm": (2, 45), "geometry.itb_mm": (0.4, 7), "geometry.itb_follows": (0, 1),
    "geometry.fascia_split_mm": (0, 6), "geometry.cover_mm": (0.3, 12), "geometry.bursal_fluid_mm": (0, 5),
    "geometry.subtendinous_fluid_mm": (0, 2), "geometry.maximus_mm": (0, 16), "geometry.medius_mm": (2, 25),
    "geometry.medius_angle_deg": (0, 25), "geometry.vastus_mm": (0, 18), "geometry.minimus_mm": (1, 9),
    "geometry.cortex_roughness_mm": (0, 0.4), "geometry.irregularity_mm": (0, 0.6),
    "echo.tendon_db": (-4, 18), "echo.equal_at_deg": (2, 16), "echo.tendon_floor_db": (-22, -3),
    "echo.fibrillar_contrast_db": (0, 12), "echo.fibril_mm": (0.15, 1.2), "echo.fat_db": (-8, 12),
    "echo.septa_db": (2, 20), "echo.septa_scale": (0.4, 3), "echo.fascia_db": (0, 25), "echo.fascia_break_db": (0, 20),
    "echo.cortex_db": (14, 45), "echo.cortex_dropout_db": (0, 22), "echo.lesion_db": (-35, 2),
    "echo.degenerated_patch_db": (0, 8), "echo.muscle_streak_db": (0, 15), "echo.bundle_mm": (0.4, 3),
    "echo.maximus_db": (-8, 8), "echo.vastus_db": (-8, 8), "echo.skin_db": (0, 20), "echo.uneven_db": (0, 4),
}
TEAR = {
    "tear.depth_fraction": (0.1, 0.95), "tear.length_mm": (2, 22), "tear.centre": (0.1, 0.9), "tear.level": (0.1, 0.9),
    "tear.debris": (0, 1), "tear.raggedness": (0, 1), "tear.soft_edge_mm": (0, 1),
}
WHOLE = ("probe.focal_zones", "probe.compound_angles", "probe.frequency_bands", "processing.grey_black",
         "processing.grey_white")


def put(recipe, name, value):
    group, field = name.split(".")
    recipe.setdefault(group, {})[field] = value


def widen(recipe, fields, random, share):
    """Each field with this chance: a window of its range, so that shards differ and pictures within one do too."""
    for name, (low, high) in fields.items():
        if random.random() >= share:
            continue
        span = (high - low) * random.uniform(0.15, 0.6)
        start = random.uniform(low, high - span)
        window = [start, start + span]
        put(recipe, name, [int(round(v)) for v in window] if name in WHOLE else [round(float(v), 4) for v in window])


def recipe_of(shard):
    """(kind, recipe) of this shard: the same for the same number."""
    random = np.random.default_rng([7301, shard])
    kind = str(random.choice(KINDS, p=SHARES))
    width = int(random.integers(560, 820))
    recipe = {"frames": 1, "screen": {"columns": width, "rows": int(width * random.uniform(0.7, 0.8))},
              "not_gradable": "none", "confounder": "none", "pathology": PATHOLOGIES}
    if kind == "confounder":
        recipe["confounder"] = CONFOUNDERS
        recipe["pathology"] = ["normal", "normal", "tendinosis", "undersurface", "full_thickness"]
    if kind == "refused":
        recipe["not_gradable"] = ["no_cortex", "too_dark", "saturated", "too_oblique", "text_over_tendon"]
    if kind == "tears":
        recipe["pathology"] = TORN
        widen(recipe, TEAR, random, 0.5)
    if kind in ("limb", "muscle"):
        recipe["pathology"] = "normal"
        recipe["geometry"] = {"body_part": "muscle_only"}
        if kind == "limb":
            recipe["geometry"] = {"body_part": "limb", "bone_radius_mm": [float(random.uniform(4, 15)),
                                                                         float(random.uniform(20, 90))]}
        for name in ("geometry.fat_mm", "geometry.skin_mm"):
            if random.random() < 0.5:
                put(recipe, name, [1.0, 25.0] if name.endswith("fat_mm") else [0.7, 3.5])
        widen(recipe, {k: v for k, v in ANATOMY.items() if k.startswith("echo.")}, random, 0.3)
    if kind in ("scanner", "both") or (kind in ("limb", "muscle", "tears", "confounder") and random.random() < 0.4):
        widen(recipe, SCANNER, random, 0.25)
        if random.random() < 0.4:
            put(recipe, "processing.grey_map", ["power", "s_curve", "knee", "logistic"])
            put(recipe, "processing.grey_shape", [0.0, 1.0])
        if random.random() < 0.4:
            put(recipe, "processing.speckle_filter", ["none", "median", "bilateral", "diffusion", "oriented"])
    if kind in ("anatomy", "both") or (kind == "tears" and random.random() < 0.5):
        widen(recipe, ANATOMY, random, 0.2)
    return kind, recipe
