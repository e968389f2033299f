"""The standing text of docs/accuracy.md."""

HEAD = """# Accuracy

<!-- Written by scripts/accuracy; change tests/accuracy/hipcuff_accuracy/ or docs/accuracy/notes.md instead. -->
"""

STANDS = """**Where these figures stand: simulated hips and cadaver bone, not patients.** No public picture of an adult gluteus medius
tendon exists to test on. The figures say how well HipCuff reads pictures whose truth is exact because it was drawn. They
say nothing about its sensitivity or specificity in people. "Elsewhere" are figures of other methods, tendons or readers,
mostly in patients: an orientation, no comparison.
"""

DEFINITIONS = """## How each figure is computed

**Sets.** `tests/accuracy/splits.json` is the whole definition: seeds, counts, ranges. The seed of every picture is a 64-bit
hash of the split's key, the stratum and the number; tuning, calibration, quick and test have different keys, so they share
no picture. Half of the test pictures of the class stratum have scanner or anatomy values outside what `drawRecipe`
draws from, and so outside what anything was tuned on (table "recipe"). Depth of partial tears is drawn evenly from 10 to
90 % of the thickness, length from 2 mm to 20 mm or 85 % of the footprint, whichever is less. The overall figures are of
the class stratum (stills); confounders, not gradable pictures, cines, exams and pairs have tables of their own.

**Intervals.** 95 %. Rates: Wilson. Means and shares of millimetres or stations, kappa and calibration error: percentile
bootstrap over pictures, 1000 draws (calibration 400), fixed seed. "Met: yes" means that the whole interval lies on the good
side; where only the figure does, the table says so.

**Pictures counted.** Rates of the grade: gradable pictures; refused ones left out, and, in the second column, taken as
wrong (for kappa: as the class farthest from the truth). Geometry and thickness: all gradable pictures in which they were
measured, refused ones too. Dice: graded pictures; in the second column all (no mask: 0). Depth and length errors: tears
that count, were called a tear, and lie where a discontinuity was reported.

- **Cortex interface**: places every 0.25 mm on the true interface under the lateral facet where the beam meets it at less
  than 40 degrees. Found: the nearest reported `bone_surface.segments[].points_px` is within 1 mm. Mean distance: of the
  places found, shortest distance to the reported line. "Drawn elsewhere": part of all reported lines farther than 1 mm
  from the true interface anywhere in the picture.
- **Crest on real bone**: the same with `ridge_px` against the annotated line; the mean distance is taken both ways. Lines
  near a mark of low confidence count neither way.
- **Dice**: pixels of tendon or discontinuity together, reported against true. True is the tendon on its footprint.
- **Thickness at the same place**: each station of the reported profile is put onto the true cortex (nearest point) and
  compared with the true thickness there; stations more than 0.5 mm beyond the true footprint and in a full-thickness gap
  are left out. Per picture the mean of |measured - true| and of measured - true; then the mean over pictures; bias is
  the mean of the signed ones. A wrong border counts in full, however wrong.
- **Mean thickness of the footprint**: `thickness.mean_mm` against the true mean; here a footprint measured too long or too
  short counts too.
- **95 % interval**: part of all compared stations whose [lower, upper] holds the true thickness.
- **Tear**: the class is partial or full thickness. Sensitivity counts tears at least 25 % deep and 3 mm long, and all
  full-thickness ones; smaller ones stand apart. Specificity counts normal and tendinosis. **Normals called abnormal**: any
  class but normal.
- **Kappa**: four classes in order, quadratic weights, as frequent as in the set.
- **Depth fraction, length**: the reported discontinuity that shares most of the tear's course, against the tear; mean of
  absolute errors. Located: there is one that shares any. Side right: `kind` is the tear's.
- **Calibration error**: ten bins of equal width over the probability of the called class; mean distance of stated and
  observed, weighted by what the bins hold. Classes are weighted to the prevalence that the program states in its criteria
  (`prevalence_...`), where it states one.
- **Not gradable recognised**: the class is `not_gradable`, whatever the reason. Refused: the same on a gradable picture.
- **The same anatomy shown otherwise**: change of `thickness.mean_mm`; class changes among pairs with both graded. Changed
  are gain (3 to 6 dB), frequency (1.5 to 3 MHz: new speckle), depth setting (8 to 15 mm), mirror, pixel size (0.7 or 1.4)
  and coding (tint, JPEG, or both).
- **Cost**: CPU time of one thread, decoding left out (`hipcuff_bench`, the shortest of 15 repetitions), on the machine
  that made this page.

`scripts/accuracy --set test` makes all of this again. The worst ten pictures of each measure are written as contact sheets
into its output folder, to be looked at.
"""
