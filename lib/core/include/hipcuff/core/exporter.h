// Writes results in a form of its own, beside results.json.
#pragma once

#include "hipcuff/core/result.h"

#include <vector>

namespace hipcuff {

/// Made for one run and one output folder. Called by one thread at a time. Its exceptions end the run (or are said in
/// one line, where the user allowed that); what it has written until then stays.
class ResultExporter {
public:
  virtual ~ResultExporter() = default;
  /// Once for each image result, in the order of the inputs. ImageResult::picture is there.
  virtual void add(const ImageResult& image) = 0;
  /// Once, after the last image. Not called where the run was broken off by an error.
  virtual void finish(const std::vector<StudyResult>& studies) = 0;
};

} // namespace hipcuff
