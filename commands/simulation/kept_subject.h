/* kept_subject.h — a subject as one experiment left it, in a file that others begin with.
 *
 * `record.subject` keeps every arm's end: body, drugs, signalling, AMPA content, synapses, spines and
 * dendrites; and what was the rest of health: what cells did at the first baseline, and the transmitter that
 * receptors at terminals met there, from which tissue goes on to count. `subject.from` begins with such a
 * file at time 0, where otherwise a healthy subject would. Membranes, and receptors of synapses with their
 * block, are not kept: they find their state while the first window settles. So weeks of stress are
 * simulated once, and depression is a file.
 *
 * The file is sealed as a checkpoint is (checkpoint.h). Circuits must be the same: it says of which it is by
 * a hash of the synapses at the start. */
#ifndef COMMANDS_KEPT_SUBJECT_H
#define COMMANDS_KEPT_SUBJECT_H

#include "simulation.h"

#define KEPT_SUBJECT_SUFFIX ".subject"

/* Note of which circuits the simulation is, as they are wired. By all (exchange.h). Fails: NO_MEMORY. */
MUST_USE enum status kept_subject_identify(struct simulation *simulation);

/* Write the subject as the simulation leaves it, of the run `uuid`; `path` and `uuid` are those of the first
 * process. By all. Fails: WORLD, NO_MEMORY. */
MUST_USE enum status kept_subject_save(struct simulation *simulation, const char *path, const char *uuid);

/* Begin with the subject that the experiment names. By all. Fails: CONFIG (no such file, damaged, of other
 * circuits or another species, a drug in the body that the experiment does not have), WORLD, NO_MEMORY. */
MUST_USE enum status kept_subject_load(struct simulation *simulation);

/* May a run replace what stands at `path`, the subject of one of its arms? Fails: CONFIG (it begins with it),
 * NO_MEMORY. */
MUST_USE enum status kept_subject_spare(const struct experiment *experiment, const char *path);

#endif
