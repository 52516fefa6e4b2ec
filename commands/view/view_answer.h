/* view_answer.h — what the viewer answers to the words of an address: "", "files", "report",
 * "file/ketamine.h5". Called by the server, and by tests without one. */
#ifndef COMMANDS_VIEW_ANSWER_H
#define COMMANDS_VIEW_ANSWER_H

#include "server.h"

enum { VIEW_PATH = 4096 + 64 };

struct view {
  const char *directory; /* of a run or batch */
  char page[VIEW_PATH];  /* folder of the page and its scripts */
};

/* A server_handler; `context` is a struct view. Only plain files inside the two folders are ever opened, none
 * through a link that stands in them. */
void view_answer(void *context, const char *words, struct answer *out);

#endif
