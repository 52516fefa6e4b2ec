/* sonata_reports.h — recorded potentials of a result as SONATA reports: one file for each region and window,
 * since a report knows no gaps. */
#ifndef COMMANDS_SONATA_REPORTS_H
#define COMMANDS_SONATA_REPORTS_H

#include "store.h"

struct sonata_report {
  char name[64], region[24]; /* "V_mPFC_0" */
  char *path;                /* of its file, from the root on */
  double start_ms, stop_ms, step_ms;
};

struct sonata_reports {
  struct sonata_report *report;
  int n;
};

/* Write the reports of a result into DIRECTORY/reports, which is made if there are any. Free with
 * sonata_reports_free, also after a failure. Fails: CONFIG, WORLD, NO_MEMORY. */
MUST_USE enum status sonata_write_reports(struct store *result, const char *directory,
                                          struct sonata_reports *out);
void sonata_reports_free(struct sonata_reports *reports);

#endif
