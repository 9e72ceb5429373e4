/*
 * What reading a head takes (RFC 9110, RFC 9112) in C, without XS. The twins in src/handshake/reading.ts say what they do.
 */
#ifndef RINGLET_HEAD
#define RINGLET_HEAD

#include <stddef.h>
#include <stdint.h>

/* Octets of the longest piece of a line, as UTF-8, and the 0 at its end. */
#define RINGLET_HEAD_TEXT (2 * 32 + 1)

/* Writes the piece of a line that begins at `octets`, of which `count` have come. Returns how many octets it is. */
size_t ringletHeadText(const uint8_t *octets, size_t count, int isName, char *text);

/* Without the blanks around it, `text` begins at what is returned, and has `length` octets. */
const char *ringletTrim(const char *text, size_t *length);

int ringletHasToken(const char *text, const char *token);

/* The status in the first line of a response, or minus an error id. */
int ringletStatus(const char *line);

#endif
