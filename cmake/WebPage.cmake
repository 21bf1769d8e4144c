# The web page inside the binary: npm builds web/dist, tools/embed turns it into page_assets.cpp, which defines
# habitue::server::page_assets() as declared in src/server/page_assets.hpp. Without HABITUE_WEB, or before there is a
# web/, the list is empty and the server says so.
function(habitue_embed_page)
  if(NOT TARGET habitue_server OR NOT EXISTS "${CMAKE_SOURCE_DIR}/src/server/page_assets.hpp")
    return()
  endif()
  set(assets "${CMAKE_BINARY_DIR}/generated/page_assets.cpp")
  if(HABITUE_WEB AND EXISTS "${CMAKE_SOURCE_DIR}/web/package-lock.json")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
      "${CMAKE_SOURCE_DIR}/web/src/*" "${CMAKE_SOURCE_DIR}/web/public/*")
    file(GLOB settings CONFIGURE_DEPENDS
      "${CMAKE_SOURCE_DIR}/web/*.json" "${CMAKE_SOURCE_DIR}/web/*.ts" "${CMAKE_SOURCE_DIR}/web/*.html")
    add_executable(habitue_embed "${CMAKE_SOURCE_DIR}/tools/embed/embed.cpp")
    target_link_libraries(habitue_embed PRIVATE habitue_flags ZLIB::ZLIB xxhash::xxhash)
    add_custom_command(OUTPUT "${assets}"
      COMMAND "${CMAKE_SOURCE_DIR}/tools/embed/build-page"
      COMMAND habitue_embed "${CMAKE_SOURCE_DIR}/web/dist" "${assets}" "${CMAKE_BINARY_DIR}/generated/page"
      DEPENDS habitue_embed "${CMAKE_SOURCE_DIR}/tools/embed/build-page" ${sources} ${settings}
      COMMENT "Building the web page and embedding it" VERBATIM)
  else()
    file(CONFIGURE OUTPUT "${assets}" @ONLY CONTENT [[
// No page in this build: configure with -DHABITUE_WEB=ON.
#include "server/page_assets.hpp"

std::span<const habitue::server::PageAsset> habitue::server::page_assets() { return {}; }
]])
  endif()
  add_library(habitue_page STATIC "${assets}")
  target_link_libraries(habitue_page PRIVATE habitue_flags)
  # page_assets.hpp is the server's; the page is linked behind it so that the server's tests find it too.
  target_link_libraries(habitue_server INTERFACE habitue_page)
endfunction()
