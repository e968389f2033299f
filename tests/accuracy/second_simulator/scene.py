"""Anatomy on the acquisition grid: what reflects, and how strongly the way there attenuates."""
import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from . import textures

(GEL, SKIN, FAT, BAND, LOOSE, TENDON, BELLY, MINIMUS, UNDER, VASTUS, FLUID, GRANULATION, CHALK, BONE) = range(14)

# dB per cm and MHz, one way: orders of magnitude from soft-tissue tables
ATTENUATION = {GEL: 0.0, SKIN: 0.5, FAT: 0.6, BAND: 1.2, LOOSE: 0.7, TENDON: 1.1, BELLY: 0.85, MINIMUS: 1.1, UNDER: 0.75,
               VASTUS: 0.85, FLUID: 0.01, GRANULATION: 0.5, CHALK: 0.9, BONE: 0.9}


def _stamp(probe, polygon):
    """Pixels of the acquisition grid inside a world polygon."""
    n = probe.lines + 2 * probe.margin
    image = Image.new("1", (n, probe.samples))
    ImageDraw.Draw(image).polygon([tuple(p) for p in probe.to_grid(polygon)], fill=1)
    return np.asarray(image)


class Scene:
    def __init__(self, rng, anatomy, probe, r, lesions):
        self.rng, self.a, self.probe, self.r, self.lesions = rng, anatomy, probe, r, lesions
        shape = (probe.samples, probe.lines + 2 * probe.margin)
        self.x = np.broadcast_to(probe.x, shape)
        self.z = np.broadcast_to(probe.z, shape)
        self.labels = self._label(shape)
        self.db, self.shine = self._echo(shape)

    def _curve(self, curve):
        """The boundary's depth above or below every node."""
        if self.probe.radius_mm is None:
            return np.interp(self.probe.x, self.a.x, curve).astype(np.float32)
        index = np.clip((self.x - self.a.x[0]) * (1 / (self.a.x[1] - self.a.x[0])), 0, self.a.x.size - 1.01)
        whole = index.astype(np.int32)
        curve = curve.astype(np.float32)
        return curve[whole] + (index - whole) * (curve[whole + 1] - curve[whole])

    def _label(self, shape):
        a, r, z, x = self.a, self.r, self.z, self.x
        c = {n: self._curve(getattr(a, n)) for n in ("cortex", "superficial", "deep", "itb_top", "itb_bottom", "fluid")}
        self.curves = c
        out = np.full(shape, FAT, np.uint8)
        under = np.broadcast_to(self.probe.r, shape)
        out[under < r["skin_mm"]] = SKIN
        out[under < r["gel_mm"]] = GEL
        out[(z >= c["itb_top"]) & (out == FAT)] = BAND
        out[z >= c["itb_bottom"]] = LOOSE
        if a.view == "long" and r["vastus"] and a.facets:
            xq = max(a.facet_x) if not a.extras.get("mirrored") else min(a.facet_x)
            d = (x - xq) if not a.extras.get("mirrored") else (xq - x)
            roof = c["cortex"] - np.clip((d - 2.0) * 0.5, 0, None)
            out[(z >= np.maximum(roof, c["itb_bottom"] + 0.5)) & (out == LOOSE) & (d > 2.0)] = VASTUS
        if r["bursal_fluid_mm"] > 0:
            out[(z >= c["fluid"]) & (z < c["superficial"])] = FLUID
        if a.minimus is not None:
            out[z >= self._curve(a.minimus)] = MINIMUS
        medius = (z >= c["superficial"]) & (z < c["deep"])
        out[medius] = TENDON
        gap = np.maximum(c["deep"] - c["superficial"], 0.05)
        self.height = (c["deep"] - z) / gap  # 0 on the underside, 1 on the surface
        before = self._before_muscle()
        if before is not None:
            half = np.where(before > 0, np.exp(-np.maximum(before, 0) / r["tendon_fade_mm"]) + 0.03, 2.0)
            out[medius & (np.abs(self.height - r["central_tendon"]) > half)] = BELLY
        out[(z >= c["deep"]) & (out != MINIMUS)] = UNDER
        out[z >= c["cortex"]] = BONE
        for lesion in self.lesions:
            inside = _stamp(self.probe, lesion.polygon) & (out != BONE)
            if lesion.kind == "full_thickness":  # nothing of the tendon is left beside the content
                s = np.sort(lesion.polygon[[0, len(lesion.polygon) // 2 - 1], 0])
                sunk = (out == TENDON) & ~inside & (x > s[0]) & (x < s[1])
                if lesion.extras.get("sag", 0) > 0:
                    out[sunk] = LOOSE
            out[inside] = {"fluid": FLUID, "granulation": GRANULATION, "fat": LOOSE}[lesion.content]
        for polygon in r.get("chalk_polygons", []):
            out[_stamp(self.probe, polygon) & (out != BONE)] = CHALK
        return out

    def _before_muscle(self):
        """How far (mm) a node lies on the muscle's side of where the tendon begins to turn into it."""
        a = self.a
        if a.view != "long":
            return None
        if not a.facets:
            return np.full(self.probe.x.shape, 100.0, np.float32)
        return (self.x - a.muscle_from_x) if a.extras.get("mirrored") else (a.muscle_from_x - self.x)

    def fibre_height(self, x, z, c):
        """The coordinate across the fibres (mm): a blend of following the bone and following the surface."""
        gap = np.maximum(c["deep"] - c["superficial"], 0.3)
        reference = self.r["thickness_mm"]
        along_bone = (c["deep"] - z) / gap * reference
        along_surface = reference - (z - c["superficial"])
        w = self.r["fibre_blend"]
        return (1 - w) * along_bone + w * along_surface

    def _echo(self, shape):
        """Mean echo level (dB) and the share of laterally coherent reflectors."""
        rng, r, lab = self.rng, self.r, self.labels
        level = np.zeros(16, np.float32)
        for name, value in r["levels"].items():
            level[globals()[name]] = value
        db = level[lab]
        shine = np.zeros(shape, np.float32)
        turn = -1.0 if self.a.extras.get("mirrored") else 1.0
        used = set(np.unique(lab).tolist())

        def rotate(mask, degrees):
            t = np.radians(degrees) * turn
            x, z = self.x[mask], self.z[mask]
            return -x * np.sin(t) + z * np.cos(t), x * np.cos(t) + z * np.sin(t)

        if FAT in used:
            m = lab == FAT
            db_at, line = textures.fat(rng, r)
            q, p = self.z[m] - 0.4 * self.a.at(self.a.itb_top, 0.5 * self.probe.width_mm), self.x[m]
            db[m] += db_at(q, p)
            shine[m] = 0.7 * line(q, p)
        for tissue, angle, key in ((BELLY, r["belly_fibre_deg"], "belly"), (VASTUS, r["vastus_fibre_deg"], "vastus"),
                                   (UNDER, r["under_fibre_deg"], "under")):
            if tissue in used:
                m = lab == tissue
                db_at, line = textures.muscle(rng, r["muscle"][key])
                q, p = rotate(m, angle)
                if tissue == BELLY and self.a.facets and self.a.view == "long":
                    # Septa run into the tendon: they follow the fan between the belly's two surfaces.
                    cc = {n: (v[m] if v.shape == m.shape else np.broadcast_to(v, shape)[m]) for n, v in self.curves.items()
                          if n in ("deep", "superficial")}
                    fan = -0.5 * (cc["deep"] - self.z[m]) + 0.5 * (self.z[m] - cc["superficial"])
                    q = 0.5 * q + 0.5 * fan
                db[m] += db_at(q, p)
                shine[m] = 0.6 * line(q, p)
        if LOOSE in used:
            m = lab == LOOSE
            maker = textures.muscle if r["loose_is_muscle"] else textures.fat
            db_at, line = maker(rng, r["muscle"]["loose"] if r["loose_is_muscle"] else r)
            q, p = rotate(m, r["loose_fibre_deg"])
            db[m] += db_at(q, p) * (1.0 if r["loose_is_muscle"] else 0.6)
            shine[m] = 0.5 * line(q, p)
        if BAND in used:
            m = lab == BAND
            top = np.broadcast_to(self.curves["itb_top"], shape)[m]
            db[m] += textures.sheet(rng, r["band_streak_db"])(self.z[m] - top, self.x[m])
            shine[m] = 0.75
        if SKIN in used:
            m = lab == SKIN
            db[m] += textures.sheet(rng, 2.0)(np.broadcast_to(self.probe.r, shape)[m], self.x[m])
            shine[m] = 0.5
        for tissue, value in ((FLUID, 2.5), (GRANULATION, r["granulation_patch_db"]), (CHALK, 2.0)):
            if tissue in used:
                m = lab == tissue
                clouds = textures.Pattern(textures.tile(rng, (256, 128), (0.05, 0.1), (0.3, 0.4)), (0.05, 0.1))
                db[m] += value * clouds(self.z[m], self.x[m])
        return db, shine

    def _fibres(self, reflectivity, tissue, short):
        """Tendon: oriented coherent texture plus an isotropic remainder, in place."""
        r, rng = self.r, self.rng
        m = self.labels == tissue
        if not m.any():
            return
        shape = m.shape
        pick = lambda v: np.broadcast_to(v, shape)[m]
        x, z = self.x[m], self.z[m]
        c = {n: pick(self.curves[n]) for n in ("deep", "superficial")}
        wave = self.a.at(self._wave, x).astype(np.float32)
        if tissue == MINIMUS:
            q = pick(self.curves["cortex"]) - z
        else:
            q = self.fibre_height(x, z, c) + wave
        fibre = r["fibre"]
        amplitude = textures.bundles(rng, fibre["spread_db"], fibre["across_mm"], 0.25 if short else fibre["along_mm"])(q, x)
        if fibre["patch_db"] > 0:  # tendinosis: cloudy loss of echo
            cloud = textures.Pattern(textures.tile(rng, (256, 128), (0.06, 0.2), (0.6, 1.6)), (0.06, 0.2))(z, x)
            amplitude = amplitude - fibre["patch_db"] * textures.soft_step(cloud, fibre["patch_at"], 0.35)
        if tissue == TENDON:  # the sheet around the tendon shines
            amplitude = amplitude + r["epitenon_db"] * np.exp(-(((z - c["superficial"]) / 0.18) ** 2))
        coherent = textures.fibrils(rng, self.probe.dz * 0.9, 0.12 if short else fibre["coherence_mm"])(q, x)
        share = fibre["isotropic"]
        noise = np.sqrt(1 - share) * coherent + np.sqrt(share) * reflectivity[m]
        # Fibres out of the picture's plane: the whole tendon darkens, more so where coherent.
        tilt = r["tilt_deg"] + (0.0 if tissue == TENDON else r["minimus_tilt_deg"])
        loss = -min(16.0, 0.16 * tilt**2)
        gain = r["short_axis_db"] if short else 0.0
        reflectivity[m] = noise * 10 ** ((self.db[m] + amplitude + loss + gain) / 20)
        self.db[m] = 0.0

    def reflectivity(self):
        rng, r, probe = self.rng, self.r, self.probe
        shape = self.labels.shape
        white = rng.standard_normal(shape, dtype=np.float32)
        lateral = uniform_filter1d(white, max(3, int(0.9 / np.mean(probe.spacing(probe.r)))), axis=1)
        lateral /= lateral.std() + 1e-9
        field = np.sqrt(1 - self.shine**2) * white + self.shine * lateral
        self._wave = 0.06 * gaussian_filter1d(rng.standard_normal(self.a.x.size), 30) * 8
        done = (self.labels == TENDON) | (self.labels == MINIMUS)
        self._fibres(field, TENDON, self.a.view == "short")
        self._fibres(field, MINIMUS, self.a.view == "short")
        out = np.where(done, field, field * 10 ** (self.db / 20))
        out[self.labels == BONE] = 0.0
        return out.astype(np.float32)

    def attenuation(self):
        """Echo level lost on the way (dB, both ways), without the mean that TGC takes back."""
        probe, r = self.probe, self.r
        table = np.zeros(16, np.float32)
        for tissue, value in ATTENUATION.items():
            table[tissue] = value
        table *= np.float32(r["attenuation_scale"] * min(probe.frequency_mhz, 9.0) * 0.2 * probe.dz)
        table[CHALK] += np.float32(r["chalk_shadow_db"] * probe.dz / 2.0)
        loss = np.cumsum(table[self.labels], axis=0)
        tissue = self.labels != BONE
        mean = np.where(tissue, loss, 0).sum(1) / np.maximum(tissue.sum(1), 1)
        few = tissue.mean(1) < 0.15
        if few.any():
            last = np.argmax(few)
            slope = (mean[last - 1] - mean[last // 2]) / max(last - 1 - last // 2, 1)
            mean[last:] = mean[last - 1] + slope * np.arange(mean.size - last)
        return mean[:, None].astype(np.float32) - loss

    def bone_hits(self):
        """Per line the (fractional) sample at which the beam meets bone, or NaN; and the incidence in degrees."""
        probe, a = self.probe, self.a
        bone = self.labels == BONE
        first = np.argmax(bone, axis=0).astype(float)
        hit = bone.any(axis=0) & (first > 0)
        rows = first.astype(int)
        cols = np.arange(bone.shape[1])
        above = np.broadcast_to(self.curves["cortex"], bone.shape)
        d0 = above[rows - 1, cols] - self.z[rows - 1, cols]
        d1 = above[rows, cols] - self.z[rows, cols]
        first = np.where(hit, first - 1 + d0 / np.maximum(d0 - d1, 1e-6), np.nan)
        slope = np.gradient(gaussian_filter1d(a.cortex, 0.3 / 0.05), a.x)
        at = np.interp(self.x[rows, cols], a.x, slope)
        beam = np.broadcast_to(probe.beam, (1, bone.shape[1]))[0]
        return first, np.degrees(np.abs(np.arctan(at) + beam))
