/*
 * See ringlet-frame.h.
 */
#include "ringlet-frame.h"

enum {
	FIN = 0x80,
	MASKED = 0x80,
	RESERVED = 0x70,
	OPCODE = 0x0f,
	CLOSE = 8,
	LONGEST_CONTROL = 125,
};

/* The numbers of src/errors.ts. */
enum {
	RESERVED_BITS = 201,
	RESERVED_OPCODE = 202,
	MASKED_BY_SERVER = 203,
	UNMASKED_BY_CLIENT = 204,
	CONTROL_FRAGMENTED = 205,
	CONTROL_TOO_LONG = 206,
	CONTINUATION_UNEXPECTED = 207,
	MESSAGE_UNFINISHED = 208,
	LENGTH_NOT_SHORTEST = 209,
	LENGTH_TOP_BIT = 210,
	CLOSE_TOO_SHORT = 211,
	TEXT_INVALID = 301,
	MESSAGE_TOO_BIG = 303,
	FRAGMENTS_TOO_MANY = 304,
	COMPRESSION_INVALID = 305,
};

/* Close codes. */
enum { PROTOCOL_ERROR = 1002, INVALID_PAYLOAD = 1007, POLICY_VIOLATION = 1008, TOO_BIG = 1009 };

/* Octets of the extended length behind the seven bits `length`. */
static size_t extendedLength(int length) {
	return length < 126 ? 0 : length == 126 ? 2 : 8;
}

static int faultOfFirst(int first, int inMessage, int rsv) {
	int opcode = first & OPCODE, bits = first & RESERVED;
	int isControl = opcode >= CLOSE;
	if (bits && ((bits & ~rsv) || !opcode || isControl)) return RESERVED_BITS;
	if ((opcode & 7) > 2) return RESERVED_OPCODE;
	if (isControl) return first < FIN ? CONTROL_FRAGMENTED : 0;
	if (inMessage == !opcode) return 0;
	return inMessage ? MESSAGE_UNFINISHED : CONTINUATION_UNEXPECTED;
}

static int faultOfSecond(int first, int second, int maskBit) {
	int opcode = first & OPCODE, length = second & 0x7f;
	if ((second & MASKED) != maskBit) return maskBit ? UNMASKED_BY_CLIENT : MASKED_BY_SERVER;
	if (opcode < CLOSE) return 0;
	if (length > LONGEST_CONTROL) return CONTROL_TOO_LONG;
	return opcode == CLOSE && length == 1 ? CLOSE_TOO_SHORT : 0;
}

int ringletFaultOfHeader(const uint8_t *header, size_t count, int inMessage, int rsv, int maskBit) {
	size_t octets;
	if (count == 1) return faultOfFirst(header[0], inMessage, rsv);
	if (count == 2) return faultOfSecond(header[0], header[1], maskBit);
	octets = extendedLength(header[1] & 0x7f);
	if (octets == 8 && count == 3 && header[2] >= 0x80) return LENGTH_TOP_BIT;
	if (!octets || count != 2 + octets) return 0;
	return ringletLength(header, 0, (size_t)-1) < (octets == 2 ? 126 : 0x10000) ? LENGTH_NOT_SHORTEST : 0;
}

double ringletLength(const uint8_t *header, size_t at, size_t mask) {
	int seven = header[(at + 1) & mask] & 0x7f;
	size_t octets = extendedLength(seven), k;
	double length = octets ? 0 : seven;
	for (k = 0; k < octets; k++) length = length * 256 + header[(at + 2 + k) & mask];
	return length;
}

double ringletFrameLength(const uint8_t *header, size_t at, size_t mask) {
	int second = header[(at + 1) & mask];
	size_t octets = 2 + extendedLength(second & 0x7f) + ((second & MASKED) >> 5);
	return (double)octets + ringletLength(header, at, mask);
}

size_t ringletWriteHeader(uint8_t *end, int first, int maskBit, uint32_t length) {
	int second = length < 126 ? (int)length : length < 0x10000 ? 126 : 127;
	size_t octets = extendedLength(second), k;
	for (k = 0; k < octets; k++, length >>= 8) *--end = (uint8_t)length;
	*--end = (uint8_t)(maskBit | second);
	*--end = (uint8_t)first;
	return 2 + octets;
}

int ringletIsCloseCode(int32_t code) {
	if (code < 3000) return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
	return code < 5000;
}

int ringletCloseCode(int fault) {
	if (fault < RESERVED_BITS || fault > COMPRESSION_INVALID) return 0;
	if (fault < TEXT_INVALID) return PROTOCOL_ERROR;
	if (fault == MESSAGE_TOO_BIG) return TOO_BIG;
	return fault == FRAGMENTS_TOO_MANY ? POLICY_VIOLATION : INVALID_PAYLOAD;
}
