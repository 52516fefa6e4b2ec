/* fuzz_config.c — a fuzz target: configs. The text before a line `----` is a config as `spinule check` gets
 * it, lines behind it are its -s options. */
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { OVERRIDES_MOST = 8, WORDS = 3 + 2 * OVERRIDES_MOST };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  return 0;
}

/* The words of the command line. */
static void make_words(const char *path, char *overrides, const char *words[WORDS]) {
  int n = 0;
  char *line;
  words[n++] = "check";
  words[n++] = path;
  while (n + 2 < WORDS && (line = strsep(&overrides, "\n"))) {
    if (!*line) continue;
    words[n++] = "-s";
    words[n++] = line;
  }
  words[n] = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  static const char between[] = "\n----\n";
  static char path[FUZZ_PATH];
  const char *words[WORDS];
  char *text = malloc(n + 1), *end, *overrides = NULL;
  fuzz_demand(text != NULL, "no memory");
  memcpy(text, bytes, n);
  text[n] = '\0';
  end = memmem(text, n, between, strlen(between));
  if (end) overrides = end + strlen(between);
  fuzz_path("tests/own/fuzzed.cfg", path);
  fuzz_write(path, bytes, end ? (size_t)(end - text) + 1 : n);
  make_words(path, overrides, words);
  (void)fuzz_command(words);
  free(text);
  return 0;
}
