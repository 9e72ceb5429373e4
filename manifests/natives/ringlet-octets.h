/*
 * What the engine does octet by octet, in C: plain functions over memory, without XS.
 */
#ifndef RINGLET_OCTETS
#define RINGLET_OCTETS

#include <stddef.h>
#include <stdint.h>

/* States of the UTF-8 automaton, the numbers of src/frame/utf8.ts. */
enum {
	UTF8_REJECT = 0, /* no continuation can make the text valid any more */
	UTF8_ACCEPT = 6, /* between two characters */
	UTF8_TAIL_1 = 16, /* one continuation octet follows */
	UTF8_TAIL_2 = 1, /* two */
	UTF8_TAIL_3 = 18, /* three */
	UTF8_AFTER_E0 = 19, /* A0-BF, else overlong */
	UTF8_AFTER_ED = 25, /* 80-9F, else a surrogate */
	UTF8_AFTER_F0 = 11, /* 90-BF, else overlong */
	UTF8_AFTER_F4 = 24, /* 80-8F, else above U+10FFFF */
};

/* The state after `count` octets of text (RFC 3629), going on from `state`. */
int ringletValidate(const uint8_t *octets, size_t count, int state);

/*
 * Moves `count` octets of `source` to `target`, which may overlap in any way, XORed with the masking key (RFC 6455
 * section 5.3), whose lowest 8 bits are its first octet. Returns the key turned to where the next octet goes on.
 */
uint32_t ringletMask(uint8_t *target, const uint8_t *source, size_t count, uint32_t key);

/* How many octets of valid UTF-8 are U+0000, which XS has as two. */
size_t ringletCountZeros(const uint8_t *octets, size_t count);

/* Writes valid UTF-8 as XS has it, without a 0 at its end. */
void ringletDecode(const uint8_t *octets, size_t count, char *text);

#endif
