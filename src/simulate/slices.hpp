// Happenings sorted into days of arrival, so that any number of them can be put in order with the memory of a few days. What
// does not fit in memory waits in one temporary file without a name: it is gone with the process, however that ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "simulate/happening.hpp"

namespace habitue::simulate {

class Slices {
 public:
  Slices(UtcMicros start, UtcMicros end, std::size_t memory_bytes, std::filesystem::path folder);
  Slices(const Slices&) = delete;
  Slices& operator=(const Slices&) = delete;
  ~Slices();

  /// Errors: Unavailable when the temporary file cannot be written.
  Result<void> add(const std::vector<Happening>& happenings);

  std::size_t count() const { return slices_.size(); }
  std::uint64_t size(std::size_t slice) const { return slices_[slice].total; }
  /// Appends the happenings of a slice in order of arrival. Several threads may load different slices once all are added.
  Result<void> load(std::size_t slice, std::vector<Happening>& into) const;
  /// Frees what a loaded slice holds in memory.
  void forget(std::size_t slice) { std::vector<Happening>().swap(slices_[slice].waiting); }
  std::uint64_t spilled_bytes() const { return file_bytes_; }

 private:
  struct Extent {
    std::uint64_t offset;
    std::size_t count;
  };
  struct Slice {
    std::vector<Happening> waiting;
    std::vector<Extent> spilled;
    std::uint64_t total = 0;
  };

  Result<void> spill();

  std::int64_t start_us_;
  std::vector<Slice> slices_;
  std::size_t memory_bytes_;
  std::size_t waiting_ = 0;
  std::filesystem::path folder_;
  int file_ = -1;
  std::uint64_t file_bytes_ = 0;
};

}  // namespace habitue::simulate
