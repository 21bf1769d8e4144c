# `cmake --install` and the Debian package (cpack -G DEB; ./dev package). What lands where:
#   /usr/bin/habitue                       the program, finding DuckDB by $ORIGIN/../lib/habitue
#   /usr/lib/habitue/libduckdb.so          the pinned DuckDB; left out when a system one was used
#   /usr/lib/systemd/system/habitue.service
#   /etc/habitue/habitue.env               where it keeps its data and listens (a conffile)
#   /usr/share/habitue/examples            the example data with its licences
#   /usr/share/doc/habitue, /usr/share/man/man1
if(NOT TARGET habitue)
  return()
endif()
include(GNUInstallDirs)
install(TARGETS habitue RUNTIME DESTINATION bin)
if(HABITUE_DUCKDB_ORIGIN STREQUAL "third_party/duckdb")
  install(FILES "${DuckDB_LIBRARY}" DESTINATION lib/habitue)
endif()
install(FILES packaging/habitue.service DESTINATION lib/systemd/system)
install(FILES packaging/habitue.env DESTINATION /etc/habitue)
install(FILES packaging/habitue.1 DESTINATION share/man/man1)
install(FILES packaging/debian/copyright NOTICE DESTINATION share/doc/habitue)
if(EXISTS "${CMAKE_SOURCE_DIR}/README.md")
  install(FILES README.md DESTINATION share/doc/habitue)
endif()
if(IS_DIRECTORY "${CMAKE_SOURCE_DIR}/docs")
  install(DIRECTORY docs/ DESTINATION share/doc/habitue/docs FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
endif()
if(IS_DIRECTORY "${CMAKE_SOURCE_DIR}/examples")
  install(DIRECTORY examples/ DESTINATION share/habitue/examples)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME habitue)
set(CPACK_PACKAGE_CONTACT "The Habitué maintainers <maintainers@habitue.invalid>")
set(CPACK_PACKAGE_VENDOR "Habitué")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "customer engine: who your client is and what they do next")
set(CPACK_PACKAGE_DESCRIPTION
"Habitué takes the events of a business in, keeps each customer's journey, and
answers who the customers are, at what stage, where they come from and what they
do next, as of any day. One program: server, page, API and command line.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata")
# DuckDB's library is inside the package, so no other package is asked for it.
get_filename_component(duckdb_folder "${DuckDB_LIBRARY}" DIRECTORY)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${duckdb_folder}")
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/packaging/debian/conffiles"
  "${CMAKE_SOURCE_DIR}/packaging/debian/postinst"
  "${CMAKE_SOURCE_DIR}/packaging/debian/prerm"
  "${CMAKE_SOURCE_DIR}/packaging/debian/postrm")
include(CPack)
