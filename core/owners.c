/* owners.c — owners, their rows, and the arrivals that follow from them. */
#include "owners.h"
#include "memory.h"
#include "routes.h"
#include "spikes.h"
#include <stdio.h>

/* Every thread of every rank of this process. */
enum status owners_new(struct network *network, int n_threads) {
  int n = exchange_held(network->exchange) * n_threads;
  TRY(memory_new("owners", (size_t)n, sizeof *network->owner, &network->owner));
  network->n_owners = n;
  for (int o = 0; o < n; o++) {
    struct owner *owner = &network->owner[o];
    owner->rank = exchange_first(network->exchange) + o / n_threads;
    owner->thread = o % n_threads;
    TRY(memory_new("rows", (size_t)network->n_populations, sizeof *owner->rows, &owner->rows));
  }
  return STATUS_OK;
}

static void free_rows(struct network *network, struct owner *owner) {
  for (int p = 0; owner->rows && p < network->n_populations; p++) rows_free(&owner->rows[p]);
}

void owners_free(struct network *network) {
  for (int o = 0; network->owner && o < network->n_owners; o++) {
    free_rows(network, &network->owner[o]);
    memory_free(network->owner[o].rows);
    memory_free(network->owner[o].pool);
  }
  memory_free(network->owner);
}

size_t owners_bytes(const struct network *network) {
  size_t bytes = 0;
  for (int o = 0; o < network->n_owners; o++) {
    for (int p = 0; p < network->n_populations; p++)
      bytes += rows_bytes(&network->owner[o].rows[p], network->population[p]);
  }
  return bytes;
}

static bool owns(const struct owner *owner, const struct block *block) {
  return block->rank == owner->rank && block->thread == owner->thread;
}

/* ---- pools and rows ---- */

static enum status make_pool(struct network *network, struct owner *owner) {
  struct synapse *pool = NULL;
  size_t total = 0, at = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int number = 0; number < network->n_blocks; number++) {
      const struct pathway_list *in = &network->in[network->block_population[number]->index];
      int b = network->block_in_population[number];
      for (int p = 0; p < in->n && owns(owner, network->block[number]); p++) {
        size_t n = in->projection[p]->block[b].n;
        if (pass) projection_move(in->projection[p], b, pool + at);
        *(pass ? &at : &total) += n;
      }
    }
    if (pass == 0) TRY(memory_new("synapses", total, sizeof *pool, &pool));
  }
  memory_free(owner->pool);
  owner->pool = pool;
  return STATUS_OK;
}

static enum status make_rows(struct network *network, struct owner *owner) {
  free_rows(network, owner);
  for (int p = 0; p < network->n_populations; p++) {
    for (int o = 0; o < network->out[p].n; o++) {
      const struct projection *projection = network->out[p].projection[o];
      for (int b = 0; b < projection->target->n_blocks; b++) {
        const struct block *block = &projection->target->block[b];
        if (projection->block[b].n == 0 || !owns(owner, block)) continue;
        TRY(rows_add(&owner->rows[p], (struct synapse_list){projection, b, block->number}));
      }
    }
    TRY(rows_make(&owner->rows[p], network->population[p]));
  }
  return STATUS_OK;
}

struct make_all {
  struct network *network;
  struct make_failure {
    enum status status;
    char message[256];
  } * failure; /* one per owner */
};

static void make_owner(void *context, int thread, int o) {
  (void)thread;
  const struct make_all *job = context;
  struct make_failure *failure = &job->failure[o];
  failure->status = make_pool(job->network, &job->network->owner[o]);
  if (failure->status == STATUS_OK) failure->status = make_rows(job->network, &job->network->owner[o]);
  if (failure->status != STATUS_OK)
    snprintf(failure->message, sizeof failure->message, "%s", status_message());
}

enum status network_make_rows(struct network *network) {
  struct make_all job = {network, NULL};
  TRY(memory_new("failures", (size_t)network->n_owners, sizeof *job.failure, &job.failure));
  team_each(network->team, network->n_owners, make_owner, &job);
  enum status status = STATUS_OK;
  for (int o = 0; o < network->n_owners && status == STATUS_OK; o++) {
    if (job.failure[o].status != STATUS_OK)
      status = status_fail(job.failure[o].status, "%s", job.failure[o].message);
  }
  memory_free(job.failure);
  TRY(exchange_agree(network->exchange, status));
  return routes_make(network);
}

/* ---- arrivals ---- */

int network_longest_delay(const struct network *network, int p) {
  int longest = 0;
  for (int k = 0; k < network->in[p].n; k++) {
    const struct projection *projection = network->in[p].projection[k];
    int last = projection->delay_ticks[projection->n_classes - 1] + PROJECTION_LAG;
    longest = last > longest ? last : longest;
  }
  return longest;
}

/* Spikes of the latest interval are left to the next one, which delivers them whole. */
static void restore_owner(void *context, int thread, int o) {
  (void)thread;
  struct network *network = context;
  const struct owner *owner = &network->owner[o];
  int64_t last = network->tick - network->interval - 1;
  int longest = 0;
  for (int p = 0; p < network->n_populations; p++) {
    int own = network_longest_delay(network, p);
    longest = own > longest ? own : longest;
  }
  spikes_call(network, owner, network->tick - longest, last, SPIKES_ALL);
  for (int number = 0; number < network->n_blocks; number++) {
    if (!owns(owner, network->block[number])) continue;
    population_drop_arrivals(network->block_population[number], network->block_in_population[number]);
    spikes_deliver(network, number, last, network->tick);
  }
}

static void restore_arena(void *context, int thread, int a) {
  (void)thread;
  struct network *network = context;
  struct arena *arena = &network->arena[a];
  if (arena->sibling > 0) return;
  for (int k = 0; k < arena->siblings; k++) arena_drop(arena + k);
  spikes_send(network, arena, network->tick - arena->slots, network->tick - network->interval - 1,
              network->tick, SPIKES_ALL);
}

void owners_restore_arrivals(struct network *network) {
  network->own_sent = false;
  team_each(network->team, network->n_owners, restore_owner, network);
  team_each(network->team, network->n_arenas, restore_arena, network);
}
