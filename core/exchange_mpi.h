/* exchange_mpi.h — the exchange between processes of MPI (exchange_mpi.c). */
#ifndef CORE_EXCHANGE_MPI_H
#define CORE_EXCHANGE_MPI_H

#include "exchange.h"

/* One rank in each process of MPI_COMM_WORLD. Fails: NO_MEMORY. By all. */
MUST_USE enum status exchange_mpi_new(struct exchange **out);

/* The number of the wait in which this process is, 0 if in none: a handler of signals may ask. */
long exchange_mpi_wait(void);

#endif
