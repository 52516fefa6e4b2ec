/* machine.c — the limit of a workload from the constants of a machine. See machine.h; the measuring is in
 * machine_measure.c. */
#include "machine.h"
#include <math.h>

const double machine_set_bytes[MACHINE_SETS] = {0x1p15, 0x1p17, 0x1p19, 0x1p21, 0x1p23, 0x1p25};
const double machine_rates[MACHINE_RATES] = {0.01, 0.1, 0.3, 0.8, 1.6, 2, 5};
const char *const machine_term_names[MACHINE_TERMS] = {"cells",    "background", "events",
                                                       "segments", "bandwidth",  "barriers"};

/* What is lost between the sum of its functions and the best cell known. */
static const double CELL_SLACK = 1.5;

/* Straight in the logarithms of both; the ends stay. */
static double between(const double *x, const double *y, int n, double at) {
  if (!(at > x[0])) return y[0];
  for (int k = 1; k < n; k++) {
    if (at > x[k]) continue;
    return y[k - 1] * pow(y[k] / y[k - 1], log(at / x[k - 1]) / log(x[k] / x[k - 1]));
  }
  return y[n - 1];
}

double machine_add_ns(const struct machine *machine, double bytes) {
  return between(machine_set_bytes, machine->add_ns, MACHINE_SETS, bytes);
}

double machine_poisson_ns(const struct machine *machine, double rate) {
  double ns = between(machine_rates, machine->poisson_ns, MACHINE_RATES, rate);
  const double least = machine_rates[0], most = machine_rates[MACHINE_RATES - 1];
  return rate < least ? ns * rate / least : rate > most ? ns * rate / most : ns;
}

double machine_cell_ns(const struct machine *machine, double measured_ns, int exponentials, int receptors) {
  double most = CELL_SLACK * (exponentials * machine->exponential_ns + receptors * machine->difference_ns);
  return measured_ns < most ? measured_ns : most;
}

/* The largest term of the part that makes up the total. */
static enum machine_term binding(const struct machine_limit *limit, bool by_bandwidth) {
  enum machine_term most = by_bandwidth ? MACHINE_BANDWIDTH : MACHINE_CELLS;
  for (int t = 0; t < MACHINE_TERMS; t++) {
    if (t != MACHINE_BARRIERS && by_bandwidth != (t == MACHINE_BANDWIDTH)) continue;
    if (limit->term_s[t] > limit->term_s[most]) most = (enum machine_term)t;
  }
  return most;
}

struct machine_limit machine_limit(const struct machine *machine, const struct workload *workload,
                                   bool all_threads) {
  const double threads = all_threads ? machine->threads : 1;
  const bool far = workload->list_bytes > machine->cache_bytes;
  const double read_GB_s = all_threads ? machine->read_all_GB_s : machine->read_1_GB_s;
  const double update_GB_s = all_threads ? machine->update_all_GB_s : machine->update_1_GB_s;
  double event_ns = machine_add_ns(machine, workload->accumulator_bytes), background_ns = 0;
  if (far) event_ns = fmax(event_ns, workload->synapse_bytes / machine->read_1_GB_s);
  for (int k = 0; k < workload->n_background; k++) {
    const struct machine_background *background = &workload->background[k];
    background_ns += background->cells * machine_poisson_ns(machine, background->rate);
  }
  double segment_ns = far ? machine->segment_memory_ns : machine->segment_cached_ns;
  double lists_s = far ? workload->events * workload->synapse_bytes / read_GB_s : 0;
  struct machine_limit limit = {0};
  double *term = limit.term_s;
  term[MACHINE_CELLS] = 1e-9 * workload->steps * workload->cells_ns / threads;
  term[MACHINE_BACKGROUND] = 1e-9 * workload->steps * background_ns / threads;
  term[MACHINE_EVENTS] = 1e-9 * workload->events * event_ns / threads;
  term[MACHINE_SEGMENTS] = 1e-9 * workload->segments * segment_ns / threads;
  term[MACHINE_BANDWIDTH] = 1e-9 * (workload->steps * workload->cell_bytes / update_GB_s + lists_s);
  term[MACHINE_BARRIERS] = all_threads ? 2e-9 * workload->intervals * machine->barrier_ns : 0;
  double computed =
      term[MACHINE_CELLS] + term[MACHINE_BACKGROUND] + term[MACHINE_EVENTS] + term[MACHINE_SEGMENTS];
  bool by_bandwidth = term[MACHINE_BANDWIDTH] > computed;
  limit.total_s = fmax(computed, term[MACHINE_BANDWIDTH]) + term[MACHINE_BARRIERS];
  limit.binds = binding(&limit, by_bandwidth);
  return limit;
}
