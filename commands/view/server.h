/* server.h — a small web server on this machine alone: 127.0.0.1, GET only, behind a random token. The
 * only header of the one file that knows libmicrohttpd.
 *
 * Every address begins with the token, /<token>/…; what does not, and whatever was sent to another host
 * name (so that no page of the web can reach it by a name of its own that leads here), is answered with
 * 403. Nothing is written, and no path of a request is ever used as one of the disk: `answer` gets the
 * words behind the token. */
#ifndef COMMANDS_SERVER_H
#define COMMANDS_SERVER_H

#include "status.h"
#include <stdbool.h>
#include <stdint.h>

struct server;

/* What is sent back. */
struct answer {
  int code;         /* 200, 404, … */
  const char *type; /* "text/html; charset=utf-8" */
  char *text;       /* from memory_new, freed by the server; or NULL and: */
  uint64_t n;       /* its bytes */
  bool scripted;    /* the text has its scripts within it: a report */
  int file;         /* descriptor of a file, closed by the server; −1 if there is none */
};

/* Fill *out for the words behind the token: "", "files", "file/ketamine.h5". Called by server_wait's
 * thread. */
typedef void server_handler(void *context, const char *words, struct answer *out);

enum { SERVER_TOKEN = 33 };

/* May a request pass? Gives 0, and through *words what stands behind the token; else the code of the refusal:
 * 405 (neither GET nor HEAD), 403 (another token, or another host than 127.0.0.1:port or localhost:port; host
 * NULL: none was sent). */
int server_gate(const char *token, int port, const char *method, const char *url, const char *host,
                const char **words);

/* Listen on 127.0.0.1; port 0 takes a free one. Fails: WORLD (the port is taken), NO_MEMORY. Free with
 * server_close. */
MUST_USE enum status server_open(int port, server_handler *handler, void *context, struct server **out);
void server_close(struct server *server); /* NULL is accepted */

int server_port(const struct server *server);
const char *server_token(const struct server *server);
/* Answer what comes, for at most this long. Fails: WORLD. */
MUST_USE enum status server_wait(struct server *server, int milliseconds);

#endif
