#include "journey/instructions.hpp"

namespace habitue::journey {

Instructions best_instructions() {
#if defined(__x86_64__)
  static const Instructions best = [] {
    __builtin_cpu_init();
    const bool has_avx512 =
        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    return has_avx512                       ? Instructions::Avx512
           : __builtin_cpu_supports("avx2") ? Instructions::Avx2
                                            : Instructions::Plain;
  }();
  return best;
#else
  return Instructions::Plain;
#endif
}

}  // namespace habitue::journey
