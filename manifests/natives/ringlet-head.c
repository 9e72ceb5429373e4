/*
 * See ringlet-head.h. A text may be a constant in flash: its octets are read by READ.
 */
#include "ringlet-characters.h"
#include "ringlet-head.h"
#include "ringlet-read.h"

enum { TAB = 9, SPACE = 32, DELETE = 127, PIECE = 32 };

/* The numbers of src/errors.ts. */
enum { HEAD_MALFORMED = 101, HTTP_VERSION = 103 };

size_t ringletHeadText(const uint8_t *octets, size_t count, int isName, char *text) {
	size_t i;
	if (count > PIECE) count = PIECE;
	for (i = 0; i < count; i++) {
		int octet = READ(octets + i);
		if (isName ? !ringletIsToken(octet) : octet < SPACE ? octet != TAB : octet == DELETE) break;
		if (isName) octet = ringletLower(octet);
		if (octet >= 0x80) {
			*text++ = (char)(0xc0 | octet >> 6);
			octet = 0x80 | (octet & 0x3f);
		}
		*text++ = (char)octet;
	}
	*text = 0;
	return i;
}

static int isBlank(int c) {
	return c == SPACE || c == TAB;
}

static const char *skipBlanks(const char *at) {
	while (isBlank(READ(at))) at++;
	return at;
}

const char *ringletTrim(const char *text, size_t *length) {
	const char *start = skipBlanks(text), *at, *end = start;
	for (at = start; READ(at); at++)
		if (!isBlank(READ(at))) end = at + 1;
	*length = (size_t)(end - start);
	return start;
}

int ringletHasToken(const char *text, const char *token) {
	for (;;) {
		const char *at = skipBlanks(text), *end = ringletSkipName(at, token);
		if (end) {
			end = skipBlanks(end);
			if (!READ(end) || READ(end) == ',') return 1;
		}
		while (READ(text) && READ(text) != ',') text++;
		if (!READ(text++)) return 0;
	}
}

/* Behind `start`, in this letter case, at the beginning of `text`; NULL if that begins otherwise. */
static const char *skip(const char *text, const char *start) {
	for (; READ(start); text++, start++)
		if (READ(text) != READ(start)) return NULL;
	return text;
}

int ringletStatus(const char *line) {
	const char *at = skip(line, "HTTP/");
	int status = 0, count;
	if (!at) return -HEAD_MALFORMED;
	at = skip(at, "1.1 ");
	if (!at) return -HTTP_VERSION;
	for (count = 0; count < 3; count++, at++) {
		int digit = READ(at) - '0';
		if (digit < 0 || digit > 9) return -HEAD_MALFORMED;
		status = status * 10 + digit;
	}
	return status >= 100 && (READ(at) == SPACE || !READ(at)) ? status : -HEAD_MALFORMED;
}
