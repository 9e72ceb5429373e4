/*
 * The natives of `ringlet/request-natives`, as XS calls them.
 */
#ifndef RINGLET_REQUEST_NATIVES
#define RINGLET_REQUEST_NATIVES

#include "xsmc.h"

void xs_ringlet_is_extension_list(xsMachine *the);
void xs_ringlet_is_key(xsMachine *the);

#endif
