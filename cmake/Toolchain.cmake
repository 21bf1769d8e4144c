# What the compiler and the linker are told in every build: sanitizers, a compiler cache, a quick linker.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} is too old: Habitué needs g++ 12 or clang 14")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "clang ${CMAKE_CXX_COMPILER_VERSION} is too old: Habitué needs g++ 12 or clang 14")
endif()

find_program(HABITUE_CCACHE ccache)
if(HABITUE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout: every build folder and every clone shares the same entries.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      # What is read once for several files is remembered by its content.
      CCACHE_SLOPPINESS=pch_defines,time_macros ${HABITUE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# mold and lld link several times quicker than ld.
find_program(HABITUE_MOLD mold)
find_program(HABITUE_LLD NAMES ld.lld ld.lld-14)
if(HABITUE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(HABITUE_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(HABITUE_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ looks for memory to give back long before there is need: a seventh of the time of a large file. In KiB.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:--param ggc-min-heapsize=400000>")
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  # What is run and packaged counts bits by one instruction, as every such processor since 2009 can.
  add_compile_options(-march=x86-64-v2)
endif()
if(HABITUE_SANITIZE)
  add_compile_options(-fsanitize=${HABITUE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HABITUE_SANITIZE})
  if(HABITUE_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(HABITUE_SANITIZE MATCHES thread)
    # The thread sanitizer does not know fences. Asio's come on top of its locks, which it does know.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(HABITUE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "HABITUE_FUZZ needs clang (libFuzzer): cmake --preset fuzz")
  endif()
  # Counters in every module, the driver only in the fuzz targets.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# The binary in the build folder finds DuckDB where it lies; the installed one in ../lib/habitue beside it.
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/habitue")
