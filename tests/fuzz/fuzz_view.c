/* fuzz_view.c — a fuzz target: requests to the viewer. Lines are method, host and address; the token is the
 * one below. Whatever is asked, only plain files of the two folders are handed out, and nothing without the
 * token. */
#include "fuzz.h"
#include "memory.h"
#include "view/view_answer.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT = 8080 };

static const char token[SERVER_TOKEN] = "0123456789abcdef0123456789abcdef";
static const char secret[] = "nobody may read this";
static struct view view;
static char results[FUZZ_PATH];

static void put_file(const char *name, const char *text) {
  char path[FUZZ_PATH];
  fuzz_write(fuzz_path(name, path), text, strlen(text));
}

static void put_link(const char *to, const char *name) {
  char path[FUZZ_PATH];
  fuzz_demand(symlink(to, fuzz_path(name, path)) == 0, "a link cannot be made");
}

static void put_folder(const char *name) {
  char path[FUZZ_PATH];
  fuzz_demand(mkdir(fuzz_path(name, path), 0777) == 0, "a folder cannot be made");
}

/* Results, a page, and a secret to which links and a pipe lead. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  char path[FUZZ_PATH];
  (void)argc, (void)argv;
  put_folder("secret"), put_folder("results"), put_folder("results/0001"), put_folder("page");
  put_file("secret/key.h5", secret);
  put_file("results/arm.h5", "no HDF5");
  put_file("results/0001/arm.h5", "no HDF5");
  put_file("results/.hidden.h5", secret);
  put_file("page/view.html", "page");
  put_file("page/view.js", "page");
  put_link("../secret/key.h5", "results/link.h5");
  put_link("../secret", "results/0002");
  fuzz_demand(mkfifo(fuzz_path("results/pipe.h5", path), 0666) == 0, "no pipe");
  view.directory = fuzz_path("results", results);
  snprintf(view.page, sizeof view.page, "%s", fuzz_path("page", path));
  return 0;
}

static void check_file(int file) {
  char name[64], path[FUZZ_PATH], found[sizeof secret] = "";
  struct stat about;
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  ssize_t length = readlink(name, path, sizeof path - 1);
  fuzz_demand(length > 0 && fstat(file, &about) == 0, "a file that is none");
  path[length] = '\0';
  bool inside =
      strncmp(path, results, strlen(results)) == 0 || strncmp(path, view.page, strlen(view.page)) == 0;
  fuzz_demand(inside, path);
  if (S_ISREG(about.st_mode) && read(file, found, sizeof found - 1) > 0)
    fuzz_demand(strncmp(found, secret, strlen(secret)) != 0, "a secret was read");
  close(file);
}

static void ask(const char *method, const char *host, const char *url) {
  struct answer answer = {.code = 404, .type = "", .file = -1};
  const char *words = NULL;
  int refusal = server_gate(token, PORT, method, url, host, &words);
  bool known = strncmp(url + (*url == '/'), token, SERVER_TOKEN - 1) == 0;
  fuzz_demand(refusal == 0 || refusal == 403 || refusal == 405, "an odd refusal");
  if (refusal) return;
  fuzz_demand(known && host && (strcmp(host, "127.0.0.1:8080") == 0 || strcmp(host, "localhost:8080") == 0),
              "a stranger was let in");
  view_answer(&view, words, &answer);
  fuzz_demand(answer.code == 200 || answer.code == 404 || answer.code == 503, "an odd answer");
  fuzz_demand(!answer.text || answer.file < 0, "two answers");
  if (answer.text)
    fuzz_demand(!memmem(answer.text, (size_t)answer.n, secret, strlen(secret)), "a secret was told");
  memory_free(answer.text);
  if (answer.file >= 0) check_file(answer.file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  char *text = malloc(n + 1), *at = text;
  fuzz_demand(text != NULL, "no memory");
  memcpy(text, bytes, n);
  text[n] = '\0';
  size_t held = memory_in_use();
  const char *method = strsep(&at, "\n"), *host = at ? strsep(&at, "\n") : NULL,
             *url = at ? strsep(&at, "\n") : "";
  ask(method, host, url);
  fuzz_demand(memory_in_use() == held, "memory is held after an answer");
  free(text);
  return 0;
}
