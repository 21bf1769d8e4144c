#include "workspace/uploads.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace habitue::workspace {
namespace {

constexpr std::string_view kPart = ".part", kAbout = ".json";
constexpr std::size_t kNameBytesMax = 200;
// Room that is left to the ledger, which must be able to write when a file has filled the disk.
constexpr std::uint64_t kRoomLeft = 64U << 20U;

bool is_upload_id(std::string_view id) {
  return id.size() == 16 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string new_id() {
  std::array<unsigned char, 8> random{};
  randombytes_buf(random.data(), random.size());
  std::string id;
  for (const unsigned char byte : random) id += fmt::format("{:02x}", byte);
  return id;
}

// What a browser or a script calls the file, fit to be shown: its last part, of valid text, without control characters.
std::string base_name(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string kept;
  if (is_valid_utf8(name)) {
    for (const char c : name)
      if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) kept.push_back(c);
    if (kept.size() > kNameBytesMax) kept = repaired_utf8(std::string_view(kept).substr(0, kNameBytesMax));
  }
  return kept.empty() || kept == "." || kept == ".." ? "file" : kept;
}

Error full_disk(std::string_view reason) {
  return {ErrorKind::Unavailable,
          fmt::format("the file cannot be kept on the server: {}. Nothing of it was kept", reason)};
}

}  // namespace

IncomingFile::~IncomingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

Result<void> IncomingFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return tl::unexpected(full_disk(std::generic_category().message(errno)));
    bytes_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

UploadStore::UploadStore(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code code;
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, code))
    if (entry.path().extension() == kPart) left.push_back(entry.path());
  for (const auto& path : left) std::filesystem::remove(path, code);
  static_cast<void>(list());
}

Result<std::unique_ptr<IncomingFile>> UploadStore::begin(std::uint64_t bytes) {
  static_cast<void>(list());
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) return tl::unexpected(full_disk(code.message()));
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, code);
  const auto space = std::filesystem::space(folder_, code);
  if (!code && (space.available < kRoomLeft || bytes > space.available - kRoomLeft))
    return tl::unexpected(full_disk(fmt::format("its disk has {} MiB left", space.available >> 20U)));
  const std::string id = new_id();
  const std::filesystem::path path = folder_ / (id + std::string(kPart));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return tl::unexpected(full_disk(std::generic_category().message(errno)));
  return std::unique_ptr<IncomingFile>(new IncomingFile(id, path, descriptor));
}

Result<Upload> UploadStore::keep(IncomingFile& incoming, std::string_view name) {
  Upload upload{incoming.id_, base_name(name), incoming.bytes_, now(), now(), file_of(incoming.id_)};
  const std::lock_guard lock(mutex_);
  if (::fsync(incoming.descriptor_) != 0) return tl::unexpected(full_disk(std::generic_category().message(errno)));
  if (auto written = write_about(upload); !written) return tl::unexpected(full_disk(written.error().message));
  std::error_code code;
  std::filesystem::rename(incoming.path_, upload.file, code);
  if (code) {
    std::error_code ignored;
    std::filesystem::remove(upload.file.string() + std::string(kAbout), ignored);
    return tl::unexpected(full_disk(code.message()));
  }
  incoming.path_.clear();
  return upload;
}

std::vector<Upload> UploadStore::list() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, code))
    if (entry.path().extension() == kAbout) ids.push_back(entry.path().stem().string());
  std::vector<Upload> uploads;
  for (const std::string& id : ids) {
    auto upload = read_about(id);
    if (upload && upload->used_at + kUploadUnusedMax > now()) {
      uploads.push_back(std::move(*upload));
      continue;
    }
    std::filesystem::remove(file_of(id), code);
    std::filesystem::remove(file_of(id + std::string(kAbout)), code);
    if (code) spdlog::warn("an old upload cannot be removed: {}", code.message());
  }
  std::sort(uploads.begin(), uploads.end(),
            [](const Upload& a, const Upload& b) { return a.uploaded_at > b.uploaded_at; });
  return uploads;
}

Result<Upload> UploadStore::use(std::string_view id) {
  const std::lock_guard lock(mutex_);
  auto upload = read_about(id);
  if (!upload) return upload;
  upload->used_at = now();
  // A full disk takes nothing from a file that is already there.
  static_cast<void>(write_about(*upload));
  return upload;
}

Result<void> UploadStore::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (auto upload = read_about(id); !upload) return tl::unexpected(upload.error());
  std::error_code code;
  std::filesystem::remove(file_of(id), code);
  if (!code) std::filesystem::remove(file_of(std::string(id) + std::string(kAbout)), code);
  if (code) return fail(ErrorKind::Unavailable, fmt::format("the upload cannot be removed: {}", code.message()));
  return {};
}

Result<void> UploadStore::write_about(const Upload& upload) const {
  return write_file_atomically(
      file_of(upload.id + std::string(kAbout)),
      boost::json::serialize(boost::json::object{{"name", upload.name},
                                                 {"bytes", upload.bytes},
                                                 {"uploaded_at_us", upload.uploaded_at.time_since_epoch().count()},
                                                 {"used_at_us", upload.used_at.time_since_epoch().count()}}));
}

Result<Upload> UploadStore::read_about(std::string_view id) const {
  const auto missing = [&] {
    return fail(ErrorKind::NotFound,
                fmt::format("there is no upload '{}': it was imported, removed, or not used for {} hours",
                            id.substr(0, 40), kUploadUnusedMax.count()));
  };
  if (!is_upload_id(id)) return missing();
  const auto text = read_file(file_of(std::string(id) + std::string(kAbout)), 1U << 16U);
  if (!text) return missing();
  const auto json = parse_json(*text);
  const auto* about = json ? json->if_object() : nullptr;
  const auto number = [&](std::string_view name) -> std::int64_t {
    const auto* value = about != nullptr ? about->if_contains(name) : nullptr;
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
  };
  const auto* name = about != nullptr ? about->if_contains("name") : nullptr;
  if (name == nullptr || !name->is_string()) return missing();
  return Upload{std::string(id),
                std::string(name->as_string()),
                static_cast<std::uint64_t>(number("bytes")),
                UtcMicros(std::chrono::microseconds(number("uploaded_at_us"))),
                UtcMicros(std::chrono::microseconds(number("used_at_us"))),
                file_of(id)};
}

Error named(Error error, const Upload& upload) {
  const std::string path = upload.file.string();
  for (std::size_t at = error.message.find(path); at != std::string::npos; at = error.message.find(path))
    error.message.replace(at, path.size(), upload.name);
  return error;
}

}  // namespace habitue::workspace
