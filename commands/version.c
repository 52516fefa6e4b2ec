/* version.c — what this program is. See version.h. */
#include "version.h"
#include "circuit.h"
#include "fourier.h"
#include "job.h"
#include "pack.h"
#include "stiff.h"
#include "store.h"
#include "version_tag.h"
#include <string.h>

static const char dirty_mark[] = "-dirty"; /* what `git describe --dirty` appends */

enum status version_describe(struct version *out) {
  *out = (struct version){.program = VERSION_PROGRAM};
  const struct mechanisms *mechanisms = NULL;
  TRY(circuit_mechanisms(&mechanisms));
  snprintf(out->commit, sizeof out->commit, "%s", VERSION_COMMIT);
  char *mark = strstr(out->commit, dirty_mark);
  out->dirty = mark != NULL;
  if (mark) *mark = '\0';
  snprintf(out->build, sizeof out->build, "%s, %s, instruction set %s", VERSION_COMPILER, VERSION_KIND,
           mechanisms->isa);
  char hdf5[32], sundials[32], fftw[32], mpi[64];
  store_library_version(hdf5, sizeof hdf5);
  stiff_library_version(sundials, sizeof sundials);
  fourier_library_version(fftw, sizeof fftw);
  job_library_version(mpi, sizeof mpi);
  snprintf(out->libraries, sizeof out->libraries,
           "HDF5 %s, SUNDIALS %s, FFTW %s, libdeflate %s, libconfig %s, MPI: %s", hdf5, sundials, fftw,
           pack_library_version(), VERSION_LIBCONFIG, mpi);
  return STATUS_OK;
}

enum status version_print(FILE *out) {
  struct version version;
  TRY(version_describe(&version));
  fprintf(out, "spinule %s\ncommit     %s%s\nbuild      %s\nlibraries  %s\n", version.program, version.commit,
          version.dirty ? ", with changes since" : "", version.build, version.libraries);
  return STATUS_OK;
}
