/* result_resume.c — growing datasets of a result, found again in its file and set back to a checkpoint. See
 * result.h. */
#include "memory.h"
#include "result_parts.h"
#include <stdio.h>
#include <string.h>
