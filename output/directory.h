/* directory.h — the directory of one run: made when missing, held by one process at a time, names of its
 * files.
 *
 * The holder has a lock on the file .spinule.lock, which says who holds it. The system drops the lock when
 * the process ends, however it ends; a lock file that was left behind holds nothing. */
#ifndef OUTPUT_DIRECTORY_H
#define OUTPUT_DIRECTORY_H

#include "status.h"
#include <stdbool.h>

#define RESULT_SUFFIX ".h5"          /* a complete result */
#define PARTIAL_SUFFIX ".partial.h5" /* a result that is being written, or can be resumed */
#define CHECKPOINT_SUFFIX ".ckpt"
#define LOCK_NAME ".spinule.lock"

struct directory;

/* Make a directory and those above it; one that is there is left as it is. Fails: WORLD. */
MUST_USE enum status directory_make(const char *path);

/* Make the directory (and those above) and hold it. Free with directory_close. Fails: IN_USE (naming the
 * process that holds it), WORLD (cannot be made or written), NO_MEMORY. */
MUST_USE enum status directory_open(const char *path, struct directory **out);
/* Let go of it; NULL is accepted. */
void directory_close(struct directory *directory);

const char *directory_path(const struct directory *directory);
/* Whether the file system has no locks, so that a second process would not be noticed. */
bool directory_unlocked(const struct directory *directory);

/* Can this name an arm, and so a file? Letters, digits and _ - . +, at most 100. */
bool directory_names_arm(const char *arm);

/* "DIR/<arm><suffix>"; free with memory_free. Fails: CONFIG (an arm's name that is no plain file name),
 * NO_MEMORY. */
MUST_USE enum status directory_file(const struct directory *directory, const char *arm, const char *suffix,
                                    char **out);

/* Does a process hold this directory now? If so *pid is its id (0 if unknown), else 0. Takes no lock
 * itself. */
bool directory_held(const char *path, long *pid);

/* Bring the names in the directory of `file` to the disk, after a rename. Fails: WORLD. */
MUST_USE enum status directory_sync(const char *file);

#endif
