/* signal_measures.c — reading back what instruments measured. See signal_measures.h. */
#include "signal_measures.h"
#include "fields.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct row {
  const char *group, *signal, *measure, *unit, *meaning;
};

static const struct row of_region[] = {
    {"bands", "theta", "theta_power", "pA2", "power of the LFP proxy, 4-12 Hz"},
    {"bands", "slow_gamma", "slow_gamma_power", "pA2", "power of the LFP proxy, 25-55 Hz"},
    {"bands", "mid_gamma", "mid_gamma_power", "pA2", "power of the LFP proxy, 60-100 Hz"},
    {"bands", "fast_gamma", "fast_gamma_power", "pA2", "power of the LFP proxy, 100-180 Hz"},
    {"bands", "gamma", "gamma_power", "pA2", "power of the LFP proxy, 30-80 Hz"},
    {"bands", "gamma_many", "gamma_power_many", "pA2", "the same, extrapolated to many cells"},
    {"bands", "peak", "gamma_peak", "Hz", "frequency with most power above 15 Hz, times frequency"},
    {"bands", "theta_peak", "theta_peak", "Hz", "frequency with most power in theta, times frequency"},
    {"bands", "exponent", "spectral_exponent", "1", "exponent of the fall of the spectrum, 2-100 Hz"},
    {"bands", "coupling", "coupling", "1", "modulation index of gamma by theta"},
    {"bands", "coupling_z", "coupling_z", "1", "the same against surrogates"},
    {"occupancy", "all", "occupancy", "1", "share of a tracer displaced from NMDA channels"},
};

/* <signal>_<population> */
static const struct row of_type[] = {
    {"spiking", "cv", "cv", "1", "CV of interspike intervals"},
    {"spiking", "fano", "fano", "1", "Fano factor"},
    {"spiking", "correlation", "correlation", "1", "correlation of spike counts of a pair"},
    {"spiking", "synchrony", "synchrony", "1", "correlation of a pair at a short bin"},
    {"spiking", "burst", "burst_share", "1", "share of spikes in bursts"},
    {"spiking", "up", "cells_up", "1", "share of cells that fire more than twice their baseline"},
    {"spiking", "down", "cells_down", "1", "share of cells that fire less than half their baseline"},
    {"spiking", "theta_locking", "theta_locking", "1", "how strictly spikes keep to a phase of theta"},
    {"bands", "coherence", "gamma_coherence", "1", "coherence of the spikes of a pair, 30-80 Hz"},
    {"spiking", "silent", "silent", "1", "share of cells without a spike"},
    {"spiking", "rate_sigma", "rate_sigma", "1", "SD of the logarithm of rates over cells"},
    {"membrane", "V_mean", "V_mean", "mV", "membrane potential"},
    {"membrane", "V_sd", "V_sd", "mV", "SD of the membrane potential over time"},
    {"membrane", "g_ratio", "g_ratio", "1", "inhibitory over excitatory conductance"},
    {"membrane", "g_relative", "g_relative", "1", "synaptic conductance over the leak"},
    {"membrane", "balance", "balance", "1", "correlation of excitation and inhibition, mean over cells"},
    {"clamp", "epsc_frequency", "epsc_frequency", "Hz", "excitatory events of a clamped cell"},
    {"clamp", "epsc_amplitude", "epsc_amplitude", "pA", "mean excitatory event"},
    {"clamp", "ipsc_frequency", "ipsc_frequency", "Hz", "inhibitory events of a clamped cell"},
    {"clamp", "ipsc_amplitude", "ipsc_amplitude", "pA", "mean inhibitory event"},
};

enum status signal_measures_value(struct store *store, const char *path, int window, double *out) {
  struct store_form form;
  *out = NAN;
  if (store_object(store, path) != STORE_DATASET) return STATUS_OK;
  TRY(store_form(store, path, NULL, &form));
  if (form.kind != STORE_NUMBERS || form.type != STATE_F64 || form.rank != 1)
    return status_fail(STATUS_CONFIG, "%s: %s is no series", store_path(store), path);
  if (window < 0 || (uint64_t)window >= form.size[0]) return STATUS_OK;
  return store_read_rows(store, path, (uint64_t)window, 1, out);
}

/* Of each channel blocker: the free concentration that would displace half of the tracer. */
static enum status tell_halves(struct store *store, const char *region, int window, each_signal_measure *each,
                               void *context) {
  struct store_names substance = {0}, place = {0};
  if (store_object(store, "/assay/substance") != STORE_DATASET) return STATUS_OK;
  TRY(store_read_texts(store, "/assay/substance", NULL, &substance));
  enum status status = store_read_texts(store, "/assay/region", NULL, &place);
  for (int i = 0; status == STATUS_OK && i < substance.n && i < place.n; i++) {
    char path[STORE_NAME_MAX];
    double value;
    if (strcmp(place.name[i], region) != 0) continue;
    snprintf(path, sizeof path, "/occupancy/%s/half_%s", region, substance.name[i]);
    status = signal_measures_value(store, path, window, &value);
    if (status == STATUS_OK)
      each(context, "occupancy_half", substance.name[i], "uM", "free, it would displace a half alone", value);
  }
  store_names_free(&place);
  store_names_free(&substance);
  return status;
}

/* The populations of a result. */
struct populations {
  struct store_names name, region, type;
  double *count;
};

static enum status read_populations(struct store *store, struct populations *out) {
  *out = (struct populations){0};
  TRY(store_read_texts(store, "/populations/name", NULL, &out->name));
  TRY(store_read_texts(store, "/populations/region", NULL, &out->region));
  TRY(store_read_texts(store, "/populations/cell_type", NULL, &out->type));
  if (out->region.n != out->name.n || out->type.n != out->name.n)
    return status_fail(STATUS_CONFIG, "%s: columns of /populations differ in length", store_path(store));
  TRY(memory_new("counts", (size_t)out->name.n + 1, sizeof *out->count, &out->count));
  return store_read(store, "/populations/count", NULL, STATE_F64, (uint64_t)out->name.n, out->count);
}

static void free_populations(struct populations *populations) {
  store_names_free(&populations->name);
  store_names_free(&populations->region);
  store_names_free(&populations->type);
  memory_free(populations->count);
}

/* Is this the first population of its type in the region? */
static bool opens_type(const struct populations *of, const char *region, int p) {
  if (strcmp(of->region.name[p], region) != 0) return false;
  for (int k = 0; k < p; k++) {
    if (strcmp(of->region.name[k], region) == 0 && strcmp(of->type.name[k], of->type.name[p]) == 0)
      return false;
  }
  return true;
}

static enum status tell_type(struct store *store, const struct populations *of, const char *region, int first,
                             int window, const struct row *row, each_signal_measure *each, void *context) {
  double sum = 0, cells = 0;
  bool there = false;
  for (int p = first; p < of->name.n; p++) {
    char path[STORE_NAME_MAX];
    double value;
    if (strcmp(of->region.name[p], region) != 0 || strcmp(of->type.name[p], of->type.name[first]) != 0)
      continue;
    snprintf(path, sizeof path, "/%s/%s/%s_%s", row->group, region, row->signal, of->name.name[p]);
    there = there || store_object(store, path) == STORE_DATASET;
    TRY(signal_measures_value(store, path, window, &value));
    if (isnan(value)) continue;
    sum += of->count[p] * value;
    cells += of->count[p];
  }
  if (there)
    each(context, row->measure, of->type.name[first], row->unit, row->meaning, cells > 0 ? sum / cells : NAN);
  return STATUS_OK;
}

static enum status tell_types(struct store *store, const struct populations *of, const char *region,
                              int window, each_signal_measure *each, void *context) {
  for (int k = 0; k < COUNT_OF(of_type); k++) {
    for (int p = 0; p < of->name.n; p++) {
      if (opens_type(of, region, p)) TRY(tell_type(store, of, region, p, window, &of_type[k], each, context));
    }
  }
  return STATUS_OK;
}

enum status signal_measures_each(struct store *store, const char *region, int window,
                                 each_signal_measure *each, void *context) {
  struct populations of;
  for (int k = 0; k < COUNT_OF(of_region); k++) {
    const struct row *row = &of_region[k];
    char path[STORE_NAME_MAX];
    double value;
    snprintf(path, sizeof path, "/%s/%s/%s", row->group, region, row->signal);
    if (store_object(store, path) != STORE_DATASET) continue;
    TRY(signal_measures_value(store, path, window, &value));
    each(context, row->measure, "", row->unit, row->meaning, value);
  }
  TRY(tell_halves(store, region, window, each, context));
  enum status status = read_populations(store, &of);
  if (status == STATUS_OK) status = tell_types(store, &of, region, window, each, context);
  free_populations(&of);
  return status;
}
