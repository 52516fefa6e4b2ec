/* help.c — help text from the tables of commands and options; the command `help`. */
#include "help.h"
#include "manual.h"
#include "terminal/layout.h"
#include <inttypes.h>
#include <string.h>

enum { MARGIN = 2, NAME_COLUMNS = 12, OPTION_COLUMNS = 30, LABEL_MAX = 80 };

void help_overview(FILE *out) {
  fprintf(out, "spinule - from a dose through spikes and signalling to new synapses\n\n"
               "Usage: spinule COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n");
  for (int i = 0; i < n_commands; i++) {
    fprintf(out, "%*s", MARGIN, "");
    layout_pad(out, commands[i]->name, NAME_COLUMNS, 1);
    layout_wrap(out, commands[i]->summary, MARGIN + NAME_COLUMNS);
  }
  fprintf(out, "\n  spinule help COMMAND  options and an example\n"
               "  spinule --version     version, commit, compiler, libraries\n\n"
               "Exit codes:\n");
  int shown = -1;
  for (enum status s = STATUS_OK; s < STATUS_COUNT; s++) {
    int code = status_exit_code(s);
    if (code != shown)
      fprintf(out, "%s%*s%-*d%s", s ? "\n" : "", MARGIN, "", NAME_COLUMNS, code, status_text(s));
    else
      fprintf(out, "; %s", status_text(s));
    shown = code;
  }
  fputc('\n', out);
}

/* "-o, --output DIR", "    --progress auto|bar|json|none" */
static void write_label(const struct option *option, char label[LABEL_MAX]) {
  char letter[] = "-x, ";
  letter[1] = option->letter;
  snprintf(label, LABEL_MAX, "%s--%s%s%s%s", option->letter ? letter : "    ", option->name,
           option->value ? " " : "", option->value ? option->value : "",
           option->type == OPTION_TEXTS ? "..." : "");
}

static void print_option(const struct option *option, FILE *out) {
  char label[LABEL_MAX];
  write_label(option, label);
  fprintf(out, "%*s", MARGIN, "");
  layout_print(out, label);
  int at = MARGIN + layout_columns(label);
  if (at + 2 > OPTION_COLUMNS) {
    fputc('\n', out);
    at = 0;
  }
  fprintf(out, "%*s", OPTION_COLUMNS - at, "");
  layout_wrap(out, option->meaning, OPTION_COLUMNS);
}

void help_command(const struct command *command, FILE *out) {
  const struct syntax *syntax = &command->syntax;
  fprintf(out, "spinule %s - %s\n\nUsage: spinule %s%s%s%s\n", command->name, command->summary, command->name,
          syntax->n_options ? " [OPTION]..." : "", *syntax->words ? " " : "", syntax->words);
  if (command->notes) {
    fputc('\n', out);
    layout_wrap(out, command->notes, 0);
  }
  static const struct option help = {.name = "help", .letter = 'h', .meaning = "show this help"};
  fprintf(out, "\nOptions:\n");
  for (int i = 0; i < syntax->n_options; i++) print_option(&syntax->options[i], out);
  print_option(&help, out);
  fprintf(out, "\nExample:\n  %s\n", command->example);
}

/* ---- the command ---- */

struct help_options {
  int format;
};
enum help_format { HELP_TEXT, HELP_MAN, HELP_BASH, HELP_ZSH };

static const struct option option_rows[] = {
    {.name = "format",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct help_options, format),
     .value = "text|man|bash|zsh",
     .meaning = "man: the manual page; bash, zsh: a script that completes commands and options "
                "(default: text)"},
};

static enum status run(const struct arguments *arguments) {
  static void (*const whole[])(FILE *) = {[HELP_TEXT] = help_overview,
                                          [HELP_MAN] = manual_page,
                                          [HELP_BASH] = manual_bash,
                                          [HELP_ZSH] = manual_zsh};
  const struct help_options *options = arguments->options;
  const struct command *command = NULL;
  if (arguments->words.n == 0) {
    whole[options->format](arguments->out);
    return STATUS_OK;
  }
  if (options->format != HELP_TEXT)
    return status_fail(STATUS_USAGE, "help: --format is for all commands together");
  TRY(command_find(arguments->words.text[0], &command));
  help_command(command, arguments->out);
  return STATUS_OK;
}

const struct command command_help = {
    .name = "help",
    .summary = "this overview, or the options of one command",
    .example = "spinule help diff",
    .syntax = {.words = "[COMMAND]",
               .most = 1,
               .options = option_rows,
               .n_options = sizeof option_rows / sizeof *option_rows,
               .options_size = sizeof(struct help_options)},
    .run = run,
};
