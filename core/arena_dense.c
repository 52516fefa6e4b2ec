/* arena_dense.c — adding rows of bits. */
#include "arena_dense.h"
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

bool dense_supported(void) {
#if defined(__x86_64__)
  const char *isa = getenv("SPINULE_ISA");
  bool wanted = !isa || !*isa || strcmp(isa, "v4") == 0;
  return wanted && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

#if defined(__x86_64__)

/* 64 counts in bytes, times the weight, to 64 cells. */
__attribute__((target("avx512f,avx512bw"))) static inline void flush(int32_t *port, __m512i counts,
                                                                     __m512i weight) {
  __m128i part[4] = {_mm512_extracti32x4_epi32(counts, 0), _mm512_extracti32x4_epi32(counts, 1),
                     _mm512_extracti32x4_epi32(counts, 2), _mm512_extracti32x4_epi32(counts, 3)};
  for (int k = 0; k < 4; k++) {
    __m512i more = _mm512_mullo_epi32(_mm512_cvtepu8_epi32(part[k]), weight);
    int32_t *at = port + 16 * k;
    _mm512_storeu_si512(at, _mm512_add_epi32(_mm512_loadu_si512(at), more));
  }
}

enum { VECTORS = DENSE_CELLS / 64 };

__attribute__((target("avx512f,avx512bw"))) void dense_add(int32_t *port, const uint64_t *bits, size_t words,
                                                           const uint32_t *row, int n, int32_t weight) {
  const __m512i one = _mm512_set1_epi8(1), factor = _mm512_set1_epi32(weight);
  for (size_t first = 0; first < words; first += VECTORS) {
    __m512i count[VECTORS];
    for (int v = 0; v < VECTORS; v++) count[v] = _mm512_setzero_si512();
    for (int r = 0; r < n; r++) {
      const uint64_t *mask = bits + row[r] * words + first;
      __builtin_prefetch(mask + VECTORS);
      for (int v = 0; v < VECTORS; v++) count[v] = _mm512_mask_add_epi8(count[v], mask[v], count[v], one);
    }
    for (int v = 0; v < VECTORS; v++) flush(port + 64 * (first + (size_t)v), count[v], factor);
  }
}

#else

void dense_add(int32_t *port, const uint64_t *bits, size_t words, const uint32_t *row, int n,
               int32_t weight) {
  for (int r = 0; r < n; r++) {
    for (size_t w = 0; w < words; w++) {
      for (uint64_t left = bits[row[r] * words + w]; left; left &= left - 1)
        port[64 * w + (size_t)__builtin_ctzll(left)] += weight;
    }
  }
}

#endif
