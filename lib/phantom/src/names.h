// Enumerations and the words that stand for them in files, in the enumerations' order.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <array>

namespace hipcuff::phantom {

template <typename Enum>
inline constexpr std::array<const char*, 0> names{};
template <>
inline constexpr std::array<const char*, 6> names<Pathology> = {"normal", "tendinosis",     "undersurface",
                                                                "bursal", "intrasubstance", "full_thickness"};
template <>
inline constexpr std::array<const char*, 3> names<FacetShape> = {"flat", "convex", "stepped"};
template <>
inline constexpr std::array<const char*, 5> names<TearShape> = {"rounded", "wedge", "irregular", "cleft", "plateau"};
template <>
inline constexpr std::array<const char*, 4> names<StumpShape> = {"round", "tapered", "ragged", "blunt"};
template <>
inline constexpr std::array<const char*, 4> names<FatStyle> = {"sheets", "lobules", "coarse", "plain"};
template <>
inline constexpr std::array<const char*, 3> names<BodyPart> = {"lateral_hip", "muscle_only", "limb"};
template <>
inline constexpr std::array<const char*, 11> names<Confounder> = {
    "none",    "anisotropy",   "insertion_turn", "edge_shadow", "septum_shadow",     "reverberation",
    "dropout", "poor_contact", "thin_anterior",  "thin_zone",   "cortical_irregular"};
template <>
inline constexpr std::array<const char*, 8> names<NotGradable> = {
    "none", "no_cortex", "wrong_region", "too_dark", "saturated", "colour_box", "too_oblique", "text_over_tendon"};
template <>
inline constexpr std::array<const char*, 3> names<ProbeShape> = {"linear", "trapezoid", "curved"};
template <>
inline constexpr std::array<const char*, 6> names<ScannerStyle> = {"standard", "modern",    "smooth",
                                                                   "coarse",   "contrasty", "plain"};
template <>
inline constexpr std::array<const char*, 4> names<GreyMap> = {"power", "s_curve", "knee", "logistic"};
template <>
inline constexpr std::array<const char*, 5> names<SpeckleFilter> = {"none", "median", "bilateral", "diffusion",
                                                                    "oriented"};
template <>
inline constexpr std::array<const char*, 2> names<Side> = {"L", "R"};
template <>
inline constexpr std::array<const char*, 2> names<View> = {"long", "short"};

} // namespace hipcuff::phantom
