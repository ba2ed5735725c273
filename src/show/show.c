/* show.c: see show.h. */
#include "show/show.h"

#include <stdlib.h>

#include "session/session.h"

void imagined_destroy(struct imagined *imagined)
{
    if (imagined)
        session_destroy(imagined->session);
    free(imagined);
}
