# Debian packages by `cpack -G DEB` in the build folder; scripts/package does all of it. What runs and what is built on
# are apart: who only grades needs no compiler, and who grades on a server needs no Qt.
#
#   hipcuff           hipcuff, hipcuff-render, manual pages, completion
#   hipcuff-ocr       reads letters off pictures, for hipcuff deidentify
#   hipcuff-viewer    the desktop viewer
#   libhipcuff-dev    static libraries, headers, CMake and pkg-config files
#   python3-hipcuff   the Python module
#   hipcuff-plugins   made by plugins/CMakeLists.txt against the installed copy
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hipcuff)
set(CPACK_PACKAGE_VENDOR HipCuff)
# CPack's own default word for word, which it leaves out: each package has a summary of its own.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${CMAKE_PROJECT_NAME} built using CMake")
set(CPACK_COMPONENTS_ALL)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(HIPCUFF_MAINTAINER "HipCuff maintainers <maintainers@hipcuff.invalid>" CACHE STRING "Whom the Debian packages name")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${HIPCUFF_MAINTAINER})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
# What Debian's policy asks of every package: copyright, changelog, compressed manual pages.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/packaging/debian_files.cmake)
set(CPACK_HIPCUFF_SOURCE ${CMAKE_CURRENT_LIST_DIR}/..)

# hipcuff_deb(COMPONENT runtime PACKAGE hipcuff SECTION science SUMMARY ... DESCRIPTION ... [SHLIBS]
#   [DEPENDS ...] [RECOMMENDS ...] [SUGGESTS ...])
macro(hipcuff_deb)
  cmake_parse_arguments(DEB "SHLIBS" "COMPONENT;PACKAGE;SECTION;SUMMARY;DESCRIPTION" "DEPENDS;RECOMMENDS;SUGGESTS"
    ${ARGN})
  list(APPEND CPACK_COMPONENTS_ALL ${DEB_COMPONENT})
  string(TOUPPER ${DEB_COMPONENT} deb)
  set(CPACK_DEBIAN_${deb}_PACKAGE_NAME ${DEB_PACKAGE})
  set(CPACK_DEBIAN_${deb}_PACKAGE_SECTION ${DEB_SECTION})
  set(CPACK_COMPONENT_${deb}_DESCRIPTION "${DEB_SUMMARY}\n${DEB_DESCRIPTION}")
  foreach(relation DEPENDS RECOMMENDS SUGGESTS)
    list(JOIN DEB_${relation} ", " CPACK_DEBIAN_${deb}_PACKAGE_${relation})
  endforeach()
  if(DEB_SHLIBS)
    set(CPACK_DEBIAN_${deb}_PACKAGE_SHLIBDEPS ON)
  else()
    set(CPACK_DEBIAN_${deb}_PACKAGE_SHLIBDEPS OFF)
  endif()
endmacro()
string(JOIN "\n" HIPCUFF_DEB_WORDS
  "HipCuff reads B-mode ultrasound of the lateral hip, finds the gluteus medius"
  "tendon at the greater trochanter, measures its thickness and its"
  "discontinuities, and grades tears. Research software, not a medical device.")
