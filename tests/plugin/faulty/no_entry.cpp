// The right mark, and nothing to call.
#include "hipcuff/plugin/abi.h"

extern "C" {
extern const char hipcuffPluginAbi[];
__attribute__((section(".hipcuff_abi"), used)) const char hipcuffPluginAbi[] = HIPCUFF_PLUGIN_ABI;
}
