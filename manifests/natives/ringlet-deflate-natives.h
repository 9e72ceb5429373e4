/*
 * The natives of `ringlet/deflate-natives`, as XS calls them.
 */
#ifndef RINGLET_DEFLATE_NATIVES
#define RINGLET_DEFLATE_NATIVES

#include "xsmc.h"

void xs_ringlet_inflate_start(xsMachine *the);
void xs_ringlet_inflate(xsMachine *the);
void xs_ringlet_inflate_end(xsMachine *the);
void xs_ringlet_deflate_start(xsMachine *the);
void xs_ringlet_deflate(xsMachine *the);
void xs_ringlet_deflate_end(xsMachine *the);
void xs_ringlet_deflate_bound(xsMachine *the);

#endif
