/* memory.h — allocation in 64-byte aligned, zeroed pieces, counted in bytes.
 *
 * Arrays that kernels run over are padded to a whole number of 64-byte lines. Sizes that come from a file are
 * checked by the caller before they reach this place; an overflowing product fails here with NO_MEMORY. */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include "status.h"
#include <stdint.h>

enum {
  MEMORY_LINE = 64,
  MEMORY_LANES = 16
}; /* bytes of a cache line; floats in the widest vector register */

enum { MEMORY_LARGE = 256 << 20 }; /* bytes of a piece that is asked for before it is taken */

/* Round a count of cells up to whole vector registers. */
static inline size_t memory_padded(size_t count) {
  return (count + MEMORY_LANES - 1) / MEMORY_LANES * MEMORY_LANES;
}

/* Allocate count × size zeroed bytes, aligned to MEMORY_LINE, into *out (a pointer to pointer).
 * Fails: NO_MEMORY, naming `what` and the size. count or size 0 gives a valid pointer. */
MUST_USE enum status memory_new(const char *what, size_t count, size_t size, void *out);

/* Grow or shrink *inout (from memory_new, or NULL) from old_count to new_count, keeping content, zeroing the
 * rest. */
MUST_USE enum status memory_resize(const char *what, size_t old_count, size_t new_count, size_t size,
                                   void *inout);

/* Bytes that can still be had: free memory, what the system gives up for it, and swap, within the limits of
 * this process and of its control groups. Where the system does not say: more than there is. */
uint64_t memory_available(void);

/* Would that many bytes more fit? Asked before many pieces are allocated, since the system promises more
 * than it has and ends the program later. memory_new asks by itself for pieces of MEMORY_LARGE. Fails:
 * NO_MEMORY, naming `what` and both sizes. */
MUST_USE enum status memory_ask(const char *what, double bytes);

/* Free what memory_new gave; NULL is accepted. */
void memory_free(void *pointer);

/* A copy of a string, freed with memory_free. */
MUST_USE enum status memory_text(const char *text, char **out);

/* Bytes held now by memory_new, over all threads. */
size_t memory_in_use(void);

#endif
