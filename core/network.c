/* network.c — building a network, giving its blocks to ranks and threads, and its state. */
#include "network.h"
#include "job.h"
#include "memory.h"
#include "owners.h"
#include "partition.h"
#include "routes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status network_new(struct clock clock, uint64_t seed, struct network **out) {
  TRY(memory_new("network", 1, sizeof **out, out));
  (*out)->clock = clock;
  (*out)->seed = seed;
  return STATUS_OK;
}

static void free_lists(struct network *network) {
  for (int b = 0; network->outbox && b < network->n_blocks; b++) {
    memory_free(network->outbox[b].cell);
    memory_free(network->outbox[b].efficacy);
  }
  for (int b = 0; network->inbox && b < network->n_blocks; b++) memory_free(network->inbox[b].visit);
  owners_free(network);
  int ranks = network->exchange ? exchange_held(network->exchange) : 0;
  for (int r = 0; network->rank && r < ranks; r++) {
    for (int s = 0; network->rank[r].history && s < network->n_populations * network->ring; s++) {
      memory_free(network->rank[r].history[s].cell);
      memory_free(network->rank[r].history[s].efficacy);
    }
    memory_free(network->rank[r].history);
    memory_free(network->rank[r].section);
    memory_free(network->rank[r].own);
  }
}

void network_free(struct network *network) {
  if (!network) return;
  free_lists(network);
  for (int a = 0; network->arena && a < network->n_arenas; a++)
    arena_free(&network->arena[a], network->n_bundles);
  memory_free(network->arena);
  memory_free(network->loose);
  memory_free(network->scratch);
  bundles_free(network->bundle, network->n_bundles);
  for (int p = 0; p < network->n_projections; p++) {
    projection_free(network->projection[p]);
    memory_free(network->projection[p]);
  }
  for (int p = 0; p < network->n_populations; p++) {
    population_free(network->population[p]);
    memory_free(network->population[p]);
  }
  memory_free(network->population);
  memory_free(network->projection);
  memory_free(network->block);
  memory_free(network->block_population);
  memory_free(network->block_in_population);
  memory_free(network->in);
  memory_free(network->out);
  memory_free(network->outbox);
  memory_free(network->inbox);
  memory_free(network->rank);
  memory_free(network->heard);
  team_free(network->team);
  exchange_free(network->exchange);
  memory_free(network);
}

enum status network_population(struct network *network, struct population **out) {
  size_t n = (size_t)network->n_populations;
  TRY(memory_resize("populations", n, n + 1, sizeof *network->population, &network->population));
  TRY(memory_new("population", 1, sizeof **out, out));
  (*out)->index = network->n_populations;
  network->population[network->n_populations++] = *out;
  return STATUS_OK;
}

enum status network_projection(struct network *network, struct population *source, struct population *target,
                               struct projection **out) {
  size_t n = (size_t)network->n_projections;
  if (n == VISIT_PROJECTIONS) return status_fail(STATUS_CONFIG, "more than %d pathways", VISIT_PROJECTIONS);
  TRY(memory_resize("projections", n, n + 1, sizeof *network->projection, &network->projection));
  TRY(memory_new("projection", 1, sizeof **out, out));
  (*out)->index = network->n_projections;
  (*out)->source = source;
  (*out)->target = target;
  network->projection[network->n_projections++] = *out;
  return STATUS_OK;
}

static enum status list_blocks(struct network *network) {
  for (int p = 0; p < network->n_populations; p++) network->n_blocks += network->population[p]->n_blocks;
  size_t n = (size_t)network->n_blocks;
  TRY(memory_new("blocks", n, sizeof *network->block, &network->block));
  TRY(memory_new("blocks", n, sizeof *network->block_population, &network->block_population));
  TRY(memory_new("blocks", n, sizeof *network->block_in_population, &network->block_in_population));
  TRY(memory_new("spikes", n, sizeof *network->outbox, &network->outbox));
  TRY(memory_new("visits", n, sizeof *network->inbox, &network->inbox));
  int number = 0;
  for (int p = 0; p < network->n_populations; p++) {
    for (int b = 0; b < network->population[p]->n_blocks; b++, number++) {
      network->block[number] = &network->population[p]->block[b];
      network->block[number]->number = number;
      network->block_population[number] = network->population[p];
      network->block_in_population[number] = b;
    }
  }
  return STATUS_OK;
}

static enum status list_pathways(struct network *network) {
  size_t n = (size_t)network->n_populations;
  TRY(memory_new("pathways", n, sizeof *network->in, &network->in));
  TRY(memory_new("pathways", n, sizeof *network->out, &network->out));
  for (int p = 0; p < network->n_projections; p++) {
    struct projection *projection = network->projection[p];
    if (projection->fixed) continue;
    struct pathway_list *in = &network->in[projection->target->index],
                        *out = &network->out[projection->source->index];
    if (in->n == NETWORK_OUT || out->n == NETWORK_OUT) {
      return status_fail(STATUS_CONFIG, "%s: a population can have at most %d pathways", projection->name,
                         NETWORK_OUT);
    }
    in->projection[in->n++] = projection;
    projection->out_index = out->n;
    out->projection[out->n++] = projection;
  }
  return STATUS_OK;
}

/* The interval is the largest divisor of a millisecond within which no spike both leaves and arrives. */
static enum status set_interval(struct network *network) {
  int shortest = 0, longest = 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    int first = projection->delay_ticks[0] + PROJECTION_LAG;
    int last = projection->delay_ticks[projection->n_classes - 1] + PROJECTION_LAG;
    shortest = shortest == 0 || first < shortest ? first : shortest;
    longest = last > longest ? last : longest;
  }
  network->ms_ticks = (int)clock_ticks(&network->clock, 1.0);
  if (network->ms_ticks < 1 || fabs(network->ms_ticks * network->clock.dt_ms - 1.0) > 1e-9) {
    return status_fail(STATUS_CONFIG, "a time step of %g ms does not divide one millisecond",
                       network->clock.dt_ms);
  }
  network->interval = 1;
  for (int m = 2; m <= 16 && m <= shortest; m++) {
    if (network->ms_ticks % m == 0) network->interval = m;
  }
  network->ring = longest + 16 + 1;
  return STATUS_OK;
}

/* A port with long delays, such as those of a tract, does not lengthen the lists of the others. */
static enum status set_horizons(struct network *network) {
  for (int p = 0; p < network->n_populations; p++) {
    int ticks[POPULATION_PORTS] = {0};
    for (int k = 0; k < network->in[p].n; k++) {
      const struct projection *projection = network->in[p].projection[k];
      int last = projection->delay_ticks[projection->n_classes - 1] + PROJECTION_LAG;
      if (last > ticks[projection->port]) ticks[projection->port] = last;
    }
    for (int port = 0; port < POPULATION_PORTS; port++) ticks[port] += network->interval + 1;
    TRY(population_horizon(network->population[p], ticks));
  }
  return STATUS_OK;
}

/* Cells of a population that a rank owns follow one another (partition.c). */
static void find_own(const struct network *network, int rank, struct cell_range *own) {
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    for (int b = 0; b < population->n_blocks; b++) {
      const struct block *block = &population->block[b];
      if (block->rank != rank) continue;
      if (own[p].last == 0) own[p].first = (uint32_t)block->first;
      own[p].last = (uint32_t)(block->first + block->n);
    }
  }
}

static enum status new_ranks(struct network *network) {
  int held = exchange_held(network->exchange);
  size_t lists = (size_t)network->n_populations * (size_t)network->ring;
  TRY(memory_new("ranks", (size_t)held, sizeof *network->rank, &network->rank));
  for (int r = 0; r < held; r++) {
    struct rank *rank = &network->rank[r];
    TRY(memory_new("spike history", lists, sizeof(struct spike_list), &rank->history));
    TRY(memory_new("sections", (size_t)network->n_blocks, sizeof(void *), &rank->section));
    TRY(memory_new("own cells", (size_t)network->n_populations, sizeof *rank->own, &rank->own));
    find_own(network, exchange_first(network->exchange) + r, rank->own);
  }
  return STATUS_OK;
}

/* Of the source cells of each pathway, those of this process's ranks, which follow one another too. */
static enum status hold_sources(struct network *network) {
  for (int p = 0; p < network->n_projections; p++) {
    const struct population *source = network->projection[p]->source;
    uint32_t first = 0, last = 0;
    for (int b = 0; b < source->n_blocks; b++) {
      if (!exchange_holds(network->exchange, source->block[b].rank)) continue;
      if (last == 0) first = (uint32_t)source->block[b].first;
      last = (uint32_t)(source->block[b].first + source->block[b].n);
    }
    TRY(projection_hold(network->projection[p], first, last - first));
  }
  return STATUS_OK;
}

static enum status connect_process(struct network *network, int n_threads) {
  TRY(partition_blocks(network, n_threads));
  TRY(hold_sources(network));
  TRY(new_ranks(network));
  TRY(set_horizons(network));
  TRY(bundles_make(network->projection, network->n_projections, &network->bundle, &network->n_bundles));
  TRY(partition_arenas(network, n_threads));
  TRY(owners_new(network, n_threads));
  return routes_new(network);
}

/* What falls to each process of a job; a plastic pathway holds its edges twice while they are replaced. */
static enum status ask_for_memory(const struct network *network) {
  double synapses = 0, bytes = 0;
  char what[64];
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    synapses += projection->expected;
    bytes += projection->expected * (double)(sizeof(struct synapse) + (projection->plastic ? 3 : 0));
  }
  snprintf(what, sizeof what, "%.3g synapses", synapses);
  return memory_ask(what, bytes / job_ranks());
}

enum status network_connect(struct network *network, int n_threads, int n_ranks) {
  TRY(ask_for_memory(network));
  TRY(list_blocks(network));
  TRY(list_pathways(network));
  TRY(set_interval(network));
  TRY(exchange_new(n_ranks, &network->exchange));
  for (int p = 0; p < network->n_populations && !exchange_whole(network->exchange); p++)
    network->population[p]->exchange = network->exchange;
  enum status status = team_new(n_threads, &network->team);
  if (status == STATUS_OK) status = connect_process(network, n_threads);
  return exchange_agree(network->exchange, status);
}

/* ---- ports ---- */

static double port_peak_nS(const struct network *network, const struct population *population, int port,
                           int lane) {
  double peak = lane == 0 ? population->port[port].injected_nS : 0;
  for (int p = 0; p < network->n_projections; p++) {
    const struct projection *projection = network->projection[p];
    if (projection->target != population) continue;
    if (projection->port == port || population->port[projection->port].joins == port + 1)
      peak += projection_peak_nS(projection, lane);
  }
  return peak;
}

/* Counts that a sum of 31 bits holds; the rest is for the rounding of each event by half a count. */
static const double PORT_COUNTS = 0x1p31 - 0x1p21;

/* The ports of a bundle's targets count in one quantum, the largest of theirs; those that bundles share,
 * too. */
static void join_quanta(struct network *network) {
  for (bool changed = true; changed;) {
    changed = false;
    for (int k = 0; k < network->n_bundles; k++) {
      const struct bundle *bundle = &network->bundle[k];
      for (int lane = 0; lane < bundle->lanes; lane++) {
        double largest = 0;
        for (int p = 0; p < bundle->n_projections; p++)
          largest = fmax(largest, bundle->projection[p]->target->port[bundle->port].quantum[lane]);
        for (int p = 0; p < bundle->n_projections; p++) {
          double *quantum = &bundle->projection[p]->target->port[bundle->port].quantum[lane];
          changed |= *quantum != largest;
          *quantum = largest;
        }
      }
    }
  }
}

static void count_weights(struct network *network) {
  for (int k = 0; k < network->n_bundles; k++) {
    struct bundle *bundle = &network->bundle[k];
    const struct port *port = &bundle->projection[0]->target->port[bundle->port];
    for (int l = 0; l < bundle->shared->n_weights; l++)
      bundle->count[l] = (int32_t)lrint((double)bundle->shared->weight[l] / port->quantum[0]);
    if (bundle->lanes > 1) bundle->second = (int32_t)lrint((double)bundle->shared->second / port->quantum[1]);
  }
}

void network_set_quanta(struct network *network, double headroom) {
  for (int p = 0; p < network->n_populations; p++) {
    struct population *population = network->population[p];
    for (int port = 0; port < population->n_ports; port++) {
      for (int lane = 0; lane < population->port[port].lanes; lane++) {
        double wanted = port_peak_nS(network, population, port, lane) * headroom / PORT_COUNTS,
               quantum = 0x1p-60;
        while (quantum < wanted) quantum *= 2.0;
        population->port[port].quantum[lane] = quantum;
      }
    }
    for (int port = 0; port < population->n_ports; port++) {
      int whole = population->port[port].joins - 1;
      if (whole >= 0)
        memcpy(population->port[port].quantum, population->port[whole].quantum,
               sizeof population->port[port].quantum);
    }
  }
  join_quanta(network);
  count_weights(network);
}

enum status network_check_ports(const struct network *network) {
  for (int p = 0; p < network->n_populations; p++) {
    const struct population *population = network->population[p];
    for (int port = 0; port < population->n_ports; port++) {
      for (int lane = 0; lane < population->port[port].lanes; lane++) {
        double peak = port_peak_nS(network, population, port, lane);
        if (peak <= population->port[port].quantum[lane] * PORT_COUNTS) continue;
        return status_fail(
            STATUS_DIVERGED,
            "%s/%s: %g nS could arrive in one tick through %s, more than the %g nS the sum holds",
            population->region, population->name, peak, population->port[port].name,
            population->port[port].quantum[lane] * PORT_COUNTS);
      }
    }
  }
  return STATUS_OK;
}

/* ---- work over all blocks of all projections ---- */

struct block_job {
  struct network *network;
  enum status (*each)(void *context, struct projection *projection, int b);
  void *context;
  struct block_item {
    struct projection *projection;
    int b;
    enum status status;
    char *message;
  } * item;
};

static void run_block_item(void *context, int thread, int i) {
  (void)thread;
  struct block_job *job = context;
  struct block_item *item = &job->item[i];
  item->status = job->each(job->context, item->projection, item->b);
  if (item->status != STATUS_OK && memory_text(status_message(), &item->message) != STATUS_OK)
    item->message = NULL;
}

static size_t held_blocks(const struct population *population) {
  size_t n = 0;
  for (int b = 0; b < population->n_blocks; b++) n += population_holds(population, b);
  return n;
}

static enum status each_held(struct network *network,
                             enum status (*each)(void *context, struct projection *projection, int b),
                             void *context) {
  size_t n = 0;
  for (int p = 0; p < network->n_projections; p++)
    n += network->projection[p]->fixed ? 0 : held_blocks(network->projection[p]->target);
  struct block_job job = {network, each, context, NULL};
  TRY(memory_new("jobs", n, sizeof *job.item, &job.item));
  size_t at = 0;
  for (int p = 0; p < network->n_projections; p++) {
    for (int b = 0; !network->projection[p]->fixed && b < network->projection[p]->target->n_blocks; b++) {
      if (!population_holds(network->projection[p]->target, b)) continue;
      job.item[at++] = (struct block_item){network->projection[p], b, STATUS_OK, NULL};
    }
  }
  team_share(network->team, (int)n, run_block_item, &job);
  enum status status = STATUS_OK;
  for (size_t i = 0; i < n; i++) {
    if (job.item[i].status != STATUS_OK && status == STATUS_OK) {
      status =
          status_fail(job.item[i].status, "%s", job.item[i].message ? job.item[i].message : "out of memory");
    }
    memory_free(job.item[i].message);
  }
  memory_free(job.item);
  return status;
}

enum status network_each_block(struct network *network,
                               enum status (*each)(void *context, struct projection *projection, int b),
                               void *context) {
  TRY(exchange_agree(network->exchange, each_held(network, each, context)));
  return network_make_rows(network);
}

struct block_run {
  const struct network *network;
  void (*each)(void *context, int thread, int number);
  void *context;
};

static void run_held(void *context, int thread, int number) {
  const struct block_run *run = context;
  const struct network *network = run->network;
  if (population_holds(network->block_population[number], network->block_in_population[number]))
    run->each(run->context, thread, number);
}

void network_blocks(struct network *network, void (*each)(void *context, int thread, int number),
                    void *context) {
  struct block_run run = {network, each, context};
  team_share(network->team, network->n_blocks, run_held, &run);
}

/* ---- static synapses ---- */

struct draw_all {
  struct network *network;
  struct draw_failure {
    enum status status;
    char message[256];
  } * failure; /* one per thread */
};

static void draw_owned(void *context, int thread) {
  struct draw_all *job = context;
  struct network *network = job->network;
  struct draw_failure *failure = &job->failure[thread];
  for (int a = 0; a < network->n_arenas; a++) {
    if (network->arena[a].thread != thread || network->arena[a].sibling > 0) continue;
    for (int k = 0; k < network->n_bundles && failure->status == STATUS_OK; k++) {
      if (!network->arena[a].slots) continue;
      failure->status =
          arena_draw(&network->arena[a], &network->bundle[k], k, network->block, network->block_population);
      if (failure->status != STATUS_OK)
        snprintf(failure->message, sizeof failure->message, "%s", status_message());
    }
  }
}

enum status network_draw(struct network *network) {
  int threads = team_size(network->team);
  struct draw_all job = {network, NULL};
  TRY(memory_new("failures", (size_t)threads, sizeof *job.failure, &job.failure));
  if (network->n_bundles) team_run(network->team, draw_owned, &job);
  enum status status = STATUS_OK;
  for (int t = 0; t < threads && status == STATUS_OK; t++) {
    if (job.failure[t].status != STATUS_OK)
      status = status_fail(job.failure[t].status, "%s", job.failure[t].message);
  }
  memory_free(job.failure);
  TRY(exchange_agree(network->exchange, status));
  return routes_make(network);
}

size_t network_out_degree(const struct network *network, int bundle, size_t j) {
  size_t classes = (size_t)network->bundle[bundle].n_classes, count = 0;
  for (int a = 0; a < network->n_arenas; a++) {
    const struct arena *arena = &network->arena[a];
    const uint32_t *begin = arena->synapses[bundle].begin;
    size_t row = classes * (size_t)arena->siblings;
    if (begin && arena->sibling == 0) count += begin[(j + 1) * row] - begin[j * row];
  }
  return count;
}
