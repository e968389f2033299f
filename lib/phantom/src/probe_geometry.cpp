#include "probe_geometry.h"

#include "random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180.0;

} // namespace

const char* toString(ProbeShape shape) noexcept {
  switch (shape) {
  case ProbeShape::linear:
    return "linear";
  case ProbeShape::trapezoid:
    return "trapezoid";
  case ProbeShape::curved:
    return "curved";
  }
  return "";
}

Point Pose::toPicture(Point scene) const {
  const double angle = rockDeg * degree * smoothstep(0, stiffFromMm, scene.y);
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  const double dx = scene.x + slideMm - pivotX;
  Point p{pivotX + dx * c - scene.y * s, dx * s + scene.y * c};
  if (faceRadiusMm > 0) {
    const double u = std::min(std::abs(p.x - pivotX), 0.9 * faceRadiusMm);
    const double sag = faceRadiusMm - std::sqrt(faceRadiusMm * faceRadiusMm - u * u);
    p.y += faceDropMm - sag * (1 - std::clamp(scene.y / dentMm, 0.0, 1.0));
  }
  return p;
}

Point Pose::toScene(Point picture) const {
  if (straight())
    return picture;
  Point q = picture;
  for (int i = 0; i < (faceRadiusMm > 0 ? 9 : 5); ++i)
    q = q + (picture - toPicture(q));
  return q;
}

Pose poseOf(const HipRecipe& r, int frame) {
  Pose pose;
  pose.pivotX = 0.5 * r.probe.apertureMm;
  pose.stiffFromMm = std::max(3.0, 0.7 * (r.geometry.skinMm + r.geometry.fatMm));
  pose.tiltDeg = r.probe.tiltDeg;
  if (r.probe.shape == ProbeShape::curved) {
    pose.faceRadiusMm = r.probe.radiusMm;
    pose.faceDropMm = faceDropMm(r.probe);
    pose.dentMm = std::max(5.0, 0.9 * (r.geometry.skinMm + r.geometry.fatMm));
  }
  if (r.frames > 1) {
    const double swing = std::sin(2 * std::numbers::pi * frame / r.frames);
    const bool along = r.view == View::longAxis;
    pose.rockDeg = r.rockingDeg * swing * (along ? 1.0 : 0.35);
    pose.tiltDeg += along ? 0.0 : r.rockingDeg * swing;
    // Hands are never quite still: the plane drifts, more where the probe is tilted across it.
    pose.elevation = (along ? 0.25 : 0.6) * std::sin(2 * std::numbers::pi * frame / r.frames + 0.7);
    pose.elevation += r.sweepBeams * swing;
    pose.slideMm = 0.5 * r.slideMm * (1 - std::cos(2 * std::numbers::pi * frame / r.frames)); // out and back
  }
  return pose;
}

double faceMm(const Probe& p) noexcept {
  switch (p.shape) {
  case ProbeShape::linear:
    break;
  case ProbeShape::trapezoid:
    return std::max(10.0, p.apertureMm - 2 * p.depthMm * std::tan(p.steerSideDeg * degree));
  case ProbeShape::curved:
    return p.radiusMm * p.fieldDeg * degree;
  }
  return p.apertureMm;
}

double apexAboveMm(const Probe& p) noexcept {
  switch (p.shape) {
  case ProbeShape::linear:
    break;
  case ProbeShape::trapezoid:
    return 0.5 * faceMm(p) / std::tan(p.steerSideDeg * degree);
  case ProbeShape::curved:
    return p.radiusMm * std::cos(0.5 * p.fieldDeg * degree);
  }
  return 0;
}

double faceDropMm(const Probe& p) noexcept {
  return p.shape == ProbeShape::curved ? p.radiusMm - apexAboveMm(p) : 0.0;
}

double pictureHeightMm(const Probe& p) noexcept {
  return p.depthMm + faceDropMm(p);
}

double rangeMm(const Probe& p, Point mm) noexcept {
  const double dx = mm.x - 0.5 * p.apertureMm;
  switch (p.shape) {
  case ProbeShape::linear:
    break;
  case ProbeShape::trapezoid: {
    const double slope = dx / (mm.y + apexAboveMm(p));
    return mm.y * std::sqrt(1 + slope * slope);
  }
  case ProbeShape::curved:
    return std::hypot(dx, mm.y + apexAboveMm(p)) - p.radiusMm;
  }
  return mm.y;
}

Point beamDirection(const Probe& p, Point mm) noexcept {
  if (p.shape == ProbeShape::linear)
    return {0, 1};
  const double dx = mm.x - 0.5 * p.apertureMm;
  const double dy = mm.y + apexAboveMm(p);
  const double length = std::max(1e-6, std::hypot(dx, dy));
  return {dx / length, dy / length};
}

double beamAngleDeg(const Probe& p, Point mm) noexcept {
  const Point d = beamDirection(p, mm);
  return std::atan2(d.x, d.y) / degree;
}

double beamCoordinate(const Probe& p, Point mm) noexcept {
  const double dx = mm.x - 0.5 * p.apertureMm;
  switch (p.shape) {
  case ProbeShape::linear:
    break;
  case ProbeShape::trapezoid:
    return dx / (1 + mm.y / apexAboveMm(p)) / (0.5 * faceMm(p));
  case ProbeShape::curved:
    return std::atan2(dx, mm.y + apexAboveMm(p)) / (0.5 * p.fieldDeg * degree);
  }
  return dx / (0.5 * p.apertureMm);
}

bool inField(const Probe& p, Point mm) noexcept {
  if (std::abs(beamCoordinate(p, mm)) > 1 + 1e-9)
    return false;
  const double range = rangeMm(p, mm);
  return range >= 0 && (p.shape == ProbeShape::curved ? range : mm.y) <= p.depthMm;
}

double fibreAngle(const HipRecipe& r, const Pose& pose, double headingDeg, Point mm) {
  // In the short axis the fibres run through the picture's plane: only the tilt brings them off the perpendicular.
  const double inPlane = r.view == View::longAxis ? headingDeg + pose.rockDeg + beamAngleDeg(r.probe, mm) : 0.0;
  return std::hypot(inPlane, pose.tiltDeg);
}

double incidenceDeg(const HipRecipe& r, const Pose& pose, double headingDeg, Point mm) {
  return std::hypot(headingDeg + pose.rockDeg + beamAngleDeg(r.probe, mm), pose.tiltDeg);
}

} // namespace hipcuff::phantom
