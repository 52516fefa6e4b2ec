/* progress.h — how far a run is, on standard error: a bar on a terminal, lines elsewhere, or JSON.
 *
 * The bar is redrawn at most ten times a second and is as wide as the terminal. Where standard error is no
 * terminal, or a dumb one, a line now and then takes its place. JSON is one object a line, ten a second and
 * one more for each new phase:
 *   {"fraction": 0.42, "phase": "window 3 of 7", "detail": "12.4 of 60 s", "elapsed_s": 31.2, "eta_s": 43.0}
 *   {"message": "…"}
 * with null where the remaining time is not known yet. All calls from one thread. */
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include "status.h"
#include <stdio.h>

#define PROGRESS_MODES "auto|bar|json|none" /* of enum progress_mode, for option tables */
enum progress_mode { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_JSON, PROGRESS_NONE };

struct progress;

/* `stream` is where it goes (stderr). NO_COLOR and TERM are looked up here; the clock starts with the first
 * update. Fails: NO_MEMORY. Close with progress_close. */
MUST_USE enum status progress_open(enum progress_mode mode, FILE *stream, struct progress **out);

/* Share of the work done (0 to 1), what is going on ("window 3 of 7"), and how far in it ("12.4 of 60 s of
 * biology"); either may be "". Cheap enough to be called every few milliseconds. */
void progress_update(struct progress *progress, double fraction, const char *phase, const char *detail);

/* A line of its own, above the bar. */
void progress_message(struct progress *progress, const char *text);

/* Draw the final state, leave the line and free; NULL is accepted. */
void progress_close(struct progress *progress);

/* Seconds that remain, by the rate of the recent past; NAN if nothing can be said yet. */
double progress_remaining_s(const struct progress *progress);

/* progress_update at a given time of a clock in seconds, instead of now. */
void progress_update_at(struct progress *progress, double now_s, double fraction, const char *phase,
                        const char *detail);

/* "45 s", "2 min 5 s", "3 h 12 min", "2 d 4 h"; "?" for NAN. */
enum { PROGRESS_TIME_MAX = 32 };
void progress_time(double seconds, char text[PROGRESS_TIME_MAX]);

#endif
