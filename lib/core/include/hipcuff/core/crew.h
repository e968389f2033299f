// Idle threads that help where work can be shared. Results must not depend on how many help.
#pragma once

#include <functional>

namespace hipcuff {

class Crew {
public:
  virtual ~Crew() = default;
  /// Calls `work` on the calling thread, and on threads that are or become idle meanwhile, several at once: `work`
  /// takes piece after piece from a common counter until none is left. Returns when all calls have. The first exception
  /// of any call is thrown again here.
  virtual void share(const std::function<void()>& work) = 0;
};

} // namespace hipcuff
