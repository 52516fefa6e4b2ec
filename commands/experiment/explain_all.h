/* explain_all.h — the page of all parameters, docs/parameters.md. */
#ifndef COMMANDS_EXPLAIN_ALL_H
#define COMMANDS_EXPLAIN_ALL_H

#include "catalogue.h"
#include <stdio.h>

/* Print it as Markdown. Fails: NO_MEMORY. */
MUST_USE enum status explain_all(const struct catalogue *catalogue, FILE *out);

#endif
