/* works.h — the publications that texts of sources name: "Brette & Gerstner 2005, doi:10.1152/jn.00686.2005".
 *
 * A source is read word by word: a year closes a work, whose authors are the names before it; a doi or a PMC
 * number after it belongs to it; one that stands alone is a work by itself. Words that are no names (what was
 * read off, why it was assumed) belong to nothing. */
#ifndef COMMANDS_WORKS_H
#define COMMANDS_WORKS_H

#include "status.h"
#include <stddef.h>

enum { WORK_TEXT = 160 };

struct work {
  char authors[WORK_TEXT]; /* "Brette & Gerstner"; "" if only its number is known */
  int year;                /* 0: unknown */
  char doi[WORK_TEXT];     /* without doi: */
  char pmc[24];            /* "PMC6858497" */
  int uses;                /* parameters that name it */
  char first_use[WORK_TEXT];
};

struct works {
  struct work *work;
  size_t n, room;
};

/* Add the works that a source names, each once; `use` is what they are the source of, NULL: nothing that is
 * counted. Fails: NO_MEMORY. */
MUST_USE enum status works_add(struct works *works, const char *source, const char *use);
/* By authors, then year. */
void works_sort(struct works *works);
void works_free(struct works *works);

#endif
