// `new` and `delete` of the whole program are here, so that they can count.
#include "base/memory_budget.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <new>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"

namespace habitue {

// One thread's: whom it works for, and what it has not told the budget yet. No constructor and no destructor runs, so that it is
// there for whatever a thread does first and last.
struct MemoryCount {
  MemoryBudget* budget = nullptr;
  std::int64_t untold = 0;

  // False when the budget has no room: nothing is counted then.
  bool take(std::int64_t bytes) {
    untold += bytes;
    if (untold < budget->untold_max_) return true;
    if (!budget->take(untold)) {
      untold -= bytes;
      return false;
    }
    untold = 0;
    return true;
  }
  void give_back(std::int64_t bytes) {
    untold -= bytes;
    if (untold <= -budget->untold_max_) tell();
  }
  // Nothing is refused here: what is untold was let through already.
  void tell() {
    if (budget != nullptr) budget->give_back(-untold);
    untold = 0;
  }
  void work_for(MemoryBudget* next) {
    tell();
    budget = next;
  }
};

namespace {

constexpr std::int64_t kUntoldMax = 64 << 10;
constexpr std::size_t kBlockMax = std::size_t{1} << 62;  // No machine has it, and sums of two fit.

constinit thread_local MemoryCount of_thread;

void* from_system(std::size_t size) { return std::malloc(size == 0 ? 1 : size); }
void* from_system(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(align, (std::max<std::size_t>(size, 1) + align - 1) / align * align);
}

// What operator new does; `alignment` is given or not.
template <class... Alignment>
void* allocated(std::size_t size, Alignment... alignment) {
  MemoryCount& count = of_thread;
  const bool counts = count.budget != nullptr;
  // Before the system is asked: what is refused could be all there is.
  if (size > kBlockMax || (counts && !count.take(static_cast<std::int64_t>(size)))) throw std::bad_alloc();
  void* block = nullptr;
  while ((block = from_system(size, alignment...)) == nullptr) {
    const std::new_handler handler = std::get_new_handler();
    if (handler != nullptr) {
      handler();
      continue;
    }
    if (counts) count.give_back(static_cast<std::int64_t>(size));
    throw std::bad_alloc();
  }
  // The allocator gives a little more than was asked, and takes the same back.
  if (counts) count.untold += static_cast<std::int64_t>(::malloc_usable_size(block)) - static_cast<std::int64_t>(size);
  return block;
}

template <class... Alignment>
void* allocated_or_null(std::size_t size, Alignment... alignment) noexcept {
  try {
    return allocated(size, alignment...);
  } catch (...) {
    return nullptr;
  }
}

void release(void* block) noexcept {
  MemoryCount& count = of_thread;
  if (count.budget != nullptr && block != nullptr)
    count.give_back(static_cast<std::int64_t>(::malloc_usable_size(block)));
  std::free(block);
}

std::uint64_t cgroup_memory_bytes() {
  const auto text = read_file("/sys/fs/cgroup/memory.max", 64);
  std::uint64_t bytes = 0;
  if (!text) return UINT64_MAX;
  const std::string_view digits = trimmed(*text);  // Or `max`.
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  return code == std::errc{} && end == digits.data() + digits.size() && bytes > 0 ? bytes : UINT64_MAX;
}

}  // namespace

MemoryBudget::MemoryBudget(std::uint64_t bytes_max)
    : bytes_max_(static_cast<std::int64_t>(std::min<std::uint64_t>(bytes_max, kBlockMax))),
      untold_max_(std::clamp<std::int64_t>(bytes_max_ / 256, 1, kUntoldMax)) {}

bool MemoryBudget::take(std::int64_t bytes) {
  if (bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_) return true;
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  was_passed_.store(true, std::memory_order_relaxed);
  return false;
}

MemoryBudget* MemoryBudget::current() { return of_thread.budget; }

void MemoryBudget::work_for(MemoryBudget* budget) {
  if (budget == nullptr) return;
  // The first of the thread's variables is the last to go: what the others hold until then is given back before.
  struct AtEnd {
    ~AtEnd() { of_thread.work_for(nullptr); }
  };
  thread_local const AtEnd at_end;
  static_cast<void>(at_end);
  of_thread.work_for(budget);
}

MemoryScope::MemoryScope(MemoryBudget* budget) : before_(of_thread.budget) { of_thread.work_for(budget); }
MemoryScope::~MemoryScope() { of_thread.work_for(before_); }

std::uint64_t machine_memory_bytes() {
  const std::int64_t pages = ::sysconf(_SC_PHYS_PAGES), page_bytes = ::sysconf(_SC_PAGESIZE);
  const std::uint64_t machine =
      pages > 0 && page_bytes > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes) : 0;
  const std::uint64_t given = std::min(machine, cgroup_memory_bytes());
  return given > 0 ? given : std::uint64_t{1} << 30;
}

}  // namespace habitue

// Every form: a sanitizer has its own of those that are left out, which would not count.
using habitue::allocated_or_null;
using habitue::release;
using Alignment = std::align_val_t;
void* operator new(std::size_t size) { return habitue::allocated(size); }
void* operator new[](std::size_t size) { return habitue::allocated(size); }
void* operator new(std::size_t size, Alignment alignment) { return habitue::allocated(size, alignment); }
void* operator new[](std::size_t size, Alignment alignment) { return habitue::allocated(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocated_or_null(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocated_or_null(size); }
void* operator new(std::size_t size, Alignment alignment, const std::nothrow_t&) noexcept {
  return allocated_or_null(size, alignment);
}
void* operator new[](std::size_t size, Alignment alignment, const std::nothrow_t&) noexcept {
  return allocated_or_null(size, alignment);
}
void operator delete(void* block) noexcept { release(block); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete[](void* block, std::size_t) noexcept { release(block); }
void operator delete(void* block, Alignment) noexcept { release(block); }
void operator delete[](void* block, Alignment) noexcept { release(block); }
void operator delete(void* block, std::size_t, Alignment) noexcept { release(block); }
void operator delete[](void* block, std::size_t, Alignment) noexcept { release(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { release(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { release(block); }
void operator delete(void* block, Alignment, const std::nothrow_t&) noexcept { release(block); }
void operator delete[](void* block, Alignment, const std::nothrow_t&) noexcept { release(block); }
