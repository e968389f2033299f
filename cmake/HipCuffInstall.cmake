# The installed copy: rooms as static libraries with their public headers, and what find_package(HipCuff) reads.
#
# Each room is an export of its own, so that a program has only the rooms that it asked for and needs only their
# packages. Which those are is taken from the room's own list of libraries.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME runtime)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
# The program looks for plugins beside itself, in <prefix>/lib/hipcuff/plugins, whatever the architecture's folder.
set(HIPCUFF_PLUGIN_DIR lib/hipcuff/plugins)
set(HIPCUFF_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/HipCuff)

# Target -> the package that HipCuffConfig.cmake must find for it.
set(HIPCUFF_PACKAGE_OF
  "hipcuff::itk=ITK" "DCMTK::.*=DCMTK" "JPEG::.*=JPEG" "PNG::.*=PNG" "TIFF::.*=TIFF" "ZLIB::.*=ZLIB"
  "OpenSSL::.*=OpenSSL" "SQLite::.*=SQLite3" "Threads::.*=Threads" "VTK::.*=VTK" "X11::.*=X11"
  "PkgConfig::HIPCUFF_OPENJPEG=OPENJPEG" "PkgConfig::HIPCUFF_FFMPEG=FFMPEG" "PkgConfig::HIPCUFF_ELF=ELF")
set(HIPCUFF_HEADER_ONLY nlohmann_json::nlohmann_json Boost::headers)

# Public headers under `folder` (with a trailing /).
function(hipcuff_install_headers folder)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN "*.h")
endfunction()

function(hipcuff_install_target name)
  install(TARGETS hipcuff_${name} EXPORT hipcuff-${name}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(EXPORT hipcuff-${name} FILE HipCuff-${name}.cmake NAMESPACE hipcuff:: DESTINATION ${HIPCUFF_CMAKE_DIR}
    COMPONENT dev)
endfunction()

# hipcuff_install_room(ingest hipcuff::core PNG::PNG ...): the room, and what it links.
function(hipcuff_install_room name)
  hipcuff_install_target(${name})
  hipcuff_install_headers(${CMAKE_CURRENT_SOURCE_DIR}/include/)
  set(rooms)
  set(packages)
  foreach(library IN LISTS ARGN)
    if(library IN_LIST HIPCUFF_HEADER_ONLY OR library MATCHES "BUILD_INTERFACE" OR library STREQUAL CMAKE_DL_LIBS)
      continue()
    endif()
    set(package)
    foreach(pair IN LISTS HIPCUFF_PACKAGE_OF)
      string(REGEX REPLACE "=.*" "" pattern ${pair})
      if(library MATCHES "^${pattern}$")
        string(REGEX REPLACE ".*=" "" package ${pair})
      endif()
    endforeach()
    if(package)
      list(APPEND packages ${package})
    elseif(library MATCHES "^hipcuff::(.*)$")
      list(APPEND rooms ${CMAKE_MATCH_1})
    else()
      message(FATAL_ERROR "lib/${name} links ${library}: say in cmake/HipCuffInstall.cmake which package has it")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES packages)
  set_property(GLOBAL APPEND PROPERTY HIPCUFF_ROOMS ${name})
  set_property(GLOBAL PROPERTY HIPCUFF_ROOMS_OF_${name} ${rooms})
  set_property(GLOBAL PROPERTY HIPCUFF_PACKAGES_OF_${name} ${packages})
endfunction()

# Link flags of packages that have no .pc file: -lITKCommon-5.2 and so on, as their library files are called.
function(hipcuff_link_flags result)
  set(flags)
  foreach(library IN LISTS ARGN)
    set(file ${library})
    if(TARGET ${library})
      get_target_property(type ${library} TYPE)
      if(type STREQUAL "INTERFACE_LIBRARY")
        continue()
      endif()
      get_target_property(configuration ${library} IMPORTED_CONFIGURATIONS)
      list(GET configuration 0 configuration)
      get_target_property(file ${library} IMPORTED_LOCATION_${configuration})
    endif()
    if(file MATCHES "/lib([^/]+)\\.so[.0-9]*$")
      list(APPEND flags -l${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES flags)
  list(JOIN flags " " flags)
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

# Static libraries come before what they use.
function(hipcuff_room_flags result)
  set(rooms ${ARGN})
  list(REVERSE rooms)
  list(TRANSFORM rooms PREPEND -lhipcuff_)
  list(JOIN rooms " " rooms)
  set(${result} "${rooms}" PARENT_SCOPE)
endfunction()

function(hipcuff_install_pkg_config)
  set(rooms ${ARGN})
  cmake_path(SET pc_dir NORMALIZE /${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  cmake_path(RELATIVE_PATH pc_dir BASE_DIRECTORY / OUTPUT_VARIABLE pc_dir)
  string(REGEX REPLACE "[^/]+" ".." HIPCUFF_PC_UP ${pc_dir})
  hipcuff_link_flags(HIPCUFF_PC_ITK ${ITK_LIBRARIES})
  # The flags of the first include folder are enough: the others are the compiler's own.
  list(GET ITK_INCLUDE_DIRS 0 HIPCUFF_PC_ITK_INCLUDE)
  set(names hipcuff)
  if("rendering" IN_LIST rooms)
    list(REMOVE_ITEM rooms rendering)
    set(modules ${HIPCUFF_VTK_MODULES})
    list(TRANSFORM modules PREPEND VTK::)
    hipcuff_link_flags(HIPCUFF_PC_VTK ${modules})
    list(APPEND names hipcuff-rendering)
  endif()
  hipcuff_room_flags(HIPCUFF_PC_ROOMS ${rooms})
  foreach(name IN LISTS names)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/cmake/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/cmake/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
  endforeach()
endfunction()

# What is there once, after all rooms.
function(hipcuff_install_package)
  get_property(HIPCUFF_ROOMS GLOBAL PROPERTY HIPCUFF_ROOMS)
  set(HIPCUFF_ROOM_TABLE)
  foreach(room IN LISTS HIPCUFF_ROOMS)
    get_property(rooms GLOBAL PROPERTY HIPCUFF_ROOMS_OF_${room})
    get_property(packages GLOBAL PROPERTY HIPCUFF_PACKAGES_OF_${room})
    list(JOIN rooms " " rooms)
    list(JOIN packages " " packages)
    string(APPEND HIPCUFF_ROOM_TABLE "set(_hipcuff_rooms_of_${room} ${rooms})\n")
    string(APPEND HIPCUFF_ROOM_TABLE "set(_hipcuff_packages_of_${room} ${packages})\n")
  endforeach()
  # What the component dev consists of: enough to build a plugin or an outside program.
  list(TRANSFORM HIPCUFF_ROOMS PREPEND hipcuff_ OUTPUT_VARIABLE targets)
  add_custom_target(hipcuff_rooms DEPENDS ${targets})
  hipcuff_install_pkg_config(${HIPCUFF_ROOMS})
  list(JOIN HIPCUFF_ROOMS " " HIPCUFF_ROOMS)
  list(JOIN HIPCUFF_ITK_MODULES " " HIPCUFF_ITK_MODULES)
  list(JOIN HIPCUFF_VTK_MODULES " " HIPCUFF_VTK_MODULES)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/HipCuffConfig.cmake.in
    ${PROJECT_BINARY_DIR}/cmake/HipCuffConfig.cmake INSTALL_DESTINATION ${HIPCUFF_CMAKE_DIR}
    NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/HipCuffConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/HipCuffConfig.cmake ${PROJECT_BINARY_DIR}/cmake/HipCuffConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/HipCuffPlugin.cmake DESTINATION ${HIPCUFF_CMAKE_DIR} COMPONENT dev)

  if(TARGET hipcuff-render)
    install(TARGETS hipcuff-render COMPONENT runtime)
  endif()
  if(TARGET hipcuff-viewer)
    install(TARGETS hipcuff-viewer COMPONENT viewer)
    install(DIRECTORY ${PROJECT_BINARY_DIR}/share/hipcuff/translations DESTINATION ${CMAKE_INSTALL_DATADIR}/hipcuff
      COMPONENT viewer FILES_MATCHING PATTERN "*.qm")
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/packaging/hipcuff-viewer.desktop
      DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT viewer)
  endif()
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT licence)
endfunction()
