// The memory of a segment that is not mapped: arrays aligned for vector instructions, freed together.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace habitue::journey {

/// make() may be called from several threads at once.
class Storage {
 public:
  template <class T>
  T* make(std::size_t count) {
    const std::size_t bytes = (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    if (bytes == 0) return nullptr;
    void* const raw = std::aligned_alloc(kAlignment, bytes);
    if (raw == nullptr) throw std::bad_alloc();
    const std::lock_guard lock(mutex_);
    blocks_.emplace_back(raw);
    bytes_ += bytes;
    return static_cast<T*>(raw);
  }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(void* raw) const { std::free(raw); }
  };
  std::mutex mutex_;
  std::vector<std::unique_ptr<void, Free>> blocks_;
  std::size_t bytes_ = 0;
};

}  // namespace habitue::journey
