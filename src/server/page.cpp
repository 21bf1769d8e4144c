#include "server/page.hpp"

#include <algorithm>

#include "server/page_assets.hpp"

namespace habitue::server {
namespace {

// Nothing from elsewhere, nothing inline but styles that charts set on elements.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

const PageAsset* find_asset(std::string_view path) {
  const auto assets = page_assets();
  const auto found =
      std::find_if(assets.begin(), assets.end(), [&](const PageAsset& asset) { return asset.path == path; });
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace

bool is_page_path(const Request& request) {
  const std::string_view path = request.path;
  return path != "/metrics" && !path.starts_with("/api/") && !path.starts_with("/v1/");
}

Response page_response(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD")
    return problem(405, "method_not_allowed", "Not this way", "Pages are read with GET.");
  const PageAsset* asset = find_asset(request.path);
  const bool is_file = request.path.find('.', request.path.rfind('/') + 1) != std::string::npos;
  if (asset == nullptr && !is_file) asset = find_asset("/index.html");
  if (asset == nullptr) {
    if (page_assets().empty() && !is_file) {
      Response response = problem(404, "not_found", "No page in this build",
                                  "This build holds the API only. Build with ./dev build to have the page.");
      return response;
    }
    return problem({ErrorKind::NotFound, "there is no such file"});
  }
  Response response;
  response.content_type = asset->content_type;
  response.headers.emplace_back("ETag", asset->etag);
  response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  // Built files carry a hash of their content in their name; the document that names them is asked for each time.
  const bool hashed = asset->path.starts_with("/assets/");
  response.headers.emplace_back("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.header("if-none-match") == asset->etag) {
    response.status = 304;
    return response;
  }
  if (!asset->gzip_bytes.empty() && request.header("accept-encoding").find("gzip") != std::string_view::npos) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = asset->gzip_bytes;
  } else {
    response.body = asset->bytes;
  }
  return response;
}

}  // namespace habitue::server
