/* manifest.c — the list of a batch's runs. See manifest.h. */
#include "manifest.h"
#include "text_file.h"
#include "whole.h"
#include <stdio.h>
#include <string.h>

static const char *const words[] = {"waiting", "complete", "failed", "stopped"};

static void name_manifest(const char *directory, char *out, size_t size) {
  snprintf(out, size, "%s/" MANIFEST_NAME, directory);
}

/* A text with its line ends shown, on one line behind a #. */
static void comment(FILE *file, const char *name, const char *text) {
  fprintf(file, "# %s: ", name);
  for (; *text; text++) {
    if (*text == '\n')
      fputs(" ; ", file);
    else
      fputc(*text, file);
  }
  fputc('\n', file);
}

static enum status write_manifest(FILE *file, const void *what) {
  const struct manifest *manifest = what;
  const struct batch *batch = manifest->batch;
  comment(file, "config", manifest->config);
  comment(file, "overrides", manifest->overrides);
  comment(file, "quick", manifest->quick ? "yes" : "no");
  fputs("run\tpoint\tseed\tstate\texit_code", file);
  for (int a = 0; a < batch->n_axes; a++) fprintf(file, "\t%s", batch->axis[a].name);
  fputc('\n', file);
  for (int run = 0; run < batch_runs(batch); run++) {
    int point = batch_point(batch, run);
    fprintf(file, "%04d\t%d\t%lld\t%s\t", run, point, (long long)batch_seed(batch, run),
            words[manifest->state[run]]);
    if (manifest->code[run] >= 0) fprintf(file, "%d", manifest->code[run]);
    for (int a = 0; a < batch->n_axes; a++) fprintf(file, "\t%s", batch_value(batch, point, a));
    fputc('\n', file);
  }
  return STATUS_OK;
}

enum status manifest_write(const struct manifest *manifest) {
  char path[4096 + 16];
  name_manifest(manifest->directory, path, sizeof path);
  return whole_text(path, write_manifest, manifest);
}

static FILE *open_manifest(const char *directory) {
  char path[4096 + 16];
  name_manifest(directory, path, sizeof path);
  return text_file_read(path);
}

bool manifest_there(const char *directory) {
  FILE *file = open_manifest(directory);
  if (file) fclose(file);
  return file != NULL;
}

bool manifest_quick(const char *directory) {
  char line[256];
  bool quick = false;
  FILE *file = open_manifest(directory);
  while (file && fgets(line, sizeof line, file)) quick |= strcmp(line, "# quick: yes\n") == 0;
  if (file) fclose(file);
  return quick;
}
