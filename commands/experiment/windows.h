/* windows.h — windows of spikes: those that the config gives or the program places, and what they stand for.
 *
 * `protocol.windows = "auto"` asks for windows where things move. Without a spike, each arm's concentrations
 * and body are followed, one site of tissue that answers the drugs as a linear circuit would, and dendrites
 * as stress moves them; how much all of these move, each relative to its range over all arms, is summed over
 * time, with a part that goes with the logarithm of the time since the latest event. Windows then divide that
 * sum evenly, each in the middle of its share (equidistribution of a monitor: de Boor 1974,
 * doi:10.1007/BFb0066580). They are the same in all arms. */
#ifndef COMMANDS_WINDOWS_H
#define COMMANDS_WINDOWS_H

#include "experiment.h"

/* Read the windows of the config, or that the program is to place them. Faults go to the config. */
void windows_read(struct experiment *experiment);
/* Place them. Only where the config has no faults. Fails: NO_MEMORY, DIVERGED. */
MUST_USE enum status windows_place(struct experiment *experiment);

/* When the first event begins, of any kind, stress too; infinite without events. The baseline lies before. */
double windows_first_event_h(const struct experiment *experiment);

/* Time that window w settles before it is measured. The network begins the first cold, which takes
 * `simulation.settle`, and goes on from one to the next: in a quick run the others settle for less. */
double windows_settle_s(const struct experiment *experiment, int w);

/* Put two windows in the place of every one but the baseline, each in the middle of half the time that the
 * one stood for, and halve the steps of the slow half: how far results hang on both. Fails: CONFIG (too
 * many). */
MUST_USE enum status windows_refine(struct experiment *experiment);

/* End of the interval that window w stands for: the last event before the next window, else midway to it. */
double windows_interval_end_h(const struct experiment *experiment, int w);

extern const struct param automatic_params[];
extern const int n_automatic_params;

#endif
