/*
 * SHA-1 (RFC 3174) and base64 with padding (RFC 4648 section 4), as far as the opening handshake goes.
 */
#include <string.h>

#include "ringlet-proof.h"

enum { BLOCK = 64, DIGEST = 20 };

static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

typedef struct {
	uint32_t state[DIGEST / 4];
	uint32_t length; /* octets so far; those that do not fill a block are in it */
	uint8_t block[BLOCK];
} Sha1;

static uint32_t rotate(uint32_t word, int count) {
	return word << count | word >> (32 - count);
}

/* The schedule is a ring of 16 words. */
static void hashBlock(Sha1 *sha) {
	uint32_t w[16], a = sha->state[0], b = sha->state[1], c = sha->state[2], d = sha->state[3], e = sha->state[4];
	int t;
	for (t = 0; t < 80; t++) {
		uint32_t f, next, *word = w + (t & 15);
		if (t < 16) {
			const uint8_t *octets = sha->block + 4 * t;
			*word = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
		}
		else
			*word = rotate(w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15] ^ *word, 1);
		if (t < 20)
			f = ((b & c) | (~b & d)) + 0x5a827999;
		else if (t < 40)
			f = (b ^ c ^ d) + 0x6ed9eba1;
		else if (t < 60)
			f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
		else
			f = (b ^ c ^ d) + 0xca62c1d6;
		next = rotate(a, 5) + f + e + *word;
		e = d, d = c, c = rotate(b, 30), b = a, a = next;
	}
	sha->state[0] += a, sha->state[1] += b, sha->state[2] += c, sha->state[3] += d, sha->state[4] += e;
}

static void hash(Sha1 *sha, uint8_t octet) {
	sha->block[sha->length++ % BLOCK] = octet;
	if (sha->length % BLOCK == 0) hashBlock(sha);
}

static void hashText(Sha1 *sha, const char *text) {
	while (*text) hash(sha, (uint8_t)*text++);
}

/* The digest takes the place of the state, octet by octet. */
static void finish(Sha1 *sha, uint8_t *digest) {
	uint32_t length = sha->length;
	int i;
	hash(sha, 0x80);
	while (sha->length % BLOCK != BLOCK - 8) hash(sha, 0);
	/* The number of bits, in 64. */
	for (i = 0; i < 3; i++) hash(sha, 0);
	hash(sha, (uint8_t)(length >> 29));
	length <<= 3;
	for (i = 24; i >= 0; i -= 8) hash(sha, (uint8_t)(length >> i));
	for (i = 0; i < DIGEST; i++) digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

/* Computed: a table of 64 octets would lie in an ESP8266's RAM. */
static char digit(uint32_t value) {
	value &= 63;
	if (value < 26) return (char)('A' + value);
	if (value < 52) return (char)('a' + value - 26);
	if (value < 62) return (char)('0' + value - 52);
	return value == 62 ? '+' : '/';
}

static void encode(const uint8_t *octets, size_t count, char *text) {
	size_t i;
	for (i = 0; i < count; i += 3) {
		size_t left = count - i;
		uint32_t group = (uint32_t)octets[i] << 16;
		if (left > 1) group |= (uint32_t)octets[i + 1] << 8;
		if (left > 2) group |= octets[i + 2];
		*text++ = digit(group >> 18);
		*text++ = digit(group >> 12);
		*text++ = left > 1 ? digit(group >> 6) : '=';
		*text++ = left > 2 ? digit(group) : '=';
	}
	*text = 0;
}

void ringletKey(const uint8_t *octets, char *text) {
	encode(octets, RINGLET_KEY_OCTETS, text);
}

void ringletAccept(const char *key, char *text) {
	Sha1 sha = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, 0, {0}};
	uint8_t digest[DIGEST];
	hashText(&sha, key);
	hashText(&sha, GUID);
	finish(&sha, digest);
	encode(digest, DIGEST, text);
}
