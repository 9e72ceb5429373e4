/*
 * The natives of `ringlet/uplink-natives`, as XS calls them.
 */
#ifndef RINGLET_UPLINK_NATIVES
#define RINGLET_UPLINK_NATIVES

#include "xsmc.h"

void xs_ringlet_retry_after(xsMachine *the);
void xs_ringlet_is_final(xsMachine *the);

#endif
