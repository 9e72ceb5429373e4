/*
 * The proof of the opening handshake (RFC 6455 sections 4.1 and 4.2.2), in C, without XS: no more of SHA-1 and base64
 * than it takes.
 */
#ifndef RINGLET_PROOF
#define RINGLET_PROOF

#include <stddef.h>
#include <stdint.h>

enum {
	RINGLET_KEY_OCTETS = 16,
	RINGLET_KEY_TEXT = 25, /* base64 of 16 octets, and the 0 at its end */
	RINGLET_ACCEPT_TEXT = 29, /* base64 of 20 octets, and the 0 at its end */
};

/* The Sec-WebSocket-Key of 16 random octets. */
void ringletKey(const uint8_t *octets, char *text);

/* The Sec-WebSocket-Accept that belongs to `key`, a string. */
void ringletAccept(const char *key, char *text);

#endif
