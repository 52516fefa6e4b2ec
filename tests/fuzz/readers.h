/* readers.h — the files that may come from elsewhere, and the commands that read them. */
#ifndef TESTS_FUZZ_READERS_H
#define TESTS_FUZZ_READERS_H

#include "seeds.h"

enum { READERS_VEHICLE, READERS_SUMMARY, READERS_PARTIAL, READERS_NODES, READERS_EDGES, READERS_FILES };

struct readers {
  struct seed file[READERS_FILES];
};

/* Make the files. */
void readers_prepare(struct readers *out);
/* Let a command read file `f`, which somebody changed; all choices of a byte mean something. */
void readers_read(const struct readers *readers, int f, uint8_t choice);

#endif
