/*
 * See ringlet-request.h. A text may be a constant in flash: its octets are read by READ.
 */
#include "ringlet-request.h"

#include "ringlet-characters.h"
#include "ringlet-read.h"

static const char *skipBlanks(const char *at) {
	while (READ(at) == ' ' || READ(at) == '\t') at++;
	return at;
}

/* Behind a token and the space behind it; NULL if there is none. */
static const char *skipToken(const char *text) {
	const char *at = text;
	while (ringletIsToken(READ(at))) at++;
	return at == text ? NULL : skipBlanks(at);
}

/* Behind the rest of a quoted string after its first quote, and the space behind it; NULL if it never ends or says no token. */
static const char *skipQuoted(const char *text) {
	const char *at = text;
	while (READ(at) != '"' || at == text) {
		if (READ(at) == '\\') at++;
		if (!ringletIsToken(READ(at))) return NULL;
		at++;
	}
	return skipBlanks(at + 1);
}

/* Behind `c` and the space behind it, if it is next; else NULL. */
static const char *skipOne(const char *at, char c) {
	return READ(at) == c ? skipBlanks(at + 1) : NULL;
}

int ringletIsExtensionList(const char *text) {
	const char *at = skipBlanks(text), *next;
	int isEmpty = 1;
	for (;;) {
		while ((next = skipOne(at, ','))) at = next;
		if (!READ(at)) return !isEmpty;
		isEmpty = 0;
		at = skipToken(at);
		while (at && (next = skipOne(at, ';'))) {
			at = skipToken(next);
			if (at && (next = skipOne(at, '='))) at = READ(next) == '"' ? skipQuoted(next + 1) : skipToken(next);
		}
		if (!at || (READ(at) && READ(at) != ',')) return 0;
	}
}

int ringletIsKey(const char *text) {
	int i, c = 0;
	for (i = 0; i < 22; i++) {
		c = READ(text + i);
		if (!((ringletLower(c) >= 'a' && ringletLower(c) <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/')) return 0;
	}
	/* The last 2 of the 132 bits of 22 characters are none of the 128 and have to be 0. */
	if (c != 'A' && c != 'Q' && c != 'g' && c != 'w') return 0;
	return READ(text + 22) == '=' && READ(text + 23) == '=' && !READ(text + 24);
}
