# hipcuff_add_plugin(NAME
#   SOURCES a.cpp b.cpp
#   [DESCRIPTOR NAME.plugin.json]          # in the source folder; @PROJECT_VERSION@ and the like are filled in
#   [LINK hipcuff::segmentation ...]       # beside hipcuff::core, which comes by itself
#   [FILES weights.onnx ...])              # what the plugin reads: put beside it, in the build folder and installed
#
# makes NAME.so and NAME.plugin.json in the build folder (hipcuff --plugin-path finds them there) and installs them into
# <prefix>/lib/hipcuff/plugins, where an installed hipcuff finds them without being told.
function(hipcuff_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 PLUGIN "" "DESCRIPTOR" "SOURCES;LINK;FILES")
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hipcuff_add_plugin(${name}): unknown argument '${PLUGIN_UNPARSED_ARGUMENTS}' "
      "(it takes SOURCES, DESCRIPTOR, LINK and FILES)")
  endif()
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "hipcuff_add_plugin(${name}): a plugin's name has lower case letters, digits and _ only")
  endif()
  if(NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "hipcuff_add_plugin(${name}): no SOURCES")
  endif()
  if(NOT PLUGIN_DESCRIPTOR)
    set(PLUGIN_DESCRIPTOR ${name}.plugin.json)
  endif()
  get_filename_component(descriptor ${PLUGIN_DESCRIPTOR} ABSOLUTE)
  if(NOT EXISTS ${descriptor})
    message(FATAL_ERROR "hipcuff_add_plugin(${name}): no descriptor ${descriptor}")
  endif()

  add_library(${name} MODULE ${PLUGIN_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  target_compile_features(${name} PRIVATE cxx_std_20)
  # A missing symbol is an error here, not on a user's machine; and what the plugin links statically stays its own.
  target_link_options(${name} PRIVATE -Wl,--no-undefined -Wl,--exclude-libs,ALL)
  target_link_libraries(${name} PRIVATE hipcuff::plugin_api ${PLUGIN_LINK})

  configure_file(${descriptor} ${CMAKE_CURRENT_BINARY_DIR}/${name}.plugin.json @ONLY)
  foreach(file IN LISTS PLUGIN_FILES)
    get_filename_component(path ${file} ABSOLUTE)
    get_filename_component(leaf ${file} NAME)
    configure_file(${path} ${CMAKE_CURRENT_BINARY_DIR}/${leaf} COPYONLY)
    install(FILES ${path} DESTINATION lib/hipcuff/plugins COMPONENT plugins)
  endforeach()
  install(TARGETS ${name} LIBRARY DESTINATION lib/hipcuff/plugins COMPONENT plugins)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.plugin.json DESTINATION lib/hipcuff/plugins COMPONENT plugins)
endfunction()
