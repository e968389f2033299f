# A room is one library target with public headers in include/ and everything else in src/.
#
#   hipcuff_room(segmentation
#     SOURCES src/a.cpp src/b.cpp
#     PUBLIC hipcuff::core       # what its public headers include
#     PRIVATE hipcuff::itk)      # what only its sources include
#
# makes the target hipcuff_segmentation, known to others as hipcuff::segmentation, here and in the installed copy.
function(hipcuff_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target hipcuff_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(hipcuff::${name} ALIAS ${target})
  # An outside program links a room's libraries with it, but has no use for what our sources took from headers alone.
  list(TRANSFORM ROOM_PRIVATE REPLACE "^(nlohmann_json::nlohmann_json|Boost::headers)$" "$<BUILD_INTERFACE:\\1>")
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${ROOM_PUBLIC} PRIVATE $<BUILD_INTERFACE:hipcuff_compiler> ${ROOM_PRIVATE})
  hipcuff_install_room(${name} ${ROOM_PUBLIC} ${ROOM_PRIVATE})
endfunction()

# One GoogleTest program a room; its cases are found by CTest at test time.
#
#   hipcuff_test(segmentation SOURCES a_test.cpp LINK hipcuff::segmentation [LABEL long] [WHOLE])
#
# WHOLE: one CTest test for the program, where its cases share what is costly to make.
function(hipcuff_test name)
  cmake_parse_arguments(TEST "WHOLE" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  set(target test_${name})
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE ${TEST_LINK} hipcuff_compiler GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support)
  target_compile_definitions(${target} PRIVATE
    HIPCUFF_SOURCE_DIR="${PROJECT_SOURCE_DIR}" HIPCUFF_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  if(NOT TEST_LABEL)
    set(TEST_LABEL fast)
  endif()
  if(TEST_WHOLE)
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
    return()
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
endfunction()
