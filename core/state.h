/* state.h — one walk over every array that a run must keep, in canonical order.
 *
 * Whoever owns state has a function `…_visit(thing, visitor)` that names each of its arrays. The same walk
 * saves a checkpoint, loads one, keeps an image in memory (forked arms) and computes the state hash, so none
 * of them can miss a field. Arrays are given in id order whatever the blocks, threads or ranks. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "status.h"
#include <stdbool.h>
#include <stdint.h>

/* name, C type, bytes */
#define STATE_TYPES(X)                                                                                       \
  X(F32, float, 4)                                                                                           \
  X(F64, double, 8)                                                                                          \
  X(I8, int8_t, 1)                                                                                           \
  X(U8, uint8_t, 1)                                                                                          \
  X(U16, uint16_t, 2) X(I32, int32_t, 4) X(U32, uint32_t, 4) X(I64, int64_t, 8) X(U64, uint64_t, 8)
#define STATE_ENUM(name, type, bytes) STATE_##name,
enum state_type { STATE_TYPES(STATE_ENUM) STATE_TYPE_COUNT };
#undef STATE_ENUM

size_t state_type_size(enum state_type type);

/* A visitor reads (save, hash) or writes (load) the arrays it is shown. `loading` tells the owner which. */
struct visitor {
  bool loading;
  bool own;    /* it keeps what this process holds: nothing is gathered from others for it */
  bool counts; /* it takes names, types and counts only: long lists need not be made for it */
  bool first;  /* set by who is visited: the list is for the process of rank 0 alone (shared.h) */
  /* An array of fixed length: owner and visitor must agree on count. Loading fails with CONFIG if they do
   * not. */
  enum status (*array)(struct visitor *self, const char *name, enum state_type type, size_t count,
                       void *data);
  /* An array whose length is state: when loading, *count and *data (from memory_new, or NULL) are
   * replaced. */
  enum status (*list)(struct visitor *self, const char *name, enum state_type type, size_t *count,
                      void **data);
};

/* An image of state in memory: save by visiting with image_saver, bring back by visiting with
 * image_loader. */
struct image;
MUST_USE enum status image_new(struct image **out);
void image_free(struct image *image);
struct visitor *image_saver(struct image *image);  /* forgets what the image held */
struct visitor *image_loader(struct image *image); /* from the first array again */
size_t image_bytes(const struct image *image);

/* What was loaded may be of anybody's making: are n values within [low, high], which no NaN is? Fails:
 * CONFIG. */
MUST_USE enum status state_within(const char *name, const float *values, size_t n, float low, float high);
/* The same: are values of type F32 or F64 finite? Of other types, all are. */
MUST_USE enum status state_finite(const char *name, enum state_type type, const void *values, size_t n);

/* A visitor that hashes: XXH3-64 over names, types, counts and bytes, chained in order of the walk. */
struct hasher {
  struct visitor visitor;
  uint64_t hash;
};
struct hasher state_hasher(void);

#endif
