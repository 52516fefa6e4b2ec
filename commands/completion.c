/* completion.c — completion for bash and zsh. See manual.h.
 *
 * Where the next word is a value of a choice, its words are offered; a command's name after `help`; else
 * options after a dash, and files. */
#include "command.h"
#include "manual.h"
#include <string.h>

/* The words of a list "a|b|c", with blanks between. */
static void write_words(FILE *out, const char *words) {
  int length;
  for (int k = 0; options_word(words, k, &length); k++)
    fprintf(out, "%s%.*s", k ? " " : "", length, options_word(words, k, &length));
}

static void write_names(FILE *out, const char *between) {
  for (int k = 0; k < n_commands; k++) fprintf(out, "%s%s", k ? between : "", commands[k]->name);
}

/* ---- bash ---- */

static void write_bash_command(FILE *out, const struct command *command) {
  const struct syntax *syntax = &command->syntax;
  fprintf(out, "    %s)\n      options=\"--help -h", command->name);
  for (int k = 0; k < syntax->n_options; k++) {
    fprintf(out, " --%s", syntax->options[k].name);
    if (syntax->options[k].letter) fprintf(out, " -%c", syntax->options[k].letter);
  }
  fputs("\"\n      case $previous in\n", out);
  for (int k = 0; k < syntax->n_options; k++) {
    const struct option *option = &syntax->options[k];
    if (option->type != OPTION_CHOICE) continue;
    fputs("        ", out);
    if (option->letter) fprintf(out, "-%c|", option->letter);
    fprintf(out, "--%s) words=\"", option->name);
    write_words(out, option->value);
    fputs("\" ;;\n", out);
  }
  fputs("      esac\n      ;;\n", out);
}

void manual_bash(FILE *out) {
  fputs("# bash completion for spinule; made by `spinule help --format bash`\n"
        "_spinule() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options= words=\n"
        "  COMPREPLY=()\n"
        "  local commands=\"",
        out);
  write_names(out, " ");
  fputs("\"\n"
        "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
        "    COMPREPLY=($(compgen -W \"$commands --help --version\" -- \"$word\"))\n"
        "    return\n"
        "  fi\n"
        "  case ${COMP_WORDS[1]} in\n",
        out);
  for (int k = 0; k < n_commands; k++) write_bash_command(out, commands[k]);
  fputs("  esac\n"
        "  [ \"${COMP_WORDS[1]}\" != help ] || [ -n \"$words\" ] || words=$commands\n"
        "  if [ \"${word:0:1}\" = - ]; then\n"
        "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
        "  elif [ -n \"$words\" ]; then\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "  else\n"
        "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
        "  fi\n"
        "}\n"
        "complete -o filenames -F _spinule spinule\n",
        out);
}

/* ---- zsh ---- */

/* Text in single quotes, inside the brackets of _arguments. */
static void write_meaning(FILE *out, const char *text) {
  for (; *text; text++) {
    if (*text == '\'')
      fputs("'\\''", out);
    else if (strchr("[]:\\", *text))
      fprintf(out, "\\%c", *text);
    else
      fputc(*text, out);
  }
}

static void write_zsh_option(FILE *out, const struct option *option) {
  const char *repeated = option->type == OPTION_TEXTS ? "*" : "";
  char names[2][120] = {"", ""};
  snprintf(names[0], sizeof names[0], "--%s", option->name);
  if (option->letter) snprintf(names[1], sizeof names[1], "-%c", option->letter);
  for (int k = 0; k < 2; k++) {
    if (!*names[k]) continue;
    fprintf(out, "        '%s%s[", repeated, names[k]);
    write_meaning(out, option->meaning);
    fputc(']', out);
    if (option->type != OPTION_FLAG) fputs(":", out);
    if (option->type == OPTION_CHOICE) {
      fputs("value:(", out);
      write_words(out, option->value);
      fputc(')', out);
    } else if (option->type != OPTION_FLAG) {
      write_meaning(out, option->value);
      fputs(option->type == OPTION_TEXT ? ":_files" : ":", out);
    }
    fputs("' \\\n", out);
  }
}

static void write_zsh_command(FILE *out, const struct command *command) {
  fprintf(out, "    %s)\n      _arguments \\\n", command->name);
  for (int k = 0; k < command->syntax.n_options; k++) write_zsh_option(out, &command->syntax.options[k]);
  fputs("        '--help[show help]' \\\n", out);
  if (strcmp(command->name, "help") == 0) {
    fputs("        '*:command:(", out);
    write_names(out, " ");
    fputs(")'\n", out);
  } else {
    fputs("        '*:file:_files'\n", out);
  }
  fputs("      ;;\n", out);
}

void manual_zsh(FILE *out) {
  fputs("#compdef spinule\n# zsh completion for spinule; made by `spinule help --format zsh`\n"
        "_spinule() {\n"
        "  if (( CURRENT == 2 )); then\n"
        "    local -a commands=(\n",
        out);
  for (int k = 0; k < n_commands; k++) {
    fprintf(out, "      '%s:", commands[k]->name);
    write_meaning(out, commands[k]->summary);
    fputs("'\n", out);
  }
  fputs("    )\n    _describe command commands\n    return\n  fi\n"
        "  local command=$words[2]\n"
        "  shift words\n  (( CURRENT-- ))\n"
        "  case $command in\n",
        out);
  for (int k = 0; k < n_commands; k++) write_zsh_command(out, commands[k]);
  fputs("  esac\n}\n_spinule \"$@\"\n", out);
}
