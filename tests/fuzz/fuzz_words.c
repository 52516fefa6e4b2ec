/* fuzz_words.c — a fuzz target: command lines. Words are what stands between ends of lines; those commands
 * are run that only read what the program itself holds, of the others the line is parsed. */
#include "command.h"
#include "fuzz.h"
#include "memory.h"
#include "terminal/layout.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MOST = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  return 0;
}

static void parse(const struct command *command, int n, const char *const *words) {
  struct arguments arguments;
  if (options_read(command->name, &command->syntax, n, words, &arguments) != STATUS_OK)
    fuzz_demand(*status_message() != 0, "a failure without a message");
  else
    options_free(&arguments);
}

static void print_line(int n, const char *const *words) {
  char *line = NULL;
  FILE *nowhere = fopen("/dev/null", "w");
  fuzz_demand(nowhere && options_line(n, words, &line) == STATUS_OK, "a line cannot be written");
  layout_print(nowhere, line);
  fclose(nowhere);
  memory_free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  static const char *const harmless[] = {"help", "explain", "list"};
  const char *words[WORDS_MOST + 1] = {0};
  const struct command *command = NULL;
  size_t held = memory_in_use();
  int n_words = 0;
  bool run = false;
  char *text = malloc(n + 1), *at = text, *word;
  fuzz_demand(text != NULL, "no memory");
  memcpy(text, bytes, n);
  text[n] = '\0';
  while (n_words < WORDS_MOST && (word = strsep(&at, "\n"))) words[n_words++] = word;
  for (size_t k = 0; k < sizeof harmless / sizeof *harmless; k++) run |= strcmp(words[0], harmless[k]) == 0;
  if (run)
    (void)fuzz_command(words);
  else if (command_find(words[0], &command) == STATUS_OK)
    parse(command, n_words - 1, words + 1);
  print_line(n_words, words);
  free(text);
  fuzz_demand(memory_in_use() == held, "memory is held");
  return 0;
}
