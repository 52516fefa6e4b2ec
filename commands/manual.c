/* manual.c — the manual page, in the macros of man(7). See manual.h. */
#include "manual.h"
#include "command.h"
#include "version.h"
#include <string.h>

/* Text as roff takes it: no line begins with a control character, dashes are those of the keyboard. */
static void write_text(FILE *out, const char *text) {
  if (*text == '.' || *text == '\'') fputs("\\&", out);
  for (; *text; text++) {
    if (*text == '\\')
      fputs("\\e", out);
    else if (*text == '-')
      fputs("\\-", out);
    else
      fputc(*text, out);
  }
}

static void write_line(FILE *out, const char *text) {
  write_text(out, text);
  fputc('\n', out);
}

/* "-o, --output DIR" */
static void write_option(FILE *out, const struct option *option) {
  fputs(".TP\n", out);
  if (option->letter) fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
  fputs("\\fB\\-\\-", out);
  write_text(out, option->name);
  fputs("\\fR", out);
  if (option->value) {
    fputs(" \\fI", out);
    write_text(out, option->value);
    fputs("\\fR", out);
  }
  if (option->type == OPTION_TEXTS) fputs("...", out);
  fputc('\n', out);
  write_line(out, option->meaning);
}

static void write_command(FILE *out, const struct command *command) {
  fputs(".SS \"spinule ", out);
  write_text(out, command->name);
  if (command->syntax.n_options) fputs(" [OPTION]...", out);
  fputc(*command->syntax.words ? ' ' : '"', out);
  write_text(out, command->syntax.words);
  fputs(*command->syntax.words ? "\"\n" : "\n", out);
  write_line(out, command->summary);
  if (command->notes) {
    fputs(".PP\n", out);
    write_line(out, command->notes);
  }
  for (int k = 0; k < command->syntax.n_options; k++) write_option(out, &command->syntax.options[k]);
  fputs(".PP\nExample:\n.PP\n.nf\n.RS\n", out);
  write_line(out, command->example);
  fputs(".RE\n.fi\n", out);
}

/* Codes in the order of the list, each once, with all that it stands for. */
static void write_exit_codes(FILE *out) {
  int shown = -1;
  fputs(".SH EXIT STATUS\n", out);
  for (enum status s = STATUS_OK; s < STATUS_COUNT; s++) {
    int code = status_exit_code(s);
    if (code != shown)
      fprintf(out, "%s.TP\n\\fB%d\\fR\n", s ? "\n" : "", code);
    else
      fputs("; ", out);
    write_text(out, status_text(s));
    shown = code;
  }
  fputc('\n', out);
}

void manual_page(FILE *out) {
  struct version version;
  const char *program = version_describe(&version) == STATUS_OK ? version.program : "";
  fprintf(out, ".TH SPINULE 1 \"\" \"Spinule %s\" \"User Commands\"\n", program);
  fputs(
      ".SH NAME\nspinule \\- from a dose through spikes and signalling to new synapses\n"
      ".SH SYNOPSIS\n\\fBspinule\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
      ".SH DESCRIPTION\nSpinule simulates circuits of spiking cells in space, drugs that act on their "
      "receptors, and what follows over hours and weeks in the signalling of the tissue and in its synapses. "
      "An experiment is a config file; each of its arms becomes one HDF5 file.\n.SH COMMANDS\n",
      out);
  for (int k = 0; k < n_commands; k++) write_command(out, commands[k]);
  write_exit_codes(out);
  fputs(".SH ENVIRONMENT\n.TP\n\\fBSPINULE_CONFIGS\\fR\nfolder of the configs that belong to the program\n"
        ".TP\n\\fBSPINULE_ISA\\fR\ninstruction set to use: base, v3 or v4; changes no result\n"
        ".TP\n\\fBNO_COLOR\\fR\nno colours on a terminal\n"
        ".SH FILES\n.TP\n\\fIDIR/<arm>.h5\\fR\na complete result\n"
        ".TP\n\\fIDIR/<arm>.partial.h5\\fR, \\fIDIR/<arm>.ckpt\\fR\na run that goes on, or can be resumed\n"
        ".TP\n\\fIDIR/summary.h5\\fR\nmeasures of all arms\n",
        out);
}
