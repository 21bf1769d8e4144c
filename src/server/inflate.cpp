#include "server/inflate.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <zlib.h>

namespace habitue::server {

bool is_gzip(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

Result<std::string> inflated(std::string_view bytes, std::size_t limit_bytes) {
  z_stream stream{};
  constexpr int kGzipOrZlib = 15 + 32;
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK)
    return fail(ErrorKind::Unavailable, "no memory to decompress the body");
  struct End {
    z_stream& stream;
    ~End() { inflateEnd(&stream); }
  } end{stream};
  // zlib's interface predates const; it does not write to its input.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char buffer[1U << 16U];
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    const int code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = sizeof buffer - stream.avail_out;
    if (out.size() + got > limit_bytes)
      return invalid(fmt::format("the body is larger than {} bytes once decompressed", limit_bytes));
    out.append(buffer, got);
    if (code == Z_STREAM_END) return out;
    if (code != Z_OK || (got == 0 && stream.avail_in == 0)) return invalid("the body is not whole gzip");
  }
}

}  // namespace habitue::server
