/* fuzz.h — what fuzz targets share: a folder of their own, and the program's commands inside this process.
 *
 * * A target is a file fuzz_<name>.c with LLVMFuzzerTestOneInput, which libFuzzer and AFL++ call with bytes
 * of their making; replay.c calls it with the bytes of files, for `./test`. Whatever the bytes are, a
 * command must end, hold no memory afterwards, and say in words why it failed; a fault of the program is a
 * finding. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "status.h"
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_PATH = 400 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* The path of `name` in a folder of this process, in memory where the system has that; the folder is removed
 * when the process ends. Its `tests/fuzz` and `configs` are those of the repository. "" is the folder. */
const char *fuzz_path(const char *name, char out[FUZZ_PATH]);
void fuzz_write(const char *path, const void *bytes, size_t n);
/* All bytes of a file; free with free. Ends the process if it cannot be read. */
uint8_t *fuzz_read(const char *path, size_t *n);
/* Remove a file, or a folder with all it holds. */
void fuzz_remove(const char *path);

/* Run a command of the program, its name first, words ended by NULL; what it prints is lost. Stops the
 * process where it breaks its promises. */
enum status fuzz_command(const char *const *words);
/* Stop the process with a message unless `good`. */
void fuzz_demand(int good, const char *what);

#endif
