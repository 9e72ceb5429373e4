/*
 * See ringlet-characters.h.
 */
#include "ringlet-characters.h"
#include "ringlet-read.h"

static RingletSet TOKEN = {0x00000000, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff};

int ringletIsIn(RingletSet set, int c) {
	return c < 0x80 && (set[c >> 5] >> (c & 31) & 1);
}

int ringletIsToken(int c) {
	return ringletIsIn(TOKEN, c);
}

int ringletLower(int c) {
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

const char *ringletSkipName(const char *text, const char *name) {
	for (; READ(name); text++, name++)
		if (ringletLower(READ(text)) != READ(name)) return NULL;
	return text;
}
