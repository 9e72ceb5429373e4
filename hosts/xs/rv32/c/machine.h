/*
 * Settings of the board, from its command line.
 */
#ifndef RINGLET_MACHINE
#define RINGLET_MACHINE

#include <stddef.h>

/*
 * With --segment=N a turn gives an app N octets of a channel, or what is left when no more have come for a while, and waits
 * until all that was sent has been taken: then what is counted is the same in every run. 0 without it.
 */
extern size_t gSegment;

/* Nothing has come for `ms` milliseconds, as long as the app wanted to wait. */
void machineWaited(int ms);

#endif
