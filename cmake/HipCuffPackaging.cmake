# The Debian packages of this build; see HipCuffDeb.cmake.
include(HipCuffDeb)
hipcuff_deb(COMPONENT runtime PACKAGE hipcuff SECTION science SHLIBS
  SUMMARY "grades tears of the gluteal tendons on ultrasound"
  DESCRIPTION "${HIPCUFF_DEB_WORDS}\n\nThis package has the programs hipcuff and hipcuff-render."
  # Pictures are drawn on a display of their own where there is none.
  RECOMMENDS hipcuff-ocr xvfb xauth fonts-dejavu-core
  SUGGESTS hipcuff-plugins hipcuff-viewer python3-hipcuff)
if(TARGET hipcuff-ocr)
  hipcuff_deb(COMPONENT ocr PACKAGE hipcuff-ocr SECTION science SHLIBS
    SUMMARY "reads letters off pictures for HipCuff"
    DESCRIPTION "${HIPCUFF_DEB_WORDS}\n\nThis package has the program by which hipcuff deidentify looks for names that are\nleft in the pixels."
    RECOMMENDS hipcuff
    DEPENDS tesseract-ocr-eng)
endif()
if(TARGET hipcuff-viewer)
  hipcuff_deb(COMPONENT viewer PACKAGE hipcuff-viewer SECTION science SHLIBS
    SUMMARY "desktop viewer of HipCuff"
    DESCRIPTION "${HIPCUFF_DEB_WORDS}\n\nThis package has the viewer: look at an exam, correct what was found, decide,\nsave."
    RECOMMENDS hipcuff fonts-dejavu-core)
endif()
hipcuff_deb(COMPONENT dev PACKAGE libhipcuff-dev SECTION libdevel
  SUMMARY "static libraries and headers of HipCuff"
  DESCRIPTION "${HIPCUFF_DEB_WORDS}\n\nThis package has what programs and plugins are built with: headers, static\nlibraries, CMake and pkg-config files."
  # What the libraries themselves were linked with; drawing (VTK) only for those who draw.
  DEPENDS libinsighttoolkit5-dev libfftw3-dev libdcmtk-dev libavformat-dev libavcodec-dev libswscale-dev libavutil-dev
    libopenjp2-7-dev libelf-dev libjpeg62-turbo-dev libpng-dev libtiff-dev zlib1g-dev libssl-dev libsqlite3-dev
  RECOMMENDS cmake pkg-config libvtk9-dev libx11-dev
  SUGGESTS hipcuff)
if(TARGET _hipcuff)
  hipcuff_deb(COMPONENT python PACKAGE python3-hipcuff SECTION python SHLIBS
    SUMMARY "Python module of HipCuff"
    DESCRIPTION "${HIPCUFF_DEB_WORDS}\n\nThis package has the module hipcuff for Python 3: read a cine into NumPy,\nanalyse, validate."
    DEPENDS "python3 (>= 3.11)" "python3 (<< 3.12)" python3-numpy)
  # Byte code is made when it is installed, and goes with it.
  set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/cmake/packaging/python/postinst ${PROJECT_SOURCE_DIR}/cmake/packaging/python/prerm)
endif()
include(CPack)
