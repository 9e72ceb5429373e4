/*
 * Validation of UTF-8 and masking, by machine words. Words are read and written at multiples of four only, and the
 * automaton is made of branches and not of a table: an ESP8266 can do neither unaligned words nor a table of octets
 * in flash, and would hold the table in its RAM.
 */
#include <string.h>

#include "ringlet-octets.h"
#include "ringlet-read.h"

#if defined(__GNUC__)
typedef uint32_t __attribute__((__may_alias__)) Word;
#else
typedef uint32_t Word;
#endif

enum { WORD = sizeof(Word) };

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "A masking key is a word of which the lowest octet comes first."
#endif

static int isAligned(const uint8_t *octets) {
	return ((uintptr_t)octets & (WORD - 1)) == 0;
}

/* Behind the whole words of four ASCII characters that begin at `at`, which is aligned. */
static const uint8_t *skipAscii(const uint8_t *at, const uint8_t *end) {
	const Word notAscii = 0x80808080;
	const Word *word = (const Word *)at;
	size_t count = (size_t)(end - at) / WORD;
	for (; count >= 4; count -= 4, word += 4)
		if ((word[0] | word[1] | word[2] | word[3]) & notAscii) break;
	for (; count && !(*word & notAscii); count--) word++;
	return (const uint8_t *)word;
}

/* Where a continuation octet leads. No switch: its table would lie in an ESP8266's RAM. */
static int stepTail(uint8_t octet, int state) {
	if (state == UTF8_TAIL_1) return UTF8_ACCEPT;
	if (state == UTF8_TAIL_2) return UTF8_TAIL_1;
	if (state == UTF8_TAIL_3) return UTF8_TAIL_2;
	if (state == UTF8_AFTER_E0) return octet >= 0xa0 ? UTF8_TAIL_1 : UTF8_REJECT;
	if (state == UTF8_AFTER_ED) return octet < 0xa0 ? UTF8_TAIL_1 : UTF8_REJECT;
	if (state == UTF8_AFTER_F0) return octet >= 0x90 ? UTF8_TAIL_2 : UTF8_REJECT;
	if (state == UTF8_AFTER_F4) return octet < 0x90 ? UTF8_TAIL_2 : UTF8_REJECT;
	return UTF8_REJECT;
}

/* Where the first octet of a character leads. */
static int stepLead(uint8_t octet) {
	if (octet < 0x80) return UTF8_ACCEPT;
	if (octet < 0xc2 || octet > 0xf4) return UTF8_REJECT;
	if (octet < 0xe0) return UTF8_TAIL_1;
	if (octet < 0xf0) return octet == 0xe0 ? UTF8_AFTER_E0 : octet == 0xed ? UTF8_AFTER_ED : UTF8_TAIL_2;
	return octet == 0xf0 ? UTF8_AFTER_F0 : octet == 0xf4 ? UTF8_AFTER_F4 : UTF8_TAIL_3;
}

int ringletValidate(const uint8_t *octets, size_t count, int state) {
	const uint8_t *at = octets, *end = octets + count;
	while (at < end && state != UTF8_REJECT) {
		uint8_t octet;
		if (state == UTF8_ACCEPT && isAligned(at)) {
			at = skipAscii(at, end);
			if (at == end) break;
		}
		octet = READ(at++);
		if (state == UTF8_ACCEPT)
			state = stepLead(octet);
		else
			state = (octet & 0xc0) == 0x80 ? stepTail(octet, state) : UTF8_REJECT;
	}
	return state;
}

/* The key for the next octet. */
static uint32_t turn(uint32_t key) {
	return key >> 8 | key << 24;
}

/*
 * Octets in front of a word and behind the last one by themselves; between them each word is made of the two in which its octets
 * lie, since words are read where they are, too. A C library may copy octet by octet, in 24 instructions a word.
 */
uint32_t ringletMask(uint8_t *target, const uint8_t *source, size_t count, uint32_t key) {
	uint8_t *end = target + count;
	unsigned shift;
	if (target > source && target < source + count) {
		memmove(target, source, count);
		source = target;
	}
	for (; target < end && !isAligned(target); key = turn(key)) *target++ = READ(source++) ^ (uint8_t)key;
	shift = ((uintptr_t)source & (WORD - 1)) * 8;
	if (shift) {
		Word low = *(const Word *)(source - shift / 8);
		for (; end - target >= 2 * WORD; target += WORD, source += WORD) {
			Word high = *(const Word *)(source + WORD - shift / 8);
			*(Word *)target = (low >> shift | high << (32 - shift)) ^ key;
			low = high;
		}
	} else {
		for (; end - target >= 4 * WORD; target += 4 * WORD, source += 4 * WORD) {
			const Word *from = (const Word *)source;
			Word *to = (Word *)target;
			to[0] = from[0] ^ key, to[1] = from[1] ^ key, to[2] = from[2] ^ key, to[3] = from[3] ^ key;
		}
		for (; end - target >= WORD; target += WORD, source += WORD)
			*(Word *)target = *(const Word *)source ^ key;
	}
	for (; target < end; key = turn(key)) *target++ = READ(source++) ^ (uint8_t)key;
	return key;
}

size_t ringletCountZeros(const uint8_t *octets, size_t count) {
	size_t zeros = 0;
	for (; count; count--) zeros += !READ(octets++);
	return zeros;
}

void ringletDecode(const uint8_t *octets, size_t count, char *text) {
	for (; count; count--) {
		uint8_t octet = READ(octets++);
		if (!octet) *text++ = (char)0xc0, octet = 0x80;
		*text++ = (char)octet;
	}
}
