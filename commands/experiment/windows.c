/* windows.c — placing windows of spikes. See windows.h. */
#include "windows.h"
#include "fields.h"
#include "memory.h"
#include "protocol_checks.h"
#include "simulation/body_course.h"
#include "stress_events.h"
#include "synapses/remodel.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct param window_params[] = {
    PARAM_NUM(struct window_plan, at, "h", PARAM_REQUIRED, 0, 100000, SETTING, "", "when measurement begins"),
    PARAM_NUM(struct window_plan, duration, "s", 2.5, 0.05, 3600, SETTING, "",
              "biological time that is measured"),
    PARAM_STR(struct window_plan, label, "", SETTING, "", "name of the window in results"),
};
const int n_window_params = COUNT_OF(window_params);

const struct param automatic_params[] = {
    PARAM_INT(struct automatic_windows, count, 0, 0, EXPERIMENT_WINDOWS, SETTING,
              "8 to 15 windows of 2 s in the first day suffice",
              "windows, the baseline among them; 0: eight, and three for every event, up to 32"),
    PARAM_NUM(struct automatic_windows, duration, "s", 2.5, 0.05, 3600, SETTING, "", "of each"),
    PARAM_NUM(struct automatic_windows, baseline, "s", 8, 0.05, 3600, SETTING, "",
              "of the baseline, against which all others are held"),
};
const int n_automatic_params = COUNT_OF(automatic_params);

struct automatic_choice {
  const char *windows;
};
static const struct param choice_params[] = {
    PARAM_STR(struct automatic_choice, windows, "", SETTING, "", "a list of windows, or \"auto\""),
};

/* Does the config ask for windows of the program's choice? Then their settings are read, and faults told. */
static bool automatic(struct experiment *experiment) {
  struct config *config = experiment->config;
  if (!config_is_text(config, "protocol.windows")) return false;
  struct automatic_choice choice = {0};
  params_read(config, "protocol", choice_params, COUNT_OF(choice_params), NULL, 0, &choice);
  if (!choice.windows || strcmp(choice.windows, "auto") != 0) {
    config_fault(config, "protocol.windows", "give a list of windows, or \"auto\"");
    return true;
  }
  params_read(config, "protocol.auto", automatic_params, n_automatic_params, NULL, 0, &experiment->automatic);
  experiment->automatic.on = true;
  return true;
}

/* ---- windows that the config gives ---- */

static int by_time(const void *a, const void *b) {
  const struct window_plan *p = a, *q = b;
  return p->at < q->at ? -1 : p->at > q->at;
}

double windows_settle_s(const struct experiment *experiment, int w) {
  double settle = experiment->simulation.settle;
  return experiment->quick && w > 0 ? fmin(settle, 0.3) : settle;
}

/* A quick run keeps every third window, a tenth of its length. */
static void shorten(struct experiment *experiment) {
  if (!experiment->quick) return;
  int kept = 0;
  for (int w = 0; w < experiment->n_windows; w++) {
    if (w != experiment->n_windows - 1 && w % 3 != 0) continue;
    experiment->window[kept] = experiment->window[w];
    experiment->window[kept].duration = fmax(0.2, 0.1 * experiment->window[w].duration);
    kept++;
  }
  experiment->n_windows = kept;
  experiment->simulation.remodel_step = fmax(experiment->simulation.remodel_step, 72);
}

double windows_first_event_h(const struct experiment *experiment) {
  double first = INFINITY;
  for (int e = 0; e < experiment->n_events; e++) first = fmin(first, experiment->event[e].at);
  return first;
}

void windows_read(struct experiment *experiment) {
  struct config *config = experiment->config;
  if (automatic(experiment)) return;
  int n = config_count(config, "protocol.windows");
  if (n == 0 && !experiment->probe.wanted)
    config_fault(config, "protocol.windows", "no window: nothing would be simulated");
  if (n > EXPERIMENT_WINDOWS)
    config_fault(config, "protocol.windows", "%d windows, at most %d", n, EXPERIMENT_WINDOWS);
  for (int w = 0; w < n && w < EXPERIMENT_WINDOWS; w++) {
    char path[48];
    snprintf(path, sizeof path, "protocol.windows.[%d]", w);
    params_read(config, path, window_params, n_window_params, NULL, 0,
                &experiment->window[experiment->n_windows++]);
  }
  protocol_check_order(experiment);
  qsort(experiment->window, (size_t)experiment->n_windows, sizeof *experiment->window, by_time);
  shorten(experiment);
  for (int w = 0; w + 1 < experiment->n_windows; w++) {
    const struct window_plan *window = &experiment->window[w];
    double needed_s = window->duration + windows_settle_s(experiment, w + 1);
    if ((window[1].at - window->at) * 3600.0 < needed_s) {
      config_fault(config, "protocol.windows", "the windows at %g h and %g h overlap (%g s with settling)",
                   window->at, window[1].at, needed_s);
    }
  }
  if (experiment->n_windows && experiment->window[0].at > windows_first_event_h(experiment)) {
    config_fault(config, "protocol.windows",
                 "the first window is the baseline and must come before the first event");
  }
  if (experiment->n_windows && experiment->window[0].at * 3600.0 < experiment->simulation.settle) {
    config_fault(config, "protocol.windows", "the first window begins before it could settle (%g s)",
                 experiment->simulation.settle);
  }
}

/* ---- what moves ---- */

/* Of a site, of the body, occupancy by each drug, and the length of dendrites. */
enum { SIGNALS = SIGNALLING_COUNT + SYSTEMIC_COUNT + DRUG_SUBSTANCES + 1 };

/* Times closer than this are one. */
static const double INSTANT_H = 1e-9;
/* Steps without spikes: a minute after an event, then this share of the time since. */
static const double STEP_H = 1.0 / 60, GROWTH = 0.06, LONGEST_H = 6;
/* Part of the sum that goes with the logarithm of time since the latest event, from this time on. */
static const double EVEN_SHARE = 0.4, EVEN_H = 0.5;
/* A signal whose range is less does not move. */
static const double STILL = 1e-3;
/* What full occupancy of receptors does to the throughput of the site. */
static const double RESPONSE = 0.5;

struct monitor {
  const struct experiment *experiment;
  int n;
  double *time_h; /* n + 1 */
  double *signal; /* per arm, time and signal */
  double *sum;    /* up to each time */
  double place[EXPERIMENT_WINDOWS];
};

static double *signals_at(const struct monitor *m, int arm, int k) {
  return m->signal + ((size_t)arm * (size_t)(m->n + 1) + (size_t)k) * SIGNALS;
}

static double step_end_h(const struct experiment *experiment, double t_h) {
  double since = t_h - fmax(0, experiment_event_before_h(experiment, t_h));
  double next = t_h + fmin(fmax(STEP_H, GROWTH * since), LONGEST_H);
  double until = fmin(experiment_event_after_h(experiment, t_h), experiment->end_h);
  return next < until - 0.5 * STEP_H ? next : until; /* no step is as short as rounding */
}

static enum status new_monitor(const struct experiment *experiment, struct monitor *m) {
  *m = (struct monitor){.experiment = experiment};
  double t = 0;
  for (; t < experiment->end_h; t = step_end_h(experiment, t)) m->n++;
  TRY(memory_new("windows", (size_t)m->n + 1, sizeof(double), &m->time_h));
  TRY(memory_new("windows", (size_t)m->n + 1, sizeof(double), &m->sum));
  for (int k = 1; k <= m->n; k++) m->time_h[k] = step_end_h(experiment, m->time_h[k - 1]);
  size_t values = (size_t)experiment->n_arms * ((size_t)m->n + 1) * SIGNALS;
  return memory_new("windows", values, sizeof(double), &m->signal);
}

static void free_monitor(struct monitor *m) {
  memory_free(m->time_h);
  memory_free(m->signal);
  memory_free(m->sum);
}

/* What the body does to a region that feels stress in full. */
static struct body_effects effects_of(const struct experiment *experiment, const struct course *course) {
  const struct region_settings most = {.stress = 1, .serotonin = 1};
  return body_effects_of(experiment, course->body, &most);
}

/* What a site meets: every exposure of a receptor moves it by its share of occupancy. */
static struct signalling_input input_of(const struct experiment *experiment, const struct arm_doses *doses,
                                        const struct course *course) {
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  int n = course_exposures_at(experiment, doses, course, -1, NULL, NULL, exposures);
  double occupied = 0, antagonised = 1;
  const struct body_effects body = effects_of(experiment, course);
  for (int e = 0; e < n; e++) {
    double half = action_half_uM(&exposures[e]), x = half > 0 ? exposures[e].free_uM / half : 0;
    if (exposures[e].action == ACTION_AMPA_COMPETITIVE)
      antagonised /= 1 + x;
    else
      occupied = fmax(occupied, x / (1 + x));
  }
  return (struct signalling_input){.throughput = (1 + RESPONSE * occupied) * antagonised,
                                   .resting_blocked = occupied,
                                   .rate = 1,
                                   .excitation = 1,
                                   .bdnf_left = action_share_left(exposures, n, ACTION_BDNF_SCAVENGER, 0),
                                   .mtorc1_left = action_share_left(exposures, n, ACTION_MTORC1_INHIBITOR, 0),
                                   .inflamed = body.inflamed,
                                   .serotonin = course->body[SYSTEMIC_SEROTONIN],
                                   .stress_lost = body.stress_lost,
                                   .gut_change = body.gut_change};
}

static void note(const struct monitor *m, const struct arm_doses *doses, const struct course *course,
                 const double *y, double dendrite, double *signal) {
  int n = 0;
  for (int k = 0; k < SIGNALLING_COUNT; k++) signal[n++] = y[k];
  for (int k = 0; k < SYSTEMIC_COUNT; k++) signal[n++] = course->body[k];
  struct exposure exposures[DRUG_SUBSTANCES * ACTION_COUNT];
  int n_exposures = course_exposures_at(m->experiment, doses, course, -1, NULL, NULL, exposures);
  double taken[DRUG_SUBSTANCES] = {0};
  for (int e = 0; e < n_exposures; e++) {
    double half = action_half_uM(&exposures[e]), uM = exposures[e].free_uM;
    int slot = exposures[e].slot % DRUG_SUBSTANCES;
    if (half > 0) taken[slot] = fmax(taken[slot], uM / (uM + half));
  }
  for (int s = 0; s < DRUG_SUBSTANCES; s++) signal[n++] = taken[s];
  signal[n++] = dendrite;
}

struct solvers {
  struct stiff *site, *body;
};

static enum status follow(struct monitor *m, int arm, const struct arm_doses *doses, struct solvers solvers) {
  const struct experiment *experiment = m->experiment;
  struct course course = {0};
  double y[SIGNALLING_COUNT], dendrite = 1;
  memcpy(course.body, experiment->body_rest, sizeof experiment->body_rest);
  signalling_rest(y);
  note(m, doses, &course, y, dendrite, signals_at(m, arm, 0));
  for (int k = 1; k <= m->n; k++) {
    double from = m->time_h[k - 1], to = m->time_h[k];
    TRY(body_course_step(experiment, doses, solvers.body, &course, 0.5 * (from + to)));
    struct signalling_input in = input_of(experiment, doses, &course);
    if (to - from > INSTANT_H) /* two events of next to the same time */
      TRY(signalling_advance(&experiment->signalling, &in, solvers.site, "placing of windows", from, to, y));
    TRY(body_course_step(experiment, doses, solvers.body, &course, to));
    dendrite = remodel_dendrite(&experiment->spines, dendrite,
                                effects_of(experiment, &course).dendrite_target, to - from);
    note(m, doses, &course, y, dendrite, signals_at(m, arm, k));
  }
  return STATUS_OK;
}

static enum status follow_arms(struct monitor *m) {
  struct solvers solvers = {NULL, NULL};
  enum status status;
  TRY_GOTO(signalling_solver(&solvers.site), done);
  TRY_GOTO(systemic_solver(&solvers.body), done);
  for (int a = 0; a < m->experiment->n_arms; a++) {
    struct arm_doses doses = {0};
    status = experiment_doses(m->experiment, a, &doses);
    if (status == STATUS_OK) status = follow(m, a, &doses, solvers);
    experiment_free_doses(&doses);
    if (status != STATUS_OK) goto done;
  }
done:
  stiff_free(solvers.site);
  stiff_free(solvers.body);
  return status;
}

/* ---- their sum ---- */

static double range_of(const struct monitor *m, int s) {
  double low = INFINITY, high = -INFINITY;
  for (int a = 0; a < m->experiment->n_arms; a++) {
    for (int k = 0; k <= m->n; k++) {
      low = fmin(low, signals_at(m, a, k)[s]);
      high = fmax(high, signals_at(m, a, k)[s]);
    }
  }
  return high - low;
}

/* How much a signal moves in each step, all arms together, of all that it moves. */
static bool add_signal(struct monitor *m, int s) {
  double range = range_of(m, s), all = 0;
  if (!(range > STILL)) return false;
  for (int pass = 0; pass < 2; pass++) {
    for (int k = 1; k <= m->n; k++) {
      double moved = 0;
      for (int a = 0; a < m->experiment->n_arms; a++)
        moved += fabs(signals_at(m, a, k)[s] - signals_at(m, a, k - 1)[s]);
      if (pass == 0)
        all += moved;
      else
        m->sum[k] += moved / all;
    }
  }
  return true;
}

static void add_even(struct monitor *m, double weight) {
  double all = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int k = 1; k <= m->n; k++) {
      double latest = fmax(0, experiment_event_before_h(m->experiment, m->time_h[k - 1]));
      double part = log((m->time_h[k] - latest + EVEN_H) / (m->time_h[k - 1] - latest + EVEN_H));
      if (pass == 0)
        all += part;
      else
        m->sum[k] += weight * part / all;
    }
  }
}

static void sum_up(struct monitor *m, double from_h) {
  int moving = 0;
  for (int s = 0; s < SIGNALS; s++) moving += add_signal(m, s);
  add_even(m, moving > 0 ? EVEN_SHARE / (1 - EVEN_SHARE) * moving : 1.0);
  for (int k = 1; k <= m->n; k++) {
    if (m->time_h[k] <= from_h + 1e-9) m->sum[k] = 0; /* before the first event is the baseline */
    m->sum[k] += m->sum[k - 1];
  }
}

/* The time at which the sum has reached a value. */
static double reached_h(const struct monitor *m, double value) {
  int k = 1;
  while (k < m->n && m->sum[k] < value) k++;
  double step = m->sum[k] - m->sum[k - 1];
  double part = step > 0 ? (value - m->sum[k - 1]) / step : 1;
  return m->time_h[k - 1] + part * (m->time_h[k] - m->time_h[k - 1]);
}

/* ---- windows ---- */

/* In whole minutes within a day, else in tenths of an hour: they do not hang on the last bits of a solver. */
static double rounded_h(double t_h) {
  double unit = t_h < 24 ? 60 : 10;
  return floor(t_h * unit + 0.5) / unit;
}

static int wanted(const struct experiment *experiment) {
  if (experiment->automatic.count > 0) return (int)experiment->automatic.count;
  int n = 8;
  double last = -1;
  for (double t = experiment_event_after_h(experiment, -1); t < experiment->end_h && n < 32;
       t = experiment_event_after_h(experiment, t)) {
    n += t > last ? 3 : 0;
    last = t;
  }
  for (int e = 0; e < experiment->n_events; e++) n += stress_is(&experiment->event[e]) ? 3 : 0;
  return n < 32 ? n : 32;
}

static void label(struct experiment *experiment, int w, double event_h) {
  double h = experiment->window[w].at - event_h;
  char *text = experiment->automatic_label[w];
  size_t room = EXPERIMENT_LABEL;
  if (w == 0)
    snprintf(text, room, "baseline");
  else if (h < 2)
    snprintf(text, room, "%.0f min", 60 * h);
  else if (h < 48)
    snprintf(text, room, "%.3g h", h);
  else
    snprintf(text, room, "day %.3g", h / 24);
  experiment->window[w].label = text;
}

static void place(struct experiment *experiment, const struct monitor *m, double event_h, int count) {
  const struct automatic_windows *settings = &experiment->automatic;
  double needed_h = (settings->duration + windows_settle_s(experiment, 1)) / 3600.0 + 1.0 / 60;
  double earliest = event_h + needed_h, last_h = experiment->end_h - settings->duration / 3600.0;
  double baseline_h = fmin(0.5 * event_h, fmax(0, event_h - settings->baseline / 3600.0 - 1.0 / 60));
  experiment->window[0] =
      (struct window_plan){.at = fmin(baseline_h, 1.0 / 6), .duration = settings->baseline};
  experiment->n_windows = 1;
  for (int w = 1; w < count; w++) {
    double at = rounded_h(reached_h(m, m->sum[m->n] * (w - 0.5) / (count - 1)));
    at = fmax(at, earliest);
    if (at > last_h) break;
    experiment->window[experiment->n_windows++] = (struct window_plan){at, settings->duration, ""};
    earliest = at + needed_h;
  }
  for (int w = 0; w < experiment->n_windows; w++) label(experiment, w, event_h);
}

enum status windows_place(struct experiment *experiment) {
  double event_h = windows_first_event_h(experiment);
  struct monitor m;
  if (isinf(event_h)) event_h = fmin(1.0, 0.1 * experiment->end_h);
  enum status status;
  TRY_GOTO(new_monitor(experiment, &m), done);
  TRY_GOTO(follow_arms(&m), done);
  sum_up(&m, event_h);
  place(experiment, &m, event_h, wanted(experiment));
  shorten(experiment);
done:
  free_monitor(&m);
  return status;
}

/* ---- intervals ---- */

double windows_interval_end_h(const struct experiment *experiment, int w) {
  double from = experiment->window[w].at;
  if (w + 1 == experiment->n_windows) return experiment->end_h;
  double to = experiment->window[w + 1].at, event = experiment_event_before_h(experiment, to);
  return event > from ? event : 0.5 * (from + to);
}

enum status windows_refine(struct experiment *experiment) {
  struct window_plan old[EXPERIMENT_WINDOWS];
  char name[EXPERIMENT_WINDOWS][EXPERIMENT_LABEL];
  int n = experiment->n_windows;
  if (2 * n - 1 > EXPERIMENT_WINDOWS)
    return status_fail(STATUS_CONFIG, "%d windows cannot be doubled: at most %d", n, EXPERIMENT_WINDOWS);
  double ends[EXPERIMENT_WINDOWS];
  for (int w = 0; w < n; w++) {
    old[w] = experiment->window[w];
    snprintf(name[w], EXPERIMENT_LABEL, "%s", old[w].label);
    ends[w] = windows_interval_end_h(experiment, w);
  }
  experiment->n_windows = 0;
  for (int w = 0; w < n; w++) {
    double from = w ? ends[w - 1] : 0, part = 0.25 * (ends[w] - from);
    double needed_h = (old[w].duration + windows_settle_s(experiment, 1)) / 3600.0;
    bool split = w > 0 && 2 * part > needed_h;
    for (int half = 0; half < 1 + split; half++) {
      struct window_plan *window = &experiment->window[experiment->n_windows];
      char *text = experiment->automatic_label[experiment->n_windows++];
      *window = old[w];
      if (split) window->at = from + (half ? 3 : 1) * part;
      snprintf(text, EXPERIMENT_LABEL, "%.30s%s", name[w], !split ? "" : half ? ", 2 of 2" : ", 1 of 2");
      window->label = text;
    }
  }
  experiment->simulation.macro_step *= 0.5;
  experiment->simulation.remodel_step *= 0.5;
  return STATUS_OK;
}
