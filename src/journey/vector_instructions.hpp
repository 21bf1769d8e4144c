// The vector instructions of the processor, for sources that use them.
#pragma once

#if defined(__x86_64__)
#if !defined(__clang__)
// g++ 12 warns of the registers that its own header leaves undefined on purpose (its bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif
