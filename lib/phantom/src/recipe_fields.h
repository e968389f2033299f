// Every field of a recipe with its name in files and the range that it takes: one list for writing and for reading.
//
// A visitor has   field(name, double&, low, high)   field(name, int&, low, high)   field(name, bool&)
//                 choice(name, Enum&)               group(name, [&] { ... })       list(name, vector&, [&](T&) { ... })
#pragma once

#include "names.h"

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

template <typename Visitor>
void visitGeometry(Visitor& v, Geometry& g) {
  v.choice("body_part", g.bodyPart);
  v.field("bone_radius_mm", g.boneRadiusMm, 4, 1000);
  v.field("facet_angle_deg", g.facetAngleDeg, -45, 45);
  v.field("distal_angle_deg", g.distalAngleDeg, 0, 60);
  v.field("anterior_angle_deg", g.anteriorAngleDeg, 0, 65);
  v.field("facet_length_mm", g.facetLengthMm, 6, 40);
  v.field("bend_radius_mm", g.bendRadiusMm, 1, 20);
  v.field("apex_depth_mm", g.apexDepthMm, 4, 90);
  v.field("apex_across", g.apexAcross, 0.1, 0.95);
  v.choice("facet_shape", g.facetShape);
  v.field("facet_bulge_mm", g.facetBulgeMm, -0.5, 2);
  v.field("facet_step_mm", g.facetStepMm, -1.5, 1.5);
  v.field("tendon_mm", g.tendonMm, 1.5, 12);
  v.field("insertion_fraction", g.insertionFraction, 0.1, 1);
  v.field("taper_from", g.taperFrom, 0, 0.9);
  v.field("spindle", g.spindle, 0, 0.6);
  v.field("thin_zone", g.thinZone, 0, 0.7);
  v.field("thin_zone_at", g.thinZoneAt, 0, 1);
  v.field("thin_zone_mm", g.thinZoneMm, 0.5, 10);
  v.field("side_taper_mm", g.sideTaperMm, 1, 15);
  v.field("free_tendon_mm", g.freeTendonMm, 4, 60);
  v.field("insertion_turn_deg", g.insertionTurnDeg, 0, 60);
  v.field("skin_mm", g.skinMm, 0.5, 5);
  v.field("fat_mm", g.fatMm, 1, 60);
  v.field("itb_mm", g.itbMm, 0.3, 8);
  v.field("itb_follows", g.itbFollows, 0, 1);
  v.field("fascia_split_mm", g.fasciaSplitMm, 0, 8);
  v.field("cover_mm", g.coverMm, 0.2, 20);
  v.field("bursal_fluid_mm", g.bursalFluidMm, 0, 12);
  v.field("subtendinous_fluid_mm", g.subtendinousFluidMm, 0, 4);
  v.field("maximus_mm", g.maximusMm, 0, 20);
  v.field("medius_mm", g.mediusMm, 0, 30);
  v.field("medius_angle_deg", g.mediusAngleDeg, 0, 30);
  v.field("pennation_deg", g.pennationDeg, 0, 40);
  v.field("vastus_mm", g.vastusMm, 0, 25);
  v.field("minimus_mm", g.minimusMm, 0.5, 10);
  v.field("cortex_roughness_mm", g.cortexRoughnessMm, 0, 0.5);
  v.field("irregularity_mm", g.irregularityMm, 0, 1);
  v.field("enthesophyte_mm", g.enthesophyteMm, 0, 6);
  v.field("enthesophyte_at", g.enthesophyteAt, 0, 1);
  v.list("pits", g.pits, [&](CortexPit& pit) {
    v.field("at", pit.at, 0, 1);
    v.field("depth_mm", pit.depthMm, 0, 4);
    v.field("width_mm", pit.widthMm, 0.3, 8);
  });
}

template <typename Visitor>
void visitFindings(Visitor& v, HipRecipe& r) {
  v.group("tear", [&] {
    auto& t = r.tear;
    v.field("depth_fraction", t.depthFraction, 0, 1);
    v.field("length_mm", t.lengthMm, 0, 40);
    v.field("centre", t.centre, 0, 1);
    v.field("level", t.level, 0, 1);
    v.field("retraction_mm", t.retractionMm, 0, 40);
    v.field("fluid", t.fluid);
    v.field("debris", t.debris, 0, 1);
    v.field("collapse", t.collapse, 0, 0.95);
    v.choice("shape", t.shape);
    v.choice("stump", t.stump);
    v.field("stump_mm", t.stumpMm, 0, 8);
    v.field("skew", t.skew, -0.8, 0.8);
    v.field("raggedness", t.raggedness, 0, 1);
    v.field("soft_edge_mm", t.softEdgeMm, 0, 2);
  });
  v.group("degeneration", [&] {
    auto& d = r.degeneration;
    v.field("severity", d.severity, 0, 1);
    v.field("fade_db", d.fadeDb, 0, 25);
    v.field("focal", d.focal);
    v.field("at", d.at, 0, 1);
    v.field("length_mm", d.lengthMm, 1, 40);
    v.field("level", d.level, 0, 1);
    v.field("height", d.height, 0.1, 2);
  });
  v.list("calcifications", r.calcifications, [&](Calcification& c) {
    v.field("at", c.at, 0, 1);
    v.field("level", c.level, 0, 1);
    v.field("length_mm", c.lengthMm, 0.2, 15);
    v.field("height_mm", c.heightMm, 0.2, 6);
    v.field("echo_db", c.echoDb, -10, 45);
    v.field("shadow_db", c.shadowDb, 0, 60);
  });
  v.list("shadows", r.shadows, [&](ShadowLine& s) {
    v.field("across", s.across, 0, 1);
    v.field("depth", s.depth, 0, 1);
    v.field("width_mm", s.widthMm, 0.1, 15);
    v.field("loss_db", s.lossDb, 0, 40);
  });
}

template <typename Visitor>
void visitEcho(Visitor& v, Echo& e) {
  v.field("tendon_db", e.tendonDb, -10, 25);
  v.field("equal_at_deg", e.equalAtDeg, 1, 20);
  v.field("tendon_floor_db", e.tendonFloorDb, -30, -0.5);
  v.field("fibrillar_contrast_db", e.fibrillarContrastDb, 0, 20);
  v.field("fibril_mm", e.fibrilMm, 0.1, 2);
  v.field("fat_db", e.fatDb, -20, 20);
  v.choice("fat_style", e.fatStyle);
  v.field("septa_db", e.septaDb, 0, 30);
  v.field("septa_scale", e.septaScale, 0.3, 4);
  v.field("fascia_db", e.fasciaDb, -10, 30);
  v.field("fascia_break_db", e.fasciaBreakDb, 0, 30);
  v.field("cortex_db", e.cortexDb, 5, 60);
  v.field("cortex_dropout_db", e.cortexDropoutDb, 0, 40);
  v.field("lesion_db", e.lesionDb, -60, 10);
  v.field("degenerated_patch_db", e.degeneratedPatchDb, 0, 15);
  v.field("muscle_streak_db", e.muscleStreakDb, 0, 30);
  v.field("bundle_mm", e.bundleMm, 0.2, 4);
  v.field("maximus_db", e.maximusDb, -20, 20);
  v.field("vastus_db", e.vastusDb, -20, 20);
  v.field("skin_db", e.skinDb, -20, 30);
  v.field("uneven_db", e.unevenDb, 0, 8);
}

template <typename Visitor>
void visitScanner(Visitor& v, HipRecipe& r) {
  v.group("probe", [&] {
    auto& p = r.probe;
    v.choice("shape", p.shape);
    v.field("frequency_mhz", p.frequencyMHz, 2, 20);
    v.field("bandwidth", p.bandwidth, 0.1, 1.5);
    v.field("aperture_mm", p.apertureMm, 20, 160);
    v.field("depth_mm", p.depthMm, 15, 140);
    v.field("focus_mm", p.focusMm, 3, 140);
    v.field("focal_zones", p.focalZones, 1, 4);
    v.field("f_number", p.fNumber, 1, 6);
    v.field("beam_spread", p.beamSpread, 0, 4);
    v.field("compound_angles", p.compoundAngles, 1, 9);
    v.field("compound_step_deg", p.compoundStepDeg, 0, 30);
    v.field("frequency_bands", p.frequencyBands, 1, 4);
    v.field("lines", p.lines, 0, 1024);
    v.field("tilt_deg", p.tiltDeg, -45, 45);
    v.field("steer_side_deg", p.steerSideDeg, 1, 30);
    v.field("radius_mm", p.radiusMm, 20, 100);
    v.field("field_deg", p.fieldDeg, 20, 100);
    v.field("elevation_speckle", p.elevationSpeckle, 0, 1);
  });
  v.group("screen", [&] {
    auto& s = r.screen;
    v.field("columns", s.columns, 320, 4096);
    v.field("rows", s.rows, 240, 4096);
    v.field("x0", s.region.x0, 0, 4095);
    v.field("y0", s.region.y0, 0, 4095);
    v.field("x1", s.region.x1, 0, 4095);
    v.field("y1", s.region.y1, 0, 4095);
    v.field("mm_per_px", s.mmPerPx, 0.01, 1);
    v.field("flip", s.flip);
    v.field("text_inside", s.textInside);
    v.field("colour", s.colour);
  });
  v.group("processing", [&] {
    auto& p = r.processing;
    v.choice("style", p.style);
    v.field("gain_db", p.gainDb, -80, 80);
    v.field("dynamic_range_db", p.dynamicRangeDb, 20, 120);
    v.choice("grey_map", p.greyMap);
    v.field("grey_gamma", p.greyGamma, 0.2, 4);
    v.field("grey_shape", p.greyShape, 0, 1);
    v.field("grey_black", p.greyBlack, 0, 100);
    v.field("grey_white", p.greyWhite, 100, 255);
    v.field("tgc_error", p.tgcError, -1, 1);
    v.group("tgc_sliders_db", [&] {
      constexpr const char* sliders[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
      for (std::size_t i = 0; i < p.tgcSlidersDb.size(); ++i)
        v.field(sliders[i], p.tgcSlidersDb[i], -30, 30);
    });
    v.field("noise_db", p.noiseDb, -300, 20);
    v.field("clutter_db", p.clutterDb, -300, 0);
    v.field("haze_floor_db", p.hazeFloorDb, -300, 10);
    v.choice("speckle_filter", p.speckleFilter);
    v.field("speckle_smoothing", p.speckleSmoothing, 0, 1);
    v.field("edge_enhancement", p.edgeEnhancement, 0, 3);
    v.field("edge_radius_mm", p.edgeRadiusMm, 0.05, 3);
    v.field("persistence", p.persistence, 0, 0.9);
    v.field("pixel_noise", p.pixelNoise, 0, 40);
  });
  v.group("artefacts", [&] {
    auto& a = r.artefacts;
    v.field("reverberation", a.reverberation, 0, 1);
    v.field("reverberation_mm", a.reverberationMm, 0, 60);
    v.field("ring_down", a.ringDown, 0, 1);
    v.field("contact_loss", a.contactLoss, 0, 1);
    v.field("contact_at", a.contactAt, 0, 1);
    v.field("contact_depth_db", a.contactDepthDb, 0, 80);
    v.field("dropout", a.dropout, 0, 1);
    v.field("edge_shadow", a.edgeShadow, 0, 1);
    v.field("edge_shadow_at", a.edgeShadowAt, -1, 2);
    v.field("edge_shadow_depth_mm", a.edgeShadowDepthMm, 0, 100);
    v.field("edge_shadow_width_mm", a.edgeShadowWidthMm, 0.1, 10);
    v.field("edge_shadows", a.edgeShadows, 1, 8);
    v.field("side_lobe", a.sideLobe, 0, 1);
  });
}

template <typename Visitor>
void visitRecipe(Visitor& v, HipRecipe& r) {
  v.choice("side", r.side);
  v.choice("view", r.view);
  v.choice("pathology", r.pathology);
  v.choice("confounder", r.confounder);
  v.choice("not_gradable", r.notGradable);
  v.field("frames", r.frames, 1, 2000);
  v.field("frame_rate_hz", r.frameRateHz, 1, 200);
  v.field("rocking_deg", r.rockingDeg, 0, 20);
  v.field("slide_mm", r.slideMm, -15, 15);
  v.field("sweep_beams", r.sweepBeams, 0, 5);
  v.group("geometry", [&] { visitGeometry(v, r.geometry); });
  visitFindings(v, r);
  v.group("echo", [&] { visitEcho(v, r.echo); });
  visitScanner(v, r);
}

} // namespace hipcuff::phantom
