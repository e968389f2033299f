# Warnings and sanitizers for our own targets only; the packages' headers are SYSTEM.
add_library(hipcuff_compiler INTERFACE)
target_compile_options(hipcuff_compiler INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 warns wrongly about every "literal" + std::string at -O2 and above (GCC bug 105651).
  target_compile_options(hipcuff_compiler INTERFACE -Wno-restrict)
endif()
if(HIPCUFF_WERROR)
  # array-bounds fires from inside ITK's templates even where its headers are SYSTEM; maybe-uninitialized fires for
  # every moved std::optional of a struct with g++ 12 at -O3.
  target_compile_options(hipcuff_compiler INTERFACE -Werror -Wno-error=array-bounds -Wno-error=maybe-uninitialized)
endif()
foreach(sanitizer IN LISTS HIPCUFF_SANITIZE)
  target_compile_options(hipcuff_compiler INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer)
  target_link_options(hipcuff_compiler INTERFACE -fsanitize=${sanitizer})
endforeach()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Let a fresh clone in another folder hit the same cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
