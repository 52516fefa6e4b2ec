/* checkpoint.h — the state of a run in one HDF5 file, from which it goes on as if it had never stopped.
 *
 * A checkpoint is what a walk over the state (state.h) names, in order, with a hash over all of it. It is
 * written beside the old one as <path>.tmp, brought to the disk, and takes its place by renaming; the one
 * before is kept as <path>.prev. A kill at any moment thus leaves a whole checkpoint. */
#ifndef OUTPUT_CHECKPOINT_H
#define OUTPUT_CHECKPOINT_H

#include "state.h"

typedef enum status checkpoint_walk(void *context, struct visitor *visitor);

/* Save what walk(context, visitor) shows; it is called twice, to count and to write. `fingerprint` says what
 * the state belongs to (hash of the resolved config, seed, format) and is compared on loading. Fails: WORLD,
 * NO_MEMORY; the checkpoint before then stays. */
MUST_USE enum status checkpoint_save(const char *path, const char *fingerprint, checkpoint_walk *walk,
                                     void *context);

/* Load into what walk(context, visitor) shows; *previous tells that <path> was damaged or missing and
 * <path>.prev was taken. The file is checked (hash, fingerprint, names, types, counts) before anything is
 * loaded. Fails: CONFIG (no checkpoint; damaged; of another experiment), WORLD, NO_MEMORY. */
MUST_USE enum status checkpoint_load(const char *path, const char *fingerprint, checkpoint_walk *walk,
                                     void *context, bool *previous);

/* Load only what stands first: what walk(context, visitor) shows may end before the file does. For reading
 * what a run left behind, whatever it belongs to. Fails: as checkpoint_load. */
MUST_USE enum status checkpoint_load_first(const char *path, checkpoint_walk *walk, void *context,
                                           bool *previous);

/* Could checkpoint_load load it, as far as the file tells? Fails: as checkpoint_load. */
MUST_USE enum status checkpoint_check(const char *path, const char *fingerprint);

/* Put the seal behind a file, which tells that what stands before is whole, and bring it to the disk: part of
 * saving; tests seal files of their own. Fails: WORLD. */
MUST_USE enum status checkpoint_seal(const char *path);

/* Is there a checkpoint (or its .prev)? */
bool checkpoint_exists(const char *path);

#endif
