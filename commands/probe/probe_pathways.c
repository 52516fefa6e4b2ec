/* probe_pathways.c — what a spike of one cell does to those that it reaches.
 *
 * In each of some rounds a few cells of every population are made to fire, excitatory ones and inhibitory
 * ones in turn, and those targets are read that hear exactly one of them, up to a number for each pathway.
 *   Recorded are 1  all targets at rest, one spike                  the potential at rest
 *   2  targets of inhibitory cells brought to hold_psp the inhibitory potential
 *   3  voltage clamp, a train                          currents, their times, second and last of a train
 *   4  voltage clamp, a pair at a longer interval      paired-pulse ratio
 *   5  voltage clamp at hold_nmda, excitatory targets, once as they are and once with AMPA receptors held by
 *      a saturating competitive antagonist: the second is the NMDA current, the difference that of AMPA
 * Sources send nothing but those spikes, all other cells nothing, or, with background, what they sent in the
 * run without: a train can make its targets fire, and what these send is no response to the source. With
 * background on, 2 and 5 are left out. */
#include "drugs/action.h"
#include "memory.h"
#include "probe.h"
#include "probe_pairs.h"
#include "response.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SPIKE_AT_MS = 10, POTENTIAL_MS = 160, CURRENT_MS = 100, NMDA_MS = 300, FEEDBACK_MS = 400;
/* A first response below this share of the pathway's mean is a failure. */
static const double FAILURE = 0.02;
/* A potential that changes by so much in a tick has been reset by a spike. */
static const double JUMP_MV = 3;

/* ---- recording ---- */

/* How targets are held, and when sources fire. */
struct protocol {
  enum pipette_mode mode;
  double hold_excitatory, hold_inhibitory; /* mV, of targets by the kind of their pathway */
  bool excitatory, inhibitory;             /* which targets are read */
  bool feedback;                           /* current clamp: bring them to that potential first */
  int spikes;
  double interval_ms, after_ms;
};

struct round {
  struct probe *probe;
  const struct probe_pairs *pairs;
  struct pipettes pipettes;
  struct replay replay; /* what cells send that are no sources: nothing, or what they sent before */
  float *control;       /* traces of the run without spikes, or of the one without antagonist */
  const struct protocol *protocol;
};

static struct pipette source_pipette(const struct round *round, const struct probe_source *source) {
  return (struct pipette){.population = source->population,
                          .cell = source->cell,
                          .mode = PIPETTE_CURRENT,
                          .silent = true,
                          .n_pulses = round->protocol->spikes,
                          .pulse_first_ms = SPIKE_AT_MS,
                          .pulse_every_ms = round->protocol->interval_ms};
}

static bool reads(const struct protocol *protocol, bool excitatory) {
  return excitatory ? protocol->excitatory : protocol->inhibitory;
}

static struct pipette target_pipette(const struct round *round, const struct probe_pair *pair) {
  const struct protocol *protocol = round->protocol;
  const struct probe_pathway *pathway = &round->probe->pathway[pair->pathway];
  return (struct pipette){.population = pathway->projection->target->index,
                          .cell = (int)pair->target,
                          .mode = protocol->mode,
                          .hold_mV =
                              pathway->excitatory ? protocol->hold_excitatory : protocol->hold_inhibitory};
}

static double length_ms(const struct protocol *protocol) {
  return SPIKE_AT_MS + (protocol->spikes - 1) * protocol->interval_ms + protocol->after_ms;
}

static enum status attach(struct round *round) {
  const struct probe_pairs *pairs = round->pairs;
  struct pipette *list = NULL;
  double ms = fmax(length_ms(round->protocol), FEEDBACK_MS);
  int n = 0;
  TRY(memory_new("pipettes", (size_t)(pairs->n_sources + pairs->n) + 1, sizeof *list, &list));
  for (int k = 0; k < pairs->n_sources; k++) list[n++] = source_pipette(round, &pairs->source[k]);
  for (int k = 0; k < pairs->n; k++) {
    if (reads(round->protocol, round->probe->pathway[pairs->pair[k].pathway].excitatory))
      list[n++] = target_pipette(round, &pairs->pair[k]);
  }
  enum status status = pipettes_new(&round->pipettes, round->probe->network, list, n, ms);
  memory_free(list);
  TRY(status);
  TRY(replay_new(&round->pipettes, &round->replay));
  round->replay.plays = true;
  return STATUS_OK;
}

static const struct pipette *find(const struct pipettes *pipettes, int population, int cell) {
  int low = 0, high = pipettes->n;
  while (low < high) {
    int middle = (low + high) / 2;
    const struct pipette *p = &pipettes->pipette[middle];
    bool before = p->population != population ? p->population < population : p->cell < cell;
    *(before ? &low : &high) = before ? middle + 1 : middle;
  }
  return &pipettes->pipette[low];
}

static bool is_source(const struct pipette *p) { return p->pulse_first_ms > 0; }

static void set_pulses(struct pipettes *pipettes, int n) {
  for (int k = 0; k < pipettes->n; k++) {
    if (is_source(&pipettes->pipette[k])) pipettes->pipette[k].n_pulses = n;
  }
}

/* Targets come to their potential without a spike; the feedback then stands still. */
static enum status bring(struct round *round) {
  struct pipettes *pipettes = &round->pipettes;
  set_pulses(pipettes, 0);
  for (int k = 0; k < pipettes->n; k++) {
    pipettes->pipette[k].holding_pA = 0;
    pipettes->pipette[k].feedback = !is_source(&pipettes->pipette[k]);
  }
  enum status status = probe_record(round->probe, pipettes, &round->replay, FEEDBACK_MS, NULL, 0);
  for (int k = 0; k < pipettes->n; k++) pipettes->pipette[k].feedback = false;
  return status;
}

static size_t trace_length(const struct round *round) {
  return (size_t)round->pipettes.n * (size_t)round->pipettes.ticks;
}

/* One recording from rest, with so many spikes of every source; where cells are brought to a potential, after
 * that. */
static enum status record_once(struct round *round, int spikes, const struct exposure *exposures, int n) {
  TRY(probe_rest(round->probe));
  if (round->protocol->feedback && !round->probe->settings->background) TRY(bring(round));
  set_pulses(&round->pipettes, spikes);
  return probe_record(round->probe, &round->pipettes, &round->replay, length_ms(round->protocol), exposures,
                      n);
}

/* What the same time would have been without spikes is taken away; baselines go with it. */
static enum status record_difference(struct round *round, const struct exposure *exposures, int n) {
  float *trace = round->pipettes.trace;
  round->replay.plays = !round->probe->settings->background;
  TRY(record_once(round, 0, exposures, n));
  memcpy(round->control, trace, trace_length(round) * sizeof *trace);
  round->replay.plays = true;
  TRY(record_once(round, round->protocol->spikes, exposures, n));
  for (size_t i = 0; i < trace_length(round); i++) trace[i] -= round->control[i];
  return STATUS_OK;
}

/* Where nothing is at rest, because of background or of a current that brings cells somewhere. */
static bool needs_control(const struct round *round) {
  return round->probe->settings->background || round->protocol->feedback;
}

static enum status record(struct round *round, const struct exposure *exposures, int n) {
  if (needs_control(round))
    TRY(record_difference(round, exposures, n));
  else
    TRY(record_once(round, round->protocol->spikes, exposures, n));
  return STATUS_OK;
}

/* ---- reading ---- */

static int sample_at(const struct round *round, double ms) {
  return (int)floor(ms / round->probe->network->clock.dt_ms + 0.5);
}

/* Sample at which the k-th spike of the source of a pair arrives at the target, −1 if it did not fire. */
static int arrival_of(const struct round *round, const struct probe_pair *pair, int k) {
  const struct projection *projection = round->probe->pathway[pair->pathway].projection;
  const struct pipette *source = find(&round->pipettes, projection->source->index, (int)pair->source);
  bool fired = source->n_spikes == round->protocol->spikes;
  return fired ? sample_at(round, source->spike_ms[k]) + pair->delay : -1;
}

static const float *trace_of(const struct round *round, const struct probe_pair *pair) {
  const struct projection *projection = round->probe->pathway[pair->pathway].projection;
  return find(&round->pipettes, projection->target->index, (int)pair->target)->trace;
}

static int earlier(int a, int b) { return a < b ? a : b; }

/* The last sample in which a response is looked for, where no other spike follows. */
static int end_of(const struct round *round, int spike) {
  int all = sample_at(round, length_ms(round->protocol)),
      within = spike + sample_at(round, round->probe->settings->within);
  return within < all ? within : all;
}

static bool jumps(const struct round *round, const float *trace, int spike) {
  bool any = false;
  for (int i = spike; i < end_of(round, spike); i++)
    any |= fabs((double)trace[i] - (double)trace[i - 1]) > JUMP_MV;
  return any;
}

/* Does a target fire, in the one run or in the other, while its response is looked for? Its reset would wipe
 * the response out. */
static bool fires(const struct round *round, const float *trace, int spike) {
  if (round->protocol->mode != PIPETTE_CURRENT) return false;
  const float *control = needs_control(round) ? round->control + (trace - round->pipettes.trace) : trace;
  return jumps(round, trace, spike) || jumps(round, control, spike);
}

/* Read something off every pair that is fit to be read. */
typedef void read_pair(const struct round *round, struct probe_pair *pair, const float *trace, int spike);

static void read_all(const struct round *round, struct probe_pairs *pairs, read_pair *read) {
  for (int k = 0; k < pairs->n; k++) {
    struct probe_pair *pair = &pairs->pair[k];
    if (!reads(round->protocol, round->probe->pathway[pair->pathway].excitatory)) continue;
    int spike = arrival_of(round, pair, 0);
    const float *trace = trace_of(round, pair);
    if (spike > 0 && !fires(round, trace, spike)) read(round, pair, trace, spike);
  }
}

static double dt_of(const struct round *round) { return round->probe->network->clock.dt_ms; }

static void read_psp(const struct round *round, struct probe_pair *pair, const float *trace, int spike) {
  struct response r;
  response_read(trace, spike, end_of(round, spike), dt_of(round), &r);
  pair->psp = r.amplitude;
  pair->rise = r.rise_ms;
  pair->half_width = r.width_ms;
  pair->decay = r.decay_ms;
}

static void read_held(const struct round *round, struct probe_pair *pair, const float *trace, int spike) {
  struct response r;
  response_read(trace, spike, end_of(round, spike), dt_of(round), &r);
  pair->psp_held = r.amplitude;
}

static double later_of(const struct round *round, const struct probe_pair *pair, const float *trace,
                       const struct response *first, int k) {
  int spike = arrival_of(round, pair, k);
  int end = spike + sample_at(round, round->protocol->interval_ms), last = end_of(round, spike);
  return response_later(trace, first, spike, earlier(end, last), dt_of(round));
}

static void read_train(const struct round *round, struct probe_pair *pair, const float *trace, int spike) {
  struct response r;
  int second = arrival_of(round, pair, 1);
  response_read(trace, spike, earlier(second, end_of(round, spike)), dt_of(round), &r);
  double V = round->probe->pathway[pair->pathway].excitatory ? round->protocol->hold_excitatory
                                                             : round->protocol->hold_inhibitory;
  pair->current = r.amplitude;
  pair->conductance = r.amplitude / (V - probe_pair_reversal(pair, round->probe));
  pair->latency = r.onset_ms + pair->delay * dt_of(round);
  pair->current_rise = r.rise_ms;
  pair->current_decay = r.decay_ms;
  pair->ppr_train = later_of(round, pair, trace, &r, 1) / r.amplitude;
  pair->train = later_of(round, pair, trace, &r, round->protocol->spikes - 1) / r.amplitude;
}

static void read_two(const struct round *round, struct probe_pair *pair, const float *trace, int spike) {
  struct response r;
  response_read(trace, spike, earlier(arrival_of(round, pair, 1), end_of(round, spike)), dt_of(round), &r);
  pair->ppr_pair = later_of(round, pair, trace, &r, 1) / r.amplitude;
}

/* Peak and charge from the spike on, over what flowed before it. */
static void add_up(const float *trace, int spike, int end, double *peak, double *charge) {
  *peak = *charge = 0;
  for (int i = spike; i < end; i++) {
    double x = (double)trace[i] - (double)trace[spike - 1];
    *charge += x;
    if (fabs(x) > fabs(*peak)) *peak = x;
  }
}

/* The trace is the NMDA current; that of both is kept beside it. */
static void read_nmda(const struct round *round, struct probe_pair *pair, const float *trace, int spike) {
  const float *both = round->control + (trace - round->pipettes.trace);
  int end = end_of(round, spike);
  double nmda, nmda_charge, ampa, charge;
  add_up(trace, spike, end, &nmda, &nmda_charge);
  add_up(both, spike, end, &ampa, &charge);
  ampa = 0;
  for (int i = spike; i < end; i++) {
    double x = (double)both[i] - (double)trace[i] - ((double)both[spike - 1] - (double)trace[spike - 1]);
    if (fabs(x) > fabs(ampa)) ampa = x;
  }
  pair->nmda = nmda;
  pair->ampa = ampa;
  pair->nmda_charge = nmda_charge;
  pair->ampa_charge = charge - nmda_charge;
}

/* ---- protocols ---- */

static enum status run_protocol(struct probe *probe, struct probe_pairs *pairs,
                                const struct protocol *protocol, read_pair *read) {
  struct round round = {.probe = probe, .pairs = pairs, .protocol = protocol};
  enum status status = attach(&round);
  if (status == STATUS_OK && needs_control(&round))
    status = memory_new("control", trace_length(&round) + 1, sizeof(float), &round.control);
  if (status == STATUS_OK) status = record(&round, NULL, 0);
  if (status == STATUS_OK) read_all(&round, pairs, read);
  memory_free(round.control);
  replay_free(&round.replay);
  pipettes_free(&round.pipettes);
  return status;
}

/* The same spikes twice, then with an antagonist that leaves a millionth of AMPA receptors. */
static enum status run_nmda(struct probe *probe, struct probe_pairs *pairs) {
  static const struct ampa_competitive antagonist = {.K_B = 1.0};
  const struct exposure blocked = {
      .action = ACTION_AMPA_COMPETITIVE, .properties = &antagonist, .free_uM = 1e6};
  const struct protocol protocol = {.mode = PIPETTE_VOLTAGE,
                                    .hold_excitatory = probe->settings->hold_nmda,
                                    .excitatory = true,
                                    .spikes = 1,
                                    .after_ms = NMDA_MS};
  struct round round = {.probe = probe, .pairs = pairs, .protocol = &protocol};
  float *both = NULL;
  enum status status = attach(&round);
  size_t n = trace_length(&round);
  if (status == STATUS_OK) status = memory_new("control", n + 1, sizeof(float), &round.control);
  if (status == STATUS_OK) status = memory_new("both", n + 1, sizeof(float), &both);
  if (status == STATUS_OK) status = record(&round, NULL, 0);
  if (status == STATUS_OK) memcpy(both, round.pipettes.trace, n * sizeof *both);
  if (status == STATUS_OK) status = record(&round, &blocked, 1);
  if (status == STATUS_OK) {
    memcpy(round.control, both, n * sizeof *both);
    read_all(&round, pairs, read_nmda);
  }
  memory_free(both);
  memory_free(round.control);
  replay_free(&round.replay);
  pipettes_free(&round.pipettes);
  return status;
}

static enum status run_round(struct probe *probe, struct probe_pairs *pairs, bool excitatory) {
  const struct probe_settings *s = probe->settings;
  const struct protocol rest = {
      .mode = PIPETTE_CURRENT, .excitatory = true, .inhibitory = true, .spikes = 1, .after_ms = POTENTIAL_MS};
  const struct protocol held = {.mode = PIPETTE_CURRENT,
                                .hold_inhibitory = s->hold_psp,
                                .inhibitory = true,
                                .feedback = true,
                                .spikes = 1,
                                .after_ms = POTENTIAL_MS};
  struct protocol train = {.mode = PIPETTE_VOLTAGE,
                           .hold_excitatory = s->hold_excitatory,
                           .hold_inhibitory = s->hold_inhibitory,
                           .excitatory = true,
                           .inhibitory = true,
                           .spikes = (int)s->train,
                           .interval_ms = s->train_interval,
                           .after_ms = CURRENT_MS};
  TRY(run_protocol(probe, pairs, &rest, read_psp));
  if (!excitatory && !s->background) TRY(run_protocol(probe, pairs, &held, read_held));
  TRY(run_protocol(probe, pairs, &train, read_train));
  train.spikes = 2;
  train.interval_ms = s->pair_interval;
  TRY(run_protocol(probe, pairs, &train, read_two));
  return excitatory && !s->background ? run_nmda(probe, pairs) : STATUS_OK;
}

enum status probe_measure_pathways(struct probe *probe) {
  struct probe_pairs all = {0};
  enum status status = STATUS_OK;
  for (int k = 0; k < 2 * probe->settings->rounds && status == STATUS_OK; k++) {
    struct probe_pairs pairs = {0};
    bool excitatory = k % 2 == 0;
    status = probe_pairs_choose(probe, k / 2, excitatory, &pairs);
    if (status == STATUS_OK && pairs.n > 0) status = run_round(probe, &pairs, excitatory);
    if (status == STATUS_OK) status = probe_pairs_join(&all, &pairs);
    probe_pairs_free(&pairs);
  }
  if (status == STATUS_OK) status = probe_pairs_summarise(&all, probe, FAILURE);
  probe_pairs_free(&all);
  return status;
}
