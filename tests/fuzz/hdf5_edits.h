/* hdf5_edits.h — changes of a sound HDF5 file that leave it sound HDF5, with other content: what a stranger's
 * file may hold that HDF5 has no objection to. */
#ifndef TESTS_FUZZ_HDF5_EDITS_H
#define TESTS_FUZZ_HDF5_EDITS_H

#include <stddef.h>
#include <stdint.h>

enum { EDITS_OBJECTS = 8192, EDITS_NAME = 256, EDIT_BYTES = 8 };

/* The objects of a file, and their attributes ("/rates@signal"). */
struct edits_list {
  int n;
  char name[EDITS_OBJECTS][EDITS_NAME];
};

/* List what a file holds. */
void edits_list(const char *path, struct edits_list *out);

/* Change a file. Each EDIT_BYTES bytes are one edit: what to do, which object (two bytes), a choice, and four
 * bytes of a number. Edits that HDF5 refuses are left out. */
void edits_apply(const char *path, const struct edits_list *list, const uint8_t *bytes, size_t n);

#endif
