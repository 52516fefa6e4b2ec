/* replay.h — the spikes of one run take the place of those of another. In the first run what every cell
 * sends is kept; in the second, from the same state, every cell sends just that, whatever it does itself, but
 * those that are pulsed (pipette.h), which send their own. So what the two runs differ by is what the pulsed
 * cells did to those that they reach, and nothing that came back from the network. A cell's own state is left
 * alone.
 *
 * An observer that comes after the pipettes, and as they do it changes what cells send, while it is given. */
#ifndef CIRCUITS_DRIVE_REPLAY_H
#define CIRCUITS_DRIVE_REPLAY_H

#include "drive/pipette.h"

struct replay {
  const struct pipettes *pipettes;
  bool plays;     /* false: it keeps what is sent */
  size_t *row;    /* per block: bytes of a tick */
  uint8_t **sent; /* per block: a bit for every cell, tick after tick from the begin of a recording */
};

/* For recordings as long as those of the pipettes. Fails: NO_MEMORY. Free with replay_free (accepts a zeroed
 * one), also after a failure. */
MUST_USE enum status replay_new(const struct pipettes *pipettes, struct replay *out);
void replay_free(struct replay *replay);

struct observer replay_observer(struct replay *replay);

#endif
