/* nwb.c — a result as an NWB file. See nwb.h.
 *
 * The format is that of https://nwb-schema.readthedocs.io, version NWB_VERSION, whose schema is copied into
 * the file. Objects carry ids made from the id of the run and their path, and the file the time at which
 * the run ended, so that an export can be repeated. */
#include "nwb.h"
#include "memory.h"
#include "nwb_parts.h"
#include "sha256.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the schema that the files follow: doi:10.7554/eLife.78362. */
#define NWB_VERSION "2.7.0"

/* ---- typed objects ---- */

/* An id in the form of RFC 4122, of its version 8: made by the program from a hash. */
static void make_id(const struct nwb *nwb, const char *path, char id[40]) {
  char text[2 * STORE_NAME_MAX], hash[SHA256_TEXT_MAX];
  int n = snprintf(text, sizeof text, "%s %s", nwb->uuid, path);
  sha256_text(text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, hash);
  snprintf(id, 40, "%.8s-%.4s-8%.3s-a%.3s-%.12s", hash, hash + 8, hash + 12, hash + 15, hash + 18);
}

enum status nwb_type(struct nwb *nwb, const char *path, const char *space, const char *type) {
  char id[40];
  make_id(nwb, path, id);
  TRY(store_attribute_text(nwb->out, path, "namespace", space));
  TRY(store_attribute_text(nwb->out, path, "neurodata_type", type));
  return store_attribute_text(nwb->out, path, "object_id", id);
}

enum status nwb_group(struct nwb *nwb, const char *path, const char *type, const char *description) {
  TRY(store_group(nwb->out, path));
  if (description) TRY(store_attribute_text(nwb->out, path, "description", description));
  return nwb_type(nwb, path, "core", type);
}

enum status nwb_column(struct nwb *nwb, const char *path, const char *type, const char *description) {
  if (description) TRY(store_attribute_text(nwb->out, path, "description", description));
  return nwb_type(nwb, path, "hdmf-common", type);
}

enum status nwb_text(struct nwb *nwb, const char *path, char **out) {
  if (store_object(nwb->result, path) == STORE_DATASET) return store_read_text(nwb->result, path, NULL, out);
  return memory_text("", out);
}

/* Copy a text of the result to a path of the file. */
static enum status copy_text(struct nwb *nwb, const char *from, const char *to) {
  char *text = NULL;
  TRY(nwb_text(nwb, from, &text));
  enum status status = *text ? store_write_text(nwb->out, to, text) : STATUS_OK;
  memory_free(text);
  return status;
}

/* ---- the file as a whole ---- */

static enum status write_times(struct nwb *nwb) {
  char *started = NULL, *finished = NULL;
  enum status status;
  TRY_GOTO(nwb_text(nwb, "/provenance/started", &started), done);
  TRY_GOTO(nwb_text(nwb, "/provenance/finished", &finished), done);
  if (!*started) {
    status = status_fail(STATUS_CONFIG, "%s: does not say when it was started", store_path(nwb->result));
    goto done;
  }
  const char *const created[] = {*finished ? finished : started};
  TRY_GOTO(store_write_texts(nwb->out, "/file_create_date", created, 1), done);
  TRY_GOTO(store_write_text(nwb->out, "/session_start_time", started), done);
  status = store_write_text(nwb->out, "/timestamps_reference_time", started);
done:
  memory_free(started);
  memory_free(finished);
  return status;
}

static enum status write_root(struct nwb *nwb) {
  static const char *const groups[] = {
      "/acquisition",           "/analysis",          "/processing", "/general",
      "/stimulus/presentation", "/stimulus/templates"};
  char *title = NULL, description[1024];
  TRY(nwb_type(nwb, "/", "core", "NWBFile"));
  TRY(store_attribute_text(nwb->out, "/", "nwb_version", NWB_VERSION));
  TRY(store_write_text(nwb->out, "/identifier", nwb->uuid));
  if (store_has_attribute(nwb->result, "/", "title")) TRY(store_read_text(nwb->result, "/", "title", &title));
  snprintf(description, sizeof description, "%s: %s. Simulated; time 0 is the start of the protocol.",
           title ? title : "a simulation", nwb->arm);
  memory_free(title);
  TRY(store_write_text(nwb->out, "/session_description", description));
  TRY(write_times(nwb));
  for (size_t k = 0; k < sizeof groups / sizeof *groups; k++) TRY(store_group(nwb->out, groups[k]));
  return STATUS_OK;
}

/* ---- what is known of the experiment ----
 * No keywords: neo, at least to 0.14, opens no file that has them. */

/* The DOIs among the citations of the run, each once: "doi:10.1152/jn.00686.2005". */
static enum status write_publications(struct nwb *nwb) {
  struct store_names cited = {0};
  if (store_object(nwb->result, "/provenance/citations") != STORE_DATASET) return STATUS_OK;
  TRY(store_read_texts(nwb->result, "/provenance/citations", NULL, &cited));
  char **doi = NULL;
  int n = 0;
  enum status status = memory_new("publications", (size_t)cited.n + 1, sizeof *doi, &doi);
  for (int k = 0; k < cited.n && status == STATUS_OK; k++) {
    char *at = strstr(cited.name[k], "doi:");
    if (!at) continue;
    at[strcspn(at, " ;,)")] = '\0';
    bool there = false;
    for (int i = 0; i < n; i++) there |= strcmp(doi[i], at) == 0;
    if (!there) doi[n++] = at;
  }
  if (status == STATUS_OK && n > 0)
    status =
        store_write_texts(nwb->out, "/general/related_publications", (const char *const *)doi, (size_t)n);
  memory_free(doi);
  store_names_free(&cited);
  return status;
}

/* Values of the config that the run used, by the end of their path. */
struct used {
  struct store_names path, value;
};

static const char *used_value(const struct used *used, const char *end) {
  size_t length = strlen(end);
  for (int k = 0; k < used->path.n && k < used->value.n; k++) {
    size_t own = strlen(used->path.name[k]);
    if (own >= length && strcmp(used->path.name[k] + own - length, end) == 0) return used->value.name[k];
  }
  return "";
}

static enum status write_subject(struct nwb *nwb, const struct used *used) {
  static const char *const path = "/general/subject";
  char id[200];
  const char *species = used_value(used, "subject.species"), *seed = used_value(used, "simulation.seed");
  const char *latin = used_value(used, ".latin"), *mass = used_value(used, ".body_mass");
  if (!*species || !*latin) return STATUS_OK;
  TRY(nwb_group(nwb, path, "Subject", NULL));
  snprintf(id, sizeof id, "simulated_%s_seed_%s", species, *seed ? seed : "unknown");
  TRY(store_write_text(nwb->out, "/general/subject/subject_id", id));
  TRY(store_write_text(nwb->out, "/general/subject/species", latin));
  TRY(store_write_text(nwb->out, "/general/subject/sex", "U"));
  if (*mass) TRY(store_write_text(nwb->out, "/general/subject/weight", mass));
  TRY(store_write_text(nwb->out, "/general/subject/age", "P0D/")); /* any; archives want one */
  TRY(store_attribute_text(nwb->out, "/general/subject/age", "reference", "birth"));
  return store_write_text(nwb->out, "/general/subject/description",
                          "simulated: no animal; age and sex are not part of the model");
}

static enum status write_general(struct nwb *nwb) {
  struct used used = {0};
  char *version = NULL, note[600];
  TRY(copy_text(nwb, "/provenance/config", "/general/source_script"));
  if (store_object(nwb->out, "/general/source_script") == STORE_DATASET)
    TRY(store_attribute_text(nwb->out, "/general/source_script", "file_name", "config.cfg"));
  TRY(nwb_text(nwb, "/provenance/program_version", &version));
  snprintf(note, sizeof note,
           "Simulated by Spinule %.100s. The result that this file was made from holds all else: fields over "
           "the tissue, slow variables, blocked receptors, every parameter with its source.",
           version);
  memory_free(version);
  TRY(store_write_text(nwb->out, "/general/experiment_description", note));
  TRY(write_publications(nwb));
  enum status status = STATUS_OK;
  if (store_object(nwb->result, "/provenance/parameters/path") == STORE_DATASET) {
    status = store_read_texts(nwb->result, "/provenance/parameters/path", NULL, &used.path);
    if (status == STATUS_OK)
      status = store_read_texts(nwb->result, "/provenance/parameters/value", NULL, &used.value);
    if (status == STATUS_OK) status = write_subject(nwb, &used);
  }
  store_names_free(&used.path);
  store_names_free(&used.value);
  return status;
}

/* ---- all ---- */

static enum status write_all(struct nwb *nwb) {
  TRY(write_root(nwb));
  TRY(write_general(nwb));
  TRY(nwb_epochs(nwb));
  TRY(nwb_all_series(nwb));
  return nwb_units(nwb);
}

enum status nwb_export(struct store *result, const char *arm, const char *path) {
  struct nwb nwb = {.result = result, .arm = arm};
  char fresh[PATH_MAX];
  if ((size_t)snprintf(fresh, sizeof fresh, "%s.tmp", path) >= sizeof fresh)
    return status_fail(STATUS_CONFIG, "%.200s: too long a path", path);
  TRY(nwb_text(&nwb, "/provenance/run_uuid", &nwb.uuid));
  enum status status = store_create(fresh, &nwb.out);
  if (status == STATUS_OK) {
    status = write_all(&nwb);
    if (status == STATUS_OK)
      status = store_close(nwb.out);
    else
      store_abandon(nwb.out);
    if (status == STATUS_OK && rename(fresh, path) != 0)
      status = status_fail(STATUS_WORLD, "%s: cannot take its name: %s", fresh, strerror(errno));
    if (status != STATUS_OK) unlink(fresh);
  }
  memory_free(nwb.uuid);
  return status;
}
