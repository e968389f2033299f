// Marked as another HipCuff's, each in its way. It must never run: loading it ends the process.
#include "hipcuff/plugin/abi.h"

#include <cstdlib>

extern "C" {
__attribute__((visibility("default"))) extern const char hipcuffPluginAbi[];
__attribute__((section(".hipcuff_abi"), used)) const char hipcuffPluginAbi[] = OTHER_ABI;
__attribute__((visibility("default"))) void hipcuffPluginMake() {}
}

[[maybe_unused]] static const int never = (std::abort(), 0);
