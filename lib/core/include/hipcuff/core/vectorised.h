// For functions whose plain loops gain from wider vectors than every x86-64 has: the compiler builds them twice, and
// the machine's own version runs. Results may differ in the last bits (fused multiply-add).
#pragma once

// Sanitizers start after the linker asks which version to take; other machines have one version only.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HIPCUFF_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HIPCUFF_SANITIZED
#endif
#endif

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__) && !defined(HIPCUFF_SANITIZED)
#define HIPCUFF_VECTORISED __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define HIPCUFF_VECTORISED
#endif
