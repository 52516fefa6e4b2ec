/* memory.c — aligned, zeroed, counted allocation. Each piece carries a small header just before its first
 * line, so that freeing needs only the pointer. Zeroes come from calloc: pages of large arrays are not
 * touched before use. */
#include "memory.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct header {
  void *raw; /* what calloc gave */
  size_t bytes;
};

static atomic_size_t bytes_in_use;

/* Pieces of which pages of 2 MiB are asked for: lists that are read in short stretches here and there
 * otherwise wait for the translation of addresses as long as for the data. */
enum { HUGE_BYTES = 8 << 20, SMALL_PAGE = 4096 };

static void ask_for_huge_pages(char *raw, size_t bytes) {
  size_t gap = SMALL_PAGE - (uintptr_t)raw % SMALL_PAGE;
  if (bytes >= HUGE_BYTES)
    (void)madvise(raw + gap, bytes - gap, MADV_HUGEPAGE); /* a wish: it may be refused */
}

static struct header *header_of(void *pointer) { return (struct header *)pointer - 1; }

static enum status refuse(const char *what, size_t count, size_t size) {
  return status_fail(STATUS_NO_MEMORY, "out of memory: %s (%zu x %zu bytes, %.1f MB in use)", what, count,
                     size, 1e-6 * (double)memory_in_use());
}

enum status memory_new(const char *what, size_t count, size_t size, void *out) {
  const size_t overhead = sizeof(struct header) + MEMORY_LINE;
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - overhead - MEMORY_LINE) {
    return refuse(what, count, size);
  }
  bytes = (bytes + MEMORY_LINE - 1) / MEMORY_LINE * MEMORY_LINE;
  if (bytes == 0) bytes = MEMORY_LINE;
  if (bytes >= MEMORY_LARGE) TRY(memory_ask(what, (double)bytes));
  char *raw = calloc(1, bytes + overhead);
  if (!raw) return refuse(what, count, size);
  ask_for_huge_pages(raw, bytes);
  uintptr_t first = (uintptr_t)raw + sizeof(struct header);
  size_t gap = (MEMORY_LINE - first % MEMORY_LINE) % MEMORY_LINE;
  void *pointer = raw + sizeof(struct header) + gap;
  *header_of(pointer) = (struct header){raw, bytes};
  atomic_fetch_add_explicit(&bytes_in_use, bytes, memory_order_relaxed);
  memcpy(out, &pointer, sizeof pointer); /* `out` is a pointer to a pointer of any type */
  return STATUS_OK;
}

enum status memory_resize(const char *what, size_t old_count, size_t new_count, size_t size, void *inout) {
  void *old, *new = NULL;
  memcpy(&old, inout, sizeof old);
  TRY(memory_new(what, new_count, size, &new));
  size_t kept = old_count < new_count ? old_count : new_count;
  if (old && kept && size) memcpy(new, old, kept * size);
  memory_free(old);
  memcpy(inout, &new, sizeof new);
  return STATUS_OK;
}

void memory_free(void *pointer) {
  if (!pointer) return;
  struct header *header = header_of(pointer);
  atomic_fetch_sub_explicit(&bytes_in_use, header->bytes, memory_order_relaxed);
  free(header->raw);
}

enum status memory_text(const char *text, char **out) {
  size_t bytes = strlen(text) + 1;
  TRY(memory_new("text", 1, bytes, out));
  memcpy(*out, text, bytes);
  return STATUS_OK;
}

size_t memory_in_use(void) { return atomic_load_explicit(&bytes_in_use, memory_order_relaxed); }
