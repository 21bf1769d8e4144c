#include "base/file.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace habitue {
namespace {

struct Descriptor {
  explicit Descriptor(int raw) : value(raw) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  int value;
};

tl::unexpected<Error> refused(const char* what, const std::filesystem::path& path, int reason) {
  const ErrorKind kind = reason == ENOENT ? ErrorKind::NotFound : ErrorKind::Unavailable;
  return fail(kind, fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(reason)));
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return refused("write", path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.value < 0) return refused("open", path, errno);
  struct stat status {};
  if (::fstat(descriptor.value, &status) != 0) return refused("read", path, errno);
  if (!S_ISREG(status.st_mode)) return invalid(fmt::format("{} is not a file", path.string()));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value, 0);
  if (address == MAP_FAILED) return refused("map", path, errno);
  return MappedFile(address, size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit_bytes) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.value < 0) return refused("open", path, errno);
  std::string bytes;
  char buffer[1U << 16U];
  while (true) {
    const ssize_t got = ::read(descriptor.value, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused("read", path, errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > limit_bytes)
      return invalid(fmt::format("{} is larger than {} bytes", path.string(), limit_bytes));
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  // Beside the target, so that the rename stays within one file system and is atomic.
  std::filesystem::path draft = path;
  draft += fmt::format(".{}.draft", ::getpid());
  const auto written = [&]() -> Result<void> {
    const Descriptor descriptor(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (descriptor.value < 0) return refused("create", draft, errno);
    if (auto done = write_all(descriptor.value, bytes, draft); !done) return done;
    if (::fsync(descriptor.value) != 0) return refused("write", draft, errno);
    return {};
  }();
  if (!written || ::rename(draft.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(draft.c_str());
    return written ? Result<void>(refused("replace", path, reason)) : written;
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.value >= 0) ::fsync(directory.value);  // The rename itself must survive a power cut.
  return {};
}

}  // namespace habitue
