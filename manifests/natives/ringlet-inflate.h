/*
 * Decompression for permessage-deflate (RFC 1951, RFC 7692 section 7.2.2) in C, without XS. The twin is src/deflate/decode, which
 * says what each step is and why; memory, tables and results are the same.
 */
#ifndef RINGLET_INFLATE
#define RINGLET_INFLATE

#include <stdint.h>

enum {
	RINGLET_INFLATE_DONE,
	RINGLET_INFLATE_MORE,
	RINGLET_INFLATE_FAILED,
};

/* All that a decompressor remembers: words of an Int32Array, whose first ones JavaScript writes and reads. */
typedef struct {
	/* Where the window begins in the memory, the tables begin, and how many bits index the table of literals: the owner's. */
	int32_t base, tables, tableBits;
	/* Behind the last octet of input taken; the span of what was decoded. */
	int32_t consumed, outStart, outEnd;
	/* What src/deflate/decode/inflate-state.ts has by these names. */
	int32_t phase, bits, need, out, top, isFull, mayEnd, isFixed, literalMask, distanceMask, length, distance, marked;
	uint32_t hold;
} RingletInflate;

#define RINGLET_INFLATE_WORDS (sizeof(RingletInflate) / sizeof(int32_t))

/* Whether the window and the tables that `state` names lie in `size` octets of memory. */
int ringletInflateFits(const RingletInflate *state, uint32_t size);

/* Uses 2^windowBits octets of window, or with 0 as many as before, and forgets history and message. */
void ringletInflateStart(RingletInflate *state, int windowBits);

/* Takes input[start, end), and decodes at most `room` octets. */
int ringletInflate(RingletInflate *state, uint8_t *memory, const uint8_t *input, uint32_t start, uint32_t end, uint32_t room);

/* Ends the message: as if its flush marker had come. */
int ringletInflateEnd(RingletInflate *state, uint8_t *memory, uint32_t room);

#endif
