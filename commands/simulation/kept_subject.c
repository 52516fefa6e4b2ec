/* kept_subject.c — saving and loading a subject. See kept_subject.h. */
#include "kept_subject.h"
#include "checkpoint.h"
#include "experiment/subject.h"
#include "extracellular.h"
#include "job.h"
#include "memory.h"
#include "protocol.h"
#include "shared.h"
#include "shared_checkpoint.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the file is, for checkpoint.h; the number rises when what is walked changes. */
static const char FINGERPRINT[] = "subject 1";

/* A drug of which no more is left than this has gone: µmol per kg of body mass, and µM in the brain. */
static const double GONE = 1e-9;

/* ---- which circuits ---- */

/* The synapses that can change, which follow from regions, wiring and seed. */
static enum status visit_wired(void *context, struct visitor *visitor) {
  struct simulation *simulation = context;
  for (int r = 0; r < simulation->n_regions; r++) {
    const struct spines *spines = &simulation->tissue[r].spines;
    for (int w = 0; w < spines->n_pathways; w++)
      TRY(projection_visit_edges(spines->pathway[w].projection, visitor));
  }
  return STATUS_OK;
}

enum status kept_subject_identify(struct simulation *simulation) {
  struct exchange *exchange = simulation->network->exchange;
  struct hasher hasher = state_hasher();
  TRY(shared_walk(exchange, &hasher.visitor, false, visit_wired, simulation));
  simulation->wired = hasher.hash;
  exchange_tell(exchange, &simulation->wired, sizeof simulation->wired);
  return STATUS_OK;
}

/* ---- whose it is ---- */

struct kept {
  struct simulation *simulation;
  const char *path;
  const char *uuid; /* when saving */
};

/* Numbers that say who a subject is, by their keys: drugs and tissue count from them. */
enum { PERSON = 6 };
static const char *const person_key[PERSON] = {"simulation.seed",      "subject.sex (0 male, 1 female)",
                                               "subject.body_mass",    "subject.bmi",
                                               "subject.inflammation", "subject.clearance"};

static void describe_person(const struct experiment *experiment, double person[PERSON]) {
  const struct subject_settings *subject = &experiment->subject;
  const double numbers[PERSON] = {(double)experiment->simulation.seed,
                                  subject->sex,
                                  subject->body_mass,
                                  subject->bmi,
                                  subject->inflammation,
                                  subject->clearance};
  memcpy(person, numbers, sizeof numbers);
}

/* A text of any length: what is loaded is from memory_new and ends in 0. */
static enum status visit_text(struct visitor *visitor, const char *name, char **text) {
  size_t n = *text ? strlen(*text) + 1 : 0;
  TRY(visitor->list(visitor, name, STATE_U8, &n, (void **)text));
  if (n > 0 && (*text)[n - 1] == 0) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "subject: %s is no text", name);
}

/* Does what was loaded belong to this experiment? */
static enum status check_origin(const struct kept *kept, const char *species, const double person[PERSON],
                                uint64_t wired) {
  const struct experiment *experiment = kept->simulation->experiment;
  double wanted[PERSON];
  describe_person(experiment, wanted);
  if (strcmp(species, experiment->subject.species) != 0)
    return status_fail(STATUS_CONFIG, "subject.from: %s is of species %s, this experiment of %s", kept->path,
                       species, experiment->subject.species);
  for (int k = 0; k < PERSON; k++) {
    if (person[k] != wanted[k])
      return status_fail(STATUS_CONFIG, "subject.from: %s is of %s %g, this experiment of %g", kept->path,
                         person_key[k], person[k], wanted[k]);
  }
  if (wired == kept->simulation->wired) return STATUS_OK;
  return status_fail(STATUS_CONFIG,
                     "subject.from: %s is of other circuits: it needs the regions, sizes and pathways of the "
                     "experiment that kept it",
                     kept->path);
}

static enum status visit_origin(const struct kept *kept, struct visitor *visitor) {
  struct simulation *simulation = kept->simulation;
  char *species = NULL, *uuid = NULL;
  double person[PERSON];
  uint64_t wired = simulation->wired;
  enum status status;
  describe_person(simulation->experiment, person);
  TRY_GOTO(memory_text(simulation->experiment->subject.species, &species), done);
  TRY_GOTO(memory_text(visitor->loading || !kept->uuid ? "" : kept->uuid, &uuid), done);
  TRY_GOTO(visit_text(visitor, "subject/species", &species), done);
  TRY_GOTO(visit_text(visitor, "subject/run_uuid", &uuid), done);
  TRY_GOTO(visitor->array(visitor, "subject/person", STATE_F64, PERSON, person), done);
  status = visitor->array(visitor, "subject/circuits", STATE_U64, 1, &wired);
  if (status == STATUS_OK && visitor->loading) {
    snprintf(simulation->parent, sizeof simulation->parent, "%s", uuid);
    status = check_origin(kept, species, person, wired);
  }
done:
  memory_free(species);
  memory_free(uuid);
  return status;
}

/* ---- drugs, by their names ---- */

/* Amounts alone: areas under curves never fall. */
static double amount(const double state[KINETICS_STATES]) {
  double most = 0;
  for (int k = 0; k < KINETICS_PLASMA_AREA; k++) most = fmax(most, fabs(state[k]));
  return most;
}

static int substance_named(const struct drugs *drugs, const char *name) {
  for (int s = 0; s < drugs->n_substances; s++) {
    if (strcmp(drugs->substance[s].name, name) == 0) return s;
  }
  return -1;
}

/* What is left of a drug that the file names; areas begin anew. */
static enum status carry(const struct kept *kept, const char *name, const double state[KINETICS_STATES]) {
  struct simulation *simulation = kept->simulation;
  if (!(amount(state) > GONE)) return STATUS_OK;
  int s = substance_named(&simulation->experiment->drugs, name);
  if (s < 0)
    return status_fail(STATUS_CONFIG,
                       "subject.from: %s has %s in the body, which this experiment does not have: include it "
                       "under `drugs`",
                       kept->path, name);
  memcpy(simulation->slow.state[s], state, KINETICS_PLASMA_AREA * sizeof *state);
  simulation->carried[s] = true;
  return STATUS_OK;
}

static enum status visit_drug(const struct kept *kept, struct visitor *visitor, int s) {
  const struct simulation *simulation = kept->simulation;
  char *name = NULL;
  double state[KINETICS_STATES] = {0};
  enum status status;
  TRY_GOTO(memory_text(visitor->loading ? "" : simulation->experiment->drugs.substance[s].name, &name), done);
  if (!visitor->loading) memcpy(state, simulation->slow.state[s], sizeof state);
  TRY_GOTO(visit_text(visitor, "drugs/name", &name), done);
  TRY_GOTO(visitor->array(visitor, "drugs/state", STATE_F64, KINETICS_STATES, state), done);
  if (visitor->loading) TRY_GOTO(state_finite("drugs/state", STATE_F64, state, KINETICS_STATES), done);
  status = visitor->loading ? carry(kept, name, state) : STATUS_OK;
done:
  memory_free(name);
  return status;
}

static enum status visit_drugs(const struct kept *kept, struct visitor *visitor) {
  int64_t n = kept->simulation->experiment->drugs.n_substances;
  TRY(visitor->array(visitor, "drugs/count", STATE_I64, 1, &n));
  for (int64_t s = 0; s < n; s++) TRY(visit_drug(kept, visitor, (int)s));
  return STATUS_OK;
}

/* ---- body and tissue ---- */

static enum status visit_values(struct visitor *visitor, const char *name, size_t n, double *values) {
  TRY(visitor->array(visitor, name, STATE_F64, n, values));
  return visitor->loading ? state_finite(name, STATE_F64, values, n) : STATUS_OK;
}

static enum status visit_body(struct simulation *simulation, struct visitor *visitor) {
  TRY(visit_values(visitor, "body", SYSTEMIC_COUNT, simulation->slow.body));
  TRY(visit_values(visitor, "cooling_C", 1, &simulation->slow.cooling_C));
  TRY(visitor->array(visitor, "structural_changes", STATE_I64, 1, &simulation->remodels));
  if (simulation->remodels >= 0 && simulation->remodels < SPINES_STEPS) return STATUS_OK;
  return status_fail(STATUS_CONFIG, "subject: %lld structural changes", (long long)simulation->remodels);
}

static enum status visit_sites(struct tissue *tissue, struct visitor *visitor) {
#define STATE_NAME(name, id, rest, meaning) #name,
  static const char *const states[] = {SIGNALLING_STATES(STATE_NAME)};
#undef STATE_NAME
#define MEASURE_NAME(name, unit, meaning) #name,
  static const char *const measures[] = {SITE_MEASURES(MEASURE_NAME)};
#undef MEASURE_NAME
  size_t n = (size_t)tissue->n_sites;
  char name[96];
  for (int k = 0; k < SIGNALLING_COUNT; k++) {
    snprintf(name, sizeof name, "%s/%s", tissue->region->name, states[k]);
    TRY(visit_values(visitor, name, n, tissue->y[k]));
  }
  for (int m = 0; m < SITE_MEASURE_COUNT; m++) {
    snprintf(name, sizeof name, "%s/baseline/%s", tissue->region->name, measures[m]);
    TRY(visit_values(visitor, name, n, tissue->baseline[m]));
  }
  /* receptors at terminals count from the transmitter of rest */
  TRY(heteroreceptors_visit(&tissue->heteroreceptors, tissue->region->name, visitor));
  return mglur2_visit(&tissue->mglur2, tissue->region->name, visitor);
}

/* Factors and lengths divide; counts are counts. */
static enum status check_tissue(const struct tissue *tissue) {
  bool sound = true;
  for (int s = 0; s < tissue->n_sites; s++)
    sound &= tissue->y[SIGNALLING_SCALE][s] > 0 && tissue->y[SIGNALLING_GABA_SCALE][s] > 0;
  for (int k = 0; k < tissue->spines.n_cells; k++) {
    const struct spine_cells *cells = &tissue->spines.cells[k];
    for (int i = 0; i < cells->population->n; i++)
      sound &= cells->young[i] >= 0 && cells->mature[i] >= 0 && cells->dendrite[i] > 0 &&
               isfinite(cells->dendrite[i]) && isfinite(cells->grown[i]);
  }
  return sound
             ? STATUS_OK
             : status_fail(STATUS_CONFIG, "subject: the tissue of %s is out of range", tissue->region->name);
}

static enum status visit_subject(void *context, struct visitor *visitor) {
  const struct kept *kept = context;
  struct simulation *simulation = kept->simulation;
  TRY(visit_origin(kept, visitor));
  TRY(visit_drugs(kept, visitor));
  TRY(visit_body(simulation, visitor));
  for (int r = 0; r < simulation->n_regions; r++) {
    TRY(visit_sites(&simulation->tissue[r], visitor));
    TRY(spines_visit(&simulation->tissue[r].spines, visitor));
    if (visitor->loading) TRY(check_tissue(&simulation->tissue[r]));
  }
  return visit_wired(simulation, visitor);
}

/* ---- saving and loading ---- */

static struct shared_checkpoint file_of(struct kept *kept) {
  return (struct shared_checkpoint){.exchange = kept->simulation->network->exchange,
                                    .path = kept->path,
                                    .fingerprint = FINGERPRINT,
                                    .visit = visit_subject,
                                    .context = kept};
}

enum status kept_subject_save(struct simulation *simulation, const char *path, const char *uuid) {
  struct kept kept = {simulation, path, uuid};
  struct shared_checkpoint file = file_of(&kept);
  char previous[PATH_MAX];
  TRY(shared_checkpoint_save(&file));
  if (path && snprintf(previous, sizeof previous, "%s.prev", path) < PATH_MAX) unlink(previous);
  return STATUS_OK;
}

/* Block in the areas that background comes from is at rest with what is left in the body. */
static void settle_afferents(struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  const double DAY_MS = 24 * 3.6e6;
  memcpy(simulation->doses.carried, simulation->carried, sizeof simulation->carried);
  int n = course_exposures(simulation, &simulation->fast, -1, exposures);
  if (experiment->signalling.afferents && n > 0)
    afferents_advance(&experiment->afferents, experiment->species.temperature, exposures, n, DAY_MS,
                      &simulation->afferents);
}

/* What follows from what was loaded. */
static enum status restore(struct simulation *simulation) {
  const struct experiment *experiment = simulation->experiment;
  for (int r = 0; r < simulation->n_regions; r++) {
    spines_restore(&simulation->tissue[r].spines);
    extracellular_restart(&simulation->tissue[r], false);
  }
  if (experiment->subject.warmed || !experiment->signalling.temperature) simulation->slow.cooling_C = 0;
  protocol_set_content(simulation);
  memcpy(simulation->fast.body, simulation->slow.body, sizeof simulation->fast.body);
  memcpy(simulation->fast.state, simulation->slow.state, sizeof simulation->fast.state);
  simulation->fast.cooling_C = simulation->slow.cooling_C;
  settle_afferents(simulation);
  TRY(network_make_rows(simulation->network));
  return network_restore_arrivals(simulation->network);
}

/* The first process looks before circuits are changed, so that what is wrong is told of the subject. */
static enum status check_file(const struct kept *kept) {
  char reason[1000];
  enum status status = job_rank() == 0 ? checkpoint_check(kept->path, FINGERPRINT) : STATUS_OK;
  if (status == STATUS_CONFIG) {
    snprintf(reason, sizeof reason, "%s", status_message());
    status = status_fail(STATUS_CONFIG, "subject.from: no subject that an experiment kept: %s", reason);
  }
  return exchange_agree(kept->simulation->network->exchange, status);
}

enum status kept_subject_load(struct simulation *simulation) {
  struct kept kept = {.simulation = simulation};
  char *path = NULL;
  TRY(subject_file_path(simulation->experiment, &path));
  kept.path = path;
  struct shared_checkpoint file = file_of(&kept);
  enum status status = check_file(&kept);
  if (status == STATUS_OK) status = shared_checkpoint_load(&file, NULL);
  if (status == STATUS_OK) status = restore(simulation);
  memory_free(path);
  return status;
}

enum status kept_subject_spare(const struct experiment *experiment, const char *path) {
  char *from = NULL;
  struct stat begins, written;
  TRY(subject_file_path(experiment, &from));
  bool same = from && stat(from, &begins) == 0 && stat(path, &written) == 0 &&
              begins.st_dev == written.st_dev && begins.st_ino == written.st_ino;
  memory_free(from);
  if (!same) return STATUS_OK;
  return status_fail(STATUS_CONFIG,
                     "subject.from: %s is of an arm that this run replaces: choose another "
                     "directory with -o",
                     path);
}
