# Every package the project uses, in one place. The Debian names are in scripts/packages.debian.
find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKSmoothing ITKFFT ITKImageFeature ITKImageGrid ITKImageFunction
  ITKDistanceMap ITKThresholding ITKImageIntensity ITKImageGradient ITKConnectedComponents ITKMathematicalMorphology
  ITKIOImageBase ITKIOPNG ITKIOJPEG ITKIOBMP ITKIOTIFF ITKIOMeta ITKIONRRD)
# ITK 5.2 keeps its include paths in a variable; one interface target carries them as SYSTEM.
add_library(hipcuff_itk INTERFACE)
target_include_directories(hipcuff_itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
target_link_libraries(hipcuff_itk INTERFACE ${ITK_LIBRARIES})

find_package(DCMTK CONFIG REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(TIFF REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(PkgConfig REQUIRED)
pkg_check_modules(OPENJPEG REQUIRED IMPORTED_TARGET libopenjp2)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)
if(HIPCUFF_TESTS)
  find_package(GTest 1.12 REQUIRED)
  include(GoogleTest)
endif()
if(HIPCUFF_BENCH)
  find_package(benchmark REQUIRED)
endif()
if(HIPCUFF_RENDERING)
  find_package(VTK 9.1 REQUIRED COMPONENTS CommonCore CommonDataModel RenderingCore RenderingOpenGL2 RenderingFreeType
    RenderingContext2D RenderingContextOpenGL2 RenderingImage InteractionStyle IOImage ViewsContext2D ChartsCore)
  # The viewer's search below overwrites the list; only the viewer links Qt.
  set(HIPCUFF_VTK ${VTK_LIBRARIES})
endif()
if(HIPCUFF_VIEWER)
  find_package(Qt5 5.15 REQUIRED COMPONENTS Core Gui Widgets PrintSupport Test LinguistTools)
  find_package(VTK 9.1 REQUIRED COMPONENTS GUISupportQt)
endif()
