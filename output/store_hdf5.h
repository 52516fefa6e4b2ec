/* store_hdf5.h — what the files store*.c share: the open file, and how a failed HDF5 call becomes a
 * message. */
#ifndef OUTPUT_STORE_HDF5_H
#define OUTPUT_STORE_HDF5_H

#include "packers.h"
#include "store.h"
#include <hdf5.h>

/* The file below HDF5 (store_disk.c). */
struct disk {
  hid_t driver;
  int file;      /* descriptor, -1: none */
  bool fresh;    /* about to be created */
  bool live;     /* open with all that belongs to it */
  bool unlocked; /* a file system without locks */
  bool abandoned;
  bool lock_refused;
  bool odd;         /* what was opened is no plain file */
  int refusal;      /* errno of the latest failure, 0 if there was none */
  uint64_t size;    /* of the file */
  uint64_t eoa;     /* end of the addresses that HDF5 has given out */
  uint64_t end;     /* of the file as of the latest commit */
  uint64_t claimed; /* the same, or that of a commit that has begun */
  struct kept *kept;
  size_t n_kept, kept_room;
};

/* Let HDF5 open its next file with these access properties through `disk`. */
bool disk_install(struct disk *disk, hid_t access);
/* After the file is closed. */
void disk_remove(struct disk *disk);
/* The file is open; from here on nothing below its end changes but by a commit. */
void disk_begin(struct disk *disk);
/* Bring what HDF5 has flushed to the file, in an order that a kill cannot harm. */
bool disk_commit(struct disk *disk);
/* Down to the disk itself. */
bool disk_sync(struct disk *disk);

/* A full chunk of a series that waits to be written. */
struct queued {
  struct pack_work work;
  hid_t dataset;
  const char *path;             /* of the dataset, owned by the series */
  hsize_t size[STORE_RANK_MAX]; /* that the dataset has with it */
  hsize_t offset[STORE_RANK_MAX];
  struct queued *next;
};

struct store {
  hid_t file;
  hid_t group_list; /* creation properties of groups */
  hid_t text;       /* type of a string */
  char *path;
  struct pack *pack;                       /* compressor of chunks; NULL when reading */
  struct packers *packers;                 /* NULL: whoever writes a chunk compresses it */
  struct queued *queue_first, *queue_last; /* chunks that wait, in the order of writing */
  size_t queue_bytes;                      /* of all that wait, uncompressed */
  struct disk disk;
  bool writable;
  bool broken;      /* a write failed */
  char reason[200]; /* why the latest call failed, "" if none did */
};

/* Keep the reason of a failed call: HDF5 forgets it at its next call. Gives `good` back. */
bool store_note(struct store *store, bool good);

/* Close any HDF5 identifier (negative: none); false if `good` is false or closing failed. */
bool store_done(struct store *store, bool good, hid_t id);

/* HDF5 begins to work at a file that is read: should it fault there, the process ends with one line and the
 * code of a wrong input file. Until store_unguard. */
void store_guard(const char *path);
void store_unguard(void);

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

/* Creation properties of a dataset: no time stamps, ordered attributes; chunks if `chunk` gives their rank
 * dimensions, with shuffle and deflate if they are packed. Negative on failure. */
hid_t store_dataset_list(int rank, const hsize_t *chunk, enum store_packing packing);

/* Write one full chunk at `offset`: packed, or (NULL) `size` bytes as they are. True on success, else the
 * reason is kept. */
bool store_write_chunk(struct store *store, hid_t dataset, const hsize_t *offset, const struct packed *packed,
                       size_t size, const void *bytes);

/* Put a chunk of a series, of which `used` bytes count, behind those that wait, and write the first of them
 * when too many bytes do. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status store_enqueue(struct store *store, const struct queued *what, const void *values,
                                   size_t used);
/* Write all that wait. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status store_drain(struct store *store);
/* Give up what waits: of a broken file. */
void store_forget(struct store *store);

#endif
