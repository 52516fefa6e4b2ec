/* hypotheses.h — rival hypotheses as sets of overrides, and which published effects each of them reproduces.
 *
 * configs/hypotheses holds lists `hypotheses`: each row says what it claims and by which overrides of the
 * config its rivals are switched off. Every chosen row of the published effects is then shown once for each
 * hypothesis. Overrides reach the experiments that draw random numbers; those in vitro, and concentrations
 * alone, know no such mechanisms, so their runs are shared by all. */
#ifndef COMMANDS_HYPOTHESES_H
#define COMMANDS_HYPOTHESES_H

#include "validation/validation.h"

enum { HYPOTHESES_MOST = 24 };

struct hypothesis {
  const char *name, *says, *evidence;
  const char *set[TARGET_SETS];
  int n_sets;
};

struct hypotheses {
  struct config *config[TARGET_FILES];
  int n_configs;
  struct hypothesis one[HYPOTHESES_MOST];
  int n;
};

/* Read all files of configs/hypotheses. Fails: CONFIG, WORLD, NO_MEMORY. Free with hypotheses_free, also
 * after a failure. */
MUST_USE enum status hypotheses_read(struct hypotheses *out);
void hypotheses_free(struct hypotheses *hypotheses);

/* The rows judged under each hypothesis. */
struct hypotheses_table {
  const struct hypotheses *hypotheses;
  struct validation validation[HYPOTHESES_MOST];
};

/* Choose the same rows for each hypothesis and plan their runs; as validation_choose and validation_plan.
 * Free with hypotheses_table_free, also after a failure. */
MUST_USE enum status hypotheses_plan(const struct hypotheses *hypotheses, const char *const *words, int n,
                                     struct validation_manner manner, bool again,
                                     struct hypotheses_table *out);
void hypotheses_table_free(struct hypotheses_table *table);

/* For people, or as Markdown: a line for each row, a column for each hypothesis, and how many pass. Fails:
 * NO_MEMORY. */
MUST_USE enum status hypotheses_print(const struct hypotheses_table *table, bool markdown, FILE *out);

/* The table, for documentation. */
extern const struct param hypothesis_params[];
extern const int n_hypothesis_params;

#endif
