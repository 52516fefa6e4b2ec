/* readers.c — the commands that read files. See readers.h. */
#include "readers.h"
#include "memory.h"
#include "view/view_answer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 12 };

/* %: the folder of the file; what is written goes into `out`, which is removed. */
static const char *const of_results[][WORDS] = {
    {"info", "%/vehicle.h5"},
    {"info", "%/vehicle.h5", "%/ketamine.h5"},
    {"info", "%"},
    {"status", "%"},
    {"diff", "%/vehicle.h5", "%/ketamine.h5"},
    {"diff", "%", "%"},
    {"cite", "%/vehicle.h5"},
    {"cite", "%", "--format", "bibtex"},
    {"export", "%/vehicle.h5", "-o", "%/out"},
    {"export", "%/vehicle.h5", "--format", "nwb", "-o", "%/out/vehicle.nwb"},
    {"export", "%", "-o", "%/out"},
    {"report", "%", "-o", "%/out.html"},
    {"info", "%/summary.h5"},
    {"export", "%/summary.h5", "-o", "%/out"},
    {"diff", "%/summary.h5", "%/summary.h5"},
};
static const char *const of_stopped[][WORDS] = {
    {"recover", "%/vehicle.partial.h5", "-o", "%/out.h5", "--overwrite"},
    {"info", "%"},
    {"status", "%"},
    {"report", "%", "-o", "%/out.html"},
    {"info", "%/vehicle.partial.h5"},
    {"run", SOURCE_ROOT "/tests/fuzz/tiny.cfg", "-o", "%", "--resume", "-t", "1", "--arm", "vehicle",
     "--progress", "none"},
};
static const char *const of_sonata[][WORDS] = {
    {"bench", "%/circuit.cfg", "--machine", "none", "--repeat", "1"},
    {"check", "%/circuit.cfg"},
    {"export", "%/circuit.cfg", "--format", "sonata", "-t", "1", "-o", "%/out"},
    {"info", "%/edges.h5"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

void readers_prepare(struct readers *out) {
  struct seed whole[SEEDS_WHOLE], stopped[SEEDS_STOPPED], sonata[SEEDS_SONATA];
  seeds_whole(whole);
  seeds_stopped(stopped);
  seeds_sonata(sonata);
  out->file[READERS_VEHICLE] = whole[SEED_VEHICLE];
  out->file[READERS_SUMMARY] = whole[SEED_SUMMARY];
  out->file[READERS_PARTIAL] = stopped[SEED_PARTIAL];
  out->file[READERS_NODES] = sonata[SEED_NODES];
  out->file[READERS_EDGES] = sonata[SEED_EDGES];
  seed_free(&whole[SEED_KETAMINE]);
  seed_free(&stopped[SEED_CHECKPOINT]);
}

/* A command with the folder in the place of %. */
static void command_in(const char *folder, const char *const row[WORDS]) {
  char text[WORDS][2 * FUZZ_PATH], out[FUZZ_PATH];
  const char *words[WORDS + 1] = {0};
  for (int w = 0; w < WORDS && row[w]; w++) {
    snprintf(text[w], sizeof text[w], "%s%s", row[w][0] == '%' ? folder : "", row[w] + (row[w][0] == '%'));
    words[w] = text[w];
  }
  (void)fuzz_command(words);
  for (int k = 0; k < 3; k++) {
    static const char *const made[] = {"out", "out.html", "out.h5"};
    snprintf(out, sizeof out, "%.300s/%s", folder, made[k]);
    fuzz_remove(out);
  }
}

/* What the viewer tells of a folder. */
static void view_folder(const char *folder, const char *words) {
  struct view view = {.directory = folder};
  struct answer answer = {.code = 404, .type = "", .file = -1};
  view_answer(&view, words, &answer);
  memory_free(answer.text);
}

void readers_read(const struct readers *readers, int f, uint8_t choice) {
  char folder[FUZZ_PATH];
  snprintf(folder, sizeof folder, "%s", readers->file[f].path);
  *strrchr(folder, '/') = '\0';
  if (choice % 16 == 15 && f <= READERS_PARTIAL)
    view_folder(folder, choice & 16 ? "report" : "files");
  else if (f <= READERS_SUMMARY)
    command_in(folder, of_results[choice % COUNT(of_results)]);
  else if (f == READERS_PARTIAL)
    command_in(folder, of_stopped[choice % COUNT(of_stopped)]);
  else
    command_in(folder, of_sonata[choice % COUNT(of_sonata)]);
}
