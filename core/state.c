/* state.c — the image of state in memory, and the hash over it. See state.h. */
#include "state.h"
#include "memory.h"
#include <float.h>
#include <stddef.h>
#include <string.h>
#include <xxhash.h>

#define STATE_SIZE(name, type, bytes) bytes,
static const size_t type_sizes[] = {STATE_TYPES(STATE_SIZE)};
#undef STATE_SIZE

#define STATE_CHECK(name, type, bytes) _Static_assert(sizeof(type) == (bytes), #name " has another size");
STATE_TYPES(STATE_CHECK)
#undef STATE_CHECK

size_t state_type_size(enum state_type type) {
  return (unsigned)type < STATE_TYPE_COUNT ? type_sizes[type] : 0;
}

/* ---- image ---- */

struct kept {
  char *name;
  enum state_type type;
  size_t count;
  void *data;
};

/* Arrays in the order of the walk. Names may repeat: an array is found by its place, and its name checked. */
struct image {
  struct visitor saver; /* first: its functions are given its address */
  struct visitor loader;
  struct kept *kept;
  size_t n, room;
  size_t next; /* that the loader gives out */
  size_t bytes;
};

static struct image *image_of_loader(struct visitor *loader) {
  return (struct image *)(void *)((char *)loader - offsetof(struct image, loader));
}

static void forget(struct image *image) {
  for (size_t i = 0; i < image->n; i++) {
    memory_free(image->kept[i].name);
    memory_free(image->kept[i].data);
  }
  image->n = image->next = image->bytes = 0;
}

static enum status keep(struct visitor *self, const char *name, enum state_type type, size_t count,
                        void *data) {
  struct image *image = (struct image *)self;
  if (image->n == image->room) {
    size_t room = image->room ? 2 * image->room : 64;
    TRY(memory_resize("image of the state", image->room, room, sizeof *image->kept, &image->kept));
    image->room = room;
  }
  struct kept *kept = &image->kept[image->n];
  *kept = (struct kept){.type = type, .count = count};
  image->n++; /* from here on it is freed with the image */
  TRY(memory_text(name, &kept->name));
  TRY(memory_new(name, count, state_type_size(type), &kept->data));
  if (count > 0) memcpy(kept->data, data, count * state_type_size(type));
  image->bytes += count * state_type_size(type);
  return STATUS_OK;
}

/* as a visitor has it: NOLINTNEXTLINE(readability-non-const-parameter) */
static enum status keep_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  return keep(self, name, type, *count, *data);
}

/* The next array of the image, which must be the one that is asked for. */
static enum status next_kept(struct image *image, const char *name, enum state_type type,
                             const struct kept **out) {
  if (image->next == image->n)
    return status_fail(STATUS_CONFIG, "the image of the state ends before %s", name);
  const struct kept *kept = &image->kept[image->next];
  if (strcmp(kept->name, name) != 0 || kept->type != type)
    return status_fail(STATUS_CONFIG, "the image of the state has %s where %s should be", kept->name, name);
  image->next++;
  *out = kept;
  return STATUS_OK;
}

static enum status bring_back(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  const struct kept *kept = NULL;
  TRY(next_kept(image_of_loader(self), name, type, &kept));
  if (kept->count != count)
    return status_fail(STATUS_CONFIG, "the image of the state has %zu values of %s, not %zu", kept->count,
                       name, count);
  if (count > 0) memcpy(data, kept->data, count * state_type_size(type));
  return STATUS_OK;
}

static enum status bring_back_list(struct visitor *self, const char *name, enum state_type type,
                                   size_t *count, void **data) {
  const struct kept *kept = NULL;
  void *fresh = NULL;
  TRY(next_kept(image_of_loader(self), name, type, &kept));
  TRY(memory_new(name, kept->count, state_type_size(type), &fresh));
  if (kept->count > 0) memcpy(fresh, kept->data, kept->count * state_type_size(type));
  memory_free(*data);
  *data = fresh;
  *count = kept->count;
  return STATUS_OK;
}

enum status image_new(struct image **out) {
  TRY(memory_new("image of the state", 1, sizeof **out, out));
  (*out)->saver = (struct visitor){.own = true, .array = keep, .list = keep_list};
  (*out)->loader =
      (struct visitor){.loading = true, .own = true, .array = bring_back, .list = bring_back_list};
  return STATUS_OK;
}

void image_free(struct image *image) {
  if (!image) return;
  forget(image);
  memory_free(image->kept);
  memory_free(image);
}

struct visitor *image_saver(struct image *image) {
  forget(image);
  return &image->saver;
}

struct visitor *image_loader(struct image *image) {
  image->next = 0;
  return &image->loader;
}

size_t image_bytes(const struct image *image) { return image->bytes; }

/* ---- hash ---- */

/* The hash so far is the seed of the next, so the order of the walk counts. */
static enum status hash_array(struct visitor *self, const char *name, enum state_type type, size_t count,
                              void *data) {
  struct hasher *hasher = (struct hasher *)self;
  const uint64_t form[2] = {(uint64_t)type, (uint64_t)count};
  hasher->hash = XXH3_64bits_withSeed(name, strlen(name), hasher->hash);
  hasher->hash = XXH3_64bits_withSeed(form, sizeof form, hasher->hash);
  hasher->hash = XXH3_64bits_withSeed(data, count * state_type_size(type), hasher->hash);
  return STATUS_OK;
}

/* as a visitor has it: NOLINTNEXTLINE(readability-non-const-parameter) */
static enum status hash_list(struct visitor *self, const char *name, enum state_type type, size_t *count,
                             void **data) {
  return hash_array(self, name, type, *count, *data);
}

struct hasher state_hasher(void) {
  return (struct hasher){.visitor = {.array = hash_array, .list = hash_list}};
}

enum status state_within(const char *name, const float *values, size_t n, float low, float high) {
  for (size_t i = 0; i < n; i++) {
    if (!(values[i] >= low && values[i] <= high))
      return status_fail(STATUS_CONFIG, "checkpoint: value %zu of %s is %g, not within %g and %g", i, name,
                         (double)values[i], (double)low, (double)high);
  }
  return STATUS_OK;
}

enum status state_finite(const char *name, enum state_type type, const void *values, size_t n) {
  const double *wide = values;
  if (type == STATE_F32) return state_within(name, values, n, -FLT_MAX, FLT_MAX);
  for (size_t i = 0; i < n && type == STATE_F64; i++) {
    if (!(wide[i] >= -DBL_MAX && wide[i] <= DBL_MAX))
      return status_fail(STATUS_CONFIG, "checkpoint: value %zu of %s is %g, not a finite number", i, name,
                         wide[i]);
  }
  return STATUS_OK;
}
