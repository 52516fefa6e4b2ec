/* selection.c — keeping some rows of an anatomy. See selection.h. */
#include "selection.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

static bool called(const struct population_row *row, const char *word) {
  return strcmp(row->name, word) == 0 || strcmp(row->type, word) == 0 || strcmp(row->layer, word) == 0;
}

/* All words that name something here, each once. */
enum { WORDS = 3 * REGION_POPULATIONS };

static void add_word(const char *word, const char **known, int *n) {
  for (int k = 0; k < *n; k++) {
    if (strcmp(known[k], word) == 0) return;
  }
  known[(*n)++] = word;
}

static int list_words(const struct anatomy *anatomy, const char *known[WORDS]) {
  int n = 0;
  for (int k = 0; k < anatomy->n_populations; k++) {
    const struct population_row *row = &anatomy->population[k];
    add_word(row->type, known, &n);
    add_word(row->layer, known, &n);
    add_word(row->name, known, &n);
  }
  return n;
}

/* Mark the populations that the list of a key names; gives how many words it has. */
static int mark(struct config *config, const struct anatomy *anatomy, const char *key,
                bool marked[REGION_POPULATIONS]) {
  char path[96];
  const char *known[WORDS];
  snprintf(path, sizeof path, "regions.%s.%s", anatomy->name, key);
  if (!config_has(config, path)) return 0;
  int n = config_count(config, path);
  if (n == 0)
    config_fault(config, path, "give a list of names, such as [\"%s\"]", anatomy->population[0].layer);
  for (int i = 0; i < n; i++) {
    const char *word = config_text_at(config, path, i);
    bool found = false;
    for (int k = 0; word && k < anatomy->n_populations; k++) {
      bool here = called(&anatomy->population[k], word);
      marked[k] |= here;
      found |= here;
    }
    if (word && !found) config_unknown(config, path, word, known, list_words(anatomy, known));
  }
  return n;
}

static enum status keep(struct config *config, struct anatomy *anatomy, const bool kept[REGION_POPULATIONS]) {
  int place[REGION_POPULATIONS], n = 0, pathways = 0;
  struct population_row *rows = NULL;
  TRY(memory_new("populations", (size_t)anatomy->n_populations, sizeof *rows, &rows));
  for (int k = 0; k < anatomy->n_populations; k++) {
    const struct population_row *row = &anatomy->population[k];
    char drive[96];
    place[k] = kept[k] ? n : -1;
    snprintf(drive, sizeof drive, "calibrated.%s.%s", anatomy->name, row->name);
    if (kept[k])
      rows[n++] = *row;
    else
      config_skip(config, drive);
  }
  for (int p = 0; p < anatomy->n_pathways; p++) {
    struct pathway_row row = anatomy->pathway[p];
    row.from = place[row.from];
    row.to = place[row.to];
    if (row.from >= 0 && row.to >= 0) anatomy->pathway[pathways++] = row;
  }
  anatomy->population = anatomy->selected = rows;
  anatomy->n_populations = n;
  anatomy->n_pathways = pathways;
  return STATUS_OK;
}

enum status selection_read(struct config *config, struct anatomy *anatomy) {
  bool only[REGION_POPULATIONS] = {0}, without[REGION_POPULATIONS] = {0}, kept[REGION_POPULATIONS] = {0};
  int named = mark(config, anatomy, "only", only), left = 0;
  int out = mark(config, anatomy, "without", without);
  for (int k = 0; k < anatomy->n_populations; k++) {
    kept[k] = (named == 0 || only[k]) && !without[k];
    left += kept[k];
  }
  if (left == 0) {
    char path[64];
    snprintf(path, sizeof path, "regions.%s", anatomy->name);
    config_fault(config, path, "`only` and `without` leave no population");
    return STATUS_OK;
  }
  return named || out ? keep(config, anatomy, kept) : STATUS_OK;
}
