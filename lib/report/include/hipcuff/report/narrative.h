// The report in words, as a person would dictate it.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <span>
#include <string>

namespace hipcuff::report {

/// Plain text, UTF-8, lines of at most about 100 characters, in this order: identity (left open: reports carry none),
/// laterality, indication, technique, limitations; gluteus medius per facet with class and tears, calcification;
/// gluteus minimus (not assessed); cortex; bursae; iliotibial band; muscle; other side; confidence and what could not
/// be assessed; impression. One such block per hip of the study.
///
/// Says "not measured" where a value is missing, never a number that was not measured; never infers symptoms.
/// @param images those of this study; an image belongs to a hip where HipResult::images names its SOP instance UID or
///               path. Pictures and point lists are not looked at.
[[nodiscard]] std::string narrative(const StudyResult& study, std::span<const ImageResult> images,
                                    const Criteria& criteria);

} // namespace hipcuff::report
