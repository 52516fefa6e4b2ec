/* drug.c — reads the group `drugs`, splits doses of mixtures, and hands the substances present to receptors.
 *
 * Substances are read before mixtures and before metabolites are looked up, so either may stand before what
 * it names. Slots number the substances that act at one site in the order of the config. */
#include "drug.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Path of a setting in the config. */
struct path {
  char text[512];
};

/* A path that is too long for the config's own limits names nothing, and is reported as missing. */
static struct path below(const char *path, const char *name) {
  struct path joined;
  int length = snprintf(joined.text, sizeof joined.text, "%s.%s", path, name);
  if (length >= (int)sizeof joined.text) joined.text[0] = '\0';
  return joined;
}

/* ---- substances ---- */

const struct param substance_params[] = {
    PARAM_STR(struct substance, title, NULL, SETTING, "name for people", "what the substance is called"),
    PARAM_NUM(struct substance, molar_mass, "g/mol", PARAM_REQUIRED, 1, 1e7, PUBLISHED, "its formula",
              "molar mass of what a dose weighs"),
};
const int n_substance_params = COUNT_OF(substance_params);

/* Substances before `substance` that act at a site. */
static int taken_slots(const struct drugs *drugs, const struct substance *substance, enum action action) {
  int taken = 0;
  for (const struct substance *s = drugs->substance; s < substance; s++) taken += s->acts[action];
  return taken;
}

static void read_action(struct config *config, const char *path, const char *word, const struct drugs *drugs,
                        struct substance *substance) {
  const char *known[ACTION_COUNT];
  for (int a = 0; a < ACTION_COUNT; a++) {
    known[a] = action_sites[a].name;
    if (strcmp(word, known[a]) != 0) continue;
    const struct action_site *site = &action_sites[a];
    params_read(config, path, site->params, site->n_params, NULL, 0, &substance->properties[a]);
    substance->acts[a] = true;
    substance->slot[a] = taken_slots(drugs, substance, a);
    if (substance->slot[a] >= ACTION_SLOTS)
      config_fault(config, path, "more than %d substances act at this site", ACTION_SLOTS);
    return;
  }
  config_unknown(config, path, word, known, ACTION_COUNT);
}

static void read_actions(struct config *config, const char *of, const struct drugs *drugs,
                         struct substance *substance) {
  struct path actions = below(of, "actions");
  int n = config_count(config, actions.text);
  if (n == 0) config_fault(config, of, "the substance has no actions");
  for (int i = 0; i < n; i++) {
    const char *word = config_child(config, actions.text, i);
    if (word) read_action(config, below(actions.text, word).text, word, drugs, substance);
  }
}

static void read_metabolites(struct config *config, const char *kinetics_path, struct kinetics *kinetics) {
  struct path all = below(kinetics_path, "metabolites");
  int n = config_count(config, all.text);
  if (n > KINETICS_METABOLITES) {
    config_fault(config, all.text, "more than %d metabolites", KINETICS_METABOLITES);
    config_skip(config, all.text);
  }
  for (int i = 0; i < n && i < KINETICS_METABOLITES; i++) {
    char element[16];
    snprintf(element, sizeof element, "[%d]", i);
    params_read(config, below(all.text, element).text, metabolite_params, n_metabolite_params, NULL, 0,
                &kinetics->metabolite[kinetics->n_metabolites++]);
  }
}

/* The species of the run; others stand beside it and are of no use to it. In vitro there is none. */
static void read_kinetics(struct config *config, const char *of, const char *species,
                          struct kinetics *kinetics) {
  struct path all = below(of, "kinetics"), own = below(all.text, species ? species : "");
  if (!species) {
    config_skip(config, all.text);
    return;
  }
  if (!config_has(config, own.text))
    config_fault(config, of, "the substance has no kinetics for the species %s", species);
  for (int i = 0; i < config_count(config, all.text); i++) {
    const char *word = config_child(config, all.text, i);
    if (word && strcmp(word, species) != 0) config_skip(config, below(all.text, word).text);
  }
  if (!config_has(config, own.text)) return;
  params_read(config, own.text, kinetics_params, n_kinetics_params, NULL, 0, kinetics);
  read_metabolites(config, own.text, kinetics);
  const char *fault = kinetics_fault(kinetics);
  if (fault) config_fault(config, own.text, "%s", fault);
}

static void read_substance(struct config *config, const char *path, const char *name, const char *species,
                           struct drugs *drugs) {
  if (drugs->n_substances == DRUG_SUBSTANCES) {
    config_fault(config, path, "more than %d substances", DRUG_SUBSTANCES);
    config_skip(config, path);
    return;
  }
  struct substance *substance = &drugs->substance[drugs->n_substances++];
  substance->name = name;
  params_read(config, path, substance_params, COUNT_OF(substance_params), NULL, 0, substance);
  read_actions(config, path, drugs, substance);
  read_kinetics(config, path, species, &substance->kinetics);
}

/* ---- metabolites ---- */

/* Index of a substance, or the number of substances if there is none of that name. */
static int substance_named(const struct drugs *drugs, const char *name) {
  int i = 0;
  while (i < drugs->n_substances && strcmp(drugs->substance[i].name, name) != 0) i++;
  return i;
}

/* The name that a group gives for a substance becomes its index; what is none is told. */
static int look_up(struct config *config, const char *path, const struct drugs *drugs, const char *name) {
  const char *known[DRUG_SUBSTANCES];
  int substance = substance_named(drugs, name);
  if (substance < drugs->n_substances) return substance;
  for (int i = 0; i < drugs->n_substances; i++) known[i] = drugs->substance[i].name;
  config_unknown(config, below(path, "substance").text, name, known, drugs->n_substances);
  return -1;
}

/* Where the kinetics of a substance stand in the config. */
static struct path metabolites_path(const struct substance *substance, const char *species) {
  struct path own = below("drugs", substance->name);
  own = below(below(own.text, "kinetics").text, species);
  return below(own.text, "metabolites");
}

static void link_metabolites(struct config *config, const char *species, struct drugs *drugs,
                             struct substance *substance) {
  struct path all = metabolites_path(substance, species);
  struct kinetics *kinetics = &substance->kinetics;
  int kept = 0;
  for (int i = 0; i < kinetics->n_metabolites; i++) {
    struct kinetics_metabolite metabolite = kinetics->metabolite[i];
    char element[16];
    snprintf(element, sizeof element, "[%d]", i);
    struct path path = below(all.text, element);
    if (!metabolite.substance) continue; /* told already */
    metabolite.id = look_up(config, path.text, drugs, metabolite.substance);
    if (metabolite.id < 0) continue;
    if (drugs->substance[metabolite.id].kinetics.V1 <= 0)
      config_fault(config, path.text, "%s has no volume in plasma (V1) in this species to be formed in",
                   metabolite.substance);
    kinetics->metabolite[kept++] = metabolite;
  }
  kinetics->n_metabolites = kept;
}

/* Is `wanted` among what a substance becomes, in at most `steps` steps? */
static bool becomes(const struct drugs *drugs, int substance, int wanted, int steps) {
  const struct kinetics *kinetics = &drugs->substance[substance].kinetics;
  for (int i = 0; i < kinetics->n_metabolites; i++) {
    int id = kinetics->metabolite[i].id;
    if (id == wanted || (steps > 1 && becomes(drugs, id, wanted, steps - 1))) return true;
  }
  return false;
}

/* Whoever is connected by metabolism gets the lowest number among them. */
static void find_families(struct drugs *drugs) {
  for (int i = 0; i < drugs->n_substances; i++) drugs->substance[i].family = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < drugs->n_substances; i++) {
      const struct kinetics *kinetics = &drugs->substance[i].kinetics;
      for (int j = 0; j < kinetics->n_metabolites; j++) {
        int *a = &drugs->substance[i].family, *b = &drugs->substance[kinetics->metabolite[j].id].family;
        if (*a == *b) continue;
        *a = *b = *a < *b ? *a : *b;
        changed = true;
      }
    }
  }
}

static void check_families(struct config *config, const char *species, struct drugs *drugs) {
  int size[DRUG_SUBSTANCES] = {0};
  for (int i = 0; i < drugs->n_substances; i++) {
    const struct substance *substance = &drugs->substance[i];
    struct path path = metabolites_path(substance, species);
    if (becomes(drugs, i, i, KINETICS_FAMILY))
      config_fault(config, path.text, "%s becomes itself again: metabolites may not go in a circle",
                   substance->name);
    if (++size[substance->family] == KINETICS_FAMILY + 1)
      config_fault(config, "drugs", "more than %d substances are connected by metabolism with %s",
                   KINETICS_FAMILY, drugs->substance[substance->family].name);
  }
}

int drugs_family(const struct drugs *drugs, int family, int member[KINETICS_FAMILY]) {
  int n = 0;
  for (int i = 0; i < drugs->n_substances && n < KINETICS_FAMILY; i++) {
    if (drugs->substance[i].family == family) member[n++] = i;
  }
  return n;
}

void drugs_add_metabolites(const struct drugs *drugs, bool given[DRUG_SUBSTANCES]) {
  for (int step = 0; step < KINETICS_FAMILY; step++) {
    for (int i = 0; i < drugs->n_substances; i++) {
      const struct kinetics *kinetics = &drugs->substance[i].kinetics;
      for (int j = 0; given[i] && j < kinetics->n_metabolites; j++) given[kinetics->metabolite[j].id] = true;
    }
  }
}

/* ---- mixtures ---- */

struct part {
  const char *substance;
  double share;
};

const struct param part_params[] = {
    PARAM_STR(struct part, substance, NULL, SETTING, "what the mixture is", "name of a substance"),
    PARAM_NUM(struct part, share, "1", PARAM_REQUIRED, 0, 1, SETTING, "what the mixture is",
              "its share of the mass"),
};
const int n_part_params = COUNT_OF(part_params);

const struct param mixture_params[] = {
    PARAM_STR(struct mixture, title, NULL, SETTING, "name for people", "what the mixture is called"),
};
const int n_mixture_params = COUNT_OF(mixture_params);

static void read_part(struct config *config, const char *path, const struct drugs *drugs,
                      struct mixture *mixture) {
  struct part part = {0};
  params_read(config, path, part_params, COUNT_OF(part_params), NULL, 0, &part);
  if (!part.substance) return;
  int substance = look_up(config, path, drugs, part.substance);
  if (substance < 0) return;
  mixture->substance[mixture->n_parts] = substance;
  mixture->share[mixture->n_parts++] = part.share;
}

static void read_mixture(struct config *config, const char *path, const char *name, struct drugs *drugs) {
  if (drugs->n_mixtures == DRUG_MIXTURES) {
    config_fault(config, path, "more than %d mixtures", DRUG_MIXTURES);
    config_skip(config, path);
    return;
  }
  struct mixture *mixture = &drugs->mixture[drugs->n_mixtures++];
  mixture->name = name;
  params_read(config, path, mixture_params, COUNT_OF(mixture_params), NULL, 0, mixture);
  struct path parts = below(path, "parts");
  int n = config_count(config, parts.text);
  if (n > DRUG_PARTS) {
    config_fault(config, parts.text, "more than %d parts", DRUG_PARTS);
    config_skip(config, parts.text);
  }
  for (int i = 0; i < n && i < DRUG_PARTS; i++) {
    char element[16];
    snprintf(element, sizeof element, "[%d]", i);
    read_part(config, below(parts.text, element).text, drugs, mixture);
  }
  double sum = 0;
  for (int i = 0; i < mixture->n_parts; i++) sum += mixture->share[i];
  if (mixture->n_parts == n && fabs(sum - 1) > 1e-6)
    config_fault(config, parts.text, "the shares of the mass sum to %.6g, not 1", sum);
}

enum status drugs_read(struct config *config, const char *species, struct drugs *out) {
  *out = (struct drugs){0};
  int n = config_count(config, "drugs");
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < n; i++) {
      const char *name = config_child(config, "drugs", i);
      if (!name) continue;
      struct path path = below("drugs", name);
      bool mixed = config_has(config, below(path.text, "parts").text);
      if (!mixed && pass == 0) read_substance(config, path.text, name, species, out);
      if (mixed && pass == 1) read_mixture(config, path.text, name, out);
    }
  }
  if (!species) return STATUS_OK; /* nothing is made of them */
  for (int i = 0; i < out->n_substances; i++) link_metabolites(config, species, out, &out->substance[i]);
  find_families(out);
  check_families(config, species, out);
  return STATUS_OK;
}

/* ---- doses ---- */

static const struct mixture *mixture_named(const struct drugs *drugs, const char *name) {
  for (int i = 0; i < drugs->n_mixtures; i++) {
    if (strcmp(drugs->mixture[i].name, name) == 0) return &drugs->mixture[i];
  }
  return NULL;
}

static struct drug_share share_of(const struct drugs *drugs, int substance, double mg_per_kg) {
  const double umol_per_mmol = 1000; /* mg over g/mol are mmol */
  return (struct drug_share){substance, mg_per_kg / drugs->substance[substance].molar_mass * umol_per_mmol};
}

int drugs_split(const struct drugs *drugs, const char *name, double mg_per_kg,
                struct drug_share out[DRUG_PARTS]) {
  int substance = substance_named(drugs, name);
  if (substance < drugs->n_substances) {
    out[0] = share_of(drugs, substance, mg_per_kg);
    return 1;
  }
  const struct mixture *mixture = mixture_named(drugs, name);
  if (!mixture) return 0;
  for (int i = 0; i < mixture->n_parts; i++)
    out[i] = share_of(drugs, mixture->substance[i], mg_per_kg * mixture->share[i]);
  return mixture->n_parts;
}

/* Word i of ROUTES, and how long it is. */
static const char *route_word(enum route route, int *length) {
  const char *word = ROUTES;
  for (int i = 0; i < (int)route; i++) word = strchr(word, '|') + 1;
  *length = (int)strcspn(word, "|");
  return word;
}

static enum status refuse_route(const struct substance *substance, enum route route) {
  char possible[80] = "";
  int length;
  for (int r = 0; r < ROUTE_COUNT; r++) {
    if (!kinetics_has_route(&substance->kinetics, r)) continue;
    const char *word = route_word(r, &length);
    size_t used = strlen(possible);
    snprintf(possible + used, sizeof possible - used, "%s%.*s", used ? ", " : "", length, word);
  }
  const char *word = route_word(route, &length);
  return status_fail(STATUS_CONFIG, "%s cannot be given by route \"%.*s\" in this species (possible: %s)",
                     substance->name, length, word, possible);
}

static enum status refuse_name(const struct drugs *drugs, const char *name) {
  const char *known[DRUG_SUBSTANCES + DRUG_MIXTURES];
  int n = 0;
  for (int i = 0; i < drugs->n_substances; i++) known[n++] = drugs->substance[i].name;
  for (int i = 0; i < drugs->n_mixtures; i++) known[n++] = drugs->mixture[i].name;
  const char *near = nearest_word(name, known, n);
  if (near) return status_fail(STATUS_CONFIG, "there is no drug \"%s\"; did you mean \"%s\"?", name, near);
  return status_fail(STATUS_CONFIG, "there is no drug \"%s\" in the group drugs", name);
}

enum status drugs_check_dose(const struct drugs *drugs, const char *name, double mg_per_kg, double over_h,
                             enum route route) {
  struct drug_share parts[DRUG_PARTS];
  int n = drugs_split(drugs, name, mg_per_kg, parts);
  if (n == 0) return refuse_name(drugs, name);
  if (!(mg_per_kg >= 0)) return status_fail(STATUS_CONFIG, "a dose of %g mg/kg is negative", mg_per_kg);
  if (mg_per_kg > DRUG_DOSE_MAX)
    return status_fail(STATUS_CONFIG,
                       "a dose of %g mg/kg is beyond %g mg/kg, the highest of tests of acute toxicity (OECD "
                       "guideline 425): is its unit right?",
                       mg_per_kg, DRUG_DOSE_MAX);
  if (!(over_h >= 0)) return status_fail(STATUS_CONFIG, "an infusion over %g h is negative", over_h);
  for (int i = 0; i < n; i++) {
    const struct substance *substance = &drugs->substance[parts[i].substance];
    if (!kinetics_has_route(&substance->kinetics, route)) return refuse_route(substance, route);
  }
  return STATUS_OK;
}

/* ---- receptors ---- */

int drugs_slots(const struct drugs *drugs, enum action action) {
  return taken_slots(drugs, drugs->substance + drugs->n_substances, action);
}

int drugs_exposures(const struct drugs *drugs, const double *brain_uM, const bool *given,
                    const float *const *reach, struct exposure *out) {
  int n = 0;
  for (int i = 0; i < drugs->n_substances; i++) {
    const struct substance *substance = &drugs->substance[i];
    if (!given[i] && !(brain_uM[i] > 0)) continue;
    for (int a = 0; a < ACTION_COUNT; a++) {
      if (!substance->acts[a]) continue;
      out[n++] = (struct exposure){a, substance->slot[a], &substance->properties[a], brain_uM[i],
                                   reach ? reach[i] : NULL};
    }
  }
  return n;
}
