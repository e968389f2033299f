// Linked into the tests: before main, as a process with several threads can't go into a user namespace.
#include "lab.h"

namespace {

[[maybe_unused]] const bool entered = lab::enterOwnNetwork();

} // namespace
