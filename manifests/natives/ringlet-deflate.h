/*
 * Compression for permessage-deflate (RFC 1951, RFC 7692 section 7.2.1) in C, without XS. The twin is src/deflate/encode, which
 * says what each step is and why; memory and results are the same.
 */
#ifndef RINGLET_DEFLATE
#define RINGLET_DEFLATE

#include <stdint.h>

enum {
	RINGLET_DEFLATE_DONE,
	RINGLET_DEFLATE_FULL,
};

/* All that a compressor remembers: words of an Int32Array, whose first ones JavaScript writes and reads. */
typedef struct {
	/* Octet at which the ring begins, and what src/deflate/encode/deflate-options.ts has by these names: the owner's. */
	int32_t ring, ringBits, hashBits, chain, lazy, blockTokens, isDynamic;
	/* Behind the last octet of input taken, and the last of output written. */
	int32_t consumed, produced;
	/* What deflate-state.ts has by these names: positions count modulo 2^16. */
	int32_t windowBits, reach, hashed, position, ahead, history, count, raw, found;
	/* What block-state.ts has by these names, of the block that is written. */
	int32_t phase, type, bits, index, blockCount, blockPosition, rawLength, isWriting, isEnding;
	uint32_t hold;
} RingletDeflate;

#define RINGLET_DEFLATE_WORDS (sizeof(RingletDeflate) / sizeof(int32_t))

/* Whether all that `state` names lies in `size` octets of memory. */
int ringletDeflateFits(const RingletDeflate *state, uint32_t size);

/* Forgets what the hash holds: once, at the beginning. */
void ringletDeflateClear(const RingletDeflate *state, uint8_t *memory);

/* Uses 2^windowBits octets of the ring, and forgets history and message. */
void ringletDeflateStart(RingletDeflate *state, int windowBits);

/* Takes input[start, end), and writes what is ready to output[from, limit). */
int ringletDeflate(RingletDeflate *state, uint8_t *memory, const uint8_t *input, uint32_t start, uint32_t end, uint8_t *output,
	uint32_t from, uint32_t limit);

/* Ends the message, and writes the rest of it. */
int ringletDeflateEnd(RingletDeflate *state, uint8_t *memory, uint8_t *output, uint32_t from, uint32_t limit);

/* Octets that a message of `length` octets has at most when compressed. */
double ringletDeflateBound(const RingletDeflate *state, uint32_t length);

#endif
