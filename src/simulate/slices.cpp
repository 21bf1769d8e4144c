#include "simulate/slices.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace habitue::simulate {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::size_t kLateDays = 8;  // The latest arrive five days after the end, at night by another clock.

}  // namespace

Slices::Slices(UtcMicros start, UtcMicros end, std::size_t memory_bytes, std::filesystem::path folder)
    : start_us_(start.time_since_epoch().count()),
      slices_(static_cast<std::size_t>((end - start).count() / kDayUs) + kLateDays),
      memory_bytes_(memory_bytes),
      folder_(std::move(folder)) {}

Slices::~Slices() {
  if (file_ >= 0) ::close(file_);
}

Result<void> Slices::add(const std::vector<Happening>& happenings) {
  for (const Happening& happening : happenings) {
    const std::int64_t day = std::max<std::int64_t>(0, happening.received_us - start_us_) / kDayUs;
    Slice& slice = slices_[std::min(static_cast<std::size_t>(day), slices_.size() - 1)];
    slice.waiting.push_back(happening);
    ++slice.total;
  }
  waiting_ += happenings.size();
  // Vectors that grow hold up to twice what is in them.
  if (waiting_ * sizeof(Happening) * 2 > memory_bytes_) return spill();
  return {};
}

Result<void> Slices::spill() {
  const auto refuse = [&] {
    return fail(ErrorKind::Unavailable, fmt::format("cannot write the temporary file of the simulation in {}: {}",
                                                    folder_.string(), std::strerror(errno)));
  };
  if (file_ < 0) {
    std::string path = (folder_ / "habitue-simulate-XXXXXX").string();
    file_ = ::mkstemp(path.data());
    if (file_ < 0) return refuse();
    ::unlink(path.c_str());
  }
  for (Slice& slice : slices_) {
    if (slice.waiting.empty()) continue;
    slice.spilled.push_back({file_bytes_, slice.waiting.size()});
    const char* bytes = reinterpret_cast<const char*>(slice.waiting.data());
    std::size_t left = slice.waiting.size() * sizeof(Happening);
    while (left > 0) {
      const ssize_t written = ::pwrite(file_, bytes, left, static_cast<off_t>(file_bytes_));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return refuse();
      bytes += written;
      left -= static_cast<std::size_t>(written);
      file_bytes_ += static_cast<std::uint64_t>(written);
    }
    slice.waiting.clear();
  }
  waiting_ = 0;
  return {};
}

Result<void> Slices::load(std::size_t slice, std::vector<Happening>& into) const {
  const std::size_t first = into.size();
  for (const Extent& extent : slices_[slice].spilled) {
    const std::size_t at = into.size();
    into.resize(at + extent.count);
    char* bytes = reinterpret_cast<char*>(into.data() + at);
    std::size_t left = extent.count * sizeof(Happening);
    std::uint64_t offset = extent.offset;
    while (left > 0) {
      const ssize_t read = ::pread(file_, bytes, left, static_cast<off_t>(offset));
      if (read < 0 && errno == EINTR) continue;
      if (read <= 0)
        return fail(ErrorKind::Unavailable,
                    fmt::format("cannot read the temporary file of the simulation back: {}", std::strerror(errno)));
      bytes += read;
      left -= static_cast<std::size_t>(read);
      offset += static_cast<std::uint64_t>(read);
    }
  }
  into.insert(into.end(), slices_[slice].waiting.begin(), slices_[slice].waiting.end());
  std::sort(into.begin() + static_cast<std::ptrdiff_t>(first), into.end());
  return {};
}

}  // namespace habitue::simulate
