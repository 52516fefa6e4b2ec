/* store.h — a thin, checked layer over HDF5: files, groups, attributes, datasets, growing datasets, reading
 * back.
 *
 * HDF5 is known to the files store*.c and nowhere else. Objects are named by their path from the root
 * ("/rates/PV"). Strings are of variable length, UTF-8; numbers little endian; groups and attributes keep the
 * order in which they were made; objects carry no time stamps.
 *
 * What makes a file survive a kill at any moment, and a full disk:
 *   - The oldest file format is written, so an unclosed file needs no repair.
 *   - Metadata reach the disk in store_flush only, when room for all is claimed from the file system, and in
 *     an order in which nothing points to what is not there yet (store_disk.c). What is on the disk is thus
 *     the file as it stood at the latest flush, plus bytes that nothing points to.
 *   - A chunk is written once, when it is full; one that is compressed, at the next flush or when many wait.
 *     The rows that wait for their chunk stay in memory.
 *   - A dataset or group that is replaced is written beside the old one, flushed, and only then takes its
 *     name.
 *   - After a failed write nothing more reaches the file: closing it cuts it off where the latest flush left
 *     it.
 *
 * A file opened for reading takes no lock: a running simulation's file can be read, as of its latest flush.
 * All calls from one thread only. */
#ifndef OUTPUT_STORE_H
#define OUTPUT_STORE_H

#include "state.h"
#include "status.h"
#include <stdbool.h>
#include <stdint.h>

enum { STORE_RANK_MAX = 4, STORE_NAME_MAX = 256 };

struct store;
struct packers;

/* ---- files ---- */

/* Create (or empty) a file for writing, with a lock of HDF5's own where the file system has locks. Free with
 * store_close; *out is NULL on failure. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status store_create(const char *path, struct store **out);

/* Open an existing file. Fails: CONFIG (not an HDF5 file, damaged), IN_USE (locked by another writer), WORLD
 * (not there, no permission), NO_MEMORY. */
MUST_USE enum status store_open(const char *path, bool writable, struct store **out);

/* Flush and close; the store is freed whatever comes out, NULL is accepted. Close every series first. Fails:
 * WORLD. */
MUST_USE enum status store_close(struct store *store);

/* Hand everything written so far to the kernel; from here on it survives the end of this process. Fails:
 * WORLD. */
MUST_USE enum status store_flush(struct store *store);

/* The same, down to the disk itself; from here on it survives a power cut. Fails: WORLD. */
MUST_USE enum status store_sync(struct store *store);

/* Close without writing anything more: the file stays as of the latest flush. NULL is accepted. */
void store_abandon(struct store *store);

/* Let full chunks of series be compressed by other threads (packers.h), which outlive the store; until then,
 * and with NULL, whoever writes them compresses them. The bytes of the file are the same. */
void store_share(struct store *store, struct packers *packers);

const char *store_path(const struct store *store);
/* Whether a write failed: every further write fails too, and closing abandons the file. */
bool store_broken(const struct store *store);
/* Whether the file system has no locks, so that HDF5 took none. */
bool store_unlocked(const struct store *store);
/* HDF5's version at run time, "1.10.8". */
void store_library_version(char *text, size_t size);

/* ---- groups and links ---- */

/* Make a group and the groups above it; one that exists is left as it is. Fails: WORLD. */
MUST_USE enum status store_group(struct store *store, const char *path);
/* A second name for an object. Fails: WORLD. */
MUST_USE enum status store_link(struct store *store, const char *path, const char *second);
/* A name for the root of another file, found from where this one lies. Fails: WORLD. */
MUST_USE enum status store_link_outside(struct store *store, const char *file, const char *path);
/* Remove a dataset, or a group with all it holds, and flush, so that its space is used again only after the
 * file on the disk has let go of it. Nothing happens if there is none. Fails: WORLD. */
MUST_USE enum status store_remove(struct store *store, const char *path);
/* Give the object at `fresh` the name `path`; what had this name is removed. Flushes before and after, so
 * that a kill leaves the old object or the new one. Fails: WORLD. */
MUST_USE enum status store_replace(struct store *store, const char *fresh, const char *path);

/* ---- attributes; one that exists is replaced. All fail with WORLD. ---- */
MUST_USE enum status store_attribute_text(struct store *store, const char *object, const char *name,
                                          const char *text);
MUST_USE enum status store_attribute_texts(struct store *store, const char *object, const char *name,
                                           const char *const *texts, size_t n);
/* n = 0: a scalar. */
MUST_USE enum status store_attribute_number(struct store *store, const char *object, const char *name,
                                            enum state_type type, size_t n, const void *values);
/* A reference to another object of the file. */
MUST_USE enum status store_attribute_object(struct store *store, const char *object, const char *name,
                                            const char *target);
/* An HDF5 enumeration with members 0 … n-1, set to `value`. */
MUST_USE enum status store_attribute_enum(struct store *store, const char *object, const char *name,
                                          const char *const *members, int n, int value);

/* ---- datasets written whole ----
 * An existing single number is overwritten in place; any other existing dataset is replaced as by
 * store_replace and loses its attributes. Rank 0 is a scalar. Long columns are compressed. All fail with
 * WORLD or NO_MEMORY. */
MUST_USE enum status store_write(struct store *store, const char *path, enum state_type type, int rank,
                                 const uint64_t *size, const void *values);
MUST_USE enum status store_write_number(struct store *store, const char *path, enum state_type type,
                                        const void *value);
MUST_USE enum status store_write_column(struct store *store, const char *path, enum state_type type, size_t n,
                                        const void *values);
/* A column stored as it is, without compression: for what is written often and hardly ever read, and for
 * readers whose HDF5 was built without zlib. */
MUST_USE enum status store_write_plain(struct store *store, const char *path, enum state_type type, size_t n,
                                       const void *values);
/* A new column of n zeros, which take no room in the file. */
MUST_USE enum status store_zeros(struct store *store, const char *path, enum state_type type, uint64_t n);
MUST_USE enum status store_write_text(struct store *store, const char *path, const char *text);
MUST_USE enum status store_write_texts(struct store *store, const char *path, const char *const *texts,
                                       size_t n);

/* Make a dataset the scale of an axis called `name`. Fails: WORLD. */
MUST_USE enum status store_scale(struct store *store, const char *path, const char *name);
/* Attach a scale to dimension `dimension` of a dataset, and label the dimension. Fails: WORLD. */
MUST_USE enum status store_attach(struct store *store, const char *path, int dimension, const char *scale,
                                  const char *label);

/* ---- columns written in pieces ---- */
struct pieces;

/* Create a column of n values, which are then written in pieces from the first on, without compression: for
 * what is written often and hardly ever read. Fails: WORLD, NO_MEMORY. Free with pieces_free. */
MUST_USE enum status pieces_create(struct store *store, const char *path, enum state_type type, size_t n,
                                   struct pieces **out);
/* Write the next n values. Fails: FAULT (more than were announced), WORLD. */
MUST_USE enum status pieces_write(struct pieces *pieces, size_t n, const void *values);
/* NULL is accepted. Free before the store is closed. */
void pieces_free(struct pieces *pieces);

/* ---- growing datasets ---- */
struct series;

/* PLAIN is for readers whose HDF5 was built without zlib, as that of libsonata is. */
enum store_packing { STORE_PACKED, STORE_PLAIN };

/* Create a dataset that grows along its first dimension. A row has `row_rank` further dimensions of
 * `row_size` (row_rank 0: one value); a chunk holds chunk_rows whole rows. Fails: WORLD, NO_MEMORY. Free with
 * series_free. */
MUST_USE enum status series_create(struct store *store, const char *path, enum state_type type, int row_rank,
                                   const uint64_t *row_size, int64_t chunk_rows, enum store_packing packing,
                                   struct series **out);

/* Open one that series_create made; before it grows it needs series_restart. Fails: CONFIG (the dataset has
 * another form), WORLD, NO_MEMORY. */
MUST_USE enum status series_open(struct store *store, const char *path, struct series **out);
void series_free(struct series *series);

/* Append rows of the dataset's type. Chunks that become full are written, or handed on to be compressed; they
 * are in the file with the next flush. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status series_append(struct series *series, int64_t n_rows, const void *rows);

/* Write the rows that wait, as a last chunk that is not full. Nothing can be appended afterwards. Fails:
 * WORLD, NO_MEMORY. */
MUST_USE enum status series_end(struct series *series);

/* Cut the dataset down to `stored` rows, a whole number of chunks, and set `waiting` rows to wait again. The
 * caller flushes before anything else is appended. Fails: CONFIG (numbers that cannot be), WORLD. */
MUST_USE enum status series_restart(struct series *series, int64_t stored, int64_t waiting, const void *rows);

/* The form of a series, and where it stands. */
struct series_form {
  const char *path; /* owned by the series */
  enum state_type type;
  int row_rank;
  uint64_t row_size[STORE_RANK_MAX];
  size_t row_values, row_bytes;
  int64_t chunk_rows;
  int64_t stored;  /* rows in whole chunks in the file */
  int64_t waiting; /* rows in memory */
  const void *waiting_rows;
};
const struct series_form *series_form(const struct series *series);

/* ---- reading ---- */
enum store_kind { STORE_NUMBERS, STORE_TEXTS, STORE_OTHER };

/* What a dataset or an attribute holds. */
struct store_form {
  enum store_kind kind;
  enum state_type type; /* of NUMBERS */
  int rank;             /* 0: a scalar */
  uint64_t size[STORE_RANK_MAX];
  uint64_t count;       /* values in all */
  uint64_t value_bytes; /* of OTHER: of a value that can be read as it lies; 0: it points elsewhere */
  uint64_t bytes_on_disk;
};

/* Names in order of creation. */
struct store_names {
  int n;
  char **name;
};
void store_names_free(struct store_names *names);

enum store_object { STORE_ABSENT, STORE_GROUP, STORE_DATASET, STORE_ELSE };
/* What is at a path; ABSENT also for a path that cannot be followed. */
enum store_object store_object(struct store *store, const char *path);
bool store_has_attribute(struct store *store, const char *object, const char *name);
/* Children of a group, those linked by name left out. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status store_children(struct store *store, const char *group, struct store_names *out);
/* Names of the attributes of an object. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status store_attributes(struct store *store, const char *object, struct store_names *out);

/* The form of a dataset, or of an attribute of it if `attribute` is not NULL. Fails: CONFIG (not there; more
 * dimensions than STORE_RANK_MAX). */
MUST_USE enum status store_form(struct store *store, const char *object, const char *attribute,
                                struct store_form *out);

/* Read `n` numbers, converted to `type`; the dataset (or attribute) must hold exactly n numbers. Fails:
 * CONFIG. */
MUST_USE enum status store_read(struct store *store, const char *object, const char *attribute,
                                enum state_type type, uint64_t n, void *values);
/* Read the values of kind OTHER as they lie: form->count × form->value_bytes bytes. Fails: CONFIG. */
MUST_USE enum status store_read_bytes(struct store *store, const char *object, const char *attribute,
                                      const struct store_form *form, void *values);
/* Read rows [first, first + n_rows) of a dataset of numbers, in its own type. Fails: CONFIG. */
MUST_USE enum status store_read_rows(struct store *store, const char *path, uint64_t first, uint64_t n_rows,
                                     void *values);
/* Read all texts; a scalar gives one. Free with store_names_free. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status store_read_texts(struct store *store, const char *object, const char *attribute,
                                      struct store_names *out);
/* Read one text; free with memory_free. Fails: CONFIG, NO_MEMORY. */
MUST_USE enum status store_read_text(struct store *store, const char *object, const char *attribute,
                                     char **out);

#endif
