// Turns the built page into C++: embed DIST OUT.cpp WORK
//
// DIST is web/dist, WORK a folder for the copies and their gzip forms. OUT.cpp defines habitue::server::page_assets().
// The bytes come in through the assembler's .incbin, because a compiler needs seconds for a megabyte of literals. The
// etag (from the content) stands in OUT.cpp, so OUT.cpp changes whenever a file does and nothing is left stale.
#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string content_type(const fs::path& path) {
  static const std::map<std::string, std::string> kTypes{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".map", "application/json"},
  };
  const auto found = kTypes.find(path.extension().string());
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

// Level 9 once at build time; the header's time is 0, so the same page gives the same bytes.
std::string gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
  return packed;
}

// As HTTP writes it, with its quotes.
std::string etag(const std::string& bytes) {
  char text[19];
  std::snprintf(text, sizeof text, "\"%016llx\"",
                static_cast<unsigned long long>(XXH3_64bits(bytes.data(), bytes.size())));
  return text;
}

// The paths DIST is served under, with a leading slash, in a fixed order.
std::vector<std::string> served_paths(const fs::path& dist) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(dist))
    if (entry.is_regular_file()) paths.push_back("/" + fs::relative(entry.path(), dist).generic_string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Puts `file` into read-only data between two symbols named after `symbol`.
std::string include_bytes(const std::string& symbol, const fs::path& file) {
  return "asm(R\"(\n.section .rodata\n.balign 16\n.globl " + symbol + "\n.globl " + symbol + "_end\n" + symbol +
         ":\n.incbin \"" + file.string() + "\"\n" + symbol + "_end:\n.byte 0\n.previous\n)\");\n" +
         "extern \"C\" {\nextern const char " + symbol + "[];\nextern const char " + symbol + "_end[];\n}\n";
}

void embed(const fs::path& dist, const fs::path& out, const fs::path& work) {
  fs::remove_all(work);
  fs::create_directories(work);
  std::ostringstream bytes;
  std::ostringstream table;
  std::size_t number = 0;
  for (const std::string& path : served_paths(dist)) {
    const std::string raw = read_file(dist / path.substr(1));
    const std::string packed = gzip(raw);
    const std::string symbol = "habitue_page_" + std::to_string(number++);
    write_file(work / symbol, raw);
    bytes << include_bytes(symbol, work / symbol);
    std::string gzip_view = "{}";
    // Images and fonts are packed already; a gain under a twentieth is not worth unpacking.
    if (packed.size() < raw.size() - raw.size() / 20) {
      write_file(work / (symbol + ".gz"), packed);
      bytes << include_bytes(symbol + "_gz", work / (symbol + ".gz"));
      gzip_view = "between(" + symbol + "_gz, " + symbol + "_gz_end)";
    }
    table << "    habitue::server::PageAsset{\"" << path << "\", \"" << content_type(path) << "\", between(" << symbol
          << ", " << symbol << "_end), " << gzip_view << ", R\"(" << etag(raw) << ")\"},\n";
  }
  std::ostringstream text;
  text << "// Made by tools/embed from web/dist.\n#include \"server/page_assets.hpp\"\n\n#include <string_view>\n\n"
       << bytes.str() << "\nnamespace {\n\n"
       << "[[maybe_unused]] std::string_view between(const char* first, const char* last) {\n"
       << "  return {first, static_cast<std::size_t>(last - first)};\n}\n\n}  // namespace\n\n"
       << "std::span<const habitue::server::PageAsset> habitue::server::page_assets() {\n";
  if (number == 0)
    text << "  return {};\n}\n";
  else
    text << "  static const habitue::server::PageAsset kAssets[] = {\n"
         << table.str() << "  };\n  return kAssets;\n}\n";
  write_file(out, text.str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: embed DIST OUT.cpp WORK\n";
    return 2;
  }
  try {
    embed(argv[1], argv[2], fs::absolute(argv[3]));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "embed: " << error.what() << '\n';
    return 1;
  }
}
