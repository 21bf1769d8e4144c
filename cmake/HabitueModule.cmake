# One module is one target. A module's CMakeLists.txt is one call:
#
#   habitue_module(insight USES knowledge journey LIBS fmt::fmt)
#
# makes the static library `habitue_insight` of src/insight/*.cpp and of the folders there (an interface library while there is none) and notes
# USES for the `layering` test. Its tests, fuzz targets and benchmarks are found by their folders:
# tests/insight/*_test.cpp, fuzz/insight/*_fuzz.cpp, bench/insight/*_bench.cpp.
include_guard(GLOBAL)

# Flags for our own code. Libraries' headers come in as SYSTEM, so their warnings are theirs.
add_library(habitue_flags INTERFACE)
target_compile_features(habitue_flags INTERFACE cxx_std_20)
target_compile_options(habitue_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror
  # Paths in messages and asserts do not depend on where the checkout lies.
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
  # g++ 12 sees overflows and unset values in std::string, std::optional and tl::expected that are not there, at -O2
  # and above; the sanitizer builds look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread
    -Wno-maybe-uninitialized -Wno-free-nonheap-object>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-field-initializers>)
target_include_directories(habitue_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_link_libraries(habitue_flags INTERFACE Threads::Threads)

# After habitue_flags: g++ does not warn of these in a test either.
add_library(habitue_test_flags INTERFACE)
target_compile_options(habitue_test_flags INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)

set_property(GLOBAL PROPERTY HABITUE_MODULES "")

# What nearly every source includes is read once (half of a small file's time goes into it), where HABITUE_PRECOMPILE says so.
# The files include what they use all the same: dev and release read each header where it is asked for, and complain of a missing one.
set(_habitue_common_headers <algorithm> <array> <atomic> <bit> <charconv> <chrono> <cmath> <cstdint> <functional> <map> <memory>
  <mutex> <numeric> <optional> <random> <span> <string> <string_view> <thread> <tuple> <unordered_map> <unordered_set> <utility>
  <variant> <vector> <fmt/format.h> <tl/expected.hpp>)

# habitue_precompiled(NAME LIBS...): makes a target that others share what they precompile with. All of them are compiled with the same
# flags and the same definitions of these libraries.
function(habitue_precompiled NAME)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS;HEADERS")
  set(nothing "${CMAKE_BINARY_DIR}/generated/${NAME}.cpp")
  file(CONFIGURE OUTPUT "${nothing}" CONTENT "// Holds the headers that others share.\n")
  add_library(${NAME} OBJECT "${nothing}")
  target_link_libraries(${NAME} PRIVATE habitue_flags ${arg_LIBS})
  target_precompile_headers(${NAME} PRIVATE ${arg_HEADERS})
endfunction()

if(HABITUE_PRECOMPILE)
  habitue_precompiled(habitue_common LIBS fmt::fmt HEADERS ${_habitue_common_headers})
endif()
if(HABITUE_TESTS)
  # GoogleTest takes a second to read, so it is read once in every build.
  habitue_precompiled(habitue_test_common LIBS fmt::fmt GTest::gmock GTest::gtest
    HEADERS <gmock/gmock.h> <gtest/gtest.h> ${_habitue_common_headers})
  # As executables are: a precompiled header serves one kind of code.
  set_target_properties(habitue_test_common PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(habitue_test_common PRIVATE -fPIE)
  # Optimising the tests themselves takes half of their time to compile, and clang with two sanitizers is the slowest to do it.
  if(HABITUE_SANITIZE MATCHES "address")
    target_compile_options(habitue_test_common PRIVATE -O0)
    target_compile_options(habitue_test_flags INTERFACE -O0)
  endif()
endif()

function(habitue_module NAME)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;LIBS;SOURCES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "habitue_module(${NAME}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  list(FIND HABITUE_MODULE_ORDER ${NAME} own_place)
  foreach(used IN LISTS arg_USES)
    list(FIND HABITUE_MODULE_ORDER ${used} place)
    if(place EQUAL -1 OR place GREATER_EQUAL own_place)
      message(FATAL_ERROR "module ${NAME} USES ${used}, which is not to its left in HABITUE_MODULE_ORDER")
    elseif(NOT TARGET habitue_${used})
      message(WARNING "module ${NAME} is left out: it USES ${used}, and src/${used}/CMakeLists.txt is missing")
      return()
    endif()
  endforeach()
  if(NOT arg_SOURCES)
    file(GLOB arg_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${NAME}/*.cpp" "${CMAKE_SOURCE_DIR}/src/${NAME}/*/*.cpp")
    list(FILTER arg_SOURCES EXCLUDE REGEX "/main\\.cpp$")
  endif()
  list(TRANSFORM arg_USES PREPEND habitue_ OUTPUT_VARIABLE used_targets)
  if(arg_SOURCES)
    add_library(habitue_${NAME} STATIC ${arg_SOURCES})
    target_link_libraries(habitue_${NAME} PUBLIC habitue_flags ${used_targets} ${arg_LIBS})
    if(HABITUE_PRECOMPILE)
      target_precompile_headers(habitue_${NAME} REUSE_FROM habitue_common)
    endif()
  else()
    add_library(habitue_${NAME} INTERFACE)
    target_link_libraries(habitue_${NAME} INTERFACE habitue_flags ${used_targets} ${arg_LIBS})
  endif()
  set_property(GLOBAL APPEND PROPERTY HABITUE_MODULES ${NAME})
  set_property(GLOBAL PROPERTY HABITUE_USES_${NAME} ${arg_USES})
endfunction()

# An executable beside a module's library: habitue_executable(habitue SOURCES main.cpp USES cli). Lands in <build>/bin.
function(habitue_executable NAME)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;LIBS;SOURCES")
  foreach(used IN LISTS arg_USES)
    if(NOT TARGET habitue_${used})
      message(WARNING "executable ${NAME} is left out: it USES ${used}, which is left out")
      return()
    endif()
  endforeach()
  add_executable(${NAME} ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND habitue_ OUTPUT_VARIABLE used_targets)
  target_link_libraries(${NAME} PRIVATE ${used_targets} ${arg_LIBS} habitue_flags)
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()

# tests/NAME/*_test.cpp as the executable test_NAME, each case known to CTest under the label NAME.
# tests/NAME/CMakeLists.txt, when there, can add to it: target_link_libraries(test_insight PRIVATE habitue_simulate).
function(habitue_tests NAME)
  set(folder "${CMAKE_SOURCE_DIR}/tests/${NAME}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  if(NAME IN_LIST HABITUE_MODULE_ORDER AND NOT TARGET habitue_${NAME})
    message(WARNING "tests/${NAME} is left out: there is no module ${NAME}")
    return()
  endif()
  file(GLOB helpers CONFIGURE_DEPENDS "${folder}/*.cpp")
  list(FILTER helpers EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER helpers EXCLUDE REGEX "/main\\.cpp$")
  add_executable(test_${NAME} ${sources} ${helpers})
  target_include_directories(test_${NAME} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(test_${NAME} PRIVATE GTest::gmock GTest::gtest GTest::gtest_main fmt::fmt habitue_flags habitue_test_flags)
  if(TARGET habitue_${NAME})
    target_link_libraries(test_${NAME} PRIVATE habitue_${NAME})
  endif()
  target_precompile_headers(test_${NAME} REUSE_FROM habitue_test_common)
  target_compile_definitions(test_${NAME} PRIVATE
    HABITUE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HABITUE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  set_target_properties(test_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(EXISTS "${folder}/CMakeLists.txt")
    add_subdirectory("${folder}" "${CMAKE_BINARY_DIR}/tests/${NAME}.dir")
  endif()
  gtest_discover_tests(test_${NAME} TEST_PREFIX "${NAME}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" PROPERTIES LABELS "${NAME}" TIMEOUT 300)
endfunction()

# fuzz/NAME/*_fuzz.cpp: one libFuzzer executable each, only in a build with HABITUE_FUZZ (preset fuzz).
function(habitue_fuzz_targets NAME)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/fuzz/${NAME}/*_fuzz.cpp")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM stem)
    set(target fuzz_${NAME}_${stem})
    string(REGEX REPLACE "_fuzz$" "" target "${target}")
    add_executable(${target} "${source}")
    target_link_libraries(${target} PRIVATE habitue_${NAME} habitue_flags)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
    set_property(GLOBAL APPEND PROPERTY HABITUE_FUZZ_TARGETS ${target})
  endforeach()
endfunction()

# bench/NAME/*_bench.cpp: one Google Benchmark executable a folder, bench_NAME, linked with the module of that name when
# there is one; bench/NAME/CMakeLists.txt, when there, can add to it. A file with a main() of its own keeps it: that of
# bench/google_main.cpp is only taken from its archive when nothing else defines one.
function(habitue_benchmarks NAME)
  set(folder "${CMAKE_SOURCE_DIR}/bench/${NAME}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*_bench.cpp")
  if(sources)
    add_executable(bench_${NAME} EXCLUDE_FROM_ALL ${sources})
    target_include_directories(bench_${NAME} PRIVATE "${CMAKE_SOURCE_DIR}/bench")
    if(TARGET habitue_${NAME})
      target_link_libraries(bench_${NAME} PRIVATE habitue_${NAME})
    endif()
    target_link_libraries(bench_${NAME} PRIVATE habitue_flags habitue_bench_main fmt::fmt)
    target_compile_definitions(bench_${NAME} PRIVATE
      HABITUE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HABITUE_BINARY_DIR="${CMAKE_BINARY_DIR}")
    set_target_properties(bench_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench")
    if(EXISTS "${folder}/CMakeLists.txt")
      add_subdirectory("${folder}" "${CMAKE_BINARY_DIR}/bench/${NAME}.dir")
    endif()
  endif()
endfunction()

# Writes what the `layering` test reads: a line `module: used used` for each module.
function(habitue_write_layers)
  get_property(modules GLOBAL PROPERTY HABITUE_MODULES)
  set(text "")
  foreach(module IN LISTS modules)
    get_property(uses GLOBAL PROPERTY HABITUE_USES_${module})
    list(JOIN uses " " uses)
    string(APPEND text "${module}: ${uses}\n")
  endforeach()
  file(WRITE "${CMAKE_BINARY_DIR}/layers.txt" "${text}")
endfunction()
