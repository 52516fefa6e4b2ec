/* configs_folder.h — the folder of configs that belongs to the program: drugs, experiments.
 *
 * It is $SPINULE_CONFIGS if that is set, else beside the program: ../configs seen from a build directory, or
 * ../share/spinule/configs seen from where it is installed. */
#ifndef COMMANDS_CONFIGS_FOLDER_H
#define COMMANDS_CONFIGS_FOLDER_H

#include "status.h"

/* A config file of the folder. */
struct config_file {
  char *name;  /* without .cfg */
  char *path;  /* as it can be given to a command */
  char *title; /* its `title`, or else its first comment; "" if it has neither */
};

struct config_files {
  struct config_file *file; /* by name */
  int n;
};

/* All *.cfg in the sub-folder ("experiments", "drugs"). Fails: WORLD (there is no such folder; names the
 * places that were looked at), NO_MEMORY. Free with configs_folder_free. */
MUST_USE enum status configs_folder_list(const char *part, struct config_files *out);
void configs_folder_free(struct config_files *files);

/* The config that a user means by a word: the file of that path, else the experiment or circuit of the folder
 * of that name, with or without .cfg. Free *out with memory_free. Fails: CONFIG (there is neither; names the
 * nearest), NO_MEMORY. */
MUST_USE enum status configs_folder_find(const char *word, char **out);

#endif
