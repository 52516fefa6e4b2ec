/* pack.h — chunks of numbers, shuffled and compressed as HDF5's filters "shuffle" and "deflate" read them.
 *
 * Shuffle gathers the first bytes of all values, then the second bytes, and so on: neighbours differ little
 * in their high bytes, which then compress well. Deflate is in the zlib container (RFC 1950), level 1: higher
 * levels cost time and gain next to nothing on simulation data. libdeflate does it several times faster than
 * the filters inside HDF5. The only file that knows libdeflate. */
#ifndef OUTPUT_PACK_H
#define OUTPUT_PACK_H

#include "status.h"
#include <stdbool.h>
#include <stddef.h>

enum { PACK_LEVEL = 1 };

struct pack; /* one compressor with its work space; one per thread */

/* Fails: NO_MEMORY. Free with pack_free. */
MUST_USE enum status pack_new(struct pack **out);
void pack_free(struct pack *pack);

/* A packed chunk. */
struct packed {
  size_t size;
  bool deflated; /* false: compression gained nothing, the bytes are only shuffled */
};

/* Pack n_values values of value_size bytes into `room` of as many bytes, which may be `values` itself. Fails:
 * NO_MEMORY; then nothing has changed. */
MUST_USE enum status pack_chunk(struct pack *pack, const void *values, size_t n_values, size_t value_size,
                                void *room, struct packed *out);

/* libdeflate's version, "1.14". */
const char *pack_library_version(void);

#endif
