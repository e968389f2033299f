# Every package the project uses, in one place. The Debian names are in scripts/packages.debian.
set(HIPCUFF_ITK_MODULES ITKCommon ITKSmoothing ITKFFT ITKImageFeature ITKImageGrid ITKImageFunction
  ITKDistanceMap ITKThresholding ITKImageIntensity ITKImageGradient ITKConnectedComponents ITKMathematicalMorphology
  ITKIOImageBase ITKIOPNG ITKIOJPEG ITKIOBMP ITKIOTIFF ITKIOMeta ITKIONRRD ITKIONIFTI)
find_package(ITK 5.2 REQUIRED COMPONENTS ${HIPCUFF_ITK_MODULES})
# ITK 5.2 keeps its include paths in a variable; one interface target carries them as SYSTEM. Imported, so that an
# installed room can name it: HipCuffConfig.cmake makes it again from the ITK that it finds.
add_library(hipcuff::itk INTERFACE IMPORTED GLOBAL)
target_include_directories(hipcuff::itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
target_link_libraries(hipcuff::itk INTERFACE ${ITK_LIBRARIES})

find_package(DCMTK CONFIG REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(TIFF REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 3.38 REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(PkgConfig REQUIRED)
# Names of our own: a program built on the installed copy may look for FFMPEG itself, with other libraries.
pkg_check_modules(HIPCUFF_OPENJPEG REQUIRED IMPORTED_TARGET libopenjp2)
pkg_check_modules(HIPCUFF_ELF REQUIRED IMPORTED_TARGET libelf)
pkg_check_modules(HIPCUFF_FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)
if(HIPCUFF_TESTS)
  find_package(GTest 1.12 REQUIRED)
  include(GoogleTest)
endif()
if(HIPCUFF_BENCH)
  find_package(benchmark REQUIRED)
endif()
if(HIPCUFF_RENDERING)
  set(HIPCUFF_VTK_MODULES CommonCore CommonDataModel RenderingCore RenderingOpenGL2 RenderingFreeType
    RenderingContext2D RenderingContextOpenGL2 RenderingImage InteractionStyle IOImage IOExport IOXMLParser
    ViewsContext2D ChartsCore)
  find_package(VTK 9.1 REQUIRED COMPONENTS ${HIPCUFF_VTK_MODULES})
  # The viewer's search below overwrites the list; only the viewer links Qt.
  set(HIPCUFF_VTK ${VTK_LIBRARIES})
endif()
if(HIPCUFF_VIEWER)
  find_package(Qt5 5.15 REQUIRED COMPONENTS Core Gui)
endif()
if(HIPCUFF_VIEWER AND HIPCUFF_RENDERING)
  find_package(Qt5 5.15 REQUIRED COMPONENTS Widgets PrintSupport Test LinguistTools)
  find_package(VTK 9.1 REQUIRED COMPONENTS GUISupportQt)
endif()
