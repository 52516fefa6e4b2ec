/* remodel.c — one step of structural change: synapses and afferent spines lost, matured and formed. See
 * spines.h.
 *
 * First every cell settles how many spines form on it, and to which pathway, or to its afferents, each of
 * them falls; then the blocks of all pathways are remodelled. Both go on in parallel: all chances follow from
 * the counts at the start of the step, so no order matters. */
#include "synapses/remodel.h"
#include "memory.h"
#include "random.h"
#include <string.h>

/* Trials for one partner, and for all of one cell, pathway and step. */
enum { TRIALS = 64, TRIALS_OF_CELL = 65536 };

/* What draws of the stream FORM are for, beside the pathway and the step: marks of the sharing out, which is
 * no pathway's, and of a new synapse's weight, delay and age. */
static const uint64_t NO_PATHWAY = (uint64_t)UINT32_MAX << 32, NEW_SYNAPSE = SPINES_STEPS;

static const double HOURS_PER_DAY = 24.0;

/* What a step means at one site. */
struct at_site {
  struct remodel_chances chances;
  double formed;   /* chance that a vacant element becomes a spine */
  double dendrite; /* length to which dendrites go */
};

struct remodel {
  struct spines *spines;
  double t0_h, t1_h;
  uint32_t step;
  struct at_site *site;
  float growth[SYNAPSE_GROWN + 1];
  int32_t **wanted;           /* per pathway, per target cell: synapses that are to form */
  struct turnover **item;     /* per pathway, per block */
  struct turnover *afferents; /* per block of cells with spines */
};

/* ---- chances ---- */

/* Probability that something of a rate per day happens in the step. */
static double chance(double rate_per_d, double hours) {
  return 1.0 - maths_exp(-rate_per_d * hours / HOURS_PER_DAY);
}

struct remodel_chances remodel_chances(const struct spine_params *p, double loss, double hours) {
  double young = chance(p->young_loss, hours), mature = chance(p->mature_loss, hours), s = p->persistent;
  double matured = s * mature / ((1.0 - s) * (1.0 - young));
  return (struct remodel_chances){chance(p->young_loss * loss, hours), chance(p->mature_loss * loss, hours),
                                  matured < 1.0 ? matured : 1.0, (1.0 - s) * young + s * mature};
}

/* G(P): Hill curve of the proteins, 1 at rest. */
static double formation_gain(const struct spine_params *p, double proteins) {
  double power = maths_pow(proteins, p->gain_hill);
  return (1.0 + p->gain_half) * power / (power + p->gain_half);
}

double remodel_formed_share(const struct spine_params *p, const struct remodel_chances *chances,
                            double proteins, double factor) {
  double rest = chances->formed / p->vacancies; /* what formed per spine, per vacant element */
  return 1.0 - maths_pow(1.0 - rest, formation_gain(p, proteins) * factor);
}

int32_t remodel_vacant(const struct spine_params *p, int32_t start, double length, int32_t now) {
  double vacant = floor(start * (1.0 + p->vacancies) * length + 0.5) - now;
  return vacant > 0 ? (int32_t)vacant : 0;
}

double remodel_dendrite(const struct spine_params *p, double length, double target, double hours) {
  double tau_h = target < length ? p->retract : p->regrow;
  return target + (length - target) * maths_exp(-hours / tau_h);
}

static double value_at(const double *values, int site) { return values ? values[site] : 1.0; }

/* Rise of the rates of loss on cells that have fallen silent. */
static double idle(const struct spine_params *p, double activity) {
  return activity < p->inactive_below ? 1.0 + p->inactivity_loss * (1.0 - activity / p->inactive_below) : 1.0;
}

static struct at_site site_chances(const struct spine_params *p, const struct spine_sites *sites, int s,
                                   double hours) {
  struct at_site at = {.dendrite = value_at(sites->dendrite_target, s)};
  double loss = value_at(sites->elimination_factor, s) * idle(p, value_at(sites->activity, s));
  at.chances = remodel_chances(p, loss, hours);
  at.formed = remodel_formed_share(p, &at.chances, value_at(sites->proteins, s),
                                   value_at(sites->formation_factor, s));
  return at;
}

double remodel_free_share(const struct spine_params *p, int32_t start, int32_t now) {
  if (start == 0) return 0;
  double free = (start * (1.0 + p->vacancies) - now) / (start * p->vacancies);
  return free > 0 ? free : 0;
}

int32_t remodel_binomial(int32_t n, double p, uint64_t seed, uint64_t id, uint64_t when) {
  if (p > 0.5) return n - remodel_binomial(n, 1.0 - p, seed, id, when);
  if (!(1.0 - p < 1.0) || n <= 0) return 0; /* also where 1 − p is rounded to 1 */
  double jump = 1.0 / maths_log(1.0 - p), at = 0;
  for (uint32_t successes = 0;; successes++) {
    uint32_t u = random_draw(seed, RANDOM_AFFERENT, id, when, successes).u[0];
    at += 1.0 + floor(maths_log(random_uniform(u)) * jump);
    if (at > n) return (int32_t)successes;
  }
}

/* ---- AMPA of young synapses ---- */

void remodel_growth(const struct spine_params *p, float share[SYNAPSE_GROWN + 1]) {
  for (int age = 0; age <= SYNAPSE_GROWN; age++) {
    double grown = age >= p->ampa_growth ? 1.0 : age / p->ampa_growth;
    share[age] = (float)(p->ampa_start + (1.0 - p->ampa_start) * grown);
  }
}

/* Of afferent spines only the mean is kept. What it lacks to full decays at 2/T: the mean time of growth is
 * half the whole, T. */
static double growth_per_h(const struct spine_params *p) { return 2.0 / p->ampa_growth; }

double remodel_growth_at_rest(const struct spine_params *p) {
  double turnover_per_h = p->formation / HOURS_PER_DAY;
  return 1.0 - (1.0 - p->ampa_start) * turnover_per_h / (growth_per_h(p) + turnover_per_h);
}

/* ---- cells: what forms, and afferent spines ---- */

enum { PURPOSE_YOUNG, PURPOSE_MATURE, PURPOSE_MATURED, PURPOSE_FORM };

static int32_t count(const struct remodel *remodel, const struct spine_cells *cells, int i, int32_t n,
                     double p, uint64_t purpose) {
  uint64_t when = (uint64_t)(remodel->step + 1) << 8 | purpose;
  return remodel_binomial(n, p, remodel->spines->seed, cells->population->first_id + (uint64_t)i, when);
}

static const struct at_site *site_of(const struct remodel *remodel, const struct population *population,
                                     int i) {
  return &remodel->site[population->site[i]];
}

/* The dendrites of cell i move; what they lose is kept for the cell's synapses, whose blocks come later. */
static void move_dendrites(const struct remodel *remodel, struct spine_cells *cells, int i) {
  double before = (double)cells->dendrite[i];
  double after =
      remodel_dendrite(&remodel->spines->params, before, site_of(remodel, cells->population, i)->dendrite,
                       remodel->t1_h - remodel->t0_h);
  cells->dendrite[i] = (float)after;
  cells->bared[i] = after < before ? (float)(1.0 - after / before) : 0.0f;
}

/* The chances of a spine of cell i, that of going with its stretch of dendrite among them. */
static struct remodel_chances chances_of(const struct remodel *remodel, const struct spine_cells *cells,
                                         int i) {
  struct remodel_chances c = site_of(remodel, cells->population, i)->chances;
  double bared = (double)cells->bared[i];
  c.young_lost += (1.0 - c.young_lost) * bared;
  c.mature_lost += (1.0 - c.mature_lost) * bared;
  return c;
}

/* Spines that form on cell i. */
static int32_t formed_on(const struct remodel *remodel, const struct spine_cells *cells, int i) {
  const struct spine_params *p = &remodel->spines->params;
  int32_t now = cells->recurrent[i] + cells->young[i] + cells->mature[i];
  int32_t vacant = remodel_vacant(p, cells->start[i], (double)cells->dendrite[i], now);
  return count(remodel, cells, i, vacant, site_of(remodel, cells->population, i)->formed, PURPOSE_FORM);
}

/* Share n new spines of cell i out over its pathways, by the synapses that each had at the start; gives those
 * that fall to afferents. */
static int32_t share_out(const struct remodel *remodel, const struct spine_cells *cells, int i, int32_t n) {
  const struct spines *spines = remodel->spines;
  uint64_t id = cells->population->first_id + (uint64_t)i, when = NO_PATHWAY | remodel->step;
  struct random_draw draw = {{0}};
  int32_t afferents = 0;
  for (int32_t s = 0; s < n; s++) {
    if (s % 4 == 0) draw = random_draw(spines->seed, RANDOM_FORM, id, when, (uint32_t)s / 4);
    int32_t at = (int32_t)random_below(draw.u[s % 4], (uint32_t)cells->start[i]);
    at -= cells->afferents_start[i];
    if (at < 0) afferents++;
    for (int w = 0; w < spines->n_pathways && at >= 0; w++) {
      if (spines->pathway[w].projection->target != cells->population) continue;
      at -= spines->onto[w][i];
      if (at < 0) remodel->wanted[w][i]++;
    }
  }
  return afferents;
}

/* Afferent spines of cell i: lost, matured, and `formed`. New ones have grown since a moment of the step. */
static void turn_over(const struct remodel *remodel, struct spine_cells *cells, int i, int32_t formed,
                      struct turnover *turnover) {
  const struct spine_params *p = &remodel->spines->params;
  const struct remodel_chances c = chances_of(remodel, cells, i);
  int32_t young = count(remodel, cells, i, cells->young[i], c.young_lost, PURPOSE_YOUNG);
  int32_t mature = count(remodel, cells, i, cells->mature[i], c.mature_lost, PURPOSE_MATURE);
  int32_t matured = count(remodel, cells, i, cells->young[i] - young, c.matured, PURPOSE_MATURED);
  double before = cells->young[i] + cells->mature[i], whole = before - young - mature;
  double lacking = before > 0 ? (before - (double)cells->grown[i]) * whole / before : 0;
  double x = growth_per_h(p) * (remodel->t1_h - remodel->t0_h), left = maths_exp(-x);
  double lacking_new = (1.0 - p->ampa_start) * formed * (x > 0 ? (1.0 - left) / x : 1.0);
  cells->grown[i] = (float)(whole + formed - lacking * left - lacking_new);
  cells->young[i] += formed - young - matured;
  cells->mature[i] += matured - mature;
  turnover->formed += formed;
  turnover->removed += young + mature;
}

static void settle_block(void *context, int thread, int number) {
  (void)thread;
  const struct remodel *remodel = context;
  struct spine_cells *cells = remodel->spines->cells;
  int b = number;
  for (; b >= cells->population->n_blocks; cells++) b -= cells->population->n_blocks;
  const struct block *block = &cells->population->block[b];
  if (!population_holds(cells->population, b)) return;
  for (int i = block->first; i < block->first + block->n; i++) {
    move_dendrites(remodel, cells, i);
    int32_t afferents = share_out(remodel, cells, i, formed_on(remodel, cells, i));
    turn_over(remodel, cells, i, afferents, &remodel->afferents[number]);
  }
}

/* ---- synapses of one block ---- */

/* What the old synapses of a block become: those that stay, with new age. chances[0]: of its cell `first`. */
static size_t keep(const struct remodel *remodel, const struct projection *projection,
                   const struct remodel_chances *chances, int first, struct edge *edges, size_t n) {
  int aging = (int)(floor(remodel->t1_h) - floor(remodel->t0_h));
  size_t kept = 0;
  for (size_t e = 0; e < n; e++) {
    struct edge edge = edges[e];
    uint64_t pair = (uint64_t)projection->index << 32 | edge.source;
    uint64_t id = projection->target->first_id + edge.target;
    struct random_draw draw = random_draw(remodel->spines->seed, RANDOM_LOSE, id, pair, remodel->step);
    const struct remodel_chances c = chances[edge.target - (uint32_t)first];
    bool young = edge.age & SYNAPSE_YOUNG;
    if (random_uniform(draw.u[0]) < (young ? c.young_lost : c.mature_lost)) continue;
    if (young && random_uniform(draw.u[1]) < c.matured) young = false;
    int age = (edge.age & SYNAPSE_GROWN) + aging;
    edge.age = (uint8_t)((age > SYNAPSE_GROWN ? SYNAPSE_GROWN : age) | (young ? SYNAPSE_YOUNG : 0));
    edges[kept++] = edge;
  }
  return kept;
}

/* Sort edges, ascending by source, so that targets ascend and within a target sources do: begin[i] …
 * begin[i+1]−1. */
static void by_target(const struct edge *edges, size_t n, int first, int cells, struct edge *sorted,
                      uint32_t *begin) {
  for (size_t e = 0; e < n; e++) begin[edges[e].target - (uint32_t)first + 1]++;
  for (int i = 0; i < cells; i++) begin[i + 1] += begin[i];
  for (size_t e = 0; e < n; e++) sorted[begin[edges[e].target - (uint32_t)first]++] = edges[e];
  for (int i = cells; i > 0; i--) begin[i] = begin[i - 1];
  begin[0] = 0;
}

/* Who is connected to one target cell: of every source cell the last target it was marked for, plus 1. */
struct connected {
  uint32_t *marked_for, target;
};

static void mark(const struct connected *connected, uint32_t source) {
  connected->marked_for[source] = connected->target + 1;
}

static bool is_marked(const struct connected *connected, uint32_t source) {
  return connected->marked_for[source] == connected->target + 1;
}

/* A source cell that the law of the pathway proposes; −1 if this trial gives none. */
static int propose(const struct spines *spines, int w, int i, const uint32_t u[3]) {
  const struct spine_pathway *pathway = &spines->pathway[w];
  return pathway->tract ? tract_propose(pathway->tract, pathway->peak, i, u)
                        : partners_propose(&spines->partners[w], pathway->wiring, i, u);
}

/* Trials for one partner. Sources of a tract are drawn from all that project, those of a wiring among the
 * near ones. */
static int trials_of(const struct spine_pathway *pathway) {
  double trials = pathway->tract ? TRIALS * tract_trials(pathway->tract) : TRIALS;
  return trials < TRIALS_OF_CELL ? (int)trials : TRIALS_OF_CELL;
}

/* A partner for target cell i: a cell that is proposed, with a free element, not connected yet; −1 if the
 * trials run out. *trial counts those of the cell. */
static int find_partner(const struct remodel *remodel, int w, int i, const struct connected *connected,
                        uint32_t *trial) {
  const struct spines *spines = remodel->spines;
  const struct projection *projection = spines->pathway[w].projection;
  const struct population *source = projection->source, *target = projection->target;
  const struct spine_sources *sources = spines_sources_of(spines, source);
  uint64_t id = target->first_id + (uint64_t)i;
  uint64_t when = (uint64_t)projection->index << 32 | remodel->step;
  for (int t = trials_of(&spines->pathway[w]); t > 0 && *trial < TRIALS_OF_CELL; t--) {
    struct random_draw draw = random_draw(spines->seed, RANDOM_FORM, id, when, (*trial)++);
    int j = propose(spines, w, i, draw.u);
    if (j < 0 || (source == target && j == i) || is_marked(connected, (uint32_t)j)) continue;
    double free = remodel_free_share(&spines->params, sources->start[j], sources->bound[j]);
    if (random_uniform(draw.u[3]) < free) return j;
  }
  return -1;
}

/* Delay class of a new synapse from cell j onto cell i, from a standard normal z. */
static int delay_class(const struct spine_pathway *pathway, int i, int j, double z) {
  if (pathway->tract) return tract_delay_class(pathway->tract, z);
  const struct population *source = pathway->projection->source, *target = pathway->projection->target;
  const struct sheet *sheet = pathway->wiring->sheet;
  double dx = sheet_difference(sheet->periodic, sheet_side_x_um(sheet), target->x_um[i], source->x_um[j]);
  double dy = sheet_difference(sheet->periodic, sheet_side_y_um(sheet), target->y_um[i], source->y_um[j]);
  return wiring_delay_class(pathway->wiring, sqrt(dx * dx + dy * dy), z, pathway->projection->dt_ms);
}

/* The k-th new synapse of target cell i in the step, from source cell j, formed at some moment of it. */
static struct edge new_synapse(const struct remodel *remodel, const struct spine_pathway *pathway, int i,
                               int j, int32_t k) {
  const struct projection *projection = pathway->projection;
  uint64_t when = (uint64_t)projection->index << 32 | NEW_SYNAPSE | remodel->step;
  struct random_draw draw = random_draw(remodel->spines->seed, RANDOM_FORM,
                                        projection->target->first_id + (uint64_t)i, when, (uint32_t)k);
  int class = delay_class(pathway, i, j, random_normal(draw.u[0]));
  int age = (int)((remodel->t1_h - remodel->t0_h) * random_uniform(draw.u[2])); /* whole hours */
  age = age < SYNAPSE_GROWN ? age : SYNAPSE_GROWN;
  return (struct edge){(uint32_t)i, (uint32_t)j, wiring_weight(projection, random_normal(draw.u[1])),
                       (uint8_t) class, (uint8_t)(SYNAPSE_YOUNG | age)};
}

/* Form `wanted` synapses on target cell i behind the n_old that it has; gives how many it has then. */
static size_t form(const struct remodel *remodel, int w, int i, int32_t wanted, struct edge *edges,
                   size_t n_old, uint32_t *marked_for) {
  const struct connected connected = {marked_for, (uint32_t)i};
  size_t n = n_old;
  uint32_t trial = 0;
  for (size_t e = 0; e < n_old && wanted > 0; e++) mark(&connected, edges[e].source);
  for (int32_t k = 0; k < wanted; k++) {
    int j = find_partner(remodel, w, i, &connected, &trial);
    if (j < 0) continue;
    mark(&connected, (uint32_t)j);
    edges[n++] = new_synapse(remodel, &remodel->spines->pathway[w], i, j, k);
  }
  return n;
}

static enum status remodel_pathway(const struct remodel *remodel, int w, int b, struct turnover *turnover) {
  struct projection *projection = remodel->spines->pathway[w].projection;
  const struct block *block = &projection->target->block[b];
  const struct spine_cells *cells = spines_cells_of(remodel->spines, projection->target);
  const int32_t *wanted = remodel->wanted[w] + block->first;
  struct remodel_chances *chances = NULL;
  struct edge *old = NULL, *sorted = NULL, *next = NULL;
  uint32_t *begin = NULL, *marked_for = NULL;
  size_t n = 0, kept, room, at = 0;
  enum status status;
  TRY_GOTO(projection_edges(projection, b, &old, &n), done);
  TRY_GOTO(memory_new("chances", (size_t)block->n, sizeof *chances, &chances), done);
  for (int i = 0; i < block->n; i++) chances[i] = chances_of(remodel, cells, block->first + i);
  kept = room = keep(remodel, projection, chances, block->first, old, n);
  for (int i = 0; i < block->n; i++) room += (size_t)wanted[i];
  TRY_GOTO(memory_new("edges", kept, sizeof *sorted, &sorted), done);
  TRY_GOTO(memory_new("edges", (size_t)block->n + 1, sizeof *begin, &begin), done);
  TRY_GOTO(memory_new("edges", room, sizeof *next, &next), done);
  TRY_GOTO(memory_new("edges", (size_t)projection->source->n, sizeof *marked_for, &marked_for), done);
  by_target(old, kept, block->first, block->n, sorted, begin);
  for (int i = 0; i < block->n; i++) {
    size_t n_old = begin[i + 1] - begin[i];
    if (n_old) memcpy(next + at, sorted + begin[i], n_old * sizeof *next);
    at += form(remodel, w, block->first + i, wanted[i], next + at, n_old, marked_for);
  }
  TRY_GOTO(projection_set(projection, b, next, at), done);
  projection_grow(projection, b, remodel->growth);
  *turnover = (struct turnover){.formed = (int64_t)(at - kept), .removed = (int64_t)(n - kept)};
done:
  memory_free(chances);
  memory_free(old);
  memory_free(sorted);
  memory_free(begin);
  memory_free(next);
  memory_free(marked_for);
  return status;
}

static enum status remodel_block(void *context, struct projection *projection, int b) {
  const struct remodel *remodel = context;
  for (int w = 0; w < remodel->spines->n_pathways; w++) {
    if (remodel->spines->pathway[w].projection != projection) continue;
    return remodel_pathway(remodel, w, b, &remodel->item[w][b]);
  }
  return STATUS_OK;
}

/* ---- the step ---- */

static int count_blocks(const struct spines *spines) {
  int blocks = 0;
  for (int k = 0; k < spines->n_cells; k++) blocks += spines->cells[k].population->n_blocks;
  return blocks;
}

static enum status allocate(struct remodel *remodel) {
  struct spines *spines = remodel->spines;
  size_t n = (size_t)spines->n_pathways;
  TRY(memory_new("turnover", n, sizeof *remodel->item, &remodel->item));
  TRY(memory_new("turnover", n, sizeof *remodel->wanted, &remodel->wanted));
  TRY(memory_new("turnover", (size_t)count_blocks(spines), sizeof *remodel->afferents, &remodel->afferents));
  TRY(memory_new("turnover", (size_t)sheet_sites(spines->sheet), sizeof *remodel->site, &remodel->site));
  for (int w = 0; w < spines->n_pathways; w++) {
    const struct population *target = spines->pathway[w].projection->target;
    TRY(memory_new("turnover", (size_t)target->n_blocks, sizeof **remodel->item, &remodel->item[w]));
    TRY(memory_new("turnover", (size_t)target->n, sizeof **remodel->wanted, &remodel->wanted[w]));
  }
  return STATUS_OK;
}

static void release(struct remodel *remodel) {
  for (int w = 0; w < remodel->spines->n_pathways; w++) {
    if (remodel->item) memory_free(remodel->item[w]);
    if (remodel->wanted) memory_free(remodel->wanted[w]);
  }
  memory_free(remodel->item);
  memory_free(remodel->wanted);
  memory_free(remodel->afferents);
  memory_free(remodel->site);
}

static struct turnover sum(const struct turnover *item, int n) {
  struct turnover all = {0};
  for (int k = 0; k < n; k++) {
    all.formed += item[k].formed;
    all.removed += item[k].removed;
  }
  return all;
}

/* Spines of the cells of all processes, and what all of them formed and removed. */
static void meet(struct spines *spines, struct exchange *exchange) {
  for (int k = 0; k < spines->n_cells; k++) {
    const struct spine_cells *cells = &spines->cells[k];
    population_unite(cells->population, cells->young, sizeof *cells->young);
    population_unite(cells->population, cells->mature, sizeof *cells->mature);
    population_unite(cells->population, cells->grown, sizeof *cells->grown);
    population_unite(cells->population, cells->dendrite, sizeof *cells->dendrite);
  }
  for (int w = -1; w < spines->n_pathways; w++) {
    struct turnover *turnover = w < 0 ? &spines->afferents : &spines->turnover[w];
    int64_t changed[] = {turnover->formed, turnover->removed};
    exchange_sum(exchange, changed, 2);
    turnover->formed = changed[0];
    turnover->removed = changed[1];
  }
}

static enum status step(struct remodel *remodel, struct network *network, const struct spine_sites *sites) {
  struct spines *spines = remodel->spines;
  int blocks = count_blocks(spines);
  TRY(allocate(remodel));
  for (int s = 0; s < sheet_sites(spines->sheet); s++)
    remodel->site[s] = site_chances(&spines->params, sites, s, remodel->t1_h - remodel->t0_h);
  team_share(network->team, blocks, settle_block, remodel);
  TRY(network_each_block(network, remodel_block, remodel));
  spines->afferents = sum(remodel->afferents, blocks);
  for (int w = 0; w < spines->n_pathways; w++)
    spines->turnover[w] = sum(remodel->item[w], spines->pathway[w].projection->target->n_blocks);
  meet(spines, network->exchange);
  spines_recount(spines);
  TRY(network_restore_arrivals(network));
  return network_check_ports(network);
}

enum status spines_remodel(struct spines *spines, struct network *network, const struct spine_sites *sites,
                           double t0_h, double t1_h, uint32_t number) {
  struct remodel remodel = {.spines = spines, .t0_h = t0_h, .t1_h = t1_h, .step = number};
  remodel_growth(&spines->params, remodel.growth);
  enum status status = step(&remodel, network, sites);
  release(&remodel);
  return status;
}
