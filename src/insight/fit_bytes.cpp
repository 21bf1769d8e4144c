#include "insight/fit_bytes.hpp"

#include "base/fingerprint.hpp"

namespace habitue::insight {
namespace {

struct Header {
  std::uint8_t version = 0;
  std::uint64_t size = 0, fingerprint = 0;
};
template <class A>
void fields(A& archive, Header& of) {
  archive(of.version, of.size, of.fingerprint);
}
constexpr std::size_t kMagicBytes = 4, kHeaderBytes = 1 + 8 + 8;

}  // namespace

std::string wrapped_fit(std::string_view magic, std::uint8_t version, std::string_view payload) {
  FitWriter header;
  header(Header{version, payload.size(), fingerprint(payload)});
  std::string bytes(magic);
  bytes += std::move(header).bytes();
  return bytes.append(payload);
}

Result<std::string_view> unwrapped_fit(std::string_view magic, std::uint8_t version, std::string_view bytes) {
  const auto corrupt = [](const char* what) { return fail(ErrorKind::Corrupt, what); };
  if (bytes.size() < kMagicBytes + kHeaderBytes || !bytes.starts_with(magic))
    return corrupt("these bytes are not a fit of this kind");
  Header header;
  FitReader{bytes.substr(kMagicBytes, kHeaderBytes)}(header);
  if (header.version != version) return corrupt("the fit is of another version of the program: fit again");
  const std::string_view payload = bytes.substr(kMagicBytes + kHeaderBytes);
  if (header.size != payload.size() || header.fingerprint != fingerprint(payload))
    return corrupt("the fit is damaged: its length or its checksum differ");
  return payload;
}

}  // namespace habitue::insight
