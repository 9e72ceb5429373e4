/*
 * What compression and decompression have in common (RFC 1951) in C, without XS.
 */
#ifndef RINGLET_DEFLATE_CODES
#define RINGLET_DEFLATE_CODES

#include <stddef.h>
#include <stdint.h>

/* BTYPE, RFC 1951 section 3.2.3. */
enum { RINGLET_STORED, RINGLET_FIXED, RINGLET_DYNAMIC };

/* The lowest `count` bits the other way round. */
unsigned ringletReverse(uint32_t bits, int count);

/* The code word behind `code`, whose bits run backwards; `top` is its highest bit. */
unsigned ringletNextCode(unsigned code, unsigned top);

/* The order in which the lengths of the code length code are sent, RFC 1951 section 3.2.7. */
int ringletCodeLengthOrder(int index);

/* Copies octets that may overlap, or lie in flash. */
void ringletMove(uint8_t *target, const uint8_t *source, size_t count);

#endif
