/* joined.h — what a run that goes on, was stopped or killed has so far, as one file that can be read.
 *
 * The file of such a run has what was flushed, in whole chunks; the rows that wait for their chunk are in the
 * checkpoint. On a copy, the result's part of the checkpoint is loaded and written. The run's own files are
 * only read. */
#ifndef COMMANDS_JOINED_H
#define COMMANDS_JOINED_H

#include "directory.h"
#include "status.h"
#include <stdbool.h>
#include <stddef.h>

/* What was joined: the latest checkpoint, the one before (the latest is damaged), none (there is none). */
enum joined { JOINED_LATEST, JOINED_BEFORE, JOINED_NOTHING };

/* Copy a partial result as that of an arm into a directory that is held, and join the copy with a checkpoint.
 * Nothing is left there on failure. Fails: WORLD, CONFIG (checkpoint and file do not fit), NO_MEMORY. */
MUST_USE enum status joined_copy(const char *source, const char *checkpoint,
                                 const struct directory *directory, const char *arm, enum joined *how);

/* A folder in TMPDIR for such copies, which goes with them. Fails: WORLD, NO_MEMORY. */
struct joined_room;
MUST_USE enum status joined_room_open(struct joined_room **out);
void joined_room_close(struct joined_room *room); /* NULL is accepted */

/* Join DIR/<arm>.partial.h5 with DIR/<arm>.ckpt and give the path of the copy. False: there is nothing to be
 * joined, or it cannot be done at the moment; the file itself is what there is. */
bool joined_room_take(struct joined_room *room, const char *source, char *out, size_t size);

#endif
