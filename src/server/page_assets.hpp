// The files of the page, built from web/ and held in the binary.
#pragma once

#include <span>
#include <string_view>

namespace habitue::server {

struct PageAsset {
  std::string_view path;  ///< As in the address, such as `/assets/index-1a2b.js`.
  std::string_view content_type;
  std::string_view bytes;
  std::string_view gzip_bytes;  ///< Empty when compressing does not pay.
  std::string_view etag;        ///< With its quotes.
};

/// All files; empty in a build without the page. Defined in a generated source.
std::span<const PageAsset> page_assets();

}  // namespace habitue::server
