/* store_hdf5.h — what the files store*.c share: the open file, and how a failed HDF5 call becomes a
 * message. */
#ifndef OUTPUT_STORE_HDF5_H
#define OUTPUT_STORE_HDF5_H

#include "pack.h"
#include "store.h"
#include <hdf5.h>

struct store {
  hid_t file;
  hid_t group_list; /* creation properties of groups */
  hid_t text;       /* type of a string */
  char *path;
  struct pack *pack; /* compressor of chunks; NULL when reading */
  bool writable;
  bool broken; /* a write failed */
  bool unlocked;
  uint64_t claimed;  /* bytes of the file as of its latest flush: the file system has room for them */
  char reason[200];  /* why the latest call failed, "" if none did */
  int refusal;       /* errno of that failure, 0 if the operating system had no part in it */
  bool lock_refused; /* it was a lock that was refused */
};

/* Keep the reason of a failed call: HDF5 forgets it at its next call. Gives `good` back. */
bool store_note(struct store *store, bool good);

/* Close any HDF5 identifier (negative: none); false if `good` is false or closing failed. */
bool store_done(struct store *store, bool good, hid_t id);

/* The failure of a write, "cannot <verb> <object>", with the reason kept by store_note and the free space.
 * The file is broken from here on. Gives WORLD. */
MUST_USE enum status store_failed(struct store *store, const char *verb, const char *object);

/* The failure of a read. Gives WORLD when the operating system refused, else CONFIG: the file is not as it
 * should be. */
MUST_USE enum status store_unreadable(struct store *store, const char *verb, const char *object);

/* Refuse to go on writing to a broken or read-only file. Fails: WORLD, FAULT. */
MUST_USE enum status store_writing(struct store *store, const char *object);

/* HDF5's types in the file and in memory. */
hid_t store_file_type(enum state_type type);
hid_t store_memory_type(enum state_type type);
/* The state_type of an HDF5 number; STATE_TYPE_COUNT if there is none. */
enum state_type store_number_type(hid_t type);

/* Creation properties of a dataset: no time stamps, ordered attributes; with chunk (rank dimensions), shuffle
 * and deflate. Negative on failure. */
hid_t store_dataset_list(int rank, const hsize_t *chunk);

/* Shuffle, compress and write one full chunk at `offset`. True on success, else the reason is kept. */
bool store_write_chunk(struct store *store, hid_t dataset, const hsize_t *offset, size_t n_values,
                       size_t value_size, const void *values);

#endif
