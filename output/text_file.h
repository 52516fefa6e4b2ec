/* text_file.h — files of text for other programs: CSV, JSON, configs. Written beside their place, they take
 * it when they are whole. */
#ifndef OUTPUT_TEXT_FILE_H
#define OUTPUT_TEXT_FILE_H

#include "status.h"
#include <stdio.h>

/* Enough for any double, as text_number writes it. */
enum { TEXT_NUMBER_MAX = 32 };

struct text_file {
  FILE *stream;
  char *path, *fresh; /* its final name, and that under which it is written */
};

/* Begin DIR/NAME. Close with text_file_close or text_file_abandon, also after a failure. Fails: WORLD,
 * NO_MEMORY. */
MUST_USE enum status text_file_open(const char *directory, const char *name, struct text_file *out);
/* The same, by its path. */
MUST_USE enum status text_file_begin(const char *path, struct text_file *out);
/* Give it its name, in the place of a file that had it. Fails: WORLD. */
MUST_USE enum status text_file_close(struct text_file *file);
/* Drop what was written. A closed or zeroed one is accepted. */
void text_file_abandon(struct text_file *file);

/* A plain file for reading; NULL, and errno, if it cannot be opened or is none: a pipe in a directory of
 * results would keep a reader waiting for ever. */
FILE *text_file_read(const char *path);

/* A double in the fewest digits that read as the same number; "nan", "inf". */
void text_number(double value, char text[TEXT_NUMBER_MAX]);

/* A field of CSV (RFC 4180): in quotes if it has to be. */
void text_csv(FILE *stream, const char *text);

#endif
