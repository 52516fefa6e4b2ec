/* json.h — texts and numbers as JSON has them. */
#ifndef COMMANDS_JSON_H
#define COMMANDS_JSON_H

#include <stdio.h>

/* In quotes. */
void json_text(FILE *file, const char *text);
/* The same with < as an escape, so that a page may hold the text in a script. */
void json_text_in_page(FILE *file, const char *text);
/* With nine digits; null if it is not finite. */
void json_number(FILE *file, double value);

#endif
