/* arena_dense.h — synapses of a dense bundle as rows of bits: one bit for every cell of an arena.
 *
 * Where all weights are equal and a source reaches more than a few per cent of the cells, a row of bits is
 * shorter than a list, and vectors of 64 bytes count the spikes of a tick, 512 cells at a time, in
 * registers; the weight comes in once, at the end. About 0.1 ns an event, where a list takes 0.5. Needs
 * AVX-512BW; other machines keep lists, with the same results. */
#ifndef CORE_ARENA_DENSE_H
#define CORE_ARENA_DENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DENSE_CELLS = 512, DENSE_ROWS = 255 }; /* cells of one pass; rows that a byte can count */

/* Can this machine do it? SPINULE_ISA other than v4 says no. */
bool dense_supported(void);

/* Words of a row of n cells. */
static inline size_t dense_words(size_t n) {
  return (n + DENSE_CELLS - 1) / DENSE_CELLS * (DENSE_CELLS / 64);
}

/* port[cell] += weight × (number of rows that have the cell's bit): n ≤ DENSE_ROWS rows of `words` words,
 * row[i] being the number of a row in `bits`. The port has room for 64 × words cells. */
void dense_add(int32_t *port, const uint64_t *bits, size_t words, const uint32_t *row, int n, int32_t weight);

#endif
