/*
 * The deadlines of a connection in C: plain functions over its registers, without XS. Their twins in
 * src/connection/deadlines.ts say what they do.
 */
#ifndef RINGLET_DEADLINES
#define RINGLET_DEADLINES

#include <stdint.h>

/* Words of the memory of a connection that the deadlines are counted in, from its beginning. */
#define RINGLET_REGISTERS 9

/* Limits of a connection, milliseconds; 0 for none. */
typedef struct {
	int32_t connect, handshake, close, idle, keepalive, pong, send;
} RingletLimits;

void ringletStartDeadline(int32_t *words, const RingletLimits *limits, int deadline);

/* Returns an error id, DUE_PING, or 0. */
int ringletElapse(int32_t *words, const RingletLimits *limits, int32_t now, int signs, int isPending);

int32_t ringletNextTick(int32_t *words, const RingletLimits *limits, int isPending);

#endif
