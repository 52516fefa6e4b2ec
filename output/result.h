/* result.h — the result file of one arm of one seed: DIR/<arm>.partial.h5 while it grows, DIR/<arm>.h5 when
 * complete.
 *
 * It is a recorder (observer.h): groups of signals become NeXus plots with dimension scales, spikes become
 * SONATA populations, tables become columns. Every plot, population and table is on the disk whole or not at
 * all; rows reach it in whole chunks, all signals of a group in step, and what waits for its chunk is kept by
 * the checkpoint. So a file whose run was killed opens as it is, and with its checkpoint gives the very file
 * of an unbroken run.
 *
 * All calls from one thread. A call that fails with WORLD leaves the file as of its latest flush. */
#ifndef OUTPUT_RESULT_H
#define OUTPUT_RESULT_H

#include "directory.h"
#include "log.h"
#include "observer.h"
#include "state.h"
#include "store.h"

enum { RESULT_FORMAT = 1, RESULT_UUID_MAX = 37 };

/* /status/state of a result file */
enum result_state { RESULT_RUNNING, RESULT_COMPLETE, RESULT_STOPPED, RESULT_FAILED };

enum result_mode {
  RESULT_NEW,       /* refuse if the arm has a complete result; an unfinished one is begun again */
  RESULT_OVERWRITE, /* begin anew; a complete result stays until the new one takes its place */
  RESULT_RESUME /* go on with the unfinished result; checkpoint_load then sets it back to the checkpoint */
};

/* What an arm has in a directory. */
enum result_found { RESULT_FOUND_NONE, RESULT_FOUND_PARTIAL, RESULT_FOUND_COMPLETE };
MUST_USE enum status result_find(const struct directory *directory, const char *arm, enum result_found *out);

struct result;

/* Open the result of an arm, with its root, /status and /provenance/run_uuid; `title` names the experiment.
 * The directory must outlive it; `log` (NULL: none) gets warnings. Fails: CONFIG (complete already, nothing
 * to resume, an unfinished file that is damaged or of another format), IN_USE, WORLD, NO_MEMORY. */
MUST_USE enum status result_open(const struct directory *directory, const char *arm, const char *title,
                                 enum result_mode mode, const struct log *log, struct result **out);

/* The recorder that writes into this result; valid as long as it. */
struct recorder *result_recorder(struct result *result);
/* The file itself, for nodes_write and provenance_begin. */
struct store *result_store(struct result *result);
const char *result_arm(const struct result *result);
/* Random identity of this result, kept over resumes. */
const char *result_uuid(const struct result *result);

/* Say how far the run is: protocol time, wall time so far, share of the work done. Fails: WORLD. */
MUST_USE enum status result_progress(struct result *result, double t_s, double wall_s, double fraction);

/* Bring all that was written down to the disk; before a checkpoint. Fails: WORLD. */
MUST_USE enum status result_sync(struct result *result);

/* Save or load what the file itself cannot hold: the length of every growing dataset, and the rows that wait
 * for their chunk. Loading cuts the file back to what was saved. Fails: CONFIG (the file does not have it),
 * WORLD, and as the visitor does. */
MUST_USE enum status result_visit(struct result *result, struct visitor *visitor);

/* The run is complete: write what waits, close, take the final name. Frees the result whatever comes out.
 * Fails: WORLD; the partial file then stays resumable. */
MUST_USE enum status result_finish(struct result *result);
/* The run stops here and can be resumed from the checkpoint that was saved before. Frees the result. Fails:
 * WORLD. */
MUST_USE enum status result_suspend(struct result *result);
/* The run failed: close with all that can still be written, and say so in /status. Frees the result; NULL is
 * accepted. The record of the failure that led here is kept. */
void result_fail(struct result *result);

#endif
