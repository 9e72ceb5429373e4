/*
 * See ringlet-grammar.h. A text may be a constant in flash: its octets are read by READ.
 */
#include "ringlet-characters.h"
#include "ringlet-grammar.h"
#include "ringlet-read.h"

enum { LONGEST_NAME = 254, LONGEST_LABEL = 63, LONGEST_GROUP = 4, LONGEST_PORT = 5, GROUPS = 8 };

static int isDigit(int c) {
	return c >= '0' && c <= '9';
}

static int isHex(int c) {
	int letter = c | 0x20;
	return isDigit(c) || (letter >= 'a' && letter <= 'f');
}

static RingletSet IN_PATH = {0x00000000, 0x2ffffff2, 0x87ffffff, 0x47fffffe};
static RingletSet IN_QUERY = {0x00000000, 0xaffffff2, 0xffffffff, 0x7fffffff};
static RingletSet IN_LABEL = {0x00000000, 0x03ff2000, 0x87fffffe, 0x07fffffe};
static RingletSet IN_ZONE = {0x00000000, 0x03ff6000, 0x87fffffe, 0x47fffffe};

static const char *endOf(const char *text) {
	while (READ(text)) text++;
	return text;
}

/* Behind the decimal number that begins at `at`; `at` itself for none. */
static const char *skipDigits(const char *at, const char *end) {
	while (at < end && isDigit(READ(at))) at++;
	return at;
}

static int isToken(const char *at) {
	if (!READ(at)) return 0;
	for (; READ(at); at++)
		if (!ringletIsToken(READ(at))) return 0;
	return 1;
}

static int isNamed(const char *at, const char *name) {
	const char *end = ringletSkipName(at, name);
	return end && !READ(end);
}

/* Whether a header makes the handshake what it is. */
static int isReserved(const char *name) {
	return isNamed(name, "upgrade") || isNamed(name, "connection") || isNamed(name, "content-length") ||
		isNamed(name, "transfer-encoding") || ringletSkipName(name, "sec-websocket-");
}

/* No control characters but the tab, nothing beyond U+00FF, which is C3 BF. (U+0000 is C0 80 in XS.) */
static int isFieldValue(const char *at) {
	for (; READ(at); at++) {
		int c = READ(at);
		if (c < 0x80 ? (c < 0x20 && c != '\t') || c == 0x7f : c >= 0xc0 && c != 0xc2 && c != 0xc3) return 0;
	}
	return 1;
}

static int isPath(const char *at) {
	int inQuery = 0;
	if (READ(at) != '/') return 0;
	for (; READ(at); at++) {
		int c = READ(at);
		if (c == '%') {
			if (!isHex(READ(at + 1)) || !isHex(READ(at + 2))) return 0;
		}
		else if (c == '?')
			inQuery = 1;
		else if (!ringletIsIn(inQuery ? IN_QUERY : IN_PATH, c))
			return 0;
	}
	return 1;
}

/* Four numbers up to 255, without zeros in front. */
static int isIPv4(const char *at, const char *end) {
	int count;
	for (count = 0; count < 4; count++) {
		const char *from;
		int value = 0;
		if (count && (at == end || READ(at++) != '.')) return 0;
		from = at;
		at = skipDigits(at, end);
		if (at == from || at - from > 3 || (READ(from) == '0' && at - from > 1)) return 0;
		for (; from < at; from++) value = value * 10 + READ(from) - '0';
		if (value > 255) return 0;
	}
	return at == end;
}

/* Eight groups, or at most seven around one "::"; an IPv4 address at the end is two of them. */
static int isIPv6(const char *at, const char *end) {
	int groups = 0, gaps = 0;
	if (end - at > 1 && READ(at) == ':' && READ(at + 1) == ':') gaps = 1, at += 2;
	while (at < end) {
		const char *from = at;
		if (isIPv4(at, end)) {
			groups += 2;
			break;
		}
		while (at < end && isHex(READ(at))) at++;
		if (at == from || at - from > LONGEST_GROUP) return 0;
		groups++;
		if (at == end) break;
		if (READ(at++) != ':' || at == end) return 0;
		if (READ(at) == ':') gaps++, at++;
	}
	return gaps == 1 ? groups < GROUPS : !gaps && groups == GROUPS;
}

/* A name, unless it ends in a number: then it is an IPv4 address, or nothing. */
static int isHost(const char *start, const char *end) {
	const char *at = start, *label;
	if (start == end) return 0;
	if (READ(start) == '[') return READ(end - 1) == ']' && isIPv6(start + 1, end - 1);
	if (end - start > LONGEST_NAME) return 0;
	do {
		label = at;
		while (at < end && ringletIsIn(IN_LABEL, READ(at))) at++;
		if (at == label || at - label > LONGEST_LABEL || READ(label) == '-' || READ(at - 1) == '-') return 0;
		if (at == end) break;
		if (READ(at++) != '.') return 0;
	} while (at < end);
	return READ(skipDigits(label, end)) == '.' || skipDigits(label, end) == end ? isIPv4(start, end) : 1;
}

/* A host, and a port behind a colon, which may be left out, and is not 0. */
static int isAuthority(const char *start) {
	const char *end = endOf(start), *colon = end;
	int port = 0;
	while (colon > start && isDigit(READ(colon - 1))) colon--;
	if (colon == start || READ(colon - 1) != ':') return isHost(start, end);
	if (end - colon > LONGEST_PORT) return 0;
	if (colon < end) {
		const char *at;
		for (at = colon; at < end; at++) port = port * 10 + READ(at) - '0';
		if (port < 1 || port > 65535) return 0;
	}
	return isHost(start, colon - 1);
}

/* Where the zone of the address begins, or `end`: RFC 4007 section 11. */
static const char *findZone(const char *start, const char *end) {
	const char *at, *zone = start;
	while (zone < end && READ(zone) != '%') zone++;
	for (at = zone + 1; at < end; at++)
		if (!ringletIsIn(IN_ZONE, READ(at))) return end;
	return zone + 1 < end ? zone : end;
}

static const char *hostOf(const char *start, char *address) {
	const char *end = endOf(start), *at = start;
	while (at < end && READ(at) != ':') at++;
	if (at == end) return isHost(start, end) ? start : NULL;
	if (READ(start) == '[' && READ(end - 1) == ']') start++, end--;
	end = findZone(start, end);
	if (!isIPv6(start, end)) return NULL;
	at = address;
	*address++ = '[';
	while (start < end) *address++ = (char)READ(start++);
	*address++ = ']';
	*address = 0;
	return at;
}

const char *ringletWellFormed(int rule, const char *text, char *address) {
	int follows;
	if (rule == RINGLET_HOST) return hostOf(text, address);
	if (rule == RINGLET_TOKEN)
		follows = isToken(text);
	else if (rule == RINGLET_HEADER_NAME)
		follows = isToken(text) && !isReserved(text);
	else if (rule == RINGLET_HEADER_VALUE)
		follows = isFieldValue(text);
	else if (rule == RINGLET_PATH)
		follows = isPath(text);
	else
		follows = isAuthority(text);
	return follows ? text : NULL;
}
