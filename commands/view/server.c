/* server.c — the web server, by GNU libmicrohttpd. See server.h. */
#include "server.h"
#include "memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 32, IDLE_S = 30 };

struct server {
  struct MHD_Daemon *daemon;
  char token[SERVER_TOKEN];
  int port;
  server_handler *handler;
  void *context;
};

/* Scripts and data come from here alone, and only a report brings scripts within itself; a page may not be
 * framed, nor tell others where it was. */
#define POLICY(scripts)                                                                                      \
  "default-src 'none'; script-src " scripts "; style-src 'self' 'unsafe-inline'; connect-src 'self'; "       \
  "img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
static const char page_policy[] = POLICY("'self' 'wasm-unsafe-eval'");
static const char report_policy[] = POLICY("'unsafe-inline'");
static const char *const headers[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

static enum MHD_Result put(struct MHD_Connection *connection, unsigned code, const char *type, bool scripted,
                           struct MHD_Response *response) {
  if (!response) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  MHD_add_response_header(response, "Content-Security-Policy", scripted ? report_policy : page_policy);
  for (size_t k = 0; k < sizeof headers / sizeof *headers; k++)
    MHD_add_response_header(response, headers[k][0], headers[k][1]);
  enum MHD_Result queued = MHD_queue_response(connection, code, response);
  MHD_destroy_response(response);
  return queued;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code, const char *text) {
  return put(connection, code, "text/plain; charset=utf-8", false,
             MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY));
}

/* In a time that does not tell how much of it was right. */
static bool same_token(const char *token, const char *given) {
  unsigned char differs = 0;
  for (int k = 0; k < SERVER_TOKEN - 1; k++) differs |= (unsigned char)(token[k] ^ given[k]);
  return differs == 0;
}

static bool right_host(int port, const char *host) {
  char wanted[2][64];
  snprintf(wanted[0], sizeof wanted[0], "127.0.0.1:%d", port);
  snprintf(wanted[1], sizeof wanted[1], "localhost:%d", port);
  return host && (strcmp(host, wanted[0]) == 0 || strcmp(host, wanted[1]) == 0);
}

int server_gate(const char *token, int port, const char *method, const char *url, const char *host,
                const char **words) {
  if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
    return MHD_HTTP_METHOD_NOT_ALLOWED;
  bool known = strlen(url) >= SERVER_TOKEN && url[0] == '/' && same_token(token, url + 1) &&
               (url[SERVER_TOKEN] == '/' || url[SERVER_TOKEN] == '\0');
  if (!known || !right_host(port, host)) return MHD_HTTP_FORBIDDEN;
  *words = url[SERVER_TOKEN] ? url + SERVER_TOKEN + 1 : "";
  return 0;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct answer *answer) {
  if (answer->file >= 0) {
    struct stat about;
    if (fstat(answer->file, &about) != 0 || !S_ISREG(about.st_mode)) {
      close(answer->file);
      return refuse(connection, MHD_HTTP_NOT_FOUND, "not there\n");
    }
    return put(connection, (unsigned)answer->code, answer->type, false,
               MHD_create_response_from_fd((uint64_t)about.st_size, answer->file));
  }
  struct MHD_Response *response =
      MHD_create_response_from_buffer((size_t)answer->n, answer->text, MHD_RESPMEM_MUST_COPY);
  memory_free(answer->text);
  return put(connection, (unsigned)answer->code, answer->type, answer->scripted, response);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state) {
  struct server *server = context;
  struct answer answer = {.code = MHD_HTTP_NOT_FOUND, .type = "text/plain; charset=utf-8", .file = -1};
  (void)version, (void)upload, (void)state;
  *upload_size = 0;
  const char *words = "",
             *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
  int refusal = server_gate(server->token, server->port, method, url, host, &words);
  if (refusal == MHD_HTTP_METHOD_NOT_ALLOWED)
    return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET only\n");
  if (refusal)
    return refuse(connection, MHD_HTTP_FORBIDDEN,
                  "the address needs the token that `spinule view` printed\n");
  server->handler(server->context, words, &answer);
  return send_answer(connection, &answer);
}

static enum status make_token(char token[SERVER_TOKEN]) {
  unsigned char bytes[(SERVER_TOKEN - 1) / 2];
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
    return status_fail(STATUS_WORLD, "the system gives no random numbers: %s", strerror(errno));
  for (size_t k = 0; k < sizeof bytes; k++) snprintf(token + 2 * k, 3, "%02x", bytes[k]);
  return STATUS_OK;
}

enum status server_open(int port, server_handler *handler, void *context, struct server **out) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  TRY(memory_new("server", 1, sizeof **out, out));
  struct server *server = *out;
  server->handler = handler;
  server->context = context;
  enum status status = make_token(server->token);
  if (status == STATUS_OK) {
    server->daemon =
        MHD_start_daemon(MHD_USE_AUTO, (uint16_t)port, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR,
                         &address, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MOST,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    if (!server->daemon)
      status = status_fail(STATUS_WORLD, "cannot listen on 127.0.0.1:%d: %s; choose another --port", port,
                           errno ? strerror(errno) : "refused");
  }
  if (status == STATUS_OK) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : port;
    return STATUS_OK;
  }
  server_close(server);
  *out = NULL;
  return status;
}

void server_close(struct server *server) {
  if (!server) return;
  if (server->daemon) MHD_stop_daemon(server->daemon);
  memory_free(server);
}

int server_port(const struct server *server) { return server->port; }
const char *server_token(const struct server *server) { return server->token; }

enum status server_wait(struct server *server, int milliseconds) {
  if (MHD_run_wait(server->daemon, milliseconds) != MHD_NO) return STATUS_OK;
  return status_fail(STATUS_WORLD, "the server on port %d has stopped", server->port);
}
