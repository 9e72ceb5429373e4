/*
 * See ringlet-deadlines.h.
 */
#include "ringlet-deadlines.h"

/* The numbers of `Register`, `Deadline`, `Due`, `Times` and `Pumping` of src/connection. */
enum { TIME, ASKED, DEADLINE, LEFT, IDLE, PONG, STALL, BOUND, UNANSWERED };
enum { NONE, CONNECT, HANDSHAKE, CLOSE, KIND = 7, FRESH = 8 };
enum { DUE_PING = -1 };
enum { CLOSE_TIMES = 10, OFTEN = 4 };
enum { HEARD = 1, MOVED = 2, WAS_PAUSED = 4 };

/* The numbers of src/errors.ts. */
enum {
	CONNECT_TIMEOUT = 401,
	HANDSHAKE_TIMEOUT = 402,
	IDLE_TIMEOUT = 403,
	PONG_TIMEOUT = 404,
	CLOSE_TIMEOUT = 405,
	SEND_TIMEOUT = 406,
};

static const int32_t NEVER = 0x7fffffff;

/* How long to wait in all, 0 for ever; while the connection is open, for the next Ping. */
static int32_t timeoutOf(int deadline, const RingletLimits *limits) {
	if (deadline == NONE) return limits->keepalive;
	if (deadline == CONNECT) return limits->connect;
	return deadline == HANDSHAKE ? limits->handshake : limits->close;
}

/* Counts `step` down, as a word does. Returns whether nothing is left. */
static int countDown(int32_t *word, int32_t step) {
	int isOver = *word <= step;
	*word = (int32_t)((uint32_t)*word - (uint32_t)step);
	return isOver;
}

void ringletStartDeadline(int32_t *words, const RingletLimits *limits, int deadline) {
	words[DEADLINE] = deadline | FRESH;
	words[LEFT] = timeoutOf(deadline, limits);
	words[BOUND] = (int32_t)(CLOSE_TIMES * (uint32_t)limits->close);
	words[IDLE] = limits->idle;
	words[STALL] = 0;
}

/* The same for the one thing that is waited for before the connection is open, and after. */
static int elapseDeadline(int32_t *words, const RingletLimits *limits, int32_t step, int signs) {
	int deadline = words[DEADLINE];
	if (!timeoutOf(deadline, limits)) return 0;
	if (deadline == CLOSE) {
		/* The Close may lie behind what comes, and ours behind what goes. */
		if (signs & (HEARD | MOVED)) words[LEFT] = limits->close;
		if (countDown(&words[BOUND], step)) return CLOSE_TIMEOUT;
	}
	if (words[LEFT] > 0) return 0;
	if (deadline == CONNECT) return CONNECT_TIMEOUT;
	return deadline == HANDSHAKE ? HANDSHAKE_TIMEOUT : CLOSE_TIMEOUT;
}

int ringletElapse(int32_t *words, const RingletLimits *limits, int32_t now, int signs, int isPending) {
	int deadline = words[DEADLINE], kind = deadline & KIND, isAlive, isOver;
	int32_t step = (int32_t)((uint32_t)now - (uint32_t)words[TIME]), asked = words[ASKED];
	words[TIME] = now;
	words[DEADLINE] = kind;
	if (step < 0 || deadline != kind)
		step = 0;
	else if (asked && step > asked)
		step = asked;
	isOver = countDown(&words[LEFT], step);
	if (kind != NONE) {
		int due = elapseDeadline(words, limits, step, signs);
		if (due) return due;
	}
	/* Octets that did not wait at the last tick may have come a moment ago: their wait begins now. */
	if (!isPending)
		words[STALL] = 0;
	else if ((signs & MOVED) || !words[STALL])
		words[STALL] = limits->send;
	else if (countDown(&words[STALL], step) && limits->send)
		return SEND_TIMEOUT;
	if (kind != NONE) return 0;
	/* Of a peer that we do not read, nothing is asked. */
	isAlive = signs & (HEARD | WAS_PAUSED);
	if (isAlive)
		words[IDLE] = limits->idle;
	else if (countDown(&words[IDLE], step) && limits->idle)
		return IDLE_TIMEOUT;
	/* The Pong may lie behind what comes: whatever does is a sign of life. */
	if (isAlive)
		words[PONG] = limits->pong;
	else if (words[UNANSWERED] && countDown(&words[PONG], step))
		return PONG_TIMEOUT;
	if (!isOver || !limits->keepalive) return 0;
	words[LEFT] = limits->keepalive;
	if (limits->pong && words[UNANSWERED]++ == 0) words[PONG] = limits->pong;
	return DUE_PING;
}

/* `next`, or what is left of a deadline of `timeout` that may begin anew meanwhile, if that is sooner. */
static int32_t sooner(int32_t next, int32_t left, int32_t timeout) {
	int32_t often = (timeout >> OFTEN) + 1;
	int32_t soon = left < often ? left : often;
	return timeout && soon < next ? soon : next;
}

int32_t ringletNextTick(int32_t *words, const RingletLimits *limits, int isPending) {
	int deadline = words[DEADLINE] & KIND;
	int32_t timeout = timeoutOf(deadline, limits), next = timeout ? words[LEFT] : NEVER;
	if (deadline == CLOSE) {
		next = sooner(next, words[LEFT], timeout);
		if (timeout && words[BOUND] < next) next = words[BOUND];
	}
	if (deadline == NONE) {
		next = sooner(next, words[IDLE], limits->idle);
		if (words[UNANSWERED]) next = sooner(next, words[PONG], limits->pong);
	}
	if (isPending) {
		if (!words[STALL]) words[STALL] = limits->send;
		next = sooner(next, words[STALL], limits->send);
	}
	if (next < 1) next = 1;
	return words[ASKED] = next == NEVER ? 0 : next;
}
