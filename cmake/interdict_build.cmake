# Flags of every target of ours, on one INTERFACE library: no global CMAKE_CXX_FLAGS.
option(INTERDICT_FUZZ "libFuzzer targets (clang only)" OFF)
option(INTERDICT_BENCH "the benchmarks of bench/ (needs libbenchmark-dev)" OFF)
option(INTERDICT_WERROR "warnings are errors" OFF)
set(INTERDICT_SANITIZE "" CACHE STRING "comma list given to -fsanitize=")

add_library(interdict_build INTERFACE)
target_compile_features(interdict_build INTERFACE cxx_std_20)
target_include_directories(interdict_build INTERFACE ${PROJECT_SOURCE_DIR}/src)
find_path(INTERDICT_TL_EXPECTED tl/expected.hpp REQUIRED)  # Debian: libexpected-dev
target_include_directories(interdict_build SYSTEM INTERFACE ${INTERDICT_TL_EXPECTED})
find_package(fmt REQUIRED)  # compiled once in its library: header-only it doubles the time of every file
target_link_libraries(interdict_build INTERFACE fmt::fmt)
target_compile_options(interdict_build INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  $<$<BOOL:${INTERDICT_WERROR}>:-Werror>)
if(INTERDICT_SANITIZE)
  target_compile_options(interdict_build INTERFACE
    -fsanitize=${INTERDICT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(interdict_build INTERFACE -fsanitize=${INTERDICT_SANITIZE})
endif()
if(INTERDICT_FUZZ)
  target_compile_options(interdict_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
