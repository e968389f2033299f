// A shared library that is no plugin. It must never run: loading it ends the process.
#include <cstdlib>

extern "C" __attribute__((visibility("default"))) void hipcuffPluginMake() {}

[[maybe_unused]] static const int never = (std::abort(), 0);
