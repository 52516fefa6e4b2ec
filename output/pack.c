/* pack.c — chunks of numbers, shuffled and compressed. See pack.h. */
#include "pack.h"
#include "memory.h"
#include <libdeflate.h>
#include <string.h>

struct pack {
  struct libdeflate_compressor *compressor;
  unsigned char *shuffled;
  size_t capacity; /* bytes of it */
};

const char *pack_library_version(void) { return LIBDEFLATE_VERSION_STRING; }

enum status pack_new(struct pack **out) {
  *out = NULL;
  struct pack *pack = NULL;
  TRY(memory_new("compressor", 1, sizeof *pack, &pack));
  pack->compressor = libdeflate_alloc_compressor(PACK_LEVEL);
  if (!pack->compressor) {
    pack_free(pack);
    return status_fail(STATUS_NO_MEMORY, "no memory for a compressor");
  }
  *out = pack;
  return STATUS_OK;
}

void pack_free(struct pack *pack) {
  if (!pack) return;
  if (pack->compressor) libdeflate_free_compressor(pack->compressor);
  memory_free(pack->shuffled);
  memory_free(pack);
}

static void shuffle(const unsigned char *restrict values, size_t n_values, size_t value_size,
                    unsigned char *restrict shuffled) {
  for (size_t byte = 0; byte < value_size; byte++)
    for (size_t i = 0; i < n_values; i++) shuffled[byte * n_values + i] = values[i * value_size + byte];
}

enum status pack_chunk(struct pack *pack, const void *values, size_t n_values, size_t value_size, void *room,
                       struct packed *out) {
  size_t size = n_values * value_size;
  if (size > pack->capacity) {
    TRY(memory_resize("chunk", 0, size, 1, &pack->shuffled));
    pack->capacity = size;
  }
  shuffle(values, n_values, value_size, pack->shuffled);
  size_t deflated = libdeflate_zlib_compress(pack->compressor, pack->shuffled, size, room, size);
  if (!deflated) memcpy(room, pack->shuffled, size);
  *out = deflated ? (struct packed){deflated, true} : (struct packed){size, false};
  return STATUS_OK;
}
