/*
 * See ringlet-deflate-codes.h.
 */
#include <string.h>

#include "ringlet-deflate-codes.h"
#include "ringlet-read.h"

unsigned ringletReverse(uint32_t bits, int count) {
	unsigned reversed = 0;
	for (; count; count--, bits >>= 1) reversed = reversed << 1 | (bits & 1);
	return reversed;
}

unsigned ringletNextCode(unsigned code, unsigned top) {
	while (code & top) top >>= 1;
	/* Behind the last one there is none. */
	return top ? (code & (top - 1)) | top : code;
}

int ringletCodeLengthOrder(int index) {
	/* 16 17 18 0 8, and then in turn below and above 8. */
	if (index < 3) return 16 + index;
	if (index == 3) return 0;
	return index & 1 ? 8 - ((index - 3) >> 1) : 8 + ((index - 4) >> 1);
}

void ringletMove(uint8_t *target, const uint8_t *source, size_t count) {
	if (target + count <= source || source + count <= target)
		COPY(target, source, count);
	else
		memmove(target, source, count);
}
