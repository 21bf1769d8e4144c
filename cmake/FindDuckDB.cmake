# DuckDB's C API as the target DuckDB::duckdb.
#
# A DuckDB installed on the system wins; otherwise the library and the header come from the npm packages that
# third_party/duckdb/package-lock.json pins (`npm ci` there, or any `./dev` command, puts them in place).
# The library itself is asked for its version: another series may read the ledger and write it another way.
set(HABITUE_DUCKDB_VERSION "1.4.4" CACHE STRING "Version of the pinned DuckDB")
set(HABITUE_DUCKDB_SERIES "1.4" CACHE STRING "Series of DuckDB that the ledger is written for")

set(_duckdb_pinned "${CMAKE_SOURCE_DIR}/third_party/duckdb/node_modules")
find_path(DuckDB_INCLUDE_DIR duckdb.h)
find_library(DuckDB_LIBRARY duckdb)
string(FIND "${DuckDB_LIBRARY}" "${_duckdb_pinned}" _duckdb_place)
if(DuckDB_INCLUDE_DIR AND DuckDB_LIBRARY AND NOT _duckdb_place EQUAL 0)
  set(_duckdb_origin "system")
else()
  set(_duckdb_origin "third_party/duckdb")
  set(_duckdb_header "${_duckdb_pinned}/duckdb/src/duckdb/src/include/duckdb.h")
  set(DuckDB_LIBRARY "${_duckdb_pinned}/@duckdb/node-bindings-linux-x64/libduckdb.so" CACHE FILEPATH "" FORCE)
  if(EXISTS "${_duckdb_header}")
    # Only duckdb.h is public. Its folder holds the whole C++ interface, so the header is copied to one of its own.
    set(DuckDB_INCLUDE_DIR "${CMAKE_BINARY_DIR}/third_party/duckdb/include" CACHE PATH "" FORCE)
    configure_file("${_duckdb_header}" "${DuckDB_INCLUDE_DIR}/duckdb.h" COPYONLY)
    file(READ "${_duckdb_pinned}/duckdb/package.json" _duckdb_manifest)
    string(JSON _duckdb_version GET "${_duckdb_manifest}" version)
    if(NOT _duckdb_version VERSION_EQUAL HABITUE_DUCKDB_VERSION)
      message(FATAL_ERROR "third_party/duckdb holds DuckDB ${_duckdb_version}, wanted ${HABITUE_DUCKDB_VERSION}: "
                          "run `npm ci --ignore-scripts` in third_party/duckdb")
    endif()
  endif()
endif()

if(NOT EXISTS "${DuckDB_LIBRARY}" OR NOT EXISTS "${DuckDB_INCLUDE_DIR}/duckdb.h")
  message(FATAL_ERROR "DuckDB is missing: run `npm ci --ignore-scripts --omit=optional` in third_party/duckdb, "
                      "or `./dev build`, which does it")
endif()

# The version that counts is the one the library says, so it is asked once per library.
if(NOT HABITUE_DUCKDB_CHECKED STREQUAL "${DuckDB_LIBRARY}")
  file(WRITE "${CMAKE_BINARY_DIR}/third_party/duckdb/version.c"
       "#include <duckdb.h>\n#include <stdio.h>\nint main(void) { return puts(duckdb_library_version()) < 0; }\n")
  get_filename_component(_duckdb_folder "${DuckDB_LIBRARY}" DIRECTORY)
  try_run(_duckdb_ran _duckdb_built "${CMAKE_BINARY_DIR}/third_party/duckdb/check"
          SOURCES "${CMAKE_BINARY_DIR}/third_party/duckdb/version.c"
          CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${DuckDB_INCLUDE_DIR}"
          LINK_OPTIONS "-Wl,-rpath,${_duckdb_folder}"
          LINK_LIBRARIES "${DuckDB_LIBRARY}"
          RUN_OUTPUT_VARIABLE _duckdb_version COMPILE_OUTPUT_VARIABLE _duckdb_log)
  if(NOT _duckdb_built OR NOT _duckdb_ran EQUAL 0)
    message(FATAL_ERROR "DuckDB at ${DuckDB_LIBRARY} does not link or run:\n${_duckdb_log}\n${_duckdb_version}")
  endif()
  string(STRIP "${_duckdb_version}" _duckdb_version)
  if(NOT _duckdb_version MATCHES "^v?${HABITUE_DUCKDB_SERIES}\\.")
    message(FATAL_ERROR "DuckDB ${_duckdb_version} at ${DuckDB_LIBRARY}: the ledger needs ${HABITUE_DUCKDB_SERIES}.x. "
                        "Remove it from CMake's search path and the pinned one is used.")
  endif()
  message(STATUS "DuckDB ${_duckdb_version} (${_duckdb_origin})")
  set(HABITUE_DUCKDB_CHECKED "${DuckDB_LIBRARY}" CACHE INTERNAL "Library whose version was checked")
endif()

set(HABITUE_DUCKDB_ORIGIN "${_duckdb_origin}")
add_library(DuckDB::duckdb SHARED IMPORTED GLOBAL)
set_target_properties(DuckDB::duckdb PROPERTIES
  IMPORTED_LOCATION "${DuckDB_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}")
