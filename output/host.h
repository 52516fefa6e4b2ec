/* host.h — the machine a run takes place on, and the time of day, for provenance. */
#ifndef OUTPUT_HOST_H
#define OUTPUT_HOST_H

#include <stdint.h>

enum { HOST_TEXT_MAX = 160, HOST_TIME_MAX = 24 };

struct host {
  char name[HOST_TEXT_MAX]; /* of the machine in its network */
  char cpu[HOST_TEXT_MAX];  /* model, "unknown" if the system does not say */
  char os[HOST_TEXT_MAX];   /* distribution and kernel */
  int processors;           /* that this process may use */
  uint64_t memory_bytes;
};

void host_describe(struct host *out);

/* The time now as ISO 8601 in UTC to the second, "2025-11-24T16:13:05Z". */
void host_time(char text[HOST_TIME_MAX]);

/* Largest memory this process has held so far, in bytes. */
uint64_t host_peak_bytes(void);

#endif
