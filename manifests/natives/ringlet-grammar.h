/*
 * What may stand in the head of a request (RFC 9110, RFC 3986) in C, without XS. The twins in src/handshake/grammar.ts say
 * what each rule is.
 */
#ifndef RINGLET_GRAMMAR
#define RINGLET_GRAMMAR

enum {
	RINGLET_TOKEN,
	RINGLET_HEADER_NAME,
	RINGLET_HEADER_VALUE,
	RINGLET_PATH,
	RINGLET_AUTHORITY,
	RINGLET_HOST,
};

/* Octets of the longest IPv6 address in brackets, and the 0 at its end. */
#define RINGLET_ADDRESS_TEXT 48

/*
 * `text`, which is UTF-8, as it stands in a head; NULL if it does not follow the rule. An IPv6 address that lacks brackets,
 * or has a zone, is written into `address`.
 */
const char *ringletWellFormed(int rule, const char *text, char *address);

#endif
