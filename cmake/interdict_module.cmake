# interdict_module(NAME [LIBS third-party...])
#
# One call makes, from the folder it stands in and the folders in it: the library `interdict_NAME` of
# all *.cpp, and the test program `NAME_test` of all *_test.cpp. What it links of our own comes from its line in
# tools/layers.txt, so that an arrow that is not allowed there does not link either.
file(STRINGS ${PROJECT_SOURCE_DIR}/tools/layers.txt INTERDICT_LAYERS REGEX "^[a-z]+:")

function(interdict_module name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")

  set(deps "")
  foreach(line IN LISTS INTERDICT_LAYERS)
    if(line MATCHES "^${name}: *(.*)$")
      separate_arguments(layer UNIX_COMMAND "${CMAKE_MATCH_1}")
      foreach(dep IN LISTS layer)
        if(TARGET interdict_${dep})
          list(APPEND deps interdict_${dep})
        endif()
      endforeach()
    endif()
  endforeach()

  if(sources)
    add_library(interdict_${name} STATIC ${sources})
    target_link_libraries(interdict_${name} PUBLIC interdict_build ${deps} PRIVATE ${ARG_LIBS})
  else()
    add_library(interdict_${name} INTERFACE)
    target_link_libraries(interdict_${name} INTERFACE interdict_build ${deps} ${ARG_LIBS})
  endif()

  if(tests AND BUILD_TESTING AND NOT INTERDICT_FUZZ)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE interdict_${name} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE INTERDICT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120)
  endif()
endfunction()
